"""The header frame of an MP3: how long it is, and how much of both ends is not sound.

A frame of silence that carries the `Info` tag of Xing and the extension of LAME. Decoders that
know it skip it, show the right length at once, and cut delay and padding to the sample; others
play 26 ms of silence. ffmpeg cannot write it into a pipe. The layout is that of LAME 3.100, which was
measured: the frame count leaves this frame out, the byte count has it in. Claiming to be LAME is
what makes readers believe the delays, and LAME it is that encodes.
"""

from __future__ import annotations

import struct

from guided_audio.encoder.format import ENCODER_DELAY, JOINT_STEREO, Mp3Format
from guided_audio.units import Frames

_SIDE_INFO = bytes(32)  # no bits of sound: silence
_HAS_ALL = 0x0F  # frame count, byte count, table, quality
_CBR = 0x01
_SOURCE_RATE = {32_000: 0x00, 44_100: 0x40, 48_000: 0x80}
_JOINT = 3 << 2


def info_frame(length: Frames, fmt: Mp3Format) -> bytes:
    """The header frame for a file of so much sound."""
    size = fmt.frame_bytes
    total = size + fmt.audio_bytes(length)
    head = fmt.header + bytes([JOINT_STEREO]) + _SIDE_INFO
    tag = head + _xing(fmt.frame_count(length), total) + _lame(length, total, fmt)
    return (tag + struct.pack(">H", crc16(tag))).ljust(size, b"\0")


def _xing(frames: int, total: int) -> bytes:
    """Constant bit rate makes the seek table a straight line; quality is not claimed."""
    table = bytes(percent * 256 // 100 for percent in range(100))
    return b"Info" + struct.pack(">III", _HAS_ALL, frames, total) + table + struct.pack(">I", 0)


def _lame(length: Frames, total: int, fmt: Mp3Format) -> bytes:
    """LAME's extension up to its own checksum: what we do not know (gain, lowpass, preset) is zero."""
    delays = (ENCODER_DELAY << 12 | fmt.padding(length)).to_bytes(3, "big")
    settings = bytes([_CBR, 0]) + bytes(8) + bytes([0, min(fmt.kbps, 255)])
    origin = bytes([_SOURCE_RATE[fmt.rate] | _JOINT, 0, 0, 0])
    no_music_crc = bytes(2)  # it would need all of the sound before its first byte is written
    return b"LAME3.100" + settings + delays + origin + struct.pack(">I", total) + no_music_crc


def crc16(data: bytes) -> int:
    """CRC-16/ARC: polynomial 0x8005 reflected, starting from zero."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc
