"""Cutting: how much around a line comes with it, never any of its neighbours, and how its edges fade."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from guided_audio.alignment import Alignment, Found
from guided_audio.blocks import Mono
from guided_audio.listening import Span

BEFORE, AFTER = 0.3, 0.5
"""Seconds of the room around a line, where there is nothing else: enough to tell the room from the voice."""

FADE = 0.008
"""Seconds in which a cut comes and goes, for it may lie in the middle of a sound."""


def span_of(found: Found, alignment: Alignment, length: int) -> Span:
    """What is cut out for a line, in frames of the alignment: with it at most half of the quiet beside it."""
    others = list(_sounds(alignment))
    before = max((end for _, end in others if end <= found.start), default=-found.start)
    after = min((start for start, _ in others if start >= found.end), default=2 * length - found.end)
    first = max(found.start - round(BEFORE * alignment.rate), (before + found.start + 1) // 2)
    last = min(found.end + round(AFTER * alignment.rate), (after + found.end) // 2, length)
    return Span(max(first, 0), last)


def _sounds(alignment: Alignment) -> Iterator[tuple[int, int]]:
    """All that is heard, a line or not."""
    yield from ((each.start, each.end) for each in alignment.found)
    yield from ((each.start, each.end) for each in alignment.earlier)
    yield from ((each.start, each.end) for each in alignment.unexplained)


def soft_edged(piece: Mono, rate: int) -> Mono:
    """The piece with its ends faded."""
    soft = piece.copy()
    frames = min(round(FADE * rate), len(soft) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(frames) + 0.5) / max(frames, 1))).astype(np.float32)
    soft[:frames] *= ramp
    soft[len(soft) - frames :] *= ramp[::-1]
    return soft
