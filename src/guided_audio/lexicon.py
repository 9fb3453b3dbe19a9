"""How words are said: entries of a lexicon, applied to what an engine is given and to nothing else.

A lexicon belongs to a practice or to a folder of scripts. It may hold the names of clients, so its words
are kept out of every `repr`; captions, lyrics and notes never see how a word is written here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from guided_audio.errors import Place
from guided_audio.speech import Sound

_APOSTROPHES = re.compile("['’]")
_POSSESSIVE = re.compile(r"['’]s(?!\w)")
_BEFORE, _AFTER = r"(?<!\w)", "(?![\\w\u0300-\u036f])"
"""What stands beside a whole word. A combining mark behind it makes it another word."""

_HISSES = ("s", "z", "ʃ", "ʒ")
_VOICELESS = ("p", "t", "k", "f", "θ")
_LENGTHS = "ːˑʰ\u0306\u0325\u032a"


@dataclass(frozen=True, slots=True)
class Entry:
    """One word, and how it is said: as if it were written `says`, or by its sounds in `ipa`.

    A word written with a capital stands for that spelling alone, one without for any. `ipa` is for engines
    that take it; for the others there is `says`, or else the word itself.
    """

    word: str = field(repr=False)
    place: Place
    says: str = field(default="", repr=False)
    ipa: str = field(default="", repr=False)

    @property
    def exact(self) -> bool:
        """Whether capitals count."""
        return any(sign.isupper() for sign in self.word)

    @property
    def spelling(self) -> str:
        """What makes two entries of one lexicon the same."""
        same = _APOSTROPHES.sub("'", unicodedata.normalize("NFC", self.word))
        return same if self.exact else same.casefold()

    def outweighs(self, other: Entry) -> bool:
        """Whether it stands for all that another one stands for."""
        return self.spelling == (other.spelling if self.exact else other.spelling.casefold())

    def is_in(self, text: str) -> bool:
        """Whether a text has the word."""
        return re.search(_whole(_pattern(self.word, exact=self.exact)), text) is not None


Words = Mapping[str, Sequence[Entry]]
"""The entries of one file, by the language they are for, as a BCP 47 tag."""


def entries_for(language: str, files: Iterable[Words]) -> tuple[Entry, ...]:
    """The entries that hold for a language: of the first file before those of the next.

    Within a file those for `en-GB` come before those for `en`, and a script in `en` has the latter alone.
    """
    kept: list[Entry] = []
    for words in files:
        by_tag = {tag.casefold(): entries for tag, entries in words.items()}
        for tag in _wider(language.casefold()):
            new = [entry for entry in by_tag.get(tag, ()) if not any(one.outweighs(entry) for one in kept)]
            kept += new
    return tuple(kept)


def _wider(language: str) -> Iterator[str]:
    """A language and those around it, the narrowest first."""
    parts = language.split("-")
    for end in range(len(parts), 0, -1):
        yield "-".join(parts[:end])


@dataclass(frozen=True, slots=True)
class Pronounced:
    """A text as an engine is given it, and the sounds of some of its words."""

    text: str
    sounds: tuple[Sound, ...] = ()


def pronounced(
    text: str, sounds_like: Mapping[str, str], lexicon: Sequence[Entry] = (), language: str = "en"
) -> Pronounced:
    """The text with each listed word as it should sound: those of the line itself before the lexicon's.

    Of two that begin alike the longer one counts, one with a capital before one without, and what was
    respelled is not respelled again.
    """
    rules = [*_of_line(sounds_like), *_of_lexicon(lexicon, text)]
    if not rules:
        return Pronounced(text)
    any_word = "|".join(f"({_pattern(rule.word, exact=rule.exact)})" for rule in rules)
    parts: list[str] = []
    sounds: list[Sound] = []
    read = length = 0
    for found in re.finditer(_whole(any_word), text):
        if found.start() < read:  # inside a possessive that was taken together with its word
            continue
        rule = rules[(found.lastindex or 1) - 1]
        parts.append(text[read : found.start()])
        start = length + found.start() - read
        said, ipa, read = rule.says or found[0], rule.ipa, found.end()
        behind = _POSSESSIVE.match(text, read) if ipa and _is_english(language) else None
        if behind:
            said, ipa, read = said + behind[0], ipa + _possessive(ipa), behind.end()
        parts.append(said)
        length = start + len(said)
        if ipa:
            sounds.append(Sound(start, length, ipa))
    return Pronounced("".join((*parts, text[read:])), tuple(sounds))


@dataclass(frozen=True, slots=True)
class _Rule:
    word: str
    says: str
    ipa: str = ""
    exact: bool = False


def sounds_in(said: str) -> str:
    """The sounds between two slashes; nothing where a word is spelt otherwise and no more."""
    return said[1:-1].strip() if len(said) > 1 and said[0] == said[-1] == "/" else ""


def has_word(text: str, word: str) -> bool:
    """Whether a text has a word as the `sounds-like` of a line finds it: capitals or not."""
    return re.search(_whole(_pattern(word, exact=False)), text) is not None


def _of_line(sounds_like: Mapping[str, str]) -> list[_Rule]:
    rules = []
    for word in sorted(sounds_like, key=len, reverse=True):
        ipa = sounds_in(sounds_like[word])
        rules.append(_Rule(word, "" if ipa else sounds_like[word], ipa))
    return rules


def _of_lexicon(lexicon: Sequence[Entry], text: str) -> list[_Rule]:
    """The entries that may be in a text, in the order they are tried: a quick look, before a thorough one."""
    folded = _folded(text)
    near = [entry for entry in lexicon if _folded(entry.word) in folded]
    near.sort(key=lambda entry: (-len(entry.word), not entry.exact))
    return [_Rule(entry.word, entry.says, entry.ipa, entry.exact) for entry in near]


def _folded(text: str) -> str:
    return _APOSTROPHES.sub("'", unicodedata.normalize("NFC", text)).casefold()


def _pattern(word: str, *, exact: bool) -> str:
    """A word however its accents and apostrophes are encoded, and in any case unless that counts."""
    forms = dict.fromkeys(unicodedata.normalize(form, word) for form in ("NFC", "NFD"))
    either = "|".join(_APOSTROPHES.sub("['’]", re.escape(form)) for form in forms)
    return f"(?:{either})" if exact else f"(?i:{either})"


def _whole(pattern: str) -> str:
    return f"{_BEFORE}(?:{pattern}){_AFTER}"


def _is_english(language: str) -> bool:
    return language.partition("-")[0].casefold() == "en"


def _possessive(ipa: str) -> str:
    """What `'s` sounds like behind a word, in English."""
    last = ipa.rstrip(_LENGTHS)
    if last.endswith(_HISSES):
        return "ɪz"
    return "s" if last.endswith(_VOICELESS) else "z"
