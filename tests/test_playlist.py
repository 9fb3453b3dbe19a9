"""Playlists: plain names, harmless titles, and one form for every player."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guided_audio.naming import file_stem
from guided_audio.playlist import PlaylistEntry, as_m3u

TITLES = st.text(st.characters(), max_size=40)


def test_a_playlist_by_hand() -> None:
    """A head, a title, and for each track its seconds, its names and its file."""
    entries = [
        PlaylistEntry("01-arriving.mp3", "Arriving", "Ana Bo", 600.5001),
        PlaylistEntry("02-resting.m4b", "Resting, and 🌙", "", 59.4),
        PlaylistEntry("extra/03-walk-.flac", "", "Ana Bo", 0),
    ]
    assert as_m3u("Evenings & more", entries) == (
        "#EXTM3U\n"
        "#PLAYLIST:Evenings & more\n"
        "#EXTINF:601,Ana Bo - Arriving\n"
        "01-arriving.mp3\n"
        "#EXTINF:59,Resting, and 🌙\n"
        "02-resting.m4b\n"
        "#EXTINF:0,Ana Bo - extra/03-walk-.flac\n"
        "extra/03-walk-.flac\n"
    )


def test_an_empty_playlist_is_a_playlist() -> None:
    """Without tracks and without a title it still says what it is."""
    assert as_m3u("\n", []) == "#EXTM3U\n"


@given(TITLES, st.lists(st.tuples(TITLES, TITLES, st.floats(0, 1e6)), max_size=4))
def test_any_title_is_harmless(title: str, tracks: list[tuple[str, str, float]]) -> None:
    """Whatever a title holds, a reader finds the files and the lengths, and no other line."""
    entries = [
        PlaylistEntry(f"{number:02}-track.mp3", name, artist, seconds)
        for number, (name, artist, seconds) in enumerate(tracks, start=1)
    ]
    written = as_m3u(title, entries).encode("utf-8").decode("utf-8")
    assert written.startswith("#EXTM3U\n")
    assert written.endswith("\n")
    assert all(unicodedata.category(sign) not in {"Cc", "Zl", "Zp"} for sign in written.replace("\n", ""))
    lines = written.splitlines()
    assert [line for line in lines if not line.startswith("#")] == [entry.file for entry in entries]
    lengths = [int(line[8:].partition(",")[0]) for line in lines if line.startswith("#EXTINF:")]
    assert all(abs(length - entry.seconds) <= 0.5 for length, entry in zip(lengths, entries, strict=True))
    assert sum(line.startswith("#PLAYLIST:") for line in lines) <= 1


@given(TITLES)
def test_what_a_track_is_called_is_always_allowed(title: str) -> None:
    """The names this program gives to files are plain enough."""
    file = f"{file_stem(title, 'evening')}.mp3"
    assert as_m3u("", [PlaylistEntry(file, "A", "", 1)]).splitlines()[-1] == file


@pytest.mark.parametrize(
    "file",
    [
        "",
        "track",
        ".mp3",
        "My Track.mp3",
        "track#1.mp3",
        "tr%20ack.mp3",
        "größe.mp3",
        "folder\\track.mp3",
        "/track.mp3",
        "../track.mp3",
        "C:/track.mp3",
        "-track.mp3",
        "track.mp3\n",
        "track\n.mp3",
        "http://example.org/track.mp3",
    ],
)
def test_a_name_that_some_player_misreads_is_refused(file: str) -> None:
    """It is a mistake of the program, and its message keeps the name to itself."""
    with pytest.raises(ValueError, match="names files") as refused:
        as_m3u("", [PlaylistEntry(file, "A", "B", 1)])
    assert not file or file not in str(refused.value)


@pytest.mark.parametrize("seconds", [-1, math.inf, math.nan])
def test_a_length_is_a_number_of_seconds(seconds: float) -> None:
    """Nothing a player could take for an endless stream."""
    with pytest.raises(ValueError, match="length"):
        as_m3u("", [PlaylistEntry("track.mp3", "A", "B", seconds)])
