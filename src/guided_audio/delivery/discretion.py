"""Discretion: a recording for somebody whose devices are looked at by others.

What is heard is the same. What can be seen says nothing: titles are numbers, chapters are parts, and
no word of the script stands in tags or beside the file.
"""

from __future__ import annotations

from dataclasses import replace

from guided_audio.plan import Plan
from guided_audio.timeline import Timeline

TITLE, PART, ALBUM = "Track", "Part", "Audio"
"""All that can be read on a player; with a number behind the first two."""

GENRE = "Speech"


def neutral(planned: Plan, number: int, count: int) -> Plan:
    """The plan as players may show it: its sound, and not what it is about."""
    script = replace(
        planned.script,
        title=f"{TITLE} {number}",
        album=ALBUM,
        artist=ALBUM,
        track=f"{number}/{count}",
        genre=GENRE,
        purpose="",
        content_note="",
        review="",
    )
    return replace(planned, script=script, timeline=_wordless(planned.timeline))


def _wordless(timeline: Timeline) -> Timeline:
    chapters = tuple(
        replace(chapter, title=f"{PART} {number}")
        for number, chapter in enumerate(timeline.chapters, start=1)
    )
    return replace(
        timeline, chapters=chapters, lines=tuple(replace(line, text="") for line in timeline.lines)
    )
