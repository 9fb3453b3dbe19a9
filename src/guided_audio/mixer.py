"""The mix: a timeline becomes sound, from any frame, in blocks that depend on nothing before them.

Everything is computed on a grid of blocks fixed on the axis. However a render is cut up, and
whoever renders which piece, a block is the same to the bit.
"""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono, Source, Stereo, silence
from guided_audio.timeline import BedSpan, Clip, Timeline
from guided_audio.units import Frames, gain, to_frames

BLOCK = 32_768
"""Frames of one block of the grid."""

RISE_IN_PAUSES = 2.0
"""Decibels the bed comes up while nobody speaks for a while. More would pump."""

DUCK_BEFORE, DUCK_HOLD, DUCK_RELEASE = 0.6, 0.5, 2.5
"""Seconds: the bed is down when a voice begins, stays while the room rings, comes up slowly."""

SHORTEST_RELEASE = 4.0
"""Seconds of quiet below which the bed stays down."""

BED_FADE_IN, BED_FADE_OUT = 6.0, 10.0
"""Seconds, equal-power."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How a clip is heard: its samples, and the gain that sets them to the voice's level."""

    samples: Callable[[Clip], Mono]
    gain: Callable[[Clip], float]


@dataclass(frozen=True, slots=True, eq=False)
class OneShot:
    """A bell or a breath, its level already set. `identity` is the same only for the same sound."""

    start: Frames
    sound: Stereo
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Bed:
    """The sound under everything. `gain` sets it `span.under` decibels below the voice."""

    source: Source
    span: BedSpan
    gain: float
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Floor:
    """Room tone: what is heard where nothing else is."""

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
        bed: Bed | None = None,
        floor: Floor | None = None,
    ) -> None:
        self._voice, self._shots, self._bed, self._floor = voice, shots, bed, floor
        self._clips, self._length = timeline.clips, timeline.length
        self._latest_end = list(accumulate((clip.end for clip in timeline.clips), max))
        self._starts = [clip.start for clip in timeline.clips]
        self._corners, self._rate = duck_points(timeline), timeline.rate
        self._ducking = bed and ducking(self._corners)
        self._fades = bed and fades(bed.span, timeline.rate)

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
            _add_mono(out, start, clip.start, self._voice.samples(clip), np.float32(self._voice.gain(clip)))
        for shot in self._shots:
            _add(out, start, shot.start, shot.sound)
        out[: max(-start, 0)] = 0.0
        out[max(self._length - start, 0) :] = 0.0
        return out

    def _under(self, start: int, count: int) -> Stereo:
        """What lies under everything, inside the timeline."""
        out = None
        if self._bed and self._ducking and self._fades:
            level = self._ducking(start, count) * self._fades(start, count) * np.float32(self._bed.gain)
            out = _scaled(self._bed.source.read(start, count), level)
        if self._floor:
            floor = self._floor.source.read(start, count) * np.float32(self._floor.gain)
            out = floor if out is None else out + floor
        return silence(count) if out is None else out

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
            [[clip.key, clip.start, self._voice.gain(clip)] for clip in self._clips_in(start, count)],
            [
                [shot.identity, shot.start]
                for shot in self._shots
                if shot.start < stop and shot.start + len(shot.sound) > start
            ],
            self._bed_signature(start, stop),
            [self._floor.identity, self._floor.gain] if self._floor else None,
        ]

    def _bed_signature(self, start: int, stop: int) -> list[object] | None:
        if not self._bed:
            return None
        span = self._bed.span
        rise, fall = fade_frames(span, self._rate)
        edges = [
            span.start if start < span.start + rise else None,
            span.end if stop > span.end - fall else None,
        ]
        at, levels = ([corner[side] for corner in self._corners] for side in (0, 1))
        ends = np.interp([start, stop - 1], at, levels).tolist()
        corners = [list(corner) for corner in self._corners if start < corner[0] < stop - 1]
        return [self._bed.identity, self._bed.gain, edges, ends, corners]


def _add(out: Stereo, start: int, at: int, sound: Mono | Stereo) -> None:
    """Add a sound that begins at frame `at` to a block that begins at `start`."""
    first, last = max(start, at), min(start + len(out), at + len(sound))
    if first < last:
        out[first - start : last - start] += sound[first - at : last - at]


def _add_mono(out: Stereo, start: int, at: int, sound: Mono, gain: np.float32) -> None:
    """The same for a sound that both sides play."""
    first, last = max(start, at), min(start + len(out), at + len(sound))
    if first < last:
        gained = sound[first - at : last - at] * gain
        for side in (0, 1):  # far quicker than stretching it to two channels
            out[first - start : last - start, side] += gained


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
    db = np.array([level for _, level in points], dtype=np.float64)

    def curve(start: int, count: int) -> Factors:
        ends = np.interp([start, start + count - 1], at, db)
        if ends[0] == ends[1] and not np.any((at > start) & (at < start + count)):
            return np.array([gain(float(ends[0]))], dtype=np.float32)
        return (10.0 ** (np.interp(np.arange(start, start + count), at, db) / 20)).astype(np.float32)

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
    half = (span.end - span.start) / 2
    return min(to_frames(BED_FADE_IN, rate), half), min(to_frames(BED_FADE_OUT, rate), half)


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
