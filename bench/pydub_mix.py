"""A meditation put together with pydub, the way somebody who knows pydub would.

    python bench/pydub_mix.py one-by-one|by-chapters ORDER.json OUT.mp3

`one-by-one` appends each clip to all before it, as pydub's own examples do: all is copied each time.
`by-chapters` joins chapters first, which copies less. The voice stays mono until it meets the bed, the
bed is turned down before it is repeated, and nothing is faded or tagged, so pydub does less than we do.
"""

from __future__ import annotations

import json
import sys
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypedDict, cast

from pydub import AudioSegment

RATE = 44_100


class Part(TypedDict):
    """See `peers.Part`."""

    wav: str
    gain_db: float
    pause_ms: int
    chapter: int


class Order(TypedDict):
    """See `peers.Order`."""

    ffmpeg: str
    parts: list[Part]
    tail_ms: int
    bed: str
    bed_gain_db: float


def main() -> None:
    """Append, overlay, export."""
    way, order_file, mp3 = sys.argv[1:]
    order = cast("Order", json.loads(Path(order_file).read_text(encoding="utf-8")))
    AudioSegment.converter = order["ffmpeg"]
    voice = appended(order["parts"]) if way == "one-by-one" else by_chapters(order["parts"])
    voice = voice.append(silent(order["tail_ms"]), crossfade=0)
    minute = AudioSegment.from_wav(order["bed"]) + order["bed_gain_db"]
    bed = (minute * (len(voice) // len(minute) + 1))[: len(voice)]
    bed.overlay(voice).export(mp3, format="mp3", bitrate="128k").close()


def by_chapters(parts: list[Part]) -> AudioSegment:
    """All parts in a row, each chapter joined before it is joined to the others."""
    chapters = [appended(list(group)) for _, group in groupby(parts, itemgetter("chapter"))]
    whole = chapters[0]
    for chapter in chapters[1:]:
        whole = whole.append(chapter, crossfade=0)
    return whole


def appended(parts: list[Part]) -> AudioSegment:
    """All parts in a row, each behind its pause."""
    whole = silent(0)
    for part in parts:
        clip = AudioSegment.from_wav(part["wav"]).apply_gain(part["gain_db"])
        whole = whole.append(silent(part["pause_ms"]), crossfade=0).append(clip, crossfade=0)
    return whole


def silent(milliseconds: int) -> AudioSegment:
    """Digital zero at the rate of the clips."""
    return AudioSegment.silent(duration=milliseconds, frame_rate=RATE)


if __name__ == "__main__":
    main()
