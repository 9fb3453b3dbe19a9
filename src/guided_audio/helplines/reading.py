"""A file of helplines into a region, with every mistake in it named and placed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from guided_audio import document
from guided_audio.document import Document, suggest
from guided_audio.document import Path as NodePath
from guided_audio.errors import Problem, ProblemsFound
from guided_audio.helplines import Helpline, Region

TOP = ("region", "advice", "lines")
ENTRY = ("name", "number", "for", "hours", "source", "checked-on")
"""The keys of a file, and those of each of its lines."""

_NEEDED = ("name", "number", "for", "source")
_LONGEST = 200
"""Characters of one entry: each is to be read at a glance."""


def read_region(file: Path, shown: str = "") -> Region:
    """The region in a file. `shown` is its path as the user gave it, for messages.

    Raises:
        ProblemsFound: with all that is wrong in it.
    """
    found, slips = document.load(file, shown or str(file))
    if found is None or slips:
        raise ProblemsFound(slips)
    page = _Page(found)
    region = page.region()
    if page.problems:
        raise ProblemsFound(page.problems)
    return region


@dataclass(slots=True)
class _Page:
    """Asks a document for values, and notes a problem instead of failing."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def region(self) -> Region:
        self._look_at_keys((), TOP, ("region", "lines"))
        lines = tuple(self._line(path) for path in self._items(("lines",)))
        return Region(self._text(("region",)), lines, tuple(self._advice()))

    def _line(self, path: NodePath) -> Helpline:
        self._look_at_keys(path, ENTRY, _NEEDED)
        return Helpline(
            name=self._text((*path, "name")),
            number=self._text((*path, "number")),
            purpose=self._text((*path, "for")),
            hours=self._text((*path, "hours")),
            source=self._text((*path, "source")),
            checked_on=self._date((*path, "checked-on")),
        )

    def _look_at_keys(self, path: NodePath, known: Collection[str], needed: Collection[str]) -> None:
        node = self.document.at(path)
        if not isinstance(node, dict):
            self._note(path, "Here belong keys with their values.", f"They are {_list(known)}.")
            return
        for key in node:
            if key not in known:
                hint = suggest(key, known) or f"The keys here are {_list(known)}."
                place = self.document.key_place((*path, key))
                self.problems.append(Problem(place, "This key is not known here.", hint))
        for key in needed:
            if node.get(key, "") == "":
                self._note((*path, key), f"`{key}` is missing here.", "A line without it helps nobody.")

    def _items(self, path: NodePath) -> Iterator[NodePath]:
        node = self.document.at(path)
        if isinstance(node, list):
            yield from ((*path, index) for index in range(len(node)))
        elif node:
            self._note(path, "Here belongs a list.", "Begin each line for help with `- name: …`.")

    def _advice(self) -> Iterator[str]:
        node = self.document.at(("advice",))
        paths = list(self._items(("advice",))) if isinstance(node, list) else [("advice",)]
        yield from filter(None, (self._text(path) for path in paths))

    def _text(self, path: NodePath) -> str:
        node = self.document.at(path)
        if not isinstance(node, str):
            self._note(path, "Here belongs a single text.")
            return ""
        if len(node) > _LONGEST:
            self._note(path, f"This is longer than {_LONGEST} characters.", "Keep it to what is needed now.")
        return " ".join(node.split())

    def _date(self, path: NodePath) -> date | None:
        text = self._text(path)
        if not text:
            return None
        try:
            if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        self._note(
            path, "This is not a day.", "Write it like 2026-05-31, or `null` until the number was tried."
        )
        return None

    def _note(self, path: NodePath, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.document.place(path), message, hint))


def _list(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
