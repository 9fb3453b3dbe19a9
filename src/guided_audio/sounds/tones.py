"""Tones: one pitch at a time, each melting into the next, alive as several players in unison are.

What is the same for every stretch of `STEP` frames, the tone itself, is made once. A block is then one
product of matrices: how strong each tone is at the beginning of a stretch and by how much that changes
within it, times the tones.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from guided_audio.sounds.movement import STEP
from guided_audio.sounds.noise import BLOCK, MOST_SIDE, Planes
from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import Tones
from guided_audio.units import gain

_NOTES = 64  # notes in a stretch of the score, which can be written without those before it
_OVERTONES = 3
_DRIFT = 2.4  # seconds: no two players drift apart faster than this, so nothing beats faster than 0.5 Hz
_FREEDOM = 0.5  # how far strength and phase wander, of the strength itself
_POINTS = 64
_ROWS = 4  # of a product: small enough that no library spreads it over cores others are working on

Key = tuple[int, ...]
Complex = NDArray[np.complex128]


class ToneLayer:
    """One layer of tones; `block` depends on nothing but its number."""

    def __init__(self, tones: Tones, rate: int, key: tuple[int, int]) -> None:
        self._tones, self._rate, self._key = tones, rate, key
        order = np.arange(1, (_OVERTONES if tones.overtones is not None else 1) + 1)
        strength = 10.0 ** ((tones.overtones or 0.0) * (order - 1) / 20.0)
        self._pitches = np.repeat(np.arange(len(tones.pitches)), len(order))
        self._hertz = np.outer(tones.pitches, order).reshape(-1)
        unit = np.sqrt(2.0 / np.sum(np.square(strength)))  # RMS 1 at 0 dB
        self._strength = np.tile(strength * unit * gain(tones.level), len(tones.pitches)) * (
            self._hertz < 0.45 * rate
        )
        within = np.arange(STEP) / rate
        wave = np.exp(2j * np.pi * self._hertz[:, None] * within)
        ramped = wave * (np.arange(STEP) / STEP)
        self._waves = np.concatenate([wave.real, wave.imag, ramped.real, ramped.imag]).astype(np.float32)
        self._side = MOST_SIDE * tones.width

    def block(self, number: int) -> Planes:
        """Block `number` of this layer."""
        frames = np.arange(BLOCK // STEP + 1) * STEP + number * BLOCK
        seconds = frames / self._rate
        sides = self._sides(seconds)
        turned = np.exp(2j * np.pi * np.mod(np.outer(frames, self._hertz / self._rate), 1.0))[:-1]
        begin, change = sides[:, :-1] * turned, np.diff(sides, axis=1) * turned
        parts = np.concatenate([begin.real, -begin.imag, change.real, -change.imag], axis=2)
        made = parts.astype(np.float32).reshape(-1, _ROWS, parts.shape[2]) @ self._waves
        return made.reshape(2, BLOCK)

    def _sides(self, seconds: NDArray[np.float64]) -> Complex:
        """Strength and phase of every tone at some moments, shape (2 sides, moments, tones)."""
        count = len(self._hertz)
        drift = _drifting((*self._key, 1), 2 * count, seconds)
        middle = (1.0 + _FREEDOM * drift[:, :count]) / np.sqrt(1.0 + _FREEDOM * _FREEDOM)
        strength = self._strength * self._heard(seconds)[:, self._pitches]
        middle *= strength * np.sqrt(1.0 - self._side)
        apart = drift[:, count:] * strength * np.sqrt(self._side)
        return np.stack([middle + apart, middle - apart])

    def _heard(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much of each pitch is heard: all of them together have the same power at any moment."""
        tones = self._tones
        length, half = _NOTES * (tones.shortest + tones.longest) / 2, tones.fade / 2
        power = np.zeros((len(seconds), len(tones.pitches)))
        for chunk in range(int((seconds[0] - half) // length), int((seconds[-1] + half) // length) + 1):
            edges, picked = _score((*self._key, 2, chunk), tones)
            edges = edges + chunk * length
            for begin, end, pitch in zip(edges[:-1], edges[1:], picked, strict=True):
                if begin - half < seconds[-1] and end + half > seconds[0]:
                    come = np.clip((seconds - begin) / tones.fade + 0.5, 0.0, 1.0)
                    gone = np.clip((seconds - end) / tones.fade + 0.5, 0.0, 1.0)
                    power[:, pitch] += (
                        np.sin(0.5 * np.pi * come) ** 2 - np.sin(0.5 * np.pi * gone) ** 2
                    )  # what one note loses the next one gains
        return np.sqrt(np.clip(power, 0.0, None))


@lru_cache(maxsize=64)
def _score(key: Key, tones: Tones) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Where notes begin and the last one ends, in seconds of the stretch, and the pitch of each."""
    random = generator(*key)
    intervals = random.uniform(tones.shortest, tones.longest, _NOTES)
    intervals *= _NOTES * (tones.shortest + tones.longest) / 2 / intervals.sum()
    count = len(tones.pitches)
    steps = random.integers(1, max(count, 2), _NOTES)  # never the same pitch twice running
    picked = (random.integers(0, count) + np.cumsum(steps)) % count
    return np.concatenate([[0.0], np.cumsum(intervals)]), picked


@lru_cache(maxsize=64)
def _points(key: Key, chunk: int, count: int) -> Complex:
    random = generator(*key, chunk)
    both = random.uniform(-np.sqrt(2.0), np.sqrt(2.0), (2, _POINTS, count))  # mean power 1 between points
    return np.asarray(both[0] + 1j * both[1])


def _drifting(key: Key, count: int, seconds: NDArray[np.float64]) -> Complex:
    """Complex numbers that wander about zero, shape (moments, count), each turning at its own moments."""
    own = np.arange(count)
    position = seconds[:, None] / _DRIFT + own * 0.618034 % 1.0
    whole = np.floor(position).astype(np.int64)
    first, last = int(whole.min()) // _POINTS, int(whole.max() + 1) // _POINTS
    points = np.concatenate([_points(key, chunk, count) for chunk in range(first, last + 1)])
    blend = 0.5 - 0.5 * np.cos(np.pi * (position - whole))
    low, high = points[whole - first * _POINTS, own], points[whole + 1 - first * _POINTS, own]
    return np.asarray(low + (high - low) * blend)
