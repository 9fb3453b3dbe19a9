"""How what `check` found is printed: for a person, for a program, as annotations in a code review."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import click

from guided_audio.cli import show as output
from guided_audio.errors import Problem
from guided_audio.lint.rule import Finding, Severity
from guided_audio.lint.suppression import Suppressed


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is no mistake, and may have been forgotten."""

    problem: Problem


_Item = Problem | Finding | Suppressed | Note


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found in so many scripts, and in so many series of them."""

    scripts: int
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    series: int = 0
    notes: tuple[Problem, ...] = ()

    @property
    def mistakes(self) -> int:
        """What makes `check` fail: what cannot be read, and findings that are errors."""
        errors = sum(finding.severity is Severity.ERROR for finding in self.findings)
        return len(self.problems) + errors

    @property
    def items(self) -> list[_Item]:
        """All of it, in the order of the files."""
        notes = map(Note, self.notes)
        return sorted((*self.problems, *self.findings, *self.suppressed, *notes), key=_order)


def _order(item: _Item) -> tuple[object, ...]:
    match item:
        case Suppressed(finding=said) | Note(problem=said):
            pass
        case _:
            said = item
    return said.place, said.rule if isinstance(said, Finding) else "", said.message, str(type(item))


def show(report: Report, *, form: str) -> None:
    """Print a report in one of its forms."""
    if form == "json":
        output.document([_data(item) for item in report.items])
    elif form == "github":
        for item in report.items:
            click.echo(_annotation(item))
    else:
        for item in report.items:
            click.echo(_text(item))
        click.echo(_summary(report), err=bool(report.mistakes))


def _text(item: _Item) -> str:
    match item:
        case Problem():
            return str(item)
        case Note(problem):
            return f"{problem.place}: note: {problem.message} {problem.hint}".rstrip()
        case Suppressed(finding, reason):
            return f"{finding.place}: {finding.rule} put aside: {finding.message} Because {reason}"
        case Finding():
            what = f"{item.place}: {item.rule} {item.severity}: {item.message}"
            return f"{what} {item.hint}".rstrip()


def _summary(report: Report) -> str:
    """One calm line."""
    weights = Counter(finding.severity for finding in report.findings)
    weights[Severity.NOTE] += len(report.notes)
    parts = [f"{report.series} series"] if report.series else []
    parts += [_count(report.scripts, "script"), _count(report.mistakes, "mistake")]
    parts += [
        _count(weights[severity], severity)
        for severity in (Severity.WARNING, Severity.NOTE)
        if weights[severity]
    ]
    if report.suppressed:
        parts.append(f"{len(report.suppressed)} put aside")
    return ", ".join(parts) + "."


def _count(number: int, what: str) -> str:
    return {0: f"no {what}s", 1: f"1 {what}"}.get(number, f"{number} {what}s")


def _data(item: _Item) -> dict[str, str | int]:
    """As JSON data: a problem in its five words, a finding with its rule and severity as well."""
    match item:
        case Problem():
            return output.as_data(item)
        case Note(problem):
            return output.as_data(problem) | {"severity": Severity.NOTE.value}
        case Suppressed(finding, reason):
            return _data(finding) | {"suppressed": reason}
        case Finding(place, rule, severity, message, hint):
            slip = output.as_data(Problem(place, message, hint))
            return slip | {"rule": rule, "severity": severity.value}


def _annotation(item: _Item) -> str:
    match item:
        case Problem():
            return output.annotation(item)
        case Note(problem):
            return output.annotation(problem, "notice")
        case Suppressed(finding, reason):
            aside = f"{finding.rule} put aside: {finding.message}"
            return output.annotation(Problem(finding.place, aside, f"Because {reason}"), "notice")
        case Finding(place, rule, severity, message, hint):
            kind = "notice" if severity is Severity.NOTE else severity.value
            return output.annotation(Problem(place, f"{rule}: {message}", hint), kind)
