"""What a TARGET on the command line means: a script, a series, a folder of them, or a built-in name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from guided_audio.document import suggest
from guided_audio.errors import UsageError
from guided_audio.folders import (
    SUFFIXES,
    folders_in,
    is_lexicon,
    is_series,
    scripts_in,
    series_in,
    track_names,
)
from guided_audio.library import Library


@dataclass(frozen=True, slots=True)
class Target:
    """A script or a series to work on. `shown` is what the user called it, for messages."""

    file: Path
    shown: str


@dataclass(frozen=True, slots=True)
class Targets:
    """What some names stand for: scripts, each once, and the series they are in."""

    scripts: tuple[Target, ...]
    series: tuple[Target, ...] = ()


def look_up(names: Sequence[str], library: Library) -> Targets:
    """The scripts and the series that are meant, in the order they were named.

    A folder stands for the scripts and the series in it, or, where it has neither, for those in its
    folders. A series stands for its scripts as well, in its order.

    Raises:
        UsageError: there is nothing by such a name.
    """
    found = [_one(name, library) for name in names]
    return Targets(
        _once(target for one in found for target in one.scripts),
        _once(target for one in found for target in one.series),
    )


def resolve(names: Sequence[str], library: Library) -> list[Target]:
    """The scripts that are meant, each once, in the order they were named.

    Raises:
        UsageError: there is nothing by such a name, or a series is named by its file: its settings would
            be lost on who works on scripts.
    """
    for name in names:
        if is_series(Path(name)) and Path(name).is_file():
            raise UsageError(
                f"{name} is a series, which `build` and `check` can read. Name the folder it is in to have "
                "its scripts as they are, or name them one by one."
            )
    found = look_up(names, library)
    if not found.scripts:
        raise UsageError(f"There is no script in the folder {names[0]}: only a series.")
    return list(found.scripts)


def to_build(names: Sequence[str], library: Library) -> Targets:
    """The scripts and the series that are meant by whoever builds: a folder with a series is that series.

    Raises:
        UsageError: there is nothing by such a name.
    """
    found = [place for name in names for place in _places(name, library)]
    return Targets(
        _once(target for place in found if not place.series for target in place.scripts),
        _once(target for place in found for target in place.series),
    )


def _once(targets: Iterable[Target]) -> tuple[Target, ...]:
    return tuple({target.file.resolve(): target for target in targets}.values())


def _one(name: str, library: Library) -> Targets:
    """All that a name stands for."""
    places = _places(name, library)
    return Targets(
        tuple(target for place in places for target in place.scripts),
        tuple(target for place in places for target in place.series),
    )


def _places(name: str, library: Library) -> list[Targets]:
    """What a name stands for, folder by folder: a script, or the scripts of a folder with their series."""
    path = Path(name)
    plain = re.fullmatch(r"[\w-]+", name) is not None
    try:
        folder, exists = path.is_dir(), path.exists()
        built_in = library.script(name) if plain else None
    except OSError:  # longer than any name can be, or in a folder that may not be entered
        folder, exists, built_in = False, False, None
    if folder:
        return _in_folder(path)
    if is_series(path):
        return [_of_series(path, name)]
    if is_lexicon(path) and exists:
        raise UsageError(f"{name} is a lexicon: it is read with the scripts beside it. Name one of those.")
    if exists or (built_in is None and path.suffix in SUFFIXES):
        return [Targets((Target(path, name),))]
    if built_in:
        return [Targets((Target(built_in, name),))]
    for series in library.series():
        if series.parent.name == name:
            scripts = scripts_in(series.parent)
            inner = tuple(Target(file, file.stem) for file in scripts)
            return [Targets(inner, (Target(series, f"{name}/{series.name}"),))]
    raise UsageError(
        f"There is no file, folder, built-in script or series named {name}. {_meant(name, library)}"
    )


def _meant(name: str, library: Library) -> str:
    series = [file.parent.name for file in library.series()]
    return (
        suggest(name, [*library.script_names(), *series]) or "`guided-audio scripts` lists what is built in."
    )


def _in_folder(folder: Path) -> list[Targets]:
    found = [_lying_in(folder)]
    if not (found[0].scripts or found[0].series):  # a folder of series
        found = [_lying_in(each) for each in folders_in(folder)]
    if not any(each.scripts or each.series for each in found):
        raise UsageError(f"There is no script in the folder {folder}: no file ending in .yaml.")
    return found


def _lying_in(folder: Path) -> Targets:
    series = series_in(folder)
    return Targets(
        tuple(Target(file, str(file)) for file in scripts_in(folder)),
        (Target(series, str(series)),) if series else (),
    )


def _of_series(file: Path, name: str) -> Targets:
    """A series by its file, with those of its scripts that lie beside it."""
    tracks = track_names(file)
    beside = (script for script in scripts_in(file.parent) if script.stem in tracks)
    return Targets(tuple(Target(script, str(script)) for script in beside), (Target(file, name),))


def store_folder() -> Path:
    """Where speech is kept: GUIDED_AUDIO_STORE, or the system's own place for such things."""
    chosen = os.environ.get("GUIDED_AUDIO_STORE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("guided-audio", appauthor=False))
