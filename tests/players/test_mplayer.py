"""mplayer: plays everything, and knows chapters where it asks ffmpeg for them."""

from __future__ import annotations

import re

from guided_audio.forms import Form
from players.programs import MPLAYER, Desk
from players.table import Seen
from players.walks import Walks, agree, playing

QUIET = ("-noconfig", "all", "-novideo", "-nolirc", "-nojoystick", "-noconsolecontrols")


def test_a_recording_plays_to_its_end(desk: Desk, walks: Walks, seen: Seen) -> None:
    """As fast as it can be decoded."""
    raw = desk.home / "played.pcm"
    out = f"pcm:fast:nowaveheader:file={raw}"
    said = desk.run(MPLAYER, *QUIET, "-really-quiet", "-af", "format=s16le", "-ao", out, walks.first.file)
    assert said.code == 0, said.err
    rate = 48_000 if walks.form is Form.OPUS else 44_100
    seen(MPLAYER, walks.form, plays=playing(raw.stat().st_size / 4, walks.first, rate))


def test_a_playlist_brings_every_track(desk: Desk, walks: Walks, seen: Seen) -> None:
    """With the captions beside each; chapters, where it shows them, are right."""
    for playlist in walks.playlists:
        told = ("-identify", "-ao", "null", "-endpos", "0.05", "-playlist", playlist)
        said = desk.run(MPLAYER, *QUIET, *told)
        assert re.findall(r"^ID_FILENAME=(?:.*/)?(\S+)$", said.out, re.M) == walks.names
        beside = re.findall(r"^ID_FILE_SUB_FILENAME=(?:.*/)?(\S+)$", said.out, re.M)
        assert beside == [track.beside(".srt").name for track in walks.tracks]
        seen(MPLAYER, walks.form, chapters=_chapters(said.out, walks))
    seen(MPLAYER, walks.form, synced_text=".srt", cover="–", playlist=".m3u8 .m3u")


def _chapters(said: str, walks: Walks) -> str:
    parts = said.split("\nPlaying ")[1:]
    found = [
        re.findall(r"^ID_CHAPTER_\d+_START=(\d+)\n.*\nID_CHAPTER_\d+_NAME=(.+)$", part, re.M)
        for part in parts
    ]
    if not any(found):
        return "no"
    for chapters, track in zip(found, walks.tracks, strict=True):
        agree([(float(start), title) for start, title in chapters], track.chapters)
    return "yes"
