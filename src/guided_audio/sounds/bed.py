"""A bed from its recipe: sound without end, made block by block on a fixed grid, read from anywhere."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Protocol

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.sounds import movement
from guided_audio.sounds.drops import DropLayer
from guided_audio.sounds.noise import BLOCK, FRAME, NoiseLayer, Planes
from guided_audio.sounds.recipe import BedRecipe, Drops, Layer, Noise, Tones, Use
from guided_audio.sounds.spectrum import loudness_weight
from guided_audio.sounds.tones import ToneLayer
from guided_audio.units import gain

_REMEMBERED = 8  # finished blocks, 0.5 MB each: one for every core that renders
NOMINAL_LUFS = -24.0  # LUFS, near enough: the build measures a bed and sets its level under the voice
_LOUDEST = -18.0  # dBFS RMS of any measured block: Gaussian peaks are 15 dB above it, still under full scale
_MEASURED = range(0, 1600, 100)  # the blocks a level is measured on, spread over half an hour


class _Maker(Protocol):
    """A layer at its level: block `number`, the same whenever it is asked for, new each time."""

    def block(self, number: int) -> Planes: ...


class _Voice:
    """One layer with its movement."""

    def __init__(self, layer: Layer, rate: int, seed: int, index: int) -> None:
        self._maker = _maker(layer, rate, (seed, index))
        self._rate = rate
        self._curve = movement.curve(layer, seed, index)

    def block(self, number: int) -> Planes:
        """Block `number` of this layer."""
        made = self._maker.block(number)
        if self._curve is None:
            return made
        steps = np.arange(BLOCK // movement.STEP + 1) * movement.STEP + number * BLOCK
        factors = self._curve(steps / self._rate).astype(np.float32)
        slope = np.arange(movement.STEP, dtype=np.float32) / np.float32(movement.STEP)
        made *= (factors[:-1, None] + np.diff(factors)[:, None] * slope).reshape(BLOCK)
        return made


def _maker(layer: Layer, rate: int, key: tuple[int, int]) -> _Maker:
    match layer:
        case Drops():
            return DropLayer(layer, rate, key)
        case Tones():
            return ToneLayer(layer, rate, key)
        case Use():
            return _Used(layer, rate)
        case Noise():
            return NoiseLayer(layer, rate, key)


class _Used:
    """Another bed as a layer: as strong as any other layer is at 0 dB."""

    def __init__(self, use: Use, rate: int) -> None:
        self._bed = Bed(use.recipe, rate, levelled=False)
        power = [float(np.mean(np.square(self._bed.block(number)))) for number in _MEASURED]
        self._unit = np.float32(gain(use.level) / np.sqrt(np.mean(power)))

    def block(self, number: int) -> Planes:
        return self._bed.block(number) * self._unit


class Bed:
    """A `Source`: the same recipe and rate give the same samples, however they are read.

    Several threads may read at once. What is kept in memory does not grow with what was read. Unless
    it is `levelled`, which takes a while to measure, it is as loud as its layers happen to make it.
    """

    def __init__(self, recipe: BedRecipe, rate: int, *, levelled: bool = True) -> None:
        self._voices = [_Voice(layer, rate, recipe.seed, index) for index, layer in enumerate(recipe.layers)]
        self._blocks: OrderedDict[int, Stereo] = OrderedDict()
        self._lock = threading.Lock()
        self._gain = np.float32(1.0)
        if levelled:
            self._gain = np.float32(self._level(rate))

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`, shape (count, 2)."""
        result = np.empty((count, 2), dtype=np.float32)
        done = 0
        while done < count:
            number, offset = divmod(start + done, BLOCK)
            take = min(BLOCK - offset, count - done)
            result[done : done + take] = self._block(number)[offset : offset + take]
            done += take
        return result

    def _block(self, number: int) -> Stereo:
        with self._lock:
            block = self._blocks.get(number)
            if block is not None:
                self._blocks.move_to_end(number)
                return block
        # outside the lock: two threads may make the same block, and it is the same
        left, right = self.block(number)
        block = np.empty((BLOCK, 2), dtype=np.float32)
        block[:, 0], block[:, 1] = left, right
        with self._lock:
            self._blocks[number] = block
            if len(self._blocks) > _REMEMBERED:
                self._blocks.popitem(last=False)
        return block

    def block(self, number: int) -> Planes:
        """Block `number` of the grid, made anew."""
        total = self._voices[0].block(number)
        for voice in self._voices[1:]:
            total += voice.block(number)
        if self._gain != 1.0:
            total *= self._gain
        return total

    def _level(self, rate: int) -> float:
        """The factor that brings the bed to its nominal loudness, and its loudest block under full scale."""
        weight = loudness_weight(np.fft.rfftfreq(FRAME, 1.0 / rate).astype(np.float64))
        weighted, loudest = [], 0.0
        for number in _MEASURED:
            block = np.ascontiguousarray(self.block(number).T)
            spectrum = np.square(np.abs(np.fft.rfft(block, FRAME, axis=0)))
            weighted.append(2.0 * float(weight @ spectrum.sum(axis=1)) / (FRAME * BLOCK))
            loudest = max(loudest, float(np.mean(np.square(block))))
        target = 10.0 ** ((NOMINAL_LUFS + 0.691) / 10.0)
        ceiling = 10.0 ** (_LOUDEST / 10.0)
        return float(np.sqrt(min(target / np.mean(weighted), ceiling / loudest)))
