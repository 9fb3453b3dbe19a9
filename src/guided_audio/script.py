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
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from guided_audio.errors import Place, UsageError
from guided_audio.units import Seconds, format_duration

MOST_CHAPTERS = 255
"""A file's table of contents counts its chapters in one byte."""


class Level(StrEnum):
    """Whether a client may do this alone."""

    OPEN = "open"
    AGREED = "agreed"
    FOLLOW_UP = "follow-up"

    def is_acknowledged(self, *, agreed: bool, follow_up: bool) -> bool:
        """Whether a script of this level may be built, with what was said of the client."""
        return self is Level.OPEN or follow_up or (agreed and self is Level.AGREED)


class Ending(StrEnum):
    """Where a listener is when it is over: back in the room, or falling asleep."""

    RETURN = "return"
    SLEEP = "sleep"


class Profile(StrEnum):
    """For whom, or for when, a script is meant: some rules do not hold for all."""

    TRAUMA_SENSITIVE = "trauma-sensitive"
    SLEEP = "sleep"
    WALKING = "walking"
    GENERAL = "general"


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
    the shared passage it came from, empty for the script's own lines; `branch` the branch of a choice
    it stands in, like `toward=open`.
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
    branch: str = ""


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
    licence: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Bed:
    """The sound under everything, so many decibels below the voice while it speaks."""

    place: Place
    sound: Path
    under: float = 20.0
    licence: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class NoBed:
    """Nothing but room tone under the voice."""

    place: Place


@dataclass(frozen=True, slots=True)
class Chapter:
    """The steps from here on belong to a chapter of this name. Without a `bed` the one before goes on."""

    place: Place
    title: str
    bed: Bed | NoBed | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Steps that are left out of editions shorter than `least`."""

    place: Place
    least: Seconds
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Branches, of which one is heard: the chosen one, or the default; without either all, one by one."""

    place: Place
    name: str
    branches: Mapping[str, tuple[Step, ...]]
    default: str = ""

    def heard(self, chosen: Mapping[str, str]) -> tuple[Step, ...]:
        """The steps that are heard when these branches are chosen, by the names of their choices."""
        branch = chosen.get(self.name, self.default)
        return self.branches[branch] if branch else tuple(chain(*self.branches.values()))


Step = Line | Pause | Breathe | Bell | Chapter | Passage | Choice

NOTHING_CHOSEN: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Script:
    """One meditation, ready to be spoken.

    `common_title` is the title without the branches that were chosen: lines are known by it in every variant.
    `notes` are paragraphs for a client to read, `therapist_notes` for the therapist alone; none is spoken.
    """

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
    common_title: str = ""
    notes: tuple[str, ...] = ()
    therapist_notes: tuple[str, ...] = ()
    ending: Ending = Ending.RETURN
    profile: Profile = Profile.TRAUMA_SENSITIVE
    for_newcomers: bool = False

    def place_of(self, key: str) -> Place:
        """Where a key at the top stands: `voice`, or `voices/second`; the file's beginning if nowhere."""
        return self.places.get(key, Place(str(self.path)))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines in the order they are heard."""
        return tuple(step for step in flat(self.steps) if isinstance(step, Line))

    @property
    def beds(self) -> tuple[Bed, ...]:
        """Every bed that is named, whether or not it is heard: the one at the top, and those of chapters."""
        chapters = (step.bed for step in walk(self.steps) if isinstance(step, Chapter))
        return tuple(bed for bed in (self.bed, *chapters) if isinstance(bed, Bed))

    @property
    def choices(self) -> Mapping[str, Choice]:
        """What can be chosen, in order. Choices of one name have the same branches and default."""
        found: dict[str, Choice] = {}
        for step in walk(self.steps):
            if isinstance(step, Choice):
                found.setdefault(step.name, step)
        return found

    @property
    def variants(self) -> tuple[Mapping[str, str], ...]:
        """Nothing chosen, then every branch that is not heard alone anyway, one choice at a time."""
        single = (
            {name: branch}
            for name, choice in self.choices.items()
            for branch in choice.branches
            if branch != choice.default
        )
        return NOTHING_CHOSEN, *single

    def own(self, chosen: Mapping[str, str]) -> Mapping[str, str]:
        """Of all that is chosen, what can be chosen here, in the order of the script.

        Raises:
            UsageError: a choice has no such branch.
        """
        own = {name: choice for name, choice in self.choices.items() if name in chosen}
        for name, choice in own.items():
            if chosen[name] not in choice.branches:
                raise UsageError(f"The choice `{name}` in {self.path.name} has no branch of that name.")
        return {name: chosen[name] for name in own}

    def edition(self, length: Seconds | None, chosen: Mapping[str, str] = NOTHING_CHOSEN) -> Script:
        """The script as it is for a length and for chosen branches, by the names of their choices.

        Its optional passages are in their place, or left out; without a length they are all in. An edition
        bears its length and its branches in its title.

        Raises:
            UsageError: a choice has no such branch.
        """
        marks = [] if length is None else [format_duration(length)]
        return replace(
            self,
            title=_marked(self.title, [*marks, *self.own(chosen).values()]),
            common_title=_marked(self.title, marks),
            steps=tuple(flat(self.steps, length, chosen)),
        )


def _marked(title: str, marks: Sequence[str]) -> str:
    return f"{title} ({', '.join(marks)})" if marks else title


def flat(
    steps: Sequence[Step], length: Seconds | None = None, chosen: Mapping[str, str] = NOTHING_CHOSEN
) -> Iterator[Step]:
    """The steps with what they hold in place.

    Of optional passages these are all, or those an edition is long enough for; of choices the branches
    that are heard.
    """
    for step in steps:
        match step:
            case Passage():
                if length is None or length >= step.least:
                    yield from flat(step.steps, length, chosen)
            case Choice():
                yield from flat(step.heard(chosen), length, chosen)
            case _:
                yield step


def walk(steps: Sequence[Step]) -> Iterator[Step]:
    """Every step there is, whether or not it is heard; one that holds others comes before them."""
    for step in steps:
        yield step
        match step:
            case Passage(steps=inner):
                yield from walk(inner)
            case Choice(branches=branches):
                yield from walk(tuple(chain(*branches.values())))


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
