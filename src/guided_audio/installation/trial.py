"""Whether what arrived is a voice: its settings are read before the model comes, and the whole speaks.

A voice is spoken with before it is placed, where the package of its engine is here. So a file that is
not a model, or not one for this engine, never gets among the voices. What is wrong is named by where it
came from: where it waited is nobody's business.
"""

from __future__ import annotations

import importlib.util
import zipfile
from collections.abc import Iterable
from pathlib import Path

from guided_audio import engines
from guided_audio.engines.attempts import Unspoken
from guided_audio.engines.kokoro import KokoroEngine
from guided_audio.engines.neural import NeuralEngine
from guided_audio.engines.piper import NotSettings, PiperEngine, read_settings
from guided_audio.errors import EngineFailure, MissingTool, Refused
from guided_audio.installation.offers import Offer
from guided_audio.speech import Utterance, Voice

TRIAL = "One, two, three."
"""What a new voice says to show that it can. It is heard by nobody."""

_ENGINES: dict[str, type[NeuralEngine]] = {"piper": PiperEngine, "kokoro": KokoroEngine}

_ONNX = b"\x08"
"""What such a file begins with: the number of its format's version."""

_LOOK = "Look whether that is the file itself, and not a page about it."


def look_at_companion(offer: Offer, folder: Path, language: str) -> None:
    """Whether what goes with a model is what it should be, and of a language; the model may be missing yet.

    Raises:
        Refused: it is not.
    """
    model, companion = offer.parts
    if offer.engine == "kokoro":
        if not zipfile.is_zipfile(folder / companion.name):
            raise Refused(f"{companion.address} does not hold the styles of Kokoro's voices. {_NOT} {_LOOK}")
        return
    try:
        settings = read_settings(folder / model.name)
    except NotSettings as slip:
        raise Refused(
            f"{companion.address} does not hold the settings of a Piper voice. {_NOT} {_LOOK}"
        ) from slip
    except MissingTool as slip:
        raise Refused(f"{slip} {_NOT}") from slip
    _look_at_languages([settings.language], language)


_NOT = "The voice was not installed."


def tried(offer: Offer, folder: Path, language: str) -> tuple[Voice, ...]:
    """The voices in a folder that is not theirs for good, once one of them has spoken.

    `language` is what they must speak, or empty.

    Raises:
        Refused: the model cannot be loaded or gives no speech, or speaks no such language.
        MissingTool: the package of the engine is here, and broken.
    """
    _look_at_model(offer, folder / offer.engine)
    made = _ENGINES[offer.engine](folder)
    try:
        voices = _known(made, offer)
        _look_at_languages([voice.language for voice in voices], language)
        speaking = next(voice for voice in voices if _speaks(voice.language, language))
        if importlib.util.find_spec(made.package[0]) is not None:
            made.speak(Utterance(TRIAL, 120.0), speaking)
    except EngineFailure as failure:
        reason = f": {failure.reason}." if isinstance(failure, Unspoken) else "."
        raise Refused(
            f"{offer.parts[0].address} is no voice that {offer.engine.title()} can speak with, "
            f"and was not installed{reason}"
        ) from failure
    finally:
        made.close()
    return voices


def _look_at_model(offer: Offer, folder: Path) -> None:
    """What is no ONNX file at all can be told without an engine: a web page, or a note in place of a file."""
    model = offer.parts[0]
    with (folder / model.name).open("rb") as stream:
        begin = stream.read(1)
    if begin != _ONNX:
        raise Refused(f"{model.address} is no voice: what came is not a model. {_NOT} {_LOOK}")


def _known(engine: NeuralEngine, offer: Offer) -> tuple[Voice, ...]:
    try:
        return engine.listed()
    except MissingTool as slip:
        companion = offer.parts[1]
        said = str(slip).replace(str(engine.folder / offer.engine / companion.name), companion.address)
        raise Refused(f"{said} {_NOT}") from slip


def _look_at_languages(spoken: Iterable[str], asked: str) -> None:
    told = sorted(set(spoken))
    if not any(_speaks(each, asked) for each in told):
        raise Refused(f"This voice speaks {', '.join(told)}, not {asked}. It was not installed.")


def _speaks(spoken: str, asked: str) -> bool:
    first, second = (engines.language_tag(tag) for tag in (spoken, asked))
    return not asked or first == second or f"{first}-".startswith(f"{second}-")
