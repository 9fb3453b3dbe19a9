"""An excerpt of a finished file, decoded like any that somebody dropped in: nobody knows who made it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from guided_audio import ffmpeg, tags
from guided_audio.blocks import Stereo
from guided_audio.errors import UsageError, VerificationFailed
from guided_audio.excerpt.wish import Excerpt, Wish, require_before, start_of
from guided_audio.units import LONGEST, PROJECT_RATE, Frames, format_clock, to_frames, to_seconds

_RATES = range(8_000, 192_001)  # hertz that sound devices take


def excerpt_of_file(file: Path, wish: Wish) -> Excerpt:
    """A part of a finished file. How long it is, is known where its tag says so.

    Whether it can be decoded, and is long enough, shows at the first block: `UsageError`. Where it is
    damaged further on, `VerificationFailed`.

    Raises:
        UsageError: it is no sound by its first bytes, or has no such chapter.
    """
    rate = _rate(file)
    track = _track(file)
    chapters = (
        tuple((int(to_frames(chapter.start_ms / 1000, rate)), chapter.title) for chapter in track.chapters)
        if track
        else ()
    )
    whole = to_frames(track.length_ms / 1000, rate) if track else None
    start = start_of(wish, chapters, rate)
    most = None if wish.most is None else to_frames(wish.most, rate)
    end = whole if most is None else Frames(start + most if whole is None else min(start + most, whole))
    cut = most is not None and end != whole
    blocks = _decoded(file, rate, start, most)
    return Excerpt(blocks, rate, Frames(start), end, whole, cut, chapters)


def _rate(file: Path) -> int:
    """At what rate to decode: the file's own, so that only the device resamples."""
    try:
        rate = ffmpeg.native_rate(file)
    except ValueError as reason:
        raise UsageError(f"{file} cannot be played. {reason}") from None
    return rate if rate is not None and rate in _RATES else PROJECT_RATE


def _track(file: Path) -> tags.TrackTags | None:
    try:
        return tags.read(file)
    except OSError:  # it will be told when it is decoded
        return None


def _decoded(file: Path, rate: int, start: int, most: int | None) -> Iterator[Stereo]:
    """The file from a frame on. It is decoded from its beginning: only so the frame is the right one."""
    at = 0
    try:
        for block in ffmpeg.decode_untrusted(file, rate, longest=LONGEST):
            first = max(start - at, 0)
            at += len(block)
            if first >= len(block):
                continue
            piece = _audible(block[first:])
            if most is not None and at - start >= most:
                yield piece[: len(piece) - (at - start - most)]
                return
            yield piece
    except ValueError as reason:
        if at > start:
            broken = f"{file} cannot be played beyond {format_clock(to_seconds(at, rate))}. {reason}"
            raise VerificationFailed(broken) from None
        raise UsageError(f"{file} cannot be played. {reason}") from None
    require_before(start, at, rate, file.name)


def _audible(block: Stereo) -> Stereo:
    """Only numbers, and none that a device could not play."""
    np.nan_to_num(block, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    return np.clip(block, -1.0, 1.0, out=block)
