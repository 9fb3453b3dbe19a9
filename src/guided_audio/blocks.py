"""What sound is inside the program: blocks of float32 samples, read from any place.

Full scale is ±1.0. Nothing here is clipped; only the encoder's limiter decides about peaks.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Mono = NDArray[np.float32]
"""Shape (frames,)."""

Stereo = NDArray[np.float32]
"""Shape (frames, 2): left, right."""


class Source(Protocol):
    """Sound without end that can be read from anywhere, again and again, with the same result.

    Reading may not depend on what was read before: `read(0, 10)` is `read(0, 4)` followed by
    `read(4, 6)`, sample for sample. That is what lets a render start in the middle, and every
    core work on a part of its own.
    """

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`, as a new array of shape (count, 2)."""
        ...


def silence(frames: int) -> Stereo:
    """Digital zero, to mix into."""
    return np.zeros((frames, 2), dtype=np.float32)
