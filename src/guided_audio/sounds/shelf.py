"""Where the recipe of a bed lies that another recipe names."""

from __future__ import annotations

import re
from pathlib import Path


def find_recipe(name: str, user: Path) -> Path:
    """The file of a bed by its name: beside the recipe that uses it, else built in.

    A recipe never means itself, so one's own `soft-rain` may build on the built-in one.

    Raises:
        ValueError: in one sentence, when there is none.
    """
    if not re.fullmatch(r"[\w-]{1,100}", name):
        raise ValueError("Write the name of a bed, like soft-rain, without a folder and an ending.")
    for folder in (user.parent, built_in()):
        file = (folder / f"{name}.yaml").resolve()
        if file.is_file() and file != user:
            return file
    raise ValueError("There is no bed of this name, neither beside this recipe nor built in.")


def built_in() -> Path:
    """The folder of the recipes that came with the program: in the package, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "builtin" / "sounds"
    return installed if installed.is_dir() else package.parent.parent / "sounds"
