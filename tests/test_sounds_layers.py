"""Tones, beds as layers of beds, and breaths to follow."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from guided_audio.blocks import Stereo
from guided_audio.errors import ProblemsFound
from guided_audio.sounds import catalogue, load_bed, load_bell, load_swell
from guided_audio.sounds.recipe import BedRecipe, Tones
from guided_audio.sounds.recipe_reader import read_recipe

RATE = 44_100
SOUNDS = Path(__file__).parent.parent / "sounds"
TONES = "title: T\nlayers:\n- tones: [200 Hz, 300 Hz, 450 Hz]\n  every: 6s to 14s\n  fade: 4s\n"


def level(sound: Stereo) -> float:
    """RMS in dBFS."""
    return 10.0 * float(np.log10(np.mean(np.square(sound, dtype=np.float64))))


def bed_of(text: str, folder: Path, name: str = "mine") -> Path:
    """A recipe in a file."""
    (folder / f"{name}.yaml").write_text(text)
    return folder / f"{name}.yaml"


def strengths(sound: Stereo, *hertz: float) -> NDArray[np.float64]:
    """How strong each pitch is in a sound of one second."""
    spectrum = np.abs(np.fft.rfft(sound[:RATE, 0] * np.hanning(RATE)))
    return np.array([spectrum[round(at) - 3 : round(at) + 4].max() for at in hertz])


# Tones


def test_one_pitch_sounds_at_a_time_and_all_of_them_in_turn(tmp_path: Path) -> None:
    """In most seconds one is far stronger than the others; over three minutes each has its share."""
    bed = load_bed(bed_of(TONES, tmp_path), RATE, tmp_path)
    heard = np.array([strengths(bed.read(at * RATE, RATE), 200, 300, 450) for at in range(0, 180, 2)])
    ordered = np.sort(heard, axis=1)
    assert np.mean(ordered[:, 2] > 4 * ordered[:, 1]) > 0.35  # the rest of the time two are melting
    assert np.all(ordered[:, 2] > 8 * ordered[:, 0])  # and never three
    assert set(np.argmax(heard, axis=1)) == {0, 1, 2}


def test_while_tones_melt_the_level_stays(tmp_path: Path) -> None:
    """Over three minutes no second is louder or softer than what several players in unison are."""
    bed = load_bed(bed_of(TONES, tmp_path), RATE, tmp_path)
    levels = [level(bed.read(at * RATE, RATE)) for at in range(180)]
    assert np.percentile(levels, 95) - np.percentile(levels, 5) < 9.0


def test_nothing_beats_faster_than_once_a_second(tmp_path: Path) -> None:
    """The envelope of a tone moves: almost all of that more slowly than 1 Hz, and in no rhythm."""
    text = "title: T\nlayers:\n- tones: [400 Hz]\n  every: 20s to 40s\n  width: 0.8\n"
    sound = load_bed(bed_of(text, tmp_path), RATE, tmp_path).read(0, 240 * RATE)[:, 0]
    envelope = np.sqrt(np.square(sound).reshape(-1, RATE // 20).mean(axis=1))
    moving = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope)))) ** 2
    at = np.fft.rfftfreq(len(envelope), 0.05)
    assert np.std(envelope) > 0.05 * envelope.mean()
    assert moving[(at > 1.0) & (at < 8.0)].sum() < 0.02 * moving.sum()
    assert moving.max() < 0.25 * moving.sum()


def test_overtones_are_as_far_under_as_they_should_be(tmp_path: Path) -> None:
    """The octave 12 dB, the twelfth 24 dB."""
    text = "title: T\nlayers:\n- tones: [200 Hz]\n  every: 20s to 40s\n  overtones: -12 dB\n"
    bed = load_bed(bed_of(text, tmp_path), RATE, tmp_path)
    seconds = [strengths(bed.read(at * RATE, RATE), 200, 400, 600) ** 2 for at in range(0, 120, 2)]
    power = 10 * np.log10(np.mean(seconds, axis=0))
    assert power - power[0] == pytest.approx([0, -12, -24], abs=2.0)


def test_a_tone_goes_on_through_the_joints_of_blocks_and_hours_in(tmp_path: Path) -> None:
    """No sample jumps by more than a sine of its size does, ten hours on as at the beginning."""
    bed = load_bed(bed_of(TONES, tmp_path), RATE, tmp_path)
    for start in (0, 10 * 3600 * RATE):
        sound = bed.read(start, 20 * RATE).astype(np.float64)
        bend = np.abs(np.diff(sound, 2, axis=0))
        assert np.max(bend) < 1.5 * np.max(np.abs(sound)) * (2 * np.pi * 450 / RATE) ** 2


def test_the_tones_of_the_pad_are_in_tune_with_each_other() -> None:
    """Any two that can sound together stand at a ratio of small numbers, a minor third apart at least."""
    recipe = read_recipe(SOUNDS / "warm-pad.yaml")
    assert isinstance(recipe, BedRecipe)
    pitches = sorted(pitch for layer in recipe.layers if isinstance(layer, Tones) for pitch in layer.pitches)
    for number, low in enumerate(pitches):
        for high in pitches[number + 1 :]:
            assert high / low > 1.19
            assert min(abs(high / low * part - round(high / low * part)) for part in range(1, 9)) < 0.001


def test_little_of_wide_tones_is_lost_in_mono(tmp_path: Path) -> None:
    """At full width, less than 3 dB."""
    text = TONES + "  width: 1\n"
    sound = load_bed(bed_of(text, tmp_path), RATE, tmp_path).read(0, 120 * RATE)
    assert 1.0 < level(sound) - level(sound.mean(axis=1, keepdims=True)) < 3.0


# Drops in a row


def test_a_drop_may_be_several_in_a_row(tmp_path: Path) -> None:
    """Three pulses 60 ms apart: the envelope of a call has three humps."""
    text = (
        "title: C\nlayers:\n- drops: 0.2 a second\n  pitch: 2 kHz to 2.1 kHz\n  decay: 40ms\n"
        "  attack: 10ms\n  pulses: 3\n  apart: 60ms\n"
    )
    sound = load_bed(bed_of(text, tmp_path), RATE, tmp_path).read(0, 60 * RATE)[:, 0]
    begin = int(np.flatnonzero(sound)[0])
    call = sound[begin - 441 : begin + round(0.2 * RATE)]
    humps = np.square(call[: len(call) // 441 * 441]).reshape(-1, 441).mean(axis=1)
    inner = humps[1:-1]
    assert np.sum((inner > humps[:-2]) & (inner > humps[2:]) & (inner > 0.1 * humps.max())) == 3


# Beds on top of each other


def test_a_bed_can_be_a_layer_of_another(tmp_path: Path) -> None:
    """Rain under tones: both are heard, and the rain is the one of the built-in recipe."""
    text = TONES + "- use: soft-rain\n  level: {}\n"
    loud = load_bed(bed_of(text.format("20 dB"), tmp_path), RATE, tmp_path).read(0, 5 * RATE)
    soft = load_bed(bed_of(text.format("-20 dB"), tmp_path), RATE, tmp_path).read(0, 5 * RATE)
    rain = load_bed(SOUNDS / "soft-rain.yaml", RATE, tmp_path).read(0, 5 * RATE)
    tones = load_bed(bed_of(TONES, tmp_path), RATE, tmp_path).read(0, 5 * RATE)
    assert np.corrcoef(loud[:, 0], rain[:, 0])[0, 1] > 0.98
    assert np.corrcoef(soft[:, 0], tones[:, 0])[0, 1] > 0.98


def test_a_used_bed_is_as_strong_as_any_layer(tmp_path: Path) -> None:
    """At 0 dB beside noise of the same spectrum, each has half of the power."""
    noise = (SOUNDS / "brown-noise.yaml").read_text().split("layers:\n")[1]
    both = load_bed(
        bed_of(f"title: B\nseed: 99\nlayers:\n- use: brown-noise\n{noise}", tmp_path), RATE, tmp_path
    )
    alone = load_bed(SOUNDS / "brown-noise.yaml", RATE, tmp_path)
    shared = np.corrcoef(both.read(0, 20 * RATE)[:, 0], alone.read(0, 20 * RATE)[:, 0])[0, 1]
    assert shared == pytest.approx(np.sqrt(0.5), abs=0.05)


def test_ones_own_bed_may_build_on_the_built_in_one_of_its_name(tmp_path: Path) -> None:
    """It does not mean itself."""
    file = bed_of("title: Mine\nlayers:\n- use: brown-noise\n", tmp_path, "brown-noise")
    built_in = load_bed(SOUNDS / "brown-noise.yaml", RATE, tmp_path).read(0, RATE)
    assert np.allclose(load_bed(file, RATE, tmp_path).read(0, RATE), built_in, rtol=0.05, atol=1e-3)


def test_beds_that_use_each_other_are_a_problem_and_no_end_of_it(tmp_path: Path) -> None:
    """In a circle, too deep, or with a mistake further down: said at the line that names the bed."""
    bed_of("title: A\nlayers:\n- use: b\n", tmp_path, "a")
    bed_of("title: B\nlayers:\n- use: a\n", tmp_path, "b")
    bed_of("title: C\nlayers:\n- use: d\n", tmp_path, "c")
    bed_of("title: D\nlayers:\n- noise: loud\n", tmp_path, "d")
    for number in range(5):
        bed_of(f"title: E\nlayers:\n- use: e{number + 1}\n", tmp_path, f"e{number}")
    for name, said in (("a", "uses the one it stands in"), ("c", "mistake in line 3"), ("e0", "deep")):
        with pytest.raises(ProblemsFound, match=said) as found:
            load_bed(tmp_path / f"{name}.yaml", RATE, tmp_path)
        assert [(slip.place.line, slip.place.column) for slip in found.value.problems] == [(3, 8)]


# Breaths


@pytest.fixture(scope="module")
def breath() -> Stereo:
    """Four seconds in, two held, six out."""
    return load_swell(SOUNDS / "breath.yaml", RATE).swell(4 * RATE, 6 * RATE, hold=2 * RATE)


def test_a_breath_is_whole_and_silent_at_both_ends(breath: Stereo) -> None:
    """As long as its parts, zero at its first and last frame, nowhere near full scale."""
    assert breath.shape == (12 * RATE, 2)
    assert breath.dtype == np.float32
    assert not breath[0].any()
    assert not breath[-1].any()
    assert np.max(np.abs(breath[-441:])) < 1e-3
    assert 0.05 < np.max(np.abs(breath)) < 0.7


def test_a_breath_rises_stays_and_falls(breath: Stereo) -> None:
    """Louder every second up to the top, and softer every second after it."""
    seconds = [level(breath[at * RATE : (at + 1) * RATE]) for at in range(12)]
    assert all(later > earlier + 1 for earlier, later in pairwise(seconds[:3]))
    assert np.ptp(seconds[3:7]) < 4
    assert all(later < earlier for earlier, later in pairwise(seconds[6:]))
    assert max(seconds) - seconds[0] > 10
    assert max(seconds) - seconds[11] > 15


def test_the_ear_can_tell_in_from_out(breath: Stereo) -> None:
    """The breath going out is darker, by more than an octave of its centre."""

    def centre(sound: Stereo) -> float:
        power = np.square(np.abs(np.fft.rfft(sound[:, 0])))
        return float(power @ np.fft.rfftfreq(len(sound), 1 / RATE) / power.sum())

    assert centre(breath[: 3 * RATE]) > 2 * centre(breath[8 * RATE : 11 * RATE])


def test_the_same_breath_is_the_same_and_another_number_another() -> None:
    """Two objects agree to the bit; the second breath of a sitting is not the first one again."""
    swells = [load_swell(SOUNDS / "breath.yaml", RATE) for _ in range(2)]
    first = swells[0].swell(RATE, RATE)
    assert np.array_equal(first, swells[1].swell(RATE, RATE))
    assert abs(np.corrcoef(first[:, 0], swells[0].swell(RATE, RATE, number=1)[:, 0])[0, 1]) < 0.1


@pytest.mark.parametrize(("inhale", "exhale", "hold"), [(0, 5, 0), (5, 0, 0), (5, 5, -1)])
def test_a_breath_without_time_is_refused(inhale: int, exhale: int, hold: int) -> None:
    """A slip of the caller's, and said as one."""
    with pytest.raises(ValueError, match="both take time"):
        load_swell(SOUNDS / "breath.yaml", RATE).swell(inhale, exhale, hold)


def test_a_swell_is_neither_a_bed_nor_a_bell_and_is_not_listed(tmp_path: Path) -> None:
    """Nobody can choose one by mistake."""
    file = SOUNDS / "breath.yaml"
    with pytest.raises(ProblemsFound, match="of a swell, and a bed is wanted"):
        load_bed(file, RATE, tmp_path)
    with pytest.raises(ProblemsFound, match="of a swell, and a bell is wanted"):
        load_bell(file, RATE)
    with pytest.raises(ProblemsFound, match="of a bed, and a swell is wanted"):
        load_swell(SOUNDS / "ocean.yaml", RATE)
    assert "breath" not in {sound.name for sound in catalogue([SOUNDS])}


def test_a_swell_needs_both_its_parts(tmp_path: Path) -> None:
    """One problem for the missing half."""
    file = bed_of("title: S\nkind: swell\ninward:\n- noise: {100 Hz: 0 dB, 1 kHz: 0 dB}\n", tmp_path)
    with pytest.raises(ProblemsFound, match="outward") as found:
        load_swell(file, RATE)
    assert len(found.value.problems) == 1
