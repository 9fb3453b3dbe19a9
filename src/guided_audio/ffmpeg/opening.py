"""Opening a file that claims to be sound, and finding out what it is from its first bytes.

The list of forms is short on purpose: left to itself ffmpeg knows hundreds, some of which are lists
of other files to read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_MAGIC = (
    (8, b"WAVE", "wav"),
    (0, b"riff\x2e\x91\xcf\x11", "w64"),
    (0, b"ID3", "mp3"),
    (0, b"fLaC", "flac"),
    (0, b"OggS", "ogg"),
    (8, b"AIFF", "aiff"),
    (8, b"AIFC", "aiff"),
    (0, b"caff", "caf"),
    (4, b"ftyp", "mov"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (0, b"#!AMR", "amr"),  # what older phones record
)
"""Where, what, and the name of ffmpeg's demuxer."""

_PLAYLISTS = (b"#extm3u", b"#extinf", b"ffconcat", b"[playlist]", b"<asx", b"<playlist", b"<smil")


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, str]]:
    """The file, unbuffered and at its start, and the demuxer it is for.

    Raises:
        ValueError: one sentence; nothing but a regular file is read at all.
    """
    with _regular(path) as file:
        form = sniff(file.read(512))
        file.seek(0)  # a child shares the position
        yield file, form


def sniff(head: bytes) -> str:
    """The demuxer for a file that begins like this.

    Raises:
        ValueError: one sentence that says what it is, as far as one can tell.
    """
    if not head:
        raise ValueError("This file is empty.")
    for offset, magic, form in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return form
    if head[0] == 0xFF and head[1:2] and head[1] & 0xE6 == 0xE2:  # frame sync, layer III
        return "mp3"
    if head[0] == 0xFF and head[1:2] and head[1] & 0xF6 == 0xF0:  # frame sync, no layer: bare AAC
        return "aac"
    raise ValueError(_what_it_is(head))


def _regular(path: Path) -> BinaryIO:
    # without O_NONBLOCK, opening a named pipe waits for somebody to write into it
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        number = os.open(path, flags)
    except OSError as closed:
        raise ValueError(f"This file cannot be opened: {closed.strerror}.") from closed
    kind = os.fstat(number).st_mode
    if stat.S_ISREG(kind):
        return os.fdopen(number, "rb", buffering=0)
    os.close(number)
    raise ValueError(f"This is a {'folder' if stat.S_ISDIR(kind) else 'device or a pipe'}, not a sound.")


def _what_it_is(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_PLAYLISTS) or b"http://xspf.org" in text:
        return "This is a playlist, not a sound."
    if all(byte >= 0x20 or byte in b"\t\n\f\r" for byte in head):
        return "This is text, not a sound."
    return (
        "This is not a sound in a form that can be opened: WAV, MP3, M4A, AAC, 3GP, AMR, Ogg, WebM, FLAC, "
        "AIFF or CAF."
    )
