"""FLAC (RFC 9639): the frames of ffmpeg behind metadata of our own.

Through a pipe ffmpeg cannot go back to write how long it all was, nor the checksum of the samples. Here
both are known: the first beforehand, the second because the samples pass through our hands.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import BinaryIO

from guided_audio import ffmpeg
from guided_audio.encoder import ogg
from guided_audio.encoder.ahead import Reading
from guided_audio.encoder.pcm16 import Pcm16, dithered
from guided_audio.errors import EncoderFailure
from guided_audio.units import Frames

SEEK_EVERY = 10
"""Seconds between the points of the seek table."""

_STREAMINFO, _SEEKTABLE, _LAST = 0, 3, 0x80
_INFO_BYTES, _BLOCK_HEAD = 34, 4
_MAPPING = b"\x7fFLAC"  # the first packet of FLAC in Ogg begins with it, and then a header of so many bytes:
_MAPPING_BYTES = 9
_SYNC = b"\xff\xf8"  # of a frame in a stream with one block size
_POINT = struct.Struct(">QQH")
_NO_POINT = 2**64 - 1
_CODEC = ("-c:a", "flac", "-compression_level", "8", "-f", "ogg")


@dataclass(slots=True)
class _Found:
    """What becomes known of the frames while they go by."""

    block: int = 0
    given: int = 0
    sizes: list[int] = field(default_factory=lambda: [2**24 - 1, 0])
    points: list[tuple[int, int, int]] = field(default_factory=list)
    md5: bytes = bytes(16)


def write_flac(
    sound: Reading, sink: BinaryIO, blocks: Callable[[float], bytes], children: ffmpeg.Children
) -> float:
    """Write 16-bit FLAC; `blocks` makes metadata blocks of the peak, as long for any. Gives the peak.

    Raises:
        EncoderFailure: it ended early, or gave another length.
    """
    digest = hashlib.md5(usedforsecurity=False)

    def samples() -> Iterator[Pcm16]:
        for block in sound.prepared(dithered):
            digest.update(block.data)
            yield block

    found, begins = _Found(), 0
    takes = ("-f", "s16le", "-ar", str(sound.rate), "-ac", "2")
    codec = ffmpeg.Codec("FLAC", takes, _CODEC)
    with closing(ffmpeg.encode_stream(samples(), codec, children)) as pieces:
        for frame in _frames(pieces, sound, found):
            if not begins:  # nothing is written before there is something to write
                begins = sink.write(_front(sound, found, blocks(0.0)))
            sink.write(frame)
            sound.tell()
    found.md5 = digest.digest()
    sink.seek(0)
    if sink.write(_front(sound, found, blocks(sound.peak))) != begins:
        raise AssertionError("the metadata is as long for any peak")
    return sound.peak


def _frames(pieces: Iterator[bytes], sound: Reading, found: _Found) -> Iterator[bytes]:
    """The frames, noted as they go by.

    Raises:
        EncoderFailure: they are not what they must be, or not as many.
    """
    waiting, at, number = ogg.packets(ogg.pages(pieces)), 0, 0
    head, _ = next(waiting, (b"", 0))
    next(waiting, None)  # its comments
    if not head.startswith(_MAPPING):
        raise EncoderFailure("The FLAC encoder gave no header.")
    (found.block,) = struct.unpack_from(">H", head, _MAPPING_BYTES + 4 + _BLOCK_HEAD)
    for frame, granule in waiting:
        if not frame.startswith(_SYNC):
            raise EncoderFailure("The FLAC encoder gave something that is not a frame.")
        first = number * found.block
        if first >= len(found.points) * SEEK_EVERY * sound.rate:
            found.points.append((first, at, min(found.block, sound.length - first)))
        found.sizes = [min(found.sizes[0], len(frame)), max(found.sizes[1], len(frame))]
        at, number, found.given = at + len(frame), number + 1, granule
        yield frame
    if found.given != sound.length or number != -(-sound.length // found.block):
        raise EncoderFailure(f"The FLAC encoder gave {found.given} samples where it owes {sound.length}.")


def _front(sound: Reading, found: _Found, blocks: bytes) -> bytes:
    """All that stands before the frames; as long at the beginning, when little is known, as at the end."""
    info = _block(_STREAMINFO, _stream_info(sound.length, sound.rate, found))
    return b"fLaC" + info + blocks + _block(_SEEKTABLE | _LAST, _seek_table(sound, found))


def _block(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + len(body).to_bytes(3, "big") + body


def _stream_info(length: Frames, rate: int, found: _Found) -> bytes:
    smallest, largest = (size.to_bytes(3, "big") for size in found.sizes)
    channels, bits = 2 - 1, 16 - 1
    packed = (rate << 44 | channels << 41 | bits << 36 | length).to_bytes(8, "big")
    return struct.pack(">HH", found.block, found.block) + smallest + largest + packed + found.md5


def _seek_table(sound: Reading, found: _Found) -> bytes:
    """A point in every ten seconds; placeholders for those that no frame begins in."""
    count = -(-sound.length // (SEEK_EVERY * sound.rate))
    spare = [(_NO_POINT, 0, 0)] * (count - len(found.points))
    return b"".join(_POINT.pack(*point) for point in (*found.points, *spare))
