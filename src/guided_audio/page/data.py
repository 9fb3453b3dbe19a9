"""What the script of a page has to know, as JSON that cannot end the element it stands in.

The words are not in it: they stand in the page once, where print and a browser without scripts find
them. Here are only the times of the lines, in the order they stand there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote

from guided_audio.page.lines import rows
from guided_audio.page.model import PageSeries, PageTrack

_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def address(name: str) -> str:
    """The relative address of a file beside the page; a name can never be taken for another scheme."""
    return quote(name, safe="/")


def as_json(series: PageSeries, say: Mapping[str, str]) -> str:
    """Everything the script needs, in one line."""
    data = {
        "title": series.title,
        "language": series.language,
        "say": {name: sentence for name, sentence in say.items() if sentence},
        "tracks": [_track(track) for track in series.tracks],
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)


def _track(track: PageTrack) -> dict[str, object]:
    """`stays`: nothing may follow it. `ending`: where its last part begins."""
    return {
        "title": track.title,
        "name": track.file,
        "file": address(track.file),
        "length": track.length_ms,
        "chapters": [[chapter.start_ms, chapter.title] for chapter in track.chapters],
        "rows": [row.start_ms for row in rows(track)],
        "loop": address(track.quiet),
        "cover": address(track.cover),
        "ending": track.way_back_ms,
        "stays": track.sleep,
    }
