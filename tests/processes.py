"""What other processes do, seen in /proc."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def parents() -> Iterator[tuple[int, int]]:
    """Every process with its parent."""
    if not (_PROC / "self" / "stat").exists():
        return
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError, IndexError):  # it has just ended
                yield int(entry.name), int(_status(int(entry.name))[1])


def alive(processes: Iterable[int], patience: float = 0.0) -> set[int]:
    """Those that still run after so many seconds, or none, as soon as none does.

    What is killed goes on for a moment, the longer the more other work there is; what has ended and was
    not fetched is dead.
    """
    end = time.monotonic() + patience
    while (running := {each for each in processes if _runs(each)}) and time.monotonic() < end:
        time.sleep(0.02)
    return running


def _runs(process: int) -> bool:
    try:
        return _status(process)[0] != "Z"
    except OSError:
        return False


def _status(process: int) -> list[str]:
    """What follows the name: state, parent, and so on."""
    return (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()
