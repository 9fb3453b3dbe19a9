"""Beds and bells, measured: the same however they are read, and nothing in them repeats or clicks."""

from __future__ import annotations

import re
import threading
import tracemalloc
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from guided_audio.blocks import Source, Stereo
from guided_audio.errors import ProblemsFound
from guided_audio.sounds import catalogue, load_bed, load_bell
from guided_audio.sounds.noise import BLOCK, OVERLAP
from guided_audio.sounds.recipe import BedRecipe, BellRecipe, Noise
from guided_audio.sounds.recipe_reader import read_recipe

RATE = 44_100
SOUNDS = Path(__file__).parent.parent / "sounds"
BEDS = (  # room-tone is not for listening to
    *("brown-noise", "fire", "night", "ocean", "rain-on-leaves", "soft-rain", "stream", "warm-pad", "wind"),
)
NOISES = tuple(name for name in BEDS if name not in ("night", "warm-pad"))  # the others have tones on purpose
BELLS = ("bowl", "chime", "small-bowl")
Floats = NDArray[np.float64]


@cache
def bed(name: str) -> Source:
    """One bed for all tests: reading leaves no trace in it."""
    return load_bed(SOUNDS / f"{name}.yaml", RATE, Path())


@cache
def minute(name: str) -> Stereo:
    """A minute of a bed, from the middle of somewhere."""
    return bed(name).read(90 * RATE, 60 * RATE)


def level(sound: Stereo) -> float:
    """RMS in dBFS over both channels."""
    return 10.0 * float(np.log10(np.mean(np.square(sound, dtype=np.float64))))


def envelope(source: Source, seconds: int, step: float = 0.05) -> Floats:
    """RMS of every `step` seconds."""
    hop, parts = round(step * RATE), []
    for start in range(0, seconds, 20):
        sound = source.read(start * RATE, 20 * RATE)
        whole = len(sound) // hop
        parts.append(np.sqrt(np.square(sound[: whole * hop]).mean(axis=1).reshape(whole, hop).mean(axis=1)))
    return np.concatenate(parts).astype(np.float64)


def autocorrelation(values: Floats) -> Floats:
    """Normalised, of what varies."""
    varying = values - values.mean()
    power = np.square(np.abs(np.fft.rfft(varying, 2 * len(varying))))
    result = np.fft.irfft(power)[: len(varying)]
    return np.asarray(result / result[0])


# Any way of reading


@pytest.mark.parametrize("name", BEDS)
def test_a_bed_is_the_same_however_it_is_read(name: str) -> None:
    """Pieces of any size, backwards, from another object: the same bits."""
    whole = bed(name).read(1000, 200_000)
    edges = [0, 1, 17, 4096, BLOCK - 1000, BLOCK - 999, 100_000, 3 * BLOCK - 1000, 200_000]
    other = load_bed(SOUNDS / f"{name}.yaml", RATE, Path())
    pieces = [other.read(1000 + a, b - a) for a, b in reversed(list(pairwise(edges)))]
    assert np.array_equal(whole, np.concatenate(pieces[::-1]))
    assert whole.dtype == np.float32


def test_several_threads_may_read_one_bed_at_once() -> None:
    """Four readers, each somewhere else, get what one reader gets."""
    source = load_bed(SOUNDS / "soft-rain.yaml", RATE, Path())
    expected = bed("soft-rain").read(0, 60 * BLOCK)
    got: dict[int, Stereo] = {}

    def read(part: int) -> None:
        got[part] = np.concatenate([source.read((part * 15 + n) * BLOCK, BLOCK) for n in range(15)])

    threads = [threading.Thread(target=read, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.array_equal(expected, np.concatenate([got[part] for part in range(4)]))


def test_memory_does_not_grow_with_what_is_read() -> None:
    """Four minutes leave no more behind than one."""
    source = load_bed(SOUNDS / "ocean.yaml", RATE, Path())
    tracemalloc.start()
    for start in range(0, 60, 2):
        source.read(start * RATE, 2 * RATE)
    after_one = tracemalloc.get_traced_memory()[0]
    for start in range(60, 240, 2):
        source.read(start * RATE, 2 * RATE)
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert now < after_one + 1_000_000
    assert peak < 40_000_000


def test_a_bed_may_be_read_hours_in_and_at_another_rate() -> None:
    """There is no end, and the rate is a setting."""
    far = bed("ocean").read(20 * 3600 * RATE, RATE)
    assert -40 < level(far) < -12
    half = load_bed(SOUNDS / "ocean.yaml", 22_050, Path()).read(0, 30 * 22_050)
    assert level(half) == pytest.approx(level(bed("ocean").read(0, 30 * RATE)), abs=3)


def test_the_seed_decides_the_sound(tmp_path: Path) -> None:
    """Another seed, another rain."""
    text = (SOUNDS / "brown-noise.yaml").read_text().replace("seed: 5", "seed: 6")
    (tmp_path / "other.yaml").write_text(text)
    other = load_bed(tmp_path / "other.yaml", RATE, tmp_path).read(0, RATE)
    assert abs(np.corrcoef(other[:, 0], bed("brown-noise").read(0, RATE)[:, 0])[0, 1]) < 0.1


# What it sounds like


@pytest.mark.parametrize("name", sorted(set(BEDS) - {"ocean"}))
def test_no_loop_is_to_be_heard(name: str) -> None:
    """The envelope has nothing to do with itself half a minute and more later.

    What moves slowly agrees with itself by chance the more, the shorter one listens: over the hour of
    docs/sounds.md no bed comes to 0.1.
    """
    slow = name in ("night", "warm-pad", "wind")
    alike = autocorrelation(envelope(bed(name), 1200 if slow else 400))
    assert np.max(np.abs(alike[30 * 20 : 200 * 20])) < (0.15 if slow else 0.1)


def test_a_looped_bed_would_be_noticed() -> None:
    """The measure above sees a loop of 40 s at once."""
    once = envelope(bed("soft-rain"), 40)
    assert np.max(autocorrelation(np.tile(once, 15))[30 * 20 : 300 * 20]) > 0.8


def test_waves_come_every_seven_to_twelve_seconds_and_never_evenly() -> None:
    """Crests of the ocean over ten minutes."""
    slow = np.convolve(envelope(bed("ocean"), 600), np.hanning(60) / 30, mode="same")
    inner = slow[1:-1]
    crests = np.flatnonzero((inner > slow[:-2]) & (inner > slow[2:]) & (inner > np.median(slow))) / 20
    between = np.diff(crests)
    assert 8.5 < np.mean(between) < 10.5
    assert np.mean((between > 6.0) & (between < 13.0)) > 0.9
    assert np.std(between) > 0.8
    assert 5 < 20 * np.log10(np.percentile(slow, 95) / np.percentile(slow, 5)) < 16


@pytest.mark.parametrize("name", BEDS)
def test_little_is_lost_in_mono(name: str) -> None:
    """A phone's one loudspeaker: less than 3 dB of the power goes, and it is not mono before."""
    sound = minute(name)
    loss = level(sound) - level(sound.mean(axis=1, keepdims=True))
    assert 0.2 < loss < 3.0


@pytest.mark.parametrize("name", BEDS)
def test_levels_are_sane(name: str) -> None:
    """Never over full scale, near one loudness, both sides alike, and nothing under hearing."""
    sound = minute(name)
    assert np.max(np.abs(sound)) < 0.9
    assert -33 < level(sound) < -21
    assert abs(level(sound[:, :1]) - level(sound[:, 1:])) < 1.0
    assert abs(float(np.mean(sound))) < 1e-4


@pytest.mark.parametrize("name", NOISES)
def test_nothing_is_harsh_and_nothing_whistles(name: str) -> None:
    """Over 8 kHz there is little, and no narrow line stands out of the spectrum."""
    frequencies, density = spectrum(minute(name))
    power = 10.0 ** (density / 10.0)
    assert 10 * np.log10(power[frequencies > 8000].sum() / power.sum()) < -25
    audible = (frequencies > 200) & (frequencies < 8000)
    smooth = np.convolve(density, np.ones(31) / 31, mode="same")
    assert np.max((density - smooth)[audible]) < 6.0


def test_the_night_is_not_shrill() -> None:
    """Its crickets stand out, but well under the air, and there is nothing above 6 kHz."""
    frequencies, density = spectrum(minute("night"))
    power = 10.0 ** (density / 10.0)
    calls = (frequencies > 1900) & (frequencies < 3200)
    assert 10 * np.log10(power[frequencies > 6000].sum() / power.sum()) < -50
    assert -25 < 10 * np.log10(power[calls].sum() / power.sum()) < -12
    assert 10 * np.log10(power[calls].mean() / power[(frequencies > 3500) & (frequencies < 4500)].mean()) > 10


def test_a_fire_crackles_softly() -> None:
    """Its loudest hundredth of a second is clearly heard, and no fright."""
    moments = np.square(minute("fire")).reshape(-1, 441, 2).mean(axis=(1, 2))
    assert 4 < 10 * np.log10(np.percentile(moments, 99.95) / np.median(moments)) < 9


def spectrum(sound: Stereo, size: int = 8192) -> tuple[Floats, Floats]:
    """Frequencies, and the power density at each in dB (of nothing in particular)."""
    left = sound[: len(sound) // size * size, 0].reshape(-1, size) * np.hanning(size)
    density = 10 * np.log10(np.square(np.abs(np.fft.rfft(left, axis=1))).mean(axis=0) + 1e-30)
    return np.fft.rfftfreq(size, 1 / RATE).astype(np.float64), density.astype(np.float64)


def test_the_spectrum_is_the_one_of_the_recipe() -> None:
    """Brown noise, at each of its inner points, within 3 dB."""
    recipe = read_recipe(SOUNDS / "brown-noise.yaml")
    assert isinstance(recipe, BedRecipe)
    noise = recipe.layers[0]
    assert isinstance(noise, Noise)
    frequencies, density = spectrum(minute("brown-noise"))
    points = [point for point in noise.spectrum if 60 < point[0] < 12_000]
    measured = [density[np.abs(frequencies / hertz - 1) < 0.08].mean() for hertz, _ in points]
    off = np.array(measured) - np.array([decibels for _, decibels in points])
    assert len(points) >= 4
    assert np.ptp(off) < 3.0


@pytest.mark.parametrize("name", BEDS)
def test_nothing_clicks_where_blocks_meet(name: str) -> None:
    """High sound at the seams of the grid is like high sound anywhere."""
    sound = bed(name).read(0, 100 * BLOCK)[:, 0]
    sharp = np.square(np.diff(sound, 3, append=np.float32(0), prepend=np.zeros(2, np.float32)))
    frames = sharp[: len(sharp) // 128 * 128].reshape(-1, 128).max(axis=1)
    for offset in (0, OVERLAP):
        seams = np.array([(n * BLOCK + offset) // 128 for n in range(1, 99)])
        near = np.maximum(frames[seams - 1], frames[seams])
        assert np.median(near) < np.percentile(frames, 90)
        assert np.mean(near > np.percentile(frames, 99)) < 0.08


def test_rain_has_drops_and_not_only_hiss() -> None:
    """Moments in the range of drops stand out of rain as they never do out of steady noise."""
    assert peaks("soft-rain") > peaks("brown-noise") + 3.0


def peaks(name: str) -> float:
    """By how much the loudest moments of 10 ms between 400 Hz and 4 kHz are above the usual ones, dB."""
    sound = minute(name)[:, 0]
    bins = np.fft.rfft(sound)
    at = np.fft.rfftfreq(len(sound), 1 / RATE)
    bins[(at < 400) | (at > 4000)] = 0
    moments = np.square(np.fft.irfft(bins)[: 60 * RATE].reshape(-1, 441)).mean(axis=1)
    return 10 * float(np.log10(np.percentile(moments, 99.5) / np.median(moments)))


# Bells


@pytest.mark.parametrize("name", BELLS)
def test_a_bell_is_struck_softly_and_ends_in_silence(name: str) -> None:
    """It begins at zero, is full within a moment, falls for 8 to 15 s, and its last frame is zero."""
    sound = load_bell(SOUNDS / f"{name}.yaml", RATE)
    assert sound.dtype == np.float32
    assert sound.shape[1] == 2
    assert 8 <= len(sound) / RATE <= 15
    assert np.max(np.abs(sound)) == pytest.approx(0.5, abs=1e-3)
    assert np.max(np.abs(sound[:44])) < 0.02
    assert np.max(np.abs(sound[: round(0.25 * RATE)])) > 0.3
    assert not sound[-1].any()
    assert np.max(np.abs(sound[-441:])) < 1e-4
    assert np.max(np.abs(np.diff(sound[-RATE:], axis=0))) < 1e-3


@pytest.mark.parametrize("name", BELLS)
def test_a_bell_dies_away_smoothly(name: str) -> None:
    """Loudness falls from second to second, by a good deal over the first two thirds."""
    sound = load_bell(SOUNDS / f"{name}.yaml", RATE)
    seconds = [level(sound[n * RATE : (n + 2) * RATE]) for n in range(0, len(sound) // RATE - 2, 2)]
    assert all(later < earlier for earlier, later in pairwise(seconds))
    assert seconds[0] - seconds[len(seconds) * 2 // 3] > 18


def test_the_bowl_beats_slowly_at_its_lowest_tone() -> None:
    """The level swings about every two seconds, over and above its fall."""
    sound = load_bell(SOUNDS / "bowl.yaml", RATE)[: 10 * RATE, 0]
    loud = 10 * np.log10(np.square(sound).reshape(-1, 2205).mean(axis=1))
    swing = loud - np.polyval(np.polyfit(np.arange(len(loud)), loud, 2), np.arange(len(loud)))
    strength = np.abs(np.fft.rfft(swing * np.hanning(len(swing)), 4096))
    at = np.fft.rfftfreq(4096, 0.05)
    heard = at > 0.25
    assert 0.4 < at[heard][np.argmax(strength[heard])] < 0.7


@pytest.mark.parametrize("name", BELLS)
def test_the_tones_of_a_bell_are_those_of_its_recipe(name: str) -> None:
    """Each of the strongest partials is a line in the spectrum."""
    sound = load_bell(SOUNDS / f"{name}.yaml", RATE)[:RATE, 0]
    strength = np.abs(np.fft.rfft(sound * np.hanning(RATE)))
    recipe = read_recipe(SOUNDS / f"{name}.yaml")
    assert isinstance(recipe, BellRecipe)
    for partial in recipe.partials[:3]:
        around = strength[round(partial.pitch) - 4 : round(partial.pitch) + 5].max()
        assert around > 20 * np.median(strength[round(partial.pitch) - 90 : round(partial.pitch) + 90])


# Recipes


def test_the_catalogue_knows_every_sound_there_is() -> None:
    """Names, kinds and words for a person, in the order of the alphabet."""
    sounds = catalogue([SOUNDS, SOUNDS / "no-such-folder"])
    assert tuple(sound.name for sound in sounds if sound.kind == "bed" and sound.name != "room-tone") == BEDS
    assert tuple(sound.name for sound in sounds if sound.kind == "bell") == BELLS
    assert all(sound.title and sound.description and sound.licence == "generated" for sound in sounds)
    assert [sound.name for sound in sounds] == sorted(sound.name for sound in sounds)


def test_an_earlier_folder_comes_before_a_later_one(tmp_path: Path) -> None:
    """One's own soft-rain takes the place of the built-in one."""
    text = (SOUNDS / "brown-noise.yaml").read_text().replace("title: Brown noise", "title: Mine")
    (tmp_path / "soft-rain.yaml").write_text(text)
    mine = [sound for sound in catalogue([tmp_path, SOUNDS]) if sound.name == "soft-rain"]
    assert [sound.title for sound in mine] == ["Mine"]


GOOD_BED = """\
title: Mine
kind: bed
seed: 3
layers:
- noise:
    100 Hz: 0 dB
    1 kHz: -6 dB
  width: 0.5
  movement: {every: 5s, depth: 3 dB}
- drops: 4 a second
  pitch: 400 Hz to 1 kHz
  swell: {every: 7s to 12s, rise: 3s, fall: 5s, depth: 9 dB}
- tones: [110 Hz, 165 Hz]
  every: 10s to 30s
  fade: 5s
  overtones: -14 dB
- use: brown-noise
  level: -6 dB
"""
GOOD_BELL = "title: B\nkind: bell\nlength: 5s\npartials:\n- {pitch: 300 Hz, decay: 6s}\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "column"),
    [
        ("title: Mine\n", "", 1, 1),
        ("kind: bed", "kind: bet", 2, 7),
        ("seed: 3", "seed: three", 3, 7),
        ("seed: 3", "sead: 3", 3, 1),
        ("100 Hz: 0 dB", "100: 0 dB", 6, 5),
        ("100 Hz: 0 dB", "100 Hz: 0", 6, 13),
        ("100 Hz: 0 dB", "100 Hz: loud", 6, 13),
        ("100 Hz", "2 kHz", 6, 5),
        ("    1 kHz: -6 dB\n", "", 6, 5),
        ("width: 0.5", "width: 5", 8, 10),
        ("width: 0.5", "widht: 0.5", 8, 3),
        ("every: 5s", "every: 5", 9, 21),
        ("every: 5s, ", "", 9, 13),
        ("depth: 3 dB", "depth: -3 dB", 9, 32),
        ("4 a second", "4", 10, 10),
        ("400 Hz to 1 kHz", "1 kHz to 400 Hz", 11, 10),
        ("400 Hz to 1 kHz", "400 Hz", 11, 10),
        ("7s to 12s", "12s to 7s", 12, 18),
        ("110 Hz, 165 Hz", "110, 165 Hz", 13, 11),
        ("110 Hz, 165 Hz", "", 13, 10),
        ("fade: 5s", "fade: 11s", 15, 9),
        ("overtones: -14 dB", "overtones: 14 dB", 16, 14),
        ("every: 10s to 30s", "every: 10s", 14, 10),
        ("use: brown-noise", "use: no-such-bed", 17, 8),
        ("use: brown-noise", "use: ../sounds/ocean", 17, 8),
        ("use: brown-noise", "use: bowl", 17, 8),
        ("use: brown-noise", "use: mine", 17, 8),
        ("  level: -6 dB", "  widht: 0.5", 18, 3),
        ("pitch: 400 Hz to 1 kHz", "pitch: 400 Hz to 1 kHz\n  pulses: 99", 12, 11),
    ],
)
def test_a_slip_in_a_recipe_is_named_at_its_place(
    tmp_path: Path, old: str, new: str, line: int, column: int
) -> None:
    """One problem for one slip, with line and column."""
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD_BED)
    read_recipe(file)
    assert old in GOOD_BED
    file.write_text(GOOD_BED.replace(old, new, 1))
    with pytest.raises(ProblemsFound) as found:
        read_recipe(file)
    places = [(problem.place.line, problem.place.column) for problem in found.value.problems]
    assert places == [(line, column)]


@pytest.mark.parametrize(
    "text",
    ["title: x\nlayers: []\n", "title: x\nlayers: y\n", "- a\n", "x\n", "title: x\nlayers:\n- a\n",
     "title: [x]\nlayers:\n- noise: [1]\n", "title: x\nlayers:\n- {}\n", "title: x\nkind: bell\n",
     "title: x\nlayers:\n- noise: {1 Hz: 0 dB, 9 Hz: 0 dB}\n", "a: b: c\n", ""],
)  # fmt: skip
def test_a_recipe_of_any_wrong_shape_has_problems_and_nothing_else(tmp_path: Path, text: str) -> None:
    """Whatever is where a list or a setting belongs, there is a place and a sentence."""
    file = tmp_path / "odd.yaml"
    file.write_text(text)
    with pytest.raises(ProblemsFound) as found:
        read_recipe(file)
    assert all(problem.message and problem.place.line >= 1 for problem in found.value.problems)


def test_a_bell_is_no_bed_and_a_bed_no_bell(tmp_path: Path) -> None:
    """Taking one for the other is said, not heard."""
    (tmp_path / "bed.yaml").write_text(GOOD_BED)
    (tmp_path / "bell.yaml").write_text(GOOD_BELL)
    assert len(load_bell(tmp_path / "bell.yaml", RATE)) == 5 * RATE
    with pytest.raises(ProblemsFound, match="bed is wanted"):
        load_bed(tmp_path / "bell.yaml", RATE, tmp_path)
    with pytest.raises(ProblemsFound, match="bell is wanted"):
        load_bell(tmp_path / "bed.yaml", RATE)


def test_the_page_about_sounds_is_true(tmp_path: Path) -> None:
    """Its whole recipes can be read, and its table has every sound there is."""
    page = (SOUNDS.parent / "docs" / "sounds.md").read_text()
    recipes = [block for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL) if "title:" in block]
    assert len(recipes) == 4
    for recipe in recipes:
        (tmp_path / "shown.yaml").write_text(recipe)
        read_recipe(tmp_path / "shown.yaml")
    introduction, figures = page.split("<!-- figures")
    listed = re.findall(r"^\| `([\w-]+)` \| (bed|bell) \|", introduction, re.MULTILINE)
    assert sorted(listed) == [(sound.name, sound.kind) for sound in catalogue([SOUNDS])]
    measured = re.findall(r"^\| `([\w-]+)` \| (?:bed|bell|swell) \|", figures, re.MULTILINE)
    chapters = re.findall(r"^### ([\w-]+)$", page, re.MULTILINE)
    assert measured == sorted(chapters) == sorted(file.stem for file in SOUNDS.glob("*.yaml"))


def test_the_figures_of_the_page_are_those_that_were_asked_for() -> None:
    """Within an hour no bed is like itself later, but for the ocean, and in mono little is lost."""
    page = (SOUNDS.parent / "docs" / "sounds.md").read_text()
    rows = re.findall(r"^\| `([\w-]+)` \| bed \| (.*) LU \| (.*) dB \| (.*) \| .* x \|$", page, re.MULTILINE)
    assert {name for name, *_ in rows} == {*BEDS, "room-tone"}
    assert all(float(lost) < 3.0 for *_, lost, _ in rows)
    assert {name for name, *_, alike in rows if alike == "–"} == {"ocean"}
    assert all(float(alike) < 0.1 for *_, alike in rows if alike != "–")


@pytest.mark.parametrize("file", sorted(SOUNDS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_sound_has_its_picture(file: Path) -> None:
    """A small one, shown in its chapter."""
    page, picture = (
        SOUNDS.parent / "docs" / "sounds.md",
        SOUNDS.parent / "docs" / "sounds" / f"{file.stem}.png",
    )
    assert f"(sounds/{file.stem}.png)" in page.read_text()
    assert picture.stat().st_size <= 60_000
    with Image.open(picture) as image:
        assert image.width == 700
