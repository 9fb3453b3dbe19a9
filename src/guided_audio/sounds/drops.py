"""Drops: short round tones at random moments, for rain on leaves and bubbles in a stream."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono
from guided_audio.sounds.noise import BLOCK, MOST_SIDE, Planes
from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import Drops
from guided_audio.units import gain

_KINDS = 48
_SPREAD = 5.0  # dB of difference from drop to drop


class DropLayer:
    """One layer of drops; `block` depends on nothing but its number."""

    def __init__(self, drops: Drops, rate: int, key: tuple[int, int]) -> None:
        self._drops, self._key = drops, key
        self._mean = drops.rate * BLOCK / rate
        sounds = [_drop(drops, rate, at) for at in generator(*key, 0).random(_KINDS)]
        energy = float(np.mean([np.sum(np.square(sound)) for sound in sounds]))
        spread = float(np.mean(10.0 ** (np.linspace(-_SPREAD, _SPREAD, 99) / 10.0)))
        unit = 1.0 / np.sqrt(energy * spread * drops.rate / rate)  # RMS of 1 on average
        unit = np.float32(unit * gain(drops.level))
        self._sounds = [sound * unit for sound in sounds]
        self._lengths = np.array([len(sound) for sound in sounds])

    def block(self, number: int) -> Planes:
        """Block `number`, with the ends of drops that began in the one before."""
        made = np.zeros((2, BLOCK), dtype=np.float32)
        for earlier in (1, 0):
            falls = _falls(self._key, number - earlier, self._mean, self._drops.width)
            heard = np.flatnonzero(falls.start + self._lengths[falls.kind] > earlier * BLOCK)
            for one in heard.tolist():
                sound = self._sounds[falls.kind[one]]
                at = int(falls.start[one]) - earlier * BLOCK
                begin, end = max(at, 0), min(at + len(sound), BLOCK)
                made[:, begin:end] += falls.sides[one] * sound[begin - at : end - at]
        return made


@dataclass(frozen=True, slots=True)
class _Falls:
    """The drops that fall in a block: when (its frame), which of the kinds, how strong on either side.

    `sides` has the shape (drops, 2, 1).
    """

    start: NDArray[np.int64]
    kind: NDArray[np.int64]
    sides: NDArray[np.float32]


@lru_cache(maxsize=64)
def _falls(key: tuple[int, int], number: int, mean: float, width: float) -> _Falls:
    random = generator(*key, number + 2)
    count = int(random.poisson(mean))
    start = random.integers(0, BLOCK, count)
    kind = random.integers(0, _KINDS, count)
    level = 10.0 ** (random.uniform(-_SPREAD, _SPREAD, count) / 20.0)
    side = np.sqrt(MOST_SIDE * width) * random.uniform(-1.0, 1.0, count)
    sides = level * np.sqrt(1 + np.stack([side, -side]))
    return _Falls(start, kind, sides.astype(np.float32).T[:, :, None])


def _drop(drops: Drops, rate: int, at: float) -> Mono:
    """One drop, at a place `at` (0 to 1) of the range of pitch: its pulses one after the other."""
    pulse = _pulse(drops, rate, at)
    if drops.pulses == 1:
        return pulse
    step = round(drops.apart * rate)
    sound = np.zeros(step * (drops.pulses - 1) + len(pulse), dtype=np.float32)
    for number in range(drops.pulses):
        strength = np.float32(0.75 + 0.25 * np.sin(np.pi * (number + 0.5) / drops.pulses))
        sound[number * step : number * step + len(pulse)] += strength * pulse
    return sound


def _pulse(drops: Drops, rate: int, at: float) -> Mono:
    """A tone with a soft start that falls away."""
    pitch = drops.lowest * (drops.highest / drops.lowest) ** at
    decay = drops.decay * (drops.lowest / pitch) ** 0.5
    seconds = np.arange(int(rate * (drops.attack + 1.3 * decay))) / rate
    glide = 1.0 + drops.rising * seconds / (seconds[-1] + 1e-9)
    phase = 2.0 * np.pi * np.cumsum(pitch * glide) / rate
    attack = 0.5 - 0.5 * np.cos(np.pi * np.minimum(seconds / drops.attack, 1.0))
    ending = 0.5 + 0.5 * np.cos(np.pi * np.clip(seconds / seconds[-1] * 3.0 - 2.0, 0.0, 1.0))
    envelope = attack * ending * 10.0 ** (-3.0 * seconds / decay)
    sound = np.sin(phase) * envelope
    sound -= envelope * (np.sum(sound) / np.sum(envelope))  # no thump: a drop pushes as much as it pulls
    return np.asarray(sound, dtype=np.float32)
