"""Whether a sound comes round again: how it moves beside how it moves a while later.

The correlation of an envelope with itself, where both places were heard. A loop agrees with itself by
nearly 1 after each of its turns. What only moves agrees by chance as well, the more the slower it moves and
the shorter it was heard: how much is known from how it moves from one moment to the next (Bartlett 1946).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SOONEST = 30.0
"""Seconds after which nothing may be heard again."""

LEAST_TOGETHER = 20.0
"""Seconds of a sound that are compared with as many later ones, at the least."""

_MOVES_FOR = 15.0
"""Seconds within which a sound that moves is like itself because it has not moved on yet."""

_SURE = 4.0
"""Standard deviations that chance keeps within, at every one of thousands of distances."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """How alike a sound is to itself `after` so many seconds, and how alike by `chance` at the most."""

    likeness: float
    after: float
    chance: float


def repeat(envelope: Floats, hop: float) -> Repeat | None:
    """The distance at which a sound is more alike than chance, or comes nearest to it.

    `envelope` has the level of each `hop` seconds, in decibels, and no number where the sound was not heard
    alone. Nothing, where too little was heard to compare.
    """
    heard = np.isfinite(envelope)
    if not heard.any():
        return None
    level = np.where(heard, envelope - envelope[heard].mean(), 0.0)
    there = heard.astype(np.float64)
    together = _later(there, there)
    power = _later(np.square(level), there) * _later(there, np.square(level))
    alike = _later(level, level) / np.sqrt(np.maximum(power, 1e-12))
    enough = together >= LEAST_TOGETHER / hop
    near, soonest = alike[1 : round(_MOVES_FOR / hop)], round(SOONEST / hop)
    enough[:soonest] = False
    if not enough.any():
        return None
    moves = 1 + 2 * np.square(near[together[1 : len(near) + 1] > 0]).sum()
    chance = _SURE * np.sqrt(moves / np.maximum(together, 1.0))
    at = int(np.argmax(np.where(enough, alike - chance, -np.inf)))
    return Repeat(float(alike[at]), at * hop, float(chance[at]))


def _later(first: Floats, second: Floats) -> Floats:
    """The sum of all products of two points, by how much later the second one is."""
    size = 1 << (2 * len(first) - 1).bit_length()
    product = np.conj(np.fft.rfft(first, size)) * np.fft.rfft(second, size)
    return np.asarray(np.fft.irfft(product, size)[: len(first)])
