"""The voice in a finished file: whether every clip is there and in its place, and how loud it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from guided_audio import listening
from guided_audio.blocks import Mono, Stereo
from guided_audio.listening import Found, Span
from guided_audio.mastering import Meter, Powers
from guided_audio.receipt import ClipEntry, Receipt
from guided_audio.units import to_frames, to_seconds
from guided_audio.verify.check import Check, Notes, not_measured
from guided_audio.verify.images import Image

SPEECH_TOLERANCE = 0.3
"""LU between the speech and what was aimed at."""

LINES_TOLERANCE = 1.0
"""LU from the quietest line to the loudest."""

PAUSE_TOLERANCE = 0.005
"""Seconds a pause may be off."""

LEAST_LIKENESS = 0.7
"""Under it a place does not hold the clip that should be there; over a bed 20 dB down it is 0.99."""

MISSING_BELOW = 8.0
"""dB a clip may lie below the others before it counts as missing."""

SHORT_LINE = 3.0
"""Seconds under which a line is measured at several alignments."""

ALIGNMENTS = 5

METER_HOP, BLOCK_HOPS = 0.1, 4
"""Seconds of the pieces a `Meter` gives, and how many make a block of BS.1770."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownClip:
    """A clip as it is known from before: its sound, and at how many samples a second it was spoken."""

    sound: Mono
    spoken_at: int


ClipOf = Callable[[str, int], KnownClip | None]
"""The clip of a store's key at a rate, where the store still has it."""


class Voice:
    """Hears every clip of a receipt in the finished sound.

    How loud speech is, is its loudness by BS.1770: the power of blocks of 400 ms, here inside clips
    and nowhere else, gated 10 LU below their mean; of a clip below 400 ms, its plain mean. So it is
    for all speech together, and for each line.

    The standard takes a block each 100 ms. Of a word that is three or four, and where the first one
    begins decides much. A line under `SHORT_LINE` is therefore measured with a block each 20 ms, which
    finds lines of one word, set to one level, within 0.5 LU. Ungated means find the same words 2 LU
    apart, by how much of each is the end of a consonant.
    """

    def __init__(self, receipt: Receipt, notes: Notes, clip_of: ClipOf) -> None:
        self._receipt, self._notes, self._clip_of = receipt, notes, clip_of
        margin = to_frames(listening.MARGIN, receipt.rate)
        self.spans = [
            Span(max(clip.start - margin, 0), clip.start + clip.length + margin) for clip in notes.clips
        ]
        place = {clip: index for index, clip in enumerate(notes.clips)}
        self._lines = [[place[clip] for clip in line.clips] for line in receipt.lines if line.clips]
        short = to_frames(SHORT_LINE, receipt.rate)
        lengths = ((line, sum(notes.clips[index].length for index in line)) for line in self._lines)
        self._short = {index for line, length in lengths if length < short for index in line}
        self._image = Image(receipt.rate)
        self._speech: list[Powers] = []
        self._blocks: dict[int, Powers] = {}

    def hear(self, index: int, sound: Stereo) -> None:
        """Take in the sound of a span: a clip with what is around it."""
        clip, lead = self._notes.clips[index], self._notes.clips[index].start - self.spans[index].start
        inside = sound[lead : lead + clip.length]
        self._notes.levels[index] = listening.rms_db(inside)
        self._measure(index, inside)
        known = self._clip_of(clip.key, self._receipt.rate)
        if known is not None:
            self._notes.found[index] = listening.locate(known.sound, sound, lead)
            self._image.hear(sound, lead, clip.length, known.spoken_at)

    def _measure(self, index: int, inside: Stereo) -> None:
        step = to_frames(METER_HOP / ALIGNMENTS, self._receipt.rate)
        meters = [Meter(self._receipt.rate) for _ in range(ALIGNMENTS if index in self._short else 1)]
        for number, meter in enumerate(meters):
            meter.feed(inside[number * step :])
        blocks = [_blocks(meter.powers) for meter in meters]
        self._speech.append(blocks[0])
        self._blocks[index] = np.concatenate(blocks)

    def loudness_checks(self) -> Iterator[Check]:
        """The loudness of all speech, and of the lines beside one another."""
        yield _speech(lufs(_gated(np.concatenate([*self._speech, np.empty(0)]))), self._receipt)
        missing = set(not_heard(self._notes.clips, self._notes.levels, self._notes.found))
        heard = [line for line in self._lines if not missing & set(line)]
        powers = [_gated(np.concatenate([self._blocks[index] for index in line])) for line in heard]
        yield _line_levels([power for power in powers if power > 0])

    def place_checks(self) -> Iterator[Check]:
        """Whether every clip is heard, and every pause as long as it was written."""
        notes = self._notes
        yield _nothing_missing(notes.clips, notes.levels, notes.found)
        yield _pauses(notes.clips, notes.found, self._receipt)
        yield self._image.check()


def _blocks(powers: Powers) -> Powers:
    """The power of every block of 400 ms; of less, that of all there is."""
    if len(powers) < BLOCK_HOPS:
        return powers.mean(keepdims=True) if len(powers) else powers
    return np.convolve(powers, np.full(BLOCK_HOPS, 1 / BLOCK_HOPS), "valid")


def _gated(blocks: Powers) -> float:
    """The mean of the blocks no more than 10 LU under the mean of all; 0 for none."""
    return float(blocks[blocks >= blocks.mean() / 10].mean()) if len(blocks) else 0.0


def lufs(power: float) -> float:
    """The loudness of a K-weighted power, `-inf` for none."""
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf


def _speech(loudness: float, receipt: Receipt) -> Check:
    off = loudness - receipt.levels.speech_lufs
    well = abs(off) <= SPEECH_TOLERANCE
    return Check("speech", f"{loudness:.2f} LUFS, {off:+.2f} LU from what was aimed at", well, loudness)


def _line_levels(powers: list[float]) -> Check:
    if len(powers) < 2:
        return not_measured("line levels", "there are no two lines to compare")
    spread = lufs(max(powers)) - lufs(min(powers))
    measured = f"{len(powers)} lines, {spread:.2f} LU from the quietest to the loudest"
    return Check("line levels", measured, spread <= LINES_TOLERANCE, spread)


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
            else levels[index] < usual - MISSING_BELOW
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
        return not_measured(
            "pauses", gone if found else "the store that spoke this file is not on this machine"
        )
    errors = [abs(found[b].offset - found[a].offset) for a, b in pairs]
    worst = to_seconds(max(errors), receipt.rate)
    return Check(
        "pauses",
        f"{len(pairs)} measured, none off by more than {worst * 1000:.1f} ms",
        worst <= PAUSE_TOLERANCE,
        worst,
    )
