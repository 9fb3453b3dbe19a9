"""Words said by their sounds: a line put together of phonemes, and the engines that speak from them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import tiny_voices
from engine_conformance import likeness
from guided_audio.engines import find_voice
from guided_audio.engines.kokoro import KokoroEngine
from guided_audio.engines.neural import NeuralEngine
from guided_audio.engines.phonemes import phonemes
from guided_audio.engines.piper import PiperEngine
from guided_audio.speech import Sound, Utterance, takes_ipa

RATE = 120.0


@pytest.fixture(params=["piper", "kokoro"], scope="module")
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NeuralEngine]:
    """Each of the engines that speak from phonemes, with a tiny voice."""
    for package in ("onnx", "piper", "kokoro_onnx"):
        tiny_voices.require(package)
    folder: Path = tmp_path_factory.mktemp("voices")
    made: NeuralEngine
    if request.param == "piper":
        tiny_voices.piper_voice(folder)
        made = PiperEngine(folder)
    else:
        tiny_voices.kokoro_voices(folder)
        made = KokoroEngine(folder)
    yield made
    made.close()


def utterance(text: str, *words: tuple[str, str]) -> Utterance:
    """A text in which words are said by their sounds."""
    places = [(text.index(word), word, ipa) for word, ipa in words]
    return Utterance(text, RATE, tuple(Sound(at, at + len(word), ipa) for at, word, ipa in sorted(places)))


def test_a_line_is_put_together_of_words_and_sounds() -> None:
    """Marks that are heard stay where they were, others go; a word alone may be the whole line."""
    text = "“The bow”, and the Self: here."
    sounds = [(5, 8, "bˈaʊ"), (19, 23, "sˈɛlf")]
    assert phonemes(text, sounds, str.upper) == "THE bˈaʊ, AND THE sˈɛlf: HERE."
    assert phonemes("Self.", [(0, 4, "sˈɛlf")], str.upper) == "sˈɛlf."
    assert phonemes("[[bow]] Self", [(8, 12, "sˈɛlf")], str.upper) == "BOW sˈɛlf"


def test_sounds_are_what_is_heard(engine: NeuralEngine) -> None:
    """The sounds that a word has anyway change hardly anything; others are another line, however written."""
    assert takes_ipa(engine)
    voice = find_voice(engine, "en-GB")
    plain = engine.speak(Utterance("The Self is here.", RATE), voice)
    same = engine.speak(utterance("The Self is here.", ("Self", "sˈɛlf")), voice)
    other = engine.speak(utterance("The Self is here.", ("Self", "bˈaʊ")), voice)
    respelt = engine.speak(utterance("The Selbst is here.", ("Selbst", "sˈɛlf")), voice)
    assert likeness(plain, same) > 0.98
    assert likeness(plain, other) < 0.9
    assert respelt.samples.tobytes() == same.samples.tobytes()


def test_a_text_cannot_pass_for_sounds(engine: NeuralEngine) -> None:
    """Double brackets, in which Piper would find phonemes, are no more than brackets."""
    voice = find_voice(engine, "en-GB")
    bracketed = engine.speak(Utterance("The [[bˈaʊ]] is here.", RATE), voice)
    sounded = engine.speak(utterance("The bow is here.", ("bow", "bˈaʊ")), voice)
    assert likeness(bracketed, sounded) < 0.9
