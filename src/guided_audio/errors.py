"""Everything that can go wrong, and how it is said.

There are two kinds of wrong. What a person wrote is a `Problem`: plain data with a place in a
file, collected so that one run names every mistake. Everything else is one tree of exceptions:

    GuidedAudioError
    ├── ProblemsFound      the scripts have problems; carries all of them        exit 1
    │   └── VoicesMissing  they name voices that are not on this machine         exit 3
    ├── Refused            what was asked may not be done, and why               exit 1
    ├── VerificationFailed a finished file is not what its receipt says          exit 1
    ├── UsageError         the command itself makes no sense                     exit 2
    ├── MissingTool        a program, package or voice is not on this machine    exit 3
    ├── EngineFailure      an engine could not speak one line                    exit 3
    ├── EncoderFailure     the encoder ended early or gave too little            exit 3
    ├── StoreFailure       the store, or the folder of voices, cannot be used    exit 3
    └── OutputFailure      the finished file cannot be put in its place          exit 2

Messages say what happened, where, and what to do next. They never quote the words of a script:
a message ends up in logs and bug reports, and those words may be a client's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """What the command line tells the program that called it."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    MISSING = 3
    SOME_FAILED = 4
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file: its path as the user gave it, line and column both from 1."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in something a person wrote, with what was probably meant."""

    place: Place
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" + (f" {self.hint}" if self.hint else "")


class GuidedAudioError(Exception):
    """The root of everything this package raises on purpose."""

    exit_code = ExitCode.BUG


class ProblemsFound(GuidedAudioError):
    """What was read has problems: all of them, in the order they stand in the files."""

    exit_code = ExitCode.PROBLEMS

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class VoicesMissing(ProblemsFound):
    """Scripts name voices that are not on this machine; another one may well have them."""

    exit_code = ExitCode.MISSING


class Refused(GuidedAudioError):
    """A rule of safety stands against what was asked; the message gives the reason."""

    exit_code = ExitCode.PROBLEMS


class VerificationFailed(GuidedAudioError):
    """A finished file cannot be measured against its receipt at all."""

    exit_code = ExitCode.PROBLEMS


class UsageError(GuidedAudioError):
    """The command was called in a way that cannot be carried out."""

    exit_code = ExitCode.USAGE


class MissingTool(GuidedAudioError):
    """A program, package or voice is missing; the message says how to get it."""

    exit_code = ExitCode.MISSING


class EngineFailure(GuidedAudioError):
    """An engine could not speak: its sentence says why, never what it was asked to say."""

    exit_code = ExitCode.MISSING


class EncoderFailure(GuidedAudioError):
    """The encoder ended early, or gave less than it was handed."""

    exit_code = ExitCode.MISSING


class StoreFailure(GuidedAudioError):
    """The store, or the folder of voices, cannot be used: no room, no permission, not a folder."""

    exit_code = ExitCode.MISSING


class OutputFailure(GuidedAudioError):
    """The finished file cannot be put where it was asked for; nothing there was touched."""

    exit_code = ExitCode.USAGE
