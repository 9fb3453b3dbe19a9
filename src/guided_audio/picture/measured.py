"""The picture of a verification: what was measured in the decoded file, over what was planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from guided_audio.picture import rows
from guided_audio.picture.findings import Finding, findings
from guided_audio.picture.folding import Row, fold
from guided_audio.picture.lettering import face_for
from guided_audio.picture.painting import paint
from guided_audio.picture.rows import Mark, Outline
from guided_audio.picture.sheet import (
    INK,
    MARGIN,
    MUTED,
    PAPER,
    PLANNED,
    QUIET,
    RIGHT,
    VOICES,
    WARM,
    WARM_TINT,
    WELL,
    Block,
    Box,
    Ink,
    Sheet,
)
from guided_audio.receipt import Receipt
from guided_audio.timeline import ChapterSpan
from guided_audio.units import Frames, format_clock
from guided_audio.verify import Check, Notes

FLOOR, FULL = -62.0, -8.0
"""Levels in dBFS that are drawn as nothing and as all of the height."""

OFF = Ink("finding", 15, WARM)
NAME = Ink("check", 16)
FIGURE = Ink("check", 16, MUTED)

_LANE, _ABOVE = 84, 30  # heights: of the sound, and of what is said over it
_LEAST = 0.6  # pixels of the quietest sound that is one
_ASIDE = 100  # pixels a label may stand beside what it speaks of
_CHECK, _PILL = 32, 22
_NAMES, _FIGURES = MARGIN + 62, MARGIN + 220


@dataclass(frozen=True, slots=True)
class Names:
    """What a finished file calls itself and its chapters."""

    title: str
    chapters: tuple[str, ...]


def draw_verification(notes: Notes, checks: Sequence[Check], names: Names) -> bytes:
    """A PNG of what `verify` noted, the same bytes every time on one machine.

    Raises:
        ValueError: nothing was noted.
    """
    return paint(lay_out(notes, checks, names))


def lay_out(notes: Notes, checks: Sequence[Check], names: Names) -> Sheet:
    """The picture before it is painted."""
    if notes.receipt is None:
        raise ValueError("Nothing was measured, so there is nothing to draw.")
    sheet = Sheet(face_for([names.title, *names.chapters]))
    outline = _outline(notes, notes.receipt, names)
    page = _Page(sheet, outline, notes, tuple(findings(notes)), _bins(notes))
    off = sum(not check.well for check in checks)
    facts = f"{format_clock(notes.ear.frames / outline.rate)} long  ·  measured in the finished file"
    rows.heading(sheet, sheet.face.legible(names.title), facts)
    verdict = f"{off} of {len(checks)} checks are off" if off else f"all {len(checks)} checks are ok"
    sheet.write(verdict, MARGIN, sheet.height + 4, Ink("verdict", 18, WARM if off else WELL))
    rows.legend(sheet, list(_legend(outline, off=bool(page.found))))
    told: set[int] = set()
    for row in fold(outline.length, outline.rate):
        page.add(row, told)
    rows.full_titles(sheet, outline, told)
    _list(sheet, checks)
    return sheet


def _outline(notes: Notes, receipt: Receipt, names: Names) -> Outline:
    """What was planned, by the receipt; its titles by the tag, for the receipt has none."""
    known = len(names.chapters) == len(receipt.chapters)
    chapters = tuple(
        ChapterSpan(
            names.chapters[number] if known else f"Chapter {number + 1}",
            Frames(chapter.start),
            Frames(chapter.end),
        )
        for number, chapter in enumerate(receipt.chapters)
    )
    longest = receipt.frames + receipt.frames // 2 + receipt.rate  # of a wholly different file, the beginning
    length = max(receipt.frames, min(notes.ear.frames, longest))
    return Outline(length, receipt.rate, chapters, receipt.bells)


def _legend(outline: Outline, *, off: bool) -> Iterator[tuple[Mark, str]]:
    yield _sound_mark(VOICES[0], PLANNED), "voice, on the place where it belongs"
    yield _sound_mark(QUIET, PAPER), "everything else, as loud as it is tall"
    if outline.bells:
        yield rows.bell_mark, "bell"
    yield rows.band_mark, "chapter"
    if off:
        yield _sound_mark(WARM, WARM_TINT), "not as it should be"


def _sound_mark(colour: str, ground: str) -> Mark:
    """A piece of sound on its ground."""

    def mark(sheet: Sheet, left: float, middle: float) -> float:
        sheet.block(Box(left, middle - 9, left + 34, middle + 9), ground, 4, "legend")
        reach = (3, 6, 4, 8, 5, 7, 3, 5, 2)
        upper = [(left + 5 + 3 * number, middle - high) for number, high in enumerate(reach)]
        lower = [(left + 5 + 3 * number, middle + high) for number, high in enumerate(reach)]
        sheet.area([*upper, *reversed(lower)], colour, "legend")
        return left + 34

    return mark


def _bins(notes: Notes) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Gives the mean power between each two of a series of frames; less than none where no sound is left."""
    if notes.curve is None:
        return lambda edges: np.full(len(edges) - 1, -1.0)
    hop, sums = notes.curve.hop, np.concatenate(([0.0], np.cumsum(notes.curve.powers, dtype=np.float64)))
    last = len(sums) - 1

    def powers(edges: NDArray[np.float64]) -> NDArray[np.float64]:
        first = np.floor(edges[:-1] / hop).astype(np.intp)
        after = np.maximum(np.ceil(edges[1:] / hop).astype(np.intp), first + 1)
        inside = after <= last
        first, after = np.minimum(first, last), np.minimum(after, last)
        means: NDArray[np.float64] = (sums[after] - sums[first]) / np.maximum(after - first, 1)
        return np.where(inside, means, -1.0)

    return powers


@dataclass(frozen=True, slots=True)
class _Page:
    """The sheet as rows are added to it."""

    sheet: Sheet
    outline: Outline
    notes: Notes
    found: tuple[Finding, ...]
    powers: Callable[[NDArray[np.float64]], NDArray[np.float64]]

    def add(self, row: Row, told: set[int]) -> None:
        """One more row, under what is there."""
        top = self.sheet.height + rows.BETWEEN
        lane = top + rows.BAND + _ABOVE
        rows.grid(self.sheet, row, top + rows.BAND, lane + _LANE)
        rows.bands(self.sheet, row, self.outline, top, told)
        self._planned(row, lane)
        self._findings(row, lane)
        self._sound(row, lane + _LANE / 2)
        rows.bells(self.sheet, row, self.outline, lane - _ABOVE / 2)
        rows.axis(self.sheet, row, lane + _LANE + 8, self.outline.length)

    def _planned(self, row: Row, lane: float) -> None:
        for clip in self.notes.clips:
            start, end = clip.start, clip.start + clip.length
            if row.holds(start, end):
                begins, ends = start >= row.start, end <= row.stop
                box = Box(row.x(start), lane, max(row.x(end), row.x(start) + 2), lane + _LANE)
                self.sheet.put(Block(box, PLANNED, 6, (begins, ends, ends, begins), "planned"))

    def _findings(self, row: Row, lane: float) -> None:
        """A warm ground under whatever is off, and over it, where there is room, what it is."""
        free = float(MARGIN)
        for finding in self.found:
            if not row.holds(finding.start, finding.end):
                continue
            left = min(row.x(finding.start), RIGHT - 4)
            right = max(row.x(finding.end), left + 4)
            self.sheet.block(Box(left, lane, right, lane + _LANE), WARM_TINT, 3, "finding")
            self.sheet.block(Box(left, lane - 4, right, lane - 1), WARM, 0, "finding")
            width = self.sheet.face.width(finding.label, OFF.size)
            begin = min(max(left, free), RIGHT - width)
            if free <= begin <= left + _ASIDE and not self._rings(row, begin, begin + width):
                self.sheet.write(finding.label, begin, lane - 6 - self.sheet.face.height(OFF.size), OFF)
                free = begin + width + 14

    def _rings(self, row: Row, left: float, right: float) -> bool:
        """Whether the mark of a bell is there."""
        strikes = (row.x(bell) for bell in self.outline.bells if row.start <= bell < row.stop)
        return any(left - 10 < x < right + 10 for x in strikes)

    def _sound(self, row: Row, middle: float) -> None:
        """The level of the file, mirrored as sound is usually drawn, one column for each pixel."""
        count = max(round(row.x(row.stop) - MARGIN), 1)
        edges = np.linspace(row.start, row.stop, count + 1)
        powers = self.powers(edges)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.clip((10 * np.log10(powers) - FLOOR) / (FULL - FLOOR), 0, 1)
        heights = np.where(powers > 0, np.maximum(shares * _LANE / 2, _LEAST), 0)
        colours = self._colours(edges)
        columns = range(count)
        for (colour, sounds), group in groupby(columns, lambda at: (colours[at], bool(powers[at] > 0))):
            if sounds:
                self._stretch(list(group), heights, middle, colour)

    def _stretch(self, columns: list[int], heights: NDArray[np.float64], middle: float, colour: str) -> None:
        """One polygon through the middles of columns of one colour, from the first's edge to the last's."""
        first, last = columns[0], columns[-1]
        middles = [(MARGIN + at + 0.5, float(heights[at])) for at in columns]
        points = [(MARGIN + first, middles[0][1]), *middles, (MARGIN + last + 1, middles[-1][1])]
        upper = [(x, middle - high) for x, high in points]
        lower = [(x, middle + high) for x, high in reversed(points)]
        self.sheet.area([*upper, *lower], colour, "sound")

    def _colours(self, edges: NDArray[np.float64]) -> list[str]:
        """The colour of each column: the voice's where it belongs, warm where something is off."""
        kinds = np.zeros(len(edges) - 1, dtype=np.intp)
        for clip in self.notes.clips:
            _fill(kinds, edges, (clip.start, clip.start + clip.length), 1)
        for finding in self.found:
            _fill(kinds, edges, (finding.start, finding.end), 2)
        return [(QUIET, VOICES[0], WARM)[kind] for kind in kinds]


def _fill(kinds: NDArray[np.intp], edges: NDArray[np.float64], span: tuple[int, int], kind: int) -> None:
    """Give the columns whose middles lie in a span of frames a kind."""
    middles = (edges[:-1] + edges[1:]) / 2
    first, last = np.searchsorted(middles, span)
    kinds[first:last] = kind


def _list(sheet: Sheet, checks: Sequence[Check]) -> None:
    """Every check in a line: a pill, its name, and what was measured."""
    top = sheet.height + 36
    for check in checks:
        colour = WELL if check.well else WARM
        sheet.block(Box(MARGIN, top, MARGIN + 48, top + _PILL), colour, _PILL / 2, "check")
        pill = Ink("pill", 14, PAPER, colour)
        sheet.write_around(
            "ok" if check.well else "OFF", MARGIN + 24, top + (_PILL - sheet.face.height(14)) / 2, pill
        )
        line = top + (_PILL - sheet.face.height(NAME.size)) / 2
        sheet.write(check.name, _NAMES, line, NAME)
        figure = sheet.face.shortened(sheet.face.legible(check.measured), RIGHT - _FIGURES, FIGURE.size)
        sheet.write(figure, _FIGURES, line, FIGURE if check.well else Ink("check", FIGURE.size, INK))
        top += _CHECK
