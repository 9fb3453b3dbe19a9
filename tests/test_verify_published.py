"""Files whose figures are known beforehand are measured as they are, and `verify --publish` says so."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from command_line import Cli, Finished, ffmpeg
from guided_audio.errors import VerificationFailed
from guided_audio.forms import Form
from guided_audio.publication import level_of_whole
from guided_audio.verify.published import measure

pytest_plugins = ["e2e_fixtures"]

RATE = 44_100
Sound = NDArray[np.float32]


def sine(seconds: float, peak_db: float, hertz: float = 997.0, rate: int = RATE) -> Sound:
    """A sine whose RMS lies 3.01 dB under its peak."""
    at = np.arange(round(seconds * rate)) / rate
    wave: Sound = (10 ** (peak_db / 20) * np.sin(2 * np.pi * hertz * at)).astype(np.float32)
    return wave


def noise(seconds: float, rms_db: float, seed: int = 1) -> Sound:
    """White noise of a known RMS."""
    made = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    scaled: Sound = (made * 10 ** (rms_db / 20) / np.sqrt(np.square(made).mean())).astype(np.float32)
    return scaled


def wav(path: Path, sound: Sound, rate: int = RATE) -> Path:
    """A sound in a file as it is, without rounding; one column is mono."""
    soundfile.write(path, sound, rate, subtype="FLOAT")
    return path


def both(sound: Sound) -> Sound:
    """The same on both sides."""
    return np.stack((sound, sound), axis=1)


def meditation(speech_db: float = -20.0, speech: float = 4.5, pause: float = 5.5, times: int = 3) -> Sound:
    """Bursts of noise for speech, with room tone of -68 dB before, between and after them."""
    pieces = [noise(0.8, -68, 99)]
    for number in range(times):
        pieces += [noise(speech, speech_db, number), noise(pause, -68, number + 50)]
    pieces[-1] = pieces[-1][: 3 * RATE]
    return np.concatenate(pieces)


def test_a_sine_is_measured_as_it_is(tmp_path: Path) -> None:
    """Peak, RMS 3.01 dB under it, and its loudness: a tone near 1 kHz on both sides reads as its peak."""
    found = measure(wav(tmp_path / "a.wav", both(sine(5, -12))))
    assert found.sample_peak == pytest.approx(-12, abs=0.01)
    assert found.true_peak == pytest.approx(-12, abs=0.05)
    assert found.rms == pytest.approx(-15.01, abs=0.01)
    assert found.lufs == pytest.approx(-12, abs=0.1)
    assert (found.channels, found.rate, found.form) == (2, RATE, Form.WAV)
    assert found.seconds == pytest.approx(5, abs=1e-4)
    assert found.head_quiet == 0
    assert found.kbps == pytest.approx(RATE * 64 / 1000, rel=0.01)
    assert (found.title, found.cover, found.kbps_spread) == (0, None, None)


def test_one_channel_is_not_mixed(tmp_path: Path) -> None:
    """Its levels are its own, and its loudness 3 dB under that of the same on both sides."""
    found = measure(wav(tmp_path / "a.wav", sine(5, -12)))
    assert found.channels == 1
    assert found.rms == pytest.approx(-15.01, abs=0.01)
    assert found.sample_peak == pytest.approx(-12, abs=0.01)
    assert found.true_peak == pytest.approx(-12, abs=0.05)
    assert found.lufs == pytest.approx(-15.01, abs=0.1)


def test_a_peak_between_the_samples_is_a_true_peak_only(tmp_path: Path) -> None:
    """A sine of a quarter of the rate, sampled beside its tops, reads 3 dB less on its samples."""
    at = np.arange(5 * RATE)
    found = measure(
        wav(tmp_path / "a.wav", both((0.5 * np.sin(np.pi / 2 * at + np.pi / 4)).astype(np.float32)))
    )
    assert found.sample_peak == pytest.approx(-9.03, abs=0.01)
    assert found.true_peak == pytest.approx(-6.02, abs=0.1)


def test_speech_and_pauses_are_told_apart(tmp_path: Path) -> None:
    """Share, RMS of the speech, of the whole, of the room, and the quiet at both ends."""
    sound = meditation()
    found = measure(wav(tmp_path / "a.wav", both(sound)))
    share = 3 * 4.5 * RATE / len(sound)
    assert found.speech_rms == pytest.approx(-20, abs=0.5)
    assert found.speech_share == pytest.approx(share, abs=0.04)
    assert found.rms == pytest.approx(level_of_whole(-20, share), abs=0.05)
    assert found.noise_floor == pytest.approx(-68, abs=0.3)
    assert found.head_quiet == pytest.approx(0.8, abs=0.03)
    assert found.tail_quiet == pytest.approx(3, abs=0.03)


def test_a_bed_is_a_noise_floor_and_no_speech(tmp_path: Path) -> None:
    """Under a voice 20 dB above it nothing is quiet, and the share of speech is still that of the voice."""
    sound = meditation()
    bedded = sound + noise(len(sound) / RATE, -40, 7)[: len(sound)]
    found = measure(wav(tmp_path / "a.wav", both(bedded)))
    assert found.noise_floor == pytest.approx(-40, abs=0.3)
    assert found.speech_share == pytest.approx(3 * 4.5 * RATE / len(sound), abs=0.04)
    assert (found.head_quiet, found.tail_quiet) == (0, 0)


def test_silence_has_no_level_and_no_speech(tmp_path: Path) -> None:
    """Digital zero from end to end, and a file shorter than any window."""
    found = measure(wav(tmp_path / "a.wav", both(np.zeros(3 * RATE, np.float32))))
    assert (found.rms, found.sample_peak, found.noise_floor) == (-math.inf,) * 3
    assert (found.speech_rms, found.speech_share) == (None, None)
    assert found.head_quiet == found.tail_quiet == pytest.approx(3)
    short = measure(wav(tmp_path / "b.wav", both(sine(0.01, -6))))
    assert short.rms == pytest.approx(-9, abs=0.3)


@pytest.mark.parametrize(
    ("options", "suffix", "form", "kbps"),
    [
        (["-b:a", "192k", "-ar", "44100", "-ac", "2"], "mp3", Form.MP3, 192),
        (["-b:a", "64k", "-ar", "22050", "-ac", "1"], "mp3", Form.MP3, 64),
        (["-b:a", "128k", "-ar", "48000", "-ac", "2", "-write_xing", "0"], "mp3", Form.MP3, 128),
        (["-c:a", "aac", "-b:a", "128k", "-ar", "44100", "-ac", "2"], "m4a", Form.M4A, None),
        (
            ["-c:a", "aac", "-b:a", "128k", "-ar", "44100", "-ac", "2", "-f", "mp4"],
            "m4b",
            Form.M4B,
            None,
        ),
        (["-c:a", "flac", "-ar", "48000", "-ac", "1"], "flac", Form.FLAC, None),
        (["-c:a", "libopus", "-ar", "48000", "-ac", "2"], "opus", Form.OPUS, None),
    ],
    ids=["cbr", "mpeg-2 mono", "no header", "m4a", "m4b", "flac", "opus"],
)
def test_any_form_is_measured(
    options: list[str], suffix: str, form: Form, kbps: float | None, tmp_path: Path
) -> None:
    """Its form, rate, channels and bit rate are those it was made with, and its level is the same."""
    one = options[options.index("-ac") + 1] == "1"
    source = wav(tmp_path / "source.wav", sine(5, -12) if one else both(sine(5, -12)))
    made = tmp_path / f"made.{suffix}"
    ffmpeg("-v", "error", "-i", source, *options, made)
    found = measure(made)
    assert found.form is form
    assert found.rate == int(options[options.index("-ar") + 1])
    assert found.channels == int(options[options.index("-ac") + 1])
    assert found.rms == pytest.approx(-15, abs=0.6)
    assert found.kbps_spread == (0 if form is Form.MP3 else None)
    if kbps:
        assert found.kbps == kbps


def test_a_variable_bit_rate_is_found_out(tmp_path: Path) -> None:
    """By its frames, with or without the header that says so."""
    source = wav(tmp_path / "source.wav", both(meditation()))
    for name, header in (("a.mp3", "1"), ("b.mp3", "0")):
        ffmpeg("-v", "error", "-i", source, "-q:a", "2", "-write_xing", header, tmp_path / name)
        assert (measure(tmp_path / name).kbps_spread or 0) > 32


@pytest.mark.parametrize(
    "content", [b"", b"title: no sound\n", b"ID3\x03\0\0\0\0\0\0", b"\xff\xfb\x90\x00" * 3]
)
def test_what_is_no_sound_is_said(content: bytes, tmp_path: Path) -> None:
    """One sentence, and no error of a library."""
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(VerificationFailed, match=r"a\.mp3 cannot be measured"):
        measure(path)
    with pytest.raises(VerificationFailed, match="cannot be measured"):
        measure(tmp_path / "none.mp3")


# A real file, from the command line


def test_a_built_file_is_held_against_a_place(cli: Cli, short_build: Finished, tmp_path: Path) -> None:
    """Beside all that is measured against the receipt, each limit with its standing and its source."""
    finished = short_build.copy(tmp_path / "files")
    before = cli("verify", finished.file, "--json").json()[str(finished.file)]
    answer = cli("verify", "--publish", "insight-timer", finished.file, "--json")
    found = answer.json()[str(finished.file)]
    assert answer.code == 0
    assert found[: len(before)] == before
    limits = {check["name"]: check for check in found[len(before) :]}
    assert limits["insight-timer: bit rate"]["value"] == 128
    assert limits["insight-timer: sample rate"]["standing"] == "not as advised"
    assert limits["insight-timer: sample rate"]["well"] is True
    assert all("read on" in check["source"] for check in limits.values())


def test_a_file_without_a_receipt_can_be_published(cli: Cli, short_build: Finished, tmp_path: Path) -> None:
    """It is held against the place alone: ACX refuses its bit rate, and the exit code says so."""
    alone = Path(shutil.copy(short_build.file, tmp_path / "alone.mp3"))
    answer = cli("verify", "--publish", "acx", alone)
    assert answer.code == 1
    assert "no receipt" not in answer.out
    assert "ok  sample rate: 44100 Hz, exactly 44100." in answer.out
    assert "OFF bit rate: 128.0 kb/s, at least 192." in answer.out
    assert "For you to check:" in answer.out
    assert cli("verify", alone).code == 1


def test_the_picture_beside_a_file_is_published_with_it(
    cli: Cli, short_build: Finished, tmp_path: Path
) -> None:
    """The cover of a series counts before the small one inside a track."""
    from PIL import Image  # noqa: PLC0415

    alone = Path(shutil.copy(short_build.file, tmp_path / "alone.mp3"))
    inside = measure(alone).cover
    assert inside is not None
    assert max(inside) < 1400
    Image.new("RGB", (1500, 1500)).save(tmp_path / "cover.jpg")
    assert "ok  cover, shorter side: 1500 px" in cli("verify", "--publish", "podcast", alone).out


def test_what_cannot_be_measured_is_one_line(cli: Cli, tmp_path: Path) -> None:
    """And in JSON a check that is not well; a place that does not exist is a mistake of the call."""
    (tmp_path / "no.mp3").write_bytes(b"no sound at all")
    answer = cli("verify", "--publish", "acx", "no.mp3")
    assert answer.code == 1
    assert "OFF no.mp3 cannot be measured" in answer.out
    (check,) = cli("verify", "--publish", "acx", "no.mp3", "--json").json()["no.mp3"]
    assert check["well"] is False
    assert cli("verify", "--publish", "radio", "no.mp3").code == 2


def test_pauses_of_a_meditation_cannot_meet_acx(cli: Cli, tmp_path: Path) -> None:
    """Bursts whose peaks are at -3.5 dB, for less than half the time: the sentence has the figures."""
    sound = np.clip(meditation(-20, 4.5, 6.5), -(10 ** (-3.5 / 20)), 10 ** (-3.5 / 20)).astype(np.float32)
    sound[RATE] = 10 ** (-3.5 / 20)
    wav(tmp_path / "quiet.wav", both(sound))
    said = cli("verify", "--publish", "acx", "quiet.wav").out
    (line,) = [line for line in said.splitlines() if "RMS of the whole" in line]
    assert "cannot RMS of the whole: -2" in line
    assert "publish it as a podcast" in line
