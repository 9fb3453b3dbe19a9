"""What to keep of all that was found: the last good reading of each line, and a list of everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from guided_audio.alignment import confidence
from guided_audio.alignment.confidence import Evidence, Rivals
from guided_audio.alignment.decoder import Reading
from guided_audio.alignment.islands import STEP, Islands
from guided_audio.alignment.outcome import Alignment, Earlier, Found, Progress, Stretch, Wanted
from guided_audio.alignment.search import Pass

_COVERED, _LINES = 0.5, 0.5
_FEW, _MANY = 3, 6
_APART = 1.0
"""Seconds of quiet between two stretches that are listed apart."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The rate of a recording, and its length in frames."""

    rate: int
    length: int


@dataclass(frozen=True, slots=True)
class _Weighed:
    reading: Reading
    evidence: Evidence

    @property
    def good(self) -> bool:
        return self.evidence.fit >= confidence.FOUND_FIT


def is_another_script(outcome: Alignment, lines: int) -> bool:
    """Whether little of the recording is of the script, and little of the script is in the recording.

    A line or two out of many may be like anything, however much of a short recording they cover.
    """
    little = outcome.coverage < _COVERED and len(outcome.found) < _LINES * lines
    return little or (len(outcome.found) < _FEW and lines >= _MANY)


def reach(
    last: Pass, islands: Islands, wanted: Sequence[Wanted], scale: Scale, progress: Progress
) -> Alignment:
    """Weigh every reading, and keep the last good one of each line."""
    weighed = list(_weighed(last, wanted, progress))
    by_line: dict[int, list[_Weighed]] = defaultdict(list)
    for one in weighed:
        if one.good and one.reading.whole:
            by_line[one.reading.line].append(one)
    kept = {line: ones[-1] for line, ones in by_line.items()}
    used = [one for one in weighed if (one.good and one.reading.whole)]
    earlier = [one for one in used if one is not kept[one.reading.line]]
    earlier += [one for one in weighed if not one.reading.whole and one.evidence.fit >= confidence.LEAST_FIT]
    spans = _Spans(islands, scale)
    reasons = _Reasons(wanted, set(kept))
    return Alignment(
        rate=scale.rate,
        found=tuple(
            Found(
                wanted[line].id,
                *spans.of(one.reading),
                confidence.degree(one.evidence),
                reasons.of(line, one),
            )
            for line, one in sorted(kept.items())
        ),
        earlier=tuple(
            Earlier(wanted[one.reading.line].id, *spans.of(one.reading), one.reading.whole)
            for one in sorted(earlier, key=lambda one: one.reading.first)
        ),
        skipped=tuple(line.id for number, line in enumerate(wanted) if number not in kept),
        unexplained=tuple(spans.beside([one.reading for one in [*kept.values(), *earlier]])),
        coverage=_coverage(islands, [one.reading for one in [*kept.values(), *earlier]]),
    )


def _weighed(last: Pass, wanted: Sequence[Wanted], progress: Progress) -> Iterator[_Weighed]:
    rivals = Rivals(wanted)
    for number, (reading, line) in enumerate(zip(last.readings, last.traces, strict=True)):
        against = rivals.of(reading.line) if reading.whole else ()
        yield _Weighed(reading, confidence.weigh(last, reading, line, against))
        progress("weighing", number + 1, len(last.readings))


class _Reasons:
    """Why somebody should listen to a line."""

    def __init__(self, wanted: Sequence[Wanted], kept: set[int]) -> None:
        self._words = [" ".join(line.text.casefold().split()) for line in wanted]
        self._kept = kept

    def of(self, line: int, one: _Weighed) -> str:
        """One sentence, empty when nothing speaks against the line."""
        if self._has_missing_twin(line):
            return "A line of the same words near it was not read, or this is that one."
        return confidence.doubt(one.evidence)

    def _has_missing_twin(self, line: int) -> bool:
        """Whether a line of the same words is missing, with none found between to tell the two apart."""
        for step in (-1, 1):
            at = line + step
            while 0 <= at < len(self._words) and at not in self._kept:
                if self._words[at] == self._words[line]:
                    return True
                at += step
        return False


class _Spans:
    """Islands as frames of the recording."""

    def __init__(self, islands: Islands, scale: Scale) -> None:
        self._islands, self._scale = islands, scale

    def of(self, reading: Reading) -> tuple[int, int]:
        """From the first island's beginning to the last one's end."""
        return self._frames(reading.first, reading.after)

    def _frames(self, first: int, after: int) -> tuple[int, int]:
        start = round(float(self._islands.starts[first]) * STEP * self._scale.rate)
        end = round(float(self._islands.ends[after - 1]) * STEP * self._scale.rate)
        return start, min(end, self._scale.length)

    def beside(self, readings: Sequence[Reading]) -> Iterator[Stretch]:
        """Islands that are in no reading; those close together are one stretch."""
        free = _free(len(self._islands), readings)
        starts, ends = self._islands.starts, self._islands.ends
        at = 0
        while at < len(free):
            after = at + 1
            if free[at]:
                while after < len(free) and free[after] and (starts[after] - ends[after - 1]) * STEP < _APART:
                    after += 1
                yield Stretch(*self._frames(at, after), bool(self._islands.voiced[at:after].any()))
            at = after


def _free(count: int, readings: Sequence[Reading]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    free = np.ones(count, dtype=np.bool_)
    for reading in readings:
        free[reading.first : reading.after] = False
    return free


def _coverage(islands: Islands, readings: Sequence[Reading]) -> float:
    lengths = (islands.ends - islands.starts) * islands.voiced
    return float(lengths[~_free(len(islands), readings)].sum() / lengths.sum())
