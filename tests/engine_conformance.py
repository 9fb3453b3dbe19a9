"""What every engine must keep: derive a class from `EngineConformance`, name it `Test…`, and make the engine.

Copy this file beside the tests of an engine of your own; it needs pytest, numpy and guided_audio only:

    class TestMine(EngineConformance):
        @staticmethod
        def make() -> Engine:
            return MyEngine()
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.speech import Engine, Speech, Utterance, Voice

LINE = "Let your shoulders soften, and notice the breath as it comes and goes."
OTHER = "Whenever the mind wanders away, gently bring it home to the soles of your feet."
SILENCE = 1e-3

AWKWARD = [
    "“Hello,” she said; it's—well… fine.",
    "It's 10% & more, isn't it?",
    'He whispered: "<b>rest</b>".',
    "Breathe in 🙂 and out 🙏.",
    "Café, naïve, Zoë, Ångström, Übung.",
    "Cafe\u0301 with a combining accent.",
    "Count 1, 2, 3 … up to 1,234,567.",
    "--rate 400 -f /etc/hostname",
    "First line.\nSecond line.\tThird.",
    "\u202eback to front\u202c",
    "[[not phonemes]] {nor} $(this)",
    "Привет, 你好, مرحبا.",
    "...",
]

UNSPEAKABLE = {
    "empty": "",
    "blank": " \n\t ",
    "a NUL": "secretword\0secretword",
    "a lone surrogate": "secretword \ud83d",
    "an escape": "secretword \x1b[0m",
    "a control character of espeak": "secretword \x0180S",
    "far too long": "secretword " * 1_000,
}


def children() -> set[int]:
    """The processes whose parent is this one, ended but unreaped ones too; none where there is no /proc."""
    if not Path("/proc/self/stat").exists():
        return set()
    entries = [entry for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return {int(entry.name) for entry in entries if _parent(entry) == str(os.getpid())}


def _parent(entry: Path) -> str:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()[1]
    except (OSError, IndexError):
        return ""  # it has just ended


@contextmanager
def watching() -> Iterator[bytearray]:
    """What all processes show of their arguments and environment meanwhile; nothing without a /proc."""
    seen, done = bytearray(), threading.Event()

    def watch() -> None:
        while not done.is_set():
            for entry, kind in itertools.product(Path("/proc").iterdir(), ("cmdline", "environ")):
                with suppress(OSError):
                    seen.extend((entry / kind).read_bytes())

    watcher = threading.Thread(target=watch) if Path("/proc/self/cmdline").exists() else None
    if watcher:
        watcher.start()
    try:
        yield seen
    finally:
        done.set()
        if watcher:
            watcher.join()


def sounding(speech: Speech) -> float:
    """Seconds from the first sample above -50 dB to the last."""
    loud = np.flatnonzero(np.abs(speech.samples) > 10 ** (-50 / 20))
    return float(loud[-1] - loud[0] + 1) / speech.rate


def likeness(one: Speech, two: Speech) -> float:
    """The highest correlation of two sounds over all shifts of one against the other: 1 for the same."""
    size = 1 << (len(one.samples) + len(two.samples)).bit_length()
    across = np.fft.irfft(np.fft.rfft(one.samples, size) * np.conj(np.fft.rfft(two.samples, size)), size)
    energy = float(np.linalg.norm(one.samples)) * float(np.linalg.norm(two.samples))
    return float(np.abs(across).max()) / energy


class EngineConformance:
    """The suite. Each test gets one shared engine, but the last two make their own."""

    @staticmethod
    def make() -> Engine:
        """A new engine."""
        raise NotImplementedError

    @staticmethod
    def can_read(text: str) -> bool:
        """Whether a text must be spoken; an engine that knows few letters may refuse what has others."""
        return any(character.isalnum() for character in text)

    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls) -> Iterator[Engine]:
        """One engine for all tests of the class."""
        engine = cls.make()
        yield engine
        engine.close()

    @pytest.fixture
    def voice(self, engine: Engine) -> Voice:
        """An English voice where there is one, else the first."""
        voices = engine.voices()
        return next((voice for voice in voices if voice.language.startswith("en")), voices[0])

    def test_it_is_well(self, engine: Engine) -> None:
        """A healthy engine has nothing to say about its health."""
        assert engine.health() is None

    def test_it_has_voices_each_once(self, engine: Engine) -> None:
        """There is a voice, every name is used once, and each belongs to this engine."""
        voices = engine.voices()
        assert voices
        assert len({voice.name for voice in voices}) == len(voices)
        assert {voice.engine for voice in voices} == {engine.name}
        assert all(voice.name == voice.name.strip() != "" for voice in voices)

    def test_a_fingerprint_belongs_to_one_voice(self, engine: Engine) -> None:
        """Every voice has its own fingerprint, on one line, the same from engine to engine."""
        prints = [engine.fingerprint(voice) for voice in engine.voices()]
        assert len(set(prints)) == len(prints)
        assert all(text == text.strip() and len(text.splitlines()) == 1 for text in prints)
        again = self.make()
        try:
            assert [again.fingerprint(voice) for voice in again.voices()] == prints
        finally:
            again.close()

    def test_it_speaks(self, engine: Engine, voice: Voice) -> None:
        """Speech is mono float32 at a usual rate, finite, heard, and within full scale."""
        speech = engine.speak(Utterance(LINE, 120), voice)
        assert speech.samples.dtype == np.float32
        assert speech.samples.ndim == 1
        assert 8_000 <= speech.rate <= 192_000
        assert np.isfinite(speech.samples).all()
        assert SILENCE < float(np.abs(speech.samples).max()) <= 1.0
        assert 1.5 < sounding(speech) < 20.0

    def test_faster_is_shorter(self, engine: Engine, voice: Voice) -> None:
        """At 90, 120 and 160 words a minute one line takes less time each."""
        lengths = [sounding(engine.speak(Utterance(LINE, rate), voice)) for rate in (90, 120, 160)]
        assert lengths[0] > 1.1 * lengths[1] > 1.1 * 1.1 * lengths[2]

    def test_more_words_are_longer(self, engine: Engine, voice: Voice) -> None:
        """Two sentences take about as long as the two alone."""
        one, two, both = (
            sounding(engine.speak(Utterance(text, 120), voice)) for text in (LINE, OTHER, f"{LINE} {OTHER}")
        )
        assert 0.85 * (one + two) < both < 1.35 * (one + two)

    def test_other_words_sound_otherwise(self, engine: Engine, voice: Voice) -> None:
        """Two texts correlate far less with each other than a text with itself."""
        one, again, other = (engine.speak(Utterance(text, 120), voice) for text in (LINE, LINE, OTHER))
        assert likeness(one, other) < 0.6
        assert likeness(one, again) > 0.9

    @pytest.mark.parametrize("text", AWKWARD, ids=range(len(AWKWARD)))
    def test_awkward_text_does_no_harm(self, engine: Engine, voice: Voice, text: str) -> None:
        """Quotes, symbols and scripts of all kinds are spoken, or refused; the next line works."""
        try:
            speech = engine.speak(Utterance(text, 120), voice)
        except EngineFailure:
            assert not self.can_read(text), "what has words is spoken"
        else:
            assert float(np.abs(speech.samples).max()) > SILENCE
        assert len(engine.speak(Utterance(LINE, 160), voice).samples)

    @pytest.mark.parametrize("text", UNSPEAKABLE.values(), ids=UNSPEAKABLE.keys())
    def test_unspeakable_text_is_refused_in_other_words(
        self, engine: Engine, voice: Voice, text: str
    ) -> None:
        """What cannot be spoken fails by a sentence that holds none of the words."""
        with pytest.raises(EngineFailure) as failure:
            engine.speak(Utterance(text, 120), voice)
        told = str(failure.value)
        assert "secretword" not in told
        assert told.endswith(".")
        assert len(told.splitlines()) == 1

    @pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
    def test_an_impossible_rate_is_refused(self, engine: Engine, voice: Voice, rate: float) -> None:
        """No rate, a negative one and what is no number fail by a sentence."""
        with pytest.raises(EngineFailure):
            engine.speak(Utterance(LINE, rate), voice)

    def test_an_unknown_voice_is_not_replaced(self, engine: Engine) -> None:
        """A voice that is not there is an error that names it, never another voice."""
        nobody = Voice(engine.name, "nobody-of-that-name")
        with pytest.raises((MissingTool, EngineFailure), match="nobody-of-that-name") as failure:
            engine.speak(Utterance("secretword", 120), nobody)
        assert "secretword" not in str(failure.value)
        with pytest.raises(MissingTool):
            engine.fingerprint(nobody)

    def test_threads_do_not_disturb_each_other(self, engine: Engine, voice: Voice) -> None:
        """What several threads have spoken at once is as long as what one speaks alone."""
        asked = [Utterance(text, rate) for text in (LINE, OTHER) for rate in (90, 120, 160)] * 3
        alone = {utterance: len(engine.speak(utterance, voice).samples) for utterance in asked}
        with ThreadPoolExecutor(4) as threads:
            together = list(threads.map(lambda utterance: engine.speak(utterance, voice), asked))
        for utterance, speech in zip(asked, together, strict=True):
            assert len(speech.samples) == pytest.approx(alone[utterance], rel=0.02)

    def test_words_are_in_no_argument_and_no_environment(self, engine: Engine, voice: Voice) -> None:
        """While a line is spoken, no process of this machine shows its words."""
        with watching() as seen:
            for rate in (90, 110, 130, 150):
                engine.speak(Utterance("Bartholomew rests, and Bartholomew is at peace.", rate), voice)
        assert b"Bartholomew" not in seen
        assert b"pytest" in seen or not Path("/proc/self/cmdline").exists()

    def test_closing_leaves_no_process(self) -> None:
        """After close() every process the engine had started is gone."""
        before = children()
        engine = self.make()
        voice = engine.voices()[0]
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda text: engine.speak(Utterance(text, 120), voice), [LINE, OTHER]))
        engine.close()
        assert children() == before

    def test_an_engine_never_used_closes(self) -> None:
        """An engine that was only made can be closed."""
        before = children()
        self.make().close()
        assert children() == before
