"""Where a run of the benchmarks works: its folder, its store, how much it does, and our command line."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LANES = 2
"""Cores that everything is measured on: what a small laptop has to spare."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A folder to work in, and whether this is only a first look. Its store becomes everybody's."""

    folder: Path
    quick: bool

    @property
    def store(self) -> Path:
        """Where speech and finished pieces of sound are kept."""
        return self.folder / "store"

    def rounds(self, many: int) -> int:
        """So many rounds, two for a first look."""
        return 2 if self.quick else many

    def take(self) -> None:
        """Let every child work in the store of this desk, on two cores, and keep what it compiled."""
        os.environ["GUIDED_AUDIO_STORE"] = str(self.store)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a developer's setting: nobody else compiles twice
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:LANES])

    def build(self, script: Path, out: str = "built", more: Sequence[str] = ()) -> list[str]:
        """The command that builds a script into a folder of this desk."""
        return ours("build", str(script), "--jobs", str(LANES), "--out", str(self.folder / out), *more)

    def forget_sound(self) -> None:
        """Leave every line spoken, and not a second of finished sound."""
        pieces = self.store / "encoded"
        if not any(pieces.glob("??/*")):
            raise RuntimeError(f"No finished sound is kept in {pieces}, so there is nothing to forget.")
        shutil.rmtree(pieces)


def ours(*arguments: str) -> list[str]:
    """A command of guided-audio, by the Python that runs this."""
    return [sys.executable, "-m", "guided_audio", *arguments]


def speak(script: Path) -> None:
    """Have every line of a script in the store, and nothing mixed."""
    subprocess.run(ours("plan", str(script), "--json"), stdout=subprocess.DEVNULL, check=True)


def make(command: Sequence[str]) -> tuple[Path, float]:
    """Build one script for good: its file, and how many seconds it lasts."""
    done = subprocess.run([*command, "--json"], stdout=subprocess.PIPE, check=True)
    track = json.loads(done.stdout)["tracks"][0]
    return Path(str(track["file"])), float(track["seconds"])
