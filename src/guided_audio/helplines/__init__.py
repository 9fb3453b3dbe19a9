"""Lines for help by region: data to be edited, every number with where it was found and the day it was tried.

Numbers change, and a wrong one in a bad hour is worse than none. So nothing here is called checked unless
somebody wrote down the day on which it was, and that is not long ago. What day it is, is always handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from guided_audio.errors import UsageError

__all__ = ["LONGEST_TRUSTED", "Helpline", "Region", "find_region", "region_names", "region_of_language"]

LONGEST_TRUSTED = timedelta(days=180)
"""How long a number that was tried is called checked: our design value."""

FOLDER = Path(__file__).parent
BESIDE = "helplines"
"""The folder beside a script in which a region of one's own takes the place of one that is built in."""

_SUFFIXES = (".yaml", ".yml")
_TERRITORIES = {"GB": "uk", "US": "us"}


@dataclass(frozen=True, slots=True)
class Helpline:
    """One line. `hours` is empty where nobody noted them, `checked_on` none where nobody tried the number."""

    name: str
    number: str
    purpose: str
    hours: str
    source: str
    checked_on: date | None

    def is_checked(self, today: date) -> bool:
        """Whether the number was tried, and not too long ago."""
        return self.checked_on is not None and timedelta() <= today - self.checked_on <= LONGEST_TRUSTED


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of a region, in the order they are to be read, and what to know before using them."""

    name: str
    lines: tuple[Helpline, ...]
    advice: tuple[str, ...] = ()


def find_region(asked: str, beside: Path) -> Path:
    """The file of a region: by its path, or `helplines/REGION.yaml` beside the script, or a built-in one.

    Raises:
        UsageError: there is none, with those there are.
    """
    if asked.endswith(_SUFFIXES):
        return Path(asked)
    for folder in (beside / BESIDE, FOLDER):
        for file in _files(folder):
            if file.stem == asked:
                return file
    names = ", ".join(region_names(beside))
    raise UsageError(
        f"There are no helplines for a region of this name. The regions are {names}; or name a file."
    )


def region_names(beside: Path) -> list[str]:
    """Every region that can be named for a script in a folder."""
    return sorted({file.stem for folder in (beside / BESIDE, FOLDER) for file in _files(folder)})


def region_of_language(language: str) -> str:
    """The region a language is written for, `uk` for `en-GB`; empty where that does not tell."""
    found = re.search(r"-([A-Z]{2})\b", language)
    return _TERRITORIES.get(found[1], "") if found else ""


def _files(folder: Path) -> Iterator[Path]:
    return (file for suffix in _SUFFIXES for file in sorted(folder.glob(f"*{suffix}")))
