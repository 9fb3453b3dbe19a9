"""Which programs of this machine are described as engines, in files of ours and of the user's own.

Only names are looked at here; a description is read when its engine is loaded.
"""

from __future__ import annotations

import os
from pathlib import Path

OURS = Path(__file__).parent / "commands"
"""The descriptions that come with the program."""

_SUFFIXES = (".yaml", ".yml")


def own_folder() -> Path:
    """Where the user's descriptions lie: GUIDED_AUDIO_ENGINES, or the system's place for settings."""
    chosen = os.environ.get("GUIDED_AUDIO_ENGINES")
    if chosen:
        return Path(chosen)
    import platformdirs  # noqa: PLC0415 - only where nothing was chosen

    return Path(platformdirs.user_config_dir("guided-audio", appauthor=False)) / "engines"


def descriptions() -> dict[str, Path]:
    """The file of each engine that is described; the user's own in place of one of ours of that name."""
    return {**_in(OURS), **own_descriptions()}


def own_descriptions() -> dict[str, Path]:
    """Those of the user."""
    return _in(own_folder())


def _in(folder: Path) -> dict[str, Path]:
    try:
        files = sorted(file for suffix in _SUFFIXES for file in folder.glob(f"*{suffix}"))
    except OSError:  # a folder that may not be looked into has none for us
        return {}
    return {file.stem: file for file in reversed(files)}
