"""What players are told of a plan, and how it is known later that nobody changed it."""

from __future__ import annotations

import hashlib

from guided_audio import cover, tags
from guided_audio.plan import Plan
from guided_audio.store import Store
from guided_audio.timeline import Timeline
from guided_audio.units import to_milliseconds

SYNTHETIC = "Spoken by a synthetic voice."
"""Said in the comment of every file whose words no person spoke."""


def track_tags(planned: Plan) -> tags.TrackTags:
    """What players are told of a file, but for its peak, not known yet. Slots show their fallback."""
    script, timeline = planned.script, planned.timeline
    album = script.album or script.title
    return tags.TrackTags(
        title=script.title,
        artist=script.artist or "guided-audio",
        album=album,
        track=script.track,
        genre=script.genre,
        language=script.language,
        comment=" ".join(filter(None, (script.purpose, script.content_note, script.review, SYNTHETIC))),
        lyrics=lyrics(timeline),
        chapters=tuple(
            tags.ChapterTag(
                chapter.title,
                to_milliseconds(chapter.start, timeline.rate),
                to_milliseconds(chapter.end, timeline.rate),
            )
            for chapter in timeline.chapters
        ),
        length_ms=to_milliseconds(timeline.length, timeline.rate),
        gain_db=0.0,  # ReplayGain's reference is the level the voice already has
        peak=0.0,
        cover=cover.draw(timeline, album),
    )


def lyrics(timeline: Timeline) -> str:
    """The words line by line, an empty line between chapters."""
    texts = []
    for number, _ in enumerate(timeline.chapters):
        texts.append("\n".join(line.text for line in timeline.lines if line.chapter == number))
    return "\n\n".join(filter(None, texts))


def tag_hashes(track: tags.TrackTags, store: Store) -> dict[str, str]:
    """Each text of a file's tags as a keyed hash, to see later whether it was changed."""
    texts = {
        "title": track.title,
        "artist": track.artist,
        "album": track.album,
        "track": track.track,
        "genre": track.genre,
        "language": tags.language_code(track.language),
        "comment": track.comment,
        "lyrics": track.lyrics,
        "chapters": "\n".join(
            f"{chapter.start_ms} {chapter.end_ms} {chapter.title}" for chapter in track.chapters
        ),
        "cover": hashlib.sha256(track.cover).hexdigest(),
    }
    return {name: store.key("tag", name, text) for name, text in texts.items()}
