"""Stopped at any moment, a build leaves what was there before, and no part, no child and no scratch."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from command_line import Cli, Finished, call, command, environment
from processes import alive, parents

pytest_plugins = ["e2e_fixtures"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="children are counted in /proc"),
]

PATIENCE = 60.0
"""Seconds to wait for a build to get to its place, on a machine with other work to do."""


def script(lines: int, pause: str) -> str:
    """A script of so many lines, each with a number, as one word is soon said."""
    said = "\n".join(
        f"- say: Here is line {number}, {'and ' * (number % 5)}on.\n- pause: {pause}"
        for number in range(lines)
    )
    return f"title: Interrupted\nbed: stream\nscript:\n{said}\n"


SHORT, MANY_LINES, LONG_SOUND = script(2, "2s"), script(400, "1s"), script(12, "5m")


@dataclass(frozen=True, slots=True)
class Build:
    """A build that is going on, with a scratch folder of its own."""

    process: subprocess.Popen[bytes]
    scratch: Path
    out: Path

    def descendants(self) -> set[int]:
        """Every process below it."""
        by_child = dict(parents())
        found = {self.process.pid}
        while more := {child for child, parent in by_child.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def working(self) -> set[int]:
        """Every process below it, as soon as there is one: between two pieces of sound there may be none."""
        seen: list[set[int]] = []

        def any_seen() -> bool:
            seen.append(self.descendants())
            return bool(seen[-1])

        self.until(any_seen)
        return seen[-1]

    def until(self, there: Callable[[], object]) -> None:
        """Wait for something to be so, while it runs."""
        end = time.monotonic() + PATIENCE
        while not there():
            assert self.process.poll() is None, "it ended before it was stopped"
            assert time.monotonic() < end, "it never came to that"
            time.sleep(0.005)


Start = Callable[[str], Build]


@pytest.fixture
def start(tmp_path: Path, measured: Path) -> Iterator[Start]:
    """Starts a build of a script over a good file of the same script, in the real voice."""
    (tmp_path / "s.yaml").write_text(SHORT, encoding="utf-8")
    assert call(["build", "s.yaml"], measured, tmp_path).code == 0
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    begun: list[subprocess.Popen[bytes]] = []

    def begin(text: str) -> Build:
        (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
        process = subprocess.Popen(
            command("build", "s.yaml"),
            cwd=tmp_path,
            env=environment(measured, TMPDIR=str(scratch)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        begun.append(process)
        return Build(process, scratch, tmp_path / "output")

    yield begin
    for process in begun:
        process.kill()
        process.communicate()


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, hidden files too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _is_speaking(build: Build, store: Path) -> Callable[[], bool]:
    before = _entries(store)
    return lambda: len(build.descendants()) > 0 and _entries(store) > before + 10


def _entries(store: Path) -> int:
    return sum(1 for _ in store.glob("??/*"))


def _is_encoding(build: Build, _store: Path) -> Callable[[], bool]:
    def begun() -> bool:
        parts = [path for path in build.out.glob(".*.part") if ".mp3." in path.name]
        with suppress(OSError):
            return any(path.stat().st_size > 100_000 for path in parts)
        return False

    return begun


STAGES = {"speaking": (MANY_LINES, _is_speaking), "encoding": (LONG_SOUND, _is_encoding)}


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_signal_leaves_everything_as_it_was(start: Start, measured: Path, stage: str, name: str) -> None:
    """One sentence and 130; the last good file is there to the byte, and nobody is left working."""
    text, reached = STAGES[stage]
    build = start(text)
    before = contents(build.out)
    build.until(reached(build, measured))
    children = build.working()
    build.process.send_signal(getattr(signal, name))
    stopped = time.monotonic()
    out, err = build.process.communicate(timeout=PATIENCE)
    assert time.monotonic() - stopped < 10
    assert children
    assert build.process.returncode == 130
    assert err.decode().endswith("\nStopped. What was finished before is untouched.\n")
    assert b"Traceback" not in err
    assert out == b""
    assert contents(build.out) == before
    assert list(build.scratch.iterdir()) == []
    assert alive(children) == set()


def test_a_second_signal_does_not_tear_what_the_first_left(start: Start, measured: Path) -> None:
    """Somebody who presses twice is impatient, and finds the good file all the same."""
    build = start(LONG_SOUND)
    before = contents(build.out)
    build.until(_is_encoding(build, measured))
    children = build.working()
    for _ in range(3):
        build.process.send_signal(signal.SIGINT)
        time.sleep(0.01)
    build.process.communicate(timeout=PATIENCE)
    assert build.process.returncode in (130, -signal.SIGINT)
    assert {name: data for name, data in contents(build.out).items() if not name.startswith(".")} == before
    assert alive(children, patience=10.0) == set()  # whose parent was killed reads its pipe to the end


@pytest.mark.parametrize("stage", STAGES)
def test_killed_without_a_word_it_leaves_the_last_good_file(
    start: Start, measured: Path, tmp_path: Path, stage: str
) -> None:
    """No program can clean up after that; but children go, and a second build is none the worse."""
    text, reached = STAGES[stage]
    build = start(text)
    before = contents(build.out)
    build.until(reached(build, measured))
    children = build.working()
    build.process.kill()
    build.process.communicate()
    assert {name: data for name, data in contents(build.out).items() if not name.startswith(".")} == before
    assert alive(children, patience=10.0) == set()  # whose parent was killed reads its pipe to the end
    (tmp_path / "s.yaml").write_text(SHORT, encoding="utf-8")
    again = call(["build", "s.yaml"], measured, tmp_path)
    assert again.code == 0, again.err
    assert {name: data for name, data in contents(build.out).items() if not name.startswith(".")} == before


def test_what_was_spoken_before_the_stop_is_kept(start: Start, measured: Path) -> None:
    """A long script goes on where it was stopped."""
    build = start(MANY_LINES.replace("Here is line", "There was number"))
    before, parts = _entries(measured), set(measured.rglob("*.part"))  # left by those killed above
    build.until(_is_speaking(build, measured))
    build.process.send_signal(signal.SIGTERM)
    build.process.communicate(timeout=PATIENCE)
    assert _entries(measured) > before + 10
    assert set(measured.rglob("*.part")) <= parts


@pytest.mark.parametrize("moment", ["plan", "render", "track_tags", "receipt_for"])
def test_a_stop_at_any_step_of_a_build_leaves_no_trace(
    cli: Cli, short_build: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The same within one process, at steps that are too short to be hit by a signal."""
    good = short_build.copy(tmp_path / "output")
    before = contents(good.file.parent)

    def stop(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"guided_audio.build.track.{moment}", stop)
    (tmp_path / "short.yaml").write_text(
        (short_build.file.parents[1] / "short.yaml").read_text(), encoding="utf-8"
    )
    answer = cli("build", "short.yaml", "--voice", "fake:one")
    assert answer.code == 130
    assert contents(good.file.parent) == before
