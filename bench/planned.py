"""A script as the program's own functions see it: its plan, its clips, and its finished sound."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guided_audio.blocks import Source, Stereo
from guided_audio.library import Library
from guided_audio.plan import Options, Plan, plan, read_script
from guided_audio.render import render
from guided_audio.speaking import Speaker
from guided_audio.store import Store

BLOCK = 10 * 44_100
"""Frames read at once."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, with what it takes to make sound of it."""

    plan: Plan
    library: Library
    speaker: Speaker
    scratch: Path

    def rendering(self) -> Source:
        """The finished sound, made anew."""
        return render(self.plan, self.library, self.speaker, self.scratch)


@contextmanager
def planned(script: Path, store: Path) -> Iterator[Planned]:
    """The plan of a script, its lines spoken by what is in a store."""
    library = Library()
    with tempfile.TemporaryDirectory() as scratch, Speaker(Store(store), lanes=2) as speaker:
        made = plan(read_script(script, library), Options(), library, speaker)
        yield Planned(made, library, speaker, Path(scratch))


def blocks(source: Source, length: int) -> Iterator[Stereo]:
    """A sound from its beginning, piece by piece."""
    for start in range(0, length, BLOCK):
        yield source.read(start, min(BLOCK, length - start))
