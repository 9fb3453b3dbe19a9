"""Putting a file in its place whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import sys
import time
from collections.abc import Iterator
from io import BufferedRandom
from pathlib import Path

from guided_audio.errors import OutputFailure

_TRANSIENT = {5, 32, 33}
"""Windows: access denied, sharing and lock violation, while a scanner or a player has the file open."""

_PART = re.compile(r"\..{0,40}\.[0-9a-f]{12}\.part")
_STALE = 3600.0
"""Seconds after which nobody is still writing a part."""

_PATIENCE = 2.5
"""Seconds in all to wait for such a program to let go."""


@contextlib.contextmanager
def replacing(path: Path, *, private: bool = False) -> Iterator[BufferedRandom]:
    """Write a file that appears under its name only when it is complete and on the disk.

    Until then, and for good when anything is raised, what stood there before stays untouched.
    `private` keeps it from other users of the machine.

    Raises:
        OSError: when there is no room or no permission; nothing is left behind.
    """
    part = path.with_name(f".{path.name[:40]}.{secrets.token_hex(6)}.part")
    try:
        with _created(part, private=private) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


_OF_THE_DISK = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO),
    *(errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG, errno.ELOOP),
}
"""What a folder, or the disk it is on, can be to blame for. Anything else is a fault of ours."""


@contextlib.contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Say plainly why nothing can be written into a folder.

    Raises:
        OutputFailure: with the reason, and what to do.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _OF_THE_DISK:
            raise
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputFailure(
            f"Nothing was written into {folder}: {reason}. What was there before is untouched. "
            "Choose another folder with --out, or make room in this one."
        ) from error


def sweep(folder: Path) -> None:
    """Remove what a program that was killed left half-written in a folder, an hour ago or longer."""
    for part in folder.glob(".*.part"):
        with contextlib.suppress(OSError):  # another program may sweep as well
            if _PART.fullmatch(part.name) and time.time() - part.stat().st_mtime > _STALE:
                part.unlink()


def _created(part: Path, *, private: bool) -> BufferedRandom:
    return os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666), "w+b")


def _replace(part: Path, path: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            part.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in _TRANSIENT or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _sync_folder(folder: Path) -> None:
    """Make the new name itself durable, where the system lets a folder be synced."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # some network file systems refuse, as do folders one may not list
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
