"""Phrases that a person can read and edit, found in the words of a sentence.

A phrase is plain words, in the long form: `do not` finds “don't” as well. Beside words it may hold

- `(a|b c)`: one of these; with an empty one, `(really|)`, it may also be left out;
- `_`: any one word, like the blank in a form;
- `...`: no word or up to four, within one clause.

Capitals and the shape of apostrophes do not matter, and a hyphen counts as a space. Sets of places
are carried along from word to word, so that the work grows with the sentence and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, TypeGuard

WIDEST_GAP = 4
"""Words that `...` may stand for."""

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_STRAIGHT = str.maketrans("’‘ʼ´`", "'''''")
_MARKS = frozenset(',;:.?!…—–()"“”«»')
_QUOTES = frozenset('"“”«»')
_ENDS = frozenset(".?!;")
_DASH = frozenset("–")
_NO_MARKS: frozenset[str] = frozenset()
_SIGNS = re.compile(r"\.\.\.|[|()]|[^\s|()]+")


class Word(NamedTuple):
    """One word in lower case, and where it stands. Both words of a short form stand where it does.

    `marks` are the signs between it and the word before that part clauses; a hyphen does not.
    """

    text: str
    start: int
    end: int
    marks: frozenset[str] = frozenset()

    @property
    def apart(self) -> bool:
        """Whether a mark parts it from the word before."""
        return bool(self.marks)

    @property
    def ended(self) -> bool:
        """Whether a thought ends before it."""
        return not self.marks.isdisjoint(_ENDS)

    @property
    def crossed(self) -> bool:
        """Whether a phrase may go on over the marks before it: into a quotation it does, over a comma not."""
        return self.marks <= {":"} or (not self.marks.isdisjoint(_QUOTES) and not self.ended)


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase was found: from word `first` up to, not including, word `last`."""

    first: int
    last: int

    def overlaps(self, other: Hit) -> bool:
        """Whether they share a word."""
        return self.first < other.last and other.first < self.last


class ShortForms:
    """Short forms and what they stand for. Compared by identity, so that it can be part of a key."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        """Read lines like `can't = can not`."""
        pairs = (line.translate(_STRAIGHT).lower().partition("=") for line in lines)
        self.long = {short.strip(): tuple(long.split()) for short, _, long in pairs}


@lru_cache(maxsize=8)
def short_forms(lines: tuple[str, ...]) -> ShortForms:
    """The short forms of a language, from lines like `can't = can not`."""
    return ShortForms(lines)


def words(text: str, short: ShortForms) -> tuple[Word, ...]:
    """The words of a text, short forms written out."""
    found: list[Word] = []
    before = 0
    for match in _WORD.finditer(text.translate(_STRAIGHT)):
        start, end = match.span()
        between = text[before:start]
        word = match[0].lower()
        marks = _NO_MARKS if between == " " else _marks(between)
        if word in short.long:
            first, *more = short.long[word]
            found.append(Word(first, start, end, marks))
            found += (Word(part, start, end) for part in more)
        else:
            found.append(Word(word, start, end, marks))
        before = end
    return tuple(found)


def places_of(found: tuple[Word, ...]) -> Places:
    """Where each word stands, by the word."""
    places: dict[str, list[int]] = {}
    for place, word in enumerate(found):
        places.setdefault(word.text, []).append(place)
    return places


Places = Mapping[str, Sequence[int]]


def _marks(between: str) -> frozenset[str]:
    """The signs that part clauses in what stands between two words. A hyphen with spaces is a dash."""
    return _MARKS.intersection(between) | (_DASH if " - " in between else _NO_MARKS)


@dataclass(frozen=True, slots=True)
class _Any:
    """Any one word."""


@dataclass(frozen=True, slots=True)
class _Gap:
    """Up to `WIDEST_GAP` words."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several words, or of several runs of them; or none, where it may be left out."""

    words: frozenset[str]
    runs: tuple[_Run, ...] = ()
    optional: bool = False


_Run = tuple["_Any | _Gap | _Choice", ...]


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase, and the words of which its sentence has to have one each."""

    run: _Run
    needs: tuple[frozenset[str], ...]


class Phrases:
    """A list of phrases, ready to be found."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        """Read phrases.

        Raises:
            ValueError: where one is empty, begins with a wildcard, or has a bracket without its partner.
        """
        self._begun: dict[str, list[_Phrase]] = {}
        self._needs: list[tuple[frozenset[str], ...]] = []
        for line in lines:
            run = _parsed(line)
            phrase = _Phrase(run, tuple(_needs(run)))
            firsts = _firsts(run, line)
            for word in firsts:
                self._begun.setdefault(word, []).append(phrase)
            self._needs.append((firsts, *phrase.needs))
        self._first_words = frozenset(self._begun)

    def likely(self, sentences: Mapping[str, Sequence[int]]) -> list[int]:
        """Which sentences can have a phrase in them at all, given those that have each word; in order.

        Of the words that a phrase needs, the rarest say where to look for it.
        """
        found: set[int] = set()
        for needs in self._needs:
            lists = [[sentences[word] for word in need if word in sentences] for need in needs]
            found.update(*min(lists, key=lambda some: sum(map(len, some))))
        return sorted(found)

    def hits(self, found: tuple[Word, ...], places: Places, kept: Collection[str] = ()) -> list[Hit]:
        """Where they are in a sentence, the longest that begins at each word, in order.

        `places` are those of the words. `...` does not stand for words that are `kept`.
        """
        if self._first_words.isdisjoint(places):
            return []
        ends: dict[int, int] = {}
        for word in self._first_words.intersection(places):
            for phrase in self._begun[word]:
                if not any(need.isdisjoint(places) for need in phrase.needs):
                    for place in places[word]:
                        reached = _Search(found, place, kept).ends(phrase.run, {place})
                        ends[place] = max(ends.get(place, 0), *reached, 0)
        return [Hit(place, end) for place, end in sorted(ends.items()) if end]


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for the end of a phrase that begins at word `first`."""

    found: tuple[Word, ...]
    first: int
    kept: Collection[str]

    def ends(self, run: _Run, places: set[int]) -> set[int]:
        """Where a run ends that begins at one of these places."""
        for item in run:
            match item:
                case _Any():
                    places = {place + 1 for place in places if self._fits(None, place)}
                case _Gap():
                    places = set().union(*(self._gap(place) for place in places))
                case _Choice(words, runs, optional):
                    reached = {place + 1 for place in places if self._fits(words, place)}
                    reached.update(*(self.ends(run, places) for run in runs))
                    places = reached | places if optional else reached
            if not places:
                break
        return places

    def _fits(self, words: frozenset[str] | None, place: int) -> bool:
        """Whether a phrase may go on to the word here, and it is one of these, or any if there are none."""
        if place >= len(self.found):
            return False
        word = self.found[place]
        if words is None:
            return not word.marks
        return word.text in words and (place == self.first or word.crossed)

    def _gap(self, place: int) -> set[int]:
        """Every place that can be reached from one without leaving its clause."""
        reached = {place}
        for end in range(place, min(place + WIDEST_GAP, len(self.found))):
            if self.found[end].apart or self.found[end].text in self.kept:
                break
            reached.add(end + 1)
        return reached


@lru_cache(maxsize=256)
def phrases(lines: tuple[str, ...]) -> Phrases:
    """A list of phrases, read once."""
    return Phrases(lines)


def _parsed(line: str) -> _Run:
    signs = _SIGNS.findall(line.translate(_STRAIGHT).lower().replace("-", " "))
    runs, rest = _runs(signs)
    if rest or len(runs) != 1:
        raise ValueError(f"In the phrase `{line}` a bracket has no partner, or | stands outside of brackets.")
    return runs[0]


def _runs(signs: list[str]) -> tuple[list[_Run], list[str]]:
    """The runs up to the bracket that closes, and the signs from there on."""
    runs: list[_Run] = [()]
    while signs and signs[0] != ")":
        sign, *signs = signs
        if sign == "|":
            runs.append(())
        elif sign == "(":
            inner, signs = _runs(signs)
            if not signs:
                return [], [sign]
            runs[-1] = (*runs[-1], _choice(inner))
            signs = signs[1:]
        else:
            runs[-1] = (*runs[-1], _SPECIAL.get(sign) or _Choice(frozenset({sign})))
    return runs, signs


_SPECIAL: dict[str, _Any | _Gap] = {"...": _Gap(), "_": _Any()}


def _choice(runs: list[_Run]) -> _Choice:
    """A choice between runs: those of one word together, so that finding one takes one look."""
    single = [run[0].words for run in runs if len(run) == 1 and _is_plain(run[0])]
    longer = tuple(run for run in runs if run and not (len(run) == 1 and _is_plain(run[0])))
    return _Choice(frozenset().union(*single), longer, optional=() in runs)


def _is_plain(item: _Any | _Gap | _Choice) -> TypeGuard[_Choice]:
    return isinstance(item, _Choice) and not item.runs and not item.optional


def _firsts(run: _Run, line: str) -> frozenset[str]:
    """The words a run may begin with."""
    if not run or not isinstance(run[0], _Choice):
        raise ValueError(f"The phrase `{line}` has to begin with a word, so that it is found quickly.")
    head = run[0]
    words = head.words.union(*(_firsts(inner, line) for inner in head.runs))
    return words | _firsts(run[1:], line) if head.optional else words


def _needs(run: _Run) -> Iterator[frozenset[str]]:
    """The words of which one each is in every sentence with this run in it."""
    for item in run:
        if isinstance(item, _Choice) and not item.optional:
            inner = [words for way in item.runs for words in islice(_needs(way), 1)]
            if len(inner) == len(item.runs):
                yield item.words.union(*inner)
