"""Shelving: what was cut out of a reading becomes takes in the folder of a script, and nothing there is lost.

A line that has a good take keeps it, unless it is to be replaced; then the new one is another try of the
same line, which counts as the latest, and the former file stays beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from guided_audio.script import Script
from guided_audio.speech import Speech
from guided_audio.store import Store
from guided_audio.takes.attaching import attach
from guided_audio.takes.survey import State, Survey

MOST_HELD = 25_000_000
"""Frames that are held before they are written: nine minutes at 48 kHz, 100 MB."""


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """The sound of one line, as the recording has it."""

    number: str
    speech: Speech


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where the takes of a script go."""

    script: Script
    found: Survey
    store: Store

    def staying(self, numbers: Collection[str], *, replace: bool) -> tuple[str, ...]:
        """Of these lines those that have a good take, and keep it."""
        good = (line.number for line in self.found.lines if line.state is State.RECORDED)
        return () if replace else tuple(number for number in good if number in numbers)

    def put(self, cuts: Iterable[Cut]) -> Mapping[str, Path]:
        """Write takes, some at a time; gives the file of each line.

        Raises:
            OutputFailure: there is no room, or no permission; those written before it stay.
        """
        places = {line.number: place for place, line in enumerate(self.found.lines)}
        files: dict[str, Path] = {}
        for some in _batches(cuts):
            speeches = {places[cut.number]: cut.speech for cut in some}
            written = attach(self.script, self.found.folder, speeches, self.store)
            numbers = [self.found.lines[place].number for place in sorted(speeches)]
            files |= zip(numbers, written, strict=True)
        return files


def _batches(cuts: Iterable[Cut]) -> Iterator[list[Cut]]:
    some: list[Cut] = []
    for cut in cuts:
        some.append(cut)
        if sum(len(each.speech.samples) for each in some) > MOST_HELD:
            yield some
            some = []
    if some:
        yield some


def within_scale(speech: Speech) -> Speech:
    """Not over full scale, as decoded sound may be: a file would cut it off. A build sets the level."""
    most = float(np.abs(speech.samples).max(initial=0.0))
    return Speech(speech.samples / np.float32(most), speech.rate) if most > 1.0 else speech
