"""The contents of a takes folder: what may be a take, and what cannot be one, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from guided_audio.errors import Refused

OWN = "takes."
"""What the names of the program's own notes begin with."""

NO_RECORDINGS = frozenset(
    f".{ending}"
    for endings in (
        "txt md rtf pdf doc docx odt pages html htm json yaml yml csv tsv xls xlsx xml srt vtt lrc log zip",
        "jpg jpeg png gif heic webp svg",
    )
    for ending in endings.split()
)
"""Endings of names under which nobody records anything."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A file that is attached to no line, and why."""

    name: str
    reason: str


def contents_of(folder: Path) -> tuple[list[Path], list[Loose]]:
    """The files that may be takes, by name, and all else that somebody may take for one. None is opened.

    Raises:
        Refused: the folder cannot be read.
    """
    try:
        found = sorted(folder.iterdir()) if folder.is_dir() else []
        reasons = [(path, _why_not(path)) for path in found if not path.name.startswith((OWN, "."))]
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Refused(f"The folder {folder} cannot be read: {reason}.") from None
    loose = [Loose(path.name, reason) for path, reason in reasons if reason and _is_named_like_one(path)]
    return [path for path, reason in reasons if not reason], loose


def _is_named_like_one(path: Path) -> bool:
    """Whether anybody would look for it among the takes: a folder of any other name is her own affair."""
    return not path.is_dir() or bool(path.suffix) or path.name[0].isdigit()


def _why_not(path: Path) -> str:
    """Why this cannot be a take; empty where it may be one."""
    if path.is_dir():
        return "This is a folder; what is in it is not looked at."
    if path.is_symlink() and not path.exists():
        return "This is a link to a file that is not there."
    if not path.is_file():
        return "This is no file but a device or a pipe."
    if path.suffix.lower() in NO_RECORDINGS:
        return f"A {path.suffix.lower()} file is no recording."
    return ""
