"""The receipt: what a finished file holds, so that anyone can measure whether it still does.

It lies beside the file. Everything in it is in frames of the file, levels or versions; texts are
there only as hashes keyed with the secret of the store that spoke them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from guided_audio.forms import Form, form_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

VERSION = 1

SUFFIX = ".receipt.json"


@dataclass(frozen=True, slots=True)
class ClipEntry:
    """A stretch of speech: the store's key of its sound, and the level it was set to, in decibels."""

    key: str
    start: int
    length: int
    gain: float


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A line from its first frame to its last. `id` and `text` are keyed hashes."""

    id: str
    text: str
    voice: str
    start: int
    end: int
    clips: tuple[ClipEntry, ...]


@dataclass(frozen=True, slots=True)
class PauseEntry:
    """Quiet between two sounds of the voice."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class ChapterEntry:
    """A chapter; `title` is a keyed hash."""

    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BedEntry:
    """The bed: where it lies relative to the voice, in decibels, while somebody speaks."""

    under: float


@dataclass(frozen=True, slots=True)
class BedPlace:
    """One of the beds, from its first frame to its last, the frames it shares with the next one included.

    It is the user's `own` where it is a file, which begins again when it has ended.
    """

    under: float
    start: int
    end: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """What was aimed at: speech in LUFS; the most a true peak may be once decoded, and before, in dBTP."""

    speech_lufs: float
    true_peak_dbtp: float
    ceiling_dbtp: float = -1.5


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a finished file holds.

    `script` and `filled` are keyed hashes of which script it was and what its slots were filled with;
    `secret` names the store whose secret made the hashes. `bed` is the first of `beds`, which earlier
    receipts do not have. `tail` is how many frames a line is heard beyond its end, in a room. `audio_sha256`
    is that of what follows the tag of an MP3, and of the whole file in any other `form`.
    """

    file: str
    script: str
    filled: str
    level: str
    acknowledged: bool
    rate: int
    frames: int
    lines: tuple[LineEntry, ...]
    cues: tuple[ClipEntry, ...]
    pauses: tuple[PauseEntry, ...]
    chapters: tuple[ChapterEntry, ...]
    bells: tuple[int, ...]
    bed: BedEntry | None
    levels: Levels
    pace: float
    tags: Mapping[str, str]
    versions: Mapping[str, str]
    secret: str
    audio_sha256: str
    version: int = VERSION
    beds: tuple[BedPlace, ...] = ()
    tail: int = 0
    form: Form = Form.MP3


def beside(file: Path) -> Path:
    """Where the receipt of a finished file lies: `a.receipt.json` for `a.mp3`, but `a.m4b.receipt.json`.

    So a script may lie in one folder in several forms.
    """
    if form_of(file.name) in (None, Form.MP3):
        return file.with_suffix(SUFFIX)
    return file.with_name(f"{file.name}{SUFFIX}")


FOLDER = "receipts"
"""The folder of the receipts of a series."""

PAPERS = "-papers"
"""What the name of a folder ends in that holds what is not to lie in the folder it goes with."""


def places(file: Path) -> tuple[Path, ...]:
    """Every place where the receipt of a finished file may lie: beside it, or with those of its series."""
    name = f"{file.stem}.json"
    folder = file.absolute().parent
    return beside(file), file.parent / FOLDER / name, folder.with_name(folder.name + PAPERS) / FOLDER / name


def write(receipt: Receipt) -> bytes:
    """The receipt as a JSON file."""
    data = _adapter().dump_python(receipt, mode="json")
    return (json.dumps(data, indent=1, ensure_ascii=True, sort_keys=True) + "\n").encode()


def read(data: bytes) -> Receipt:
    """The receipt that `write` wrote.

    Raises:
        ValueError: it is not one, or of a version this program does not know.
    """
    receipt: Receipt = _adapter().validate_json(data)
    if receipt.version != VERSION:
        raise ValueError(f"the receipt is of version {receipt.version}, this program reads {VERSION}")
    return receipt


@cache
def _adapter() -> TypeAdapter[Receipt]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - reading a script needs no receipts

    return TypeAdapter(Receipt)
