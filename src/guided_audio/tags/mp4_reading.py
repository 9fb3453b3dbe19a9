"""Reading the tags of an M4A or M4B back: the list by mutagen, length and chapters from the boxes."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from mutagen import MutagenError
from mutagen.mp4 import MP4, MP4Tags

from guided_audio.tags import plain
from guided_audio.tags.track import TrackTags
from guided_audio.units import to_milliseconds

_LARGEST_INDEX = 64 * 1024 * 1024
"""Bytes; that of a day of sound has 20 million."""

_LARGEST_TITLE = 0x10000


def read(file: BinaryIO | Path) -> TrackTags | None:
    """What stands in an M4A or M4B, none where there are no tags.

    Raises:
        OSError: when the file cannot be read.
    """
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return read(stream)
    file.seek(0)
    try:
        tags = MP4(fileobj=file).tags
        return None if tags is None else _track(tags, file)
    except (MutagenError, LookupError, ValueError, struct.error):
        return None


def _track(tags: MP4Tags, file: BinaryIO) -> TrackTags:
    index = _movie(file)
    timescale, length = struct.unpack_from(">II", _first(index, b"mvhd"), 12)
    length_ms = to_milliseconds(length, timescale)
    (number, total), *_ = tags.get("trkn", [(0, 0)])
    track = f"{number}/{total}" if total else str(number or "")
    return TrackTags(
        title=_text(tags, "\xa9nam"),
        artist=_text(tags, "\xa9ART"),
        album=_text(tags, "\xa9alb"),
        track=track,
        genre=_text(tags, "\xa9gen"),
        language=_named(tags, "LANGUAGE"),
        comment=_text(tags, "\xa9cmt"),
        lyrics=_text(tags, "\xa9lyr"),
        chapters=plain.from_starts(list(_chapters(index, file)), length_ms),
        length_ms=length_ms,
        gain_db=plain.gain_of(_named(tags, plain.GAIN)),
        peak=float(_named(tags, plain.PEAK) or 0.0),
        cover=b"".join(bytes(cover) for cover in tags.get("covr", [])[:1]),
        album_artist=_text(tags, "aART"),
        synced=plain.from_lrc(_named(tags, plain.SYNCED)),
    )


def _text(tags: MP4Tags, name: str) -> str:
    return str(tags.get(name, [""])[0])


def _named(tags: MP4Tags, name: str) -> str:
    return bytes(tags.get(f"----:com.apple.iTunes:{name}", [b""])[0]).decode("utf-8", "replace")


def _movie(file: BinaryIO) -> bytes:
    """What is inside `moov`.

    Raises:
        ValueError: there is none, or none of ours.
    """
    file.seek(0)
    while len(head := file.read(8)) == 8:
        size, kind = struct.unpack(">I4s", head)
        if kind == b"moov" and 8 <= size <= _LARGEST_INDEX:
            return file.read(size - 8)
        if size < 8:
            break
        file.seek(size - 8, 1)
    raise ValueError("There is no index.")


def _find(body: bytes, *path: bytes) -> Iterator[bytes]:
    """The contents of every box that is reached by a path of names."""
    at = 0
    while at + 8 <= len(body):
        size, kind = struct.unpack_from(">I4s", body, at)
        inner = body[at + 8 : at + size]
        if kind == path[0]:
            yield from _find(inner, *path[1:]) if path[1:] else [inner]
        at += max(size, 8)


def _first(body: bytes, *path: bytes) -> bytes:
    """The contents of the first of them.

    Raises:
        ValueError: there is none.
    """
    for found in _find(body, *path):
        return found
    raise ValueError("A box is missing.")


def _chapters(index: bytes, file: BinaryIO) -> Iterator[tuple[int, str]]:
    """When each title of the chapter track comes, in milliseconds, and what it is."""
    for track in _find(index, b"trak"):
        handler = _first(track, b"mdia", b"hdlr")
        if handler[8:12] == b"text":
            yield from _titles(track, file)


def _titles(track: bytes, file: BinaryIO) -> Iterator[tuple[int, str]]:
    (timescale,) = struct.unpack_from(">I", _first(track, b"mdia", b"mdhd"), 12)
    table = _first(track, b"mdia", b"minf", b"stbl")
    runs = struct.iter_unpack(">II", _first(table, b"stts")[8:])
    lasting = [length for count, length in runs for _ in range(min(count, _LARGEST_TITLE))]
    sizes = [size for (size,) in struct.iter_unpack(">I", _first(table, b"stsz")[12:])]
    (at,) = struct.unpack_from(">I", _first(table, b"stco"), 8)  # ours are one chunk
    starts = [0, *accumulate(lasting)]
    for start, size in zip(starts, sizes, strict=False):
        file.seek(at)
        sample = file.read(min(size, _LARGEST_TITLE + 16))
        at += size
        (count,) = struct.unpack_from(">H", sample)
        yield to_milliseconds(start, timescale), sample[2 : 2 + count].decode("utf-8", "replace")
