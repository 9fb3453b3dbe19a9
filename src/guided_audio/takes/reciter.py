"""The reciter: the system's voice says the lines for comparison, and what it said is kept in the store."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from guided_audio import engines
from guided_audio.errors import MissingTool
from guided_audio.speaking import Speaker
from guided_audio.speech import Engine, Speech, Utterance, Voice

VERSION = 1
"""Of what is kept for a line; part of every key."""

ENGINE = "system"
"""Whose voices compare: they are on every machine, and quick. Nobody hears them."""

OTHER_TIMBRE = "f2"
"""A variant of espeak-ng with a shorter throat: of two voices one is nearer to a reader."""

_AHEAD = 16
"""Lines spoken before they are asked for: they are asked for in the order of the script."""


class Reciter:
    """Says lines in one of several voices of a language: a `Reference` for the aligner.

    Use it in a `with` statement: lines that nobody waits for any longer are then not spoken.
    """

    def __init__(self, speaker: Speaker, language: str, texts: Sequence[str], lanes: int = 1) -> None:
        self._store, self._engine = speaker.store, speaker.engine(ENGINE)
        self._voices = {voice.name: voice for voice in _voices(self._engine, language)}
        self._order = list(dict.fromkeys(texts))
        self._places = {text: place for place, text in enumerate(self._order)}
        self._pool = ThreadPoolExecutor(lanes, thread_name_prefix="reciting")
        self._said: dict[tuple[str, str, float], Future[Speech]] = {}

    def __enter__(self) -> Reciter:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def voices(self) -> Sequence[str]:
        """The names of its voices."""
        return tuple(self._voices)

    def speak(self, text: str, voice: str, pace: float) -> Speech:
        """A line in one of them, at about so many words a minute; some lines after it are begun, too.

        Raises:
            EngineFailure: it cannot be said.
        """
        place = self._places.get(text, len(self._order))
        for each in (text, *self._order[place + 1 : place + _AHEAD]):
            asked = (each, voice, pace)
            if asked not in self._said:
                self._said[asked] = self._pool.submit(self._kept, *asked)
        return self._said.pop((text, voice, pace)).result()

    def _kept(self, text: str, voice: str, pace: float) -> Speech:
        named = self._voices[voice]
        key = self._store.key("reference", VERSION, self._engine.fingerprint(named), pace, text)
        payload, _ = self._store.make(key, lambda: _packed(self._engine.speak(Utterance(text, pace), named)))
        return _unpacked(payload)


def _voices(engine: Engine, language: str) -> list[Voice]:
    """The plain voice of a language, and where the engine has variants the same in another timbre."""
    first = engines.find_voice(engine, language)
    base, _, variant = first.name.partition("+")
    if variant:
        return [engines.find_voice(engine, language, name) for name in (base, f"{base}+{OTHER_TIMBRE}")]
    try:
        return [first, engines.find_voice(engine, language, f"{first.name}+{OTHER_TIMBRE}")]
    except MissingTool:
        alike = [voice for voice in engine.voices() if voice.language == first.language]
        return alike[:2]


def _packed(speech: Speech) -> bytes:
    """At 16 bits: what is lost is far below what a microphone adds."""
    whole = np.clip(np.round(speech.samples * 32768.0), -32768, 32767).astype("<i2")
    out = io.BytesIO()
    np.savez(out, rate=speech.rate, samples=whole)
    return out.getvalue()


def _unpacked(payload: bytes) -> Speech:
    with np.load(io.BytesIO(payload), allow_pickle=False) as kept:
        return Speech(kept["samples"].astype(np.float32) / np.float32(32768.0), int(kept["rate"]))
