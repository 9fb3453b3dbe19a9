"""A bell from its recipe: tones that beat slowly and die away to true silence.

Each partial is two tones a hair apart, the stronger a little left or right of the weaker. In any stretch a
tone is what it is in the first, turned and fainter by one complex number; so a bell is a product of two
small tables, and a sine is computed for one frame in a few hundred.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Stereo
from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import BellRecipe

PEAK = 0.5
"""Every bell is brought to this peak, -6 dBFS; the mixer sets it against the voice."""

_SHARES = (0.78, 0.22)  # of the two tones of a partial
_SPREAD = 0.35  # how far they stand apart, of the way from middle to one side
_CLOSING = 0.3  # the share of its length over which a bell closes
_STRETCH = 1024  # frames


@dataclass(frozen=True, slots=True)
class _Tone:
    """A pitch in hertz that loses 60 dB in `decay` seconds, and how strong it is on either side."""

    pitch: float
    decay: float
    phase: float
    sides: tuple[float, float]


def ring(recipe: BellRecipe, rate: int) -> Stereo:
    """The whole bell, shape (frames, 2), at `PEAK`, its last frame zero."""
    frames = round(recipe.length * rate)
    sound = _sum(list(_tones(recipe)), frames, rate)
    beginning = np.arange(min(frames, round(recipe.strike * rate))) / (recipe.strike * rate)
    sound[:, : len(beginning)] *= _softly(beginning)
    closing = np.arange(min(frames, round(_CLOSING * frames)), 0, -1) / (_CLOSING * frames)
    sound[:, frames - len(closing) :] *= _softly(closing)
    sound[:, -1] = 0.0
    sound *= PEAK / np.max(np.abs(sound))
    return np.ascontiguousarray(sound.T, dtype=np.float32)


def _softly(share: NDArray[np.float64]) -> NDArray[np.float64]:
    return 0.5 - 0.5 * np.cos(pi * share)


def _tones(recipe: BellRecipe) -> Iterator[_Tone]:
    random = generator(recipe.seed, 0xBE11)
    for partial in recipe.partials:
        amplitude = 10.0 ** (partial.level / 20.0)
        first = _SPREAD if random.random() < 0.5 else -_SPREAD
        for share, side, detuned in zip(_SHARES, (first, -first), (-0.5, 0.5), strict=True):
            level = share * amplitude
            sides = (level * sqrt(1.0 - side), level * sqrt(1.0 + side))
            pitch = partial.pitch + detuned * partial.beat
            yield _Tone(pitch, partial.decay, random.uniform(0.0, 2.0 * pi), sides)


def _sum(tones: list[_Tone], frames: int, rate: int) -> NDArray[np.float64]:
    """All tones from their beginning, shape (2, frames)."""
    turn = np.array([2j * pi * tone.pitch - log(1000.0) / tone.decay for tone in tones])[:, None] / rate
    phases = np.array([1j * tone.phase for tone in tones])[:, None]
    begins = np.exp(turn * np.arange(0, frames, _STRETCH) + phases)
    within = np.exp(turn * np.arange(_STRETCH))
    # the imaginary part of each product, of all tones together
    begins, within = np.concatenate((begins.imag, begins.real)), np.concatenate((within.real, within.imag))
    sides = np.array([tone.sides for tone in tones] * 2).T
    sound = np.stack([np.einsum("kb,kf->bf", begins * side[:, None], within).ravel() for side in sides])
    return sound[:, :frames]
