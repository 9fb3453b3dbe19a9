"""A recipe's page into a recipe, with every mistake in it named and placed."""

from __future__ import annotations

from pathlib import Path as FilePath

from guided_audio.document import Path, load, suggest
from guided_audio.errors import ProblemsFound
from guided_audio.sounds import recipe_values as values
from guided_audio.sounds.recipe import BedRecipe, BellRecipe, BreathRecipe, Partial, Recipe
from guided_audio.sounds.recipe_layers import FindBed, read_layers
from guided_audio.sounds.recipe_page import Page
from guided_audio.sounds.shelf import find_recipe

_TOP = ("title", "kind", "description", "licence", "seed")
_KINDS = ("bed", "bell", "swell")
_DEEPEST = 3


def read_recipe(file: FilePath) -> Recipe:
    """Read a recipe, and those it uses.

    Raises:
        ProblemsFound: with all that is wrong in it.
    """
    return _read(file, ())


def _read(file: FilePath, users: tuple[FilePath, ...]) -> Recipe:
    """`users` are the recipes on whose behalf this one is read, the first one first."""
    document, problems = load(file, str(file))
    if document is None or problems:
        raise ProblemsFound(problems)
    page = Page(document)
    kind = page.text((), "kind", "bed")
    chain = (*users, file.resolve())
    recipe: Recipe
    if kind == "bell":
        recipe = _bell(page)
    elif kind == "swell":
        recipe = _breath(page, _finder(chain))
    else:
        recipe = _bed(page, _finder(chain))
    if page.problems:
        raise ProblemsFound(page.problems)
    return recipe


def _finder(chain: tuple[FilePath, ...]) -> FindBed:
    """Finds beds for the last recipe of the chain: one beside it before a built-in one."""

    def find(name: str) -> BedRecipe:
        file = find_recipe(name, chain[-1])
        if file in chain:
            raise ValueError("This bed uses the one it stands in. Take it out.")
        if len(chain) > _DEEPEST:
            raise ValueError(f"Beds that use beds go {_DEEPEST} deep, and no deeper.")
        try:
            recipe = _read(file, chain)
        except ProblemsFound as wrong:
            first = wrong.problems[0]
            raise ValueError(
                f"The bed it names has a mistake in line {first.place.line}: {first.message}"
            ) from None
        if isinstance(recipe, BedRecipe):
            return recipe
        raise ValueError("Only a bed can be a layer of a bed; this is of another kind.")

    return find


def _bed(page: Page, find: FindBed) -> BedRecipe:
    page.mapping((), (*_TOP, "layers"))
    kind = page.text((), "kind", "bed")
    if kind != "bed":
        page.note(("kind",), "`kind` is `bed`, `bell` or `swell`.", suggest(kind, _KINDS))
    layers = read_layers(page, ("layers",), find)
    title, seed = page.required((), "title", str, ""), page.value((), "seed", values.whole, 1)
    return BedRecipe(title, page.text((), "description"), seed, layers)


def _bell(page: Page) -> BellRecipe:
    page.mapping((), (*_TOP, "strike", "length", "partials"))
    partials = [_partial(page, path) for path in page.items(("partials",))]
    return BellRecipe(
        title=page.required((), "title", str, ""),
        description=page.text((), "description"),
        seed=page.value((), "seed", values.whole, 1),
        strike=page.value((), "strike", values.time(0.005, 0.2), 0.02),
        length=page.required((), "length", values.time(1.0, 60.0), 10.0),
        partials=tuple(partials),
    )


def _partial(page: Page, path: Path) -> Partial:
    page.mapping(path, ("pitch", "level", "decay", "beat"))
    return Partial(
        pitch=page.required(path, "pitch", values.pitch, 440.0),
        level=page.value(path, "level", values.level, 0.0),
        decay=page.required(path, "decay", values.time(0.1, 120.0), 5.0),
        beat=page.value(path, "beat", values.hertz, 0.0),
    )


def _breath(page: Page, find: FindBed) -> BreathRecipe:
    page.mapping((), (*_TOP, "inward", "outward"))
    inward = read_layers(page, ("inward",), find)
    outward = read_layers(page, ("outward",), find)
    title, seed = page.required((), "title", str, ""), page.value((), "seed", values.whole, 1)
    return BreathRecipe(title, page.text((), "description"), seed, inward, outward)
