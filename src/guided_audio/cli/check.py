"""`guided-audio check`: mistakes in scripts and series, and what a careful colleague would say about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import click

from guided_audio import reader
from guided_audio.cli import findings, targets
from guided_audio.errors import ExitCode, Problem, UsageError
from guided_audio.inspection import inspect_scripts
from guided_audio.library import Library
from guided_audio.lint import RULES, Profile, rule_named
from guided_audio.lint.pages import page
from guided_audio.lint.rule import suggest_rule
from guided_audio.naming import file_stem
from guided_audio.pronunciation import lexicon_notes, voice_notes
from guided_audio.reader.series import read_series
from guided_audio.script import Script


def _explain(context: click.Context, _option: click.Parameter, name: str | None) -> None:
    """Print the page of a rule, and do nothing else."""
    if name is None:
        return
    rule = rule_named(name)
    if rule is None:
        raise UsageError(f"There is no rule {name}. {suggest_rule(name, [rule.id for rule in RULES])}")
    click.echo(page(rule), nl=False)
    context.exit()


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
@click.option(
    "--profile",
    type=click.Choice([profile.value for profile in Profile]),
    help="What all of them are meant for, whatever they say. Default: each script's own `profile`.",
)
@click.option(
    "--explain",
    metavar="RULE",
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Print the page of a rule, like GA01, and do nothing else.",
)
def command(*, target: tuple[str, ...], form: str, profile: str | None) -> int:
    """Look for mistakes in scripts, and for what may be hard on a listener, without making anything.

    TARGET is a script, a series.yaml, a folder of them, or the name of a built-in script or series.
    """
    library = Library()
    found = targets.look_up(target, library)
    desk = _Desk(library)
    readings = [desk.read(at.file, at.shown) for at in found.scripts]
    series = [read_series(at.file, library, at.shown, desk.read) for at in found.series]
    scripts_read = [(at.shown, reading.script) for at, reading in zip(found.scripts, readings, strict=True)]
    slips = chain(
        _same_files(scripts_read),
        *(reading.problems for reading in readings),
        *(reading.problems for reading in series),
    )
    asked = Profile(profile) if profile else None
    scripts = [script for _, script in scripts_read if script]
    inspection = inspect_scripts(scripts, asked)
    report = findings.Report(
        scripts=len(found.scripts),
        series=len(found.series),
        notes=(
            *(note for reading in series for note in reading.notes),
            *lexicon_notes(scripts),
            *voice_notes(scripts),
        ),
        problems=tuple(sorted({*slips, *inspection.problems})),
        findings=inspection.findings,
        suppressed=inspection.suppressed,
    )
    findings.show(report, form=form)
    return ExitCode.PROBLEMS if report.mistakes else ExitCode.DONE


@dataclass(slots=True)
class _Desk:
    """Reads each script once, whether it is named itself or by a series."""

    library: Library
    readings: dict[Path, reader.Reading] = field(default_factory=dict)

    def read(self, file: Path, shown: str) -> reader.Reading:
        known = self.readings.get(file.resolve())
        if known is None:
            known = self.readings[file.resolve()] = reader.read(file, self.library, shown)
        return known


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
