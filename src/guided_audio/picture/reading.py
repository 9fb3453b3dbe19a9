"""The picture of a reading that was split: the waveform, and over it which line was found where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from guided_audio.picture import margins, rows
from guided_audio.picture.bands import Band, Kind, bands_of, gaps_of
from guided_audio.picture.folding import Row, fold
from guided_audio.picture.lettering import face_for
from guided_audio.picture.painting import paint
from guided_audio.picture.sheet import (
    HAIR,
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
from guided_audio.splitting import Levels, Report

SAND = "#f6edd8"
"""The ground of what is said and is no line."""

COLOURS = {
    Kind.FOUND: (PLANNED, "#b3a6cd", VOICES[0]),
    Kind.FLAGGED: (WARM_TINT, "#e0a08a", WARM),
    Kind.BEGUN: (PAPER, "#ecd3c9", "#d9937d"),
    Kind.EARLIER: (PAPER, "#d5cde2", "#a79cbd"),
    Kind.REMARK: (SAND, "#d9c48f", "#a8884a"),
    Kind.NOISE: (PAPER, "#d3dfdf", QUIET),
}
"""Of each kind of stretch its ground, and its sound: up to its peaks, and as loud as it is."""

NUMBER = Ink("number", 14)
FORMER = Ink("number", 14, MUTED)
OFF = Ink("number", 14, WARM)
_INKS = {Kind.FLAGGED: OFF, Kind.BEGUN: OFF, Kind.EARLIER: FORMER}
WHY = Ink("reason", 14, WARM)
MISSING = Ink("missing", 14, WARM)

MOST_ROWS = 36

_LANE, _LOW_LANE, _MANY = 84, 62, 12  # heights, the lower one from so many rows on
_LINE = 21  # height of a line of labels; there are two over the sound
_LEAST = 0.5  # pixels of the quietest sound that is one
_LOUDEST = 0.999  # of all peaks, that reach the full height
_BEND = 0.7  # of the scale of height: what is quiet is seen, too
_STRIPE = 7.0  # pixels from one hatch to the next
_APART = 6  # pixels between two labels
_BESIDE = (0, 6, 12, 18, 24, -8, -14)  # pixels a number may stand beside the beginning of its line
_ASIDE = 40  # pixels a reason may stand beside its line


def draw_reading(report: Report, levels: Levels) -> bytes:
    """A PNG of a reading that was split, the same bytes every time on one machine.

    `levels` are those of the recording, in frames of the alignment.
    """
    return paint(lay_out(report, levels))


def lay_out(report: Report, levels: Levels) -> Sheet:
    """The picture before it is painted."""
    sheet = Sheet(face_for([report.title]))
    rows.heading(sheet, sheet.face.legible(report.title), margins.facts(report))
    verdict = margins.verdict(report)
    well = report.complete and not report.flagged
    sheet.write(verdict, MARGIN, sheet.height + 4, Ink("verdict", 18, WELL if well else WARM))
    bands = bands_of(report)
    rows.legend(sheet, list(_legend(bands, report)))
    folded = fold(report.frames, report.alignment.rate, MOST_ROWS)
    page = _Page(sheet, report, levels, bands, _LANE if len(folded) <= _MANY else _LOW_LANE)
    for row in folded:
        page.add(row)
    margins.lists(sheet, report)
    return sheet


def _legend(bands: tuple[Band, ...], report: Report) -> Iterator[tuple[rows.Mark, str]]:
    words = {
        Kind.FOUND: "a line, with its number",
        Kind.FLAGGED: "a line to listen to",
        Kind.BEGUN: "begun and not finished",
        Kind.EARLIER: "read again later",
        Kind.REMARK: "said, and no line of the script",
    }
    for kind, text in words.items():
        if any(band.kind is kind for band in bands):
            yield _sound_mark(kind), text
    if any(gaps_of(report)):
        yield _caret_mark, "a line is missing here"


def _sound_mark(kind: Kind) -> rows.Mark:
    """A piece of sound on its ground."""

    def mark(sheet: Sheet, left: float, middle: float) -> float:
        box = Box(left, middle - 9, left + 34, middle + 9)
        _ground(sheet, box, kind, "legend")
        reach = (3, 6, 4, 8, 5, 7, 3, 5, 2)
        upper = [(left + 5 + 3 * number, middle - high) for number, high in enumerate(reach)]
        lower = [(left + 5 + 3 * number, middle + high) for number, high in enumerate(reach)]
        sheet.area([*upper, *reversed(lower)], COLOURS[kind][2], "legend")
        return left + 34

    return mark


def _caret_mark(sheet: Sheet, left: float, middle: float) -> float:
    _caret(sheet, left + 6, middle + 5)
    return left + 12


def _caret(sheet: Sheet, x: float, foot: float) -> None:
    """A small mark that points down to a place."""
    sheet.area([(x - 6, foot - 9), (x + 6, foot - 9), (x, foot)], WARM, "missing")


def _ground(
    sheet: Sheet, box: Box, kind: Kind, role: str, corners: tuple[bool, bool, bool, bool] = (True,) * 4
) -> None:
    """What a stretch stands on: a band; hatching for what is not used."""
    if kind in (Kind.BEGUN, Kind.EARLIER):
        _hatch(sheet, box, role)
    elif kind is not Kind.NOISE:
        sheet.put(Block(box, COLOURS[kind][0], 5, corners, role))


def _hatch(sheet: Sheet, box: Box, role: str) -> None:
    """Fine slanting lines between two thin edges."""
    height = box.bottom - box.top
    at = box.left - height
    while at < box.right:
        low, high = max(at, box.left), min(at + height, box.right)
        if high - low > 1.0:
            foot, top = box.bottom - (low - at), box.bottom - (high - at)
            sheet.area(
                [(low, foot), (high, top), (high, top + 1.3), (low, min(foot + 1.3, box.bottom))], HAIR, role
            )
        at += _STRIPE
    for x in (box.left, box.right - 1):
        sheet.block(Box(x, box.top, x + 1, box.bottom), HAIR, role=role)


@dataclass(slots=True)
class _Labels:
    """Texts in one line of a row, none on another."""

    sheet: Sheet
    top: float
    taken: list[tuple[float, float]] = field(default_factory=list)

    def fits(self, left: float, width: float) -> bool:
        """Whether that much is free there."""
        inside = left >= MARGIN - 4 and left + width <= RIGHT + 4
        return inside and all(
            left + width + _APART <= start or end + _APART <= left for start, end in self.taken
        )

    def take(self, left: float, width: float) -> None:
        """Keep others from there."""
        self.taken.append((left, left + width))

    def write(self, text: str, left: float, ink: Ink) -> bool:
        """Write it there if it is free."""
        width = self.sheet.face.width(text, ink.size)
        if not text or not self.fits(left, width):
            return False
        self.sheet.write(text, left, self.top, ink)
        self.take(left, width)
        return True


@dataclass(frozen=True, slots=True)
class _Page:
    """The sheet as rows are added to it."""

    sheet: Sheet
    report: Report
    levels: Levels
    bands: tuple[Band, ...]
    lane: int

    def add(self, row: Row) -> None:
        """One more row, under what is there."""
        top = self.sheet.height + rows.BETWEEN - 6
        lane = top + 2 * _LINE + 4
        inside = [band for band in self.bands if row.holds(band.start, band.end)]
        rows.grid(self.sheet, row, lane, lane + self.lane)
        for band in inside:
            self._band(row, band, lane)
        self._sound(row, inside, lane + self.lane / 2)
        self._labels(row, inside, top)
        rows.axis(self.sheet, row, lane + self.lane + 6, self.report.frames)

    def _band(self, row: Row, band: Band, lane: float) -> None:
        begins, ends = band.start >= row.start, band.end <= row.stop
        box = Box(row.x(band.start), lane, max(row.x(band.end), row.x(band.start) + 2), lane + self.lane)
        _ground(self.sheet, box, band.kind, band.kind.value, (begins, ends, ends, begins))

    # The labels

    def _labels(self, row: Row, inside: list[Band], top: float) -> None:
        """Numbers over the bands, the important ones first; above them what is missing, and reasons."""
        above, numbers = _Labels(self.sheet, top), _Labels(self.sheet, top + _LINE)
        self._missing(row, above, numbers)
        named = [band for band in inside if band.number and _belongs(row, band)]
        for band in sorted(named, key=lambda band: band.kind.rank):
            self._number(row, band, numbers)
        for band in named:
            width = self.sheet.face.width(band.reason, WHY.size)
            left = min(row.x(band.start), RIGHT - width)
            if left > row.x(band.start) - _ASIDE:
                above.write(band.reason, left, WHY)

    @staticmethod
    def _number(row: Row, band: Band, numbers: _Labels) -> None:
        """At the beginning of its band, or a little beside it where another stands in the way."""
        for aside in _BESIDE:
            if numbers.write(band.number, row.x(band.start) + aside, _INKS.get(band.kind, NUMBER)):
                return

    def _missing(self, row: Row, above: _Labels, numbers: _Labels) -> None:
        """Marks where lines are missing, and above them which."""
        for frame, missing in gaps_of(self.report):
            text = self.sheet.face.legible(missing)
            if row.start <= frame < row.stop or frame == row.stop == self.report.frames:
                x = row.x(frame)
                _caret(self.sheet, x, numbers.top + _LINE)
                numbers.take(x - 6, 12)
                width = self.sheet.face.width(text, MISSING.size)
                above.write(text, min(max(x - width / 2, MARGIN), RIGHT - width), MISSING)

    # The sound

    def _sound(self, row: Row, inside: list[Band], middle: float) -> None:
        """The waveform: up to its peaks pale, as loud as it is full; one column for each pixel."""
        count = max(round(row.x(row.stop) - MARGIN), 1)
        edges = np.linspace(row.start, row.stop, count + 1)
        peaks, loud = (self._heights(values) for values in self.levels.between(edges))
        kinds = _kinds(edges, inside)
        for kind, group in groupby(range(count), lambda at: kinds[at]):
            columns = list(group)
            _, pale, full = COLOURS[kind]
            self._stretch(columns, peaks, middle, pale)
            self._stretch(columns, loud, middle, full)

    def _heights(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        full = float(np.quantile(self.levels.peaks, _LOUDEST)) if len(self.levels.peaks) else 0.0
        shares = np.clip(values / max(full, 1e-6), 0.0, 1.0) ** _BEND
        return np.maximum(shares * (self.lane / 2 - 2), _LEAST)

    def _stretch(self, columns: list[int], heights: NDArray[np.float64], middle: float, colour: str) -> None:
        """One polygon through the middles of columns of one colour, from the first's edge to the last's."""
        first, last = columns[0], columns[-1]
        middles = [(MARGIN + at + 0.5, float(heights[at])) for at in columns]
        points = [(MARGIN + first, middles[0][1]), *middles, (MARGIN + last + 1, middles[-1][1])]
        upper = [(x, middle - high) for x, high in points]
        lower = [(x, middle + high) for x, high in reversed(points)]
        self.sheet.area([*upper, *lower], colour, "sound")


def _belongs(row: Row, band: Band) -> bool:
    """Whether what is said of a band stands in this row: the one that has most of it."""
    inside = min(band.end, row.stop) - max(band.start, row.start)
    rest = band.end - band.start - inside
    return inside > rest or (inside == rest and band.start >= row.start)


def _kinds(edges: NDArray[np.float64], inside: list[Band]) -> list[Kind]:
    """What each column is a part of."""
    kinds = [Kind.NOISE] * (len(edges) - 1)
    for band in inside:
        first, last = np.searchsorted((edges[:-1] + edges[1:]) / 2, (band.start, band.end))
        kinds[first:last] = [band.kind] * int(last - first)
    return kinds
