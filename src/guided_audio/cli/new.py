"""`guided-audio new`: a script of one's own to begin with."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import click

from guided_audio.cli import targets
from guided_audio.drafts import start
from guided_audio.errors import UsageError
from guided_audio.library import Library


@click.command("new")
@click.argument("file", required=False)
@click.option("--from", "source", metavar="NAME", help="A built-in script to begin with; see `scripts`.")
@click.option("--with-parts", is_flag=True, help="Copy its shared passages too, to change them as well.")
def command(*, file: str | None, source: str | None, with_parts: bool) -> None:
    """Start a script of your own: FILE, or `my-` and the name it comes from.

    Nothing that exists is overwritten. The format's schema is put beside it, for editors.
    """
    library = Library()
    origin = _origin(source, library) if source else None
    path = Path(file or f"my-{origin.stem if origin else 'meditation'}.yaml")
    for made in start(path, origin, library, with_parts=with_parts):
        click.echo(str(made))
    click.echo(f"Change it in any text editor, then:  guided-audio build {_quoted(path)}")


def _quoted(path: Path) -> str:
    """A file's name as a shell takes it for one word."""
    if sys.platform != "win32":
        return shlex.quote(str(path))
    return str(path) if re.fullmatch(r"[\w.:\\/-]+", str(path)) else f'"{path}"'


def _origin(source: str, library: Library) -> Path:
    found = targets.resolve([source], library)
    if Path(source).is_dir() or len(found) != 1:
        raise UsageError(f"{source} has several scripts in it. Name the one to begin with.")
    return found[0].file
