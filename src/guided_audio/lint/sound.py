"""GA08, GA44: sounds that do not startle, and that may be used."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.script import Bed, Bell, Profile, flat

LEAST_UNDER, NEAREST = 18.0, 6.0
"""Decibels between voice and bed: what is comfortable, and where the bed's louder moments reach the voice.
Our design values."""

_RECIPES = {".yaml", ".yml"}

_NOT_FOR_PAY = re.compile(
    r"\bNC\b|\bnon[\s-]*commercial|\b(?:no|not for) commercial|\b(?:personal|private) use", re.IGNORECASE
)
_TO_BE_NAMED = re.compile(r"\bCC[\s-]*BY\b|(?<!no )(?<!without )\battribution\b", re.IGNORECASE)


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
    own = _own_files(subject)
    licensed = {used.sound for used in own if used.licence}
    credited = {used.sound for used in own if used.credit}
    for used in own:
        if used.sound not in licensed:
            message = "Nothing here says whether this sound file may be used."
            hint = "Add its `licence`: own, CC0, public domain, or what its maker asks for."
            yield Finding(used.place, "GA44", Severity.WARNING, message, hint)
        elif _NOT_FOR_PAY.search(used.licence):
            message = "The licence of this sound file forbids commercial use."
            hint = "A recording for a paying client is that. Take another sound, or ask its maker."
            yield Finding(used.place, "GA44", Severity.ERROR, message, hint)
        elif _TO_BE_NAMED.search(used.licence) and used.sound not in credited:
            message = "The licence of this sound file asks for its maker to be named."
            hint = "Add `credit`, with the name and where the sound is found."
            yield Finding(used.place, "GA44", Severity.WARNING, message, hint)


def _own_files(subject: Subject) -> tuple[Bed | Bell, ...]:
    """Every use of a sound that is a file: what is made from a recipe is nobody's."""
    bells = (step for step in flat(subject.script.steps) if isinstance(step, Bell))
    sounds: tuple[Bed | Bell, ...] = (*subject.script.beds, *bells)
    return tuple(used for used in sounds if used.sound.suffix.lower() not in _RECIPES)


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
        blind="Whether the licence is what is written here, or asks for more, like ND and SA; whether the "
        "listener is told of the credit. A licence counts for every use of its file. Built-in sounds are "
        "made by the program.",
        find=_whose,
        failing=(
            "bed: sea.wav\nscript:\n" + _LINE,
            "script:\n- chapter: One\n  bed: sea.wav\n" + _LINE,
            _LINE + "- bell: gong.flac\n",
            "bed: {sound: sea.wav, licence: CC BY-NC 4.0, credit: A. Diver}\nscript:\n" + _LINE,
            "bed: {sound: sea.wav, licence: CC BY 4.0}\nscript:\n" + _LINE,
        ),
        passing=(
            "bed: ocean\nscript:\n" + _LINE,
            _LINE + "- bell: bowl\n",
            "bed: {sound: sea.wav, licence: own}\nscript:\n" + _LINE,
            "bed: {sound: sea.wav, licence: CC BY 4.0, credit: A. Diver}\nscript:\n" + _LINE,
            _LINE + "- bell: {sound: gong.flac, licence: CC0}\n" + _LINE + "- bell: gong.flac\n",
        ),
    ),
)
