"""The tags of M4A and M4B: iTunes' list of atoms, and chapters in both of the ways that players know.

QuickTime's chapters are a track of texts, which Apple's players read; Nero's are a list (`chpl`), which
everything else does. A title in the list is cut at 255 bytes, so ours are read back from the track.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from guided_audio.tags import plain
from guided_audio.tags.language import language_code
from guided_audio.tags.track import TrackTags, lines, one_line

AUDIOBOOK, MUSIC = 2, 1
"""Media kinds (`stik`): by the first, Apple's programs keep the place, and put it among the books."""

_TEXT, _JPEG, _INTEGER, _BINARY = 1, 13, 21, 0  # types of data
_MEAN = b"com.apple.iTunes"
_NERO_STEPS = 10_000  # of 100 ns in a millisecond
_LONGEST_NERO_TITLE = 255  # bytes
_UTF8 = struct.pack(">I4sI", 12, b"encd", 0x100)  # what QuickTime writes behind a text in UTF-8


def user_data(tags: TrackTags, *, book: bool) -> bytes:
    """The box `udta`, as long for any peak."""
    handler = _box(b"hdlr", bytes(8) + b"mdirappl" + bytes(9))
    listed = _box(b"ilst", b"".join(_atoms(tags, AUDIOBOOK if book else MUSIC)))
    return _box(b"udta", _box(b"meta", bytes(4) + handler + listed) + _nero(tags))


def titles(tags: TrackTags) -> list[tuple[bytes, int]]:
    """The samples of the chapter track, and how many milliseconds each lasts."""
    return [
        (_sample(one_line(chapter.title)), chapter.end_ms - chapter.start_ms)
        for chapter in plain.ordered(plain.checked(tags))
    ]


def _sample(title: str) -> bytes:
    text = title.encode()[:0xFFFF]
    return struct.pack(">H", len(text)) + text + _UTF8


def _atoms(tags: TrackTags, kind: int) -> Iterator[bytes]:
    texts = {
        b"\xa9nam": one_line(tags.title),
        b"\xa9ART": one_line(tags.artist),
        b"aART": one_line(tags.album_artist),
        b"\xa9alb": one_line(tags.album),
        b"\xa9gen": one_line(tags.genre),
        b"\xa9cmt": lines(tags.comment),
        b"\xa9lyr": lines(tags.lyrics),
    }
    yield from (_box(name, _data(_TEXT, text.encode())) for name, text in texts.items() if text)
    number, total = plain.number_and_total(tags.track)
    if number.isdecimal():
        yield _box(b"trkn", _data(_BINARY, struct.pack(">2xHH2x", int(number), int(total or 0))))
    yield _box(b"stik", _data(_INTEGER, bytes([kind])))
    if tags.cover:
        yield _box(b"covr", _data(_JPEG, tags.cover))
    named = {
        "LANGUAGE": language_code(tags.language),
        plain.GAIN: plain.gain_text(tags),
        plain.PEAK: plain.peak_text(tags),
        plain.SYNCED: plain.lrc(tags.synced),
    }
    yield from (_named(name, text) for name, text in named.items() if text)


def _named(name: str, text: str) -> bytes:
    mean, called = _box(b"mean", bytes(4) + _MEAN), _box(b"name", bytes(4) + name.encode())
    return _box(b"----", mean + called + _data(_TEXT, text.encode()))


def _data(kind: int, value: bytes) -> bytes:
    return _box(b"data", struct.pack(">I4x", kind) + value)


def _nero(tags: TrackTags) -> bytes:
    chapters = plain.ordered(tags)
    listed = b"".join(
        struct.pack(">QB", chapter.start_ms * _NERO_STEPS, len(title)) + title
        for chapter in chapters
        for title in (_cut(one_line(chapter.title)),)
    )
    return _box(b"chpl", struct.pack(">B7xB", 1, len(chapters)) + listed) if chapters else b""


def _cut(title: str) -> bytes:
    """As much of a title as fits, and no half of a letter."""
    return title.encode()[:_LONGEST_NERO_TITLE].decode(errors="ignore").encode()


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body
