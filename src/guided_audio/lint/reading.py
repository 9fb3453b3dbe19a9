"""A script as words: every sentence taken apart once, and every list of phrases looked for once.

Between the phrases of a language and the rules. What a phrase means where it stands is `context`'s matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from guided_audio.lint.phrases import (
    Hit,
    Phrases,
    Places,
    ShortForms,
    Word,
    phrases,
    places_of,
    short_forms,
    words,
)
from guided_audio.lint.rule import Sentence, Subject

EXCEPT = "-except"
"""A section of this ending lists what the section without it does not mean."""

_QUOTES = {"“": "”", '"': '"', "«": "»", "„": "“", "‘": "’", "'": "'"}


_OPENING = re.compile(r"(?<!\w)[“\"«„‘'](?=\w)")


@dataclass(frozen=True, slots=True)
class Read:
    """A sentence taken apart: its words, whether each stands in quotation marks, and where each word is."""

    words: tuple[Word, ...]
    quoted: tuple[bool, ...]
    places: Places


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its words. `index` counts the sentences of the subject from 0."""

    index: int
    sentence: Sentence
    read: Read = field(repr=False)

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.sentence.text.rstrip("\"'”’») ").endswith("?")


def section(subject: Subject, name: str) -> Phrases:
    """The phrases of a section, none where the language has no such list."""
    return phrases(subject.words.get(name, ()))


def spoken(subject: Subject) -> tuple[Said, ...]:
    """The sentences with their words, in the order they are heard."""
    return _shelf(subject).said


def found(subject: Subject, said: Said, name: str) -> tuple[Hit, ...]:
    """Where the phrases of a section are in a sentence, without what its `-except` section lists."""
    return found_in_all(subject, name).get(said.index, ())


def found_in_all(subject: Subject, name: str) -> Mapping[int, tuple[Hit, ...]]:
    """What `found` finds in every sentence that has any of it, by the sentence's index."""
    sections = _shelf(subject).sections
    if name not in sections:
        sections[name] = dict(_search(subject, name))
    return sections[name]


def _search(subject: Subject, name: str) -> Iterator[tuple[int, tuple[Hit, ...]]]:
    kept = subject.words.get("context/not-skipped", ())
    wanted, unwanted = section(subject, name), section(subject, name + EXCEPT)
    shelf = _shelf(subject)
    for said in (shelf.said[index] for index in wanted.likely(shelf.having)):
        hits = tuple(wanted.hits(said.read.words, said.read.places, kept))
        if hits:
            others = tuple(unwanted.hits(said.read.words, said.read.places, kept))
            hits = tuple(hit for hit in hits if not any(hit.overlaps(other) for other in others))
        if hits:
            yield said.index, hits


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What was already worked out about a subject.

    `having` are the sentences that have each word, `sections` where each section was found.
    """

    said: tuple[Said, ...]
    having: Mapping[str, Sequence[int]]
    sections: dict[str, Mapping[int, tuple[Hit, ...]]] = field(default_factory=dict)


@lru_cache(maxsize=2)
def _shelf(subject: Subject) -> _Shelf:
    """All rules look at one subject, so it is worth keeping; with it, what is said otherwise in it."""
    short = short_forms(subject.words.get("context/short-forms", ()))
    read: list[Read] = []
    for _, line in groupby(subject.sentences, key=lambda sentence: sentence.line):
        read += _read_line(tuple(sentence.text for sentence in line), short)
    pairs = zip(subject.sentences, read, strict=True)
    said = tuple(Said(index, sentence, parts) for index, (sentence, parts) in enumerate(pairs))
    having: dict[str, list[int]] = {}
    for one in said:
        for word in one.read.places:
            having.setdefault(word, []).append(one.index)
    return _Shelf(said, having)


def has(subject: Subject, said: Said, name: str) -> bool:
    """Whether a phrase of a section is in a sentence."""
    return bool(found(subject, said, name))


@lru_cache(maxsize=2048)
def _read_line(texts: tuple[str, ...], short: ShortForms) -> tuple[Read, ...]:
    """The sentences of a line taken apart. A quotation may go on from one to the next."""
    spans = _quotations(" ".join(texts))
    start, read = 0, []
    for text in texts:
        parts = words(text, short)
        quoted = tuple(any(a <= start + word.start < b for a, b in spans) for word in parts)
        read.append(Read(parts, quoted, places_of(parts)))
        start += len(text) + 1
    return tuple(read)


def _quotations(text: str) -> list[tuple[int, int]]:
    """Where quotations begin and end. A mark that is not closed opens none, nor does an apostrophe."""
    spans: list[tuple[int, int]] = []
    place = 0 if _OPENING.search(text) else len(text)
    while place < len(text):
        end = _closing(text, place) if text[place] in _QUOTES else 0
        if end:
            spans.append((place, end))
        place = end or place + 1
    return spans


def _closing(text: str, start: int) -> int:
    """Where the quotation ends that a mark opens, 0 if it opens none."""
    if text[start] in "'‘" and start and text[start - 1].isalnum():
        return 0
    mark = _QUOTES[text[start]]
    end = text.find(mark, start + 1)
    while end > 0 and mark in "'’" and text[end + 1 : end + 2].isalnum():
        end = text.find(mark, end + 1)
    return max(end, 0)
