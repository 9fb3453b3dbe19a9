"""Findings: what is off in a finished file, and where. The judgement is `verify`'s; here it gets a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from guided_audio.listening import LevelCurve
from guided_audio.receipt import Receipt
from guided_audio.units import gain
from guided_audio.verify import LEAST_LIKENESS, LONGEST_ZERO, PAUSE_TOLERANCE, Notes, not_heard

_NEAR = 50  # hops: peaks nearer than that are one place


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, from frame `start` up to `end`, in a word or two."""

    start: int
    end: int
    label: str


def findings(notes: Notes) -> list[Finding]:
    """Everything off that has a place, from the beginning to the end."""
    if notes.receipt is None:
        return []
    found = [
        *_missing(notes),
        *_pauses(notes, notes.receipt),
        *_length(notes, notes.receipt),
        *_holes(notes, notes.receipt),
        *_peaks(notes, notes.receipt),
        *_breaks(notes),
    ]
    return sorted(found, key=lambda finding: (finding.start, finding.end))


def _missing(notes: Notes) -> Iterator[Finding]:
    """Clips that are not heard where there is sound; those that follow one another as one."""
    missing = not_heard(notes.clips, notes.levels, notes.found)
    end = notes.ear.frames
    for run in _runs([index for index in missing if notes.clips[index].start < end]):
        first, last = notes.clips[run[0]], notes.clips[run[-1]]
        label = "not heard" if len(run) == 1 else f"{len(run)} pieces not heard"
        yield Finding(first.start, min(last.start + last.length, end), label)


def _pauses(notes: Notes, receipt: Receipt) -> Iterator[Finding]:
    here = [index for index, found in sorted(notes.found.items()) if found.likeness >= LEAST_LIKENESS]
    for before, after in pairwise(here):
        late = (notes.found[after].offset - notes.found[before].offset) / receipt.rate
        if after == before + 1 and abs(late) > PAUSE_TOLERANCE:
            clip = notes.clips[before]
            label = f"pause {abs(late) * 1000:.0f} ms too {'long' if late > 0 else 'short'}"
            yield Finding(clip.start + clip.length, notes.clips[after].start, label)


def _length(notes: Notes, receipt: Receipt) -> Iterator[Finding]:
    heard, planned = notes.ear.frames, receipt.frames
    if heard < planned:
        yield Finding(heard, planned, "the sound ends early")
    if heard > planned:
        yield Finding(planned, heard, "more than was planned")


def _holes(notes: Notes, receipt: Receipt) -> Iterator[Finding]:
    """Digital zero where `verify` found too much of it: its longest stretch, and all that are too long."""
    if notes.curve is None or notes.ear.longest_zero <= LONGEST_ZERO * receipt.rate:
        return
    runs = _runs(np.flatnonzero(notes.curve.peaks == 0).tolist())
    longest = max((len(run) for run in runs), default=0)
    for run in runs:
        if len(run) == longest or len(run) * notes.curve.hop > LONGEST_ZERO * receipt.rate:
            yield _over(run, notes.curve, "no sound at all")


def _peaks(notes: Notes, receipt: Receipt) -> Iterator[Finding]:
    ceiling = gain(receipt.levels.true_peak_dbtp)
    if notes.curve is None or notes.ear.peak <= ceiling:
        return
    peaks: NDArray[np.float32] = notes.curve.peaks
    loud = np.flatnonzero(peaks > min(ceiling, float(peaks.max()) * 0.999))
    for run in _runs(loud.tolist(), _NEAR):
        yield _over(run, notes.curve, "too loud")


def _breaks(notes: Notes) -> Iterator[Finding]:
    """Joins that can be heard."""
    for join in notes.breaks:
        yield Finding(join.start, join.end, "a join is heard")


def _over(run: Sequence[int], curve: LevelCurve, label: str) -> Finding:
    return Finding(run[0] * curve.hop, (run[-1] + 1) * curve.hop, label)


def _runs(numbers: Sequence[int], apart: int = 1) -> list[list[int]]:
    """Ascending numbers in runs: a new one where two are further apart than that."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number - runs[-1][-1] <= apart:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
