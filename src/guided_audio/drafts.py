"""Drafts: a file of one's own to change, with what an editor needs to help."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from guided_audio.errors import OutputFailure, UsageError
from guided_audio.files import replacing
from guided_audio.folders import SUFFIXES, is_lexicon, is_series
from guided_audio.library import Library
from guided_audio.reader.schema import schema

SCHEMA_FILE = "guided-audio.schema.json"

_MODELINE = f"# yaml-language-server: $schema=./{SCHEMA_FILE}\n"

_BLANK = """title: A few quiet minutes
purpose: One sentence on what this is for.
review: Not yet reviewed by a clinician.
level: open
language: en-GB
bed: soft-rain
slots:
  name: {fallback: "", private: true}

script:
- chapter: Arriving
- use: opening

- chapter: A few quiet minutes
- settle: Here is a line of your own, with a pause of about six seconds after it.
- notice: And another one, with twelve.

- chapter: Back to the room
- use: back-to-the-room
"""


def start(path: Path, origin: Path | None, library: Library, *, with_parts: bool) -> list[Path]:
    """Write a script to change, from another one or from a blank, and the schema beside it.

    Gives the files that were made.

    Raises:
        UsageError: the file is there already or is not named as a script is, or the one to begin
            with cannot be read.
        OutputFailure: it cannot be written.
    """
    if path.exists():
        raise UsageError(
            f"{path} is there already, and is not overwritten. Give the new script another name."
        )
    if path.suffix not in SUFFIXES:
        raise UsageError(f"A script's name ends in .yaml: {path.with_suffix('.yaml')}, for one.")
    if is_series(path):
        raise UsageError(
            f"{path.name} is the name of a file that puts scripts in order. Give it another name."
        )
    if is_lexicon(path):
        raise UsageError(
            f"{path.name} is the name of a file that says how words are said. Give the script another name."
        )
    text = _text(origin) if origin else _BLANK
    files = {path: text if text.startswith(_MODELINE) else _MODELINE + text}
    if with_parts:
        files |= {
            path.parent / "parts" / part.name: part.read_text(encoding="utf-8") for part in _parts(library)
        }
    files[path.parent / SCHEMA_FILE] = json.dumps(schema(), indent=1) + "\n"
    return list(_written(files))


def _text(origin: Path) -> str:
    try:
        return origin.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{origin} is no text in UTF-8. Name a script to begin with.") from None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise UsageError(f"{origin} cannot be read: {reason}. Name a script to begin with.") from error


def _parts(library: Library) -> list[Path]:
    return sorted((library.scripts / "parts").glob("*.yaml"))


def _written(files: dict[Path, str]) -> Iterator[Path]:
    for path, text in files.items():
        if path.exists():
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as stream:
                stream.write(text.encode())
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise OutputFailure(f"{path} cannot be written: {reason}.") from error
        yield path
