"""Comparing: a take with other words than its line has is told, and no good one is doubted."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

import reading_reference
from command_line import Cli
from guided_audio.alignment import align as the_aligner
from guided_audio.takes import comparing
from reading_voices import RATE, Booth, Reader, require

pytest_plugins = ["e2e_fixtures"]

LINES = (
    "Sit or lie down in whatever way suits you today, and leave whatever can be left for a while.",
    "Nobody is waiting for you to get this right, and there is no hurry in anything that follows.",
    "Begin with your hands, and what they are resting on, and whether it feels warm, cool or plain.",
    "Under you is something that holds your weight, and it asks for nothing in return.",
    "Your jaw can loosen, or it can stay the way it is, and both of these are fine for now.",
    "When a worry turns up, let it have a chair of its own, a little to the side of yours.",
    "There may be one spot in you that is warmer than the others, perhaps only as big as a coin.",
    "Under you is something that holds your weight, and it asks for nothing in return.",
    "Hear what goes on outside of this room, near or far away, without going after any of it.",
    "Let the next breath come by itself, like a visitor who has known the way for years.",
    "If your eyes were closed, they may open now, and look at the first thing that they meet.",
    "Take something of this quiet along when you get up, as much as fits into a pocket.",
)
SCRIPT = "title: Twelve lines\nbed: none\nscript:\n- chapter: One\n" + "".join(
    f"- tick: {line}\n" for line in LINES
)
READER = Reader("flite:slt")
TAKES = Path("takes/twelve")


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Booth:
    """Where the reader speaks; the system's voice is there to compare with."""
    require(READER)
    reading_reference.require_here()
    return Booth(tmp_path_factory.mktemp("booth"))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what the system's voice said for comparison is kept."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture
def twelve(cli: Cli, booth: Booth, store: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A script with a take of every line, of its own words."""
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(store))
    Path("twelve.yaml").write_text(SCRIPT, encoding="utf-8")
    assert cli("takes", "sheet", "twelve.yaml").code == 0
    for number, line in enumerate(LINES, start=1):
        record(booth, number, line)
    return cli


def record(booth: Booth, number: int, words: str) -> None:
    """The take of a line, whatever is said in it."""
    soundfile.write(TAKES / f"{number:03}.wav", booth.say(READER, words, 1.1), RATE)


def doubts(cli: Cli) -> dict[str, list[str]]:
    """What `takes status` says against each take, by the number of its line."""
    told = json.loads(cli("takes", "status", "twelve.yaml", "--json").out)
    return {line["number"]: line["warnings"] for line in told["lines"] if line["warnings"]}


@pytest.mark.slow
def test_right_takes_raise_no_doubt(twelve: Cli) -> None:
    """Not even those of lines that are written twice."""
    assert doubts(twelve) == {}


@pytest.mark.slow
def test_wrong_takes_are_told(twelve: Cli, booth: Booth) -> None:
    """Another line's words are named by its number, words of no line by themselves; both are still used."""
    record(booth, 2, LINES[5])
    record(booth, 7, "Sorry, somebody was at the door. Where was I just now?")
    said = doubts(twelve)
    assert said == {
        "002": ["it sounds like line 006. Is it the right one?"],
        "007": ["it hardly sounds like the words of this line."],
    }
    built = twelve("build", "twelve.yaml", "--voice", "fake:one", "--missing", "stop", "--out", "out")
    assert built.code == 0, built.err
    assert "002 (twelve.yaml:6), 007 (twelve.yaml:11): have takes in which other words" in " ".join(
        (built.out + built.err).split()
    )
    assert "somebody" not in built.out + built.err


@pytest.mark.slow
def test_what_was_compared_is_not_compared_again(
    twelve: Cli, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look listens to nothing; a new take alone is judged, in the company of others."""
    heard: list[float] = []

    def counted(*arguments: object) -> object:
        heard.append(len(arguments[0]) / comparing.RATE)  # type: ignore[arg-type] # the sound, as it stands first
        return the_aligner(*arguments)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(comparing, "align", counted)
    monkeypatch.setattr(comparing, "COMPANY", 6)
    monkeypatch.setattr(comparing, "VERSION", -1)  # what other tests compared does not count
    assert doubts(twelve) == doubts(twelve) == {}
    assert len(heard) == 1
    record(booth, 3, LINES[8])
    assert list(doubts(twelve)) == ["003"]
    assert len(heard) == 2


def test_a_few_takes_are_not_judged(twelve: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known yet of who reads them."""
    for number in range(comparing.LEAST, len(LINES) + 1):
        (TAKES / f"{number:03}.wav").unlink()
    monkeypatch.delattr(comparing, "align")
    assert doubts(twelve) == {}


@pytest.mark.slow
def test_two_lines_in_one_take_are_told(twelve: Cli, booth: Booth) -> None:
    """Another line behind its own, by its number; what is no line; or its own line twice."""
    record(booth, 2, f"{LINES[1]} {LINES[4]}")
    record(booth, 3, f"{LINES[2]} {LINES[8]}")
    record(booth, 4, f"{LINES[3]} Oh, I have lost the page now. Where was I?")
    (TAKES / "009.wav").unlink()
    twice = [booth.say(READER, LINES[5], 1.1), np.zeros(RATE // 2, np.float32)]
    soundfile.write(TAKES / "006.wav", np.concatenate((*twice, twice[0])), RATE)
    assert doubts(twelve) == {
        "002": ["line 005 is heard in it as well."],
        "003": ["line 009 is heard in it as well."],
        "004": ["something else is said in it as well."],
        "006": ["the line is said more than once in it."],
    }
