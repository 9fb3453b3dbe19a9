"""Presets: how loud the voice is and how high anything may peak, for where a file is going to be heard.

The voice alone is set to its level, and bed and bells are placed below it. Sources are named beside
each figure; all of them mean the voice as both sides play it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

VOICE_BELOW_CEILING, ALONE_BELOW_CEILING = 1.0, 0.2
"""Decibels the peaks of the voice by itself stay under the ceiling: room for the bed under it, if there
is one. Nothing is turned down further than it must be."""


@dataclass(frozen=True, slots=True)
class Preset:
    """Levels of one kind of file.

    `speech` is in LUFS. `ceiling` is the true peak before encoding and `finished` the one a decoded
    file may not exceed, in dBTP: MP3 at 128 kb/s moves peaks by up to a quarter of a decibel. `kbps` is
    the bit rate. `voice_alone` leaves out bed, bells and swells.
    """

    name: str
    purpose: str
    speech: float = -18.0
    ceiling: float = -1.5
    finished: float = -1.0
    kbps: int = 128
    voice_alone: bool = False

    @property
    def voice_peak(self) -> float:
        """The true peak of the voice before anything is added to it, in dBTP."""
        return self.ceiling - (ALONE_BELOW_CEILING if self.voice_alone else VOICE_BELOW_CEILING)


CALM = Preset("calm", "for listening at home: dialogue as AES TD1008 anchors it")
PODCAST = Preset("podcast", "as loud as Apple asks of podcasts, -16 LUFS", speech=-16.0)
ACX = Preset(
    "acx",
    "the voice alone, for audiobooks: its RMS near -20 dB, peaks under -3 dB, 192 kb/s, as ACX asks",
    speech=-17.5,
    ceiling=-3.5,
    finished=-3.0,
    kbps=192,
    voice_alone=True,
)
SLEEP = Preset("sleep", "quieter by 2 LU, for the night", speech=-20.0)

PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in (CALM, PODCAST, ACX, SLEEP)}
