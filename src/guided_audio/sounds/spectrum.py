"""Spectra: the points of a recipe as a gain for every bin, and the weighting of the ear."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.sounds.recipe import Spectrum

_EDGE = 30.0  # dB an octave by which a noise falls off beyond its first and last point
_INAUDIBLE = 75.0  # dB under the strongest bin: not worth a random number


def gains(spectrum: Spectrum, frequencies: NDArray[np.float64]) -> NDArray[np.float32]:
    """The gain of each frequency: straight lines between the points, over octaves and decibels.

    Scaled so that independent unit noise in every bin comes out with an RMS of 1.
    """
    octaves = np.log2(np.maximum(frequencies, 1e-3))
    at = np.log2([hertz for hertz, _ in spectrum])
    level = np.interp(octaves, at, [decibels for _, decibels in spectrum])
    level -= _EDGE * (np.maximum(0.0, at[0] - octaves) + np.maximum(0.0, octaves - at[-1]))
    factors = 10.0 ** (level / 20.0)
    factors[0] = 0.0
    factors[level < level.max() - _INAUDIBLE] = 0.0
    scale = float(np.sqrt(np.sum(np.square(factors))))
    return (factors / scale).astype(np.float32)


def loudness_weight(frequencies: NDArray[np.float64]) -> NDArray[np.float64]:
    """The power weight of BS.1770's two filters, near enough to place a bed: a high pass and a shelf."""
    ratio = np.square(np.maximum(frequencies, 1e-3) / 38.1)
    high_pass = np.square(ratio / (1.0 + ratio))
    shelf = 1.0 + 1.51 / (1.0 + np.power(1500.0 / np.maximum(frequencies, 1.0), 4.0))
    return np.asarray(high_pass * shelf)
