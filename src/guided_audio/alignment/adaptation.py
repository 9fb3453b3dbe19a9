"""Templates made to sound like the reader, from what has been found of the reading so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment.decoder import Templates
from guided_audio.alignment.spectra import Matrix, product

_NEIGHBOURS = 2
_RIDGE = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Frames of the reading, and the rows of the templates that they belong to."""

    frames: NDArray[np.int64]
    rows: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """What makes templates sound like a reader: how a row foretells a frame, and the spread of chance undone.

    `scale` is what a unit of distance counts in gains (see `decoder.Sound`).
    """

    weights: NDArray[np.float64]
    white: NDArray[np.float64]
    scale: float = 1.0

    def of_reader(self, frames: Matrix) -> Matrix:
        """The reader's frames in a space in which what differs by chance is round."""
        return product(frames, self.white.astype(np.float32))

    def of_templates(self, plain: Templates) -> Templates:
        """The templates in the same space, as the reader would have said them."""
        rows = product(_in_context(plain), (self.weights @ self.white).astype(np.float32))
        return Templates(rows, plain.bounds, plain.pauses)


def learn(reader: Matrix, plain: Templates, pairs: Pairs) -> Likeness:
    """A ridge regression of the reader's frames on rows and their neighbours, from what has been found."""
    x = _in_context(plain)[pairs.rows].astype(np.float64)
    y = reader[pairs.frames].astype(np.float64)
    weights = np.linalg.solve(x.T @ x + _RIDGE * np.eye(x.shape[1]), x.T @ y)
    spread = np.cov((y - x @ weights).T) + 0.02 * np.eye(y.shape[1])
    white = np.asarray(np.linalg.inv(np.linalg.cholesky(spread)).T, dtype=np.float64)
    return Likeness(np.asarray(weights, dtype=np.float64), white)


def _in_context(plain: Templates) -> Matrix:
    """Each row with its neighbours in the same line, and a one."""
    count = len(plain.rows)
    line = np.repeat(np.arange(len(plain)), np.diff(plain.bounds))
    first, last = plain.bounds[line], plain.bounds[line + 1] - 1
    parts = [
        plain.rows[np.clip(np.arange(count) + shift, first, last)]
        for shift in range(-_NEIGHBOURS, _NEIGHBOURS + 1)
    ]
    return np.hstack([*parts, np.ones((count, 1), dtype=np.float32)])
