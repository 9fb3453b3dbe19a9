"""The transcript: the words of an edition in their chapters, for whoever would rather read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

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
    exactly,
    text_of,
)
from guided_audio.units import Seconds

GAP = Seconds(3.0)
"""A quiet that is longer than this is shown as a gap. What is shorter is a breath between sentences."""

LONG_GAP = Seconds(15.0)
"""A quiet of this length or more is shown as a wider gap: whoever reads may want to stop here as well."""

UNFILLED = "…"
"""What stands for a slot that has no fallback."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that follow one another without a long quiet, or a sound that is not speech.

    `after` is the quiet that follows, in seconds, as it is where no length is asked for.
    """

    lines: tuple[str, ...]
    after: Seconds
    is_sound: bool = False


@dataclass(frozen=True, slots=True)
class ChapterText:
    """What is said in a chapter. The title is empty for what comes before the first one."""

    title: str
    passages: tuple[Passage, ...]


def transcript(edition: Script) -> tuple[ChapterText, ...]:
    """The words of an edition as they will be heard, slots at their fallback."""
    values = {
        name: UNFILLED if rule.fallback is None else rule.fallback for name, rule in edition.slots.items()
    }
    desk = _Desk(values)
    for step in edition.steps:
        match step:
            case Chapter(title=title):
                desk.turn(title)
            case Line():
                desk.say(step)
            case Pause(rest=rest):
                desk.wait(rest)
            case Bell():
                desk.sound("A bell.", step.wait)
            case Breathe():
                desk.sound(_breaths(step), exactly(0.0))
    desk.turn("")
    return tuple(desk.chapters)


@dataclass(slots=True)
class _Desk:
    """The chapter that is being written, and those before it."""

    values: Mapping[str, str]
    title: str = ""
    passages: list[Passage] = field(default_factory=list)
    chapters: list[ChapterText] = field(default_factory=list)
    gives_way: bool = False

    def turn(self, title: str) -> None:
        if self.passages:
            self.chapters.append(ChapterText(self.title, tuple(self.passages)))
        self.title, self.passages = title, []

    def say(self, line: Line) -> None:
        texts = tuple(filter(None, _texts(line, self.values)))
        if not texts:
            return
        self.gives_way = line.yields
        last = self.passages[-1] if self.passages else None
        if last and not last.is_sound and last.after <= GAP:
            self.passages[-1] = Passage((*last.lines, *texts), line.rest.ideal)
        else:
            self.passages.append(Passage(texts, line.rest.ideal))

    def wait(self, rest: Rest) -> None:
        if self.passages:
            last = self.passages[-1]
            before = 0.0 if self.gives_way else last.after
            self.passages[-1] = replace(last, after=Seconds(before + rest.ideal))
        self.gives_way = False

    def sound(self, text: str, rest: Rest) -> None:
        self.passages.append(Passage((text,), rest.ideal, is_sound=True))
        self.gives_way = False


def _texts(line: Line, values: Mapping[str, str]) -> Iterator[str]:
    """The line in the pieces that a pause inside it leaves."""
    pieces: list[Piece] = []
    for piece in line.pieces:
        if isinstance(piece, Hush):
            yield text_of(tuple(pieces), values)
            pieces = []
        else:
            pieces.append(piece)
    yield text_of(tuple(pieces), values)


def _breaths(step: Breathe) -> str:
    hold = f", held for {step.hold:g} s" if step.hold else ""
    rounds = "One breath" if step.rounds == 1 else f"{step.rounds} breaths"
    return f"{rounds}: in for {step.inhale:g} s{hold}, out for {step.exhale:g} s."
