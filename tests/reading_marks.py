"""What an alignment of a made reading got right, against the truth of how it was made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields

from guided_audio.alignment import Alignment, Found, Wanted
from reading_voices import RATE
from readings import Kind, Made, Said

NEAR = round(0.15 * RATE)
"""Frames within which an edge is right."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Counts of one reading, or of several.

    `found` of `read` lines were found where they were last read in full, and `edges` of these have both ends
    right. `wrong` lines hold other words, `older` ones an older reading, `swapped` ones the reading of a line
    of the same words; `unflagged` are those of all three that nobody is told to listen to. `named` of
    `skipped` lines were reported as not read; `flagged` counts right lines that are flagged. `listed` of
    `beside` stretches of speech that belong to no kept line are among those reported.
    """

    lines: int = 0
    read: int = 0
    found: int = 0
    edges: int = 0
    wrong: int = 0
    older: int = 0
    swapped: int = 0
    unflagged: int = 0
    skipped: int = 0
    named: int = 0
    flagged: int = 0
    beside: int = 0
    listed: int = 0

    def __add__(self, other: Marks) -> Marks:
        return Marks(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(Marks)))


def wanted(made: Made) -> tuple[Wanted, ...]:
    """The lines of a made reading, known by their numbers."""
    return tuple(Wanted(str(number), text) for number, text in enumerate(made.lines))


def mark(made: Made, outcome: Alignment) -> Marks:
    """The marks of one alignment at the rate of made readings."""
    truth = {said.line: said for said in made.said if said.kind is Kind.LINE}
    verdicts = [(found, _verdict(made, found)) for found in outcome.found]
    right = [(found, truth[int(found.id)]) for found, verdict in verdicts if verdict == "found"]
    others = [(found, verdict) for found, verdict in verdicts if verdict != "found"]
    beside = [said for said in made.said if said.kind is not Kind.LINE]
    kinds = Counter(verdict for _, verdict in others)
    listed = [(each.start, each.end) for each in outcome.earlier]
    listed += [(each.start, each.end) for each in outcome.unexplained]
    return Marks(
        lines=len(made.lines),
        read=len(truth),
        found=len(right),
        edges=sum(_both_near(found, said) for found, said in right),
        wrong=kinds["wrong"],
        older=kinds["older"],
        swapped=kinds["swapped"],
        unflagged=sum(not each.flagged for each, _ in others),
        skipped=len(made.skipped),
        named=sum(str(line) in outcome.skipped for line in made.skipped),
        flagged=sum(each.flagged for each, _ in right),
        beside=len(beside),
        listed=sum(_covered(said, listed) for said in beside),
    )


def _verdict(made: Made, found: Found) -> str:
    line = int(found.id)
    here = [said for said in made.said if _overlap(said, found.start, found.end) > 0.5]
    if any(said.kind is Kind.LINE and said.line == line for said in here):
        return "found"
    if any(said.kind is Kind.OLDER and said.line == line for said in here):
        return "older"
    same = {number for number, text in enumerate(made.lines) if text == made.lines[line]}
    whole = (said for said in here if said.kind in {Kind.LINE, Kind.OLDER})
    return "swapped" if any(said.line in same for said in whole) else "wrong"


def _overlap(said: Said, start: int, end: int) -> float:
    shared = min(said.end, end) - max(said.start, start)
    return max(0, shared) / max(end - start, said.end - said.start)


def _both_near(found: Found, said: Said) -> bool:
    return abs(found.start - said.start) <= NEAR and abs(found.end - said.end) <= NEAR


def _covered(said: Said, listed: Sequence[tuple[int, int]]) -> bool:
    shared = sum(max(0, min(said.end, end) - max(said.start, start)) for start, end in listed)
    return shared > 0.5 * (said.end - said.start)
