"""Reading the tags of a finished file, whatever its container: its first bytes decide, not its name."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from guided_audio.tags import mp3, mp4_reading, vorbis, wav
from guided_audio.tags.track import TrackTags


def read(file: BinaryIO | Path) -> TrackTags | None:
    """What stands in the tags of a file, none when there are none of ours.

    The language comes back as its ISO 639-2 code, texts as they were written.

    Raises:
        OSError: when the file cannot be read.
    """
    if isinstance(file, Path):
        with file.open("rb") as stream:
            return read(stream)
    file.seek(0)
    head = file.read(12)
    if head[:4] in (b"fLaC", b"OggS"):
        return vorbis.read(file)
    if head[:4] == b"RIFF" and head[8:] == b"WAVE":
        return wav.read(file)
    return mp4_reading.read(file) if head[4:8] == b"ftyp" else mp3.read(file)
