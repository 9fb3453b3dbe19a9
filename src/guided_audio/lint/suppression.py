"""Suppressions: a comment in the script that puts a finding aside, and gives the reason.

    # lint: off GA03 because the listener has agreed to a long quiet

Before the first key it holds for the whole file, on a line of its own for the step that follows, at the
end of a line for the step it stands in. The reason is printed wherever the finding would have been.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from guided_audio.document import Document
from guided_audio.document import Path as NodePath
from guided_audio.errors import Place, Problem
from guided_audio.lint.rule import Finding, suggest_rule

_COMMENT = re.compile(r"(?:^|(?<=\s))#\s*lint\b:?\s*(?P<said>.*)$", re.IGNORECASE)
_OFF = re.compile(r"off\b\s*(?P<ids>.*?)(?:\s*\bbecause\b\s*(?P<reason>.*))?$", re.IGNORECASE)
_FORM = "Write `# lint: off GA03 because …`."


@dataclass(frozen=True, slots=True)
class Suppression:
    """Rules that are put aside from line `first` to line `last` of a file."""

    place: Place
    rules: frozenset[str]
    reason: str
    first: int
    last: int

    def covers(self, finding: Finding) -> bool:
        """Whether it is this finding that is meant."""
        place = finding.place
        inside = place.path == self.place.path and self.first <= place.line <= self.last
        return inside and finding.rule in self.rules


@dataclass(frozen=True, slots=True, order=True)
class Suppressed:
    """A finding that was put aside, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings after suppression, what was put aside, and the rules each suppression was not needed for."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    unused: tuple[tuple[Suppression, str], ...]


def judge(findings: Collection[Finding], suppressions: Sequence[Suppression]) -> Judged:
    """Put aside what is suppressed."""
    left, aside = [], []
    used: set[tuple[Suppression, str]] = set()
    for finding in findings:
        covering = [one for one in suppressions if one.covers(finding)]
        used |= {(one, finding.rule) for one in covering}
        if covering:
            aside.append(Suppressed(finding, covering[0].reason))
        else:
            left.append(finding)
    every = ((one, rule) for one in suppressions for rule in sorted(one.rules))
    return Judged(tuple(left), tuple(aside), tuple(pair for pair in every if pair not in used))


def find_suppressions(
    document: Document, known: Collection[str]
) -> tuple[tuple[Suppression, ...], tuple[Problem, ...]]:
    """The suppressions in a file, and what is wrong with them. `known` has the ids of all rules."""
    found: list[Suppression] = []
    problems: list[Problem] = []
    for place, said in _comments(document):
        slip = _slip(place, said, known)
        if slip:
            problems.append(slip)
            continue
        off = _OFF.match(said)
        assert off is not None  # noqa: S101 - `_slip` has looked
        first, last = _reach(document, place)
        found.append(Suppression(place, frozenset(_ids(off)), off["reason"].strip(), first, last))
    return tuple(found), tuple(problems)


def _ids(off: re.Match[str]) -> list[str]:
    return [word.upper() for word in re.split(r"[,\s]+", off["ids"]) if word]


def _slip(place: Place, said: str, known: Collection[str]) -> Problem | None:
    off = _OFF.match(said)
    if off is None or not _ids(off):
        return Problem(place, "This comment to the check cannot be understood.", _FORM)
    for name in _ids(off):
        if name not in known:
            return Problem(place, "There is no rule of this name.", suggest_rule(name, known))
    if not (off["reason"] or "").strip(" .…"):
        return Problem(place, "A suppression gives its reason.", _FORM)
    return None


def _comments(document: Document) -> Iterator[tuple[Place, str]]:
    """Every comment to the check, and what it says."""
    scalars: list[tuple[tuple[int, int], str]] | None = None
    for number, line in enumerate(document.lines, start=1):
        if "lint" not in line.lower():
            continue
        comment = _COMMENT.search(line)
        if comment is None:
            continue
        scalars = _scalars(document) if scalars is None else scalars
        if not _is_said(scalars, (number, comment.start() + 1), comment[0]):
            yield Place(document.path, number, comment.start() + 1), comment["said"].strip()


def _scalars(document: Document) -> list[tuple[tuple[int, int], str]]:
    marks = document.marks.items()
    return sorted((mark, node) for path, mark in marks if isinstance(node := document.at(path), str))


def _is_said(scalars: list[tuple[tuple[int, int], str]], mark: tuple[int, int], text: str) -> bool:
    """Whether what looks like a comment stands inside quotes or a block, and is part of a text."""
    before = bisect_right(scalars, mark, key=lambda scalar: scalar[0])
    return before > 0 and text.partition("because")[0].strip() in scalars[before - 1][1]


def _reach(document: Document, place: Place) -> tuple[int, int]:
    """From which line to which a suppression holds."""
    entries = _entries(document)
    everywhere = 1, len(document.lines) + 1
    if place.line < min((first for first, _ in entries), default=1):
        return everywhere
    own_line = not document.line(place)[: place.column - 1].strip()
    if own_line:
        return next((entry for entry in entries if entry[0] > place.line), (place.line, place.line))
    inside = [entry for entry in entries if entry[0] <= place.line <= entry[1]]
    return inside[-1] if inside else (place.line, place.line)


def _entries(document: Document) -> list[tuple[int, int]]:
    """First and last line of each step and of each key at the top but `script`, in the order of the file."""
    starts: list[tuple[int, NodePath]] = [
        (mark[0], path) for path, mark in document.keys.items() if len(path) == 1 and path != ("script",)
    ]
    starts += [
        (mark[0], path)
        for path, mark in document.marks.items()
        if path[:1] == ("script",) and isinstance(path[-1], int)  # in an optional passage or a branch too
    ]
    starts.sort(key=lambda start: (start[0], len(start[1])))
    last = len(document.lines) + 1
    return [
        (
            line,
            next((other - 1 for other, deeper in starts[index + 1 :] if deeper[: len(path)] != path), last),
        )
        for index, (line, path) in enumerate(starts)
    ]
