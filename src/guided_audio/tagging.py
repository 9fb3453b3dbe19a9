"""What players are told of a plan, and how it is known later that nobody changed it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from guided_audio import captions, cover, tags, takes
from guided_audio.plan import Plan
from guided_audio.presets import Preset
from guided_audio.store import Store
from guided_audio.timeline import Timeline
from guided_audio.units import to_milliseconds

SYNTHETIC = "Spoken by a synthetic voice."
"""Said in the comment of every file whose words no person spoke."""

MIXED = "Spoken by a person and by a synthetic voice."
PERSON = "Spoken by a person."
"""The same where a person recorded some of the lines, or every word that is heard."""


def disclosure(*timelines: Timeline) -> str:
    """Who speaks, as every file, sheet and page says it, of several recordings together.

    A breathing cue that a voice says counts as well.
    """
    clips = (clip for timeline in timelines for clip in timeline.clips)
    return who_speaks(
        (line.voice for timeline in timelines for line in timeline.lines),
        cues=any(clip.line is None for clip in clips),
    )


def who_speaks(voices: Iterable[str], *, cues: bool) -> str:
    """The same by the voices of lines, as a timeline or a receipt names them, and whether there are cues."""
    people = [voice.startswith(f"{takes.VOICE}:") for voice in voices]
    if not any(people):
        return SYNTHETIC
    return PERSON if all(people) and not cues else MIXED


ARTIST = "guided-audio"
"""Whose the files of a script are that names no artist: all of one, so that players keep them together."""

REPLAY_GAIN_LUFS = -18.0
"""How loud ReplayGain plays everything."""


def gain_of(preset: Preset) -> float:
    """Decibels by which a player that knows ReplayGain turns a file down.

    It goes by the voice alone: pauses and the bed would mislead a player. A louder preset comes down to
    the others. A quieter one is not brought up: quieter for the night is what it is for.
    """
    return min(REPLAY_GAIN_LUFS - preset.speech, 0.0)


def track_tags(planned: Plan, picture: bytes = b"") -> tags.TrackTags:
    """What players are told of a file, but for its peak, not known yet. Slots show their fallback.

    `picture` is a JPEG in place of the cover that is drawn of it.
    """
    script, timeline = planned.script, planned.timeline
    album = script.album or script.title
    return tags.TrackTags(
        title=script.title,
        artist=script.artist or ARTIST,
        album=album,
        track=script.track,
        genre=script.genre,
        language=script.language,
        comment=" ".join(
            filter(None, (script.purpose, script.content_note, script.review, disclosure(timeline)))
        ),
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
        gain_db=gain_of(planned.preset),
        peak=0.0,
        cover=picture or cover.draw(timeline, album),
        album_artist=script.artist or ARTIST,
        synced=captions.synced(captions.cues(timeline)),
    )


def lyrics(timeline: Timeline) -> str:
    """The words line by line, an empty line between chapters."""
    texts = []
    for number, _ in enumerate(timeline.chapters):
        texts.append("\n".join(line.text for line in timeline.lines if line.chapter == number and line.text))
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
        "synced": "\n".join(f"{start_ms} {text}" for start_ms, text in track.synced),
        "chapters": "\n".join(
            f"{chapter.start_ms} {chapter.end_ms} {chapter.title}" for chapter in track.chapters
        ),
        "cover": hashlib.sha256(track.cover).hexdigest(),
    }
    return {name: store.key("tag", name, text) for name, text in texts.items()}
