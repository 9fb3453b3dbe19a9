"""The picture of a plan: what will be heard when, for whoever would rather look than read a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from guided_audio import mixer
from guided_audio.picture import rows
from guided_audio.picture.folding import Row, fold
from guided_audio.picture.lettering import face_for
from guided_audio.picture.painting import paint
from guided_audio.picture.rows import Mark, Outline
from guided_audio.picture.sheet import (
    BEDS,
    CUE,
    HAIR,
    MARGIN,
    MUTED,
    PAPER,
    RIGHT,
    VOICES,
    Block,
    Box,
    Ink,
    Label,
    Sheet,
)
from guided_audio.timeline import BedSpan, Clip, LineSpan, Timeline
from guided_audio.units import decibels, format_clock

LONG_QUIET = 6.0
"""Seconds from which a quiet says how long it is."""

WORDS = Ink("words", 15)
SECONDS = Ink("quiet", 14, MUTED)
NAME = Ink("bed name", 14)

_STROKE, _LANE, _BED = 14, 46, 34  # heights
_WORD_LINES = 3
_LEAST_ROOM, _APART, _ROOMY = 40, 12, 200
_BED_EVERY, _PAD = 2.0, 8  # pixels
_BED_REACH = 6.0  # decibels from the foot of the bed's area up to its level under speech
_BED_SPAN = _BED_REACH + mixer.RISE_IN_PAUSES


def draw_plan(timeline: Timeline, title: str) -> bytes:
    """A PNG of a timeline, the same bytes every time on one machine."""
    return paint(lay_out(timeline, title))


def lay_out(timeline: Timeline, title: str) -> Sheet:
    """The picture before it is painted."""
    texts = [title, *(each.title for each in timeline.chapters), *(each.text for each in timeline.lines)]
    sheet = Sheet(face_for(texts))
    outline = Outline(
        timeline.length, timeline.rate, timeline.chapters, tuple(bell.start for bell in timeline.bells)
    )
    rows.heading(sheet, sheet.face.legible(title), _facts(timeline))
    rows.legend(sheet, list(_legend(timeline, sheet)))
    told: set[int] = set()
    page = _Page(sheet, timeline, outline, _voices(timeline), _beds(timeline), _reach(timeline))
    for row in fold(timeline.length, timeline.rate):
        page.add(row, told)
    rows.full_titles(sheet, outline, told)
    return sheet


def _facts(timeline: Timeline) -> str:
    count = len(timeline.chapters)
    facts = [
        f"{format_clock(timeline.duration)} long",
        f"{timeline.pace:.0f} words a minute while speaking" if timeline.pace else "",
        f"{timeline.speech_share:.0%} speech" if timeline.length else "",
        f"{count} chapters" if count > 1 else "",
        f"longest quiet {_spelled(max(_lengths(timeline), default=0))}",
    ]
    return "  ·  ".join(fact for fact in facts if fact)


def _lengths(timeline: Timeline) -> Iterator[float]:
    return ((end - start) / timeline.rate for start, end in _quiets(timeline))


def _legend(timeline: Timeline, sheet: Sheet) -> Iterator[tuple[Mark, str]]:
    voices = _voices(timeline)
    for name, colour in voices.items():
        words = "voice" if len(voices) == 1 else f"voice: {sheet.face.legible(name)}"
        yield rows.stroke_mark(colour, "legend"), words
    if any(clip.line is None for clip in timeline.clips):
        yield rows.stroke_mark(CUE, "legend"), "breathing cue"
    yield _quiet_mark, f"quiet of {LONG_QUIET:.0f} seconds or more"
    if timeline.bells:
        yield rows.bell_mark, "bell"
    beds = {bed.words: bed.colour for bed in _beds(timeline)}
    for number, (words, colour) in enumerate(beds.items(), 1):
        louder = f", {mixer.RISE_IN_PAUSES:g} dB more where nobody speaks" if number == len(beds) else ""
        yield rows.bed_mark(colour), sheet.face.legible(f"{words} under the voice{louder}")
    yield rows.band_mark, "chapter"


def _quiet_mark(sheet: Sheet, left: float, middle: float) -> float:
    sheet.block(Box(left, middle - 0.5, left + 50, middle + 0.5), HAIR, role="legend")
    width = sheet.face.width("12 s", SECONDS.size) + 10
    sheet.block(Box(left + 25 - width / 2, middle - 8, left + 25 + width / 2, middle + 8), PAPER)
    sheet.write_around("12 s", left + 25, middle - sheet.face.height(SECONDS.size) / 2, SECONDS)
    return left + 50


def _voices(timeline: Timeline) -> Mapping[str, str]:
    """The colour of each voice, in the order they are first heard."""
    names = dict.fromkeys(line.voice for line in timeline.lines)
    return {name: VOICES[number % len(VOICES)] for number, name in enumerate(names)}


def _quiets(timeline: Timeline) -> Iterator[tuple[int, int]]:
    """Where nobody speaks, from the first frame to the last."""
    silent_from = 0
    for clip in timeline.clips:
        if clip.start > silent_from:
            yield silent_from, clip.start
        silent_from = max(silent_from, clip.end)
    if silent_from < timeline.length:
        yield silent_from, timeline.length


def _reach(timeline: Timeline) -> tuple[tuple[LineSpan, int], ...]:
    """Each line, and the frame up to which there is room for its words."""
    starts = [*(int(line.start) for line in timeline.lines[1:]), int(timeline.length)]
    return tuple(zip(timeline.lines, starts, strict=False))


def _spelled(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{format_clock(whole)} min"


@dataclass(frozen=True, slots=True)
class _Page:
    """The sheet as rows are added to it."""

    sheet: Sheet
    timeline: Timeline
    outline: Outline
    voices: Mapping[str, str]
    beds: tuple[_Bed, ...]
    reach: tuple[tuple[LineSpan, int], ...]

    def add(self, row: Row, told: set[int]) -> None:
        """One more row, under what is there."""
        top = self.sheet.height + rows.BETWEEN
        lane = top + rows.BAND + 8
        words = list(self._words(row, lane + _LANE))
        below = max((label.box.bottom for label in words), default=lane + _LANE)
        foot = below + (_BED + 8 if self.beds else 12)
        rows.grid(self.sheet, row, top + rows.BAND, lane + _LANE - 6)
        rows.bands(self.sheet, row, self.outline, top, told)
        for bed in self.beds:
            if row.holds(bed.span.start, bed.span.end):
                self._bed(row, foot, bed)
        self._voice(row, lane + _LANE / 2 + 4)
        rows.bells(self.sheet, row, self.outline, lane + 8)
        for label in words:
            self.sheet.labels.append(label)
        rows.axis(self.sheet, row, foot, self.timeline.length)

    # The voice and its quiet

    def _voice(self, row: Row, middle: float) -> None:
        self.sheet.block(Box(MARGIN, middle - 0.5, row.x(row.stop), middle + 0.5), HAIR, role="lane")
        for start, end in _quiets(self.timeline):
            if end - start >= LONG_QUIET * row.rate and row.holds(start, end):
                self._seconds(row, (start, end), middle)
        for clip in self.timeline.clips:
            if row.holds(clip.start, clip.end):
                self._stroke(row, clip, middle)

    def _stroke(self, row: Row, clip: Clip, middle: float) -> None:
        begins, ends = clip.start >= row.start, clip.end <= row.stop
        left = min(row.x(clip.start), row.x(row.stop) - 3)
        right = max(row.x(clip.end), left + 3)
        box = Box(left, middle - _STROKE / 2, right, middle + _STROKE / 2)
        role = "cue" if clip.line is None else "voice"
        self.sheet.put(Block(box, self._colour(clip), _STROKE / 2, (begins, ends, ends, begins), role))

    def _colour(self, clip: Clip) -> str:
        if clip.line is None or not 0 <= clip.line < len(self.timeline.lines):
            return CUE if clip.line is None else VOICES[0]
        return self.voices[self.timeline.lines[clip.line].voice]

    def _seconds(self, row: Row, quiet: tuple[int, int], middle: float) -> None:
        """How long a quiet is, in the row that has more of it, in the middle of what that row shows."""
        start, end = quiet
        inside = min(end, row.stop) - max(start, row.start)
        before, after = max(row.start - start, 0), max(end - row.stop, 0)
        if before >= inside or after > inside:
            return
        text = _spelled((end - start) / row.rate)
        left, right = row.x(start), row.x(end)
        width = self.sheet.face.width(text, SECONDS.size) + 10
        if width > right - left:
            return
        at = (left + right) / 2
        self.sheet.block(Box(at - width / 2, middle - 8, at + width / 2, middle + 8), PAPER, role="gap")
        self.sheet.write_around(text, at, middle - self.sheet.face.height(SECONDS.size) / 2, SECONDS)

    # The words

    def _words(self, row: Row, top: float) -> Iterator[Label]:
        """The first words of each line, under its beginning, as far as the next line leaves room."""
        for line, until in self.reach:
            if not row.holds(line.start, until) or not self._belongs(row, line, until):
                continue
            left = row.x(line.start)
            room = self._edge(row, left, until) - left - _APART
            yield from self._lines_of(line, left, room, top)

    @staticmethod
    def _edge(row: Row, left: float, until: float) -> float:
        """How far words reach: not over the next line, and over the end only for want of room."""
        if until < row.stop:
            return row.x(until)
        return min(max(row.x(row.stop), left + _ROOMY), RIGHT) + _APART

    def _belongs(self, row: Row, line: LineSpan, until: float) -> bool:
        """Whether a line's words stand in this row: over the edge, where there is more room."""
        if line.start >= row.start:
            return not row.stop < line.end or row.stop - line.start >= until - row.stop
        before = row.start - line.start
        return line.end > row.start and until - row.start > before and before < row.end - row.start

    def _lines_of(self, line: LineSpan, left: float, room: float, top: float) -> Iterator[Label]:
        text = self.sheet.face.legible(line.text)
        if room < _LEAST_ROOM:
            return
        leading = self.sheet.face.height(WORDS.size) + 1
        lines = self.sheet.face.wrapped(text, room, WORDS.size, _WORD_LINES)
        for number, words in enumerate(lines):
            yield self.sheet.measure(words, left, top + number * leading, WORDS)

    # The beds

    def _bed(self, row: Row, foot: float, bed: _Bed) -> None:
        """A bed's level as the mix will have it, in decibels, from `_BED_REACH` below that under speech."""
        first, last = max(row.start, bed.span.start), min(row.stop, bed.span.end)
        left, right = row.x(first), row.x(last)
        count = max(round((right - left) / _BED_EVERY), 2)
        frames = [first + (last - first) * number / count for number in range(count + 1)]
        shares = ((decibels(bed.level(int(frame))) + _BED_REACH) / _BED_SPAN for frame in frames)
        tops = [foot - _BED * max(share, 0.0) for share in shares]
        edge = [(row.x(frame), top) for frame, top in zip(frames, tops, strict=True)]
        self.sheet.area([(left, foot), *edge, (right, foot)], bed.colour, "bed")
        if len(self.beds) > 1:
            self._bed_name(row, foot, bed)

    def _bed_name(self, row: Row, foot: float, bed: _Bed) -> None:
        """Where a bed begins, as far as there is room; in a later row only if there is room for all of it."""
        begin, end = bed.span.start + bed.span.melts_in / 2, bed.span.end - bed.span.melts_out / 2
        left, text = row.x(begin) + _PAD, self.sheet.face.legible(bed.words)
        shown = self.sheet.face.shortened(text, row.x(end) - _PAD - left, NAME.size)
        if shown == text or begin >= row.start:
            top = foot - self.sheet.face.height(NAME.size) - 2
            self.sheet.write(shown, left, top, replace(NAME, ground=bed.colour))


@dataclass(frozen=True, slots=True)
class _Bed:
    """A bed as it is drawn. `level` is a factor of its level under speech."""

    span: BedSpan
    colour: str
    words: str
    level: Callable[[int], float]


def _beds(timeline: Timeline) -> tuple[_Bed, ...]:
    """The beds in the order they are heard; one that comes back has the colour it had."""
    ducking = mixer.ducking(mixer.duck_points(timeline))
    words = [f"{bed.name}, {bed.under:g} dB" for bed in timeline.beds]
    colours = {name: BEDS[number % len(BEDS)] for number, name in enumerate(dict.fromkeys(words))}
    return tuple(
        _Bed(span, colours[name], name, _level(ducking, mixer.fades(span, timeline.rate)))
        for span, name in zip(timeline.beds, words, strict=True)
        if span.end > span.start
    )


def _level(ducking: mixer.Curve, fade: mixer.Curve) -> Callable[[int], float]:
    return lambda frame: float(ducking(frame, 1)[0] * fade(frame, 1)[0])
