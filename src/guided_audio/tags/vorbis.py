"""Vorbis comments, the tags of Opus and FLAC: a list of `NAME=text` in UTF-8.

Chapters are `CHAPTER000=00:00:00.000` and `CHAPTER000NAME=…`, from 000 on: so the convention of Xiph, which
ffmpeg writes and everything built on it reads, and VLC.
"""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import base64
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, cast

from mutagen import MutagenError
from mutagen.flac import FLAC, Picture, StreamInfo
from mutagen.oggopus import OggOpus, OggOpusInfo

from guided_audio.image_header import header_of
from guided_audio.tags import plain
from guided_audio.tags.language import language_code
from guided_audio.tags.track import ChapterTag, TrackTags, lines, one_line
from guided_audio.units import to_milliseconds

VENDOR = "guided-audio"
"""Who made the comments: no version, so that they are the same for the same words."""

R128_REFERENCE, R128_STEPS = -5.0, 256
"""Decibels from ReplayGain's reference, -18 LUFS, to that of Opus, -23 (RFC 7845), and steps in each."""

_COMMENTS, _PICTURE, _FRONT_COVER = 4, 6, 3  # kinds of a FLAC block, and of a picture
_DEPTH = 24  # bits of a pixel: covers are drawn and saved in sRGB
_OPUS_RATE = 48_000
_OPUS_HEAD = 512  # bytes at the start of a file that hold the header
Comments = Iterable[tuple[str, str]] | None
"""Names with their texts, as mutagen gives them."""

_TIME = re.compile(r"(\d+):(\d\d):(\d\d)\.(\d{3})")


def opus_comments(tags: TrackTags) -> bytes:
    """What follows `OpusTags`: its gain is counted as RFC 7845 asks, and it has no place for a peak."""
    pairs = [*_pairs(tags), ("R128_TRACK_GAIN", str(round((tags.gain_db + R128_REFERENCE) * R128_STEPS)))]
    if tags.cover:
        pairs.append(("METADATA_BLOCK_PICTURE", base64.b64encode(_picture(tags.cover)).decode("ascii")))
    return _comments(pairs)


def flac_blocks(tags: TrackTags) -> bytes:
    """The comments and the cover as blocks of a FLAC; neither is its last. As long for any peak."""
    gains = [(plain.GAIN, plain.gain_text(tags)), (plain.PEAK, plain.peak_text(tags))]
    blocks = [(_COMMENTS, _comments([*_pairs(tags), *gains]))]
    if tags.cover:
        blocks.append((_PICTURE, _picture(tags.cover)))
    return b"".join(bytes([kind]) + len(body).to_bytes(3, "big") + body for kind, body in blocks)


def _pairs(tags: TrackTags) -> Iterator[tuple[str, str]]:
    number, total = plain.number_and_total(tags.track)
    texts = {
        "TITLE": one_line(tags.title),
        "ARTIST": one_line(tags.artist),
        "ALBUMARTIST": one_line(tags.album_artist),
        "ALBUM": one_line(tags.album),
        "TRACKNUMBER": number,
        "TRACKTOTAL": total,
        "GENRE": one_line(tags.genre),
        "LANGUAGE": language_code(tags.language),
        "COMMENT": lines(tags.comment),
        "LYRICS": lines(tags.lyrics),
        plain.SYNCED: plain.lrc(tags.synced),
    }
    yield from ((name, text) for name, text in texts.items() if text)
    for number_, chapter in enumerate(plain.ordered(plain.checked(tags))):
        yield f"CHAPTER{number_:03}", _clock(chapter.start_ms)
        yield f"CHAPTER{number_:03}NAME", one_line(chapter.title)


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _comments(pairs: list[tuple[str, str]]) -> bytes:
    texts = [f"{name}={text}".encode() for name, text in pairs]
    return _counted(VENDOR.encode()) + struct.pack("<I", len(texts)) + b"".join(map(_counted, texts))


def _counted(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


def _picture(cover: bytes) -> bytes:
    """A JPEG of the front. Zeros for its size stand for not known; there is no table of colours in a JPEG."""
    mime = b"image/jpeg"
    head = struct.pack(">II", _FRONT_COVER, len(mime)) + mime + struct.pack(">I", 0)
    try:
        known = header_of(cover)
    except ValueError:  # a picture that cannot be opened is kept as it is
        size = (0, 0, 0)
    else:
        size = (known.width, known.height, _DEPTH)
    return head + struct.pack(">IIIII", *size, 0, len(cover)) + cover


def read(file: BinaryIO | Path) -> TrackTags | None:
    """What stands in an Opus or a FLAC of ours, none where there are no comments.

    An Opus gives no peak.

    Raises:
        OSError: when the file cannot be read.
    """
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return read(stream)
    file.seek(0)
    head = file.read(_OPUS_HEAD)
    file.seek(0)
    try:
        return _flac(FLAC(fileobj=file)) if head.startswith(b"fLaC") else _opus(OggOpus(fileobj=file), head)
    except (MutagenError, LookupError, ValueError, struct.error):
        return None


def _flac(found: FLAC) -> TrackTags:
    info: StreamInfo = found.info
    length_ms = to_milliseconds(info.total_samples, info.sample_rate)
    texts = _texts(cast("Comments", found.tags))
    cover = b"".join(picture.data for picture in found.pictures[:1])
    return _track(texts, length_ms, cover, plain.gain_of(texts.get(plain.GAIN, "")))


def _opus(found: OggOpus, head: bytes) -> TrackTags:
    """Its length is counted at the rate the sound had, which the header keeps."""
    (rate,) = struct.unpack_from("<I", head, head.index(b"OpusHead") + 12)
    length_ms = to_milliseconds(round(cast("OggOpusInfo", found.info).length * rate), rate)
    texts = _texts(cast("Comments", found.tags))
    gain = int(texts.get("R128_TRACK_GAIN", "0")) / R128_STEPS - R128_REFERENCE
    cover = Picture(base64.b64decode(texts["METADATA_BLOCK_PICTURE"])).data if _has_cover(texts) else b""
    return _track(texts, length_ms, cover, gain)


def _has_cover(texts: Mapping[str, str]) -> bool:
    return "METADATA_BLOCK_PICTURE" in texts


def _texts(comments: Comments) -> dict[str, str]:
    """The texts by their names; the first of a name counts."""
    return {name.upper(): text for name, text in reversed(list(comments or []))}


def _track(texts: Mapping[str, str], length_ms: int, cover: bytes, gain: float) -> TrackTags:
    number, total = texts.get("TRACKNUMBER", ""), texts.get("TRACKTOTAL", "")
    return TrackTags(
        title=texts.get("TITLE", ""),
        artist=texts.get("ARTIST", ""),
        album=texts.get("ALBUM", ""),
        track=f"{number}/{total}" if total else number,
        genre=texts.get("GENRE", ""),
        language=texts.get("LANGUAGE", ""),
        comment=texts.get("COMMENT", ""),
        lyrics=texts.get("LYRICS", ""),
        chapters=_chapters(texts, length_ms),
        length_ms=length_ms,
        gain_db=round(gain, 2),
        peak=float(texts.get(plain.PEAK, "0")),
        cover=cover,
        album_artist=texts.get("ALBUMARTIST", ""),
        synced=plain.from_lrc(texts.get(plain.SYNCED, "")),
    )


def _chapters(texts: Mapping[str, str], length_ms: int) -> tuple[ChapterTag, ...]:
    starts = []
    for name in sorted(name for name in texts if re.fullmatch(r"CHAPTER\d{3}", name)):
        time = _TIME.fullmatch(texts[name])
        if time:
            hours, minutes, seconds, ms = map(int, time.groups())
            starts.append((((hours * 60 + minutes) * 60 + seconds) * 1000 + ms, texts.get(f"{name}NAME", "")))
    return plain.from_starts(starts, length_ms)
