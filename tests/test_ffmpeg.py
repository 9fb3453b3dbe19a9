"""The rim around ffmpeg: what it opens, what it refuses to open, and that its children end."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tempfile
import wave
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile

from guided_audio import ffmpeg
from guided_audio.blocks import Stereo
from guided_audio.encoder import Mp3Format, encode
from guided_audio.errors import EncoderFailure, MissingTool, VerificationFailed
from guided_audio.units import Frames, Seconds, decibels

RATE = 44_100
TONE = (0.25 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)
MINUTE = Seconds(60)


def sound_of(path: Path, longest: Seconds = MINUTE, rate: int = RATE) -> Stereo:
    """All blocks of a file that was dropped in."""
    return np.concatenate(list(ffmpeg.decode_untrusted(path, rate, longest=longest)))


def refusal(path: Path, longest: Seconds = MINUTE) -> str:
    """Why a file is not opened."""
    with pytest.raises(ValueError, match=r"^\S.*\.$") as refused:
        list(ffmpeg.decode_untrusted(path, RATE, longest=longest))
    assert type(refused.value) is ValueError
    assert str(path) not in str(refused.value)
    return str(refused.value)


def wav_header(rate: int, data_bytes: int, bits: int = 8) -> bytes:
    """The header of a mono PCM WAV that claims so much."""
    frame = bits // 8
    form = struct.pack("<HHIIHH", 1, 1, rate, rate * frame, frame, bits)
    return (
        b"RIFF"
        + struct.pack("<I", data_bytes + 36)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + (b"data" + struct.pack("<I", data_bytes))
    )


@pytest.fixture
def bell(tmp_path: Path) -> Path:
    """A stereo WAV of two seconds, a tone left and half of it right."""
    path = tmp_path / "bell.wav"
    soundfile.write(path, np.stack([TONE, TONE / 2], axis=1), RATE, subtype="FLOAT")
    return path


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a shell script in place of ffmpeg, working in the folder that is returned."""
    monkeypatch.setenv("REAL", str(ffmpeg.executable()))

    def put(script: str) -> Path:
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!/bin/sh\ncd '{tmp_path}'\n{script}\n", "utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(path))
        return tmp_path

    return put


# The program itself.


def test_there_is_an_ffmpeg_with_a_version() -> None:
    """The wheel brings one, and it answers in one short word."""
    assert ffmpeg.executable().is_file()
    assert 1 < len(ffmpeg.version()) < 60
    assert " " not in ffmpeg.version()


def test_a_missing_ffmpeg_comes_with_its_remedy(monkeypatch: pytest.MonkeyPatch, bell: Path) -> None:
    """Whoever needs it hears how to get it."""
    monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", "/nowhere/ffmpeg")
    for attempt in (
        ffmpeg.version,
        lambda: ffmpeg.encode_mp3([], RATE, 128),
        lambda: list(ffmpeg.decode(bell, RATE)),
    ):
        with pytest.raises(MissingTool, match="pip install"):
            attempt()


# Sound into it.


def test_encoding_gives_bare_frames_in_any_cut() -> None:
    """The bytes begin with a frame, and do not depend on how the sound was cut into blocks."""
    sound = np.stack([TONE, TONE], axis=1)
    whole = ffmpeg.encode_mp3([sound], RATE, 128)
    assert whole[:2] == b"\xff\xfb"
    assert ffmpeg.encode_mp3(np.array_split(sound, 97), RATE, 128) == whole


@pytest.mark.parametrize("kbps", [64, 80, 96, 112, 128, 160, 192, 224, 256, 320])
def test_sound_comes_back_at_its_level(kbps: int, tmp_path: Path) -> None:
    """At each bit rate a tone decodes to the level it had, to a fiftieth of a decibel."""
    path = tmp_path / "tone.mp3"
    path.write_bytes(ffmpeg.encode_mp3([np.stack([TONE, TONE], axis=1)], RATE, kbps))
    middle = np.concatenate(list(ffmpeg.decode(path, RATE)))[RATE // 2 : RATE * 3 // 2, 0]
    assert decibels(float(np.std(middle) / np.std(TONE))) == pytest.approx(0, abs=0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is told where and how a child works")
def test_each_child_works_in_batches_on_a_core_of_its_own() -> None:
    """None of its threads interrupts another at each 26 ms of sound; no two children share a core."""
    asleep = [sys.executable, "-c", "input()"]
    asking = "import os; os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))"
    if subprocess.run([sys.executable, "-c", asking], stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("this system does not let a program say how its children work")
    with ffmpeg.Children() as children, tempfile.TemporaryFile() as said, ExitStack() as both:
        started = [both.enter_context(children.running(asleep, said)) for _ in range(2)]
        cores = [frozenset(os.sched_getaffinity(child.pid)) for child in started]
        assert [os.sched_getscheduler(child.pid) for child in started] == [os.SCHED_BATCH] * 2
    if len(os.sched_getaffinity(0)) > 1:
        assert len(cores[0]) == len(cores[1]) == 1
        assert cores[0] != cores[1]


def test_an_ended_task_starts_no_more_children() -> None:
    """After its context is left, a task cannot start a child by mistake."""
    with ffmpeg.Children() as children:
        pass
    with pytest.raises(EncoderFailure, match="stopped"):
        ffmpeg.encode_mp3([], RATE, 128, children)


# Sound out of our own files.


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A finished MP3 of 100,003 frames under a name that looks like an option."""

    class Humming:
        def read(self, start: int, count: int) -> Stereo:
            tone = 0.25 * np.sin(2 * np.pi * 440 * np.arange(start, start + count) / RATE)
            return np.stack([tone, tone], axis=1).astype(np.float32)

    sink = io.BytesIO()
    encode(Humming(), Frames(100_003), sink, Mp3Format(), lanes=1)
    path = tmp_path / "-i http:127.0.0.1.mp3"
    path.write_bytes(sink.getvalue())
    return path


def test_decoding_cuts_delay_and_padding_off(ours: Path) -> None:
    """Blocks are float32, writable, moderate, and together exactly as long as the sound was."""
    blocks = list(ffmpeg.decode(ours, RATE))
    assert [len(block) for block in blocks] == [65_536, 100_003 - 65_536]
    assert all(block.dtype == np.float32 and block.flags.writeable for block in blocks)
    middle = blocks[0][20_000:60_000, 0]
    wanted = 0.25 * np.sin(2 * np.pi * 440 * np.arange(20_000, 60_000) / RATE)
    assert np.abs(middle - wanted).max() < 0.01


def test_decoding_to_another_rate_and_one_channel(ours: Path) -> None:
    """Rate and channels are those that were asked for."""
    sound = np.concatenate(list(ffmpeg.decode(ours, 22_050, channels=1)))
    assert sound.shape == (pytest.approx(50_002, abs=2), 1)


def test_a_file_that_cannot_be_decoded_cannot_be_verified(tmp_path: Path, ours: Path) -> None:
    """Missing, foreign and damaged files are told apart from a fault of the program."""
    (tmp_path / "notes.mp3").write_text("breathe in", "utf-8")
    damaged = bytearray(ours.read_bytes())
    damaged[8_000:9_000] = np.random.default_rng(2).bytes(1_000)
    (tmp_path / "damaged.mp3").write_bytes(damaged)
    for name, reason in (("none.mp3", "No such file"), ("notes.mp3", "text"), ("damaged.mp3", "damaged")):
        with pytest.raises(VerificationFailed, match=reason):
            list(ffmpeg.decode(tmp_path / name, RATE))


# Sound out of files that somebody dropped in.


def test_a_dropped_sound_comes_in_at_the_rate_asked_for(bell: Path) -> None:
    """A WAV gives its samples; at another rate, as many as that takes."""
    np.testing.assert_allclose(sound_of(bell), np.stack([TONE, TONE / 2], axis=1), atol=1e-6)
    assert len(sound_of(bell, rate=48_000)) == pytest.approx(96_000, abs=50)


@pytest.mark.parametrize(
    ("form", "codec"),
    [
        ("wav", "pcm_s24le"),
        ("flac", "flac"),
        ("ogg", "libvorbis"),
        ("ogg", "libopus"),
        ("aiff", "pcm_s16be"),
        ("w64", "pcm_s16le"),
        ("caf", "pcm_s16be"),
        ("ipod", "aac"),  # M4A with its index at the end: the child must seek
        ("webm", "libopus"),
    ],
)
def test_every_form_on_the_list_opens_whatever_its_name(
    form: str, codec: str, bell: Path, tmp_path: Path, make: Callable[..., None]
) -> None:
    """Contents decide: a file of each form is opened under a name of no form."""
    path = tmp_path / "sound.bin"
    make("-i", bell, "-c:a", codec, "-f", form, path)
    sound = sound_of(path)
    assert len(sound) == pytest.approx(2 * RATE, abs=2_500)
    assert np.std(sound[RATE // 2 : RATE, 0]) == pytest.approx(0.25 / np.sqrt(2), rel=0.05)


@pytest.fixture
def make() -> Callable[..., None]:
    """Run the real ffmpeg to make a file."""

    def run(*arguments: str | Path) -> None:
        subprocess.run([ffmpeg.executable(), "-v", "error", "-nostdin", "-y", *arguments], check=True)

    return run


def test_pictures_and_tags_inside_a_sound_are_left_alone(
    bell: Path, tmp_path: Path, make: Callable[..., None]
) -> None:
    """A song with a cover opens as its sound."""
    cover, song = tmp_path / "cover.png", tmp_path / "song.mp3"
    make("-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1", cover)
    make("-i", bell, "-i", cover, "-map", "0", "-map", "1", "-metadata", "title=Quiet", song)
    assert len(sound_of(song)) == 2 * RATE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n", "playlist"),
        (b"\xef\xbb\xbf#EXTM3U\nbell.wav\n", "playlist"),
        (b"ffconcat version 1.0\nfile bell.wav\n", "playlist"),
        (b"[playlist]\nFile1=bell.wav\n", "playlist"),
        (b"breathe in\nbreathe out\n", "text"),
        (bytes(range(256)) * 40, "not a sound"),
        (bytes(5_000), "not a sound"),
        (b"RIFF\xff\xff\xff\xffWAVEjunk", "damaged"),
        (b"\xff\xfb" + bytes(range(251)) * 40, "damaged"),
        (b"ID3\x03\0\0\0\0\0\0#EXTM3U\nbell.wav\n", "damaged"),
        (wav_header(RATE, 0), "no sound"),
    ],
)
def test_what_is_not_a_sound_is_refused_with_what_it_is(
    content: bytes, reason: str, bell: Path, tmp_path: Path
) -> None:
    """One sentence, and nothing else is opened, though a real sound lies beside it."""
    assert bell.exists()
    path = tmp_path / "chime.wav"
    path.write_bytes(content)
    assert reason in refusal(path)


def test_a_playlist_behind_the_sniffer_still_opens_nothing(
    bell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the sniffer fooled, the child itself could not follow a list to another file."""
    path = tmp_path / "list.wav"
    for form, content in (
        ("hls", f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{bell}\n#EXT-X-ENDLIST\n"),
        ("concat", "ffconcat version 1.0\nfile bell.wav\n"),
    ):
        path.write_text(content, "utf-8")
        monkeypatch.setattr("guided_audio.ffmpeg.opening.sniff", lambda _, form=form: form)
        assert "damaged" in refusal(path)


def test_what_is_not_a_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    """A folder, a named pipe without a writer, an endless device, and nothing at all."""
    os.mkfifo(tmp_path / "pipe.wav")
    assert "folder" in refusal(tmp_path)
    assert "pipe" in refusal(tmp_path / "pipe.wav")
    assert "device" in refusal(Path("/dev/zero"))
    assert "cannot be opened" in refusal(tmp_path / "none.wav")


def test_the_length_is_counted_and_not_believed(tmp_path: Path) -> None:
    """A hundred hours that are there, 28 hours from a rate of 1 Hz, and two seconds that claim a day."""
    hours = tmp_path / "hours.wav"
    with hours.open("wb") as file:
        file.write(wav_header(8_000, 100 * 3600 * 8_000))
        file.truncate(100 * 3600 * 8_000)  # a sparse file: it takes no room
    slow = tmp_path / "slow.wav"
    slow.write_bytes(wav_header(1, 100_000) + bytes(range(250)) * 400)
    for path in (hours, slow):
        assert refusal(path, Seconds(90)) == "This sound is longer than 1m30s."
    boast = tmp_path / "boast.wav"
    boast.write_bytes(wav_header(8_000, 24 * 3600 * 8_000) + bytes(range(250)) * 64)
    assert len(sound_of(boast)) == 2 * RATE


def test_a_sound_of_exactly_the_longest_length_is_taken(tmp_path: Path) -> None:
    """The limit itself is allowed, one frame more is not."""
    path = tmp_path / "edge.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", "none"))
        file.writeframes(bytes(4 * RATE))
    assert len(sound_of(path, Seconds(1))) == RATE
    assert "longer" in refusal(path, Seconds(1 - 1 / RATE))


# Children.


def test_a_child_on_a_dropped_file_is_limited_and_hears_no_name(
    bell: Path, stand_in: Callable[[str], Path]
) -> None:
    """CPU and memory are bounded before it starts, and the file's name is not on its command line."""
    folder = stand_in('ulimit -t >cpu; ulimit -v >memory; echo "$@" >arguments; exec "$REAL" "$@"')
    sound_of(bell)
    assert (folder / "cpu").read_text() == "60\n"
    assert (folder / "memory").read_text() == "2097152\n"
    arguments = (folder / "arguments").read_text()
    assert "-i fd:" in arguments
    assert "bell" not in arguments


def test_a_child_that_is_killed_for_its_limits_is_a_refusal(
    bell: Path, stand_in: Callable[[str], Path]
) -> None:
    """Running into a limit is said as what it is."""
    stand_in("kill -9 $$")
    assert "more time or memory" in refusal(bell)


@pytest.mark.parametrize("decoder", ["ours", "dropped"])
def test_leaving_the_iteration_ends_the_child(
    decoder: str, bell: Path, stand_in: Callable[[str], Path]
) -> None:
    """A child with endless sound is gone when its reader has had enough."""
    folder = stand_in("echo $$ >pid; exec cat /dev/zero")
    blocks = (
        ffmpeg.decode(bell, RATE)
        if decoder == "ours"
        else ffmpeg.decode_untrusted(bell, RATE, longest=MINUTE)
    )
    assert len(next(iter(blocks))) == ffmpeg.BLOCK_FRAMES
    blocks.close()  # type: ignore[attr-defined]  # they are generators
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "pid").read_text()), 0)
