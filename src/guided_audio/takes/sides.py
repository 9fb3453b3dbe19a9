"""Sides: how two channels become one, with no loss where one of them spoils the other."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono, Stereo

ONE_SIDE = 100.0
"""Times as powerful as the other side: a microphone on one side only."""

LOST = 4.0
"""Times as powerful as the mean of both: they cancel each other. Of sides that have nothing in common, as of
one that has all, the mean loses less."""


@dataclass(slots=True)
class Sides:
    """The powers of both sides and of their mean, as blocks of shape (frames, 2) come in."""

    powers: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    mixed: float = 0.0

    def hear(self, block: Stereo) -> Mono:
        """Take a block in; gives the mean of its sides."""
        mean: Mono = block.mean(axis=1, dtype=np.float32)
        self.powers += np.square(block, dtype=np.float64).sum(axis=0)
        self.mixed += float(np.square(mean, dtype=np.float64).sum())
        return mean

    @property
    def cancel(self) -> bool:
        """Whether much of the sound is lost in the mean of both."""
        return self.mixed * LOST < float(self.powers.max())

    @property
    def mix(self) -> tuple[float, float]:
        """The share of each side: alike, or the louder one alone where the other is silent or spoils it."""
        low, high = float(self.powers.min()), float(self.powers.max())
        if low * ONE_SIDE < high or self.cancel:
            return (1.0, 0.0) if self.powers[0] >= self.powers[1] else (0.0, 1.0)
        return 0.5, 0.5
