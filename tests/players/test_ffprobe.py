"""ffprobe and ffmpeg, which much is built on: times to the millisecond, every word and every sample."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guided_audio.forms import Form
from players.programs import FFMPEG, FFPROBE, Desk
from players.table import Seen
from players.walks import ARTIST, TITLE, Walks, agree, playing

EXACT = 1.0


def probed(desk: Desk, file: Path, *what: str) -> dict[str, Any]:
    """What ffprobe says of a file."""
    said = desk.run(FFPROBE, "-v", "error", "-of", "json", *what, file)
    assert (said.code, said.err) == (0, "")
    found: dict[str, Any] = json.loads(said.out)
    return found


def test_chapters_are_there_to_the_millisecond(desk: Desk, walks: Walks, seen: Seen) -> None:
    """All of them with their titles; the last of an Opus ends 6.5 ms late, for ffmpeg counts its pre-skip."""
    for track in walks.tracks:
        found = probed(desk, track.file, "-show_chapters")["chapters"]
        starts = [(float(each["start_time"]) * 1000, each["tags"]["title"]) for each in found]
        agree(starts, track.chapters, EXACT)
        ends = [float(each["end_time"]) * 1000 for each in found]
        late = 6.5 if walks.form is Form.OPUS else 0.0
        assert ends[:-1] == pytest.approx([mark.end for mark in track.chapters[:-1]], abs=EXACT)
        assert ends[-1] == pytest.approx(track.ms + late, abs=EXACT)
    seen(FFPROBE, walks.form, chapters="yes")


def test_tags_and_cover(desk: Desk, walks: Walks, seen: Seen) -> None:
    """Title, album, artist and number of every track, and a picture; an Opus has its tags in its stream."""
    for track in walks.tracks:
        found = probed(desk, track.file, "-show_format", "-show_streams")
        tags = dict(found["format"].get("tags", {})) | found["streams"][0].get("tags", {})
        told = {name.lower(): text for name, text in tags.items()}
        assert (told["title"], told["album"], told["artist"]) == (track.title, TITLE, ARTIST)
        assert told["track"].split("/")[0] == str(track.number)
        pictures = [each for each in found["streams"] if each["disposition"]["attached_pic"]]
        assert [(each["codec_name"], each["width"]) for each in pictures] == [("mjpeg", 700)]
    seen(FFPROBE, walks.form, cover="yes")


def test_words_beside_a_recording_have_their_times(desk: Desk, walks: Walks, seen: Seen) -> None:
    """Every caption to the millisecond, every line of lyrics to its hundredth of a second."""
    for track in walks.tracks:
        for suffix, within in ((".vtt", EXACT), (".srt", EXACT), (".lrc", 5.5)):
            packets = probed(desk, track.beside(suffix), "-show_packets", "-show_data")["packets"]
            said = [packet for packet in packets if words_of(packet["data"])]
            agree([(_ms(packet), words_of(packet["data"])) for packet in said], track.words, within)
            if suffix != ".lrc":
                ends = [_ms(packet) + float(packet["duration_time"]) * 1000 for packet in said]
                assert ends == pytest.approx([mark.end for mark in track.words], abs=2 * EXACT)
    seen(FFPROBE, walks.form, synced_text=".lrc .srt .vtt")


def _ms(packet: dict[str, Any]) -> float:
    return float(packet["pts_time"]) * 1000


def words_of(dump: str) -> str:
    """The text of a packet, which ffprobe prints in rows of eight times two bytes, and then as letters."""
    rows = [row.split(": ", 1)[1][:40] for row in dump.strip().splitlines()]
    return bytes.fromhex("".join(rows).replace(" ", "")).decode().strip()


def test_ffmpeg_decodes_every_sample(desk: Desk, walks: Walks, seen: Seen) -> None:
    """And none more, but for what ffmpeg leaves of the last packet of AAC; a playlist means nothing to it."""
    for track in walks.tracks:
        raw = desk.home / "decoded.pcm"
        select = ("-map", "0:a", "-f", "s16le")
        said = desk.run(FFMPEG, "-v", "error", "-y", "-i", track.file, *select, raw)
        assert (said.code, said.err) == (0, "")
        playing(raw.stat().st_size / 4, track, 48_000 if walks.form is Form.OPUS else 44_100)
    assert desk.run(FFPROBE, "-v", "error", walks.playlists[0]).code != 0
    seen(FFPROBE, walks.form, plays="–", playlist="no")
