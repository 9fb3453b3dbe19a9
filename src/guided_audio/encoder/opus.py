"""Opus in Ogg (RFC 7845): the packets of libopus, on pages and behind a header of our own."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import BinaryIO

from guided_audio import ffmpeg
from guided_audio.encoder import ogg
from guided_audio.encoder.ahead import Reading
from guided_audio.errors import EncoderFailure
from guided_audio.resampling import resampled, resampled_length

RATE = 48_000
"""Samples a second: Opus knows no other."""

SERIAL = 0x67756964
"""Of every stream of ours: it tells the streams of one file apart, and there is one."""

_HEAD = struct.Struct("<8sBBHIhB")
_MAGIC, _COMMENTS = b"OpusHead", b"OpusTags"


def write_opus(
    sound: Reading, sink: BinaryIO, kbps: int, comments: Callable[[], bytes], children: ffmpeg.Children
) -> float:
    """Write Opus that decodes to the sound's length at 48 kHz; gives the peak of what was read.

    Its header keeps the rate the sound had. `comments` is what follows the magic of the comment header.

    Raises:
        EncoderFailure: it ended early, or gave another length.
    """
    owed = resampled_length(sound.length, sound.rate, RATE)
    samples = resampled(sound.blocks(), sound.rate, RATE)
    with closing(ffmpeg.encode_stream(samples, _codec(kbps), children)) as pieces:
        for number, page in enumerate(_own(ogg.pages(pieces), sound.rate, owed, comments)):
            sink.write(replace(page, serial=SERIAL, number=number).packed())
            sound.tell()
    return sound.peak


def _codec(kbps: int) -> ffmpeg.Codec:
    quality = ["-c:a", "libopus", "-b:a", f"{kbps}k", "-vbr", "on", "-application", "audio"]
    return ffmpeg.Codec("Opus", tuple(ffmpeg.raw(RATE, 2)), (*quality, "-f", "ogg"))


def _own(
    stream: Iterable[ogg.Page], rate: int, owed: int, comments: Callable[[], bytes]
) -> Iterator[ogg.Page]:
    """The pages of libopus with our own headers before them, whose lengths are looked at on the way."""
    waiting = iter(stream)
    head, after = next(waiting, None), next(waiting, None)
    if head is None or after is None or head.body[:8] != _MAGIC or after.body[:8] != _COMMENTS:
        raise EncoderFailure("The Opus encoder gave no header.")
    magic, version, channels, lead, _, gain, family = _HEAD.unpack(head.body[: _HEAD.size])
    yield replace(head, body=_HEAD.pack(magic, version, channels, lead, rate, gain, family))
    yield from ogg.paged(_COMMENTS + comments(), after)
    last = head
    for last in waiting:
        yield last
    if not last.flags & ogg.LAST or last.granule - lead != owed:
        raise EncoderFailure(f"The Opus encoder gave {last.granule - lead} samples where it owes {owed}.")
