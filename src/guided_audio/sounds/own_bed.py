"""A bed from a user's own sound file, music too: decoded once to disk, and looped where no seam is heard."""

from __future__ import annotations

import os
import tempfile
import threading
import weakref
from collections.abc import Callable
from pathlib import Path

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.sounds.outline import Outline
from guided_audio.sounds.own_sound import decoded
from guided_audio.sounds.seam import Seam, find_seam
from guided_audio.units import Seconds

_SHORTEST = 2.0  # seconds
_HEARD = 20 * 60.0  # seconds of a longer file that are used: 0.4 GB on disk
_ANY = Seconds(1000 * 3600.0)  # how long a file may claim to be: what is not used is not read
_QUIETEST = 10.0 ** (-70.0 / 10.0)
_FRAME_BYTES = 8


class Stored:
    """Decoded sound in a file, fetched as it is asked for: memory does not grow with the sound."""

    def __init__(self, raw: Path) -> None:
        self._lock = threading.Lock()
        self._handle = os.open(raw, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self.close = weakref.finalize(self, os.close, self._handle)  # a source has no end of its own

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`, which there must be; a new array."""
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


class OwnBed:
    """A `Source` over stored sound, looped at a seam over which its power stays what it is."""

    def __init__(self, stored: Stored, seam: Seam) -> None:
        self._stored, self.seam = stored, seam
        angle = np.linspace(0.0, np.pi / 2, seam.length, dtype=np.float32)[:, None]
        # what is alike adds up to more than its powers do, and that much is taken off
        less = np.sqrt(np.float32(1.0) + np.float32(seam.alike) * np.sin(2.0 * angle))
        self._fade_in, self._fade_out = np.sin(angle) / less, np.cos(angle) / less

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`, shape (count, 2)."""
        seam, done = self.seam, 0
        result = np.empty((count, 2), dtype=np.float32)
        while done < count:
            at = seam.start + start + done
            if at < seam.end:
                take = min(seam.end - at, count - done)
                piece = self._stored.read(at, take)
            else:
                offset = (at - seam.end) % (seam.end - seam.back)
                take = min(seam.end - seam.back - offset, count - done)
                piece = self._again(offset, take)
            result[done : done + take] = piece
            done += take
        return result

    def _again(self, offset: int, count: int) -> Stereo:
        """A later round, from `offset` frames after it began."""
        seam = self.seam
        piece = self._stored.read(seam.back + offset, count)
        melting = min(count, seam.length - offset)
        if melting > 0:
            over = slice(offset, offset + melting)
            piece[:melting] *= self._fade_in[over]
            piece[:melting] += self._stored.read(seam.end + offset, melting) * self._fade_out[over]
        return piece


def own_bed(file: Path, rate: int, scratch: Path) -> OwnBed:
    """A user's file as a bed without end; of a long one its first twenty minutes.

    Raises:
        ValueError: in one sentence, when it is no sound, too short, or there is nothing to hear.
    """
    handle, name = tempfile.mkstemp(suffix=".f32", prefix="bed-", dir=scratch)
    raw = Path(name)
    outline = Outline(rate)
    try:
        with os.fdopen(handle, "wb") as stream:
            frames, power = _store(file, rate, stream.write, outline)
        bands = outline.bands
        _check(frames, power, float(bands.sum(axis=1).mean()) if len(bands) else 0.0, rate)
        stored = Stored(raw)
        seam = find_seam(bands, outline.hop, rate, stored.read)
    except BaseException:
        raw.unlink(missing_ok=True)
        raise
    return OwnBed(stored, seam)


def _store(file: Path, rate: int, write: Callable[[bytes], object], outline: Outline) -> tuple[int, float]:
    """Decode and write down; how many frames there are, and their mean power."""
    frames, energy, most = 0, 0.0, round(_HEARD * rate)
    for decoded_block in decoded(file, rate, _ANY):
        block = decoded_block[: most - frames]
        frames += len(block)
        energy += float(np.sum(np.square(block, dtype=np.float64)))
        outline.feed(block)
        write(np.ascontiguousarray(block, dtype="<f4").tobytes())
        if frames >= most:
            break
    return frames, energy / (2 * frames) if frames else 0.0


def _check(frames: int, power: float, audible: float, rate: int) -> None:
    if frames < _SHORTEST * rate:
        raise ValueError(f"A bed must be at least {_SHORTEST:g} seconds long; this file is shorter.")
    if power < _QUIETEST:
        raise ValueError("This file is silent; choose one with sound in it.")
    if audible < _QUIETEST:
        raise ValueError("Nothing in this file can be heard: it is too low. Choose another one.")
