"""Sound out of ffmpeg: a file in, blocks of samples out, in constant memory.

A file is opened once, in this process, looked at, and handed on as the child's standard input:
nobody can swap it in between, and its name is on no command line. The child reads it through
ffmpeg's `fd:` protocol (ffmpeg 6 or later), which can seek in a regular file; `pipe:` cannot, and
M4A needs it. As `fd` is the only protocol the child may use, nothing inside a file can make it open
another.
"""

from __future__ import annotations

import io
import os
import signal
import struct
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, cast

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.errors import VerificationFailed
from guided_audio.ffmpeg.opening import opened
from guided_audio.ffmpeg.program import QUIET, executable, finish, raw, start
from guided_audio.units import Seconds, format_duration, to_frames

BLOCK_FRAMES = 65_536
"""Frames in a block: 0.5 MB of stereo."""

CPU_SECONDS = 60
ADDRESS_SPACE_KB = 2 * 1024 * 1024
"""What a child may use up on a file that somebody dropped in."""

_NO_STREAM = b"matches no streams"
"""What ffmpeg says of a file that has no sound to be asked for."""

_WAV_HEADER = 44  # bytes, of a plain WAV

_DECODERS = ",".join(
    ["mp3float", "mp3", "flac", "vorbis", "opus", "libopus", "aac", "alac", "adpcm_ima_wav", "adpcm_ms"]
    + ["amrnb", "amrwb"]
    + ["pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw"]
    + [f"pcm_{kind}{order}" for kind in ("s16", "s24", "s32", "f32", "f64") for order in ("le", "be")]
)
"""The only decoders a child may start: a picture inside a sound file stays closed."""


def decode(path: Path, rate: int, channels: int = 2) -> Iterator[Stereo]:
    """The sound of one of our own finished files, as float32 blocks of shape (frames, channels).

    Lead-in and padding that an encoder added are cut off by what its header says, so an MP3 of
    ours gives exactly the frames that went in. Where a file has another number of channels ffmpeg
    mixes at equal power, which changes levels; ask for what the file has. Damage does not always
    show: a decoder may step over it, so count the frames too.

    Raises:
        VerificationFailed: at the first block when the file cannot be opened, later where it is damaged.
    """
    try:
        with opened(path) as (file, form):
            command = [str(executable()), *QUIET, "-xerror", *_input(form), *raw(rate, channels), "pipe:1"]
            yield from _blocks(command, file, channels)
    except ValueError as unreadable:
        raise VerificationFailed(f"{path} cannot be measured. {unreadable}") from unreadable


def decode_untrusted(path: Path, rate: int, *, longest: Seconds) -> Iterator[Stereo]:
    """The sound of a file that somebody dropped in, as float32 blocks of shape (frames, 2).

    The first bytes decide what it is, not its name; playlists, devices and text are refused. The
    child has 60 s of CPU and 2 GiB on POSIX systems. The length is counted, not believed. ffmpeg
    spreads a mono file over both sides at equal power: 3 dB lower on each.

    Raises:
        ValueError: one sentence that says what the file is instead; at the first block, or at the
            block that is over `longest`.
    """
    with opened(path) as (file, form):
        command = [*_limits(), str(executable()), *QUIET, *_input(form), *raw(rate, 2), "pipe:1"]
        left: int = to_frames(longest, rate)
        for block in _blocks(command, file, 2):
            left -= len(block)
            if left < 0:
                raise ValueError(f"This sound is longer than {format_duration(longest)}.")
            yield block


def native_rate(file: Path) -> int | None:
    """Samples a second as the file has them; nothing where no child can tell.

    Raises:
        ValueError: one sentence, for what is no sound by its first bytes.
    """
    with opened(file) as (stream, form), tempfile.TemporaryFile() as complaints:
        header = ["-frames:a", "1", "-c:a", "pcm_s16le", "-f", "wav", "pipe:1"]
        child = start([*_limits(), str(executable()), *QUIET, *_input(form), *header], stream, complaints)
        try:
            begin = cast("IO[bytes]", child.stdout).read(_WAV_HEADER)
        finally:
            finish(child)
    if len(begin) < _WAV_HEADER or begin[:4] != b"RIFF" or begin[12:16] != b"fmt ":
        return None
    return int(struct.unpack_from("<I", begin, 24)[0]) or None


def _input(form: str) -> list[str]:
    """Standard input as the one form it was found to be: its first sound only, without its tags."""
    only = ["-protocol_whitelist", "fd", "-format_whitelist", form, "-codec_whitelist", _DECODERS]
    sound = ["-map", "0:a:0", "-map_metadata", "-1", "-vn", "-sn", "-dn", "-threads", "1"]
    return [*only, "-threads", "1", "-f", form, "-i", "fd:", *sound]


def _limits() -> list[str]:
    """A command in front of the command: a shell that takes on the limits, then becomes the child.

    Limits set here hold before the child reads its first byte, and need no code between fork and
    exec. A system that does not know one of them (macOS, address space) goes on without it.
    """
    if os.name != "posix":
        return []
    limits = f"ulimit -t {CPU_SECONDS}; ulimit -v {ADDRESS_SPACE_KB}; ulimit -c 0"
    return ["/bin/sh", "-c", f'{{ {limits}; }} 2>/dev/null; exec "$@"', "sh"]


def _blocks(command: Sequence[str], file: IO[bytes], channels: int) -> Iterator[Stereo]:
    """What a decoding child gives; leaving the iteration early ends the child.

    Raises:
        ValueError: when it fails, or gives nothing.
    """
    with tempfile.TemporaryFile() as complaints:  # never told: they may quote the file's tags
        child = start(command, file, complaints)
        try:
            total = 0
            while len(block := _read_block(cast("io.BufferedReader", child.stdout), channels)):
                total += len(block)
                yield block
            _check_end(child.wait(), total, complaints)
        finally:
            finish(child)


def _read_block(out: io.BufferedReader, channels: int) -> Stereo:
    """The next frames, at the end fewer, then none."""
    block = np.empty((BLOCK_FRAMES, channels), dtype=np.float32)
    got = out.readinto(block.data.cast("B"))
    return block[: got // (4 * channels)]


def _check_end(code: int, total: int, complaints: IO[bytes]) -> None:
    if os.name == "posix" and code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise ValueError("Opening this sound takes more time or memory than it may.")
    complaints.seek(0)
    if code != 0 and _NO_STREAM in complaints.read(65_536):
        raise ValueError("There is no sound in this file: it may be a video that was recorded without.")
    if code != 0:
        raise ValueError("This sound is damaged, or not in a form that can be opened.")
    if not total:
        raise ValueError("There is no sound in this file.")
