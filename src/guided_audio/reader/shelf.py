"""Where a script finds what lies outside its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol

SoundKind = Literal["bed", "bell"]


class Shelf(Protocol):
    """Where shared passages and sounds are found: the script's own folder, then what is built in."""

    def part(self, name: str, beside: Path) -> Path | None:
        """The file of a shared passage."""
        ...

    def part_names(self, beside: Path) -> Sequence[str]:
        """Every passage there is, for suggestions."""
        ...

    def lexicons(self, beside: Path) -> Sequence[Path]:
        """The files that say how words are said, those that count first."""
        ...

    def sound(self, name: str, kind: SoundKind, beside: Path) -> Path:
        """The file of a sound.

        Raises:
            ValueError: a sentence on why there is none, with what to do.
        """
        ...
