"""mpv: plays everything there is, with chapters, words and cover."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guided_audio.forms import Form
from players.programs import MPV, Desk
from players.table import Seen
from players.walks import TITLE, Walks, agree, playing

SHOW = """\
local utils = require 'mp.utils'
mp.add_hook('on_preloaded', 99, function()
  local shown = {}
  for _, name in ipairs({'filename', 'media-title', 'metadata', 'chapter-list', 'track-list'}) do
    shown[name] = mp.get_property_native(name)
  end
  io.write('SHOWN ', utils.format_json(shown), '\\n')
end)
"""
"""Prints what mpv itself knows of a file; it waits with playing until that is done."""

SILENT = ("--no-config", "--load-scripts=no", "--really-quiet", "--no-video")


def shown(desk: Desk, *arguments: str | Path) -> list[dict[str, Any]]:
    """What mpv shows of each file it plays."""
    script = desk.home / "show.lua"
    script.write_text(SHOW, encoding="utf-8")
    said = desk.run(MPV, *SILENT, f"--script={script}", *arguments)
    assert said.code == 0, said.all
    lines = [line for line in said.out.splitlines() if line.startswith("SHOWN ")]
    return [json.loads(line.removeprefix("SHOWN ")) for line in lines]


def test_a_recording_plays_to_its_end(desk: Desk, walks: Walks, seen: Seen) -> None:
    """All of its sound comes out, in one go."""
    raw = desk.home / "played.pcm"
    out = ("--ao=pcm", f"--ao-pcm-file={raw}", "--ao-pcm-waveheader=no", "--audio-format=s16")
    shown(desk, *out, walks.first.file)
    rate = 48_000 if walks.form is Form.OPUS else 44_100
    seen(MPV, walks.form, plays=playing(raw.stat().st_size / 4, walks.first, rate))


@pytest.mark.parametrize("which", [0, 1], ids=["m3u8", "m3u"])
def test_a_playlist_brings_every_track_with_all_it_has(
    desk: Desk, walks: Walks, seen: Seen, which: int
) -> None:
    """Tracks in their order with title, album and number, and chapters, words and cover of each."""
    found = shown(desk, "--ao=null", "--length=0.05", walks.playlists[which])
    assert [each["filename"] for each in found] == walks.names
    for each, track in zip(found, walks.tracks, strict=True):
        told = {name.lower(): text for name, text in each["metadata"].items()}
        assert (each["media-title"], told["album"]) == (track.title, TITLE)
        assert told["track"].split("/")[0] == str(track.number)
        agree([(at["time"] * 1000, at["title"]) for at in each["chapter-list"]], track.chapters)
        parts = each["track-list"]
        beside = {Path(part["external-filename"]) for part in parts if part["type"] == "sub"}
        assert beside == {
            Path(track.beside(suffix).name) for suffix in (".lrc", ".srt", ".vtt")
        } or beside == {track.beside(suffix) for suffix in (".lrc", ".srt", ".vtt")}
        assert any(part["albumart"] and not part["external"] for part in parts)
    seen(MPV, walks.form, chapters="yes", synced_text=".lrc .srt .vtt", cover="yes", playlist=".m3u8 .m3u")
