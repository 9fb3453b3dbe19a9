"""The small marks inside a line: `[2s]` is a pause, `{name}` a slot, `{, name}` a slot with its comma."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guided_audio.script import Hush, Piece, Slot, Words
from guided_audio.units import Seconds, format_duration, parse_duration

LONGEST_HUSH = Seconds(60.0)
"""A pause inside a line. A longer one is a step of its own, so that a reader of the script sees it."""

_MARK = re.compile(r"\[[^\[\]]*\]|\{[^{}]*\}|[\[\]{}]")
_SLOT = re.compile(r"\{(?P<before>[^\w{}]*)(?P<name>[A-Za-z0-9][\w-]*)(?P<after>[^\w{}]*)\}")


class Slip(ValueError):
    """A mark that is not one. The message never quotes it.

    `snippet` is the mark, and `earlier` how often the same signs stand before it in the line.
    """

    def __init__(self, snippet: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.snippet, self.message, self.hint = snippet, message, hint
        self.earlier = 0


def parse(text: str) -> tuple[tuple[Piece, ...], tuple[Slip, ...]]:
    """The pieces of a line, and the marks in it that could not be read."""
    pieces: list[Piece] = []
    slips: list[Slip] = []
    start = 0
    for part in _parts(text):
        try:
            pieces.append(_piece(part))
        except Slip as slip:
            slip.earlier = text.count(slip.snippet, 0, start)
            slips.append(slip)
        start += len(part)
    return tuple(pieces), tuple(slips)


def _parts(text: str) -> Iterator[str]:
    start = 0
    for mark in _MARK.finditer(text):
        if mark.start() > start:
            yield text[start : mark.start()]
        yield mark[0]
        start = mark.end()
    if start < len(text):
        yield text[start:]


def _piece(part: str) -> Piece:
    if part[0] == "[" and part[-1] == "]":
        return _hush(part)
    if part[0] == "{" and part[-1] == "}":
        return _slot(part)
    if part in "[]{}":
        raise Slip(part, "This bracket has no partner.", "A pause is [2s], a slot is {name}.")
    return Words(part)


def _hush(part: str) -> Hush:
    try:
        seconds = parse_duration(part[1:-1])
    except ValueError:
        hint = "What is not to be spoken goes under `direction`."
        raise Slip(part, "Square brackets hold the length of a pause, like [2s].", hint) from None
    if not 0 < seconds <= LONGEST_HUSH:
        hint = f"Write `- pause: {format_duration(seconds)}` as a step of its own." if seconds else ""
        raise Slip(part, "A pause inside a line is longer than 0s and at most a minute.", hint)
    return Hush(seconds)


def _slot(part: str) -> Slot:
    found = _SLOT.fullmatch(part)
    if not found:
        raise Slip(part, "Curly brackets hold the name of one slot, like {name} or {, name}.")
    return Slot(found["name"], found["before"], found["after"])
