"""Short-time spectra of a recording of any rate, taken in blocks so that a long one needs little memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono

Matrix = NDArray[np.float32]
"""Shape (frames, something)."""

_BLOCK = 2_000
"""Frames transformed at a time."""

_ALONE = 1 << 18
"""Multiplications up to which OpenBLAS, which numpy comes with, does not share a product among threads."""


def product(left: Matrix, right: Matrix) -> Matrix:
    """A matrix product on one core.

    Our matrices are so thin that threads bring nothing, and while they wait for each other they are busy:
    on a machine with other work a product took four times the processor.
    """
    count, inner = left.shape
    out = np.empty((count, right.shape[1]), dtype=np.float32)
    if count > right.shape[1]:
        step = max(1, _ALONE // (inner * right.shape[1]))
        for first in range(0, count, step):
            np.matmul(left[first : first + step], right, out=out[first : first + step])
        return out
    step = max(1, _ALONE // (inner * max(1, count)))
    for first in range(0, right.shape[1], step):
        np.matmul(left, right[:, first : first + step], out=out[:, first : first + step])
    return out


def power(samples: Mono, centres: NDArray[np.int64], length: int) -> Iterator[Matrix]:
    """Power spectra around these samples, block by block, through a Hann window of so many samples.

    What lies before the first sample and after the last is silence.
    """
    window = np.hanning(length + 2)[1:-1].astype(np.float32)
    window /= np.float32(np.sqrt(np.sum(window.astype(np.float64) ** 2)))
    size = transform_size(length)
    offsets = np.arange(length) - length // 2
    for first in range(0, len(centres), _BLOCK):
        places = centres[first : first + _BLOCK, None] + offsets
        inside = (places >= 0) & (places < len(samples))
        cut = samples[np.clip(places, 0, len(samples) - 1)] * inside
        spectrum = np.fft.rfft(cut * window, size, axis=1)
        yield (spectrum.real**2 + spectrum.imag**2).astype(np.float32)


def transform_size(length: int) -> int:
    """The next power of two."""
    return 1 << (length - 1).bit_length()


def frequencies(length: int, rate: int) -> NDArray[np.float64]:
    """Of each column of `power`, in hertz."""
    return np.asarray(np.fft.rfftfreq(transform_size(length), 1 / rate), dtype=np.float64)


def mel(hertz: float) -> float:
    """A frequency on the scale of mels, in the usual formula."""
    return 2595.0 * float(np.log10(1.0 + hertz / 700.0))


def filters(length: int, rate: int, band: tuple[float, float], count: int, warp: float = 1.0) -> Matrix:
    """Triangles evenly spaced in mels over a band, shape (columns of `power`, count).

    A warp above 1 looks for everything at higher frequencies, as of a smaller head.
    """
    edges = 700.0 * (10 ** (np.linspace(mel(band[0]), mel(band[1]), count + 2) / 2595.0) - 1.0) * warp
    hertz = frequencies(length, rate)[:, None]
    # a triangle is never narrower than a column, or it may miss them all
    step = rate / transform_size(length)
    rising = (hertz - edges[:-2]) / np.maximum(edges[1:-1] - edges[:-2], step)
    falling = (edges[2:] - hertz) / np.maximum(edges[2:] - edges[1:-1], step)
    return np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
