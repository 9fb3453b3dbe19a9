"""Verifying: a finished file is decoded and measured against its receipt.

So that nobody has to listen to twenty minutes to trust them.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np

from guided_audio import ffmpeg, listening, tags
from guided_audio import receipt as receipts
from guided_audio.blocks import Mono
from guided_audio.errors import VerificationFailed
from guided_audio.listening import Ear, Found, LevelCurve, Span
from guided_audio.mastering import Meter
from guided_audio.receipt import ClipEntry, Receipt
from guided_audio.store import Store
from guided_audio.tagging import tag_hashes
from guided_audio.units import decibels, format_clock, to_frames, to_milliseconds, to_seconds

SPEECH_TOLERANCE = 0.5
"""LU between the speech and what was aimed at."""

PAUSE_TOLERANCE = 0.010
"""Seconds a pause may be off."""

LEAST_LIKENESS = 0.7
"""Under it a place does not hold the clip that should be there; over a bed 20 dB down it is 0.99."""

LINE_TOLERANCE = 8.0
"""LU a clip may lie below the others before it counts as missing."""

LONGEST_ZERO = 0.05
"""Seconds of digital zero that are no hole in the sound."""

ClipOf = Callable[[str], Mono | None]
"""The clip of a store's key, where the store still has it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was measured, and whether it is as it should be."""

    name: str
    measured: str
    well: bool
    value: float | None = None


@dataclass(slots=True)
class Notes:
    """What was heard on the way to the checks, for whoever draws it: `verify` fills it in.

    `levels`, in dBFS, and `found` go by the index of a clip. Without a curve none is measured.
    """

    curve: LevelCurve | None = None
    receipt: Receipt | None = None
    clips: list[ClipEntry] = field(default_factory=list)
    levels: dict[int, float] = field(default_factory=dict)
    found: dict[int, Found] = field(default_factory=dict)
    ear: Ear = field(default_factory=Ear)


def verify(file: Path, store: Store | None, clip_of: ClipOf, notes: Notes | None = None) -> Iterator[Check]:
    """Measure a finished file. Every check that can be made is made, whatever the others say.

    Without a store, what only the store that spoke the file could tell is not compared, and said so.

    Raises:
        VerificationFailed: there is no receipt beside it, or it is no receipt.
    """
    receipt = _receipt(file)
    yield from _heard(file, receipt, clip_of, Notes() if notes is None else notes)
    yield from _tags(file, receipt, store)


def _receipt(file: Path) -> Receipt:
    path = receipts.beside(file)
    if file.is_dir():
        raise VerificationFailed(f"{file} is a folder. Name the files in it.")
    if not file.is_file():
        raise VerificationFailed(f"There is no file {file}.")
    try:
        receipt = receipts.read(path.read_bytes())
    except FileNotFoundError:
        raise VerificationFailed(
            f"There is no receipt {path.name} beside {file.name}: there is nothing to measure it against."
        ) from None
    except (OSError, ValueError):
        raise _no_receipt(path) from None
    if not _possible(receipt):
        raise _no_receipt(path)
    return receipt


def _no_receipt(path: Path) -> VerificationFailed:
    return VerificationFailed(f"{path} is not a receipt that this program can read.")


def _possible(receipt: Receipt) -> bool:
    """Whether there can be such a file at all: a receipt comes with the file, from anywhere."""
    return (
        8_000 <= receipt.rate <= 192_000
        and all(_KEY.fullmatch(clip.key) for clip in _entries(receipt))
        and all(0 <= clip.start < clip.start + clip.length <= receipt.frames for clip in _entries(receipt))
    )


_KEY = re.compile(r"([0-9a-f]{2}){8,64}")
"""A key of a store; it becomes the name of a file, so it is nothing else."""


def _entries(receipt: Receipt) -> list[ClipEntry]:
    """Everything that is said, in the order it is heard."""
    spoken = (clip for line in receipt.lines for clip in line.clips)
    return sorted((*spoken, *receipt.cues), key=lambda clip: clip.start)


# The sound


def _heard(file: Path, receipt: Receipt, clip_of: ClipOf, notes: Notes) -> Iterator[Check]:
    notes.receipt, notes.clips = receipt, _entries(receipt)
    entries, levels, found, ear = notes.clips, notes.levels, notes.found, notes.ear
    speech = Meter(receipt.rate)
    margin = to_frames(listening.MARGIN, receipt.rate)
    spans = [Span(max(clip.start - margin, 0), clip.start + clip.length + margin) for clip in entries]
    try:
        blocks = ear.listen(ffmpeg.decode(file, receipt.rate))
        if notes.curve is not None:
            blocks = notes.curve.listen(blocks)
        for index, window in listening.cut(blocks, spans):
            clip, lead = entries[index], entries[index].start - spans[index].start
            inside = window[lead : lead + clip.length]
            speech.feed(inside)
            levels[index] = listening.rms_db(inside)
            sound = clip_of(clip.key)
            if sound is not None:
                found[index] = listening.locate(sound, window, lead)
    except VerificationFailed:
        if ear.frames:
            yield Check("decodes", "the file is damaged: its sound ends early", well=False)
    if not ear.frames:  # nothing was heard, so of levels and pauses nothing can be said
        yield Check("decodes", "it cannot be decoded: there is no sound in it", well=False)
        yield _length(ear, receipt)
        return
    yield _length(ear, receipt)
    yield _speech(speech.loudness, receipt)
    yield _peak(ear, receipt)
    yield _nothing_missing(entries, levels, found)
    yield _pauses(entries, found, receipt)
    yield _no_holes(ear, receipt)


def _length(ear: Ear, receipt: Receipt) -> Check:
    seconds = to_seconds(ear.frames, receipt.rate)
    measured = f"{format_clock(seconds)}, {ear.frames:,} frames"
    if ear.frames != receipt.frames:
        measured += f" where {receipt.frames:,} belong"
    return Check("length", measured, ear.frames == receipt.frames, float(ear.frames))


def _speech(loudness: float, receipt: Receipt) -> Check:
    off = loudness - receipt.levels.speech_lufs
    well = abs(off) <= SPEECH_TOLERANCE
    return Check("speech", f"{loudness:.2f} LUFS, {off:+.2f} LU from what was aimed at", well, loudness)


def _peak(ear: Ear, receipt: Receipt) -> Check:
    peak = decibels(ear.peak)
    well = peak <= receipt.levels.true_peak_dbtp
    return Check("true peak", f"{peak:.2f} dBTP, at most {receipt.levels.true_peak_dbtp:.1f}", well, peak)


def not_heard(entries: list[ClipEntry], levels: dict[int, float], found: dict[int, Found]) -> list[int]:
    """The clips that are not there: by their own sound where it is at hand, else by level among others."""
    usual = float(np.median(list(levels.values()))) if levels else -math.inf
    return [
        index
        for index in range(len(entries))
        if index not in levels
        or (
            found[index].likeness < LEAST_LIKENESS
            if index in found
            else levels[index] < usual - LINE_TOLERANCE
        )
    ]


def _nothing_missing(entries: list[ClipEntry], levels: dict[int, float], found: dict[int, Found]) -> Check:
    missing = not_heard(entries, levels, found)
    well = not missing
    measured = (
        f"all {len(entries)} clips are heard"
        if well
        else f"{len(missing)} of {len(entries)} clips are not heard"
    )
    return Check("nothing missing", measured, well, float(len(missing)))


def _pauses(entries: list[ClipEntry], found: dict[int, Found], receipt: Receipt) -> Check:
    here = [
        index for index in range(len(entries)) if index in found and found[index].likeness >= LEAST_LIKENESS
    ]
    pairs = [(a, b) for a, b in pairwise(here) if b == a + 1]
    if not pairs:
        gone = "no two clips in a row are heard"
        reason = gone if found else "the store that spoke this file is not on this machine"
        return Check("pauses", f"not measured: {reason}", well=True)
    errors = [abs(found[b].offset - found[a].offset) for a, b in pairs]
    worst = to_seconds(max(errors), receipt.rate)
    return Check(
        "pauses",
        f"{len(pairs)} measured, none off by more than {worst * 1000:.1f} ms",
        worst <= PAUSE_TOLERANCE,
        worst,
    )


def _no_holes(ear: Ear, receipt: Receipt) -> Check:
    seconds = to_seconds(ear.longest_zero, receipt.rate)
    measured = f"no digital zero longer than {seconds * 1000:.0f} ms"
    return Check("no holes", measured, seconds <= LONGEST_ZERO, seconds)


# The tags and the bytes


def _tags(file: Path, receipt: Receipt, store: Store | None) -> Iterator[Check]:
    with file.open("rb") as stream:
        stream.seek(tags.size(stream))
        unchanged = hashlib.file_digest(stream, "sha256").hexdigest() == receipt.audio_sha256
    yield Check("bytes", "as they were written" if unchanged else "not those that were written", unchanged)
    track = tags.read(file)
    if track is None:
        yield Check("tags", "there are none", well=False)
        return
    times = [(chapter.start_ms, chapter.end_ms) for chapter in track.chapters]
    expected = [
        (to_milliseconds(chapter.start, receipt.rate), to_milliseconds(chapter.end, receipt.rate))
        for chapter in receipt.chapters
    ]
    yield Check(
        "chapters",
        f"{len(times)}, in order and in their places"
        if times == expected
        else f"{len(times)}, not where the receipt has them",
        times == expected,
    )
    if store is None or receipt.secret != store.key("secret"):
        yield Check("tags", "not compared: another store made the receipt", well=True)
        return
    hashes = tag_hashes(track, store)
    changed = sorted(name for name, digest in receipt.tags.items() if hashes.get(name) != digest)
    yield Check("tags", f"changed: {', '.join(changed)}" if changed else "as they were written", not changed)
