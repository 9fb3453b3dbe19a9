"""Lexicons as they are written: words and how they are said, by language. Every mistake gets its place.

A message never shows a word of one: it may be a client's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from guided_audio import document
from guided_audio.document import Document, Node
from guided_audio.document import Path as NodePath
from guided_audio.errors import Problem
from guided_audio.lexicon import Entry, Words

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

_WORD = re.compile(r"[^\W_](?:[\w'’.\-]*[^\W_])?")

_UNWANTED = re.compile(r"[<>\[\]{}|\\]")
"""What some engines take for a command."""

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
    text, problems = document.load(file, shown)
    page = LexiconPage(problems=[_unquoted(problem) for problem in problems])
    if text is None:
        return page
    if not isinstance(text.root, dict):
        page.problems.append(
            Problem(text.place(()), "A lexicon has a language, and its words under it.", _HOW)
        )
        return page
    for language, words in text.root.items():
        _language(text, language, words, page)
    return page


def _unquoted(problem: Problem) -> Problem:
    """The problem without a hint that shows the line."""
    return Problem(problem.place, problem.message) if problem.hint.startswith("Write: ") else problem


def _language(text: Document, language: str, words: Node, page: LexiconPage) -> None:
    path: NodePath = (language,)
    if not _LANGUAGE.fullmatch(language):
        message = "This is no language. Write a tag like `en-GB` or `de`, and the words under it."
        page.problems.append(Problem(text.key_place(path), message))
    elif not isinstance(words, dict):
        page.problems.append(Problem(text.place(path), "Under a language stand its words.", _HOW))
    else:
        entries = page.words.setdefault(language, [])
        for word, said in words.items():
            wrong = list(_mistakes(text, (language, word), word, said))
            page.problems += wrong
            if not wrong:
                entries.append(_entry(text, (language, word), word, said))


def _mistakes(text: Document, path: NodePath, word: str, said: Node) -> Iterator[Problem]:
    if not _WORD.fullmatch(word):
        message = "An entry is for one word, without spaces or signs around it."
        yield Problem(text.key_place(path), message, "Give each word of a name an entry of its own.")
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
        if _UNWANTED.search(written):
            yield Problem(
                text.place((*path, *inner)), "Write letters only: some engines take such signs for commands."
            )


def _texts(said: Node) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(said, str):
        yield (), said
    elif isinstance(said, dict):
        yield from (((key,), value) for key, value in said.items() if isinstance(value, str))


def _entry(text: Document, path: NodePath, word: str, said: Node) -> Entry:
    plain = {key[0] if key else "says": value.strip() for key, value in _texts(said)}
    return Entry(word, text.key_place(path), plain.get("says", ""), plain.get("ipa", ""))
