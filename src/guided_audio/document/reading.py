"""A file into a document and all its problems: never an exception, whatever the bytes."""

from __future__ import annotations

import os
import stat
from pathlib import Path as FilePath

import yaml

from guided_audio.document.events import Building, build
from guided_audio.document.raw import Raw, examine
from guided_audio.document.slips import Stop
from guided_audio.document.syntax import explain
from guided_audio.document.tree import Document
from guided_audio.errors import Place, Problem

LARGEST = 1024 * 1024
"""Bytes. The longest real script is a fiftieth of it."""

NOTHING_IN_IT = "There is nothing in this file."
"""Said of an empty file; what it should begin with depends on its kind."""

_MOST_MENDS = 20
_MENDING_BUDGET = (
    400_000  # characters read again after mending, so that a hostile file costs no more than one
)

Result = tuple[Document | None, tuple[Problem, ...]]


def load(file: FilePath, shown: str) -> Result:
    """Read a file. `shown` is its path as the user gave it, for places."""
    try:
        data = _bytes_of(file)
    except _NotReadable as refusal:
        return None, (Problem(Place(shown), refusal.message, refusal.hint),)
    return parse(data, shown)


class _NotReadable(Exception):
    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def _bytes_of(file: FilePath) -> bytes:
    try:
        if file.is_dir():
            raise _NotReadable("This is a folder, not a file.", "Name a .yaml file in it.")
        # A pipe would make `open` wait for ever; a device never ends.
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise _NotReadable("There is no such file.", "Look at the spelling of its name and folder.") from None
    except PermissionError:
        message = "This file may not be read by you."
        raise _NotReadable(message, "Ask its owner, or change its permissions.") from None
    except (OSError, ValueError):
        raise _NotReadable("This file cannot be opened.", "Look at its name and where it is kept.") from None
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _NotReadable("This is not an ordinary file.", "Name a .yaml file.")
        try:
            return stream.read(LARGEST + 1)
        except OSError:
            raise _NotReadable("This file cannot be read.", "Its disk or network may be away.") from None


def parse(data: bytes, path: str) -> Result:
    """Read the bytes of a file that is called `path` in places.

    There may be a document beside the problems: what could be read, lines mended, so that a reader can
    look for mistakes of its own kind in the same run. Its content must not be used for anything else.
    """
    if len(data) > LARGEST:
        problem = Problem(Place(path), "This file is larger than 1 MiB.", "Split it into several files.")
        return None, (problem,)
    raw = examine(data, path)
    if not raw.readable:
        return None, tuple(sorted(raw.problems))
    building, slips = _read_and_mend(raw, path)
    seen = {(problem.place.line) for problem in slips}
    others = [problem for problem in building.problems if problem.place.line not in seen]
    problems = [*raw.problems, *slips, *others]
    if building.root is None or (building.root == "" and () in building.plain):
        if not problems:
            problems.append(Problem(Place(path), NOTHING_IN_IT, "Begin with a title."))
        return None, tuple(sorted(set(problems)))
    return _document(building, raw), tuple(sorted(set(problems)))


def _document(building: Building, raw: Raw) -> Document:
    assert building.root is not None  # noqa: S101 - the caller has looked
    return Document(
        path=building.path,
        root=building.root,
        marks=building.marks,
        keys=building.keys,
        plain=frozenset(building.plain),
        lines=tuple(raw.lines),
    )


def _read_and_mend(raw: Raw, path: str) -> tuple[Building, list[Problem]]:
    """Read; at a syntax error note the slip, mend the line, and read again from the top."""
    lines = list(raw.lines)
    shifts: dict[int, int] = {}
    slips: list[Problem] = []
    size = sum(map(len, lines)) + 1
    mends = min(_MOST_MENDS, _MENDING_BUDGET // size)
    mended: set[int] = set()
    while True:
        building = Building(path, lines, "\n".join(lines), shifts)
        error = build(building)
        if error is None:
            return building, slips
        finding = explain(_stop(error, building), lines)
        if finding.line in mended:  # mending did not help: say no more about this line, and stop
            return building, slips
        column = max(0, finding.column - shifts.get(finding.line, 0))
        slips.append(Problem(Place(path, finding.line + 1, column + 1), finding.message, finding.hint))
        if not finding.mended or len(slips) > mends:
            return building, slips
        mended.add(finding.line)
        for index, line in finding.mended.items():
            shift = _indent(line) - _indent(lines[index])
            shifts[index] = shifts.get(index, 0) + shift
            lines[index] = line


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _stop(error: yaml.MarkedYAMLError, building: Building) -> Stop:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    context = error.context_mark or mark
    last = building.last_quoted
    return Stop(
        problem=error.problem or "",
        context=error.context or "",
        line=line,
        column=column,
        context_line=context.line if context else line,
        context_column=context.column if context else column,
        open_quote=(last[0], last[1]) if last and last[2] == line and last[0] < line else None,
    )
