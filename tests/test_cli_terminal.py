"""What a person sees at a terminal, and what a program gets through a pipe."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from command_line import SHORT, Finished, call, command, environment

pytest.importorskip("pty", reason="there are no pseudo-terminals here")

import pty

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")
BAR = "━"


def at_terminal(arguments: list[str], store: Path, cwd: Path, **more: str) -> tuple[int, str]:
    """Exit code, and everything that was sent to a terminal 100 columns wide."""
    ours, theirs = pty.openpty()
    here = environment(store, TERM="xterm-256color", COLUMNS="100", LINES="30", **more)
    with subprocess.Popen(
        command(*arguments), cwd=cwd, env=here, stdin=theirs, stdout=theirs, stderr=theirs
    ) as child:
        os.close(theirs)
        sent = b"".join(iter(_reader(ours), b""))
    os.close(ours)
    return child.returncode, sent.decode()


def _reader(terminal: int) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return os.read(terminal, 65_536)
        except OSError as error:  # Linux says so when the last program has closed it
            if error.errno != errno.EIO:
                raise
            return b""

    return read


def screen(sent: str) -> list[str]:
    """The lines that stand on a terminal after it was sent all that."""
    lines, row, column = [""], 0, 0
    for sign in re.findall(r"\x1b\[[?\d;]*[A-Za-z]|\r|\n|[^\x1b\r\n]+", sent):
        if sign == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif sign == "\r":
            column = 0
        elif sign.endswith("A"):
            row = max(0, row - int(sign[2:-1] or 1))
        elif sign.endswith("K"):
            lines[row] = "" if sign == "\x1b[2K" else lines[row][:column]
        elif sign[0] != "\x1b":
            lines[row] = lines[row].ljust(column)[:column] + sign + lines[row][column + len(sign) :]
            column += len(sign)
    return [line.rstrip() for line in lines]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a script."""
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    return tmp_path


def test_a_terminal_shows_bars_and_keeps_none(place: Path, fake_store: Path) -> None:
    """While it works there are bars; when it is done only the summary stands there."""
    code, sent = at_terminal(["build", "short.yaml", *FAKE], fake_store, place)
    left = screen(sent)
    assert code == 0
    assert BAR in sent
    assert "short · speaking" in sent
    assert "short · encoding" in sent
    assert not any(BAR in line for line in left)
    assert next(line for line in left if line) == "output/a-short-one.mp3"
    assert sent.count("\x1b[?25l") == sent.count("\x1b[?25h")


def test_bars_go_when_the_build_fails(place: Path, fake_store: Path) -> None:
    """A refusal leaves its one sentence, and a cursor."""
    code, sent = at_terminal(["build", "short.yaml", *FAKE, "--length", "10m"], fake_store, place)
    left = [line for line in screen(sent) if line]
    assert code == 1
    assert not any(BAR in line for line in left)
    assert "This script can last from" in left[0]
    assert sent.count("\x1b[?25l") == sent.count("\x1b[?25h")


def test_a_terminal_is_asked_for_what_is_missing(place: Path, fake_store: Path) -> None:
    """A person at a terminal is asked; whoever ends the input instead has stopped it."""
    (place / "ask.yaml").write_text(
        "title: Ask\nbed: none\nslots:\n  name: {private: true}\nscript:\n- Hello {name}, some words.\n",
        "utf-8",
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command("build", "ask.yaml", *FAKE),
        cwd=place,
        env=environment(fake_store, TERM="dumb"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as child:
        os.close(theirs)
        sent = b""
        while b"A value for name: " not in sent:
            sent += os.read(ours, 1024)
        os.write(ours, b"\x04")
        sent += b"".join(iter(_reader(ours), b""))
    os.close(ours)
    assert child.returncode == 130
    assert b"Traceback" not in sent
    assert not (place / "output").exists()


def test_no_color_is_honoured(short_build: Finished, place: Path) -> None:
    """A terminal gets colours, unless NO_COLOR asks for none."""
    colour = re.compile(r"\x1b\[[\d;]*m")
    arguments = ["verify", str(short_build.file)]
    assert colour.search(at_terminal(arguments, short_build.store, place)[1])
    for command_line in (arguments, ["build", "short.yaml", *FAKE]):
        _, sent = at_terminal(command_line, short_build.store, place, NO_COLOR="1")
        assert not re.search(r"\x1b\[(3|4|9)\d", sent)


def test_a_pipe_gets_plain_lines(place: Path, fake_store: Path) -> None:
    """No escape sequence and no carriage return; one line for each stage."""
    done = call(["build", "short.yaml", *FAKE], fake_store, place, {"TERM": "xterm-256color"})
    assert "\x1b" not in done.out + done.err
    assert "\r" not in done.out + done.err
    assert done.err.splitlines() == ["short: speaking", "short: encoding"]
    verified = call(["verify", "output/a-short-one.mp3"], fake_store, place)
    assert "\x1b" not in verified.out


def _into_head(
    arguments: list[str], store: Path, cwd: Path, *, stderr_too: bool = False
) -> tuple[int, bytes]:
    """Exit code and complaints of a call whose reader leaves after the first line, or at once."""
    reading, writing = os.pipe()
    os.close(reading)
    with subprocess.Popen(
        command(*arguments),
        cwd=cwd,
        env=environment(store),
        stdout=writing,
        stderr=writing if stderr_too else subprocess.PIPE,
    ) as child:
        os.close(writing)
        said = child.stderr.read() if child.stderr else b""
    return child.returncode, said


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["scripts"], 0),
        (["schema"], 0),
        (["--help"], 0),
        (["check", "short.yaml", "--profile", "general"], 0),
        (["check", "broken.yaml"], 1),
        (["build", "short.yaml", *FAKE], 0),
        (["build", "short.yaml", "broken.yaml", *FAKE, "--json"], 4),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_reader_that_has_seen_enough_changes_no_exit_code(
    place: Path, fake_store: Path, arguments: list[str], code: int
) -> None:
    """`… | head -1` gives no traceback, and the exit code still says what came of it."""
    (place / "broken.yaml").write_text("title: T\nscript:\n- nosuch: 1\n", encoding="utf-8")
    got, said = _into_head(arguments, fake_store, place)
    assert got == code
    assert b"Traceback" not in said
    assert b"Broken" not in said
    assert b"Exception" not in said


def test_a_build_goes_on_when_nobody_reads_its_progress(place: Path, fake_store: Path) -> None:
    """Progress that cannot be told is no reason to stop."""
    code, _ = _into_head(["build", "short.yaml", *FAKE], fake_store, place, stderr_too=True)
    assert code == 0
    assert (place / "output" / "a-short-one.mp3").is_file()


def test_a_terminal_that_knows_few_letters_gets_all_the_same_lines(place: Path, fake_store: Path) -> None:
    """Where an encoding lacks a letter it is written as its number, and nothing fails."""
    done = call(["build", "short.yaml", *FAKE], fake_store, place, {"PYTHONIOENCODING": "ascii"})
    assert done.code == 0, done.err
    assert "words a minute" in done.out
    assert sys.executable
