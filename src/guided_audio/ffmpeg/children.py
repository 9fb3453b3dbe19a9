"""The children that work for one task, and their common end."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from types import TracebackType
from typing import IO

from guided_audio.errors import EncoderFailure
from guided_audio.ffmpeg.program import finish, start


class Children:
    """All encoding children of one task, so that they can be ended at once, from any thread.

    As a context it ends them on the way out; none starts afterwards. Each has a core to itself, as long
    as there are enough, and works in batches: an ffmpeg is half a dozen threads that hand every 26 ms of
    sound around, which takes longer from core to core, and longer still where each that is handed some
    interrupts the one that handed it (`docs/adr/0008-distance-to-the-limit.md`).
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._running: dict[subprocess.Popen[bytes], int | None] = {}
        self._cores = sorted(os.sched_getaffinity(0)) if sys.platform == "linux" else []
        self._ended = False

    def __enter__(self) -> Children:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def end(self) -> None:
        """Kill those that run, and let no more start."""
        with self._lock:
            self._ended = True
            for child in self._running:
                child.kill()

    @contextmanager
    def running(self, command: Sequence[str], complaints: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
        """A child with pipes for its input and output; it is gone when the context is left.

        Raises:
            EncoderFailure: when the task was ended.
            MissingTool: when the child does not start.
        """
        with self._lock:
            if self._ended:
                raise EncoderFailure("The encoder was stopped before it was done.")
            child = start(command, subprocess.PIPE, complaints)
            self._running[child] = self._cores.pop() if self._cores else None
            _settle(child, self._running[child])
        try:
            yield child
        finally:
            finish(child)
            with self._lock:
                core = self._running.pop(child)
                if core is not None:
                    self._cores.append(core)


def _settle(child: subprocess.Popen[bytes], core: int | None) -> None:
    """Have a child, and the threads it is about to start, work in batches, and on one core if one is free."""
    if sys.platform == "linux":
        with suppress(OSError):  # it has ended, or the system will not have it
            os.sched_setscheduler(child.pid, os.SCHED_BATCH, os.sched_param(0))
            if core is not None:
                os.sched_setaffinity(child.pid, {core})
