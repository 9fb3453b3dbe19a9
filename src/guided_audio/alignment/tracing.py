"""How a line was read, frame by frame: which row of its template each frame of sound belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment.decoder import GRAIN, Gains, Prices, Reading, Sound, Templates
from guided_audio.alignment.spectra import Matrix


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Frames of a sound and the rows of all templates they belong to, with the gain of each."""

    frames: NDArray[np.int64]
    rows: NDArray[np.int64]
    gains: NDArray[np.float32]
    score: float = 0.0


def trace(templates: Templates, sound: Sound, reading: Reading, prices: Prices) -> Trace:
    """The best way through a reading whose islands are known."""
    gains = Gains(templates.some([reading.line]), sound)
    islands = range(reading.first, reading.after)
    blocks = [_fits(gains, island, prices) for island in islands]
    pauses = templates.pauses[templates.bounds[reading.line] : templates.bounds[reading.line + 1]]
    run = _Run(blocks, np.where(pauses, prices.pause_at_mark, 1.0), prices)
    for number, island in enumerate(islands):
        run.hear(number, float(sound.gaps[island]) if number else 0.0)
    places, rows = run.back(whole=reading.whole)
    start = int(sound.bounds[reading.first])
    fits = np.concatenate(blocks)[places, rows]
    return Trace(start + places, templates.bounds[reading.line] + rows, fits, run.score)


def _fits(gains: Gains, island: int, prices: Prices) -> Matrix:
    """The gain of each frame of an island at each row of the template."""
    whole = np.concatenate(
        [block[:, gains.firsts[0] :] for block in gains.of_island(island, prices.unvoiced)]
    )
    return np.asarray(whole / GRAIN, dtype=np.float32)


class _Run:
    """The same moves as the decoder's, for one template, with the way back kept."""

    def __init__(self, blocks: list[Matrix], pausing: NDArray[np.float64], prices: Prices) -> None:
        self._blocks, self._pausing, self._prices = blocks, pausing, prices
        self._width = len(pausing)
        self._scores = np.full(self._width + 3, -np.inf)
        self._moves: list[NDArray[np.int8]] = []
        self._left_out: list[NDArray[np.bool_]] = []
        self.score = 0.0

    def hear(self, number: int, gap: float) -> None:
        """The next island, after a pause."""
        prices = self._prices
        if gap > prices.pause_free:
            self._scores[3:] -= prices.pause_octave * np.log2(gap / prices.pause_free) * self._pausing
        before = self._scores - prices.drop_inside
        if number == 0:
            self._scores[2] = 0.0
        moves = np.empty((len(self._blocks[number]), self._width), dtype=np.int8)
        costs = np.array([[prices.stay], [0.0], [prices.two], [prices.three]])
        before_it, scores = self._scores[:3], self._scores[3:]
        from_each = np.lib.stride_tricks.sliding_window_view(self._scores, self._width)[::-1]
        ways = np.empty((4, self._width))
        for frame, gain in enumerate(self._blocks[number]):
            np.subtract(from_each, costs, out=ways)
            moves[frame] = np.argmax(ways, axis=0)
            np.max(ways, axis=0, out=scores)
            scores += gain
            before_it[:] = -np.inf  # nothing begins in the middle
        self._moves.append(moves)
        self._left_out.append(before[3:] > self._scores[3:])
        self._scores = np.maximum(self._scores, before)

    def back(self, *, whole: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places in the sound and rows of the template, from the end to the beginning, turned round."""
        prices = self._prices
        ends = self._scores[3:].copy()
        if whole:
            allowed = np.full(self._width, -np.inf)
            tail = np.array([prices.three, prices.two, 0.0])[-min(3, self._width) :]
            allowed[-len(tail) :] = ends[-len(tail) :] - tail
            ends = allowed
        row = int(np.argmax(ends))
        self.score = float(ends[row])
        at = sum(len(block) for block in self._blocks)
        places: list[int] = []
        rows: list[int] = []
        for moves, left_out in zip(self._moves[::-1], self._left_out[::-1], strict=True):
            if row >= 0 and left_out[row]:
                at -= len(moves)
                continue
            for move in moves[::-1]:
                at -= 1
                if row < 0:
                    break
                places.append(at)
                rows.append(row)
                row -= int(move[row])
        return np.array(places[::-1], dtype=np.int64), np.array(rows[::-1], dtype=np.int64)
