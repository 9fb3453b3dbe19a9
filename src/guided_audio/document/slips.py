"""What the rules about syntax errors work on: where the parser stopped, and what was the matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from guided_audio.document.prose import paste, with_quotes


@dataclass(frozen=True, slots=True)
class Stop:
    """Where and why the parser stopped; lines and columns from 0."""

    problem: str
    context: str
    line: int
    column: int
    context_line: int
    context_column: int
    open_quote: tuple[int, int] | None
    """Where the last quoted text began, if it ended on the line of the stop and began above it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A slip: where it is (from 0), what to say, and the lines that would be right."""

    line: int
    column: int
    message: str
    hint: str = ""
    mended: Mapping[int, str] = field(default_factory=dict)


Rule = Callable[[Stop, Sequence[str]], "Finding | None"]
"""Looks at a stop and the lines of the file, and knows one kind of slip."""


def in_quotes(lines: Sequence[str], index: int, column: int, message: str) -> Finding:
    """The slip of a text that needs quotes."""
    line = with_quotes(lines[index])
    return Finding(index, column, message, paste(line), {index: line})
