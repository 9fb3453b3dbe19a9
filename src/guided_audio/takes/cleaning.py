"""Cleaning: a raw take becomes speech that can stand beside any other line.

Rumble and the hum of the mains go, the noise of the room is lowered where nobody speaks, the ends are
cut to what was said, and the level is set. Every step is measured first and left out where it has
nothing to do; none changes what is well above the noise. Figures are in `docs/takes.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from guided_audio import mastering, polish
from guided_audio.blocks import Mono
from guided_audio.takes.edges import clipped_share, trimmed
from guided_audio.takes.hum import without_hum
from guided_audio.takes.room import with_less_room
from guided_audio.units import gain

VERSION = 1
"""Part of the store key of a cleaned take; it changes when its sound would."""

LEVEL_LUFS = -20.0
"""How loud a take is kept, as played. The gain of each line in a build starts from there."""

RUMBLE_HZ = 70.0
"""Below is no voice, and the hum of every mains has its lowest tone there."""

FADE_IN, FADE_OUT = 0.02, 0.05
"""Seconds in which the sound of the room comes and goes around what is said."""

QUIETEST_PEAK = 1e-3
"""-60 dBFS: a microphone that was muted gives less."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A take ready to be placed, and what was found in it.

    `clipped` is the share of its frames that are cut off, `hum_db` and `room_db` by how many decibels
    the quiet of it was lowered.
    """

    samples: Mono
    clipped: float
    hum_db: float
    room_db: float


def cleaned(raw: Mono, rate: int) -> Cleaned:
    """The take as it is heard in a build.

    Raises:
        ValueError: nothing is said in it.
    """
    if not len(raw) or float(np.abs(raw).max()) < QUIETEST_PEAK:
        raise ValueError("Nothing is heard in this take: it is silent from beginning to end.")
    clipped = clipped_share(raw)
    sound = polish.polish(raw, polish.Chain(high_pass_hz=RUMBLE_HZ), rate)
    sound, hum_db = without_hum(sound, rate)
    sound, room_db = with_less_room(sound, rate)
    spoken = _soft_edged(trimmed(sound, rate), rate)
    if not len(spoken):
        raise ValueError("Nobody is heard in this take: it is all noise, or far too quiet.")
    return Cleaned(_levelled(spoken, rate), clipped, round(hum_db, 1), round(room_db, 1))


def _levelled(spoken: Mono, rate: int) -> Mono:
    """At one level, in steps of 16 bits, unless peaks want more room than there is."""
    loudness = mastering.as_played(mastering.loudness(spoken, rate))
    level = spoken * np.float32(gain(LEVEL_LUFS - loudness))
    if float(np.abs(level).max()) > 0.999:
        return level
    return (np.round(level * 32768.0) / 32768.0).astype(np.float32)


def _soft_edged(clip: Mono, rate: int) -> Mono:
    clip = clip.copy()
    for seconds, part in ((FADE_IN, slice(None)), (FADE_OUT, slice(None, None, -1))):
        frames = min(round(seconds * rate), len(clip) // 2)
        ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / max(frames, 1))
        clip[part][:frames] *= ramp.astype(np.float32)
    return clip
