"""One pass over a reading: finding lines by templates of a strange voice, or of one made the reader's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment import adaptation, background
from guided_audio.alignment.adaptation import Likeness, Pairs
from guided_audio.alignment.decoder import Prices, Reading, Sound, Templates, decode
from guided_audio.alignment.spectra import Matrix
from guided_audio.alignment.tracing import Trace, trace

PRICES = Prices()

Told = Callable[[int], None]
"""Hears how many islands are done."""

_STRANGE_CAP, _CAP = 25.0, 80.0
RELAXED = 0.6
"""How much farther than from its own voice speech may be from a strange one, in standard deviations.

With less some readers find nothing in any voice; with more, too much is found in all.
"""


_LEAST_GAIN = 0.8
"""Where lines are hardly nearer than anything else, their gains are not blown up to those of right ones."""

_FEWEST_TO_HOLD_OUT = 4
"""Lines, of which half are enough to learn from."""


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """A reading as features: its frames, its islands (see `decoder.Sound`), and the quiet before each."""

    rows: Matrix
    bounds: NDArray[np.int64]
    voiced: NDArray[np.bool_]
    gaps: NDArray[np.float64]

    def first(self, islands: int) -> Hearing:
        """The first so many islands."""
        bounds = self.bounds[: islands + 1]
        return Hearing(self.rows[: bounds[-1]], bounds, self.voiced[:islands], self.gaps[:islands])


@dataclass(frozen=True, slots=True, eq=False)
class Pass:
    """What one pass found, and in what it looked: the templates and the sound as they were for it."""

    readings: list[Reading]
    traces: list[Trace]
    templates: Templates
    sound: Sound

    @property
    def whole(self) -> list[Trace]:
        """The traces of lines read to their end."""
        return [found for reading, found in zip(self.readings, self.traces, strict=True) if reading.whole]

    @property
    def explained(self) -> int:
        """How many frames are in whole lines."""
        return sum(len(found.frames) for found in self.whole)

    @property
    def gain(self) -> float:
        """How much better than nothing the whole lines are, in frames."""
        return sum(reading.gain for reading in self.readings if reading.whole)


def joined(lines: Sequence[Trace]) -> Pairs:
    """The frames of all these lines with their rows."""
    return Pairs(
        np.concatenate([line.frames for line in lines]), np.concatenate([line.rows for line in lines])
    )


def look_strange(hearing: Hearing, plain: Templates) -> Pass:
    """Find lines by a voice that is not the reader's."""
    far = background.distances(hearing.rows, plain, _STRANGE_CAP, RELAXED)
    return _found(plain, _sound(hearing, hearing.rows, far), lambda _: None)


def look_alike(hearing: Hearing, plain: Templates, likeness: Likeness, told: Told) -> Pass:
    """Find lines by templates made like the reader's."""
    rows, templates = likeness.of_reader(hearing.rows), likeness.of_templates(plain)
    far = background.distances(rows, templates, _CAP)
    return _found(templates, _sound(hearing, rows, far, likeness.scale), told)


def learn(hearing: Hearing, plain: Templates, found: Pass) -> Likeness:
    """What makes these templates sound like the reader, from what one pass found by them.

    Its scale makes the gain of a frame 1 in the line in the middle.
    """
    likeness = adaptation.learn(hearing.rows, plain, joined(found.whole))
    gains = _gains(hearing, plain, likeness, found.whole)
    return replace(likeness, scale=1.0 / max(_LEAST_GAIN, float(np.median(gains))))


def held_out_gain(hearing: Hearing, plain: Templates, found: Pass) -> float:
    """How much nearer than anything else a line is by what was learnt from the other lines, unscaled.

    Chance explains lines it was learnt from and no others, so this tells a right script from a wrong one.
    """
    lines = found.whole
    if len(lines) < _FEWEST_TO_HOLD_OUT:
        return 1.0 / learn(hearing, plain, found).scale
    gains = []
    for odd in (0, 1):
        likeness = adaptation.learn(hearing.rows, plain, joined(lines[odd::2]))
        gains += _gains(hearing, plain, likeness, lines[1 - odd :: 2])
    return float(np.median(gains))


def _gains(hearing: Hearing, plain: Templates, likeness: Likeness, lines: Sequence[Trace]) -> list[float]:
    """By how much the frames of each line are nearer to their rows than to anything else."""
    rows, templates = likeness.of_reader(hearing.rows), likeness.of_templates(plain)
    far = background.distances(rows, templates, _CAP)
    gains = []
    for line in lines:
        apart = np.sqrt(np.sum((rows[line.frames] - templates.rows[line.rows]) ** 2, axis=1))
        gains.append(float(np.mean(far[line.frames] - apart)))
    return gains


def _sound(hearing: Hearing, rows: Matrix, far: NDArray[np.float32], scale: float = 1.0) -> Sound:
    return Sound(rows, hearing.bounds, far, hearing.voiced, hearing.gaps, scale)


def _found(templates: Templates, sound: Sound, told: Told) -> Pass:
    readings = decode(templates, sound, PRICES, told)
    traces = [trace(templates, sound, reading, PRICES) for reading in readings]
    return Pass(readings, traces, templates, sound)
