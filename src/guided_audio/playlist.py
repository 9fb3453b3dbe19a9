"""Playlists: the tracks of a series in their order, in the one form that every player resolves.

That form is extended M3U with plain file names beside it. Of names with spaces, signs or letters
beyond ASCII each player reads some, raw or percent-encoded, and none reads all; so there are none here.
An `.m3u8` and an `.m3u` hold the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from guided_audio.wording import one_line

_PLAIN_FILE = re.compile(r"(?:[a-z0-9][a-z0-9-]*/)*[a-z0-9][a-z0-9-]*\.[a-z0-9]{2,4}")


@dataclass(frozen=True, slots=True)
class PlaylistEntry:
    """One track. `file` is its path from the playlist's folder, `seconds` how long it plays."""

    file: str
    title: str
    artist: str
    seconds: float


def as_m3u(title: str, entries: Iterable[PlaylistEntry]) -> str:
    """The text of a playlist, to be written as UTF-8 without a byte order mark; it ends in a line feed.

    Titles and artists are put on one line. An empty artist is left out, and so is an empty title of the
    whole; a track without a title goes by its file.

    Raises:
        ValueError: where a file name is not made of lower-case letters, digits and hyphens and a
            suffix, or a length is not a number of seconds.
    """
    named = one_line(title)
    head = "#EXTM3U\n" + (f"#PLAYLIST:{named}\n" if named else "")
    return head + "".join(map(_written, entries))


def _written(entry: PlaylistEntry) -> str:
    if not _PLAIN_FILE.fullmatch(entry.file):
        raise ValueError("A playlist names files by lower-case letters, digits, hyphens and a suffix only.")
    if not 0 <= entry.seconds < float("inf"):
        raise ValueError("The length of a track is a number of seconds, 0 or more.")
    shown = " - ".join(filter(None, (one_line(entry.artist), one_line(entry.title) or entry.file)))
    return f"#EXTINF:{round(entry.seconds)},{shown}\n{entry.file}\n"
