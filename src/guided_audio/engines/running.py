"""Programs that speak one line and end: with limits on time, output and files, and all gone at the close.

The words go in by stdin. What a program prints is taken up to a limit, what it complains of is thrown
away unread, and everything it starts dies with it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from guided_audio.engines.attempts import Failed, TookTooLong
from guided_audio.errors import EngineFailure

MOST = 64 * 1024 * 1024
"""Bytes a program may print, or write into one file: twelve minutes of sound, ten times the longest line."""

_LAST_WORDS = 2.0
"""Seconds to read what is left of a program's output when it has ended."""


class Runner:
    """Runs programs, from any thread, until it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def run(self, command: Sequence[str], words: bytes, folder: Path, limit: float) -> tuple[int, bytes]:
        """The exit code and what is printed: with these words on stdin, in a folder, in so many seconds.

        Raises:
            Failed: it does not start, takes too long, prints too much or crashes.
            EngineFailure: this runner is closed.
        """
        with self._started(command, folder) as process:
            _hold(process, limit)
            listening = _Listening(process)
            with _ended_after(limit, process) as late:
                _hand_over(process, words)
                _await_end(process)
            printed = listening.all()
        if late.is_set():
            raise TookTooLong(f"the program took longer than {limit:g} s")
        if listening.flooded:
            raise Failed("the program printed more than a line can be")
        if process.returncode < 0:
            raise Failed(f"the program crashed ({signal.Signals(-process.returncode).name})")
        return process.returncode, printed

    def close(self) -> None:
        """End every program that still runs; no other is started."""
        with self._lock:
            self._closed = True
            for process in self._running:
                _end(process)

    @contextmanager
    def _started(self, command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
        with self._lock:
            if self._closed:
                raise EngineFailure("The engine is closed and speaks no more.")
            process = _start(command, folder)
            self._running.add(process)
        try:
            yield process
        finally:
            _end(process)
            process.wait()
            with self._lock:
                self._running.discard(process)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder only this user can look into, gone afterwards with all that a program left in it."""
    with tempfile.TemporaryDirectory(prefix="guided-audio-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    names = {"TMPDIR": str(folder), "TMP": str(folder), "TEMP": str(folder)}
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it may quote the words
            cwd=folder,
            env={**os.environ, **names},  # what it writes on the way goes when the folder goes
            start_new_session=True,  # its own group: what it starts can be ended with it
        )
    except (OSError, ValueError) as error:
        raise Failed(f"the program does not start ({type(error).__name__})") from error


def _hold(process: subprocess.Popen[bytes], limit: float) -> None:
    """No core dump with the words in it, no endless file, and an end also where we are killed ourselves."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - not on Windows

        seconds = int(limit) * (os.cpu_count() or 1) + 60
        for kind, most in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, MOST),
            (resource.RLIMIT_CPU, seconds),
        ):
            with suppress(OSError, ValueError):  # it has ended, or is held tighter already
                resource.prlimit(process.pid, kind, (most, most))


def _hand_over(process: subprocess.Popen[bytes], words: bytes) -> None:
    """A line is shorter than what a pipe holds, so this never waits for a program that does not read."""
    assert process.stdin is not None  # noqa: S101 - it was started with a pipe
    with suppress(OSError):  # it has ended, or does not want them: its exit code tells
        process.stdin.write(words)
    with suppress(OSError):
        process.stdin.close()


def _await_end(process: subprocess.Popen[bytes]) -> None:
    """Wait, and end what the program has left running, while its number is still its own."""
    if sys.platform == "linux":
        with suppress(ChildProcessError):
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is not None:  # reaped: its number may be another's by now
        return
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _ended_after(limit: float, process: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
    """End a program after so many seconds; the event tells whether that was needed."""
    late = threading.Event()

    def end() -> None:
        late.set()
        _end(process)

    timer = threading.Timer(limit, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


class _Listening:
    """Takes what a program prints while it runs, so that it never waits for us."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - it was started with a pipe
        self._process, self._stream = process, process.stdout
        self._heard = bytearray()
        self.flooded = False
        self._thread = threading.Thread(target=self._listen, args=(self._stream,), daemon=True)
        self._thread.start()

    def _listen(self, stream: IO[bytes]) -> None:
        with stream:  # closed here alone: closing what another thread reads would wait for it
            while block := os.read(stream.fileno(), 65_536):
                self._heard += block
                if len(self._heard) > MOST:
                    self.flooded = True
                    _end(self._process)
                    return

    def all(self) -> bytes:
        """All of it, once the program has ended.

        Raises:
            Failed: something that outlived the program holds its output open.
        """
        self._thread.join(_LAST_WORDS)
        if self._thread.is_alive():
            raise Failed("the program left something running that does not end")
        return bytes(self._heard)
