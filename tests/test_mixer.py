"""The mix, measured on its stems: how loud, and from which frame to which."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import RATE, WhiteNoise, both, tone
from guided_audio.beds import BED_FADE_IN, BED_FADE_OUT
from guided_audio.blocks import Mono, Stereo
from guided_audio.listening import rms_db
from guided_audio.mixer import (
    BLOCK,
    DUCK_BEFORE,
    DUCK_HOLD,
    DUCK_RELEASE,
    RISE_IN_PAUSES,
    SHORTEST_RELEASE,
    Bed,
    Curve,
    Factors,
    Floor,
    Mix,
    OneShot,
    OnGrid,
    Voice,
    duck_points,
    ducking,
    fades,
)
from guided_audio.timeline import BedSpan, Clip, Timeline
from guided_audio.units import Frames, decibels, gain, to_frames

NOBODY = Voice(lambda clip: np.zeros(clip.length, np.float32), lambda _: 1.0)
WHITE = WhiteNoise(rms=0.1)
WHITE_DB = decibels(0.1)


def said_at(*spans: tuple[float, float], length: float = 60.0) -> Timeline:
    """Somebody speaks from these seconds to those, over a bed."""
    clips = tuple(
        Clip(
            f"clip of {end - start:.3f} s",
            to_frames(start),
            Frames(to_frames(end) - to_frames(start)),
            -20.0,
            number,
        )
        for number, (start, end) in enumerate(spans)
    )
    frames = to_frames(length)
    bed = BedSpan("rain.yaml", 20.0, Frames(0), frames)
    return Timeline(RATE, frames, (), clips, (), (), (), (bed,))


def bed_of(timeline: Timeline, level: float = 1.0) -> Bed:
    """White noise under a timeline."""
    (span,) = timeline.beds
    return Bed(WHITE, span, level)


def seconds(source: Mix, start: float, end: float) -> Stereo:
    """What is heard between two places."""
    first = to_frames(start)
    return source.read(first, to_frames(end) - first)


# The bed

TALK = said_at((10, 14), (17, 20), (35, 38))
"""Two lines 3 s apart, then 15 s of quiet, then a third."""


def test_the_bed_lies_where_it_was_planned() -> None:
    """Under speech at its gain, 2 dB higher where nobody speaks for long: within half a decibel."""
    mix = Mix(TALK, NOBODY, beds=[bed_of(TALK, gain(-20))])
    for start, end in ((10.0, 14.0), (17.0, 20.0), (35.0, 38.0)):
        assert rms_db(seconds(mix, start, end)) == pytest.approx(WHITE_DB - 20, abs=0.5)
    for start, end in ((6.5, 9), (24, 34), (42, 49)):
        assert rms_db(seconds(mix, start, end)) == pytest.approx(WHITE_DB - 20 + RISE_IN_PAUSES, abs=0.5)


def test_the_bed_stays_down_in_short_pauses() -> None:
    """Between lines less than four seconds apart it does not breathe."""
    mix = Mix(TALK, NOBODY, beds=[bed_of(TALK)])
    for start in np.arange(14, 17, 0.5):
        assert rms_db(seconds(mix, start, start + 0.5)) == pytest.approx(WHITE_DB, abs=0.3)


def test_the_corners_of_ducking() -> None:
    """Down by the first syllable, held, and slowly up again: each corner at its frame."""
    curve = ducking(duck_points(TALK))
    for first, last in ((10, 20), (35, 38)):
        corners = [
            (first - DUCK_BEFORE, RISE_IN_PAUSES),
            (first - DUCK_BEFORE / 2, RISE_IN_PAUSES / 2),
            (first, 0.0),
            (last, 0.0),
            (last + DUCK_HOLD, 0.0),
            (last + DUCK_HOLD + DUCK_RELEASE / 2, RISE_IN_PAUSES / 2),
            (last + DUCK_HOLD + DUCK_RELEASE, RISE_IN_PAUSES),
        ]
        for place, level in corners:
            assert decibels(float(curve(to_frames(place), 1)[0])) == pytest.approx(level, abs=1e-3)
        before, behind = to_frames(first - DUCK_BEFORE), to_frames(last + DUCK_HOLD)
        assert curve(before - 1, 1)[0] == curve(before, 1)[0] > curve(before + 1, 1)[0]
        assert curve(behind - 1, 1)[0] == curve(behind, 1)[0] < curve(behind + 1, 1)[0]


def test_the_longest_pause_without_release() -> None:
    """A frame decides: at four seconds the bed comes up, a frame below it does not."""
    for missing, rises in ((0, True), (1, False)):
        timeline = said_at((10, 14), (14 + SHORTEST_RELEASE, 20))
        second = replace(timeline.clips[1], start=Frames(timeline.clips[1].start - missing))
        curve = ducking(duck_points(replace(timeline, clips=(timeline.clips[0], second))))
        assert (float(curve(14 * RATE, 4 * RATE).max()) > 1.0) == rises


def test_the_bed_moves_slowly() -> None:
    """Never faster than it goes down before a word, wherever the words are."""
    timeline = said_at((0.1, 1), (5.01, 6), (10, 10.02), (14.1, 20))
    level = 20 * np.log10(ducking(duck_points(timeline))(0, 25 * RATE).astype(np.float64))
    assert level.min() > -1e-3
    assert level.max() < RISE_IN_PAUSES + 1e-3
    assert np.abs(np.diff(level)).max() * RATE < RISE_IN_PAUSES / DUCK_BEFORE + 0.6
    for clip in timeline.clips:
        assert np.abs(level[clip.start : clip.end]).max() < 1e-3


def test_where_nobody_speaks_the_bed_is_up() -> None:
    """From its first frame to its last."""
    curve = ducking(duck_points(said_at()))
    np.testing.assert_allclose(curve(0, 100), gain(RISE_IN_PAUSES), rtol=1e-6)
    np.testing.assert_allclose(curve(59 * RATE, 100), gain(RISE_IN_PAUSES), rtol=1e-6)


def test_fades_are_equal_power() -> None:
    """Half way each is 3 dB down, and the powers of a place and its mirror sum to one."""
    curve = fades(BedSpan("", 20.0, Frames(0), to_frames(60)), RATE)
    for first, length in ((0.0, BED_FADE_IN), (60 - BED_FADE_OUT, BED_FADE_OUT)):
        frames = to_frames(length)
        level = curve(to_frames(first), frames + 1).astype(np.float64)
        assert decibels(level[frames // 2]) == pytest.approx(-3.01, abs=0.01)
        np.testing.assert_allclose(level**2 + level[::-1] ** 2, 1.0, atol=1e-6)
    assert curve(0, 1)[0] == 0.0
    assert curve(to_frames(60), 1)[0] == 0.0
    assert np.all(curve(to_frames(BED_FADE_IN), to_frames(44)) == 1.0)


def test_a_bed_shorter_than_its_fades() -> None:
    """It comes in and goes out all the same, without a step."""
    curve = fades(BedSpan("", 20.0, Frames(0), to_frames(8)), RATE)
    level = curve(0, to_frames(8) + 1)
    assert level[0] == level[-1] == 0.0
    assert np.abs(np.diff(level)).max() < 2e-5


@given(st.integers(-RATE, 61 * RATE), st.integers(0, 70_000))
def test_a_curve_is_the_same_wherever_it_is_read(start: int, count: int) -> None:
    """What is short for a stretch without a corner is what is long for it."""
    for curve, whole in _CURVES:
        np.testing.assert_allclose(
            _each(curve, start, count), whole[start + RATE : start + RATE + count], rtol=2e-7, atol=0
        )


def _each(curve: Curve, start: int, count: int) -> Factors:
    """The factors one by one, also where a single one stands for all of them."""
    return np.broadcast_to(curve(start, count), count)


_CURVES = [
    (curve, np.concatenate([_each(curve, start, 7 * RATE) for start in range(-RATE, 69 * RATE, 7 * RATE)]))
    for curve in (ducking(duck_points(TALK)), fades(BedSpan("", 20.0, Frames(0), to_frames(60)), RATE))
]


# Everything in its place


@dataclass(frozen=True, slots=True)
class Ramps:
    """Every clip counts up from 1 at its first frame, so that each frame of it can be told."""

    def samples(self, clip: Clip) -> Mono:
        """1, 2, 3 and so on."""
        return np.arange(1, clip.length + 1, dtype=np.float32)

    def voice(self) -> Voice:
        """Twice as loud as it is."""
        return Voice(self.samples, lambda _: 2.0)


def placed(starts: Sequence[int], lengths: Sequence[int], end: int = 100_000) -> Timeline:
    """Clips at frames."""
    clips = tuple(
        Clip(f"{start}", Frames(start), Frames(length), -20.0, 0)
        for start, length in zip(starts, lengths, strict=True)
    )
    return Timeline(RATE, Frames(end), (), clips, (), (), (), ())


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 400)), max_size=8),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 900)), max_size=3),
    st.integers(-200, 4000),
    st.integers(0, 1500),
)
def test_clips_and_bells_land_on_their_frames(
    clips: list[tuple[int, int]], bells: list[tuple[int, int]], start: int, count: int
) -> None:
    """Any window shows what a mix by hand has there."""
    starts: list[int] = []
    for gap, _ in clips:
        starts.append((starts[-1] + clips[len(starts) - 1][1] if starts else 0) + gap)
    timeline = placed(starts, [length for _, length in clips], 4000)
    rung = [OneShot(Frames(at), np.full((length, 2), 0.5, np.float32)) for at, length in bells]
    expected = np.zeros((8000, 2), np.float32)
    for clip in timeline.clips:
        expected[clip.start : clip.end] += 2 * np.arange(1, clip.length + 1, dtype=np.float32)[:, None]
    for bell in rung:
        expected[bell.start : bell.start + len(bell.sound)] += bell.sound
    expected = np.concatenate(
        (np.zeros((200, 2), np.float32), expected[:4000], np.zeros((2000, 2), np.float32))
    )
    heard = Mix(timeline, Ramps().voice(), rung).read(start, count)
    assert heard.dtype == np.float32
    assert np.array_equal(heard, expected[start + 200 : start + 200 + count])


def full_mix(length: float = 30.0) -> Mix:
    """Voice, a bell that rings beyond the end, a bed and room tone."""
    timeline = said_at((8, 10), (13, 15), length=length)
    sound = (np.exp(-np.arange(12 * RATE) / (3 * RATE)) * tone(440, 12)).astype(np.float32)
    bell = OneShot(to_frames(length - 6), both(sound))
    voice = Voice(lambda clip: tone(200, clip.length / RATE)[: clip.length], lambda _: 0.5)
    return Mix(timeline, voice, [bell], [bed_of(timeline, 0.1)], Floor(WhiteNoise(0.001, 9), 1.0))


@pytest.mark.parametrize(("start", "count"), [(-5000, 5000), (30 * RATE, 5000), (-99_999, 10), (10**9, 100)])
def test_outside_there_is_nothing(start: int, count: int) -> None:
    """Zeros before the first frame and after the last, whatever rings or hums."""
    assert not full_mix().read(start, count).any()


def test_the_last_frame_inside_is_heard() -> None:
    """And the first: room tone is under all of it."""
    mix = full_mix()
    for edge, inside in ((0, 50), (30 * RATE, -50)):
        heard = np.abs(mix.read(edge - 50, 100)).max(axis=1) > 0
        assert heard.sum() == 50
        assert heard[75 if inside > 0 else 25]


def test_room_tone_is_never_digital_zero() -> None:
    """In a file without a bed every stretch has something in it, at the level that was set."""
    timeline = placed([50_000], [100], 200_000)
    mix = Mix(timeline, NOBODY, floor=Floor(WHITE, gain(-48)))
    for start in range(0, 200_000, 20_000):
        assert rms_db(mix.read(start, 20_000)) == pytest.approx(WHITE_DB - 48, abs=0.3)


def test_nothing_at_all_is_silence() -> None:
    """A timeline without sound, and a read of no frames."""
    mix = Mix(placed([], []), NOBODY)
    assert not mix.read(0, 1000).any()
    assert full_mix().read(1000, 0).shape == (0, 2)


# Signatures


def signed(
    clips: Sequence[tuple[float, float]], bells: Sequence[float], length: float, *, bed: bool, loud: float
) -> Mix:
    """A mix of which any part may be compared with that of another."""
    timeline = said_at(*clips, length=length)
    ring = np.full((3 * RATE, 2), 0.25, np.float32)
    rung = [OneShot(to_frames(at), ring, "bowl") for at in bells]
    voice = Voice(lambda clip: np.full(clip.length, 0.5, np.float32), lambda _: loud)
    under = [replace(bed_of(timeline), identity="rain")] if bed else []
    return Mix(timeline, voice, rung, under, None if bed else Floor(WHITE, 0.01, "room"))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Mix, Mix]:
    """Two mixes that are the same in most things."""
    gaps = draw(st.lists(st.tuples(st.sampled_from([0.1, 3.0, 4.5, 8.0]), st.just(2.0)), max_size=5))
    bells = draw(st.lists(st.sampled_from([1.0, 12.0, 33.0]), max_size=2))
    bed, mixes = draw(st.booleans()), []
    change = draw(st.integers(0, 6))
    for number in range(2):
        clips, cursor = [], 6.0
        for place, (gap, length) in enumerate(gaps):
            changed = number and place == change
            clips.append((cursor + gap, cursor + gap + length + (0.5 if changed else 0.0)))
            cursor += gap + length + 0.5
        end = 40.0 + (number and change == 5) * 2.0
        loud = 0.7 if number and change == 6 else 1.0
        mixes.append(signed(clips, bells[: len(bells) - (number and change == 4)], end, bed=bed, loud=loud))
    return mixes[0], mixes[1]


@given(pairs(), st.integers(-2 * RATE, 44 * RATE), st.integers(1, 2 * RATE))
def test_what_has_one_signature_sounds_the_same(mixes: tuple[Mix, Mix], start: int, count: int) -> None:
    """Two mixes that are signed alike for a stretch are alike there, whatever differs elsewhere."""
    one, two = mixes
    same = np.array_equal(one.read(start, count), two.read(start, count))
    assert same or one.signature(start, count) != two.signature(start, count)


def test_a_change_elsewhere_is_not_signed() -> None:
    """So that what is far from a changed word need not be made again."""
    before = signed([(8, 10), (20, 22), (30, 32)], [2.0], 50, bed=True, loud=1.0)
    after = signed([(8, 10), (20, 22), (30, 33)], [2.0], 50, bed=True, loud=1.0)
    for start, same in ((6, True), (18, True), (25, True), (30, False), (33, False), (40, True)):
        signatures = [mix.signature(start * RATE, 2 * RATE) for mix in (before, after)]
        assert (signatures[0] == signatures[1]) == same


# However it is read


class Counted:
    """A source on the grid that counts how often each block was made."""

    def __init__(self, mix: Mix) -> None:
        self.mix, self.made = mix, [0] * 64
        self.lock = threading.Lock()

    def block(self, start: int) -> Stereo:
        """A block of the grid."""
        assert start % BLOCK == 0
        with self.lock:
            self.made[start // BLOCK] += 1
        return self.mix.read(start, BLOCK)


MIXED = full_mix()
WHOLE = OnGrid(Counted(MIXED).block, keep=99).read(0, 31 * RATE)


@settings(max_examples=15)
@given(st.lists(st.integers(0, 31 * RATE), min_size=1, max_size=5), st.integers(1, 4))
def test_any_split_is_the_same_to_the_bit(cuts: list[int], keep: int) -> None:
    """Read in one piece or in many, in order or not, few blocks kept or many."""
    source = OnGrid(Counted(MIXED).block, keep)
    places = sorted({0, 31 * RATE, *cuts})
    for start, end in reversed(list(pairwise(places))):
        assert np.array_equal(source.read(start, end - start), WHOLE[start:end])


def test_the_grid_gives_what_the_mix_gives() -> None:
    """On the grid or beside it, the sound is the same but for rounding."""
    for start, count in ((0, 10_000), (8 * RATE - 777, 3 * RATE), (29 * RATE, 2 * RATE)):
        np.testing.assert_allclose(MIXED.read(start, count), WHOLE[start : start + count], atol=1e-6)


def test_threads_read_the_same() -> None:
    """Four at once, each its own way through the file, with fewer blocks kept than they need."""
    source = OnGrid(Counted(MIXED).block, keep=3)
    wrong: list[int] = []

    def read(seed: int) -> None:
        dice = np.random.default_rng(seed)
        for _ in range(15):
            start, count = int(dice.integers(0, 30 * RATE)), int(dice.integers(1, 50_000))
            if not np.array_equal(source.read(start, count), WHOLE[start : start + count]):
                wrong.append(start)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_reader_in_order_makes_each_block_once() -> None:
    """However small its steps are."""
    counted = Counted(MIXED)
    source = OnGrid(counted.block)
    for start in range(0, 10 * RATE, 4096):
        source.read(start, 4096)
    assert set(counted.made[: 10 * RATE // BLOCK]) == {1}


def test_what_was_read_belongs_to_the_reader() -> None:
    """Changing it changes nothing for the next one."""
    source = OnGrid(Counted(MIXED).block)
    first = source.read(9 * RATE, 100)
    first[:] = math.pi
    assert np.array_equal(source.read(9 * RATE, 100), WHOLE[9 * RATE : 9 * RATE + 100])
