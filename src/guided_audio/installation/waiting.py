"""Where the files of a voice wait until both are here: looked at each time, and nothing left behind.

What waits may be of an earlier call, with other wishes, and the server may have changed its files since.
So a checksum that is given is held to whatever waits; without one, the server says whether it is its own.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from guided_audio.errors import MissingTool, Refused, StoreFailure
from guided_audio.installation import transfer
from guided_audio.installation.offers import Offer, Part

INCOMING = ".incoming"
"""The folder among the voices where they wait until they are whole."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The place of one voice among those that wait."""

    folder: Path
    offer: Offer

    @property
    def trial(self) -> Path:
        """A folder of voices with this one alone, once it is whole."""
        return self.folder / "ready"

    @property
    def ready(self) -> Path:
        """Where its whole files are."""
        return self.trial / self.offer.engine

    def arriving(self, part: Part) -> Path:
        """Where a file is until it is whole."""
        return self.folder / f"{part.name}.part"

    def clear(self) -> None:
        """Forget all that came."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def tidy(self) -> None:
        """Keep what a later call can go on with: a part of a file, or the model; the rest comes again."""
        begun = any(_size(self.arriving(part)) for part in self.offer.parts)
        if not begun and not _size(self.ready / self.offer.parts[0].name):
            self.clear()


@contextmanager
def waiting_for(offer: Offer, voices: Path) -> Iterator[Waiting]:
    """The place where a voice waits, for one caller at a time.

    Raises:
        MissingTool: another call installs it.
        StoreFailure: nothing can be written there.
    """
    incoming = voices / INCOMING
    place = Waiting(incoming / _key(offer), offer)
    lock = FileLock(incoming / f"{place.folder.name}.lock", timeout=0)
    with writing(voices):
        try:
            incoming.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout as error:
            raise MissingTool("This voice is being installed already; wait for that.") from error
    try:
        yield place
    finally:
        place.tidy()
        with suppress(OSError):  # while it is held; where that cannot be, letting go of it removes it
            Path(lock.lock_file).unlink()
        lock.release()
        with suppress(OSError):  # another voice waits there
            incoming.rmdir()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Say in our words that a folder takes nothing.

    Raises:
        StoreFailure: the disk is full, or nothing may be written there.
    """
    try:
        yield
    except OSError as error:
        raise transfer.unwritable(error, folder) from error


def _key(offer: Offer) -> str:
    """A name for what comes from these places, so that the same command finds what it began."""
    return hashlib.sha256("\n".join(part.source for part in offer.parts).encode()).hexdigest()[:16]


def bring(part: Part, place: Waiting, largest: int, progress: transfer.Progress) -> None:
    """Have one part among what is ready: whole, and what was asked for.

    Raises:
        Refused: it has another checksum.
        MissingTool: the transfer broke, or the server is out of reach.
        StoreFailure: there is no room, or no permission.
    """
    target, arriving = place.ready / part.name, place.arriving(part)
    with writing(place.folder.parent.parent):
        place.ready.mkdir(parents=True, exist_ok=True)
        if target.is_file() and _waits(part, target, arriving):
            return
    if part.is_remote:
        limits = transfer.Limits(part.size, largest, resumable=bool(part.sha256))
        transfer.fetch(part.source, arriving, limits, progress)
    else:
        _copy(Path(part.source), arriving)
    if part.sha256 and _digest(arriving) != part.sha256.lower():
        transfer.discard(arriving)
        raise Refused(
            f"{part.name} is not the file it should be: its checksum is another. It was not installed. "
            "Try again; if it stays so, tell whoever named the checksum."
        )
    with writing(place.folder.parent.parent):
        arriving.replace(target)


def _waits(part: Part, target: Path, arriving: Path) -> bool:
    """Whether a whole file of an earlier call will do; else it goes back among those that arrive, or goes."""
    if not part.sha256:
        target.replace(arriving)
        return False
    if _digest(target) == part.sha256.lower():
        return True
    target.unlink()
    transfer.discard(arriving)
    return False


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _copy(source: Path, arriving: Path) -> None:
    try:
        with source.open("rb") as found, arriving.open("wb") as stream:
            shutil.copyfileobj(found, stream)
    except OSError as error:
        transfer.discard(arriving)
        raise StoreFailure(
            f"The file {source.name} cannot be copied into {arriving.parent.parent.parent}: "
            f"{(error.strerror or 'no reason').lower()}. Look at the room there, and who may write."
        ) from error
