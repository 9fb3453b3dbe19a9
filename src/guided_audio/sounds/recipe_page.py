"""A recipe's page, asked for values: what is wrong becomes a problem with its place, never an exception."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from guided_audio.document import Document, Path, suggest
from guided_audio.errors import Problem

T = TypeVar("T")
_MOST_PARTS = 12


class Page:
    """Asks the document for values, and notes a problem instead of failing."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def note(self, path: Path, message: str, hint: str = "") -> None:
        """Keep a problem with what stands at a path."""
        self.problems.append(Problem(self.document.place(path), message, hint))

    def mapping(self, path: Path, known: tuple[str, ...]) -> Mapping[str, object]:
        """The settings at a path, unknown ones named and left out."""
        node = self._node(path)
        if not isinstance(node, dict):
            if node is not None:
                self.note(path, "Settings are expected here, each a word, a colon and a value.")
            return {}
        for key in node:
            if known and key not in known:
                place = self.document.key_place((*path, key))
                hint = suggest(key, known) or f"Known here: {', '.join(known)}."
                self.problems.append(Problem(place, "This setting is not known.", hint))
        return {key: value for key, value in node.items() if not known or key in known}

    def items(self, path: Path) -> Iterator[Path]:
        """The paths of a list's items; an absent or empty list is a problem."""
        node = self._node(path)
        if isinstance(node, list) and 0 < len(node) <= _MOST_PARTS:
            yield from ((*path, index) for index in range(len(node)))
        else:
            message = f"`{path[-1]}` must be a list of 1 to {_MOST_PARTS} entries."
            self.note(path, message, "Start each with a dash and a space.")

    def text(self, path: Path, key: str, default: str = "") -> str:
        """A setting as it is written."""
        node = self._node((*path, key))
        if node is None:
            return default
        if not isinstance(node, str):
            self.note((*path, key), f"`{key}` is a text.")
            return default
        return node

    def value(self, path: Path, key: str, read: Callable[[str], T], default: T) -> T:
        """A setting read by a function that raises ValueError with a sentence."""
        text = self.text(path, key)
        if not text:
            return default
        try:
            return read(text)
        except ValueError as error:
            self.note((*path, key), str(error))
            return default

    def required(self, path: Path, key: str, read: Callable[[str], T], default: T) -> T:
        """The same for a setting that must be there."""
        if not self.text(path, key):
            self.note(path, f"`{key}` is missing here.")
            return default
        return self.value(path, key, read, default)

    def texts(self, path: Path, read: Callable[[str], T]) -> tuple[T, ...]:
        """The items of a list, each read by a function; those it refuses are problems, and left out."""
        found = []
        for item in self.items(path):
            node = self._node(item)
            try:
                found.append(read(node if isinstance(node, str) else ""))
            except ValueError as error:
                self.note(item, str(error))
        return tuple(found)

    def has(self, path: Path, key: str) -> bool:
        """Whether a setting is there at all."""
        node = self._node(path)
        return isinstance(node, dict) and key in node

    def _node(self, path: Path) -> object:
        node: object = self.document.root
        for step in path:
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return None
        return node
