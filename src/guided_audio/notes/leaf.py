"""A leaf: the words of a sheet in the order they are read, whatever they are printed on.

All sentences of our own that stand on a sheet are here, so that paper and page say the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from guided_audio.helplines import Helpline
from guided_audio.notes.sheet import Choosable, PutAside, Sheet, TherapistPart
from guided_audio.notes.transcript import Passage
from guided_audio.script import Ending, Level
from guided_audio.units import Seconds, format_duration


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `own` is in the script's language, and not ours; `small` is by the way."""

    text: str
    own: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and what there is to say of it."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Number:
    """A line for help: what to dial, who answers, and what else to know, in the order it is read."""

    number: str
    name: str
    purpose: str
    standing: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading under that of the section, in the script's language."""

    text: str


@dataclass(frozen=True, slots=True)
class ToSay:
    """Words to be read aloud, in the script's language, with what stands beside them in ours.

    `name` is what they are called, `direction` how they are meant, `after` the quiet that follows.
    """

    name: str
    text: str
    direction: str = ""
    after: str = ""


Block = Text | Items | Facts | Number | Heading | Passage | ToSay


class Kind(StrEnum):
    """What a section is to a reader's eye."""

    PLAIN = "plain"
    CARD = "card"
    HELP = "help"
    THERAPIST = "therapist"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    kind: Kind = Kind.PLAIN


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet to be read from top to bottom. `language` is that of the script."""

    title: str
    language: str
    opening: tuple[Block, ...]
    sections: tuple[Section, ...]


def leaf_of(sheet: Sheet) -> Leaf:
    """The words of a sheet."""
    return Leaf(sheet.title, sheet.language, tuple(_opening(sheet)), tuple(_sections(sheet)))


_LEVELS = {
    Level.OPEN: "You can listen to this by yourself, between sessions.",
    Level.AGREED: "This one is for after you have practised it together with your therapist.",
    Level.FOLLOW_UP: (
        "This one goes on from work that was done in a session. If it was not, please leave it for now."
    ),
}


def _opening(sheet: Sheet) -> Iterator[Block]:
    if sheet.purpose:
        yield Text(sheet.purpose, own=True)
    if sheet.content_note:
        yield Text(sheet.content_note, own=True)
    yield Text(f"{_LEVELS[sheet.level]}{_lasts(sheet.lasts)}")
    yield Text(f"{_sentence(sheet.review)} {sheet.voice}", small=True)


def _lasts(seconds: Seconds | None) -> str:
    if seconds is None:
        return ""
    minutes = max(1, round(seconds / 60))
    return f" It lasts about {minutes} minutes." if minutes > 1 else " It lasts about a minute."


def _sections(sheet: Sheet) -> Iterator[Section]:
    if sheet.therapist:
        yield Section("For the therapist", tuple(_therapist(sheet, sheet.therapist)), Kind.THERAPIST)
    card = sheet.card
    blocks: tuple[Block, ...] = (
        Text(card.opening),
        Text(_NOT_NOW),
        Items(card.not_now),
        *_texts(card.closing),
    )
    yield Section(card.title, blocks, Kind.CARD)
    if sheet.notes:
        yield Section("Before and after", tuple(Text(note, own=True) for note in sheet.notes))
    yield Section("How to stop", tuple(_stopping(sheet.ending)))
    yield Section("Lines for help", tuple(_help(sheet)), Kind.HELP)
    yield Section("What is said", tuple(_words(sheet)), Kind.WORDS)


def _texts(texts: Sequence[str]) -> Iterator[Text]:
    return (Text(text) for text in texts)


_NOT_NOW = "It is not for now if one of these is so:"


def _stopping(ending: Ending) -> Iterator[Block]:
    yield Text(
        "You can stop at any moment, in the middle of a sentence too. Press pause, or take the sound off and "
        "walk away. Nothing is broken off by it, and nobody keeps count."
    )
    yield Text(
        "Your eyes can stay open the whole time. You can move, stand up, or let pass what does not suit you."
    )
    if ending is Ending.SLEEP:
        yield Text(
            "This one does not call you back at the end: its sound goes out slowly, and you may be asleep by "
            "then. If you are awake, that is rest as well."
        )
    yield Text(
        "If it has stirred you up: both feet on the floor, a slow look round the room, three things that you "
        "can see, and a drink of water. Then somebody to talk to, if you want one."
    )


def _help(sheet: Sheet) -> Iterator[Block]:
    region = sheet.region
    if region is None:
        yield Text(
            "No numbers are printed here, for nobody said which country they are for. Please ask your "
            "therapist for them before you listen, and write them down on this sheet."
        )
        return
    yield Text(f"{region.name}. Numbers change: if one of them does not answer, try another.")
    yield from _texts(region.advice)
    for line in region.lines:
        yield Number(line.number, line.name, _what_for(line), _standing(line, sheet))


def _what_for(line: Helpline) -> str:
    hours = line.hours or "we do not know at what hours"
    return f"For {line.purpose}; {hours}."


def _standing(line: Helpline, sheet: Sheet) -> str:
    """Where a number is from, and whether anybody has tried it."""
    if line.checked_on is None:
        tried = "Not checked by us."
    elif line.is_checked(sheet.today):
        tried = f"Checked on {_day(line.checked_on)}."
    else:
        tried = f"Not checked by us; the day noted is {_day(line.checked_on)}."
    return f"{tried} Found at {line.source}."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _words(sheet: Sheet) -> Iterator[Block]:
    yield Text("A gap between two lines is a quiet in the recording, a wide gap a long one.", small=True)
    for chapter in sheet.chapters:
        if chapter.title:
            yield Heading(chapter.title)
        yield from chapter.passages


# What only the therapist is told

_ACKNOWLEDGED = {
    Level.OPEN: "open. A client may do this alone.",
    Level.AGREED: (
        "agreed. Practise it together before the client has it. It is built only with --agreed, and the "
        "receipt of the recording keeps that. Practised together on: ____________"
    ),
    Level.FOLLOW_UP: (
        "follow-up. For a client with whom the work it goes on from was done in a session. It is built only "
        "with --follow-up, and the receipt of the recording keeps that. Session on: ____________"
    ),
}


def _therapist(sheet: Sheet, part: TherapistPart) -> Iterator[Block]:
    yield Text(
        "This page is for you, and not for the client: what stands here is on no client's sheet.", small=True
    )
    yield from (Text(note, own=True) for note in part.notes)
    facts = [("Level", _ACKNOWLEDGED[sheet.level])]
    if part.lengths:
        facts.append(("Editions", ", ".join(map(format_duration, part.lengths))))
    facts += [("Choice", _choice(choice)) for choice in part.choices]
    facts += [("Put aside", _put_aside(one)) for one in part.put_aside] or [("Put aside", _NOTHING_ASIDE)]
    yield Facts(tuple(facts))


_NOTHING_ASIDE = "nothing that the check finds in this script."


def _choice(choice: Choosable) -> str:
    heard = "all of them are heard" if choice.heard == choice.branches else f"{choice.heard[0]} is heard"
    return f"{choice.name}: {_list(choice.branches)}; here {heard}."


def _put_aside(one: PutAside) -> str:
    return f"{one.rule}, {one.rule_name}, line {one.line}: {one.message} Because {_sentence(one.reason)}"


def _list(names: Sequence[str]) -> str:
    return " or ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} or {names[-1]}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
