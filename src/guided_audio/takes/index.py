"""The index of a takes folder: which file was recorded for which line, and for which words of it.

It holds names of files, numbers, and hashes keyed with the secret of the store: no word of a script.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: a keyed hash of what it holds, the hash of its line, and that of the words it was read from.

    What is not `sure` was attached to a line that may be another one, and waits for a person's word.
    """

    content: str
    line: str
    text: str
    sure: bool = True


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
        data = path.read_bytes()
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


def _put_aside(path: Path) -> None:
    with suppress(OSError):  # where nothing can be moved, nothing can be written either
        path.rename(path.with_name(f"takes.damaged.{secrets.token_hex(3)}.json"))


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
