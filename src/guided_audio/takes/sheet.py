"""The reading sheet: every line of an edition as she reads it into a microphone, by its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from guided_audio.notes.leaf import Block, Facts, Heading, Items, Kind, Leaf, Section, Text, ToSay
from guided_audio.notes.transcript import UNFILLED, Passage
from guided_audio.script import (
    Bell,
    Breathe,
    Chapter,
    Hush,
    Line,
    Pause,
    Piece,
    Rest,
    Script,
    Slot,
    Step,
    text_of,
)
from guided_audio.takes.lines import places_in
from guided_audio.takes.survey import State, Survey
from guided_audio.units import Seconds, format_duration

BREATH = " · "
"""Stands for a pause inside a line: a moment, as long as she likes."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A leaf to read from, and the places of its lines among those of the whole script."""

    leaf: Leaf
    places: tuple[int, ...]


def reading_sheet(edition: Script, found: Survey) -> Reading:
    """The sheet of an edition. Slots stand at their fallback: that is what can be recorded."""
    places = {
        number: place
        for number, place in places_in(edition, [take.line for take in found.lines]).items()
        if found.lines[place].line.readable
    }
    opening: list[Block] = [Text(edition.purpose, own=True)] if edition.purpose else []
    opening.append(Text(f"{len(places)} lines to read aloud, each into a file of its own."))
    sections = (
        Section("How to record", tuple(_how(found, places))),
        Section("The lines", tuple(_lines(edition, found, places)), Kind.WORDS),
    )
    return Reading(Leaf(edition.title, edition.language, tuple(opening), sections), tuple(places.values()))


def _how(found: Survey, places: Mapping[int, int]) -> Iterator[Block]:
    first = found.lines[min(places.values())].number if places else "001"
    yield Items(
        (
            "A room with soft things in it, the phone a hand and a half away, a little to the side.",
            "A breath of quiet before the words, and one after: it is cut away, and tells the program what "
            "the room sounds like.",
            "One line, one file. If it went wrong, say it once more into another file.",
            f"Name each file by the number of its line, like {first}.m4a. A second try is {first}-2.m4a; the "
            "latest counts.",
            "The pauses between the lines are the program's. Those inside a line are yours.",
            "Lines without a recording are said by a synthetic voice; the finished file says who speaks.",
        )
    )
    yield Facts((("Folder", str(found.folder)),))
    numbers = [found.lines[place].number for place in places.values()]
    if any(number != f"{count:03}" for count, number in enumerate(numbers, start=1)):
        yield Text(
            "Each line keeps its number. Numbers that are missing here belong to other editions; one with a "
            "letter came in later.",
            small=True,
        )


def _lines(edition: Script, found: Survey, places: Mapping[int, int]) -> Iterator[Block]:
    desk = _Desk(edition, found, places)
    yield Text(
        f"A dot{BREATH}is a moment of quiet inside a line. Under a line stands the quiet that follows it: "
        "no need to wait for it.",
        small=True,
    )
    number = -1
    for step in edition.steps:
        number += isinstance(step, Line)
        yield from desk.blocks(step, number)


@dataclass(frozen=True, slots=True)
class _Desk:
    edition: Script
    found: Survey
    places: Mapping[int, int]

    def blocks(self, step: Step, number: int) -> Iterator[Block]:
        """What stands on the sheet for a step; `number` counts the lines so far."""
        match step:
            case Chapter(title=title):
                yield Heading(title)
            case Pause(rest=rest):
                yield Passage((f"Quiet, about {_length(rest)}.",), Seconds(0.0), is_sound=True)
            case Bell():
                yield Passage(("A bell.",), Seconds(0.0), is_sound=True)
            case Breathe():
                yield Passage(("Paced breathing, in the program's time.",), Seconds(0.0), is_sound=True)
            case Line() if number in self.places:
                yield self._line(step, self.places[number])

    def _line(self, line: Line, place: int) -> Block:
        take = self.found.lines[place]
        values = {
            name: UNFILLED if rule.fallback is None else rule.fallback
            for name, rule in self.edition.slots.items()
        }
        quiet = "" if line.yields else f"{line.rest.kind or 'quiet'}, {_length(line.rest)}"
        has_it = {State.RECORDED: "recorded", State.OUT_OF_DATE: "recorded with other words"}
        called = f"or {line.id}" if line.id else ""
        marks = [called, quiet, has_it.get(take.state, ""), _slot_note(line, self.edition)]
        return ToSay(take.number, as_read(line, values), line.direction, " · ".join(filter(None, marks)))


def _slot_note(line: Line, edition: Script) -> str:
    named = [piece.name for piece in line.pieces if isinstance(piece, Slot)]
    if any(edition.slots[name].fallback is None for name in named):
        return "something is filled in here: leave this line to the voice"
    return "heard as it stands here, where nothing is filled in" if named else ""


def as_read(line: Line, values: Mapping[str, str]) -> str:
    """The words of a line, with a dot where a pause is written."""
    parts: list[str] = []
    pieces: list[Piece] = []
    for piece in (*line.pieces, Hush(Seconds(0.0))):
        if isinstance(piece, Hush):
            parts.append(text_of(tuple(pieces), values))
            pieces = []
        else:
            pieces.append(piece)
    return BREATH.join(filter(None, parts))


def _length(rest: Rest) -> str:
    return format_duration(round(rest.ideal, 1))
