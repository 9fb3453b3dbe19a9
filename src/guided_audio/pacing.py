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
from types import MappingProxyType
from typing import Literal

from guided_audio.errors import Place
from guided_audio.lexicon import pronounced
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
from guided_audio.speech import Sound
from guided_audio.units import Seconds

SENTENCE_GAP = Seconds(0.9)
"""Between two sentences of one line; a design value between the 0.5 s of an engine and the 1–2.7 s
of recorded clinicians."""

NO_WORDS: Mapping[str, str] = MappingProxyType({})
"""Said as they are written."""

LONGEST_SENTENCE = 600
"""Characters. Engines slow down, and some crash, on texts of thousands."""

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’“»«)]*(?=\s+(\S))")
_ABBREVIATED = re.compile(r"(?<!\w)(?:[^\W\d_]|Dr|Mr|Mrs|Ms|Prof)\Z")


@dataclass(frozen=True, slots=True)
class Saying:
    """One utterance to be: what the engine is given, and the voice named for it in the script.

    `sounds` are for engines that take them; the text is what the others say.
    """

    text: str
    voice: str = ""
    sounds: tuple[Sound, ...] = ()


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
    """Turn the steps of a script into events, its slots filled from `values`.

    What is said goes to the voice of its line, or else of its chapter, with words said as the lexicon has it.
    """
    events: list[Event] = []
    steps = (*script.steps, None)
    count, tongue = 0, _Tongue(script)
    for step, following in pairwise(steps):
        if isinstance(step, Line):
            events += _line_events(step, count, values, tongue)
            if not (step.yields and isinstance(following, Pause)):
                events.append(Gap(step.rest))
            count += 1
        else:
            if isinstance(step, Chapter):
                tongue = _Tongue(script, step.voice)
            events += _step_events(step, tongue)
    return Score(tuple(events))


@dataclass(frozen=True, slots=True)
class _Tongue:
    """Who speaks in a chapter where a line names nobody, and how words are said."""

    script: Script
    voice: str = ""

    def saying(self, text: str, voice: str = "", sounds_like: Mapping[str, str] = NO_WORDS) -> Saying:
        said = pronounced(text, sounds_like, self.script.lexicon, self.script.language)
        return Saying(said.text, voice or self.voice, said.sounds)


def _step_events(step: Step | None, tongue: _Tongue) -> Iterator[Event]:
    match step:
        case Pause(rest=rest):
            yield Gap(rest)
        case Bell(sound=sound, wait=wait):
            yield Strike(sound)
            yield Gap(wait)
        case Chapter(title=title, bed=bed):
            yield Turn(title, bed)
        case Breathe():
            yield Breathing(tuple(_phases(step, tongue)), step.place)


def _line_events(line: Line, number: int, values: Mapping[str, str], tongue: _Tongue) -> Iterator[Event]:
    for run in _runs(line.pieces):
        if isinstance(run, Hush):
            yield Gap(exactly(run.seconds))
        else:
            for place, sentence in enumerate(sentences(text_of(run, values))):
                if place:
                    yield Gap(exactly(SENTENCE_GAP, "sentence"))
                yield Spoken(tongue.saying(sentence, line.voice, line.sounds_like), number)


def _runs(pieces: tuple[Piece, ...]) -> Iterator[tuple[Piece, ...] | Hush]:
    """The stretches of words between inline pauses, and those pauses."""
    for hushed, group in groupby(pieces, key=lambda piece: isinstance(piece, Hush)):
        if hushed:
            yield from (piece for piece in group if isinstance(piece, Hush))
        else:
            yield tuple(group)


def _phases(step: Breathe, tongue: _Tongue) -> Iterator[Phase]:
    inhale = tongue.saying(step.inhale_cue) if step.inhale_cue else None
    exhale = tongue.saying(step.exhale_cue) if step.exhale_cue else None
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
    """The text with each listed word written as it should sound, for the engine alone."""
    return pronounced(text, sounds_like).text
