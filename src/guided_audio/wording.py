"""Texts made fit for one line of a file that a player reads."""

from __future__ import annotations

import re
import unicodedata

_BREAKING = {"Cc", "Zl", "Zp"}
"""Control characters, tabs and line feeds among them, and what parts lines and paragraphs in Unicode."""


def one_line(text: str) -> str:
    """A text on one line, without control characters and with every surrogate beside its other half.

    What would break it becomes a space, and spaces that follow one another become one; what marks the
    direction of writing stays.
    """
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    plain = "".join(" " if unicodedata.category(sign) in _BREAKING else sign for sign in whole)
    return re.sub(" +", " ", plain).strip(" ")
