"""How far down conforming keeps the images of a voice that is slower than the project's rate.

A voice of 22.05 kHz has nothing above 11 kHz. What is there after it was resampled is an image: a mirror
of the voice about 11 kHz, which sounds like a metallic hiss.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from desk import Desk
from guided_audio import conform
from guided_audio.speech import Speech
from guided_audio.units import PROJECT_RATE as RATE
from guided_audio.units import decibels
from table import Row

SLOWER = 22_050
LOWEST, HIGHEST = 100.0, 10_000.0
"""Hertz between which a voice has anything to say; the nearer to 11 kHz, the harder it is for a filter."""

TONES = 60
_SIZE = 65_536
_FRAME = 8192
_KAISER = 20.0  # side lobes 150 dB down

Floats = NDArray[np.float64]


def rows(desk: Desk) -> Iterator[Row]:
    """Many tones at once, and one that sweeps."""
    name = f"image of a voice of 22.05 kHz, {LOWEST:.0f} to {HIGHEST:.0f} Hz"
    seconds = 5.0 if desk.quick else 20.0
    yield Row(name, f"each of {TONES} tones", "90 dB down", f"{image_of_tones():.0f} dB down at worst")
    yield Row(name, "a sweep", "90 dB down", f"{image_of_sweep(seconds):.0f} dB down at worst")
    near = HIGHEST + 500
    yield Row(
        f"image of a tone of {near:.0f} Hz", "the tone", "-", f"{image_rejection(near, SLOWER):.0f} dB down"
    )


def image_of_tones() -> float:
    """Decibels by which all above 11 kHz lies under the weakest of many tones, whichever line is highest."""
    random = np.random.default_rng(1)
    pitches, phases = np.geomspace(LOWEST, HIGHEST, TONES), random.uniform(0, 2 * np.pi, TONES)
    at = np.arange(4 * SLOWER)[:, None] / SLOWER
    tones = 0.9 / TONES * np.sin(2 * np.pi * pitches * at + phases).sum(axis=1)
    spectrum, hertz = _spectrum(_conformed(tones)[8_000 : 8_000 + _SIZE])
    weakest = min(spectrum[np.abs(hertz - pitch) < 5].max() for pitch in pitches)
    return decibels(float(weakest / spectrum[hertz > SLOWER / 2].max()))


def image_of_sweep(seconds: float) -> float:
    """Decibels by which all above 11 kHz lies under a sweep, in the moment when it does so least."""
    at = np.arange(round(seconds * SLOWER)) / SLOWER
    pitch = LOWEST * at + (HIGHEST - LOWEST) / (2 * seconds) * np.square(at)
    swept = _conformed(0.5 * np.sin(2 * np.pi * pitch))
    worst = np.inf
    for start in range(_FRAME, len(swept) - 2 * _FRAME, _FRAME // 2):
        spectrum, hertz = _spectrum(swept[start : start + _FRAME])
        power = np.square(spectrum)
        worst = min(worst, float(power.sum() / power[hertz > SLOWER / 2].sum()))
    return decibels(worst) / 2


def image_rejection(hertz: float, source: int = SLOWER) -> float:
    """Decibels by which conforming keeps the image of a tone of a slower voice under the tone."""
    tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(2 * source) / source)
    spectrum, at = _spectrum(_conformed(tone, source)[8_000 : 8_000 + _SIZE])
    mirrors = np.abs(at - (source - hertz)) < 20
    return decibels(float(spectrum.max() / max(spectrum[mirrors].max(), 1e-12)))


def print_images() -> None:
    """The table of docs/voice.md: single tones, beside what straight lines between samples would leave."""
    for hertz in (500, 1000, 3000, 5000, 7000, 9000, 10_000, 10_500):
        tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(44_100) / SLOWER)
        straight = np.interp(np.arange(88_200) / 2, np.arange(44_100), tone)
        spectrum, at = _spectrum(straight[8_000 : 8_000 + _SIZE])
        naive = decibels(float(spectrum.max() / spectrum[np.abs(at - (SLOWER - hertz)) < 20].max()))
        print(
            f"{hertz:6d} Hz  image {image_rejection(hertz):6.1f} dB down; by straight lines {naive:5.1f} dB"
        )


def _conformed(sound: Floats, source: int = SLOWER) -> Floats:
    return conform.conform(Speech(sound.astype(np.float32), source), RATE).astype(np.float64)


def _spectrum(sound: Floats) -> tuple[Floats, Floats]:
    magnitudes = np.abs(np.fft.rfft(sound * np.kaiser(len(sound), _KAISER)))
    return magnitudes, np.asarray(np.fft.rfftfreq(len(sound), 1 / RATE))
