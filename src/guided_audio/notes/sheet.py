"""A sheet: all that goes with a recording on paper, for a client or for the therapist, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from guided_audio.errors import ProblemsFound
from guided_audio.helplines import Helpline, Region
from guided_audio.inspection import inspect_scripts
from guided_audio.lint import rule_named
from guided_audio.lint.estimate import estimated
from guided_audio.notes.readiness import Card, readiness_card
from guided_audio.notes.transcript import ChapterText, transcript
from guided_audio.script import Choice, Ending, Level, Script
from guided_audio.tagging import SYNTHETIC
from guided_audio.units import Seconds

UNREVIEWED = "Not yet reviewed by a clinician."
"""What is true of a script that says nothing else about it."""


class Audience(StrEnum):
    """For whom a sheet is. What is for the therapist is never on a client's."""

    CLIENT = "client"
    THERAPIST = "therapist"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for beside the script. Without a region a sheet has no numbers, and says so.

    `voice` says who speaks: see `tagging.disclosure`.
    """

    today: date
    audience: Audience = Audience.CLIENT
    length: Seconds | None = None
    chosen: Mapping[str, str] = field(default_factory=dict)
    region: Region | None = None
    voice: str = SYNTHETIC


@dataclass(frozen=True, slots=True)
class Choosable:
    """A choice with the names of its branches, and of those that are heard here."""

    name: str
    branches: tuple[str, ...]
    heard: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutAside:
    """What a check found and the script puts aside, with the rule's name and the reason given."""

    rule: str
    rule_name: str
    line: int
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class TherapistPart:
    """What a therapist knows of a script and a client need not."""

    notes: tuple[str, ...]
    lengths: tuple[Seconds, ...]
    choices: tuple[Choosable, ...]
    put_aside: tuple[PutAside, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. `lasts` is exact for a length that was asked for, else an estimate; none if there is none."""

    title: str
    language: str
    today: date
    level: Level
    ending: Ending
    purpose: str
    content_note: str
    review: str
    voice: str
    lasts: Seconds | None
    card: Card
    notes: tuple[str, ...]
    region: Region | None
    chapters: tuple[ChapterText, ...]
    therapist: TherapistPart | None

    @property
    def unchecked(self) -> tuple[Helpline, ...]:
        """The lines for help on it that nobody has tried, or not for long."""
        lines = self.region.lines if self.region else ()
        return tuple(line for line in lines if not line.is_checked(self.today))


def sheet_of(script: Script, wish: Wish) -> Sheet:
    """The sheet of a script, or of its edition of a length and of chosen branches.

    Raises:
        UsageError: a choice has no such branch.
        ProblemsFound: the lists of words for the check cannot be read.
    """
    edition = script.edition(wish.length, wish.chosen)
    therapist = _therapist_part(script, wish) if wish.audience is Audience.THERAPIST else None
    return Sheet(
        title=edition.title,
        language=script.language,
        today=wish.today,
        level=script.level,
        ending=script.ending,
        purpose=script.purpose,
        content_note=script.content_note,
        review=script.review or UNREVIEWED,
        voice=wish.voice,
        lasts=wish.length or _estimate(edition),
        card=readiness_card(),
        notes=script.notes,
        region=wish.region,
        chapters=transcript(edition),
        therapist=therapist,
    )


def _estimate(edition: Script) -> Seconds | None:
    try:
        return estimated(edition).duration
    except ProblemsFound:  # a breathing cue that no voice can say in time, which is told when it is built
        return None


def _therapist_part(script: Script, wish: Wish) -> TherapistPart:
    return TherapistPart(
        notes=script.therapist_notes,
        lengths=script.lengths,
        choices=tuple(_choosable(choice, wish.chosen) for choice in script.choices.values()),
        put_aside=tuple(_put_aside(script)),
    )


def _choosable(choice: Choice, chosen: Mapping[str, str]) -> Choosable:
    branches = tuple(choice.branches)
    taken = chosen.get(choice.name, choice.default)
    return Choosable(choice.name, branches, (taken,) if taken else branches)


def _put_aside(script: Script) -> Iterator[PutAside]:
    for one in inspect_scripts([script]).suppressed:
        found, rule = one.finding, rule_named(one.finding.rule)
        yield PutAside(found.rule, rule.name if rule else "", found.place.line, found.message, one.reason)
