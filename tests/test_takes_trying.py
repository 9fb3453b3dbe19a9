"""Trying: of several tries the best usable one is heard, and nothing that lies in a folder is in the way."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from command_line import Cli
from conftest import RATE, murmur, said, script_of
from guided_audio.store import Store
from guided_audio.takes.survey import survey

pytest_plugins = ["e2e_fixtures"]

SCRIPT = """\
title: Three
bed: none
slots:
  name: {fallback: "", private: true}
script:
- chapter: One
- tick: Here is the first of all the lines.
- tick: Here is the second{, name}, and it has a few words.
- tick: And this one is called by its name.
  id: lamp
"""
TAKES = Path("takes/three")
FAKED = ("--voice", "fake:one", "--out", "out", "--overwrite")


@pytest.fixture
def three(cli: Cli) -> Cli:
    """A script with a folder for its takes."""
    Path("three.yaml").write_text(SCRIPT, encoding="utf-8")
    assert cli("takes", "sheet", "three.yaml").code == 0
    return cli


def put(name: str, seed: int = 1) -> None:
    """A take in which something is heard; none with the seed 0."""
    sound = murmur(3.0, RATE, seed=seed) if seed else np.zeros(RATE, dtype=np.float32)
    soundfile.write(TAKES / name, sound, RATE, format="WAV")


def test_a_silent_newer_try_leaves_the_good_one_in_use(three: Cli) -> None:
    """In a build and in status; the silent one is named, and why."""
    put("001.wav")
    put("001-2.wav", seed=0)
    data = three("takes", "status", "three.yaml", "--json").json()
    line = data["lines"][0]
    assert (line["state"], line["file"], line["other_tries"]) == ("recorded", "001.wav", ["001-2.wav"])
    assert [each["file"] for each in line["unusable_tries"]] == ["001-2.wav"]
    status = three("takes", "status", "three.yaml")
    assert "1 of 3 lines recorded" in status.out
    assert "001-2.wav: Nothing is heard" in status.out
    built = three("build", "three.yaml", *FAKED)
    assert "001-2.wav (three.yaml:7): Nothing is heard" in built.err
    assert "001.wav is used" in built.err
    assert "001 (" not in built.err


def test_where_no_try_can_be_used_each_is_named(three: Cli) -> None:
    """And the voice says the line."""
    put("001.wav", seed=0)
    (TAKES / "001-2.m4a").write_bytes(b"")
    built = three("build", "three.yaml", *FAKED)
    assert built.code == 0
    assert "001-2.m4a (three.yaml:7): This file is empty" in built.err
    assert "001.wav (three.yaml:7): Nothing is heard" in built.err
    assert "The voice says the line." in built.err
    status = three("takes", "status", "three.yaml")
    assert status.code == 1
    assert "001.wav: Nothing is heard" in status.out


def test_a_changed_older_try_makes_the_file_anew_where_it_is_heard(three: Cli) -> None:
    """The newest one is the same, but it is not what is heard."""
    made = []
    put("001-2.wav", seed=0)
    for seed in (1, 2):
        put("001.wav", seed=seed)
        three("build", "three.yaml", *FAKED)
        made.append(next(Path("out").glob("*.mp3")).read_bytes())
    assert made[0] != made[1]


@pytest.mark.parametrize("name", ["003.txt", "lamp.md", "003-2.PDF", "lamp notes.docx", "3.json", "lamp.jpg"])
def test_a_note_is_never_a_try(three: Cli, name: str) -> None:
    """It belongs to no line, and that is said."""
    put("lamp.wav")
    (TAKES / name).write_text("Something of mine.", encoding="utf-8")
    data = three("takes", "status", "three.yaml", "--json").json()
    assert [each["file"] for each in data["loose"]] == [name]
    assert "no recording" in data["loose"][0]["reason"]
    assert data["lines"][2]["file"] == "lamp.wav"
    assert data["lines"][2]["other_tries"] == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_file_is_named_and_never_waited_for(tmp_path: Path, store: Store) -> None:
    """A folder, a pipe that nobody writes into, a link to nothing."""
    (tmp_path / "001.wav").mkdir()
    (tmp_path / "old").mkdir()
    os.mkfifo(tmp_path / "002.wav")
    (tmp_path / "003.wav").symlink_to(tmp_path / "gone")
    (tmp_path / ".hidden").mkdir()
    found = survey(script_of(said("One."), said("Two."), said("Three.")), tmp_path, store)
    told = {loose.name: loose.reason for loose in found.loose}
    assert set(told) == {"001.wav", "002.wav", "003.wav"}
    assert "folder" in told["001.wav"]
    assert "no file" in told["002.wav"]
    assert "link" in told["003.wav"]
    assert not any(line.file for line in found.lines)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_an_index_that_is_no_file_is_refused(three: Cli) -> None:
    """Rather than waited for."""
    (TAKES / "takes.json").unlink()
    os.mkfifo(TAKES / "takes.json")
    answer = three("takes", "status", "three.yaml")
    assert answer.code == 1
    assert "is no file" in answer.err


def test_a_filled_line_with_a_take_is_said_to_have_one(three: Cli) -> None:
    """So that whoever is told that only a person may say it knows why the take is not heard."""
    put("002.wav")
    Path("names.txt").write_text("name: Bartholomew\n", encoding="utf-8")
    built = three("build", "three.yaml", *FAKED, "--set-from", "names.txt")
    assert "002 (three.yaml:8): has a take, and is filled in with words that are not in it" in built.err
    assert "Bartholomew" not in built.err


def test_where_nothing_may_be_missing_a_silent_take_stops_it(three: Cli) -> None:
    """And is named, with the reason."""
    for name in ("001.wav", "lamp.wav"):
        put(name)
    put("002.wav", seed=0)
    answer = three("build", "three.yaml", *FAKED, "--missing", "stop")
    assert answer.code == 1
    assert "002.wav (three.yaml:8): Nothing is heard" in answer.err
    assert "The voice says" not in answer.err
