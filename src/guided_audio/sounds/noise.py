"""Noise of any spectrum, drawn straight in the spectrum.

A frame is the inverse transform of independent random bins under the recipe's gains: exactly the noise
that filtering white noise would give, for one transform instead of two, and of any spectrum. Frames
overlap by `OVERLAP` with equal power; as they are independent, the sum has the same statistics there as
anywhere, and nothing marks the place.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np
from numpy.typing import NDArray

from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import Noise
from guided_audio.sounds.spectrum import gains

FRAME = 65_536
OVERLAP = 8_192
BLOCK = FRAME - OVERLAP
"""Frames of the fixed grid on which a bed is made."""

Planes = NDArray[np.float32]
"""Shape (2, frames): left, right, each in one piece."""

_ANGLE = np.linspace(0.0, np.pi / 2, OVERLAP, endpoint=False, dtype=np.float32)
_FADE_IN, _FADE_OUT = np.sin(_ANGLE), np.cos(_ANGLE)

MOST_SIDE = 0.45
"""Share of the power that differs between left and right at full width: 2.6 dB are lost in mono."""


_REMEMBERED = 12  # tails of frames: some for every core that renders


class NoiseLayer:
    """One layer of noise; `block` depends on nothing but its number."""

    def __init__(self, noise: Noise, rate: int, key: tuple[int, int]) -> None:
        shape = gains(noise.spectrum, np.fft.rfftfreq(FRAME, 1.0 / rate).astype(np.float64))
        last = int(np.flatnonzero(shape)[-1]) + 1
        # Uniform parts of variance 1/12 twice, each bin counted at both signs: unit RMS.
        self._shape = shape[:last] * np.float32(np.sqrt(3.0) * FRAME)
        side = MOST_SIDE * noise.width
        self._middle, self._side = np.float32(np.sqrt(1.0 - side)), np.float32(np.sqrt(side))
        self._key = key
        self._tails: OrderedDict[int, Planes] = OrderedDict()
        self._lock = threading.Lock()

    def block(self, number: int) -> Planes:
        """Block `number`: its own frame, and the tail of the frame before."""
        tail = self._tail(number - 1)
        frame = self._frame(number)
        self._remember(number, frame[:, BLOCK:].copy())
        made = frame[:, :BLOCK]
        made[:, :OVERLAP] *= _FADE_IN
        made[:, :OVERLAP] += tail * _FADE_OUT
        return made

    def _tail(self, number: int) -> Planes:
        with self._lock:
            tail = self._tails.get(number)
        return tail if tail is not None else self._frame(number)[:, BLOCK:].copy()

    def _remember(self, number: int, tail: Planes) -> None:
        with self._lock:
            self._tails[number] = tail
            if len(self._tails) > _REMEMBERED:
                self._tails.popitem(last=False)

    def _frame(self, number: int) -> Planes:
        """All of frame `number`: its block and the overlap with the next. -1 is before the first."""
        random = generator(*self._key, number + 1)
        bins = len(self._shape)
        parts = random.random((2, 2 * bins), dtype=np.float32)
        parts -= np.float32(0.5)
        both = parts.view(np.complex64) * self._shape
        spectrum = np.zeros((2, FRAME // 2 + 1), dtype=np.complex64)
        np.multiply(both[0], self._middle, out=spectrum[0, :bins])
        side = both[1] * self._side
        np.subtract(spectrum[0, :bins], side, out=spectrum[1, :bins])
        spectrum[0, :bins] += side
        return np.fft.irfft(spectrum, axis=1).astype(np.float32, copy=False)
