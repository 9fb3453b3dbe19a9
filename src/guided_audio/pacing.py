"""Pace: a script becomes a score of sayings and rests, in the order they are heard.

A line is said a sentence at a time. That gives every sentence the same breath after it whatever
the engine would have done, and a changed word costs one sentence, not a line. The voice is slowed
by quiet and not by stretched words, as clinicians do it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Literal

from guided_audio.errors import Place
from guided_audio.script import (
    Bed,
    Bell,
    Breathe,
    Chapter,
    Hush,
    Line,
    NoBed,
    Pause,
    Piece,
    Rest,
    Script,
    Step,
    exactly,
    text_of,
)
from guided_audio.units import Seconds

SENTENCE_GAP = Seconds(0.9)
"""Between two sentences of one line; a design value between the 0.5 s of an engine and the 1–2.7 s
of recorded clinicians."""

LONGEST_SENTENCE = 600
"""Characters. Engines slow down, and some crash, on texts of thousands."""

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’“»«)]*(?=\s+(\S))")
_ABBREVIATED = re.compile(r"(?<!\w)(?:[^\W\d_]|Dr|Mr|Mrs|Ms|Prof)\Z")


@dataclass(frozen=True, slots=True)
class Saying:
    """One utterance to be: what the engine is given, and the voice named for it in the script."""

    text: str
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A saying in its place. `line` counts the script's lines from 0; a breathing cue has none."""

    saying: Saying
    line: int | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Quiet."""

    rest: Rest


@dataclass(frozen=True, slots=True)
class Strike:
    """A bell."""

    sound: Path


@dataclass(frozen=True, slots=True)
class Turn:
    """A chapter begins, and with it perhaps another bed."""

    title: str
    bed: Bed | NoBed | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """One part of a breath: its cue ends where it begins."""

    cue: Saying | None
    length: Seconds
    kind: Literal["in", "hold", "out"]


@dataclass(frozen=True, slots=True)
class Breathing:
    """Breaths, one phase after another, without a gap."""

    phases: tuple[Phase, ...]
    place: Place


Event = Spoken | Gap | Strike | Turn | Breathing


@dataclass(frozen=True, slots=True)
class Score:
    """All that is heard, in order, before anything is known of how long the words take."""

    events: tuple[Event, ...]

    @property
    def sayings(self) -> tuple[Saying, ...]:
        """Every distinct saying, in the order it is first needed."""
        return tuple(dict.fromkeys(_sayings(self.events)))


def _sayings(events: tuple[Event, ...]) -> Iterator[Saying]:
    for event in events:
        match event:
            case Spoken(saying):
                yield saying
            case Breathing(phases=phases):
                yield from (phase.cue for phase in phases if phase.cue)


def score(script: Script, values: Mapping[str, str]) -> Score:
    """Turn the steps of a script into events, its slots filled from `values`."""
    events: list[Event] = []
    steps = (*script.steps, None)
    count = 0
    for step, following in pairwise(steps):
        if isinstance(step, Line):
            events += _line_events(step, count, values, following)
            count += 1
        else:
            events += _step_events(step)
    return Score(tuple(events))


def _step_events(step: Step | None) -> Iterator[Event]:
    match step:
        case Pause(rest=rest):
            yield Gap(rest)
        case Bell(sound=sound, wait=wait):
            yield Strike(sound)
            yield Gap(wait)
        case Chapter(title=title, bed=bed):
            yield Turn(title, bed)
        case Breathe():
            yield Breathing(tuple(_phases(step)), step.place)


def _line_events(
    line: Line, number: int, values: Mapping[str, str], following: Step | None
) -> Iterator[Event]:
    for run in _runs(line.pieces):
        if isinstance(run, Hush):
            yield Gap(exactly(run.seconds))
        else:
            yield from _sentence_events(line, number, text_of(run, values))
    if not (line.yields and isinstance(following, Pause)):
        yield Gap(line.rest)


def _runs(pieces: tuple[Piece, ...]) -> Iterator[tuple[Piece, ...] | Hush]:
    """The stretches of words between inline pauses, and those pauses."""
    for hushed, group in groupby(pieces, key=lambda piece: isinstance(piece, Hush)):
        if hushed:
            yield from (piece for piece in group if isinstance(piece, Hush))
        else:
            yield tuple(group)


def _sentence_events(line: Line, number: int, text: str) -> Iterator[Event]:
    for place, sentence in enumerate(sentences(text)):
        if place:
            yield Gap(exactly(SENTENCE_GAP, "sentence"))
        yield Spoken(Saying(respelled(sentence, line.sounds_like), line.voice), number)


def _phases(step: Breathe) -> Iterator[Phase]:
    inhale = Saying(step.inhale_cue) if step.inhale_cue else None
    exhale = Saying(step.exhale_cue) if step.exhale_cue else None
    for _ in range(step.rounds):
        yield Phase(inhale, step.inhale, "in")
        if step.hold:
            yield Phase(None, step.hold, "hold")
        yield Phase(exhale, step.exhale, "out")


def sentences(text: str) -> list[str]:
    """Split where one sentence ends and another begins. `J. Smith` is not such a place, nor `Dr. Smith`.

    A sentence that is longer than `LONGEST_SENTENCE` is split as well: at a comma, or between words.
    """
    ends = [found.end() for found in _SENTENCE_END.finditer(text) if _ends_here(text, found)]
    parts = (text[start:end].strip() for start, end in zip([0, *ends], [*ends, len(text)], strict=True))
    said = (part for part in parts if any(sign.isalnum() for sign in part))
    return [piece for part in said for piece in _within_reach(part)]


def _ends_here(text: str, found: re.Match[str]) -> bool:
    """Whether a mark ends a sentence: not when it goes on in lower case, nor behind an initial."""
    if found[1].islower():
        return False
    before = _ABBREVIATED.search(text, 0, found.start()) if found[0] == "." else None
    return before is None or before[0].islower()


def _within_reach(sentence: str) -> Iterator[str]:
    """The sentence in pieces that an engine takes; a single word is left whole, however long."""
    while len(sentence) > LONGEST_SENTENCE:
        near = sentence[: LONGEST_SENTENCE + 1]
        cut = max(near.rfind(mark) for mark in (", ", "; ", ": ")) + 1
        cut = cut or max(near.rfind(" "), 0) or sentence.find(" ")
        if cut < 0:
            break
        yield sentence[:cut]
        sentence = sentence[cut:].strip()
    yield sentence


def respelled(text: str, sounds_like: Mapping[str, str]) -> str:
    """The text with each listed word written as it should sound, for the engine alone.

    Of two that begin alike the longer one counts, and what was respelled is not respelled again.
    """
    if not sounds_like:
        return text
    words = sorted(sounds_like, key=len, reverse=True)
    any_word = "|".join(f"({re.escape(word)})" for word in words)

    def sound(found: re.Match[str]) -> str:
        return sounds_like[words[(found.lastindex or 1) - 1]]

    return re.sub(rf"(?<!\w)(?:{any_word})(?!\w)", sound, text, flags=re.IGNORECASE)
