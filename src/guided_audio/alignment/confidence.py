"""How sure each line is: how well its sound fits its words, and how much better than other lines would."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guided_audio.alignment.decoder import Reading, scores_of
from guided_audio.alignment.outcome import Wanted
from guided_audio.alignment.search import PRICES, Pass
from guided_audio.alignment.tracing import Trace

FOUND_FIT = 0.15
"""Gain a frame below which a reading is none: usual lines have 0.9, remarks taken for a line less than 0."""

LEAST_FIT, LEAST_MARGIN, LEAST_WORST = 0.45, 3.0, -0.7
"""Below these a line is flagged: gain a frame, gain over the best rival, and the fit of its worst part."""

MOST_LEFT_OUT = 0.15
"""Seconds of voice inside a line that are none of it, above which it is flagged."""

_RIVALS, _NEIGHBOURS = 6, 2
_ALIKE = 0.5
_PART = 20
"""Frames of the worst part: about a word."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a line where it was found; see `LEAST_FIT`.

    `left_out` is voiced sound inside it that is none of it, in seconds.
    """

    fit: float
    margin: float
    worst: float
    left_out: float


class Rivals:
    """Which lines may be taken for which: neighbours, and those that share most of their words."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._words = [tuple(line.text.casefold().split()) for line in wanted]

    def of(self, line: int) -> list[int]:
        """The indexes of a line's rivals; identical lines are none, for nobody could tell."""
        own = self._words[line]
        near = [other for other in range(len(self._words)) if self._shares(own, self._words[other])]
        ratios = {other: difflib.SequenceMatcher(None, own, self._words[other]).ratio() for other in near}
        alike = sorted(ratios, key=lambda other: -ratios[other])[:_RIVALS]
        alike = [other for other in alike if ratios[other] >= _ALIKE]
        around = range(max(0, line - _NEIGHBOURS), min(len(self._words), line + _NEIGHBOURS + 1))
        return [other for other in {*alike, *around} if self._words[other] != own]

    @staticmethod
    def _shares(own: Sequence[str], other: Sequence[str]) -> bool:
        return 2 * len(set(own) & set(other)) >= _ALIKE * (len(own) + len(other))


def weigh(found: Pass, reading: Reading, line: Trace, rivals: Sequence[int]) -> Evidence:
    """The evidence for one reading."""
    margin = np.inf
    if rivals:
        islands = range(reading.first, reading.after)
        margin = line.score - scores_of(found.templates.some(rivals), found.sound, islands, PRICES).max()
    frames = max(1, len(line.frames))
    return Evidence(line.score / frames, float(margin), _worst(line), _left_out(found, reading, line))


def doubt(evidence: Evidence) -> str:
    """Why somebody should listen to it, empty when nothing speaks against it."""
    if evidence.fit < LEAST_FIT:
        return "It hardly sounds like the words of this line."
    if evidence.margin < LEAST_MARGIN:
        return "Another line of the script fits here almost as well."
    if evidence.left_out > MOST_LEFT_OUT:
        return "Something else is heard in the middle of it."
    if evidence.worst < LEAST_WORST:
        return "A part of it does not sound like the words of this line."
    return ""


def degree(evidence: Evidence) -> float:
    """Between 0 and 1: a half where the fit or the margin is just enough not to be flagged."""
    fit = max(0.0, evidence.fit) / LEAST_FIT
    margin = max(0.0, evidence.margin) / LEAST_MARGIN
    return float(1.0 - 0.5 ** min(fit**2, margin))


def _worst(line: Trace) -> float:
    if len(line.gains) < _PART:
        return float(line.gains.mean()) if len(line.gains) else -np.inf
    sums = np.cumsum(np.concatenate(([0.0], line.gains)))
    return float((sums[_PART:] - sums[:-_PART]).min() / _PART)


def _left_out(found: Pass, reading: Reading, line: Trace) -> float:
    """Seconds of voiced islands inside the reading that are none of it."""
    inside = np.zeros(len(found.sound.rows), dtype=np.bool_)
    inside[line.frames] = True
    bounds = found.sound.bounds
    return 0.02 * sum(
        int(bounds[island + 1] - bounds[island])
        for island in range(reading.first, reading.after)
        if found.sound.voiced[island] and not inside[bounds[island] : bounds[island + 1]].any()
    )
