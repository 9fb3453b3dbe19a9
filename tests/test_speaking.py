"""Speaking: each saying once, kept, measured, and at the pace that was asked for."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from conftest import CAST, FAKE, RATE, said, script_of
from described_engines import described, described_file, skip_or_fail
from guided_audio import conform, engines, mastering, speaking
from guided_audio.engines.command import CommandEngine
from guided_audio.engines.described import OURS
from guided_audio.engines.description_reader import read_description
from guided_audio.engines.fake import FakeEngine
from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.layout import lay_out
from guided_audio.pacing import Saying, score
from guided_audio.speaking import (
    CALIBRATION_RATES,
    Cast,
    Speaker,
    _packed,
    _unpacked,
)
from guided_audio.speech import Speech, Utterance, Voice
from guided_audio.store import Store

SAYINGS = tuple(Saying(text) for text in ("One is here.", "Two is here.", "Three is here."))
TWO = Voice("fake", "two", "en-US")


class Listened(FakeEngine):
    """An engine for tests that remembers what it was asked, and may refuse or be silent."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, float]] = []
        self.refused: tuple[str, ...] = ()
        self.silent = False
        self.closed = 0
        self.mark = ""
        self.at_once: Callable[[], None] = lambda: None

    def fingerprint(self, voice: Voice) -> str:
        """With a mark that a test may change."""
        return super().fingerprint(voice) + self.mark

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """As the engine for tests does, unless a test wants otherwise."""
        self.asked.append((utterance.text, voice.name, utterance.rate))
        self.at_once()
        if utterance.text in self.refused:
            raise EngineFailure("It would not.")
        speech = super().speak(utterance, voice)
        return Speech(speech.samples * 0, speech.rate) if self.silent else speech

    def close(self) -> None:
        """Count it."""
        self.closed += 1

    def texts(self) -> list[str]:
        """What was asked that is no calibration, in order of the alphabet; and forget it."""
        texts = sorted(text for text, _, _ in self.asked if text.endswith("here."))
        self.asked.clear()
        return texts


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Listened:
    """The engine that every speaker of a test gets."""
    made = Listened()

    def load(name: str) -> Listened:
        if name != "fake":
            raise MissingTool(f"There is no engine {name!r}.")
        return made

    monkeypatch.setattr(engines, "load", load)
    return made


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in which the voices have been measured, once for all tests: that takes a second each."""
    folder = tmp_path_factory.mktemp("measured") / "store"
    with Speaker(Store(folder), lanes=2) as speaker:
        for name in ("one", "two", "three"):
            speaker.rate_for(112, Voice("fake", name))
    return folder


@pytest.fixture
def store(measured: Path, tmp_path: Path) -> Store:
    """A copy of that store."""
    shutil.copytree(measured, tmp_path / "store")
    return Store(tmp_path / "store")


@pytest.fixture
def quick(store: Store, engine: Listened) -> Iterator[Speaker]:
    """A speaker of that engine."""
    assert not engine.asked
    with Speaker(store, lanes=2) as speaker:
        yield speaker


@pytest.fixture
def two_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    """New voices are measured at two rates, which is quick."""
    monkeypatch.setattr(speaking, "CALIBRATION_RATES", (60, 180))


def test_what_was_spoken_is_not_spoken_again(quick: Speaker, store: Store, engine: Listened) -> None:
    """Neither by the same speaker nor by the next; and what it gives is the same."""
    first = quick.speak(SAYINGS, CAST, 112)
    assert engine.texts() == sorted(saying.text for saying in SAYINGS)
    assert (first.fresh, dict(first.failures)) == (3, {})
    with Speaker(Store(store.folder)) as next_day:
        for speaker in (quick, next_day):
            again = speaker.speak(SAYINGS, CAST, 112)
            assert (again.fresh, again.takes) == (0, first.takes)
    assert engine.asked == []


def test_a_changed_word_costs_one_saying(quick: Speaker, engine: Listened) -> None:
    """And so does a changed order nothing."""
    quick.speak(SAYINGS, CAST, 112)
    engine.asked.clear()
    changed = (SAYINGS[2], Saying("Two was here."), SAYINGS[0])
    assert quick.speak(changed, CAST, 112).fresh == 1
    assert engine.texts() == ["Two was here."]


@pytest.mark.usefixtures("two_rates")
def test_all_that_decides_a_sound_is_in_its_key(quick: Speaker, engine: Listened) -> None:
    """Another voice, pace or engine version is spoken anew, and found again beside the first."""
    first = quick.speak(SAYINGS[:1], CAST, 112).takes[SAYINGS[0]]
    other = quick.speak(SAYINGS[:1], Cast(TWO, {}), 112).takes[SAYINGS[0]]
    slower = quick.speak(SAYINGS[:1], CAST, 80).takes[SAYINGS[0]]
    engine.mark = " version 2"
    newer = quick.speak(SAYINGS[:1], CAST, 112).takes[SAYINGS[0]]
    assert len({take.key for take in (first, other, slower, newer)}) == 4
    assert slower.length > first.length
    assert (first.voice, other.voice) == ("fake:one", "fake:two")
    engine.mark, before = "", len(engine.asked)
    assert quick.speak(SAYINGS[:1], CAST, 112).takes[SAYINGS[0]] == first
    assert len(engine.asked) == before


def test_a_take_says_what_its_clip_is(quick: Speaker) -> None:
    """Its length is that of the clip, its loudness what a meter reads when both sides play it."""
    for take in quick.speak(SAYINGS, CAST, 112).takes.values():
        clip = quick.clip(take.key)
        assert len(clip) == take.length
        played = mastering.loudness(np.stack((clip, clip), axis=1), RATE)
        assert take.loudness == pytest.approx(played, abs=1e-3)


def test_a_clip_is_what_the_engine_said(quick: Speaker) -> None:
    """Conformed, and nothing else."""
    take = quick.speak(SAYINGS[:1], CAST, 112).takes[SAYINGS[0]]
    speech = FakeEngine().speak(Utterance(SAYINGS[0].text, quick.rate_for(112, FAKE)), FAKE)
    assert np.abs(quick.clip(take.key) - conform.conform(speech, RATE)).max() < 1e-6


# What goes wrong


def test_a_saying_that_fails_costs_itself_alone(quick: Speaker, engine: Listened) -> None:
    """All others are spoken and kept, its reason is told, and next time it alone is asked for."""
    engine.refused = (SAYINGS[1].text,)
    spoken = quick.speak(SAYINGS, CAST, 112)
    assert set(spoken.takes) == {SAYINGS[0], SAYINGS[2]}
    assert dict(spoken.failures) == {SAYINGS[1]: "It would not."}
    assert spoken.fresh == 2
    engine.refused = ()
    engine.asked.clear()
    assert quick.speak(SAYINGS, CAST, 112).fresh == 1
    assert engine.texts() == [SAYINGS[1].text]


def test_silence_is_a_failure(quick: Speaker, engine: Listened) -> None:
    """Nothing is kept of it, and its words are not in the reason."""
    engine.silent = True
    spoken = quick.speak(SAYINGS, CAST, 112)
    assert not spoken.takes
    assert all("only silence" in reason and "here" not in reason for reason in spoken.failures.values())
    engine.silent = False
    assert quick.speak(SAYINGS, CAST, 112).fresh == 3


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, ZeroDivisionError])
def test_what_nobody_expected_ends_it(quick: Speaker, engine: Listened, wrong: type[BaseException]) -> None:
    """It passes through, what waits is not begun, and what was spoken is kept."""
    many = tuple(Saying(f"Number {number} is here.") for number in range(40))
    calls = iter(range(100))

    def breaks() -> None:
        if next(calls) == 3:
            raise wrong

    engine.at_once = breaks
    with pytest.raises(wrong):
        quick.speak(many, CAST, 112)
    assert len(engine.asked) < 40
    engine.at_once = lambda: None
    spoken_before = len(engine.texts()) - 1
    assert quick.speak(many, CAST, 112).fresh == 40 - spoken_before


def test_what_is_damaged_is_made_anew(quick: Speaker, store: Store, engine: Listened) -> None:
    """A damaged sound is spoken again, a damaged measure measured again; the takes are as they were."""
    before = quick.speak(SAYINGS, CAST, 112)
    for key in [key for key in store if not (store.get(key) or b"").startswith(b"[[")]:  # no calibration
        path = store.folder / key[:2] / key
        path.write_bytes(path.read_bytes()[:-1])
    engine.asked.clear()
    after = quick.speak(SAYINGS, CAST, 112)
    assert after.takes == before.takes
    assert (after.fresh, engine.texts()) == (3, sorted(saying.text for saying in SAYINGS))


def test_a_lost_measure_costs_no_speech(quick: Speaker, store: Store, engine: Listened) -> None:
    """What was spoken is measured once more."""
    before = quick.speak(SAYINGS, CAST, 112)
    keep = {take.key for take in before.takes.values()}
    calibration = {key for key in store if (store.get(key) or b"").startswith(b"[[")}
    store.forget([key for key in store if key not in keep | calibration])
    engine.asked.clear()
    after = quick.speak(SAYINGS, CAST, 112)
    assert (after.takes, after.fresh, engine.asked) == (before.takes, 0, [])


@pytest.mark.parametrize("key", ["ab" * 24, "../../secret", ""])
def test_a_clip_that_is_gone_is_told(quick: Speaker, key: str) -> None:
    """With what to do; and so is what never was a key."""
    with pytest.raises(EngineFailure, match="Build once more"):
        quick.clip(key)


def test_an_engine_that_cannot_speak_is_no_fault_of_a_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While it is measured nothing of a script is spoken: what the voice did is told, and what to do."""
    engine = described(tmp_path / "engines", "sys.stdin.read(); sys.exit(7)")
    monkeypatch.setattr(engines, "load", lambda _: engine)
    with (
        Speaker(Store(tmp_path / "store"), lanes=2) as speaker,
        pytest.raises(EngineFailure, match=r"The voice mine:one cannot speak: .*exit code 7") as failure,
    ):
        speaker.speak(SAYINGS, Cast(Voice("mine", "one"), {}), 112)
    assert "mine.yaml" in str(failure.value)
    assert "line of" not in str(failure.value)


def test_an_engine_that_never_ends_costs_its_patience_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One sentence goes before the others; what has never spoken does not get its time twice."""
    engine = described(tmp_path / "engines", "import time\ntime.sleep(600)", patience=1.5)
    monkeypatch.setattr(engines, "load", lambda _: engine)
    start = time.monotonic()
    with (
        Speaker(Store(tmp_path / "store"), lanes=2) as speaker,
        pytest.raises(EngineFailure, match="mine:one cannot speak: the program took longer than"),
    ):
        speaker.speak(SAYINGS, Cast(Voice("mine", "one"), {}), 112)
    assert 1.5 <= time.monotonic() - start < 2 * 1.5 + 2.0


@pytest.mark.usefixtures("two_rates")
def test_an_engine_of_others_that_cannot_be_measured_is_told_in_its_own_words(
    quick: Speaker, engine: Listened
) -> None:
    """Its sentence stands behind ours, and every other voice is let be."""
    engine.mark, engine.refused = (
        " broken",
        ("Nothing on those shelves seems to be in a hurry, not even the clock.",),
    )
    with pytest.raises(EngineFailure, match=r"cannot say the plain lines it is measured by: It would not\."):
        quick.speak(SAYINGS, CAST, 112)


# Together


def test_a_saying_asked_for_twice_is_spoken_once(quick: Speaker, engine: Listened) -> None:
    """Even when two lanes have it at once."""
    spoken = quick.speak(SAYINGS * 5, CAST, 112)
    assert (spoken.fresh, len(spoken.takes)) == (3, 3)
    assert engine.texts() == sorted(saying.text for saying in SAYINGS)


def test_lanes_speak_at_once(quick: Speaker, engine: Listened) -> None:
    """Two lanes wait for each other here, which one alone could not."""
    gate = threading.Barrier(2, timeout=10)
    engine.at_once = lambda: void(gate.wait())
    many = tuple(Saying(f"Number {number} is here.") for number in range(6))
    assert quick.speak(many, CAST, 112).fresh == 6


def void(_: object) -> None:
    """Nothing."""


def test_progress_counts_to_all(quick: Speaker, engine: Listened) -> None:
    """Those that fail included."""
    engine.refused = (SAYINGS[0].text,)
    heard: list[int] = []
    quick.speak(SAYINGS, CAST, 112, heard.append)
    assert heard == [1, 2, 3]


def test_nothing_to_say(quick: Speaker) -> None:
    """Is said at once."""
    assert quick.speak((), CAST, 112).fresh == 0


def test_engines_are_let_go_once(store: Store, engine: Listened) -> None:
    """At the end of the `with`, whatever was spoken."""
    with Speaker(store) as speaker:
        speaker.engine("fake")
        speaker.engine("fake")
        assert engine.closed == 0
    speaker.close()
    assert engine.closed == 1


# Who speaks


def test_each_line_has_its_voice(quick: Speaker, engine: Listened) -> None:
    """Those that name one have it, the others the voice of the script; words alone do not tell them apart."""
    words = "Nobody is here."
    sayings = (Saying(words), Saying(words, "guide"), Saying("Guide is here.", "guide"))
    spoken = quick.speak(sayings, Cast(FAKE, {"guide": TWO}), 112)
    assert [spoken.takes[saying].voice for saying in sayings] == ["fake:one", "fake:two", "fake:two"]
    assert len({take.key for take in spoken.takes.values()}) == 3
    assert {(text, voice) for text, voice, _ in engine.asked} >= {(words, "one"), (words, "two")}


def test_voices_are_found_by_name(speaker: Speaker) -> None:
    """An engine's voice, an engine's own choice for a language, and none."""
    assert speaker.find_voice("fake:two", "en-GB") == speaker.find_voice("fake:TWO", "de")
    assert speaker.find_voice("fake", "de").name == "three"
    for wrong in ("fake:four", "nobody:one"):
        with pytest.raises(MissingTool):
            speaker.find_voice(wrong, "en-GB")


# How fast

LINES = (
    "Let your shoulders be as heavy as they are. There is nowhere else to be for a while.",
    "You might notice the floor under your feet. It has been there all the time, and it stays.",
    "If a thought comes by, it can come and go. Nothing has to be done about it.",
    "The breath may be slow or quick today. Either is fine, and you need not change a thing.",
)


@pytest.mark.parametrize("pace", [70, 90, 112, 130, 150])
@pytest.mark.parametrize("voice", ["one", "three"])
def test_a_script_is_spoken_at_its_pace(speaker: Speaker, pace: float, voice: str) -> None:
    """What is measured on the timeline is within 5 % of what was asked."""
    script = script_of(*(said(line) for line in LINES))
    found = score(script, {})
    cast = Cast(Voice("fake", voice), {})
    timeline = lay_out(script, found, speaker.speak(found.sayings, cast, pace).takes)
    assert timeline.pace == pytest.approx(pace, rel=0.05)


def test_a_voice_has_its_limits(quick: Speaker) -> None:
    """Slower than it can is the slowest it has, faster the fastest; between, faster is faster."""
    assert quick.rate_for(1, FAKE) == CALIBRATION_RATES[0]
    assert quick.rate_for(1000, FAKE) == CALIBRATION_RATES[-1]
    rates = [quick.rate_for(pace, FAKE) for pace in range(40, 240, 10)]
    assert rates == sorted(rates)
    assert all(rate == int(rate) for rate in rates)


@pytest.mark.usefixtures("two_rates")
def test_a_voice_is_measured_once(quick: Speaker, store: Store, engine: Listened) -> None:
    """By whoever comes first; a new version of it is measured again."""
    quick.rate_for(90, FAKE)
    engine.asked.clear()
    with Speaker(store) as other:
        other.rate_for(90, FAKE)
    assert engine.asked == []
    engine.mark = " version 2"
    quick.rate_for(90, FAKE)
    assert sorted({rate for _, _, rate in engine.asked}) == [60, 180]
    assert len(engine.asked) == 6 * 2


class Stubborn(Listened):
    """It speaks no slower than at 120 and no faster than at 160, and a little unevenly between."""

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """At a rate of its own."""
        rate = min(max(utterance.rate, 120.0), 160.0)
        return super().speak(Utterance(utterance.text, rate - (10 if rate == 140 else 0)), voice)


def test_a_voice_that_does_as_it_likes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where more does not mean faster, the rates still rise, within those that were measured."""
    stubborn = Stubborn()
    stubborn.mark = " stubborn"
    monkeypatch.setattr(engines, "load", lambda _: stubborn)
    with Speaker(store, lanes=2) as speaker:
        rates = [speaker.rate_for(pace, FAKE) for pace in range(20, 240, 5)]
    assert rates == sorted(rates)
    assert set(rates) <= set(range(CALIBRATION_RATES[0], CALIBRATION_RATES[-1] + 1))


def pace_of(speaker: Speaker, voice: Voice, rate: float) -> float:
    """Words a minute of the passage a voice is measured by, at one of its rates."""
    ((_, words),) = speaker._calibrate(voice, (rate,))
    return words


@pytest.mark.parametrize("name", ["flite", "festival", "stretched", "no rate"])
def test_an_even_stretch_is_known_from_two_rates(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A third of the lines, and the pace comes out as asked; of a program that takes no rate, one passage."""
    engine = evenly(name, tmp_path)
    monkeypatch.setattr(engines, "load", lambda _: engine)
    spoken: list[float] = []
    speak = engine.speak

    def counted(utterance: Utterance, voice: Voice) -> Speech:
        spoken.append(utterance.rate)
        return speak(utterance, voice)

    monkeypatch.setattr(engine, "speak", counted)
    voice = engine.voices()[0]
    with Speaker(Store(tmp_path / "store"), lanes=2) as speaker:
        rates = {pace: speaker.rate_for(pace, voice) for pace in (90.0, 112.0, 150.0)}
        assert len(spoken) == 6 * (1 if name == "no rate" else 2)
        if name != "no rate":
            for pace, rate in rates.items():
                assert pace_of(speaker, voice, rate) == pytest.approx(pace, rel=0.02)


EVENLY = """
words = sys.stdin.read()
sys.stdout.buffer.write(wav(words, 0.3 + 0.4 * len(words.split()) * float(sys.argv[1])))
"""


def evenly(name: str, folder: Path) -> CommandEngine:
    """An engine that stretches its speech: one of ours where its program is here, or one for this test."""
    if name in {"flite", "festival"}:
        engine = CommandEngine(read_description(OURS / f"{name}.yaml"))
        skip_or_fail(engine.health())
        return engine
    file = described_file(folder / "engines", EVENLY)
    text = file.read_text("utf-8").replace("{as: words}", "{as: stretch, at-one: 150}")
    if name == "no rate":
        text = text.replace("{rate}", "1.5").replace("rate: {as: stretch, at-one: 150}\n", "")
    file.write_text(text, "utf-8")
    return CommandEngine(read_description(file))


# What is kept


@given(arrays.arrays(np.int16, st.integers(0, 300)), st.sampled_from([8_000, 22_050, 48_000]))
def test_16_bit_speech_is_kept_as_it_is(whole: np.ndarray[tuple[int], np.dtype[np.int16]], rate: int) -> None:
    """In two bytes a frame, and the same afterwards."""
    samples = (whole / np.float32(32768)).astype(np.float32)
    packed = _packed(Speech(samples, rate))
    back = _unpacked(packed)
    assert back.rate == rate
    assert back.samples.dtype == np.float32
    assert np.array_equal(back.samples, samples)
    if not np.any(whole == -32768):
        assert len(packed) <= 2 * len(whole) + 20


@given(
    arrays.arrays(np.float32, st.integers(0, 300), elements=st.floats(-4, 4, width=32, allow_subnormal=False))
)
def test_any_other_speech_is_kept_as_it_is(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> None:
    """Louder than full scale, finer than 16 bits: the same afterwards."""
    assert np.array_equal(_unpacked(_packed(Speech(samples, 24_000))).samples, samples)


def test_no_word_is_in_the_store(speaker: Speaker, store: Store) -> None:
    """Neither in a file nor in a name: what was said to whom stays with whoever has the script."""
    canaries = ("Zebulon", "Quetzal", "Ägir")
    script = script_of(
        *(said(f"Welcome, {name}. This is only for {name} to hear.", name=name.lower()) for name in canaries)
    )
    spoken = speaker.speak(score(script, {}).sayings, CAST, 112)
    assert spoken.fresh == 6
    files = [path for path in Path(store.folder).rglob("*") if path.is_file()]
    assert len(files) > 12
    for path in files:
        content = path.read_bytes().lower()
        for word in (*canaries, "welcome", "hear"):
            for coding in ("utf-8", "utf-16-le"):
                assert word.lower().encode(coding) not in content
            assert word.lower() not in str(path.relative_to(store.folder)).lower()
