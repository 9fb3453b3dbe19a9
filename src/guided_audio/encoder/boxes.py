"""The boxes of an MP4 (ISO 14496-12, and QuickTime's for chapters): how a track is described.

Numbers of 32 bits are enough: a day of sound has fewer sample frames, and fewer bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""The picture is not turned; a sound has the same."""

_ENABLED_IN_MOVIE, _IN_MOVIE = 3, 2
_FULL_VOLUME = 0x0100
_ONE = 0x10000  # the rate an edit is played at


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box of its contents."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, *parts: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box that begins with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


@dataclass(frozen=True, slots=True)
class Samples:
    """Where the samples of a track are: how long each lasts, their sizes, and the chunks they stand in.

    `durations` are runs of so many samples of a length; every chunk but the last has `per_chunk`.
    """

    durations: Sequence[tuple[int, int]]
    sizes: Sequence[int]
    per_chunk: int
    offsets: Sequence[int]

    @property
    def duration(self) -> int:
        """Of all of them, in the track's own unit."""
        return sum(count * length for count, length in self.durations)

    def table(self, description: bytes, *more: bytes) -> bytes:
        """The box that says all of that."""
        times = b"".join(struct.pack(">II", *run) for run in self.durations)
        chunks = b"".join(struct.pack(">III", *run) for run in self._runs())
        sizes, offsets = (
            np.asarray(numbers).astype(">u4").tobytes() for numbers in (self.sizes, self.offsets)
        )
        return box(
            b"stbl",
            full(b"stsd", _count(1), description),
            full(b"stts", _count(len(self.durations)), times),
            full(b"stsc", _count(len(chunks) // 12), chunks),
            full(b"stsz", _count(0), _count(len(self.sizes)), sizes),
            full(b"stco", _count(len(self.offsets)), offsets),
            *more,
        )

    def _runs(self) -> list[tuple[int, int, int]]:
        """From which chunk on there are how many samples in each, all by the first description."""
        chunks, last = len(self.offsets), len(self.sizes) % self.per_chunk
        runs = [(1, self.per_chunk, 1)] if len(self.sizes) >= self.per_chunk else []
        return [*runs, (chunks, last, 1)] if last else runs


@dataclass(frozen=True, slots=True)
class Track:
    """A track: what it is, how long the movie is in the movie's unit, and a language of three letters."""

    number: int
    handler: bytes
    timescale: int
    language: str
    movie_length: int
    enabled: bool = True

    def box(self, samples: Samples, media_header: bytes, table: bytes, *beside: bytes) -> bytes:
        """The whole track; `beside` stands between its header and its media."""
        volume = _FULL_VOLUME if self.handler == b"soun" else 0
        header = struct.pack(">8xI4xI12xH2x", self.number, self.movie_length, volume)
        media = box(
            b"mdia",
            full(b"mdhd", struct.pack(">IIII", 0, 0, self.timescale, samples.duration), self._language),
            full(b"hdlr", struct.pack(">4s4s12x", bytes(4), self.handler), b"\0"),
            box(b"minf", media_header, _DATA_HERE, table),
        )
        flags = _ENABLED_IN_MOVIE if self.enabled else _IN_MOVIE
        return box(b"trak", full(b"tkhd", header, MATRIX, bytes(8), flags=flags), *beside, media)

    @property
    def _language(self) -> bytes:
        packed = 0
        for letter in self.language:
            packed = packed << 5 | ord(letter) - 0x60
        return struct.pack(">HH", packed, 0)


def edit(length: int, begins: int) -> bytes:
    """Play `length` of the movie's units from `begins` of the track's on."""
    return box(b"edts", full(b"elst", _count(1), struct.pack(">IiI", length, begins, _ONE)))


def movie(timescale: int, length: int, next_track: int, *parts: bytes) -> bytes:
    """The movie box: header, tracks, and what it says of itself."""
    times = struct.pack(">IIIIIH10x", 0, 0, timescale, length, _ONE, _FULL_VOLUME)
    header = full(b"mvhd", times, MATRIX, bytes(24), _count(next_track))
    return box(b"moov", header, *parts)


def aac_description(rate: int, bits: int, configuration: bytes) -> bytes:
    """`mp4a` with its descriptors: MPEG-4 audio at so many bits a second."""
    specific = _descriptor(5, configuration)
    decoder = _descriptor(4, struct.pack(">BBHBII", 0x40, 0x15, 0, 0, bits, bits), specific)
    stream = _descriptor(3, struct.pack(">HB", 2, 0), decoder, _descriptor(6, b"\x02"))
    return box(b"mp4a", struct.pack(">6xH8xHHHHI", 1, 2, 16, 0, 0, rate << 16), full(b"esds", stream))


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes([tag, 0x80, 0x80, 0x80, len(body)]) + body


def text_description() -> bytes:
    """QuickTime's `text`, which is never shown as a picture: no box, no font, black on nothing."""
    return box(
        b"text", struct.pack(">6xH", 1), struct.pack(">Ii", 1, 0), bytes(6 + 8 + 8 + 2 + 2 + 1 + 2 + 6 + 1)
    )


TEXT_HEADER = box(
    b"gmhd",
    full(b"gmin", struct.pack(">H3HhH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0)),
    box(b"text", MATRIX),
)
SOUND_HEADER = full(b"smhd", bytes(4))
_DATA_HERE = box(b"dinf", full(b"dref", struct.pack(">I", 1), full(b"url ", flags=1)))


def rolls(samples: int) -> bytes:
    """Whoever begins inside a track of so many samples decodes one before the first that is heard."""
    kind = full(b"sgpd", b"roll", struct.pack(">IIh", 2, 1, -1), version=1)
    return kind + full(b"sbgp", b"roll", struct.pack(">III", 1, samples, 1))


def _count(number: int) -> bytes:
    return struct.pack(">I", number)
