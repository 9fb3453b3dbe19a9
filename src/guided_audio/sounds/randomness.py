"""Random numbers that depend on a place and not on what was drawn before."""

from __future__ import annotations

import numpy as np


def generator(*key: int) -> np.random.Generator:
    """A generator of its own for a key of whole numbers, like (seed, layer, block)."""
    return np.random.Generator(np.random.SFC64([number & 0xFFFFFFFF for number in key]))
