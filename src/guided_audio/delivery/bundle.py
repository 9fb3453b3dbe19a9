"""A bundle: the folder of a series as one file, to be sent or carried; locked, where that is asked for."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path

from guided_audio.delivery.manifest import Manifest
from guided_audio.errors import MissingTool
from guided_audio.files import explained, replacing

MAIL = 20_000_000
"""Bytes that nearly every mail server takes: 25 MB is what many say, of which the coding of attachments
takes a quarter."""

_MIDNIGHT = (1980, 1, 1, 0, 0, 0)
"""The date of every file in it, the earliest there can be: two bundles of the same are the same."""

_AT_A_TIME = 1 << 20

_STORED = {".mp3", ".m4a", ".m4b", ".opus", ".flac", ".jpg"}
"""What does not become smaller any more."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of the sound of a series, and of all that lies beside it."""

    audio: int = 0
    beside: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was made, and its bytes."""

    file: Path
    size: int
    locked: bool


def sizes_of(manifest: Manifest) -> Sizes:
    """How large a series is."""
    audio = sum(track.files[track.audio].size for track in manifest.tracks)
    return Sizes(audio, sum(entry.size for entry in manifest.belonging.values()) - audio)


def bundle(folder: Path, names: Iterable[str], file: Path, password: str = "") -> Bundle:
    """Pack files of a folder, by their names, into one file. With a password it is locked by AES-256.

    What unpacks a locked one is 7-Zip, Keka and the like; what comes with Windows and macOS does not.

    Raises:
        MissingTool: it is to be locked, and the package for it is not there.
        OutputFailure: there is no room; what stood there is untouched.
    """
    with explained(file.parent), replacing(file) as stream:
        if password:
            _pack_locked(stream, folder, sorted(names), password)
        else:
            _pack(stream, folder, sorted(names))
    return Bundle(file, file.stat().st_size, bool(password))


def _pack(stream: BufferedRandom, folder: Path, names: Iterable[str]) -> None:
    with zipfile.ZipFile(stream, "w") as packed:
        _fill(packed, zipfile.ZipInfo, folder, names)


def _pack_locked(stream: BufferedRandom, folder: Path, names: Iterable[str], password: str) -> None:
    try:
        import pyzipper  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingTool(
            "Locking a bundle needs a package that is not here. "
            "Install it: pip install 'guided-audio[encrypt]'"
        ) from None
    with pyzipper.AESZipFile(stream, "w", encryption=pyzipper.WZ_AES) as packed:
        packed.setpassword(password.encode())
        _fill(packed, packed.zipinfo_cls, folder, names)


def _fill(
    packed: zipfile.ZipFile, info_of: Callable[..., zipfile.ZipInfo], folder: Path, names: Iterable[str]
) -> None:
    for name in names:
        info = info_of(f"{folder.name}/{name}", _MIDNIGHT)
        info.compress_type, info.external_attr = _packing(name), 0o644 << 16
        with (folder / name).open("rb") as source, packed.open(info, "w") as sink:
            shutil.copyfileobj(source, sink, _AT_A_TIME)


def _packing(name: str) -> int:
    return zipfile.ZIP_STORED if Path(name).suffix in _STORED else zipfile.ZIP_DEFLATED
