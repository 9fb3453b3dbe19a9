"""The mix: a timeline becomes sound, from any frame, in blocks that depend on nothing before them.

Everything is computed on a grid of blocks fixed on the axis. However a render is cut up, and
whoever renders which piece, a block is the same to the bit.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from guided_audio.beds import BED_FADE_IN, BED_FADE_OUT
from guided_audio.blocks import Mono, Source, Stereo, silence
from guided_audio.timeline import BedSpan, Clip, Timeline
from guided_audio.units import Frames, to_frames

BLOCK = 32_768
"""Frames of one block of the grid."""

RISE_IN_PAUSES = 2.0
"""Decibels the bed comes up while nobody speaks for a while. More would pump."""

DUCK_BEFORE, DUCK_HOLD, DUCK_RELEASE = 0.6, 0.5, 2.5
"""Seconds: the bed is down when a voice begins, stays while the room rings, comes up slowly."""

SHORTEST_RELEASE = 4.0
"""Seconds of quiet below which the bed stays down."""

_NOTHING_LEFT = 1e-5
"""Of the power of room tone, below which it is left out: rounding leaves as much where beds are full."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How a clip is heard: its samples, and the gain that sets them to the voice's level.

    What a room answers makes them two channels, and at most `tail` frames longer than the clip.
    """

    samples: Callable[[Clip], Mono | Stereo]
    gain: Callable[[Clip], float]
    tail: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class OneShot:
    """A bell or a breath, its level already set. `identity` is the same only for the same sound."""

    start: Frames
    sound: Stereo
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Bed:
    """A sound under everything in its span. `gain` sets it `span.under` decibels below the voice.

    The same source may serve several spans.
    """

    source: Source
    span: BedSpan
    gain: float
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Floor:
    """Room tone: what is heard where no bed is. It comes as a bed goes, their powers together steady."""

    source: Source
    gain: float
    identity: str = ""


class Mix:
    """All of a timeline as one source. Safe to read from several threads at once."""

    def __init__(
        self,
        timeline: Timeline,
        voice: Voice,
        shots: Sequence[OneShot] = (),
        beds: Sequence[Bed] = (),
        floor: Floor | None = None,
    ) -> None:
        self._voice, self._shots, self._floor = voice, shots, floor
        self._clips, self._length = timeline.clips, timeline.length
        self._latest_end = list(accumulate((clip.end + voice.tail for clip in timeline.clips), max))
        self._starts = [clip.start for clip in timeline.clips]
        self._corners, self._rate = duck_points(timeline), timeline.rate
        self._ducking = ducking(self._corners)
        self._beds = [(bed, fades(bed.span, timeline.rate)) for bed in beds]

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`; zeros before and after the timeline."""
        first, last = max(start, 0), min(start + count, self._length)
        if (first, last) == (start, start + count):
            out = self._under(start, count)
        else:  # sources have a beginning: nothing is asked of them outside the timeline
            out = silence(count)
            if first < last:
                out[first - start : last - start] = self._under(first, last - first)
        for clip in self._clips_in(start, count):
            _add_gained(out, start, clip.start, self._voice.samples(clip), np.float32(self._voice.gain(clip)))
        for shot in self._shots:
            _add(out, start, shot.start, shot.sound)
        out[: max(-start, 0)] = 0.0
        out[max(self._length - start, 0) :] = 0.0
        return out

    def _under(self, start: int, count: int) -> Stereo:
        """What lies under everything, inside the timeline."""
        heard = [(bed, fade(start, count)) for bed, fade in self._beds_in(start, start + count)]
        layers = [(source, self._ducking(start, count) * level) for source, level in _levels(heard)]
        if self._floor and (left := _left([fade for _, fade in heard])).any():
            layers.append((self._floor.source, left * np.float32(self._floor.gain)))
        out = None
        for source, level in layers:
            sound = _scaled(source.read(start, count), level)
            out = sound if out is None else np.add(out, sound, out=out)
        return silence(count) if out is None else out

    def _beds_in(self, start: int, stop: int) -> list[tuple[Bed, Curve]]:
        return [pair for pair in self._beds if pair[0].span.start < stop and pair[0].span.end > start]

    def _clips_in(self, start: int, count: int) -> tuple[Clip, ...]:
        first = bisect_left(self._latest_end, start + 1)
        return self._clips[first : bisect_left(self._starts, start + count)]

    def signature(self, start: int, count: int) -> list[object]:
        """All that decides the frames `start` up to `start + count`, as plain data.

        Where two mixes have the same signature they sound the same, whatever is elsewhere in them.
        """
        stop = start + count
        return [
            start,
            count,
            min(stop, self._length),
            [
                [clip.key, clip.start, self._voice.gain(clip), clip.line is None]
                for clip in self._clips_in(start, count)
            ],
            [
                [shot.identity, shot.start]
                for shot in self._shots
                if shot.start < stop and shot.start + len(shot.sound) > start
            ],
            self._beds_signature(start, stop),
            [self._floor.identity, self._floor.gain] if self._floor else None,
        ]

    def _beds_signature(self, start: int, stop: int) -> list[object] | None:
        """The beds that are heard, their ends where they come or go, and how they are ducked."""
        heard = [
            [bed.identity, bed.gain, *_ends(bed.span, self._rate, start, stop)]
            for bed, _ in self._beds_in(start, stop)
        ]
        if not heard:
            return None
        at, levels = ([corner[side] for corner in self._corners] for side in (0, 1))
        ends = np.interp([start, stop - 1], at, levels).tolist()
        corners = [list(corner) for corner in self._corners if start < corner[0] < stop - 1]
        return [heard, ends, corners]


def _ends(span: BedSpan, rate: int, start: int, stop: int) -> list[object]:
    """Where a bed comes and goes, and over how many frames, if that is between two frames."""
    rise, fall = fade_frames(span, rate)
    return [
        [span.start, rise] if start < span.start + rise else None,
        [span.end, fall] if stop > span.end - fall else None,
    ]


def _levels(heard: Sequence[tuple[Bed, Factors]]) -> Iterable[tuple[Source, Factors]]:
    """Each sound with its level. Of one that goes on at another level the powers add, as of two sounds."""
    levels: dict[int, tuple[Source, Factors]] = {}
    for bed, fade in heard:
        level = fade * np.float32(bed.gain)
        if id(bed.source) in levels:
            level = np.hypot(levels[id(bed.source)][1], level)
        levels[id(bed.source)] = bed.source, level
    return levels.values()


def _left(fades: Sequence[Factors]) -> Factors:
    """What beds leave to room tone, so that the powers of all of them sum to one."""
    left = np.ones(1, dtype=np.float32)
    for fade in fades:
        left = left - np.square(fade)
    return np.sqrt(np.where(left > _NOTHING_LEFT, left, np.float32(0.0)))


def _add(out: Stereo, start: int, at: int, sound: Mono | Stereo) -> None:
    """Add a sound that begins at frame `at` to a block that begins at `start`."""
    first, last = max(start, at), min(start + len(out), at + len(sound))
    if first < last:
        out[first - start : last - start] += sound[first - at : last - at]


def _add_gained(out: Stereo, start: int, at: int, sound: Mono | Stereo, gain: np.float32) -> None:
    """The same with a gain; a single channel is played by both sides."""
    first, last = max(start, at), min(start + len(out), at + len(sound))
    if first < last:
        gained = sound[first - at : last - at] * gain
        for side in (0, 1):  # far quicker than stretching it to two channels
            out[first - start : last - start, side] += gained if gained.ndim == 1 else gained[:, side]


Factors = NDArray[np.float32]
"""One for each frame, or a single one for all of them."""

Curve = Callable[[int, int], Factors]
"""The factors for so many frames from a start."""


def _scaled(sound: Stereo, factors: Factors) -> Stereo:
    """A sound of one's own, in place."""
    if len(factors) == 1:
        sound *= factors[0]
    else:
        for side in (0, 1):
            sound[:, side] *= factors
    return sound


def ducking(points: Sequence[tuple[int, float]]) -> Curve:
    """The bed's level relative to its level under speech, through the corners of `duck_points`."""
    at = np.array([frame for frame, _ in points], dtype=np.float64)
    nepers = np.array([level for _, level in points], dtype=np.float64) * (math.log(10.0) / 20)

    def curve(start: int, count: int) -> Factors:
        ends = np.interp([start, start + count - 1], at, nepers)
        if ends[0] == ends[1] and not np.any((at > start) & (at < start + count)):
            return np.exp(ends[:1]).astype(np.float32)
        # a power of e takes half the time of one of ten
        return np.exp(np.interp(np.arange(start, start + count), at, nepers)).astype(np.float32)

    return curve


def duck_points(timeline: Timeline) -> list[tuple[int, float]]:
    """Corners of the bed's level: frame, decibels above the level under speech.

    They come from the timeline itself, and so can come before what they make room for.
    """
    before, hold, release = (
        to_frames(seconds, timeline.rate) for seconds in (DUCK_BEFORE, DUCK_HOLD, DUCK_RELEASE)
    )
    points = [(0, RISE_IN_PAUSES)]
    for start, end in _passages(timeline):
        points += [(start - before, RISE_IN_PAUSES), (start, 0.0)]
        points += [(end + hold, 0.0), (end + hold + release, RISE_IN_PAUSES)]
    return points


def _passages(timeline: Timeline) -> list[tuple[int, int]]:
    """Where somebody speaks, short quiets included."""
    if not timeline.clips:
        return []
    quiet = to_frames(SHORTEST_RELEASE, timeline.rate)
    breaks = [(a.end, b.start) for a, b in pairwise(timeline.clips) if b.start - a.end >= quiet]
    starts = [timeline.clips[0].start, *(begin for _, begin in breaks)]
    ends = [*(end for end, _ in breaks), timeline.clips[-1].end]
    return list(zip(starts, ends, strict=True))


def fade_frames(span: BedSpan, rate: int) -> tuple[float, float]:
    """How long the bed takes to come in and to go out: less than usual where it is short."""
    length = span.end - span.start
    usual = to_frames(BED_FADE_OUT, rate) if span.goes_out is None else span.goes_out
    room_in, room_out = (length - other if other else length / 2 for other in (span.melts_out, span.melts_in))
    return (
        span.melts_in or min(to_frames(BED_FADE_IN, rate), room_in),
        span.melts_out or min(usual, room_out),
    )


def fades(span: BedSpan, rate: int) -> Curve:
    """The bed coming in and going out, equal-power; nothing outside its span."""
    rise, fall = fade_frames(span, rate)

    def curve(start: int, count: int) -> Factors:
        if span.start + rise <= start and start + count <= span.end - fall:
            return np.ones(1, dtype=np.float32)
        frames = np.arange(start, start + count, dtype=np.float64)
        inward = np.clip((frames - span.start) / rise, 0.0, 1.0)
        outward = np.clip((span.end - frames) / fall, 0.0, 1.0)
        return np.sin(np.minimum(inward, outward) * (np.pi / 2)).astype(np.float32)

    return curve


class OnGrid:
    """A source read through a grid of blocks, so that how it is read never changes what is heard.

    `make` gives the block of the grid that begins at a frame. A few blocks are kept: readers that
    follow one another ask for the same block twice.
    """

    def __init__(self, make: Callable[[int], Stereo], keep: int = 8) -> None:
        self._make, self._keep = make, keep
        self._blocks: OrderedDict[int, Stereo] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`."""
        out = np.empty((count, 2), dtype=np.float32)
        for number in range(start // BLOCK, -(-(start + count) // BLOCK)):
            at = number * BLOCK
            first, last = max(start, at), min(start + count, at + BLOCK)
            out[first - start : last - start] = self._block(number)[first - at : last - at]
        return out

    def _block(self, number: int) -> Stereo:
        with self._lock:
            if number in self._blocks:
                self._blocks.move_to_end(number)
                return self._blocks[number]
        block = self._make(number * BLOCK)
        with self._lock:
            self._blocks[number] = block
            while len(self._blocks) > self._keep:
                self._blocks.popitem(last=False)
        return block
