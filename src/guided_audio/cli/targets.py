"""What a TARGET on the command line means: a script's file, a folder of scripts, or a built-in name."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from guided_audio.document import suggest
from guided_audio.errors import UsageError
from guided_audio.library import PARTS, SUFFIXES, Library


@dataclass(frozen=True, slots=True)
class Target:
    """A script to work on. `shown` is what the user called it, for messages."""

    file: Path
    shown: str


def resolve(names: Sequence[str], library: Library) -> list[Target]:
    """The scripts that are meant, each once, in the order they were named.

    A folder stands for the scripts in it, or, where it has only folders, for those in these.

    Raises:
        UsageError: there is nothing by such a name.
    """
    found = [target for name in names for target in _one(name, library)]
    return list({target.file.resolve(): target for target in found}.values())


def _one(name: str, library: Library) -> list[Target]:
    path = Path(name)
    try:
        folder, exists = path.is_dir(), path.exists()
        built_in = library.script(name) if re.fullmatch(r"[\w-]+", name) else None
    except OSError:  # longer than any name can be, or in a folder that may not be entered
        folder, exists, built_in = False, False, None
    if folder:
        return _in_folder(path)
    if exists or (built_in is None and path.suffix in SUFFIXES):
        return [Target(path, name)]
    if built_in is None:
        names = [file.stem for file in library.script_files()]
        hint = suggest(name, names) or f"The built-in scripts are {', '.join(names)}."
        raise UsageError(f"There is no file, folder or built-in script named {name}. {hint}")
    return [Target(built_in, name)]


def _in_folder(folder: Path) -> list[Target]:
    files = _scripts_in(folder)
    if not files:  # a folder of series
        inner = sorted(each for each in folder.glob("*/") if each.name != PARTS)
        files = [file for each in inner for file in _scripts_in(each)]
    if not files:
        raise UsageError(f"There is no script in the folder {folder}: no file ending in .yaml.")
    return [Target(file, str(file)) for file in files]


def _scripts_in(folder: Path) -> list[Path]:
    found = sorted(file for suffix in SUFFIXES for file in folder.glob(f"*{suffix}") if file.is_file())
    return [file for file in found if not _has_values(file)]


def _has_values(file: Path) -> bool:
    """Whether it is a file of `slot: value` lines for --set-from, which may lie beside the scripts."""
    try:
        text = file.read_bytes()[:_ENOUGH].decode("utf-8", "replace")
    except OSError:
        return False  # reading it as a script says why it cannot be read
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and all(_VALUE.match(line) for line in lines)


_VALUE = re.compile(r"(?!(?:title|script|purpose|level|bed)\b)[\w-]+\s*:\s+[^\s\[{]")
_ENOUGH = 10_000


def store_folder() -> Path:
    """Where speech is kept: GUIDED_AUDIO_STORE, or the system's own place for such things."""
    chosen = os.environ.get("GUIDED_AUDIO_STORE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("guided-audio", appauthor=False))
