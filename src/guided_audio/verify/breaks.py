"""Breaks: how suddenly a sound changes at a place, measured so that clicks, gaps and jumps show.

The measure is flux: how much the level of seven bands from 400 Hz to 16 kHz changes over 6 ms, in
windows of 6 ms. Its mean over the bands is taken apart for bands that rise and for bands that fall.
A syllable begins, a wave breaks: that rises. A click rises and falls again at once, a gap falls and
rises, each in nearly all bands. So the figure of a break is the smaller of the strongest rise and
the strongest fall within 6 ms of a place; no syllable has both.

A jump from one level to another does only one of them. It is measured slowly: how far the mean level
of the 70 ms after a place lies from that of the 70 ms before. Only a steady sound has none.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Stereo

WINDOW, HOP = 256, 128
"""Frames, at 44.1 kHz 6 and 3 ms."""

REACH = 512
"""Frames to either side that decide the figure of a break."""

JUMP_REACH = 3264
"""Frames to either side that decide the figure of a jump."""

_LAG, _NEAR, _SPAN = 2, 5, 24  # hops: a change, what counts as at once, one side of a jump
_LOWEST, _HIGHEST, _BANDS = 400.0, 16_000.0, 7
_FLOOR = 1e-8
"""Power added to each band, -80 dBFS: what an encoder does to less is not heard."""

Figures = NDArray[np.float32]


def breaks(levels: Figures) -> Figures:
    """The figure of a break at each hop, in dB; the first one belongs to frame `REACH` of the sound."""
    change = levels[_LAG:] - levels[:-_LAG]
    rises, falls = (np.maximum(sign * change, 0).mean(axis=1) for sign in (1, -1))
    return np.asarray(np.minimum(_highest(rises), _highest(falls)))


def jumps(levels: Figures) -> Figures:
    """The figure of a jump at each hop, in dB; the first one belongs to frame `JUMP_REACH`."""
    total = np.concatenate((np.zeros((1, levels.shape[1]), np.float32), np.cumsum(levels, axis=0)))
    means = (total[_SPAN:] - total[:-_SPAN]) / _SPAN
    figures: Figures = np.abs((means[_SPAN + _LAG :] - means[: -_SPAN - _LAG]).mean(axis=1))
    return figures


def band_levels(sound: Stereo, rate: int) -> Figures:
    """The level of each band in each window, in dBFS over both channels; shape (windows, bands).

    Left and right go through one transform as the real and the imaginary part of one sound.
    """
    if len(sound) < WINDOW:
        return np.zeros((0, _BANDS), dtype=np.float32)
    both = sound[:, 0] + 1j * sound[:, 1]
    windows: NDArray[np.complex64] = np.lib.stride_tricks.sliding_window_view(both, WINDOW)[::HOP]
    spectra = np.fft.fft(windows * _shape(), axis=1)
    powers = np.square(spectra.real) + np.square(spectra.imag)
    folded = powers[:, 1 : WINDOW // 2] + powers[:, : WINDOW // 2 : -1]
    return np.asarray(10 * np.log10(folded @ _bands(rate) + np.float32(_FLOOR)), dtype=np.float32)


def _highest(values: Figures) -> Figures:
    """The highest of `_NEAR` neighbours; none where there are fewer."""
    if len(values) < _NEAR:
        return values[:0]
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, _NEAR).max(axis=1))


@cache
def _shape() -> Figures:
    return np.asarray(np.hanning(WINDOW + 1)[:-1], dtype=np.float32)


@cache
def _bands(rate: int) -> Figures:
    """How much each bin but the first adds to each band, so that a band's sum is its mean square."""
    highest = min(_HIGHEST, 0.45 * rate)
    edges = np.round(np.geomspace(_LOWEST, highest, _BANDS + 1) * WINDOW / rate)
    bins = np.arange(1, WINDOW // 2)[:, None]
    inside = (bins >= edges[:-1]) & (bins < edges[1:])
    scale = WINDOW * float(np.square(_shape(), dtype=np.float64).sum())
    return np.asarray(inside / scale, dtype=np.float32)
