"""The subject of a check: an edition with its sentences, each where it stands in the file.

A `Line` knows where its text begins. Where its second sentence begins is found by walking over the text
as it was written, word by word: quotes, folds, pauses and slots lie in between, and are stepped over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from guided_audio.document import Document
from guided_audio.errors import Place
from guided_audio.lint.rule import Sentence, Subject
from guided_audio.lint.words import words_of
from guided_audio.pacing import sentences
from guided_audio.script import Line, Profile, Script, shown_values, text_of
from guided_audio.timeline import Timeline
from guided_audio.units import Seconds

Sources = Mapping[str, Document]
"""The files a script was read from, by the path in their places."""

_WORD = re.compile(r"\w+")
_FURTHEST = 80
"""Characters between two neighbouring words of a text: white space, a pause or a slot's marks."""


def subject_of(
    script: Script,
    timeline: Timeline,
    profile: Profile,
    sources: Sources | None = None,
    length: Seconds | None = None,
) -> Subject:
    """What the rules look at. Without its sources a sentence stands where its line does."""
    sources = sources or {}
    return Subject(
        script=replace(script, places=_top_places(script, sources)),
        timeline=timeline,
        sentences=tuple(_sentences(script, timeline, sources)),
        words=words_of(script.language),
        profile=profile,
        length=length,
    )


def top(subject: Subject, key: str) -> Place:
    """Where a key at the top has its value; where the title stands, when it is not there or not known."""
    places = subject.script.places
    return places.get(key) or subject.script.place_of("title")


def _top_places(script: Script, sources: Sources) -> Mapping[str, Place]:
    document = sources.get(script.place_of("title").path)
    if document is None or not isinstance(document.root, dict):
        return script.places
    return {key: document.place((key,)) for key in document.root} | dict(script.places)


def _sentences(script: Script, timeline: Timeline, sources: Sources) -> Iterator[Sentence]:
    lines, shown = script.lines, shown_values(script)
    for span in timeline.lines:
        line = lines[span.number]
        parts = sentences(text_of(line.pieces, shown))
        for text, place in zip(parts, _places(line, parts, sources), strict=True):
            yield Sentence(text, place, span.number, span)


def _places(line: Line, parts: list[str], sources: Sources) -> list[Place]:
    """Where the first word of each sentence stands."""
    document = sources.get(line.place.path)
    if document is None:
        return [line.place for _ in parts]
    walk = _Walk(document, line.place)
    places = []
    for number, part in enumerate(parts, start=1):
        words = _WORD.findall(part)
        places.append(walk.to(words[0]))
        if number < len(parts):
            for word in words[1:]:
                walk.to(word)
    return places


class _Walk:
    """A finger on the text as it was written."""

    def __init__(self, document: Document, start: Place) -> None:
        self._lines, self._path = document.lines, document.path
        self._line, self._column = start.line, start.column - 1

    def to(self, word: str) -> Place:
        """Move behind the next such word, and say where it begins; stay where there is none nearby."""
        number, column = self._line, self._column
        while number <= len(self._lines) and number <= self._line + 1:
            text = self._lines[number - 1]
            found = _find(text, word, column)
            if found >= 0 and found - column <= _FURTHEST:
                self._line, self._column = number, found + len(word)
                return Place(self._path, number, found + 1)
            number, column = number + 1, 0
            while number <= len(self._lines) and not self._lines[number - 1].strip():
                number += 1
        return Place(self._path, self._line, self._column + 1)


def _find(text: str, word: str, start: int) -> int:
    """Where a word stands by itself."""
    found = text.find(word, start)
    while found >= 0:
        before, after = text[found - 1 : found], text[found + len(word) : found + len(word) + 1]
        if not _is_letter(before) and not _is_letter(after):
            return found
        found = text.find(word, found + 1)
    return -1


def _is_letter(sign: str) -> bool:
    return sign.isalnum() or sign == "_"
