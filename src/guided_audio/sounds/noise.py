"""Noise of any spectrum, laid out of a few textures that were drawn straight in the spectrum.

A texture is the inverse transform of independent random bins under the recipe's gains: exactly the noise
that filtering white noise would give, for one transform instead of two, and of any spectrum. It goes
round: its end flows into its beginning, so it can be entered anywhere. A frame is two of them, each
entered at random: of sixteen textures that makes 10^11 different frames, as good as fresh noise for
the price of an addition. One alone would come back every twenty seconds. Frames overlap by `OVERLAP`
with equal power, and neighbours share no texture; the sum has the same statistics there as anywhere,
and nothing marks the place.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import Noise
from guided_audio.sounds.spectrum import gains
from guided_audio.units import gain

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

_TEXTURES = 16  # half a megabyte each
_PICKED = 256  # frames of which it is decided at once what they are made of


class NoiseLayer:
    """One layer of noise; `block` depends on nothing but its number."""

    def __init__(self, noise: Noise, rate: int, key: tuple[int, int]) -> None:
        shape = gains(noise.spectrum, np.fft.rfftfreq(FRAME, 1.0 / rate).astype(np.float64))
        last = int(np.flatnonzero(shape)[-1]) + 1
        # Uniform parts of variance 1/12 twice, each bin at both signs, two textures: unit RMS at 0 dB.
        self._shape = shape[:last] * np.float32(np.sqrt(1.5) * FRAME * gain(noise.level))
        side = MOST_SIDE * noise.width
        self._middle, self._side = np.float32(np.sqrt(1.0 - side)), np.float32(np.sqrt(side))
        self._key = key
        self._textures: dict[int, Planes] = {}

    def block(self, number: int) -> Planes:
        """Block `number`: its own frame, which comes in while the frame before goes out."""
        made, ending = np.empty((2, BLOCK), np.float32), np.empty((2, OVERLAP), np.float32)
        self._lay(number, 0, made)
        self._lay(number - 1, BLOCK, ending)
        made[:, :OVERLAP] *= _FADE_IN
        ending *= _FADE_OUT
        made[:, :OVERLAP] += ending
        return made

    def _lay(self, number: int, start: int, out: Planes) -> None:
        """Write frame `number`, from its frame `start` on, into `out`. -1 is before the first."""
        one, entry, other, other_entry = _picks(self._key, (number + 1) // _PICKED)[(number + 1) % _PICKED]
        first, second = (
            self._texture(2 * which + number % 2) for which in (one, other)
        )  # neighbours share none
        here, there, done, length = (entry + start) % FRAME, (other_entry + start) % FRAME, 0, out.shape[1]
        while done < length:  # up to where either of them comes round
            count = min(length - done, FRAME - here, FRAME - there)
            np.add(
                first[:, here : here + count], second[:, there : there + count], out[:, done : done + count]
            )
            here, there, done = (here + count) % FRAME, (there + count) % FRAME, done + count

    def _texture(self, which: int) -> Planes:
        texture = self._textures.get(which)
        if texture is None:  # two threads may draw it at once, and it is the same
            texture = self._textures[which] = self._drawn(which)
        return texture

    def _drawn(self, which: int) -> Planes:
        random = generator(*self._key, which)
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


@lru_cache(maxsize=64)
def _picks(key: tuple[int, int], stretch: int) -> list[tuple[int, int, int, int]]:
    """For each frame of a stretch which textures, and where each is entered; never one texture twice."""
    random, half = generator(*key, 0xF2A3E5, stretch), _TEXTURES // 2
    one = random.integers(half, size=_PICKED)
    other = (one + random.integers(1, half, size=_PICKED)) % half
    entries = random.integers(FRAME, size=(2, _PICKED))
    return list(zip(*(row.tolist() for row in (one, entries[0], other, entries[1])), strict=True))
