"""A whole script: its steps, and all that stands at the top of its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from guided_audio.errors import Place, UsageError
from guided_audio.lexicon import Entry
from guided_audio.script.pieces import SlotRule
from guided_audio.script.steps import NOTHING_CHOSEN, Bed, Chapter, Choice, Line, Step, flat, walk
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
class Script:
    """One meditation, ready to be spoken.

    `common_title` is the title without the branches that were chosen: lines are known by it in every variant.
    `notes` are paragraphs for a client to read, `therapist_notes` for the therapist alone; none is spoken.
    `lexicon` has the words that are said otherwise than they are written, those that count first.
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
    lexicon: tuple[Entry, ...] = field(default=(), repr=False)

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


def shown_values(script: Script) -> dict[str, str]:
    """What stands in slots wherever a text is shown or written into a file: the fallbacks."""
    return {name: rule.fallback or "" for name, rule in script.slots.items()}
