"""Where on which page a step stands, and what led there: passages used by passages, branches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guided_audio.document import Document
from guided_audio.document import Path as NodePath
from guided_audio.errors import Place
from guided_audio.reader import page, prose


def each_step(steps: Sequence[object], path: NodePath = ("script",)) -> Iterator[tuple[NodePath, object]]:
    """Every step of a page with its path, those of optional passages and of branches too."""
    for index, step in enumerate(steps):
        if isinstance(step, page.OptionalStep):
            yield from each_step(step.optional.script, (*path, index, "optional", "script"))
        elif isinstance(step, page.ChooseStep):
            for name, branch in step.branches.items():
                yield from each_step(branch, (*path, index, name))
        else:
            yield (*path, index), step


@dataclass(frozen=True, slots=True)
class Trail:
    """Which file is being read, and what led to it.

    `branch` is the branch it is read for, like `toward=open`, and `used` where a branch uses its passage.
    """

    document: Document
    origin: str
    stack: tuple[Path, ...]
    branch: str = ""
    used: Place | None = None

    @property
    def folder(self) -> Path:
        """Where sounds are looked for."""
        return self.stack[-1].parent

    def of_branch(self, branch: str) -> Trail:
        """On into a branch of a choice."""
        return replace(self, branch=branch)

    def of_part(self, document: Document, name: str, file: Path, place: Place) -> Trail:
        """On into a shared passage, used at `place`."""
        used = self.used or (place if self.branch else None)
        return Trail(document, name, (*self.stack, file), self.branch, used)


def find_slip(document: Document, path: NodePath, slip: prose.Slip) -> Place:
    """Where a mark stands that may not be the first of its looks in the line."""
    place = document.find(path, slip.snippet)
    for _ in range(slip.earlier):
        line, column = document.line(place), place.column
        while (column := line.find(slip.snippet, column) + 1) == 0:
            if place.line >= len(document.lines):
                return document.place(path)
            place = Place(place.path, place.line + 1, 1)
            line = document.line(place)
        place = Place(place.path, place.line, column)
    return place
