"""GStreamer, which the players of most Linux desktops are made of."""

from __future__ import annotations

import re

from guided_audio.forms import Form
from players.programs import GST_DISCOVERER, GST_PLAY, GSTREAMER, Desk
from players.table import Seen
from players.walks import ARTIST, TITLE, Walk, Walks, agree, playing

_CLOCK = r"(\d+):(\d\d):(\d\d\.\d+)"


def ms_of(hours: str, minutes: str, seconds: str) -> float:
    """A clock's time in milliseconds."""
    return 1000 * (60 * (60 * int(hours) + int(minutes)) + float(seconds))


def test_a_recording_plays_to_its_end(desk: Desk, walks: Walks, seen: Seen) -> None:
    """gst-play comes to the end of it, and a pipeline gives all of its sound."""
    said = desk.run(GST_PLAY, "--audiosink=fakesink sync=false", "--no-interactive", walks.first.file)
    assert "Reached end of play list" in said.out, said.all
    raw = desk.home / "played.pcm"
    rate = 48_000 if walks.form is Form.OPUS else 44_100
    form = f"audio/x-raw,format=S16LE,channels=2,rate={rate}"
    pipeline = (
        f"filesrc location={walks.first.file} ! decodebin ! audioconvert ! {form} ! filesink location={raw}"
    )
    said = desk.run(GSTREAMER, "-q", *pipeline.split())
    assert said.code == 0, said.all
    seen(GSTREAMER, walks.form, plays=playing(raw.stat().st_size / 4, walks.first, rate))


def test_length_tags_cover_and_chapters(desk: Desk, walks: Walks, seen: Seen) -> None:
    """Of every track, umlauts and all. Of a WAV it reads cue points and INFO, so no cover."""
    for track in walks.tracks:
        said = desk.run(GST_DISCOVERER, "-v", "--toc", track.file).out
        length = re.search(rf"Duration: {_CLOCK}", said)
        assert length
        assert abs(ms_of(*length.groups()) - track.ms) < 50.0
        tags = dict(re.findall(r"^ {6}(title|album|artist|track number): (.+)$", said, re.M))
        assert tags == _tags(track)
        shown = {"cover": "yes" if "type: image/jpeg" in said else "no", "chapters": _chapters(said, track)}
        seen(GSTREAMER, walks.form, **shown, synced_text="no")


def _tags(track: Walk) -> dict[str, str]:
    return {"title": track.title, "album": TITLE, "artist": ARTIST, "track number": str(track.number)}


def _chapters(said: str, track: Walk) -> str:
    contents = said.partition("TOC:")[2]
    found = re.findall(rf"track: start: {_CLOCK} .*\n\s*Tags:\s*\n\s*title: (.+)", contents)
    if not found:
        return "no"
    agree([(ms_of(*clock), title) for *clock, title in found], track.chapters)
    return "yes"


def test_a_playlist_is_a_text_to_it(desk: Desk, mp3: Walks, walks: Walks, seen: Seen) -> None:
    """Programs made of it read playlists themselves; it says that this is a text."""
    assert "text file" in desk.run(GST_DISCOVERER, mp3.playlists[0]).all
    seen(GSTREAMER, walks.form, playlist="no")
