"""The outline of a sound, twenty times a second: how loud it is, and in which bands.

It is drawn while a sound goes by, and is what `seam` looks at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Stereo
from guided_audio.sounds.spectrum import loudness_weight

_HOP = 0.05  # seconds
_WINDOW = 4096
_BANDS = 30
_LOWEST, _HIGHEST = 60.0, 12_000.0
_SHAPE = 12.0  # of a Kaiser window: what is five bins away leaks in 90 dB down
_INAUDIBLE = 50.0  # hertz: what is below is hardly heard under a voice, and counts for nothing
_ATONCE = 64  # windows


class Outline:
    """Feed it blocks; afterwards `bands` and `loudness` are as long as there are whole windows."""

    def __init__(self, rate: int) -> None:
        self.hop = round(_HOP * rate)
        frequencies = np.fft.rfftfreq(_WINDOW, 1.0 / rate).astype(np.float64)
        weight = loudness_weight(frequencies) * (frequencies >= _INAUDIBLE)
        self._window = np.kaiser(_WINDOW, _SHAPE).astype(np.float32)[:, None]
        self._weight = (weight / (np.sum(np.square(self._window)) * _WINDOW / 2)).astype(np.float32)
        edges = np.searchsorted(frequencies, np.geomspace(_LOWEST, _HIGHEST, _BANDS + 1))
        self._edges = np.unique(np.concatenate([[0], edges[edges < len(frequencies)]]))
        self._rest: Stereo = np.zeros((0, 2), dtype=np.float32)
        self._powers: list[NDArray[np.float32]] = []

    def feed(self, block: Stereo) -> None:
        """Take in what follows what was taken in before."""
        sound = np.concatenate([self._rest, block])
        whole = max((len(sound) - _WINDOW) // self.hop + 1, 0)
        for first in range(0, whole, _ATONCE):
            starts = np.arange(first, min(first + _ATONCE, whole)) * self.hop
            windows = np.stack([sound[start : start + _WINDOW] for start in starts]) * self._window
            power = np.square(np.abs(np.fft.rfft(windows, axis=1))).mean(axis=2)
            self._powers.append(np.add.reduceat(power * self._weight, self._edges, axis=1))
        self._rest = sound[whole * self.hop :]

    @property
    def bands(self) -> NDArray[np.float64]:
        """Power in each band as the ear weighs it, shape (moments, bands)."""
        nothing = np.zeros((0, len(self._edges)), dtype=np.float32)
        return np.concatenate([nothing, *self._powers]).astype(np.float64)
