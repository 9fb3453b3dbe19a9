"""The doctor: is everything here that a build needs, and if not, what to do."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from guided_audio import engines, ffmpeg, playback
from guided_audio.engines.model_files import broken_models
from guided_audio.engines.voices_folder import voices_folder
from guided_audio.errors import GuidedAudioError, MissingTool, StoreFailure
from guided_audio.library import Library
from guided_audio.store import Store
from guided_audio.units import PROJECT_RATE

LEAST_ROOM = 200_000_000
"""Bytes that should be free where speech is kept: a long series takes a fifth of it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when it is well."""

    name: str
    detail: str
    remedy: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing need be done."""
        return not self.remedy


def examine(store_folder: Path, library: Library) -> Iterator[Finding]:
    """Look at everything, one after another."""
    yield Finding("Python", sys.version.split()[0])
    yield _looked_at("Encoder", lambda: f"ffmpeg {ffmpeg.version()}")
    for name in engines.for_people():
        yield _engine(name)
    for file in engines.shadowed():
        yield Finding(f"Description {file.name}", "is never read", f"Rename {file}: its name is taken.")
    for model, reason in broken_models(voices_folder()):
        yield Finding(f"Voice model {model.name}", "cannot speak", f"{reason} {_REPLACE} {model}.")
    yield _looked_at("Store", lambda: _store(store_folder), _ANOTHER_STORE)
    yield _room(store_folder)
    scripts = len(library.script_files())
    remedy = "" if scripts else "Install guided-audio anew: its scripts are not there."
    yield Finding("Library", f"{scripts} built-in scripts", remedy)
    yield _sound()


def _looked_at(name: str, look: Callable[[], str], remedy: str = "") -> Finding:
    """What a look gives; where it fails, the reason with the remedy, if the reason has none in it."""
    try:
        return Finding(name, look())
    except GuidedAudioError as error:
        return Finding(name, "does not work", f"{error} {remedy}".strip())


def _engine(name: str) -> Finding:
    try:
        engine = engines.load(name)
        illness = engine.health()
        detail = "cannot speak" if illness else f"{len(engine.voices())} voices"
        engine.close()
    except GuidedAudioError as error:
        return Finding(f"Voice engine {name}", "cannot speak", str(error))
    if illness and name != engines.DEFAULT_ENGINE:  # one can do without it
        return Finding(f"Voice engine {name}", f"not here. {illness}")
    return Finding(f"Voice engine {name}", detail, illness or "")


def _sound() -> Finding:
    """Whether `play` can be heard here; a build needs none of it, so nothing need be done."""
    try:
        with playback.open_loudspeaker(PROJECT_RATE) as loudspeaker:
            return Finding("Sound, for `play` alone", f"by {loudspeaker.backend}")
    except MissingTool as reason:
        return Finding("Sound, for `play` alone", str(reason))


def _store(folder: Path) -> str:
    store = Store(folder)
    key = store.key("doctor")
    store.put(key, b"well")
    found = store.get(key)
    store.forget([key])
    if found != b"well":
        raise StoreFailure(f"The store at {folder} gives back other than it was given.")
    return str(folder)


def _room(folder: Path) -> Finding:
    free = _free(folder.resolve())
    remedy = "" if free >= LEAST_ROOM else f"Make room on that disk. {_ANOTHER_STORE}"
    return Finding("Room", f"{free / 1e9:.1f} GB free for speech", remedy)


def _free(folder: Path) -> int:
    """Bytes free on the disk of a folder that may not be there yet, or may not be looked into."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return _free(folder.parent) if folder != folder.parent else 0


_REPLACE = "Install that voice again (see `guided-audio voices install`), or take the file away:"

_ANOTHER_STORE = "Set GUIDED_AUDIO_STORE to a folder you can write into, on a disk with room."
