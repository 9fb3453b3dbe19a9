"""Rules that keep solo listening safe: what a careful colleague would notice in a script.

A rule is data (`rule.Rule`) with a function that looks at one edition of a script and how it lies on
the axis of time (`rule.Subject`), and yields findings with their places. It has no opinion on how a script is
read or a finding shown, and it hears no sound: the timeline may be an estimate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, product

from guided_audio.errors import Place
from guided_audio.lint import (
    faith,
    imperatives,
    invitations,
    metadata,
    order,
    pace,
    parts,
    pressure,
    privacy,
    promises,
    senses,
    sound,
    speech,
    structure,
)
from guided_audio.lint.estimate import estimated
from guided_audio.lint.rule import Finding, Rule, Severity
from guided_audio.lint.subject import Sources, subject_of
from guided_audio.script import Profile, Script
from guided_audio.timeline import Timeline
from guided_audio.units import Seconds, format_duration

__all__ = [
    "RULES",
    "Finding",
    "Profile",
    "Rule",
    "Severity",
    "inspect",
    "inspect_editions",
    "lines_for_a_person",
    "rule_named",
]

_FAMILIES: tuple[tuple[Rule, ...], ...] = (
    structure.RULES,
    pace.RULES,
    sound.RULES,
    invitations.RULES,
    imperatives.RULES,
    promises.RULES,
    pressure.RULES,
    parts.RULES,
    order.RULES,
    senses.RULES,
    faith.RULES,
    metadata.RULES,
    privacy.RULES,
    speech.RULES,
)

RULES: tuple[Rule, ...] = tuple(sorted(chain(*_FAMILIES), key=lambda rule: rule.id))
"""Every rule, by its id."""

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_FIGURE = re.compile(r"(?:\d+(?:\.\d+)?[a-z%]*)+")


def rule_named(name: str) -> Rule | None:
    """The rule of an id, in any case."""
    return next((rule for rule in RULES if rule.id == name.upper()), None)


def inspect(
    script: Script,
    timeline: Timeline,
    profile: Profile | None = None,
    sources: Sources | None = None,
    length: Seconds | None = None,
) -> tuple[Finding, ...]:
    """What the rules of a profile find in one edition, in the order of the file; by default the script's own.

    The steps of `script` are those of the timeline. With `sources` a finding has the place of its
    sentence, without them that of its line.

    Raises:
        ProblemsFound: the lists of words cannot be read.
    """
    profile = profile or script.profile
    subject = subject_of(script, timeline, profile, sources, length)
    found = (finding for rule in RULES if profile in rule.profiles for finding in rule.find(subject))
    return tuple(sorted(set(found)))


def lines_for_a_person(edition: Script) -> frozenset[Place]:
    """Where lines stand that only a person may say: GA27, whether or not the script puts it aside.

    Raises:
        ProblemsFound: no voice could say a breathing cue in the time it has.
    """
    subject = subject_of(edition, estimated(edition), edition.profile)
    rule = next(rule for rule in RULES if rule.id == "GA27")
    return frozenset(finding.place for finding in rule.find(subject))


def inspect_editions(
    script: Script, profile: Profile | None = None, sources: Sources | None = None
) -> tuple[Finding, ...]:
    """What the rules find in a script with all its passages, and in each length it declares; each once.

    Where something can be chosen the same is done for every branch, one choice at a time.
    Nothing is spoken: the timelines are estimates. What is found in several editions is told as it is
    where it weighs most.

    Raises:
        ProblemsFound: no voice could say a breathing cue in the time it has.
    """
    return merged(chain(*_every_edition(script, profile, sources)))


def _every_edition(
    script: Script, profile: Profile | None, sources: Sources | None
) -> Iterator[tuple[Finding, ...]]:
    for chosen, length in product(script.variants, (None, *script.lengths)):
        edition = script.edition(length, chosen)
        found = inspect(edition, estimated(edition, length), profile, sources, length)
        yield tuple(_of_edition(finding, length, chosen) for finding in found)


def _of_edition(finding: Finding, length: Seconds | None, chosen: Mapping[str, str]) -> Finding:
    """The finding, saying which edition it is of: it counts only where the whole script has it not."""
    said = length is None or format_duration(length) in finding.message
    where = "" if said or length is None else f" in the edition of {format_duration(length)}"
    where += "".join(f" when `{name}` is `{branch}`" for name, branch in chosen.items())
    return replace(finding, hint=f"{finding.hint} So it is{where}.".strip()) if where else finding


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Each finding once. Those that differ only in a figure are the same: the first of the gravest counts."""
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        same = (finding.place, finding.rule, _FIGURE.sub("", finding.message))
        other = kept.get(same)
        if other is None or _WEIGHT[finding.severity] < _WEIGHT[other.severity]:
            kept[same] = finding
    return tuple(sorted(kept.values()))
