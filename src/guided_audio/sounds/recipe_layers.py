"""The layers of a bed, read from a recipe's page."""

from __future__ import annotations

from collections.abc import Callable

from guided_audio.document import Path
from guided_audio.errors import Problem
from guided_audio.sounds import recipe_values as values
from guided_audio.sounds.recipe import BedRecipe, Drops, Layer, Movement, Noise, Spectrum, Swell, Tones, Use
from guided_audio.sounds.recipe_page import Page

FindBed = Callable[[str], BedRecipe]
"""Another bed by its name; ValueError, with a sentence, when it cannot be used."""

_MOVING = ("level", "movement", "swell")
_NOISE = ("noise", "width", *_MOVING)
_DROPS = ("drops", "pitch", "decay", "rising", "attack", "pulses", "apart", "width", *_MOVING)
_TONES = ("tones", "every", "fade", "overtones", "width", *_MOVING)
_USE = ("use", *_MOVING)
_NOTHING = BedRecipe("", "", 0, ())


def read_layers(page: Page, path: Path, find: FindBed) -> tuple[Layer, ...]:
    """All layers of the list at a path; what is wrong with them is noted on the page."""
    return tuple(_layer(page, item, find) for item in page.items(path))


def _layer(page: Page, path: Path, find: FindBed) -> Layer:
    if page.has(path, "use"):
        return _use(page, path, find)
    if page.has(path, "drops"):
        return _drops(page, path)
    if page.has(path, "tones"):
        return _tones(page, path)
    page.mapping(path, _NOISE)
    return Noise(
        spectrum=_spectrum(page, path),
        level=page.value(path, "level", values.level, 0.0),
        width=page.value(path, "width", values.share, 0.5),
        movement=_movement(page, path),
        swell=_swell(page, path),
    )


def _use(page: Page, path: Path, find: FindBed) -> Use:
    page.mapping(path, _USE)
    return Use(
        recipe=page.required(path, "use", find, _NOTHING),
        level=page.value(path, "level", values.level, 0.0),
        movement=_movement(page, path),
        swell=_swell(page, path),
    )


def _drops(page: Page, path: Path) -> Drops:
    page.mapping(path, _DROPS)
    lowest, highest = page.required(path, "pitch", values.between(values.pitch), (400.0, 1000.0))
    return Drops(
        rate=page.required(path, "drops", values.per_second, 1.0),
        lowest=lowest,
        highest=highest,
        decay=page.value(path, "decay", values.time(0.005, 0.5), 0.05),
        rising=page.value(path, "rising", values.share, 0.0),
        attack=page.value(path, "attack", values.time(0.001, 0.05), 0.003),
        pulses=page.value(path, "pulses", values.pulses, 1),
        apart=page.value(path, "apart", values.time(0.005, 0.2), 0.03),
        level=page.value(path, "level", values.level, 0.0),
        width=page.value(path, "width", values.share, 0.5),
        movement=_movement(page, path),
        swell=_swell(page, path),
    )


def _tones(page: Page, path: Path) -> Tones:
    page.mapping(path, _TONES)
    every = page.required(path, "every", values.between(values.time(2.0, 600.0)), (20.0, 40.0))
    fade = page.value(path, "fade", values.time(0.5, 600.0), every[0] / 2)
    if fade > 0.9 * every[0]:
        page.note((*path, "fade"), "A fade is shorter than the shortest tone: at most nine tenths of it.")
    return Tones(
        pitches=page.texts((*path, "tones"), values.pitch),
        shortest=every[0],
        longest=every[1],
        fade=fade,
        overtones=page.value(path, "overtones", values.under, 0.0) or None,
        level=page.value(path, "level", values.level, 0.0),
        width=page.value(path, "width", values.share, 0.5),
        movement=_movement(page, path),
        swell=_swell(page, path),
    )


def _spectrum(page: Page, layer: Path) -> Spectrum:
    path = (*layer, "noise")
    points: list[tuple[float, float]] = []
    if not page.has(layer, "noise"):
        page.note(layer, "A layer has one of `noise`, `drops`, `tones` and `use`.")
    entries = page.mapping(path, ())
    for key in entries:
        level = page.value(path, key, values.level, 0.0)
        try:
            points.append((values.pitch(key), level))
        except ValueError as error:
            page.problems.append(Problem(page.document.key_place((*path, key)), str(error)))
    if len(points) < 2:
        if len(entries) < 2:
            page.note(
                path, "`noise` needs at least two points, each a pitch and a level, like `400 Hz: -3 dB`."
            )
        return ((100.0, 0.0), (1000.0, 0.0))
    if points != sorted(set(points)) or len({hertz for hertz, _ in points}) < len(points):
        page.note(path, "The pitches of `noise` must rise from line to line.")
        return tuple(sorted(points))
    return tuple(points)


def _movement(page: Page, layer: Path) -> Movement | None:
    if not page.has(layer, "movement"):
        return None
    path = (*layer, "movement")
    page.mapping(path, ("every", "depth"))
    return Movement(
        every=page.required(path, "every", values.time(1.0, 600.0), 8.0),
        depth=page.required(path, "depth", values.depth, 1.0),
    )


def _swell(page: Page, layer: Path) -> Swell | None:
    if not page.has(layer, "swell"):
        return None
    path = (*layer, "swell")
    page.mapping(path, ("every", "rise", "fall", "depth", "after"))
    every = values.between(values.time(1.0, 120.0))
    shortest, longest = page.required(path, "every", every, (7.0, 12.0))
    return Swell(
        shortest=shortest,
        longest=longest,
        rise=page.required(path, "rise", values.time(0.2, 60.0), 4.0),
        fall=page.required(path, "fall", values.time(0.2, 60.0), 6.0),
        depth=page.required(path, "depth", values.depth, 6.0),
        after=page.value(path, "after", values.time(0.0, 20.0), 0.0),
    )
