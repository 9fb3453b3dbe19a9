"""Sound through ffmpeg and out again while it is still coming: any codec, in constant memory."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Generator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import IO, cast

import numpy as np
from numpy.typing import NDArray

from guided_audio.errors import EncoderFailure
from guided_audio.ffmpeg.children import Children
from guided_audio.ffmpeg.encoding import early_end, last_line
from guided_audio.ffmpeg.program import QUIET, executable

Samples = NDArray[np.float32] | NDArray[np.int16]
"""A block of shape (frames, channels), as a codec takes it."""

_PIECE = 65_536  # bytes


@dataclass(frozen=True, slots=True)
class Codec:
    """What a child is to make: its name in messages, and ffmpeg's options for what goes in and comes out."""

    name: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]


def encode_stream(pcm: Iterable[Samples], codec: Codec, children: Children) -> Generator[bytes, None, None]:
    """What a codec makes of sound, piece by piece.

    A thread asks for the sound and feeds it, while the caller takes what comes out: neither pipe can fill
    up and stop both. Close the iteration where it is left early (`contextlib.closing`): that ends the child.

    Raises:
        EncoderFailure: with the last thing ffmpeg had to say; whatever `pcm` raises is raised as it is.
        MissingTool: when there is no ffmpeg to start.
    """
    plain = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    command = [str(executable()), *QUIET, *codec.takes, "-i", "pipe:0", *plain, *codec.gives, "pipe:1"]
    with tempfile.TemporaryFile() as complaints, children.running(command, complaints) as child:
        feeder = _Feeder(child, pcm)
        feeder.start()
        out = cast("io.BufferedReader", child.stdout)
        try:
            while piece := out.read1(_PIECE):
                yield piece
        except BaseException:
            child.kill()  # or the feeder would wait for a reader that does not come back
            raise
        finally:
            feeder.join()
        if feeder.failure is not None:
            raise feeder.failure
        if child.wait() != 0:
            raise EncoderFailure(early_end(codec.name, child.returncode, last_line(complaints)))


class _Feeder(Thread):
    """Writes sound into a child to its end. What goes wrong ends the child, and is kept."""

    def __init__(self, child: subprocess.Popen[bytes], pcm: Iterable[Samples]) -> None:
        super().__init__(name="feeder", daemon=True)
        self._child, self._pcm = child, pcm
        self.failure: BaseException | None = None

    def run(self) -> None:
        """Feed it all."""
        into = cast("IO[bytes]", self._child.stdin)
        try:
            with suppress(BrokenPipeError):  # the child is gone, and its exit code says why
                for block in self._pcm:
                    into.write(np.ascontiguousarray(block).data)
                into.close()
        except BaseException as failure:  # raised again in the thread that reads
            self.failure = failure
            self._child.kill()
