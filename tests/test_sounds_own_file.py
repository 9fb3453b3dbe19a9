"""Beds and bells from a user's own sound files."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from guided_audio.blocks import Stereo
from guided_audio.sounds import load_bed, load_bell

RATE = 44_100
Write = Callable[[Stereo], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Puts a sound into a WAV file."""

    def write_wav(sound: Stereo) -> Path:
        soundfile.write(tmp_path / "mine.wav", sound, RATE, subtype="FLOAT")
        return tmp_path / "mine.wav"

    return write_wav


def noise(seconds: float) -> Stereo:
    """Steady noise at -20 dBFS."""
    random = np.random.default_rng(1)
    return (0.1 * random.standard_normal((round(seconds * RATE), 2))).astype(np.float32)


def rms(sound: Stereo) -> float:
    """In dBFS."""
    return 10 * float(np.log10(np.mean(np.square(sound, dtype=np.float64))))


def test_a_bed_plays_its_file_and_then_melts_into_its_beginning(write: Write, tmp_path: Path) -> None:
    """The file as it is; at its end six seconds over which the level stays and no sample jumps."""
    sound = noise(26)
    bed = load_bed(write(sound), RATE, tmp_path)
    seam, loop = 6 * RATE, 20 * RATE
    assert np.allclose(bed.read(0, loop), sound[:loop], atol=1e-6)
    across = bed.read(loop, seam)
    levels = [rms(across[at : at + RATE // 2]) for at in range(0, seam, RATE // 2)]
    assert max(abs(level + 20) for level in levels) < 0.5
    assert np.allclose(across[0], sound[loop], atol=1e-6)  # what came before goes on ...
    assert np.allclose(bed.read(loop + seam, RATE), sound[seam : seam + RATE], atol=1e-6)  # ... into the file
    steps = np.abs(np.diff(bed.read(loop - 500, seam + 1000), axis=0))
    assert np.max(steps) < np.max(np.abs(np.diff(sound, axis=0))) * 1.1


def test_the_seam_of_a_short_file_is_a_quarter_of_it(write: Write, tmp_path: Path) -> None:
    """Four seconds come round every three."""
    bed = load_bed(write(noise(4)), RATE, tmp_path)
    assert np.array_equal(bed.read(6 * RATE, RATE), bed.read(3 * RATE, RATE))
    assert not np.allclose(bed.read(3 * RATE, RATE), bed.read(0, RATE), atol=1e-3)


def test_a_bed_from_a_file_is_the_same_however_it_is_read(write: Write, tmp_path: Path) -> None:
    """Pieces of any size, from several threads."""
    bed = load_bed(write(noise(5)), RATE, tmp_path)
    whole = bed.read(0, 20 * RATE)
    got: dict[int, Stereo] = {}

    def read(part: int) -> None:
        size = 5 * RATE
        pieces = [(at, min(7_001, size - at)) for at in range(0, size, 7_001)]
        got[part] = np.concatenate([bed.read(part * size + at, count) for at, count in pieces])

    threads = [threading.Thread(target=read, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert np.array_equal(whole, np.concatenate([got[part] for part in range(4)]))


@pytest.mark.parametrize(
    ("sound", "said"),
    [(noise(1.5), "at least 2 seconds"), (np.zeros((5 * RATE, 2), np.float32), "silent")],
)
def test_a_file_that_cannot_be_a_bed_is_refused(
    write: Write, tmp_path: Path, sound: Stereo, said: str
) -> None:
    """Too short, or silent: one sentence, and nothing is left behind."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(ValueError, match=said):
        load_bed(write(sound), RATE, scratch)
    assert list(scratch.iterdir()) == []


def test_what_is_no_sound_is_refused(tmp_path: Path) -> None:
    """A text with a sound's name is neither a bed nor a bell."""
    file = tmp_path / "mine.mp3"
    file.write_text("#EXTM3U\nhttp://example.org/a.mp3\n")
    with pytest.raises(ValueError, match=r"\.$"):
        load_bed(file, RATE, tmp_path)
    with pytest.raises(ValueError, match=r"\.$"):
        load_bell(file, RATE)


def test_a_bell_longer_than_a_minute_is_refused(write: Write) -> None:
    """A bell is a moment; more is a bed."""
    with pytest.raises(ValueError, match=r"\.$"):
        load_bell(write(noise(61)), RATE)


def test_a_bell_from_a_file_is_trimmed_edged_and_brought_to_level(write: Write) -> None:
    """The stroke begins at once, its end is silence, and its peak is that of all bells."""
    seconds = np.arange(3 * RATE) / RATE
    stroke = 0.1 * np.cos(2 * np.pi * 300 * seconds) * 10 ** (-0.5 * seconds)
    sound = np.zeros((6 * RATE, 2), np.float32)
    sound[RATE : 4 * RATE] = stroke[:, None]
    bell = load_bell(write(sound), RATE)
    assert len(bell) == pytest.approx(3 * RATE, abs=0.02 * RATE)
    assert np.max(np.abs(bell)) == pytest.approx(0.5, abs=0.02)
    assert not bell[0].any()
    assert not bell[-1].any()
    assert np.max(np.abs(bell[: RATE // 20])) > 0.4
    assert bell.dtype == np.float32


def test_a_silent_bell_is_refused(write: Write) -> None:
    """Nobody would hear what is missing."""
    with pytest.raises(ValueError, match="silent"):
        load_bell(write(np.zeros((RATE, 2), np.float32)), RATE)


def test_the_warnings_of_an_old_library_stay_inside(write: Write) -> None:
    """With every warning an error, a bell from a file is still only a bell."""
    file = write(noise(1))
    code = (
        "import pathlib; from guided_audio.sounds import load_bell; "
        f"load_bell(pathlib.Path({str(file)!r}), {RATE})"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
