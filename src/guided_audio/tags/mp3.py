"""The tag of an MP3: what a player shows beside the sound.

It is ID3v2.3, because older car units and Windows see nothing in 2.4. Texts are Latin-1 where they
fit and UTF-16 where not, because 2.3 knows no UTF-8. mutagen writes the frames, but sorted by size,
and ffmpeg lists chapters as they stand in the file: so the finished frames are put in order here.
"""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import math
from collections.abc import Iterator
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO

from mutagen import MutagenError
from mutagen.id3 import (
    APIC,
    CHAP,
    COMM,
    CTOC,
    ID3,
    SYLT,
    TALB,
    TCON,
    TIT2,
    TLAN,
    TLEN,
    TPE1,
    TPE2,
    TRCK,
    TXXX,
    USLT,
    CTOCFlags,
    Encoding,
    Frame,
    PictureType,
)

from guided_audio.script import MOST_CHAPTERS
from guided_audio.tags.language import language_code
from guided_audio.tags.track import ChapterTag, TrackTags, lines, one_line

_HEADER = 10  # bytes, before the tag and before every frame in it
_TEXTS = ("TIT2", "TPE1", "TPE2", "TALB", "TRCK", "TCON", "TLAN", "TLEN", "TXXX", "COMM")
_ORDER = (*_TEXTS, "CTOC", "CHAP", "USLT", "SYLT", "APIC")
_NO_OFFSET = 0xFFFFFFFF  # a chapter is found by its time
_CHAPTER_ID = "chp"
_MILLISECONDS, _LYRICS = 2, 1  # how a SYLT frame counts, and what it holds
_GAIN = "REPLAYGAIN_TRACK_GAIN"
_PEAK = "REPLAYGAIN_TRACK_PEAK"
_LARGEST_PEAK = 9.999999  # keeps the text at eight characters


def id3(tags: TrackTags) -> bytes:
    """A whole ID3v2.3 tag, to stand in front of the sound: no padding, the same bytes every time.

    Its length does not depend on `peak`, which is known only when the sound after it is encoded.

    Raises:
        ValueError: for more than `MOST_CHAPTERS` chapters, or a gain or peak that is no number.
    """
    if len(tags.chapters) > MOST_CHAPTERS:
        raise ValueError(f"A track holds at most {MOST_CHAPTERS} chapters, not {len(tags.chapters)}.")
    if not (math.isfinite(tags.gain_db) and math.isfinite(tags.peak)):
        raise ValueError("The gain and the peak of a track must be numbers.")
    frames = ID3()
    for frame in (*_texts(tags), *_contents(tags), *_attachments(tags)):
        frames.add(frame)
    written = BytesIO()
    frames.save(written, v1=0, v2_version=3, padding=lambda _: 0)
    return _in_order(written.getvalue())


def _texts(tags: TrackTags) -> Iterator[Frame]:
    language = language_code(tags.language)
    named = {TIT2: tags.title, TPE1: tags.artist, TPE2: tags.album_artist, TALB: tags.album}
    plain = named | {TRCK: tags.track, TCON: tags.genre, TLAN: language, TLEN: str(tags.length_ms)}
    for kind, value in plain.items():
        text = one_line(value)
        if text:
            yield kind(encoding=_encoding(text), text=text)
    gain = round(tags.gain_db, 2) + 0.0  # never "-0.00"
    yield TXXX(encoding=Encoding.LATIN1, desc=_GAIN, text=f"{gain:+.2f} dB")
    peak = min(max(tags.peak, 0.0), _LARGEST_PEAK)
    yield TXXX(encoding=Encoding.LATIN1, desc=_PEAK, text=f"{peak:.6f}")
    comment = lines(tags.comment)
    if comment:
        yield COMM(encoding=_encoding(comment), lang=language, desc="", text=comment)


def _contents(tags: TrackTags) -> Iterator[Frame]:
    """The chapters in time order, numbered, and the one table of contents that lists them."""
    chapters = sorted(tags.chapters, key=attrgetter("start_ms"))
    names = [f"{_CHAPTER_ID}{number}" for number in range(len(chapters))]
    if names:
        flags = CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
        title = _titled(tags.title)
        yield CTOC(element_id="toc", flags=flags, child_element_ids=names, sub_frames=title)
    for name, chapter in zip(names, chapters, strict=True):
        yield CHAP(
            element_id=name,
            start_time=chapter.start_ms,
            end_time=chapter.end_ms,
            start_offset=_NO_OFFSET,
            end_offset=_NO_OFFSET,
            sub_frames=_titled(chapter.title),
        )


def _titled(title: str) -> list[Frame]:
    text = one_line(title)
    return [TIT2(encoding=_encoding(text), text=text)] if text else []


def _attachments(tags: TrackTags) -> Iterator[Frame]:
    lyrics, language = lines(tags.lyrics), language_code(tags.language)
    if lyrics:
        yield USLT(encoding=_encoding(lyrics), lang=language, desc="", text=lyrics)
    synced = [(one_line(text), ms) for ms, text in tags.synced]
    if synced:
        coding = _encoding("".join(text for text, _ in synced))
        yield SYLT(encoding=coding, lang=language, format=_MILLISECONDS, type=_LYRICS, desc="", text=synced)
    if tags.cover:
        kind = PictureType.COVER_FRONT
        yield APIC(encoding=Encoding.LATIN1, mime="image/jpeg", type=kind, desc="", data=tags.cover)


def _encoding(text: str) -> int:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return Encoding.UTF16
    return Encoding.LATIN1


def _in_order(tag: bytes) -> bytes:
    """The same tag with its frames by kind, and those of one kind by time or name."""
    frames = sorted(_frames(tag), key=_place)
    return tag[:_HEADER] + b"".join(frames)


def _frames(tag: bytes) -> Iterator[bytes]:
    """The frames of an ID3v2.3 tag, each with its header; 2.3 gives their sizes in plain binary."""
    start = _HEADER
    while start < len(tag):
        end = start + _HEADER + int.from_bytes(tag[start + 4 : start + 8], "big")
        yield tag[start:end]
        start = end


def _place(frame: bytes) -> tuple[int, int, bytes]:
    """Chapters were numbered in time order; the only other kind that comes twice has a name."""
    kind, body = frame[:4].decode("ascii"), frame[_HEADER:]
    name = body.split(b"\0")[0].decode("latin-1")
    number = int(name.removeprefix(_CHAPTER_ID)) if kind == "CHAP" else 0
    return _ORDER.index(kind), number, body


def read(file: BinaryIO | Path) -> TrackTags | None:
    """What `id3` wrote in front of a file, none when no tag of ours is there.

    The language comes back as its ISO 639-2 code, texts as they were written.

    Raises:
        OSError: when the file cannot be read.
    """
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return read(stream)
    try:
        return _track(ID3(BytesIO(_tag_of(file)), load_v1=False))
    except (MutagenError, LookupError, ValueError):  # cut short, or with frames missing or misshapen
        return None


def _tag_of(file: BinaryIO) -> bytes:
    """The tag alone, so that what cannot be read is not mistaken for what is not there."""
    file.seek(0)
    header = file.read(_HEADER)
    size = sum(byte << shift for byte, shift in zip(header[6:], (21, 14, 7, 0), strict=False))
    return header + (file.read(size) if header.startswith(b"ID3") else b"")


def _track(found: ID3) -> TrackTags:
    chapters = sorted(found.getall("CHAP"), key=attrgetter("start_time"))
    return TrackTags(
        title=_text(found, "TIT2"),
        artist=_text(found, "TPE1"),
        album=_text(found, "TALB"),
        track=_text(found, "TRCK"),
        genre=_text(found, "TCON"),
        language=_text(found, "TLAN"),
        comment=_text(found, "COMM"),
        lyrics=_text(found, "USLT"),
        chapters=tuple(
            ChapterTag(_text(each.sub_frames, "TIT2"), each.start_time, each.end_time) for each in chapters
        ),
        length_ms=int(str(found["TLEN"])),
        gain_db=float(str(found[f"TXXX:{_GAIN}"]).removesuffix(" dB")),
        peak=float(str(found[f"TXXX:{_PEAK}"])),
        cover=b"".join(picture.data for picture in found.getall("APIC")[:1]),
        album_artist=_text(found, "TPE2"),
        synced=tuple((ms, text) for frame in found.getall("SYLT")[:1] for text, ms in frame.text),
    )


def _text(found: ID3, kind: str) -> str:
    return "".join(str(frame) for frame in found.getall(kind)[:1])


def size(file: BinaryIO) -> int:
    """How many bytes the tag at the start of a file takes, 0 where there is none."""
    file.seek(0)
    head = file.read(_HEADER)
    if len(head) < _HEADER or head[:3] != b"ID3":
        return 0
    return _HEADER + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
