"""A bed from its recipe: sound without end, made block by block on a fixed grid, read from anywhere."""

from __future__ import annotations

import threading
from collections import OrderedDict

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.sounds import movement
from guided_audio.sounds.drops import DropLayer
from guided_audio.sounds.noise import BLOCK, FRAME, NoiseLayer, Planes
from guided_audio.sounds.recipe import BedRecipe, Drops, Layer
from guided_audio.sounds.spectrum import loudness_weight
from guided_audio.units import gain

_REMEMBERED = 12  # finished blocks, 0.5 MB each: some for every core that renders
_LOUDNESS = -24.0  # LUFS, near enough: the build measures a bed and sets its level under the voice
_LOUDEST = -18.0  # dBFS RMS of any measured block: Gaussian peaks are 15 dB above it, still under full scale
_MEASURED = range(0, 1600, 100)  # the blocks a level is measured on, spread over half an hour


class _Voice:
    """One layer with its level and its movement."""

    def __init__(self, layer: Layer, rate: int, seed: int, index: int) -> None:
        key = (seed, index)
        self._maker = (
            DropLayer(layer, rate, key) if isinstance(layer, Drops) else NoiseLayer(layer, rate, key)
        )
        self._rate, self._level = rate, gain(layer.level)
        self._curve = movement.curve(layer, seed, index)
        self._tails: OrderedDict[int, Planes] = OrderedDict()
        self._lock = threading.Lock()

    def block(self, number: int) -> Planes:
        """Block `number` of this layer, at its level."""
        if isinstance(self._maker, DropLayer):
            made = self._maker.block(number)
        else:
            tail = self._tail(number - 1)
            frame = self._maker.frame(number)
            self._remember(number, frame[:, BLOCK:].copy())
            made = self._maker.block(frame, tail)
        if self._curve is None:
            made *= np.float32(self._level)
            return made
        steps = np.arange(BLOCK // movement.STEP + 1) * movement.STEP + number * BLOCK
        factors = (self._level * self._curve(steps / self._rate)).astype(np.float32)
        slope = np.arange(movement.STEP, dtype=np.float32) / np.float32(movement.STEP)
        made *= (factors[:-1, None] + np.diff(factors)[:, None] * slope).reshape(BLOCK)
        return made

    def _tail(self, number: int) -> Planes:
        with self._lock:
            tail = self._tails.get(number)
        if tail is not None:
            return tail
        assert isinstance(self._maker, NoiseLayer)  # noqa: S101 - drops have no tails
        return self._maker.frame(number)[:, BLOCK:].copy()

    def _remember(self, number: int, tail: Planes) -> None:
        with self._lock:
            self._tails[number] = tail
            if len(self._tails) > _REMEMBERED:
                self._tails.popitem(last=False)


class Bed:
    """A `Source`: the same recipe and rate give the same samples, however they are read.

    Several threads may read at once. What is kept in memory does not grow with what was read.
    """

    def __init__(self, recipe: BedRecipe, rate: int) -> None:
        self._voices = [_Voice(layer, rate, recipe.seed, index) for index, layer in enumerate(recipe.layers)]
        self._blocks: OrderedDict[int, Stereo] = OrderedDict()
        self._lock = threading.Lock()
        self._gain = np.float32(1.0)
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
        block = self._make(
            number
        )  # outside the lock: two threads may make the same block, and it is the same
        with self._lock:
            self._blocks[number] = block
            if len(self._blocks) > _REMEMBERED:
                self._blocks.popitem(last=False)
        return block

    def _make(self, number: int) -> Stereo:
        total = self._voices[0].block(number)
        for voice in self._voices[1:]:
            total += voice.block(number)
        total *= self._gain
        return np.ascontiguousarray(total.T)

    def _level(self, rate: int) -> float:
        """The factor that brings the bed to its nominal loudness, and its loudest block under full scale."""
        weight = loudness_weight(np.fft.rfftfreq(FRAME, 1.0 / rate).astype(np.float64))
        weighted, loudest = [], 0.0
        for number in _MEASURED:
            block = self._make(number)
            spectrum = np.square(np.abs(np.fft.rfft(block, FRAME, axis=0)))
            weighted.append(2.0 * float(weight @ spectrum.sum(axis=1)) / (FRAME * BLOCK))
            loudest = max(loudest, float(np.mean(np.square(block))))
        target = 10.0 ** ((_LOUDNESS + 0.691) / 10.0)
        ceiling = 10.0 ** (_LOUDEST / 10.0)
        return float(np.sqrt(min(target / np.mean(weighted), ceiling / loudest)))
