"""A line in the letters a simple English engine knows, or not at all: no word of it is left out."""

from __future__ import annotations

import unicodedata

_SAME = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": ", ",
        "—": ", ",
        "…": "...",
        "⁄": "/",
        "ß": "ss",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "þ": "th",
        "Þ": "Th",
        "ð": "d",
        "ı": "i",
    }
)

_SAID = ("L", "N", "Sc", "Sm")
"""Categories of characters that are spoken: letters, numbers, and signs such as of money."""


def plain(text: str) -> str | None:
    """The text in ASCII: accents taken off, quotes and dashes made plain, pictures left out.

    None where a letter or a sign that is spoken cannot be written so, or nothing is left to say.
    """
    folded = unicodedata.normalize("NFKD", text.translate(_SAME)).translate(_SAME)
    characters = []
    for character in folded:
        if character.isascii():
            characters.append(character)
        elif unicodedata.category(character).startswith(_SAID):
            return None
        elif not unicodedata.combining(character):
            characters.append(" ")
    said = "".join(characters)
    return said if any(character.isalnum() for character in said) else None
