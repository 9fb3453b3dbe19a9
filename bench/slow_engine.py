"""Whether an engine that takes its time is given every core: a whole script, spoken for the first time."""

from __future__ import annotations

import os
import resource
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import material
import tree
from desk import LANES, Desk
from table import Row, interleaved, ratios, spread

MINUTES, QUICK_MINUTES = 20.0, 3.0
ROUNDS = 3
BURN = 0.4
"""Seconds of a core that a sentence costs: on a small laptop a large natural voice costs about as much."""

PROGRAM = f"""\
import array, io, math, sys, time, wave
words = sys.stdin.read().split()
while time.process_time() < {BURN}:
    pass
turn = 2 * math.pi * 300 / 16000
frames = int(16000 * 60 * len(words) / float(sys.argv[1]))
held = io.BytesIO()
with wave.open(held, "wb") as file:
    file.setnchannels(1)
    file.setsampwidth(2)
    file.setframerate(16000)
    file.writeframes(array.array("h", (int(9000 * math.sin(turn * n)) for n in range(frames))).tobytes())
sys.stdout.buffer.write(held.getvalue())
"""

DESCRIPTION = """\
program: {python}
arguments: ["{program}", "{{rate}}"]
sound: stdout
rate: {{as: words}}
voices:
- {{name: one, language: en-GB}}
"""


def rows(desk: Desk) -> Iterator[Row]:
    """All of a script spoken on one lane and on all of them, and how many cores were at work."""
    script = material.script(QUICK_MINUTES if desk.quick else MINUTES, desk.folder)
    environment = os.environ | {"GUIDED_AUDIO_ENGINES": str(_engine(desk.folder))}
    busy: list[float] = []

    def build(lanes: int) -> float:
        for folder in (desk.store, desk.folder / "built"):
            shutil.rmtree(folder, ignore_errors=True)
        before = _processor_seconds()
        asked = ["--voice", "slow:one", "--jobs", str(lanes)]
        seconds = tree.timed(desk.build(script, more=asked), environment)
        if lanes == LANES:
            busy.append((_processor_seconds() - before) / seconds)
        return seconds

    took = interleaved({"one": lambda: build(1), "all": lambda: build(LANES)}, desk.rounds(ROUNDS))
    name = f"nothing stored, an engine that takes {BURN} s of a core for a sentence"
    yield Row(name, "the same build on one lane", "-", spread(ratios(took["all"], took["one"])))
    yield Row(name, f"cores at work, of {LANES}", f"{LANES}", spread(busy, "cores"))


def _engine(folder: Path) -> Path:
    """A folder with the slow engine in it."""
    engines = folder / "engines"
    engines.mkdir()
    program = engines / "slow.py"
    program.write_text(PROGRAM, encoding="utf-8")
    description = DESCRIPTION.format(python=sys.executable, program=program)
    (engines / "slow.yaml").write_text(description, encoding="utf-8")
    return engines


def _processor_seconds() -> float:
    """What all children that have ended took, and theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
