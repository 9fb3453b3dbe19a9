"""`play`: what a sound device is handed is what a build would have put into the file, from anywhere in it."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from command_line import RATE, SHORT, Cli, Finished, command, decoded, environment, ffmpeg
from conftest import tone
from guided_audio.blocks import Stereo
from guided_audio.cli.play import BACKEND
from guided_audio.engines.system import SystemEngine
from guided_audio.library import Library
from guided_audio.plan import Options, plan, read_script
from guided_audio.playback import FADE_IN, FADE_OUT
from guided_audio.render import render
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.timeline import Timeline
from guided_audio.units import to_frames

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")
IN, OUT = to_frames(FADE_IN), to_frames(FADE_OUT)


class Collector:
    """Stands in for the loudspeaker: takes sound ten times as fast as it is heard, and keeps it."""

    latency = 0.0

    def __init__(self) -> None:
        self.rate = 0
        self._taken: list[Stereo] = []
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, rate: int, _backend: str) -> Collector:
        """Open it."""
        self.rate = rate
        return self

    def __enter__(self) -> Collector:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, pull: Callable[[int], Stereo]) -> None:
        """Ask from now on."""

        def ask() -> None:
            while not self._ended.wait(0.004):
                self._taken.append(pull(2048))

        self._thread = threading.Thread(target=ask, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._ended.set()
        if self._thread:
            self._thread.join(5.0)

    def sound(self, frames: int) -> Stereo:
        """The first frames it was handed; what came after them was silence."""
        whole = np.concatenate(self._taken) if self._taken else np.zeros((0, 2), np.float32)
        assert not whole[frames:].any()
        return whole[:frames]


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Collector:
    """What plays in place of the loudspeaker."""
    made = Collector()
    monkeypatch.setattr("guided_audio.cli.play.open_loudspeaker", made)
    return made


@pytest.fixture
def null(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real library with its null device."""
    if not importlib.util.find_spec("miniaudio"):
        reason = "miniaudio is not installed"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    monkeypatch.setenv(BACKEND, "null")


@pytest.fixture
def short(cli: Cli) -> Path:  # noqa: ARG001 - it is the folder we are in
    """The short script, in the folder we are in."""
    file = Path("short.yaml")
    file.write_text(SHORT, encoding="utf-8")
    return file


@pytest.fixture
def whole(short: Path, fake_store: Path, tmp_path: Path) -> tuple[Timeline, Stereo]:
    """The short script from beginning to end, rendered at once."""
    library = Library()
    with Speaker(Store(fake_store)) as speaker:
        planned = plan(read_script(short, library), Options(voice="fake:one"), library, speaker)
        rendering = render(planned, library, speaker, tmp_path)
        return planned.timeline, rendering.read(0, planned.timeline.length)


def assert_heard(sound: Stereo, expected: Stereo, *, cut: bool) -> None:
    """The same to the bit, but for the soft edges."""
    end = len(expected) - (OUT if cut else 0)
    assert sound.shape == expected.shape
    assert np.array_equal(sound[IN:end], expected[IN:end])
    assert expected[IN:end].any()
    assert not cut or np.all(np.abs(sound[end:]) <= np.abs(expected[end:]))
    assert not cut or sound[-1].tolist() == [0.0, 0.0]


# A script


@pytest.mark.parametrize(("where", "start"), [("3s", 3.0), ("0:03.5", 3.5), ("0s", 0.0)])
def test_a_script_is_heard_from_anywhere(  # noqa: PLR0917 - pytest passes them by name
    cli: Cli, short: Path, whole: tuple[Timeline, Stereo], device: Collector, where: str, start: float
) -> None:
    """Two seconds of it are those of a full render, sample for sample."""
    first, last = to_frames(start), to_frames(start + 2.0)
    answer = cli("play", short, *FAKE, "--from", where, "--for", "2s")
    assert answer.code == 0, answer.err
    assert device.rate == RATE
    assert_heard(device.sound(last - first), whole[1][first:last], cut=True)


def test_a_script_is_heard_to_its_end(
    cli: Cli, short: Path, whole: tuple[Timeline, Stereo], device: Collector
) -> None:
    """Without a limit nothing is cut, and the end is that of the file."""
    first = whole[0].length - to_frames(2.0)
    answer = cli("play", short, *FAKE, "--from", f"{first / RATE:.6f}s")
    assert answer.code == 0, answer.err
    assert_heard(device.sound(whole[0].length - first), whole[1][first:], cut=False)


def test_what_comes_before_is_not_rendered(
    cli: Cli, short: Path, device: Collector, whole: tuple[Timeline, Stereo], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read before the frame it begins at, but the little that the grid and the limiter need."""
    asked: list[int] = []
    real = render.__globals__["mixer"].Mix.read

    def read(self: object, start: int, count: int) -> Stereo:
        asked.append(start)
        sound: Stereo = real(self, start, count)
        return sound

    monkeypatch.setattr("guided_audio.mixer.Mix.read", read)
    first = whole[0].length - to_frames(3.0)
    assert cli("play", short, *FAKE, "--from", f"{first / RATE:.6f}s").code == 0
    assert device.sound(whole[0].length - first).any()
    assert min(asked) > first - to_frames(1.0)


@pytest.mark.parametrize("number", [10, 11, 13, 15])
def test_one_line_is_heard_alone(
    cli: Cli, short: Path, whole: tuple[Timeline, Stereo], device: Collector, number: int
) -> None:
    """The line at that number of the file, with a second before it and its pause, and no other voice."""
    timeline, sound = whole
    span = timeline.lines[{10: 0, 11: 1, 13: 2, 15: 4}[number]]
    clips = [clip for clip in timeline.clips if clip.line != span.number]
    start = max([span.start - RATE, 0, *(clip.end for clip in clips if clip.end <= span.start)])
    after = [clip.start for clip in clips if clip.start >= span.end]
    end = min([span.end + 4 * RATE, timeline.length, *after])
    answer = cli("play", short, *FAKE, "--line", str(number))
    assert answer.code == 0, answer.err
    assert_heard(device.sound(end - start), sound[start:end], cut=end < timeline.length)
    assert all(clip.end <= start or clip.start >= end for clip in clips)


def test_a_line_is_heard_alone_also_where_another_is_close(
    cli: Cli, fake_store: Path, device: Collector, tmp_path: Path
) -> None:
    """Of less than a second between two lines, only what is quiet is heard."""
    steps = "- Some words.\n- pause: 300ms\n- More words.\n- pause: 400ms\n- Last.\n"
    Path("close.yaml").write_text(f"title: T\nbed: none\nscript:\n{steps}", encoding="utf-8")
    library = Library()
    with Speaker(Store(fake_store)) as speaker:
        planned = plan(read_script(Path("close.yaml"), library), Options(voice="fake:one"), library, speaker)
        sound = render(planned, library, speaker, tmp_path).read(0, planned.timeline.length)
    before, _, after = planned.timeline.clips
    answer = cli("play", "close.yaml", *FAKE, "--line", "6")
    assert answer.code == 0, answer.err
    assert_heard(device.sound(after.start - before.end), sound[before.end : after.start], cut=True)


@pytest.mark.parametrize("name", ["2", "second", "Sec"])
def test_a_chapter_is_found_by_number_and_name(
    cli: Cli, short: Path, whole: tuple[Timeline, Stereo], device: Collector, name: str
) -> None:
    """It begins where the chapter does."""
    start = whole[0].chapters[1].start
    answer = cli("play", short, *FAKE, "--chapter", name, "--for", "1s")
    assert answer.code == 0, answer.err
    assert_heard(device.sound(RATE), whole[1][start : start + RATE], cut=True)


def test_options_change_what_is_heard(cli: Cli, short: Path, device: Collector) -> None:
    """A slot is filled from a file, and its value is printed nowhere."""
    Path("client.yaml").write_text("name: Zzyzxanna\n", encoding="utf-8")
    answer = cli("play", short, *FAKE, "--set-from", "client.yaml", "--bed", "stream", "--for", "1s")
    assert answer.code == 0, answer.err
    assert device.sound(RATE).any()
    assert "Zzyzxanna" not in answer.out + answer.err


# A file


def test_a_finished_file_is_heard_as_it_is(cli: Cli, short_build: Finished, device: Collector) -> None:
    """An MP3 of ours from its second chapter on, as ffmpeg decodes it by itself."""
    from guided_audio import tags  # noqa: PLC0415

    track = tags.read(short_build.file)
    assert track
    start = to_frames(track.chapters[1].start_ms / 1000)
    answer = cli("play", short_build.file, "--chapter", "Second", "--for", "1500ms")
    assert answer.code == 0, answer.err
    frames = to_frames(1.5)
    assert_heard(device.sound(frames), decoded(short_build.file)[start : start + frames], cut=True)


@pytest.mark.parametrize("name", ["a.mp3", "a.m4a", "a.m4b", "a.opus", "a.flac", "a.wav", "named-otherwise"])
def test_every_form_is_heard(cli: Cli, device: Collector, name: str) -> None:
    """At its own rate, whatever its name is, and to its end."""
    forms = {"a.m4b": ["-f", "ipod"], "named-otherwise": ["-f", "flac"]}.get(name, [])
    sound = np.repeat(tone(440.0, 2.0)[:, None], 2, axis=1).tobytes()
    source = ["-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"]
    ffmpeg(*source, *forms, name, sound=sound)
    answer = cli("play", name, "--from", "1s")
    assert answer.code == 0, answer.err
    rate = 48_000 if name == "a.opus" else RATE
    heard = device.sound(2 * rate)
    loud = np.flatnonzero(np.abs(heard).max(axis=1) > 0.4)
    assert device.rate == rate
    assert 0.9 * rate < loud[-1] - loud[0] < 1.1 * rate
    assert np.abs(heard).max() < 0.6


# The real device and the real voice


@pytest.mark.usefixtures("null")
def test_the_real_voice_is_heard_by_the_real_library(cli: Cli, short: Path, tmp_path: Path) -> None:
    """A line as the system's voice speaks it, through miniaudio, in the time it takes."""
    engine = SystemEngine()
    reason = engine.health()
    engine.close()
    if reason:
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    start = time.monotonic()
    answer = cli("play", short, "--line", "15", "--for", "1s")
    assert answer.code == 0, answer.err
    assert time.monotonic() - start > 0.7
    assert "The sound stopped" not in answer.err
    assert not list(tmp_path.glob("*.mp3"))


@pytest.mark.skipif(os.name != "posix", reason="signals are another matter here")
@pytest.mark.usefixtures("null")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_an_interruption_says_where_it_was(
    short_build: Finished, tmp_path: Path, number: signal.Signals
) -> None:
    """Exit 130, the place in one line, no traceback, and no decoder left."""
    long = tmp_path / "long.wav"
    ffmpeg("-f", "lavfi", "-i", "anoisesrc=r=44100:a=0.1:d=600", "-ac", "2", long)
    here = environment(short_build.store, **{BACKEND: "null"})
    with subprocess.Popen(
        command("play", long),
        env=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as child:
        assert child.stderr
        begun = child.stderr.readline()
        time.sleep(1.0)
        os.killpg(child.pid, number)
        rest = child.stderr.read().decode()
        assert child.wait(20) == 130
    assert begun == b"long.wav: playing from 0:00\n"
    assert rest.startswith("Stopped at 0:0")
    assert len(rest.splitlines()) == 1
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)


@pytest.mark.usefixtures("null")
def test_a_pipe_gets_one_line_without_a_title(cli: Cli, short_build: Finished) -> None:
    """Titles of private recordings belong in no log."""
    answer = cli("play", short_build.file, "--from", "1s", "--for", "200ms")
    assert (answer.code, answer.out) == (0, "")
    assert answer.err == "a-short-one.mp3: playing from 0:01 to 0:01\n"


@pytest.mark.usefixtures("null")
def test_a_terminal_shows_where_it_is(short_build: Finished, tmp_path: Path) -> None:
    """Position, length and chapter; when it is done nothing of them stands there."""
    pytest.importorskip("pty", reason="there are no pseudo-terminals here")
    from test_cli_terminal import at_terminal, screen  # noqa: PLC0415

    arguments = ["play", str(short_build.file), "--chapter", "2", "--for", "1s"]
    code, sent = at_terminal(arguments, short_build.store, tmp_path)
    assert code == 0
    assert "Second" in sent
    assert " / 0:" in sent
    assert not any(screen(sent))


# What goes wrong


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["missing.mp3"], 2, "There is no file named missing.mp3."),
        (["https://example.org/a.mp3"], 2, "There is no file named https://example.org/a.mp3."),
        (["nosuch"], 2, "There is no file, folder, built-in script or series named nosuch."),
        (["text.mp3"], 2, "text.mp3 cannot be played. This is text, not a sound."),
        (["empty.wav"], 2, "empty.wav cannot be played. This file is empty."),
        (["list.mp3"], 2, "list.mp3 cannot be played. This is a playlist, not a sound."),
        (["tone.wav", "--from", "5s"], 2, "tone.wav lasts 0:02: begin before that."),
        (["tone.wav", "--chapter", "1"], 2, "There is no chapter 1: there are none."),
        (["tone.wav", "--line", "1"], 2, "tone.wav is finished"),
        (["tone.wav", *FAKE], 2, "tone.wav is finished"),
        (["tone.wav", "--from", "soon"], 2, "Write 3:20, 1:02:45 or 90s."),
        (["tone.wav", "--from", "3:75"], 2, "Write 3:20, 1:02:45 or 90s."),
        (["tone.wav", "--from", "1s", "--chapter", "1"], 2, "Begin at one place"),
        (["short.yaml", *FAKE, "--from", "59:00"], 2, "short.yaml lasts 0:"),
        (["short.yaml", *FAKE, "--line", "12"], 2, "The nearest is line 11 and line 13."),
        (["short.yaml", *FAKE, "--line", "900"], 2, "The nearest is line 15."),
        (["short.yaml", *FAKE, "--chapter", "3"], 2, "There is no chapter 3: there are 2."),
        (["short.yaml", *FAKE, "--chapter", "third"], 2, "No chapter begins like that"),
        (["gate.yaml", *FAKE, "--choose", "gate=two", "--line", "7"], 2, "is not heard in this edition"),
        (["empty-line.yaml", *FAKE, "--line", "6"], 2, "has no words to speak"),
        (["broken.yaml"], 1, "broken.yaml:3:"),
        (["folder"], 2, "Play one script at a time"),
        (["short.yaml", "--voice", "fake:nobody"], 3, "nobody"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.usefixtures("short")
def test_each_mistake_has_its_sentence(
    cli: Cli, device: Collector, arguments: list[str], code: int, said: str
) -> None:
    """What is wrong, and its exit code; nothing is played."""
    Path("text.mp3").write_text("Dear diary", encoding="utf-8")
    Path("list.mp3").write_text("#EXTM3U\nhttp://example.org/a.mp3\n", encoding="utf-8")
    Path("empty.wav").touch()
    ffmpeg("-f", "lavfi", "-i", "sine=d=2", "tone.wav")
    head = "title: T\nbed: none\nslots:\n  a: {fallback: ''}\nscript:\n"
    Path("empty-line.yaml").write_text(head + "- '{a}'\n- Some words.\n", encoding="utf-8")
    Path("gate.yaml").write_text(_GATE, encoding="utf-8")
    Path("broken.yaml").write_text("title: T\nscript:\n- nosuch: 1\n", encoding="utf-8")
    for name in ("one", "two"):
        Path("folder").mkdir(exist_ok=True)
        Path("folder", f"{name}.yaml").write_text("title: T\nscript:\n- Words.\n", encoding="utf-8")
    answer = cli("play", *arguments)
    device.sound(0)
    assert answer.code == code
    assert said in answer.err
    assert "Traceback" not in answer.err


_GATE = """\
title: T
bed: none
script:
- Some words.
- choose: gate
  one:
  - The words of one branch.
  two:
  - The words of another branch.
"""


def test_a_file_that_is_damaged_further_on_is_told_after_what_was_well(
    cli: Cli, device: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What could be decoded is heard, and where it ended is said: exit 1, as for a file that is off."""
    ffmpeg("-f", "lavfi", "-i", "sine=d=3", "-ac", "2", "tone.wav")

    def breaks(*_arguments: object, **_more: object) -> object:
        yield np.full((3 * RATE, 2), 0.25, dtype=np.float32)
        raise ValueError("This sound is damaged.")

    monkeypatch.setattr("guided_audio.ffmpeg.decode_untrusted", breaks)
    answer = cli("play", "tone.wav")
    assert answer.code == 1
    assert "tone.wav cannot be played beyond 0:03. This sound is damaged." in answer.err
    assert device.rate == RATE


def test_without_the_package_it_says_how_to_get_it(
    cli: Cli, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is spoken: exit 3, and the command."""
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    answer = cli("play", short, *FAKE)
    assert answer.code == 3
    assert answer.err.endswith("-m pip install miniaudio\n")
    assert len(answer.err.splitlines()) == 1


@pytest.mark.usefixtures("null")
def test_without_a_device_it_says_so_and_nothing_else(
    cli: Cli, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 3, one sentence, and what can be done instead."""
    monkeypatch.setenv(BACKEND, "there-is-none")
    answer = cli("play", short, *FAKE)
    assert answer.code == 3
    assert answer.err.startswith("No sound device can be opened here.")
    assert len(answer.err.splitlines()) == 1
