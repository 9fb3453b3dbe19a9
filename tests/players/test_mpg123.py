"""mpg123: a player of MP3 and nothing else."""

from __future__ import annotations

import re

import pytest

from guided_audio.forms import Form
from players.programs import MPG123, Desk
from players.table import Seen
from players.walks import TITLE, Shelf, Walks, playing


def test_a_recording_plays_to_its_last_sample(desk: Desk, mp3: Walks, seen: Seen) -> None:
    """The delay of the encoder and its padding are cut off as the header says."""
    for track in mp3.tracks:
        raw = desk.home / "played.pcm"
        said = desk.run(MPG123, "-q", "-r", "44100", "-O", raw, track.file)
        assert (said.code, said.err) == (0, "")
        seen(MPG123, Form.MP3, plays=playing(raw.stat().st_size / 4, track))


def test_a_playlist_brings_every_track(desk: Desk, mp3: Walks, seen: Seen) -> None:
    """In its order, with title and album; it knows of no chapters, no times of words and no pictures."""
    for playlist in mp3.playlists:
        said = desk.run(MPG123, "-t", "-@", playlist).all
        played = re.findall(r"Playing MPEG stream \d of (\d): (\S+)", said)
        assert played == [("3", name) for name in mp3.names]
        assert re.findall(r"Title: +(.+)", said) == [track.title for track in mp3.tracks]
        assert re.findall(r"Album: +(.+)", said) == [TITLE] * 3
        assert len(re.findall(r"Decoding of .+ finished", said)) == 3
        assert "error" not in said.lower()
        assert not any(mark.text in said for mark in mp3.first.chapters)
    seen(MPG123, Form.MP3, chapters="no", synced_text="no", cover="no", playlist=".m3u8 .m3u")


@pytest.mark.parametrize("form", [form for form in Form if form is not Form.MP3], ids=str)
def test_other_forms_are_not_for_it(desk: Desk, shelf: Shelf, seen: Seen, form: Form) -> None:
    """It says so itself."""
    assert "Failed to find valid MPEG data" in desk.run(MPG123, "-t", shelf[form].first.file).err
    no = dict.fromkeys(("chapters", "synced_text", "cover", "playlist"), "no")
    seen(MPG123, form, plays="no", **no)
