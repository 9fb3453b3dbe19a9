"""Bands: a reading as stretches, each with what it is, and the places where lines are missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from guided_audio.splitting import Report, runs, spelled

BRIEFLY = {
    "The same words stand in the script more than once, and were not read as often.": "which of several?",
    "It hardly sounds like the words of this line.": "other words?",
    "Another line of the script fits here almost as well.": "another line?",
    "Something else is heard in the middle of it.": "something in between?",
    "A part of it does not sound like the words of this line.": "partly other words?",
}
"""The reasons of the aligner in a word or two, for over a band."""


class Kind(StrEnum):
    """What a stretch of a reading is."""

    FOUND = "found"
    FLAGGED = "flagged"
    BEGUN = "begun"
    EARLIER = "earlier"
    REMARK = "remark"
    NOISE = "noise"

    @property
    def rank(self) -> int:
        """Whose number is written first where there is not room for all."""
        order = (Kind.FLAGGED, Kind.BEGUN, Kind.FOUND, Kind.EARLIER, Kind.REMARK, Kind.NOISE)
        return order.index(self)


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a reading, in frames of the alignment. `reason` is why somebody should listen to it."""

    start: int
    end: int
    kind: Kind
    number: str = ""
    reason: str = ""


def bands_of(report: Report) -> tuple[Band, ...]:
    """All stretches of a reading, from its beginning to its end."""
    alignment = report.alignment
    found = (
        Band(
            each.start,
            each.end,
            Kind.FLAGGED if each.flagged else Kind.FOUND,
            each.id,
            BRIEFLY.get(each.reason, "listen") if each.flagged else "",
        )
        for each in alignment.found
    )
    begun = report.begun
    earlier = (
        Band(each.start, each.end, Kind.BEGUN if each in begun else Kind.EARLIER, each.id)
        for each in alignment.earlier
    )
    others = (
        Band(each.start, each.end, Kind.REMARK if each.voiced else Kind.NOISE)
        for each in alignment.unexplained
    )
    return tuple(sorted((*found, *earlier, *others), key=lambda band: band.start))


def gaps_of(report: Report) -> Iterator[tuple[int, str]]:
    """Where lines that were not found belong, in the quiet after the one before them, and their numbers."""
    begun = {each.id for each in report.begun}
    ends = {each.id: each.end for each in report.alignment.found}
    ends |= {each.id: each.end for each in report.begun}
    starts = sorted(band.start for band in bands_of(report) if band.number)
    numbers = list(report.places)
    for first, last in runs(report, report.alignment.skipped):
        if first in begun:  # its number stands where it was begun
            continue
        before = [ends[number] for number in numbers[: numbers.index(first)] if number in ends]
        end = before[-1] if before else 0
        follows = next((start for start in starts if start >= end), report.frames)
        yield (end + follows) // 2, spelled((first, last))
