"""M4A and M4B: AAC with its index in front, so that a player may begin before it has all.

How many frames there will be is known beforehand, and so is the size of the index. It is written first
without the sizes of the frames, and once more when they are known; nothing is ever moved.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import accumulate
from typing import BinaryIO

from guided_audio import ffmpeg
from guided_audio.encoder import aac, boxes
from guided_audio.encoder.ahead import Reading
from guided_audio.errors import Refused

PER_CHUNK = 43
"""Frames that stand together: a second at 44.1 kHz."""

LONGEST = 24 * 3600
"""Seconds; more would not go into 32 bits of sample frames."""

_AUDIO, _CHAPTERS = 1, 2  # tracks
_MDAT_HEAD = 8


@dataclass(frozen=True, slots=True)
class Title:
    """A sample of the chapter track, and how many milliseconds it lasts."""

    sample: bytes
    ms: int


@dataclass(frozen=True, slots=True)
class Dressing:
    """What a file says of itself: its brand, such as `M4B `, language, user data, and chapter titles.

    The titles last as long as the sound. Language is of three letters.
    """

    brand: bytes
    language: str
    user_data: bytes
    titles: tuple[Title, ...]


@dataclass(slots=True)
class _Laid:
    """Where things come to stand. `begins` is the place of the first byte of sound."""

    sound: Reading
    kbps: int
    begins: int = 0
    titles_at: int = 0
    sizes: array[int] = field(default_factory=lambda: array("I"))


def write_mp4(
    sound: Reading, sink: BinaryIO, kbps: int, dressed: Callable[[float], Dressing], children: ffmpeg.Children
) -> float:
    """Write AAC that decodes to exactly the sound's length; gives the peak.

    `dressed` makes of the peak what the file says of itself, as long for any.

    Raises:
        EncoderFailure: it ended early, or gave another length.
        Refused: the sound is too long.
    """
    if sound.length > LONGEST * sound.rate:
        raise Refused("An M4A or M4B holds a day at the most, and this is longer: build it as MP3 or FLAC.")
    laid = _Laid(sound, kbps)
    with closing(aac.frames(sound, kbps, children)) as frames:
        for frame in frames:
            if not laid.begins:  # nothing is written before there is something to write
                laid.begins = sink.write(_front(laid, dressed(0.0)))
            laid.sizes.append(len(frame))
            sink.write(frame)
            sound.tell()
    sink.seek(0)
    if sink.write(_front(laid, dressed(sound.peak))) != laid.begins:
        raise AssertionError("the index is as long for any peak")
    return sound.peak


def _front(laid: _Laid, dressing: Dressing) -> bytes:
    """All that stands before the sound: brand, index, and the titles, which are the first of the data."""
    titles = b"".join(title.sample for title in dressing.titles)
    brands = [dressing.brand, *(brand for brand in (b"M4A ", b"mp42", b"isom") if brand != dressing.brand)]
    kind = boxes.box(b"ftyp", dressing.brand, bytes(4), *brands)
    laid.titles_at = len(kind) + len(_index(laid, dressing)) + _MDAT_HEAD
    index = _index(laid, dressing)
    size = _MDAT_HEAD + len(titles) + sum(laid.sizes)
    return kind + index + struct.pack(">I4s", size, b"mdat") + titles


def _index(laid: _Laid, dressing: Dressing) -> bytes:
    sound, tracks = laid.sound, [_sound_track(laid, dressing)]
    if dressing.titles:
        tracks.append(_chapter_track(laid, dressing))
    return boxes.movie(sound.rate, sound.length, _CHAPTERS + 1, *tracks, dressing.user_data)


def _sound_track(laid: _Laid, dressing: Dressing) -> bytes:
    sound, count = laid.sound, aac.frame_count(laid.sound.length)
    sizes = laid.sizes or array("I", bytes(count * laid.sizes.itemsize))
    places = [0, *accumulate(sizes)][:count:PER_CHUNK]
    # the last frame lasts as long as there is sound in it: so a decoder knows where to stop
    last = aac.LEAD + sound.length - (count - 1) * aac.SAMPLES
    samples = boxes.Samples(
        [(count - 1, aac.SAMPLES), (1, last)], sizes, PER_CHUNK, [laid.begins + place for place in places]
    )
    description = boxes.aac_description(sound.rate, laid.kbps * 1000, aac.configuration(sound.rate))
    track = boxes.Track(_AUDIO, b"soun", sound.rate, dressing.language, sound.length)
    chapters = boxes.box(b"tref", boxes.box(b"chap", struct.pack(">I", _CHAPTERS)))
    return track.box(
        samples,
        boxes.SOUND_HEADER,
        samples.table(description, boxes.rolls(count)),
        boxes.edit(sound.length, aac.LEAD),
        *([chapters] if dressing.titles else []),
    )


def _chapter_track(laid: _Laid, dressing: Dressing) -> bytes:
    titles = dressing.titles
    sizes = [len(title.sample) for title in titles]
    samples = boxes.Samples([(1, title.ms) for title in titles], sizes, len(titles), [laid.titles_at])
    track = boxes.Track(_CHAPTERS, b"text", 1000, dressing.language, laid.sound.length, enabled=False)
    return track.box(samples, boxes.TEXT_HEADER, samples.table(boxes.text_description()))
