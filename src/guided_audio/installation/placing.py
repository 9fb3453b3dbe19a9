"""What arrived, tried and put in its place: both files of a voice, or none.

A voice is spoken with before it is placed, where the package of its engine is here. So a file that is
not a model, or not one for this engine, never gets among the voices.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from guided_audio import engines
from guided_audio.engines.kokoro import KokoroEngine
from guided_audio.engines.neural import NeuralEngine
from guided_audio.engines.piper import PiperEngine
from guided_audio.errors import EngineFailure, MissingTool, OutputFailure, Refused
from guided_audio.speech import Utterance, Voice

TRIAL = "One, two, three."
"""What a new voice says to show that it can. It is heard by nobody."""

_ENGINES: dict[str, type[NeuralEngine]] = {"piper": PiperEngine, "kokoro": KokoroEngine}


def look_at_digest(file: Path, sha256: str) -> None:
    """Whether a file is the one that was meant.

    Raises:
        Refused: it has another digest.
    """
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if sha256 and found != sha256.lower():
        raise Refused(
            f"{_plain(file)} is not the file it should be: its checksum is another. It was not installed. "
            "Try again; if it stays so, tell whoever named the checksum."
        )


def tried(engine: str, folder: Path, language: str) -> tuple[Voice, ...]:
    """The voices in a folder that is not theirs for good, once one of them has spoken.

    `language` is what they must speak, or empty.

    Raises:
        Refused: the model cannot be loaded or gives no speech, or speaks no such language.
    """
    _look_at_models(folder / engine)
    made = _ENGINES[engine](folder)
    try:
        voices = _known(made)
        speaking = voices if not language else tuple(v for v in voices if _speaks(v.language, language))
        if voices and not speaking:
            told = ", ".join(sorted({voice.language for voice in voices}))
            raise Refused(f"This voice speaks {told}, not {language}. It was not installed.")
        if speaking and importlib.util.find_spec(made.package[0]) is not None:
            made.speak(Utterance(TRIAL, 120.0), speaking[0])
    except EngineFailure as failure:
        raise Refused(f"This is not a model that can speak, and was not installed: {failure}") from failure
    finally:
        made.close()
    return voices


def _look_at_models(folder: Path) -> None:
    """What is no ONNX file at all can be told without an engine: a web page, or a note in place of a file."""
    for file in folder.glob("*.onnx"):
        with file.open("rb") as stream:
            begin = stream.read(1)
        if begin != _ONNX:
            raise Refused(
                f"{file.name} is not a model, and was not installed. It may be a page with a link to it."
            )


_ONNX = b"\x08"
"""What such a file begins with: the number of its format's version."""


def _known(engine: NeuralEngine) -> tuple[Voice, ...]:
    try:
        return engine.listed()
    except MissingTool as slip:
        raise Refused(f"This is not a voice, and was not installed: {slip}") from slip


def _speaks(spoken: str, asked: str) -> bool:
    first, second = (engines.language_tag(tag) for tag in (spoken, asked))
    return first == second or f"{first}-".startswith(f"{second}-")


def place(files: Sequence[Path], folder: Path) -> None:
    """Move files into a folder, all of them or none; the first is the model, by which a voice is found.

    Raises:
        OutputFailure: the folder cannot be written into.
    """
    moved: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in reversed(files):  # the model comes last: until it is there, there is no voice
            _sync(file)
            target = folder / file.name
            before = file.with_name(f"{file.name}.before")
            if target.exists():
                target.replace(before)
            moved.append((target, before))
            file.replace(target)
        _sync(folder)
    except OSError as error:
        for target, before in reversed(moved):
            with suppress(OSError):
                target.unlink(missing_ok=True)
            if before.exists():
                before.replace(target)
        raise OutputFailure(
            f"The voice cannot be put into {folder}: {(error.strerror or 'no reason').lower()}. "
            "What was there stays."
        ) from error


def _sync(path: Path) -> None:
    """Have it on the disk, where the system lets it."""
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _plain(file: Path) -> str:
    return file.name.removesuffix(".part")
