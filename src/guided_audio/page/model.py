"""What a page holds: a series with its recordings, their chapters and their words, each with its time.

All times are whole milliseconds from the beginning of a recording. Names of files are relative to the
folder the page lies in, with forward slashes, and empty where there is no such file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class PageChapter:
    """A chapter and where it begins."""

    title: str
    start_ms: int


@dataclass(frozen=True, slots=True)
class PageCue:
    """Words from their first sound to their last. `chapter` counts the chapters of the track from 0."""

    start_ms: int
    end_ms: int
    text: str
    chapter: int


@dataclass(frozen=True, slots=True)
class PageTrack:
    """One recording.

    `quiet` is a file with about a minute of this track's bed, `way_back_ms` where the way back to the room
    begins; a track that ends in sleep (`sleep`) has none. `week` counts from 1. `notes` is a page to read.

    Raises:
        ValueError: the name of a file leads out of the folder.
    """

    number: int
    title: str
    file: str
    media_type: str
    length_ms: int
    purpose: str
    content_note: str
    chapters: tuple[PageChapter, ...]
    cues: tuple[PageCue, ...]
    way_back_ms: int | None
    sleep: bool
    week: int | None
    cover: str
    quiet: str
    notes: str

    def __post_init__(self) -> None:
        for name in (self.file, self.cover, self.quiet, self.notes):
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts or "\\" in name:
                raise ValueError("A page names only files in its own folder, or in a folder below it.")


@dataclass(frozen=True, slots=True)
class PageSeries:
    """Recordings in the order they are to be heard. `weeks` says what each week is for, from the first on.

    `voice` is a sentence on who speaks.

    A `discreet` page shows the titles it is given and the names of the audio files, and nothing else of
    what is here: whoever asks for one gives it neutral titles and names.
    """

    title: str
    purpose: str
    language: str
    tracks: tuple[PageTrack, ...]
    weeks: tuple[str, ...]
    discreet: bool
    voice: str = ""
