"""Presets and rates: what each of them promises is measured in the finished file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mutagen.mp3 import MP3

from command_line import Cli, call
from guided_audio import ffmpeg, mastering
from guided_audio import receipt as receipts
from guided_audio.blocks import Stereo
from guided_audio.presets import ACX, CALM, PODCAST, PRESETS, Preset
from guided_audio.receipt import Receipt
from guided_audio.units import decibels, to_frames

pytest_plugins = ["e2e_fixtures"]

SCRIPT = """\
title: Measured
bed: brown-noise
script:
- tick: Here is a first line, and it has some words.
- bell: {sound: bowl, wait: 12s}
- settle: The second line of this script has two sentences. This is the other one.
- breathe: {in: 4s, out: 6s, rounds: 1}
- settle: And this one is the last.
"""


def built(cli: Cli, folder: Path, *options: str) -> tuple[Path, Receipt]:
    """The script, built by the fake voice."""
    (folder / "measured.yaml").write_text(SCRIPT, encoding="utf-8")
    done = cli("build", "measured.yaml", "--voice", "fake:one", *options)
    assert done.code == 0, done.err
    file = folder / "output" / "measured.mp3"
    return file, receipts.read(receipts.beside(file).read_bytes())


def heard(file: Path, rate: int) -> Stereo:
    """All of a file."""
    return np.concatenate(list(ffmpeg.decode(file, rate)))


def info(file: Path) -> dict[str, object]:
    """What another reader of MP3 says of a file."""
    return vars(MP3(file).info)  # type: ignore[no-untyped-call]


def speech(sound: Stereo, receipt: Receipt) -> Stereo:
    """What is heard while somebody speaks the lines."""
    clips = [clip for line in receipt.lines for clip in line.clips]
    return np.concatenate([sound[clip.start : clip.start + clip.length] for clip in clips])


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_the_voice_has_its_level_and_no_peak_is_too_high(cli: Cli, tmp_path: Path, preset: Preset) -> None:
    """Loudness of the speech within 0.3 LU, true peak once decoded, bit rate."""
    file, receipt = built(cli, tmp_path, "--preset", preset.name)
    sound = heard(file, receipt.rate)
    assert mastering.loudness(speech(sound, receipt), receipt.rate) == pytest.approx(preset.speech, abs=0.3)
    assert decibels(mastering.true_peak([sound])) <= preset.finished
    assert info(file)["bitrate"] == preset.kbps * 1000
    assert receipt.versions["preset"] == preset.name


@pytest.mark.parametrize("preset", PRESETS.values(), ids=lambda preset: preset.name)
def test_the_voice_of_this_machine_keeps_its_level_too(
    measured: Path, tmp_path: Path, preset: Preset
) -> None:
    """Its peaks stand high above its loudness, and turning them down may not make it quieter than asked."""
    options = ["--length", "3m", "--preset", preset.name, "--out", "out", "--json"]
    done = call(["build", "confidence", *options], measured, tmp_path)
    assert done.code == 0, done.err
    file = tmp_path / done.json()["tracks"][0]["file"]
    receipt = receipts.read(receipts.beside(file).read_bytes())
    sound = heard(file, receipt.rate)
    assert mastering.loudness(speech(sound, receipt), receipt.rate) == pytest.approx(preset.speech, abs=0.3)
    assert decibels(mastering.true_peak([sound])) <= preset.finished


def test_an_audiobook_has_the_voice_alone(cli: Cli, tmp_path: Path) -> None:
    """No bed, no bell, no swell: what is between the words is room tone. And its RMS is what ACX asks."""
    file, receipt = built(cli, tmp_path, "--preset", "acx")
    sound = heard(file, receipt.rate)
    assert receipt.bed is None
    assert receipt.bells == ()
    after = receipt.lines[0].end
    where_the_bell_was = sound[after + to_frames(0.5, receipt.rate) : receipt.lines[1].start - 4410]
    assert rms(where_the_bell_was) == pytest.approx(-68.0, abs=1.5)
    assert -23.0 <= rms(speech(sound, receipt)) <= -18.0
    assert decibels(mastering.true_peak([sound])) <= -3.0


def rms(sound: Stereo) -> float:
    """In dBFS, as an audiobook's publisher measures it."""
    return 10 * float(np.log10(np.square(sound, dtype=np.float64).mean()))


def test_what_one_preset_encoded_is_not_taken_for_another(cli: Cli, tmp_path: Path) -> None:
    """The store knows them apart: built in turns, each is the same as the first time."""
    first = {name: built(cli, tmp_path, "--preset", name)[0].read_bytes() for name in ("calm", "podcast")}
    again = {name: built(cli, tmp_path, "--preset", name)[0].read_bytes() for name in ("calm", "podcast")}
    assert first == again
    assert first["calm"] != first["podcast"]


def test_a_file_at_48_khz(cli: Cli, tmp_path: Path) -> None:
    """It is at that rate, exactly as long as its receipt says, as loud, and passes its own verification."""
    _, usual = built(cli, tmp_path)
    file, receipt = built(cli, tmp_path, "--rate", "48000")
    sound = heard(file, 48_000)
    assert info(file)["sample_rate"] == receipt.rate == 48_000
    assert len(sound) == receipt.frames
    assert receipt.frames / 48_000 == pytest.approx(usual.frames / 44_100, abs=0.05)
    assert mastering.loudness(speech(sound, receipt), 48_000) == pytest.approx(CALM.speech, abs=0.3)
    checked = cli("verify", str(file))
    assert checked.code == 0, checked.out
    assert "clips are heard" in checked.out


def test_presets_are_in_their_order() -> None:
    """A podcast is the loudest, the night the quietest, and an audiobook has the most room above it."""
    by_level = sorted(PRESETS.values(), key=lambda preset: preset.speech)
    assert [preset.name for preset in by_level] == ["sleep", "calm", "acx", "podcast"]
    assert min(PRESETS.values(), key=lambda preset: preset.ceiling) is ACX
    assert PODCAST.finished <= -1.0
