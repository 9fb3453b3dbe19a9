"""Beds that change with a chapter: where each lies, and what is heard of the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import call, decoded
from conftest import PLACE, RATE, WhiteNoise, said, script_of, takes_of
from guided_audio import cli, receipt
from guided_audio.beds import BED_CHANGE, BED_FADE_IN, BED_FADE_OUT, Change, lay_beds
from guided_audio.blocks import Source, Stereo
from guided_audio.layout import BARE_LEAD_IN, BARE_TAIL, LEAD_IN, TAIL, lay_out
from guided_audio.library import Library
from guided_audio.listening import rms_db
from guided_audio.mixer import BLOCK, RISE_IN_PAUSES, Bed, Floor, Mix, OnGrid, Voice, fade_frames
from guided_audio.pacing import score
from guided_audio.plan import Options, Plan, plan, read_script, with_bed
from guided_audio.render import ROOM_TONE_DBFS, Rendering, render
from guided_audio.script import Bed as Wanted
from guided_audio.script import Chapter, NoBed, Script
from guided_audio.speaking import Speaker
from guided_audio.timeline import BedSpan, Clip, Timeline
from guided_audio.units import Frames, decibels, gain, to_frames

LIBRARY = Library()
RAIN, OCEAN, LOUD_OCEAN = (
    Wanted(PLACE, Path("rain.yaml")),
    Wanted(PLACE, Path("ocean.yaml"), 22.0),
    Wanted(PLACE, Path("ocean.yaml"), 18.0),
)
NONE = NoBed(PLACE)


def laid(
    *changes: tuple[float, Wanted | NoBed], first: Wanted | None = RAIN, length: float = 120.0
) -> tuple[BedSpan, ...]:
    """The spans of changes at these seconds."""
    marks = [Change(to_frames(at), bed) for at, bed in changes]
    return lay_beds(first, marks, to_frames(length), RATE)


def in_seconds(*spans: BedSpan) -> list[tuple[str, float, float, float, float]]:
    """The spans as one would tell them."""
    return [
        (span.name, span.start / RATE, span.end / RATE, span.melts_in / RATE, span.melts_out / RATE)
        for span in spans
    ]


# Where they lie


def test_two_beds_share_eight_seconds_around_the_mark() -> None:
    """Four on either side."""
    assert BED_CHANGE == 8.0
    assert in_seconds(*laid((60, OCEAN))) == [("rain", 0, 64, 0, 8), ("ocean", 56, 120, 8, 0)]


def test_the_same_bed_again_is_no_change() -> None:
    """Nor is another name of the same nothing."""
    assert laid((30, RAIN), (60, RAIN)) == laid()
    assert laid((30, NONE), (60, NONE), first=None) == ()


def test_no_bed_lets_the_one_before_go_out() -> None:
    """From its mark on; a bed that comes later comes in from its own."""
    spans = laid((40, NONE), (80, OCEAN))
    assert in_seconds(*spans) == [("rain", 0, 40 + BED_FADE_OUT, 0, 0), ("ocean", 80, 120, 0, 0)]
    assert [fade_frames(span, RATE) for span in spans] == [
        (to_frames(BED_FADE_IN), to_frames(BED_FADE_OUT))
    ] * 2


def test_a_change_is_shorter_where_a_bed_is() -> None:
    """It never takes more than all of it, and a short quiet between two beds is not run over."""
    first, short, last = laid((60, OCEAN), (63, RAIN))
    assert in_seconds(first, short, last) == [
        ("rain", 0, 61.5, 0, 3),
        ("ocean", 58.5, 64.5, 3, 3),
        ("rain", 61.5, 120, 3, 0),
    ]
    before, after = laid((60, NONE), (64, OCEAN))
    assert before.end == after.start == to_frames(64)


BEDS = st.sampled_from([RAIN, OCEAN, LOUD_OCEAN, NONE])


@given(
    st.none() | st.just(RAIN),
    st.lists(st.tuples(st.integers(0, 40 * RATE), BEDS), max_size=6),
    st.integers(41 * RATE, 60 * RATE),
)
def test_spans_lie_in_the_file_and_follow_one_another(
    first: Wanted | None, changes: list[tuple[int, Wanted | NoBed]], length: int
) -> None:
    """Wherever the marks are: within the file, shared frames the same for both, no fade in another's."""
    marks = [Change(Frames(at), bed) for at, bed in sorted(changes, key=lambda change: change[0])]
    spans = lay_beds(first, marks, Frames(length), RATE)
    for span in spans:
        rise, fall = fade_frames(span, RATE)
        assert 0 <= span.start < span.end <= length
        assert 0 < rise <= span.end - span.start
        assert span.melts_in + span.melts_out <= span.end - span.start
        assert rise + fall <= span.end - span.start + 1e-6
    for one, other in pairwise(spans):
        assert one.melts_out == other.melts_in == max(one.end - other.start, 0)
    for one, after_next in zip(spans, spans[2:], strict=False):
        assert one.end <= after_next.start


def timeline_of(script: Script) -> Timeline:
    """A script whose sayings last a second."""
    found = score(script, {})
    return lay_out(script, found, takes_of(found))


@pytest.mark.parametrize(
    ("top", "first", "last", "lead", "tail"),
    [
        (None, None, None, BARE_LEAD_IN, BARE_TAIL),
        (RAIN, None, NONE, LEAD_IN, BARE_TAIL),
        (RAIN, NONE, None, BARE_LEAD_IN, BARE_TAIL),
        (None, RAIN, None, LEAD_IN, TAIL),
        (None, None, OCEAN, BARE_LEAD_IN, TAIL),
    ],
)
def test_lead_in_and_tail_are_for_the_bed_that_is_there(
    top: Wanted | None, first: Wanted | NoBed | None, last: Wanted | NoBed | None, lead: float, tail: float
) -> None:
    """At the beginning and at the end, whatever is between."""
    one, two = Chapter(PLACE, "One", first), Chapter(PLACE, "Two")
    three = Chapter(PLACE, "Three", last)
    script = script_of(one, said("A."), two, said("B."), three, said("C."))
    timeline = timeline_of(_with_top(script, top))
    assert timeline.clips[0].start == to_frames(lead)
    ends = timeline.clips[-1].end + to_frames(2.0)  # the rest of the last line
    assert timeline.length - ends == to_frames(tail)
    if timeline.beds and lead == LEAD_IN:
        assert timeline.beds[0].start == 0
    if timeline.beds and tail == TAIL:
        assert timeline.beds[-1].end == timeline.length


def _with_top(script: Script, bed: Wanted | None) -> Script:
    return Script(script.path, script.title, script.steps, bed=bed)


def test_a_bed_changes_at_the_mark_of_its_chapter() -> None:
    """The middle of what two beds share."""
    script = script_of(
        said("A."), Chapter(PLACE, "Two", OCEAN), said("B."), Chapter(PLACE, "Three"), said("C."), bed=True
    )
    timeline = timeline_of(script)
    rain, ocean = timeline.beds
    assert (rain.end + ocean.start) // 2 == timeline.chapters[1].start
    assert ocean.end == timeline.length


# What is heard of it

A, B = WhiteNoise(0.1, 1), WhiteNoise(0.1, 99_991)
LEVEL = decibels(0.1)
TONE = Floor(WhiteNoise(0.1, 5), gain(ROOM_TONE_DBFS - LEVEL), "tone")
NOBODY = Voice(lambda clip: np.zeros(clip.length, np.float32), lambda _: 1.0)


@dataclass(frozen=True, slots=True)
class Constant:
    """One everywhere, so that what is heard is the level."""

    def read(self, start: int, count: int) -> Stereo:
        """So many ones."""
        del start
        return np.ones((count, 2), np.float32)


def mixed(
    spans: tuple[BedSpan, ...],
    sources: Mapping[str, Source],
    *,
    length: float = 120.0,
    floor: Floor | None = TONE,
    speech: tuple[tuple[float, float], ...] = (),
) -> Mix:
    """A mix of these beds, each as loud as its distance asks, 20 dB being 0."""
    clips = tuple(
        Clip(f"{start}", to_frames(start), Frames(to_frames(end) - to_frames(start)), -20.0, 0)
        for start, end in speech
    )
    timeline = Timeline(RATE, to_frames(length), (), clips, (), (), (), spans)
    beds = [Bed(sources[span.name], span, gain(20 - span.under), span.name) for span in spans]
    return Mix(timeline, NOBODY, beds=beds, floor=floor)


def seconds(source: Mix | Rendering, start: float, end: float) -> Stereo:
    """What is heard between two places."""
    first = to_frames(start)
    return source.read(first, to_frames(end) - first)


def test_the_power_is_even_through_a_change() -> None:
    """Two noises, quarter of a second by quarter of a second, stay within half a decibel."""
    mix = mixed(laid((60, Wanted(PLACE, Path("ocean.yaml")))), {"rain": A, "ocean": B})
    levels = [rms_db(seconds(mix, at, at + 0.25)) for at in np.arange(54, 66, 0.25)]
    assert max(abs(level - LEVEL - RISE_IN_PAUSES) for level in levels) < 0.5
    first, last = seconds(mix, 55, 56), seconds(mix, 64, 65)
    louder = np.float32(gain(RISE_IN_PAUSES))
    np.testing.assert_allclose(first, A.read(55 * RATE, RATE) * louder, rtol=1e-6)
    np.testing.assert_allclose(last, B.read(64 * RATE, RATE) * louder, rtol=1e-6)


def test_another_distance_of_the_same_bed_is_no_bump() -> None:
    """From 22 to 18 dB: never below the one, never above the other, and always on the way up."""
    spans = laid((60, LOUD_OCEAN), first=OCEAN)
    level = seconds(mixed(spans, {"ocean": Constant()}, floor=None), 54, 66)[:, 0].astype(np.float64)
    assert decibels(level[0]) == pytest.approx(RISE_IN_PAUSES - 2, abs=1e-3)
    assert decibels(level[-1]) == pytest.approx(RISE_IN_PAUSES + 2, abs=1e-3)
    assert np.diff(level).min() > -1e-6


def test_nothing_clicks() -> None:
    """From frame to frame the level of a bed moves no more than a fade does, wherever it changes."""
    spans = laid((20, OCEAN), (23, RAIN), (50, NONE), (80, OCEAN), (95, LOUD_OCEAN))
    for name in ("rain", "ocean"):
        others: dict[str, Source] = {"rain": WhiteNoise(0.0), "ocean": WhiteNoise(0.0), name: Constant()}
        level = mixed(spans, others, floor=None).read(0, to_frames(120))[:, 0].astype(np.float64)
        fastest = np.pi / 2 / (3.0 * RATE) * gain(2 + RISE_IN_PAUSES)
        assert level[0] < 1e-6
        assert level[-1] < 1e-4
        assert np.abs(np.diff(level)).max() < 1.2 * fastest


def test_all_beds_make_room_for_the_voice() -> None:
    """While somebody speaks through a change, both are down."""
    spans = laid((60, Wanted(PLACE, Path("ocean.yaml"))))
    mix = mixed(spans, {"rain": A, "ocean": B}, speech=((50, 70),))
    for start in range(50, 70, 2):
        assert rms_db(seconds(mix, start, start + 2)) == pytest.approx(LEVEL, abs=0.3)


def test_room_tone_is_where_no_bed_is() -> None:
    """At its level, and nowhere digital zero, not even at the first and the last frame."""
    mix = mixed(laid((40, NONE), (80, RAIN)), {"rain": A})
    for start in range(51, 79, 4):
        assert rms_db(seconds(mix, start, start + 1)) == pytest.approx(ROOM_TONE_DBFS, abs=0.3)
    quiet = np.abs(mix.read(0, to_frames(120))).max(axis=1)
    assert not np.any((quiet[:-1] == 0) & (quiet[1:] == 0))


def test_room_tone_is_not_heard_under_a_bed() -> None:
    """In full, and where one bed melts into another, there is nothing else."""
    spans = laid((60, OCEAN))
    with_tone, without = (mixed(spans, {"rain": A, "ocean": B}, floor=floor) for floor in (TONE, None))
    first, count = to_frames(BED_FADE_IN), to_frames(120 - BED_FADE_IN - BED_FADE_OUT)
    assert np.array_equal(with_tone.read(first, count), without.read(first, count))


def test_what_bed_another_chapter_has_signs_nothing_here() -> None:
    """Of three chapters the middle one has another bed, or none: far from it all is as it was."""
    sources = {"rain": A, "ocean": B, "wind": WhiteNoise(0.1, 7)}
    wind = Wanted(PLACE, Path("wind.yaml"))
    one, two, three = (mixed(laid((40, bed), (80, RAIN)), sources) for bed in (OCEAN, wind, NONE))
    for at in (0, 10, 30, 95, 110, 118):
        start = to_frames(at)
        assert one.signature(start, RATE) == two.signature(start, RATE) == three.signature(start, RATE)
        assert np.array_equal(one.read(start, RATE), two.read(start, RATE))
        assert np.array_equal(one.read(start, RATE), three.read(start, RATE))
    for at in (38, 45, 60, 78):
        signatures = [mix.signature(to_frames(at), RATE) for mix in (one, two, three)]
        assert all(a != b for a, b in pairwise(signatures))


CASES = [
    laid((40, OCEAN), (80, RAIN)),
    laid((40, LOUD_OCEAN), (80, RAIN)),
    laid((40, OCEAN), (44, RAIN)),
    laid((40, NONE), (80, RAIN)),
    laid((41, OCEAN), (80, RAIN)),
    laid(first=None),
    laid((80, OCEAN), first=None),
]


@given(st.sampled_from(CASES), st.sampled_from(CASES), st.integers(0, 118 * RATE), st.integers(1, RATE))
def test_what_has_one_signature_sounds_the_same(
    one: tuple[BedSpan, ...], other: tuple[BedSpan, ...], start: int, count: int
) -> None:
    """Whatever is elsewhere."""
    mixes = [mixed(spans, {"rain": A, "ocean": B}) for spans in (one, other)]
    if mixes[0].signature(start, count) == mixes[1].signature(start, count):
        assert np.array_equal(mixes[0].read(start, count), mixes[1].read(start, count))


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        (laid((40, NONE)), laid((41, NONE)), 45),
        (laid((80, OCEAN), first=None), laid((81, OCEAN), first=None), 83),
        (laid((60, OCEAN)), laid((61, OCEAN)), 59),
        (laid(length=100), laid(length=101), 95),
    ],
    ids=["goes", "comes", "changes", "ends"],
)
def test_the_same_beds_at_other_places_sign_otherwise(
    one: tuple[BedSpan, ...], other: tuple[BedSpan, ...], at: int
) -> None:
    """Where one of them comes or goes a second later."""
    mixes = [mixed(spans, {"rain": A, "ocean": B}) for spans in (one, other)]
    start = to_frames(at)
    assert not np.array_equal(mixes[0].read(start, RATE), mixes[1].read(start, RATE))
    assert mixes[0].signature(start, RATE) != mixes[1].signature(start, RATE)


def test_small_pieces_are_the_whole() -> None:
    """However short a read is, no bed is missed at its edge."""
    mix = mixed(laid((40, OCEAN), (80, NONE), (100, RAIN)), {"rain": Constant(), "ocean": Constant()})
    for at in (36, 44, 80, 90, 100):
        start = to_frames(at) - 5000
        pieces = [mix.read(place, 500) for place in range(start, start + 10_000, 500)]
        np.testing.assert_allclose(np.concatenate(pieces), mix.read(start, 10_000), atol=1e-6)


@given(st.lists(st.integers(0, 120 * RATE), min_size=1, max_size=4))
def test_any_split_is_the_same_to_the_bit(cuts: list[int]) -> None:
    """Also through changes."""
    mix = mixed(CASES[2], {"rain": A, "ocean": B})
    source = OnGrid(lambda start: mix.read(start, BLOCK), keep=2)
    for place in cuts:
        at = place // BLOCK * BLOCK
        piece = source.read(place, 3000)
        assert np.array_equal(piece[: BLOCK - (place - at)], mix.read(at, BLOCK)[place - at :][:3000])


# From a script to a file

WALK = """\
title: A walk
bed: soft-rain
script:
- chapter: In the house
- notice: Rain runs down the window.
- chapter: By the water
  bed: {sound: ocean, under: 22 dB}
- notice: Waves come in, one after another.
- chapter: Still there
  bed: {sound: ocean, under: 22 dB}
- notice: And they run back.
- chapter: Back home
  bed: none
- notice: The room is as it was.
- pause: 12s
- chapter: Later
  bed: wind
- notice: Leaves move.
"""


def planned(text: str, folder: Path, speaker: Speaker, bed: str = "") -> Plan:
    """The plan of a script, spoken by the voice for tests."""
    file = folder / "walk.yaml"
    file.write_text(text, encoding="utf-8")
    return plan(read_script(file, LIBRARY), Options(voice="fake:one", bed=bed), LIBRARY, speaker)


def test_a_script_names_beds_beside_its_chapters(tmp_path: Path, speaker: Speaker) -> None:
    """By name, with a distance, and none."""
    spans = planned(WALK, tmp_path, speaker).timeline.beds
    assert [(span.name, span.under) for span in spans] == [("soft rain", 20), ("ocean", 22), ("wind", 20)]


@pytest.mark.parametrize(("name", "heard"), [("wind", [("wind", 20.0)]), ("none", [])])
def test_the_command_line_replaces_all_of_them(
    name: str, heard: list[tuple[str, float]], tmp_path: Path, speaker: Speaker
) -> None:
    """With one bed from the beginning to the end, or with none."""
    timeline = planned(WALK, tmp_path, speaker, name).timeline
    assert [(span.name, span.under) for span in timeline.beds] == heard
    assert [(span.start, span.end) for span in timeline.beds] == [(0, timeline.length)] * len(heard)


def test_a_bed_from_outside_lies_as_far_down_as_the_first_one(tmp_path: Path) -> None:
    """Also where that is a chapter's; passages and branches are no hiding place."""
    file = tmp_path / "a.yaml"
    file.write_text(
        "title: A\nscript:\n- Good.\n- optional:\n    from: 10m\n    script:\n"
        "    - chapter: Two\n      bed: {sound: ocean, under: 25 dB}\n    - Good.\n"
        "- choose: way\n  in:\n  - chapter: In\n    bed: wind\n  - Good.\n  out:\n  - Good.\n",
        encoding="utf-8",
    )
    script = read_script(file, LIBRARY)
    assert [bed.under for bed in script.beds] == [25.0, 20.0]
    assert [bed.under for bed in with_bed(script, "soft-rain", LIBRARY).beds] == [25.0]
    assert with_bed(script, "none", LIBRARY).beds == ()


def test_recipes_change_without_a_seam_and_from_anywhere(tmp_path: Path, speaker: Speaker) -> None:
    """A rendering that begins at a change is that of the whole file, to the bit; each bed at its distance."""
    made = planned(WALK, tmp_path, speaker)
    whole = render(made, LIBRARY, speaker, tmp_path)
    rain, ocean, wind = made.timeline.beds
    length = made.timeline.length
    everything = np.concatenate([whole.read(at, min(60_000, length - at)) for at in range(0, length, 60_000)])
    for place in (0, ocean.start - 100, rain.end - 5000, ocean.end - RATE, wind.start - 10, length - RATE):
        fresh = render(made, LIBRARY, speaker, tmp_path)
        assert np.array_equal(fresh.read(place, 20_000), everything[place : place + 20_000])
    quiet = everything[ocean.end : wind.start]
    assert rms_db(quiet) == pytest.approx(ROOM_TONE_DBFS, abs=0.5)
    assert not np.any(np.all(everything[:-1] == 0, axis=1) & np.all(everything[1:] == 0, axis=1))


def test_what_one_chapter_has_costs_the_others_nothing(tmp_path: Path, speaker: Speaker) -> None:
    """With another bed by the water, every second far from there signs as before."""
    one = planned(WALK, tmp_path, speaker)
    other = planned(WALK.replace("ocean, under: 22", "wind, under: 26"), tmp_path, speaker)
    first, second = (render(made, LIBRARY, speaker, tmp_path) for made in (one, other))
    assert one.timeline.length == other.timeline.length
    water = one.timeline.beds[1]
    same = [
        first.signature(at, RATE) == second.signature(at, RATE)
        for at in range(0, one.timeline.length - RATE, RATE)
    ]
    reach = BLOCK + 882
    for number, equal in enumerate(same):
        at = number * RATE
        if at + RATE + reach < water.start or at - reach > water.end:
            assert equal
        if water.start < at < water.end - RATE:
            assert not equal


def test_a_finished_file_changes_its_bed(tmp_path: Path) -> None:
    """Decoded: what its receipt says of its beds is what lies there, and `verify` finds nothing."""
    (tmp_path / "walk.yaml").write_text(WALK.replace("12s", "20s"), encoding="utf-8")
    done = call(["build", "walk.yaml", "--voice", "fake:one"], tmp_path / "store", tmp_path)
    assert done.code == 0, done.err
    paper = receipt.read((tmp_path / "output" / "a-walk.receipt.json").read_bytes())
    rain, ocean, wind = paper.beds
    assert paper.bed == receipt.BedEntry(20.0)
    assert [bed.under for bed in paper.beds] == [20.0, 22.0, 20.0]
    assert rain.end - ocean.start == to_frames(BED_CHANGE)
    assert (rain.start, wind.end) == (0, paper.frames)
    sound = decoded(tmp_path / "output" / "a-walk.mp3")
    assert len(sound) == paper.frames
    quiet = sound[ocean.end + 4000 : wind.start - 4000]
    assert rms_db(quiet) == pytest.approx(ROOM_TONE_DBFS, abs=1.0)
    change = sound[ocean.start : rain.end]
    steps = [rms_db(piece) for piece in np.array_split(change, 4)]
    assert min(steps) > ROOM_TONE_DBFS + 20
    checked = call(["verify", "output/a-walk.mp3"], tmp_path / "store", tmp_path)
    assert checked.code == 0, checked.out + checked.err


def test_the_plan_tells_where_beds_change(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row where each comes, and where none is left."""
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(tmp_path / "store"))
    (tmp_path / "walk.yaml").write_text(WALK, encoding="utf-8")
    assert cli.run(["plan", str(tmp_path / "walk.yaml"), "--voice", "fake:one"]) == 0
    rows = [line.split(maxsplit=2)[1:] for line in capsys.readouterr().out.splitlines()]
    assert [words[1] for words in rows if words[:1] == ["bed"]] == [
        "soft rain, 20 dB under the voice",
        "ocean, 22 dB under the voice",
        "none",
        "wind, 20 dB under the voice",
    ]
