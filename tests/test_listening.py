"""Listening: what is cut out of a stream is what was there, and a clip is found where it is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import RATE, both, murmur, tone
from guided_audio.blocks import Stereo
from guided_audio.listening import LOUD_PIECE, Ear, Found, Span, cut, locate, rms_db
from guided_audio.mastering import true_peak

COUNTED = np.stack((np.arange(1000), np.arange(1000) + 0.5), axis=1).astype(np.float32)


def split(sound: Stereo, sizes: Sequence[int]) -> Iterator[Stereo]:
    """The sound in blocks of these sizes, again and again; what is left comes last."""
    start = number = 0
    while start < len(sound):
        size = sizes[number % len(sizes)]
        yield sound[start : start + size]
        start, number = start + size, number + 1


SPANS = st.lists(
    st.tuples(st.integers(-50, 1100), st.integers(0, 400)).map(lambda s: Span(s[0], s[0] + s[1])), max_size=8
)


@given(SPANS, st.lists(st.integers(1, 300), min_size=1, max_size=4), st.integers(0, 1000))
def test_a_span_is_what_a_slice_is(spans: list[Span], sizes: list[int], length: int) -> None:
    """However the stream is cut into blocks, and wherever a span reaches over its ends."""
    sound = COUNTED[:length]
    found = dict(cut(split(sound, sizes), spans))
    assert set(found) == set(range(len(spans)))
    for index, span in enumerate(spans):
        assert np.array_equal(found[index], sound[max(span.start, 0) : max(span.end, 0)])


def test_a_span_comes_as_soon_as_it_has_gone_by() -> None:
    """Nothing is read ahead, and overlapping spans come in the order they end."""
    given_out: list[int] = []

    def blocks() -> Iterator[Stereo]:
        for start in range(0, 1000, 100):
            given_out.append(start)
            yield COUNTED[start : start + 100]

    spans = [Span(0, 950), Span(10, 250), Span(240, 250), Span(200, 300)]
    order = [(index, given_out[-1]) for index, _ in cut(blocks(), spans)]
    assert order == [(1, 200), (2, 200), (3, 200), (0, 900)]


def test_what_was_cut_is_a_copy() -> None:
    """Whoever reuses a block changes nothing in it."""
    block = COUNTED[:100].copy()
    ((_, piece),) = cut([block], [Span(10, 20)])
    block[:] = 0
    assert np.array_equal(piece, COUNTED[10:20])


@pytest.mark.parametrize("offset", [-9000, -441, -1, 0, 1, 313, 11_025])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_clip_is_found_to_the_frame(offset: int, seed: int) -> None:
    """Under noise 20 dB below it, wherever it is in its window."""
    clip = murmur(1.2, seed=seed)
    noise = np.random.default_rng(seed).standard_normal((len(clip) + 22_050, 2))
    window = (noise * np.sqrt(np.square(clip).mean()) / 10).astype(np.float32)
    window[11_025 + offset : 11_025 + offset + len(clip)] += clip[:, None]
    found = locate(clip, window, 11_025)
    assert found.offset == offset
    assert found.likeness > 0.98


def test_another_clip_is_not_alike() -> None:
    """Nor is silence, nor a clip that is missing under its bed."""
    clip, other = murmur(1.2, seed=1), murmur(1.2, seed=2)
    window = np.pad(both(other), ((11_025, 11_025), (0, 0)))
    assert locate(clip, window, 11_025).likeness < 0.3
    assert locate(clip, np.zeros_like(window), 11_025).likeness == 0.0
    assert locate(clip, window[:100], 0) == Found(0, 0.0)
    assert locate(clip[:0], window, 0) == Found(0, 0.0)


def test_a_shift_of_half_a_sample_is_none() -> None:
    """An encoder's delay of less than a frame is not counted."""
    places = np.arange(RATE)
    whole = np.sin(2 * np.pi * 0.01 * places) * np.hanning(RATE)
    later = np.sin(2 * np.pi * 0.01 * (places - 0.4)) * np.hanning(RATE)
    window = np.pad(both(later.astype(np.float32)), ((500, 500), (0, 0)))
    assert locate(whole.astype(np.float32), window, 500).offset == 0


def test_likeness_does_not_depend_on_level() -> None:
    """A clip at any gain is the same clip; turned over it is not."""
    clip = murmur(1.0)
    window = np.pad(both(clip), ((900, 900), (0, 0)))
    for level in (0.01, 1.0, 5.0):
        assert locate(clip, (window * level).astype(np.float32), 900).likeness == pytest.approx(1.0, abs=1e-4)
    assert locate(clip, -window, 900).likeness < 0.9


def heard(sound: Stereo, sizes: Sequence[int]) -> Ear:
    """An ear that has heard all of a sound."""
    ear = Ear()
    passed = list(ear.listen(split(sound, sizes)))
    assert sum(map(len, passed)) == len(sound)
    return ear


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6),
    st.lists(st.integers(1, 70), min_size=1, max_size=3),
)
def test_the_longest_zero_is_found_across_blocks(stretches: list[tuple[int, int]], sizes: list[int]) -> None:
    """At the beginning, in the middle, at the end, or all of it."""
    parts = [np.repeat([0.0, 0.5], stretch) for stretch in stretches]
    flat = np.concatenate(parts)
    sound = np.stack((flat, np.zeros_like(flat)), axis=1).astype(np.float32)
    runs = "".join("0" if value == 0 else "1" for value in flat).split("1")
    ear = heard(sound, sizes)
    assert ear.longest_zero == max(map(len, runs))
    assert ear.frames == len(sound)


def test_zero_on_one_side_is_no_hole() -> None:
    """As long as the other side sounds."""
    sound = np.zeros((1000, 2), np.float32)
    sound[:, 1] = 1e-6
    assert heard(sound, [64]).longest_zero == 0


@pytest.mark.parametrize("sizes", [[4096], [1152], [1, 700], [99_999]])
@pytest.mark.parametrize("hertz", [60.0, 440.0, 11_025.0])
def test_an_ear_hears_the_true_peak(hertz: float, sizes: list[int]) -> None:
    """That of the whole, to a hundredth of a decibel, however the file comes in."""
    wave = tone(hertz, 0.4, peak=0.8, phase=np.pi / 4) * np.hanning(round(0.4 * RATE)) ** 0.2
    sound = both(wave.astype(np.float32))
    assert heard(sound, sizes).peak == pytest.approx(true_peak([sound]), rel=1e-4)
    assert heard(sound, sizes).peak == pytest.approx(0.8, rel=0.01)


def test_level_by_hand() -> None:
    """A square of half the scale is 6 dB down, a sine 3 dB more, and nothing is nothing."""
    assert rms_db(np.full((100, 2), -0.5, np.float32)) == pytest.approx(-6.02, abs=0.01)
    assert rms_db(tone(441, 1.0, peak=0.5)) == pytest.approx(-9.03, abs=0.01)
    assert rms_db(np.zeros((9, 2), np.float32)) == -math.inf
    assert rms_db(np.zeros((0, 2), np.float32)) == -math.inf


@pytest.mark.parametrize("sizes", [[4096], [LOUD_PIECE], [1, 700], [99_999]])
def test_the_time_that_is_loud_is_counted_in_pieces(sizes: list[int]) -> None:
    """A piece counts once, however many samples of it are loud, and however it comes in."""
    sound = np.full((100 * LOUD_PIECE, 2), 0.1, dtype=np.float32)
    for piece in (0, 7, 8, 99):
        sound[piece * LOUD_PIECE : piece * LOUD_PIECE + 300, piece % 2] = -0.81
    sound[50 * LOUD_PIECE, 0] = 0.79
    ear = Ear(loud=0.8)
    assert sum(map(len, ear.listen(split(sound, sizes)))) == len(sound)
    assert ear.loud_share == pytest.approx(0.04)
    assert heard(sound, sizes).loud_share == Ear().loud_share == 0.0
