"""Audacious without its window: one that plays, another that tells it to."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import soundfile

from guided_audio.forms import Form
from players.programs import AUDACIOUS, AUDTOOL, DBUS, Desk, path_of
from players.table import Seen
from players.walks import ARTIST, TITLE, Walks, playing

PATIENCE = 30.0
STARTS = 3


@dataclass(frozen=True, slots=True)
class Player:
    """Audacious at work. What it plays goes to files in its home."""

    desk: Desk
    bus: str

    def tell(self, *words: str) -> str:
        """Tell it something; gives its answer."""
        said = self.desk.run(AUDTOOL, *words, more={"DBUS_SESSION_BUS_ADDRESS": self.bus})
        return said.out.strip()

    def load(self, playlist: Path) -> None:
        """Open a playlist instead of what is open, and wait until it knows all of it."""
        self.tell("playback-stop")
        self.tell("playlist-clear")
        self.tell("playlist-addurl", playlist.as_uri())
        wait_until(lambda: self.tell("playlist-length") == "3" and "" not in self.of_each("title"))

    def of_each(self, field: str) -> list[str]:
        """A field of each track."""
        return [self.tell("playlist-tuple-data", field, str(number)) for number in (1, 2, 3)]


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something, but not for ever."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "Audacious did not answer in time"
        time.sleep(0.2)  # each time it is asked, a program is started


@pytest.fixture(scope="module")
def audacious(desk: Desk) -> Iterator[Player]:
    """The program on a bus of its own."""
    path_of(AUDTOOL)
    command = [path_of(DBUS), "--session", "--nofork", "--print-address"]
    bus = subprocess.Popen(command, env=desk.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert bus.stdout
    player = Player(desk, bus.stdout.readline().decode().strip())
    running = _started(player)
    try:
        player.tell("plugin-enable", "filewriter", "on")
        player.tell("config-set", "filewriter:fileext", "0")
        player.tell("config-set", "filewriter:filenamefromtags", "FALSE")
        yield player
    finally:
        player.tell("shutdown")
        for process in (running, bus):
            with suppress(subprocess.TimeoutExpired):
                process.wait(5 if process is running else 0.1)
            process.terminate()
            process.wait(10)
        bus.stdout.close()


def _started(player: Player) -> subprocess.Popen[bytes]:
    """Audacious as soon as it answers. Once in a while it never does after its first start; then anew."""
    complaints = player.desk.home / "audacious.txt"
    for _ in range(STARTS):
        with complaints.open("wb") as into:
            running = subprocess.Popen(
                [path_of(AUDACIOUS), "--headless"],
                env=player.desk.environment | {"DBUS_SESSION_BUS_ADDRESS": player.bus},
                stdout=into,
                stderr=into,
            )
        until = time.monotonic() + PATIENCE / STARTS
        while running.poll() is None and time.monotonic() < until:
            if player.tell("playlist-length") == "0":
                return running
            time.sleep(0.2)
        running.kill()
        running.wait(10)
    raise AssertionError(f"Audacious does not start: {complaints.read_text(errors='replace')[-500:]}")


def test_playlists_bring_every_track_and_it_plays_to_the_end(
    audacious: Player, walks: Walks, seen: Seen
) -> None:
    """Tracks in their order with their tags; into files, for there is no loudspeaker, at full speed."""
    for playlist in walks.playlists:
        audacious.load(playlist)
        assert [Path(audacious.tell("playlist-song-filename", str(n))).name for n in (1, 2, 3)] == walks.names
        found = {field: audacious.of_each(field) for field in ("title", "artist", "album", "track-number")}
        assert found == _tags(walks)
    written = [audacious.desk.home / f"{track.file.stem}.wav" for track in walks.tracks]
    for file in written:
        file.unlink(missing_ok=True)
    audacious.tell("playlist-jump", "1")
    audacious.tell("playback-play")
    wait_until(written[-1].exists)
    wait_until(lambda: audacious.tell("playback-status") == "stopped")
    rate = 48_000 if walks.form is Form.OPUS else 44_100
    lengths = [soundfile.info(file).frames for file in written]
    kinds = {playing(frames, track, rate) for frames, track in zip(lengths, walks.tracks, strict=True)}
    plays = "to the sample" if kinds == {"to the sample"} else "to the end"
    dashes = dict.fromkeys(("chapters", "synced_text", "cover"), "–")
    seen(AUDACIOUS, walks.form, plays=plays, playlist=".m3u8 .m3u", **dashes)


def _tags(walks: Walks) -> dict[str, list[str]]:
    titles = [track.title for track in walks.tracks]
    return {"title": titles, "artist": [ARTIST] * 3, "album": [TITLE] * 3, "track-number": ["1", "2", "3"]}


def test_its_list_shows_lengths(audacious: Player, mp3: Walks) -> None:
    """In minutes and seconds, as the recordings last."""
    audacious.load(mp3.playlists[0])
    shown = re.findall(r"\| (\d+):(\d\d)$", audacious.tell("playlist-display"), re.M)
    lengths = [60 * int(minutes) + int(seconds) for minutes, seconds in shown]
    assert lengths == pytest.approx([track.ms / 1000 for track in mp3.tracks], abs=1.0)
