"""The engine contract: what a voice is asked, and what it gives back.

This file is all an engine needs to know of the program. An engine is found through the entry
point group `guided_audio.engines`; `docs/engines.md` adds one in five steps, and the suite in
`tests/engine_conformance.py` says whether it keeps the contract.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # numpy is slow to import, and reading a script needs no sound
    from guided_audio.blocks import Mono


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of one engine, by the name the engine gives it."""

    engine: str
    name: str
    language: str = ""
    description: str = ""

    def __str__(self) -> str:
        return f"{self.engine}:{self.name}"


@dataclass(frozen=True, slots=True)
class Sound:
    """How a stretch of a text is said, in the International Phonetic Alphabet; places count characters."""

    start: int
    end: int
    ipa: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one call to an engine says: a sentence or so, and how fast.

    `rate` is the engine's own scale of words a minute. It is nominal: engines differ by half in
    what they make of it, so `guided_audio.speaking` measures each voice before it trusts it.
    `sounds` say how some of its words are said, in order, without overlaps; only an engine that
    `takes_ipa` is given any. The text is complete without them.
    """

    text: str
    rate: float
    sounds: tuple[Sound, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """What an engine said: mono float32 samples at the engine's own rate in hertz."""

    samples: Mono
    rate: int


class Engine(Protocol):
    """Something that can speak. Every method may be called from several threads at once.

    An engine that can say a word by its sounds has an attribute `takes_ipa` that is true; one without the
    attribute is never given `Utterance.sounds`. One that stretches its speech evenly may say between which
    rates, as `stretches = (slowest, fastest)`; it is then measured at those two alone. One whose children are
    quick to start may have a method `rest()` that ends those that have nothing to do.
    """

    name: str

    def health(self) -> str | None:
        """Nothing when the engine can speak here, else one sentence: what is missing, and the remedy."""
        ...

    def voices(self) -> Sequence[Voice]:
        """Every voice it has on this machine.

        Raises:
            MissingTool: where `health` would say so.
        """
        ...

    def fingerprint(self, voice: Voice) -> str:
        """All that decides how a voice sounds beside the utterance: engine, version, voice, model."""
        ...

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """Say one utterance. It ends: an engine that hangs or dies in its child fails the call.

        Raises:
            EngineFailure: one sentence with the reason, without the words of the utterance.
        """
        ...

    def close(self) -> None:
        """Let go of children and files. Called once; nothing is spoken afterwards."""
        ...


def takes_ipa(engine: Engine) -> bool:
    """Whether an engine can be told in IPA how a word is said; none can that does not say so."""
    return getattr(engine, "takes_ipa", False) is True


def rest(engine: Engine) -> None:
    """Have an engine let go of what it gets back in a moment; of nothing, where it does not say how."""
    if callable(found := getattr(engine, "rest", None)):
        found()


def stretches(engine: Engine) -> tuple[float, float] | None:
    """The rates between which a line takes so long, and so much more divided by the rate; or nothing."""
    found = getattr(engine, "stretches", None)
    return found if isinstance(found, tuple) and len(found) == 2 else None
