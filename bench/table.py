"""The rows of the table, and the rounds they come from.

Machines differ, and so do hours: what is compared runs in the same round, one after the other, and the
ratio is taken within the round. Every other round goes backwards, so that nothing always comes second.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Job = Callable[[], float]
"""Does something once, and gives the figure of it: mostly the seconds that count."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what was measured, against what, what is asked of it, and what came out."""

    name: str
    against: str
    asked: str
    measured: str

    def __str__(self) -> str:
        return " | ".join((self.name, self.against, self.asked, self.measured))


def interleaved(jobs: Mapping[str, Job], rounds: int) -> dict[str, list[float]]:
    """The figures of each job, one for each round."""
    figures: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(rounds):
        for name in list(jobs)[:: -1 if number % 2 else 1]:
            os.sync()  # nobody pays for what another has left to write
            figures[name].append(jobs[name]())
    return figures


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Ours as so many times theirs, round by round."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def spread(values: Sequence[float], unit: str = "x", digits: int = 2) -> str:
    """The median, and how far the rounds lie apart: `0.71 x (0.70 .. 0.74)`."""
    low, middle, high = (
        f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values))
    )
    return f"{middle} {unit} ({low} .. {high})"
