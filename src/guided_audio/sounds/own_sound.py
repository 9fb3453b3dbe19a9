"""A user's sound file, decoded at its own rate and resampled here.

ffmpeg's own resampler leaves an image of a tone near the upper edge of a 22 kHz recording 19 dB down;
soxr's leaves none above -100 dB. So a first child says which rate a file has (it writes the header of a
WAV and is ended), a second one decodes at that rate, and soxr does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from guided_audio.blocks import Stereo
from guided_audio.errors import MissingTool
from guided_audio.ffmpeg import decode_untrusted, native_rate
from guided_audio.units import Seconds

_COARSEST, _FINEST = 4_000, 400_000  # hertz
_LOUDEST = np.float32(8.0)  # of a file of floats: what is beyond is damage


def decoded(file: Path, rate: int, longest: Seconds) -> Iterator[Stereo]:
    """The sound of a file that somebody dropped in, at `rate`, as float32 blocks of shape (frames, 2).

    Of a video it is the sound. Values that are no numbers are silence.

    Raises:
        ValueError: one sentence on why it cannot be used; at the first block, or where it is over `longest`.
    """
    native = native_rate(file) or rate
    if native < _COARSEST:
        raise ValueError(f"This sound is stored at {native} Hz; to be heard it needs {_COARSEST} Hz or more.")
    native = native if native <= _FINEST else rate
    blocks = (_sound(block) for block in decode_untrusted(file, native, longest=longest))
    yield from blocks if native == rate else _resampled(blocks, native, rate)


def _sound(block: Stereo) -> Stereo:
    """Only numbers, and none beyond reason."""
    np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return np.clip(block, -_LOUDEST, _LOUDEST, out=block)


def _resampled(blocks: Iterator[Stereo], native: int, rate: int) -> Iterator[Stereo]:
    try:
        import soxr  # noqa: PLC0415 - only a user's own sound needs it
    except ImportError as missing:
        raise MissingTool("soxr is not on this machine. Install it: pip install soxr") from missing
    stream = soxr.ResampleStream(native, rate, 2, dtype="float32", quality="HQ")
    for block in blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros((0, 2), dtype=np.float32), last=True)
