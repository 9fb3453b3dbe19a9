"""Where a user's own file melts into its beginning: nothing is to be heard of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from guided_audio.blocks import Source, Stereo
from guided_audio.sounds import load_bed
from guided_audio.sounds.noise import BLOCK, OVERLAP
from guided_audio.sounds.own_bed import OwnBed

RATE = 44_100
SOUNDS = Path(__file__).parent.parent / "sounds"
Load = Callable[[Stereo], OwnBed]
Floats = NDArray[np.float64]
_HOP, _SPAN = 512, 3
_REACH = 2048 + _SPAN * _HOP  # frames one figure of flux hears of


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A bed from a sound, by way of a WAV file."""

    def through_a_file(sound: Stereo) -> OwnBed:
        soundfile.write(tmp_path / "mine.wav", sound, RATE, subtype="FLOAT")
        bed = load_bed(tmp_path / "mine.wav", RATE, tmp_path)
        assert isinstance(bed, OwnBed)
        return bed

    return through_a_file


def noise(seconds: float, seed: int = 1) -> Stereo:
    """Steady noise at -20 dBFS."""
    random = np.random.default_rng(seed)
    return (0.1 * random.standard_normal((round(seconds * RATE), 2))).astype(np.float32)


_CHORDS = ((220, 277, 330), (147, 220, 294), (165, 208, 247), (185, 220, 277))
_TUNE = (0, 1, 0, 2, 3, 1, 2, 0)


def music(chords: int, seed: int = 5) -> Stereo:
    """Chords of two seconds each, struck a little differently every time; the tune is of eight chords."""
    random = np.random.default_rng(seed)
    time = np.arange(2 * RATE) / RATE
    envelope = np.minimum(time / 0.01, 1.0) * np.exp(-time) * np.minimum((2.0 - time) / 0.02, 1.0)
    played = []
    for number in range(chords):
        notes = [
            np.sin(2 * np.pi * hertz * order * time) / order**2 * random.uniform(0.9, 1.1)
            for hertz in _CHORDS[_TUNE[number % len(_TUNE)]]
            for order in (1, 2, 3)
        ]
        played.append(0.12 * envelope * np.sum(notes, axis=0))
    both = np.concatenate(played)[:, None].repeat(2, axis=1)
    return (both + 0.001 * random.standard_normal(both.shape)).astype(np.float32)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> OwnBed:
    """Eighty seconds of music as a bed."""
    folder = tmp_path_factory.mktemp("music")
    soundfile.write(folder / "mine.wav", music(40), RATE, subtype="FLOAT")
    bed = load_bed(folder / "mine.wav", RATE, folder)
    assert isinstance(bed, OwnBed)
    return bed


def flux(source: Source, start: int, frames: int) -> Floats:
    """How much comes anew into the spectrum every `_HOP` frames, on average over 80 ms."""
    sound = source.read(start, frames + 2048).mean(axis=1)
    places = np.arange(0, frames, _HOP)
    windows = np.stack([sound[at : at + 2048] for at in places]) * np.hanning(2048)
    size = np.sqrt(np.abs(np.fft.rfft(windows, axis=1)))
    new = np.maximum(np.diff(size, axis=0), 0.0).sum(axis=1)
    return np.convolve(new, np.full(_SPAN, 1 / _SPAN), mode="valid")


def seam_and_elsewhere(bed: OwnBed) -> tuple[Floats, Floats]:
    """The flux over the whole of the first seam, and that of the file itself before it."""
    begin = bed.seam.end - bed.seam.start
    return flux(bed, begin, bed.seam.length), flux(bed, 0, begin - _REACH)


def around(source: Source, place: int) -> float:
    """The flux with a place in its middle."""
    return float(flux(source, place - _REACH // 2, (_SPAN + 1) * _HOP)[0])


def at_its_edges(bed: OwnBed) -> Floats:
    """The flux where a seam begins, in its middle, and where it ends."""
    begin = bed.seam.end - bed.seam.start
    places = (begin, begin + bed.seam.length // 2, begin + bed.seam.length)
    return np.array([around(bed, place) for place in places])


def test_in_noise_nothing_changes_at_a_seam(load: Load) -> None:
    """The spectrum changes there as it does anywhere, and so does the level."""
    bed = load(noise(40))
    over, elsewhere = seam_and_elsewhere(bed)
    assert np.percentile(over, 99) < np.percentile(elsewhere, 99.9)
    assert np.max(at_its_edges(bed)) <= np.percentile(elsewhere, 99)
    sound = bed.read(bed.seam.end - bed.seam.start, bed.seam.length)
    parts = np.sqrt(np.square(sound[: len(sound) // 12 * 12].reshape(12, -1)).mean(axis=1))
    assert np.ptp(20 * np.log10(parts)) < 0.5


def test_in_music_the_beat_goes_on_and_the_tune_with_it(played: OwnBed) -> None:
    """What comes in is the passage that goes out: the loop is of whole tunes, to a millisecond."""
    bed = played
    turns = (bed.seam.end - bed.seam.back) / RATE / (2 * len(_TUNE))
    assert turns == pytest.approx(round(turns), abs=0.001 / 16)
    assert round(turns) >= 2
    over, elsewhere = seam_and_elsewhere(bed)
    assert np.percentile(over, 95) <= np.percentile(elsewhere, 99)
    assert np.max(over) <= 1.05 * np.max(elsewhere)  # no attack is heard twice
    assert np.max(at_its_edges(bed)) <= np.percentile(elsewhere, 99)


def test_music_is_as_loud_in_a_seam_as_before_it(played: OwnBed) -> None:
    """Passages that agree add up to more than their powers; that is made up for."""
    bed = played
    assert bed.seam.alike > 0.8
    begin, chord = bed.seam.end - bed.seam.start, 2 * RATE
    levels = [np.sqrt(np.square(bed.read(begin - 4 * RATE + n * chord, chord)).mean()) for n in range(5)]
    assert np.ptp(20 * np.log10(levels)) < 1.5


def test_the_seam_of_a_naive_loop_would_be_found(played: OwnBed) -> None:
    """The measure above hears the end of the file knock against its beginning."""
    sound = music(39)[: 77 * RATE]
    _, elsewhere = seam_and_elsewhere(played)

    class Looped:
        def read(self, start: int, count: int) -> Stereo:
            piece: Stereo = sound[np.arange(start, start + count) % len(sound)]
            return piece

    assert around(Looped(), len(sound)) > np.percentile(elsewhere, 99)


def test_a_fade_at_either_end_is_left_out(load: Load) -> None:
    """A recording that comes in over 4 s and goes out over 12: the loop has its level throughout."""
    sound = noise(60)
    sound[: 4 * RATE] *= np.linspace(0, 1, 4 * RATE, dtype=np.float32)[:, None]
    sound[-12 * RATE :] *= np.linspace(1, 0, 12 * RATE, dtype=np.float32)[:, None]
    bed = load(sound)
    loop = bed.seam.end - bed.seam.back
    assert loop > 25 * RATE
    assert bed.seam.end + bed.seam.length < 52 * RATE
    later = bed.read(2 * loop, 2 * loop)
    parts = [np.sqrt(np.square(later[at : at + RATE]).mean()) for at in range(0, len(later) - RATE, RATE)]
    assert np.ptp(20 * np.log10(parts)) < 2.0
    over, elsewhere = seam_and_elsewhere(bed)
    assert np.percentile(over, 95) <= np.percentile(elsewhere, 99)


def test_silence_before_a_sound_is_not_waited_for(load: Load) -> None:
    """Ten seconds of nothing at the beginning of a file are not heard at all."""
    bed = load(np.concatenate([np.zeros((10 * RATE, 2), np.float32), noise(30)]))
    assert np.sqrt(np.square(bed.read(0, RATE // 2)).mean()) > 0.03


@pytest.mark.parametrize("name", ["fire", "night", "ocean", "rain-on-leaves", "soft-rain", "warm-pad"])
def test_nothing_is_heard_where_the_blocks_of_a_bed_meet(name: str, tmp_path: Path) -> None:
    """The flux at the joints of a bed made from a recipe is that of anywhere else."""
    bed = load_bed(SOUNDS / f"{name}.yaml", RATE, tmp_path)
    elsewhere = flux(bed, 0, 12 * BLOCK)
    for offset in (0, OVERLAP):
        joints = [around(bed, n * BLOCK + offset) for n in range(1, 30)]
        assert np.median(joints) < np.percentile(elsewhere, 90)
        assert np.mean(np.array(joints) > np.percentile(elsewhere, 99)) < 0.15
