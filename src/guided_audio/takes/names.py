"""What the name of a take's file says: which line it is of, and which try."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

_NUMBER = re.compile(r"([0-9]{1,5})([a-z]{0,2})(?![^\W_])(.*)", re.DOTALL)
_TRY = re.compile(r"[\s._(\[-]*(?:take|try|version|v)?[\s._-]*(\d{1,2})[\s)\]]*")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


@dataclass(frozen=True, slots=True)
class Named:
    """The number or the id of a line, and the number of the try: 1 where the name says nothing."""

    label: str
    attempt: int


def read_name(name: str, ids: Iterable[str]) -> Named | None:
    """What a file's name says: `012.m4a`, `12 second try.wav`, `012-2.m4a`, `evening (3).mp3`.

    A number means the number on the sheet; of ids that begin alike the longest counts. Capitals do not.
    """
    stem = PurePath(name).stem.casefold().strip()
    if found := _NUMBER.fullmatch(stem):
        return Named(f"{int(found[1]):03}{found[2]}", _attempt(found[3]))
    for label in sorted(ids, key=len, reverse=True):
        if re.match(rf"{re.escape(label.casefold())}(?![^\W_])", stem):
            return Named(label, _attempt(stem[len(label) :]))
    return None


def _attempt(rest: str) -> int:
    if found := _TRY.fullmatch(rest):
        return int(found[1])
    return next((_ORDINALS[word] for word in re.findall(r"[a-z]+", rest) if word in _ORDINALS), 1)
