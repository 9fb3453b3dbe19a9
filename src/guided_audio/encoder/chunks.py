"""One chunk of an MP3, from its sound alone.

Without the bit reservoir an MP3 frame is complete in itself, so frames from different encoders can
stand in one file. What an encoder carries from frame to frame (overlap of the transform, state of
the hearing model) it gets from a few frames before the chunk, which are thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from guided_audio import ffmpeg
from guided_audio.blocks import Source, Stereo, silence
from guided_audio.encoder.format import JOINT_STEREO, ROLL, Chunk, Mp3Format
from guided_audio.errors import EncoderFailure
from guided_audio.units import Frames

READ_FRAMES = 65_536
"""Sample frames asked of a source at once; it changes no byte."""


def pcm(source: Source, length: Frames, chunk: Chunk) -> Iterator[Stereo]:
    """The sound of a chunk with its roll, in blocks; before the start and after `length` it is zero."""
    for start in range(chunk.start, chunk.stop, READ_FRAMES):
        stop = min(start + READ_FRAMES, chunk.stop)
        first = min(max(start, 0), stop)
        last = max(first, min(stop, length))
        yield silence(first - start)
        if last > first:
            yield source.read(first, last - first)
        yield silence(stop - last)


class PeakWatch:
    """Passes blocks on and remembers the largest magnitude of any sample in them."""

    def __init__(self) -> None:
        self.peak = 0.0

    def watch(self, blocks: Iterable[Stereo]) -> Iterator[Stereo]:
        """The same blocks."""
        for block in blocks:
            self.peak = max(self.peak, float(block.max(initial=0.0)), -float(block.min(initial=0.0)))
            yield block


def encode_chunk(sound: Iterable[Stereo], count: int, fmt: Mp3Format, children: ffmpeg.Children) -> bytes:
    """The `count` MP3 frames between the rolls. The same sound gives the same bytes, always.

    Raises:
        EncoderFailure: when the encoder fails, or gives anything but the frames it must.
    """
    return kept(ffmpeg.encode_mp3(sound, fmt.rate, fmt.kbps, children), count, fmt)


def kept(mp3: bytes, count: int, fmt: Mp3Format) -> bytes:
    """Cut the rolls off what an encoder gave, after looking at every frame that stays.

    Raises:
        EncoderFailure: when frames are missing, or not what they must be.
    """
    starts = frame_starts(mp3, fmt)
    if len(starts) <= ROLL + count:
        raise EncoderFailure(f"The MP3 encoder gave {len(starts)} frames where it owes {ROLL + count + 1}.")
    part = mp3[starts[ROLL] : starts[ROLL + count]]
    if any(borrowed(mp3, start) for start in starts[ROLL : ROLL + count]):
        raise EncoderFailure("The MP3 encoder used its bit reservoir, so its frames cannot be joined.")
    if len(part) != fmt.chunk_bytes(count):
        raise EncoderFailure(f"The MP3 encoder gave {len(part)} bytes instead of {fmt.chunk_bytes(count)}.")
    return part


def frame_starts(mp3: bytes, fmt: Mp3Format) -> list[int]:
    """Where each whole frame begins; it ends at the first thing that is no frame of this format."""
    starts, place = [], 0
    while place + 4 <= len(mp3) and _is_frame(mp3[place : place + 4], fmt):
        size = fmt.frame_bytes + (mp3[place + 2] >> 1 & 1)
        if place + size > len(mp3):
            break
        starts.append(place)
        place += size
    return starts


def borrowed(mp3: bytes, start: int) -> int:
    """How many bytes of earlier frames this one needs (`main_data_begin`)."""
    return mp3[start + 4] << 1 | mp3[start + 5] >> 7


def _is_frame(head: bytes, fmt: Mp3Format) -> bool:
    unpadded = bytes([head[0], head[1], head[2] & 0xFD])
    return unpadded == fmt.header and head[3] & 0xC0 == JOINT_STEREO
