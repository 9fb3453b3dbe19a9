"""What lies in a folder of scripts: which files are scripts, which one is its series, and in what order.

Only names are looked at here, and a broken series file only loses its order: what is wrong with it
is said where it is read as a series.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from guided_audio import document
from guided_audio.document import Node

SUFFIXES = (".yaml", ".yml")

PARTS = "parts"
"""The folder of shared passages, beside scripts and in the shelf."""

SERIES = "series"
"""The name of the file that makes a series of the scripts beside it, without its ending."""

LEXICON = "lexicon"
"""The name of the file that says how words are said in the scripts beside it, without its ending."""

_LAST = 1_000  # behind every number a series can have


def is_series(file: Path) -> bool:
    """Whether a file is a series, going by its name."""
    return file.stem == SERIES and file.suffix in SUFFIXES


def is_lexicon(file: Path) -> bool:
    """Whether a file says how words are said, going by its name."""
    return file.stem == LEXICON and file.suffix in SUFFIXES


def lexicon_in(folder: Path) -> Path | None:
    """The lexicon of a folder."""
    files = (folder / f"{LEXICON}{suffix}" for suffix in SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def series_in(folder: Path) -> Path | None:
    """The series file of a folder."""
    files = (folder / f"{SERIES}{suffix}" for suffix in SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def scripts_in(folder: Path) -> list[Path]:
    """The scripts in a folder: those its series names, in that order, then the others by name."""
    found = sorted(file for file in yaml_files(folder) if file.is_file())
    scripts = [file for file in found if file.stem not in (SERIES, LEXICON) and not _has_values(file)]
    series = series_in(folder)
    names = track_names(series) if series else ()
    return sorted(scripts, key=lambda file: (*names, file.stem).index(file.stem))


def yaml_files(folder: Path) -> list[Path]:
    """Every file in a folder whose name ends like a script's, by name."""
    return sorted(file for suffix in SUFFIXES for file in folder.glob(f"*{suffix}"))


def track_names(series: Path) -> tuple[str, ...]:
    """The names of a series' scripts in their order, as far as it can be read."""
    root = _root_of(series)
    tracks = root.get("tracks") if isinstance(root, dict) else None
    return tuple(_names(tracks)) if isinstance(tracks, list) else ()


def series_region(folder: Path) -> str:
    """The region that the series of a folder names, as far as it can be read; empty where there is none."""
    series = series_in(folder)
    root = _root_of(series) if series else ""
    region = root.get("region") if isinstance(root, dict) else None
    return region if isinstance(region, str) and re.fullmatch(r"[A-Za-z0-9_-]+", region) else ""


def _names(tracks: list[Node]) -> Iterator[str]:
    for track in tracks:
        name = track.get("script") if isinstance(track, dict) else track
        if isinstance(name, str):
            yield name


def folders_in(folder: Path) -> list[Path]:
    """The folders of scripts in a folder: series by their numbers, then the others by name."""
    inner = sorted(each for each in folder.glob("*/") if each.name != PARTS)
    return sorted((each for each in inner if each.is_dir()), key=_number)


def _number(folder: Path) -> int:
    series = series_in(folder)
    root = _root_of(series) if series else ""
    number = root.get("number") if isinstance(root, dict) else None
    return int(number) if isinstance(number, str) and re.fullmatch(r"[0-9]{1,2}", number) else _LAST


def _root_of(file: Path) -> Node:
    found, _ = document.load(file, file.name)
    return "" if found is None else found.root


def _has_values(file: Path) -> bool:
    """Whether it is a file of `slot: value` lines for --set-from, which may lie beside the scripts."""
    try:
        with file.open("rb") as stream:
            text = stream.read(_ENOUGH).decode("utf-8", "replace")
    except OSError:
        return False  # reading it as a script says why it cannot be read
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and all(_VALUE.match(line) for line in lines)


_VALUE = re.compile(r"(?!(?:title|script|purpose|level|bed)\b)[\w-]+\s*:\s+[^\s\[{]")
_ENOUGH = 10_000
