"""Templates: how the lines of a script sound in a reference voice, as through the reader's microphone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment import features, islands
from guided_audio.alignment.decoder import Templates
from guided_audio.alignment.features import Heard
from guided_audio.alignment.islands import Islands
from guided_audio.alignment.outcome import Progress, Reference, Wanted
from guided_audio.alignment.spectra import Matrix
from guided_audio.speech import Speech

_PAUSE_REACH = 3
"""Rows on each side of a pause of the reference at which a reader may well pause too."""

_NEVER = 1e3
"""What the rows of a line hold that the reference says nothing for; no sound is like it."""


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """What a recording does to a voice: the band it lets through, and its noise in each mel.

    The mean of speech in that mel is 1.
    """

    band: tuple[float, float]
    noise: Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Reciting:
    """Lines as a reference spoke them, and where there is sound in each."""

    speeches: tuple[Speech, ...]
    islands: tuple[Islands, ...]


@dataclass(frozen=True, slots=True)
class Manner:
    """How the reference speaks: in which voice, how fast, and through how long a throat."""

    voice: str
    pace: float
    warp: float = 1.0


def setting_of(heard: Heard, band: tuple[float, float]) -> Setting:
    """The setting of a recording, from its frames inside and outside islands."""
    quiet = np.ones(len(heard.mels), dtype=np.bool_)
    quiet[heard.frames] = False
    own = heard.mels[heard.frames]
    noise = np.median(heard.mels[quiet], axis=0) if quiet.any() else own.min(axis=0)
    return Setting(band, (noise / (own.mean(axis=0) + 1e-12)).astype(np.float32))


def recite(wanted: Sequence[Wanted], manner: Manner, reference: Reference, progress: Progress) -> Reciting:
    """Have the lines spoken. Identical lines are spoken once."""
    kept: dict[str, tuple[Speech, Islands]] = {}
    for number, line in enumerate(wanted):
        if line.text not in kept:
            speech = reference.speak(line.text, manner.voice, manner.pace)
            kept[line.text] = speech, islands.find(speech.samples, speech.rate)
        progress("references", number + 1, len(wanted))
    pairs = [kept[line.text] for line in wanted]
    return Reciting(tuple(speech for speech, _ in pairs), tuple(found for _, found in pairs))


def templates(reciting: Reciting, setting: Setting, warp: float) -> Templates:
    """The templates of these lines in a setting."""
    parts = [
        features.listen(speech.samples, speech.rate, found, setting.band, warp)
        for speech, found in zip(reciting.speeches, reciting.islands, strict=True)
    ]
    sounding = [part.mels[part.frames] for part in parts]
    mean = np.concatenate(sounding).mean(axis=0) if any(map(len, sounding)) else np.ones(features.MELS)
    noise = (setting.noise * mean).astype(np.float32)
    rows = [features.cepstra(part.mels + noise)[part.frames] for part in parts]
    bounds = np.concatenate(([0], np.cumsum([max(1, len(row)) for row in rows])))
    silent = np.repeat([not len(row) for row in rows], np.diff(bounds))
    filled = np.concatenate([row if len(row) else np.zeros((1, 26), np.float32) for row in rows])
    standard = features.standardised(filled)
    standard[silent] = _NEVER
    return Templates(standard, bounds, np.concatenate([_pauses(part) for part in parts]))


def _pauses(part: Heard) -> NDArray[np.bool_]:
    marks = np.zeros(max(1, len(part.frames)), dtype=np.bool_)
    for bound in part.bounds[1:-1]:
        marks[max(0, bound - _PAUSE_REACH) : bound + _PAUSE_REACH] = True
    return marks
