"""Where somebody speaks: islands of sound above the noise around them, and whether they are voiced.

Lines begin and end only at the edges of islands, so these edges are the edges of what is cut.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from guided_audio.alignment import spectra
from guided_audio.blocks import Mono

STEP = 0.01
"""Seconds between two looks at the level."""

_WINDOW = 0.02
_BAND = (100.0, 7900.0)
"""Hertz. Below it a room rumbles; the highest consonants at the ends of lines lie just under 8 kHz."""

_ON, _OFF = 9.0, 5.0
_DEEPEST = 43.0
_AROUND = 6.0
_GAP, _LEAST = 0.07, 0.04
_PITCH_WINDOW, _PITCH_RANGE, _PITCHED, _PITCH_STEPS = 0.04, (70.0, 400.0), 0.45, 3


@dataclass(frozen=True, slots=True, eq=False)
class Islands:
    """Stretches of sound in order: first step and first step after it, and whether a voice is in them."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    voiced: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def gaps(self) -> NDArray[np.float64]:
        """Seconds of quiet before each island but the first."""
        return np.asarray((self.starts[1:] - self.ends[:-1]) * STEP, dtype=np.float64)


def find(samples: Mono, rate: int) -> Islands:
    """The islands of a recording; silence has none."""
    if len(samples) < _WINDOW * rate:
        return Islands(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.bool_))
    levels = _levels(samples, rate)
    floor = _floor(levels)
    sounding = _held(levels > floor + _ON, levels > floor + _OFF)
    starts, ends = _runs(sounding)
    starts, ends = _tidied(starts, ends)
    return Islands(starts, ends, _voiced(samples, rate, starts, ends))


def _levels(samples: Mono, rate: int) -> NDArray[np.float64]:
    """Decibels in the band of speech, every `STEP`."""
    length = round(_WINDOW * rate)
    hertz = spectra.frequencies(length, rate)
    band = (hertz >= _BAND[0]) & (hertz <= _BAND[1])
    centres = ((np.arange(int(len(samples) / rate / STEP)) + 0.5) * STEP * rate).astype(np.int64)
    parts = [block[:, band].sum(axis=1) for block in spectra.power(samples, centres, length)]
    return np.asarray(10 * np.log10(np.concatenate(parts).astype(np.float64) + 1e-12))


def _floor(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """The noise under each step: a low percentile around it, smoothed, and never far under speech."""
    speech = np.percentile(levels, 95)
    hop, reach = 50, round(_AROUND / STEP)
    places = np.arange(0, len(levels) + hop, hop)
    low = np.array([np.percentile(levels[max(0, at - reach) : at + reach], 10) for at in places])
    padded = np.pad(low, 2, mode="edge")
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)
    return np.asarray(np.maximum(np.interp(np.arange(len(levels)), places, smooth), speech - _DEEPEST))


def _held(on: NDArray[np.bool_], still: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Runs of `still` in which there is at least one `on`."""
    starts, ends = _runs(still)
    counts = np.concatenate(([0], np.cumsum(on)))
    kept = np.zeros_like(still)
    for start, end in zip(starts, ends, strict=True):
        if counts[end] > counts[start]:
            kept[start:end] = True
    return kept


def _runs(flags: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    changes = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return changes[::2], changes[1::2]


def _tidied(
    starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Small gaps closed, then small islands gone."""
    if not len(starts):
        return starts, ends
    apart = (starts[1:] - ends[:-1]) * STEP >= _GAP - STEP / 2
    starts, ends = starts[np.concatenate(([True], apart))], ends[np.concatenate((apart, [True]))]
    long = (ends - starts) * STEP >= _LEAST - STEP / 2
    return starts[long], ends[long]


def _voiced(
    samples: Mono, rate: int, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether each island holds a few steps of steady pitch in a row."""
    steps = [np.arange(start, end) for start, end in zip(starts, ends, strict=True)]
    if not steps:
        return np.zeros(0, dtype=np.bool_)
    pitched = _pitched(samples, rate, np.concatenate(steps))
    found = []
    at = 0
    for step in steps:
        own = pitched[at : at + len(step)]
        at += len(step)
        runs = _runs(own)
        found.append(bool(len(runs[0])) and int((runs[1] - runs[0]).max()) >= _PITCH_STEPS)
    return np.array(found, dtype=np.bool_)


def _pitched(samples: Mono, rate: int, steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether sound repeats itself at a pitch of speech: its autocorrelation, taken from its spectrum."""
    length = round(_PITCH_WINDOW * rate)
    hertz = spectra.frequencies(length, rate)
    columns = np.flatnonzero((hertz >= 60) & (hertz <= 1500))
    periods = np.arange(1 / _PITCH_RANGE[1], 1 / _PITCH_RANGE[0], 1 / 8000)
    waves = np.cos(2 * np.pi * hertz[columns, None] * periods).astype(np.float32)
    window = np.hanning(length + 2)[1:-1]
    fading = np.correlate(window, window, "full")[length - 1 :]
    waves /= (np.interp(periods * rate, np.arange(length), fading / fading[0])).astype(np.float32)
    centres = ((steps + 0.5) * STEP * rate).astype(np.int64)
    found = []
    for block in spectra.power(samples, centres, length):
        own = block[:, columns]
        found.append(spectra.product(own, waves).max(axis=1) > _PITCHED * own.sum(axis=1) + 1e-12)
    return np.concatenate(found)
