"""The frames of an MP3: at which bit rates it really is, whatever its header claims."""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

# ISO 11172-3 2.4.2.3 and ISO 13818-3 2.4.2.3, layer III; index 0 is "free", index 15 is forbidden
_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_MPEG_1 = 3
_ONE_CHANNEL = 3
_HEADER_TAGS = (b"Xing", b"Info", b"VBRI")
_TAG_REACH = 40  # bytes of a frame in which such a tag begins


@dataclass(frozen=True, slots=True)
class Mp3Frames:
    """What the frames of a file have: kilobits a second on average, the least and the most, and the rest."""

    kbps: float
    least: int
    most: int
    channels: int
    rate: int


@dataclass(frozen=True, slots=True)
class _Frame:
    kbps: int
    rate: int
    channels: int
    size: int


def mp3_frames(file: BinaryIO, start: int) -> Mp3Frames | None:
    """The frames of an MP3 from byte `start` on, the header frame not counted; none where there are none."""
    counted: Counter[int] = Counter()
    last = None
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for last in _frames(data, start):
            counted[last.kbps] += 1
    if last is None or not counted:
        return None
    average = sum(kbps * count for kbps, count in counted.items()) / counted.total()
    return Mp3Frames(average, min(counted), max(counted), last.channels, last.rate)


def _frames(data: mmap.mmap, at: int) -> Iterator[_Frame]:
    first = True
    while at + 4 <= len(data):
        frame = _frame(data[at : at + 4])
        if frame is None or at + frame.size > len(data):
            at = data.find(b"\xff", at + 1)
            if at < 0:
                return
            continue
        head = data[at : at + _TAG_REACH]
        if not (first and any(tag in head for tag in _HEADER_TAGS)):
            yield frame
        first = False
        at += frame.size


def _frame(head: bytes) -> _Frame | None:
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if head[0] != 0xFF or head[1] >> 5 != 7 or version == 1 or layer != 1 or bits in (0, 15) or rate == 3:
        return None
    kbps, hertz = (_KBPS_1 if version == _MPEG_1 else _KBPS_2)[bits], _RATES[version][rate]
    size = (144_000 if version == _MPEG_1 else 72_000) * kbps // hertz + (head[2] >> 1 & 1)
    return _Frame(kbps, hertz, 1 if head[3] >> 6 == _ONE_CHANNEL else 2, size)
