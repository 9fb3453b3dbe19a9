"""What stands behind the sound of a WAV: cue points with labels, INFO, and the tag of an MP3.

No two programs read the same of these. Editors read `cue ` with its labels, GStreamer, Audacious, Windows and
car radios INFO, taggers and other players the `id3 ` chunk, which alone holds a cover and lyrics.

INFO and labels are UTF-8, which is what ffmpeg, GStreamer, VLC and TagLib take them for. By its standard RIFF
would be in the letters of a country, unless `CSET` says in which: so it says UTF-8, in front of all texts.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from guided_audio.tags import mp3, plain
from guided_audio.tags.language import language_code
from guided_audio.tags.track import TrackTags, lines, one_line
from guided_audio.units import to_frames

_ID3 = b"id3 "
_HEAD = struct.Struct("<4sI")
_UTF8 = 65001  # as a code page of Windows, which CSET counts in


def chunks(tags: TrackTags, rate: int) -> bytes:
    """All of them, the same bytes every time."""
    chapters = plain.ordered(plain.checked(tags))
    found = [_chunk(b"CSET", struct.pack("<HHHH", _UTF8, 0, 0, 0))]  # no country, language or dialect
    if chapters:
        points = enumerate(to_frames(chapter.start_ms / 1000, rate) for chapter in chapters)
        cues = b"".join(struct.pack("<II4sIII", number, at, b"data", 0, 0, at) for number, at in points)
        labels = (
            _chunk(b"labl", struct.pack("<I", number) + one_line(chapter.title).encode() + b"\0")
            for number, chapter in enumerate(chapters)
        )
        found.append(_chunk(b"cue ", struct.pack("<I", len(chapters)) + cues))
        found.append(_chunk(b"LIST", b"adtl" + b"".join(labels)))
    found.append(_chunk(b"LIST", b"INFO" + b"".join(_info(tags))))
    found.append(_chunk(_ID3, mp3.id3(tags)))
    return b"".join(found)


def _info(tags: TrackTags) -> Iterator[bytes]:
    number, _ = plain.number_and_total(tags.track)
    texts = {
        b"INAM": one_line(tags.title),
        b"IART": one_line(tags.artist),
        b"IPRD": one_line(tags.album),
        b"ITRK": number,
        b"IGNR": one_line(tags.genre),
        b"ILNG": language_code(tags.language),
        b"ICMT": lines(tags.comment),
    }
    yield from (_chunk(kind, text.encode() + b"\0") for kind, text in texts.items() if text)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return _HEAD.pack(kind, len(body)) + body + bytes(len(body) % 2)


def read(file: BinaryIO | Path) -> TrackTags | None:
    """What stands in the `id3 ` chunk of a WAV, none where there is none of ours.

    Raises:
        OSError: when the file cannot be read.
    """
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return read(stream)
    tag = _tag_of(file)
    return mp3.read(BytesIO(tag)) if tag else None


def _tag_of(file: BinaryIO) -> bytes:
    file.seek(12)  # behind RIFF, its size, WAVE
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        kind, size = _HEAD.unpack(head)
        if kind == _ID3:
            return file.read(size)
        file.seek(size + size % 2, 1)
    return b""
