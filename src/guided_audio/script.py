"""What a script says, once it has been read: plain, frozen, and free of YAML.

A `Script` holds the steps in the order they will be heard, shared passages already in place. Words
that a client's therapist fills in are still `Slot` pieces here, so a script can be shown, checked
and kept without a client's words in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from guided_audio.errors import Place
from guided_audio.units import Seconds, format_duration

MOST_CHAPTERS = 255
"""A file's table of contents counts its chapters in one byte."""


class Level(StrEnum):
    """Whether a client may do this alone."""

    OPEN = "open"
    AGREED = "agreed"
    FOLLOW_UP = "follow-up"


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause in seconds. Elastic when it may move between its limits, exact when they are equal."""

    minimum: Seconds
    ideal: Seconds
    maximum: Seconds
    kind: str = ""

    @property
    def elastic(self) -> bool:
        """Whether a fit to a length may change it."""
        return self.minimum < self.maximum


def exactly(seconds: float, kind: str = "") -> Rest:
    """A pause that is never stretched."""
    return Rest(Seconds(seconds), Seconds(seconds), Seconds(seconds), kind)


def _kind(name: str, minimum: float, ideal: float, maximum: float) -> Rest:
    return Rest(Seconds(minimum), Seconds(ideal), Seconds(maximum), name)


KINDS: Mapping[str, Rest] = {
    rest.kind: rest
    for rest in (
        _kind("tick", 1.5, 2, 3),
        _kind("settle", 4, 6, 9),
        _kind("notice", 8, 12, 16),
        _kind("ask", 12, 18, 25),
        _kind("dwell", 20, 28, 40),
        _kind("orient", 4, 5, 7),
    )
}
"""The kinds of pause a script names; design values, tuned by ear."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words said as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a word filled in at build time. What stands around it goes when it stays empty."""

    name: str
    before: str = ""
    after: str = ""

    def filled(self, value: str) -> str:
        """The words heard for a value, nothing at all for an empty one."""
        return f"{self.before}{value}{self.after}" if value else ""


@dataclass(frozen=True, slots=True)
class Hush:
    """A pause inside a line, exact."""

    seconds: Seconds


Piece = Words | Slot | Hush


@dataclass(frozen=True, slots=True)
class SlotRule:
    """What a script says about one of its slots. Private is the default: see `docs/privacy.md`."""

    name: str
    fallback: str | None
    private: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Line:
    """Something said, and the rest that follows.

    `yields` is true for a line whose rest gives way to a pause written right after it. `origin` is
    the shared passage it came from, empty for the script's own lines.
    """

    place: Place
    pieces: tuple[Piece, ...]
    rest: Rest
    yields: bool = False
    id: str = ""
    voice: str = ""
    direction: str = ""
    sounds_like: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """Quiet."""

    place: Place
    rest: Rest


NO_TIME = Seconds(0.0)


@dataclass(frozen=True, slots=True)
class Breathe:
    """Paced breathing. Each cue is said so that it ends as the phase it names begins."""

    place: Place
    inhale: Seconds
    exhale: Seconds
    rounds: int
    hold: Seconds = NO_TIME
    inhale_cue: str = ""
    exhale_cue: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Bell:
    """A strike, and how long until the voice may come back. It rings on under what follows."""

    place: Place
    sound: Path
    wait: Rest


@dataclass(frozen=True, slots=True)
class Chapter:
    """The steps from here on belong to a chapter of this name."""

    place: Place
    title: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Steps that are left out of editions shorter than `least`."""

    place: Place
    least: Seconds
    steps: tuple[Step, ...]


Step = Line | Pause | Breathe | Bell | Chapter | Passage


@dataclass(frozen=True, slots=True)
class Bed:
    """The sound under everything, so many decibels below the voice while it speaks."""

    place: Place
    sound: Path
    under: float = 20.0


@dataclass(frozen=True, slots=True)
class Script:
    """One meditation, ready to be spoken."""

    path: Path
    title: str
    steps: tuple[Step, ...]
    language: str = "en-GB"
    level: Level = Level.OPEN
    purpose: str = ""
    content_note: str = ""
    review: str = ""
    artist: str = ""
    album: str = ""
    track: str = ""
    genre: str = "Meditative"
    pace: float = 112.0
    voice: str = ""
    voices: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, SlotRule] = field(default_factory=dict)
    bed: Bed | None = None
    lengths: tuple[Seconds, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)

    def place_of(self, key: str) -> Place:
        """Where a key at the top stands: `voice`, or `voices/second`; the file's beginning if nowhere."""
        return self.places.get(key, Place(str(self.path)))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order they are heard."""
        return tuple(step for step in flat(self.steps) if isinstance(step, Line))

    def edition(self, length: Seconds | None) -> Script:
        """The script as it is for a length: its optional passages in their place, or left out.

        Without a length they are all in. An edition of a length bears it in its title.
        """
        title = self.title if length is None else f"{self.title} ({format_duration(length)})"
        return replace(self, title=title, steps=tuple(flat(self.steps, length)))


def flat(steps: Sequence[Step], length: Seconds | None = None) -> Iterator[Step]:
    """The steps with optional passages in place: all, or those an edition is long enough for."""
    for step in steps:
        if not isinstance(step, Passage):
            yield step
        elif length is None or length >= step.least:
            yield from flat(step.steps, length)


_GAPS = re.compile(r"[ \t\n\r]+")


def text_of(pieces: tuple[Piece, ...], values: Mapping[str, str]) -> str:
    """The line as a person reads it, slots filled, inline pauses left out."""
    parts = (_piece_text(piece, values) for piece in pieces)
    return _GAPS.sub(" ", "".join(parts)).strip()


def _piece_text(piece: Piece, values: Mapping[str, str]) -> str:
    match piece:
        case Words(text):
            return text
        case Slot(name):
            return piece.filled(values.get(name, ""))
        case Hush():
            return " "


def shown_values(script: Script) -> dict[str, str]:
    """What stands in slots wherever a text is shown or written into a file: the fallbacks."""
    return {name: rule.fallback or "" for name, rule in script.slots.items()}
