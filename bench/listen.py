"""How soon something is heard that is asked for in the middle of a long plan.

python bench/listen.py SCRIPT STORE    one listener in a process of its own; prints its seconds as JSON
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import material
from desk import Desk, speak
from planned import planned
from table import Row, spread

MINUTES, QUICK_MINUTES = 60.0, 6.0
ROUNDS = 5
HEARD = 22_050
"""Frames that are asked for: half a second."""

Seconds = tuple[float, float]
"""From the call of `render` to the sound, and from a call of `read` elsewhere to its sound."""


def rows(desk: Desk) -> Iterator[Row]:
    """Each listener is a process that has loaded its plan, and has neither mixed nor measured anything.

    In each round the first one has a store that holds speech alone, and the second what the first one left.
    """
    minutes = QUICK_MINUTES if desk.quick else MINUTES
    script = material.script(minutes, desk.folder)
    speak(script)
    first, later = [], []
    for number in range(desk.rounds(ROUNDS)):
        store = desk.folder / f"store-{number}"
        shutil.copytree(desk.store, store)
        first.append(_in_a_process(script, store))
        later.append(_in_a_process(script, store))
    name = f"0.5 s from the middle of {minutes:g} min"
    for who, heard in (("for the first time", first), ("once more", later)):
        seconds = spread([made for made, _ in heard], "s", 3)
        yield Row(f"{name}, {who}: render and read", "the clock", "0.300 s", seconds)
    seconds = spread([read for _, read in (*first, *later)], "s", 3)
    yield Row(f"{name}: read alone, elsewhere", "the clock", "0.300 s", seconds)


def _in_a_process(script: Path, store: Path) -> Seconds:
    command = [sys.executable, __file__, str(script), str(store)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    first, second = json.loads(done.stdout)
    return float(first), float(second)


def listened(script: Path, store: Path) -> Seconds:
    """The seconds of one listener."""
    with planned(script, store) as made:
        length = made.plan.timeline.length
        begin = time.perf_counter()
        rendering = made.rendering()
        rendering.read(length // 2, HEARD)
        between = time.perf_counter()
        rendering.read(length // 4, HEARD)
        return between - begin, time.perf_counter() - between


if __name__ == "__main__":
    print(json.dumps(listened(*map(Path, sys.argv[1:]))))
