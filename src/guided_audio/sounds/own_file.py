"""Beds and bells from a user's own sound file.

A file is decoded once, by a limited child (`guided_audio.ffmpeg`), before anything here looks at it.
"""

from __future__ import annotations

import io
import os
import tempfile
import threading
import warnings
import wave
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.sounds.bell import PEAK
from guided_audio.units import Seconds

Decode = Callable[[Path, int], Iterator[Stereo]]
"""Opens a file at a rate, as blocks of shape (n, 2); ValueError, with a sentence, when it is no sound."""

_SEAM = 6.0  # seconds over which a bed's end melts into its beginning
_SHORTEST_BED = 2.0  # seconds
_QUIETEST = 10.0 ** (-70.0 / 20.0)
LONGEST_BED = Seconds(4 * 3600.0)
LONGEST_BELL = Seconds(60.0)
_FRAME_BYTES = 8
_EDGE = 0.010  # seconds
_STILL = -60.0  # dBFS under which the ends of a bell count as silence


class OwnBed:
    """A `Source` over decoded sound on disk, looped with an equal-power seam.

    Samples are fetched from the file as they are asked for: memory does not grow with the file.
    """

    def __init__(self, raw: Path, frames: int, rate: int) -> None:
        self._lock = threading.Lock()
        self._handle = os.open(raw, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self.close = weakref.finalize(self, os.close, self._handle)  # a source has no end of its own
        self._seam = min(round(_SEAM * rate), frames // 4)
        self._loop = frames - self._seam  # the last frames are heard under the first ones only
        angle = np.linspace(0.0, np.pi / 2, self._seam, dtype=np.float32)[:, None]
        self._fade_in, self._fade_out = np.sin(angle), np.cos(angle)

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`, shape (count, 2)."""
        result = np.empty((count, 2), dtype=np.float32)
        done = 0
        while done < count:
            turn, offset = divmod(start + done, self._loop)
            take = min(self._loop - offset, count - done)
            piece = self._stored(offset, take)
            if turn > 0 and offset < self._seam:
                melt = min(take, self._seam - offset)
                over = slice(offset, offset + melt)
                piece[:melt] *= self._fade_in[over]
                piece[:melt] += self._stored(self._loop + offset, melt) * self._fade_out[over]
            result[done : done + take] = piece
            done += take
        return result

    def _stored(self, start: int, count: int) -> Stereo:
        size, at = count * _FRAME_BYTES, start * _FRAME_BYTES
        if hasattr(os, "pread"):
            data = _read_fully(size, lambda left, done: os.pread(self._handle, left, at + done))
        else:  # Windows: one reader at a time moves the file's only position
            with self._lock:
                os.lseek(self._handle, at, os.SEEK_SET)
                data = _read_fully(size, lambda left, _: os.read(self._handle, left))
        return np.frombuffer(data, dtype="<f4").reshape(-1, 2).astype(np.float32)


def _read_fully(size: int, read: Callable[[int, int], bytes]) -> bytes:
    """A read may give less than was asked for; the rest is asked for again."""
    data = bytearray()
    while len(data) < size:
        part = read(size - len(data), len(data))
        if not part:
            raise OSError("A decoded sound is shorter than it was.")
        data += part
    return bytes(data)


def own_bed(file: Path, rate: int, scratch: Path, decode: Decode) -> OwnBed:
    """A user's file as a bed without end.

    Raises:
        ValueError: in one sentence, when it is no sound, too short, or silent.
    """
    frames, power = 0, 0.0
    handle, name = tempfile.mkstemp(suffix=".f32", prefix="bed-", dir=scratch)
    raw = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            for block in decode(file, rate):
                frames += len(block)
                power += float(np.sum(np.square(block, dtype=np.float64)))
                stream.write(np.ascontiguousarray(block, dtype="<f4").tobytes())
        _check_bed(frames, power, rate)
    except BaseException:
        raw.unlink(missing_ok=True)
        raise
    return OwnBed(raw, frames, rate)


def _check_bed(frames: int, power: float, rate: int) -> None:
    if frames < _SHORTEST_BED * rate:
        raise ValueError(f"A bed must be at least {_SHORTEST_BED:g} seconds long; this file is shorter.")
    if np.sqrt(power / (2 * frames)) < _QUIETEST:
        raise ValueError("This file is silent; choose one with sound in it.")


def own_bell(file: Path, rate: int, decode: Decode) -> Stereo:
    """A user's file as a bell: trimmed of silence, softly edged, brought to the peak of all bells.

    Raises:
        ValueError: in one sentence, when it is no sound, or silent.
    """
    blocks = list(decode(file, rate))
    sound = np.concatenate(blocks) if blocks else np.zeros((0, 2), dtype=np.float32)
    peak = float(np.max(np.abs(sound))) if len(sound) else 0.0
    if peak < _QUIETEST:
        raise ValueError("This file is silent; choose one with sound in it.")
    sound = sound * np.float32(PEAK / peak)
    first, last = _sounding(sound, rate)
    sound = sound[first:last].copy()
    edge = min(round(_EDGE * rate), len(sound) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, edge, dtype=np.float32)))[:, None]
    sound[:edge] *= ramp
    sound[len(sound) - edge :] *= ramp[::-1]
    return np.ascontiguousarray(sound, dtype=np.float32)


def _sounding(sound: Stereo, rate: int) -> tuple[int, int]:
    """The first and last frame between the silences at both ends, found by pydub to a few milliseconds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydub is of 2021: audioop, escapes, and an ffmpeg it will not need
        from pydub import AudioSegment  # noqa: PLC0415 - here, so that only a user's bell pays for it
        from pydub.silence import detect_leading_silence  # noqa: PLC0415 - likewise

        segment = AudioSegment.from_wav(io.BytesIO(_wav(sound, rate)))
        before = detect_leading_silence(segment, silence_threshold=_STILL, chunk_size=5)
        after = detect_leading_silence(segment.reverse(), silence_threshold=_STILL, chunk_size=5)
    first, last = before * rate // 1000, len(sound) - after * rate // 1000
    return (first, last) if first < last else (0, len(sound))


def _wav(sound: Stereo, rate: int) -> bytes:
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(np.clip(sound, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())
    return memory.getvalue()
