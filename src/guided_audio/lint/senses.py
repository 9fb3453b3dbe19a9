"""GA25 and GA26: inner pictures for people who see none, and a body that is not told where to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guided_audio.lint.context import USUAL, Excuse, Meant, free, meant, near, once
from guided_audio.lint.reading import spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import Profile

_UNASKED = USUAL | Excuse.ASKED
_UNSUPPOSED = _UNASKED | Excuse.SUPPOSED


def _pictures(subject: Subject) -> Iterator[Finding]:
    everything = spoken(subject)
    hits = once(
        meant(subject, "senses/pictures", USUAL | Excuse.SUPPOSED),
        meant(subject, "senses/pictures-opening", _UNSUPPOSED, opening=True),
    )
    for picture in hits:
        if not near(subject, everything, picture.said.index, "senses/other-senses"):
            yield picture.finding(
                "GA25",
                Severity.WARNING,
                "{words} asks for an inner picture, which some people do not have.",
                "Add another way, like: or simply know that it is there.",
            )


def _body(subject: Subject) -> Iterator[Finding]:
    tender = meant(subject, "senses/tender-places", _UNSUPPOSED)
    yield from _unless_free(
        subject, tender, "{words} is a place in the body that is hard for many to be sent to."
    )
    hands = meant(subject, "senses/hand-on-body", _UNSUPPOSED)
    yield from _unless_free(subject, hands, "{words} asks for touch and leaves no choice.")
    if subject.profile is not Profile.WALKING:
        up = once(
            meant(subject, "senses/on-foot", _UNSUPPOSED),
            meant(subject, "senses/on-foot-opening", _UNSUPPOSED, opening=True),
        )
        yield from _unless_free(subject, up, "{words} is not for everyone, and nothing is offered instead.")


def _unless_free(subject: Subject, hits: Iterable[Meant], message: str) -> Iterator[Finding]:
    everything = spoken(subject)
    for hit in hits:
        if not free(subject, everything, hit.said.index):
            hint = "Leave it out, or offer something else beside it, like: or stay with your hands."
            yield hit.finding("GA26", Severity.WARNING, message, hint)


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA25",
        name="Nobody has to see a picture",
        severity=Severity.WARNING,
        reason="Some people have no inner pictures, and being asked for one leaves them outside.",
        source="Accounts of people with aphantasia",
        blind="“Imagine”, which can be done without seeing, and pictures called up by naming them alone.",
        find=_pictures,
        failing=(
            "- notice: Visualise a warm light.",
            "- notice: Picture a door in front of you.\n- ask: What colour is it?",
        ),
        passing=(
            "- settle: You might picture a door, or simply know that it is there.",
            "- notice: It may come as a picture, a sound or a word.",
            "- notice: Picture a door.\n- settle: A sense of a door is as good.",
        ),
    ),
    Rule(
        id="GA26",
        name="The body is asked for nothing it cannot refuse",
        severity=Severity.WARNING,
        reason="Some places in the body hold memories of harm, touch can startle, and not everyone can "
        "stand or walk.",
        source="King on trauma-informed guided meditation",
        blind="Other places that are hard for one listener, and movements that hurt. Standing and "
        "walking are not "
        "looked for in a script for walking.",
        find=_body,
        failing=(
            "- notice: Notice your throat.",
            "- settle: Place a hand on your heart.",
            "- orient: Stand up and stretch.",
        ),
        passing=(
            "- notice: The throat is next, or stay with your hands.",
            "- settle: You could place a hand on your heart.",
            "- orient: Stand up if you like.",
        ),
    ),
)
