"""The command line as a user calls it, and what its files are, for the end-to-end tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import imageio_ffmpeg
import numpy as np
import pytest
from numpy.typing import NDArray

from guided_audio import receipt as receipts
from guided_audio.blocks import Stereo
from guided_audio.cli import run
from guided_audio.receipt import Receipt

RATE = 44_100

BUILT_IN = ("befriending-a-part", "body-scan", "heart-opening")

SHORT = """\
title: A short one
purpose: Something to measure.
bed: none
slots:
  name: {fallback: "", private: true}
  place: {fallback: the chair, private: false}

script:
- chapter: First
- tick: Here is a first line{, name}, and it has some words.
- tick: Here is the second line of this script. It has two sentences.
- chapter: Second
- settle: The third line speaks of {place} by the window.
- tick: The fourth line is the last but one of them all.
- settle: And this one is the last.
"""
"""A script that is built in a second, with all that a receipt can hold but a bed."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished file and the store it was spoken into."""

    file: Path
    store: Path

    @property
    def paper(self) -> Path:
        """Its receipt's file."""
        return receipts.beside(self.file)

    @property
    def receipt(self) -> Receipt:
        """What stands in its receipt."""
        return receipts.read(self.paper.read_bytes())

    def copy(self, folder: Path) -> Finished:
        """The same file and receipt in another folder."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.paper, folder)
        return Finished(Path(shutil.copy(self.file, folder)), self.store)


Checks: TypeAlias = Callable[[Finished], dict[str, dict[str, Any]]]
"""Gives what `verify` says of a file: every check by its name."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call of the command line gave."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)


def environment(store: Path, **more: str) -> dict[str, str]:
    """The environment of a call: this store, plain output, nothing that the machine adds."""
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return kept | {"GUIDED_AUDIO_STORE": str(store)} | more


def command(*arguments: str | Path) -> list[str]:
    """The words of a call through `python -m`."""
    return [sys.executable, "-m", "guided_audio", *map(str, arguments)]


def powerless() -> list[str]:
    """What to put before a command so that permissions hold for it, root or not.

    Skips the test where that cannot be had.
    """
    if os.name != "posix":
        pytest.skip("permissions are another matter here")
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root may do anything here: setpriv is missing")
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]


def call(
    arguments: Sequence[str | Path],
    store: Path,
    cwd: Path | None = None,
    more: Mapping[str, str] | None = None,
    *,
    text: str = "",
    before: Sequence[str] = (),
) -> Answer:
    """Call the command line in a process of its own, its output in pipes; `before` starts it."""
    done = subprocess.run(
        [*before, *command(*arguments)],
        cwd=cwd,
        env=environment(store, **(more or {})),
        input=text.encode(),
        capture_output=True,
        timeout=240,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


class Cli:
    """The command line within this process: quicker, and open to being tampered with."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str | Path) -> Answer:
        """Call it and take what it printed."""
        self._capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = self._capsys.readouterr()
        return Answer(code, printed.out, printed.err)


@dataclass(frozen=True, slots=True)
class RealBuild:
    """The built-in scripts as the voice of this machine speaks them, in an order of their own."""

    store: Path
    answer: Answer

    def track(self, name: str) -> dict[str, Any]:
        """What the build said of a script."""
        return cast("dict[str, Any]", self.answer.json()["tracks"][BUILT_IN.index(name)])

    def finished(self, name: str) -> Finished:
        """The file of a script."""
        return Finished(Path(self.track(name)["file"]), self.store)


def ffmpeg(*arguments: str | Path, sound: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run ffmpeg on its own, without a line of ours in between."""
    return subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostdin", *map(str, arguments)],
        input=sound,
        capture_output=True,
        timeout=120,
        check=True,
    )


def decoded(file: Path) -> Stereo:
    """A whole file as ffmpeg plays it."""
    raw = ffmpeg("-v", "error", "-i", file, "-f", "f32le", "-ac", "2", "-ar", str(RATE), "pipe:1").stdout
    sound: NDArray[np.float32] = np.frombuffer(raw, dtype="<f4").reshape(-1, 2)
    return sound
