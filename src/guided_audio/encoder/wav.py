"""A WAV: the sound where the simplest of readers looks for it, everything else behind."""

from __future__ import annotations

import struct
from collections.abc import Callable
from contextlib import closing
from typing import BinaryIO

from guided_audio.encoder.ahead import Reading
from guided_audio.encoder.pcm16 import BYTES_PER_FRAME, dithered
from guided_audio.errors import Refused
from guided_audio.units import Frames

LARGEST = 2**32 - 2**26
"""Bytes of sound: its sizes have 32 bits, and tags and a cover stand behind it."""

_PCM, _CHANNELS, _BITS = 1, 2, 16
_HEADER = 44  # bytes
_SIZE_AT = 4


def write_wav(sound: Reading, sink: BinaryIO, chunks: Callable[[float], bytes]) -> float:
    """Write 16 bits a sample, and the chunks that `chunks` makes of the peak behind it; gives the peak.

    Raises:
        Refused: the sound is too long for a WAV.
    """
    if sound.length * BYTES_PER_FRAME > LARGEST:
        raise Refused(
            "A WAV holds 6 h 40 min at the most, and this is longer: build it with --format flac, which "
            "has the same samples in half the room."
        )
    sink.write(header(sound.length, sound.rate))
    with closing(sound.prepared(dithered)) as blocks:
        for block in blocks:
            sink.write(block.data)
            sound.tell()
    behind = chunks(sound.peak)
    sink.write(behind)
    sink.seek(_SIZE_AT)
    sink.write(struct.pack("<I", _HEADER - 8 + sound.length * BYTES_PER_FRAME + len(behind)))
    sound.tell()
    return sound.peak


def header(length: Frames, rate: int) -> bytes:
    """The 44 bytes in front of the sound; the size of the whole is that without anything behind it."""
    size = length * BYTES_PER_FRAME
    form = struct.pack("<HHIIHH", _PCM, _CHANNELS, rate, rate * BYTES_PER_FRAME, BYTES_PER_FRAME, _BITS)
    riff = struct.pack("<4sI4s", b"RIFF", _HEADER - 8 + size, b"WAVE")
    return riff + struct.pack("<4sI", b"fmt ", len(form)) + form + struct.pack("<4sI", b"data", size)
