"""The MP3 encoder, measured: what it writes is parsed frame by frame, and decoded again."""

from __future__ import annotations

import io
import os
import signal
import struct
import threading
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from mutagen.mp3 import MP3, BitrateMode, MPEGInfo
from numpy.typing import NDArray

from guided_audio import ffmpeg
from guided_audio.blocks import Stereo
from guided_audio.encoder import Mp3Format, chunks, encode, info
from guided_audio.encoder.format import CHUNK, FORMAT_VERSION, PARTS, ROLL, SAMPLES, Chunk
from guided_audio.errors import EncoderFailure
from guided_audio.units import Frames

RATE = 44_100
SMALL = Mp3Format(chunk=150)  # 3.9 s


class Sounding:
    """Noise and a beating tone, the same at each reading; it knows who asked for what."""

    def __init__(self, frames: int) -> None:
        time = np.arange(frames) / RATE
        tone = 0.2 * np.sin(2 * np.pi * 440 * time) * (np.sin(2 * np.pi * 0.3 * time) > 0)
        noise = np.random.default_rng(7).standard_normal((frames, 2)) * 0.02
        self.sound: Stereo = (noise + tone[:, None]).astype(np.float32)
        self.asked: list[tuple[int, int]] = []
        self.threads: set[str] = set()

    def read(self, start: int, count: int) -> Stereo:
        """Only what is there: nothing before the start, nothing behind the end."""
        assert start >= 0
        assert start + count <= len(self.sound)
        self.asked.append((start, count))
        self.threads.add(threading.current_thread().name)
        return self.sound[start : start + count].copy()


def encoded(source: Sounding, fmt: Mp3Format = SMALL, lanes: int = 2) -> bytes:
    """All of a source as MP3."""
    sink = io.BytesIO()
    encode(source, Frames(len(source.sound)), sink, fmt, lanes=lanes)
    return sink.getvalue()


def decoded(mp3: bytes, folder: Path, rate: int = RATE) -> Stereo:
    """An MP3 as sound again."""
    path = folder / "sound.mp3"
    path.write_bytes(mp3)
    return np.concatenate(list(ffmpeg.decode(path, rate)))


@pytest.fixture(scope="module")
def source() -> Sounding:
    """Eleven chunks and a bit."""
    return Sounding(SMALL.chunk * SAMPLES * 11 + 777)


@pytest.fixture(scope="module")
def joined(source: Sounding) -> bytes:
    """That sound, encoded in chunks."""
    return encoded(source)


BORDER = SMALL.chunk * SAMPLES - 576 - 529


@pytest.mark.parametrize(
    "length", [1, 2, 47, 48, 575, 576, 1152, 1153, 10 * RATE, BORDER, BORDER + 1, BORDER + 1153]
)
def test_decoding_gives_back_exactly_the_frames_that_went_in(length: int, tmp_path: Path) -> None:
    """The decoded sound has the length of the original, and is not shifted against it."""
    source = Sounding(length)
    sound = decoded(encoded(source), tmp_path)
    assert sound.shape == (length, 2)
    if length > RATE:
        assert np.std(sound - source.sound) < 0.3 * np.std(source.sound)


@pytest.mark.parametrize(("rate", "kbps"), [(44_100, 64), (44_100, 320), (48_000, 192), (32_000, 96)])
def test_every_rate_comes_back_at_its_length(rate: int, kbps: int, tmp_path: Path) -> None:
    """The arithmetic of bytes holds for other rates, with and without fractions of a byte."""
    source = Sounding(100_001)
    assert len(decoded(encoded(source, Mp3Format(rate, kbps, chunk=30)), tmp_path, rate)) == 100_001


def test_bytes_do_not_depend_on_the_number_of_lanes(source: Sounding, joined: bytes) -> None:
    """One, two and three lanes write the same file."""
    assert encoded(source, lanes=1) == joined
    assert encoded(source, lanes=3) == joined


def test_bytes_do_not_depend_on_how_the_source_is_read(
    source: Sounding, joined: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An odd block size writes the same file."""
    monkeypatch.setattr(chunks, "READ_FRAMES", 1_013)
    assert encoded(source) == joined


def test_a_chunk_depends_on_nothing_but_its_sound(source: Sounding, joined: bytes) -> None:
    """A chunk that is encoded alone has the bytes it has in the file."""
    length = Frames(len(source.sound))
    third = list(SMALL.chunks(length))[2]
    alone = chunks.encode_chunk(
        [np.concatenate(list(chunks.pcm(source, length, third)))], third.count, SMALL, ffmpeg.Children()
    )
    place = SMALL.frame_bytes + 2 * SMALL.chunk_bytes(SMALL.chunk)
    assert joined[place : place + len(alone)] == alone


def test_lanes_read_at_the_same_time_and_in_moderate_blocks() -> None:
    """With two lanes both threads ask the source, never for more than a block."""
    source = Sounding(SMALL.chunk * SAMPLES * 6)
    encoded(source, lanes=2)
    assert len(source.threads) == 2
    assert max(count for _, count in source.asked) <= chunks.READ_FRAMES


def test_sound_outside_of_the_length_is_silence(source: Sounding) -> None:
    """A chunk over the start, one over the end, and one behind it are filled with zeros."""
    length = Frames(3_000)
    for chunk in (Chunk(0, 1), Chunk(2, 5), Chunk(40, 2)):
        sound = np.concatenate(list(chunks.pcm(source, length, chunk)))
        wanted = np.zeros((chunk.stop - chunk.start, 2), np.float32)
        for frame in range(max(chunk.start, 0), min(chunk.stop, length)):
            wanted[frame - chunk.start] = source.sound[frame]
        np.testing.assert_array_equal(sound, wanted)


def test_every_frame_is_valid_and_complete_in_itself(joined: bytes, source: Sounding) -> None:
    """The file is nothing but frames of one format, and no frame borrows from the bit reservoir."""
    starts = chunks.frame_starts(joined, SMALL)
    last = starts[-1]
    assert last + SMALL.frame_bytes + (joined[last + 2] >> 1 & 1) == len(joined)
    assert len(starts) == 1 + SMALL.frame_count(Frames(len(source.sound)))
    assert [chunks.borrowed(joined, start) for start in starts] == [0] * len(starts)


def test_the_joins_are_as_good_as_the_rest(source: Sounding, joined: bytes, tmp_path: Path) -> None:
    """Around each join the error against the original is within what the rest of the file has."""
    error = _error_by_frame(joined, source, tmp_path)
    single = _error_by_frame(encoded(source, Mp3Format(chunk=10_000)), source, tmp_path)
    joins = np.arange(SMALL.chunk, len(error), SMALL.chunk)
    near = np.unique((joins[:, None] + np.arange(-2, 2)).ravel())
    elsewhere = np.delete(error, near)
    around = np.array([error[join - 2 : join + 2].mean() for join in joins])
    assert around.max() <= np.percentile(elsewhere, 99)
    assert error[near].mean() == pytest.approx(single[near].mean(), rel=0.02)


def _error_by_frame(mp3: bytes, source: Sounding, folder: Path) -> NDArray[np.float64]:
    error = decoded(mp3, folder).astype(np.float64) - source.sound
    whole = len(error) // SAMPLES
    frames: NDArray[np.float64] = np.square(error[: whole * SAMPLES]).reshape(whole, -1)
    return np.asarray(frames.mean(axis=1), dtype=np.float64)


def test_the_header_says_what_the_file_is(joined: bytes, source: Sounding) -> None:
    """Counts, delays and checksum of the Info tag are true, by the layout LAME uses."""
    frames, total = struct.unpack(">II", joined[44:52])
    assert joined[36:40] == b"Info"
    assert frames == len(chunks.frame_starts(joined, SMALL)) - 1  # this frame is left out
    assert total == len(joined)  # here it is not
    delays = int.from_bytes(joined[177:180], "big")
    assert delays >> 12 == 576
    assert 529 <= delays & 0xFFF <= 1680
    assert frames * SAMPLES - 576 - (delays & 0xFFF) == len(source.sound)
    table = list(joined[52:152])
    assert table == sorted(table)
    assert (table[0], table[50]) == (0, 128)
    assert struct.unpack(">H", joined[190:192])[0] == info.crc16(joined[:190])
    assert info.crc16(b"123456789") == 0xBB3D  # the check value of CRC-16/ARC


def test_players_are_told_the_length_to_the_sample(joined: bytes, source: Sounding, tmp_path: Path) -> None:
    """Mutagen sees LAME at a constant 128 kb/s, and a length without delay and padding."""
    path = tmp_path / "sound.mp3"
    path.write_bytes(joined)
    seen: MPEGInfo = MP3(path).info  # type: ignore[no-untyped-call, assignment]  # mutagen says None
    assert seen.encoder_info.startswith("LAME 3.100")
    assert (seen.bitrate_mode, seen.sketchy) == (BitrateMode.CBR, False)
    assert vars(seen)["bitrate"] == pytest.approx(128_000, abs=1)  # each of these tiny chunks rounds up
    assert seen.length == pytest.approx(len(source.sound) / RATE, abs=1e-6)


def test_progress_counts_up_to_the_length(source: Sounding) -> None:
    """Progress rises and ends at exactly the length, however far the last MP3 frame reaches."""
    heard: list[int] = []
    encode(source, Frames(800_000), io.BytesIO(), SMALL, lanes=2, progress=heard.append)
    assert heard == sorted(set(heard))
    assert heard[-1] == 800_000


def test_at_most_one_chunk_more_than_lanes_is_alive() -> None:
    """A sink that holds still stops the reading: memory does not grow with the sound."""
    source = Sounding(SMALL.chunk * SAMPLES * 8)
    ahead: list[int] = []

    def look(_: Frames) -> None:
        threading.Event().wait(0.2)
        ahead.append(max(start for start, _ in source.asked) // (SMALL.chunk * SAMPLES))

    encode(source, Frames(len(source.sound)), io.BytesIO(), SMALL, lanes=2, progress=look)
    assert all(reached <= done + 3 for done, reached in enumerate(ahead))


@pytest.mark.parametrize("wrong", [{"rate": 22_050}, {"kbps": 100}, {"kbps": 32}, {"chunk": 0}])
def test_a_format_that_cannot_be_made_is_refused(wrong: dict[str, int]) -> None:
    """Rates and bit rates that MPEG-1 Layer III or our header frame cannot have are named at once."""
    with pytest.raises(ValueError, match=r"MP3"):
        Mp3Format(**wrong)


def test_the_grid_of_this_format_version_stays() -> None:
    """Another grid or roll makes other bytes of the same sound, so it takes another version."""
    assert (FORMAT_VERSION, ROLL, Mp3Format().chunk, PARTS) == (2, 10, 2048, 4)


@pytest.mark.parametrize("total", [2, 511, 512, 2047, 2048, 4095, 4096, 9 * 2048 + 700])
def test_the_end_is_cut_finer_than_the_rest(total: int) -> None:
    """Whole chunks as long as at least one more follows, then quarters; all of them side by side."""
    fmt = Mp3Format()
    found = list(fmt.chunks(Frames(total * SAMPLES - 576 - 529)))
    assert [chunk.first for chunk in found] == [0, *accumulate(chunk.count for chunk in found)][:-1]
    assert sum(chunk.count for chunk in found) == total
    whole = max(0, total // CHUNK - 1)
    assert [chunk.count for chunk in found[:whole]] == [CHUNK] * whole
    assert {chunk.count for chunk in found[whole:-1]} <= {CHUNK // PARTS}
    assert len(found) - whole <= 2 * PARTS


def test_an_encoder_without_a_lane_is_refused() -> None:
    """Zero lanes would never finish."""
    with pytest.raises(ValueError, match="lane"):
        encode(Sounding(1), Frames(1), io.BytesIO(), SMALL, lanes=0)


# What goes wrong. Each stand-in for ffmpeg is a shell script that finds the real one in $REAL.


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Put a script in place of ffmpeg; it notes its process id in the folder that is returned."""
    monkeypatch.setenv("REAL", str(ffmpeg.executable()))

    def put(script: str) -> Path:
        pids = tmp_path / "pids"
        pids.mkdir()
        path = tmp_path / "ffmpeg"
        path.write_text(f"#!/bin/sh\n: > '{pids}'/$$\ncd '{tmp_path}'\n{script}\n", "utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("IMAGEIO_FFMPEG_EXE", str(path))
        return pids

    return put


def all_gone(pids: Path) -> bool:
    """Whether at least one child ran, and none does now."""
    found = [int(path.name) for path in pids.iterdir()]
    return bool(found) and not any(is_running(pid) for pid in found)


def is_running(pid: int) -> bool:
    """Whether there is such a process, were it a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


LONG = SMALL.chunk * SAMPLES * 4


def test_an_encoder_that_gives_up_is_quoted(stand_in: Callable[[str], Path]) -> None:
    """The failure carries the last line ffmpeg wrote, and the exit code."""
    pids = stand_in("head -c 100000 >/dev/null; echo first >&2; echo 'no luck today' >&2; exit 3")
    with pytest.raises(EncoderFailure, match=r"code 3.*no luck today"):
        encoded(Sounding(LONG))
    assert all_gone(pids)


def test_a_killed_encoder_is_noticed(stand_in: Callable[[str], Path]) -> None:
    """A child that is killed in the middle of its chunk fails the file, and nothing hangs."""
    pids = stand_in('exec "$REAL" "$@"')
    source = Sounding(LONG)

    class Killing:
        def read(self, start: int, count: int) -> Stereo:
            if start > LONG // 2:
                for pid in filter(is_running, (int(path.name) for path in pids.iterdir())):
                    os.kill(pid, signal.SIGKILL)
            return source.read(start, count)

    with pytest.raises(EncoderFailure, match="code -9"):
        encode(Killing(), Frames(LONG), io.BytesIO(), SMALL, lanes=2)
    assert all_gone(pids)


def test_one_failure_ends_the_children_that_would_never_end(stand_in: Callable[[str], Path]) -> None:
    """One child fails while another sleeps for ever: the failure comes through all the same."""
    pids = stand_in("sleep 0.3; mkdir first 2>/dev/null && { echo broken >&2; exit 4; }; exec sleep 600")
    with pytest.raises(EncoderFailure, match="broken"):
        encoded(Sounding(LONG), lanes=3)
    assert all_gone(pids)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('"$REAL" "$@" | head -c 20000', "frames where it owes"),
        ("cat >/dev/null", "gave 0 frames"),
        ('"$REAL" "$@" | tr "\\377" "\\376"', "gave 0 frames"),
    ],
)
def test_too_few_frames_are_a_failure_even_with_exit_code_zero(
    script: str, said: str, stand_in: Callable[[str], Path]
) -> None:
    """A child that says all is well is counted all the same."""
    stand_in(script)
    with pytest.raises(EncoderFailure, match=said):
        encoded(Sounding(LONG))


def test_frames_that_lean_on_each_other_are_a_failure(stand_in: Callable[[str], Path]) -> None:
    """An encoder that uses its reservoir is found out, as its frames could not be joined."""
    stand_in(
        """eval "set -- $(printf '%s ' "$@" | sed 's/-reservoir 0/-reservoir 1/')"; exec "$REAL" "$@" """
    )
    with pytest.raises(EncoderFailure, match="reservoir"):
        encoded(Sounding(LONG))


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_an_interrupt_ends_the_children_and_goes_through(
    error: type[BaseException], stand_in: Callable[[str], Path]
) -> None:
    """What is raised while the file is being written comes out as it is, and no child is left."""
    pids = stand_in('exec "$REAL" "$@"')

    def interrupt(_: Frames) -> None:
        raise error

    with pytest.raises(error):
        encode(Sounding(LONG), Frames(LONG), io.BytesIO(), SMALL, lanes=2, progress=interrupt)
    assert all_gone(pids)


def test_a_source_that_fails_says_so_itself(stand_in: Callable[[str], Path]) -> None:
    """An error of the mixer is not taken for one of the encoder."""
    pids = stand_in('exec "$REAL" "$@"')

    class Failing:
        def read(self, start: int, count: int) -> Stereo:
            if start > LONG // 2:
                raise LookupError
            return np.zeros((count, 2), np.float32)

    with pytest.raises(LookupError):
        encode(Failing(), Frames(LONG), io.BytesIO(), SMALL, lanes=2)
    assert all_gone(pids)
