"""Which lines were read where: the best way to explain every island of a reading by lines of the script.

All templates lie side by side in one row of states, and each frame of sound moves through all of them at
once. At the end of each island a line may end there, be broken off, or go on; an island may also be
nobody's. Every way explains every frame, so their scores compare.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment.spectra import Matrix, product

GRAIN = 64
"""Scores are whole numbers of 1/64, so that a mark of where a line began travels in their low bits."""

MARK = 2.0**25
"""As many marks there can be. A double holds 53 bits: 28 are left for the score."""


_BLOCK = 32
"""Frames whose distances are taken at once: a hundred lines and these need some megabytes."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What each turn costs, in the gain of a frame that fits as well as frames usually do."""

    stay: float = 0.25
    two: float = 0.2
    three: float = 0.6
    skip: float = 14.0
    skip_each: float = 8.0
    again: float = 8.0
    again_each: float = 3.0
    anywhere: float = 120.0
    break_off: float = 12.0
    break_off_late: float = 60.0
    pause_octave: float = 5.0
    pause_free: float = 0.5
    pause_at_mark: float = 0.2
    close: float = 15.0
    close_under: float = 0.35
    drop_inside: float = 1.0
    unvoiced: float = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Templates:
    """What each line sounds like: rows of features for all lines, one after the other.

    Line `i` owns `rows[bounds[i]:bounds[i+1]]`; `pauses` says at which rows a reader may well pause.
    """

    rows: Matrix
    bounds: NDArray[np.int64]
    pauses: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def some(self, lines: Sequence[int]) -> Templates:
        """The templates of these lines alone."""
        own = np.concatenate([np.arange(self.bounds[line], self.bounds[line + 1]) for line in lines])
        lengths = [int(self.bounds[line + 1] - self.bounds[line]) for line in lines]
        return Templates(self.rows[own], np.concatenate(([0], np.cumsum(lengths))), self.pauses[own])


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """A reading as the decoder hears it.

    Island `i` owns `rows[bounds[i]:bounds[i+1]]`. `garbage` is the distance at which a frame might be
    anything; `gaps` are seconds of quiet before each island, the first one's being of no account.
    """

    rows: Matrix
    bounds: NDArray[np.int64]
    garbage: NDArray[np.float32]
    voiced: NDArray[np.bool_]
    gaps: NDArray[np.float64]
    scale: float

    def __len__(self) -> int:
        return len(self.bounds) - 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A line found in islands `first` up to `after`. `whole` is false for a beginning that was broken off."""

    line: int
    first: int
    after: int
    gain: float
    whole: bool


class Gains:
    """How well each frame of a sound fits each row of the templates, with gaps of three between templates."""

    def __init__(self, templates: Templates, sound: Sound) -> None:
        lengths = np.diff(templates.bounds)
        self.firsts = templates.bounds[:-1] + 3 * np.arange(1, len(lengths) + 1)
        self.lasts = self.firsts + lengths - 1
        self.count = int(self.lasts[-1]) + 1
        self.own = np.repeat(3 * np.arange(1, len(lengths) + 1), lengths) + np.arange(len(templates.rows))
        rows = np.zeros((self.count, templates.rows.shape[1]), dtype=np.float32)
        rows[self.own] = templates.rows
        self._squares = np.full(self.count, np.inf, dtype=np.float32)
        self._squares[self.own] = np.sum(templates.rows**2, axis=1)
        self._rows = np.ascontiguousarray(-2.0 * rows.T)
        self._sound = sound

    def of_island(self, island: int, unvoiced: float) -> Iterator[Matrix]:
        """Blocks of shape (frames, states), in grains; minus infinity between templates."""
        start, end = (int(bound) for bound in self._sound.bounds[island : island + 2])
        voiced = bool(self._sound.voiced[island])
        for first in range(start, end, _BLOCK):
            block = self._block(slice(first, min(end, first + _BLOCK)))
            if not voiced:
                np.minimum(block, np.float32(-unvoiced * GRAIN), out=block)
            yield np.rint(block, out=block)

    def _block(self, here: slice) -> Matrix:
        sound = self._sound
        rows = sound.rows[here]
        distance = product(rows, self._rows)
        distance += self._squares
        distance += np.sum(rows**2, axis=1)[:, None]
        np.maximum(distance, 0.0, out=distance)
        np.sqrt(distance, out=distance)
        distance *= np.float32(-sound.scale * GRAIN)
        distance += (sound.garbage[here] * np.float32(sound.scale * GRAIN))[:, None]
        return distance


def grains(price: float | NDArray[np.float64]) -> NDArray[np.float64]:
    """A price as scores count it."""
    return np.asarray(np.rint(np.asarray(price) * GRAIN) * MARK)


class _Board:
    """The best score of every place in the script at every boundary between islands, and how it came about.

    Place `k` means that the last line read to its end, or next but one to come, is line `k - 1`.
    """

    def __init__(self, islands: int, lines: int) -> None:
        self.width = lines + 1
        shape = (islands + 1, self.width)
        self.scores = np.full(shape, -np.inf)
        self.before = np.full(shape, -1, dtype=np.int32)
        self.line = np.full(shape, -1, dtype=np.int16)
        self.whole = np.zeros(shape, dtype=np.bool_)
        self.scores[0, 0] = 0.0

    def carry(self, at: int) -> None:
        """An island that is nobody's: every place stays what it was."""
        self.scores[at] = self.scores[at - 1]
        self.before[at] = (at - 1) * self.width + np.arange(self.width)

    def offer(self, at: int, places: slice, packed: NDArray[np.float64], *, whole: bool) -> None:
        """Lines that end here, one for each place, with the mark of where they began."""
        scores = np.floor(packed / MARK)
        better = scores * MARK > self.scores[at, places]
        with np.errstate(invalid="ignore"):  # what cannot be is minus infinity, and not better
            marks = np.where(better, packed - scores * MARK, 0).astype(np.int32)
        self.scores[at, places] = np.where(better, scores * MARK, self.scores[at, places])
        self.before[at, places] = np.where(better, marks, self.before[at, places])
        lines = np.arange(self.width - 1, dtype=np.int16)
        self.line[at, places] = np.where(better, lines, self.line[at, places])
        self.whole[at, places] = np.where(better, whole, self.whole[at, places])

    def path(self) -> list[Reading]:
        """The best of all ways, in order."""
        at = len(self.scores) - 1
        place = int(np.argmax(self.scores[at]))
        found: list[Reading] = []
        while at > 0:
            before = divmod(int(self.before[at, place]), self.width)
            line = int(self.line[at, place])
            if line >= 0:
                gain = float(self.scores[at, place] - self.scores[before]) / (MARK * GRAIN)
                found.append(Reading(line, before[0], at, gain, bool(self.whole[at, place])))
            at, place = before
        return found[::-1]


def turns(lines: int, prices: Prices) -> NDArray[np.float64]:
    """What it costs to read line `j` after place `k`, shape (places, lines)."""
    ahead = np.arange(lines)[None, :] - np.arange(lines + 1)[:, None]
    skipping = prices.skip + prices.skip_each * ahead
    again = prices.again + prices.again_each * (-ahead - 1)
    price = np.where(ahead > 0, skipping, np.where(ahead < 0, again, 0.0))
    return grains(np.minimum(price, prices.anywhere))


def decode(
    templates: Templates, sound: Sound, prices: Prices, progress: Callable[[int], None] | None = None
) -> list[Reading]:
    """The readings of lines in a sound, in order; islands between them are nobody's."""
    gains = Gains(templates, sound)
    board = _Board(len(sound), len(templates))
    row = _Row(gains, templates, prices)
    cost = turns(len(templates), prices)
    for island in range(len(sound)):
        gap = float(sound.gaps[island])
        near = float(grains(prices.close * max(0.0, prices.close_under - gap)))
        scores = board.scores[island]
        best = scores[:, None] - cost
        origin = np.argmax(best, axis=0)
        entry = best[origin, np.arange(len(templates))] - near + (island * board.width + origin)
        row.pause(gap)
        row.hear(entry, gains.of_island(island, prices.unvoiced))
        board.carry(island + 1)
        after = float(sound.gaps[island + 1]) if island + 1 < len(sound) else np.inf
        near = float(grains(prices.close * max(0.0, prices.close_under - after)))
        board.offer(island + 1, slice(1, None), row.ended() - near, whole=True)
        board.offer(island + 1, slice(0, -1), row.broken_off() - near, whole=False)
        if progress:
            progress(island + 1)
    return board.path()


def scores_of(templates: Templates, sound: Sound, islands: range, prices: Prices) -> NDArray[np.float64]:
    """How well each template explains these islands from the first to the last: its gain in frames."""
    gains = Gains(templates, sound)
    row = _Row(gains, templates, prices)
    never = np.full(len(templates), -np.inf)
    for island in islands:
        begins = island == islands.start
        if not begins:
            row.pause(float(sound.gaps[island]))
        row.hear(np.zeros(len(templates)) if begins else never, gains.of_island(island, prices.unvoiced))
    return np.asarray(row.ended() / (MARK * GRAIN))


class _Row:
    """The scores of all states of all templates, as sound moves through them."""

    def __init__(self, gains: Gains, templates: Templates, prices: Prices) -> None:
        self._firsts, self._lasts = gains.firsts, gains.lasts
        self._prices = prices
        self._scores = np.full(gains.count, -np.inf)
        self._spare, self._moved = np.empty(gains.count), np.empty(gains.count)
        self._pausing = np.ones(gains.count)
        self._pausing[gains.own] = np.where(templates.pauses, prices.pause_at_mark, 1.0)
        lengths = np.diff(templates.bounds)
        place = (np.arange(len(templates.rows)) - np.repeat(templates.bounds[:-1], lengths)) / np.repeat(
            lengths, lengths
        )
        self._breaking = np.zeros(gains.count)
        self._breaking[gains.own] = grains(
            prices.break_off + prices.break_off_late * np.maximum(0.0, place - 0.6)
        )
        self._stay, self._two, self._three = (
            float(grains(price)) for price in (prices.stay, prices.two, prices.three)
        )

    def pause(self, gap: float) -> None:
        """Quiet inside a line is dear when it is long, less so where one pauses."""
        if gap > self._prices.pause_free:
            dear = self._prices.pause_octave * np.log2(gap / self._prices.pause_free)
            self._scores -= grains(dear * self._pausing)

    def hear(self, entry: NDArray[np.float64], island: Iterable[Matrix]) -> None:
        """One island, block by block: lines begin with it, go on through it, or leave it out."""
        left_out = self._scores - float(grains(self._prices.drop_inside))
        self._scores[self._firsts - 1] = entry
        for block in island:
            for frame in np.multiply(block, MARK, dtype=np.float64):
                self._step(frame)
        np.maximum(self._scores, left_out, out=self._scores)

    def _step(self, gain: NDArray[np.float64]) -> None:
        old, new, moved = self._scores, self._spare, self._moved
        np.subtract(old, self._stay, out=new)
        np.maximum(new[1:], old[:-1], out=new[1:])
        np.subtract(old, self._two, out=moved)
        np.maximum(new[2:], moved[:-2], out=new[2:])
        np.subtract(old, self._three, out=moved)
        np.maximum(new[3:], moved[:-3], out=new[3:])
        np.add(new, gain, out=new)
        self._scores, self._spare = new, old

    def ended(self) -> NDArray[np.float64]:
        """The scores of lines that end now; the last rows of a template may be missing."""
        scores = self._scores
        last = scores[self._lasts]
        np.maximum(last, scores[self._lasts - 1] - self._two, out=last)
        return np.asarray(np.maximum(last, scores[self._lasts - 2] - self._three))

    def broken_off(self) -> NDArray[np.float64]:
        """The scores of lines broken off now, at their best place for it."""
        return np.asarray(np.maximum.reduceat(self._scores - self._breaking, self._firsts))
