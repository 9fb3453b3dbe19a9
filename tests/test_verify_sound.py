"""What `verify` says of the sound of a finished file: lines, bed, joins, limiter, each spoiled once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from command_line import RATE, Checks, Cli, Finished, call, decoded
from guided_audio import encoder, mastering
from guided_audio.blocks import Stereo
from guided_audio.receipt import BedPlace, Receipt
from guided_audio.units import gain
from guided_audio.verify import LEVEL_TOLERANCE, LINES_TOLERANCE, Check, Notes
from guided_audio.verify.breaks import JUMP_REACH, REACH, band_levels, breaks, jumps
from guided_audio.verify.joins import SEAM, Joins
from guided_audio.verify.paper import entries
from guided_audio.verify.quiet import BELL_RINGS, Quiet
from test_verify import reencode

pytest_plugins = ["e2e_fixtures"]

BEDDED = """\
title: Over a bed
bed: soft-rain
script:
- settle: Here is a first line of some words. It has two sentences in it. And now it has three of them.
- settle: Here is another line by the window. It has two sentences. There is a third one in it as well.
- settle: The chair is where it was before. So is the floor under it. And so is the wall.
- settle: This line stands near the middle. It is not longer than the others. Nor is it shorter than they are,
    really, for it has some more words than they have.
- settle: And there are your hands. They may be warm or cool. Either of these is fine.
- tick: This one comes after it. It has two sentences. Then it has one more.
- settle: And this one is the last. It is as plain as the others. It ends here.
"""
"""Two minutes over a steady bed. The encoder's work is joined once in a pause, and once in the last line."""

SEAMS = [number * encoder.CHUNK * 1152 for number in (1, 2)]
"""Frames at which the encoder's work is joined: the decoder goes over up to 1105 frames before them."""

IN_QUIET, IN_SPEECH = 0, 1

Off = Callable[[Finished], set[str]]
Sound = NDArray[np.float32]


@pytest.fixture(scope="session")
def bedded_build(tmp_path_factory: pytest.TempPathFactory, fake_store: Path) -> Finished:
    """The script over a bed, built by the fake voice. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("bedded")
    (folder / "bedded.yaml").write_text(BEDDED, encoding="utf-8")
    done = call(["build", "bedded.yaml", "--voice", "fake:one", "--out", "out"], fake_store, folder)
    assert done.code == 0, done.err
    return Finished(folder / "out" / "over-a-bed.mp3", fake_store)


@pytest.fixture
def bedded(bedded_build: Finished, tmp_path: Path) -> Finished:
    """A finished file over a bed to spoil."""
    return bedded_build.copy(tmp_path / "files")


@pytest.fixture
def bare(short_build: Finished, tmp_path: Path) -> Finished:
    """A finished file without a bed to spoil."""
    return short_build.copy(tmp_path / "files")


@pytest.fixture
def off(checks: Checks) -> Off:
    """The names of the checks that are off."""
    return lambda finished: {name for name, check in checks(finished).items() if not check["well"]}


def louder(sound: Sound, first: int, last: int, decibels: float) -> Stereo:
    """A stretch of a sound at another level, with 20 ms to get there and back."""
    frames = np.arange(last - first)
    ramp = np.clip(np.minimum(frames, last - first - frames) / (0.02 * RATE), 0, 1)
    sound[first:last] *= (10 ** (ramp * decibels / 20)).astype(np.float32)[:, None]
    return sound


def gaps(receipt: Receipt) -> list[tuple[int, int]]:
    """From the end of each clip to the beginning of the next, and to the end of the last pause."""
    clips = entries(receipt)
    last = (clips[-1].start + clips[-1].length, max(pause.end for pause in receipt.pauses))
    return [*((a.start + a.length, b.start) for a, b in pairwise(clips)), last]


# A good file


def test_a_good_file_over_a_bed_is_good(bedded: Finished, checks: Checks) -> None:
    """The bed is measured at both its levels, against the plan, and so are lines and joins."""
    found = checks(bedded)
    assert all(check["well"] for check in found.values())
    assert {"line levels", "limiter", "bed in pauses", "bed under speech", "joins"} <= set(found)
    assert "room tone" not in found
    assert [name for name, check in found.items() if "not measured" in check["measured"]] == ["no loop"]
    assert found["mono"]["value"] < 2.0
    assert found["line levels"]["value"] < 0.3
    assert found["bed in pauses"]["value"] == pytest.approx(0, abs=0.3)
    assert found["bed under speech"]["value"] == pytest.approx(0, abs=0.3)
    assert "planned -36.0 LUFS" in found["bed in pauses"]["measured"]
    assert "planned -38.0 LUFS" in found["bed under speech"]["measured"]


def test_the_places_of_the_joins_are_what_the_tests_below_take_them_for(bedded: Finished) -> None:
    """One seam where nobody speaks for a while, one inside a clip."""
    first, second = (
        [
            clip
            for clip in entries(bedded.receipt)
            if clip.start - away < seam < clip.start + clip.length + away
        ]
        for seam, away in zip(SEAMS, (RATE, -RATE // 10), strict=True)
    )
    assert not first
    assert len(second) == 1


# Lines


def test_a_line_that_stands_out_is_found(bedded: Finished, off: Off) -> None:
    """Two decibels more in one line, and the others as they were."""
    line = bedded.receipt.lines[2]
    reencode(bedded, lambda sound: louder(sound, line.start - 2000, line.end + 2000, 2.0))
    assert {"bytes", "line levels"} <= off(bedded) <= {"bytes", "line levels", "speech"}


def test_words_of_one_level_are_measured_as_such(cli: Cli, checks: Checks, tmp_path: Path) -> None:
    """Lines of one word are half a second long: how their blocks happen to fall moves them by little."""
    words = ("Yes.", "No.", "Rest.", "Thank you.", "Here.", "In.", "Out.", "Stop.", "Six.", "And again.")
    lines = "".join(f"- tick: {word}\n" for word in words)
    (tmp_path / "words.yaml").write_text(f"title: Words\nbed: none\nscript:\n{lines}", "utf-8")
    assert cli("build", "words.yaml", "--voice", "fake:one").code == 0
    found = checks(Finished(tmp_path / "output" / "words.mp3", tmp_path))["line levels"]
    assert found["value"] < 0.6 * LINES_TOLERANCE


# What lies under everything


@pytest.mark.parametrize("decibels", [3.0, -3.0])
def test_a_bed_at_another_level_in_pauses_is_found(bedded: Finished, off: Off, decibels: float) -> None:
    """Only where it is up while nobody speaks for a while."""
    stretches = [(start + RATE // 2, end) for start, end in gaps(bedded.receipt) if end - start > 4 * RATE]

    def changed(sound: Sound) -> Stereo:
        for start, end in stretches:
            sound = louder(sound, start + RATE, end - RATE // 10, decibels)
        return sound

    reencode(bedded, changed)
    assert off(bedded) == {"bytes", "bed in pauses"}


@pytest.mark.parametrize("decibels", [3.0, -3.0])
def test_a_bed_at_another_level_under_speech_is_found(bedded: Finished, off: Off, decibels: float) -> None:
    """It is heard alone in the short gaps between sentences, and while it is held after a line."""

    def changed(sound: Sound) -> Stereo:
        for start, end in gaps(bedded.receipt):
            stop = end if end - start < 4 * RATE else start + RATE * 6 // 10
            sound = louder(sound, start + 900, stop - 900, decibels)
        return sound

    reencode(bedded, changed)
    assert off(bedded) == {"bytes", "bed under speech"}


@pytest.mark.parametrize("decibels", [2.0, -2.0])
def test_room_tone_at_another_level_is_found(bare: Finished, off: Off, decibels: float) -> None:
    """Without a bed what lies under everything has a level of its own."""

    def changed(sound: Sound) -> Stereo:
        for start, end in gaps(bare.receipt):
            sound = louder(sound, start + 900, end - 900, decibels)
        return sound

    reencode(bare, changed)
    assert off(bare) == {"bytes", "room tone"}


def heard(receipt: Receipt, level: Callable[[int], float]) -> dict[str, Check]:
    """What is said of the level of white noise, so many dB from the plan in each stretch of its kind."""
    quiet, dice, count = Quiet(receipt), np.random.default_rng(3), Counter[float]()
    unit = mastering.loudness(dice.standard_normal((4 * RATE, 2)).astype(np.float32), RATE)
    for index, (span, stretch) in enumerate(zip(quiet.spans, quiet.stretches, strict=True)):
        noise = dice.standard_normal((span.end - span.start, 2))
        plan = receipt.levels.speech_lufs - (stretch.under or 0.0) + stretch.rise
        quiet.hear(index, (noise * gain(plan - unit + level(count[stretch.rise]))).astype(np.float32))
        count[stretch.rise] += 1
    return {check.name: check for check in quiet.checks() if check.name.startswith("bed")}


def test_a_bed_that_moves_is_judged_by_its_mean(bedded: Finished) -> None:
    """A steady bed is off beyond a decibel; one that swings by two is well where its mean is."""
    receipt = bedded.receipt
    steady, swinging = heard(receipt, lambda _: 0.0), heard(receipt, lambda number: (-1.0) ** number)
    shifted = heard(receipt, lambda _: LEVEL_TOLERANCE + 0.2)
    for name in ("bed in pauses", "bed under speech"):
        assert steady[name].well
        assert steady[name].value == pytest.approx(0, abs=0.1)
        assert swinging[name].well
        assert "not measured" not in swinging[name].measured
        assert not shifted[name].well


def test_a_bed_that_moves_too_much_is_not_measured(bedded: Finished) -> None:
    """Where the stretches differ by twelve decibels their mean is anybody's guess, and nothing is claimed."""
    found = heard(bedded.receipt, lambda number: (4.0, -8.0)[number % 2])
    assert all(check.well for check in found.values())
    assert "not measured: it moves too much" in found["bed in pauses"].measured


def test_too_little_of_it_is_not_measured(bedded: Finished) -> None:
    """Of a file with a single pause nothing is said of its bed."""
    receipt = replace(bedded.receipt, pauses=bedded.receipt.pauses[:1])
    assert all("not measured" in check.measured for check in heard(receipt, lambda _: 9.0).values())


def test_room_tone_that_is_missing_in_one_pause_is_found(bare: Finished, off: Off) -> None:
    """It does not move by itself, so that every pause must have it."""
    start, end = gaps(bare.receipt)[2]
    reencode(bare, lambda sound: louder(sound, start + 900, end - 900, -6.0))
    assert off(bare) == {"bytes", "room tone"}


def test_nothing_is_measured_where_a_bell_rings(bedded: Finished) -> None:
    """Its length is not in the receipt, so it is given the time of the longest there is."""
    receipt = bedded.receipt
    bell = entries(receipt)[5].start
    spans = Quiet(replace(receipt, bells=(bell,))).spans
    assert spans
    assert not any(span.start < bell + BELL_RINGS * RATE and span.end > bell for span in spans)
    assert len(Quiet(receipt).spans) > len(spans)


def test_each_bed_is_measured_beside_its_own_plan(bedded: Finished) -> None:
    """Away from where they meet; between two that do not meet there is room tone."""
    receipt = bedded.receipt
    middle, end = receipt.frames // 2, receipt.frames
    meeting = replace(receipt, beds=(BedPlace(20.0, 0, middle + 4 * RATE), BedPlace(26.0, middle, end)))
    assert {stretch.under for stretch in Quiet(meeting).stretches} == {20.0, 26.0}
    assert not any(
        stretch.start < middle + 12 * RATE and stretch.end > middle - 8 * RATE
        for stretch in Quiet(meeting).stretches
    )
    found = heard(meeting, lambda _: 0.0)
    assert set(found) == {"bed in pauses", "bed under speech"}
    assert all(check.well and check.value == pytest.approx(0, abs=0.2) for check in found.values())
    assert "-38.0 and -44.0" in found["bed under speech"].measured
    apart = replace(receipt, beds=(BedPlace(20.0, 0, middle), BedPlace(20.0, middle + 30 * RATE, end)))
    bare = [stretch for stretch in Quiet(apart).stretches if stretch.under is None]
    assert bare
    assert all(middle <= stretch.start < stretch.end <= middle + 30 * RATE for stretch in bare)


def test_receipts_from_before_there_were_several_beds_are_read(bedded: Finished) -> None:
    """Their one bed lies under all of the file."""
    receipt = bedded.receipt
    assert receipt.bed
    assert Quiet(replace(receipt, beds=())).stretches == Quiet(receipt).stretches


# Joins


def click(sound: Sound, at: int) -> Stereo:
    """A fifth of a millisecond at three tenths of the scale."""
    sound[at : at + 8] += 0.3
    return sound


def gap(sound: Sound, at: int) -> Stereo:
    """Five milliseconds of nothing."""
    sound[at - 110 : at + 110] = 0
    return sound


def jump(sound: Sound, at: int) -> Stereo:
    """Four decibels more from here on, for a second."""
    sound[at : at + RATE] *= np.float32(gain(4.0))
    return sound


@pytest.mark.parametrize(
    ("spoil", "seam"),
    [(click, IN_QUIET), (gap, IN_QUIET), (jump, IN_QUIET), (click, IN_SPEECH), (gap, IN_SPEECH)],
)
def test_a_join_that_can_be_heard_is_found(
    bedded: Finished, off: Off, spoil: Callable[[Sound, int], Stereo], seam: int
) -> None:
    """Where two pieces of the encoder's work meet, in a pause and in the middle of a word."""
    reencode(bedded, lambda sound: spoil(sound, SEAMS[seam] - 1105 + SEAM // 2))
    assert off(bedded) == {"bytes", "joins"}


@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_click_at_an_edge_of_a_clip_is_found(bedded: Finished, off: Off, edge: str) -> None:
    """As a cut without a fade would leave it."""
    clip = entries(bedded.receipt)[7]
    reencode(bedded, lambda sound: click(sound, clip.start + (0 if edge == "start" else clip.length)))
    assert off(bedded) == {"bytes", "joins"}


def test_joins_that_can_be_heard_are_noted_in_their_places(bedded: Finished) -> None:
    """For whoever draws them."""
    sound, receipt = decoded(bedded.file).copy(), bedded.receipt
    notes = Notes(receipt=receipt, clips=entries(receipt))
    joins = Joins(receipt, notes)
    place = SEAMS[IN_QUIET] - 1105 + SEAM // 2
    click(sound, place)
    for index, span in enumerate(joins.spans):
        joins.hear(index, sound[span.start : span.end])
    assert not joins.check().well
    assert [span.start < place < span.end for span in notes.breaks] == [True]


def test_joins_are_not_judged_without_anything_to_compare_them_with(
    cli: Cli, checks: Checks, tmp_path: Path
) -> None:
    """A file of a few seconds has no seconds elsewhere."""
    (tmp_path / "one.yaml").write_text("title: One\nbed: none\nscript:\n- One line.\n", "utf-8")
    assert cli("build", "one.yaml", "--voice", "fake:one").code == 0
    found = checks(Finished(tmp_path / "output" / "one.mp3", tmp_path))
    for name in ("joins", "line levels", "room tone", "pauses"):
        assert found[name]["well"]
        assert "not measured" in found[name]["measured"]


def test_the_figure_of_a_break_belongs_to_its_place() -> None:
    """A click is found where it is, whatever it is in, and is far above what noise does by itself."""
    noise = (np.random.default_rng(2).standard_normal((RATE, 2)) * 0.01).astype(np.float32)
    plain = breaks(band_levels(noise, RATE))
    for place in (REACH, 10_000, 30_001):
        figures = breaks(band_levels(click(noise.copy(), place), RATE))
        near = round((place - REACH) / 128)
        assert figures.max() == figures[max(near - 1, 0) : near + 2].max() > 3 * plain.max()
    assert len(breaks(band_levels(noise[:900], RATE))) == 0


def test_the_figure_of_a_jump_is_its_height() -> None:
    """In decibels, at its place, up or down."""
    noise = (np.random.default_rng(2).standard_normal((RATE, 2)) * 0.01).astype(np.float32)
    assert jumps(band_levels(noise, RATE)).max() < 0.8
    for decibels in (6.0, -6.0):
        figures = jumps(band_levels(np.concatenate((noise[:20_000], noise[20_000:] * gain(decibels))), RATE))
        assert figures.max() == pytest.approx(6.0, abs=0.5)
        assert abs(int(figures.argmax()) * 128 + JUMP_REACH - 20_000) < 512


# The limiter


def test_what_the_limiter_had_to_do_is_told_and_no_fault(bedded: Finished, checks: Checks) -> None:
    """A quiet voice leaves it nothing; a peak at the ceiling is told by how much of the time it takes."""
    assert "nothing to do" in checks(bedded)["limiter"]["measured"]

    def peaking(sound: Sound) -> Stereo:
        sound[20 * RATE : 21 * RATE] += 0.8 * np.sin(2 * np.pi * 220 * np.arange(RATE) / RATE)[:, None]
        return sound

    reencode(bedded, peaking)
    found = checks(bedded)["limiter"]
    assert found["well"]
    assert 0.001 < found["value"] < 0.02
