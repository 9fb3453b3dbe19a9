"""Listening to a finished file as it is decoded: levels over spans, and where each clip really is.

Everything here works on blocks that go by once, and keeps no more than the clips that are being
heard, however long the file is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono, Stereo
from guided_audio.mastering import PeakMeter, largest

MARGIN = 0.25
"""Seconds on either side of its place in which a clip is looked for."""

LOUD_PIECE = 441
"""Frames of a piece of time that counts as loud when one of its samples is: 10 ms at 44.1 kHz."""


@dataclass(frozen=True, slots=True)
class Span:
    """Frames `start` up to `end` of a file."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """Where a clip was found: so many frames late, and how alike it is, 1 for the same sound."""

    offset: int
    likeness: float


def cut(blocks: Iterable[Stereo], spans: Sequence[Span]) -> Iterator[tuple[int, Stereo]]:
    """The sound of each span as soon as it has gone by, with its index.

    Spans may overlap and reach over the ends of the file; what lies outside is missing from the sound.
    """
    waiting = sorted(range(len(spans)), key=lambda index: spans[index].end)
    kept: list[tuple[int, Stereo]] = []
    position = 0
    for block in blocks:
        kept.append((position, block))
        position += len(block)
        while waiting and spans[waiting[0]].end <= position:
            index = waiting.pop(0)
            yield index, _piece(kept, spans[index])
        needed = min((spans[index].start for index in waiting), default=position)
        kept = [(start, piece) for start, piece in kept if start + len(piece) > needed]
    for index in waiting:
        yield index, _piece(kept, spans[index])


def _piece(kept: Sequence[tuple[int, Stereo]], span: Span) -> Stereo:
    pieces = [
        block[max(span.start - start, 0) : max(span.end - start, 0)]
        for start, block in kept
        if start < span.end and start + len(block) > span.start
    ]
    return np.concatenate(pieces) if pieces else np.zeros((0, 2), dtype=np.float32)


def locate(clip: Mono, window: Stereo, expected: int) -> Found:
    """Where in a window a clip is, by cross-correlation; `expected` is where it should be, in frames.

    Found between the samples, so that a shift of less than one counts as none.
    """
    heard = window.mean(axis=1)
    if len(heard) < len(clip) or not len(clip):
        return Found(0, 0.0)
    size = _transform_size(len(heard))  # what wraps around falls on places that are not looked at
    product = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(clip, size)), size)
    lags = product[: len(heard) - len(clip) + 1]
    place = int(np.argmax(lags))
    energy = float(np.square(heard[place : place + len(clip)]).sum() * np.square(clip).sum())
    likeness = float(lags[place]) / math.sqrt(energy) if energy else 0.0
    return Found(place - expected, likeness)


def _transform_size(least: int) -> int:
    """The smallest length of at least so much that is transformed quickly: 1, 3 or 5 times a power of two."""
    return min(factor << max(-(-least // factor) - 1, 0).bit_length() for factor in (1, 3, 5))


class Ear:
    """Hears the whole file once: length, true peak, longest digital zero, and how much of it is loud.

    A sample is loud from the magnitude `loud` on, which is set before anything is heard.
    """

    def __init__(self, loud: float = math.inf) -> None:
        self.loud = loud
        self.frames = 0
        self.longest_zero = 0
        self._zeros = 0
        self._peaks = PeakMeter()
        self._loud, self._last_loud = 0, -1

    @property
    def peak(self) -> float:
        """The true peak of what was heard so far, linear."""
        return self._peaks.peak

    @property
    def loud_share(self) -> float:
        """The part of the time that is loud, in pieces of `LOUD_PIECE`."""
        return self._loud * LOUD_PIECE / self.frames if self.frames else 0.0

    def listen(self, blocks: Iterable[Stereo]) -> Iterator[Stereo]:
        """Pass the blocks on, having heard them."""
        for block in blocks:
            self._hear_loud(block)
            self.frames += len(block)
            self._peaks.feed(block)
            self._hear_zeros(block)
            yield block

    def _hear_loud(self, block: Stereo) -> None:
        if largest(block) < self.loud:
            return
        at = np.flatnonzero((np.abs(block) >= self.loud).any(axis=1))
        pieces = np.unique((at + self.frames) // LOUD_PIECE)
        self._loud += len(pieces) - int(pieces[0] == self._last_loud)
        self._last_loud = int(pieces[-1])

    def _hear_zeros(self, block: Stereo) -> None:
        loud = np.flatnonzero(block.any(axis=1))
        if not len(loud):
            self._zeros += len(block)
        else:
            inside = int(np.diff(loud).max(initial=1)) - 1
            self.longest_zero = max(self.longest_zero, self._zeros + int(loud[0]), inside)
            self._zeros = len(block) - 1 - int(loud[-1])
        self.longest_zero = max(self.longest_zero, self._zeros)


def rms_db(sound: Stereo | NDArray[np.float32]) -> float:
    """Root mean square in dBFS, `-inf` for nothing."""
    power = float(np.square(sound, dtype=np.float64).mean()) if len(sound) else 0.0
    return 10 * math.log10(power) if power else -math.inf


class LevelCurve:
    """Hears how loud each `hop` frames are, over both channels: 20 ms, where nothing else is asked for."""

    def __init__(self, hop: int = 882) -> None:
        self.hop = hop
        self._powers: list[NDArray[np.float32]] = []
        self._peaks: list[NDArray[np.float32]] = []
        self._rest = np.zeros((0, 2), dtype=np.float32)

    def listen(self, blocks: Iterable[Stereo]) -> Iterator[Stereo]:
        """Pass the blocks on, having heard them. What is left over at the end counts as one more hop."""
        for block in blocks:
            joined = np.concatenate((self._rest, block))
            whole = len(joined) // self.hop * self.hop
            self._take(joined[:whole].reshape(-1, self.hop * 2))
            self._rest = joined[whole:]
            yield block
        if len(self._rest):
            self._take(self._rest.reshape(1, -1))

    def _take(self, pieces: NDArray[np.float32]) -> None:
        self._powers.append(np.square(pieces).mean(axis=1))
        self._peaks.append(np.abs(pieces).max(axis=1))

    @property
    def powers(self) -> NDArray[np.float32]:
        """The mean square of each hop so far."""
        return np.concatenate(self._powers) if self._powers else np.empty(0, dtype=np.float32)

    @property
    def peaks(self) -> NDArray[np.float32]:
        """The largest sample of each hop so far, linear; 0 for digital zero."""
        return np.concatenate(self._peaks) if self._peaks else np.empty(0, dtype=np.float32)
