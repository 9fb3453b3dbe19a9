"""Attaching sound that a program cut out of one long reading: as files by number, like any other take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from guided_audio.files import explained, replacing
from guided_audio.script import Script
from guided_audio.speech import Speech
from guided_audio.store import Store
from guided_audio.takes.hearing import content_of
from guided_audio.takes.index import Entry
from guided_audio.takes.survey import Survey, printed, remember, survey


def attach(script: Script, folder: Path, recordings: Mapping[int, Speech], store: Store) -> tuple[Path, ...]:
    """Write the sound of lines into the takes folder of a whole script, and remember the words they are for.

    `recordings` go by the place of the line in `lines_of(script)`. A file that is there is never replaced:
    what is written is one more try, and being the latest, the one that counts.

    Raises:
        OutputFailure: there is no room, or no permission; what stood there is untouched.
        Refused: the takes there are of another script.
    """
    found = survey(script, folder, store)
    remember(printed(found, sorted(recordings)))
    written = []
    for place, speech in sorted(recordings.items()):
        path = folder / _free_name(folder, found, place)
        _write(path, speech)
        written.append(path)
    found = survey(script, folder, store)
    remember(_as_read(found, dict(zip(sorted(recordings), written, strict=True)), store))
    return tuple(written)


def _as_read(found: Survey, written: Mapping[int, Path], store: Store) -> Survey:
    """These files are of these lines, as they stand now."""
    lines = found.index.lines
    entries = {
        path.name: Entry(content_of(path, store), lines[place].line, lines[place].text)
        for place, path in written.items()
    }
    return replace(found, index=replace(found.index, files={**found.index.files, **entries}))


def _free_name(folder: Path, found: Survey, place: int) -> str:
    """The number of the line, with that of the try behind the largest there is."""
    number = found.lines[place].number
    attempts = range(1, 100)
    names = (f"{number}.wav" if attempt == 1 else f"{number}-{attempt}.wav" for attempt in attempts)
    there = {path.stem for path in folder.iterdir()} if folder.is_dir() else set()
    return next(name for name in names if Path(name).stem not in there)


def _write(path: Path, speech: Speech) -> None:
    """A WAV of 24 bits, whole or not at all."""
    import soundfile  # noqa: PLC0415 - only where sound is written

    with explained(path.parent), replacing(path) as stream:
        soundfile.write(stream, speech.samples, speech.rate, format="WAV", subtype="PCM_24")
