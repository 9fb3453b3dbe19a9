"""A spectrogram as a small picture: time to the right, pitch upwards over octaves, stronger is lighter."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from guided_audio.blocks import Stereo

WIDTH = 700
_LEFT, _RIGHT, _BOTTOM, _TOP = 46, 14, 20, 6
_HEIGHT = 200
_LOWEST, _HIGHEST = 40.0, 16_000.0
_FRAME = 4096
_RANGE = 72.0  # decibels from black to the lightest
_SHADES = 24
_INK = (70, 70, 70)
_MARKS = ((100, "100 Hz"), (1000, "1 kHz"), (10_000, "10 kHz"))
_STOPS = ((8, 10, 30), (40, 40, 90), (90, 80, 130), (180, 120, 120), (235, 180, 120), (255, 240, 200))


def draw(sound: Stereo, rate: int, file: Path) -> None:
    """Draw a sound of at least a second, both channels together, and write it as a PNG."""
    levels = _levels(sound, rate)
    strongest = float(np.percentile(levels, 99.8))
    shade = np.clip((levels - strongest + _RANGE) / _RANGE, 0.0, 1.0)
    plot = Image.fromarray(np.round(shade * (_SHADES - 1)).astype(np.uint8)[::-1])
    picture = Image.new("P", (WIDTH, _HEIGHT + _TOP + _BOTTOM), _SHADES)
    picture.putpalette(_palette())
    picture.paste(plot, (_LEFT, _TOP))
    _axes(picture, len(sound) / rate)
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.save(file, optimize=True, bits=8)


def _levels(sound: Stereo, rate: int) -> NDArray[np.float64]:
    """Decibels, shape (height, columns): the mean power of each column's time and each row's pitches."""
    columns = WIDTH - _LEFT - _RIGHT
    edges = np.geomspace(_LOWEST, _HIGHEST, _HEIGHT + 1)
    bins = np.fft.rfftfreq(_FRAME, 1 / rate)
    window = np.hanning(_FRAME)
    starts = np.linspace(0, len(sound) - _FRAME, columns * 4).astype(int)
    rows = np.zeros((_HEIGHT, columns * 4))
    centres = np.sqrt(edges[:-1] * edges[1:])
    for column, start in enumerate(starts):
        power = np.square(np.abs(np.fft.rfft(sound[start : start + _FRAME] * window[:, None], axis=0))).sum(
            axis=1
        )
        total = np.concatenate([[0.0], np.cumsum(power)])
        low = np.searchsorted(bins, edges[:-1])
        high = np.maximum(np.searchsorted(bins, edges[1:]), low + 1)
        wide = (total[high] - total[low]) / (high - low)
        rows[:, column] = np.where(high - low > 1, wide, np.interp(centres, bins, power))
    return np.asarray(10 * np.log10(rows.reshape(_HEIGHT, columns, 4).mean(axis=2) + 1e-12))


def _palette() -> list[int]:
    at = np.linspace(0, len(_STOPS) - 1, _SHADES)
    stops = np.array(_STOPS, dtype=np.float64)
    shades = np.stack([np.interp(at, range(len(_STOPS)), stops[:, part]) for part in range(3)], axis=1)
    return [*np.round(shades).astype(int).reshape(-1).tolist(), 255, 255, 255, *_INK]


def _axes(picture: Image.Image, seconds: float) -> None:
    ink, pen = _SHADES + 1, ImageDraw.Draw(picture)
    font = ImageFont.load_default(11)
    for hertz, name in _MARKS:
        row = _TOP + _HEIGHT * (1 - np.log(hertz / _LOWEST) / np.log(_HIGHEST / _LOWEST))
        pen.line((_LEFT - 4, row, _LEFT - 1, row), fill=ink)
        pen.text((_LEFT - 6, row), name, fill=ink, anchor="rm", font=font)
    step = 10 if seconds > 20 else 2
    for second in range(0, int(seconds) + 1, step):
        column = _LEFT + (WIDTH - _LEFT - _RIGHT - 1) * second / seconds
        pen.line((column, _TOP + _HEIGHT, column, _TOP + _HEIGHT + 3), fill=ink)
        pen.text((column, _TOP + _HEIGHT + 5), f"{second} s", fill=ink, anchor="ma", font=font)
