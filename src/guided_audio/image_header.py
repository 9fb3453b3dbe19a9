"""What a picture says of itself before anything of it is decoded: its kind, its size, what else is in it.

A picture of 100 kB can unfold to gigabytes. So everything that can be judged by its bytes is judged
here, in plain Python, and only what passes is handed to a decoder.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST_FILE = 30_000_000
"""Bytes of the largest picture that is opened; the largest of phones are a third of that."""

MOST_PIXELS = 50_000_000
"""Of the largest picture that is opened: 200 MB once it is decoded with its transparency."""

_TEXT_LIMIT = 1_000_000  # bytes in a PNG's texts and profile, still packed; editors write some 10 kB
_MOST_CHUNKS = 20_000  # of a PNG: 30 MB in pieces of 8 kB are 4,000
_MOST_SCANS = 40  # of a JPEG: progressive ones have ten or so, and each goes over the whole picture
_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_ASIDE = (b"tEXt", b"zTXt", b"iTXt", b"iCCP", b"eXIf")
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # markers of a frame: how large the picture is
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a length

_ANOTHER = "Save it as JPEG or PNG."
_DAMAGED = "This picture is damaged or not complete. Save it once more, or choose another."


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """A picture before it is turned the right way up; `form` is `JPEG` or `PNG`."""

    form: str
    width: int
    height: int


def contents(picture: Path) -> bytes:
    """The bytes of a picture's file: read once, so that what was judged is what is decoded.

    Raises:
        ValueError: one sentence, for what is no regular file, cannot be opened, or is too large.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a pipe would wait
    try:
        number = os.open(picture, flags)
    except OSError as closed:
        raise ValueError(f"This picture cannot be opened: {closed.strerror}.") from None
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise ValueError(f"This is no picture but a folder, a device or a pipe. {_ANOTHER}")
    with os.fdopen(number, "rb") as file:
        data = file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise ValueError(f"This picture has more than {LARGEST_FILE // 10**6} MB. Save a smaller copy of it.")
    return data


def header_of(data: bytes) -> ImageHeader:
    """What kind of picture this is and how large, when it is one that can be opened without harm.

    Raises:
        ValueError: one or two sentences on what it is instead and what to do.
    """
    if data.startswith(_PNG):
        header = _png(data)
    elif data.startswith(_JPEG):
        header = _jpeg(data)
    else:
        raise ValueError(f"This is no picture that players show. {_ANOTHER}")
    if not header.width or not header.height:
        raise ValueError(_DAMAGED)
    if header.width * header.height > MOST_PIXELS:
        millions = round(header.width * header.height / 10**6)
        raise ValueError(
            f"This picture has {millions:,} million pixels, and the most is {MOST_PIXELS // 10**6}. "
            "Save a smaller copy of it: 3000 pixels each way are plenty."
        )
    return header


def _png(data: bytes) -> ImageHeader:
    aside = 0
    size: tuple[int, int] | None = None
    for count, (kind, start, length) in enumerate(_chunks(data)):
        aside += length if kind in _ASIDE else 0
        if kind == b"IHDR" and size is None and length == 13:
            size = struct.unpack_from(">II", data, start)
        if size is None:
            raise ValueError(_DAMAGED)
        if kind == b"acTL":
            raise ValueError("This picture moves, and a cover cannot. Save one of its pictures as PNG.")
        if aside > _TEXT_LIMIT or count > _MOST_CHUNKS:
            raise ValueError(f"There is much beside the picture in this file. {_ANOTHER[:-1]} without it.")
        if kind == b"IEND":
            return ImageHeader("PNG", *size)
    raise ValueError(_DAMAGED)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and length of each chunk that is there whole."""
    at = len(_PNG)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            return
        yield kind, at + 8, length
        at += 12 + length


def _jpeg(data: bytes) -> ImageHeader:
    size: tuple[int, int] | None = None
    for marker, start, length in _segments(data):
        if marker in _FRAMES and length >= 6:
            height, width = struct.unpack_from(">HH", data, start + 1)
            size = (width, height)
        if marker == 0xDA:
            _require_scans(data, start)
            break
    if size is None:
        raise ValueError(_DAMAGED)
    return ImageHeader("JPEG", *size)


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and length of each segment up to the first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:  # filling, or nothing in it
            at += 1 if marker == 0xFF else 2
            continue
        length = struct.unpack_from(">H", data, at + 2)[0]
        if length < 2 or at + 2 + length > len(data):
            return
        yield marker, at + 4, length - 2
        at += 2 + length


def _require_scans(data: bytes, start: int) -> None:
    """Inside a scan 0xFF stands before 0x00 or a restart only, so other markers can be counted."""
    end = data.find(b"\xff\xd9", start)
    if end < 0:
        raise ValueError(_DAMAGED)
    if data.count(b"\xff\xda", start, end) >= _MOST_SCANS:
        raise ValueError(f"This picture is built up in too many steps. {_ANOTHER[:-1]} once more.")
