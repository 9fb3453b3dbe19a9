"""Texts and times as the containers other than MP3 write them, and read them back."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from operator import attrgetter

from guided_audio.script import MOST_CHAPTERS
from guided_audio.tags.track import ChapterTag, TrackTags, one_line

GAIN, PEAK = "REPLAYGAIN_TRACK_GAIN", "REPLAYGAIN_TRACK_PEAK"
SYNCED = "SYNCEDLYRICS"
_LARGEST_PEAK = 9.999999  # keeps the text at eight characters
_STAMP = re.compile(r"\[(\d+):(\d\d)\.(\d{3})\](.*)")


def checked(tags: TrackTags) -> TrackTags:
    """The same, having looked at it.

    Raises:
        ValueError: for more than `MOST_CHAPTERS` chapters, or a gain or peak that is no number.
    """
    if len(tags.chapters) > MOST_CHAPTERS:
        raise ValueError(f"A track holds at most {MOST_CHAPTERS} chapters, not {len(tags.chapters)}.")
    if not (math.isfinite(tags.gain_db) and math.isfinite(tags.peak)):
        raise ValueError("The gain and the peak of a track must be numbers.")
    return tags


def ordered(tags: TrackTags) -> list[ChapterTag]:
    """The chapters in time order."""
    return sorted(tags.chapters, key=attrgetter("start_ms"))


def gain_text(tags: TrackTags) -> str:
    """The gain as ReplayGain writes it: `-2.00 dB`."""
    return f"{round(tags.gain_db, 2) + 0.0:+.2f} dB"  # never "-0.00"


def gain_of(text: str) -> float:
    """The decibels of such a text, 0 where there is none."""
    return float(text.removesuffix(" dB") or 0.0)


def peak_text(tags: TrackTags) -> str:
    """The peak, in as many characters whatever it is."""
    return f"{min(max(tags.peak, 0.0), _LARGEST_PEAK):.6f}"


def number_and_total(track: str) -> tuple[str, str]:
    """`3/8` in its two parts; the second is empty where a track stands alone."""
    number, _, total = one_line(track).partition("/")
    return number, total


def lrc(synced: Sequence[tuple[int, str]]) -> str:
    """Words with their times, a line each, to the millisecond."""
    return "\n".join(
        f"[{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}]{one_line(text)}" for ms, text in synced
    )


def from_lrc(text: str) -> tuple[tuple[int, str], ...]:
    """What `lrc` wrote."""
    found = (_STAMP.fullmatch(line) for line in text.split("\n"))
    return tuple(
        (int(stamp[1]) * 60_000 + int(stamp[2]) * 1000 + int(stamp[3]), stamp[4]) for stamp in found if stamp
    )


def from_starts(starts: Sequence[tuple[int, str]], length_ms: int) -> tuple[ChapterTag, ...]:
    """Chapters of which a container keeps the beginnings: each ends where the next one begins."""
    ends = [*(ms for ms, _ in starts), length_ms][1:]
    return tuple(ChapterTag(title, ms, end) for (ms, title), end in zip(starts, ends, strict=True))
