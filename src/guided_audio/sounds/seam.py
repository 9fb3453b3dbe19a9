"""Where the end of a sound can melt into its beginning so that nobody hears it.

What comes in must have the same bands in the same order as what goes out, over the whole of the seam:
that holds for any two places of steady rain, and in music where the same passage comes again. Fades at
both ends are left out. A last look at the samples themselves puts beat on beat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Stereo

_LONGEST_SEAM = 6.0  # seconds
_SEARCHED = 45.0  # seconds at either end
_LEVELLED = 3.0  # seconds over which a level is taken to find fades
_FADED = 3.0  # decibels under the usual level: there a fade has begun
_FAINT = 10.0  # decibels under the usual level: at an end, where the sound has not begun or is over
_SILENT = 30.0  # decibels under the loudest
_FLOOR = 45.0  # decibels under the usual level: differences below are nobody's
_ALIKE = 0.3  # correlation from which samples are taken to be of the same passage

Floats = NDArray[np.float64]
Read = Callable[[int, int], Stereo]
"""Frames from a start, so many."""


@dataclass(frozen=True, slots=True)
class Seam:
    """A loop, in frames: play from `start` to `end`, then go on at `back` while `end` goes on under it.

    The two overlap for `length` frames; `alike` is the correlation of their samples, 0 to 1.
    """

    start: int
    back: int
    end: int
    length: int
    alike: float


def find_seam(bands: Floats, hop: int, rate: int, read: Read) -> Seam:
    """The best seam of a sound.

    `bands` are the powers of its outline, one row every `hop` frames; `read` gives its frames.
    """
    begin, first, last = _steady(bands.sum(axis=1), max(round(_LEVELLED * rate / hop), 1))
    usable = last - first
    length = min(round(_LONGEST_SEAM * rate / hop), usable // 4)
    reach = min(round(_SEARCHED * rate / hop), usable // 6)
    floor = float(np.median(bands[first:last].sum(axis=1))) / bands.shape[1] * 10.0 ** (-_FLOOR / 10.0)
    decibels = 10.0 * np.log10(bands + floor + 1e-20)
    tail = last - length - reach
    costs = _costs(decibels[first : first + reach + length], decibels[tail:last], length)
    lost = (np.arange(costs.shape[0])[:, None] + np.arange(costs.shape[1])[::-1]) / usable
    back, end = np.unravel_index(int(np.argmin((costs + 1.0) * (1.0 + lost))), costs.shape)
    rough = Seam(begin * hop, (first + int(back)) * hop, (tail + int(end)) * hop, length * hop, 0.0)
    return _exactly(rough, hop, read)


def _steady(power: Floats, span: int) -> tuple[int, int, int]:
    """Where there is something to hear; where it has its usual level; where it loses it for good."""
    span = max(min(span, len(power) // 8), 1)
    level = 10.0 * np.log10(np.convolve(power, np.ones(span) / span, mode="valid") + 1e-20)
    usual = float(np.median(level[level > level.max() - _SILENT]))
    moments = 10.0 * np.log10(power + 1e-20)
    heard = int(np.argmax(moments > usual - _SILENT))
    full = np.flatnonzero(level > usual - _FADED)
    inside = np.flatnonzero(moments[int(full[0]) : int(full[-1]) + span] > usual - _FAINT) + int(full[0])
    first, last = int(inside[0]), int(inside[-1]) + 1
    if last - first < len(power) // 4:  # no level is usual here: one part is as good as another
        return heard, heard, len(power)
    return min(heard, first), first, last


def _costs(heads: Floats, tails: Floats, length: int) -> Floats:
    """How unlike the stretch from each head is to that from each tail: mean squared decibels."""
    apart = np.square(heads).sum(axis=1)[:, None] + np.square(tails).sum(axis=1) - 2.0 * heads @ tails.T
    sums = np.zeros((len(heads) + 1, len(tails) + 1))
    for row in range(len(heads)):  # along the diagonals, where both go on together
        sums[row + 1, 1:] = sums[row, :-1] + apart[row]
    return np.asarray((sums[length:, length:] - sums[:-length, :-length]) / (length * heads.shape[1]))


def _exactly(rough: Seam, reach: int, read: Read) -> Seam:
    """The same seam with its end moved by up to `reach` frames to where the samples agree best."""
    coming = read(rough.back, rough.length).mean(axis=1, dtype=np.float64)
    begin = max(rough.end - reach, rough.back + rough.length)
    going = read(begin, rough.end + rough.length - begin).mean(axis=1, dtype=np.float64)
    size = 1 << (len(going) + len(coming)).bit_length()
    shared = np.fft.irfft(np.fft.rfft(going, size) * np.conj(np.fft.rfft(coming, size)), size)
    places = len(going) - len(coming) + 1
    energy = np.concatenate([[0.0], np.cumsum(np.square(going))])
    strength = np.sqrt((energy[len(coming) :] - energy[:places]) * np.sum(np.square(coming))) + 1e-12
    alike = shared[:places] / strength
    best = int(np.argmax(alike))
    if alike[best] < _ALIKE:
        return rough
    return Seam(rough.start, rough.back, begin + best, rough.length, min(float(alike[best]), 1.0))
