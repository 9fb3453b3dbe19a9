"""A breath to follow: a soft swell that rises as the breath comes in and falls as it goes out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Stereo
from guided_audio.sounds.bed import Bed
from guided_audio.sounds.recipe import BedRecipe, BreathRecipe

_APART = 600  # seconds of the beds from the beginning of one breath to that of the next
_CURVE = 1.5  # of a sine: heard from early on, and still without a corner at either end
_TURN = 0.25  # the share of a phase over which the sound turns from in to out


class Breath:
    """Makes breaths of any length from one recipe: the same for the same lengths and number."""

    def __init__(self, recipe: BreathRecipe, rate: int) -> None:
        self._inward = Bed(BedRecipe(recipe.title, "", recipe.seed, recipe.inward), rate)
        self._outward = Bed(BedRecipe(recipe.title, "", recipe.seed + 1, recipe.outward), rate)
        self._rate = rate

    def swell(self, inhale: int, exhale: int, hold: int = 0, number: int = 0) -> Stereo:
        """One whole breath, shape (inhale + hold + exhale, 2), lengths in frames, each phase at least one.

        It rises over `inhale`, stays full over `hold`, and falls over `exhale`; the first and the last
        frame are zero. Full, it is as loud as any bed is before it is mixed (-24 LUFS). `number` is
        which breath of a sitting this is: no two sound the same.

        Raises:
            ValueError: a phase has no length.
        """
        if inhale < 1 or exhale < 1 or hold < 0:
            raise ValueError("A breath comes in and goes out; both take time.")
        length, start = inhale + hold + exhale, number * _APART * self._rate
        out = _turn(inhale, hold, exhale)
        sound: Stereo = self._inward.read(start, length) * np.sqrt(1.0 - out)[:, None]
        sound += self._outward.read(start, length) * np.sqrt(out)[:, None]
        sound *= _shape(inhale, hold, exhale)[:, None]
        return sound


def _shape(inhale: int, hold: int, exhale: int) -> NDArray[np.float32]:
    """The level at every frame, from 0 to 1 and back."""
    rise = np.arange(inhale) / inhale
    fall = np.arange(exhale - 1, -1, -1) / exhale
    curve = np.sin(0.5 * np.pi * np.concatenate([rise, np.ones(hold), fall])) ** _CURVE
    return np.asarray(curve, dtype=np.float32)


def _turn(inhale: int, hold: int, exhale: int) -> NDArray[np.float32]:
    """The share of the power that is of the breath going out, at every frame: it changes about the turn."""
    begin, end = inhale * (1.0 - _TURN), inhale + hold + exhale * _TURN
    along = np.clip((np.arange(inhale + hold + exhale) - begin) / (end - begin), 0.0, 1.0)
    return np.asarray(np.sin(0.5 * np.pi * along) ** 2, dtype=np.float32)
