"""The hum of the mains, taken out where it is there.

A hum is a few tones that never stop: 50 or 60 Hz and its multiples. They are fitted to the take by least
squares, each moment counting by how quiet it is, and subtracted. So a tone goes that is there the whole
time, and a voice that happens to pass it stays, which no notch can promise.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono

MAINS = (50.0, 60.0)
"""Hertz, the world over."""

WANDER = 0.25
"""Hertz that mains, and the clock of a recorder, may be off."""

HIGHEST = 1_500.0
"""Hertz: multiples above are lost in the noise of any room."""

STANDS_OUT = 4.0
"""How many times larger than its surroundings a tone is that counts: 12 dB."""

_RATE = 6_000
"""Hertz at which it is looked for."""

_PIECE = 8.0
"""Seconds that are fitted at once: in longer ones the mains wander."""

_SHORTEST = 0.5
"""Seconds under which tones cannot be told from a voice."""


LEAST_DB = 0.5
"""Decibels by which the quiet must get quieter: what lowers it less was a tone of the voice, and no hum."""


def without_hum(sound: Mono, rate: int) -> tuple[Mono, float]:
    """The sound without its hum, and by how many decibels its quiet moments got quieter."""
    if len(sound) < _SHORTEST * rate:
        return sound, 0.0
    hum = _hum(sound, rate)
    if hum is None:
        return sound, 0.0
    clean = (sound - hum).astype(np.float32)
    lowered = _quiet_db(sound, rate) - _quiet_db(clean, rate)
    return (clean, lowered) if lowered >= LEAST_DB else (sound, 0.0)


def _quiet_db(sound: Mono, rate: int) -> float:
    window = round(0.05 * rate)
    powers = np.square(sound[: len(sound) // window * window], dtype=np.float64).reshape(-1, window)
    return float(10 * np.log10(np.percentile(powers.mean(axis=1), 10) + 1e-12))


def _hum(sound: Mono, rate: int) -> NDArray[np.float64] | None:
    """The hum alone, piece by piece, each melting into the next."""
    size = min(len(sound), round(_PIECE * rate))
    hop = max(1, size // 2)
    starts = [0] if size == len(sound) else [*range(0, len(sound) - size, hop), len(sound) - size]
    total, weight = np.zeros(len(sound)), np.zeros(len(sound))
    found = False
    for start in starts:
        piece = _piece_hum(sound[start : start + size], rate)
        window = np.hanning(size + 2)[1:-1] + 1e-3
        weight[start : start + size] += window
        if piece is not None:
            found = True
            total[start : start + size] += piece * window
    return total / weight if found else None


def _piece_hum(piece: Mono, rate: int) -> NDArray[np.float64] | None:
    import soxr  # noqa: PLC0415 - only where a take is heard

    small = soxr.resample(piece, rate, _RATE, quality="HQ").astype(np.float64)
    weights = _weights(small)
    tones = _tones(small * weights, float(weights.sum()))
    if not len(tones):
        return None
    waves = np.stack([wave for hertz in tones for wave in _waves(hertz, len(small), _RATE)], axis=1)
    weighted = waves * weights[:, None]
    fitted = np.linalg.lstsq(weighted.T @ waves, weighted.T @ small, rcond=1e-9)[0]
    return _sum_of(tones, fitted.reshape(len(tones), -1), len(piece), rate)


def _sum_of(
    tones: NDArray[np.float64], fitted: NDArray[np.float64], frames: int, rate: int
) -> NDArray[np.float64]:
    """The tones at the rate of the take."""
    out = np.zeros(frames)
    for hertz, strengths in zip(tones, fitted, strict=True):
        for wave, strength in zip(_waves(hertz, frames, rate), strengths, strict=True):
            out += strength * wave
    return out


def _waves(hertz: float, frames: int, rate: int) -> Iterator[NDArray[np.float64]]:
    """A tone in both phases, steady and growing: together they follow one that drifts a little."""
    phase = 2 * np.pi * hertz / rate * np.arange(frames)
    growing = np.arange(frames) * 2.0 / frames - 1.0
    for wave in (np.cos(phase), np.sin(phase)):
        yield wave
        yield wave * growing


def _weights(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much each sample counts: all that are quiet alike, the others the less the louder they are."""
    window = round(0.05 * _RATE)
    powers = np.convolve(np.square(sound), np.full(window, 1 / window), "same") + 1e-12
    quiet = float(np.percentile(powers, 10))
    return np.asarray(np.square(np.minimum(1.0, 2 * quiet / powers)))


def _tones(weighted: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """The frequencies of the hum, none where there is none.

    Which mains it is, and how far off, is told by all multiples together.
    """
    size = 1 << (len(weighted) * 8 - 1).bit_length()
    spectrum = np.abs(np.fft.rfft(weighted, size)) * 2 / weight
    step = _RATE / size
    best: tuple[float, NDArray[np.float64]] = (0.0, np.empty(0))
    for mains in MAINS:
        numbers = np.arange(2 if mains < 75 else 1, int(HIGHEST / mains) + 1)
        counts = STANDS_OUT * _around(spectrum, numbers * mains, step)
        for base in np.arange(mains - WANDER, mains + WANDER, step / 4):
            heights = spectrum[np.round(numbers * base / step).astype(int)]
            standing = heights > counts
            strength = float(np.square(heights[standing]).sum())
            if strength > best[0]:
                best = (strength, numbers[standing] * base)
    return best[1]


def _around(spectrum: NDArray[np.floating], tones: NDArray[np.floating], step: float) -> NDArray[np.float64]:
    """How high the spectrum is beside each tone: the median from 3 to 12 Hz on either side."""
    near, far = round(3 / step), round(12 / step)
    at = np.round(tones / step).astype(int)
    sides = np.concatenate((np.arange(-far, -near), np.arange(near, far)))
    return np.asarray(np.median(spectrum[np.clip(at[:, None] + sides, 0, len(spectrum) - 1)], axis=1))
