"""Beds: which of them lies under which part of the axis, and where one melts into the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from guided_audio.script import Bed, Bell, Breathe, Chapter, Choice, Line, NoBed, Passage, Script, Step, flat
from guided_audio.timeline import BedSpan
from guided_audio.units import Frames, to_frames

BED_FADE_IN, BED_FADE_OUT = 6.0, 10.0
"""Seconds a bed takes to come in from room tone and to go out to it, equal-power."""

BED_FADE_INTO_SLEEP = 45.0
"""The same at the end of a script for falling asleep: no ear that is half asleep notices when it began. Our
design value."""

BED_CHANGE = 8.0
"""Seconds that two beds share where a chapter changes them, the chapter's mark in the middle. Never more
than the shorter of the two lasts."""


def with_one_bed(script: Script, bed: Bed | None) -> Script:
    """The script with one bed, or none, from its beginning to its end."""
    return replace(script, bed=bed, steps=_without_beds(script.steps))


def _without_beds(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps without a bed of their own."""
    return tuple(_without_bed(step) for step in steps)


def _without_bed(step: Step) -> Step:
    match step:
        case Chapter():
            return replace(step, bed=None)
        case Passage():
            return replace(step, steps=_without_beds(step.steps))
        case Choice():
            branches = {name: _without_beds(inner) for name, inner in step.branches.items()}
            return replace(step, branches=branches)
    return step


def bed_at_the_beginning(script: Script) -> Bed | None:
    """The bed a script begins with: the first chapter's, where nothing is heard before it."""
    for step in flat(script.steps):
        if isinstance(step, Chapter):
            return _after(script.bed, step)
        if isinstance(step, Line | Bell | Breathe):
            break
    return script.bed


def bed_at_the_end(script: Script) -> Bed | None:
    """The bed a script ends with."""
    bed = script.bed
    for step in flat(script.steps):
        if isinstance(step, Chapter):
            bed = _after(bed, step)
    return bed


def _after(bed: Bed | None, chapter: Chapter) -> Bed | None:
    if chapter.bed is None:
        return bed
    return None if isinstance(chapter.bed, NoBed) else chapter.bed


@dataclass(frozen=True, slots=True)
class Change:
    """From this frame on another bed, or none."""

    at: Frames
    bed: Bed | NoBed


@dataclass(frozen=True, slots=True)
class _Section:
    """Frames over which nothing changes."""

    bed: Bed | None
    start: int
    end: int

    @property
    def length(self) -> int:
        return self.end - self.start


def going_out_over(seconds: float, spans: Sequence[BedSpan], rate: int) -> tuple[BedSpan, ...]:
    """The beds of a timeline, the last of which goes out over so many seconds."""
    return (*spans[:-1], *(replace(span, goes_out=to_frames(seconds, rate)) for span in spans[-1:]))


def lay_beds(first: Bed | None, changes: Sequence[Change], length: Frames, rate: int) -> tuple[BedSpan, ...]:
    """The beds of a timeline so long, in order. The same bed once more is no change."""
    sections = [None, *_sections(first, changes, length), None]
    neighbours = zip(sections, sections[1:], sections[2:], strict=False)
    return tuple(
        _span(before, section, section.bed, after, rate)
        for before, section, after in neighbours
        if section and section.bed
    )


def _sections(first: Bed | None, changes: Sequence[Change], length: int) -> Iterator[_Section]:
    marks: dict[int, Bed | None] = {0: first}
    for change in changes:  # of two at one frame the later counts
        marks[change.at] = None if isinstance(change.bed, NoBed) else change.bed
    kept: list[tuple[int, Bed | None]] = []
    for at, bed in marks.items():
        if not kept or _heard(bed) != _heard(kept[-1][1]):
            kept.append((at, bed))
    ends = [*(at for at, _ in kept[1:]), length]
    return (_Section(bed, at, end) for (at, bed), end in zip(kept, ends, strict=True))


def _heard(bed: Bed | None) -> object:
    """What of a bed makes it the same for a listener."""
    return bed and (bed.sound, bed.under)


def _span(before: _Section | None, section: _Section, bed: Bed, after: _Section | None, rate: int) -> BedSpan:
    lead, trail = _shared(before, section, rate), _shared(section, after, rate)
    end = section.end + trail
    if after and not after.bed:
        end += min(to_frames(BED_FADE_OUT, rate), after.length)
    start = Frames(section.start - lead)
    return BedSpan(str(bed.sound), bed.under, start, Frames(end), Frames(2 * lead), Frames(2 * trail))


def _shared(one: _Section | None, other: _Section | None, rate: int) -> int:
    """Half the frames that two sections share: none where one of them has no bed."""
    if not (one and one.bed and other and other.bed):
        return 0
    return min(to_frames(BED_CHANGE, rate), one.length, other.length) // 2
