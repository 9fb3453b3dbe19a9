"""What a large file is, in a few letters, without reading it more often than it changes."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path


def file_digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; read anew only when its size or time has changed.

    Raises:
        OSError: it cannot be read.
    """
    about = file.stat()
    return _digest(file, about.st_mtime_ns, about.st_size)


@functools.lru_cache(maxsize=1_024)
def _digest(file: Path, _modified: int, _size: int) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
