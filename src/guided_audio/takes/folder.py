"""Where the takes of a script lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from guided_audio.errors import UsageError
from guided_audio.library import Library
from guided_audio.script import Script

TAKES = "takes"
"""The folder of all takes, beside the scripts."""

NONE = "none"
"""What is asked for instead of a folder by whoever wants no takes."""


def default_folder(script: Script, library: Library) -> Path:
    """Beside the script; for a built-in one in the folder where one is."""
    built_in = script.path.absolute().is_relative_to(library.scripts.absolute())
    return (Path() if built_in else script.path.parent) / TAKES / script.path.stem


def chosen_folder(script: Script, asked: str, library: Library) -> Path | None:
    """The folder with the takes of a script: the one asked for, or the usual one where it is there.

    Raises:
        UsageError: there is no such folder.
    """
    if asked == NONE:
        return None
    if not asked:
        usual = default_folder(script, library)
        return usual if usual.is_dir() else None
    folder = Path(asked)
    if not folder.is_dir():
        raise UsageError(f"There is no folder {asked}. `guided-audio takes sheet` makes one.")
    own = folder / script.path.stem
    return own if own.is_dir() else folder


def require_apart(scripts: Sequence[Script], asked: str) -> None:
    """Stop where one folder of takes is named for several scripts: their numbers are the same.

    Raises:
        UsageError: with what to do.
    """
    names = {script.path.stem for script in scripts}
    if asked in ("", NONE) or len(names) < 2:
        return
    if not any((Path(asked) / name).is_dir() for name in names):
        raise UsageError(
            f"{asked} is one folder for {len(names)} scripts. Give each a folder of its name in it, or "
            "build one script at a time."
        )
