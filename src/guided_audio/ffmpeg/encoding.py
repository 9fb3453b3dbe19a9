"""Sound into ffmpeg: blocks of samples in, MP3 frames out."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from threading import Thread
from typing import IO, cast

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.errors import EncoderFailure
from guided_audio.ffmpeg.children import Children
from guided_audio.ffmpeg.program import QUIET, executable, raw

_TURNED_DOWN = {192: 0.97, 224: 0.98, 256: 1.0, 320: 1.0}
_ELSE = 0.95
"""By what LAME 3.100 multiplies all sound at a bit rate, against clipping; measured, and tested.

Our limiter has seen to that, and a loudness that was set to half a decibel must come out as set.
"""


def encode_mp3(pcm: Iterable[Stereo], rate: int, kbps: int, children: Children | None = None) -> bytes:
    """Encode float32 blocks of shape (frames, 2) to bare MP3 frames: CBR, no tags, no bit reservoir.

    It decodes to the level it had: that LAME turns sound down is made up for. The blocks are asked
    for while the child works on those before; how the sound is cut into blocks does not matter.

    Raises:
        EncoderFailure: with the last thing ffmpeg had to say.
        MissingTool: when there is no ffmpeg to start.
    """
    command = [str(executable()), *QUIET, *raw(rate, 2), "-i", "pipe:0", *_lame(kbps), "-f", "mp3", "pipe:1"]
    with (
        tempfile.TemporaryFile() as complaints,
        (children or Children()).running(command, complaints) as child,
    ):
        mp3 = _through(child, pcm, np.float32(1 / _TURNED_DOWN.get(kbps, _ELSE)))
        if child.wait() != 0:
            raise EncoderFailure(early_end("MP3", child.returncode, last_line(complaints)))
    return mp3


def _lame(kbps: int) -> list[str]:
    """Every frame on its own (no reservoir), nothing around them (no headers, no tags)."""
    quality = ["-c:a", "libmp3lame", "-b:a", f"{kbps}k", "-joint_stereo", "1", "-reservoir", "0"]
    pace = ["-flush_packets", "0"]  # or it would write each frame of 26 ms by itself
    return [*quality, "-write_xing", "0", "-id3v2_version", "0", "-write_id3v1", "0", *pace]


def _through(child: subprocess.Popen[bytes], pcm: Iterable[Stereo], gain: np.float32) -> bytes:
    """Write into the child while a thread reads from it: neither pipe can fill up and stop both."""
    into, out = cast("IO[bytes]", child.stdin), cast("IO[bytes]", child.stdout)
    read: list[bytes] = []
    reader = Thread(target=lambda: read.append(out.read()), name="mp3 reader", daemon=True)
    reader.start()
    try:
        with suppress(BrokenPipeError):  # the child is gone, and its exit code says why
            for block in pcm:
                into.write(np.multiply(block, gain, dtype="<f4", order="C").data)
            into.close()
    except BaseException:
        child.kill()  # or the reader would wait for an end that never comes
        raise
    finally:
        reader.join()
    return b"".join(read)


def early_end(codec: str, code: int, said: str) -> str:
    """What to tell of an encoder that ended early."""
    reason = f" It said: {said}" if said else ""
    remedy = "Try again; `guided-audio doctor` checks it."
    return f"The {codec} encoder ended early with code {code}.{reason} {remedy}"


def last_line(complaints: IO[bytes]) -> str:
    """The last thing a child had to say."""
    complaints.seek(0)
    lines = complaints.read(65_536).decode("utf-8", "replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
