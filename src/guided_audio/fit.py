"""Fitting a score to a length: elastic pauses move together between their limits until it is exact.

Each chapter gets a whole number of seconds, and the last one what remains: a changed word moves the
pauses of its own chapter and leaves every other chapter where it was, to the sample. Speech,
punctuation, breaths and exact pauses are never stretched.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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


@dataclass(slots=True)
class _Section:
    """The events of one chapter: so many frames that cannot move, and the pauses that can."""

    fixed: int
    elastic: list[tuple[int, Rest]]
    rate: int

    def bounds(self) -> tuple[int, int, int]:
        """The shortest, ideal and longest this chapter can be, in frames."""
        lengths = ((rest.minimum, rest.ideal, rest.maximum) for _, rest in self.elastic)
        frames = [[to_frames(seconds, self.rate) for seconds in three] for three in lengths]
        low, ideal, high = (sum(column) for column in zip(*frames, strict=True)) if frames else (0, 0, 0)
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
    sections = [_Section(lead_in(script, rate), [], rate)]
    for index, event in enumerate(score.events):
        if isinstance(event, Turn) and index:
            sections.append(_Section(0, [], rate))
        elif isinstance(event, Gap) and event.rest.elastic:
            sections[-1].elastic.append((index, event.rest))
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
    """Set a chapter's pauses together; frames lost in rounding go to the first ones that have room."""
    low, ideal, high = section.bounds()
    side = low if frames < ideal else high
    stretch = (frames - ideal) / (side - ideal) if side != ideal else 0.0
    rests = [rest for _, rest in section.elastic]
    limits = [to_frames(rest.minimum if frames < ideal else rest.maximum, section.rate) for rest in rests]
    middles = [to_frames(rest.ideal, section.rate) for rest in rests]
    lengths = [
        middle + int(stretch * (limit - middle)) for middle, limit in zip(middles, limits, strict=True)
    ]
    missing = frames - section.fixed - sum(lengths)
    step = 1 if missing > 0 else -1
    with_room = [place for place, length in enumerate(lengths) if length != limits[place]]
    for place in with_room[: abs(missing)]:  # each lost less than one frame, and none that has no room
        lengths[place] += step
    return {
        index: exactly(to_seconds(length, section.rate), rest.kind)
        for (index, rest), length in zip(section.elastic, lengths, strict=True)
    }
