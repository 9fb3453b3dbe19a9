"""GA13: how much of a script is told, and how much is offered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from guided_audio.lint.context import opens_clause
from guided_audio.lint.reading import Said, found, has, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import Profile

WINDOW = 120
"""Seconds over which demands are counted: our design value."""

SHARE = 0.4
"""The part of the sentences in a window that may be bare demands: our design value."""

FEWEST = 5
"""Sentences in a window below which a share says nothing: our design value."""

WORN = 0.05
"""The part of all sentences that may have the same softener: our design value."""

WORN_FROM = 6
"""Times below which a softener is not worn, however short the script: our design value."""


def _tone(subject: Subject) -> Iterator[Finding]:
    everything = spoken(subject)
    yield from _demanding(subject, everything)
    yield from _worn(subject, everything)


def _demanding(subject: Subject, everything: tuple[Said, ...]) -> Iterator[Finding]:
    """The first demand of every window that holds too many; windows that are told of do not overlap."""
    bare = [is_demand(subject, said) for said in everything]
    reached = 0
    for first, end in _windows(subject, everything):
        share = sum(bare[first:end]) / (end - first)
        if first >= reached and share > SHARE:
            place = everything[bare.index(True, first)].sentence.place
            message = (
                f"From here on, {share:.0%} of the sentences in {WINDOW // 60} minutes are bare demands."
            )
            hint = (
                "Turn some into offers or plain statements: there are your hands; you could notice the floor."
            )
            yield Finding(place, "GA13", Severity.WARNING, message, hint)
            reached = end


def _windows(subject: Subject, everything: tuple[Said, ...]) -> Iterator[tuple[int, int]]:
    """The sentences heard within every full window, as first and end; of a shorter script all of them."""
    starts = [said.sentence.heard.start for said in everything]
    width = WINDOW * subject.timeline.rate
    end = 0
    for first, start in enumerate(starts):
        while end < len(starts) and starts[end] < start + width:
            end += 1
        if end - first >= FEWEST:
            yield first, end
        if end == len(starts):
            break


def is_demand(subject: Subject, said: Said) -> bool:
    """Whether a sentence tells the listener what to do, with nothing to soften it."""
    if said.asks or has(subject, said, "context/leave") or has(subject, said, "context/softeners"):
        return False
    main = _main_clause(subject, said)
    return any(
        hit.first >= main and not said.read.quoted[hit.first] and _leads(subject, said, hit.first, main)
        for hit in found(subject, said, "imperatives/verbs")
    )


def _main_clause(subject: Subject, said: Said) -> int:
    """The first word of the main clause: behind the comma where the sentence begins with “as” or “when”."""
    words = said.read.words
    if words and words[0].text in subject.words.get("imperatives/lead-ins", ()):
        return next((index for index, word in enumerate(words) if index and word.apart), 0)
    return 0


def _leads(subject: Subject, said: Said, place: int, main: int) -> bool:
    """Whether a verb is the first word of the main clause, small words aside."""
    return opens_clause(subject, said, place) and not any(
        word.apart for word in said.read.words[main + 1 : place + 1]
    )


def _worn(subject: Subject, everything: tuple[Said, ...]) -> Iterator[Finding]:
    """Softeners heard so often that they become a manner."""
    heard: defaultdict[str, list[Said]] = defaultdict(list)
    for said in everything:
        hits = [hit for name in ("context/leave", "context/softeners") for hit in found(subject, said, name)]
        for text in {_text(said, hit.first, hit.last) for hit in hits}:
            heard[text].append(said)
    for text, places in heard.items():
        if len(places) >= WORN_FROM and len(places) > WORN * len(everything):
            message = f"“{text}” is in {len(places)} of {len(everything)} sentences."
            hint = "Say it in other ways, or leave it out where the sentence is an offer without it."
            yield Finding(places[0].sentence.place, "GA13", Severity.NOTE, message, hint)


def _text(said: Said, first: int, last: int) -> str:
    return " ".join(word.text for word in said.read.words[first:last])


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA13",
        name="Offers outnumber demands",
        severity=Severity.WARNING,
        reason="Being told what to do, sentence upon sentence, takes away the choice that a listener who was "
        "controlled needs most.",
        source="Treleaven on trauma-sensitive practice; King on trauma-informed guided meditation; "
        "shares are our design value",
        blind="Demands in the middle of a sentence, and a demanding tone in sentences that are none.",
        find=_tone,
        failing=(
            "- Sit down.\n- Notice your feet.\n- Feel the floor.\n- Now relax your hands.\n- Look around.",
            "- There is a chair.\n- Bring it near.\n- As you sit, feel its weight.\n- Gently lower your "
            "head.\n"
            "- There are sounds.\n- Listen to them.",
        ),
        passing=(
            "- There are your feet.\n- You could notice the floor.\n- Notice your hands.\n"
            "- If you like, look around.\n- Rest is welcome.",
            "- Sit down.\n- Notice your feet.\n- Feel the floor.",
        ),
        profiles=frozenset({Profile.TRAUMA_SENSITIVE, Profile.SLEEP}),
    ),
)
