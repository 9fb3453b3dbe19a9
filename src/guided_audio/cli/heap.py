"""The heap of a long render: one for all threads."""

from __future__ import annotations

import sys

_M_ARENA_MAX = -8  # malloc.h of glibc


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
