"""A level that glides: what begins or ends in the middle of a sound does so without a step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Level:
    """A factor between 0 and 1, from frame to frame. It begins at 0."""

    def __init__(self) -> None:
        self._from = self._to = 0.0
        self._at = self._over = 1

    @property
    def left(self) -> int:
        """Frames until the last glide is done."""
        return max(self._over - self._at, 0)

    @property
    def falling(self) -> bool:
        """Whether it is 0, or on its way there."""
        return self._to == 0.0

    @property
    def silent(self) -> bool:
        """Whether it is 0, and stays there."""
        return self.falling and not self.left

    def glide(self, goal: float, frames: int) -> None:
        """Go from where it is to `goal` within so many frames, along half a cosine."""
        self._from, self._to = self._now(), goal
        self._at, self._over = 0, max(frames, 1)

    def curve(self, frames: int) -> NDArray[np.float32]:
        """The factors of the next frames; exactly the goal where it is reached."""
        done = np.minimum(np.arange(self._at + 1, self._at + frames + 1) / self._over, 1.0)
        self._at += frames
        glided = self._from + (self._to - self._from) * (0.5 - 0.5 * np.cos(np.pi * done))
        factors: NDArray[np.float32] = np.where(done < 1.0, glided, self._to).astype(np.float32)
        return factors

    def _now(self) -> float:
        done = min(self._at / self._over, 1.0)
        return float(self._from + (self._to - self._from) * (0.5 - 0.5 * np.cos(np.pi * done)))
