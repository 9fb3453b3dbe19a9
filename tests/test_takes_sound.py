"""What is done to a take: measured on a voice with hum, noise and knocks of known strength."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from command_line import ffmpeg
from conftest import RATE, said
from guided_audio import engines
from guided_audio.blocks import Mono
from guided_audio.conform import conform
from guided_audio.mastering import as_played, loudness
from guided_audio.polish import Chain, polish
from guided_audio.speaking import Speaker
from guided_audio.speech import Speech, Utterance
from guided_audio.store import Store
from guided_audio.takes import cleaning
from guided_audio.takes.cleaning import LEVEL_LUFS, cleaned
from guided_audio.takes.edges import clipped_share, trimmed
from guided_audio.takes.hearing import CLIPPED, Heard, content_of, hear, warnings
from guided_audio.takes.hum import without_hum
from guided_audio.takes.lines import ScriptLine, words_of
from guided_audio.takes.room import MOST_DB, with_less_room

TEXT = "Notice your feet, or whatever else touches the ground. Perhaps there is warmth in them, or none."
BEFORE, AFTER = 0.9, 0.7


@pytest.fixture(scope="module")
def voice() -> Mono:
    """A sentence by the voice of this machine, without the quiet around it, at -23 dBFS."""
    engine = engines.load("system")
    try:
        speech = engine.speak(Utterance(TEXT, 110), engines.find_voice(engine, "en-GB"))
    finally:
        engine.close()
    clip = conform(speech, RATE)
    return (clip * (10 ** (-23 / 20) / rms(clip))).astype(np.float32)


def rms(sound: NDArray[np.floating]) -> float:
    """Root mean square."""
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))


def db(ratio: float) -> float:
    """Of an amplitude."""
    return 20 * math.log10(max(ratio, 1e-9))


def in_a_room(voice: Mono, noise_db: float, hum_db: float | None = None, mains: float = 50.0) -> Mono:
    """The voice with quiet around it; noise and hum so many decibels beside its level."""
    frames = len(voice) + round((BEFORE + AFTER) * RATE)
    start = round(BEFORE * RATE)
    sound = np.zeros(frames)
    sound[start : start + len(voice)] = voice
    white = np.fft.rfft(np.random.default_rng(5).standard_normal(frames))
    at = np.fft.rfftfreq(frames, 1 / RATE)
    noise = np.fft.irfft(white / np.sqrt(np.maximum(at, 50.0)), frames)  # as rooms have it: less above
    sound += noise * rms(voice) / rms(noise) * 10 ** (noise_db / 20)
    if hum_db is not None:
        sound += hum(frames, mains) * rms(voice) * 10 ** (hum_db / 20)
    return sound.astype(np.float32)


def hum(frames: int, mains: float) -> NDArray[np.float64]:
    """Mains with its multiples, at a level of 1."""
    at = np.arange(frames) / RATE
    parts = ((1, 1.0), (2, 0.6), (3, 0.7), (5, 0.3), (7, 0.15))
    total = sum(strength * np.sin(2 * np.pi * number * mains * at + number) for number, strength in parts)
    return np.asarray(total / rms(np.asarray(total)))


def quiet(sound: Mono) -> Mono:
    """What is before the words."""
    return sound[round(0.1 * RATE) : round((BEFORE - 0.1) * RATE)]


def tone_db(sound: Mono, hertz: float) -> float:
    """The level of a tone in the quiet before the words."""
    part = quiet(sound) * np.hanning(len(quiet(sound)))
    wave = np.exp(-2j * np.pi * hertz * np.arange(len(part)) / RATE)
    return db(4 * abs(np.sum(part * wave)) / len(part))


def thirds(sound: Mono) -> NDArray[np.float64]:
    """Power in thirds of octaves from 125 Hz to 8 kHz, in decibels."""
    powers = np.square(np.abs(np.fft.rfft(sound.astype(np.float64))))
    at = np.fft.rfftfreq(len(sound), 1 / RATE)
    edges = 125 * 2 ** (np.arange(19) / 3)
    return np.array([10 * np.log10(powers[(at >= low) & (at < low * 2 ** (1 / 3))].sum()) for low in edges])


def words_in(sound: Mono, voice: Mono) -> Mono:
    """Where the words are."""
    start = round(BEFORE * RATE)
    return sound[start : start + len(voice)]


# Hum


@pytest.mark.parametrize("mains", [50.0, 49.96, 60.0, 60.05])
def test_hum_goes_and_the_voice_stays(voice: Mono, mains: float) -> None:
    """Each tone 20 dB down at the least, all of them 30 on average; the voice the same within a decibel."""
    raw = polish(in_a_room(voice, -55, -26, mains), Chain(high_pass_hz=70.0), RATE)
    clean, lowered = without_hum(raw, RATE)
    tones = [mains * number for number in (2, 3, 5, 7)]
    drops = [tone_db(raw, hertz) - tone_db(clean, hertz) for hertz in tones]
    assert min(drops) > 20, drops
    assert np.mean(drops) > 30, drops
    assert lowered > 12
    alone = polish(in_a_room(voice, -55), Chain(high_pass_hz=70.0), RATE)
    change = thirds(words_in(clean, voice)) - thirds(words_in(alone, voice))
    assert np.abs(change).max() < 1.0, change


@pytest.mark.parametrize("begins", [0.0, 0.3, 0.9, 1.7])
def test_where_there_is_no_hum_nothing_is_done(voice: Mono, begins: float) -> None:
    """Not to the last bit, wherever a take begins: a voice has tones of its own."""
    raw = polish(in_a_room(voice[round(begins * RATE) :], -45), Chain(high_pass_hz=70.0), RATE)
    clean, lowered = without_hum(raw, RATE)
    assert lowered == 0
    assert clean is raw


# The room


@pytest.mark.parametrize("noise_db", [-30.0, -40.0])
def test_noise_is_lowered_and_the_voice_is_not(voice: Mono, noise_db: float) -> None:
    """By 12 dB where nobody speaks; in the words no third of an octave changes by 1 dB."""
    raw = in_a_room(voice, noise_db)
    clean, lowered = with_less_room(raw, RATE)
    assert lowered == pytest.approx(MOST_DB)
    assert db(rms(quiet(clean)) / rms(quiet(raw))) == pytest.approx(-MOST_DB, abs=1.0)
    change = thirds(words_in(clean, voice)) - thirds(words_in(raw, voice))
    loud = thirds(voice) > thirds(voice).max() - 40
    assert np.abs(change[loud]).max() < 1.0, change
    assert loud.sum() > 12


def test_what_is_left_of_the_noise_is_noise(voice: Mono) -> None:
    """No tone of it twitters: its spectrum jumps no more from moment to moment than it did before."""
    raw = in_a_room(voice, -35)
    clean, _ = with_less_room(raw, RATE)
    before, after = (jumps(quiet(sound)) for sound in (raw, clean))
    assert after < 1.15 * before


def jumps(noise: Mono) -> float:
    """The kurtosis of the powers in short spectra: 9 for even noise, far more where tones stand out."""
    frames = np.lib.stride_tricks.sliding_window_view(noise, 1024)[::512] * np.hanning(1024)
    powers = np.square(np.abs(np.fft.rfft(frames, axis=1)))[:, 5:300]
    even = powers / powers.mean(axis=0)
    return float(np.mean((even - 1) ** 4) / np.mean((even - 1) ** 2) ** 2)


def test_a_quiet_room_is_let_be(voice: Mono) -> None:
    """Nothing is done that nobody would hear."""
    raw = in_a_room(voice, -66)
    clean, lowered = with_less_room(raw, RATE)
    assert lowered == 0
    assert clean is raw


# Edges and level


def test_ends_are_cut_to_the_words_and_are_soft(voice: Mono) -> None:
    """No word is lost, the quiet around goes, and a finger on the screen with it."""
    raw = in_a_room(voice, -45, -35)
    for at in (0.1, BEFORE + len(voice) / RATE + AFTER - 0.12):
        knock = round(at * RATE)
        raw[knock : knock + 900] += (0.2 * np.hanning(900) * np.sin(np.arange(900) / 9)).astype(np.float32)
    clean = cleaned(raw, RATE).samples
    assert abs(len(clean) - len(voice)) < 0.25 * RATE
    ends = [rms(part) / rms(clean) for part in (clean[:20], clean[-20:])]
    assert max(ends) < 10 ** (-60 / 20)
    found = np.correlate(clean[: len(voice)], voice[round(0.3 * RATE) : round(1.3 * RATE)], "valid")
    peak = int(np.abs(found).argmax())
    assert peak / RATE < 0.3 + 0.1


@pytest.mark.parametrize("level", [0.02, 0.3, 3.0])
def test_every_take_has_one_level(voice: Mono, level: float) -> None:
    """Whispered into the phone or shouted: within a tenth of a unit."""
    samples = cleaned(in_a_room(voice, -45) * np.float32(level), RATE).samples
    assert as_played(loudness(samples, RATE)) == pytest.approx(LEVEL_LUFS, abs=0.1)


@pytest.mark.parametrize("sound", ["nothing", "zeros", "noise", "short"])
def test_where_nobody_speaks_there_is_no_take(sound: str) -> None:
    """One sentence that says so."""
    noise = np.random.default_rng(1).standard_normal(RATE).astype(np.float32)
    raw = {
        "nothing": np.zeros(0, dtype=np.float32),
        "zeros": np.zeros(RATE, dtype=np.float32),
        "noise": noise * np.float32(0.01),
        "short": noise[:100],
    }[sound]
    with pytest.raises(ValueError, match="heard in this take"):
        cleaned(raw, RATE)


def test_what_is_cut_off_is_counted(voice: Mono) -> None:
    """At whatever level it lies now; a loud voice that is whole is none."""
    loud = voice / np.abs(voice).max()
    assert clipped_share(loud) < CLIPPED / 20
    cut = np.clip(loud * 3, -1, 1) * np.float32(0.8)
    held = float((np.abs(loud * 3) >= 1).mean())
    assert held / 2 < clipped_share(cut) < 2 * held
    assert held > 0.001


def test_what_was_cut_off_is_seen_in_a_phone_s_file_too(voice: Mono, tmp_path: Path, store: Store) -> None:
    """An encoder bends what was flat; it is said all the same."""
    source, file = tmp_path / "source.wav", tmp_path / "001.m4a"
    raw = in_a_room(voice, -45)
    soundfile.write(source, np.clip(raw / np.abs(raw).max() * 4, -1, 1), RATE)
    ffmpeg("-v", "error", "-i", source, "-c:a", "aac", "-b:a", "96k", file)
    with Speaker(store) as speaker:
        _, heard = hear(file, content_of(file, store), speaker)
    assert any("cut off" in sentence for sentence in warnings(heard, line_of(TEXT)))


# Files

FORMS = {
    "m4a": ("-c:a", "aac", "-b:a", "96k"),
    "mp3": ("-c:a", "libmp3lame", "-b:a", "128k"),
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus", "-f", "ogg"),
    "webm": ("-c:a", "libopus"),
    "wav": ("-c:a", "pcm_s16le"),
    "flac": ("-c:a", "flac"),
    "aac": ("-c:a", "aac", "-f", "adts"),
    "amr": ("-c:a", "libopencore_amrnb", "-b:a", "12.2k", "-ar", "8000"),
    "3gp": ("-c:a", "libopencore_amrnb", "-b:a", "12.2k", "-ar", "8000"),
}


@pytest.mark.parametrize("form", FORMS)
def test_any_form_a_phone_makes_becomes_a_take(voice: Mono, form: str, tmp_path: Path, store: Store) -> None:
    """The same length within 60 ms, the same words by their envelope, and heard only once."""
    source, file = tmp_path / "source.wav", tmp_path / f"001.{form}"
    soundfile.write(source, in_a_room(voice, -45, -35), RATE)
    ffmpeg("-v", "error", "-i", source, "-ac", "1", *FORMS[form], file)
    with Speaker(store) as speaker:
        take, heard = hear(file, content_of(file, store), speaker)
        clip = speaker.clip(take.key)
        again, _ = hear(tmp_path / "gone", content_of(file, store), speaker)
    assert again == take
    assert take.length == len(clip)
    assert take.voice.startswith("takes:")
    reference = conform(Speech(cleaned(in_a_room(voice, -45, -35), RATE).samples, RATE), RATE)
    assert abs(len(clip) - len(reference)) < 0.06 * RATE
    least = 0.95 if form not in ("amr", "3gp") else 0.8  # those keep what a telephone keeps
    assert np.corrcoef(*envelopes(clip, reference))[0, 1] > least
    assert heard.clipped < CLIPPED / 20


def envelopes(one: Mono, other: Mono) -> NDArray[np.float64]:
    """How loud each 50 ms of two sounds is, as far as both last."""
    step, frames = round(0.05 * RATE), min(len(one), len(other))
    both = [
        np.square(sound[: frames // step * step]).reshape(-1, step).mean(axis=1) for sound in (one, other)
    ]
    return np.sqrt(np.asarray(both, dtype=np.float64))


def test_of_a_video_the_sound_is_used(voice: Mono, tmp_path: Path, store: Store) -> None:
    """A phone that was held the wrong way has recorded the words all the same."""
    source, file = tmp_path / "source.wav", tmp_path / "001.mp4"
    soundfile.write(source, in_a_room(voice, -45), RATE)
    picture = ("-f", "lavfi", "-i", "color=c=black:s=64x64:r=5:d=3")
    ffmpeg("-v", "error", *picture, "-i", source, "-c:v", "mpeg4", "-c:a", "aac", file)
    with Speaker(store) as speaker:
        take, _ = hear(file, content_of(file, store), speaker)
    assert abs(take.length - len(voice)) < 0.25 * RATE


def test_sides_that_cancel_each_other_are_heard(voice: Mono, tmp_path: Path, store: Store) -> None:
    """Two microphones in opposite phase: the mean of them would be silent."""
    file, raw = tmp_path / "001.wav", in_a_room(voice, -45)
    soundfile.write(file, np.column_stack((raw, -raw)), RATE)
    with Speaker(store) as speaker:
        take, _ = hear(file, content_of(file, store), speaker)
    assert abs(take.length - len(voice)) < 0.25 * RATE


def bad_files(folder: Path) -> dict[str, Path]:
    """Files that are no takes."""
    files = {
        name: folder / f"{name}.m4a" for name in ("empty", "text", "playlist", "other", "folder", "missing")
    }
    files["empty"].write_bytes(b"")
    files["text"].write_text("Some notes of mine.", encoding="utf-8")
    files["playlist"].write_text("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n", encoding="utf-8")
    files["other"].write_bytes(bytes(range(256)) * 40)
    files["folder"].mkdir()
    files["long"] = folder / "long.flac"
    ffmpeg("-v", "error", "-f", "lavfi", "-i", "anoisesrc=d=10800:r=8000:a=0.001", files["long"])
    files["mute"] = folder / "mute.mp4"
    picture = ("-f", "lavfi", "-i", "color=c=black:s=64x64:r=5:d=1")
    ffmpeg("-v", "error", *picture, "-c:v", "mpeg4", files["mute"])
    return files


def test_what_is_no_take_is_named_in_a_sentence(tmp_path: Path, store: Store) -> None:
    """Empty, text, a playlist in disguise, something else, three hours long, a video without sound."""
    with Speaker(store) as speaker:
        for name, file in bad_files(tmp_path).items():
            expected = "There is no sound in this" if name == "mute" else ""
            with pytest.raises(ValueError, match=r"^[A-Z][^\n]{10,}\.$") as caught:
                hear(file, f"{name} content", speaker)
            assert expected in str(caught.value)


def line_of(text: str) -> ScriptLine:
    """A line by itself."""
    return ScriptLine(said(text), "id", text, words_of(text), "")


@pytest.mark.parametrize(
    ("seconds", "text", "says"),
    [
        (6.0, TEXT, ""),
        (12.0, TEXT, ""),
        (1.0, TEXT, "very short"),
        (60.0, TEXT, "very long"),
        (2.0, "Breathe.", ""),
        (9.0, "Breathe.", "very long"),
        (9.0, "Breathe. [4s] Breathe.", ""),
    ],
)
def test_a_length_that_cannot_be_is_worth_a_word(seconds: float, text: str, says: str) -> None:
    """It may be another line's, or two lines in one file; the line's words are not in the sentence."""
    found = warnings(Heard(seconds, 0.0, 0.0, 0.0), line_of(text))
    assert bool(found) == bool(says)
    assert all(says in sentence and "feet" not in sentence for sentence in found)


def test_a_take_that_was_too_loud_is_used_with_a_word() -> None:
    """How much of it is cut off, and what to do."""
    (sentence,) = warnings(Heard(6.0, 0.012, 0.0, 0.0), line_of(TEXT))
    assert "1.2%" in sentence


def test_a_take_is_cleaned_anew_when_cleaning_changed(
    voice: Mono, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept by an earlier version is not used by a later one."""
    soundfile.write(tmp_path / "001.wav", in_a_room(voice, -45), RATE)
    content = content_of(tmp_path / "001.wav", store)
    with Speaker(store) as speaker:
        before, _ = hear(tmp_path / "001.wav", content, speaker)
        monkeypatch.setattr(cleaning, "VERSION", cleaning.VERSION + 1)
        after, _ = hear(tmp_path / "001.wav", content, speaker)
    assert before.key != after.key
    assert trimmed(np.zeros(0, dtype=np.float32), RATE).size == 0
