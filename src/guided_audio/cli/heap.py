"""What Python and the C library do with memory by habit, and a command line does better without."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_ARENA_MAX = -8  # malloc.h of glibc


@contextmanager
def loading() -> Iterator[None]:
    """Load modules without looking, again and again, whether any of them could go: all of them stay.

    That search is a tenth of the time it takes to load them.
    """
    gc.disable()
    try:
        yield
    finally:
        keep_all()
        gc.enable()


def keep_all() -> None:
    """Never again look whether any of what there is now could go, as a process does in vain when it ends."""
    gc.freeze()


def share_heap() -> None:
    """Have glibc keep one heap; where there is another library, do nothing. Call it before threads start.

    It would give each thread a heap of its own, and hand little of one back: with blocks of sound that
    come and go by the half megabyte, holes are a fifth of the memory of a build.
    """
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - only a build needs it

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
