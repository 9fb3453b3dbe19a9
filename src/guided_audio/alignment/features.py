"""What speech sounds like, 50 times a second, in numbers that change little from speaker to speaker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment import spectra
from guided_audio.alignment.islands import STEP, Islands
from guided_audio.alignment.spectra import Matrix
from guided_audio.blocks import Mono

HOP = 0.02
"""Seconds between two frames."""

MELS, CEPSTRA = 26, 13
_WINDOW = 0.032
_LOWEST, _HIGHEST = 100.0, 7000.0
_SLOPE = np.array([-2, -1, 0, 1, 2], dtype=np.float32) / 10


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """The spectrum of a recording: mel powers of every frame, and which frames lie in which island.

    `frames` are the indexes of the frames inside islands; island `i` owns `frames[bounds[i]:bounds[i+1]]`.
    """

    mels: Matrix
    frames: NDArray[np.int64]
    bounds: NDArray[np.int64]


def listen(samples: Mono, rate: int, islands: Islands, band: tuple[float, float], warp: float = 1.0) -> Heard:
    """Mel powers of a recording over a band."""
    length = round(_WINDOW * rate)
    bank = spectra.filters(length, rate, band, MELS, warp)
    centres = ((np.arange(max(1, int(len(samples) / rate / HOP))) + 0.5) * HOP * rate).astype(np.int64)
    mels = np.concatenate([spectra.product(block, bank) for block in spectra.power(samples, centres, length)])
    frames, bounds = _inside(islands, len(centres))
    return Heard(mels, frames, bounds)


def _inside(islands: Islands, count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    ratio = HOP / STEP
    firsts = np.minimum(np.round(islands.starts / ratio).astype(np.int64), count - 1)
    lasts = np.minimum(np.maximum(np.round(islands.ends / ratio).astype(np.int64), firsts + 1), count)
    parts = [np.arange(first, last) for first, last in zip(firsts, lasts, strict=True)]
    bounds = np.concatenate(([0], np.cumsum([len(part) for part in parts]))).astype(np.int64)
    return (np.concatenate(parts) if parts else np.zeros(0, np.int64)), bounds


def cepstra(mels: Matrix) -> Matrix:
    """Cepstra and their slopes, shape (frames, 26): the first column of each half is the loudness."""
    logs = np.log(mels + 1e-12)
    order = np.arange(CEPSTRA)
    basis = np.cos(np.pi / MELS * (np.arange(MELS) + 0.5)[:, None] * order).astype(np.float32)
    still = spectra.product(logs, basis)
    padded = np.pad(still, ((2, 2), (0, 0)), mode="edge")
    slopes = sum(weight * padded[lag : lag + len(still)] for lag, weight in enumerate(_SLOPE))
    return np.hstack([still, np.asarray(slopes, dtype=np.float32)])


def standardised(features: Matrix) -> Matrix:
    """With mean 0 and spread 1 in each column; loudness, which a reader varies, counts half."""
    spread = features.std(axis=0) + 1e-6
    scaled = (features - features.mean(axis=0)) / spread
    scaled[:, [0, CEPSTRA]] *= 0.5
    return np.asarray(scaled, dtype=np.float32)


def useful_band(samples: Mono, rate: int, islands: Islands) -> tuple[float, float]:
    """From where to where speech is louder than the noise of the recording."""
    highest = min(_HIGHEST, 0.475 * rate)
    heard = listen(samples, rate, islands, (_LOWEST, highest))
    quiet = np.ones(len(heard.mels), dtype=np.bool_)
    quiet[heard.frames] = False
    if not quiet.any() or not len(heard.frames):
        return _LOWEST, highest
    noise = np.median(heard.mels[quiet], axis=0)
    speech = np.percentile(heard.mels[heard.frames], 80, axis=0)
    clear = np.flatnonzero(speech > noise * 4)
    edges = 700 * (10 ** (np.linspace(spectra.mel(_LOWEST), spectra.mel(highest), MELS + 2) / 2595) - 1)
    return (_LOWEST, float(edges[clear[-1] + 2])) if len(clear) else (_LOWEST, highest)
