"""Names of finished files: short, plain, and the same on every system and player."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 32
"""Characters with the suffix: some car units show, or read, no more."""

_RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)),
}
"""Names that Windows keeps for devices."""


_WHOLE = str.maketrans(
    {"'": "", "’": "", "ß": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o"}
    | {"ł": "l", "Ł": "l", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ı": "i"}
)
"""Letters that Unicode does not take apart, and the marks inside a word."""


def file_stem(title: str, otherwise: str, ending: str = "") -> str:
    """A title as a file name without its suffix: lower-case letters, digits and hyphens.

    `ending` stands behind it whole, however long the title is.

    Where a title has no such letters (another script than Latin, say) it is made of `otherwise`,
    the script's own file name.
    """
    for text in (title, otherwise, "meditation"):
        stem = _short(_plain(text), LONGEST - len(".mp3") - len(ending))
        if stem and (re.search("[a-z]", stem) or not any(sign.isalpha() for sign in text)):
            stem += ending
            return f"{stem}-" if stem in _RESERVED else stem
    raise AssertionError("unreachable: the last text is plain")


def _short(stem: str, room: int) -> str:
    """Cut to the longest whole words that fit, or in the middle of a word that is too long by itself."""
    if len(stem) <= room:
        return stem
    words = stem[: room + 1].rpartition("-")[0]
    return words or stem[:room]


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.translate(_WHOLE))
    bare = "".join(sign for sign in letters if unicodedata.category(sign) not in {"Mn", "Cf"})
    return re.sub(r"[^a-z0-9]+", "-", bare.lower()).strip("-")
