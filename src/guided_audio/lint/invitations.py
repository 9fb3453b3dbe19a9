"""GA10 to GA12: closed eyes, the breath as anchor, deep and held breaths are offered, not asked for."""

from __future__ import annotations

from collections.abc import Iterator

from guided_audio.lint.context import USUAL, Excuse, free, meant, near
from guided_audio.lint.reading import Said, has, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import Breathe, Line, flat

_UNASKED = USUAL | Excuse.ASKED


def _closed_eyes(subject: Subject) -> Iterator[Finding]:
    everything = spoken(subject)
    for eyes in meant(subject, "invitations/eyes-closed"):
        index = eyes.said.index
        if near(subject, everything, index, "invitations/eyes-open", before=1):
            continue
        if not near(subject, everything, index, "context/leave"):
            yield eyes.finding(
                "GA10",
                Severity.ERROR,
                "{words} gives no option to keep them open.",
                "Offer both, as in: your eyes can be open, half open or closed.",
            )


def _only_breath(subject: Subject) -> Iterator[Finding]:
    first = next(meant(subject, "invitations/breath-anchor", _UNASKED), None)
    if first and not any(_other_anchor(subject, said) for said in spoken(subject)):
        yield first.finding(
            "GA11",
            Severity.ERROR,
            "{words}: the breath is the only anchor in this script.",
            "Offer two more before it, such as the floor or the seat, the hands, a sound, something to "
            "look at.",
        )


def _other_anchor(subject: Subject, said: Said) -> bool:
    """Whether a sentence offers to be with something else than the breath."""
    if has(subject, said, "invitations/somewhere-else"):
        return True
    return has(subject, said, "invitations/other-anchors") and has(subject, said, "invitations/attention")


def _forced_breath(subject: Subject) -> Iterator[Finding]:
    everything = spoken(subject)
    for breath in meant(subject, "invitations/breath-forced", _UNASKED):
        if not free(subject, everything, breath.said.index):
            yield breath.finding(
                "GA12",
                Severity.WARNING,
                "{words} asks for a breath of a certain kind and leaves no choice.",
                "Add a choice, like: if you like. Or let the breath be as it is.",
            )
    yield from _held_breaths(subject, everything)


def _held_breaths(subject: Subject, everything: tuple[Said, ...]) -> Iterator[Finding]:
    """Paced breathing with a hold, where no line beside it leaves a choice."""
    if not subject.words.get("context/leave"):
        return
    free_lines = {
        said.sentence.line
        for said in everything
        if has(subject, said, "context/leave") or has(subject, said, "context/softeners")
    }
    number = -1
    for step in flat(subject.script.steps):
        if isinstance(step, Line):
            number += 1
        elif isinstance(step, Breathe) and step.hold > 0 and not free_lines & {number, number + 1}:
            message = "The breath is held here, and no line beside it leaves a choice."
            hint = "Say before it that the hold can be left out, or take `hold` away."
            yield Finding(step.place, "GA12", Severity.WARNING, message, hint)


_TRELEAVEN = "Treleaven on trauma-sensitive practice"

RULES: tuple[Rule, ...] = (
    Rule(
        id="GA10",
        name="Closed eyes are one option of several",
        severity=Severity.ERROR,
        reason="With closed eyes some people lose the room they are in, and with it the sense of being "
        "in the present.",
        source=_TRELEAVEN,
        blind="An option further away than the next sentence or the one before, and eyes that are closed "
        "in other "
        "words, such as “let the world go dark”.",
        find=_closed_eyes,
        failing=(
            "- notice: Close your eyes now.",
            "- settle: Find a seat, and let your eyes fall closed.\n- notice: There is the sound of rain.",
        ),
        passing=(
            "- settle: Close your eyes, or keep them open and look at the floor.",
            "- You could close your eyes.\n- settle: Half open is as good, with a soft gaze.",
            "- settle: There is no need to close your eyes.",
        ),
    ),
    Rule(
        id="GA11",
        name="The breath is never the only anchor",
        severity=Severity.ERROR,
        reason="For many who lived through harm the breath is no neutral place, and attention to it can "
        "set off panic.",
        source=_TRELEAVEN,
        blind="Whether another anchor is offered at the right time: one anywhere in the script is enough. "
        "Paced breathing alone is taken as an exercise, not as an anchor.",
        find=_only_breath,
        failing=(
            "- notice: Bring your attention to your breath.\n- ask: How is it today?",
            "- settle: Sit on a chair.\n- notice: Follow your breath as it comes and goes.",
        ),
        passing=(
            "- notice: Notice the floor, or the sounds in the room.\n- notice: Or follow your breath, "
            "for a while.",
            "- notice: Notice your breath, or anything else that feels steady.",
        ),
    ),
    Rule(
        id="GA12",
        name="No deep or held breath without a choice",
        severity=Severity.WARNING,
        reason="A breath that is made deep or held on demand can bring dizziness and alarm.",
        source=f"{_TRELEAVEN}; our design value",
        blind="A choice given once for the whole script, and breaths made slow by the length of a pause.",
        find=_forced_breath,
        failing=(
            "- notice: Take a deep breath in.",
            "- settle: Breathe in deeply.\n- settle: Hold your breath for a moment.",
            "- Here is some paced breathing.\n- breathe: {in: 4s, hold: 4s, out: 6s, rounds: 3}",
        ),
        passing=(
            "- notice: Take a deep breath if you like.",
            "- notice: There is no need for a deep breath.",
            "- The hold can be left out, if you like.\n- breathe: {in: 4s, hold: 4s, out: 6s, rounds: 3}",
        ),
    ),
)
