"""Ogg pages (RFC 3533): taken out of a stream, and made.

An encoding child hands its packets over in Ogg, the one container that can be piped and that says of every
page how much sound has gone by. So what arrives can be counted, and the pages be made our own.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from guided_audio.errors import EncoderFailure

CONTINUED, FIRST, LAST = 1, 2, 4
"""Flags: begins inside a packet, begins the stream, ends it."""

NO_PACKET_ENDS = -1
"""The granule of a page in which no packet ends."""

_HEAD = struct.Struct("<4sBBqIIIB")
_CRC_AT, _FULL, _MOST = 22, 255, 255
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `granule` is the place of the end of the last packet that ends in it, in samples."""

    flags: int
    granule: int
    serial: int
    number: int
    lacing: bytes
    body: bytes

    def packed(self) -> bytes:
        """As it stands in a file, with its checksum."""
        size = len(self.lacing)
        head = _HEAD.pack(b"OggS", 0, self.flags, self.granule, self.serial, self.number, 0, size)
        whole = head + self.lacing + self.body
        return whole[:_CRC_AT] + struct.pack("<I", checksum(whole)) + whole[_CRC_AT + 4 :]


def checksum(data: bytes) -> int:
    """CRC-32 with the polynomial 0x04C11DB7, not reflected, from zero.

    zlib has the reflected one: of mirrored bytes it gives the mirrored sum.
    """
    mirrored = zlib.crc32(data.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


class Stream:
    """Bytes that come in pieces of any size, asked for in others."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._held = iter(pieces), bytearray()

    def take(self, count: int) -> bytes:
        """The next `count` bytes, fewer at the end."""
        while len(self._held) < count and (piece := next(self._pieces, b"")):
            self._held += piece
        taken = bytes(self._held[:count])
        del self._held[:count]
        return taken


def pages(pieces: Iterable[bytes]) -> Iterator[Page]:
    """The pages of a stream.

    Raises:
        EncoderFailure: it is not Ogg, or ends in the middle.
    """
    stream = Stream(pieces)
    while head := stream.take(_HEAD.size):
        if len(head) < _HEAD.size or head[:4] != b"OggS":
            raise EncoderFailure("The encoder gave something that is not Ogg.")
        _, _, flags, granule, serial, number, _, count = _HEAD.unpack(head)
        lacing = stream.take(count)
        body = stream.take(sum(lacing))
        if len(lacing) < count or len(body) < sum(lacing):
            raise EncoderFailure("The encoder ended in the middle of a page.")
        yield Page(flags, granule, serial, number, lacing, body)


def packets(stream: Iterable[Page]) -> Iterator[tuple[bytes, int]]:
    """Every packet, with the granule of the page it ends in."""
    begun = bytearray()
    for page in stream:
        start = 0
        for size in page.lacing:
            begun += page.body[start : start + size]
            start += size
            if size < _FULL:
                yield bytes(begun), page.granule
                begun.clear()


def paged(packet: bytes, first: Page) -> list[Page]:
    """One packet on as many pages as it takes, the first of them with the flags and the number of `first`."""
    lacing = bytes([_FULL]) * (len(packet) // _FULL) + bytes([len(packet) % _FULL])
    made: list[Page] = []
    for at in range(0, len(lacing), _MOST):
        part, done = lacing[at : at + _MOST], at + _MOST >= len(lacing)
        made.append(
            replace(
                first,
                flags=CONTINUED if at else first.flags,
                granule=first.granule if done else NO_PACKET_ENDS,
                number=first.number + len(made),
                lacing=part,
                body=packet[at * _FULL : at * _FULL + sum(part)],
            )
        )
    return made
