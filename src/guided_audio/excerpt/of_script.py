"""An excerpt of a script, rendered from the frame that is asked for, and nothing before it."""

from __future__ import annotations

from collections.abc import Iterator

from guided_audio.blocks import Source, Stereo
from guided_audio.errors import UsageError
from guided_audio.excerpt.wish import Excerpt, Wish, require_before, start_of
from guided_audio.plan import Plan
from guided_audio.script import Line, Script, walk
from guided_audio.timeline import Timeline
from guided_audio.units import Frames, to_frames

BEFORE_LINE = 1.0
"""Seconds that are heard before a line, as far as nobody else speaks in them."""

AFTER_LINE = 4.0
"""Seconds of its pause that are heard after a line, at the most."""

_STEP = 8_192  # frames made at once


def excerpt_of_plan(plan: Plan, source: Source, wish: Wish) -> Excerpt:
    """A part of what a script sounds like. `source` has its sound from frame 0.

    Raises:
        UsageError: there is no such time, chapter or line in it.
    """
    timeline = plan.timeline
    chapters = tuple((span.start, span.title) for span in timeline.chapters)
    if wish.line is not None:
        start, end = _around_line(plan, wish.line)
    else:
        start, end = start_of(wish, chapters, timeline.rate), int(timeline.length)
    name = plan.script.path.name
    require_before(start, timeline.length, timeline.rate, name)
    if wish.most is not None:
        end = min(end, start + to_frames(wish.most, timeline.rate))
    return Excerpt(
        _read(source, start, end),
        timeline.rate,
        Frames(start),
        Frames(end),
        timeline.length,
        end < timeline.length,
        chapters,
    )


def _read(source: Source, start: int, end: int) -> Iterator[Stereo]:
    for at in range(start, end, _STEP):
        yield source.read(at, min(_STEP, end - at))


def require_line(script: Script, edition: Script, number: int) -> None:
    """Stop before anything is spoken where no line stands at that number of the script's own file.

    Raises:
        UsageError: with the nearest numbers at which one does, or why it is not heard.
    """
    if any(_stands_at(line, number) for line in edition.lines):
        return
    where = f"Line {number} of {script.path.name}"
    if any(isinstance(step, Line) and _stands_at(step, number) for step in walk(script.steps)):
        raise UsageError(
            f"{where} is not heard in this edition. Choose its branch with --choose, or leave --length out."
        )
    own = {line.place.line for line in edition.lines if not line.origin}
    near = [
        max((each for each in own if each < number), default=None),
        min((each for each in own if each > number), default=None),
    ]
    there = " and ".join(f"line {each}" for each in near if each is not None)
    raise UsageError(f"{where} has nothing that is spoken." + (f" The nearest is {there}." if there else ""))


def _stands_at(line: Line, number: int) -> bool:
    """Whether it begins at that line of the script's own file, and not of a shared passage's."""
    return not line.origin and line.place.line == number


def _around_line(plan: Plan, number: int) -> tuple[int, int]:
    """A line with a little of what lies around it, as far as no other is heard."""
    timeline, lines = plan.timeline, plan.script.lines
    spans = [span for span in timeline.lines if _stands_at(lines[span.number], number)]
    if not spans:
        raise UsageError(
            f"Line {number} of {plan.script.path.name} has no words to speak: its slots are empty."
        )
    first, last = spans[0].start, spans[-1].end
    rate = timeline.rate
    before = max(_clips_end(timeline, first), first - to_frames(BEFORE_LINE, rate), 0)
    after = min(_next_clip(timeline, last), last + to_frames(AFTER_LINE, rate))
    return before, after


def _clips_end(timeline: Timeline, before: int) -> int:
    return max((clip.end for clip in timeline.clips if clip.end <= before), default=Frames(0))


def _next_clip(timeline: Timeline, after: int) -> int:
    return min((clip.start for clip in timeline.clips if clip.start >= after), default=timeline.length)
