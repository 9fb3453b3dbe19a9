"""Loudness and peaks, against figures of the standards and against another meter."""

from __future__ import annotations

import math
import re
import subprocess
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from conftest import RATE, both, murmur, tone
from guided_audio import ffmpeg
from guided_audio.blocks import Mono, Stereo
from guided_audio.mastering import (
    LOOK,
    PEAK_REACH,
    Meter,
    as_played,
    integrated,
    limited,
    loudest,
    loudness,
    peak_curve,
    ridden,
    true_peak,
)
from guided_audio.presets import CALM
from guided_audio.units import decibels, gain


def sine(level: float, seconds: float, rate: int = RATE, hertz: float = 997.0) -> Stereo:
    """A sine on both sides whose peak is at a level in dBFS."""
    return both(tone(hertz, seconds, rate, peak=gain(level)))


def split(sound: Stereo, sizes: Sequence[int]) -> Iterator[Stereo]:
    """The sound in blocks of these sizes, again and again."""
    start = number = 0
    while start < len(sound):
        size = sizes[number % len(sizes)]
        yield sound[start : start + size]
        start, number = start + size, number + 1


def by_ffmpeg(sound: Stereo) -> tuple[float, float]:
    """Integrated loudness and true peak as ffmpeg's own meter has them, in LUFS and dBTP."""
    command = [str(ffmpeg.executable()), "-hide_banner", "-v", "error"]
    command += ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:"]
    command += ["-af", "ebur128=metadata=1:peak=true,ametadata=print:file=-", "-f", "null", "-"]
    done = subprocess.run(command, input=sound.tobytes(), capture_output=True, check=True)
    text = done.stdout.decode()
    lufs = float(re.findall(r"lavfi\.r128\.I=(\S+)", text)[-1])
    peaks = [float(peak) for peak in re.findall(r"lavfi\.r128\.true_peaks?_ch\d=(\S+)", text)]
    return lufs, decibels(max(peaks))


# Loudness


@pytest.mark.parametrize("rate", [16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_the_reference_tone(rate: int) -> None:
    """997 Hz at full scale on one side is -3.01 LUFS, on both 0; at -23 dBFS on both -23 LUFS."""
    within = 0.03 if rate > 16_000 else 0.05  # the bilinear shelf of a slow rate is a little steeper
    assert loudness(tone(997, 2, rate, peak=1.0), rate) == pytest.approx(-3.01, abs=within)
    assert loudness(sine(-23, 2, rate), rate) == pytest.approx(-23.0, abs=within)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([(-23, 5)], -23.0),
        ([(-33, 5)], -33.0),
        ([(-36, 2.5), (-23, 15), (-36, 2.5)], -23.0),
        ([(-72, 2.5), (-36, 2.5), (-23, 15), (-36, 2.5), (-72, 2.5)], -23.0),
        ([(-26, 10), (-20, 10.05), (-26, 10)], -23.0),
        ([(-200, 30), (-30, 3), (-200, 30)], -30.41),
        ([(-71.5, 5)], -math.inf),
    ],
)
def test_gates(levels: list[tuple[float, float]], expected: float) -> None:
    """Sequences after EBU Tech 3341: what is quiet, absolutely or beside the rest, does not count.

    A single stretch of 3 s has 27 whole blocks and six that are partly silent: 10·log10(30/33) = -0.41.
    """
    sound = np.concatenate([sine(level, seconds, hertz=1000.0) for level, seconds in levels])
    assert loudness(sound, RATE) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("hertz", [50, 100, 500, 2_000, 5_000, 10_000])
def test_k_weighting_is_that_of_the_standard(hertz: int) -> None:
    """Its gain at a frequency is that of the standard's own coefficients, which are for 48 kHz."""
    z = np.exp(2j * np.pi * hertz / 48_000)
    shelf = np.polyval([1.53512485958697, -2.69169618940638, 1.19839281085285], z)
    shelf /= np.polyval([1.0, -1.69065929318241, 0.73248077421585], z)
    high_pass = np.polyval([1.0, -2.0, 1.0], z) / np.polyval([1.0, -1.99004745483398, 0.99007225036621], z)
    expected = -0.691 + 20 * math.log10(abs(shelf * high_pass)) - 20
    for rate in (44_100, 48_000):
        measured = loudness(sine(-20, 3, rate, hertz), rate)
        assert measured == pytest.approx(expected, abs=0.01 if rate == 48_000 else 0.05)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_meter_agrees(seed: int) -> None:
    """Ffmpeg's meter hears the same loudness and the same true peak in something like speech."""
    sound = np.stack((murmur(8, seed=seed), murmur(8, seed=seed + 10)), axis=1)
    lufs, peak = by_ffmpeg(sound)
    assert loudness(sound, RATE) == pytest.approx(lufs, abs=0.1)
    assert decibels(true_peak([sound])) == pytest.approx(peak, abs=0.1)


@settings(max_examples=25)
@given(st.lists(st.integers(4_000, 99_999), min_size=1, max_size=4), st.booleans())
def test_how_a_meter_is_fed_does_not_matter(sizes: list[int], mono: bool) -> None:
    """Blocks of any size give the same loudness and the same powers."""
    sound = both(murmur(3.05))
    if mono:
        sound = sound[:, 0]
    whole, parts = Meter(RATE), Meter(RATE)
    whole.feed(sound)
    for block in split(sound, sizes):
        parts.feed(block)
    assert parts.loudness == pytest.approx(whole.loudness, abs=1e-3)
    assert len(parts.powers) == len(whole.powers) == 30
    np.testing.assert_allclose(parts.powers, whole.powers, rtol=1e-3, atol=1e-12)


def test_a_meter_takes_crumbs() -> None:
    """Blocks of a frame, of none, and of less than the filter's response."""
    sound = sine(-20, 0.02)
    whole, crumbs = Meter(RATE), Meter(RATE)
    whole.feed(sound)
    crumbs.feed(sound[:0])
    for start in (*range(20), 20):
        crumbs.feed(sound[start : start + 1] if start < 20 else sound[20:])
    assert crumbs.loudness == pytest.approx(whole.loudness, abs=1e-3)


def test_loudness_can_be_read_on_the_way() -> None:
    """Reading it changes nothing."""
    meter = Meter(RATE)
    for block in split(sine(-20, 2), [10_000]):
        meter.feed(block)
        assert meter.loudness < -15
    assert meter.loudness == pytest.approx(loudness(sine(-20, 2), RATE), abs=1e-3)


def test_a_short_sound_is_measured_as_a_whole() -> None:
    """Less than one block of 400 ms has no gate, and silence is nothing at all."""
    assert loudness(sine(-20, 0.25), RATE) == pytest.approx(-20, abs=0.2)
    assert loudness(sine(-20, 0.05), RATE) == pytest.approx(-20, abs=0.4)
    assert loudness(np.zeros((4410, 2), np.float32), RATE) == -math.inf
    assert Meter(RATE).loudness == -math.inf
    assert integrated(np.empty(0)) == -math.inf
    assert loudest(np.empty(0)) == -math.inf


def test_both_sides_are_3_lu_more() -> None:
    """A single channel is louder by that much when both sides play it."""
    voice = murmur(4)
    assert as_played(loudness(voice, RATE)) == pytest.approx(loudness(both(voice), RATE), abs=1e-3)


def test_the_loudest_three_seconds() -> None:
    """Short-term loudness finds the stretch that is loudest, and no gate stands against it."""
    meter = Meter(RATE)
    meter.feed(np.concatenate([sine(-40, 5), sine(-20, 3), sine(-40, 5)]))
    assert loudest(meter.powers) == pytest.approx(-20, abs=0.1)
    assert loudest(meter.powers, 6.0) == pytest.approx(-23, abs=0.2)
    meter = Meter(RATE)
    meter.feed(sine(-20, 1))
    assert loudest(meter.powers) == pytest.approx(-20, abs=0.1)


# True peak


def direct_curve(sound: Stereo) -> NDArray[np.float64]:
    """The largest of four values from each sample to the next, by a transform and not by a filter."""
    spectrum = np.fft.rfft(sound.astype(np.float64), axis=0)
    finer = np.fft.irfft(spectrum, 4 * len(sound), axis=0) * 4
    curve: NDArray[np.float64] = np.abs(finer).max(axis=1).reshape(-1, 4).max(axis=1)
    return curve


def test_a_peak_between_samples_is_seen() -> None:
    """A sine of a quarter of the rate, met 45° off its peaks, has samples 3 dB below its true peak."""
    sound = both(tone(RATE / 4, 0.5, peak=1.0, phase=np.pi / 4) * np.hanning(RATE // 2).astype(np.float32))
    assert decibels(float(np.abs(sound).max())) == pytest.approx(-3.01, abs=0.01)
    assert decibels(true_peak([sound])) == pytest.approx(0.0, abs=0.2)


def test_a_peak_stands_at_the_sample_before_it() -> None:
    """The curve of a pulse between two samples is highest at the first of the two."""
    places = np.arange(400) - 200.5
    pulse = (0.5 * np.sinc(0.8 * places) * np.hanning(400)).astype(np.float32)
    assert int(peak_curve(both(pulse)).argmax()) == 200
    assert peak_curve(both(pulse))[200] == pytest.approx(0.5, rel=0.01)


def test_the_curve_is_that_of_the_sound_between_samples() -> None:
    """On noise as broad as speech is, against a transform of the whole."""
    window = np.hanning(RATE // 2).astype(np.float32)
    sound: Stereo = np.stack((murmur(0.5, seed=1) * window, murmur(0.5, seed=2) * window), axis=1)
    difference = np.abs(peak_curve(sound) - direct_curve(sound))
    assert difference.max() < 0.002 * np.abs(sound).max()
    assert np.all(peak_curve(sound) >= np.abs(sound).max(axis=1))


@pytest.mark.parametrize("least", [0.05, 0.2, 0.5])
def test_what_matters_of_the_curve_is_always_there(least: float) -> None:
    """Asked only for what exceeds a level, it has all of that."""
    sound = np.stack((murmur(1, seed=1), murmur(1, seed=2)), axis=1)
    full, part = peak_curve(sound), peak_curve(sound, least)
    np.testing.assert_allclose(part[full > least], full[full > least], atol=1e-6)
    assert np.all(part <= full + 1e-6)


HOT = {
    "low tone": sine(-1, 0.5, hertz=50.0),
    "steady": both(np.full(20_000, 0.8, np.float32) * np.hanning(20_000).astype(np.float32) ** 0.1),
    "noise": (np.random.default_rng(1).standard_normal((20_000, 2)) * 0.3).astype(np.float32),
    "speech": both(murmur(0.5) * 2),
}


@pytest.mark.parametrize("name", HOT)
@pytest.mark.parametrize("sizes", [[4096], [1152], [777, 31], [1], [20, 30_000]])
def test_blocks_have_the_peak_of_the_whole(name: str, sizes: list[int]) -> None:
    """However a stream is cut: a cut in the middle of a wave is no edge, and makes no peak of its own."""
    sound = HOT[name][: 600 if sizes == [1] else None]
    whole = true_peak([sound])
    assert whole == pytest.approx(float(peak_curve(sound).max()), rel=1e-5)
    assert true_peak(split(sound, sizes)) == pytest.approx(whole, rel=1e-5)


def test_a_low_tone_peaks_at_its_samples() -> None:
    """In blocks that end anywhere in it."""
    assert decibels(true_peak(split(np.concatenate([HOT["low tone"]] * 2), [997]))) < -1 + 0.05


def test_nothing_has_no_peak() -> None:
    """Neither no blocks nor empty ones."""
    assert true_peak([]) == 0.0
    assert true_peak([np.zeros((0, 2), np.float32), np.zeros((9, 2), np.float32)]) == 0.0


# A voice turned down around its peaks


def a_voice(seconds: float = 3.0) -> Mono:
    """A murmur with three peaks well above the rest, one of them in its first frames."""
    voice = murmur(seconds, seed=3)
    for at in (300, 40_000, 90_000):
        voice[at : at + 400] *= np.float32(5)
    return voice


def test_no_peak_of_a_voice_is_above_where_it_should_be() -> None:
    """True peak, whatever the ceiling, and it comes up to it."""
    voice = a_voice()
    for ceiling in (0.2, 0.5, 0.9):
        scaled = voice * np.float32(ceiling * 1.4 / true_peak([both(voice)]))
        peak = decibels(true_peak([both(ridden(scaled, ceiling, RATE))])) - decibels(ceiling)
        assert -0.7 < peak <= 0.02


def test_a_voice_is_turned_down_slowly() -> None:
    """No faster than 3 dB in 50 ms; a fifth of a second away from a peak all of it comes up alike."""
    voice = a_voice()
    ceiling = 0.7 * true_peak([both(voice)])
    out = ridden(voice, ceiling, RATE)
    factor = decibels_of(out, voice)
    hop = RATE // 20
    assert np.abs(factor[hop:] - factor[:-hop]).max() < 3.0
    away = np.abs(np.arange(len(voice))[:, None] - np.array([500, 40_200, 90_200])).min(axis=1)
    elsewhere = decibels_of(out[away > RATE // 5], voice[away > RATE // 5])
    assert np.ptp(elsewhere) < 1e-3
    assert elsewhere.mean() > 0


def test_a_voice_stays_as_loud_as_it_was() -> None:
    """What its peaks lose, all of it gains."""
    voice = a_voice()
    for part in (0.8, 0.7):
        out = ridden(voice, part * true_peak([both(voice)]), RATE)
        assert loudness(out, RATE) == pytest.approx(loudness(voice, RATE), abs=0.3)


def decibels_of(out: Mono, voice: Mono) -> NDArray[np.float64]:
    """By how much a sound was turned down at each frame, where there is sound to tell."""
    heard = np.abs(voice) > 1e-3
    return np.asarray(20 * np.log10(out[heard].astype(np.float64) / voice[heard]))


def test_a_voice_without_high_peaks_stays_as_it_is() -> None:
    """Not by a bit, just under the ceiling and far below it; nor does an empty one harm."""
    voice = a_voice()
    for level in (1.001, 4.0):
        assert np.array_equal(ridden(voice, level * true_peak([both(voice)]), RATE), voice)
    assert len(ridden(voice[:0], 0.5, RATE)) == 0


# The limiter

CEILING = gain(CALM.ceiling)


def padded(sound: Stereo) -> Stereo:
    """With the context the limiter takes off again."""
    return np.pad(sound, ((LOOK, LOOK), (0, 0)))


def hot_sounds() -> dict[str, Stereo]:
    """What is too loud in different ways."""
    dice = np.random.default_rng(4)
    clicks = np.zeros((30_000, 2), np.float32)
    clicks[dice.integers(0, 30_000, 60)] = dice.uniform(-3, 3, (60, 2))
    return {
        "noise": dice.standard_normal((30_000, 2)).astype(np.float32),
        "white": dice.uniform(-1.4, 1.4, (30_000, 2)).astype(np.float32),
        "speech": np.stack((murmur(2, seed=1) * 9, murmur(2, seed=2) * 7), axis=1),
        "tone": sine(3, 0.5, hertz=110.0) * np.linspace(0, 1, RATE // 2, dtype=np.float32)[:, None],
        "clicks": clicks,
        "between samples": both(tone(RATE / 4, 0.4, peak=1.15, phase=np.pi / 4)),
    }


HOT_SOUNDS = hot_sounds()


@pytest.mark.parametrize("name", HOT_SOUNDS)
@pytest.mark.parametrize("ceiling", [CEILING, 0.25])
def test_no_peak_is_above_the_ceiling(name: str, ceiling: float) -> None:
    """By more than 0.05 dB, and not much is taken that need not be."""
    sound = HOT_SOUNDS[name]
    assert true_peak([sound]) > 1.3 * ceiling
    out = limited(padded(sound), ceiling)
    assert out.shape == sound.shape
    assert out.dtype == np.float32
    peak = decibels(true_peak([out])) - decibels(ceiling)
    assert -0.7 < peak <= 0.05


def test_what_is_under_the_ceiling_is_not_touched() -> None:
    """Not by a bit: neither far below it nor just below."""
    sound = both(murmur(1))
    for level in (0.01, 0.5, 0.999):
        quiet = (sound * np.float32(CEILING * level / true_peak([sound]))).astype(np.float32)
        assert np.array_equal(limited(padded(quiet), CEILING), quiet)


def test_what_is_far_from_a_peak_is_not_touched() -> None:
    """A peak changes nothing further away than the limiter looks, not by a bit."""
    sound = both(murmur(1)) * np.float32(0.3)
    sound[20_000] = 3.0
    out = limited(padded(sound), CEILING)
    assert np.array_equal(out[: 20_000 - LOOK], sound[: 20_000 - LOOK])
    assert np.array_equal(out[20_000 + LOOK + 1 :], sound[20_000 + LOOK + 1 :])
    assert np.abs(out[20_000]).max() <= CEILING


@pytest.mark.parametrize("name", HOT_SOUNDS)
@pytest.mark.parametrize("size", [997, 4096, 9_999])
def test_a_piece_is_limited_as_the_whole(name: str, size: int) -> None:
    """Windows with their context, limited one by one and joined, are the whole, limited once."""
    sound = HOT_SOUNDS[name]
    whole, context = limited(padded(sound), CEILING), padded(sound)
    pieces = [
        limited(context[start : min(start + size, len(sound)) + 2 * LOOK], CEILING)
        for start in range(0, len(sound), size)
    ]
    assert np.array_equal(np.concatenate(pieces), whole)


def test_the_gain_moves_without_steps() -> None:
    """It goes down before a peak and up after it, by no more than a few thousandths from frame to frame."""
    sound = np.full((20_000, 2), 0.1, np.float32)
    sound[10_000] = 2.0
    moving = limited(padded(sound), CEILING)[:, 0] / sound[:, 0]
    assert moving.min() <= CEILING / 2.0
    assert np.abs(np.diff(moving)).max() < 0.003
    assert np.all(np.diff(moving)[: 10_000 - LOOK // 2] <= 1e-6)


@pytest.mark.parametrize("name", ["noise", "speech"])
def test_both_sides_move_together(name: str) -> None:
    """One gain for left and right: nothing wanders between them."""
    sound = HOT_SOUNDS[name]
    out = limited(padded(sound), CEILING)
    loud = np.abs(sound).min(axis=1) > 0.05
    ratios = out[loud] / sound[loud]
    np.testing.assert_allclose(ratios[:, 0], ratios[:, 1], rtol=1e-5)
    assert ratios.max() <= 1.0 + 1e-6


def test_the_look_covers_all_that_decides() -> None:
    """The frames that decide a peak, those that lead to it, and those that smooth it, lie within it."""
    sound = np.random.default_rng(3).uniform(-1.2, 1.2, (4 * LOOK, 2)).astype(np.float32)
    middle = limited(sound, CEILING)[LOOK : LOOK + 1]
    changed = sound.copy()
    changed[: LOOK - 1 + 1] *= 3
    changed[3 * LOOK + 1 :] *= 3
    assert PEAK_REACH < LOOK
    assert np.array_equal(limited(changed, CEILING)[LOOK : LOOK + 1], middle)


def test_a_mono_sound_needs_no_second_channel() -> None:
    """A meter takes one channel with or without its axis."""
    voice: Mono = murmur(1)
    assert loudness(voice[:, None], RATE) == pytest.approx(loudness(voice, RATE))
