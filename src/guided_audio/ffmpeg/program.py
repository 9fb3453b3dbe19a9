"""Which ffmpeg it is, and how one of its children starts and ends."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

from guided_audio.errors import MissingTool

QUIET = ("-hide_banner", "-v", "error", "-nostdin")
"""Only errors on standard error, and no asking back."""

_REINSTALL = "Install it again: pip install --force-reinstall imageio-ffmpeg"


def executable() -> Path:
    """The ffmpeg of the imageio-ffmpeg wheel, or the one that IMAGEIO_FFMPEG_EXE names.

    Raises:
        MissingTool: when there is none for this machine.
    """
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - only those who encode or decode need it

        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as missing:
        raise MissingTool(f"ffmpeg is not on this machine. {_REINSTALL}") from missing


def version() -> str:
    """How this ffmpeg names its version, such as `7.0.2-static`.

    Raises:
        MissingTool: when there is none, or it does not run.
    """
    return _version_of(executable())


@cache
def _version_of(program: Path) -> str:
    try:
        answer = subprocess.run([program, "-version"], capture_output=True, timeout=30, check=True)
        return answer.stdout.split()[2].decode("ascii", "replace")
    except (OSError, subprocess.SubprocessError, IndexError) as broken:
        raise MissingTool(f"ffmpeg does not run. {_REINSTALL}") from broken


def start(command: Sequence[str], source: IO[bytes] | int, complaints: IO[bytes]) -> subprocess.Popen[bytes]:
    """A child that reads `source`, writes into a pipe, and complains into a file, which cannot fill up.

    Raises:
        MissingTool: when it does not start.
    """
    try:
        return subprocess.Popen(command, stdin=source, stdout=subprocess.PIPE, stderr=complaints)
    except OSError as broken:
        raise MissingTool(f"ffmpeg cannot be started ({broken.strerror}). {_REINSTALL}") from broken


def finish(child: subprocess.Popen[bytes]) -> None:
    """End a child if it has not ended, close its pipes, and leave no zombie."""
    child.kill()
    with suppress(BrokenPipeError), child:
        pass


def raw(rate: int, channels: int) -> list[str]:
    """The options for interleaved float32 samples, the form in which sound goes in and comes out."""
    return ["-f", "f32le", "-ar", str(rate), "-ac", str(channels)]
