"""The store: whatever was expensive to make, kept under a name that says all that it depends on.

A key is a BLAKE2b hash keyed with a secret of this store, so that a listing of the folder tells
nobody whether a certain name was ever spoken. An entry holds its own key and a SHA-256 of all of it,
and is checked every time it is read: a wrong one is put aside, and made anew. Several programs may
share a store; each thing is made once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from guided_audio.errors import StoreFailure
from guided_audio.files import replacing

MAGIC = b"guided-audio store 1\n"
_DIGEST = 24
_HEAD = len(MAGIC) + 32 + _DIGEST

_NOTE = """This folder is kept by guided-audio. It holds speech it has made, so that no line is spoken twice.
It may be deleted at any time: all of it is made again when needed. The file named "secret" keeps the
names of the entries from giving away what was said; do not share it.
"""

_KEY = re.compile(rf"[0-9a-f]{{{2 * _DIGEST}}}")

_LOCK_PATIENCE = 300.0
"""Seconds to wait for another builder before making a thing twice, which is harmless."""


class Store:
    """A folder of entries. Safe to use from several threads and several programs at once."""

    def __init__(self, folder: Path) -> None:
        """Open a store, making the folder where there is none.

        Raises:
            StoreFailure: when that is not possible here.
        """
        self.folder = folder
        try:
            self._prepare()
            self._secret = self._read_secret()
        except OSError as error:
            raise StoreFailure(f"The store at {folder} cannot be used: {_reason(error)}.") from error

    def key(self, kind: str, *parts: str | float) -> str:
        """The name of a thing made from `parts`, all of which decide what it is."""
        text = json.dumps([kind, *parts], ensure_ascii=True, separators=(",", ":"))
        return hashlib.blake2b(text.encode(), key=self._secret, digest_size=_DIGEST).hexdigest()

    def get(self, key: str) -> bytes | None:
        """What is kept under a key, or nothing: an entry that is damaged counts as absent.

        A name that is no key, as somebody else's receipt may hold, is absent and leads to no file.
        """
        if not _KEY.fullmatch(key):
            return None
        path = self._path(key)
        try:
            entry = path.read_bytes()
        except IsADirectoryError:
            self._quarantine(path)
            return None
        except OSError:
            return None
        payload = entry[_HEAD:]
        if entry[:_HEAD] == _head(key, payload):
            with contextlib.suppress(OSError):  # a store that can only be read is of use all the same
                os.utime(path)  # what `trim` goes by
            return payload
        self._quarantine(path)
        return None

    def put(self, key: str, payload: bytes) -> None:
        """Keep something.

        Raises:
            StoreFailure: when it cannot be written; a half-written entry is never left.
        """
        path = self._path(key)
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with replacing(path, private=True) as stream:
                stream.write(_head(key, payload) + payload)
        except OSError as error:
            raise self._unwritable(error) from error

    def make(self, key: str, produce: Callable[[], bytes]) -> tuple[bytes, bool]:
        """What is kept under a key, made now where it is absent; and whether it had to be made.

        Of several builders that ask at once, one makes it and the others wait for it.
        """
        payload = self.get(key)
        if payload is not None:
            return payload, False
        with self._locked(key):
            payload = self.get(key)
            if payload is not None:
                return payload, False
            payload = produce()
            self.put(key, payload)
            return payload, True

    def forget(self, keys: Sequence[str]) -> None:
        """Remove entries; those that are not there are no matter."""
        for key in filter(_KEY.fullmatch, keys):
            self._path(key).unlink(missing_ok=True)

    def trim(self, most: int) -> None:
        """Keep at most so many bytes, by removing what was longest not asked for.

        A builder that just wanted something of it makes it anew.
        """
        entries = []
        for path in self.folder.glob("??/*"):
            with contextlib.suppress(OSError):  # another builder may trim as well
                entries.append((path.stat().st_mtime, path.stat().st_size, path))
        too_much = sum(size for _, size, _ in entries) - most
        for _, size, path in sorted(entries):
            if too_much <= 0:
                return
            with contextlib.suppress(OSError):
                path.unlink()
                too_much -= size

    def __iter__(self) -> Iterator[str]:
        """The keys of all entries."""
        return (path.name for path in self.folder.glob("??/*") if not path.name.startswith("."))

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def _prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "locks").mkdir(mode=0o700, exist_ok=True)
        note = self.folder / "README.txt"
        if not note.exists():
            note.write_text(_NOTE, encoding="utf-8")

    def _read_secret(self) -> bytes:
        """The secret; of two programs that open a new store at once, the second finds the first one's."""
        path = self.folder / "secret"
        if not path.exists():
            part = self.folder / f".secret.{secrets.token_hex(6)}"
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(secrets.token_bytes(32))
            with self._locked("secret"):
                if path.exists():
                    part.unlink()
                else:
                    part.rename(path)
        secret = path.read_bytes()
        if len(secret) != 32:
            raise StoreFailure(
                f"The file {path} is damaged. Delete the folder {self.folder}; it is made anew."
            )
        return secret

    @contextlib.contextmanager
    def _locked(self, key: str) -> Iterator[None]:
        """Hold one of 256 locks, so that a store of any size has a handful of lock files."""
        lock = FileLock(self.folder / "locks" / key[:2], timeout=_LOCK_PATIENCE)
        try:
            lock.acquire()
        except Timeout:
            yield
            return
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _unwritable(self, error: OSError) -> StoreFailure:
        return StoreFailure(f"The store at {self.folder} cannot be written: {_reason(error)}.")

    def _quarantine(self, path: Path) -> None:
        aside = self.folder / "damaged"
        with contextlib.suppress(OSError):  # another reader may have moved it first
            aside.mkdir(mode=0o700, exist_ok=True)
            path.replace(aside / f"{path.name}.{secrets.token_hex(4)}")


def _head(key: str, payload: bytes) -> bytes:
    name = bytes.fromhex(key)
    return MAGIC + hashlib.sha256(name + payload).digest() + name


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
