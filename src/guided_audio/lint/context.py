"""What is meant counts, not the word alone: who says it, whether it is denied, and what choice stands near.

Every rule of language reads sentences through `meant`, which leaves out what is only quoted, denied,
told of somebody, supposed or asked. The lists it goes by are in the file `context` of a language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Flag, auto
from itertools import chain

from guided_audio.lint.phrases import Hit
from guided_audio.lint.reading import Said, found, found_in_all, has, spoken
from guided_audio.lint.rule import Finding, Severity, Subject

REACH = 8
"""How many words before a phrase a “not” still counts for it; a design value."""

REACH_BACK = 4
"""How many words behind a phrase a denial may follow; a design value."""


class Excuse(Flag):
    """Why words may stand in a sentence without being meant.

    Of words in quotation marks `QUOTED` leaves out those of others, `SAID_BY_LISTENER` the rest.
    """

    QUOTED = auto()
    SAID_BY_LISTENER = auto()
    DENIED = auto()
    REPORTED = auto()
    SUPPOSED = auto()
    ASKED = auto()


USUAL = Excuse.QUOTED | Excuse.DENIED | Excuse.REPORTED
"""What excuses a phrase for most rules."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A phrase that is meant as it stands."""

    said: Said
    hit: Hit

    @property
    def text(self) -> str:
        """Its words as they are written."""
        found = self.said.read.words
        return self.said.sentence.text[found[self.hit.first].start : found[self.hit.last - 1].end]

    def finding(self, rule: str, severity: Severity, message: str, hint: str) -> Finding:
        """A finding at this sentence. `{words}` in the message becomes the words meant."""
        message = message.replace("{words}", f"“{self.text}”")
        return Finding(self.said.sentence.place, rule, severity, message, hint)


def meant(subject: Subject, name: str, excuses: Excuse = USUAL, *, opening: bool = False) -> Iterator[Meant]:
    """The sentences in which a phrase of a section is meant, each with the first such phrase.

    With `opening` only phrases count that open a clause, as a demand does: “relax”, not “you may relax”.
    """
    everything = spoken(subject)
    for index, hits in found_in_all(subject, name).items():
        said = everything[index]
        for hit in hits:
            if opening and not opens_clause(subject, said, hit.first):
                continue
            if not excused(subject, said, hit, excuses):
                yield Meant(said, hit)
                break


def once(*streams: Iterable[Meant]) -> list[Meant]:
    """What several sections found, a sentence at a time, and no sentence twice."""
    first: dict[int, Meant] = {}
    for hit in chain(*streams):
        first.setdefault(hit.said.index, hit)
    return [first[index] for index in sorted(first)]


def near(subject: Subject, all_said: tuple[Said, ...], index: int, name: str, *, before: int = 0) -> bool:
    """Whether a phrase of a section is in a sentence, the next one, or one of so many before it."""
    around = all_said[max(0, index - before) : index + 2]
    return any(has(subject, said, name) for said in around)


def free(subject: Subject, all_said: tuple[Said, ...], index: int) -> bool:
    """Whether a sentence leaves the listener free, or the next one does."""
    return has(subject, all_said[index], "context/softeners") or near(
        subject, all_said, index, "context/leave"
    )


def excused(subject: Subject, said: Said, hit: Hit, excuses: Excuse = USUAL) -> bool:
    """Whether there is a reason, among those asked for, why a phrase is not meant."""
    return bool(
        (Excuse.ASKED in excuses and said.asks)
        or _told(subject, said, hit) & excuses
        or (Excuse.DENIED in excuses and _denied(subject, said, hit))
        or (Excuse.REPORTED in excuses and _before(subject, said, hit, "context/reported"))
        or (Excuse.SUPPOSED in excuses and _supposed(subject, said, hit))
    )


def opens_clause(subject: Subject, said: Said, place: int) -> bool:
    """Whether a word is the first of its clause, small words like “now” and “gently” aside."""
    openers = subject.words.get("context/openers", ())
    while place and not said.read.words[place].apart:
        place -= 1
        if said.read.words[place].text not in openers:
            return False
    return True


def _told(subject: Subject, said: Said, hit: Hit) -> Excuse:
    """Words in quotation marks are somebody else's, unless the listener is asked to say them."""
    if _before(subject, said, hit, "context/to-be-said"):
        return Excuse.SAID_BY_LISTENER
    return Excuse.QUOTED if said.read.quoted[hit.first] else Excuse(0)


def _denied(subject: Subject, said: Said, hit: Hit) -> bool:
    start = max(_clause(subject, said, hit.first, lists=True), hit.first - REACH)
    before = any(start <= no.first < hit.first for no in found(subject, said, "context/denial"))
    behind = found(subject, said, "context/denial-behind")
    return before or any(0 <= no.first - hit.last <= REACH_BACK for no in behind)


def _supposed(subject: Subject, said: Said, hit: Hit) -> bool:
    start = _clause(subject, said, hit.first)
    return any(start <= other.first < hit.first for other in found(subject, said, "context/supposing"))


def _before(subject: Subject, said: Said, hit: Hit, name: str) -> bool:
    return any(other.first < hit.first for other in found(subject, said, name))


def _clause(subject: Subject, said: Said, place: int, *, lists: bool = False) -> int:
    """The first word of the clause a word is in. With `lists`, “fix, change or push” is one clause."""
    starts = {hit.first for hit in found(subject, said, "context/clauses")}
    joins = subject.words.get("context/joins", ())
    joined = False
    for index in range(place, 0, -1):
        word = said.read.words[index]
        joined = joined or (lists and word.text in joins)
        if index in starts or word.ended or (word.apart and not joined):
            return index
    return 0
