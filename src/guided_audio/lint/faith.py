"""GA29: words of faith, so that they are chosen and do not slip in."""

from __future__ import annotations

from collections.abc import Iterator

from guided_audio.lint.context import Meant
from guided_audio.lint.reading import found, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject


def _faith(subject: Subject) -> Iterator[Finding]:
    """Each word once, where it is first heard."""
    told: set[str] = set()
    for said in spoken(subject):
        for hit in found(subject, said, "faith/words"):
            word = Meant(said, hit)
            if not said.read.quoted[hit.first] and word.text.lower() not in told:
                told.add(word.text.lower())
                yield word.finding(
                    "GA29",
                    Severity.NOTE,
                    "{words} belongs to one faith or another.",
                    "Keep it for a listener who shares it, and make another script for those who do not.",
                )


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA29",
        name="Words of faith are chosen",
        severity=Severity.NOTE,
        reason="The same word is home to one listener and a closed door to the next.",
        source="Haidar 2023, Mindfulness 8; AlBedah 2025",
        blind="Whom a script is for, and figures of speech that come from a faith or do not survive a "
        "translation.",
        find=_faith,
        failing=(
            "- settle: This moment is sacred.",
            "- notice: Say a short prayer.\n- settle: Rest in your soul.",
        ),
        passing=("- settle: This moment is an ordinary one.", "- Heaven knows what the day was like."),
    ),
)
