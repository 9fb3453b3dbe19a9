"""A bell from its recipe: tones that beat slowly and die away to true silence."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Stereo
from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import BellRecipe, Partial

PEAK = 0.5
"""Every bell is brought to this peak, -6 dBFS; the mixer sets it against the voice."""

_SPREAD = 0.35  # how far the two tones of a partial stand apart, of the way from middle to one side
_CLOSING = 0.3  # the share of its length over which a bell closes


def ring(recipe: BellRecipe, rate: int) -> Stereo:
    """The whole bell, shape (frames, 2), at `PEAK`, its last frame zero."""
    frames = round(recipe.length * rate)
    seconds = np.arange(frames) / rate
    random = generator(recipe.seed, 0xBE11)
    sound = np.zeros((frames, 2))
    for partial in recipe.partials:
        sound += _partial(partial, recipe.strike, seconds, random)
    left_to_go = np.clip((recipe.length - seconds) / (_CLOSING * recipe.length), 0.0, 1.0)
    sound *= (0.5 - 0.5 * np.cos(np.pi * left_to_go))[:, None]
    sound[-1] = 0.0
    sound *= PEAK / np.max(np.abs(sound))
    return sound.astype(np.float32)


def _partial(
    partial: Partial, strike: float, seconds: NDArray[np.float64], random: np.random.Generator
) -> NDArray[np.float64]:
    """One partial as two tones a hair apart, the stronger a little left or right of the weaker."""
    amplitude = 10.0 ** (partial.level / 20.0)
    soft = 0.5 - 0.5 * np.cos(np.pi * np.minimum(seconds / strike, 1.0))
    envelope = amplitude * soft * 10.0 ** (-3.0 * seconds / partial.decay)
    sides = (_SPREAD, -_SPREAD) if random.random() < 0.5 else (-_SPREAD, _SPREAD)
    result = np.zeros((len(seconds), 2))
    for share, side, detuned in zip((0.78, 0.22), sides, (-0.5, 0.5), strict=True):
        phase = random.uniform(0.0, 2.0 * np.pi)
        pitch = partial.pitch + detuned * partial.beat
        tone = share * envelope * np.sin(2.0 * np.pi * pitch * seconds + phase)
        result[:, 0] += tone * np.sqrt(1.0 - side)
        result[:, 1] += tone * np.sqrt(1.0 + side)
    return result
