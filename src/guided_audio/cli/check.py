"""`guided-audio check`: every mistake in scripts, each with its file, line and column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from guided_audio import reader
from guided_audio.cli import show, targets
from guided_audio.errors import ExitCode, Problem
from guided_audio.library import Library
from guided_audio.naming import file_stem
from guided_audio.script import Script


@click.command("check")
@click.argument("target", nargs=-1, required=True)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations in a code review.",
)
def command(*, target: tuple[str, ...], form: str) -> int:
    """Look for mistakes in scripts, without making anything.

    TARGET is a script, a folder of scripts, or the name of a built-in script.
    """
    library = Library()
    found = targets.resolve(target, library)
    readings = [reader.read(at.file, library, at.shown) for at in found]
    scripts_read = [(at.shown, reading.script) for at, reading in zip(found, readings, strict=True)]
    problems = sorted({*_same_files(scripts_read), *(slip for one in readings for slip in one.problems)})
    show.problems(problems, form=form)
    if form == "text":
        scripts = "1 script" if len(found) == 1 else f"{len(found)} scripts"
        mistakes = {0: "no mistakes", 1: "1 mistake"}.get(len(problems), f"{len(problems)} mistakes")
        click.echo(f"{scripts}, {mistakes}.", err=bool(problems))
    return ExitCode.PROBLEMS if problems else ExitCode.DONE


def _same_files(scripts: Iterable[tuple[str, Script | None]]) -> Iterator[Problem]:
    """Where titles are so alike that one finished file would take the place of another."""
    first: dict[str, str] = {}
    for shown, script in scripts:
        if script is None:
            continue
        earlier = first.setdefault(file_stem(script.title, script.path.stem), shown)
        if earlier != shown:
            message = f"This script would become the same file as {earlier}."
            yield Problem(script.place_of("title"), message, "Change the title of one of them.")
