"""How far a frame of sound lies from anything at all: what a line must beat to explain it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment.decoder import Templates
from guided_audio.alignment.spectra import Matrix, product

_SAMPLE, _NEAR, _BLOCK = 1200, 10.0, 2000


def distances(frames: Matrix, templates: Templates, cap: float, relaxed: float = 0.0) -> NDArray[np.float32]:
    """For each frame, how near the nearest tenth of all rows are; never above a percentile of itself.

    Without the cap a frame unlike everything would be cheap to explain by any line. `relaxed` is added.
    """
    random = np.random.default_rng(0)
    count = min(_SAMPLE, len(templates.rows))
    rows = templates.rows[random.choice(len(templates.rows), count, replace=False)]
    squares = np.sum(rows**2, axis=1)
    found = []
    for first in range(0, len(frames), _BLOCK):
        part = frames[first : first + _BLOCK]
        square = np.sum(part**2, axis=1)[:, None] + squares - product(2 * part, rows.T)
        found.append(np.percentile(np.sqrt(np.maximum(square, 0.0)), _NEAR, axis=1))
    near = np.concatenate(found).astype(np.float32)
    return np.minimum(near, np.float32(np.percentile(near, cap))) + np.float32(relaxed)
