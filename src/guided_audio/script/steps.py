"""The steps of a script, those that hold others among them, and the ways through them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType

from guided_audio.errors import Place
from guided_audio.script.pauses import Rest
from guided_audio.script.pieces import Piece
from guided_audio.units import Seconds


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
    """The steps from here on belong to a chapter of this name. Without a `bed` the one before goes on.

    `voice` speaks its lines that name no other, and is over with it.
    """

    place: Place
    title: str
    bed: Bed | NoBed | None = None
    voice: str = ""


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
