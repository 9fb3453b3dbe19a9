"""Folding: a meditation becomes rows of equal length, like the lines of a page, each with its axis.

However long it is, there are about a dozen rows at the most unless more are asked for, and every step
on the axis is one that people count in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from guided_audio.picture.sheet import MARGIN, RIGHT

_ROWS = (15, 20, 30, 40, 45, *range(60, 240, 15), *range(240, 600, 30), *range(600, 3601, 60))  # seconds
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_LEAST, _USUAL = 45.0, 180.0
_SLIVER = 0.3  # of a row: a last row with less looks lost
_FEW, _MOST = 4, 12
_LABEL_EVERY, _TICK_EVERY = 105.0, 11.0  # pixels apart at the least


@dataclass(frozen=True, slots=True)
class Row:
    """Frames `start` up to `end`, spread over the width of the sheet; nothing is drawn from `stop` on."""

    start: float
    end: float
    stop: float
    rate: int

    def x(self, frame: float) -> float:
        """Where a frame stands; frames outside stand at the row's ends."""
        inside = min(max(frame, self.start), self.stop)
        return MARGIN + (inside - self.start) / (self.end - self.start) * (RIGHT - MARGIN)

    def holds(self, start: float, end: float) -> bool:
        """Whether some of that stretch is in it."""
        return start < self.stop and end > self.start

    @property
    def scale(self) -> float:
        """Pixels of a second."""
        return (RIGHT - MARGIN) * self.rate / (self.end - self.start)

    def marks(self, apart: float) -> list[float]:
        """Round times that are at least so many pixels apart, as frames, from its start up to its stop."""
        step = _step(apart / self.scale) * self.rate
        first = math.ceil(self.start / step - 1e-9)
        return [number * step for number in range(first, math.ceil(self.stop / step - 1e-9))]

    @property
    def label_marks(self) -> list[float]:
        """Where the axis says the time."""
        return self.marks(_LABEL_EVERY)

    @property
    def tick_marks(self) -> list[float]:
        """Where the axis has a tick."""
        return self.marks(_TICK_EVERY)


def _step(least: float) -> float:
    """The smallest step people count in that is at least so many seconds."""
    return next((float(step) for step in _STEPS if step >= least), math.ceil(least / 3600) * 3600.0)


def fold(length: int, rate: int, most: int = _MOST) -> list[Row]:
    """The rows of so many frames: always at least one, and about `most` at the most."""
    seconds = max(length / rate, 1.0)
    row = _row_length(seconds, most)
    count = max(math.ceil(seconds / row - 1e-9), 1)
    stop = max(length, 1)
    return [
        Row(number * row * rate, (number + 1) * row * rate, min((number + 1) * row * rate, stop), rate)
        for number in range(count)
    ]


def _row_length(seconds: float, most: int) -> float:
    """Seconds of a row: near what reads well, and so that the last row is nearly full."""
    ideal = max(min(max(seconds / _FEW, _LEAST), _USUAL), seconds / most)
    if ideal > _ROWS[-1]:
        return _step(ideal)

    def cost(row: int) -> float:
        empty = math.ceil(seconds / row - 1e-9) - seconds / row
        return empty + 2.0 * (1 - _SLIVER < empty < 1) + 1.5 * abs(math.log(row / ideal))

    return float(min(_ROWS, key=cost))
