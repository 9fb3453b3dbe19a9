"""Runs a command and watches the memory of its whole process tree: the sum of PSS, every 50 ms."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.05


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took: seconds of wall time, and the most memory of its tree in MB."""

    seconds: float
    megabytes: float


def watched(command: Sequence[str]) -> Run:
    """Run a command to its end, its output thrown away.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    most = 0.0
    while child.poll() is None:
        most = max(most, sum(_pss(pid) for pid in _tree(child.pid)))
        time.sleep(INTERVAL)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, list(command))
    return Run(time.perf_counter() - start, most / 1024)


def timed(command: Sequence[str]) -> float:
    """Seconds of wall time of a command, its output thrown away."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start


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
