"""What a line is made of: words, slots, and pauses inside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from guided_audio.errors import Place
from guided_audio.units import Seconds


@dataclass(frozen=True, slots=True)
class Words:
    """Words said as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a word filled in at build time. What stands around it goes when it stays empty."""

    name: str
    before: str = ""
    after: str = ""

    def filled(self, value: str) -> str:
        """The words heard for a value, nothing at all for an empty one."""
        return f"{self.before}{value}{self.after}" if value else ""


@dataclass(frozen=True, slots=True)
class Hush:
    """A pause inside a line, exact."""

    seconds: Seconds


Piece = Words | Slot | Hush


@dataclass(frozen=True, slots=True)
class SlotRule:
    """What a script says about one of its slots. Private is the default: see `docs/privacy.md`."""

    name: str
    fallback: str | None
    private: bool
    place: Place


_GAPS = re.compile(r"[ \t\n\r]+")


def text_of(pieces: tuple[Piece, ...], values: Mapping[str, str]) -> str:
    """The line as a person reads it, slots filled, inline pauses left out."""
    parts = (_piece_text(piece, values) for piece in pieces)
    return _GAPS.sub(" ", "".join(parts)).strip()


def _piece_text(piece: Piece, values: Mapping[str, str]) -> str:
    match piece:
        case Words(text):
            return text
        case Slot(name):
            return piece.filled(values.get(name, ""))
        case Hush():
            return " "
