"""Lettering: which letters can be drawn here, how wide they are, and what stands in for the others.

Pillow brings one typeface along, with plain Latin letters only. A page that needs others is set in a
typeface of the system that has them; where there is none, an accent is left out and any other sign
becomes a dot. Never an empty box, never a failure.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

DOT = "·"
"""What stands for a sign that cannot be drawn."""

ELLIPSIS = "…"

FINE = 4
"""Letters are measured, and painted, so many times too large."""

_SYSTEM = (
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "DejaVuSans.ttf",
    "Arial Unicode.ttf",
    "Arial.ttf",
    "arial.ttf",
)
"""Typefaces with many letters, of which a system has one or the other."""

_NO_SIGN = "\uffff"  # no typeface has it: it shows what a missing sign looks like
_PLAIN = str.maketrans(
    dict.fromkeys("–—‒−‐‑", "-")
    | {"„": "“", "‟": "“", "″": "“", "‚": "‘"}
    | {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i"}
)
_FEWEST = 3  # letters a shortened text keeps
_LONGEST = 400  # letters of which more than the beginning is looked at


class Face:
    """One typeface. `name` is a file of the system, empty for the one that comes with Pillow.

    Sizes, widths and heights are in pixels of the finished picture; `font` is `FINE` times as large.
    """

    def __init__(self, name: str = "") -> None:
        self._name = name
        self.font = lru_cache(maxsize=None)(self._load)
        self._has = lru_cache(maxsize=None)(self._look)
        self.width = lru_cache(maxsize=None)(self._measure)

    def _load(self, size: int) -> FreeTypeFont:
        from PIL import ImageFont  # noqa: PLC0415 - only who draws needs it

        layout = ImageFont.Layout.BASIC  # the same on every machine, whatever else is installed
        if self._name:
            return ImageFont.truetype(self._name, size * FINE, layout_engine=layout)
        font = ImageFont.load_default(size * FINE)
        if not isinstance(font, ImageFont.FreeTypeFont):
            raise OSError("this Pillow was built without FreeType")
        return font

    def _look(self, sign: str) -> bool:
        if sign.isspace():
            return True
        font = self.font(8)
        missing, found = font.getmask(_NO_SIGN), font.getmask(sign)
        return found.size != missing.size or bytes(found) != bytes(missing)

    def _measure(self, text: str, size: int) -> float:
        return float(self.font(size).getlength(text)) / FINE

    def height(self, size: int) -> float:
        """From the top of the tallest letter to the foot of the deepest."""
        return sum(self.font(size).getmetrics()) / FINE

    def lacks(self, text: str) -> int:
        """How many different letters of a text it has not got."""
        return sum(sign.isalpha() and not self._has(sign) for sign in set(text))

    def legible(self, text: str) -> str:
        """The text on one line, in signs that can be drawn."""
        composed = unicodedata.normalize("NFC", " ".join(text[:_LONGEST].split()))
        return "".join(self._drawable(sign) for sign in composed if unicodedata.category(sign)[0] != "C")

    def _drawable(self, sign: str) -> str:
        if self._has(sign):
            return sign
        plain = sign.translate(_PLAIN)
        if plain == sign:
            plain = unicodedata.normalize("NFKD", sign)
            plain = "".join(part for part in plain if not unicodedata.combining(part))
        return plain if plain and all(self._has(part) for part in plain) else DOT

    def shortened(self, text: str, room: float, size: int) -> str:
        """The text, or as much of it as there is room for and an ellipsis; nothing if that is too little."""
        if self.width(text, size) <= room:
            return text
        fits = 0
        for length in range(1, len(text)):
            if self.width(text[:length] + ELLIPSIS, size) > room:
                break
            fits = length
        kept = text[:fits].rstrip(" .,;:-")
        return kept + ELLIPSIS if len(kept) >= _FEWEST else ""

    def wrapped(self, text: str, room: float, size: int, most: int) -> list[str]:
        """Whole words in at most so many lines, an ellipsis where some are left out; nothing if none fits."""
        lines: list[str] = []
        words = text.split()
        while words and len(lines) < most:
            count = self._words_that_fit(words, room, size)
            if not count:
                break
            lines.append(" ".join(words[:count]))
            words = words[count:]
        return self._cut_off(lines, room, size) if words else lines

    def _words_that_fit(self, words: list[str], room: float, size: int) -> int:
        for number in range(1, len(words) + 1):
            if self.width(" ".join(words[:number]), size) > room:
                return number - 1
        return len(words)

    def _cut_off(self, lines: list[str], room: float, size: int) -> list[str]:
        """The lines with an ellipsis behind the last word that leaves room for it."""
        while lines:
            words = lines[-1].split()
            while words:
                text = " ".join(words).rstrip(".,;:-") + ELLIPSIS
                if self.width(text, size) <= room:
                    return [*lines[:-1], text]
                words.pop()
            lines.pop()
        return []


def face_for(texts: Iterable[str]) -> Face:
    """The typeface that has the letters of these texts: Pillow's own, or one of the system that has more."""
    signs = unicodedata.normalize("NFC", "".join(sorted(set("".join(texts)))))
    best, fewest = Face(), 0
    fewest = best.lacks(signs)
    for name in _SYSTEM if fewest else ():
        face = Face(name)
        try:
            lacking = face.lacks(signs)
        except OSError:  # not on this system
            continue
        if lacking < fewest:
            best, fewest = face, lacking
    return best
