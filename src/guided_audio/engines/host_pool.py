"""The processes that speak for an engine: started when needed, lent one line at a time, ended surely.

A host may hang or die at any moment. Whoever asks one gets an answer or `HostDied`, in bounded time,
on every system: a timer that kills the host is the one kind of timeout that pipes have everywhere.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from guided_audio.engines.host_channel import Json, read_frame, write_frame
from guided_audio.errors import EngineFailure, MissingTool

START_LIMIT = 60.0
"""Seconds a host may take to start: a cold disk and a virus scanner are slow, and then it is warm."""

GRACE = 5.0
"""Seconds beyond its own limit before a host itself counts as hung; it ends a hung copy sooner."""


class HostDied(Exception):
    """A host ended, or had to be ended, before it answered."""


class Host:
    """One process that speaks, by its program, used by one thread at a time.

    Raises:
        MissingTool: a package or a voice is missing, by the host's own sentence, or the system starts
            no process.
        HostDied: it ended before it was ready.
    """

    def __init__(self, program: Path) -> None:
        self._process = _started(program)
        self._requests = cast(IO[bytes], self._process.stdin)
        self._answers = cast(IO[bytes], self._process.stdout)
        try:
            missing = self._receive(START_LIMIT)["missing"]
        except HostDied:
            self.close()
            raise
        if missing:
            self.close()
            raise MissingTool(str(missing))

    def ask(self, request: Mapping[str, object], limit: float) -> tuple[Json, bytes]:
        """The answer to one request, which the host may work on for `limit` seconds.

        Raises:
            HostDied: there is none; the host is of no use any more.
        """
        payload = json.dumps({**request, "limit": limit}).encode()
        with self._ended_after(limit + GRACE):
            write_frame(self._requests, payload)
            said = dict(json.loads(read_frame(self._answers)))
            return said, read_frame(self._answers)

    def _receive(self, limit: float) -> Json:
        with self._ended_after(limit):
            return dict(json.loads(read_frame(self._answers)))

    @contextmanager
    def _ended_after(self, limit: float) -> Iterator[None]:
        timer = threading.Timer(limit, self.kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (OSError, EOFError, ValueError) as error:  # ValueError: closed by another thread
            raise HostDied from error
        finally:
            timer.cancel()

    def kill(self) -> None:
        """End the host and its copies, from any thread; whoever waits for it gets `HostDied`."""
        if self._process.returncode is not None:  # reaped: its number may be another's by now
            return
        with suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End it now, whatever it does, and let go of its pipes; for the thread that uses it."""
        self.kill()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with suppress(OSError):  # what it never read cannot be flushed
                stream.close()


def _started(program: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-P", str(program)],  # -P: the folder of the program is no place for imports
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what libraries say there may quote the words
            start_new_session=True,  # its own group, so that copies die with it and Ctrl-C is ours alone
        )
    except OSError as error:  # no room for a process, no file left to open, or Python has been moved
        reason = (error.strerror or type(error).__name__).lower()
        raise MissingTool(
            f"The process that speaks cannot be started: {reason}. Close some programs and try again; "
            "if that does not help, install guided-audio anew."
        ) from error


class HostPool:
    """As many hosts as are needed at once, up to one for each processor.

    `program` is the host's source file; a `reusable` host answers more than once.
    """

    def __init__(self, program: Path, size: int, *, reusable: bool = True) -> None:
        self._program = program
        self._reusable = reusable
        self._room = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._idle: list[Host] = []
        self._lent: list[Host] = []
        self._closed = False

    @contextmanager
    def lend(self) -> Iterator[Host]:
        """A host for one request; one that died meanwhile is not lent again.

        Raises:
            MissingTool, HostDied: a new host did not start.
            EngineFailure: the pool is closed.
        """
        with self._room:
            host = self._take()
            try:
                yield host
            except BaseException:
                self._discard(host)
                raise
            self._give_back(host)

    def _take(self) -> Host:
        with self._lock:
            self._refuse_when_closed()
            host = self._idle.pop() if self._idle else None
            if host is not None:
                self._lent.append(host)
                return host
        host = Host(self._program)  # outside the lock: others need not wait for it
        with self._lock:
            self._lent.append(host)
            closed = self._closed
        if closed:
            self._discard(host)
            self._refuse_when_closed()
        return host

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise EngineFailure("The engine is closed and speaks no more.")

    def _give_back(self, host: Host) -> None:
        with self._lock:
            reusable = self._reusable and not self._closed
            if reusable:
                self._lent.remove(host)
                self._idle.append(host)
        if not reusable:
            self._discard(host)

    def _discard(self, host: Host) -> None:
        host.close()
        with self._lock:
            self._lent.remove(host)

    def rest(self) -> None:
        """End every host that has nothing to do; new ones start when they are needed."""
        with self._lock:
            idle, self._idle = self._idle, []
        for host in idle:
            host.close()

    def close(self) -> None:
        """End every host. Whoever is being spoken for gets `HostDied`."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for host in self._lent:
                host.kill()
        for host in idle:
            host.close()


def processors() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
