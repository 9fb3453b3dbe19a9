"""What a person sees: progress while they wait, then one calm summary. Plain lines where it is a pipe."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guided_audio.errors import Problem

if TYPE_CHECKING:
    from rich.progress import TaskID

    from guided_audio.plan import Progress


def document(data: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def made(file: Path, *, as_json: bool) -> None:
    """The name of a file that was made."""
    if as_json:
        document({"file": str(file)})
    else:
        click.echo(str(file))


def rows(table: Sequence[Sequence[str]], indent: str = "") -> None:
    """Columns, each as wide as it must be; the last one is never cut."""
    if not table:
        return
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)]
        click.echo(indent + "  ".join([*cells, row[-1]]).rstrip())


def mark(*, good: bool) -> str:
    """A tick or a cross, coloured on a terminal that likes colour."""
    sign, colour = ("ok ", "green") if good else ("OFF", "red")
    return click.style(sign, fg=colour) if coloured() else sign


def coloured() -> bool:
    """Whether colour is welcome: on a terminal, unless NO_COLOR asks for none."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


@contextmanager
def progress(title: str, *, quiet: bool) -> Iterator[Progress]:
    """Progress of one track: bars on a terminal, a line per stage in a pipe, nothing when quiet."""
    if quiet:
        yield lambda _stage, _done, _total: None
    elif sys.stderr.isatty():
        with _bars(title) as report:
            yield report
    else:
        yield _lines(title)


def _lines(title: str) -> Progress:
    seen: set[str] = set()

    def report(stage: str, _done: int, _total: int) -> None:
        if stage not in seen:
            seen.add(stage)
            click.echo(f"{title}: {stage.lower()}", err=True)

    return report


@contextmanager
def _bars(title: str) -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - slow to import, and only a terminal needs it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(f"{title} · {stage.lower()}", total=total)
            bars.update(tasks[stage], completed=done)

        yield report


def as_data(problem: Problem) -> dict[str, str | int]:
    """A problem as JSON data."""
    place = problem.place
    return {
        "file": place.path,
        "line": place.line,
        "column": place.column,
        "message": problem.message,
        "hint": problem.hint,
    }


def annotation(problem: Problem, kind: str = "error") -> str:
    """A problem as a command to a code review: an error, a warning or a notice beside the line."""
    text = f"{problem.message} {problem.hint}".strip().replace("%", "%25").replace("\n", "%0A")
    place = problem.place
    return f"::{kind} file={place.path},line={place.line},col={place.column}::{text}"
