"""The tree a file is read into: texts, lists and mappings, each with its place."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from guided_audio.errors import Place

Node: TypeAlias = "str | list[Node] | dict[str, Node]"
"""A scalar is always text, exactly as written; an empty value, `~` and `null` are the empty text."""

Path: TypeAlias = "tuple[str | int, ...]"
"""The way to a node from the root: keys and list indexes (from 0)."""


Mark: TypeAlias = "tuple[int, int]"
"""Line and column in the file, from 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One file, read.

    `marks` has the place of each value and `keys` the place of each mapping key, by its path. `plain`
    has the paths of scalars written without quotes. `lines` is the file's text, for hints that show
    a line mended; it must not go into messages.
    """

    path: str
    root: Node
    marks: Mapping[Path, Mark]
    keys: Mapping[Path, Mark]
    plain: frozenset[Path] = frozenset()
    lines: tuple[str, ...] = field(default=(), repr=False)

    def place(self, path: Path) -> Place:
        """Where the value at `path` stands, or the nearest thing around it that is in the file."""
        for end in range(len(path), -1, -1):
            found = self.marks.get(path[:end])
            if found is not None:
                return Place(self.path, *found)
        return Place(self.path)

    def key_place(self, path: Path) -> Place:
        """Where the key of `path` stands; for an item of a list, where the item does."""
        found = self.keys.get(path)
        return self.place(path) if found is None else Place(self.path, *found)

    def at(self, path: Path) -> Node:
        """The node at a path, the empty text where there is none."""
        node: Node = self.root
        for part in path:
            if isinstance(node, dict) and part in node:
                node = node[str(part)]
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                node = node[part]
            else:
                return ""
        return node

    def find(self, path: Path, snippet: str) -> Place:
        """Where a snippet of the value at `path` stands, also in a text that goes on over several lines."""
        start = self.place(path)
        for number in range(start.line, min(start.line + 100, len(self.lines) + 1)):
            column = self.lines[number - 1].find(snippet, start.column - 1 if number == start.line else 0)
            if column >= 0:
                return Place(self.path, number, column + 1)
        return start

    def line(self, place: Place) -> str:
        """The line a place is on, as it is in the file."""
        return self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""


def suggest(word: str, known: Iterable[str]) -> str:
    """`Did you mean `pause`?` when a known word is close to this one, else the empty text."""
    by_folded = {name.casefold(): name for name in known}
    close = difflib.get_close_matches(word[:64].casefold(), by_folded, n=1, cutoff=0.6)
    return f"Did you mean `{by_folded[close[0]]}`?" if close else ""
