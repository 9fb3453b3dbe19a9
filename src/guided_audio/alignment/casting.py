"""Which reference voice suits a reader: tried on the first minutes of the reading itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from guided_audio.alignment import references, search
from guided_audio.alignment.adaptation import Likeness
from guided_audio.alignment.decoder import Templates
from guided_audio.alignment.islands import STEP, Islands
from guided_audio.alignment.outcome import Progress, Reference, Wanted
from guided_audio.alignment.references import Manner, Setting
from guided_audio.alignment.search import Hearing, Pass

PACE = 160.0
"""Words a minute at which references are spoken until the reader's pace is known."""

_WARPS = (0.84, 0.92, 1.0, 1.09)
_TRIED = 240.0
_LINES = 60
_ENOUGH = 0.3
_SLOWEST, _FASTEST, _PACE_STEP = 90.0, 240.0, 10.0
_FEWEST = 100


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A reference for a reader, what makes it sound like her, and the share of the trial it explains."""

    manner: Manner
    likeness: Likeness
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """The beginning of a reading, on which voices are tried, and what it does to a voice."""

    hearing: Hearing
    setting: Setting

    @staticmethod
    def of(hearing: Hearing, islands: Islands, setting: Setting) -> Trial:
        """The first minutes."""
        count = int(np.searchsorted(islands.starts * STEP, _TRIED))
        return Trial(hearing.first(max(1, count)), setting)


def cast(trial: Trial, wanted: Sequence[Wanted], reference: Reference, progress: Progress) -> Part | None:
    """The voice that explains most, none when hardly anything is explained by any.

    The first lines are tried before all of them, for most readings begin where their script does.
    """
    part = _best(trial, wanted[:_LINES], reference, progress)
    if len(wanted) > _LINES and (part is None or part.share < _ENOUGH):
        part = _best(trial, wanted, reference, progress)
    return part


def _best(trial: Trial, wanted: Sequence[Wanted], reference: Reference, progress: Progress) -> Part | None:
    best: tuple[Pass, Manner, Templates] | None = None
    count, done = len(reference.voices) * len(_WARPS), 0
    for voice in reference.voices:
        reciting = references.recite(wanted, Manner(voice, PACE), reference, progress)
        for warp in _WARPS:
            templates = references.templates(reciting, trial.setting, warp)
            found = search.look_strange(trial.hearing, templates)
            if best is None or found.gain > best[0].gain:
                best = found, Manner(voice, PACE, warp), templates
            done += 1
            progress("voices", done, count)
    if best is None or best[0].explained < _FEWEST:
        return None
    return _adapted(trial, *best)


def _adapted(trial: Trial, found: Pass, manner: Manner, plain: Templates) -> Part:
    likeness = search.learn(trial.hearing, plain, found)
    again = search.look_alike(trial.hearing, plain, likeness, lambda _: None)
    if again.explained >= _FEWEST:
        likeness, found = search.learn(trial.hearing, plain, again), again
    share = found.explained / max(1, len(trial.hearing.rows))
    return Part(Manner(manner.voice, _pace(found), manner.warp), likeness, share)


def _pace(found: Pass) -> float:
    """Words a minute at which the reference would last as long as the reader."""
    rows = sum(int(line.rows[-1] - line.rows[0] + 1) for line in found.whole if len(line.rows))
    pace = PACE * rows / max(1, found.explained)
    return float(np.clip(round(pace / _PACE_STEP) * _PACE_STEP, _SLOWEST, _FASTEST))
