"""Runs a command: how long it takes, and how much memory its whole process tree has.

Memory is the sum of PSS, every 50 ms: pages that processes share are counted once.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

INTERVAL = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took: seconds of wall time, and the most memory of its tree in MB."""

    seconds: float
    megabytes: float


def watched(command: Sequence[str]) -> Run:
    """Run a command to its end, its output thrown away.

    Raises:
        RuntimeError: it failed.
    """
    with tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=complaints)
        most = 0.0
        while child.poll() is None:
            most = max(most, sum(_pss(pid) for pid in _tree(child.pid)))
            time.sleep(INTERVAL)
        seconds = time.perf_counter() - start
        _require_success(child.returncode, command, complaints)
    return Run(seconds, most * 1024 / 1e6)


def timed(command: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Seconds of wall time of a command, its output thrown away.

    Raises:
        RuntimeError: it failed.
    """
    with tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=complaints, env=env, check=False)
        seconds = time.perf_counter() - start
        _require_success(done.returncode, command, complaints)
    return seconds


def _require_success(code: int, command: Sequence[str], complaints: IO[bytes]) -> None:
    if code:
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace")[-1000:]
        raise RuntimeError(f"{' '.join(command)} ended with {code}: {said}")


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):  # it ended meanwhile
            continue
        children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _pss(pid: int) -> float:
    """Kilobytes; shared pages count by their share."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next((float(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0.0)
