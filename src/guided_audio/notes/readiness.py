"""The readiness card: when a recording like these is not for now, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from guided_audio import document
from guided_audio.document import Node
from guided_audio.errors import Place, Problem, ProblemsFound

_FILE = Path(__file__).with_name("readiness.yaml")


@dataclass(frozen=True, slots=True)
class Card:
    """Its words. `not_now` are the reasons to leave it for another time."""

    title: str
    opening: str
    not_now: tuple[str, ...]
    closing: tuple[str, ...]


@cache
def readiness_card() -> Card:
    """The card that comes with the program."""
    return read_card(_FILE)


def read_card(file: Path) -> Card:
    """The card in a file.

    Raises:
        ProblemsFound: the file is not as it must be.
    """
    found, slips = document.load(file, file.name)
    if found is None or slips:
        raise ProblemsFound(slips)
    root = found.root if isinstance(found.root, dict) else {}
    missing = [
        Problem(Place(file.name), f"The card needs `{key}`.")
        for key in ("title", "opening", "not-now", "closing")
        if not _texts(root, key)
    ]
    if missing:
        raise ProblemsFound(missing)
    return Card(
        title=_texts(root, "title")[0],
        opening=_texts(root, "opening")[0],
        not_now=_texts(root, "not-now"),
        closing=_texts(root, "closing"),
    )


def _texts(root: Mapping[str, Node], key: str) -> tuple[str, ...]:
    """What stands under a key: a text, or a list of them."""
    node = root.get(key, "")
    nodes = node if isinstance(node, list) else [node]
    return tuple(each for each in nodes if isinstance(each, str) and each)
