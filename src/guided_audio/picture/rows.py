"""What all pictures have: a heading, and in every row chapters as titled bands, bells, and the axis."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from guided_audio.picture.folding import Row
from guided_audio.picture.sheet import (
    CHAPTERS,
    FAINT,
    HAIR,
    INK,
    MARGIN,
    MUTED,
    RIGHT,
    Block,
    Box,
    Ink,
    Sheet,
)
from guided_audio.timeline import ChapterSpan
from guided_audio.units import format_clock

BAND = 28
"""Height of a chapter's band."""

AXIS = 26
"""Height of the axis with its times."""

BETWEEN = 30
"""Between one row and the next."""

TITLE = Ink("title", 36)
FACTS = Ink("facts", 18, MUTED)
LEGEND = Ink("legend", 15, MUTED)
NOTE = Ink("note", 15, MUTED)
TIME = Ink("time", 14, MUTED)
END = Ink("time", 14, INK)

_PAD = 10
_MOST_NOTES = 60


@dataclass(frozen=True, slots=True)
class Outline:
    """What is drawn the same way in every picture. `length` and `bells` are frames."""

    length: int
    rate: int
    chapters: tuple[ChapterSpan, ...]
    bells: tuple[int, ...]


def heading(sheet: Sheet, title: str, facts: str) -> None:
    """The title and a line of facts."""
    face = sheet.face
    room = RIGHT - MARGIN
    box = sheet.write(face.shortened(title, room, TITLE.size), MARGIN - 2, MARGIN - 12, TITLE)
    sheet.write(face.shortened(facts, room, FACTS.size), MARGIN, box.bottom + 6, FACTS)


Mark = Callable[[Sheet, float, float], float]
"""Puts a sample of a mark at a left edge, around a middle height; gives where it ends."""


def legend(sheet: Sheet, entries: Sequence[tuple[Mark, str]]) -> None:
    """What the marks mean, in words, on as many lines as they need."""
    left, top = float(MARGIN), sheet.height + 20
    for mark, words in entries:
        text = sheet.face.shortened(words, (RIGHT - MARGIN) / 2, LEGEND.size)
        if left > MARGIN and left + 60 + sheet.face.width(text, LEGEND.size) > RIGHT:
            left, top = float(MARGIN), sheet.height + 8
        begin = mark(sheet, left, top + sheet.face.height(LEGEND.size) / 2)
        left = sheet.write(text, begin + 9, top, LEGEND).right + 34
    sheet.height += 6


def stroke_mark(colour: str, role: str) -> Mark:
    """A short stroke, as it stands for speech."""

    def mark(sheet: Sheet, left: float, middle: float) -> float:
        sheet.block(Box(left, middle - 6, left + 30, middle + 6), colour, 6, role)
        return left + 30

    return mark


def bell_mark(sheet: Sheet, left: float, middle: float) -> float:
    """The diamond of a bell."""
    sheet.diamond(left + 8, middle, 8)
    return left + 16


def bed_mark(colour: str) -> Mark:
    """A piece of a bed."""

    def mark(sheet: Sheet, left: float, middle: float) -> float:
        top, foot = middle - 6, middle + 8
        sheet.area([(left, foot), (left + 8, top), (left + 34, top), (left + 34, foot)], colour, "legend")
        return left + 34

    return mark


def band_mark(sheet: Sheet, left: float, middle: float) -> float:
    """A piece of a chapter's band."""
    sheet.block(Box(left, middle - 8, left + 30, middle + 8), CHAPTERS[0], 5, "legend")
    return left + 30


def bands(sheet: Sheet, row: Row, outline: Outline, top: float, told: set[int]) -> None:
    """The chapters of a row. `told` are the numbers of those whose whole title was seen, and grows."""
    for number, chapter in enumerate(outline.chapters):
        if not row.holds(chapter.start, chapter.end):
            continue
        begins, ends = chapter.start >= row.start, chapter.end <= row.stop
        box = Box(row.x(chapter.start) + begins, top, row.x(chapter.end) - ends, top + BAND)
        colour = CHAPTERS[number % len(CHAPTERS)]
        sheet.put(Block(box, colour, 7, (begins, ends, ends, begins), "chapter"))
        ink = Ink("chapter", 16, MUTED if number in told else INK, colour)
        if _band_title(sheet, chapter.title, box, ink, whole=not begins):
            told.add(number)


def _band_title(sheet: Sheet, title: str, box: Box, ink: Ink, *, whole: bool) -> bool:
    """The title in its band as far as there is room, or not at all unless it is whole; whether it is."""
    text = sheet.face.legible(title)
    shown = sheet.face.shortened(text, box.width - 2 * _PAD, ink.size)
    if shown == text or not whole:
        sheet.write(shown, box.left + _PAD, box.top + (BAND - sheet.face.height(ink.size)) / 2, ink)
    return shown == text


def grid(sheet: Sheet, row: Row, top: float, bottom: float) -> None:
    """Faint lines through a row, where the axis says the time. They are drawn before what lies on them."""
    for frame in row.label_marks:
        x = row.x(frame)
        sheet.block(Box(x - 0.5, top, x + 0.5, bottom), FAINT, role="grid")


def axis(sheet: Sheet, row: Row, top: float, length: int) -> None:
    """The axis: a line with ticks, the time at round places, and the end where the meditation ends."""
    sheet.block(Box(MARGIN, top, row.x(row.stop), top + 1), HAIR, role="axis")
    for frame in row.tick_marks:
        sheet.block(Box(row.x(frame) - 0.5, top, row.x(frame) + 0.5, top + 4), HAIR, role="axis")
    clear = float(RIGHT + MARGIN)
    if row.stop >= length:
        x = row.x(length)
        sheet.block(Box(x - 1, top - 5, x + 1, top + 6), MUTED, role="axis")
        clear = _time(sheet, length / row.rate, x, top, END).left - 8
    for frame in row.label_marks:
        x = row.x(frame)
        if x + sheet.face.width(format_clock(frame / row.rate), TIME.size) < clear:
            sheet.block(Box(x - 0.5, top, x + 0.5, top + 7), MUTED, role="axis")
            _time(sheet, frame / row.rate, x, top, TIME)


def _time(sheet: Sheet, seconds: float, x: float, top: float, ink: Ink) -> Box:
    """A time under its tick, and between the margins."""
    text = format_clock(seconds)
    width = sheet.face.width(text, ink.size)
    return sheet.write(text, min(max(x - width / 2, MARGIN), RIGHT - width), top + 7, ink)


def bells(sheet: Sheet, row: Row, outline: Outline, middle: float) -> None:
    """A diamond for each strike of a bell."""
    for strike in outline.bells:
        if row.start <= strike < row.stop:
            sheet.diamond(row.x(strike), middle, 8)


def full_titles(sheet: Sheet, outline: Outline, told: set[int]) -> None:
    """The chapters whose titles found no room in their bands, with their times, at the foot."""
    untold = [chapter for number, chapter in enumerate(outline.chapters) if number not in told]
    if not untold:
        return
    left, top = float(MARGIN), sheet.height + 24
    left = sheet.write("Chapters in full:", left, top, Ink("note", NOTE.size)).right + 14
    for number, chapter in enumerate(untold):
        title = sheet.face.legible(chapter.title)
        text = f"{format_clock(chapter.start / outline.rate)}  {title}"
        if number == _MOST_NOTES:
            text = f"and {len(untold) - number} more"
        text = sheet.face.shortened(text, RIGHT - MARGIN, NOTE.size)
        if left + sheet.face.width(text, NOTE.size) > RIGHT:
            left, top = float(MARGIN), top + 24
        left = sheet.write(text, left, top, NOTE).right + 26
        if number == _MOST_NOTES:
            return
