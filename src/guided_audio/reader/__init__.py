"""From YAML to a `Script`, and every mistake on the way.

`read` never raises for anything a person can put into a file. It gives back a script, or problems,
each with file, line and column; all that can be found in one run are found in one run.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from guided_audio import document
from guided_audio.errors import Problem
from guided_audio.reader import complaints
from guided_audio.reader.compose import Composer, Shelf
from guided_audio.reader.page import Page, PartPage, ScriptPage
from guided_audio.script import Script

__all__ = ["Reading", "Shelf", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading one file: a script when there are no problems."""

    script: Script | None
    problems: tuple[Problem, ...]


def read(file: Path, shelf: Shelf, shown: str = "") -> Reading:
    """Read one script. `shown` is its path as the user gave it, for messages."""
    found, problems = _page(file, shown or str(file), ScriptPage)
    if found is None:
        return Reading(None, problems)
    composer = Composer(file, shelf, lambda part: _page(part, str(part), PartPage))
    script = composer.script(*found)
    problems = tuple(sorted({*problems, *composer.problems}))
    return Reading(None if problems else script, problems)


P = TypeVar("P", bound=Page)


def _page(
    file: Path, shown: str, model: type[P]
) -> tuple[tuple[document.Document, P] | None, tuple[Problem, ...]]:
    """The page in a file. Where parts of it are wrong, the rest is still read, to find what else is."""
    text, problems = document.load(file, shown)
    if text is None:
        return None, problems
    try:
        return (text, model.model_validate(text.root)), problems
    except ValidationError as error:
        problems = (*problems, *complaints.problems(error, text, model))
        rest = _without_mistakes(text.root, error)
    try:
        return (text, model.model_validate(rest)), problems
    except ValidationError:
        return None, problems


def _without_mistakes(root: document.Node, error: ValidationError) -> document.Node:
    """The page with each wrong step made silent and each wrong key left out."""
    if not isinstance(root, dict):
        return root
    page: dict[str, document.Node] = {"title": "Untitled", **root} if "script" in root else dict(root)
    for entry in error.errors(include_url=False, include_input=False, include_context=False):
        key, *inner = entry["loc"] or ("",)
        steps = page.get("script")
        if key == "script" and inner and isinstance(inner[0], int) and isinstance(steps, list):
            silent: document.Node = {"direction": "–"}
            page["script"] = [silent if index == inner[0] else step for index, step in enumerate(steps)]
        elif key == "title":
            page["title"] = "Untitled"
        else:
            page.pop(str(key), None)
    return page
