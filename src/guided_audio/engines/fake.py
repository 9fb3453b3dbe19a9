"""An engine for tests: instant, always the same, and like speech to everything that measures sound.

It says no words. Each syllable is a burst of a gliding, voiced tone behind a short noise, so that
levels, pauses, lengths and correlations behave as they do with a voice; which tones, depends on the
words. Two texts never sound alike, and one text sounds the same every time and in every process.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from guided_audio.blocks import Mono
from guided_audio.engines.choosing import unknown_voice
from guided_audio.engines.sanity import refuse_unspeakable
from guided_audio.speech import Speech, Utterance, Voice

RATE = 22_050
"""Hertz, as with espeak-ng."""

LEAD, TAIL = 0.05, 0.4
"""Seconds of silence before and after the words, as real engines leave them."""

_BREAK = 0.3
"""Seconds of silence after a mark that ends a clause, at 120 words a minute."""

_PEAK = 0.4
_PURPOSE = "A tone for each syllable; for tests only."
_VOICES = {
    "one": (Voice("fake", "one", "en-GB", _PURPOSE), 110.0),
    "two": (Voice("fake", "two", "en-US", _PURPOSE), 190.0),
    "three": (Voice("fake", "three", "de", _PURPOSE), 140.0),
}
_VOWELS = re.compile(r"[aeiouyäöüáéíóúàèìòù]+", re.IGNORECASE)


class FakeEngine:
    """Tones in the rhythm of the words, without children, files or delay."""

    name = "fake"

    def health(self) -> str | None:
        """Nothing: it always works."""
        return None

    def voices(self) -> tuple[Voice, ...]:
        """Three voices of different pitch."""
        return tuple(voice for voice, _ in _VOICES.values())

    def fingerprint(self, voice: Voice) -> str:
        """Its version and the voice."""
        _pitch(voice)
        return f"fake-1 voice={voice.name}"

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """The rhythm of the words as tones; at 120 words a minute, half a second a word."""
        pitch = _pitch(voice)
        refuse_unspeakable(utterance)
        parts = [_silence(LEAD), *_sounds(utterance, pitch), _silence(TAIL)]
        return Speech(np.concatenate(parts), RATE)

    def close(self) -> None:
        """Nothing to let go of."""


def _pitch(voice: Voice) -> float:
    if voice.engine != "fake" or voice.name not in _VOICES:
        raise unknown_voice(voice, _VOICES)
    return _VOICES[voice.name][1]


def _sounds(utterance: Utterance, pitch: float) -> Iterator[Mono]:
    """The tones of all words in turn, each depending on all that came before it."""
    digest = hashlib.blake2b(f"{pitch}".encode(), digest_size=16)
    for word in utterance.text.split():
        digest.update(word.encode() + b" ")
        count = max(1, len(_VOWELS.findall(word)))
        seconds = (0.26 + 0.17 * count) * 120.0 / utterance.rate / count
        dice = np.random.Generator(np.random.PCG64(int.from_bytes(digest.digest())))
        for _ in range(count):
            yield _syllable(seconds, pitch, dice)
        if word[-1] in ".,;:!?…":
            yield _silence(_BREAK * 120.0 / utterance.rate)


def _syllable(seconds: float, pitch: float, dice: np.random.Generator) -> Mono:
    """A hiss, then a tone with overtones that glides, swells and fades: it fills nine tenths of its time."""
    frames = max(8, round(seconds * RATE))
    sounding = frames - frames // 10
    place = np.linspace(0.0, 1.0, sounding)
    glide = pitch * dice.uniform(0.85, 1.25) * (1.0 + dice.uniform(-0.2, 0.2) * place)
    phase = 2 * np.pi * np.cumsum(glide) / RATE + dice.uniform(0.0, 2 * np.pi)
    tone = _overtones(phase, dice.random(12))
    hiss = (dice.random(sounding) * 2 - 1) * np.exp(-place * 12)
    shape = np.sin(np.pi * place**0.7) ** 0.6
    sound = (tone + 0.5 * hiss) * shape
    sound *= _PEAK * dice.uniform(0.6, 1.0) / np.abs(sound).max()
    return np.concatenate([sound.astype(np.float32), np.zeros(frames - sounding, dtype=np.float32)])


def _overtones(phase: NDArray[np.float64], strengths: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of sin(n·phase)·strength/n; each sine follows from the two before it, which is fast."""
    before, now, twice = np.zeros_like(phase), np.sin(phase), 2 * np.cos(phase)
    total = np.zeros_like(phase)
    for n, strength in enumerate(strengths, start=1):
        total += now * (strength / n)
        before, now = now, twice * now - before
    return total


def _silence(seconds: float) -> Mono:
    return np.zeros(round(seconds * RATE), dtype=np.float32)
