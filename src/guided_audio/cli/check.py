"""`guided-audio check`: mistakes in scripts, and what a careful colleague would say about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

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
    default=Profile.TRAUMA_SENSITIVE.value,
    show_default=True,
    help="What the scripts are meant for: some rules do not hold for all.",
)
@click.option(
    "--explain",
    metavar="RULE",
    is_eager=True,
    expose_value=False,
    callback=_explain,
    help="Print the page of a rule, like GA01, and do nothing else.",
)
def command(*, target: tuple[str, ...], form: str, profile: str) -> int:
    """Look for mistakes in scripts, and for what may be hard on a listener, without making anything.

    TARGET is a script, a folder of scripts, or the name of a built-in script.
    """
    library = Library()
    found = targets.resolve(target, library)
    readings = [reader.read(at.file, library, at.shown) for at in found]
    scripts_read = [(at.shown, reading.script) for at, reading in zip(found, readings, strict=True)]
    slips = chain(_same_files(scripts_read), *(reading.problems for reading in readings))
    inspection = inspect_scripts([script for _, script in scripts_read if script], Profile(profile))
    report = findings.Report(
        scripts=len(found),
        problems=tuple(sorted({*slips, *inspection.problems})),
        findings=inspection.findings,
        suppressed=inspection.suppressed,
    )
    findings.show(report, form=form)
    return ExitCode.PROBLEMS if report.mistakes else ExitCode.DONE


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
