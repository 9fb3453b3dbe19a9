"""Cues: which words are on the screen while they are heard.

A line is spoken a sentence at a time, one clip each, and is followed best that way. The timeline has
the text of a line whole, with slots at their fallback, and the clips were spoken with what filled them.
So a line is split only where sentences and clips can be nothing but the same in the same order:

- The line has no slot. A clip then ends wherever a sentence does, and at inline pauses as well: where
  there are as many clips as sentences, every pause lay between two of them.
- It has one slot and no inline pause. Before and after the slot the sentences are those that were
  spoken; where the counts agree, so do those around it.

Any other line is one cue from its first sound to its last: with several slots, a fallback of one
sentence more could make up for a value of one less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from guided_audio.pacing import LONGEST_SENTENCE, sentences
from guided_audio.timeline import Clip, LineSpan, Timeline
from guided_audio.units import to_milliseconds
from guided_audio.wording import one_line


@dataclass(frozen=True, slots=True)
class Cue:
    """Words and when they are heard, in milliseconds from the first sample. `chapter` counts from 0."""

    start_ms: int
    end_ms: int
    text: str
    chapter: int


def cues(timeline: Timeline) -> tuple[Cue, ...]:
    """The lines in the order they are heard, sentence by sentence where that is certain.

    None overlaps another, none is empty, and each text is one line without control characters. A line
    has no cue where its text has no words, because a slot without a fallback was all of it. The words of
    breathing cues are not in a timeline and so not here.
    """
    by_line: dict[int, list[Clip]] = {}
    for clip in timeline.clips:
        if clip.line is not None:
            by_line.setdefault(clip.line, []).append(clip)
    kinds: dict[tuple[int, int], str] = {(quiet.start, quiet.end): quiet.kind for quiet in timeline.pauses}
    found = (
        Cue(to_milliseconds(start, timeline.rate), to_milliseconds(end, timeline.rate), text, line.chapter)
        for number, line in enumerate(timeline.lines)
        for text, start, end in _parts(line, by_line.get(number, []), kinds)
    )
    return tuple(cue for cue in found if cue.start_ms < cue.end_ms)


def _parts(
    line: LineSpan, clips: Sequence[Clip], kinds: Mapping[tuple[int, int], str]
) -> Iterator[tuple[str, int, int]]:
    """Texts with their first and last frames."""
    said = sentences(line.text)
    paused = any(kinds.get((one.end, other.start)) != "sentence" for one, other in pairwise(clips))
    if len(said) == len(clips) > 1 and _are_the_same(line, paused=paused):
        yield from ((one_line(text), clip.start, clip.end) for text, clip in zip(said, clips, strict=True))
    elif said:
        yield one_line(line.text), line.start, line.end


def _are_the_same(line: LineSpan, *, paused: bool) -> bool:
    """Whether as many sentences as clips must be the same ones.

    The identity of a line without an id ends in its text with slots by name. A line with an id shows
    nothing of its slots and is never certain.
    """
    identity = line.identity.rpartition("#")[0]
    without_slots = identity.endswith(f"/text:{line.text}")
    if len(line.text) > LONGEST_SENTENCE:  # a sentence may have been cut where its length demanded it
        return without_slots and not paused
    return without_slots or (not paused and "/text:" in identity and identity.count("{") == 1)
