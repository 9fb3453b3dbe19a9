"""What `verify` says of a bed beside its level: loops, its two sides; and of what is above a band."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from command_line import RATE, Checks, Cli, Finished, call
from guided_audio.receipt import BedPlace, Receipt, write
from guided_audio.verify.images import MOST_IMAGE
from guided_audio.verify.paper import entries
from guided_audio.verify.quiet import MOST_LIKE, MOST_LOST, Quiet
from guided_audio.verify.repeats import SOONEST, repeat
from test_verify import reencode

pytest_plugins = ["e2e_fixtures"]

HOP = 0.1
LOOP = 41.0
"""Seconds of the sound of one's own."""

LINES = 14
"""Seven minutes: enough to tell a loop from what happens to be alike."""

Floats = NDArray[np.float64]


def wandering(seconds: float, seed: int, every: float = 3.0) -> Floats:
    """An envelope that moves at random, by a decibel or so, and never comes round."""
    dice = np.random.default_rng(seed)
    corners = dice.standard_normal(int(seconds / every) + 3)
    hops = np.arange(round(seconds / HOP)) * HOP
    moved: Floats = np.interp(hops, np.arange(len(corners)) * every, corners)
    return moved + 0.2 * dice.standard_normal(len(hops))


def in_pauses(envelope: Floats) -> Floats:
    """What is left of it where somebody speaks for six seconds of every fourteen."""
    speech = np.arange(len(envelope)) * HOP % 14 < 6
    return np.where(speech, np.nan, envelope)


# How alike a sound is to itself


@pytest.mark.parametrize("minutes", [6, 20, 60])
@pytest.mark.parametrize("loop", [31.0, 47.3, 90.0])
def test_a_loop_is_found_with_its_length(minutes: float, loop: float) -> None:
    """However long it is, and although half of it is never heard alone."""
    turn = wandering(loop, 1)
    found = repeat(in_pauses(np.resize(turn, round(minutes * 60 / HOP))), HOP)
    assert found is not None
    assert found.likeness > MOST_LIKE + found.chance
    assert found.likeness > 0.7
    assert found.after % loop == pytest.approx(0, abs=0.2) or found.after % loop == pytest.approx(
        loop, abs=0.2
    )


@pytest.mark.parametrize("minutes", [4, 10, 60])
@pytest.mark.parametrize("every", [0.5, 3.0, 7.0])
def test_what_only_moves_is_not_taken_for_a_loop(minutes: float, every: float) -> None:
    """Of forty sounds that never come round none is told to, in a short file or a long one."""
    found = (repeat(in_pauses(wandering(minutes * 60, seed, every)), HOP) for seed in range(40))
    assert [each for each in found if each and each.likeness > MOST_LIKE + each.chance] == []


def test_nothing_is_told_of_what_was_hardly_heard() -> None:
    """Neither of nothing, nor of less than could be heard twice."""
    assert repeat(np.full(600, np.nan), HOP) is None
    assert repeat(np.zeros(0), HOP) is None
    assert repeat(wandering(SOONEST + 10, 1), HOP) is None


# In a finished file


@pytest.fixture(scope="session")
def looped_build(tmp_path_factory: pytest.TempPathFactory, fake_store: Path) -> Finished:
    """Seven minutes over a sound of the user's own that lasts 41 seconds."""
    return build(tmp_path_factory.mktemp("looped"), fake_store, rough(LOOP))


def rough(seconds: float) -> Floats:
    """Noise on two sides that have half in common, whose level moves."""
    dice = np.random.default_rng(2)
    frames = round(seconds * RATE)
    envelope = wandering(seconds + 1, 3, 1.5)
    level = np.interp(np.arange(frames) / RATE, np.arange(len(envelope)) * HOP, envelope)
    sides = dice.standard_normal((frames, 2)) + dice.standard_normal((frames, 1))
    return np.asarray(0.02 * sides * (10 ** (level / 20))[:, None])


def build(folder: Path, store: Path, bed: Floats) -> Finished:
    """A script over a sound that lies beside it."""
    soundfile.write(folder / "mine.wav", bed.astype(np.float32), RATE, subtype="FLOAT")
    lines = "".join(f"- dwell: Here is line {number}, and some words of it.\n" for number in range(LINES))
    (folder / "mine.yaml").write_text(f"title: Mine\nbed: mine.wav\nscript:\n{lines}", encoding="utf-8")
    done = call(["build", "mine.yaml", "--voice", "fake:one", "--out", "out"], store, folder)
    assert done.code == 0, done.err
    return Finished(folder / "out" / "mine.mp3", store)


@pytest.fixture
def looped(looped_build: Finished, tmp_path: Path) -> Finished:
    """That file to change."""
    return looped_build.copy(tmp_path / "files")


def as_ours(finished: Finished) -> None:
    """Say in a receipt that its beds were made by this program, as if it had made a loop."""
    receipt: Receipt = finished.receipt
    beds = tuple(replace(bed, own=False) for bed in receipt.beds)
    finished.paper.write_bytes(write(replace(receipt, beds=beds)))


def test_a_sound_of_ones_own_begins_again_and_that_is_no_fault(looped: Finished, checks: Checks) -> None:
    """The receipt knows whose sound it is."""
    assert [bed.own for bed in looped.receipt.beds] == [True]
    found = checks(looped)["no loop"]
    assert found["well"]
    assert "your own" in found["measured"]


def test_a_loop_that_should_not_be_is_found(looped: Finished, checks: Checks) -> None:
    """The same file, had the sound been one that is made without a loop."""
    as_ours(looped)
    found = checks(looped)["no loop"]
    assert not found["well"]
    assert found["value"] > 0.9
    assert "heard again after" in found["measured"]


def test_what_one_loudspeaker_loses_is_told(looped: Finished, checks: Checks) -> None:
    """Two sides of which half is in common lose 1.2 dB; of sides against each other little is left."""
    assert checks(looped)["mono"]["value"] == pytest.approx(10 * np.log10(4 / 3), abs=0.15)

    def against(sound: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.stack([sound[:, 0], np.float32(-0.8) * sound[:, 0]], axis=1)

    reencode(looped, against)
    found = checks(looped)["mono"]
    assert not found["well"]
    assert found["value"] > MOST_LOST


def test_a_bed_that_one_loudspeaker_loses_altogether_is_told(looped: Finished) -> None:
    """Without a single common sample, as a FLAC can hold it: no figure, for JSON has no infinity."""
    quiet = Quiet(looped.receipt)
    for index, span in enumerate(quiet.spans):
        side = np.random.default_rng(index).standard_normal(span.end - span.start).astype(np.float32) * 0.01
        quiet.hear(index, np.stack([side, -side], axis=1))
    (mono,) = (check for check in quiet.checks() if check.name == "mono")
    assert (mono.well, mono.value) == (False, None)
    assert "inf" not in mono.measured


def test_receipts_from_before_say_nothing_of_whose_a_bed_is(looped: Finished) -> None:
    """What is not there is taken for a bed of ours."""
    data = json.loads(looped.paper.read_bytes())
    for bed in data["beds"]:
        del bed["own"]
    looped.paper.write_text(json.dumps(data), encoding="utf-8")
    assert looped.receipt.beds == tuple(
        BedPlace(**{**asdict(bed), "own": False}) for bed in looped.receipt.beds
    )


# Above the band of a voice


@pytest.mark.parametrize(("decibels", "found"), [(-24.0, True), (-34.0, True), (-60.0, False)])
def test_an_image_of_the_voice_is_found(
    short_build: Finished, tmp_path: Path, checks: Checks, decibels: float, found: bool
) -> None:
    """A copy of the voice about 13 kHz, in the finished file: careless resampling leaves such mirrors."""
    good = short_build.copy(tmp_path / "files")
    assert checks(good)["image"]["well"]

    def mirrored(sound: NDArray[np.float32]) -> NDArray[np.float32]:
        for clip in entries(good.receipt):
            part = sound[clip.start : clip.start + clip.length]
            carrier = np.sqrt(2) * np.cos(2 * np.pi * 13_000 / RATE * np.arange(len(part)))
            part += (part[:, 0] * carrier * 10 ** (decibels / 20)).astype(np.float32)[:, None]
        return sound

    reencode(good, mirrored)
    image = checks(good)["image"]
    assert image["well"] is not found
    if found:
        assert MOST_IMAGE < image["value"] < decibels + 1


def test_of_a_voice_as_wide_as_the_file_nothing_is_said(
    short_build: Finished, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the store that spoke it nobody knows where the band of a voice ends."""
    good = short_build.copy(tmp_path / "files")
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(tmp_path / "another"))
    found = {check["name"]: check for check in cli("verify", good.file, "--json").json()[str(good.file)]}
    assert "not measured" in found["image"]["measured"]
