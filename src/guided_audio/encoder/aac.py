"""AAC: the frames of ffmpeg's own encoder, taken out of the stream it pipes them in."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

from guided_audio import ffmpeg
from guided_audio.encoder.ahead import Reading
from guided_audio.encoder.ogg import Stream
from guided_audio.errors import EncoderFailure
from guided_audio.units import Frames

SAMPLES = 1024
"""Sample frames in one AAC frame."""

LEAD = 1024
"""Sample frames the encoder puts in front of the sound."""

_HEAD, _SYNC = 7, 0xFFF  # an ADTS header (ISO 13818-7): its bytes, and its first twelve bits
_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_LOW_COMPLEXITY, _STEREO = 2, 2


def frame_count(length: Frames) -> int:
    """AAC frames that carry so much sound, and what is put in front of it."""
    return -(-(length + LEAD) // SAMPLES)


def configuration(rate: int) -> bytes:
    """What a decoder must know (`AudioSpecificConfig`, ISO 14496-3): low complexity, rate, stereo."""
    return (_LOW_COMPLEXITY << 11 | _RATES.index(rate) << 7 | _STEREO << 3).to_bytes(2, "big")


def frames(sound: Reading, kbps: int, children: ffmpeg.Children) -> Generator[bytes, None, None]:
    """Every AAC frame of a sound, bare.

    Raises:
        EncoderFailure: it ended early, or gave another number of frames.
    """
    gives = ("-c:a", "aac", "-b:a", f"{kbps}k", "-f", "adts")
    codec = ffmpeg.Codec("AAC", tuple(ffmpeg.raw(sound.rate, 2)), gives)
    count, owed = 0, frame_count(sound.length)
    with closing(ffmpeg.encode_stream(sound.blocks(), codec, children)) as pieces:
        for frame in _unwrapped(Stream(pieces)):
            count += 1
            yield frame
    if count != owed:
        raise EncoderFailure(f"The AAC encoder gave {count} frames where it owes {owed}.")


def _unwrapped(stream: Stream) -> Iterator[bytes]:
    while head := stream.take(_HEAD):
        whole = int.from_bytes(head.ljust(_HEAD, b"\0"), "big")
        size = (whole >> 13 & 0x1FFF) - _HEAD
        frame = stream.take(max(size, 0))
        if whole >> 44 != _SYNC or size < 1 or len(frame) < size:
            raise EncoderFailure("The AAC encoder gave something that is not a frame.")
        yield frame
