"""What a rule is, what it looks at, and what it finds."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from guided_audio.errors import Place
from guided_audio.script import Line, Profile, Script
from guided_audio.timeline import LineSpan, Timeline
from guided_audio.units import Seconds


class Severity(StrEnum):
    """How much a finding weighs: an error fails `check`, a warning wants a look, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


def suggest_rule(name: str, known: Collection[str]) -> str:
    """`Did you mean `GA03`?` for `GA3` or `ga-03`, else which rules there are."""
    figures = re.sub(r"\D", "", name)
    padded = f"GA{figures:0>2}"
    if figures and padded in known:
        return f"Did you mean `{padded}`?"
    return f"The rules are {', '.join(sorted(known))}."


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a line, slots at their fallback, and where its first word stands.

    `line` counts the lines of the script from 0. `heard` is the line's span in the timeline.
    """

    text: str
    place: Place
    line: int
    heard: LineSpan


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What the rules look at: one edition of a script, and how it lies on the axis of time.

    `words` are the lists and patterns of the script's language, by the name of their file and section.
    `length` is what the edition is to last; none for the script with its pauses as they are. A subject is
    equal to itself alone, so that what was found out about it can be kept.
    """

    script: Script
    timeline: Timeline
    sentences: tuple[Sentence, ...]
    words: Mapping[str, tuple[str, ...]]
    profile: Profile = Profile.TRAUMA_SENSITIVE
    length: Seconds | None = None

    lines: tuple[Line, ...] = field(init=False, repr=False)
    """The lines in the order they are heard."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", self.script.lines)  # asked for often, and found by a walk each time


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Something a careful colleague would have noticed. Its message quotes no more than the words meant."""

    place: Place
    rule: str
    severity: Severity
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with all that is said about it anywhere: its page of documentation is made from this.

    `reason` is one sentence on why, `source` where that comes from, `blind` what the rule cannot see.
    `failing` and `passing` are examples: steps of a script, as they would stand in a file.
    """

    id: str
    name: str
    severity: Severity
    reason: str
    source: str
    blind: str
    find: Callable[[Subject], Iterator[Finding]]
    failing: tuple[str, ...]
    passing: tuple[str, ...]
    profiles: frozenset[Profile] = frozenset(Profile)
