"""Drops: short round tones at random moments, for rain on leaves and bubbles in a stream."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono
from guided_audio.sounds.noise import BLOCK, MOST_SIDE, Planes
from guided_audio.sounds.randomness import generator
from guided_audio.sounds.recipe import Drops

_KINDS = 48
_SPREAD = 5.0  # dB of difference from drop to drop


class DropLayer:
    """One layer of drops; `block` depends on nothing but its number."""

    def __init__(self, drops: Drops, rate: int, key: tuple[int, int]) -> None:
        self._drops, self._key = drops, key
        self._mean = drops.rate * BLOCK / rate
        self._sounds = [_drop(drops, rate, at) for at in generator(*key, 0).random(_KINDS)]
        energy = float(np.mean([np.sum(np.square(sound)) for sound in self._sounds]))
        spread = float(np.mean(10.0 ** (np.linspace(-_SPREAD, _SPREAD, 99) / 10.0)))
        self._unit = 1.0 / np.sqrt(energy * spread * drops.rate / rate)  # unit RMS on average

    def block(self, number: int) -> Planes:
        """Block `number`, with the ends of drops that began in the one before."""
        made = np.zeros((2, BLOCK), dtype=np.float32)
        for earlier in (1, 0):
            for start, kind, left, right in self._events(number - earlier):
                sound = self._sounds[int(kind)]
                at = int(start) - earlier * BLOCK
                begin, end = max(at, 0), min(at + len(sound), BLOCK)
                if begin < end:
                    piece = sound[begin - at : end - at]
                    made[0, begin:end] += piece * np.float32(left)
                    made[1, begin:end] += piece * np.float32(right)
        return made

    def _events(self, number: int) -> NDArray[np.float64]:
        """Rows of start (frame of the block), kind, left and right factor."""
        random = generator(*self._key, number + 2)
        count = int(random.poisson(self._mean))
        start = random.integers(0, BLOCK, count)
        kind = random.integers(0, _KINDS, count)
        level = self._unit * 10.0 ** (random.uniform(-_SPREAD, _SPREAD, count) / 20.0)
        side = np.sqrt(MOST_SIDE * self._drops.width) * random.uniform(-1.0, 1.0, count)
        return np.stack([start, kind, level * np.sqrt(1 + side), level * np.sqrt(1 - side)], axis=1)


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
