"""VLC, started by a user who is not root, which it insists on."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from guided_audio.forms import Form
from players.programs import VLC, Desk, Program, Said, missing, nobody
from players.table import Seen
from players.walks import TITLE, Walks, agree, open_to_all, playing

LIBRARY = """\
import ctypes, json, os, sys, time

FETCH_LOCAL, PARSED = 2, 4

class Chapter(ctypes.Structure):
    _fields_ = [("start", ctypes.c_int64), ("lasts", ctypes.c_int64), ("title", ctypes.c_char_p)]

lib = ctypes.CDLL(sys.argv[1])
for name in ("new", "media_new_path", "media_player_new_from_media"):
    getattr(lib, "libvlc_" + name).restype = ctypes.c_void_p
lib.libvlc_media_player_get_time.restype = ctypes.c_int64
lib.libvlc_media_get_meta.restype = ctypes.c_char_p
options = [b"--no-video", b"--aout=dummy", b"--intf=dummy", b"--quiet"]
vlc = ctypes.c_void_p(lib.libvlc_new(len(options), (ctypes.c_char_p * len(options))(*options)))

def wait(true, seconds):
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)

for path in sys.argv[2:]:
    media = ctypes.c_void_p(lib.libvlc_media_new_path(vlc, os.fsencode(path)))
    lib.libvlc_media_parse_with_options(media, FETCH_LOCAL, -1)
    wait(lambda: lib.libvlc_media_get_parsed_status(media) == PARSED, 20)
    player = ctypes.c_void_p(lib.libvlc_media_player_new_from_media(media))
    lib.libvlc_media_player_play(player)
    wait(lambda: lib.libvlc_media_player_get_time(player) > 0, 20)
    found = ctypes.POINTER(ctypes.POINTER(Chapter))()
    many = lib.libvlc_media_player_get_full_chapter_descriptions(player, -1, ctypes.byref(found))
    chapters = [found[number].contents for number in range(max(many, 0))]
    *tags, art = [(lib.libvlc_media_get_meta(media, kind) or b"").decode() for kind in (0, 4, 5, 15)]
    chapters = [[each.start, each.title.decode()] for each in chapters]
    print(json.dumps({"chapters": chapters, "tags": tags, "art": art}))
    lib.libvlc_media_player_stop(player)
"""
"""Asks VLC's library what it knows of a file while it plays it; the program itself only counts chapters."""

PYTHON = Program("python", sys.executable, "python3")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home for the user who starts it."""
    with open_to_all() as folder:
        if nobody():
            os.chown(folder, 65534, 65534)
        yield folder


@pytest.fixture
def lent(home: Path, walks: Walks) -> Path:
    """The folder of a form where that user may read it."""
    folder = home / str(walks.form)
    return folder if folder.exists() else shutil.copytree(walks.folder, folder)


def played(desk: Desk, home: Path, file: Path, to: str) -> Said:
    """What VLC says while it plays something into a file, as fast as it can."""
    sink = f"#transcode{{acodec=s16l}}:std{{access=file,mux=wav,dst={to}}}"
    quietly = ("-vv", "-I", "dummy", "--play-and-exit", "--no-media-library", "--sout", sink)
    said = desk.run(
        VLC, *quietly, file, cwd=home, before=nobody(), more={"HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    )
    assert said.code == 0, said.err[-2000:]
    return said


def test_a_recording_plays_to_its_end(desk: Desk, home: Path, lent: Path, walks: Walks, seen: Seen) -> None:
    """All of its sound but, of AAC and Opus, the last packets, which VLC drops of anybody's files."""
    sound = home / "played.wav"
    played(desk, home, lent / walks.first.file.name, str(sound))
    frames = (sound.stat().st_size - 44) / 4
    rate = 48_000 if walks.form is Form.OPUS else 44_100
    seen(VLC, walks.form, plays=playing(frames, walks.first, rate))


def test_a_playlist_brings_every_track(desk: Desk, home: Path, lent: Path, walks: Walks, seen: Seen) -> None:
    """In its order, each with the words beside it."""
    for playlist in walks.playlists:
        said = played(desk, home, lent / playlist.name, "/dev/null").err
        inputs = re.findall(r"`file://(\S+)' gives access `file' demux `any'", said)
        found = [Path(path).name for path in inputs if Path(path).suffix == walks.form.suffix]
        assert found == walks.names
        for track in walks.tracks:
            beside = set(re.findall(rf"autodetected subtitle: \S*/{track.file.stem}(\.\w+) ", said))
            assert beside == {".srt", ".vtt"}
    seen(VLC, walks.form, synced_text=".srt .vtt", playlist=".m3u8 .m3u")


def known(desk: Desk, home: Path, *files: Path) -> list[dict[str, Any]]:
    """What VLC's library knows of files."""
    library = find_library("vlc")
    if library is None:
        missing("the library of VLC is not installed (apt-get install libvlc5)")
    script = desk.home / "known.py"
    script.write_text(LIBRARY, encoding="utf-8")
    said = desk.run(PYTHON, script, library, *files, more={"HOME": str(home)})
    assert said.code == 0, said.err
    return [json.loads(line) for line in said.out.splitlines()]


def test_tags_and_chapters(desk: Desk, walks: Walks, seen: Seen) -> None:
    """Title, album and number of each track; where it shows chapters: all, with titles and times."""
    shown = known(desk, desk.home, *(track.file for track in walks.tracks))
    assert [each["tags"] for each in shown] == [
        [track.title, TITLE, str(track.number)] for track in walks.tracks
    ]
    found = [[(start, title) for start, title in each["chapters"]] for each in shown]
    if any(found):
        for chapters, track in zip(found, walks.tracks, strict=True):
            agree(chapters, track.chapters)
    seen(VLC, walks.form, chapters="yes" if any(found) else "no")


def test_the_cover_inside(desk: Desk, walks: Walks, seen: Seen, tmp_path: Path) -> None:
    """It is taken out of a file that lies alone, without the picture that is beside it otherwise."""
    alone = Path(shutil.copy(walks.first.file, tmp_path))
    (shown,) = known(desk, tmp_path, alone)
    picture = Path(unquote(urlsplit(shown["art"]).path))
    assert picture.is_relative_to(tmp_path)
    assert picture.read_bytes().startswith(b"\xff\xd8\xff")
    seen(VLC, walks.form, cover="yes")
