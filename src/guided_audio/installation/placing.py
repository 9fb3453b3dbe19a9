"""What arrived is put in its place: both files of a voice, or none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from guided_audio.errors import StoreFailure


def place(files: Sequence[Path], folder: Path) -> None:
    """Move files into a folder, all of them or none; the first is the model, by which a voice is found.

    Raises:
        StoreFailure: the folder cannot be written into.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in reversed(files):  # the model comes last: until it is there, there is no voice
            _sync(file)
            target = folder / file.name
            before = file.with_name(f"{file.name}.before")
            if target.exists():
                target.replace(before)
            moved.append((target, before))
            file.replace(target)
        _sync(folder)
    except OSError as error:
        for target, before in reversed(moved):
            with suppress(OSError):
                target.unlink(missing_ok=True)
            if before.exists():
                before.replace(target)
        raise StoreFailure(
            f"The voice cannot be put into {folder}: {(error.strerror or 'no reason').lower()}. "
            "What was there stays."
        ) from error


def _sync(path: Path) -> None:
    """Have it on the disk, where the system lets it."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
