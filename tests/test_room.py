"""The room behind the voice, in a whole mix: heard where it should be, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from command_line import call
from guided_audio import mastering, mixer
from guided_audio import receipt as receipts
from guided_audio.blocks import Stereo
from guided_audio.library import Library
from guided_audio.listening import rms_db
from guided_audio.plan import Options, Plan, plan, read_script
from guided_audio.polish import GENTLE, PRESETS, ROOM, ROOM_TAIL, Chain, tail_frames
from guided_audio.presets import CALM
from guided_audio.render import ROOM_TONE_DBFS, Rendering, render
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.units import PROJECT_RATE, decibels, to_frames
from guided_audio.verify.quiet import stretches

LIBRARY = Library()
TEXT = """\
title: A
script:
- A line of words, and another one after it.
- breathe: {in: 4s, out: 5s, rounds: 2, in-cue: Coming in., out-cue: And going out.}
- Coming in.
"""
TAIL = tail_frames(ROOM, PROJECT_RATE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One for all of them."""
    return Store(tmp_path_factory.mktemp("store"))


def made(chain: Chain, folder: Path, store: Store, text: str = TEXT) -> tuple[Plan, Rendering]:
    """A script, spoken by the voice for tests with a chain."""
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    speaker = Speaker(store, lanes=2, chain=chain)
    planned = plan(read_script(file, LIBRARY), Options(voice="fake:one"), LIBRARY, speaker)
    return planned, render(planned, LIBRARY, speaker, folder)


def everything(sound: Rendering, length: int) -> Stereo:
    """All of it."""
    return sound.read(0, length)


def test_it_is_a_preset_beside_the_others() -> None:
    """Gentle, and a room that is no louder than a tenth of the voice and over in a third of a second."""
    assert [*PRESETS] == ["off", "gentle", "room"]
    assert (ROOM.high_pass_hz, ROOM.de_ess_db) == (GENTLE.high_pass_hz, GENTLE.de_ess_db)
    assert 0 < ROOM.room <= 0.1
    assert ROOM_TAIL <= 1.2


def test_the_room_answers_lines_and_no_cues(tmp_path: Path, store: Store) -> None:
    """A line sounds on for a third of a second; a cue of the same words, and all other times, do not."""
    planned, in_room = made(ROOM, tmp_path, store)
    plain, without = made(GENTLE, tmp_path, store)
    assert planned.timeline == plain.timeline
    length = planned.timeline.length
    answer = everything(in_room, length) - everything(without, length)
    for clip in planned.timeline.clips:
        after = answer[clip.end : clip.end + TAIL]
        if clip.line is None:
            assert rms_db(answer[clip.start : clip.end]) < -100
            assert rms_db(after) < -100
        else:
            voice = without.read(clip.start, clip.length)
            beside = rms_db(answer[clip.start : clip.end]) - rms_db(voice)
            assert -27 < beside < -17
            assert -75 < rms_db(after[: TAIL // 4]) < -40
            assert rms_db(answer[clip.end + TAIL : clip.end + 2 * TAIL]) < -100


def test_left_and_right_differ_by_the_room_alone(tmp_path: Path, store: Store) -> None:
    """The voice stays in the middle."""
    planned, in_room = made(ROOM, tmp_path, store)
    clip = planned.timeline.clips[0]
    left, right = in_room.read(clip.start, clip.length).T.astype(np.float64)
    middle, side = left + right, left - right
    assert -32 < decibels(float(np.sqrt(np.square(side).sum() / np.square(middle).sum()))) < -17


def test_speech_is_as_loud_as_without(tmp_path: Path, store: Store) -> None:
    """Within 0.3 LU, line by line."""
    planned, in_room = made(ROOM, tmp_path, store)
    _, without = made(GENTLE, tmp_path, store)
    for clip in planned.timeline.clips:
        one, other = (
            mastering.loudness(sound.read(clip.start, clip.length), PROJECT_RATE)
            for sound in (in_room, without)
        )
        assert one == pytest.approx(other, abs=0.3)


def test_the_limiter_has_nothing_to_do_in_a_room(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However high a voice peaks: with its room it is under its own peak, and no frame is limited."""
    spoken = Speaker.clip

    def with_a_peak(self: Speaker, key: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        clip = spoken(self, key).copy()
        clip[9_000:9_300] *= np.float32(6)
        return clip

    monkeypatch.setattr(Speaker, "clip", with_a_peak)
    planned, in_room = made(ROOM, tmp_path, store)
    for clip in planned.timeline.clips:
        heard = in_room.read(clip.start, clip.length + TAIL)
        assert np.array_equal(heard, in_room._mix.read(clip.start, clip.length + TAIL))
        assert decibels(mastering.true_peak([heard])) < CALM.ceiling


def test_a_tail_is_heard_and_signed_where_its_clip_is_over(tmp_path: Path, store: Store) -> None:
    """A block that begins in the tail has it, to the bit, and is signed with its clip."""
    planned, in_room = made(ROOM, tmp_path, store)
    mix, clip = in_room._mix, planned.timeline.clips[0]
    whole = mix.read(clip.start, clip.length + TAIL)
    begin = clip.end + 100
    assert np.array_equal(mix.read(begin, 1000), whole[begin - clip.start :][:1000])
    assert rms_db(mix.read(begin, 1000)) > ROOM_TONE_DBFS + 3
    assert clip.key in str(mix.signature(begin, 1000))
    assert clip.key not in str(mix.signature(clip.end + TAIL, 1000))


def test_a_line_and_a_cue_of_the_same_words_sign_otherwise(tmp_path: Path, store: Store) -> None:
    """One is in the room, the other is not."""
    planned, in_room = made(ROOM, tmp_path, store)
    cue, line = (next(c for c in planned.timeline.clips if (c.line is None) is cue) for cue in (True, False))
    same = planned.timeline.clips[-1]
    assert same.line is not None
    assert same.key == cue.key != line.key
    frames = min(cue.length, mixer.BLOCK)
    signatures = [str(in_room._mix.signature(clip.start, frames)[3]) for clip in (cue, same)]
    assert signatures[0].replace(str(cue.start), "") != signatures[1].replace(str(same.start), "")


@pytest.mark.parametrize("bed", ["soft-rain", "none"])
def test_a_file_with_a_room_is_what_its_receipt_says(bed: str, tmp_path: Path) -> None:
    """Its tails are no fault in the quiet, and every clip is found."""
    lines = "- notice: A line of words, and another one after it.\n" * 5
    (tmp_path / "a.yaml").write_text(f"title: A\nbed: {bed}\nscript:\n{lines}", encoding="utf-8")
    done = call(["build", "a.yaml", "--voice", "fake:one", "--polish", "room"], tmp_path / "store", tmp_path)
    assert done.code == 0, done.err
    paper = receipts.read((tmp_path / "output" / "a.receipt.json").read_bytes())
    assert paper.tail == TAIL == to_frames(ROOM_TAIL)
    ends = [line.end for line in paper.lines]
    for stretch in stretches(paper):
        assert all(stretch.start >= end + TAIL for end in ends if end <= stretch.start)
    checked = call(["verify", "output/a.mp3"], tmp_path / "store", tmp_path)
    assert checked.code == 0, checked.out + checked.err
