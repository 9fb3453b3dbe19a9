"""Lexicons as they are written: words and how they are said, by language. Every mistake gets its place.

A message never shows a word of one: it may be a client's name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from guided_audio import document
from guided_audio.document import Document, Node
from guided_audio.document import Path as NodePath
from guided_audio.errors import Problem
from guided_audio.lexicon import Entry, Words
from guided_audio.reader.spelling import said_slip, word_slip

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

_TWO_LETTERS = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz
ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik
io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml
mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd
se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi
vo wa wo xh yi yo za zh zu
"""
_KNOWN = frozenset(_TWO_LETTERS.split())
"""The languages of two letters (ISO 639-1). Those of three are not looked up."""

_KEYS = ("says", "ipa")
_HOW = "Write `word: as it sounds`, or `word: {says: as it sounds, ipa: …}`."


@dataclass(slots=True)
class LexiconPage:
    """What a file says, as far as it is right, and what is wrong with the rest."""

    words: dict[str, list[Entry]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_lexicons(files: Iterable[tuple[Path, str]]) -> tuple[list[Words], list[Problem]]:
    """What some files say, in their order. Each comes with its path as the user knows it, for messages."""
    pages = [_read(file, shown) for file, shown in files]
    return [page.words for page in pages], [problem for page in pages for problem in page.problems]


def _read(file: Path, shown: str) -> LexiconPage:
    text, slips = document.load(file, shown)
    page = LexiconPage()
    if text is not None and isinstance(text.root, dict):
        for language, words in text.root.items():
            _language(text, language, words, page)
    elif text is not None:
        message = "A lexicon has a language, and its words under it."
        page.problems.append(Problem(text.place(()), message, _HOW))
    guessed = {slip.place.line for slip in slips}  # what a line with a slip was read as is not judged
    judged = [problem for problem in page.problems if problem.place.line not in guessed]
    page.problems = [*(map(_unquoted, slips) if _is_there(file) else map(_named, slips)), *judged]
    return page


def _is_there(file: Path) -> bool:
    return file.is_file() and os.access(file, os.R_OK)


def _named(problem: Problem) -> Problem:
    """The problem of a file that cannot be opened: one that nothing names is only looked for, not missed."""
    hint = "GUIDED_AUDIO_LEXICON names it: look there at its name and folder, or unset it."
    return Problem(problem.place, problem.message, hint)


def _unquoted(problem: Problem) -> Problem:
    """The problem with a hint of ours: many of those on YAML show the line as it should be."""
    hint = problem.hint if problem.hint.startswith("Save it") else _HOW
    return Problem(problem.place, problem.message, hint if problem.hint else "")


def _language(text: Document, language: str, words: Node, page: LexiconPage) -> None:
    path: NodePath = (language,)
    if not _LANGUAGE.fullmatch(language):
        message = "This is no language. Write a tag like `en-GB` or `de`, and the words under it."
        page.problems.append(Problem(text.key_place(path), message))
    elif not _is_known(language):
        message = "There is no language of this tag."
        hint = (
            "British English is `en-GB`."
            if language.casefold() == "en-uk"
            else "English is `en`, German `de`."
        )
        page.problems.append(Problem(text.key_place(path), message, hint))
    elif not isinstance(words, dict):
        page.problems.append(Problem(text.place(path), "Under a language stand its words.", _HOW))
    else:
        entries = page.words.setdefault(language.casefold(), [])
        for word, said in words.items():
            wrong = list(_mistakes(text, (language, word), word, said))
            if not wrong:
                entry = _entry(text, (language, word), word, said)
                wrong = list(_repeated(entry, entries))
                entries.append(entry)
            page.problems += wrong


def _is_known(language: str) -> bool:
    """Whether there is such a language, as far as its first part tells; `UK` is no region."""
    primary, *others = language.casefold().split("-")
    return (len(primary) == 3 or primary in _KNOWN) and "uk" not in others


def _repeated(entry: Entry, entries: Iterable[Entry]) -> Iterator[Problem]:
    """An entry for a word that has one: another encoding of an accent makes no other word."""
    if any(entry.spelling == other.spelling for other in entries):
        yield Problem(entry.place, "This word has an entry already in this language.", "Keep one of the two.")


def _mistakes(text: Document, path: NodePath, word: str, said: Node) -> Iterator[Problem]:
    if slip := word_slip(word):
        yield Problem(text.key_place(path), *slip)
    if isinstance(said, list) or (isinstance(said, str) and not said.strip()):
        yield Problem(text.place(path), "Here is missing how the word is said.", _HOW)
    elif isinstance(said, dict):
        for key, value in said.items():
            if key not in _KEYS:
                yield Problem(text.key_place((*path, key)), f"There is no key `{key}` here.", _HOW)
            elif not isinstance(value, str) or not value.strip():
                yield Problem(text.place((*path, key)), f"Here is missing what `{key}` is.", _HOW)
        if not said:
            yield Problem(text.place(path), "Here is missing how the word is said.", _HOW)
    for inner, written in _texts(said):
        if slip := said_slip(written, sounds=inner == ("ipa",)):
            yield Problem(text.place((*path, *inner)), *slip)


def _texts(said: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(said, str):
        yield (), said
    elif isinstance(said, dict):
        yield from (((key,), value) for key, value in said.items() if isinstance(value, str))


def _entry(text: Document, path: NodePath, word: str, said: Node) -> Entry:
    plain = {key[0] if key else "says": value.strip() for key, value in _texts(said)}
    return Entry(word, text.key_place(path), plain.get("says", ""), plain.get("ipa", ""))
