"""`guided-audio check`: every mistake in scripts, each with its file, line and column."""

from __future__ import annotations

import click

from guided_audio import reader
from guided_audio.cli import show, targets
from guided_audio.errors import ExitCode
from guided_audio.library import Library


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
    problems = sorted(
        {problem for at in found for problem in reader.read(at.file, library, at.shown).problems}
    )
    show.problems(problems, form=form)
    if form == "text":
        scripts = "1 script" if len(found) == 1 else f"{len(found)} scripts"
        mistakes = {0: "no mistakes", 1: "1 mistake"}.get(len(problems), f"{len(problems)} mistakes")
        click.echo(f"{scripts}, {mistakes}.", err=bool(problems))
    return ExitCode.PROBLEMS if problems else ExitCode.DONE
