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

from conftest import both, tone
from guided_audio.blocks import Stereo
from guided_audio.ffmpeg import executable
from guided_audio.sounds import load_bed, load_bell, own_bed
from guided_audio.sounds.own_bed import OwnBed

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
    """The file as it is; near its end six seconds over which the level stays and no sample jumps."""
    sound = noise(60)
    bed = load_bed(write(sound), RATE, tmp_path)
    assert isinstance(bed, OwnBed)
    end, back, length = bed.seam.end, bed.seam.back, bed.seam.length
    assert bed.seam.start == 0
    assert length == pytest.approx(6 * RATE, abs=RATE // 10)
    assert back < 20 * RATE < 40 * RATE < end
    assert np.allclose(bed.read(0, end), sound[:end], atol=1e-6)
    across = bed.read(end, length)
    levels = [rms(across[at : at + RATE // 2]) for at in range(0, length - RATE // 2, RATE // 2)]
    assert max(abs(level + 20) for level in levels) < 0.5
    assert np.allclose(across[0], sound[end], atol=1e-6)  # what came before goes on ...
    coming = sound[back + length : back + length + RATE]
    assert np.allclose(bed.read(end + length, RATE), coming, atol=1e-6)  # ... into the file
    steps = np.abs(np.diff(bed.read(end - 500, length + 1000), axis=0))
    assert np.max(steps) < np.max(np.abs(np.diff(sound, axis=0))) * 1.1


def test_the_seam_of_a_short_file_is_a_quarter_of_it(write: Write, tmp_path: Path) -> None:
    """Four seconds come round again and again, and are never the same at the seam as within."""
    bed = load_bed(write(noise(4)), RATE, tmp_path)
    assert isinstance(bed, OwnBed)
    loop = bed.seam.end - bed.seam.back
    assert loop > 2 * RATE
    assert bed.seam.length == pytest.approx(RATE, rel=0.1)
    assert np.array_equal(bed.read(bed.seam.end + loop, RATE), bed.read(bed.seam.end, RATE))
    assert not np.allclose(bed.read(bed.seam.end, RATE), bed.read(bed.seam.back, RATE), atol=1e-3)


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
    [
        (noise(1.5), "at least 2 seconds"),
        (np.zeros((5 * RATE, 2), np.float32), "silent"),
        (np.full((5 * RATE, 2), 0.5, np.float32), "heard"),
        (both(tone(1.0, 5.0, peak=0.9)), "heard"),
    ],
)
def test_a_file_that_cannot_be_a_bed_is_refused(
    write: Write, tmp_path: Path, sound: Stereo, said: str
) -> None:
    """Too short, silent, or too low to hear: one sentence, and nothing is left behind."""
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


def test_a_playlist_is_named_as_one(tmp_path: Path) -> None:
    """Whatever its name says."""
    (tmp_path / "mine.mp3").write_text("#EXTM3U\nbirds.mp3\n")
    with pytest.raises(ValueError, match="playlist"):
        load_bed(tmp_path / "mine.mp3", RATE, tmp_path)


def test_a_file_of_one_sample_a_second_is_refused(tmp_path: Path) -> None:
    """Whatever is in it, nothing of it can be heard."""
    soundfile.write(tmp_path / "mine.wav", noise(0.001), 1)
    with pytest.raises(ValueError, match="1 Hz"):
        load_bed(tmp_path / "mine.wav", RATE, tmp_path)


def test_an_overdriven_file_is_taken_as_it_is(write: Write, tmp_path: Path) -> None:
    """Every sample at full scale: not nice, but the user's to judge."""
    sound = np.sign(noise(6)).astype(np.float32)
    assert np.array_equal(load_bed(write(sound), RATE, tmp_path).read(0, RATE), sound[:RATE])


def test_what_is_no_number_is_silence(write: Write, tmp_path: Path) -> None:
    """A damaged file of floats does no harm to the mix."""
    sound = noise(6)
    sound[100], sound[200], sound[300] = np.nan, np.inf, 1e30
    taken = load_bed(write(sound), RATE, tmp_path).read(0, RATE)
    assert np.all(np.abs(taken) <= 8.0)
    assert not taken[[100, 200]].any()


def test_of_a_video_the_sound_is_taken(tmp_path: Path) -> None:
    """A film of a fire is a recording of a fire."""
    film = tmp_path / "mine.mp4"
    pictures, sine = ["-f", "lavfi", "-i", "testsrc=d=4:s=64x64:r=5"], ["-f", "lavfi", "-i", "sine=300:d=4"]
    subprocess.run(
        [executable(), "-v", "error", *pictures, *sine, film], check=True, stdin=subprocess.DEVNULL
    )
    sound = load_bed(film, RATE, tmp_path).read(RATE, RATE)[:, 0]
    assert np.argmax(np.abs(np.fft.rfft(sound))) == 300


def test_of_a_long_file_only_the_beginning_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred hours: what is decoded, kept on disk and waited for is that of the first part."""
    monkeypatch.setattr(own_bed, "_HEARD", 20.0)
    hours = 100 * 3600 * 8000
    soundfile.write(tmp_path / "mine.wav", noise(30)[: 30 * 8000, 0], 8000, subtype="PCM_U8")
    with (tmp_path / "mine.wav").open("r+b") as file:  # a file with a hole, and a header that knows of it
        header = file.read(44)
        file.seek(0)
        file.write(
            header[:4] + (hours + 36).to_bytes(4, "little") + header[8:40] + hours.to_bytes(4, "little")
        )
        file.truncate(hours + 44)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    bed = load_bed(tmp_path / "mine.wav", RATE, scratch)
    assert isinstance(bed, OwnBed)
    assert bed.seam.end + bed.seam.length <= 20 * RATE
    assert [file.stat().st_size for file in scratch.iterdir()] == [20 * RATE * 8]


@pytest.mark.parametrize("native", [8_000, 22_050, 32_000, 48_000, 96_000])
def test_no_image_is_left_by_another_sampling_rate(native: int, tmp_path: Path) -> None:
    """A tone low down, and one in many places of what a file can hold: of all else, nothing above -90 dB."""
    for share in (0.3, 0.7, 0.93):
        hertz = share * native / 2
        tones = tone(500.0, 3.0, native, peak=0.4) + tone(hertz, 3.0, native, peak=0.4)
        soundfile.write(tmp_path / "mine.wav", both(tones), native, subtype="FLOAT")
        sound = load_bed(tmp_path / "mine.wav", RATE, tmp_path).read(RATE // 2, RATE)[:, 0].astype(np.float64)
        strength = np.abs(np.fft.rfft(sound * np.kaiser(RATE, 20)))
        for wanted in (500, round(hertz)):
            strength[wanted - 30 : wanted + 31] = 0.0
        assert 20 * np.log10(strength.max() / (0.2 * np.kaiser(RATE, 20).sum())) < -90


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
