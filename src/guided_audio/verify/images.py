"""What a voice has above its own band: images of it, which sound like a metallic hiss.

A voice that was made at 22,050 samples a second has nothing above 11 kHz. Resampled carelessly it has its
own mirror there, 10 to 30 dB under itself. In a finished file the bed is there too, and what the encoder
leaves of either: so what is above the band while somebody speaks is held against what is there around it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Stereo
from guided_audio.verify.check import Check, not_measured
from guided_audio.verify.paper import SMEARED

MOST_IMAGE = -40.0
"""dB under the voice. Straight lines between samples leave more, our resampling 150 dB less."""

_FRAME = 2048
_EDGE = 1.03
"""Times the band of a voice, where it surely ends."""

_HIGHEST = 16_000.0
"""Hertz, above which an encoder leaves nothing of anything."""

_LEAST = 20
"""Frames of the sound around the clips, at the least."""


@dataclass(slots=True)
class Image:
    """Hears the clips with what is around them, at so many samples a second."""

    rate: int
    _voice: float = 0.0
    _above: float = 0.0
    _frames: int = 0
    _around: float = 0.0
    _frames_around: int = 0

    def hear(self, sound: Stereo, lead: int, length: int, spoken_at: int) -> None:
        """Take in a clip of so many frames that begins after `lead` frames of a sound."""
        if spoken_at * _EDGE / 2 > _HIGHEST:
            return
        aside = round(SMEARED * self.rate)
        clip = self._powers(sound[lead : lead + length], spoken_at)
        self._voice += float(clip[0].sum())
        self._above += float(clip[1].sum())
        self._frames += clip.shape[1]
        for part in (sound[: max(lead - aside, 0)], sound[lead + length + aside :]):
            around = self._powers(part, spoken_at)
            self._around += float(around[1].sum())
            self._frames_around += around.shape[1]

    def _powers(self, sound: Stereo, spoken_at: int) -> NDArray[np.float64]:
        """For each frame its power within the band of the voice, and that above it; shape (2, frames)."""
        middle = sound.mean(axis=1, dtype=np.float64)
        frames = middle[: len(middle) // _FRAME * _FRAME].reshape(-1, _FRAME) * np.hanning(_FRAME)
        powers = np.square(np.abs(np.fft.rfft(frames, axis=1)))
        hertz = np.fft.rfftfreq(_FRAME, 1 / self.rate)
        within, above = hertz < spoken_at / 2, (hertz > spoken_at / 2 * _EDGE) & (hertz < _HIGHEST)
        return np.stack([powers[:, within].sum(axis=1), powers[:, above].sum(axis=1)])

    def check(self) -> Check:
        """What the voice has above its band, beside the voice."""
        if not self._frames:
            return not_measured("image", "no clip is at hand whose voice ends below the band of the file")
        if self._frames_around < _LEAST:
            return not_measured("image", "too little is heard around the clips")
        image = self._above / self._frames - self._around / self._frames_around
        down = 10 * math.log10(image / (self._voice / self._frames)) if image > 0 else -math.inf
        if math.isinf(down):
            return Check("image", "no metallic hiss: nothing of the voice is above its own band", well=True)
        well = down <= MOST_IMAGE
        measured = f"above its own band the voice is {-down:.0f} dB down"
        return Check("image", f"{'no' if well else 'a'} metallic hiss: {measured}", well, down)
