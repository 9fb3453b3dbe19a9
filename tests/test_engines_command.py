"""Programs of the machine keep the contract as described, and whatever they do wrong costs one line."""

from __future__ import annotations

import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from described_engines import PLAIN, described, skip_or_fail
from engine_conformance import LINE, EngineConformance, children, sounding, watching
from guided_audio import engines
from guided_audio.engines import command, running
from guided_audio.engines.command import CommandEngine
from guided_audio.engines.description_reader import read_description
from guided_audio.engines.plain_letters import plain
from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.speech import Engine, Utterance, Voice
from processes import alive

LINUX = sys.platform == "linux"
needs_linux = pytest.mark.skipif(not LINUX, reason="it is about /proc and signals")


class Described(EngineConformance):
    """The suite for one of the descriptions that come with the program."""

    described = ""

    @classmethod
    def make(cls) -> Engine:
        """The engine as it is used; where its program is missing, none."""
        engine = engines.load(cls.described)
        reason = engine.health()
        if reason:
            engine.close()
            skip_or_fail(reason)
        return engine


class Latin(Described):
    """The same for an engine that knows plain Latin letters only."""

    @staticmethod
    def can_read(text: str) -> bool:
        """What can be written with those."""
        return plain(text) is not None


class TestEspeakNg(Described):
    """The program espeak-ng."""

    described = "espeak-ng"


class TestFlite(Latin):
    """The program flite."""

    described = "flite"


class TestFestival(Latin):
    """The program text2wave of festival."""

    described = "festival"


class TestOwn(EngineConformance):
    """A program of the user's own."""

    @staticmethod
    def make() -> Engine:
        """In a folder of its own, the same each time."""
        return described(Path(tempfile.gettempdir()) / "guided-audio-tests-own")


@pytest.fixture
def voice() -> Voice:
    """The voice that engines described for a test have."""
    return Voice("mine", "one", "en-GB")


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., CommandEngine]]:
    """Makes an engine from a program, and closes it at the end."""
    made: list[CommandEngine] = []

    def one(*args: object, **kwargs: object) -> CommandEngine:
        made.append(described(tmp_path / "engines", *args, **kwargs))  # type: ignore[arg-type]
        return made[-1]

    yield one
    for engine in made:
        engine.close()


BRACKETS = "The [[b@UbI]] and the [[[chair]]] are here."


def test_words_in_brackets_are_words_to_every_program(
    make: Callable[..., CommandEngine], voice: Voice, tmp_path: Path
) -> None:
    """Two brackets begin phonemes or a command to some programs; none is handed two in a row."""
    note = tmp_path / "handed"
    engine = make(f"words = sys.stdin.read()\nopen({str(note)!r}, 'w').write(words)\n"
                  "sys.stdout.buffer.write(spoken(120, words))")  # fmt: skip
    engine.speak(Utterance(BRACKETS, 120), voice)
    assert note.read_text() == "The [ [b@UbI]] and the [ [ [chair]]] are here.\n"


def test_espeak_ng_spells_what_it_could_take_for_phonemes() -> None:
    """The sounds in brackets take as long as the same letters without them, and not as long as a word."""
    engine = TestEspeakNg.make()
    try:
        voice = engine.voices()[0]
        bracketed, plain_letters = (
            len(engine.speak(Utterance(text, 120), voice).samples)
            for text in ("The [[b@UbI]] is here.", "The b@UbI is here.")
        )
    finally:
        engine.close()
    assert bracketed > 0.9 * plain_letters


FAULTS = {
    "rubbish": (
        'sys.stdin.read(); sys.stdout.buffer.write(b"no sound at all " * 50)',
        "stdout",
        "cannot be read",
    ),
    "nothing": ("sys.stdin.read()", "stdout", "cannot be read"),
    "no file": ("sys.stdin.read()", "file", "wrote no sound file"),
    "an empty file": ('open(sys.argv[3], "w").close()', "file", "an empty sound file"),
    "an exit code": ("sys.stdin.read(); sys.exit(7)", "stdout", "exit code 7"),
    "silence": (
        "sound = spoken(120, sys.stdin.read())\nsys.stdout.buffer.write(sound[:44] + bytes(len(sound) - 44))",
        "stdout",
        "nothing is to be heard",
    ),
    "a word of many": (
        'sys.stdout.buffer.write(wav("one", 0.1))',
        "stdout",
        "too short",
    ),
    "a strange rate": (
        'sound = bytearray(spoken(120, sys.stdin.read())); sound[24:28] = (7).to_bytes(4, "little"); '
        "sys.stdout.buffer.write(sound)",
        "stdout",
        "strange kind",
    ),
}


@pytest.mark.parametrize(("code", "sound", "reason"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_fails_the_line_with_its_reason(
    make: Callable[..., CommandEngine], voice: Voice, code: str, sound: str, reason: str
) -> None:
    """Rubbish, silence, half a line and an exit code are each named, in one sentence without the words."""
    engine = make(code, sound=sound, more=', "{output}"' if sound == "file" else "")
    with pytest.raises(EngineFailure, match=reason) as failure:
        engine.speak(Utterance(LINE, 120), voice)
    assert "shoulders" not in str(failure.value)
    assert len(str(failure.value).splitlines()) == 1


@needs_linux
@pytest.mark.parametrize(
    "code",
    ["import time\ntime.sleep(600)", "while True: pass", "import time\nsys.stdout.close()\ntime.sleep(600)"],
    ids=["sleeps", "spins", "closes its output"],
)
def test_a_program_that_never_ends_is_ended(
    make: Callable[..., CommandEngine], voice: Voice, code: str
) -> None:
    """It gets its time once, for it has never spoken, and nothing of it is left."""
    before = children()
    engine = make(code, patience=0.4)
    start = time.monotonic()
    with pytest.raises(EngineFailure, match="took longer than"):
        engine.speak(Utterance("Rest here.", 120), voice)
    assert time.monotonic() - start < 8.0
    assert children() == before


@needs_linux
def test_what_a_program_leaves_running_is_ended(
    make: Callable[..., CommandEngine], voice: Voice, tmp_path: Path
) -> None:
    """A helper that a program starts and forgets neither holds us up nor lives on."""
    note = tmp_path / "helper"
    code = (
        "import subprocess\nwords = sys.stdin.read()\n"
        'helper = subprocess.Popen(["sleep", "600"])\n'
        f"open({str(note)!r}, 'w').write(str(helper.pid))\n"
        "sys.stdout.buffer.write(spoken(float(sys.argv[1]), words))"
    )
    start = time.monotonic()
    assert len(make(code).speak(Utterance(LINE, 120), voice).samples)
    assert time.monotonic() - start < 5.0
    assert alive({int(note.read_text())}, patience=5.0) == set()


@needs_linux
def test_a_crash_fails_one_line(make: Callable[..., CommandEngine], voice: Voice) -> None:
    """The line that crashes the program fails by its signal; the lines around it are spoken."""
    engine = make("words = sys.stdin.read()\nimport os\nif 'breath' in words: os.abort()\n"
                  "sys.stdout.buffer.write(spoken(float(sys.argv[1]), words))")  # fmt: skip
    assert len(engine.speak(Utterance("Rest here for a while.", 120), voice).samples)
    with pytest.raises(EngineFailure, match=r"crashed \(SIGABRT") as failure:
        engine.speak(Utterance("Follow the breath.", 120), voice)
    assert "breath" not in str(failure.value)
    assert len(engine.speak(Utterance("Rest here for a while.", 120), voice).samples)


def test_a_passing_fault_is_retried(make: Callable[..., CommandEngine], voice: Voice, tmp_path: Path) -> None:
    """What fails once is spoken at the second attempt."""
    mark = tmp_path / "failed"
    code = (
        f"import os\nif not os.path.exists({str(mark)!r}):\n"
        f"    open({str(mark)!r}, 'w').close()\n    sys.exit(1)\n"
    )
    assert len(make(code + PLAIN).speak(Utterance(LINE, 120), voice).samples)
    assert mark.exists()


@pytest.mark.parametrize("sound", ["stdout", "file"])
def test_a_flood_is_cut_off(
    make: Callable[..., CommandEngine], voice: Voice, sound: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that never stops giving is stopped by size, long before its time is over."""
    monkeypatch.setattr(running, "MOST", 1_000_000)
    monkeypatch.setattr(command, "MOST", 1_000_000)
    to = "sys.stdout.buffer" if sound == "stdout" else 'open(sys.argv[3], "wb")'
    engine = make(
        f"out = {to}\nwhile True: out.write(b'x' * 65536)",
        sound=sound,
        more=', "{output}"' if sound == "file" else "",
        patience=30.0,
    )
    start = time.monotonic()
    with pytest.raises(EngineFailure, match=r"more than a line can be|crashed|exit code"):
        engine.speak(Utterance(LINE, 120), voice)
    assert time.monotonic() - start < 20.0


def test_a_header_that_lies_does_no_harm(make: Callable[..., CommandEngine], voice: Voice) -> None:
    """A header that promises two gigabytes, as programs write into a pipe, gives the sound that is there."""
    honest = make().speak(Utterance(LINE, 120), voice)
    lying = make(
        "sound = bytearray(spoken(float(sys.argv[1]), sys.stdin.read()))\n"
        "sound[4:8] = sound[40:44] = (0x7ffff000).to_bytes(4, 'little')\nsys.stdout.buffer.write(sound)",
        name="lying",
    ).speak(Utterance(LINE, 120), Voice("lying", "one"))
    assert np.array_equal(honest.samples, lying.samples)


def test_a_program_that_reads_a_file_gets_a_private_one(
    make: Callable[..., CommandEngine], voice: Voice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words are in a file of mode 0600 in a folder of mode 0700, and both are gone afterwards."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    note = tmp_path / "seen"
    code = (
        "import os\nfile = sys.argv[3]\nwords = open(file).read()\n"
        "modes = [os.stat(path).st_mode for path in (file, os.path.dirname(file))]\n"
        f"open({str(note)!r}, 'w').write(repr((file, *modes, sys.stdin.read())))\n"
        "sys.stdout.buffer.write(spoken(float(sys.argv[1]), words))"
    )
    engine = make(code, more=', "{input}"')
    plainly = make(name="plainly").speak(Utterance(LINE, 120), Voice("plainly", "one"))
    assert len(engine.speak(Utterance(LINE, 120), voice).samples) == len(plainly.samples)
    file, mode, folder_mode, stdin = eval(note.read_text())  # noqa: S307 - written three lines above
    assert not Path(file).parent.exists()
    assert stdin == ""
    if LINUX:
        assert stat.S_IMODE(mode) == 0o600
        assert stat.S_IMODE(folder_mode) == 0o700
    assert not list(tmp_path.glob("guided-audio-*"))


@needs_linux
def test_what_a_program_leaves_in_its_folders_is_gone(
    make: Callable[..., CommandEngine], voice: Voice, tmp_path: Path
) -> None:
    """Its working folder and its folder for temporary files are one, and that does not outlive the line."""
    note = tmp_path / "seen"
    code = (
        "import os, tempfile\nwords = sys.stdin.read()\nopen('left', 'w').write(words)\n"
        "_, name = tempfile.mkstemp()\nopen(name, 'w').write(words)\n"
        f"open({str(note)!r}, 'w').write(os.getcwd() + '|' + name)\n"
        "sys.stdout.buffer.write(spoken(float(sys.argv[1]), words))"
    )
    make(code).speak(Utterance(LINE, 120), voice)
    left, name = note.read_text().split("|")
    assert Path(name).parent == Path(left)
    assert not Path(left).exists()


@needs_linux
def test_a_program_is_seen_and_its_words_are_not(make: Callable[..., CommandEngine], voice: Voice) -> None:
    """The watch sees the program with its rate, so that it would see words too."""
    engine = make("import time\ntime.sleep(0.3)" + PLAIN)
    with watching() as seen:
        engine.speak(Utterance("Bartholomew is at peace.", 117), voice)
    assert b"mine.py\x00117\x00one" in seen
    assert b"Bartholomew" not in seen


@needs_linux
def test_no_core_is_dumped_and_no_file_is_endless(
    make: Callable[..., CommandEngine], voice: Voice, tmp_path: Path
) -> None:
    """Before a program has the words, it is held to no core dump and to a largest file."""
    note = tmp_path / "held"
    code = (
        "import resource\nwords = sys.stdin.read()\n"
        f"open({str(note)!r}, 'w').write(repr([resource.getrlimit(kind)[1] for kind in "
        "(resource.RLIMIT_CORE, resource.RLIMIT_FSIZE)]))\n"
        "sys.stdout.buffer.write(spoken(float(sys.argv[1]), words))"
    )
    make(code).speak(Utterance(LINE, 120), voice)
    assert note.read_text() == repr([0, running.MOST])


def test_closing_ends_what_is_being_spoken(make: Callable[..., CommandEngine], voice: Voice) -> None:
    """A program in the middle of a line is ended, and no other line is begun."""
    before = children()
    engine = make("import time\ntime.sleep(600)", patience=60.0)
    failures: list[Exception] = []

    def speak() -> None:
        try:
            engine.speak(Utterance(LINE, 120), voice)
        except EngineFailure as failure:
            failures.append(failure)

    engine.voices()
    thread = threading.Thread(target=speak)
    thread.start()
    time.sleep(0.5)
    engine.close()
    thread.join(10.0)
    assert not thread.is_alive()
    assert "closed" in str(failures[0])
    assert children() == before


def test_a_missing_program_is_told_with_its_remedy(tmp_path: Path) -> None:
    """The sentence names the program and the way to it, and voices and speech raise it."""
    engine = described(tmp_path)
    (tmp_path / "mine.yaml").write_text(
        "program: no-such-program\narguments: ['{rate}']\nsound: stdout\nrate: {as: words}\n"
        "voices: [{name: one, language: en}]\nremedy: Get it from its makers.\n",
        encoding="utf-8",
    )
    engine = CommandEngine(read_description(tmp_path / "mine.yaml"))
    health = engine.health()
    assert health is not None
    assert "'no-such-program'" in health
    assert health.endswith("Get it from its makers.")
    with pytest.raises(MissingTool, match="no-such-program"):
        engine.speak(Utterance(LINE, 120), Voice("mine", "one"))
    engine.close()


def test_another_program_or_way_of_asking_is_another_fingerprint(
    make: Callable[..., CommandEngine], voice: Voice, tmp_path: Path
) -> None:
    """The arguments, and the program itself, decide what is heard."""
    first = make().fingerprint(voice)
    assert make().fingerprint(voice) == first
    assert make(more=', "--deep"').fingerprint(voice) != first
    program = tmp_path / "speak"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    file = tmp_path / "engines" / "mine.yaml"
    text = file.read_text("utf-8").replace(sys.executable, str(program))
    file.write_text(text, encoding="utf-8")
    one = CommandEngine(read_description(file)).fingerprint(voice)
    program.write_text("#!/bin/sh\n# changed\n", encoding="utf-8")
    assert CommandEngine(read_description(file)).fingerprint(voice) != one


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("“Hello,” she said; it’s—well… fine.", '"Hello," she said; it\'s, well... fine.'),
        ("Café, naïve, Zoë, Ångström, Übung.", "Cafe, naive, Zoe, Angstrom, Ubung."),
        ("Straße, œuvre, smørrebrød", "Strasse, oeuvre, smorrebrod"),
        ("½ of it", "1/2 of it"),
        ("Breathe in 🙂 and out.", "Breathe in   and out."),
        ("Привет", None),
        ("rest 你好", None),
        ("5 €", None),
        ("…", None),
        ("🙂", None),
    ],
)
def test_plain_letters_lose_no_word(text: str, said: str | None) -> None:
    """Accents go, pictures go; a letter or sign that is spoken and cannot be written refuses the line."""
    assert plain(text) == said


def test_rates_become_what_a_program_takes() -> None:
    """The same line at half the rate is about twice as long, with flite's stretch as with words a minute."""
    for name in ("espeak-ng", "flite", "festival"):
        engine = engines.load(name)
        skip_or_fail(engine.health())
        voice = engine.voices()[0]
        slow, fast = (sounding(engine.speak(Utterance(LINE, rate), voice)) for rate in (100, 200))
        engine.close()
        assert 1.7 < slow / fast < 2.3
