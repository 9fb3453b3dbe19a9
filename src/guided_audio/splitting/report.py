"""What came of splitting a reading: which line was found where, which was not, and what is left over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from guided_audio.alignment import Alignment, Earlier, Found, Stretch
from guided_audio.errors import Place


@dataclass(frozen=True, slots=True)
class Report:
    """A reading that was split. Lines go by their numbers on the sheet, which are the ids of the alignment.

    `places` has every line that was looked for, in the order of the script. `frames` is the length of the
    recording at the rate of the alignment. `written` has the file of each take that was written, `stayed`
    the lines that had a take before and kept it.
    """

    title: str
    frames: int
    places: Mapping[str, Place]
    alignment: Alignment
    written: Mapping[str, Path] = field(default_factory=dict)
    stayed: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        return self.frames / self.alignment.rate

    @property
    def flagged(self) -> tuple[Found, ...]:
        """The lines that somebody should listen to."""
        return tuple(found for found in self.alignment.found if found.flagged)

    @property
    def remarks(self) -> tuple[Stretch, ...]:
        """What somebody says that is no line of the script."""
        return tuple(stretch for stretch in self.alignment.unexplained if stretch.voiced)

    @property
    def again(self) -> tuple[Earlier, ...]:
        """The readings of lines that were read again later."""
        found = {each.id for each in self.alignment.found}
        return tuple(each for each in self.alignment.earlier if each.id in found)

    @property
    def begun(self) -> tuple[Earlier, ...]:
        """The readings that were broken off, of lines that were never read to their end."""
        found = {each.id for each in self.alignment.found}
        return tuple(each for each in self.alignment.earlier if not each.whole and each.id not in found)

    @property
    def sure_share(self) -> float:
        """The share of all that is said, 0 to 1, that is the kept reading of a line and not flagged."""
        sure = sum(found.end - found.start for found in self.alignment.found if not found.flagged)
        others = sum(each.end - each.start for each in self.flagged)
        others += sum(each.end - each.start for each in self.remarks)
        others += sum(each.end - each.start for each in self.alignment.earlier)
        return sure / max(sure + others, 1)

    @property
    def complete(self) -> bool:
        """Whether every line was found."""
        return not self.alignment.skipped

    def clock(self, frame: int) -> float:
        """Where a frame of the alignment is, in seconds."""
        return frame / self.alignment.rate


def as_data(report: Report) -> dict[str, object]:
    """The report as plain JSON data, without a word of the script. Times are in seconds."""
    return {
        "seconds": round(report.seconds, 3),
        "explained": round(report.alignment.coverage, 4),
        "lines": list(_lines(report)),
        "earlier": [_earlier(report, each) for each in report.alignment.earlier],
        "unexplained": [_stretch(report, each) for each in report.alignment.unexplained],
    }


def _lines(report: Report) -> Iterator[dict[str, object]]:
    found = {each.id: each for each in report.alignment.found}
    for number, place in report.places.items():
        where = {"number": number, "file": place.path, "line": place.line}
        yield where | (_found(report, found[number]) if number in found else {"state": "not found"})


def _found(report: Report, found: Found) -> dict[str, object]:
    return {
        "state": "flagged" if found.flagged else "found",
        "start": round(report.clock(found.start), 3),
        "end": round(report.clock(found.end), 3),
        "confidence": round(found.confidence, 3),
        "reason": found.reason,
        "take": report.written[found.id].name if found.id in report.written else None,
        "kept_former_take": found.id in report.stayed,
    }


def _earlier(report: Report, earlier: Earlier) -> dict[str, object]:
    start, end = round(report.clock(earlier.start), 3), round(report.clock(earlier.end), 3)
    times = {"number": earlier.id, "start": start, "end": end}
    return {**times, "whole": earlier.whole, "read_again": earlier in report.again}


def _stretch(report: Report, stretch: Stretch) -> dict[str, object]:
    start, end = round(report.clock(stretch.start), 3), round(report.clock(stretch.end), 3)
    return {"start": start, "end": end, "voiced": stretch.voiced}


def runs(report: Report, numbers: tuple[str, ...]) -> list[tuple[str, str]]:
    """Numbers as first and last of those that follow one another; a line that was begun stands alone."""
    order = {number: place for place, number in enumerate(report.places)}
    alone = {each.id for each in report.begun}
    found = []
    for _, group in groupby(
        enumerate(numbers), lambda pair: (order[pair[1]] - pair[0], pair[1] if pair[1] in alone else "")
    ):
        run = [number for _, number in group]
        found.append((run[0], run[-1]))
    return found


def spelled(run: tuple[str, str]) -> str:
    """A run of numbers as a person reads it: `012`, or `012–015`."""
    first, last = run
    return first if first == last else f"{first}–{last}"
