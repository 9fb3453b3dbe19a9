"""What a word may be, and how it may be said: one rule for lexicons and for the `sounds-like` of a line.

A message never shows a word: it may be a client's name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence

from guided_audio.document import Document
from guided_audio.document import Path as NodePath
from guided_audio.errors import Problem
from guided_audio.lexicon import has_word, sounds_in
from guided_audio.script import Piece, Slot, text_of

_UNWANTED = re.compile(r"[<>\[\]{}|\\]")
"""What some engines take for a command."""

_NO_SOUND = re.compile(
    "[^a-zæçðøħŋœβθχⱱɸʀ\u0250-\u02af\u02b0-\u02ff\u0300-\u036f\u1d00-\u1dbf\u203f\u2191\u2193\u2197\u2198ⁿ.]"
)
"""What is no sign of the International Phonetic Alphabet."""

_LONGEST = 120
"""Characters of a word, and of how it is said."""

Slip = tuple[str, str]
"""A message, and what to do."""


def word_slip(word: str) -> Slip | None:
    """What is wrong with what an entry is for."""
    if _is_word(word) and len(word) <= _LONGEST:
        return None
    message = "An entry is for one word, without spaces or signs around it."
    return message, "Give each word of a name an entry of its own."


def said_slip(said: str, *, sounds: bool) -> Slip | None:
    """What is wrong with how a word is said: as a spelling, or by its sounds."""
    if _UNWANTED.search(said):
        return "Write letters only: some engines take such signs for commands.", ""
    if len(said) > _LONGEST:
        return f"This is longer than {_LONGEST} characters.", "It is for a single word."
    if sounds and _NO_SOUND.search(said.strip()):
        message = "This holds a sign that is none of the International Phonetic Alphabet."
        return message, "Write the sounds alone, like ʃɪˈvɔːn: the stress is ˈ, a long sound has ː."
    return None


def line_slips(
    document: Document, path: NodePath, sounds_like: Mapping[str, str], pieces: Sequence[Piece]
) -> Iterator[Problem]:
    """What is wrong with the `sounds-like` at a path, for a line of these pieces."""
    filled = any(isinstance(piece, Slot) for piece in pieces)  # any word may come with it
    text = text_of(tuple(pieces), {})
    for word, said in sounds_like.items():
        ipa = sounds_in(said)
        slip = said_slip(ipa or said, sounds=bool(ipa))
        if not ipa and "/" in (said[0], said[-1]):
            slip = "Sounds stand between two slashes, like /baʊ/.", ""
        if slip:
            yield Problem(document.place((*path, word)), *slip)
        slip = word_slip(word)
        if not slip and not filled and not has_word(text, word):
            slip = "This word is not in the line.", "Write it as it stands there."
        if slip:
            yield Problem(document.key_place((*path, word)), *slip)


def _is_word(text: str) -> bool:
    """Whether it is one word: letters and figures, with hyphens, full stops or apostrophes inside."""
    kinds = [unicodedata.category(sign)[0] for sign in text]
    inside = all(kind in "LMN" or sign in "'’-." for kind, sign in zip(kinds, text, strict=True))
    return bool(kinds) and inside and kinds[0] in "LN" and kinds[-1] in "LMN"
