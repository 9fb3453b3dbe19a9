"""Joins: no place where something was put together may stand out from the sound around it.

Three kinds of places are known from a receipt: where a clip begins, where it ends, and where two
pieces of the encoder's work meet. What is usual is measured in the same file, elsewhere: the
strongest break in each second, and of all those seconds the 99th percentile. Like is compared with
like: a join inside a clip with speech, all others with what is heard while nobody speaks. A whole
second has some thirty times the chances of one place, and yet a percentile is there to be exceeded:
with a hundred edges in a file one would come to lie a little above it now and then, by nothing but a
crackle of the bed. So in the quiet a join stands out from `BREAK_ABOVE` and `JUMP_ABOVE` on. A click of
a tenth of the scale, a gap of 5 ms and a jump by 4 dB are all found there; inside a word most clicks and
gaps that are as loud as it are, and no jump, for speech is full of jumps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from guided_audio import encoder
from guided_audio.blocks import Stereo
from guided_audio.encoder.format import DECODER_DELAY, ENCODER_DELAY, SAMPLES
from guided_audio.forms import Form
from guided_audio.listening import Span
from guided_audio.receipt import ClipEntry, Receipt
from guided_audio.units import Frames, to_frames
from guided_audio.verify.breaks import HOP, JUMP_REACH, REACH, Figures, band_levels, breaks, jumps
from guided_audio.verify.check import Check, Notes, not_measured

USUAL = 99.0
"""The percentile of what is found elsewhere that a join must not exceed."""

IN_PLACE = 0.001
"""Seconds a clip may be off for its edges to be where the receipt has them."""

BREAK_ABOVE, JUMP_ABOVE = 2.0, 1.0
"""Decibels above what is usual in the quiet from which a join stands out."""

SEAM = 1056
"""Frames in which an MP3 decoder goes from one piece of an encoder's work to the next: half a frame of
overlap, and the length of its filters."""

ASIDE = 0.1
"""Seconds around a clip that are neither speech nor quiet."""

SAMPLE, LEAST_SAMPLE = 1.0, 0.5
"""Seconds of a piece that shows what is usual."""

MOST_SAMPLES, LEAST_SAMPLES = 150, 8
"""Pieces of speech, and of quiet, that are listened to, spread over the file; with fewer than the least
nothing can be said."""


@dataclass(frozen=True, slots=True)
class Join:
    """Frames in which something is joined: an edge of a clip, or a seam in what the encoder made.

    `spoken` says whether it is inside a clip, `steady` that nobody speaks for a while on either side:
    only there is a jump no part of the sound.
    """

    first: int
    last: int
    clip: int | None = None
    spoken: bool = False
    steady: bool = False


@dataclass(slots=True)
class _Usual:
    """The strongest break and jump of each piece that was heard elsewhere."""

    breaks: list[float] = field(default_factory=list)
    jumps: list[float] = field(default_factory=list)


class Joins:
    """Hears every join, and pieces of the sound elsewhere."""

    def __init__(self, receipt: Receipt, notes: Notes) -> None:
        self._rate, self._notes = receipt.rate, notes
        seams = list(_seams(receipt, notes.clips))
        self._joins = [*_edges(notes.clips), *seams]
        self._samples = [(span, True) for span in _speech(notes.clips, seams, receipt)]
        self._samples += [(span, False) for span in _quiet(notes.clips, seams, receipt)]
        self.spans = [*map(_around, self._joins), *(span for span, _ in self._samples)]
        self._usual = {True: _Usual(), False: _Usual()}
        self._heard: dict[int, tuple[float, float]] = {}

    def hear(self, index: int, sound: Stereo) -> None:
        """Take in the sound of a span."""
        span = self.spans[index]
        if len(sound) < span.end - span.start:
            return  # it reaches over an end of the file
        levels = band_levels(sound, self._rate)
        if index < len(self._joins):
            join = self._joins[index]
            first, last = join.first - span.start, join.last - span.start
            jump = _most(jumps(levels), JUMP_REACH, first, last) if join.steady else 0.0
            self._heard[index] = _most(breaks(levels), REACH, first, last), jump
        else:
            usual = self._usual[self._samples[index - len(self._joins)][1]]
            usual.breaks.append(float(breaks(levels).max()))
            usual.jumps.append(float(jumps(levels).max()))

    def check(self) -> Check:
        """Whether any join stands out, and by how much; they are noted."""
        limits = {
            spoken: usual for spoken, usual in self._usual.items() if len(usual.breaks) >= LEAST_SAMPLES
        }
        judged = {
            index: self._joins[index]
            for index in self._heard
            if self._joins[index].spoken in limits and self._in_place(self._joins[index].clip)
        }
        if not judged:
            return not_measured("joins", "there is too little sound to compare them with")
        excess = {index: self._excess(index, limits[join.spoken]) for index, join in judged.items()}
        over = [judged[index] for index, by in excess.items() if by > 0]
        self._notes.breaks = [Span(join.first, join.last) for join in over]
        worst = max(excess.values())
        measured = (
            f"{len(over)} of {len(judged)} stand out, by up to {worst:.1f} dB of sudden change"
            if over
            else f"none of {len(judged)} stands out; the nearest is {-worst:.1f} dB below what would"
        )
        return Check("joins", measured, not over, worst)

    def _in_place(self, clip: int | None) -> bool:
        """Of a clip that is not where it belongs, which is a fault by itself, no edge is known."""
        found = None if clip is None else self._notes.found.get(clip)
        return found is None or abs(found.offset) <= IN_PLACE * self._rate

    def _excess(self, index: int, usual: _Usual) -> float:
        break_, jump = self._heard[index]
        join, excess = self._joins[index], break_ - float(np.percentile(usual.breaks, USUAL))
        if not join.spoken:
            excess -= BREAK_ABOVE
        if join.steady:
            excess = max(excess, jump - float(np.percentile(usual.jumps, USUAL)) - JUMP_ABOVE)
        return excess


def _around(join: Join) -> Span:
    reach = (JUMP_REACH if join.steady else REACH) + HOP
    return Span(join.first - reach, join.last + reach)


def _most(figures: Figures, offset: int, first: int, last: int) -> float:
    """The highest figure of the frames `first` to `last`; that of frame `offset` comes first."""
    start, stop = round((first - offset) / HOP), round((last - offset) / HOP)
    return float(figures[max(start, 0) : stop + 1].max())


def _edges(clips: Iterable[ClipEntry]) -> Iterator[Join]:
    for index, clip in enumerate(clips):
        for edge in (clip.start, clip.start + clip.length):
            yield Join(edge, edge, index)


def _seams(receipt: Receipt, clips: Sequence[ClipEntry]) -> Iterator[Join]:
    """Where the pieces of the encoder's work meet, in frames of the decoded sound: in an MP3 only."""
    if receipt.form is not Form.MP3:
        return
    clear = to_frames(ASIDE, receipt.rate) + JUMP_REACH
    pieces = encoder.Mp3Format(receipt.rate).chunks(Frames(receipt.frames))
    for piece in islice(pieces, 1, None):
        first = piece.first * SAMPLES - ENCODER_DELAY - DECODER_DELAY
        spoken, near = (
            any(clip.start - by < first + SEAM and first < clip.start + clip.length + by for clip in clips)
            for by in (to_frames(ASIDE, receipt.rate), clear)
        )
        yield Join(first, first + SEAM, None, spoken, not near)


def _speech(clips: Sequence[ClipEntry], seams: Iterable[Join], receipt: Receipt) -> list[Span]:
    """Pieces of what is inside clips, away from their edges."""
    spans = (Span(clip.start + REACH, clip.start + clip.length - REACH) for clip in clips)
    return _spread(_pieces(spans, seams, receipt.rate))


def _quiet(clips: Sequence[ClipEntry], seams: Iterable[Join], receipt: Receipt) -> list[Span]:
    """Pieces of what is between clips."""
    aside = to_frames(ASIDE, receipt.rate)
    ends = [0, *(clip.start + clip.length + aside for clip in clips)]
    starts = [*(clip.start - aside for clip in clips), receipt.frames]
    spans = (Span(end, start) for end, start in zip(ends, starts, strict=True))
    return _spread(_pieces(spans, seams, receipt.rate))


def _pieces(spans: Iterable[Span], seams: Iterable[Join], rate: int) -> list[Span]:
    """Spans in pieces of a second, without what is about a seam."""
    long, least = to_frames(SAMPLE, rate), to_frames(LEAST_SAMPLE, rate)
    pieces = [
        Span(at, min(at + long, span.end))
        for span in spans
        for at in range(span.start, span.end - least + 1, long)
    ]
    taken = [(seam.first - JUMP_REACH, seam.last + JUMP_REACH) for seam in seams]
    return [
        piece for piece in pieces if not any(start < piece.end and piece.start < end for start, end in taken)
    ]


def _spread(pieces: list[Span]) -> list[Span]:
    """No more than can be listened to, from all over the file."""
    return pieces[:: -(-len(pieces) // MOST_SAMPLES) or 1]
