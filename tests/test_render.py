"""A rendering, measured: levels decided, nothing cut off, the same from anywhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from guided_audio import mastering
from guided_audio.blocks import Mono
from guided_audio.library import Library
from guided_audio.plan import Options, Plan, plan, read_script
from guided_audio.polish import GENTLE
from guided_audio.presets import CALM
from guided_audio.render import Rendering, line_gain, render
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.units import PROJECT_RATE, decibels, to_frames

LIBRARY = Library()


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Speaker:
    """Somebody to speak, with an empty store."""
    return Speaker(Store(tmp_path_factory.mktemp("store")), lanes=2)


def planned(text: str, folder: Path, speaker: Speaker) -> Plan:
    """The plan of a script, spoken by the voice for tests."""
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    return plan(read_script(file, LIBRARY), Options(voice="fake:one"), LIBRARY, speaker)


def rendered(text: str, folder: Path, speaker: Speaker) -> tuple[Plan, Rendering]:
    """The same, as sound."""
    made = planned(text, folder, speaker)
    return made, render(made, LIBRARY, speaker, folder)


def test_a_bell_that_rings_longer_than_the_file_goes_out_with_it(tmp_path: Path, speaker: Speaker) -> None:
    """Its last tenth of a second is far below its level a second before the end."""
    text = "title: A\nscript:\n- One line is said here.\n- bell: bowl\n"
    made, sound = rendered(text, tmp_path, speaker)
    length = made.timeline.length
    before = sound.read(length - to_frames(2.1), to_frames(0.1))
    end = sound.read(length - to_frames(0.02), to_frames(0.02))
    assert np.sqrt(np.square(before).mean()) > 10 * np.sqrt(np.square(end).mean())


def test_the_limiter_has_nothing_to_do_while_somebody_speaks(
    tmp_path: Path, speaker: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However high a voice peaks above its loudness: no frame of speech over a bed is limited."""
    spoken = speaker.clip

    def with_a_peak(key: str) -> Mono:
        clip = spoken(key).copy()
        clip[9_000:9_300] *= np.float32(6)
        return clip

    monkeypatch.setattr(speaker, "clip", with_a_peak)
    text = "title: A\nbed: soft-rain\nscript:\n- One line is said here.\n- And another, not far from it.\n"
    made, sound = rendered(text, tmp_path, speaker)
    clips = made.timeline.clips
    alone = [mastering.true_peak([np.stack([speaker.clip(clip.key)] * 2, axis=1)]) for clip in clips]
    gains = [line_gain(clip, CALM.speech) for clip in clips]
    loudest = max(decibels(peak) + more for peak, more in zip(alone, gains, strict=True))
    assert loudest > CALM.ceiling  # or this would show nothing
    for clip in clips:
        heard = sound.read(clip.start, clip.length)
        assert np.array_equal(heard, sound._mix.read(clip.start, clip.length))
        assert decibels(mastering.true_peak([heard])) < CALM.ceiling


def test_a_bell_stays_under_the_voice(tmp_path: Path, speaker: Speaker) -> None:
    """By its loudest three seconds, and its true peak is at most -6 dBTP."""
    text = "title: A\nscript:\n- bell: {sound: bowl, wait: 20s}\n- One line is said here.\n"
    made, sound = rendered(text, tmp_path, speaker)
    bell = sound.read(made.timeline.bells[0].start, to_frames(15.0))
    meter = mastering.Meter(PROJECT_RATE)
    meter.feed(bell)
    assert mastering.loudest(meter.powers) <= CALM.speech - 2.9
    assert decibels(mastering.true_peak([bell])) <= -5.9


def test_any_place_can_be_heard_without_what_comes_before(tmp_path: Path, speaker: Speaker) -> None:
    """Half a second from the middle is the same, to the bit, as in a rendering from the beginning."""
    text = "title: A\nbed: soft-rain\nscript:\n" + "- notice: A line of words, and a rest after it.\n" * 8
    made, whole = rendered(text, tmp_path, speaker)
    length = made.timeline.length
    everything = np.concatenate([whole.read(at, min(50_000, length - at)) for at in range(0, length, 50_000)])
    for place in (0, length // 3, length // 2 + 17, length - to_frames(0.5)):
        fresh = render(made, LIBRARY, speaker, tmp_path)
        assert np.array_equal(fresh.read(place, 22_050), everything[place : place + 22_050])


def test_equal_signatures_sound_equal_and_other_words_sign_otherwise(
    tmp_path: Path, speaker: Speaker
) -> None:
    """A changed line changes the signature where it is heard, and nowhere before."""
    lines = ["- notice: A line of words, and a rest after it.\n"] * 8
    text = "title: A\nbed: soft-rain\nscript:\n"
    one_plan, one = rendered(text + "".join(lines), tmp_path, speaker)
    lines[5] = "- notice: Quite another line of words, and a rest after it.\n"
    _, other = rendered(text + "".join(lines), tmp_path, speaker)
    changed = one_plan.timeline.lines[5].start
    second = PROJECT_RATE
    before = range(0, changed - 3 * second, second)
    assert all(one.signature(at, second) == other.signature(at, second) for at in before)
    for at in before[::10]:
        assert np.array_equal(one.read(at, second), other.read(at, second))
    assert one.signature(changed, second) != other.signature(changed, second)


def test_a_polished_voice_is_mixed_as_one(tmp_path: Path) -> None:
    """The chain is heard, changes no length, and signs its sound as another one."""
    text = "title: A\nscript:\n- A line of words, and another one.\n"
    store = Store(tmp_path / "store")
    plain_plan, plain = rendered(text, tmp_path, Speaker(store))
    gentle_plan, gentle = rendered(text, tmp_path, Speaker(store, chain=GENTLE))
    assert gentle_plan.spoken_now == 0
    assert gentle_plan.timeline.length == plain_plan.timeline.length
    place = plain_plan.timeline.clips[0].start
    assert not np.array_equal(gentle.read(place, 22_050), plain.read(place, 22_050))
    assert gentle.signature(place, 22_050) != plain.signature(place, 22_050)


def test_a_bed_of_ones_own_is_heard_from_the_first_frame(tmp_path: Path, speaker: Speaker) -> None:
    """The limiter looks at what comes before the file; a sound that begins at once has nothing there."""
    noise = np.random.default_rng(3).normal(0.0, 0.1, (44_100 * 5, 2)).astype(np.float32)
    soundfile.write(tmp_path / "mine.wav", noise, 44_100)
    text = "title: A\nbed: mine.wav\nscript:\n- notice: A line of words, and a rest after it.\n"
    made, sound = rendered(text, tmp_path, speaker)
    first = sound.read(0, 44_100)
    later = sound.read(to_frames(6.0), 44_100)
    assert 0 < np.abs(first).max() < np.abs(later).max()
    assert sound.read(made.timeline.length - 100, 200).shape == (200, 2)
