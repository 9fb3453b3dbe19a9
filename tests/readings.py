"""Made readings: a script read aloud once, with all that goes wrong, and what is true of it.

Nobody's voice is in them, so they say nothing of people: they say that a change made nothing worse.
Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.random import Generator

from guided_audio import reader as script_reader
from guided_audio.blocks import Mono
from guided_audio.library import Library
from guided_audio.script import shown_values, text_of
from reading_noises import breath, cough, dulled, in_a_room, shaped
from reading_voices import RATE, Booth, Reader

SPEECH_LEVEL = 0.08
"""RMS of a saying, 22 dB under full scale."""

REMARKS = (
    "Sorry, let me take that again.",
    "Hold on a moment.",
    "No, that was wrong.",
    "Was that the telephone?",
    "I will just drink some water.",
    "Where was I?",
    "Right, once more.",
    "That car was too loud, I think.",
    "Oh, I have lost the page now.",
    "Excuse me.",
    "Is this thing still recording?",
    "I should say that a little slower.",
)


_BLOCK = 1 << 20
"""Frames of noise made at a time."""


class Kind(StrEnum):
    """What a saying in a reading is."""

    LINE = "the last full reading of a line"
    OLDER = "an earlier full reading of a line"
    FALSE_START = "the beginning of a line, broken off"
    REMARK = "no line at all"


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said: `line` is its index in the script, none for a remark."""

    kind: Kind
    text: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Said:
    """A saying in its place: the first frame, and the first after it."""

    kind: Kind
    line: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Habits:
    """How somebody reads. Shares are of lines, decibels are under the RMS of speech."""

    skipped: float = 0.05
    twice: float = 0.08
    back_up: float = 0.015
    false_starts: float = 0.04
    remarks: float = 0.03
    remark_at_skip: float = 0.3
    misread: float = 0.04
    hesitating: float = 0.10
    breathing: float = 0.30
    coughing: float = 0.03
    slowness: tuple[float, float] = (0.67, 1.25)
    pause: tuple[float, float] = (0.3, 8.0)
    noise_under: float = 40.0
    room: float = 0.0
    highest: float = 0.0
    clipped: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A reading, and the truth about it."""

    samples: Mono
    lines: tuple[str, ...]
    said: tuple[Said, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / RATE

    @property
    def skipped(self) -> frozenset[int]:
        """The indexes of lines that were never read to their end."""
        return frozenset(range(len(self.lines))) - {said.line for said in self.said if said.kind is Kind.LINE}


def built_in_lines(least: int, seed: int) -> tuple[str, ...]:
    """The lines of built-in scripts, whole scripts in an order that follows from the seed, joined.

    Some of their passages are shared, so there are identical lines; each twentieth line is followed by
    one that differs from it in a word.
    """
    library = Library()
    random = np.random.default_rng([seed, 1])
    files = list(library.script_files())
    lines: list[str] = []
    for number in random.permutation(len(files)):
        lines += _lines_of(files[number], library)
        if len(lines) >= least:
            break
    return tuple(_with_near_duplicates(lines))


def short_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """The same words in pieces of four to nine, which are harder to tell apart; as many pieces as lines."""
    words = " ".join(lines).split()
    pieces, at = [], 0
    for number in range(len(lines)):
        count = 4 + number * 7 % 6
        pieces.append(" ".join(words[at : at + count]))
        at += count
    return tuple(piece for piece in pieces if piece)


def _lines_of(file: Path, library: Library) -> list[str]:
    script = script_reader.read(file, library).script
    assert script is not None
    values = shown_values(script)
    return [text_of(line.pieces, values) for line in script.lines]


_OTHER = {"left": "right", "right": "left", "breath": "body", "feel": "notice", "may": "can", "you": "we"}


def _with_near_duplicates(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line
        if number % 20 == 10:
            words = line.split()
            place = next((i for i, word in enumerate(words) if word in _OTHER), None)
            if place is not None:
                yield " ".join([*words[:place], _OTHER[words[place]], *words[place + 1 :]])


def read_aloud(lines: Sequence[str], reader: Reader, habits: Habits, seed: int, booth: Booth) -> Made:
    """Make a reading of these lines."""
    random = np.random.default_rng([seed, 2])
    sayings = list(_sayings(lines, habits, random))
    samples, said = _Mouth(reader, habits, booth, np.random.default_rng([seed, 3])).speak(sayings)
    return Made(_recorded(samples, habits, random), tuple(lines), tuple(said))


def _sayings(lines: Sequence[str], habits: Habits, random: Generator) -> Iterator[Saying]:
    """What is said in order; a reading that is followed by another of the same line is an older one."""
    plan: list[Saying] = []
    for number, text in enumerate(lines):
        plan += _sayings_of(number, text, lines, habits, random)
    last = {saying.line: place for place, saying in enumerate(plan) if saying.kind is Kind.LINE}
    for place, saying in enumerate(plan):
        older = saying.kind is Kind.LINE and last[saying.line] != place
        yield Saying(Kind.OLDER, saying.text, saying.line) if older else saying


def _sayings_of(
    number: int, text: str, lines: Sequence[str], habits: Habits, random: Generator
) -> Iterator[Saying]:
    remark = Saying(Kind.REMARK, str(random.choice(REMARKS)), None)
    chances = random.random(8)
    if chances[0] < habits.skipped:
        if chances[1] < habits.remark_at_skip:
            yield remark
        return
    if chances[2] < habits.false_starts and len(text.split()) > 4:
        words = text.split()
        yield Saying(Kind.FALSE_START, " ".join(words[: int(len(words) * random.uniform(0.3, 0.6))]), number)
    heard = _misread(text, lines, random) if chances[3] < habits.misread else text
    yield Saying(Kind.LINE, heard, number)
    if chances[4] < habits.twice:
        if chances[5] < 0.3:
            yield remark
        yield Saying(Kind.LINE, text, number)
    if chances[6] < habits.back_up and number >= 2:
        for back in range(number - random.integers(1, 3), number + 1):
            yield Saying(Kind.LINE, lines[back], back)
    if chances[7] < habits.remarks:
        yield remark


def _misread(text: str, lines: Sequence[str], random: Generator) -> str:
    words, others = text.split(), lines[int(random.integers(len(lines)))].split()
    words[random.integers(len(words))] = others[random.integers(len(others))]
    return " ".join(words)


class _Mouth:
    """Says one thing after the other, with pauses, breaths and coughs between."""

    def __init__(self, reader: Reader, habits: Habits, booth: Booth, random: Generator) -> None:
        self._reader, self._habits, self._booth, self._random = reader, habits, booth, random
        self._parts: list[Mono] = []
        self._at = 0

    def speak(self, sayings: Sequence[Saying]) -> tuple[Mono, list[Said]]:
        self._rest(1.0)
        said = []
        for saying in sayings:
            self._before()
            start = self._at
            self._say(saying)
            said.append(Said(saying.kind, saying.line, start, self._at))
            self._rest(self._pause(saying.kind))
        self._rest(1.0)
        return np.concatenate(self._parts), said

    def _pause(self, kind: Kind) -> float:
        low, high = self._habits.pause
        short = kind is Kind.FALSE_START
        middle = 0.6 if short else 1.8
        return float(np.clip(middle * np.exp(self._random.normal(0, 0.7)), low, 1.5 if short else high))

    def _before(self) -> None:
        if self._random.random() < self._habits.coughing:
            self._add(cough(SPEECH_LEVEL * self._random.uniform(0.5, 2.0), self._random))
            self._rest(self._random.uniform(0.2, 1.0))
        if self._random.random() < self._habits.breathing:
            self._add(breath(SPEECH_LEVEL * 10 ** (self._random.uniform(-36, -24) / 20), self._random))
            self._rest(self._random.uniform(0.08, 0.3))

    def _say(self, saying: Saying) -> None:
        words = saying.text.split()
        slowness = self._random.uniform(*self._habits.slowness)
        level = SPEECH_LEVEL * 10 ** (self._random.uniform(-3, 3) / 20)
        parts = [words]
        if self._random.random() < self._habits.hesitating and len(words) > 5:
            cut = int(self._random.integers(2, len(words) - 1))
            parts = [words[:cut], words[cut:]]
        for number, part in enumerate(parts):
            if number:
                self._rest(self._random.uniform(0.3, 1.5))
            sound = self._booth.say(self._reader, " ".join(part), slowness)
            self._add(sound * np.float32(level / np.sqrt(np.mean(sound.astype(np.float64) ** 2))))

    def _rest(self, seconds: float) -> None:
        self._add(np.zeros(int(seconds * RATE), dtype=np.float32))

    def _add(self, part: Mono) -> None:
        self._parts.append(part)
        self._at += len(part)


def _recorded(samples: Mono, habits: Habits, random: Generator) -> Mono:
    """Through the air of a room, a microphone and its noise."""
    if habits.room:
        samples = in_a_room(samples, habits.room, random)
    noise = SPEECH_LEVEL * 10 ** (-habits.noise_under / 20)
    blocks = [shaped(_BLOCK, 30, 8000, random) for _ in range(0, len(samples), _BLOCK)]
    samples = samples + np.float32(noise) * np.concatenate(blocks)[: len(samples)]
    if habits.highest:
        samples = dulled(samples, habits.highest)
    if habits.clipped:
        samples = np.clip(samples * 10, -1.0, 1.0)
    return samples.astype(np.float32)
