"""What is heard while nobody speaks: the bed (its two levels, how it moves, its sides), or room tone."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from guided_audio import mixer
from guided_audio.blocks import Stereo
from guided_audio.listening import Span
from guided_audio.mastering import Meter, Powers
from guided_audio.receipt import BedPlace, Receipt
from guided_audio.render import ROOM_TONE_DBFS
from guided_audio.units import decibels, gain, to_frames
from guided_audio.verify.check import Check, not_measured
from guided_audio.verify.clips import METER_HOP, lufs
from guided_audio.verify.paper import SMEARED, entries
from guided_audio.verify.repeats import repeat

LEVEL_TOLERANCE = 1.0
"""dB between what lies under everything and its plan."""

BELL_RINGS = 20.0
"""Seconds from a strike that are left out. The longest bell of ours rings for 15."""

ENDS = 12.0
"""Seconds at either end of a bed that are left out: more than it takes to come and to go."""

LONGEST_PIECE = 10.0
"""Seconds of a stretch that are measured as one."""

LEAST_HOPS = 3
"""Pieces of a meter that make a stretch."""

MOST_LIKE = 0.1
"""How alike a bed may be to itself half a minute later, beyond what chance makes of it. Loops are by 1."""

MOST_CHANCE = 0.7
"""What chance may make of it where something can still be told."""

MOST_LOST = 3.0
"""dB that one loudspeaker may lose of the two sides of a bed of ours."""

MOST_LOST_OF_OWN = 6.0
"""dB of the user's own: sides that have nothing in common lose 3, sides that are against each other all."""

LEAST_PIECES, LEAST_SECONDS = 4, 2.0
"""Less than that tells nothing of a sound that moves."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames in which only what lies under everything is heard.

    `under` is how far the bed lies below the voice that speaks, in decibels, or nothing where there is
    room tone; `rise` how far it is above that here.
    """

    start: int
    end: int
    under: float | None
    rise: float


Piece = tuple[float, int]
"""The power of what was heard in a stretch, and for how many frames."""


class Quiet:
    """Hears the bed alone, where the mixer's own plan has it at rest: released, or held down.

    A bed that moves by itself (waves, gusts) is as loud as planned only in the mean, so the power of
    all its stretches is averaged. How far that mean may be from the true one is estimated from how
    the stretches differ: twice the standard error of the mean, which is 0.1 dB for ten minutes of rain,
    and up to 1 dB for the gaps in ten minutes of ocean. A level is off when it is more than the
    tolerance away beyond that doubt; when it is not, and the doubt is larger than the tolerance,
    nothing can be told.
    """

    def __init__(self, receipt: Receipt) -> None:
        self._receipt = receipt
        self.stretches = list(stretches(receipt))
        self._lead = to_frames(METER_HOP, receipt.rate)  # the meter's filters settle in it
        self.spans = [Span(stretch.start - self._lead, stretch.end) for stretch in self.stretches]
        self._heard: dict[int, Piece] = {}
        self._moves: dict[int, Powers] = {}
        self._sides: list[tuple[float, float]] = []

    def hear(self, index: int, sound: Stereo) -> None:
        """Take in the sound of a span."""
        if self.stretches[index].under is None:
            inside = sound[self._lead :]
            length = len(inside)
            power = float(np.square(inside, dtype=np.float64).mean()) if length else 0.0
        else:
            meter = Meter(self._receipt.rate)
            meter.feed(sound)
            powers = self._moves[index] = meter.powers[1:]
            self._sides.append(_both_and_middle(sound[self._lead :]))
            length = len(powers) * self._lead
            power = float(powers.mean()) if length else 0.0
        if length:
            self._heard[index] = power, length

    def checks(self) -> Iterator[Check]:
        """The level of what lies under everything, against its plan."""
        grounds = list(_grounds(self._receipt))
        if any(under is not None for _, _, under in grounds):
            yield self._bed("bed in pauses", lambda stretch: stretch.rise > 0)
            yield self._bed("bed under speech", lambda stretch: stretch.rise == 0)
            yield self._no_loop()
            yield self._mono()
        if any(under is None for _, _, under in grounds):
            yield self._room_tone()

    def _seconds(self, pieces: Sequence[Piece]) -> float:
        return sum(length for _, length in pieces) / self._receipt.rate

    def _bed(self, name: str, wanted: Callable[[Stretch], bool]) -> Check:
        """All stretches of a kind, each beside its own plan."""
        pieces, plans = [], set()
        for index, (power, length) in self._heard.items():
            stretch = self.stretches[index]
            if stretch.under is not None and wanted(stretch):
                plan = self._receipt.levels.speech_lufs - stretch.under + stretch.rise
                pieces.append((power / gain(2 * plan), length))
                plans.add(f"{plan:.1f}")
        seconds = self._seconds(pieces)
        if len(pieces) < LEAST_PIECES or seconds < LEAST_SECONDS:
            return not_measured(name, f"only {seconds:.1f} s of it are heard alone")
        power, doubt = _mean(pieces)
        off = lufs(power)
        well = abs(off) <= LEVEL_TOLERANCE + doubt
        if well and doubt > LEVEL_TOLERANCE:
            return not_measured(name, f"it moves too much by itself for {seconds:.0f} s to tell its level")
        planned = " and ".join(sorted(plans))
        measured = f"{off:+.1f} ± {doubt:.1f} dB from the planned {planned} LUFS, in {seconds:.0f} s"
        return Check(name, measured, well, off)

    def _no_loop(self) -> Check:
        """Whether a bed that is made without a loop has none. The user's own is left out: it begins again."""
        if all(bed.own for bed in self._receipt.beds) and self._receipt.beds:
            return Check("no loop", "a sound of your own, which begins again when it has ended", well=True)
        found = repeat(self._envelope(), METER_HOP)
        if found is None or found.chance > MOST_CHANCE:
            return not_measured("no loop", "too little of the bed is heard alone")
        well = found.likeness <= MOST_LIKE + found.chance
        measured = (
            f"it does not come round again: {found.after:.0f} s later it is alike by {found.likeness:.2f}, "
            f"and chance makes {found.chance:.2f}"
            if well
            else f"it is heard again after {found.after:.0f} s, alike by {found.likeness:.2f}"
        )
        return Check("no loop", measured, well, found.likeness)

    def _envelope(self) -> NDArray[np.float64]:
        """Decibels of every hop beside its plan, each bed beside its own mean; no number elsewhere."""
        pieces = {index: self._decibels(index) for index in self._moves}
        places = {index: round(self.stretches[index].start / self._lead) for index in pieces}
        levels = np.full(max((places[index] + len(pieces[index]) for index in pieces), default=0), np.nan)
        for bed in self._receipt.beds or (BedPlace(0.0, 0, self._receipt.frames),):
            inside = [i for i in pieces if not bed.own and bed.start <= self.stretches[i].start < bed.end]
            mean = np.concatenate([pieces[index] for index in inside]).mean() if inside else 0.0
            for index in inside:
                levels[places[index] : places[index] + len(pieces[index])] = pieces[index] - mean
        return levels

    def _decibels(self, index: int) -> NDArray[np.float64]:
        """The level of each hop of a stretch, as it would be under speech."""
        return 10 * np.log10(np.maximum(self._moves[index], 1e-12)) - self.stretches[index].rise

    def _mono(self) -> Check:
        """What is left of a bed where both sides come out of one loudspeaker, as on most phones."""
        both, middle = (math.fsum(column) for column in zip(*self._sides, (0.0, 0.0), strict=True))
        if not both:
            return not_measured("mono", "the bed is nowhere heard alone")
        if not middle:
            return Check("mono", "one loudspeaker loses all of the bed: its sides cancel out", well=False)
        lost = 10 * math.log10(both / middle)
        most = MOST_LOST_OF_OWN if any(bed.own for bed in self._receipt.beds) else MOST_LOST
        return Check("mono", f"one loudspeaker loses {max(lost, 0.0):.1f} dB of the bed", lost <= most, lost)

    def _room_tone(self) -> Check:
        """It does not move: every stretch of it is as loud as all are."""
        pieces = [piece for index, piece in self._heard.items() if self.stretches[index].under is None]
        seconds = self._seconds(pieces)
        if seconds < LEAST_SECONDS:
            return not_measured("room tone", f"only {seconds:.1f} s of it are heard alone")
        levels = [decibels(math.sqrt(power)) for power, _ in pieces]
        worst = max((level - ROOM_TONE_DBFS for level in levels), key=abs)
        measured = (
            f"at most {abs(worst):.1f} dB from the planned {ROOM_TONE_DBFS:.1f} dBFS, in {seconds:.0f} s"
        )
        return Check("room tone", measured, abs(worst) <= LEVEL_TOLERANCE, worst)


def _both_and_middle(sound: Stereo) -> tuple[float, float]:
    """The energy of two sides, as a mean of both, and that of what they have in common."""
    both = float(np.square(sound, dtype=np.float64).mean(axis=1).sum())
    return both, float(np.square(sound.mean(axis=1, dtype=np.float64)).sum())


def _mean(pieces: Sequence[Piece]) -> tuple[float, float]:
    """The mean power of all pieces, and twice its standard error in decibels."""
    powers, lengths = (np.array(column, dtype=np.float64) for column in zip(*pieces, strict=True))
    share, count = lengths / lengths.sum(), len(pieces)
    mean = float(powers @ share)
    if mean <= 0 or count < LEAST_PIECES:
        return mean, 0.0
    error = math.sqrt(float(np.square((powers - mean) * share).sum()) * count / (count - 1))
    return mean, 2 * 10 / math.log(10) * error / mean


def stretches(receipt: Receipt) -> Iterator[Stretch]:
    """Where what lies under everything is heard alone and at rest, in pieces that are not too long."""
    margin, longest = to_frames(SMEARED, receipt.rate), to_frames(LONGEST_PIECE, receipt.rate)
    shortest = to_frames(METER_HOP, receipt.rate) * LEAST_HOPS
    silent, grounds = list(_silent(receipt)), list(_grounds(receipt))
    for first, last, rise in _at_rest(receipt):
        for begin, end, under in grounds:
            for start, stop in silent:
                at, until = max(start, begin, first + margin + receipt.tail), min(stop, end, last - margin)
                for piece in range(at, until - shortest + 1, longest):
                    yield Stretch(piece, min(piece + longest, until), under, rise)


def _grounds(receipt: Receipt) -> Iterator[tuple[int, int, float | None]]:
    """From where to where there is a bed, away from where it comes and goes, and where room tone."""
    beds = [(bed.start, bed.end, bed.under) for bed in receipt.beds]
    if receipt.bed and not beds:
        beds = [(0, receipt.frames, receipt.bed.under)]
    aside, ended = to_frames(ENDS, receipt.rate), 0
    for (start, end, under), (following, _, _) in pairwise([*beds, (receipt.frames, receipt.frames, 0.0)]):
        if start > ended:
            yield ended, start, None
        yield max(start + aside, ended), min(end - aside, following), under
        ended = end
    if ended < receipt.frames:
        yield ended, receipt.frames, None


def _at_rest(receipt: Receipt) -> Iterator[tuple[int, int, float]]:
    """From where to where after a clip the bed is held at one level, and which, above that under speech."""
    before, hold, release, shortest = (
        to_frames(seconds, receipt.rate)
        for seconds in (mixer.DUCK_BEFORE, mixer.DUCK_HOLD, mixer.DUCK_RELEASE, mixer.SHORTEST_RELEASE)
    )
    clips = entries(receipt)
    ends = accumulate((clip.start + clip.length for clip in clips), max)
    for end, start in zip(ends, [*(clip.start for clip in clips[1:]), None], strict=True):
        if start is not None and start - end < shortest:
            yield end, start, 0.0
        else:
            yield end, end + hold, 0.0
            until = receipt.frames if start is None else start - before
            yield end + hold + release, until, mixer.RISE_IN_PAUSES


def _silent(receipt: Receipt) -> Iterator[tuple[int, int]]:
    """The pauses, without what rings in them."""
    rings = to_frames(BELL_RINGS, receipt.rate)
    for start, end in _joined((pause.start, pause.end) for pause in receipt.pauses):
        at = start
        for bell in sorted(receipt.bells):
            if at < min(bell, end):
                yield at, min(bell, end)
            at = max(at, bell + rings)
        if at < end:
            yield at, end


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in order, those that touch as one."""
    begin, stop = 0, 0
    for start, end in sorted(spans):
        if start > stop:
            yield begin, stop
            begin = start
        stop = max(stop, end)
    yield begin, stop
