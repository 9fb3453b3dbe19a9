"""The words of a recording in rows, with a row for every long quiet between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from guided_audio.page.model import PageCue, PageTrack

LONG_GAP_MS = 8_000
"""From so long on a quiet is shown: shorter ones are part of the way somebody speaks."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line, or a quiet where `text` is empty. It stays the current one until the next begins."""

    start_ms: int
    end_ms: int
    text: str
    chapter: int


def rows(track: PageTrack) -> tuple[Row, ...]:
    """All of it from the first line on, the quiet after the last one included."""
    return tuple(_rows(track))


def _rows(track: PageTrack) -> Iterator[Row]:
    if not track.cues:
        return
    end = PageCue(track.length_ms, track.length_ms, "", track.cues[-1].chapter)
    for cue, after in pairwise((*track.cues, end)):
        yield Row(cue.start_ms, cue.end_ms, cue.text, cue.chapter)
        if after.start_ms - cue.end_ms >= LONG_GAP_MS:
            yield Row(cue.end_ms, after.start_ms, "", cue.chapter)
