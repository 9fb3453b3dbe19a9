"""The files of one track: its sound, and everything that is read instead of heard, with one name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from guided_audio import captions
from guided_audio import receipt as receipts
from guided_audio.build import Order, Workshop, make
from guided_audio.captions import Cue, LrcHead, cues
from guided_audio.delivery.discretion import neutral
from guided_audio.delivery.manifest import TrackEntry
from guided_audio.delivery.running_order import Item, RunningOrder
from guided_audio.delivery.staging import Staging
from guided_audio.feed import as_chapters_json
from guided_audio.notes.leaf import leaf_of
from guided_audio.notes.page import as_page
from guided_audio.notes.region import region_for
from guided_audio.notes.sheet import Sheet, Wish, sheet_of
from guided_audio.notes.text import as_text
from guided_audio.plan import Plan, Progress
from guided_audio.tagging import SYNTHETIC, disclosure
from guided_audio.timeline import Timeline
from guided_audio.units import to_milliseconds

WORDS, NOTES, CHAPTERS = "words", "notes", "chapters"
"""Folders of transcripts, sheets, and chapters for feeds. Captions lie beside the sound, for players."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A track that is laid out: its plan, as it is to be shown, and the key of what it is made of."""

    item: Item
    plan: Plan
    shown: Plan
    made_of: str

    @property
    def audio(self) -> str:
        """The name of its sound."""
        return f"{self.item.stem}{self.item.options.form.suffix}"

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Its words with their times."""
        return cues(self.shown.timeline)


def prepared(item: Item, planned: Plan, order: RunningOrder, made_of: str) -> Prepared:
    """A track with what may be seen of it."""
    shown = neutral(planned, item.number, len(order.items)) if order.wishes.discreet else planned
    return Prepared(item, planned, shown, made_of)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where tracks are made, and the cover they all have: a JPEG, empty where each gets one that is drawn."""

    order: RunningOrder
    staging: Staging
    workshop: Workshop
    cover: bytes


def make_track(track: Prepared, bench: Bench, progress: Progress) -> TrackEntry:
    """Make all files of a track.

    Raises:
        ProblemsFound: a sound of the script cannot be used.
        OutputFailure: there is no room for it.
    """
    staging, item = bench.staging, track.item
    receipt = f"{receipts.FOLDER}/{item.stem}.json"
    files = staging.file(track.audio), staging.file(receipt)
    make(Order(track.plan, item.options, *files, track.shown, bench.cover), bench.workshop, progress)
    names = [track.audio, receipt]
    for name, text in _texts(track, bench.order):
        staging.write(name, text.encode())
        names.append(name)
    entry = TrackEntry(item.number, track.made_of, staging.entries(names), track.audio)
    staging.note(entry)
    return entry


def _texts(track: Prepared, order: RunningOrder) -> Iterator[tuple[str, str]]:
    """Everything to read, by its name. A discreet track has nothing to read."""
    if order.wishes.feed:
        yield f"{CHAPTERS}/{track.item.stem}.json", _chapters(track.shown.timeline)
    if order.wishes.discreet:
        return
    stem, script, timeline = track.item.stem, track.shown.script, track.shown.timeline
    said, voice = track.cues, disclosure(track.plan.timeline)
    length = to_milliseconds(timeline.length, timeline.rate)
    yield f"{stem}.vtt", captions.as_vtt(said, script.language, voice)
    yield f"{stem}.srt", captions.as_srt(said)
    yield f"{stem}.lrc", captions.as_lrc(said, LrcHead(script.title, script.artist, script.album, length))
    yield f"{WORDS}/{stem}.txt", _transcript(track, voice)
    leaf = leaf_of(sheet_for(track.item, order, voice))
    yield f"{NOTES}/{stem}.html", as_page(leaf)
    yield f"{NOTES}/{stem}.txt", as_text(leaf)


def sheet_for(item: Item, order: RunningOrder, voice: str = SYNTHETIC) -> Sheet:
    """The client's sheet of a track; `voice` says who speaks.

    Raises:
        UsageError, ProblemsFound: there is no such region, or its file has mistakes.
    """
    region = region_for(item.script, order.wishes.region or order.series.region)
    return sheet_of(item.script, Wish(date.today(), length=item.options.length, region=region, voice=voice))


def _chapters(timeline: Timeline) -> str:
    begins = tuple((each.title, to_milliseconds(each.start, timeline.rate)) for each in timeline.chapters)
    return as_chapters_json(begins, to_milliseconds(timeline.length, timeline.rate))


def _transcript(track: Prepared, voice: str) -> str:
    """The words as plain text: a title, each chapter under its own, and at the end who speaks."""
    script, timeline = track.shown.script, track.shown.timeline
    parts = [script.title]
    for number, chapter in enumerate(timeline.chapters):
        said = [cue.text for cue in track.cues if cue.chapter == number]
        parts.append("\n".join([chapter.title, "-" * len(chapter.title), *said]))
    return "\n\n".join([*parts, voice]) + "\n"
