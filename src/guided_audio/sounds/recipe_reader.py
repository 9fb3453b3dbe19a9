"""A recipe's page into a recipe, with every mistake in it named and placed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import TypeVar

from guided_audio.document import Document, Path, load, suggest
from guided_audio.errors import Problem, ProblemsFound
from guided_audio.sounds.recipe import (
    BedRecipe,
    BellRecipe,
    Drops,
    Layer,
    Movement,
    Noise,
    Partial,
    Recipe,
    Spectrum,
    Swell,
)
from guided_audio.units import parse_decibels, parse_duration

T = TypeVar("T")
_TOP = ("title", "kind", "description", "licence", "seed")
_BED = (*_TOP, "layers")
_BELL = (*_TOP, "strike", "length", "partials")
_NOISE = ("noise", "level", "width", "movement", "swell")
_DROPS = ("drops", "pitch", "decay", "rising", "level", "width", "movement", "swell")
_MOST_PARTS = 12
_MOST_DROPS = 200.0


def read_recipe(file: FilePath) -> Recipe:
    """Read a recipe.

    Raises:
        ProblemsFound: with all that is wrong in it.
    """
    document, problems = load(file, str(file))
    if document is None or problems:
        raise ProblemsFound(problems)
    page = _Page(document)
    recipe = _bell(page) if page.text((), "kind", "bed") == "bell" else _bed(page)
    if page.problems:
        raise ProblemsFound(page.problems)
    return recipe


class _Page:
    """Asks the document for values, and notes a problem instead of failing."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def note(self, path: Path, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.document.place(path), message, hint))

    def mapping(self, path: Path, known: tuple[str, ...]) -> Mapping[str, object]:
        """The settings at a path, unknown ones named and left out."""
        node = self._node(path)
        if not isinstance(node, dict):
            if node is not None:
                self.note(path, "Settings are expected here, each a word, a colon and a value.")
            return {}
        for key in node:
            if known and key not in known:
                place = self.document.key_place((*path, key))
                hint = suggest(key, known) or f"Known here: {', '.join(known)}."
                self.problems.append(Problem(place, "This setting is not known.", hint))
        return {key: value for key, value in node.items() if not known or key in known}

    def items(self, path: Path) -> Iterator[Path]:
        """The paths of a list's items; an absent or empty list is a problem."""
        node = self._node(path)
        if isinstance(node, list) and 0 < len(node) <= _MOST_PARTS:
            yield from ((*path, index) for index in range(len(node)))
        else:
            message = f"`{path[-1]}` must be a list of 1 to {_MOST_PARTS} entries."
            self.note(path, message, "Start each with a dash and a space.")

    def text(self, path: Path, key: str, default: str = "") -> str:
        """A setting as it is written."""
        node = self._node((*path, key))
        if node is None:
            return default
        if not isinstance(node, str):
            self.note((*path, key), f"`{key}` is a text.")
            return default
        return node

    def value(self, path: Path, key: str, read: Callable[[str], T], default: T) -> T:
        """A setting read by a function that raises ValueError with a sentence."""
        text = self.text(path, key)
        if not text:
            return default
        try:
            return read(text)
        except ValueError as error:
            self.note((*path, key), str(error))
            return default

    def required(self, path: Path, key: str, read: Callable[[str], T], default: T) -> T:
        """The same for a setting that must be there."""
        if not self.text(path, key):
            self.note(path, f"`{key}` is missing here.")
            return default
        return self.value(path, key, read, default)

    def has(self, path: Path, key: str) -> bool:
        node = self._node(path)
        return isinstance(node, dict) and key in node

    def _node(self, path: Path) -> object:
        node: object = self.document.root
        for step in path:
            if isinstance(node, dict):
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                return None
        return node


# Values with their units


def _hertz(text: str) -> float:
    found = re.fullmatch(r"\s*(\d{1,6}(?:\.\d{1,6})?)\s*(k?)Hz\s*", text)
    value = float(found[1]) * (1000.0 if found[2] else 1.0) if found else 0.0
    if not 0.01 <= value <= 20_000:
        raise ValueError("This is not a pitch. Write it in hertz, like 400 Hz or 1.2 kHz.")
    return value


def _pitch(text: str) -> float:
    value = _hertz(text)
    if value < 15:
        raise ValueError("A pitch under 15 Hz is not heard.")
    return value


def _level(text: str) -> float:
    value = parse_decibels(text)
    if not -90 <= value <= 30:
        raise ValueError("A level lies between -90 dB and 30 dB.")
    return value


def _depth(text: str) -> float:
    value = parse_decibels(text)
    if not 0 < value <= 40:
        raise ValueError("A depth lies above 0 dB and is at most 40 dB.")
    return value


def _time(shortest: float, longest: float) -> Callable[[str], float]:
    def read(text: str) -> float:
        value = parse_duration(text)
        if not shortest <= value <= longest:
            raise ValueError(f"This time lies between {shortest:g}s and {longest:g}s.")
        return value

    return read


def _share(text: str) -> float:
    if not re.fullmatch(r"[01](\.\d{1,6})?", text) or not 0 <= float(text) <= 1:
        raise ValueError("This is a share: write a number from 0 to 1, like 0.6.")
    return float(text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        raise ValueError("The seed is a whole number, like 7.")
    return int(text)


def _per_second(text: str) -> float:
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?) (?:per|a) second", text)
    if not found or not 0 < float(found[1]) <= _MOST_DROPS:
        raise ValueError(f"Write how many drops fall, up to {_MOST_DROPS:g}, like: 8 a second.")
    return float(found[1])


def _between(read: Callable[[str], float]) -> Callable[[str], tuple[float, float]]:
    def both(text: str) -> tuple[float, float]:
        low, separator, high = text.partition(" to ")
        if not separator:
            raise ValueError("Write the lower and the upper end, like `7s to 12s` or `400 Hz to 2 kHz`.")
        ends = read(low), read(high)
        if not ends[0] < ends[1]:
            raise ValueError("The lower end comes first.")
        return ends

    return both


# Beds


def _bed(page: _Page) -> BedRecipe:
    page.mapping((), _BED)
    kind = page.text((), "kind", "bed")
    if kind != "bed":
        page.note(("kind",), "`kind` is `bed` or `bell`.", suggest(kind, ("bed", "bell")))
    layers = [_layer(page, path) for path in page.items(("layers",))]
    title, seed = page.required((), "title", str, ""), page.value((), "seed", _whole, 1)
    return BedRecipe(title, page.text((), "description"), seed, tuple(layers))


def _layer(page: _Page, path: Path) -> Layer:
    if page.has(path, "drops"):
        return _drops(page, path)
    page.mapping(path, _NOISE)
    return Noise(
        spectrum=_spectrum(page, path),
        level=page.value(path, "level", _level, 0.0),
        width=page.value(path, "width", _share, 0.5),
        movement=_movement(page, path),
        swell=_swell(page, path),
    )


def _drops(page: _Page, path: Path) -> Drops:
    page.mapping(path, _DROPS)
    lowest, highest = page.required(path, "pitch", _between(_pitch), (400.0, 1000.0))
    return Drops(
        rate=page.required(path, "drops", _per_second, 1.0),
        lowest=lowest,
        highest=highest,
        decay=page.value(path, "decay", _time(0.005, 0.5), 0.05),
        rising=page.value(path, "rising", _share, 0.0),
        level=page.value(path, "level", _level, 0.0),
        width=page.value(path, "width", _share, 0.5),
        movement=_movement(page, path),
        swell=_swell(page, path),
    )


def _spectrum(page: _Page, layer: Path) -> Spectrum:
    path = (*layer, "noise")
    points: list[tuple[float, float]] = []
    if not page.has(layer, "noise"):
        page.note(layer, "A layer has either `noise` or `drops`.")
    entries = page.mapping(path, ())
    for key in entries:
        level = page.value(path, key, _level, 0.0)
        try:
            points.append((_pitch(key), level))
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


def _movement(page: _Page, layer: Path) -> Movement | None:
    if not page.has(layer, "movement"):
        return None
    path = (*layer, "movement")
    page.mapping(path, ("every", "depth"))
    return Movement(
        every=page.required(path, "every", _time(1.0, 600.0), 8.0),
        depth=page.required(path, "depth", _depth, 1.0),
    )


def _swell(page: _Page, layer: Path) -> Swell | None:
    if not page.has(layer, "swell"):
        return None
    path = (*layer, "swell")
    page.mapping(path, ("every", "rise", "fall", "depth", "after"))
    shortest, longest = page.required(path, "every", _between(_time(1.0, 120.0)), (7.0, 12.0))
    return Swell(
        shortest=shortest,
        longest=longest,
        rise=page.required(path, "rise", _time(0.2, 60.0), 4.0),
        fall=page.required(path, "fall", _time(0.2, 60.0), 6.0),
        depth=page.required(path, "depth", _depth, 6.0),
        after=page.value(path, "after", _time(0.0, 20.0), 0.0),
    )


# Bells


def _bell(page: _Page) -> BellRecipe:
    page.mapping((), _BELL)
    partials = [_partial(page, path) for path in page.items(("partials",))]
    return BellRecipe(
        title=page.required((), "title", str, ""),
        description=page.text((), "description"),
        seed=page.value((), "seed", _whole, 1),
        strike=page.value((), "strike", _time(0.005, 0.2), 0.02),
        length=page.required((), "length", _time(1.0, 60.0), 10.0),
        partials=tuple(partials),
    )


def _partial(page: _Page, path: Path) -> Partial:
    page.mapping(path, ("pitch", "level", "decay", "beat"))
    return Partial(
        pitch=page.required(path, "pitch", _pitch, 440.0),
        level=page.value(path, "level", _level, 0.0),
        decay=page.required(path, "decay", _time(0.1, 120.0), 5.0),
        beat=page.value(path, "beat", _hertz, 0.0),
    )
