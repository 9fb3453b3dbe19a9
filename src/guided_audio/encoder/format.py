"""The arithmetic of a constant-bit-rate MP3: how many frames, how many bytes, and which belong together.

All of it is known before a single sample is encoded. That is why the header can be written first,
why every piece can be checked to the byte when it comes, and why the pieces can come from any core.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from guided_audio.units import PROJECT_RATE, Frames

FORMAT_VERSION = 2
"""Counts up with anything that changes the bytes for the same sound: grid, roll, encoder settings."""

SAMPLES = 1152
"""Sample frames in one MP3 frame (MPEG-1 Layer III)."""

CHUNK = 2048
"""MP3 frames in one piece of work: 53.5 s at 44.1 kHz, so a start of ffmpeg costs 3 % of it."""

PARTS = 4
"""Into how many parts a chunk is cut at the end of a file, so that no core waits long for the last one."""

ROLL = 10
"""MP3 frames encoded before and after each chunk and thrown away: LAME looks back and ahead."""

ENCODER_DELAY = 576
"""Sample frames LAME puts in front of the sound."""

DECODER_DELAY = 529
"""Sample frames every decoder adds, so the last frame must reach this far behind the sound."""

JOINT_STEREO = 0x40
"""The channel mode, in the fourth byte of each frame."""

_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # ISO 11172-3, 2.4.2.3
_RATES = (44_100, 48_000, 32_000)
_SMALLEST = 64  # below, the header frame has no room for the Info tag


@dataclass(frozen=True, slots=True)
class Chunk:
    """MP3 frames `first` up to `first + count` of the finished file, the header frame not counted."""

    first: int
    count: int

    @property
    def start(self) -> int:
        """The first sample frame to encode, roll included; below zero at the beginning."""
        return (self.first - ROLL) * SAMPLES

    @property
    def stop(self) -> int:
        """The sample frame behind the last one to encode, roll included."""
        return (self.first + self.count + ROLL) * SAMPLES


@dataclass(frozen=True, slots=True)
class Mp3Format:
    """MPEG-1 Layer III, constant bit rate, joint stereo.

    `chunk` is there for tests, which cannot wait for minutes of sound; other sizes give other bytes.
    """

    rate: int = PROJECT_RATE
    kbps: int = 128
    chunk: int = CHUNK

    def __post_init__(self) -> None:
        if self.rate not in _RATES:
            raise ValueError("An MP3 is made at 32000, 44100 or 48000 Hz.")
        if self.kbps not in _KBPS or self.kbps < _SMALLEST:
            raise ValueError("An MP3 is made at 64, 80, 96, 112, 128, 160, 192, 224, 256 or 320 kb/s.")
        if self.chunk < 1:
            raise ValueError("A chunk has at least one MP3 frame.")

    @property
    def header(self) -> bytes:
        """The first three bytes of each frame, with the padding bit at zero."""
        return bytes([0xFF, 0xFB, _KBPS.index(self.kbps) << 4 | _RATES.index(self.rate) << 2])

    def frame_count(self, length: Frames) -> int:
        """MP3 frames that carry so much sound, with both delays; two at least, or ffmpeg finds no sound."""
        return max(2, -(-(length + ENCODER_DELAY + DECODER_DELAY) // SAMPLES))

    def padding(self, length: Frames) -> int:
        """Sample frames behind the sound in its last MP3 frames: 529 to 1680, 1728 for no sound."""
        return self.frame_count(length) * SAMPLES - ENCODER_DELAY - length

    def chunks(self, length: Frames) -> Iterator[Chunk]:
        """The pieces of work, in order: whole chunks, and from the last whole one on parts of chunks."""
        total = self.frame_count(length)
        whole = max(0, total // self.chunk - 1) * self.chunk
        part = max(1, self.chunk // PARTS)
        for first in range(0, whole, self.chunk):
            yield Chunk(first, self.chunk)
        for first in range(whole, total, part):
            yield Chunk(first, min(part, total - first))

    def chunk_bytes(self, count: int) -> int:
        """Bytes of the kept frames of a chunk."""
        return self._bytes_up_to(ROLL + count) - self._bytes_up_to(ROLL)

    def audio_bytes(self, length: Frames) -> int:
        """Bytes of all frames of the finished file but the header frame."""
        return sum(self.chunk_bytes(chunk.count) for chunk in self.chunks(length))

    @property
    def frame_bytes(self) -> int:
        """Bytes of a frame whose padding bit is zero."""
        return 144_000 * self.kbps // self.rate

    def _bytes_up_to(self, frames: int) -> int:
        """Bytes of the first frames out of an encoder.

        A frame would need a fraction of a byte more than it has; LAME starts with none owed and
        pads a frame by one byte whenever the debt would pass a whole one.
        """
        owed = 144_000 * self.kbps % self.rate
        return frames * self.frame_bytes - (-(frames - 1) * owed // self.rate)
