"""The sound of a finished file: decoded once, heard by all who measure something in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from guided_audio import encoder, ffmpeg, listening
from guided_audio.blocks import Stereo
from guided_audio.errors import VerificationFailed
from guided_audio.forms import Form
from guided_audio.listening import Ear, Span
from guided_audio.receipt import Receipt
from guided_audio.resampling import resampled
from guided_audio.units import decibels, format_clock, gain, to_seconds
from guided_audio.verify.check import Check, Notes
from guided_audio.verify.clips import ClipOf, Voice
from guided_audio.verify.joins import Joins
from guided_audio.verify.paper import entries
from guided_audio.verify.quiet import Quiet

LONGEST_ZERO = 0.05
"""Seconds of digital zero that are no hole in the sound."""

NEAR_CEILING = 0.3
"""Decibels under the limiter's ceiling at which its work may have begun."""


class Listener(Protocol):
    """Asks for spans of a file, and is given the sound of each as it goes by."""

    @property
    def spans(self) -> Sequence[Span]:
        """What it asks for."""

    def hear(self, index: int, sound: Stereo) -> None:
        """The sound of span `index`; shorter where it reaches over an end of the file."""


def sound_checks(file: Path, receipt: Receipt, clip_of: ClipOf, notes: Notes) -> Iterator[Check]:
    """Everything that is measured in the decoded sound."""
    notes.receipt, notes.clips = receipt, entries(receipt)
    voice, quiet, joins = Voice(receipt, notes, clip_of), Quiet(receipt), Joins(receipt, notes)
    notes.ear.loud = gain(receipt.levels.ceiling_dbtp - NEAR_CEILING)
    try:
        blocks = notes.ear.listen(_decoded(file, receipt))
        if notes.curve is not None:
            blocks = notes.curve.listen(blocks)
        _hand_out(blocks, (voice, quiet, joins))
    except VerificationFailed:
        if notes.ear.frames:
            yield Check("decodes", "the file is damaged: its sound ends early", well=False)
    if not notes.ear.frames:  # nothing was heard, so of levels and pauses nothing can be said
        yield Check("decodes", "it cannot be decoded: there is no sound in it", well=False)
        yield _length(notes.ear, receipt)
        return
    yield _length(notes.ear, receipt)
    yield from voice.loudness_checks()
    yield _peak(notes.ear, receipt)
    yield _limiter(notes.ear, receipt.levels.ceiling_dbtp)
    yield from voice.place_checks()
    yield _no_holes(notes.ear, receipt)
    yield from quiet.checks()
    yield joins.check()


def _decoded(file: Path, receipt: Receipt) -> Iterator[Stereo]:
    """The sound of a file at its receipt's rate: an Opus has another one, at which its frames are counted."""
    if receipt.form is Form.OPUS:
        return resampled(ffmpeg.decode(file, encoder.OPUS_RATE), encoder.OPUS_RATE, receipt.rate)
    return ffmpeg.decode(file, receipt.rate)


def _hand_out(blocks: Iterable[Stereo], listeners: Sequence[Listener]) -> None:
    """Give every listener the spans it asked for, in one pass."""
    spans = [span for listener in listeners for span in listener.spans]
    whose = [(listener, index) for listener in listeners for index in range(len(listener.spans))]
    for number, sound in listening.cut(blocks, spans):
        listener, index = whose[number]
        listener.hear(index, sound)


def _length(ear: Ear, receipt: Receipt) -> Check:
    seconds = to_seconds(ear.frames, receipt.rate)
    measured = f"{format_clock(seconds)}, {ear.frames:,} frames"
    if ear.frames != receipt.frames:
        measured += f" where {receipt.frames:,} belong"
    return Check("length", measured, ear.frames == receipt.frames, float(ear.frames))


def _peak(ear: Ear, receipt: Receipt) -> Check:
    peak = decibels(ear.peak)
    well = peak <= receipt.levels.true_peak_dbtp
    return Check("true peak", f"{peak:.2f} dBTP, at most {receipt.levels.true_peak_dbtp:.1f}", well, peak)


def _limiter(ear: Ear, ceiling: float) -> Check:
    """How much the limiter had to do, which is nothing in a mix with room to spare. No fault either way."""
    if decibels(ear.peak) <= ceiling - NEAR_CEILING:
        return Check("limiter", "it had nothing to do", well=True, value=0.0)
    share = ear.loud_share
    measured = f"{share:.2%} of the time is within {NEAR_CEILING} dB of its ceiling of {ceiling:.1f} dBTP"
    return Check("limiter", measured, well=True, value=share)


def _no_holes(ear: Ear, receipt: Receipt) -> Check:
    seconds = to_seconds(ear.longest_zero, receipt.rate)
    measured = f"no digital zero longer than {seconds * 1000:.0f} ms"
    return Check("no holes", measured, seconds <= LONGEST_ZERO, seconds)
