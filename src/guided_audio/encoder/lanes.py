"""A whole MP3, on several cores at once.

Each lane is a thread that reads the sound of its chunk and feeds it to an ffmpeg of its own. So
mixing and encoding overlap, and every core has work from the first block on. Finished chunks are
written in order; at most one more than there are lanes is alive, however long the sound is.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NoReturn, Protocol

from guided_audio.blocks import Source
from guided_audio.encoder.ahead import in_order
from guided_audio.encoder.chunks import PeakWatch, encode_chunk, pcm
from guided_audio.encoder.format import SAMPLES, Chunk, Mp3Format
from guided_audio.encoder.info import info_frame
from guided_audio.ffmpeg import Children
from guided_audio.units import Frames

Keep = Callable[[Chunk, Callable[[], bytes]], bytes]
"""Gives what a chunk became: from where it is kept, else by calling what makes it, and keeping that."""


class Sink(Protocol):
    """Whatever takes bytes, one piece after another."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take what follows what was taken before."""
        ...


_PEAK = struct.Struct("<f")  # stands before the frames of a chunk, in what is kept of it


def anew(_chunk: Chunk, make: Callable[[], bytes]) -> bytes:
    """Keep nothing: make every chunk."""
    return make()


def encode(  # noqa: PLR0913 - what, how long, where to and as what; the rest is by keyword
    source: Source,
    length: Frames,
    sink: Sink,
    fmt: Mp3Format,
    *,
    lanes: int,
    progress: Callable[[Frames], None] | None = None,
    keep: Keep = anew,
) -> float:
    """Write the first `length` frames of a source as an MP3 that decodes to exactly so many.

    The sink is only written to, from its start to its end; it may be a pipe. The bytes depend
    neither on `lanes` nor on how the source is read. `source.read` is called from several threads.
    `progress` hears how many sample frames are in the sink, in the thread that called.

    Gives the largest magnitude of any sample. `keep` may spare the work for a chunk whose sound is
    known to be one that was encoded before.

    Raises:
        EncoderFailure: when an ffmpeg dies or gives too little; the others are ended first.
        MissingTool: when there is no ffmpeg.
    """
    if lanes < 1 or length < 0:
        raise ValueError("An MP3 needs at least one lane, and a length that is not negative.")
    # on the way out the children end first: a lane in the middle of its chunk then ends at once
    with ThreadPoolExecutor(lanes, thread_name_prefix="mp3 lane") as pool, Children() as children:
        work = _Work(source, length, fmt, children, keep)
        peak = 0.0
        for chunk, piece in in_order(pool, work.encoded, fmt.chunks(length), ahead=lanes + 1):
            if not piece:
                work.failed()
            if chunk.first == 0:  # nothing is written before there is something to write
                sink.write(info_frame(length, fmt))
            peak = max(peak, *_PEAK.unpack_from(piece))
            sink.write(memoryview(piece)[_PEAK.size :])
            if progress:
                progress(Frames(min((chunk.first + chunk.count) * SAMPLES, length)))
        return peak


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """What the lanes share. The first failure ends all children, so no lane works or waits in vain."""

    source: Source
    length: Frames
    fmt: Mp3Format
    children: Children
    keep: Keep
    failures: list[BaseException] = field(default_factory=list)

    def encoded(self, chunk: Chunk) -> bytes:
        """The peak and frames of one chunk; nothing when it failed, and the reason among the failures."""
        try:
            return self.keep(chunk, lambda: self._made(chunk))
        except BaseException as failure:  # raised again in the thread that called
            self.failures.append(failure)  # those that follow only say that they were stopped
            self.children.end()
            return b""

    def _made(self, chunk: Chunk) -> bytes:
        watch = PeakWatch()
        sound = watch.watch(pcm(self.source, self.length, chunk))
        mp3 = encode_chunk(sound, chunk.count, self.fmt, self.children)
        return _PEAK.pack(watch.peak) + mp3

    def failed(self) -> NoReturn:
        """Raise what went wrong first."""
        raise self.failures[0]
