"""The catalogue: what is built in, series by series, and looking for something in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guided_audio import reader
from guided_audio.document import suggest
from guided_audio.errors import ProblemsFound, UsageError
from guided_audio.folders import folders_in, scripts_in, series_in
from guided_audio.library import Library
from guided_audio.plan import read_script
from guided_audio.reader.series import read_series
from guided_audio.script import Level, Line, Script, shown_values, text_of, walk
from guided_audio.units import Seconds, format_duration


@dataclass(frozen=True, slots=True)
class Entry:
    """A built-in script, and its first place in its series, from 1; none where no track names it."""

    script: Script
    track: int | None

    @property
    def name(self) -> str:
        """What it is called on the command line."""
        return self.script.path.stem

    @property
    def lengths(self) -> tuple[str, ...]:
        """The lengths it is meant to be built in."""
        return tuple(map(format_duration, self.script.lengths))


@dataclass(frozen=True, slots=True)
class Shelf:
    """A series with its scripts in order, by the name of its folder."""

    name: str
    title: str
    purpose: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a script must have to be listed: all that is not empty here.

    `words` are looked for where a word begins, case aside, and each of them must be there.
    """

    words: str = ""
    series: str = ""
    level: Level | None = None
    length: Seconds | None = None


def shelves(library: Library) -> tuple[Shelf, ...]:
    """All that is built in, in order.

    Raises:
        ProblemsFound: a series or a script cannot be read.
    """
    return tuple(_shelf(folder, library) for folder in folders_in(library.scripts))


def _shelf(folder: Path, library: Library) -> Shelf:
    scripts = {file: read_script(file, library, file.name) for file in scripts_in(folder)}
    file = series_in(folder)
    if file is None:
        return Shelf(folder.name, folder.name, "", tuple(Entry(script, None) for script in scripts.values()))

    def read_once(file: Path, shown: str) -> reader.Reading:
        known = scripts.get(file)
        return reader.Reading(known, ()) if known else reader.read(file, library, shown)

    reading = read_series(file, library, f"{folder.name}/{file.name}", read_once)
    if reading.series is None:
        raise ProblemsFound(reading.problems)
    places = {track.script.path: track.number for track in reversed(reading.series.tracks)}
    entries = tuple(Entry(script, places.get(file)) for file, script in scripts.items())
    return Shelf(folder.name, reading.series.title, reading.series.purpose, entries)


def search(there: Sequence[Shelf], wanted: Wanted) -> tuple[Shelf, ...]:
    """The shelves with what is wanted on them, without those where nothing is.

    Raises:
        UsageError: there is no such series.
    """
    chosen = [shelf for shelf in there if wanted.series in ("", shelf.name, shelf.title)]
    if not chosen:
        names = [shelf.name for shelf in there]
        hint = suggest(wanted.series, names) or f"The series are {', '.join(names)}."
        raise UsageError(f"There is no built-in series {wanted.series}. {hint}")
    found = (replace(shelf, entries=tuple(_wanted(shelf, wanted))) for shelf in chosen)
    return tuple(shelf for shelf in found if shelf.entries)


def _wanted(shelf: Shelf, wanted: Wanted) -> Iterator[Entry]:
    words = [re.compile(rf"(?<!\w){re.escape(word)}") for word in wanted.words.casefold().split()]
    for entry in shelf.entries:
        script = entry.script
        if wanted.level not in (None, script.level):
            continue
        if wanted.length is not None and wanted.length not in script.lengths:
            continue
        text = _all_text(script) if words else ""
        if all(word.search(text) for word in words):
            yield entry


def _all_text(script: Script) -> str:
    """What can be read of a script, whichever edition it is in; not the passages that many share."""
    values = shown_values(script)
    own = (step for step in walk(script.steps) if isinstance(step, Line) and not step.origin)
    lines = (text_of(line.pieces, values) for line in own)
    return "\n".join((script.path.stem, script.title, script.purpose, script.content_note, *lines)).casefold()
