"""GA43: nothing in a script says who the client is. Names belong into slots, filled at build time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from guided_audio.errors import Place
from guided_audio.lint.heard import text_has
from guided_audio.lint.reading import Said, found, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.lint.subject import top

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ()./-]{7,}\d(?!\w)")
_DATE = re.compile(r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{2}-\d{2})(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_DIGITS = 9

_NAME = "the name of a person"
_HINTS = {
    _NAME: "Put a slot in its place, like {, name}, and fill it when you build.",
    "a date": "Leave it out: a full date points at one person.",
    "an email address": "Leave it out: scripts and files are passed on.",
    "a phone number": "Leave it out: scripts and files are passed on.",
}

_OF_A_PRACTICE = {"an email address", "a phone number"}
"""What a practice may give of itself on paper."""


def _who(subject: Subject) -> Iterator[Finding]:
    named = {said.sentence.place for said in spoken(subject) if _is_addressed(subject, said)}
    for text, place, what in _texts(subject):
        kinds = _given_away(subject, text)
        if place in named:
            kinds.add(_NAME)
        yield from _told(kinds, place, what)
    for text, place, what in _on_paper(subject):
        yield from _told(_given_away(subject, text) - _OF_A_PRACTICE, place, what)
    yield from _in_file_name(subject)


def _told(kinds: set[str], place: Place, what: str) -> Iterator[Finding]:
    for kind in sorted(kinds):
        message = f"{what} has what looks like {kind}."
        yield Finding(place, "GA43", Severity.ERROR, message, _HINTS[kind])


def _texts(subject: Subject) -> Iterator[tuple[str, Place, str]]:
    """Whatever others will read or hear, where it stands, and what to call it."""
    script = subject.script
    yield script.title, top(subject, "title"), "The title"
    yield script.purpose, top(subject, "purpose"), "The purpose"
    yield script.content_note, top(subject, "content-note"), "The content note"
    yield script.album, top(subject, "album"), "The album"
    yield from ((one.text, one.place, "This sentence") for one in subject.sentences)


def _on_paper(subject: Subject) -> Iterator[tuple[str, Place, str]]:
    """What is only printed."""
    notes = {"notes": subject.script.notes, "therapist-notes": subject.script.therapist_notes}
    for key, texts in notes.items():
        yield from ((text, top(subject, key), "A note") for text in texts)


def _given_away(subject: Subject, text: str) -> set[str]:
    """What a text has of a person; a name that only the sentence shows as one is not seen here."""
    kinds = {_NAME} if _given_names(subject, text) else set()
    if _EMAIL.search(text):
        kinds.add("an email address")
    if any(_is_number_of_a_person(subject, number[0]) for number in _PHONE.finditer(text)):
        kinds.add("a phone number")
    if _DATE.search(text) or _is_birth(subject, text):
        kinds.add("a date")
    return kinds


def _is_number_of_a_person(subject: Subject, text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    helplines = subject.words.get("safety/helplines", ())
    return len(digits) >= _LEAST_DIGITS and digits not in helplines and not _DATE.fullmatch(text.strip())


def _is_birth(subject: Subject, text: str) -> bool:
    """Whether a figure stands beside a word of birth, or a year beside a month."""
    if not re.search(r"\d", text):
        return False
    if text_has(subject, text, "privacy/birth"):
        return True
    months = subject.words.get("privacy/months", ())
    return bool(_YEAR.search(text)) and not _word_set(text).isdisjoint(months)


def _given_names(subject: Subject, text: str) -> bool:
    return not _word_set(text).isdisjoint(_listed(subject.words.get("privacy/given-names", ())))


@lru_cache(maxsize=8)
def _listed(lines: tuple[str, ...]) -> frozenset[str]:
    """Names of which several stand on a line."""
    return frozenset(name for line in lines for name in line.split())


def _word_set(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


def _is_addressed(subject: Subject, said: Said) -> bool:
    """Whether a capital follows `welcome`, or `your sister`: in a sentence that is a name."""
    known = subject.words.get("privacy/no-names", ())
    for section in ("privacy/greetings", "privacy/relations"):
        for hit in found(subject, said, section):
            following = said.read.words[hit.last : hit.last + 1]
            if following and not following[0].ended:
                word = said.sentence.text[following[0].start : following[0].end]
                if word[:1].isupper() and word.partition("'")[0] not in known:
                    return True
    return False


def _in_file_name(subject: Subject) -> Iterator[Finding]:
    """A file's name goes wherever the file goes, and into the name of what is made from it."""
    stem, place = subject.script.path.stem, subject.script.place_of("title")
    parts = [part for part in re.split(r"[\W_\d]+", stem) if part]
    names = {name.casefold() for name in _listed(subject.words.get("privacy/given-names", ()))}
    named = any(part.casefold() in names for part in parts)
    filing = subject.words.get("privacy/filing", ())
    message = ""
    if named or _DATE.search(stem.replace("_", "-")):
        message = f"The name of this file has what looks like a {'name of a person' if named else 'date'}."
    elif any(part.casefold() in filing for part in parts):
        message = "The name of this file speaks of a client."
    if message:
        hint = "Name it for what is in it; what is said to one client goes into a slot."
        yield Finding(Place(place.path), "GA43", Severity.ERROR, message, hint)


_LINE = "- Rain falls on the shed, and on the lane.\n"

RULES: tuple[Rule, ...] = (
    Rule(
        id="GA43",
        name="Nobody is named",
        severity=Severity.ERROR,
        reason="What belongs to therapy must not be told by a script, a title or a file that is passed on.",
        source="aipolicies.uk guide for therapists (special category data, GDPR Article 9)",
        blind="Rare names, nicknames, places, and a story that only one person can have lived.",
        find=_who,
        failing=(
            "- settle: Welcome, Zelda. There is time.\n" + _LINE,
            "- Here is some time for Anna.\n" + _LINE,
            "- Write to someone@example.org if you like.\n" + _LINE,
            "- Leave a message on 0123 456 7890.\n" + _LINE,
            "- You were born on the 3rd of March 1984.\n" + _LINE,
            "- You might think of your sister Quilla.\n" + _LINE,
            "title: Evenings for Thomas\nscript:\n" + _LINE,
        ),
        passing=(
            'slots:\n  name: {fallback: ""}\nscript:\n- Welcome{, name}. There is time.\n' + _LINE,
            "- Welcome. In March, or on a Monday, your sister may call.\n" + _LINE,
            "- Count from 10 to 1, or from 100 to 90, or not.\n" + _LINE,
        ),
    ),
)
