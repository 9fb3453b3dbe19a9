"""Natural voices by Piper: neural models in the folder of voices, each with its settings beside it.

Piper is a package of its own (`pip install 'guided-audio[piper]'`, GPL-3.0-or-later like ours). It brings
espeak-ng to find out how words are said, so it speaks in children (`piper_host.py`): what crashes
espeak-ng costs one line. Decisions and figures: `docs/adr/0011-natural-voices.md`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from guided_audio.engines import piper_host
from guided_audio.engines.choosing import language_tag
from guided_audio.engines.neural import NeuralEngine
from guided_audio.engines.voices_folder import piper_models, settings_of
from guided_audio.errors import MissingTool
from guided_audio.speech import Utterance, Voice

AT_ONE = 170.0
"""Words a minute, nominal, that a voice speaks as it was trained; `speaking` measures what they are."""

SLOWEST, FASTEST = 0.4, 3.0
"""Times its natural length beyond which a voice falls apart: our design value."""

_LARGEST = 4_000_000
"""Bytes of a settings file; real ones have 5,000 to 50,000."""

KINDS = ("espeak", "text")
"""Ways from words to sounds that need nothing from the network. Others fetch a model of their own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is in the file beside a model, as far as it matters here; `speakers` by their names."""

    language: str
    description: str
    speakers: Mapping[str, int]


class NotSettings(MissingTool):
    """What lies beside a model is not the settings of a voice."""


class PiperEngine(NeuralEngine):
    """Piper's voices. One with several speakers is `NAME+SPEAKER`, and `NAME` its first."""

    name = "piper"
    program = Path(piper_host.__file__)
    package = ("piper", "piper-tts")
    handling = 1
    stretches = (AT_ONE / FASTEST, AT_ONE / SLOWEST)

    def listed(self) -> tuple[Voice, ...]:
        """Every voice in the folder."""
        models = piper_models(self.folder)
        if not models:
            raise MissingTool(
                f"There is no Piper voice in {self.folder}; `guided-audio voices install` lists some to get."
            )
        found, slips = [], []
        for model in models:
            try:
                settings = read_settings(model)
            except MissingTool as slip:
                slips.append(str(slip))
            else:
                found.append(Voice(self.name, model.stem, settings.language, settings.description))
        if not found:
            raise MissingTool(" ".join(slips))
        return tuple({voice.name: voice for voice in reversed(found)}.values())[::-1]

    def _files(self, voice: Voice) -> tuple[Path, ...]:
        model, speaker = self._model(voice)
        if speaker and speaker not in read_settings(model).speakers:
            raise self._unknown(voice)
        return model, settings_of(model)

    def _model(self, voice: Voice) -> tuple[Path, str]:
        models = {model.stem: model for model in reversed(piper_models(self.folder))}
        name, _, speaker = voice.name.partition("+")
        if voice.engine != self.name or name not in models or voice.name.endswith("+"):
            raise self._unknown(voice)
        return models[name], speaker

    def _request(self, utterance: Utterance, voice: Voice) -> Mapping[str, object]:
        model, speaker = self._model(voice)
        slower = min(max(AT_ONE / utterance.rate, SLOWEST), FASTEST)
        number = read_settings(model).speakers[speaker] if speaker else None
        return {"model": str(model.absolute()), "slower": slower, "speaker": number}


def read_settings(model: Path) -> Settings:
    """The settings of a voice.

    Raises:
        NotSettings: they cannot be read; the sentence names the file.
        MissingTool: they ask for what is not here.
    """
    file = settings_of(model)
    try:
        data = json.loads(_text(file))
        language = (data.get("language") or {}).get("code") or data["espeak"]["voice"]
        rate, kind = data["audio"]["sample_rate"], data.get("phoneme_type") or "espeak"
        speakers = {str(name): int(number) for name, number in (data.get("speaker_id_map") or {}).items()}
        quality = str(data["audio"].get("quality") or "")
        known = isinstance(data["phoneme_id_map"], dict) and isinstance(rate, int)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _not_settings(file) from error
    if not known or not isinstance(language, str):
        raise _not_settings(file)
    if kind not in KINDS:
        raise MissingTool(
            f"The voice {model.stem} needs a part that is not here to read its language; choose another."
        )
    words = (str(data.get("dataset") or "").replace("_", " "), quality)
    return Settings(language_tag(language), ", ".join(filter(None, words)), speakers)


def _text(file: Path) -> str:
    with file.open("rb") as stream:
        content = stream.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError
    return content.decode("utf-8")


def _not_settings(file: Path) -> NotSettings:
    return NotSettings(
        f"The file {file} does not hold the settings of a Piper voice; install that voice anew."
    )
