"""Cues as synced lyrics: LRC beside a file, or the frame inside one.

Both know only when a text comes. An empty text takes it off the screen where a long quiet follows, so
that nobody goes on reading in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from guided_audio.captions.cue import Cue
from guided_audio.wording import one_line

LONG_QUIET_MS = 5_000
"""Words stay on the screen through a quiet of up to this many milliseconds; a design value."""

_PLAIN = str.maketrans({"[": "(", "]": ")", "<": "‹", ">": "›"})
"""LRC has no escapes: square brackets hold a time or a key, angle brackets the time of one word."""


@dataclass(frozen=True, slots=True)
class LrcHead:
    """What an LRC file says of its track. Empty texts are left out; `length_ms` is in milliseconds."""

    title: str
    artist: str
    album: str
    length_ms: int


def synced(cues: Sequence[Cue]) -> tuple[tuple[int, str], ...]:
    """Milliseconds and the text that comes there, for an ID3 SYLT frame.

    The text is empty where a cue ends that a quiet of over `LONG_QUIET_MS` follows, or nothing at all.
    """
    return tuple(_changes(cues))


def _changes(cues: Sequence[Cue]) -> Iterator[tuple[int, str]]:
    for cue, following in zip_longest(cues, cues[1:]):
        yield cue.start_ms, cue.text
        if following is None or following.start_ms - cue.end_ms > LONG_QUIET_MS:
            yield cue.end_ms, ""


def as_lrc(cues: Sequence[Cue], head: LrcHead) -> str:
    """An LRC file. Its times are on a grid of 10 ms, which is what players read, each rounded to the nearest.

    What `synced` takes off the screen is a stamp without a text here.
    """
    keys = {"ti": head.title, "ar": head.artist, "al": head.album, "length": _length(head.length_ms)}
    told = {key: one_line(text).translate(_PLAIN) for key, text in keys.items()}
    lines = [f"[{key}:{text}]\n" for key, text in told.items() if text]
    lines += [f"[{_stamp(at)}]{text.translate(_PLAIN)}\n" for at, text in synced(cues)]
    return "".join(lines)


def _length(milliseconds: int) -> str:
    minutes, seconds = divmod((milliseconds + 500) // 1000, 60)
    return f"{minutes:02}:{seconds:02}"


def _stamp(milliseconds: int) -> str:
    """Minutes, which go on beyond 99, seconds and hundredths."""
    minutes, hundredths = divmod((milliseconds + 5) // 10, 6000)
    return f"{minutes:02}:{hundredths // 100:02}.{hundredths % 100:02}"
