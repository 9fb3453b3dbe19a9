"""The manifest: every file of a finished series with its checksum, and what each was made of.

It lies in the folder and is written last, so a folder with a manifest is whole. The next build goes by
it: what is made of the same and still is what was written is not made again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import TypeAdapter

VERSION = 1

NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file as it was written: its size in bytes, and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TrackEntry:
    """The files of one track, by their names in the folder, and the keyed hash of all they were made of."""

    number: int
    made_of: str
    files: Mapping[str, FileEntry]
    audio: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder holds.

    `series` and `filled` are keyed hashes of which series it is and what its slots are filled with, and
    `secret` names the store that made them. `files` are those of the series as a whole, made of `made_of`.
    `left_over` are files of earlier builds that belong to it no longer, and are still there.
    """

    series: str
    filled: str
    secret: str
    tracks: tuple[TrackEntry, ...] = ()
    made_of: str = ""
    files: Mapping[str, FileEntry] = field(default_factory=dict)
    left_over: Mapping[str, FileEntry] = field(default_factory=dict)
    version: int = VERSION

    @property
    def whose(self) -> tuple[str, str, str]:
        """Which series it is, and for whom."""
        return self.series, self.filled, self.secret

    @property
    def belonging(self) -> dict[str, FileEntry]:
        """Every file that belongs to it, by its name in the folder."""
        return {name: entry for track in self.tracks for name, entry in track.files.items()} | dict(
            self.files
        )

    def track(self, made_of: str) -> TrackEntry | None:
        """The track that was made of just this."""
        return next((track for track in self.tracks if track.made_of == made_of), None)


def write(manifest: Manifest) -> bytes:
    """The manifest as a JSON file."""
    data = _adapter().dump_python(manifest, mode="json")
    return (json.dumps(data, indent=1, ensure_ascii=True, sort_keys=True) + "\n").encode()


def read(file: Path) -> Manifest | None:
    """The manifest in a file; none where there is no file, or it is no manifest of ours."""
    try:
        manifest: Manifest = _adapter().validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None
    names = [*manifest.belonging, *manifest.left_over]
    return manifest if manifest.version == VERSION and all(map(_stays_inside, names)) else None


def _stays_inside(name: str) -> bool:
    """Whether a name leads to a file in the folder: a manifest may have been written by anybody."""
    parts = name.split("/")
    return len(parts) <= 2 and all(part and part[0].isalnum() and part.isascii() for part in parts)


def entry_of(file: Path) -> FileEntry:
    """What is to be noted of a file.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return FileEntry(stream.tell(), digest)


def is_as_written(place: Callable[[str], Path], files: Mapping[str, FileEntry]) -> bool:
    """Whether all these files are in their places, and nobody changed them."""
    return all(_is(place(name), entry) for name, entry in files.items())


def _is(file: Path, entry: FileEntry) -> bool:
    try:
        return file.stat().st_size == entry.size and entry_of(file) == entry
    except OSError:
        return False


@cache
def _adapter() -> TypeAdapter[Manifest]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - a build of single scripts needs no manifest

    return TypeAdapter(Manifest)
