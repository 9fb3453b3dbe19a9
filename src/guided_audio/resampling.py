"""Another rate for sound that goes by in blocks: with soxr, so that no image of it is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from guided_audio.blocks import Stereo, silence


def resampled_length(frames: int, source: int, target: int) -> int:
    """How many frames so many become at another rate; back again they are as many as they were."""
    return round(frames * target / source)


def resampled(blocks: Iterable[Stereo], source: int, target: int) -> Iterator[Stereo]:
    """The same sound at another rate, to the frame as long, without delay."""
    if source == target:
        yield from blocks
        return
    import soxr  # noqa: PLC0415 - only where a rate is changed

    stream = soxr.ResampleStream(source, target, 2, dtype="float32", quality="VHQ")
    taken = given = 0
    for block in blocks:
        taken += len(block)
        piece: Stereo = stream.resample_chunk(block)
        given += len(piece)
        if len(piece):
            yield piece
    rest: Stereo = stream.resample_chunk(silence(0), last=True)
    left = resampled_length(taken, source, target) - given
    yield np.concatenate((rest[:left], silence(max(left - len(rest), 0))))
