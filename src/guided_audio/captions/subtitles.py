"""Cues as WebVTT and SubRip: UTF-8, line feeds, a line feed at the end.

WebVTT has escapes for what it would take for markup. SubRip has none, and its players take angle and
curly brackets for markup all the same: there they become signs that look alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from guided_audio.captions.cue import Cue
from guided_audio.timeline import Timeline
from guided_audio.units import to_milliseconds
from guided_audio.wording import one_line

LINE = 42
"""Characters in a line of a caption, as broadcasters have it; longer cues take two lines."""

_VTT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_SRT = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "\\": "⧵"})


def as_vtt(cues: Sequence[Cue], language: str, note: str = "") -> str:
    """A WebVTT file of captions. `language` is a BCP 47 tag such as `en-GB`.

    `note` is for whoever opens the file: no player shows it.

    It says its kind and language in the lines below its first one, where players that do not ask for
    them pass over them.
    """
    tag = re.sub(r"[^A-Za-z0-9-]", "", language)
    head = "WEBVTT\nkind: captions\n" + (f"lang: {tag}\n" if tag else "")
    head += f"\nNOTE {one_line(note).replace('-->', '->')}\n" if note else ""
    return head + "".join(_vtt_cue(cue.start_ms, cue.end_ms, _wrapped(cue.text)) for cue in cues)


def as_chapters_vtt(timeline: Timeline) -> str:
    """The chapters as a WebVTT file for a track of the kind `chapters`; a title is never wrapped.

    A chapter without a title goes by its number; one that does not last a millisecond is left out.
    """
    written = "WEBVTT\nkind: chapters\n"
    for number, chapter in enumerate(timeline.chapters, start=1):
        start, end = (to_milliseconds(at, timeline.rate) for at in (chapter.start, chapter.end))
        if start < end:
            written += _vtt_cue(start, end, one_line(chapter.title) or str(number))
    return written


def as_srt(cues: Sequence[Cue]) -> str:
    """A SubRip file, empty where there are no cues."""
    return "\n".join(
        f"{number}\n{_clock(cue.start_ms, ',')} --> {_clock(cue.end_ms, ',')}\n"
        f"{_wrapped(cue.text.translate(_SRT))}\n"
        for number, cue in enumerate(cues, start=1)
    )


def _vtt_cue(start: int, end: int, text: str) -> str:
    return f"\n{_clock(start, '.')} --> {_clock(end, '.')}\n{text.translate(_VTT)}\n"


def _clock(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02}:{minute:02}:{second:02}{point}{thousandths:03}"


def _wrapped(text: str) -> str:
    """On two lines if it is too long for one, broken between words so that the longer is as short as can be.

    What has no spaces, Chinese for one, is left to the player.
    """
    spaces = [found.start() for found in re.finditer(" ", text)]
    if len(text) <= LINE or not spaces:
        return text
    cut = min(spaces, key=lambda at: max(at, len(text) - at - 1))
    return f"{text[:cut]}\n{text[cut + 1 :]}"
