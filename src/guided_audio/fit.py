"""Fitting a score to a length: elastic pauses move together between their limits until it is exact.

Each chapter gets a whole number of seconds, and the last one what remains: a changed word moves the
pauses of its own chapter and leaves every other chapter where it was, to the sample. Within the chapter
a long pause takes what a word before it lost or gained, so that most changes end there, too. Speech,
punctuation, breaths and exact pauses are never stretched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from guided_audio.errors import Problem, ProblemsFound
from guided_audio.layout import lead_in, tail
from guided_audio.pacing import Breathing, Event, Gap, Saying, Score, Spoken, Turn
from guided_audio.script import Rest, Script, exactly
from guided_audio.timeline import Take
from guided_audio.units import PROJECT_RATE, Seconds, format_duration, to_frames, to_seconds

_GRID, _STEP = 4, 8
"""Seconds. A chapter's share, and what there is to share out, are rounded to so many: then a slightly
longer line hardly ever changes the share of its own chapter or of another. The last chapter takes the
difference; spread over its pauses, a few seconds are not heard."""

_SHARE = 1 / 16
"""The part of its way that a chapter's pauses go is rounded to this, for the same reason."""

_LONG, _BEAT = 8, 1
"""Seconds. A pause of so many ends on a beat, counted from where the one before it ended: it is longer or
shorter by half a beat at the most, which nobody hears in so long a pause."""


@dataclass(frozen=True, slots=True)
class _Elastic:
    """A pause that can move: which event it is, what it may be, and the frames since the one before it."""

    index: int
    rest: Rest
    since: int


@dataclass(slots=True)
class _Section:
    """The events of one chapter: the pauses that can move, and so many frames that cannot."""

    rate: int
    fixed: int = 0
    elastic: list[_Elastic] = field(default_factory=list)

    def add(self, index: int, rest: Rest) -> None:
        """A pause that comes after all there is so far."""
        since = self.fixed - sum(pause.since for pause in self.elastic)
        self.elastic.append(_Elastic(index, rest, since))

    def limits(self) -> list[tuple[int, int, int]]:
        """The shortest, ideal and longest each of its pauses can be, in frames."""
        return [
            (
                to_frames(pause.rest.minimum, self.rate),
                to_frames(pause.rest.ideal, self.rate),
                to_frames(pause.rest.maximum, self.rate),
            )
            for pause in self.elastic
        ]

    def bounds(self) -> tuple[int, int, int]:
        """The shortest, ideal and longest this chapter can be, in frames."""
        limits = self.limits()
        low, ideal, high = (sum(column) for column in zip(*limits, strict=True)) if limits else (0, 0, 0)
        return self.fixed + low, self.fixed + ideal, self.fixed + high


def fit(
    script: Script,
    score: Score,
    takes: Mapping[Saying, Take],
    length: Seconds,
    rate: int = PROJECT_RATE,
) -> Score:
    """The score with its elastic pauses set so that it lasts exactly `length`.

    Raises:
        ProblemsFound: it cannot; the shortest and longest it can last are named.
    """
    sections = _sections(script, score, takes, rate)
    target = int(to_frames(length, rate))
    bounds = [section.bounds() for section in sections]
    low, high = sum(low for low, _, _ in bounds), sum(high for _, _, high in bounds)
    if not low <= target <= high:
        message = f"This script can {_lasting(low, high, rate)}, not {format_duration(length)}."
        hint = "Choose another length, or add and remove lines."
        raise ProblemsFound([Problem(script.place_of("title"), message, hint)])
    rests: dict[int, Rest] = {}
    for section, frames in zip(sections, _shares(bounds, target, rate), strict=True):
        rests |= _moved(section, frames)
    events = (
        replace(event, rest=rests[index]) if index in rests and isinstance(event, Gap) else event
        for index, event in enumerate(score.events)
    )
    return Score(tuple(events))


def _lasting(low: int, high: int, rate: int) -> str:
    """How long it can last: in whole seconds within the limits, else to the millisecond."""
    seconds = math.ceil(to_seconds(low, rate)), math.floor(to_seconds(high, rate))
    if seconds[0] < seconds[1]:
        return f"last from {format_duration(seconds[0])} to {format_duration(seconds[1])}"
    shortest, longest = (format_duration(to_seconds(frames, rate)) for frames in (low, high))
    return f"last from {shortest} to {longest}" if shortest != longest else f"only last {shortest}"


def _sections(script: Script, score: Score, takes: Mapping[Saying, Take], rate: int) -> list[_Section]:
    sections = [_Section(rate, lead_in(script, rate))]
    for index, event in enumerate(score.events):
        if isinstance(event, Turn) and index:
            sections.append(_Section(rate))
        elif isinstance(event, Gap) and event.rest.elastic:
            sections[-1].add(index, event.rest)
        else:
            sections[-1].fixed += _frames(event, takes, rate)
    sections[-1].fixed += tail(script, rate)
    return sections


def _frames(event: Event, takes: Mapping[Saying, Take], rate: int) -> int:
    match event:
        case Spoken(saying):
            return takes[saying].length
        case Gap(rest):
            return to_frames(rest.ideal, rate)
        case Breathing(phases):
            first = phases[0].cue
            lead = takes[first].length if first else 0
            return lead + sum(to_frames(phase.length, rate) for phase in phases)
        case _:
            return 0


def _shares(bounds: Sequence[tuple[int, int, int]], target: int, rate: int) -> list[int]:
    """How long each chapter becomes: whole seconds, but for the last, where its limits allow it."""
    ideal = sum(middle for _, middle, _ in bounds)
    side = 0 if target < ideal else 2
    reach = sum(bound[side] for bound in bounds) - ideal
    step = _STEP * rate
    stretch = min(round((target - ideal) / step) * step / reach, 1.0) if reach else 0.0
    shares: list[int] = []
    for index, bound in enumerate(bounds[:-1]):
        grid = _GRID * rate
        wanted = round((bound[1] + stretch * (bound[side] - bound[1])) / grid) * grid
        rest = bounds[index + 1 :]
        left = target - sum(shares)
        low = max(bound[0], left - sum(high for _, _, high in rest))
        high = min(bound[2], left - sum(low for low, _, _ in rest))
        shares.append(_whole_between(wanted, low, high, rate))
    return [*shares, target - sum(shares)]


def _whole_between(wanted: int, low: int, high: int, rate: int) -> int:
    """The whole second nearest to `wanted` within limits; the nearest frame where none lies within."""
    upward, downward = -(-low // rate) * rate, high // rate * rate
    if upward <= downward:
        return min(max(wanted, upward), downward)
    return min(max(wanted, low), high)


def _moved(section: _Section, frames: int) -> dict[int, Rest]:
    """Set a chapter's pauses together, so that it lasts exactly so many frames."""
    limits = section.limits()
    lengths = _on_the_beat(section, _alike(section, frames))
    missing = frames - section.fixed - sum(lengths)
    for place in reversed(range(len(lengths))):  # what is left goes to the end, and leaves the rest alone
        low, _, high = limits[place]
        length = min(max(lengths[place] + missing, low), high)
        missing -= length - lengths[place]
        lengths[place] = length
    return {
        pause.index: exactly(to_seconds(length, section.rate), pause.rest.kind)
        for pause, length in zip(section.elastic, lengths, strict=True)
    }


def _alike(section: _Section, frames: int) -> list[int]:
    """The pauses of a chapter of about so many frames, each the same part of its way."""
    low, ideal, high = section.bounds()
    side = low if frames < ideal else high
    share = (frames - ideal) / (side - ideal) if side != ideal else 0.0
    share = round(share / _SHARE) * _SHARE
    return [
        middle + round(share * ((shortest if frames < ideal else longest) - middle))
        for shortest, middle, longest in section.limits()
    ]


def _on_the_beat(section: _Section, lengths: Sequence[int]) -> list[int]:
    """The pauses with the long ones ended on a beat, where their limits allow it."""
    beat, passed = _BEAT * section.rate, 0
    ended = []
    for pause, (low, _, high), length in zip(section.elastic, section.limits(), lengths, strict=True):
        passed += pause.since + length
        if pause.rest.ideal < _LONG:
            ended.append(length)
            continue
        off = round(passed / beat) * beat - passed
        ended.append(min(max(length + off, low), high))
        passed = 0
    return ended
