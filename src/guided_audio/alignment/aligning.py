"""From a recording and a script to the place of every line: the way through all the parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from guided_audio.alignment import casting, features, islands, references, search, verdict
from guided_audio.alignment.islands import STEP, Islands
from guided_audio.alignment.outcome import Alignment, Progress, Reference, Wanted, WrongScript
from guided_audio.alignment.references import Setting
from guided_audio.alignment.search import Hearing, Pass
from guided_audio.blocks import Mono
from guided_audio.errors import Refused
from guided_audio.units import format_duration

LONGEST = 2 * 3600
"""Seconds of recording. Work grows with recording times script, memory with each."""

MOST_LINES = 1_000
"""Lines of a script."""

_SLOWEST_RATE = 8_000
_LEAST_SPEECH = 0.3
_LEAST_HELD_OUT = 0.6
"""Readings of 20 and more lines had 1.7, badly recorded ones 0.9; shuffled words had at most 0.4."""


def align(
    reading: Mono, rate: int, wanted: Sequence[Wanted], reference: Reference, progress: Progress | None = None
) -> Alignment:
    """Find the lines of a script in one long recording of them.

    `reading` has shape (frames,), at `rate` hertz. `progress` hears of each stage how much of it is done.

    Raises:
        WrongScript: hardly anything in the recording is of this script.
        Refused: no alignment can be made of this: it is too long, is silent, or is no sound at all.
    """
    told = progress or _nobody
    _require_usable(reading, rate, wanted)
    told("listening", 0, 1)
    found = islands.find(reading, rate)
    if int((found.ends - found.starts)[found.voiced].sum()) * STEP < _LEAST_SPEECH:
        raise Refused("Nobody speaks in this recording. Check the microphone, and record it again.")
    heard = _heard(reading, rate, found)
    told("listening", 1, 1)
    last = _looked(heard, wanted, reference, told)
    outcome = verdict.reach(last, found, wanted, verdict.Scale(rate, len(reading)), told)
    if verdict.is_another_script(outcome, len(wanted)):
        raise _wrong()
    return outcome


def _nobody(stage: str, done: int, total: int) -> None:
    """Hears nothing."""


def _require_usable(reading: Mono, rate: int, wanted: Sequence[Wanted]) -> None:
    if not wanted:
        raise Refused("The script has no line to look for. Choose another script.")
    if len(wanted) > MOST_LINES:
        raise Refused(
            f"The script has {len(wanted)} lines; at most {MOST_LINES} can be found at once. "
            "Split the script, and the recording with it."
        )
    if rate < _SLOWEST_RATE:
        raise Refused(
            f"The recording has {rate} frames a second; speech needs {_SLOWEST_RATE}. Record it anew."
        )
    if len(reading) > LONGEST * rate:
        raise Refused(
            f"The recording lasts {format_duration(len(reading) // rate)}; "
            f"at most {format_duration(LONGEST)} can be looked through at once. "
            "Cut it into parts, each with its own script."
        )
    if reading.ndim != 1 or not np.isfinite(reading).all():
        raise Refused(
            "The recording holds values that are no sound. Export it again from where it came from."
        )


def _wrong() -> WrongScript:
    return WrongScript(
        "Hardly anything in this recording is of this script. Check that the recording and the script "
        "belong together, and that the words have not changed much since."
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """A recording taken apart: its islands, its features, and what it does to a voice."""

    islands: Islands
    hearing: Hearing
    setting: Setting


def _heard(reading: Mono, rate: int, found: Islands) -> _Heard:
    band = features.useful_band(reading, rate, found)
    heard = features.listen(reading, rate, found, band)
    rows = features.standardised(features.cepstra(heard.mels)[heard.frames])
    gaps = np.concatenate(([np.inf], found.gaps))
    hearing = Hearing(rows, heard.bounds, found.voiced, gaps)
    return _Heard(found, hearing, references.setting_of(heard, band))


def _looked(heard: _Heard, wanted: Sequence[Wanted], reference: Reference, told: Progress) -> Pass:
    """The last of several passes, each by templates more like the reader's."""
    trial = casting.Trial.of(heard.hearing, heard.islands, heard.setting)
    part = casting.cast(trial, wanted, reference, told)
    if part is None:
        raise _wrong()
    reciting = references.recite(wanted, part.manner, reference, told)
    plain = references.templates(reciting, heard.setting, part.manner.warp)
    first = search.look_alike(heard.hearing, plain, part.likeness, partial(_count, told, "first pass", heard))
    if not first.whole:
        raise _wrong()
    if search.held_out_gain(heard.hearing, plain, first) < _LEAST_HELD_OUT:
        raise _wrong()
    likeness = search.learn(heard.hearing, plain, first)
    return search.look_alike(heard.hearing, plain, likeness, partial(_count, told, "second pass", heard))


def _count(told: Progress, stage: str, heard: _Heard, done: int) -> None:
    told(stage, done, len(heard.islands))
