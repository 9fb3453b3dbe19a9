"""The files of a series as a whole: playlists, cover, the quiet to stay in for longer, page and feed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from guided_audio import artwork, cover, feed
from guided_audio.build import Sound, Workshop, write_frames
from guided_audio.delivery.discretion import ALBUM
from guided_audio.delivery.manifest import FileEntry
from guided_audio.delivery.running_order import RunningOrder
from guided_audio.delivery.track_files import CHAPTERS, NOTES, Prepared
from guided_audio.feed import Episode, Feed, as_rss
from guided_audio.naming import LONGEST_STEM, plain_name
from guided_audio.page import PageChapter, PageCue, PageSeries, PageTrack, as_page
from guided_audio.plan import silent
from guided_audio.playlist import PlaylistEntry, as_m3u
from guided_audio.render import render
from guided_audio.script import Ending
from guided_audio.tagging import disclosure
from guided_audio.timeline import BedSpan, ChapterSpan, Timeline
from guided_audio.units import Frames, to_frames, to_milliseconds

PAGE, COVER = "index.html", "cover.jpg"

QUIET_SECONDS = 75.0
"""How long the quiet is that a page can stay in: half a minute of it is heard at a time, its ends never."""


def embedded_cover(order: RunningOrder) -> bytes:
    """The picture in every track; empty where each has one that is drawn of it.

    Raises:
        ValueError: the picture of the series cannot be used.
    """
    if order.wishes.discreet:
        return cover.plain()
    picture = order.series.artwork
    return artwork.album_cover(picture, artwork.EMBEDDED, artwork.EMBEDDED_LIMIT) if picture else b""


def series_files(
    tracks: Sequence[Prepared], sizes: dict[str, FileEntry], order: RunningOrder, workshop: Workshop
) -> Iterator[tuple[str, bytes]]:
    """Every file of a series as a whole, by its name. `sizes` has the sounds of its tracks."""
    title = ALBUM if order.wishes.discreet else order.series.title
    playlist = as_m3u(title, map(_playlist_entry, tracks)).encode()
    stem = order.folder[:LONGEST_STEM].rstrip("-")
    yield f"{stem}.m3u8", playlist
    yield f"{stem}.m3u", playlist
    yield COVER, _cover_beside(tracks[0], order)
    quiet = _quiet_names(tracks, order)
    for bed, name in quiet.items():
        track = next(track for track in tracks if longest_bed(track.plan.timeline) == bed)
        yield name, _quiet(track, bed, workshop)
    yield PAGE, as_page(_page(tracks, title, order, quiet)).encode()
    if order.wishes.feed:
        yield feed.FILE, as_rss(_feed(tracks, sizes, title, order)).encode()


def _playlist_entry(track: Prepared) -> PlaylistEntry:
    script = track.shown.script
    return PlaylistEntry(track.audio, script.title, script.artist, track.plan.timeline.duration)


def _cover_beside(first: Prepared, order: RunningOrder) -> bytes:
    if order.wishes.discreet:
        return cover.plain()
    picture = order.series.artwork
    if picture:
        return artwork.album_cover(picture, artwork.BESIDE, artwork.BESIDE_LIMIT)
    return cover.draw(first.shown.timeline, order.series.album, artwork.BESIDE)


# The quiet

QuietBed = tuple[str, float]
"""A bed by its sound, and how far below the voice it lies."""


def longest_bed(timeline: Timeline) -> QuietBed | None:
    """The bed that is heard for most of a track; none where there is none."""
    if not timeline.beds:
        return None
    bed = max(timeline.beds, key=lambda bed: bed.end - bed.start)
    return bed.sound, bed.under


def _quiet_names(tracks: Sequence[Prepared], order: RunningOrder) -> dict[QuietBed, str]:
    """The file of each bed to stay in."""
    beds = dict.fromkeys(filter(None, (longest_bed(track.plan.timeline) for track in tracks)))
    if order.wishes.discreet:
        return {bed: f"quiet-{number}.mp3" for number, bed in enumerate(beds, start=1)}
    names: dict[QuietBed, str] = {}
    for bed in beds:
        stem = f"quiet-{plain_name(Path(bed[0]).stem)}"[: LONGEST_STEM - 2].rstrip("-")
        taken = set(names.values())
        names[bed] = next(
            name
            for name in (f"{stem}.mp3", *(f"{stem}-{number}.mp3" for number in range(2, 99)))
            if name not in taken
        )
    return names


def _quiet(track: Prepared, bed: QuietBed, workshop: Workshop) -> bytes:
    """A stretch of a track's bed with nobody speaking, at the level it has there.

    It is the same for every client, so it is encoded for the first alone.
    """
    rate = track.plan.timeline.rate
    length = to_frames(QUIET_SECONDS, rate)
    alone = Timeline(
        rate=rate,
        length=length,
        lines=(),
        clips=(),
        pauses=(),
        bells=(),
        chapters=(ChapterSpan("", Frames(0), length),),
        beds=(BedSpan(bed[0], bed[1], Frames(0), length),),
    )
    planned, sink = replace(track.plan, timeline=alone), BytesIO()
    with TemporaryDirectory(prefix="guided-audio-") as scratch:
        source = render(planned, workshop.library, workshop.speaker, Path(scratch))
        write_frames(sink, Sound(source, planned, workshop.encoded, workshop.lanes, silent))
    return sink.getvalue()


# The page


def _page(
    tracks: Sequence[Prepared], title: str, order: RunningOrder, quiet: dict[QuietBed, str]
) -> PageSeries:
    series, discreet = order.series, order.wishes.discreet
    return PageSeries(
        title=title,
        purpose="" if discreet else series.purpose,
        language=tracks[0].shown.script.language,
        tracks=tuple(_page_track(track, order, quiet) for track in tracks),
        weeks=() if discreet else series.weeks,
        discreet=discreet,
        voice=disclosure(*(track.plan.timeline for track in tracks)),
    )


def _page_track(track: Prepared, order: RunningOrder, quiet: dict[QuietBed, str]) -> PageTrack:
    script, timeline, discreet = track.shown.script, track.shown.timeline, order.wishes.discreet
    bed = longest_bed(timeline)
    return PageTrack(
        number=track.item.number,
        title=script.title,
        file=track.audio,
        media_type=track.item.options.form.media_type,
        length_ms=to_milliseconds(timeline.length, timeline.rate),
        purpose=script.purpose,
        content_note=script.content_note,
        chapters=tuple(PageChapter(each.title, _ms(timeline, each.start)) for each in timeline.chapters),
        cues=tuple(PageCue(cue.start_ms, cue.end_ms, cue.text, cue.chapter) for cue in track.cues),
        way_back_ms=way_back(track),
        sleep=script.ending is Ending.SLEEP,
        week=None if discreet else track.item.week,
        cover=COVER,
        quiet=quiet[bed] if bed else "",
        notes="" if discreet else f"{NOTES}/{track.item.stem}.html",
    )


def way_back(track: Prepared) -> int | None:
    """Where the way back to the room begins, in milliseconds: the last chapter, unless it ends in sleep."""
    timeline = track.plan.timeline
    if track.plan.script.ending is Ending.SLEEP or len(timeline.chapters) == 1:
        return None
    return _ms(timeline, timeline.chapters[-1].start)


def _ms(timeline: Timeline, frames: int) -> int:
    return to_milliseconds(frames, timeline.rate)


# The feed


def _feed(tracks: Sequence[Prepared], sizes: dict[str, FileEntry], title: str, order: RunningOrder) -> Feed:
    series, discreet = order.series, order.wishes.discreet
    return Feed(
        base_url=order.wishes.feed,
        title=title,
        description=ALBUM if discreet else series.purpose or title,
        language=tracks[0].shown.script.language,
        author=ALBUM if discreet else tracks[0].shown.script.artist,
        image=COVER,
        episodes=tuple(_episode(track, sizes[track.audio].size, discreet=discreet) for track in tracks),
        date=_date(),
    )


def _episode(track: Prepared, size: int, *, discreet: bool) -> Episode:
    script, stem = track.shown.script, track.item.stem
    return Episode(
        number=track.item.number,
        title=script.title,
        description=script.purpose or script.title,
        file=track.audio,
        media_type=track.item.options.form.media_type,
        size=size,
        length_ms=to_milliseconds(track.plan.timeline.length, track.plan.timeline.rate),
        guid_key=track.item.stem,
        transcript="" if discreet else f"{stem}.vtt",
        chapters=f"{CHAPTERS}/{stem}.json",
    )


def _date() -> datetime | None:
    """The date to write, where whoever builds gives one: two builds must not differ by the day they ran."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(given), UTC) if given.isdecimal() else None
