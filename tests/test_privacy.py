"""A client's name, given as it should be given, is heard in the sound and found nowhere else."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from command_line import Answer, Cli, call, command, environment

pytest_plugins = ["e2e_fixtures"]

NAME = "Zzyzxanna"

SCRIPT = """\
title: For one
bed: stream
slots:
  name: {fallback: "", private: true}
script:
- chapter: Here
- tick: Here is some time for you{, name}, whatever kind of day it has been.
- tick: You can stay as you are{, name}.
"""


def disguises(name: str) -> dict[str, bytes]:
    """A name as it is written, and as programs write it by other means."""
    plain = name.encode()
    shifted = {
        f"base64, {shift} before": base64.b64encode(bytes(shift) + plain)[4 if shift else 0 : -4]
        for shift in range(3)
    }
    return {
        "plain": plain,
        "lower": plain.lower(),
        "upper": plain.upper(),
        "hex": plain.hex().encode(),
        "HEX": plain.hex().upper().encode(),
        "utf-16-le": name.encode("utf-16-le"),
        "utf-16-be": name.encode("utf-16-be"),
        "reversed": plain[::-1],
        **shifted,
    }


DISGUISES = disguises(NAME)
ANY = re.compile(b"|".join(map(re.escape, DISGUISES.values())))


def found_in(data: bytes) -> list[str]:
    """In which disguises the name is in some bytes."""
    return [how for how, text in DISGUISES.items() if text in data] if ANY.search(data) else []


def traces(folder: Path) -> list[str]:
    """Every file below a folder with the name in its own name or its content."""
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        found += [f"{path}: {how}" for how in found_in(os.fsencode(path)) + found_in(content)]
    return found


def test_the_search_itself_finds_a_name() -> None:
    """Each disguise is found where it is: a search that finds nothing anywhere would prove nothing."""
    for how, text in DISGUISES.items():
        assert how in found_in(b"before" + text + b"behind")
    for shift in range(3):
        assert found_in(base64.b64encode(b"x" * shift + NAME.encode() + b" and more"))
    assert found_in(b"Anna") == []


@dataclass(slots=True)
class Watch:
    """Looks at every process and a scratch folder again and again while something runs."""

    scratch: Path
    looks: int = 0
    children: set[str] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def over(self, process: subprocess.Popen[bytes], text: bytes) -> tuple[bytes, bytes]:
        """Look until the process has ended; gives what it said."""
        stop = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(process.pid, stop))
        watcher.start()
        try:
            return process.communicate(text)
        finally:
            stop.set()
            watcher.join()

    def _watch(self, root: int, stop: threading.Event) -> None:
        while not stop.wait(0.01):
            self.looks += 1
            for kind, data in self._visible(root):
                self.found += [f"{kind}: {how}" for how in found_in(data)]

    def _visible(self, root: int) -> Iterator[tuple[str, bytes]]:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    line = (entry / "cmdline").read_bytes()
                    if int(entry.name) != root:
                        self.children.add(Path(os.fsdecode(line.split(b"\0")[0])).name)
                    yield "cmdline", line
                    yield "environ", (entry / "environ").read_bytes()
        for path in self.scratch.rglob("*"):
            with contextlib.suppress(OSError):
                yield str(path), os.fsencode(path) + (path.read_bytes() if path.is_file() else b"")


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="other processes are seen in /proc")
@pytest.mark.parametrize(("way", "voice"), [("file", "system"), ("pipe", "fake:one")])
def test_a_name_leaves_no_trace_while_a_build_runs_or_after(
    measured: Path, tmp_path: Path, way: str, voice: str
) -> None:
    """Not in files, file names, the store, the output, command lines, environments or scratch."""
    values, work, scratch = tmp_path / "values", tmp_path / "work", tmp_path / "scratch"
    for folder in (values, work, scratch):
        folder.mkdir()
    (work / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    (values / "values.yaml").write_text(f"name: {NAME}\n", encoding="utf-8")
    given = str(values / "values.yaml") if way == "file" else "-"
    store = measured
    watch = Watch(scratch)
    with subprocess.Popen(
        command("build", "s.yaml", "--voice", voice, "--set-from", given, "--json"),
        cwd=work,
        env=environment(store, TMPDIR=str(scratch)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        out, err = watch.over(process, f"name: {NAME}\n".encode() if way == "pipe" else b"")
    assert process.returncode == 0, err
    assert b'"spoken_now": 2' in out
    assert watch.looks > 20
    assert any(name.startswith("ffmpeg") for name in watch.children)
    assert watch.found == []
    assert found_in(out + err) == []
    assert traces(work) + traces(store) + traces(scratch) == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["build", "s.yaml", "--voice", "fake:one", "--set-from", "values.yaml"], 0),
        (["build", "s.yaml", "--voice", "fake:one", "--set-from", "values.yaml", "--length", "9h"], 1),
        (["plan", "s.yaml", "--voice", "fake:one", "--set-from", "values.yaml"], 0),
        (["plan", "s.yaml", "--voice", "fake:one", "--set-from", "values.yaml", "--json"], 0),
        (["build", "s.yaml", "--voice", "fake:one", "--set", f"name={NAME}"], 2),
        (["build", "s.yaml", "--voice", "fake:one", "--set-from", "wrong.yaml"], 1),
        (["build", "s.yaml", "--voice", "fake:none", "--set-from", "values.yaml"], 3),
    ],
    ids=lambda value: " ".join(value[4:]) if isinstance(value, list) else "",
)
def test_whatever_comes_of_it_a_name_is_not_printed(
    cli: Cli, tmp_path: Path, arguments: list[str], code: int
) -> None:
    """Success, a problem, a plan and a refusal alike keep it to themselves."""
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "values.yaml").write_text(f"name: {NAME}\n", encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text(f"name: {NAME}\n bad: {NAME}: {NAME}\n", encoding="utf-8")
    answer = cli(*arguments)
    assert answer.code == code, answer.err
    assert found_in((answer.out + answer.err).encode()) == []


def test_a_name_that_cannot_be_spoken_is_not_printed(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that no engine speaks is named by its place."""

    def fail(*_arguments: object) -> None:
        from guided_audio.errors import EngineFailure  # noqa: PLC0415 - as late as the failure

        raise EngineFailure("it is broken.")

    monkeypatch.setattr("guided_audio.engines.fake.FakeEngine.speak", fail)
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(tmp_path / "new"))
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "values.yaml").write_text(f"name: {NAME}\n", encoding="utf-8")
    answer = cli("build", "s.yaml", "--voice", "fake:one", "--set-from", "values.yaml")
    assert answer.code == 3
    assert found_in((answer.out + answer.err).encode()) == []


def test_a_crash_while_a_name_is_about_reports_none(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error whose message, cause and arguments quote the name leaves none of it in the report."""

    def crash(_script: object, _folder: object, options: object, *_rest: object) -> None:
        name = options.values["name"]  # type: ignore[attr-defined]
        raise KeyError(name, {name: name}) from ValueError(name)

    monkeypatch.setattr("guided_audio.cli.batch.build", crash)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "reports"))
    (tmp_path / "reports").mkdir()
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "values.yaml").write_text(f"name: {NAME}\n", encoding="utf-8")
    answer = cli("build", "s.yaml", "--voice", "fake:one", "--set-from", "values.yaml")
    assert answer.code == 70
    assert len(list((tmp_path / "reports").iterdir())) == 1
    assert traces(tmp_path / "reports") == []
    assert found_in((answer.out + answer.err).encode()) == []


def test_names_are_in_the_lyrics_only_when_asked_for(cli: Cli, tmp_path: Path) -> None:
    """With `--names-in-text` the name is in the MP3's texts, and still in no receipt and no output."""
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "values.yaml").write_text(f"name: {NAME}\n", encoding="utf-8")
    build = ["build", "s.yaml", "--voice", "fake:one", "--set-from", "values.yaml"]
    assert cli(*build).code == 0
    assert traces(tmp_path / "output") == []
    answer = cli(*build, "--names-in-text")
    assert answer.code == 0
    assert found_in((answer.out + answer.err).encode()) == []
    assert {trace.split(": ")[0] for trace in traces(tmp_path / "output")} == {
        str(tmp_path / "output" / "for-one.mp3")
    }


def test_the_store_is_closed_to_others(measured: Path) -> None:
    """Folders 0700 and files 0600: what was spoken is nobody's business on a shared machine."""
    everything = [measured, *measured.rglob("*")]
    folders = {path for path in everything if path.is_dir()}
    of_nobody = {path for path in everything if path.name == "README.txt" or path.parent.name == "locks"}
    assert {oct(path.stat().st_mode & 0o777) for path in folders} == {"0o700"}
    assert {oct(path.stat().st_mode & 0o777) for path in {*everything} - folders - of_nobody} == {"0o600"}


OFFLINE = """\
import sys
from guided_audio.cli import run

def watch(event, arguments):
    if event in {f"socket.{name}" for name in ("connect", "bind", "sendto", "getaddrinfo", "gethostbyname")}:
        sys.stderr.write(f"NETWORK {event}\\n")

sys.addaudithook(watch)
sys.exit(run(sys.argv[1:]))
"""


def test_a_build_asks_nothing_of_any_network(measured: Path, tmp_path: Path) -> None:
    """No name is looked up and nothing is connected to, from the first import to the last byte."""
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, "build", "s.yaml"],
        cwd=tmp_path,
        env=environment(measured),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert b"NETWORK" not in done.stderr


def _without_network() -> Sequence[str]:
    for prefix in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare"):
            tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
            if not tried.returncode:
                return prefix
    pytest.skip("a machine without a network cannot be had here")


def test_a_build_needs_no_network(measured: Path, tmp_path: Path) -> None:
    """The same script, with the voice of this machine, where there is no network at all."""
    (tmp_path / "s.yaml").write_text(SCRIPT, encoding="utf-8")
    store = tmp_path / "store"
    done: Answer = call(["build", "s.yaml", "--json"], store, tmp_path, before=_without_network())
    assert done.code == 0, done.err
    assert done.json()["tracks"][0]["spoken_now"] == 2
    here = call(["build", "s.yaml", "--out", "here"], measured, tmp_path)
    assert here.code == 0
    assert (tmp_path / "here" / "for-one.mp3").read_bytes() == (
        tmp_path / "output" / "for-one.mp3"
    ).read_bytes()
