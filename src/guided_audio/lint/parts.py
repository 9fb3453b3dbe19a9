"""GA17, GA18, GA19, GA22: no part is bad, and what is young, hurt or heavy waits for the session."""

from __future__ import annotations

from collections.abc import Iterator

from guided_audio.lint.context import USUAL, Excuse, meant
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import Level


def _banishing(subject: Subject) -> Iterator[Finding]:
    for hit in meant(subject, "parts/banishing", USUAL | Excuse.SUPPOSED):
        yield hit.finding(
            "GA17",
            Severity.ERROR,
            "{words} treats a part as an enemy.",
            "Let it be there: that part has its reasons, and can be thanked. It may like to give a "
            "little room.",
        )


_HURT_AT = {Level.OPEN: Severity.ERROR, Level.AGREED: Severity.WARNING}
"""What a lead to hurt parts weighs. After work in a session it is no finding."""


def _hurt(subject: Subject) -> Iterator[Finding]:
    severity = _HURT_AT.get(subject.script.level)
    if severity is None:
        return
    for hit in meant(subject, "parts/young-or-hurt", Excuse.QUOTED | Excuse.DENIED | Excuse.SUPPOSED):
        yield hit.finding(
            "GA18",
            severity,
            "{words} can lead a listener who is alone to a young or hurt part.",
            "Stay with the part that protects. What is young or hurt can be noticed, thanked, and told "
            "of therapy.",
        )


def _unburdening(subject: Subject) -> Iterator[Finding]:
    if subject.script.level is Level.FOLLOW_UP:
        return
    for hit in meant(subject, "parts/unburdening", USUAL | Excuse.SUPPOSED):
        yield hit.finding(
            "GA19",
            Severity.ERROR,
            "{words} asks a part to give up what it carries.",
            "Leave this to a session. A recording may go back to it afterwards, at level `follow-up`.",
        )


def _leading(subject: Subject) -> Iterator[Finding]:
    for hit in meant(subject, "parts/leading", Excuse.QUOTED | Excuse.DENIED | Excuse.SUPPOSED):
        yield hit.finding(
            "GA22",
            Severity.ERROR,
            "{words} supplies a history, or asks for one.",
            "Ask about today: how does it try to help? Nothing about age, sex, cause or people is put "
            "into its mouth.",
        )


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA17",
        name="No part is banished",
        severity=Severity.ERROR,
        reason="A part that is pushed away pushes back, and shame grows: there are no bad parts.",
        source="Earley's help sheet for self-therapy; our design value",
        blind="Contempt in other words. “It” is taken for a part, so a thing pushed away in a second "
        "sentence is a "
        "false alarm.",
        find=_banishing,
        failing=(
            "- settle: Push that part away.",
            "- settle: It is time to get rid of the fear.",
            "- Silence your inner critic.",
        ),
        passing=(
            "- settle: There is no need to push anything away.",
            "- A part of you may want to get rid of the fear.",
            "- settle: Push the chair away from the table.",
        ),
    ),
    Rule(
        id="GA18",
        name="Young and hurt parts wait for the session",
        severity=Severity.ERROR,
        reason="Meeting them alone can flood a listener with what happened, and a file cannot stop and stay.",
        source="Forstmeyer's course on working with parts, lessons 11 and 12",
        blind="Leads that use none of these words, and whether a therapist has checked this script: at level "
        "`agreed` it is a warning for that reason, at `follow-up` nothing.",
        find=_hurt,
        failing=(
            "- notice: Now turn to your inner child.",
            "- ask: Go back to the first time you felt this.",
            "- ask: Ask it to show you what happened.",
        ),
        passing=(
            "- If something young shows, it can be noticed and thanked, and told of therapy.",
            "- notice: Go back to your anchor.",
            "- A rough sense is plenty. There is no need to go back to that time.",
        ),
    ),
    Rule(
        id="GA19",
        name="Nothing is unburdened alone",
        severity=Severity.ERROR,
        reason="Giving up a burden comes after it was witnessed, with the leave of the parts that "
        "protect; done early "
        "or alone it comes back heavier.",
        source="Observing Solution on the steps of unburdening",
        blind="Rituals told in pictures. At level `follow-up`, where it was done in a session, it is no "
        "finding.",
        find=_unburdening,
        failing=(
            "- settle: The part can release its burden now.",
            "- settle: Give it to the fire.",
        ),
        passing=(
            "- settle: Give your weight to the floor.",
            "- settle: It need not release its burden today.",
        ),
    ),
    Rule(
        id="GA22",
        name="No history is supplied",
        severity=Severity.ERROR,
        reason="What a calm voice suggests can turn into a memory of something that never happened.",
        source="Corbett in The Cut on suggestion in work with parts; our design value",
        blind="Leading questions in other words. What begins with “if” is let pass.",
        find=_leading,
        failing=(
            "- ask: Who hurt you?",
            "- As a child you were often alone.",
            "- notice: The part is a little girl.",
        ),
        passing=(
            "- ask: How does this part try to help?",
            "- If you were bullied, a part may keep you in.",
        ),
    ),
)
