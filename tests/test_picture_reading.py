"""The picture of a reading: which line was found where, and everything that somebody should look at."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from guided_audio.alignment import Alignment, Earlier, Found, Stretch
from guided_audio.alignment.confidence import Evidence, doubt
from guided_audio.errors import Place
from guided_audio.picture import reading, sheet
from guided_audio.picture.bands import BRIEFLY, Kind, gaps_of
from guided_audio.picture.folding import fold
from guided_audio.picture.sheet import Sheet
from guided_audio.splitting import Levels, Report

RATE = 16_000
DOUBT = "Another line of the script fits here almost as well."


def report_of(alignment: Alignment, seconds: float, lines: int) -> Report:
    """A report on a reading of so many lines, called 001, 002 and so on."""
    places = {f"{number:03}": Place("evening.yaml", 10 + number) for number in range(1, lines + 1)}
    return Report("Evening", round(seconds * RATE), places, alignment)


def found(number: str, start: float, end: float, reason: str = "") -> Found:
    """A line from and to so many seconds."""
    return Found(number, round(start * RATE), round(end * RATE), 0.9, reason)


def small() -> Report:
    """Forty seconds with one of everything; the lines 003 and 004 were not read."""
    return report_of(
        Alignment(
            RATE,
            (found("001", 2, 6), found("002", 14, 18), found("005", 24, 28, DOUBT), found("006", 34, 38)),
            (Earlier("002", 9 * RATE, 12 * RATE, whole=False),),
            ("003", "004"),
            (Stretch(20 * RATE, 22 * RATE, voiced=True), Stretch(30 * RATE, 31 * RATE, voiced=False)),
            0.9,
        ),
        40,
        6,
    )


def levels_of(report: Report, loud: float = 0.2) -> Levels:
    """Faint noise, and noise of one level in every stretch where something is heard."""
    noise = np.random.default_rng(4).uniform(-1, 1, report.frames).astype(np.float32)
    level = np.full(report.frames, 0.002, dtype=np.float32)
    alignment = report.alignment
    spans = [(each.start, each.end) for each in alignment.found]
    spans += [(each.start, each.end) for each in alignment.earlier]
    spans += [(each.start, each.end) for each in alignment.unexplained]
    for start, end in spans:
        level[start:end] = loud
    return Levels.of(noise * level, RATE)


def long_one(lines: int, minutes: float) -> Report:
    """A long reading; each 25th line is skipped, each 40th flagged, each tenth read twice."""
    random = np.random.default_rng(7)
    per = minutes * 60 / lines
    kept, earlier, skipped, beside = [], [], [], []
    for place in range(lines):
        number, at = f"{place + 1:03}", place * per
        if place % 25 == 24:
            skipped.append(number)
            beside.append(Stretch(round((at + 0.1) * RATE), round((at + 0.3 * per) * RATE), voiced=True))
            continue
        if place % 10 == 3:
            earlier.append(
                Earlier(number, round((at + 0.1) * RATE), round((at + 0.3 * per) * RATE), whole=True)
            )
        start = at + 0.35 * per
        reason = DOUBT if place % 40 == 6 else ""
        kept.append(found(number, start, start + random.uniform(0.2, 0.6) * per, reason))
    return report_of(
        Alignment(RATE, tuple(kept), tuple(earlier), tuple(skipped), tuple(beside), 0.95), minutes * 60, lines
    )


def test_a_line_that_was_not_finished_is_no_line_that_was_read_again() -> None:
    """The legend and the list say when it was begun; what was read again is another thing."""
    begun = report_of(
        Alignment(
            RATE,
            (found("001", 2, 6),),
            (Earlier("002", 9 * RATE, 12 * RATE, whole=False),),
            ("002",),
            (),
            0.9,
        ),
        20,
        2,
    )
    texts = [label.text for label in page_of(begun).labels]
    assert "begun and not finished" in texts
    assert "read again later" not in texts
    assert "002 begun at 0:09" in texts
    assert not any("done again" in text for text in texts)
    assert "begun and not finished" not in [label.text for label in page_of(small()).labels]


def page_of(report: Report) -> Sheet:
    """Its picture, not painted."""
    return reading.lay_out(report, levels_of(report))


def written(page: Sheet, *roles: str) -> list[str]:
    """The texts in some roles."""
    return [label.text for label in page.labels if label.ink.role in roles]


@pytest.mark.parametrize(
    "report", [small(), long_one(30, 4), long_one(400, 90)], ids=["small", "short", "long"]
)
def test_no_text_lies_on_another(report: Report) -> None:
    """However many lines there are, every text has its own place on the sheet, off the sound."""
    page = page_of(report)
    labels = page.labels
    assert [(a.text, b.text) for a, b in combinations(labels, 2) if a.box.meets(b.box)] == []
    assert all(page.face.legible(label.text) == " ".join(label.text.split()) for label in labels)
    assert all(label.box.left >= 0 and label.box.right <= sheet.WIDTH for label in labels)
    sounds = [shape.box for shape in page.shapes if shape.role == "sound"]
    numbers = [label.box for label in labels if label.ink.role in ("number", "reason", "missing")]
    assert not any(box.meets(sound) for box in numbers for sound in sounds)
    marks = [shape.box for shape in page.shapes if shape.role == "missing"]
    assert not any(box.meets(mark) for box in numbers for mark in marks)


def test_four_hundred_lines_can_be_read() -> None:
    """Of an hour and a half nearly every number is there, and all of those that matter."""
    report = long_one(400, 90)
    page = page_of(report)
    shown = set(written(page, "number"))
    wanted = {each.id for each in report.alignment.found}
    assert len(shown & wanted) >= 0.97 * len(wanted)
    assert {each.id for each in report.flagged} <= shown
    assert min(label.ink.size for label in page.labels) >= 14
    assert page.height < 7_000


def test_each_stretch_has_its_ground_where_it_is() -> None:
    """Lines stand on a band from their beginning to their end; what is flagged is warm."""
    report = small()
    page = page_of(report)
    [row] = fold(report.frames, RATE, reading.MOST_ROWS)
    for kind, spans in {
        Kind.FOUND: [(2, 6), (14, 18), (34, 38)],
        Kind.FLAGGED: [(24, 28)],
        Kind.REMARK: [(20, 22)],
    }.items():
        boxes = [shape.box for shape in page.shapes if shape.role == kind.value]
        drawn = [(box.left, box.right) for box in boxes]
        expected = [(row.x(start * RATE), row.x(end * RATE)) for start, end in spans]
        assert drawn == [pytest.approx(span, abs=0.01) for span in expected]
    hatches = [shape.box for shape in page.shapes if shape.role == Kind.EARLIER.value]
    assert min(box.left for box in hatches) == pytest.approx(row.x(9 * RATE))
    assert max(box.right for box in hatches) == pytest.approx(row.x(12 * RATE))


def test_the_sound_has_the_colour_of_what_it_is() -> None:
    """In the painted picture, in the middle of each stretch."""
    report = small()
    picture = np.asarray(Image.open(BytesIO(reading.draw_reading(report, levels_of(report)))).convert("RGB"))
    [row] = fold(report.frames, RATE, reading.MOST_ROWS)
    lane = next(shape.box for shape in page_of(report).shapes if shape.role == Kind.FOUND.value)
    middle = round((lane.top + lane.bottom) / 2)
    seconds = {4: Kind.FOUND, 10.5: Kind.EARLIER, 21: Kind.REMARK, 26: Kind.FLAGGED, 30.5: Kind.NOISE}
    for second, kind in seconds.items():
        pixel = picture[middle, round(row.x(second * RATE))]
        assert "#" + "".join(f"{part:02x}" for part in pixel) == reading.COLOURS[kind][2], second


def test_louder_is_taller_and_peaks_reach_further() -> None:
    """Both heights follow the scale: of noise the peaks are 1.7 times its mean square's root."""
    report = small()
    page = page_of(report)
    lane = next(shape.box for shape in page.shapes if shape.role == Kind.FOUND.value)
    middle = (lane.top + lane.bottom) / 2
    _, pale, full = reading.COLOURS[Kind.FOUND]
    tall = {}
    for colour in (pale, full, reading.COLOURS[Kind.NOISE][2]):
        areas = [
            s for s in page.shapes if isinstance(s, sheet.Area) and s.role == "sound" and s.colour == colour
        ]
        heights = [abs(y - middle) for area in areas for _, y in area.corners]
        tall[colour] = float(np.median(heights))
    assert tall[pale] / tall[full] == pytest.approx(np.sqrt(3) ** 0.7, rel=0.05)
    assert tall[pale] > 0.4 * (lane.bottom - lane.top)
    assert tall[full] > 10 * tall[reading.COLOURS[Kind.NOISE][2]]


def test_what_is_missing_is_named_in_its_place_and_at_the_end() -> None:
    """Lines that were not found have a mark after the line before them, and stand in a list."""
    report = small()
    page = page_of(report)
    assert list(gaps_of(report)) == [(21 * RATE, "003–004")]
    shown = page.face.legible("003–004")
    assert written(page, "missing") == [shown]
    assert shown in written(page, "list number")
    assert "1 line to listen to, 2 lines not found" in written(page, "verdict")
    assert any("4 of 6 lines found" in text for text in written(page, "facts"))


def test_what_is_flagged_says_why() -> None:
    """In a word or two over its band, and in its sentence with the time in the list."""
    page = page_of(small())
    assert written(page, "reason") == ["another line?"]
    assert {"005", "0:24", DOUBT} <= set(written(page, "list number", "list"))
    assert "0:20 for 2.0 s" in written(page, "list")


def test_every_reason_of_the_aligner_has_a_short_form() -> None:
    """The sentences it gives are those that the picture knows."""
    evidence = (
        Evidence(0.2, 99, 0, 0),
        Evidence(0.9, 1, 0, 0),
        Evidence(0.9, 99, 0, 1.0),
        Evidence(0.9, 99, -2, 0),
    )
    assert {doubt(each) for each in evidence} <= set(BRIEFLY)
    assert doubt(Evidence(0.9, 99, 0, 0)) == ""


def test_a_reading_without_a_flaw_says_so() -> None:
    """No warm colour anywhere, and no list."""
    report = report_of(Alignment(RATE, (found("001", 1, 4),), (), (), (), 1.0), 6, 1)
    page = page_of(report)
    assert sheet.WARM not in {shape.colour for shape in page.shapes}
    assert written(page, "list title", "list", "list number") == []
    assert written(page, "verdict") == ["every line was found, and nothing speaks against any"]


def test_a_line_over_the_edge_of_a_row_is_numbered_where_most_of_it_is() -> None:
    """Once only, and at the beginning of that row."""
    seconds = 200
    rows = fold(seconds * RATE, RATE, reading.MOST_ROWS)
    edge = rows[0].stop / RATE
    report = report_of(Alignment(RATE, (found("001", edge - 1, edge + 4),), (), (), (), 1.0), seconds, 1)
    page = page_of(report)
    [label] = [label for label in page.labels if label.ink.role == "number"]
    bands = [shape.box for shape in page.shapes if shape.role == Kind.FOUND.value]
    assert len(bands) == 2
    assert label.box.left == bands[1].left
    assert bands[0].bottom < label.box.top < bands[1].top


def test_levels_are_those_of_the_samples() -> None:
    """Peaks and mean squares of every hop and over any span; nothing after the end."""
    samples = np.random.default_rng(2).uniform(-0.5, 0.5, RATE + 37).astype(np.float32)
    levels = Levels.of(samples, RATE)
    assert len(levels.peaks) == 101
    assert levels.peaks[3] == np.abs(samples[480:640]).max()
    assert levels.peaks[-1] == np.abs(samples[RATE:]).max()
    peaks, loud = levels.between(np.array([0.0, 160.0, 1600.0, 3e6, 4e6]))
    assert peaks[1] == np.abs(samples[160:1600]).max()
    assert loud[1] == pytest.approx(np.sqrt(np.mean(samples[160:1600] ** 2)), rel=1e-4)
    assert (peaks[3], loud[3]) == (0.0, 0.0)
