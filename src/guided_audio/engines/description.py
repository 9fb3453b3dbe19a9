"""How a program of the machine is asked to speak: plain data, as `commands/*.yaml` has it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from guided_audio.speech import Voice

PLACEHOLDERS = ("rate", "voice", "input", "output")
"""What may stand in braces in an argument. The words may not: they come on stdin, or as the file {input}."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How words a minute become what a program takes.

    `words` are given as they are, in whole numbers. `stretch` is how many times longer than at
    `at_one` words a minute, and `speed` how many times faster.
    """

    kind: Literal["words", "stretch", "speed"] = "words"
    at_one: float = 160.0
    slowest: float = 60.0
    fastest: float = 400.0

    def option(self, rate: float) -> str:
        """The number for a rate; beyond the slowest and the fastest it stays as it is there."""
        held = min(max(rate, self.slowest), self.fastest)
        if self.kind == "words":
            return str(round(held))
        return f"{self.at_one / held if self.kind == 'stretch' else held / self.at_one:.4f}"


@dataclass(frozen=True, slots=True)
class Question:
    """A program to be asked for something other than speech, and with which arguments."""

    program: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """One engine. `voices` are those it is known to have; `listing` asks for those that are here.

    `file` is where it is described, for messages.
    """

    name: str
    about: str
    program: str
    arguments: tuple[str, ...]
    sound: Literal["stdout", "file"]
    letters: Literal["all", "latin"] = "all"
    remedy: str = ""
    pace: Pace | None = None
    voices: tuple[Voice, ...] = ()
    listing: Question | None = None
    pattern: re.Pattern[str] | None = None
    version: Question | None = None
    patience: float = 20.0
    file: str = ""

    @property
    def reads_a_file(self) -> bool:
        """Whether the words go into a file, because the program takes none on stdin."""
        return any("{input}" in argument for argument in self.arguments)

    def filled(self, values: dict[str, str]) -> list[str]:
        """The arguments with what stands for the placeholders; values are not looked into again."""
        return [
            re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], found[0]), argument)
            for argument in self.arguments
        ]

    def digest(self) -> str:
        """Of all in it that changes a sound."""
        heard = (self.program, self.arguments, self.sound, self.letters, self.pace)
        return hashlib.sha256(repr(heard).encode()).hexdigest()[:12]
