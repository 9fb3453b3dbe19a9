"""Every program a series is tried in: its name, its package in Debian, and how to ask its version."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

_NUMBER = re.compile(r"(?<![-.\d])\d+(?:\.\d+)+")
_NOBODY = "65534"
_SLOWEST = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """One of them. `asks` is what makes it say its version; where it is empty, only its package knows."""

    name: str
    command: str
    package: str
    asks: tuple[str, ...] = ("--version",)


MPV = Program("mpv", "mpv", "mpv")
VLC = Program("VLC", "cvlc", "vlc-bin vlc-plugin-base")
MPG123 = Program("mpg123", "mpg123", "mpg123")
MPLAYER = Program("mplayer", "mplayer", "mplayer", ())
GSTREAMER = Program("GStreamer", "gst-launch-1.0", "gstreamer1.0-tools")
MPD = Program("MPD", "mpd", "mpd")
AUDACIOUS = Program("Audacious", "audacious", "audacious")
CHROMIUM = Program("Chromium, on the page", "chromium", "chromium")
GPODDER = Program("gPodder, by the feed", "gpo", "gpodder", ())
FFPROBE = Program("ffprobe", "ffprobe", "ffmpeg", ("-version",))
EYED3 = Program("eyeD3", "eyeD3", "eyed3")
KID3 = Program("kid3", "kid3-cli", "kid3-cli", ())
EXIFTOOL = Program("exiftool", "exiftool", "libimage-exiftool-perl", ("-ver",))
MEDIAINFO = Program("mediainfo", "mediainfo", "mediainfo", ("--Version",))
ID3V2 = Program("id3v2", "id3v2", "id3v2")
MP3VAL = Program("mp3val", "mp3val", "mp3val", ("-v",))

LISTED = (
    *(MPV, VLC, MPG123, MPLAYER, GSTREAMER, MPD, AUDACIOUS, CHROMIUM, GPODDER),
    *(FFPROBE, EYED3, KID3, EXIFTOOL, MEDIAINFO, ID3V2, MP3VAL),
)
"""In the order of the table: what people listen with, then what reads files."""

FFMPEG = Program("ffmpeg", "ffmpeg", "ffmpeg", ("-version",))
GST_DISCOVERER = Program("gst-discoverer", "gst-discoverer-1.0", "gstreamer1.0-plugins-base-apps")
GST_PLAY = Program("gst-play", "gst-play-1.0", "gstreamer1.0-plugins-base-apps")
MPC = Program("mpc", "mpc", "mpc")
AUDTOOL = Program("audtool", "audtool", "audacious")
DBUS = Program("dbus-daemon", "dbus-daemon", "dbus")
SETPRIV = Program("setpriv", "setpriv", "util-linux")


@dataclass(frozen=True, slots=True)
class Said:
    """What a program printed, and whether it was content."""

    code: int
    out: str
    err: str

    @property
    def all(self) -> str:
        """Both outputs."""
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class Desk:
    """Starts programs with a home of their own, so that nobody's settings count and none are changed."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """No screen, no settings, plain UTF-8."""
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return kept | {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "LC_ALL": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            "no_proxy": "*",
        }

    def run(
        self,
        program: Program,
        *arguments: str | Path,
        cwd: Path | None = None,
        before: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
        text: str = "",
    ) -> Said:
        """Start a program and wait for its end. `before` starts it; `text` is what it reads."""
        done = subprocess.run(
            [*before, path_of(program), *map(str, arguments)],
            cwd=cwd or self.home,
            env=self.environment | dict(more or {}),
            input=text.encode(),
            capture_output=True,
            timeout=_SLOWEST,
            check=False,
        )
        return Said(
            done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        )


def missing(reason: str) -> NoReturn:
    """Skip the test; where CI promised that everything is there, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def path_of(program: Program) -> str:
    """Where a program is. Without it the test is skipped; where CI promised it, that fails."""
    found = shutil.which(program.command)
    if found is None:
        missing(f"{program.command} is not installed (apt-get install {program.package})")
    return found


def nobody() -> list[str]:
    """What to put before a command that root may not start, where we are root."""
    if os.name != "posix" or os.geteuid() != 0:
        return []
    return [path_of(SETPRIV), f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", "--"]


@cache
def version_of(program: Program) -> str:
    """What a program says its version is; otherwise what its package says. Empty where neither does."""
    said = _asked(program) if program.asks and shutil.which(program.command) else ""
    found = _NUMBER.search(said) or _NUMBER.search(_packaged(program))
    return found[0] if found else ""


def _asked(program: Program) -> str:
    command = [*nobody(), path_of(program), *program.asks]
    environment = {"PATH": os.environ["PATH"], "HOME": "/", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=_SLOWEST, check=False)
    return (done.stdout + done.stderr).decode(errors="replace")


def _packaged(program: Program) -> str:
    if not shutil.which("dpkg-query"):
        return ""
    command = ["dpkg-query", "--show", "--showformat=${Version} ", program.package.split()[0]]
    done = subprocess.run(command, capture_output=True, timeout=_SLOWEST, check=False)
    return done.stdout.decode().partition(":")[2] or done.stdout.decode()
