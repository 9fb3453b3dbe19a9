"""Whether a bed ever comes round again, and what is left of it in one loudspeaker."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desk import Desk
from guided_audio.blocks import Source
from guided_audio.library import Library
from guided_audio.sounds import load_bed
from guided_audio.sounds.recipe import BedRecipe, Swell, Use
from guided_audio.sounds.recipe_reader import read_recipe
from guided_audio.units import PROJECT_RATE as RATE
from planned import blocks
from sounds import autocorrelation
from table import Row

SECONDS, QUICK_SECONDS = 3600, 600
WITH_WAVES = 4
"""Times as long a bed with waves is listened to: the fewer things happen in an hour, the more of them agree
by chance, and an hour of the sea has some four hundred waves."""

HOP = 0.05
"""Seconds to a point of the envelope."""

STRETCH = 2.0
"""Seconds that are looked for again, sample for sample."""

SOONEST = 30.0
"""Seconds after which nothing may be heard again."""


Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heard:
    """Of a bed: the level of each hop, and how many decibels one loudspeaker loses of two."""

    envelope: Floats
    mono_loss: float


def rows(desk: Desk) -> Iterator[Row]:
    """Each bed that comes with the program, for an hour."""
    seconds = QUICK_SECONDS if desk.quick else SECONDS
    for file in sorted(Library().sounds.glob("*.yaml")):
        recipe = read_recipe(file)
        if isinstance(recipe, BedRecipe):
            yield from _of_bed(file, recipe, seconds)


def _of_bed(file: Path, recipe: BedRecipe, seconds: int) -> Iterator[Row]:
    waves = list(swells(recipe))
    seconds *= WITH_WAVES if waves else 1
    with tempfile.TemporaryDirectory() as scratch:
        source = load_bed(file, RATE, Path(scratch))
        heard = listen(source, seconds)
        again, later = most_alike_samples(source, seconds / 12)
    soonest = max([SOONEST, *map(coherence, waves)])
    alike, lag = most_alike(without(waves, heard.envelope), soonest)
    but = " but for its waves" if waves else ""
    against = f"itself{but}, {soonest:.0f} s and more later, of {seconds / 60:.0f} min"
    yield Row(f"{file.stem}, how alike", against, "< 0.10 of an hour", f"{alike:.3f}, {lag:.1f} s later")
    stretch = f"{STRETCH:.0f} s of it, in the {seconds / 720:.0f} min behind them"
    yield Row(f"{file.stem}, how alike, sample for sample", stretch, "-", f"{again:.3f}, {later:.1f} s later")
    yield Row(
        f"{file.stem}, in mono", "in stereo", "< 3.0 dB lost", f"{max(heard.mono_loss, 0.0):.1f} dB lost"
    )


def listen(source: Source, seconds: int) -> Heard:
    """Read a bed from its beginning, a little at a time."""
    hops, both, middle = [], 0.0, 0.0
    for sound in blocks(source, seconds * RATE):
        squares = np.square(sound, dtype=np.float64).mean(axis=1)
        hops.append(np.sqrt(squares.reshape(-1, round(HOP * RATE)).mean(axis=1)))
        both += float(squares.sum())
        middle += float(np.square(sound.mean(axis=1, dtype=np.float64)).sum())
    return Heard(np.concatenate(hops), 10 * float(np.log10(both / middle)))


def most_alike(envelope: Floats, soonest: float) -> tuple[float, float]:
    """The largest correlation of an envelope with itself so many seconds later or more, and when that is."""
    alike = np.abs(autocorrelation(envelope)[: len(envelope) // 2])
    alike[: round(soonest / HOP)] = 0.0
    return float(alike.max()), int(alike.argmax()) * HOP


def most_alike_samples(source: Source, seconds: float) -> tuple[float, float]:
    """The largest correlation of a stretch of sound with any later one of so many seconds, and when that is.

    Differences are taken twice, so that treble counts: few deep waves are alike by chance. Fresh noise
    comes to a few hundredths, sound that is used again to nearly 1 where it lies alone.
    """
    count, begin, step = round(STRETCH * RATE), 100 * RATE, 30 * RATE
    stretch = np.diff(_left(source, begin, count), 2)
    size = 1 << (step + count - 1).bit_length()
    reversed_spectrum = np.conj(np.fft.rfft(stretch, size))
    most, when = 0.0, 0
    for start in range(begin + count, begin + round(seconds * RATE), step):
        later = np.diff(_left(source, start, step + count), 2)
        products = np.fft.irfft(np.fft.rfft(later, size) * reversed_spectrum, size)[:step]
        power = np.concatenate(([0.0], np.cumsum(np.square(later))))
        powers = (power[len(stretch) :] - power[: -len(stretch)])[:step] * float(stretch @ stretch)
        alike = np.abs(products) / np.sqrt(np.maximum(powers, 1e-30))
        if alike.max() > most:
            most, when = float(alike.max()), start + int(alike.argmax())
    return most, (when - begin) / RATE


def _left(source: Source, start: int, count: int) -> Floats:
    return source.read(start, count)[:, 0].astype(np.float64)


def without(waves: Sequence[Swell], envelope: Floats) -> Floats:
    """The envelope without what moves as often as declared waves do. A loop would still show."""
    spectrum = np.fft.rfft(envelope)
    often = np.fft.rfftfreq(len(envelope), HOP)
    for swell in waves:
        spectrum[(often >= 1 / swell.longest) & (often <= 1 / swell.shortest)] = 0.0
    return np.asarray(np.fft.irfft(spectrum, len(envelope)))


def swells(recipe: BedRecipe) -> Iterator[Swell]:
    """The waves that a recipe declares, in itself and in the beds it uses."""
    for layer in recipe.layers:
        if layer.swell is not None:
            yield layer.swell
        if isinstance(layer, Use):
            yield from swells(layer.recipe)


def coherence(swell: Swell) -> float:
    """Seconds for which waves with such intervals keep step with themselves.

    After n waves the moment of the next is known to the root of n times the deviation of one interval;
    they are out of step when that is half the mean interval.
    """
    deviation = (swell.longest - swell.shortest) / np.sqrt(12)
    return float(swell.period * (swell.period / 2 / deviation) ** 2) if deviation else np.inf
