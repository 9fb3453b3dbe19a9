"""Takes that stayed behind: a script was renamed, and the folder of its takes still has the former name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from guided_audio.folders import SUFFIXES
from guided_audio.library import Library
from guided_audio.script import Script
from guided_audio.store import Store
from guided_audio.takes.folder import default_folder
from guided_audio.takes.index import glance
from guided_audio.takes.lines import lines_of

MOST_FOLDERS = 200
"""Folders of takes that are looked into, for their small index alone."""

LARGEST_INDEX = 2_000_000
"""Bytes of an index: that of a thousand lines has a quarter of it."""


def stayed_behind(script: Script, library: Library, store: Store) -> str:
    """A sentence on a folder that has the takes of this whole script under another name, if there is one."""
    own = default_folder(script, library)
    found = next((folder for folder in _others(own) if _is_of(folder, script, store)), None)
    if found is None or _has_script(found.name, own.parent.parent, library):
        return ""
    return (
        f"Nothing is recorded in {own}, but {found} has takes of these lines. Was the script renamed? Rename "
        f"that folder to {own.name}, or use `--takes {found}`."
    )


def _others(own: Path) -> Iterator[Path]:
    """The folders beside this one."""
    try:
        folders = sorted(path for path in own.parent.iterdir() if path != own and path.is_dir())
    except OSError:
        return
    yield from folders[:MOST_FOLDERS]


def _is_of(folder: Path, script: Script, store: Store) -> bool:
    """Whether it has takes, and most of its lines are of this script, by their words."""
    index = glance(folder, LARGEST_INDEX)
    if index is None or not index.files or index.secret != store.key("secret"):
        return False
    theirs = Counter(line.text for line in index.lines if not line.gone)
    mine = Counter(store.key("take text", *line.words) for line in lines_of(script))
    return 2 * (theirs & mine).total() > max(theirs.total(), mine.total())


def _has_script(name: str, beside: Path, library: Library) -> bool:
    """Whether a folder of this name is some script's own."""
    return any((beside / f"{name}{suffix}").exists() for suffix in SUFFIXES) or name in library.script_names()
