"""The cover: a picture of the very meditation it stands for, without a word on it.

A sky at dusk, and around a moon the trails of its stars: one ring for each chapter, from the inside
out. Where somebody speaks the trail is bright, where it is quiet it is dim, and every bell is a star.
There are no words because a player shows the cover to whoever looks on. Shapes are computed at each
pixel from its distance to them, so their edges are smooth without drawing them larger first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from io import BytesIO
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from guided_audio.timeline import Timeline

SIZE = 700
"""Pixels each way; car units take at most 800."""

Span = tuple[float, float]
Field = NDArray[np.float32]  # (SIZE, SIZE), with three colours (3, SIZE, SIZE), or a band of one

_QUALITY = 90
_MOON = 46.0  # all lengths in pixels
_INNERMOST, _OUTERMOST, _WIDEST_STEP = 112.0, 306.0, 72.0
_FEWEST, _MOST = 3, 8  # rings that can still be told apart when the picture is small
_TURN = 180.0  # seconds of a ring, where chapters do not say
_STAR = 60  # as far as it shines
_GOLDEN = 0.381966  # parts of a turn from one beginning to the next: no seam builds up
_PLACES = 4096  # around a ring
_GLOWS = ((14.0, 0.42, 5), (52.0, 0.34, 20))  # how wide, how strong, and what has no detail finer than that
_BAND = 50  # rows that are worked on at once: few enough to stay in the cache of a core
_BANDS = tuple(slice(row, row + _BAND) for row in range(0, SIZE, _BAND))
_GRAIN = 1.1  # standard deviation in 8-bit steps: keeps the sky from banding


@dataclass(frozen=True, slots=True)
class _Palette:
    """The sky from its top to its foot, and the light near the moon and far from it, in sRGB."""

    sky: tuple[str, str, str, str]
    near: str
    far: str


_PALETTES = (
    _Palette(("#0b1026", "#1f2454", "#503c78", "#96607f"), "#ffe3bf", "#cfc6ff"),  # plum
    _Palette(("#05141f", "#0c3145", "#215a70", "#5c9097"), "#fff0cf", "#a6ecf0"),  # harbour
    _Palette(("#130b20", "#361842", "#742d58", "#b9646a"), "#ffdcc2", "#ffbcd8"),  # rose
    _Palette(("#07130f", "#0f3127", "#2a5b47", "#788f5f"), "#fdf1c4", "#b6efca"),  # forest
    _Palette(("#070b1d", "#101f4e", "#22428a", "#5a80bd"), "#f6efe0", "#b0d2ff"),  # night
    _Palette(("#150d18", "#3a2029", "#7a4236", "#b97c4e"), "#ffe9c4", "#ffcf9e"),  # amber
)


@dataclass(frozen=True, slots=True)
class _Ring:
    """One turn around the moon. Times are parts of it, from 0 to 1; so is where it begins."""

    radius: float
    width: float
    begin: float
    speech: tuple[Span, ...]
    bells: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Plane:
    """Where the pixels of a band lie: how far below the middle, how far from it, at which place of a ring."""

    y: Field
    radius: Field
    place: NDArray[np.intp]


def draw(timeline: Timeline, name: str, side: int = SIZE) -> bytes:
    """A JPEG of `side` by `side` pixels, the same bytes every time; `name` decides its colours."""
    palette = _PALETTES[sha256(name.encode("utf-8", "replace")).digest()[0] % len(_PALETTES)]
    light = _light(_rings(timeline), palette)
    glows = [_glow(light, *each) for each in _GLOWS]

    def picture(rows: slice) -> Field:
        band = _sky(palette, rows)
        for shining in (light[:, rows], *(glow(rows) for glow in glows)):
            _screen(band, shining)
        return band

    return _jpeg(picture, side)


def plain() -> bytes:
    """An evening sky and nothing in it: a cover that is anybody's."""
    return _jpeg(partial(_sky, _PALETTES[-2]))


def _rings(timeline: Timeline) -> list[_Ring]:
    spans = _turns(timeline)
    step = min(_WIDEST_STEP, (_OUTERMOST - _INNERMOST) / max(1, len(spans) - 1))
    return [
        _Ring(
            radius=_INNERMOST + step * number,
            width=2.2 + step / 20,
            begin=number * _GOLDEN % 1,
            speech=_speech(timeline, span),
            bells=_bells(timeline, span),
        )
        for number, span in enumerate(spans)
    ]


def _turns(timeline: Timeline) -> list[Span]:
    """The chapters, where they make a picture; else equal parts of the whole."""
    spans: list[Span] = [(each.start, each.end) for each in timeline.chapters if each.end > each.start]
    if _FEWEST <= len(spans) <= _MOST:
        return spans
    wanted = len(spans) if len(spans) > _MOST else round(timeline.duration / _TURN)
    count = min(max(wanted, _FEWEST), _MOST)
    edges = [timeline.length * number / count for number in range(count + 1)]
    return [(start, end) for start, end in pairwise(edges) if end > start]


def _speech(timeline: Timeline, span: Span) -> tuple[Span, ...]:
    start, end = span
    return tuple(
        ((max(clip.start, start) - start) / (end - start), (min(clip.end, end) - start) / (end - start))
        for clip in timeline.clips
        if clip.start < end and clip.end > start
    )


def _bells(timeline: Timeline, span: Span) -> tuple[float, ...]:
    start, end = span
    return tuple((bell.start - start) / (end - start) for bell in timeline.bells if start <= bell.start < end)


def _plane(rows: slice) -> _Plane:
    along = np.arange(SIZE, dtype=np.float32) + np.float32((1 - SIZE) / 2)
    x, y = np.meshgrid(along, along[rows])
    turn = np.arctan2(x, -y) / np.float32(2 * math.pi)  # from the top, clockwise
    return _Plane(y, np.hypot(x, y), np.floor(turn * _PLACES).astype(np.intp) % _PLACES)


def _sky(palette: _Palette, rows: slice) -> Field:
    stops = np.stack([_rgb(colour).ravel() for colour in palette.sky])
    height = np.linspace(0, 1, SIZE)[rows]
    shades = np.stack([np.interp(height, (0.0, 0.42, 0.78, 1.0), stop) for stop in stops.T])
    return np.repeat(shades.astype(np.float32)[..., np.newaxis], SIZE, axis=2)


def _light(rings: list[_Ring], palette: _Palette) -> Field:
    """All that shines, on black: the trails turn from the colour near the moon to that far from it."""
    near, far = _rgb(palette.near), _rgb(palette.far)
    shares = [np.float32(number / max(1, len(rings) - 1)) for number in range(len(rings))]
    trails = [
        (ring, _away_from_speech(ring), near + (far - near) * share)
        for ring, share in zip(rings, shares, strict=True)
    ]
    light = np.zeros((3, SIZE, SIZE), dtype=np.float32)
    for rows in _BANDS:
        band, plane = light[:, rows], _plane(rows)
        _screen(band, near * _moon(plane))
        for ring, away, colour in trails:
            _screen(band, colour * _trail(ring, away, plane))
    for ring in rings:
        for bell in ring.bells:
            _add_star(light, ring, bell, near)
    return light


def _screen(picture: Field, light: Field) -> None:
    """Lay light over a picture, which grows brighter and is never clipped."""
    rest = 1 - picture
    rest *= light
    picture += rest


def _moon(plane: _Plane) -> Field:
    disc = np.clip((_MOON - plane.radius) / 4 + 0.5, 0, 1) * (0.88 - 0.12 * plane.y / _MOON)
    return np.maximum(disc, _soft(plane.radius, 84, 0.30))


def _trail(ring: _Ring, from_speech: Field, plane: _Plane) -> Field:
    across = np.abs(plane.radius - np.float32(ring.radius))
    away = np.hypot(across, from_speech[plane.place])
    square = np.square(away / np.float32(ring.width))
    stroke = np.float32(0.9) / (1 + square * square * square)  # flat, with soft edges
    trail: Field = np.maximum(stroke, _soft(across, ring.width * 0.8, 0.17))
    return trail


def _away_from_speech(ring: _Ring) -> Field:
    """How far it is along the ring, in pixels, from each of its places to the nearest speech."""
    around = 2 * math.pi * ring.radius
    places = (np.arange(_PLACES, dtype=np.float32) + np.float32(0.5)) / _PLACES
    nearest = np.full(_PLACES, SIZE, dtype=np.float32)
    end_cap = ring.width / around  # a stroke reaches that far beyond the line it is drawn around
    for start, end in ring.speech:
        apart = np.abs((places - np.float32((start + end) / 2 + ring.begin - 0.5)) % 1 - np.float32(0.5))
        half = max((end - start) / 2 - end_cap, 0.0)
        nearest = np.minimum(nearest, np.maximum(apart - np.float32(half), 0) * np.float32(around))
    return nearest


def _add_star(light: Field, ring: _Ring, turn: float, colour: Field) -> None:
    angle = 2 * math.pi * (ring.begin + turn)
    x = SIZE / 2 + ring.radius * math.sin(angle)
    y = SIZE / 2 - ring.radius * math.cos(angle)
    left, top = max(int(x) - _STAR, 0), max(int(y) - _STAR, 0)
    window = light[:, top : top + 2 * _STAR, left : left + 2 * _STAR]
    row = np.arange(window.shape[1], dtype=np.float32) + np.float32(top + 0.5 - y)
    column = np.arange(window.shape[2], dtype=np.float32) + np.float32(left + 0.5 - x)
    away = np.hypot(column, row[:, np.newaxis])
    _screen(window, colour * np.minimum(_soft(away, 9, 1.3) + _soft(away, 26, 0.4), 1))


def _soft(distance: Field, width: float, level: float) -> Field:
    """A bell curve of that level in the middle, down to its e-th part at that width."""
    light: Field = np.float32(level) * np.exp(-np.square(distance / np.float32(width)))
    return light


def _glow(light: Field, width: float, level: float, step: int) -> Callable[[slice], Field]:
    """The light blurred, for any band of it: a coarse copy, and a weighted sum along each axis.

    In double precision: however a machine orders the sums, they round to the same picture.
    """
    side = SIZE // step
    squares = light.reshape(3, side, step, side, step)
    coarse = squares.mean(axis=2, dtype=np.float64).mean(axis=3)
    apart = (np.arange(SIZE) + 0.5)[:, np.newaxis] - (np.arange(side) + 0.5) * step
    weights = np.exp(-((apart / width) ** 2)) * step / (width * math.sqrt(math.pi))
    across = coarse @ weights.T * level
    return lambda rows: (weights[rows] @ across).astype(np.float32)


def _jpeg(picture: Callable[[slice], Field], side: int = SIZE) -> bytes:
    from PIL import Image  # noqa: PLC0415 - only a build draws

    random = np.random.default_rng(0)
    image = Image.fromarray(np.concatenate([_developed(picture(rows), random) for rows in _BANDS]))
    if side != SIZE:  # all of it is smooth shapes: drawn larger it would show no more
        image = image.resize((side, side), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=False)
    return out.getvalue()


def _developed(band: Field, random: np.random.Generator) -> NDArray[np.uint8]:
    """A band in 8 bits, with grain, shape (rows, SIZE, 3)."""
    grain = random.standard_normal(band.shape[1:], dtype=np.float32)
    grain *= np.float32(_GRAIN)
    band *= 255
    band += grain
    band += 0.5
    return np.clip(band, 0, 255, out=band).astype(np.uint8).transpose(1, 2, 0)


def _rgb(colour: str) -> Field:
    """The three parts of a colour, shape (3, 1, 1)."""
    parts = [[[int(colour[at : at + 2], 16)]] for at in (1, 3, 5)]
    return np.array(parts, dtype=np.float32) / np.float32(255)
