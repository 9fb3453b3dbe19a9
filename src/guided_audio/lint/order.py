"""GA20 and GA21: the order in which a part is met, and room for its no."""

from __future__ import annotations

from collections.abc import Iterator

from guided_audio.lint.context import USUAL, Excuse, meant
from guided_audio.lint.reading import Said, has, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import KINDS, Bell, Breathe, Chapter, Level, Line, Pause, Profile, flat

BEATS = 2
"""Beats after a request to step aside in which a no has to have its place: our design value."""

_RESTS = KINDS["settle"].minimum
"""Seconds of quiet that end a beat."""


def _asked_too_early(subject: Subject) -> Iterator[Finding]:
    """The first question to a part, where no check of how one feels towards it came before."""
    if subject.script.level is Level.FOLLOW_UP:
        return
    everything = spoken(subject)
    checks = (said.index for said in everything if has(subject, said, "order/feeling-towards"))
    first_check = next(checks, len(everything))
    hit = next(meant(subject, "order/befriending", USUAL | Excuse.SUPPOSED), None)
    if hit and hit.said.index < first_check:
        yield hit.finding(
            "GA20",
            Severity.ERROR,
            "{words} turns to a part before it is asked how the listener feels towards it.",
            "Ask first: how do you feel towards this part right now? Curiosity enough is the way in.",
        )


def _no_room_for_no(subject: Subject) -> Iterator[Finding]:
    everything = spoken(subject)
    beats = _beats(subject)
    for hit in meant(subject, "order/stepping-aside", USUAL):
        beat = beats[hit.said.sentence.line]
        ahead = (said for said in everything[hit.said.index :] if beats[said.sentence.line] <= beat + BEATS)
        if not any(_declines(subject, said) for said in ahead):
            yield hit.finding(
                "GA21",
                Severity.ERROR,
                "{words} asks a part to make room, and what if it would rather not is not said.",
                f"Say it within {BEATS} beats: if it would rather not, this is the part to stay with today.",
            )


def _declines(subject: Subject, said: Said) -> bool:
    return has(subject, said, "order/declining")


def _beats(subject: Subject) -> tuple[int, ...]:
    """The number of the beat every line is in. A beat ends with quiet, or where a chapter does."""
    numbers: list[int] = []
    beat = 0
    for step in flat(subject.script.steps):
        if isinstance(step, Line):
            numbers.append(beat)
        beat += _ends_beat(step)
    return tuple(numbers)


def _ends_beat(step: object) -> bool:
    match step:
        case Line(rest=rest) | Pause(rest=rest):
            return rest.ideal >= _RESTS
        case Chapter() | Bell() | Breathe():
            return True
        case _:
            return False


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA20",
        name="First the feeling towards a part, then questions to it",
        severity=Severity.ERROR,
        reason="Where anger or fear of a part leads, questions to it become an interrogation; curiosity "
        "comes first.",
        source="Earley's help sheet for self-therapy",
        blind="Whether the check is honest, and a second part in the same script: one check counts for all "
        "that follows. At level `follow-up` the check belongs to the session before.",
        find=_asked_too_early,
        failing=(
            "- ask: What would it like you to know?",
            "- dwell: Ask it what it is worried about.\n- ask: How do you feel towards it?",
        ),
        passing=(
            "- ask: How do you feel towards this part right now?\n- dwell: What would it like you to know?",
            "- settle: There is no need to ask it about anything.",
        ),
    ),
    Rule(
        id="GA21",
        name="A part may refuse to step aside",
        severity=Severity.ERROR,
        reason="A file cannot hear the answer, so it has to have words for both.",
        source="Earley's help sheet for self-therapy",
        blind="Whether the words for a no are kind. A beat is taken to end with four seconds of quiet, "
        "or more.",
        find=_no_room_for_no,
        failing=(
            "- ask: Would it be willing to step aside?\n- settle: Now turn back to the first part.",
            "- ask: Ask it to give you a little space.",
        ),
        passing=(
            "- ask: Would it give you a little space?\n- settle: If it would rather not, stay with this "
            "one today.",
            "- orient: Step back into the room.",
        ),
        profiles=frozenset(Profile) - {Profile.WALKING},
    ),
)
