"""What beds and bells there are, and one of them by its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from guided_audio.blocks import Source, Stereo
from guided_audio.document import load
from guided_audio.errors import Place, Problem, ProblemsFound
from guided_audio.sounds.bed import Bed
from guided_audio.sounds.bell import ring
from guided_audio.sounds.breath import Breath
from guided_audio.sounds.own_bed import own_bed
from guided_audio.sounds.own_bell import own_bell
from guided_audio.sounds.recipe import BedRecipe, BellRecipe, BreathRecipe, Recipe
from guided_audio.sounds.recipe_reader import read_recipe

_RECIPE_ENDINGS = frozenset((".yaml", ".yml"))


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """One sound to choose: the `name` scripts use, and what a person wants to know of it."""

    name: str
    kind: Literal["bed", "bell"]
    title: str
    description: str
    licence: str = "generated"
    path: str = ""


def catalogue(folders: Sequence[Path]) -> tuple[SoundInfo, ...]:
    """The beds and bells in some folders, by name; where a name is in two folders, the earlier folder counts.

    Recipes of swells are read too, but are not listed: nobody names one in a script.

    Raises:
        ProblemsFound: with the problems of all recipes that have any.
    """
    found: dict[str, SoundInfo] = {}
    problems: list[Problem] = []
    for folder in folders:
        for file in sorted(folder.glob("*.yaml")) if folder.is_dir() else ():
            try:
                info = _info(file)
                if info is not None:
                    found.setdefault(file.stem, info)
            except ProblemsFound as wrong:
                problems.extend(wrong.problems)
    if problems:
        raise ProblemsFound(problems)
    return tuple(found[name] for name in sorted(found))


def _info(file: Path) -> SoundInfo | None:
    recipe = read_recipe(file)
    if isinstance(recipe, BreathRecipe):
        return None
    kind: Literal["bed", "bell"] = "bed" if isinstance(recipe, BedRecipe) else "bell"
    document, _ = load(file, str(file))
    licence = document.root.get("licence") if document and isinstance(document.root, dict) else None
    stated = licence if isinstance(licence, str) and licence else "generated"
    return SoundInfo(file.stem, kind, recipe.title, recipe.description, stated, str(file))


def load_bed(file: Path, rate: int, scratch: Path, *, levelled: bool = True) -> Source:
    """A bed without end, from a recipe (.yaml) or a sound file, which is decoded into `scratch`.

    One from a recipe is `levelled` to `NOMINAL_LUFS`, unless its level is going to be measured anyway.

    Raises:
        ProblemsFound: for a recipe that is wrong, or one of a bell.
        ValueError: in one sentence, for a sound file that cannot be a bed.
    """
    if file.suffix.lower() not in _RECIPE_ENDINGS:
        return own_bed(file, rate, scratch)
    recipe = read_recipe(file)
    if not isinstance(recipe, BedRecipe):
        raise _other_kind(file, f"This recipe is of a {_kind(recipe)}, and a bed is wanted here.")
    return Bed(recipe, rate, levelled=levelled)


def load_bell(file: Path, rate: int) -> Stereo:
    """A whole bell, shape (frames, 2), from a recipe (.yaml) or a sound file of at most a minute.

    Raises:
        ProblemsFound: for a recipe that is wrong, or one of a bed.
        ValueError: in one sentence, for a sound file that cannot be a bell.
    """
    if file.suffix.lower() not in _RECIPE_ENDINGS:
        return own_bell(file, rate)
    recipe = read_recipe(file)
    if not isinstance(recipe, BellRecipe):
        raise _other_kind(file, f"This recipe is of a {_kind(recipe)}, and a bell is wanted here.")
    return ring(recipe, rate)


def load_swell(file: Path, rate: int) -> Breath:
    """What makes breaths to follow, from a recipe (.yaml) of a swell.

    Raises:
        ProblemsFound: for a recipe that is wrong, or of something else.
    """
    recipe = read_recipe(file)
    if not isinstance(recipe, BreathRecipe):
        raise _other_kind(file, f"This recipe is of a {_kind(recipe)}, and a swell is wanted here.")
    return Breath(recipe, rate)


def _kind(recipe: Recipe) -> str:
    match recipe:
        case BedRecipe():
            return "bed"
        case BellRecipe():
            return "bell"
        case BreathRecipe():
            return "swell"


def _other_kind(file: Path, message: str) -> ProblemsFound:
    return ProblemsFound([Problem(Place(str(file)), message, "Choose another sound.")])
