"""One line of a script taken apart, and put in quotes where YAML trips over prose."""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(r"(?P<indent>[ ]*)(?P<dashes>(?:-[ ]+)*)(?P<key>(?:[^\W\d_][\w-]*:(?:[ ]+|$))?)")
_LONGEST_HINT = 240


@dataclass(frozen=True, slots=True)
class Line:
    """A line as `indent`, `- ` dashes, a one-word `key: `, the `text`, and a comment."""

    indent: str
    dashes: str
    key: str
    text: str
    comment: str

    @property
    def lead(self) -> str:
        """What stands before the key."""
        return self.indent + self.dashes

    @property
    def text_column(self) -> int:
        """Where the text begins, from 0."""
        return len(self.lead) + len(self.key)

    @property
    def is_blank(self) -> bool:
        """Nothing but white space or a comment."""
        return not (self.dashes or self.key or self.text) or self.text.startswith("#")


def take_apart(line: str) -> Line:
    """The parts of a line; never fails, an odd line is all text. In time linear in the line."""
    start = _START.match(line)
    assert start is not None  # noqa: S101 - every part of the pattern may be empty
    rest = line[start.end() :].rstrip(" ")
    text = rest.partition(" #")[0].rstrip(" ")
    return Line(start["indent"], start["dashes"], start["key"], text, rest[len(text) :])


def quoted(text: str) -> str:
    """A text in the quotes that need the least change to it."""
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def with_quotes(line: str) -> str:
    """The same line with its text in quotes; a comment after the text stays a comment."""
    parts = take_apart(line)
    return f"{parts.lead}{parts.key}{quoted(parts.text)}{parts.comment}"


def paste(line: str) -> str:
    """A hint that shows a whole line to paste."""
    line = line.strip()
    if len(line) > _LONGEST_HINT:
        return "Put the whole text of this line in quotes."
    return f"Write: {line}"
