"""What engines with neural voices share: a package that may be absent, models, and hosts that speak."""

from __future__ import annotations

import importlib.util
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import ClassVar

from guided_audio.engines.attempts import Failed, Patience, speak_surely
from guided_audio.engines.choosing import unknown_voice
from guided_audio.engines.digests import file_digest
from guided_audio.engines.host_pool import HostPool, processors
from guided_audio.engines.voices_folder import voices_folder
from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.speech import Speech, Utterance, Voice


class NeuralEngine(ABC):
    """Speaks in hosts, one for each processor. `patience` is what a short line may take, in seconds.

    The patience holds the loading of a large model from a slow disk as well.
    """

    name: str
    program: ClassVar[Path]
    package: ClassVar[tuple[str, str]]
    """The package as it is imported, and as it is installed."""
    handling: ClassVar[int]
    """Raised when the way of asking changes what is heard, so that stored speech is made anew."""

    takes_ipa = True
    """Their models are given phonemes, so words can be said by their sounds."""

    def __init__(self, folder: Path | None = None, patience: float = 60.0) -> None:
        self.folder = folder or voices_folder()
        self._patience = patience
        self._pool = HostPool(self.program, processors())
        self._lock = threading.Lock()
        self._known: tuple[Voice, ...] | None = None

    @abstractmethod
    def listed(self) -> tuple[Voice, ...]:
        """Every voice in the folder, whether the package is here or not; none is loaded.

        Raises:
            MissingTool: there is none that can be read.
        """

    @abstractmethod
    def _files(self, voice: Voice) -> tuple[Path, ...]:
        """The files a voice is made of; a voice that is not there is MissingTool."""

    @abstractmethod
    def _request(self, utterance: Utterance, voice: Voice) -> Mapping[str, object]:
        """What its host is asked."""

    def health(self) -> str | None:
        """Nothing, or what is missing: the package, or a voice."""
        try:
            self.voices()
        except (MissingTool, EngineFailure) as error:
            return str(error)
        return None

    def voices(self) -> tuple[Voice, ...]:
        """Those in the folder of voices."""
        with self._lock:
            if self._known is None:
                self._require_package()
                self._known = self.listed()
            return self._known

    def fingerprint(self, voice: Voice) -> str:
        """The versions of the packages, and the digests of the files of the voice.

        Raises:
            MissingTool: there is no such voice, or its files have gone.
        """
        packages = " ".join(f"{name}-{_version(name)}" for name in (self.package[1], "onnxruntime"))
        return f"{self.name}-{self.handling} {packages} model={self._digest(voice)} voice={voice.name}"

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """Say it in a host.

        Raises:
            EngineFailure: it cannot be said, after several attempts.
            MissingTool: there is no such voice.
        """
        from guided_audio.engines import sanity  # noqa: PLC0415 - it loads numpy, which a list of voices needs not

        sanity.refuse_unspeakable(utterance)
        self._files(voice)
        return speak_surely(self._attempt, utterance, voice, Patience(remedy=_REMEDY))

    def close(self) -> None:
        """End all hosts."""
        self._pool.close()

    def _attempt(self, utterance: Utterance, voice: Voice) -> Speech:
        import numpy as np  # noqa: PLC0415 - a list of voices needs it not

        request = {**self._request(utterance, voice), "digest": self._digest(voice), "text": utterance.text}
        request["sounds"] = [[sound.start, sound.end, sound.ipa] for sound in utterance.sounds]
        with self._pool.lend() as host:
            said, sound = host.ask(request, self._patience + 0.5 * len(utterance.text))
        if "reason" in said:
            raise Failed(str(said["reason"]))
        rate = int(str(said["rate"]))
        if not 8_000 <= rate <= 192_000 or len(sound) % 4:
            raise Failed("the sound is of a strange kind")
        return Speech(np.frombuffer(sound, dtype="<f4").astype(np.float32), rate)

    def _digest(self, voice: Voice) -> str:
        try:
            return "+".join(file_digest(file)[:16] for file in self._files(voice))
        except OSError as error:
            raise MissingTool(f"The files of the voice {voice} cannot be read; install it anew.") from error

    def _require_package(self) -> None:
        module, package = self.package
        if importlib.util.find_spec(module) is None:
            raise MissingTool(
                f"The package {package} is not installed; run `pip install 'guided-audio[{self.name}]'`."
            )

    def _unknown(self, voice: Voice) -> MissingTool:
        return unknown_voice(voice, [known.name for known in self.voices()])


_REMEDY = "Install that voice again (see `guided-audio voices install`), or choose another."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"
