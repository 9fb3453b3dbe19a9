"""Staging: a series is made aside, and takes its place only when all of it is there.

The folder `.next` is on the same disk as the series, so taking the place needs no room. A build that
was killed finds there what it had finished; one that was killed while files took their place finishes
that first.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from guided_audio import receipt
from guided_audio.delivery import manifest as manifests
from guided_audio.delivery.manifest import FileEntry, Manifest, TrackEntry
from guided_audio.errors import Refused
from guided_audio.files import explained, replacing, sweep

_ASIDE = ".next"
_JOURNAL = "journal.json"
"""Notes the tracks that are finished and not in their place yet, in the form of a manifest."""


def is_paper(name: str) -> bool:
    """Whether a file is for whoever made the series, and not for whoever listens to it."""
    return name == manifests.NAME or name.startswith(f"{receipt.FOLDER}/")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a series goes: the folder that is given away, and the desk on which the papers stay.

    They are one and the same, unless nothing in the folder is to tell what it is.
    """

    folder: Path
    desk: Path

    def at(self, name: str) -> Path:
        """Where a file of the series lies."""
        return (self.desk if is_paper(name) else self.folder) / name

    @property
    def aside(self) -> Path:
        """Where its next state is made."""
        return self.desk / _ASIDE

    @property
    def manifest(self) -> Manifest | None:
        """What it holds; none where no whole series lies there."""
        return manifests.read(self.at(manifests.NAME))


class Staging:
    """The next state of a place, as far as it is made."""

    def __init__(self, place: Place, blank: Manifest) -> None:
        """Stage for a place; `blank` is a manifest of the series without a track."""
        self._place = place
        self._journal = self._begun(blank)

    def file(self, name: str) -> Path:
        """Where to write a file of the folder."""
        path = self._place.aside / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, content: bytes) -> None:
        """Write a whole file of the folder.

        Raises:
            OutputFailure: there is no room.
        """
        with explained(self._place.folder), replacing(self.file(name)) as stream:
            stream.write(content)

    def finished(self, made_of: str) -> TrackEntry | None:
        """A track that was finished before, and is still whole."""
        track = self._journal.track(made_of)
        return track if track and manifests.is_as_written(self._place.aside.joinpath, track.files) else None

    def note(self, track: TrackEntry) -> None:
        """Note that a track is finished, for a build that goes on after this one is killed."""
        others = tuple(each for each in self._journal.tracks if each.number != track.number)
        self._journal = replace(self._journal, tracks=(*others, track))
        self.write(_JOURNAL, manifests.write(self._journal))

    def entries(self, names: Iterable[str]) -> dict[str, FileEntry]:
        """What is to be noted of files that were written here."""
        return {name: manifests.entry_of(self._place.aside / name) for name in names}

    def commit(self, manifest: Manifest) -> None:
        """Put everything in its place, the manifest last.

        Raises:
            OutputFailure: a file there cannot be replaced; the next build goes on where this one stopped.
        """
        self.write(manifests.NAME, manifests.write(manifest))  # from here on there is no way but forward
        with explained(self._place.folder):
            _settle(self._place, manifest)

    def _begun(self, blank: Manifest) -> Manifest:
        """The journal of a build of the same series that was stopped; a blank one where there is none."""
        aside = self._place.aside
        found = manifests.read(aside / _JOURNAL)
        if found and found.whose == blank.whose:
            return found
        if aside.exists():
            shutil.rmtree(aside)
        return blank


def settle(place: Place) -> None:
    """Finish what a build was killed in the middle of: files taking their place.

    Raises:
        OutputFailure: a file there cannot be replaced.
    """
    pending = manifests.read(place.aside / manifests.NAME)
    if pending:
        with explained(place.folder):
            _settle(place, pending)


def _settle(place: Place, manifest: Manifest) -> None:
    for name in (*manifest.belonging, manifests.NAME):
        staged = place.aside / name
        if staged.exists():
            _take_place(staged, place.at(name))
    shutil.rmtree(place.aside, ignore_errors=True)


def _take_place(staged: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, f"{path.name} is a folder there")
    staged.replace(path)


def remove(place: Place, files: Mapping[str, FileEntry]) -> tuple[str, ...]:
    """Delete files of earlier builds that nobody changed since; gives the names of those that are gone."""
    gone = []
    for name, entry in files.items():
        if manifests.is_as_written(place.at, {name: entry}):
            file = place.at(name)
            file.unlink()
            gone.append(name)
            if "/" in name:
                with suppress(OSError):  # others are left in it
                    file.parent.rmdir()
    return tuple(gone)


@contextmanager
def alone_in(place: Place) -> Iterator[None]:
    """Keep a second build out of a place.

    Raises:
        Refused: another build is at work there.
        OutputFailure: nothing can be written there.
    """
    file = place.desk / ".lock"
    lock = FileLock(file, timeout=0)
    try:
        with explained(place.folder):
            for folder in (place.folder, place.desk):
                folder.mkdir(parents=True, exist_ok=True)
                sweep(folder)
            lock.acquire()
    except Timeout:
        raise Refused(
            f"Another build is making {place.folder} right now. Wait for it, or choose another folder "
            "with --out."
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows keeps a file that is open
            file.unlink()
        lock.release()
        for folder in (place.folder, place.desk):
            with suppress(OSError):  # there is something in it, as there should be
                folder.rmdir()
