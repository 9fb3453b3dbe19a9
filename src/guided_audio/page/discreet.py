"""A series for people who are watched at home: all that could tell what it is for is taken out at once.

What writes the page afterwards cannot let slip what it was never given.
"""

from __future__ import annotations

from dataclasses import replace

from guided_audio.page.model import PageChapter, PageSeries, PageTrack


def without_traces(series: PageSeries, part: str) -> PageSeries:
    """The series with nothing but titles, times and sound. `part` names a chapter by its number `{n}`."""
    tracks = tuple(_bare(track, part) for track in series.tracks)
    return replace(series, purpose="", tracks=tracks, weeks=(), voice="")


def _bare(track: PageTrack, part: str) -> PageTrack:
    chapters = tuple(
        PageChapter(part.format(n=number), chapter.start_ms)
        for number, chapter in enumerate(track.chapters, start=1)
    )
    return replace(
        track, purpose="", content_note="", chapters=chapters, cues=(), week=None, cover="", notes=""
    )
