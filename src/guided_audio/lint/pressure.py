"""GA16, GA23, GA24: demands, sentences to be repeated, and being driven back to people."""

from __future__ import annotations

from collections.abc import Iterator

from guided_audio.lint.context import USUAL, Excuse, meant, once, opens_clause
from guided_audio.lint.reading import Said, found, has, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import Profile

_UNASKED = USUAL | Excuse.ASKED | Excuse.SUPPOSED

STACKED = 2
"""Sentences about oneself in a row that make a stack: our design value."""


def _demands(subject: Subject) -> Iterator[Finding]:
    hits = once(
        meant(subject, "pressure/demands", _UNASKED),
        meant(subject, "pressure/demands-opening", _UNASKED, opening=True),
    )
    for demand in hits:
        if not has(subject, demand.said, "context/leave"):
            yield demand.finding(
                "GA16",
                Severity.WARNING,
                "{words} puts pressure on the listener.",
                "Offer it, or say what is there: it can be left as it is; there is room for that.",
            )
    if subject.profile is not Profile.SLEEP:
        yield from _deepening(subject)


def _deepening(subject: Subject) -> Iterator[Finding]:
    for hit in meant(subject, "pressure/deepening"):
        yield hit.finding(
            "GA16",
            Severity.ERROR,
            "{words} is the language of hypnosis, which takes the lead away from the listener.",
            "Leave it out. Quiet and plain words slow a listener down without it.",
        )


def _repeating(subject: Subject) -> Iterator[Finding]:
    everything = spoken(subject)
    repeated = list(meant(subject, "pressure/to-be-repeated", Excuse.DENIED | Excuse.REPORTED))
    for hit in repeated:
        if not _both(subject, everything, hit.said.index):
            yield hit.finding(
                "GA23", Severity.WARNING, "{words} asks for a sentence that may not be true.", _BOTH
            )
    told = {hit.said.index for hit in repeated}
    for first in _stacks(subject, everything):
        if first - 1 not in told and first not in told:
            message = "Sentences about oneself are stacked here as if all of them were true."
            yield Finding(everything[first].sentence.place, "GA23", Severity.WARNING, message, _BOTH)


_BOTH = (
    "Let both stand: one part is sure that I am left out, and another has begun to look at who waves back."
)


def _both(subject: Subject, everything: tuple[Said, ...], index: int) -> bool:
    around = everything[max(0, index - 1) : index + 3]
    return any(has(subject, said, "pressure/both-and") for said in around)


def _stacks(subject: Subject, everything: tuple[Said, ...]) -> Iterator[int]:
    """Where sentences begin that say something about “I”, one after another, and allow nothing beside it."""
    run = 0
    for index, said in enumerate(everything):
        run = run + 1 if _about_oneself(subject, said) else 0
        if run == STACKED:
            yield index - STACKED + 1


def _about_oneself(subject: Subject, said: Said) -> bool:
    opened = (opens_clause(subject, said, hit.first) for hit in found(subject, said, "pressure/stacked"))
    return any(opened) and not has(subject, said, "pressure/both-and")


def _driven(subject: Subject) -> Iterator[Finding]:
    for hit in meant(subject, "pressure/reaching-out"):
        yield hit.finding(
            "GA24",
            Severity.ERROR,
            "{words} sends the listener to people who may have done harm.",
            "Leave people out of it, or speak of animals, places, or somebody who is easy to be with.",
        )
    for hit in meant(subject, "pressure/driving", _UNASKED):
        yield hit.finding(
            "GA24",
            Severity.WARNING,
            "{words} drives the listener on.",
            "Name the smallest step, and that not taking it is an answer too.",
        )


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA16",
        name="No pressure",
        severity=Severity.WARNING,
        reason="Demands call up old obedience, and the language of hypnosis takes control away; "
        "that last one is an error.",
        source="Treleaven on trauma-sensitive practice; our design value",
        blind="Pressure in the tone of a voice, and demands in other words. A choice in the same "
        "sentence lifts it. "
        "The language of hypnosis is let pass in a script for sleep.",
        find=_demands,
        failing=(
            "- You must relax now.",
            "- Clear your mind.\n- settle: Don't think about anything.",
            "- settle: Let go of all your worries.",
            "- settle: You are drifting deeper and deeper.",
        ),
        passing=(
            "- You don't have to change anything.",
            "- Let go of the pause button.",
            "- A part of you may say “you must try harder”.",
            "- settle: If you have to move, that is welcome.",
        ),
    ),
    Rule(
        id="GA23",
        name="Sentences to be repeated leave room for the part that does not believe them",
        severity=Severity.WARNING,
        reason="People who think little of themselves felt worse after repeating a kind sentence, unless "
        "they could "
        "also hold what is not true in it.",
        source="Wood, Perunovic & Lee 2009, Psychological Science 20:860",
        blind="Whether the room given is honest: a “part of me” or a “perhaps” nearby is enough.",
        find=_repeating,
        failing=(
            "- Repeat after me.\n- ask: I am a lovable person.",
            "- settle: I am enough.\n- settle: I am worthy of love.",
        ),
        passing=(
            "- settle: One part is sure that I am left out. Another has begun to look at who waves back.",
            "- settle: There is nothing to repeat. A sentence may come by itself.",
        ),
    ),
    Rule(
        id="GA24",
        name="Nobody is sent back to somebody",
        severity=Severity.ERROR,
        reason="Under control or after abuse, forgiving and reaching out can cost safety, and they are "
        "decided elsewhere.",
        source="Guidance for survivors of domestic abuse; our design value",
        blind="People called by their names, and contact hinted at. “Make yourself go” is a warning.",
        find=_driven,
        failing=(
            "- settle: Now forgive your mother.",
            "- ask: Could you reach out to your family this week?",
            "- Make yourself go to the class.",
        ),
        passing=(
            "- settle: There is no need to forgive anyone.",
            "- settle: Make yourself comfortable.",
        ),
    ),
)
