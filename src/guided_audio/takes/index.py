"""The index of a takes folder: which file was recorded for which line, and for which words of it.

It holds names of files, numbers, and hashes keyed with the secret of the store: no word of a script.
"""

from __future__ import annotations

import json
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from guided_audio.errors import Refused
from guided_audio.files import explained, replacing
from guided_audio.takes.order import Known

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FILE = "takes.json"
"""Its name in the folder."""

VERSION = 1


_DAMAGED = "takes.damaged."


class Trust(StrEnum):
    """What it rests on that a file is of its line: an index, or no more than its number."""

    INDEX = "index"
    NUMBER = "number"
    OTHER_STORE = "other store"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: a keyed hash of what it holds, the hash of its line, and that of the words it was read from.

    What is not `sure` was attached to a line that may be another one, and waits for a person's word.
    """

    content: str
    line: str
    text: str
    sure: bool = True
    trust: Trust = Trust.INDEX


@dataclass(frozen=True, slots=True)
class Index:
    """What a folder remembers. `secret` names the store that made the hashes."""

    secret: str
    lines: tuple[Known, ...] = ()
    files: Mapping[str, Entry] = field(default_factory=dict)
    version: int = VERSION


def read_index(folder: Path) -> Index | None:
    """The index of a folder; none where there is none.

    A damaged one is put aside and counts as none: the files attach by their names again.

    Raises:
        Refused: it cannot be opened, or a newer version of the program wrote it.
    """
    path = folder / FILE
    try:
        data = _bytes_of(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise Refused(
            f"{path} cannot be opened: {reason}. Move it away, or correct its permissions."
        ) from None
    try:
        found: Index = _adapter().validate_json(data)
    except ValueError:
        _put_aside(path)
        return None
    if found.version != VERSION:
        raise Refused(f"{path} was written by a newer version of this program. Update it to go on.")
    return found


def _bytes_of(path: Path) -> bytes:
    """What is in a file, and in nothing else: a named pipe would be waited for."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise Refused(f"{path} is no file. Move it away: the program keeps its own note under that name.")
    return path.read_bytes()


def glance(folder: Path, largest: int) -> Index | None:
    """The index of a folder nobody asked for: none where there is any trouble with it, and nothing is moved.

    `largest` is how many bytes it may have.
    """
    path = folder / FILE
    try:
        if path.stat().st_size > largest:
            return None
        found: Index = _adapter().validate_json(_bytes_of(path))
    except (OSError, ValueError, Refused):
        return None
    return found if found.version == VERSION else None


def _put_aside(path: Path) -> None:
    with suppress(OSError):  # where nothing can be moved, nothing can be written either
        path.rename(path.with_name(f"{_DAMAGED}{secrets.token_hex(3)}.json"))


def damaged_in(folder: Path) -> tuple[str, ...]:
    """The names of indexes that were damaged and put aside."""
    return tuple(sorted(path.name for path in folder.glob(f"{_DAMAGED}*.json")))


def write_index(folder: Path, index: Index) -> None:
    """Put the index in its place, whole or not at all.

    Raises:
        OutputFailure: it cannot be written; what stood there is untouched.
    """
    text = json.dumps(asdict(index), indent=1, sort_keys=True) + "\n"
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with replacing(folder / FILE) as stream:
            stream.write(text.encode())


@cache
def _adapter() -> TypeAdapter[Index]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - only a folder with takes needs it

    return TypeAdapter(Index)
