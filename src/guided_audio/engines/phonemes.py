"""A line in phonemes: what an engine makes of its words, with the sounds that were asked for put in.

It runs in the children of engines that speak from phonemes. Words and sounds are joined here and not by
marks in a text, so that no text can pass for sounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Sounds = Sequence[tuple[int, int, str]]
"""From which character of the text to which, and the sounds in IPA; in order, without overlaps."""

_OUTER = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_NOT_HEARD = re.compile(r"[^\s,;:.!?]+")


def phonemes(text: str, sounds: Sounds, read: Callable[[str], str]) -> str:
    """The phonemes of a line. `read` gives those of some words without marks around them."""
    parts: list[str] = []
    at = 0
    for start, end, ipa in sounds:
        parts += [_between(text[at:start], read), ipa]
        at = end
    return " ".join("".join((*parts, _between(text[at:], read))).split())


def _between(text: str, read: Callable[[str], str]) -> str:
    """What stands between two sounds: its words read, and the marks and spaces around them kept."""
    found = _OUTER.fullmatch(text)
    assert found is not None  # noqa: S101 - it matches anything
    before, words, behind = found.groups()
    return _NOT_HEARD.sub("", before) + (read(words) if words else "") + _NOT_HEARD.sub("", behind)
