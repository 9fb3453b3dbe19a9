"""How loud a recording is from moment to moment: what a waveform is drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono

HOP = 0.01
"""Seconds of a moment."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The largest sample, and the mean square, of every `hop` frames; at the end there may be fewer."""

    hop: int
    peaks: NDArray[np.float32]
    powers: NDArray[np.float32]

    @staticmethod
    def of(samples: Mono, rate: int) -> Levels:
        """The levels of one channel."""
        hop = max(1, round(HOP * rate))
        starts = np.arange(0, len(samples), hop)
        if not len(starts):
            return Levels(hop, np.zeros(0, np.float32), np.zeros(0, np.float32))
        peaks = np.maximum(np.maximum.reduceat(samples, starts), -np.minimum.reduceat(samples, starts))
        counts = np.diff(np.append(starts, len(samples)))
        powers = np.add.reduceat(np.square(samples), starts) / counts
        return Levels(hop, peaks.astype(np.float32), powers.astype(np.float32))

    def between(self, edges: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The largest sample, and the root of the mean square, between each two of rising frames."""
        last = len(self.peaks)
        first = np.minimum((edges[:-1] / self.hop).astype(np.intp), last)
        after = np.minimum(np.maximum(np.ceil(edges[1:] / self.hop).astype(np.intp), first + 1), last)
        spans = [slice(start, max(end, start)) for start, end in zip(first, after, strict=True)]
        peaks = [float(self.peaks[span].max(initial=0.0)) for span in spans]
        powers = [float(self.powers[span].mean()) if span.stop > span.start else 0.0 for span in spans]
        return np.array(peaks), np.sqrt(np.array(powers))
