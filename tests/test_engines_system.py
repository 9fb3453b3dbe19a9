"""The system's voice keeps the contract, loses no line under load, and survives what crashes or hangs it."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest

from engine_conformance import LINE, EngineConformance, children, sounding
from guided_audio.engines import find_voice, sanity
from guided_audio.engines.system import SystemEngine
from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.speech import Engine, Speech, Utterance, Voice
from processes import alive

LINUX = sys.platform == "linux"
needs_linux = pytest.mark.skipif(not LINUX, reason="it is about espeak-ng and /proc")

CRASHING = "s'" * 220
"""Overflows a buffer of espeak-ng 1.52 and older."""

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only looked at

RATES = (90, 120, 160)


@pytest.fixture(scope="module", autouse=True)
def _a_voice_or_a_reason() -> None:
    """Without a voice of the system there is nothing to test; where tests must not be skipped, that fails."""
    engine = SystemEngine()
    reason = engine.health()
    engine.close()
    if reason and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


class TestSystem(EngineConformance):
    """The suite of the contract."""

    @staticmethod
    def make() -> Engine:
        """The engine as it is used."""
        return SystemEngine()


@pytest.fixture(scope="module")
def engine(_a_voice_or_a_reason: None) -> Iterator[SystemEngine]:
    """One engine for all tests that do it no harm."""
    engine = SystemEngine()
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def voice(engine: SystemEngine) -> Voice:
    """The default voice of British English."""
    return find_voice(engine, "en-GB")


def lines(count: int) -> list[str]:
    """Distinct lines such as meditations are made of."""
    verbs = ["Notice", "Soften", "Release", "Feel", "Let go of", "Welcome"]
    what = ["the warmth in", "the weight of", "the space around", "any tension in", "the gentle rhythm of"]
    where = ["your shoulders", "the hands", "your belly", "the soles of your feet", "your jaw"]
    where += ["each breath", "the small of your back", "your heart", "your whole face", "this quiet moment"]
    ends = [".", ", without any hurry.", " as you breathe out.", ", and rest here for a while."]
    every = [f"{a} {b} {c}{d}" for a, b, c, d in itertools.product(verbs, what, where, ends)]
    return [every[number * 7 % len(every)] for number in range(count)]


@contextmanager
def busy_processors() -> Iterator[None]:
    """As many processes as there are processors do nothing but take time; each ends by itself at last."""
    program = "import time\nend = time.monotonic() + 300\nwhile time.monotonic() < end: pass"
    load = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for process in load:
            process.kill()
            process.wait()


@pytest.mark.slow
def test_no_line_is_lost_or_at_a_wrong_rate_under_load(voice: Voice) -> None:
    """Of 300 lines at three rates, spoken by three threads on busy processors, each is as it should be."""

    class Counted(SystemEngine):
        attempts = 0

        def _attempt(self, utterance: Utterance, voice: Voice) -> Speech:
            with counting:
                Counted.attempts += 1
            return super()._attempt(utterance, voice)

    counting = threading.Lock()
    engine = Counted()
    asked = [Utterance(text, rate) for text in lines(300) for rate in RATES]
    assert len(set(asked)) == 900
    try:
        with busy_processors(), ThreadPoolExecutor(3) as threads:
            spoken = list(threads.map(lambda utterance: engine.speak(utterance, voice), asked))
    finally:
        engine.close()
    seconds = np.array([sounding(speech) for speech in spoken]).reshape(300, 3)
    assert seconds.min() > 0.5
    for slower, faster in ((0, 1), (1, 2), (0, 2)):
        ratios = seconds[:, slower] / seconds[:, faster]
        assert ratios.min() > 1.0
        assert np.abs(ratios / np.median(ratios) - 1.0).max() < 0.10
    assert Counted.attempts <= 909, "a retry hides a fault of ours: at most one line in a hundred may need it"


@needs_linux
@pytest.mark.parametrize("name", ["gmw/en", "gmw/en-US", "gmw/de", "gmw/en+edward2", "gmw/en-US+edward2"])
def test_a_plain_voice_repeats_to_the_byte(name: str) -> None:
    """The same line is the same sound from another host, at another second."""
    sounds = set()
    for _ in range(2):
        engine = SystemEngine()
        sounds |= {
            engine.speak(Utterance(LINE, 100), Voice("system", name)).samples.tobytes() for _ in range(5)
        }
        engine.close()
        time.sleep(1.1)
    assert len(sounds) == 1


@needs_linux
def test_default_voices_for_languages(engine: SystemEngine) -> None:
    """British and American English have the voices measured for them, and others their plainest."""
    chosen = {
        language: find_voice(engine, language).name for language in ("en-GB", "en-US", "en", "fr", "de-AT")
    }
    assert chosen == {
        "en-GB": "gmw/en+edward2",
        "en-US": "gmw/en-US+edward2",
        "en": "gmw/en+edward2",
        "fr": "roa/fr",
        "de-AT": "gmw/de",
    }


@needs_linux
@pytest.mark.parametrize(
    "name", ["en-gb", "en-us", "gmw/en-us", "gmw/en+", "gmw/en+nope", "en-gb+f3", "!v/f3"]
)
def test_names_that_espeak_would_replace_are_refused(engine: SystemEngine, name: str) -> None:
    """A name espeak-ng takes for another voice, or silently drops, is no voice here."""
    with pytest.raises(MissingTool):
        engine.speak(Utterance(LINE, 120), Voice("system", name))


@needs_linux
def test_a_variant_is_a_voice_of_its_own(engine: SystemEngine, voice: Voice) -> None:
    """`+f3` is honoured: another fingerprint, another sound."""
    variant = find_voice(engine, "en-GB", "gmw/en+f3")
    assert engine.fingerprint(variant) != engine.fingerprint(voice)
    plain, varied = (engine.speak(Utterance(LINE, 120), one) for one in (voice, variant))
    assert plain.samples.tobytes() != varied.samples.tobytes()


@needs_linux
def test_the_fingerprint_names_every_part(engine: SystemEngine, voice: Voice) -> None:
    """The versions of pyttsx3 and espeak-ng, the data and the voice decide what is heard."""
    told = engine.fingerprint(voice)
    for part in ("pyttsx3-", "espeak-ng-1.", "data-", "Linux-", "voice=gmw/en"):
        assert part in told


@needs_linux
def test_speech_is_untrimmed(engine: SystemEngine, voice: Voice) -> None:
    """The silence espeak-ng leaves at the end is still there."""
    speech = engine.speak(Utterance(LINE, 100), voice)
    loud = np.flatnonzero(np.abs(speech.samples) > sanity.SILENCE)
    assert (len(speech.samples) - loud[-1]) / speech.rate > 0.25
    assert speech.rate == 22_050


def test_rates_beyond_the_engine_are_its_slowest_and_fastest(engine: SystemEngine, voice: Voice) -> None:
    """A rate of 20 is as slow as 80, and 2,000 is as fast as 450, instead of an error."""
    lengths = {rate: len(engine.speak(Utterance(LINE, rate), voice).samples) for rate in (20, 80, 450, 2_000)}
    assert lengths[20] == lengths[80] > lengths[450] == lengths[2_000]


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str], voice: Voice) -> None:
    """Neither pyttsx3 nor the library says anything on our stdout or stderr, even when it crashes."""
    engine = SystemEngine()
    engine.speak(Utterance(LINE, 120), voice)
    if LINUX:
        try_to_crash(engine, voice)
    engine.close()
    assert capfd.readouterr() == ("", "")


def try_to_crash(engine: SystemEngine, voice: Voice) -> str:
    """What the engine tells about the text that crashes espeak-ng; nothing when it could speak it."""
    try:
        engine.speak(Utterance(CRASHING, 120), voice)
    except EngineFailure as failure:
        return str(failure)
    return ""


@needs_linux
def test_a_crash_fails_one_line(engine: SystemEngine, voice: Voice) -> None:
    """A text that crashes the library fails, or a newer library speaks it; the next line is spoken."""
    told = try_to_crash(engine, voice)
    assert not told or "crashed (SIG" in told
    assert "s's" not in told
    assert len(engine.speak(Utterance(LINE, 120), voice).samples)


@needs_linux
def test_a_host_killed_in_the_middle_is_replaced(voice: Voice) -> None:
    """SIGKILL while a long line is spoken costs time and no line; the sound is what it would have been."""
    before = children()
    engine = SystemEngine()
    try:
        long = Utterance(" ".join(lines(25)), 90)
        expected = engine.speak(long, voice).samples
        (host,) = children() - before
        with ThreadPoolExecutor(1) as thread:
            speaking = thread.submit(engine.speak, long, voice)
            copies = wait_for_copy(host)
            os.kill(host, signal.SIGKILL)
            assert np.array_equal(speaking.result().samples, expected)
        assert copies
        assert host not in children()
        assert alive(copies, patience=5.0) == set()
    finally:
        engine.close()


def wait_for_copy(host: int) -> set[int]:
    """The process numbers of a host's copies, as soon as it has one."""
    end = time.monotonic() + 5.0
    listing = Path(f"/proc/{host}/task/{host}/children")
    while time.monotonic() < end:
        copies = {int(copy) for copy in listing.read_text().split()}
        if copies:
            return copies
    return set()


def altered(tmp_path: Path, change: str) -> type[SystemEngine]:
    """An engine whose host program has a fault: `change` is run in the host before it starts."""
    host = tmp_path / "faulty_host.py"
    host.write_text(
        f"import os, sys, time\nfrom guided_audio.engines import system_host as host\n{change}\nhost.main()\n"
    )

    class Faulty(SystemEngine):
        program = host

    return Faulty


HANGS = """
real = host.say
def hang(request, path):
    while "breath" in request["text"]:
        time.sleep(0.01)
    return real(request, path)
host.say = hang
"""


@needs_linux
def test_a_hanging_voice_is_ended_in_time(tmp_path: Path, voice: Voice) -> None:
    """A line that never ends fails within its limits, and others go on meanwhile and afterwards."""
    engine = altered(tmp_path, HANGS)(patience=0.4)
    try:
        start = time.monotonic()
        with pytest.raises(EngineFailure, match="took longer than") as failure:
            engine.speak(Utterance("Follow the breath.", 120), voice)
        assert time.monotonic() - start < 6.0
        assert "Follow" not in str(failure.value)
        assert len(engine.speak(Utterance("Rest here.", 120), voice).samples)
    finally:
        engine.close()


FAULTS = {
    "a wrong rate": ('host._in_force = lambda engine: ("gmw/en+edward2", 175)', "another rate"),
    "a wrong voice": ('host._in_force = lambda engine: ("gmw/en-US", 120)', "another voice"),
    "an error event": ("host.say = lambda request, path: 1 / 0", "ZeroDivisionError"),
    "an empty file": ('host.say = lambda *_: {"voice": "gmw/en+edward2", "rate": 120}', "cannot be read"),
    "a silent end": ("host.say = lambda *_: os._exit(0)", "without an answer"),
    "a host that ends": (
        "host.answer = lambda r, old=host.answer: sys.exit() if 'text' in r else old(r)",
        "died",
    ),
}


@needs_linux
@pytest.mark.parametrize(("change", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_noticed(tmp_path: Path, voice: Voice, change: str, reason: str) -> None:
    """Whatever goes wrong in the child, the line fails for that reason and not with a wrong sound."""
    before = children()
    engine = altered(tmp_path, change)()
    try:
        with pytest.raises(EngineFailure, match=reason):
            engine.speak(Utterance(LINE, 120), voice)
    finally:
        engine.close()
    assert children() == before


FAILS_ONCE = """
real, mark = host.say, {mark!r}
def once(request, path):
    if not os.path.exists(mark):
        open(mark, "w").close()
        {fault}
    return real(request, path)
host.say = once
"""


@needs_linux
@pytest.mark.parametrize("fault", ["os.abort()", "raise OSError", "os.kill(os.getppid(), 9)"])
def test_a_passing_fault_is_retried(tmp_path: Path, voice: Voice, fault: str) -> None:
    """What fails once is spoken at the second attempt."""
    mark = tmp_path / "failed"
    engine = altered(tmp_path, FAILS_ONCE.format(mark=str(mark), fault=fault))()
    try:
        assert len(engine.speak(Utterance(LINE, 120), voice).samples)
        assert mark.exists()
    finally:
        engine.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("sys.modules['pyttsx3'] = None", "pip install pyttsx3"),
        (
            "host.LIBRARY = 'absent.so'; host._load_bundled_library = int; host.DRIVER = 'absent'",
            "pip install",
        ),
        ("sys.exit()", "its process died"),
    ],
)
def test_what_is_missing_is_told_with_its_remedy(tmp_path: Path, change: str, told: str) -> None:
    """Health is one sentence or two; voices and speech raise what it says."""
    engine = altered(tmp_path, change)()
    health = engine.health()
    assert health is not None
    assert told in health
    assert len(health.splitlines()) == 1
    with pytest.raises(MissingTool, match=told):
        engine.voices()
    engine.close()


@needs_linux
def test_words_are_in_no_argument_environment_or_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While lines are spoken no process shows their words, and no file is made for them."""
    for variable in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shared = set(SHARED_MEMORY.iterdir())
    engine = SystemEngine()
    voice = find_voice(engine, "en-GB")
    line = "Bartholomew is at peace."
    seen, files, done = bytearray(), set[Path](), threading.Event()

    def watch() -> None:
        while not done.is_set():
            for entry, kind in itertools.product(Path("/proc").iterdir(), ("cmdline", "environ")):
                with suppress(OSError):
                    seen.extend((entry / kind).read_bytes())
            files.update(tmp_path.iterdir())

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda rate: engine.speak(Utterance(line, rate), voice), range(90, 170)))
    done.set()
    watcher.join()
    engine.close()
    assert b"system_host.py" in seen
    assert b"Bartholomew" not in seen
    assert not files
    assert set(SHARED_MEMORY.iterdir()) <= shared


@needs_linux
def test_a_long_path_of_installation_does_no_harm(tmp_path: Path, voice: Voice) -> None:
    """The data of espeak-ng may lie deeper than the 160 bytes the library has for a path."""
    pytest.importorskip("espeakng_loader")
    import espeakng_loader  # noqa: PLC0415 - not on every system

    deep = tmp_path.joinpath(*["a-folder-with-a-rather-long-name"] * 6)
    deep.mkdir(parents=True)
    shutil.copytree(Path(espeakng_loader.__file__).parent, deep / "espeakng_loader", symlinks=True)
    expected = SystemEngine()
    elsewhere = altered(tmp_path, f"sys.path.insert(0, {str(deep)!r})")()
    try:
        assert elsewhere.fingerprint(voice) == expected.fingerprint(voice)
        here, there = (one.speak(Utterance(LINE, 120), voice) for one in (expected, elsewhere))
        assert here.samples.tobytes() == there.samples.tobytes()
    finally:
        expected.close()
        elsewhere.close()


def test_a_process_that_cannot_start_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that is out of processes or memory is a sentence, not a fault of ours."""

    def full(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(MissingTool, match=r"resource temporarily unavailable\. .*try again"):
        SystemEngine().voices()


def test_hosts_are_reused_and_no_more_than_processors(voice: Voice) -> None:
    """Many threads share as many hosts as there are processors, and the hosts stay."""
    before = children()
    engine = SystemEngine()
    try:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda text: engine.speak(Utterance(text, 160), voice), lines(24)))
            first = children() - before
            list(threads.map(lambda text: engine.speak(Utterance(text, 160), voice), lines(24)))
        if LINUX:
            assert 1 <= len(first) <= (os.cpu_count() or 1)
            assert first <= children() - before
    finally:
        engine.close()


def test_a_resting_engine_has_no_children_and_speaks_as_before(voice: Voice) -> None:
    """What waits for a line is ended, what is being spoken is not, and the next line starts a host anew."""
    before = children()
    engine = SystemEngine()
    try:
        long = Utterance(" ".join(lines(25)), 90)
        spoken = engine.speak(long, voice).samples
        if LINUX:
            assert children() - before
        engine.rest()
        assert children() <= before
        with ThreadPoolExecutor(1) as thread:
            speaking = thread.submit(engine.speak, long, voice)
            while not speaking.done():
                engine.rest()
            assert np.array_equal(speaking.result().samples, spoken)
    finally:
        engine.close()


def test_a_closed_engine_speaks_no_more(voice: Voice) -> None:
    """After close() speaking fails by a sentence, and closing again does nothing."""
    engine = SystemEngine()
    engine.voices()
    engine.close()
    engine.close()
    with pytest.raises(EngineFailure, match="closed"):
        engine.speak(Utterance(LINE, 120), voice)


@needs_linux
def test_a_program_that_ends_takes_its_children_with_it() -> None:
    """A program that never closes its engine, or is killed, leaves no process behind."""
    program = (
        "import os, sys, time; from guided_audio.engines.system import SystemEngine; "
        "e = SystemEngine(); e.voices(); "
        "print(*open(f'/proc/self/task/{os.getpid()}/children').read().split(), flush=True); "
        "time.sleep(30)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        hosts = {int(host) for host in parent.stdout.readline().split()}
        assert hosts
        parent.kill()
    assert alive(hosts, patience=5.0) == set()


@pytest.mark.parametrize(
    ("seconds", "text", "fits"),
    [
        (5.0, LINE, True),
        (0.2, LINE, False),
        (900.0, LINE, False),
        (30.0, "1,234,567,890,123", True),
        (0.4, "Mmmmmmmmmmmmmmmmmmmmmmmmmm.", True),
        (0.3, "Yes.", True),
        (2.0, "… 🙂 …", True),
    ],
)
def test_a_length_that_cannot_be_is_noticed(seconds: float, text: str, fits: bool) -> None:
    """Speech cut off or run on is told from numbers, humming and symbols."""
    sound = np.full(round(seconds * 8_000), 0.1, dtype=np.float32)
    assert (sanity.implausible(Speech(sound, 8_000), Utterance(text, 120)) == "") is fits


@pytest.mark.parametrize("value", [0.0, 1e-5, float("nan")])
def test_silence_and_no_numbers_are_noticed(value: float) -> None:
    """A clip of the right length with nothing in it is no speech."""
    sound = np.full(40_000, value, dtype=np.float32)
    assert sanity.implausible(Speech(sound, 8_000), Utterance(LINE, 120))
