"""What can be wrong with a choice, beyond the shape of its parts: names, defaults, and its namesakes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guided_audio.document import Document, suggest
from guided_audio.document import Path as NodePath
from guided_audio.errors import Problem
from guided_audio.reader import complaints, page
from guided_audio.reader.values import LABEL_FORM, is_label
from guided_audio.script import Choice

RESERVED = frozenset((*page.VERBS, "direction", *page.keys(page.ChooseStep)))
"""What no branch can be named, so that a key is never taken for a branch."""

FEWEST = 2


def mistakes(document: Document, path: NodePath, step: page.ChooseStep) -> Iterator[Problem]:
    """What is wrong with a choice by itself."""
    for name in step.branches:
        yield from _name_mistakes(document, (*path, name), name)
    if len(step.branches) < FEWEST:
        message = "A choice has two branches at the least."
        hint = "Add a branch: its name, a colon, and below it its steps. Or take the choice out."
        yield Problem(document.place((*path, "choose")), message, hint)
    if step.default is not None and step.either_way:
        message = "With a `default` one branch is heard, with `either-way` all are."
        yield Problem(document.key_place((*path, "either-way")), message, "Take one of the two out.")
    if step.default is not None and step.default not in step.branches:
        hint = suggest(step.default, step.branches) or f"The branches are {_list(step.branches)}."
        yield Problem(document.place((*path, "default")), "There is no branch of this name here.", hint)


def _name_mistakes(document: Document, path: NodePath, name: str) -> Iterator[Problem]:
    if name in RESERVED:
        yield complaints.reserved(document.key_place(path), name)
    elif not is_label(name):
        yield Problem(document.key_place(path), LABEL_FORM, "Like pushed-away.")


def differences(document: Document, path: NodePath, choice: Choice, first: Choice) -> Iterator[Problem]:
    """What is wrong with a choice beside the first one of its name: they are chosen together."""
    place = document.place((*path, "choose"))
    if choice.branches.keys() != first.branches.keys():
        message = "This choice has other branches than the first one of its name."
        hint = f"Those are {_list(first.branches)}; or give this choice a name of its own."
        yield Problem(place, message, hint)
    elif choice.default != first.default:
        message = "This choice has another default than the first one of its name."
        hint = f"There it is `{first.default}`." if first.default else "There it has none."
        yield Problem(place, message, hint)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
