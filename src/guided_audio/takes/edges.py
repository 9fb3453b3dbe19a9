"""Where somebody begins and ends to speak in a take, and where it was too loud for the microphone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono

WINDOW = 0.01
"""Seconds of a piece that is judged."""

ABOVE_FLOOR_DB = 9.0
"""What is so far above the quiet of the take may be speech."""

UNDER_PEAK_DB = 45.0
"""What is further below its loudest piece is not, however quiet the room."""

SHORTEST = 0.06
"""Seconds of sound in one go that are speech. A finger on the screen is shorter."""

ALONE = 0.35
"""Seconds of quiet that part such a sound from the words: a consonant is nearer."""

BEFORE, AFTER = 0.05, 0.12
"""Seconds kept around what is heard: the breath of a consonant before, the end of a vowel after."""

_FULL = 0.985
"""Of the largest sample: what lies above and stays there was cut off."""

_CROWDED = 0.45
"""Samples in the top fifth for each in the fifth but one: five voices have 0.3 at the most, cut off 0.5."""

_RUN = 3
"""Samples in a row that no voice holds at one value."""


def trimmed(sound: Mono, rate: int) -> Mono:
    """The take from its first word to its last; empty where there is none. Quiet between words stays."""
    levels = levels_of(sound, rate)
    spans = _spoken(levels)
    if not spans:
        return sound[:0]
    window = round(WINDOW * rate)
    start = max(0, spans[0][0] * window - round(BEFORE * rate))
    return sound[start : spans[-1][1] * window + round(AFTER * rate)]


def levels_of(sound: Mono, rate: int) -> NDArray[np.float64]:
    """The level of each piece in decibels, the last one, if it is not whole, left out."""
    window = round(WINDOW * rate)
    count = len(sound) // window
    pieces = np.square(sound[: count * window], dtype=np.float64).reshape(count, window)
    return np.asarray(10 * np.log10(pieces.mean(axis=1) + 1e-12))


def quiet_level(levels: NDArray[np.float64]) -> float:
    """The level of the quiet: of the tenth part of all pieces that is the quietest, the upper end."""
    return float(np.percentile(levels, 10))


def _spoken(levels: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Stretches of speech in pieces; single knocks at the ends are left out."""
    if not len(levels):
        return []
    loud = float(levels.max())
    least = max(quiet_level(levels) + ABOVE_FLOOR_DB, loud - UNDER_PEAK_DB)
    spans = _joined(np.flatnonzero(levels > least)) if loud > least else []
    most = max((end - start for start, end in spans), default=0)
    if most * WINDOW < SHORTEST:
        return []
    while len(spans) > 1 and _is_knock(spans[0], spans[1][0] - spans[0][1]):
        spans = spans[1:]
    while len(spans) > 1 and _is_knock(spans[-1], spans[-1][0] - spans[-2][1]):
        spans = spans[:-1]
    return spans


def _joined(heard: NDArray[np.intp]) -> list[tuple[int, int]]:
    """Stretches of pieces, with gaps of up to 50 ms in them."""
    breaks = np.flatnonzero(np.diff(heard) > 5)
    starts = np.concatenate((heard[:1], heard[breaks + 1]))
    ends = np.concatenate((heard[breaks], heard[-1:])) + 1
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def _is_knock(span: tuple[int, int], distance: int) -> bool:
    return (span[1] - span[0]) * WINDOW < SHORTEST and distance * WINDOW > ALONE


def clipped_share(raw: Mono) -> float:
    """The share of samples, 0 to 1, that are cut off: in flat tops, or crowded where those were.

    An encoder bends what was flat; that far more samples lie near the top than below it, it leaves.
    """
    sizes = np.abs(raw)
    top = float(sizes.max(initial=0.0))
    if top < 0.5:
        return 0.0
    full = np.concatenate(([0], (sizes >= _FULL * top).astype(np.int8), [0]))
    turns = np.flatnonzero(np.diff(full))
    runs = turns[1::2] - turns[::2]
    return max(float(runs[runs >= _RUN].sum() / len(raw)), _crowded_share(sizes))


def _crowded_share(sizes: Mono) -> float:
    """About the same by how samples are spread: half of those near the top, where it is crowded."""
    top = float(np.percentile(sizes, 99.99))
    high, below = (sizes >= 0.8 * top).sum(), ((sizes >= 0.6 * top) & (sizes < 0.8 * top)).sum()
    return float(high / len(sizes) / 2) if high > _CROWDED * max(int(below), 1) else 0.0
