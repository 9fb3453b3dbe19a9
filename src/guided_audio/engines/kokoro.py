"""Natural voices by Kokoro: one neural model, and a file with the styles of its many voices.

Kokoro is a package of its own (`pip install 'guided-audio[kokoro]'`; MIT, and it brings phonemizer, GPL-3.0).
It speaks in children (`kokoro_host.py`), as every engine does that brings a C library. Decisions and
figures: `docs/adr/0011-natural-voices.md`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from guided_audio.engines import kokoro_host
from guided_audio.engines.neural import NeuralEngine
from guided_audio.engines.voices_folder import kokoro_model
from guided_audio.errors import MissingTool
from guided_audio.speech import Utterance, Voice

AT_ONE = 170.0
"""Words a minute, nominal, at speed 1; `speaking` measures what they are."""

SLOWEST, FASTEST = 0.5, 2.0
"""The speeds Kokoro takes."""

LANGUAGES = {
    "a": ("en-US", "en-us"),
    "b": ("en-GB", "en-gb"),
    "e": ("es", "es"),
    "f": ("fr-FR", "fr-fr"),
    "h": ("hi", "hi"),
    "i": ("it", "it"),
    "p": ("pt-BR", "pt-br"),
}
"""The first letter of a voice's name: its language, and that as espeak-ng calls it. Kokoro's Japanese and
Chinese voices need a way from words to sounds that the package has not; they are not offered."""

_SPEAKERS = {"f": "a woman", "m": "a man"}
_ENDING = ".npy"


class KokoroEngine(NeuralEngine):
    """Kokoro's voices, British and American English first."""

    name = "kokoro"
    program = Path(kokoro_host.__file__)
    package = ("kokoro_onnx", "kokoro-onnx")
    handling = 1
    stretches = (AT_ONE * SLOWEST, AT_ONE * FASTEST)

    def listed(self) -> tuple[Voice, ...]:
        """Every voice in the folder."""
        _, styles = self._model()
        try:
            names = zipfile.ZipFile(styles).namelist()
        except (OSError, zipfile.BadZipFile, ValueError) as error:
            raise MissingTool(
                f"The file {styles} does not hold the styles of Kokoro's voices; install them anew."
            ) from error
        voices = tuple(_voices(names))
        if not voices:
            raise MissingTool(f"There is no voice in {styles} for a language this engine reads.")
        return voices

    def _model(self) -> tuple[Path, Path]:
        found = kokoro_model(self.folder)
        if found is None:
            raise MissingTool(
                f"There is no Kokoro model in {self.folder}; `guided-audio voices install kokoro` fetches it."
            )
        return found

    def _files(self, voice: Voice) -> tuple[Path, ...]:
        if voice.engine != self.name or voice.name not in {known.name for known in self.voices()}:
            raise self._unknown(voice)
        return self._model()

    def _request(self, utterance: Utterance, voice: Voice) -> Mapping[str, object]:
        model, styles = self._model()
        return {
            "model": str(model.absolute()),
            "styles": str(styles.absolute()),
            "voice": voice.name,
            "speed": min(max(utterance.rate / AT_ONE, SLOWEST), FASTEST),
            "language": LANGUAGES[voice.name[0]][1],
        }


def _voices(names: list[str]) -> Iterator[Voice]:
    """The voices for languages that can be read, by language as it stands in `LANGUAGES`, then by name."""
    inside = {name.removesuffix(_ENDING) for name in names if name.endswith(_ENDING)}
    for letter, (language, _) in LANGUAGES.items():
        for name in sorted(each for each in inside if each.startswith(letter)):
            speaker = _SPEAKERS.get(name[1:2], "")
            said = name.partition("_")[2].replace("_", " ").title()
            yield Voice("kokoro", name, language, ", ".join(filter(None, (said, speaker))))
