"""MPD, the player of many homes: it reads its library by itself, and plays what its clients ask for."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from guided_audio.forms import Form
from players.programs import MPC, MPD, Desk, path_of
from players.table import Seen
from players.walks import ARTIST, TITLE, Shelf, Walks

SETTINGS = """\
music_directory "{root}"
playlist_directory "{home}"
db_file "{home}/mpd.db"
bind_to_address "{home}/mpd.socket"
auto_update "no"
zeroconf_enabled "no"
input {{
  plugin "curl"
  enabled "no"
}}
audio_output {{
  type "null"
  name "null"
  sync "no"
}}
"""

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Daemon:
    """MPD at work, and what it has written down."""

    desk: Desk
    root: Path
    log: Path

    def ask(self, *words: str) -> str:
        """What it answers."""
        said = self.desk.run(MPC, *words, more={"MPD_HOST": str(self.desk.home / "mpd.socket")})
        assert said.code == 0, said.all
        return said.out

    def wait_for(self, pattern: str, many: int) -> list[str]:
        """What it has written down, once there is so much of it."""
        until = time.monotonic() + PATIENCE
        found: list[str] = []
        while len(found) < many and time.monotonic() < until:
            time.sleep(0.02)
            found = re.findall(pattern, self.log.read_text(encoding="utf-8"))
        return found


@pytest.fixture(scope="module")
def mpd(desk: Desk, shelf: Shelf) -> Iterator[Daemon]:
    """The daemon, with all forms of the series for its library."""
    for form in Form:
        assert shelf[form]
    settings, log = desk.home / "mpd.conf", desk.home / "mpd.log"
    settings.write_text(SETTINGS.format(root=shelf.root, home=desk.home), encoding="utf-8")
    command = [path_of(MPD), "--no-daemon", "--stderr", "--verbose", str(settings)]
    with log.open("wb") as stream:
        running = subprocess.Popen(command, env=desk.environment, stdout=stream, stderr=stream)
    daemon = Daemon(desk, shelf.root, log)
    try:
        until = time.monotonic() + PATIENCE
        while not (desk.home / "mpd.socket").exists() and time.monotonic() < until:
            time.sleep(0.02)
        daemon.ask("--wait", "update")
        yield daemon
    finally:
        running.terminate()
        with suppress(subprocess.TimeoutExpired):
            running.wait(10)
        running.kill()


def test_a_playlist_brings_every_track(mpd: Daemon, walks: Walks, seen: Seen) -> None:
    """Tracks in their order with all their tags; of a WAV those of INFO, which has no album artist."""
    shown = "; ".join(f"%{tag}%" for tag in ("file", "title", "artist", "albumartist", "album", "track"))
    folder = walks.folder.relative_to(mpd.root)
    of_album = "" if walks.form is Form.WAV else ARTIST
    for playlist in walks.playlists:
        mpd.ask("clear")
        mpd.ask("load", str(folder / playlist.name))
        assert mpd.ask("--format", shown, "playlist").splitlines() == [
            "; ".join(
                (str(folder / track.file.name), track.title, ARTIST, of_album, TITLE, str(track.number))
            )
            for track in walks.tracks
        ]
    parts = [part for part in mpd.ask("listall", str(folder)).splitlines() if walks.first.file.name in part]
    assert parts == [str(folder / walks.first.file.name)]  # a file with chapters would be a folder of them
    seen(MPD, walks.form, playlist=".m3u8 .m3u", chapters="no", synced_text="–")


def test_every_track_plays_to_its_end(mpd: Daemon, walks: Walks, seen: Seen) -> None:
    """One after the other, until the list is through."""
    mpd.ask("clear")
    mpd.ask("load", str(walks.playlists[0].relative_to(mpd.root)))
    mpd.ask("play")
    pattern = rf'player: played "{walks.form}/\S+/(\S+)"'
    assert mpd.wait_for(pattern, 3) == walks.names
    until = time.monotonic() + PATIENCE
    while "[playing]" in mpd.ask("status"):
        assert time.monotonic() < until
    seen(MPD, walks.form, plays="to the end")


def test_the_cover_comes_over_its_socket(mpd: Daemon, desk: Desk, walks: Walks, seen: Seen) -> None:
    """The picture in the file and the one beside it, byte for byte as they are there."""
    name = str(walks.first.file.relative_to(mpd.root))
    inside, beside = (_picture(desk, kind, name) for kind in ("readpicture", "albumart"))
    assert inside.startswith(b"\xff\xd8\xff")
    assert inside in walks.first.file.read_bytes() or walks.form is Form.OPUS
    assert beside == (walks.folder / "cover.jpg").read_bytes()
    seen(MPD, walks.form, cover="yes")


def _picture(desk: Desk, kind: str, name: str) -> bytes:
    """A picture as mpc prints it."""
    environment = desk.environment | {"MPD_HOST": str(desk.home / "mpd.socket")}
    done = subprocess.run(
        [path_of(MPC), kind, name], env=environment, capture_output=True, timeout=PATIENCE, check=True
    )
    return done.stdout
