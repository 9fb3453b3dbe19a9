"""`guided-audio scripts`: which scripts are built in, what stands in one, and where something is."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import click

from guided_audio.catalogue import Entry, Shelf, Wanted, search, shelves
from guided_audio.cli import show, targets
from guided_audio.cli.build import length_of
from guided_audio.errors import UsageError
from guided_audio.library import Library
from guided_audio.script import Level
from guided_audio.units import Seconds, format_duration

WIDEST = 100
"""Columns. Longer lines are hard to read, however wide the window is."""


@click.command("scripts")
@click.argument("name", required=False)
@click.option("--find", default="", metavar="WORDS", help="Only scripts with these words in them.")
@click.option("--series", default="", help="Only scripts of this series, by its folder or its title.")
@click.option(
    "--level", type=click.Choice([level.value for level in Level]), help="Only scripts of this level."
)
@click.option("--length", callback=length_of, help="Only scripts meant to be built in this length, like 5m.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(  # noqa: PLR0913 - one parameter for each option
    *, name: str | None, find: str, series: str, level: str | None, length: Seconds | None, as_json: bool
) -> None:
    """Show the built-in scripts, series by series, or what stands in one.

    NAME is that of a script.
    """
    library = Library()
    wanted = Wanted(find, series, Level(level) if level else None, length)
    if name:
        if wanted != Wanted():
            raise UsageError("Either NAME shows one script, or the options look among all of them.")
        click.echo(_file(name, library).read_text(encoding="utf-8"), nl=False)
        return
    there = shelves(library)
    found = search(there, wanted)
    if as_json:
        show.document([_data(shelf, entry) for shelf in found for entry in shelf.entries])
    elif found:
        _print(found)
    if not found:
        click.echo(_nothing(there, wanted), err=True)


def _file(name: str, library: Library) -> Path:
    file = library.script(name)
    if file is None:
        targets.look_up([name], library)
        raise UsageError(f"{name} is not the name of a built-in script; `guided-audio scripts` lists them.")
    return file


def _nothing(there: Sequence[Shelf], wanted: Wanted) -> str:
    """Why nothing is listed, and what to do."""
    lengths = {length for shelf in there for entry in shelf.entries for length in entry.script.lengths}
    if wanted.length is not None and wanted.length not in lengths:
        every = ", ".join(map(format_duration, sorted(lengths)))
        return f"No script here is meant for that length. Their lengths are {every}."
    return "No built-in script has all of that. Ask for less, or list all with `guided-audio scripts`."


def _print(found: Sequence[Shelf]) -> None:
    """In columns that stand under one another from series to series.

    On a terminal a purpose has lines of its own below its script; in a pipe a script is one line.
    """
    columns = [_columns(entry) for shelf in found for entry in shelf.entries]
    widths = [max(map(len, column)) for column in zip(*columns, strict=True)]
    terminal = sys.stdout.isatty()
    for number, shelf in enumerate(found):
        if number:
            click.echo()
        _heading(shelf, terminal=terminal)
        for entry in shelf.entries:
            row = "  ".join(map(str.ljust, _columns(entry), widths))
            if terminal:
                click.echo(f"\n  {row}".rstrip())
                _wrapped(entry.script.purpose, "      ")
            else:
                click.echo(f"  {row}  {entry.script.purpose}".rstrip())


def _columns(entry: Entry) -> tuple[str, str, str, str]:
    return entry.name, entry.script.level.value, " ".join(entry.lengths), entry.script.title


def _heading(shelf: Shelf, *, terminal: bool) -> None:
    if terminal:
        click.echo(click.style(shelf.title, bold=True) if show.coloured() else shelf.title)
        _wrapped(shelf.purpose, "")
    else:
        click.echo(f"{shelf.title}: {shelf.purpose}" if shelf.purpose else shelf.title)


def _wrapped(text: str, indent: str) -> None:
    """A text in lines that the terminal has room for."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    for line in textwrap.wrap(text, max(width, 40), initial_indent=indent, subsequent_indent=indent):
        click.echo(line)


def _data(shelf: Shelf, entry: Entry) -> dict[str, object]:
    script = entry.script
    return {
        "name": entry.name,
        "title": script.title,
        "series": shelf.name,
        "series_title": shelf.title,
        "track": entry.track,
        "level": script.level.value,
        "language": script.language,
        "lengths": list(entry.lengths),
        "choices": {
            name: {"branches": list(choice.branches), "default": choice.default or None}
            for name, choice in script.choices.items()
        },
        "purpose": script.purpose,
        "content_note": script.content_note,
        "review": script.review,
    }
