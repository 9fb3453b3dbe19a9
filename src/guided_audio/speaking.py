"""Speaking: every saying of a script becomes a take, spoken once and kept.

Here engines, store, conforming and measuring meet. What a take sounds like is kept as the engine
gave it; how long its clip is and how loud is kept beside it, so that a script whose lines were all
spoken before is laid out without touching a sample.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import astuple, dataclass

import numpy as np

from guided_audio import conform, engines, mastering, polish
from guided_audio.blocks import Mono
from guided_audio.engines.attempts import Unspoken
from guided_audio.errors import EngineFailure
from guided_audio.pacing import SENTENCE_GAP, Saying, sentences
from guided_audio.speech import Engine, Speech, Utterance, Voice, rest, stretches, takes_ipa
from guided_audio.store import Store
from guided_audio.timeline import Take
from guided_audio.units import PROJECT_RATE, Frames

FORMAT_VERSION = 1
"""Of what is kept for a saying; part of every key."""

CALIBRATION_RATES = (70, 80, 90, 100, 140, 220)
"""Where a voice is measured. Between them its pace runs straight within 0.8 %, below 140 within 0.2 %."""

STRETCHED_RATES = (CALIBRATION_RATES[0], CALIBRATION_RATES[-1])
"""Where a voice is measured that stretches its speech evenly: by the time of a word, which runs straight."""

CALIBRATION_LINES = (
    "There is a chair by the window, and the light comes in from the left. "
    "It moves across the floor slowly, one board at a time.",
    "The kitchen is quiet at this hour, or nearly. A kettle begins to hum in the next room, and stops.",
    "Nothing on those shelves seems to be in a hurry, not even the clock.",
    "Outside, some people are strolling homewards through the rain.",
)
"""What a voice says to show how fast it is. Like the built-in scripts, these lines have about eleven words
and one comma to the sentence, and three sentences to two lines: measured there, a pace holds here."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came of speaking a script.

    `takes` has every saying but those in `failures`, which have the reason instead; `fresh` counts
    what was not in the store before.
    """

    takes: Mapping[Saying, Take]
    failures: Mapping[Saying, str]
    fresh: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Who says what: the voice of the script, and those it names for single lines.

    `notes` are sentences on voices that are allowed, and may not be what was meant.
    """

    default: Voice
    named: Mapping[str, Voice]
    notes: tuple[str, ...] = ()

    def voice(self, saying: Saying) -> Voice:
        """Who says this."""
        return self.named.get(saying.voice, self.default)


class Speaker:
    """Speaks through engines and a store. Close it, or use it in a `with` statement."""

    def __init__(
        self, store: Store, *, lanes: int = 1, rate: int = PROJECT_RATE, chain: polish.Chain = polish.OFF
    ) -> None:
        self.store, self.chain = store, chain
        self._lanes, self.rate = lanes, rate
        self._engines: dict[str, Engine] = {}

    def __enter__(self) -> Speaker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every engine that was used."""
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()

    def rest(self) -> None:
        """Have the engines let go of what they need only to speak. They speak whenever they are asked."""
        for engine in self._engines.values():
            rest(engine)

    def engine(self, name: str) -> Engine:
        """An engine by name, started once.

        Raises:
            MissingTool: there is none, or it cannot speak here.
        """
        if name not in self._engines:
            self._engines[name] = engines.load(name)
        return self._engines[name]

    def find_voice(self, text: str, language: str) -> Voice:
        """The voice that `text` names, the engine's own choice for a language when it names none.

        Raises:
            MissingTool: there is no such engine or voice.
        """
        name, voice = engines.parse_voice(text)
        return engines.find_voice(self.engine(name), language, voice)

    def fingerprint(self, voice: Voice) -> str:
        """All that decides how a voice sounds."""
        return self.engine(voice.engine).fingerprint(voice)

    def speak(
        self,
        sayings: Sequence[Saying],
        cast: Cast,
        pace: float,
        progress: Callable[[int], None] | None = None,
    ) -> Spoken:
        """Speak what was not spoken before, on all lanes. `progress` hears how many are done.

        A saying that fails costs itself alone: all others are spoken, and kept.
        """
        rates = {voice: self.rate_for(pace, voice) for voice in {cast.voice(saying) for saying in sayings}}
        takes: dict[Saying, Take] = {}
        failures: dict[Saying, str] = {}
        fresh = 0
        with ThreadPoolExecutor(self._lanes, thread_name_prefix="speaking") as pool:
            jobs = {
                pool.submit(self._take, self._utterance(saying, voice, rates[voice]), voice): saying
                for saying, voice in ((saying, cast.voice(saying)) for saying in sayings)
            }
            try:
                for done, job in enumerate(as_completed(jobs), start=1):
                    try:
                        takes[jobs[job]], new = job.result()
                        fresh += new
                    except EngineFailure as failure:
                        failures[jobs[job]] = str(failure)
                    if progress:
                        progress(done)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return Spoken(takes, failures, fresh)

    def _utterance(self, saying: Saying, voice: Voice, rate: float) -> Utterance:
        sounds = saying.sounds if takes_ipa(self.engine(voice.engine)) else ()
        return Utterance(saying.text, rate, sounds)

    def recording(self, key: str, prepared: Callable[[], Speech], voice: str) -> Take:
        """The take of what a person said. `prepared` makes its sound, unless it is kept under the key."""
        speech, _ = self.store.make(key, lambda: _packed(prepared()))
        return Take(key, *self._measure(speech, "recording", key), voice)

    def clip(self, key: str) -> Mono:
        """The clip of a take that was spoken before.

        Raises:
            EngineFailure: it is no longer in the store.
        """
        return self.clip_of(self.speech(key))

    def speech(self, key: str) -> Speech:
        """A take that was spoken before, as the engine gave it.

        Raises:
            EngineFailure: it is no longer in the store.
        """
        payload = self.store.get(key)
        if payload is None:
            raise EngineFailure(
                "A line that was spoken has gone from the store. Build once more: it is spoken anew."
            )
        return _unpacked(payload)

    def clip_of(self, speech: Speech) -> Mono:
        """The clip that speech becomes."""
        return polish.polish(conform.conform(speech, self.rate), self.chain, self.rate)

    def rate_for(self, pace: float, voice: Voice) -> float:
        """The engine's rate at which this voice speaks so many words a minute, by measurement.

        A voice that cannot go so slow, or so fast, gets the nearest it can.
        """
        measured = self._calibration(voice)
        rates, words = ([pair[side] for pair in measured] for side in (0, 1))
        if stretches(self.engine(voice.engine)):
            seconds, steps = ([1 / number for number in reversed(numbers)] for numbers in (words, rates))
            return float(round(1 / np.interp(1 / pace, seconds, steps)))
        return float(round(np.interp(pace, words, rates)))

    # What is kept

    def _take(self, utterance: Utterance, voice: Voice) -> tuple[Take, bool]:
        sounds = (str([astuple(sound) for sound in utterance.sounds]),) if utterance.sounds else ()
        parts = (FORMAT_VERSION, self.fingerprint(voice), utterance.rate, utterance.text, *sounds)
        key = self.store.key("speech", *parts)
        speech, fresh = self.store.make(key, lambda: self._spoken(utterance, voice))
        return Take(key, *self._measure(speech, *parts), str(voice)), fresh

    def _measure(self, speech: bytes, *parts: str | float) -> tuple[Frames, float]:
        """Length and loudness of the clip that speech becomes; `parts` decide what speech it is."""
        chain = (polish.VERSION, *astuple(self.chain)) if self.chain != polish.OFF else ()
        key = self.store.key("clip", *parts, conform.VERSION, self.rate, *chain)
        payload, _ = self.store.make(key, lambda: self._measured(_unpacked(speech)))
        length, loudness = json.loads(payload)
        return Frames(length), loudness

    def _spoken(self, utterance: Utterance, voice: Voice) -> bytes:
        speech = self.engine(voice.engine).speak(utterance, voice)
        if conform.is_silent(speech):
            raise EngineFailure(f"The voice {voice} gave only silence for a line.")
        return _packed(speech)

    def _measured(self, speech: Speech) -> bytes:
        clip = self.clip_of(speech)
        loudness = mastering.as_played(mastering.loudness(clip, self.rate))
        return json.dumps([len(clip), round(loudness, 4)]).encode()

    # How fast a voice is

    def _calibration(self, voice: Voice) -> list[tuple[float, float]]:
        """Rates of the engine with the words a minute they make, both rising."""
        rates = self._rates(voice)
        passage: tuple[str | float, ...] = (*rates, *CALIBRATION_LINES)
        key = self.store.key("calibration", FORMAT_VERSION, self.fingerprint(voice), *passage)
        payload, _ = self.store.make(key, lambda: json.dumps(self._calibrate(voice, rates)).encode())
        measured = sorted((words, rate) for rate, words in json.loads(payload))
        rising = [
            pair for pair in measured if pair[1] == max(rate for words, rate in measured if words <= pair[0])
        ]
        return [(rate, words) for words, rate in rising]

    def _rates(self, voice: Voice) -> tuple[float, ...]:
        """Where it is measured."""
        held = stretches(self.engine(voice.engine))
        if held is None:
            return CALIBRATION_RATES
        return tuple(dict.fromkeys(min(max(rate, held[0]), held[1]) for rate in STRETCHED_RATES))

    def _calibrate(self, voice: Voice, rates: Sequence[float]) -> list[tuple[float, float]]:
        """Speak the passage at each rate. One sentence goes first, to show whether the voice can speak."""
        engine = self.engine(voice.engine)
        said = [sentences(line) for line in CALIBRATION_LINES]
        words = sum(len(sentence.split()) for line in said for sentence in line)
        gaps = SENTENCE_GAP * sum(len(line) - 1 for line in said)
        texts = [sentence for line in said for sentence in line]
        first, *others = [Utterance(text, rate) for rate in rates for text in texts]

        def seconds(utterance: Utterance) -> float:
            return _seconds_spoken(engine.speak(utterance, voice))

        try:
            spoken = [seconds(first)]
            with ThreadPoolExecutor(self._lanes) as pool:
                spoken += pool.map(seconds, others)
        except EngineFailure as failure:
            raise EngineFailure(_of_the_voice(failure, voice)) from failure
        each = zip(rates, _by(len(texts), spoken), strict=True)
        return [(rate, words * 60 / (sum(passage) + gaps)) for rate, passage in each]


def _by(many: int, numbers: Sequence[float]) -> list[Sequence[float]]:
    return [numbers[start : start + many] for start in range(0, len(numbers), many)]


def _of_the_voice(failure: EngineFailure, voice: Voice) -> str:
    """What failed while a voice was measured: none of it is a line of a script."""
    if isinstance(failure, Unspoken):
        return failure.of_the_voice
    return f"The voice {voice} cannot say the plain lines it is measured by: {failure}"


def _seconds_spoken(speech: Speech) -> float:
    return len(conform.conform(speech, speech.rate)) / speech.rate


def _packed(speech: Speech) -> bytes:
    """Samples as the engine gave them: 16-bit where that loses nothing, as most engines speak."""
    whole = np.round(speech.samples * 32768.0)
    lossless = bool(np.all(np.abs(whole) <= 32767) and np.all(whole / 32768.0 == speech.samples))
    kind, data = ("<i2", whole.astype("<i2")) if lossless else ("<f4", speech.samples.astype("<f4"))
    return json.dumps([speech.rate, kind]).encode() + b"\n" + data.tobytes()


def _unpacked(payload: bytes) -> Speech:
    head, _, data = payload.partition(b"\n")
    rate, kind = json.loads(head)
    samples = np.frombuffer(data, dtype=kind)
    scale = np.float32(1 / 32768.0 if kind == "<i2" else 1.0)
    return Speech(samples.astype(np.float32) * scale, rate)
