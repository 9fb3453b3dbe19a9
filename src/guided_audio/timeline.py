"""The timeline: everything that will be heard, on one axis of frames.

This is the hinge of the program: words lead up to it, and sound is made from it. Whatever shows a
meditation (lyrics, chapters, a picture) is a view of this, so that no two of them can disagree.
It is plain data: `to_json` and `from_json` are inverse, and no client's words are in it, for the
text of a line is kept with its slots at their fallback.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import PurePath
from typing import TYPE_CHECKING

from guided_audio.units import Frames, Seconds, to_frames, to_seconds

if TYPE_CHECKING:
    from pydantic import TypeAdapter

VERSION = 2
"""Of the JSON form; it changes when an older reader would misunderstand."""


@dataclass(frozen=True, slots=True)
class Take:
    """A saying as it was spoken and prepared: where its sound is kept, and how long it is.

    `loudness` is in LUFS as it would play from both channels; `voice` is `engine:name`.
    """

    key: str
    length: Frames
    loudness: float
    voice: str


@dataclass(frozen=True, slots=True)
class Clip:
    """A take in its place. `line` is the index of the line it belongs to, none for a breathing cue."""

    key: str
    start: Frames
    length: Frames
    loudness: float
    line: int | None

    @property
    def end(self) -> Frames:
        """The first frame after it."""
        return Frames(self.start + self.length)


@dataclass(frozen=True, slots=True)
class LineSpan:
    """A line from its first sound to its last. `number` counts the lines of the script from 0."""

    number: int
    text: str
    voice: str
    start: Frames
    end: Frames
    chapter: int
    identity: str


@dataclass(frozen=True, slots=True)
class Quiet:
    """A pause on the axis, from the last sound before it to the first after it."""

    start: Frames
    end: Frames
    kind: str = ""


@dataclass(frozen=True, slots=True)
class BellStrike:
    """A bell rings from here."""

    sound: str
    start: Frames


@dataclass(frozen=True, slots=True)
class BreathSpan:
    """One paced breath from its first frame: so many frames in, held, and out."""

    start: Frames
    inhale: Frames
    hold: Frames
    exhale: Frames


@dataclass(frozen=True, slots=True)
class ChapterSpan:
    """A chapter. The first begins at 0, the last ends with the file; no gap, no overlap."""

    title: str
    start: Frames
    end: Frames


ALONE = Frames(0)
"""No frame of a bed is another bed's too."""


@dataclass(frozen=True, slots=True)
class BedSpan:
    """A bed from its first frame to its last, and how many decibels below the voice it lies.

    `melts_in` and `melts_out` are the frames at its ends that it shares with the bed before it and the
    one after it. Where there is none it comes in from room tone, and goes out to it: over `goes_out`
    frames, or as long as beds usually take.
    """

    sound: str
    under: float
    start: Frames
    end: Frames
    melts_in: Frames = ALONE
    melts_out: Frames = ALONE
    goes_out: Frames | None = None

    @property
    def name(self) -> str:
        """As a person reads it: `soft rain` of a file `soft-rain.yaml`."""
        return PurePath(self.sound).stem.replace("-", " ")


@dataclass(frozen=True, slots=True)
class Timeline:
    """One meditation on its axis of frames."""

    rate: int
    length: Frames
    lines: tuple[LineSpan, ...]
    clips: tuple[Clip, ...]
    pauses: tuple[Quiet, ...]
    bells: tuple[BellStrike, ...]
    chapters: tuple[ChapterSpan, ...]
    beds: tuple[BedSpan, ...]
    breaths: tuple[BreathSpan, ...] = ()
    version: int = VERSION

    @property
    def duration(self) -> Seconds:
        """How long it plays."""
        return to_seconds(self.length, self.rate)

    @property
    def speech_share(self) -> float:
        """The part of the time in which somebody speaks, 0 to 1."""
        return sum(clip.length for clip in self.clips) / self.length

    @property
    def pace(self) -> float:
        """Words a minute while speaking: pauses of under 2 s inside a line count, all others do not."""
        words = sum(len(line.text.split()) for line in self.lines)
        frames: int = sum(clip.length for clip in self.clips if clip.line is not None)
        frames += sum(gap for gap in self._gaps_inside_lines() if gap < to_frames(2.0, self.rate))
        return words * 60 * self.rate / frames if frames else 0.0

    def _gaps_inside_lines(self) -> list[int]:
        spoken = [clip for clip in self.clips if clip.line is not None]
        return [after.start - before.end for before, after in pairwise(spoken) if before.line == after.line]


def to_json(timeline: Timeline) -> object:
    """The timeline as plain JSON data."""
    return _adapter().dump_python(timeline, mode="json")


def from_json(data: object) -> Timeline:
    """The timeline that `to_json` wrote.

    Raises:
        ValueError: when it is not one, or is of another version.
    """
    timeline: Timeline = _adapter().validate_python(data)
    if timeline.version != VERSION:
        raise ValueError(f"This timeline is of version {timeline.version}; this program reads {VERSION}.")
    return timeline


@cache
def _adapter() -> TypeAdapter[Timeline]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - a build does not need it

    return TypeAdapter(Timeline)
