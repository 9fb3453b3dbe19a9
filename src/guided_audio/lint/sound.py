"""GA08, GA44: sounds that do not startle, and that may be used."""

from __future__ import annotations

from collections.abc import Iterator

from guided_audio.lint.rule import Finding, Profile, Rule, Severity, Subject
from guided_audio.script import Bed, Bell, flat

LEAST_UNDER, NEAREST = 18.0, 6.0
"""Decibels between voice and bed: what is comfortable, and where the bed's louder moments reach the voice.
Our design values."""

_RECIPES = {".yaml", ".yml"}


def _startling(subject: Subject) -> Iterator[Finding]:
    for bed in subject.script.beds:
        if bed.under < LEAST_UNDER:
            loud = bed.under < NEAREST
            how = "and drowns" if loud else "rather near"
            message = f"The bed lies {bed.under:g} dB under the voice, {how} it."
            hint = f"Let it lie {LEAST_UNDER:g} dB under, or more."
            yield Finding(bed.place, "GA08", Severity.ERROR if loud else Severity.WARNING, message, hint)
    bells = [step for step in flat(subject.script.steps) if isinstance(step, Bell)]
    if bells and subject.profile in {Profile.TRAUMA_SENSITIVE, Profile.SLEEP}:
        message = "A bell is struck, which not every listener wants."
        hint = "Do without it, or put this aside with the reason why this listener likes it."
        yield Finding(bells[0].place, "GA08", Severity.WARNING, message, hint)


def _whose(subject: Subject) -> Iterator[Finding]:
    bells = (step for step in flat(subject.script.steps) if isinstance(step, Bell))
    sounds: tuple[Bed | Bell, ...] = (*subject.script.beds, *bells)
    for used in sounds:
        if used.sound.suffix.lower() not in _RECIPES:
            message = "Nothing here says whether this sound file may be used."
            hint = "Put this aside with a comment that says whose it is, and under which licence."
            yield Finding(used.place, "GA44", Severity.WARNING, message, hint)


_LINE = "- Rain falls on the shed, and on the lane.\n"

RULES: tuple[Rule, ...] = (
    Rule(
        id="GA08",
        name="Nothing startles",
        severity=Severity.WARNING,
        reason="What comes suddenly, or louder than the voice, undoes in a moment what was settling.",
        source="listeners' complaints as told in zloadr.com 241305; 18 dB and 6 dB are our design values",
        blind="The sound itself. The fades are safe: the program gives every bed 6 s to come and 10 s to go.",
        find=_startling,
        failing=(
            "bed: {sound: ocean, under: 12 dB}\nscript:\n" + _LINE,
            "bed: {sound: ocean, under: 3 dB}\nscript:\n" + _LINE,
            "script:\n- chapter: One\n  bed: {sound: ocean, under: 12 dB}\n" + _LINE,
            _LINE + "- bell: bowl\n" + _LINE + "- bell: bowl\n",
        ),
        passing=(
            "bed: {sound: ocean, under: 18 dB}\nscript:\n" + _LINE,
            "bed: soft-rain\nscript:\n" + _LINE,
        ),
    ),
    Rule(
        id="GA44",
        name="Sounds that may be used",
        severity=Severity.WARNING,
        reason="A recording made for a paying client is commercial use, which many free sounds forbid.",
        source="softcircles.com on free audio licences",
        blind="Licences: the format has no word for them yet. Built-in sounds are made by the program.",
        find=_whose,
        failing=(
            "bed: sea.wav\nscript:\n" + _LINE,
            "script:\n- chapter: One\n  bed: sea.wav\n" + _LINE,
            _LINE + "- bell: gong.flac\n",
        ),
        passing=("bed: ocean\nscript:\n" + _LINE, _LINE + "- bell: bowl\n"),
    ),
)
