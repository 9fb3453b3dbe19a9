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
from guided_audio.engines.system import SystemEngine
from guided_audio.takes import comparing
from reading_voices import RATE, Booth, Reader, require

pytest_plugins = ["e2e_fixtures"]

LINES = (
    "Let yourself arrive here, in your own time.",
    "There is nothing that has to be done well.",
    "Perhaps the feet are felt first, on the floor or under a blanket.",
    "Notice where the chair carries your weight.",
    "The shoulders may sink a little, or stay just as they are.",
    "If a thought comes along, it can sit down beside you.",
    "Somewhere in the body there may be a place that feels at ease.",
    "Notice where the chair carries your weight.",
    "Now listen to the sounds outside the window.",
)
SCRIPT = "title: Nine lines\nbed: none\nscript:\n- chapter: One\n" + "".join(
    f"- tick: {line}\n" for line in LINES
)
READER = Reader("flite:slt")
TAKES = Path("takes/nine")


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Booth:
    """Where the reader speaks; the system's voice is there to compare with."""
    require(READER)
    engine = SystemEngine()
    try:
        reading_reference.require(engine)
    finally:
        engine.close()
    return Booth(tmp_path_factory.mktemp("booth"))


@pytest.fixture
def nine(cli: Cli, booth: Booth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """A script with a take of every line, of its own words, and a store in which nothing was compared."""
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(tmp_path / "store"))
    Path("nine.yaml").write_text(SCRIPT, encoding="utf-8")
    assert cli("takes", "sheet", "nine.yaml").code == 0
    for number, line in enumerate(LINES, start=1):
        record(booth, number, line)
    return cli


def record(booth: Booth, number: int, words: str) -> None:
    """The take of a line, whatever is said in it."""
    soundfile.write(TAKES / f"{number:03}.wav", booth.say(READER, words, 1.1), RATE)


def doubts(cli: Cli) -> dict[str, list[str]]:
    """What `takes status` says against each take, by the number of its line."""
    told = json.loads(cli("takes", "status", "nine.yaml", "--json").out)
    return {line["number"]: line["warnings"] for line in told["lines"] if line["warnings"]}


@pytest.mark.slow
def test_right_takes_raise_no_doubt(nine: Cli) -> None:
    """Not even those of lines that are written twice."""
    assert doubts(nine) == {}


@pytest.mark.slow
def test_wrong_takes_are_told(nine: Cli, booth: Booth) -> None:
    """Another line's words are named by its number, words of no line by themselves; both are still used."""
    record(booth, 2, LINES[5])
    record(booth, 7, "Sorry, somebody was at the door. Where was I just now?")
    said = doubts(nine)
    assert said == {
        "002": ["it sounds like line 006. Is it the right one?"],
        "007": ["it hardly sounds like the words of this line."],
    }
    built = nine("build", "nine.yaml", "--voice", "fake:one", "--missing", "stop", "--out", "out")
    assert built.code == 0, built.err
    assert "002 (nine.yaml:6), 007 (nine.yaml:11): have takes in which other words" in " ".join(
        (built.out + built.err).split()
    )
    assert "somebody" not in built.out + built.err


@pytest.mark.slow
def test_what_was_compared_is_not_compared_again(
    nine: Cli, booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look listens to nothing; a new take alone is judged, in the company of others."""
    heard: list[float] = []

    def counted(*arguments: object) -> object:
        heard.append(len(arguments[0]) / comparing.RATE)  # type: ignore[arg-type] # the sound, as it stands first
        return the_aligner(*arguments)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(comparing, "align", counted)
    monkeypatch.setattr(comparing, "COMPANY", 6)
    assert doubts(nine) == doubts(nine) == {}
    assert len(heard) == 1
    record(booth, 3, LINES[8])
    assert list(doubts(nine)) == ["003"]
    assert len(heard) == 2


def test_a_few_takes_are_not_judged(nine: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known yet of who reads them."""
    for number in range(comparing.LEAST, len(LINES) + 1):
        (TAKES / f"{number:03}.wav").unlink()
    monkeypatch.delattr(comparing, "align")
    assert doubts(nine) == {}


@pytest.mark.slow
def test_two_lines_in_one_take_are_told(nine: Cli, booth: Booth) -> None:
    """Another line behind its own, by its number where that one has a take as well; or its own twice."""
    record(booth, 2, f"{LINES[1]} {LINES[4]}")
    record(booth, 3, f"{LINES[2]} {LINES[8]}")
    (TAKES / "009.wav").unlink()
    twice = [booth.say(READER, LINES[5], 1.1), np.zeros(RATE // 2, np.float32)]
    soundfile.write(TAKES / "006.wav", np.concatenate((*twice, twice[0])), RATE)
    assert doubts(nine) == {
        "002": ["line 005 is heard in it as well."],
        "003": ["something else is said in it as well."],
        "006": ["the line is said more than once in it."],
    }
