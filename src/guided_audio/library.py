"""Where scripts, shared passages and sounds are found: beside the user's script, then built in."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import platformdirs

from guided_audio import document
from guided_audio.folders import PARTS, SUFFIXES, folders_in, lexicon_in, scripts_in, series_in, yaml_files
from guided_audio.image_header import contents, header_of

SoundKind = Literal["bed", "bell"]


class Library:
    """The built-in shelf, and the folder of whichever script is being read."""

    def __init__(self, root: Path | None = None) -> None:
        """Use the shelf in `root`, by default the one that came with the program."""
        root = root or _root()
        self.scripts, self.sounds = root / "scripts", root / "sounds"

    @property
    def breath(self) -> Path:
        """The recipe of the swell that leads paced breathing."""
        return self.sounds / "breath.yaml"

    @property
    def room_tone(self) -> Path:
        """The recipe of what is heard where nothing else is."""
        return self.sounds / "room-tone.yaml"

    def script(self, name: str) -> Path | None:
        """The file of a built-in script, in whichever series it is."""
        return next((file for file in self.script_files() if file.stem == name), None)

    def script_files(self) -> tuple[Path, ...]:
        """Every built-in script, series by series, each in its own order."""
        return tuple(file for folder in folders_in(self.scripts) for file in scripts_in(folder))

    def script_names(self) -> Sequence[str]:
        """The names of the built-in scripts, in the same order."""
        return [file.stem for file in self.script_files()]

    def series(self) -> tuple[Path, ...]:
        """The files of the built-in series, in their order."""
        return tuple(file for folder in folders_in(self.scripts) if (file := series_in(folder)))

    def picture(self, name: str, beside: Path) -> Path:
        """The file of a picture beside a series, or in a folder below it; judged by its header alone.

        Raises:
            ValueError: a sentence on why there is none.
        """
        file = _inside(beside, name, "Put the picture there, or correct its name.", "picture", "series")
        header_of(contents(file))
        return file

    def lexicons(self, beside: Path) -> Sequence[Path]:
        """How words are said: the file beside a script before that of the practice.

        The practice's own is named by GUIDED_AUDIO_LEXICON, or lies in the system's folder for settings.
        """
        chosen = os.environ.get("GUIDED_AUDIO_LEXICON")
        settings = Path(platformdirs.user_config_dir("guided-audio", appauthor=False))
        own = Path(chosen) if chosen else lexicon_in(settings)
        return [file for file in (lexicon_in(beside), own) if file]

    def part(self, name: str, beside: Path) -> Path | None:
        """The file of a shared passage: the one beside the script before the built-in one."""
        return next(filter(None, (_existing(folder, name) for folder in self._part_folders(beside))), None)

    def part_names(self, beside: Path) -> Sequence[str]:
        """Every passage a script in `beside` can use."""
        return sorted({file.stem for folder in self._part_folders(beside) for file in yaml_files(folder)})

    def sound(self, name: str, kind: SoundKind, beside: Path) -> Path:
        """The file of a sound: a built-in name, or the name of a file beside the script.

        Raises:
            ValueError: a sentence on why there is none.
        """
        if re.fullmatch(r"[\w-]+", name):
            return self._built_in_sound(name, kind)
        if "://" in name:
            raise ValueError(
                "A sound cannot be an address. Save the sound beside the script and write its name."
            )
        file = _inside(beside, name, self._meant(name) or "Put the sound there, or correct its name.")
        if file.suffix.lower() in SUFFIXES:
            _require_kind(file, kind)
        else:
            _require_sound(file, kind)
        return file

    def _meant(self, name: str) -> str:
        """The built-in sound whose name was written with spaces, if one is like it."""
        if not re.fullmatch(r"[\w -]+", name):
            return ""
        names = [file.stem for file in yaml_files(self.sounds)]
        near = difflib.get_close_matches(name.casefold().replace(" ", "-"), names, 1)
        return f"Did you mean `{near[0]}`?" if near else ""

    def _built_in_sound(self, name: str, kind: SoundKind) -> Path:
        found = _existing(self.sounds, name)
        if found:
            _require_kind(found, kind)
            return found
        names = [file.stem for file in yaml_files(self.sounds)]
        near = difflib.get_close_matches(name, names, 1)
        hint = f"Did you mean `{near[0]}`?" if near else f"The built-in sounds are {', '.join(names)}."
        raise ValueError(f"There is no built-in {kind} named `{name}`. {hint}")

    def _part_folders(self, beside: Path) -> Iterator[Path]:
        yield beside / PARTS
        if beside.name == PARTS:
            yield beside
        yield self.scripts / PARTS


def _root() -> Path:
    """Inside an installed package the shelf lies in it; in a checkout at the top of the tree."""
    package = Path(__file__).parent
    installed = package / "builtin"
    return installed if installed.is_dir() else package.parent.parent


def _existing(folder: Path, name: str) -> Path | None:
    if not re.fullmatch(r"[\w-]+", name):
        return None
    files = (folder / f"{name}{suffix}" for suffix in SUFFIXES)
    try:
        return next((file for file in files if file.is_file()), None)
    except OSError:  # a name longer than a file's can be
        return None


def _inside(folder: Path, name: str, remedy: str, what: str = "sound", whose: str = "script") -> Path:
    """A regular file in a folder or below it: a script can point at nothing else on the machine."""
    try:
        root = folder.resolve()
        file = (root / name).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: links in a circle, before Python 3.13
        raise ValueError(f"There is no such file beside the {whose}. {remedy}") from None
    if not file.is_relative_to(root):
        raise ValueError(f"A {what} lies beside its {whose} or in a folder below it. Copy it there.")
    if not file.is_file():
        raise ValueError(f"This is not a file. Write the name of one {what}.")
    return file


def _require_sound(file: Path, kind: SoundKind) -> None:
    """Stop at what is no sound, going by how it begins."""
    from guided_audio.ffmpeg.opening import sniff  # noqa: PLC0415 - numpy comes with it, and few scripts need it

    head = _beginning(file, 512)
    try:
        sniff(head)
    except ValueError as error:
        remedy = f"Name another file, or a built-in {kind}; `guided-audio sounds` lists those."
        raise ValueError(f"{error} {remedy}") from None


def _beginning(file: Path, size: int) -> bytes:
    """The first bytes of a file."""
    try:
        with file.open("rb") as stream:
            return stream.read(size)
    except OSError as error:
        raise ValueError(f"This file cannot be opened: {error.strerror}.") from None


def _require_kind(recipe: Path, kind: SoundKind) -> None:
    """Stop at a bell where a bed belongs, and the other way round; the recipe itself is read later."""
    found, _ = document.load(recipe, recipe.name)
    if found is None or not isinstance(found.root, dict):
        raise ValueError("This is not a recipe of a sound.")
    other: SoundKind = "bed" if kind == "bell" else "bell"
    if found.root.get("kind", "bed") == other:
        raise ValueError(f"This sound is a {other}, and here belongs a {kind}.")
