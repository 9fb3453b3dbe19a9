"""The voice every computer already has, through pyttsx3; on Linux with nothing to install.

pyttsx3 loses lines, hangs and, on Linux, shares a process with a C library that some texts crash.
So it runs in children (`system_host.py`), every line is checked from inside and out, and what fails
is tried again before it fails by a sentence. Why, with the figures: `docs/adr/0004-engine-isolation.md`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from guided_audio.engines import system_host
from guided_audio.engines.attempts import Failed, speak_surely
from guided_audio.engines.choosing import language_tag, unknown_voice
from guided_audio.engines.decoding import decode
from guided_audio.engines.host_channel import FORKS
from guided_audio.engines.host_pool import HostDied, HostPool, processors
from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.speech import Speech, Utterance, Voice

HANDLING = 1
"""Raised when the way of asking changes what is heard, so that stored speech is made anew."""

SLOWEST, FASTEST = 80, 450
"""Words a minute, nominal, between which espeak-ng follows; beyond, it stays as it is there."""

DESCRIBE_LIMIT = 30.0
"""Seconds to list the voices."""


@dataclass(frozen=True, slots=True)
class _Description:
    voices: tuple[Voice, ...]
    names: frozenset[str]
    variants: frozenset[str]
    made_by: str

    def has(self, name: str) -> bool:
        """Whether a voice is listed, or is a listed one with a variant there is."""
        base, _, variant = name.partition("+")
        return name in self.names or (base in self.names and variant in self.variants)

    def like(self, name: str) -> frozenset[str]:
        """The names among which a wrong one was meant: voices, or variants of one."""
        base, plus, _ = name.partition("+")
        if plus and base in self.names:
            return frozenset(f"{base}+{variant}" for variant in self.variants)
        return self.names


class SystemEngine:
    """The operating system's voice: espeak-ng on Linux, the built-in voices on macOS and Windows.

    On Linux a voice may carry a variant of its timbre, as in `gmw/en+edward2`. All repeat to the byte
    but the nine that breathe (`+f3` is one). `patience` is the time in seconds a short line may take.
    """

    name = "system"
    program = Path(system_host.__file__)

    def __init__(self, patience: float = 8.0) -> None:
        self._patience = patience
        self._pool = HostPool(self.program, processors(), reusable=FORKS)
        self._lock = threading.Lock()
        self._known: _Description | None = None

    def health(self) -> str | None:
        """Nothing, or what is missing and the remedy."""
        try:
            self._description()
        except (MissingTool, EngineFailure) as error:
            return str(error)
        return None

    def voices(self) -> tuple[Voice, ...]:
        """Those we prefer, then every voice without its variants, by language, the plainest first."""
        return self._description().voices

    def fingerprint(self, voice: Voice) -> str:
        """The versions of everything between the text and the sound.

        Raises:
            MissingTool: there is no such voice.
        """
        self._require(voice)
        return f"system-{HANDLING} {self._description().made_by} voice={voice.name}"

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """Say it in a child, and prove it was said: this voice, this rate, a plausible length.

        Raises:
            EngineFailure: it cannot be said, after several attempts.
            MissingTool: there is no such voice.
        """
        from guided_audio.engines import sanity  # noqa: PLC0415 - it loads numpy, which a list of voices needs not

        sanity.refuse_unspeakable(utterance)
        self._require(voice)
        return speak_surely(self._attempt, utterance, voice)

    def rest(self) -> None:
        """End the children that wait for a line: a tenth of a second brings them back."""
        self._pool.rest()

    def close(self) -> None:
        """End all children."""
        self._pool.close()

    def _attempt(self, utterance: Utterance, voice: Voice) -> Speech:
        rate = round(min(max(utterance.rate, SLOWEST), FASTEST))
        limit = self._patience + 0.02 * len(utterance.text)
        request = {"text": utterance.text, "voice": voice.name, "rate": rate}
        with self._pool.lend() as host:
            said, sound = host.ask(request, limit)
        if "reason" in said:
            raise Failed(str(said["reason"]))
        if said["voice"] != voice.name:
            raise Failed("another voice than the one asked for was in force")
        if said["rate"] != rate:
            raise Failed("another rate than the one asked for was in force")
        return decode(sound)

    def _require(self, voice: Voice) -> None:
        known = self._description()
        if voice.engine != self.name or not known.has(voice.name):
            raise unknown_voice(voice, known.like(voice.name))

    def _description(self) -> _Description:
        with self._lock:
            if self._known is None:
                self._known = self._describe()
            return self._known

    def _describe(self) -> _Description:
        try:
            with self._pool.lend() as host:
                said, _ = host.ask({}, DESCRIBE_LIMIT)
        except HostDied:
            said = {"reason": "its process died"}
        if "reason" in said:
            raise MissingTool(f"The system's voice does not work: {said['reason']}. Choose another engine.")
        return _description_of(said)


def _description_of(said: Mapping[str, object]) -> _Description:
    listed = cast("list[list[str]]", said["voices"])
    voices = [
        Voice("system", name, language_tag(language), description) for name, language, description in listed
    ]
    voices.sort(key=lambda voice: (voice.language.split("-")[0], len(voice.name), voice.name))
    if not voices:
        raise MissingTool("The system has no voice; install one in its settings for speech.")
    names = frozenset(voice.name for voice in voices)
    variants = frozenset(cast("list[str]", said["variants"]))
    listed_first = _preferred(voices, variants)
    return _Description((*listed_first, *voices), names, variants, str(said["made_by"]))


PREFERRED = {"gmw/en": "edward2", "gmw/en-US": "edward2"}
"""Variants that tire less than the plain voice, and repeat to the byte: docs/adr/0007-default-voice.md."""


def _preferred(voices: Sequence[Voice], variants: frozenset[str]) -> tuple[Voice, ...]:
    """Those of them that are here, as voices to be chosen before the plain ones."""
    return tuple(
        replace(voice, name=f"{voice.name}+{variant}", description=f"{voice.description}, {variant}")
        for voice in voices
        if (variant := PREFERRED.get(voice.name, "")) in variants
    )
