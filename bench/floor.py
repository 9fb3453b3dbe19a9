"""The floor under a build: its chunks, encoded on two lanes from a sound that needs no mixing.

    python bench/floor.py FINISHED.npy OUT.mp3

Run by itself, so that a start of Python is in its time as it is in that of a build.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from guided_audio import encoder
from guided_audio.blocks import Stereo
from guided_audio.units import Frames

LANES = 2


class Finished:
    """Sound that lies in a file, of floats, mapped into memory."""

    def __init__(self, file: Path) -> None:
        self._sound: Stereo = np.load(file, mmap_mode="r")

    def __len__(self) -> int:
        return len(self._sound)

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`."""
        return self._sound[start : start + count]


def main() -> None:
    """Encode all of it."""
    finished, mp3 = map(Path, sys.argv[1:])
    sound = Finished(finished)
    with mp3.open("wb") as sink:
        encoder.encode(sound, Frames(len(sound)), sink, encoder.Mp3Format(), lanes=LANES)


if __name__ == "__main__":
    main()
