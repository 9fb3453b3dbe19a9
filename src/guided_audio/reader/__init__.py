"""From YAML to a `Script`, and every mistake on the way.

`read` never raises for anything a person can put into a file. It gives back a script, or problems,
each with file, line and column; all that can be found in one run are found in one run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from guided_audio import document
from guided_audio.errors import Place, Problem
from guided_audio.reader import complaints
from guided_audio.reader.compose import Composer, is_said
from guided_audio.reader.mapping import Page
from guided_audio.reader.page import PartPage, ScriptPage
from guided_audio.reader.shelf import Shelf
from guided_audio.script import MOST_CHAPTERS, Bell, Breathe, Chapter, Ending, Line, Pause, Script

__all__ = ["Reading", "Shelf", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file: a script when there are no problems."""

    script: Script | None
    problems: tuple[Problem, ...]


def read(file: Path, shelf: Shelf, shown: str = "") -> Reading:
    """Read one script. `shown` is its path as the user gave it, for messages."""
    pages = _Pages()
    found, problems = pages.page(file, shown or str(file), ScriptPage)
    if found is None:
        return Reading(None, pages.with_slips(problems))
    composer = Composer(file, shelf, lambda part: pages.page(part, str(part), PartPage))
    script = composer.script(*found)
    all_problems = pages.with_slips([*problems, *composer.problems])
    all_problems = all_problems or tuple(_as_a_whole(script, found[0]))
    return Reading(None if all_problems else script, all_problems)


def _as_a_whole(script: Script, page: document.Document) -> Iterator[Problem]:
    """What can only be said of a script with no other problem: too little is in it, or a bell too many.

    Once in each place, though several variants may be the same there.
    """
    found: dict[Place, Problem] = {}
    for chosen in script.variants:
        case = "".join(f" when `{name}` is `{branch}`" for name, branch in chosen.items())
        for problem in _too_little(script.edition(None, chosen), page.place(("script",)), case):
            found.setdefault(problem.place, problem)
        for length in (None, *script.lengths):  # a short edition may leave out the lines after a bell
            for problem in _waking(script.edition(length, chosen), case):
                found.setdefault(problem.place, problem)
    yield from sorted(found.values())


def _waking(script: Script, case: str) -> Iterator[Problem]:
    """Bells that would wake whoever has fallen asleep by the last line."""
    if script.ending is Ending.SLEEP:
        for step in takewhile(lambda step: not isinstance(step, Line | Breathe), reversed(script.steps)):
            if isinstance(step, Bell):
                message = f"A bell after the last line wakes whoever has fallen asleep{case}."
                hint = "Take it out, or take out `ending: sleep`."
                yield Problem(step.place, message, hint)


def _too_little(script: Script, top: Place, case: str) -> Iterator[Problem]:
    if not any(is_said(line) for line in script.lines):
        yield Problem(top, f"Nothing is said in this script{case}.", "Write a line.")
        return
    chapters = [step for step in script.steps if isinstance(step, Chapter)]
    if len(chapters) >= MOST_CHAPTERS:  # one more may come to stand before the first
        message = f"A file holds fewer than {MOST_CHAPTERS} chapters."
        yield Problem(chapters[MOST_CHAPTERS - 1].place, message, "Make fewer and longer ones.")
    heard = [step for step in script.steps if not isinstance(step, Pause)]
    for step, following in pairwise([*heard, None]):
        if isinstance(step, Chapter) and (following is None or isinstance(following, Chapter)):
            message = f"Nothing is heard in this chapter{case}."
            yield Problem(step.place, message, "Write a line in it, or take it out.")


P = TypeVar("P", bound=Page)


@dataclass(slots=True)
class _Pages:
    """Reads pages, and keeps what was wrong with them as YAML."""

    slips: list[Problem] = field(default_factory=list)

    def page(
        self, file: Path, shown: str, model: type[P]
    ) -> tuple[tuple[document.Document, P] | None, tuple[Problem, ...]]:
        """The page in a file. Where parts of it are wrong, the rest is still read, to find what else is."""
        text, slips = document.load(file, shown)
        self.slips += slips
        if text is None:
            return None, ()
        try:
            return (text, model.model_validate(text.root)), ()
        except ValidationError as error:
            problems = complaints.problems(error, text, model)
            rest = _without_mistakes(text.root, error)
        try:
            return (text, model.model_validate(rest)), problems
        except ValidationError:
            return None, problems

    def with_slips(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """All problems in order. What a line with a slip was read as is a guess, and not judged."""
        guessed = {(slip.place.path, slip.place.line) for slip in self.slips}
        judged = {problem for problem in problems if (problem.place.path, problem.place.line) not in guessed}
        return tuple(sorted(judged.union(self.slips)))


def _without_mistakes(root: document.Node, error: ValidationError) -> document.Node:
    """The page with each wrong step made silent, each wrong slot or voice empty, each wrong key left out."""
    if not isinstance(root, dict):
        return root
    page: dict[str, document.Node] = {"title": "Untitled", **root} if "script" in root else dict(root)
    for entry in error.errors(include_url=False, include_input=False, include_context=False):
        key, *inner = complaints.path_on_page(entry["loc"], root) or ("",)
        value = page.get(str(key))
        if key == "script" and isinstance(value, list) and inner and isinstance(inner[0], int):
            page["script"] = _silenced(value, tuple(inner))
        elif key in _HARMLESS and isinstance(value, dict) and inner and entry["loc"][-1] != "[key]":
            page[str(key)] = {**value, str(inner[0]): _HARMLESS[str(key)]}
        elif key == "title":
            page["title"] = "Untitled"
        else:
            page.pop(str(key), None)
    return page


def _silenced(steps: document.Node, path: document.Path) -> document.Node:
    """The steps with the innermost one that `path` leads to made silent, its neighbours left alone."""
    if not isinstance(steps, list) or not path or not isinstance(path[0], int) or path[0] >= len(steps):
        return steps
    place, step = path[0], steps[path[0]]
    silent: document.Node = {"direction": "–"}
    key = str(path[1]) if len(path) > 2 else ""
    inner = step.get(key) if isinstance(step, dict) else None
    if isinstance(inner, dict) and key == "optional" and len(path) > 3:
        silent = {key: {**inner, "script": _silenced(inner.get("script", ""), path[3:])}}
    elif isinstance(step, dict) and "choose" in step and isinstance(inner, list):
        silent = {**step, key: _silenced(inner, path[2:])}
    return [silent if index == place else other for index, other in enumerate(steps)]


_HARMLESS: dict[str, document.Node] = {"slots": {}, "voices": "–"}
"""What stands in for a wrong entry, so that lines that use its name are not called wrong as well."""
