"""Who speaks, for a sheet: what the receipt of its recording says, or else what a build would come to.

A sheet is never more human than the sound. Before there is a file nobody knows what its slots will be
filled with, so a line with a slot counts as one that the synthetic voice says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from guided_audio import receipt as receipts
from guided_audio.library import Library
from guided_audio.receipt import Receipt
from guided_audio.script import Breathe, Script, Slot, shown_values
from guided_audio.speaking import Speaker
from guided_audio.tagging import MIXED, PERSON, SYNTHETIC, who_speaks
from guided_audio.takes import VOICE
from guided_audio.takes.folder import chosen_folder
from guided_audio.takes.recorded import Part, listen, parts_of, whole_script
from guided_audio.takes.survey import State, survey

_MORE_HUMAN = (SYNTHETIC, MIXED, PERSON)


def voice_in_receipts(files: Iterable[Path]) -> str | None:
    """What the receipts of finished files say, of several the least human; none where there is none."""
    said = {
        who_speaks((line.voice for line in found.lines), cues=bool(found.cues))
        for file in files
        for found in _receipts(file)
    }
    return min(said, key=_MORE_HUMAN.index, default=None)


def _receipts(file: Path) -> Iterator[Receipt]:
    for place in receipts.places(file):
        try:
            found = receipts.read(place.read_bytes())
        except (OSError, ValueError):  # there is none, or it says nothing that could be gone by
            continue
        if found.file == file.name:
            yield found


def expected_voice(edition: Script, speaker: Speaker, library: Library) -> str:
    """The same for an edition that is not built, by the recordings in their usual folder, which are heard.

    Raises:
        Refused: the folder cannot be read, or its takes are of another script.
    """
    folder = chosen_folder(edition, "", library)
    if folder is None:
        return SYNTHETIC
    found = survey(whole_script(edition, library), folder, speaker.store)
    takes = {part.number: part for part in parts_of(edition, found, shown_values(edition))}
    lines = enumerate(edition.lines)
    slotted = {number for number, line in lines if any(isinstance(piece, Slot) for piece in line.pieces)}
    hers = _usable([takes[number] for number in takes.keys() - slotted], speaker)
    cues = any(isinstance(step, Breathe) and (step.inhale_cue or step.exhale_cue) for step in edition.steps)
    voices = [VOICE + ":" if number in hers else "" for number in takes.keys() | slotted]
    return who_speaks(voices, cues=cues)


def _usable(parts: list[Part], speaker: Speaker) -> set[int]:
    """The numbers of the lines whose take can be heard; a build finds them ready."""
    recorded = [part for part in parts if part.take.state is State.RECORDED]
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="takes") as pool:
        heard = pool.map(lambda part: listen(part.take, speaker)[0], recorded)
        return {part.number for part, sound in zip(recorded, heard, strict=True) if sound is not None}
