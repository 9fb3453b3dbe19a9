"""How a layer's level moves: wandering, or in waves. Both can be asked for any moment.

A curve is evaluated every `STEP` frames and drawn straight in between: at 12 ms a step, the corners
of anything that takes seconds are far below hearing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import Layer, Movement, Swell

STEP = 512
"""Frames between two points of a curve."""

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""Seconds to factors of amplitude."""

_POINTS = 256
_WAVES = 64


def curve(layer: Layer, seed: int, index: int) -> Curve | None:
    """The level of a layer over time, or nothing when it is steady. `index` is the layer's number."""
    movement, swell = layer.movement, layer.swell
    if movement is None and swell is None:
        return None

    def factors(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        decibels = np.zeros_like(seconds)
        if movement is not None:
            decibels = decibels + _wandering(movement, (seed, index, 1), seconds)
        if swell is not None:
            decibels = decibels + _swelling(swell, seed, seconds)
        return np.asarray(10.0 ** (decibels / 20.0))

    return factors


@lru_cache(maxsize=256)
def _points(key: tuple[int, int, int], chunk: int) -> NDArray[np.float64]:
    return generator(*key, chunk).uniform(-1.0, 1.0, _POINTS)


def _wandering(
    movement: Movement, key: tuple[int, int, int], seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Random levels at even moments, joined by half cosines so that nothing turns sharply."""
    position = seconds / movement.every
    whole = np.floor(position).astype(np.int64)
    first, last = int(whole[0]), int(whole[-1]) + 1
    levels = np.array([_points(key, n // _POINTS)[n % _POINTS] for n in range(first, last + 1)])
    blend = 0.5 - 0.5 * np.cos(np.pi * (position - whole))
    low, high = levels[whole - first], levels[whole - first + 1]
    return np.asarray(movement.depth / 2 * (low + (high - low) * blend))


@lru_cache(maxsize=64)
def _waves(seed: int, shortest: float, longest: float, chunk: int) -> NDArray[np.float64]:
    """Moments and heights (dB, 0 or less) of the waves of a stretch, shape (waves, 2).

    Intervals are drawn freely and then scaled by a hair, so that every stretch has the same length and
    any of them can be drawn without those before it.
    """
    random = generator(seed, 0xEA, chunk)
    intervals = random.uniform(shortest, longest, _WAVES)
    length = _WAVES * (shortest + longest) / 2
    intervals *= length / intervals.sum()
    moments = chunk * length + np.cumsum(intervals) - intervals[0] * 0.5
    return np.stack([moments, random.uniform(-4.0, 0.0, _WAVES)], axis=1)


def _swelling(swell: Swell, seed: int, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each moment has the level of the highest of the waves that pass it, softly joined."""
    length = _WAVES * swell.period
    earliest, latest = seconds[0] - swell.after - swell.fall, seconds[-1] - swell.after + swell.rise
    chunks = range(int(earliest // length) - 1, int(latest // length) + 1)
    floor = 10.0 ** (-swell.depth / 20.0)
    power = np.full_like(seconds, floor * floor)
    for chunk in chunks:
        if chunk < 0:
            continue
        for moment, height in _waves(seed, swell.shortest, swell.longest, chunk):
            if earliest <= moment <= latest:
                since = seconds - swell.after - moment
                shape = np.where(since < 0, 1.0 + since / swell.rise, 1.0 - since / swell.fall)
                bump = np.sin(0.5 * np.pi * np.clip(shape, 0.0, 1.0)) ** 2
                power += np.square(bump * 10.0 ** (height / 20.0))
    return np.asarray(10.0 * np.log10(power))
