"""`guided-audio scripts`: which scripts are built in, and what stands in one."""

from __future__ import annotations

import click

from guided_audio.cli import show, targets
from guided_audio.errors import UsageError
from guided_audio.library import Library
from guided_audio.plan import read_script
from guided_audio.script import Script


@click.command("scripts")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, name: str | None, as_json: bool) -> None:
    """Show the built-in scripts, or what stands in one."""
    library = Library()
    if name:
        file = library.script(name)
        if file is None:
            targets.resolve([name], library)
            raise UsageError(
                f"{name} is not the name of a built-in script; `guided-audio scripts` lists them."
            )
        click.echo(file.read_text(encoding="utf-8"), nl=False)
        return
    found = [read_script(file, library, file.name) for file in library.script_files()]
    if as_json:
        show.document([_data(script) for script in found])
    else:
        show.rows([(script.path.stem, script.level, script.title, script.purpose) for script in found])


def _data(script: Script) -> dict[str, str]:
    return {
        "name": script.path.stem,
        "title": script.title,
        "level": script.level,
        "language": script.language,
        "purpose": script.purpose,
        "content_note": script.content_note,
        "review": script.review,
    }
