"""The noise of a room, lowered where nobody speaks and left where somebody does.

In each band of each moment it is asked how far the sound stands above the noise of this take. What does
not stand above it is turned down by a few decibels and no more, all of it alike: noise stays noise, only
quieter, and no single tone of it is left to twitter. What stands well above is not touched.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono

MOST_DB = 12.0
"""By how much noise is lowered at the most: more is heard as a hole around each word."""

ENOUGH_DB = 60.0
"""Noise that lies so far under the speech is let be, and nothing is lowered further than that."""

_FRAME = 0.04
_FROM_DB, _FULL_DB = 5.0, 11.0
"""Above the noise: below the first nothing is speech, from the second on all is."""

_BANDS, _MOMENTS = 7, 5
"""Neighbours over which power is averaged before it is judged: a single bin of noise jumps by 10 dB."""

_LEADS, _TRAILS = 2, 4
"""Moments (of a quarter frame) for which a band opens before speech in it, and stays open behind it."""

Spectrogram = NDArray[np.complex64]


def with_less_room(sound: Mono, rate: int) -> tuple[Mono, float]:
    """The sound with its noise lowered, and by how many decibels that is."""
    size = 1 << round(np.log2(_FRAME * rate))
    if len(sound) < 4 * size:
        return sound, 0.0
    spectra = _analysed(sound, size)
    powers = np.square(np.abs(spectra))
    quiet = _quiet(powers)
    noise = powers[quiet].mean(axis=0)
    lowered = min(MOST_DB, ENOUGH_DB - _distance(powers, noise))
    if lowered <= 0.5:
        return sound, 0.0
    gains = _gains(powers, noise, lowered)
    return _resynthesised(spectra * gains, size, len(sound)), lowered


def _analysed(sound: Mono, size: int) -> Spectrogram:
    hop, window = size // 4, _window(size)
    padded = np.pad(sound, (size, size + -len(sound) % hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    return np.asarray(np.fft.rfft(frames * window, axis=1).astype(np.complex64))


def _resynthesised(spectra: Spectrogram, size: int, length: int) -> Mono:
    """By overlap-add; unchanged spectra give the sound that was analysed."""
    hop, window = size // 4, _window(size)
    frames = np.fft.irfft(spectra, size, axis=1) * window
    out = np.zeros((len(frames) - 1) * hop + size)
    for number, frame in enumerate(frames):
        out[number * hop : number * hop + size] += frame
    return (out[size : size + length] / 1.5).astype(np.float32)


def _window(size: int) -> NDArray[np.float32]:
    """A Hann window; four of them overlapping, squared, add up to 1.5 everywhere."""
    return np.asarray(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size), dtype=np.float32)


def _quiet(powers: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The moments in which nobody speaks: within 3 dB of the quietest tenth, padding left out."""
    levels = powers.sum(axis=1)
    inside = np.zeros(len(levels), dtype=bool)
    inside[4:-5] = True
    floor = float(np.percentile(levels[inside], 10))
    return np.asarray(inside & (levels <= 2 * floor + 1e-12))


def _distance(powers: NDArray[np.float64], noise: NDArray[np.float64]) -> float:
    """How many decibels the speech lies above the noise."""
    loud = powers.sum(axis=1)
    loud = loud[loud > loud.max() / 100]
    return float(10 * np.log10(loud.mean() / (noise.sum() + 1e-12)))


def _gains(powers: NDArray[np.float64], noise: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    """A factor for each band and moment: 1 for speech, so many decibels down for noise."""
    above = 10 * np.log10(_averaged(powers) / (_averaged(noise[None])[0] + 1e-20) + 1e-12)
    share = np.clip((above - _FROM_DB) / (_FULL_DB - _FROM_DB), 0.0, 1.0)
    padded = np.pad(share, ((_TRAILS, _LEADS), (0, 0)))
    held = np.lib.stride_tricks.sliding_window_view(padded, _LEADS + _TRAILS + 1, axis=0).max(axis=-1)
    return np.asarray(10 ** (-most * (1 - _blurred(held, 3, 0)) / 20))


def _averaged(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    return _blurred(_blurred(powers, _BANDS, 1), _MOMENTS if len(powers) > 1 else 1, 0)


def _blurred(values: NDArray[np.float64], span: int, axis: int) -> NDArray[np.float64]:
    """The mean of `span` neighbours along an axis, the edges repeated."""
    if span == 1:
        return values
    reach = [(0, 0), (0, 0)]
    reach[axis] = (span // 2, span // 2)
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, span, axis=axis).mean(axis=-1))
