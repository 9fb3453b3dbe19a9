"""The rules of language, and subjects made of a few steps for them to look at."""

from __future__ import annotations

from pathlib import Path

from guided_audio import document, reader
from guided_audio.library import Library
from guided_audio.lint import (
    faith,
    imperatives,
    invitations,
    order,
    parts,
    pressure,
    promises,
    senses,
    speech,
)
from guided_audio.lint.estimate import estimated
from guided_audio.lint.rule import Subject
from guided_audio.lint.subject import subject_of
from guided_audio.script import Profile

FAMILIES = (faith, imperatives, invitations, order, parts, pressure, promises, senses, speech)
RULES = {rule.id: rule for family in FAMILIES for rule in family.RULES}
LIBRARY = Library()

HEAD = 3
"""Lines above the steps."""


def subject(folder: Path, steps: str, *, level: str = "open", profile: Profile | None = None) -> Subject:
    """A script of these steps, laid out by estimate. The steps begin in the first line of the file."""
    file = folder / "a.yaml"
    head = f"title: A\nlevel: {level}\nscript:\n"
    file.write_text(head + steps, encoding="utf-8")
    reading = reader.read(file, LIBRARY, "a.yaml")
    assert reading.script, reading.problems
    source, _ = document.load(file, "a.yaml")
    assert source
    script = reading.script.edition(None)
    return subject_of(script, estimated(script), profile or Profile.TRAUMA_SENSITIVE, {"a.yaml": source})
