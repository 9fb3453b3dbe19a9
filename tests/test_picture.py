"""The pictures: boxes that do not lie on one another, and pixels that say what the timeline says."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from guided_audio.picture import planned, sheet
from guided_audio.picture.folding import Row, fold
from guided_audio.picture.lettering import DOT, Face
from guided_audio.picture.sheet import Block, Box, Label, Sheet
from guided_audio.timeline import BedSpan, BellStrike, ChapterSpan, Clip, LineSpan, Timeline
from guided_audio.units import Frames

RATE = 44_100
WORDS = "Perhaps the floor is noticed first, or the sounds outside. Nothing has to be done with it."


def frames(seconds: float) -> Frames:
    """So many seconds."""
    return Frames(round(seconds * RATE))


def timeline(
    clips: tuple[tuple[float, float], ...] = (),
    seconds: float = 60,
    titles: tuple[str, ...] = ("Arriving",),
    bells: tuple[float, ...] = (),
    *,
    bed: bool = False,
) -> Timeline:
    """Lines of one clip each, given as start and length in seconds; equally long chapters."""
    length = frames(seconds)
    edges = [Frames(length * number // len(titles)) for number in range(len(titles) + 1)]
    return Timeline(
        rate=RATE,
        length=length,
        lines=tuple(
            LineSpan(number, WORDS, "fake:one", frames(start), frames(start + long), 0, f"{number}")
            for number, (start, long) in enumerate(clips)
        ),
        clips=tuple(
            Clip("key", frames(start), frames(long), -18.0, number)
            for number, (start, long) in enumerate(clips)
        ),
        pauses=(),
        bells=tuple(BellStrike("bowl", frames(at)) for at in bells),
        chapters=tuple(
            ChapterSpan(title, start, end)
            for title, (start, end) in zip(titles, pairwise(edges), strict=True)
        ),
        beds=(BedSpan("/sounds/soft-rain.yaml", 20.0, Frames(0), length),) if bed else (),
    )


def talkative(minutes: float, chapters: int) -> Timeline:
    """Five seconds of every eleven are speech, over a bed, with a bell every three minutes."""
    seconds = minutes * 60
    clips = tuple((float(at), 5.0) for at in range(6, round(seconds) - 12, 11))
    titles = tuple(f"Chapter the {number}th of many" for number in range(1, chapters + 1))
    return timeline(clips, seconds, titles, tuple(range(1, round(seconds), 180)), bed=True)


TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=60)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """What `layout` may give: clips one after another, chapters without gaps, anything as words."""
    at, clips = draw(st.floats(0, 8)), []
    for long, quiet in draw(st.lists(st.tuples(st.floats(0.2, 12), st.floats(0, 40)), max_size=40)):
        clips.append((at, long))
        at += long + quiet
    seconds = at + draw(st.floats(0.1, 900) | st.floats(900, 20_000))
    titles = tuple(draw(st.lists(TITLES, min_size=1, max_size=30)))
    bells = tuple(draw(st.lists(st.floats(0, seconds), max_size=5)))
    made = timeline(tuple(clips), seconds, titles, bells, bed=draw(st.booleans()))
    texts = draw(st.lists(TITLES, min_size=len(clips), max_size=len(clips)))
    cues = draw(st.lists(st.booleans(), min_size=len(clips), max_size=len(clips)))
    beds = made.beds
    if draw(st.booleans()):
        named = draw(st.lists(TITLES.map(str.strip).filter(bool), min_size=1, max_size=9))
        beds = tuple(
            BedSpan(f"/sounds/{name.replace('/', '')}.yaml", 20.0, chapter.start, chapter.end)
            for name, chapter in zip(named, made.chapters, strict=False)
        )
    return replace(
        made,
        beds=beds,
        lines=tuple(replace(line, text=text) for line, text in zip(made.lines, texts, strict=True)),
        clips=tuple(
            replace(clip, line=None) if cue else clip for clip, cue in zip(made.clips, cues, strict=True)
        ),
    )


def overlapping(page: Sheet) -> list[tuple[str, str]]:
    """Texts that lie on one another."""
    labels = sorted(page.labels, key=lambda label: label.box.top)
    return [(a.text, b.text) for a, b in combinations(labels, 2) if a.box.meets(b.box)]


@settings(max_examples=60)
@given(timelines(), TITLES)
def test_no_text_lies_on_another(made: Timeline, title: str) -> None:
    """Whatever is said when, every text has its own place, off the voice, and on the sheet."""
    page = planned.lay_out(made, title)
    assert overlapping(page) == []
    strokes = [shape for shape in page.shapes if shape.role in ("voice", "cue", "bell")]
    for label in page.labels:
        assert 0 <= label.box.left <= label.box.right <= sheet.WIDTH
        assert 0 <= label.box.top <= label.box.bottom <= page.height
        assert not any(label.box.meets(stroke.box) for stroke in strokes)


@settings(max_examples=60)
@given(timelines())
def test_every_chapter_is_named_in_full(made: Timeline) -> None:
    """A title stands whole in a band of its chapter, or in the list at the foot."""
    page = planned.lay_out(made, "Evening")
    written = [label.text for label in page.labels if label.ink.role in ("chapter", "note")]
    for chapter in made.chapters:
        title = page.face.legible(chapter.title)
        whole = page.face.shortened(title, 1200, 15) == title
        assert not title or not whole or any(title in text for text in written)


def test_chapters_too_narrow_for_a_title_are_listed() -> None:
    """Fifty chapters of four seconds: each is named in full all the same, on the sheet, on nothing else."""
    made = talkative(3, 50)
    page = planned.lay_out(made, "Evening")
    written = " ".join(label.text for label in of(page, "note"))
    assert all(chapter.title in written for chapter in made.chapters)
    assert overlapping(page) == []
    assert all(label.box.right <= sheet.RIGHT for label in of(page, "note"))


def test_where_time_is_tight_a_short_quiet_says_nothing() -> None:
    """In ten hours six seconds are a pixel: no room for a number, which would lie on the next."""
    made = timeline(tuple((at, 2.0) for at in range(60, 35_000, 9)), 36_000)
    page = planned.lay_out(made, "Evening")
    assert len(of(page, "quiet")) < 5
    assert overlapping(page) == []


@settings(max_examples=30)
@given(timelines())
def test_a_title_is_inside_its_band(made: Timeline) -> None:
    """And nothing of it is clipped: what does not fit ends in an ellipsis."""
    page = planned.lay_out(made, "Evening")
    bands = [shape.box for shape in page.shapes if shape.role == "chapter"]
    for label in of(page, "chapter"):
        assert any(
            band.left <= label.box.left and label.box.right <= band.right + 0.01 and band.meets(label.box)
            for band in bands
        )


def of(page: Sheet, role: str) -> list[Label]:
    """The texts of one kind."""
    return [label for label in page.labels if label.ink.role == role]


def blocks(page: Sheet, role: str) -> list[Box]:
    """Where the shapes of one kind are."""
    return [shape.box for shape in page.shapes if shape.role == role]


def test_texts_can_be_read() -> None:
    """At least 4.5:1 between every text and what it stands on, and no text under 14 pixels."""
    page = planned.lay_out(talkative(10, 6), "Evening")
    inks = {label.ink for label in page.labels}
    assert len(inks) > 6
    for ink in inks:
        assert contrast(ink.colour, ink.ground) >= 4.5
        assert ink.size >= 14
    for voice in (*sheet.VOICES, sheet.CUE, sheet.BELL):
        assert contrast(voice, sheet.PAPER) >= 3


def contrast(one: str, other: str) -> float:
    """The contrast of WCAG 2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of sRGB."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# Pixels


def pixels(picture: bytes) -> NDArray[np.uint8]:
    """The picture, height by width by three."""
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB"))


def at(picture: NDArray[np.uint8], x: float, y: float) -> str:
    """The colour of a pixel."""
    return "#" + "".join(f"{part:02x}" for part in picture[round(y), round(x)])


def test_speech_is_painted_where_it_is_and_quiet_is_not() -> None:
    """Of one minute in one row, 6 s to 16 s and 30 s to 35 s are spoken."""
    made = timeline(((6, 10), (30, 5)))
    [row] = fold(made.length, RATE)
    picture = pixels(planned.draw_plan(made, "Evening"))
    lane = next(box for box in blocks(planned.lay_out(made, "Evening"), "voice") if box.left > 100)
    middle = (lane.top + lane.bottom) / 2
    for second in range(1, 60):
        colour = at(picture, row.x(second * RATE + 0.5 * RATE), middle - 3)
        spoken = 6 <= second < 16 or 30 <= second < 35
        assert (colour == sheet.VOICES[0]) == spoken, second


def test_a_clip_over_the_edge_of_a_row_goes_on_in_the_next() -> None:
    """Both parts are drawn, each to the edge and flat there, and nothing twice."""
    made = timeline(((140.0, 20.0),), 600)
    assert [row.end for row in fold(made.length, RATE)][:2] == [150 * RATE, 300 * RATE]
    page = planned.lay_out(made, "Evening")
    drawn = [shape for shape in page.shapes if isinstance(shape, Block) and shape.role == "voice"]
    assert [stroke.corners for stroke in drawn] == [(True, False, False, True), (False, True, True, False)]
    assert (drawn[0].box.right, drawn[1].box.left) == (sheet.RIGHT, sheet.MARGIN)
    assert sum(stroke.box.width for stroke in drawn) == pytest.approx(20 * (sheet.RIGHT - sheet.MARGIN) / 150)


def test_the_bed_is_lower_under_the_voice_and_fades() -> None:
    """The top of its area follows the mix: from nothing, up, 2 dB down under speech, up, and out."""
    made = timeline(((20, 10),), bed=True)
    [row] = fold(made.length, RATE)
    picture = pixels(planned.draw_plan(made, "Evening"))
    [area] = blocks(planned.lay_out(made, "Evening"), "bed")[-1:]

    def height(second: float) -> int:
        column = picture[round(area.top) - 2 : round(area.bottom), round(row.x(second * RATE))]
        return int((column == [int(sheet.BED[i : i + 2], 16) for i in (1, 3, 5)]).all(axis=1).sum())

    assert height(0.2) == 0
    assert height(15) == pytest.approx(height(40), abs=1)
    assert 4 < height(15) - height(25) < 14
    assert height(59.8) == 0


def test_each_of_several_beds_has_its_name_over_its_span() -> None:
    """A single one is named in the legend alone; one that comes back has the colour it had."""
    rain, sea = "/sounds/soft-rain.yaml", "/sounds/ocean.yaml"
    spans = (
        BedSpan(rain, 20.0, frames(0), frames(24), melts_out=frames(8)),
        BedSpan(sea, 22.0, frames(16), frames(44), frames(8), frames(8)),
        BedSpan(rain, 20.0, frames(36), frames(60), frames(8)),
    )
    made = replace(timeline(((4, 3),)), beds=spans)
    page = planned.lay_out(made, "Evening")
    names = of(page, "bed name")
    [row] = fold(made.length, RATE)
    assert [label.text for label in names] == ["soft rain, 20 dB", "ocean, 22 dB", "soft rain, 20 dB"]
    for label, begin, end in zip(names, (0, 20, 40), (20, 40, 60), strict=True):
        assert row.x(begin * RATE) < label.box.left < label.box.right < row.x(end * RATE)
    areas = [shape.colour for shape in page.shapes if shape.role == "bed"]
    assert areas == [sheet.BEDS[0], sheet.BEDS[1], sheet.BEDS[0]]
    assert of(planned.lay_out(timeline(((4, 3),), bed=True), "Evening"), "bed name") == []


def test_long_quiets_say_how_long_they_are() -> None:
    """From 6 s on, also before the first word and after the last; shorter ones stay silent."""
    made = timeline(((6, 4), (15, 5), (32, 3)))
    assert [label.text for label in of(planned.lay_out(made, "Evening"), "quiet")][1:] == [
        "6 s",
        "12 s",
        "25 s",
    ]


def test_a_bell_is_where_it_rings() -> None:
    """A diamond for each strike, beside the one of the legend."""
    made = timeline(((6, 4),), bells=(2, 50))
    [row] = fold(made.length, RATE)
    places = [(box.left + box.right) / 2 for box in blocks(planned.lay_out(made, "Evening"), "bell")]
    assert places[1:] == [pytest.approx(row.x(2 * RATE)), pytest.approx(row.x(50 * RATE))]


def test_words_begin_under_their_line() -> None:
    """The first words of a line stand under its beginning, the next line leaves them only so much room."""
    made = timeline(((6, 4), (12, 5), (30, 5)))
    [row] = fold(made.length, RATE)
    words = of(planned.lay_out(made, "Evening"), "words")
    assert {label.box.left for label in words} == {row.x(frames(second)) for second in (6, 12, 30)}
    assert all(label.box.right < row.x(frames(12)) for label in words if label.box.left < row.x(frames(10)))
    first = [label.text for label in words if label.box.left == row.x(frames(6))]
    assert WORDS.startswith(" ".join(first).rstrip("…"))


def test_it_is_a_png_of_a_sane_size() -> None:
    """1600 wide; ten minutes fit a screen and a half, an hour is still under 4000 high."""
    for minutes, tallest in ((1, 500), (10, 1500), (60, 4000)):
        image = Image.open(BytesIO(planned.draw_plan(talkative(minutes, 6), "Evening")))
        assert (image.format, image.mode, image.width) == ("PNG", "RGB", 1600)
        assert 200 < image.height < tallest


def test_it_is_the_same_in_another_process() -> None:
    """Neither the process nor its hash seed enters the picture."""
    program = (
        "import hashlib; from guided_audio.picture.planned import draw_plan; "
        f"from guided_audio.timeline import *; clip = Clip('key', {RATE}, {RATE}, -18.0, None); "
        f"t = Timeline({RATE}, 90 * {RATE}, (), (clip,), (), (), (), ()); "
        "print(hashlib.sha256(draw_plan(t, 'Evening')).hexdigest())"
    )
    there = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    clip = Clip("key", Frames(RATE), Frames(RATE), -18.0, None)
    here = Timeline(RATE, Frames(90 * RATE), (), (clip,), (), (), (), ())
    assert there.stdout.strip() == sha256(planned.draw_plan(here, "Evening")).hexdigest()


def test_pillow_waits_until_something_is_drawn() -> None:
    """Importing the module costs no Pillow."""
    program = "import sys, guided_audio.picture.planned; sys.exit('PIL.Image' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_ten_minutes_take_less_than_a_second_and_a_half() -> None:
    """The best of three."""
    made, seconds = talkative(10, 6), []
    for _ in range(3):
        start = time.perf_counter()
        planned.draw_plan(made, "Evening")
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 1.5


EMPTY = Timeline(RATE, Frames(0), (), (), (), (), (), ())


@pytest.mark.parametrize(
    "odd",
    [
        EMPTY,
        replace(EMPTY, length=Frames(10), beds=(BedSpan("b", 20.0, Frames(0), Frames(0)),)),
        replace(timeline(((6, 4),)), clips=(Clip("k", Frames(-RATE), Frames(10**9), 0.0, 7),)),
        replace(timeline(), bells=(BellStrike("b", Frames(-1)), BellStrike("b", Frames(10**12)))),
        timeline(seconds=90, titles=tuple("x" * number for number in range(300))),
        timeline(((6, 4),), seconds=86_400),
    ],
    ids=["empty", "ten frames", "out of bounds", "bells elsewhere", "300 chapters", "a day"],
)
def test_odd_timelines_are_drawn(odd: Timeline) -> None:
    """Whatever the timeline, there is a picture of bearable size, even with half a character for a name."""
    assert pixels(planned.draw_plan(odd, "\ud800")).shape[0] < 6000


# Folding


@given(st.floats(1, 3 * 86_400))
def test_rows_cover_everything_once(seconds: float) -> None:
    """One row begins where the other ends, there are never many, and none is all but empty."""
    length = round(seconds * RATE)
    rows = fold(length, RATE)
    assert rows[0].start == 0
    assert rows[-1].stop == length
    assert all(before.end == before.stop == after.start for before, after in pairwise(rows))
    assert len(rows) <= 17
    if len(rows) > 1 and seconds < 12 * 3600:
        assert (rows[-1].stop - rows[-1].start) / (rows[-1].end - rows[-1].start) > 0.1


@given(st.floats(1, 86_400))
def test_times_on_an_axis_are_round_and_apart(seconds: float) -> None:
    """Labels are at least 100 pixels apart and fall on steps people count in."""
    for row in fold(round(seconds * RATE), RATE):
        marks = row.label_marks
        assert all(row.x(after) - row.x(before) >= 100 for before, after in pairwise(marks))
        assert all(math.isclose(mark / RATE, round(mark / RATE)) for mark in marks)


def test_a_row_maps_time_to_place() -> None:
    """From the left margin to the right one, and no further."""
    row = Row(RATE, 11 * RATE, 6 * RATE, RATE)
    assert row.x(0) == row.x(RATE) == sheet.MARGIN
    assert row.x(6 * RATE) == row.x(99 * RATE) == (sheet.MARGIN + sheet.RIGHT) / 2


# Letters


def test_no_sign_becomes_an_empty_box() -> None:
    """Accents go where the typeface lacks them; a sign without a plain form becomes a dot."""
    face = Face()
    assert face.legible("Größe, déjà – «Čaj»\n\tnow") == "Grosse, deja - «Caj» now"
    assert face.legible("Мир 中 😀") == f"{DOT * 3} {DOT} {DOT}"
    assert face.legible("zero\u200bwidth\x07") == "zerowidth"


@given(st.text(max_size=30))
def test_only_signs_of_the_typeface_are_drawn(text: str) -> None:
    """Whatever is written, what is left of it can be drawn."""
    face = Face()
    assert face.lacks(face.legible(text)) == 0


@given(st.text("abcdefgh ,.", min_size=1, max_size=80), st.floats(0, 400))
def test_shortened_texts_fit(text: str, room: float) -> None:
    """And are whole, or end in an ellipsis, or are nothing."""
    face = Face()
    short = face.shortened(text, room, 16)
    assert not short or face.width(short, 16) <= room
    assert short in ("", text) or (short.endswith("…") and text.startswith(short[:-1]))


@given(st.text("abcdefgh ,.", max_size=80), st.floats(10, 400))
def test_wrapped_lines_fit(text: str, room: float) -> None:
    """Whole words only, in at most three lines; what is left out is shown by an ellipsis."""
    face = Face()
    lines = face.wrapped(text, room, 15, 3)
    assert len(lines) <= 3
    assert all(face.width(line, 15) <= room for line in lines)
    if lines and not lines[-1].endswith("…"):
        assert " ".join(lines).split() == text.split()
