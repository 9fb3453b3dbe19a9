"""The colour of a voice: its long-term spectrum beside people's, and what of it is understood in noise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono
from guided_audio.units import PROJECT_RATE as RATE

HEARD = RATE // 2
"""Frames a second at which a voice of 22.05 kHz is looked at."""

Floats = NDArray[np.float64]

# Norms

THIRDS = np.array(
    [
        100,
        125,
        160,
        200,
        250,
        315,
        400,
        500,
        630,
        800,
        1000,
        1250,
        1600,
        2000,
        2500,
        3150,
        4000,
        5000,
        6300,
        8000,
    ]
)
PEOPLE = np.array(
    [
        *(54.4, 57.7, 56.8, 60.2, 60.3, 59.0, 62.1, 62.1, 60.5, 56.8),
        *(53.7, 53.0, 52.0, 48.7, 48.1, 46.8, 45.6, 44.5, 44.3, 43.7),
    ]
)
"""The long-term spectrum of people speaking, men and women together, in dB per third of an octave:
Byrne et al. 1994, Journal of the Acoustical Society of America 96, 2108-2120."""

IMPORTANCE = np.array(
    [
        *(0.0083, 0.0095, 0.0150, 0.0289, 0.0440, 0.0578, 0.0653, 0.0711, 0.0818),
        *(0.0844, 0.0882, 0.0898, 0.0868, 0.0844, 0.0771, 0.0527, 0.0364, 0.0185),
    ]
)
"""How much each third from 160 Hz to 8 kHz matters to understanding: ANSI S3.5-1997, average speech."""

BODY, PRESENCE, HISS = (200, 1000), (2000, 4000), (5000, 8000)  # centres of thirds, both ends included

# Measures


def _power(clips: Sequence[Mono], size: int = 4096) -> tuple[Floats, Floats]:
    """The mean power spectrum of all clips, and its frequencies."""
    total = np.zeros(size // 2 + 1)
    for clip in clips:
        padded = np.pad(clip, size // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[:: size // 2] * np.hanning(size)
        total += np.square(np.abs(np.fft.rfft(frames, axis=1))).sum(axis=0)
    return total, np.asarray(np.fft.rfftfreq(size, 1 / HEARD))


def thirds_of(clips: Sequence[Mono]) -> Floats:
    """The level of each third of an octave, in dB of no particular zero."""
    power, at = _power(clips)
    edges = THIRDS[:, None] * 2.0 ** np.array([-1 / 6, 1 / 6])
    return np.array([10 * np.log10(power[(at >= low) & (at < high)].sum() + 1e-20) for low, high in edges])


def _between(levels: Floats, band: tuple[int, int]) -> float:
    inside = (band[0] <= THIRDS) & (band[1] >= THIRDS)
    return 10 * float(np.log10(np.sum(10 ** (levels[inside] / 10))))


def colour_of(levels: Floats) -> tuple[float, float, float, float]:
    """Presence, hiss, warmth and tilt of the levels of thirds; also of people's, for comparison."""
    body = _between(levels, BODY)
    upper = THIRDS >= 500
    tilt = float(np.polyfit(np.log2(THIRDS[upper]), levels[upper], 1)[0])
    warmth = _between(levels, (100, 400)) - _between(levels, (500, 1000))
    return _between(levels, PRESENCE) - body, _between(levels, HISS) - body, warmth, tilt


def all_colour_of(clips: Sequence[Mono]) -> tuple[float, float, float, float, float, float]:
    """Presence, hiss, warmth, tilt, how far from people's spectrum, and how audible in noise."""
    levels = thirds_of(clips)
    return *colour_of(levels), float(np.std((levels - PEOPLE)[1:])), audibility(levels)


def audibility(levels: Floats) -> float:
    """How much of a voice is heard, of 1, in noise like people speaking and as strong as the voice."""
    voice, noise = (each - _between(each, (100, 8000)) for each in (levels, PEOPLE.astype(np.float64)))
    heard = np.clip((voice - noise + 15) / 30, 0, 1)[THIRDS >= 160]
    return float(np.sum(heard * IMPORTANCE))


def rumble(clips: Sequence[Mono]) -> float:
    """What lies below 70 Hz, in dB of all there is."""
    power, at = _power(clips)
    return 10 * float(np.log10(power[at < 70].sum() / power.sum()))
