"""What a player is told about one track, whatever container it is written into."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChapterTag:
    """A chapter as players list it, in milliseconds from the first sample."""

    title: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class TrackTags:
    """Everything a player is told about one track. An empty text, and an empty cover, is left out.

    `track` is `3/8`, `language` a BCP 47 tag such as `en-GB`, `cover` a JPEG. `gain_db` is the
    ReplayGain of the voice alone: pauses and the bed would mislead a player. `peak` is the largest
    sample, 1.0 at full scale. `synced` has the words with the milliseconds at which they come; an empty
    text takes the one before it off the screen. `album_artist` is the same for all tracks of an album,
    which players sort by.
    """

    title: str
    artist: str
    album: str
    track: str
    genre: str
    language: str
    comment: str
    lyrics: str
    chapters: tuple[ChapterTag, ...]
    length_ms: int
    gain_db: float
    peak: float
    cover: bytes
    album_artist: str = ""
    synced: tuple[tuple[int, str], ...] = ()


def one_line(text: str) -> str:
    """A text without control characters; a player has one line for it."""
    return lines(text).replace("\n", " ")


def lines(text: str) -> str:
    """A text in which a line feed is the only control character and every surrogate has its other half."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    plain = whole.replace("\r\n", "\n").replace("\r", "\n")
    kept = (" " if unicodedata.category(char) == "Cc" and char != "\n" else char for char in plain)
    return "".join(kept).strip()
