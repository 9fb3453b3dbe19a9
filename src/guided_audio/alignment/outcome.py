"""What is asked of an alignment, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from guided_audio.errors import Refused
from guided_audio.speech import Speech

Progress = Callable[[str, int, int], None]
"""Hears what is being done, how much of it is done, and how much there is."""


class WrongScript(Refused):
    """A recording holds so little of a script that it must be of another one."""


class Reference(Protocol):
    """Somebody who can say any line, for comparison; how it is kept for the next time is its own affair.

    It need not sound like the reader. Several voices help, as long as each speaks the language of the script.
    """

    @property
    def voices(self) -> Sequence[str]:
        """Names of voices to try, at least one."""
        ...

    def speak(self, text: str, voice: str, pace: float) -> Speech:
        """A line in one of these voices, at about so many words a minute."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line of the script to be found: how it is known, and its words."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """The reading of a line that is kept: its first frame and the first after it, at the recording's rate.

    `confidence` is between 0 and 1, without being a probability. `reason` says why somebody should listen to
    it, and is empty when nothing speaks against it.
    """

    id: str
    start: int
    end: int
    confidence: float
    reason: str = ""

    @property
    def flagged(self) -> bool:
        """Whether somebody should listen to it."""
        return bool(self.reason)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A reading that was done again later; not `whole` when it was broken off."""

    id: str
    start: int
    end: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound that is no line of the script; `voiced` when somebody speaks in it."""

    start: int
    end: int
    voiced: bool


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where each line of a script is in a recording.

    `found` and `skipped` are in the order of the script, all else in the order of the recording. `coverage`
    is the share of all voiced sound that belongs to a line, read once or several times.
    """

    rate: int
    found: tuple[Found, ...]
    earlier: tuple[Earlier, ...]
    skipped: tuple[str, ...]
    unexplained: tuple[Stretch, ...]
    coverage: float
