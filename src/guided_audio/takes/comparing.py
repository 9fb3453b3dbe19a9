"""Comparing: whether the words in a take are those of its line, or another line's.

All takes, one after the other, are a reading of the script, and what finds the lines of a long recording
finds them in this one, too. Where it finds another line in a take, or none, the take may be a wrong one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import soxr

from guided_audio.alignment import Alignment, Progress, Wanted, WrongScript, align
from guided_audio.blocks import Mono
from guided_audio.errors import EngineFailure, MissingTool, Refused
from guided_audio.speaking import Speaker
from guided_audio.takes.reciter import Reciter
from guided_audio.takes.survey import LineTake

VERSION = 2
"""Of what is kept of a comparison; part of every key."""

LEAST = 6
"""Takes it needs to know how a reader sounds: of two nothing can be said, of four one spoilt the others."""

MANY = 20
"""Takes of which it is certain that they are of another script where hardly a line is found in them."""

COMPANY = 12
"""Takes compared before that are heard again with new ones, for these may be few."""

RATE = 16_000
"""Hertz at which takes are compared."""

_QUIET = 1.0
"""Seconds between two takes."""

_ASIDE = 1.5
"""Seconds of speech that are no line from which on a take has more in it than its line; a design value."""

_LANES = 4

_NO_LINE = "it hardly sounds like the words of this line. Is it the right one?"

_STAGES = ("voices", "first pass", "second pass")
"""Of the aligner, those that take their time."""


@dataclass(frozen=True, slots=True)
class Clipped:
    """A line with its take, and the key of the clip that became of it."""

    line: LineTake
    clip: str


@dataclass(frozen=True, slots=True)
class _Reading:
    """A line that is heard in a take, and what speaks against its being that line."""

    line: str
    doubt: str


@dataclass(frozen=True, slots=True)
class _Inside:
    """What is heard in a take: readings of lines, and whether there is more that is none."""

    readings: Sequence[_Reading]
    more: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What takes are compared by: all lines of the script, its language, and who speaks for comparison."""

    lines: Sequence[LineTake]
    language: str
    speaker: Speaker

    def doubts(self, takes: Sequence[Clipped], progress: Progress) -> dict[str, str]:
        """What speaks against takes, by the number of their lines; never a word of them.

        What was found is kept. Few takes raise no doubt, nor does a machine with no voice to compare by.
        """
        store, keys = self.speaker.store, {take.line.number: self._key(take) for take in takes}
        new = [take for take in takes if store.get(keys[take.line.number]) is None]
        old = [take for take in takes if take not in new]
        company = old[:: max(1, len(old) // COMPANY)]
        among = [take for take in takes if take in new or take in company]
        in_vain = store.key("takes compared in vain", *(keys[take.line.number] for take in among))
        if new and len(among) >= LEAST and store.get(in_vain) is None:
            found = self._heard(among, _in_hundredths(progress))
            if not found:
                store.put(in_vain, b"until there are others")
            for number in {take.line.number for take in new} & set(found):
                store.put(keys[number], json.dumps(found[number]).encode())
        known = {number: kept for number, key in keys.items() if (kept := store.get(key))}
        told = {number: str(json.loads(kept)) for number, kept in known.items()}
        return {number: doubt for number, doubt in told.items() if doubt}

    def _key(self, take: Clipped) -> str:
        texts = (f"{line.number} {line.line.text}" for line in self.lines)
        own = (take.line.number, take.clip)
        return self.speaker.store.key("take compared", VERSION, self.language, *own, *texts)

    def _heard(self, takes: Sequence[Clipped], progress: Progress) -> Mapping[str, str]:
        """What speaks against each take, empty for nothing; no take at all where nothing can be said."""
        wanted = [Wanted(each.number, each.line.text) for each in self.lines if each.line.readable]
        clips = [_at_rate(self.speaker.clip(take.clip), self.speaker.rate) for take in takes]
        sound, spots = _one_after_another(clips)
        try:
            with Reciter(self.speaker, self.language, [each.text for each in wanted], _LANES) as reciter:
                found = align(sound, RATE, wanted, reciter, progress)
        except WrongScript:
            return {take.line.number: _NO_LINE for take in takes} if len(takes) >= MANY else {}
        except (Refused, MissingTool, EngineFailure):  # more than can be compared, or nothing to compare by
            return {}
        return {
            take.line.number: self._doubt(take.line, _inside(found, spot))
            for take, spot in zip(takes, spots, strict=True)
        }

    def _doubt(self, line: LineTake, inside: _Inside) -> str:
        """What speaks against a take."""
        found = inside.readings
        alike = {each.number for each in self.lines if each.line.words == line.line.words}
        own = [each for each in found if each.line in alike]
        surely = [each.line for each in found if each.line not in alike and not each.doubt]
        if not own:
            if surely:
                return f"it sounds like line {surely[0]}. Is it the right one?"
            return "" if found else _NO_LINE
        if surely:
            return f"line {surely[0]} is heard in it as well."
        if len(own) > 1:
            return "the line is said more than once in it."
        if inside.more:
            return "something else is said in it as well."
        # of lines with the same words nobody can tell which one it is, and the aligner says so
        return _in_passing(own[0].doubt) if alike == {line.number} else ""


def _in_hundredths(progress: Progress) -> Progress:
    """The aligner's stages as one."""

    def told(stage: str, done: int, total: int) -> None:
        if stage in _STAGES:
            share = (_STAGES.index(stage) + done / max(total, 1)) / len(_STAGES)
            progress("Comparing with the words", round(100 * share), 100)

    return told


def _in_passing(sentence: str) -> str:
    """A sentence as it stands after a colon."""
    return sentence[:1].lower() + sentence[1:]


def _at_rate(clip: Mono, rate: int) -> Mono:
    resampled: Mono = soxr.resample(clip, rate, RATE).astype(np.float32)
    return resampled


def _one_after_another(clips: Sequence[Mono]) -> tuple[Mono, list[tuple[int, int]]]:
    """Clips with quiet between them, and where each is."""
    quiet = np.zeros(round(_QUIET * RATE), dtype=np.float32)
    parts, spots, position = [quiet], [], len(quiet)
    for clip in clips:
        parts += [clip, quiet]
        spots.append((position, position + len(clip)))
        position += len(clip) + len(quiet)
    return np.concatenate(parts), spots


def _inside(found: Alignment, spot: tuple[int, int]) -> _Inside:
    """The readings of which the larger part lies in a take; one that was broken off is not its own line's."""
    kept = [
        _Reading(each.id, each.reason) for each in found.found if _mostly_in((each.start, each.end), spot)
    ]
    once = {each.line for each in kept}
    former = [
        _Reading(each.id, "")
        for each in found.earlier
        if _mostly_in((each.start, each.end), spot) and (each.whole or each.id not in once)
    ]
    spoken = [each for each in found.unexplained if each.voiced and _mostly_in((each.start, each.end), spot)]
    return _Inside([*kept, *former], any(each.end - each.start > _ASIDE * RATE for each in spoken))


def _mostly_in(part: tuple[int, int], whole: tuple[int, int]) -> bool:
    return 2 * (min(part[1], whole[1]) - max(part[0], whole[0])) > part[1] - part[0]
