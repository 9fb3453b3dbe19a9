"""`guided-audio scripts` lists the library series by series and finds things in it; `new` copies from it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from command_line import Cli, command, environment
from guided_audio import reader
from guided_audio.library import Library
from guided_audio.script import Level

pytest_plugins = ["e2e_fixtures"]

LIBRARY = Library()
NAMES = LIBRARY.script_names()
SERIES = [file.parent.name for file in LIBRARY.series()]

MODELINE = "# yaml-language-server: $schema=./guided-audio.schema.json\n"


def listed(cli: Cli, *options: str) -> list[dict[str, Any]]:
    """What is listed, as data."""
    found: list[dict[str, Any]] = cli("scripts", "--json", *options).json()
    return found


def names(cli: Cli, *options: str) -> list[str]:
    """The names of what is listed."""
    return [script["name"] for script in listed(cli, *options)]


# The list


def test_the_list_has_every_script_below_its_series(cli: Cli) -> None:
    """Each series with its purpose, each script in one line of its own: this is a pipe."""
    answer = cli("scripts")
    assert (answer.code, answer.err) == (0, "")
    shelves = [block.splitlines() for block in answer.out.split("\n\n")]
    assert len(shelves) == len(SERIES)
    rows = [row for shelf in shelves for row in shelf[1:]]
    assert [row.split()[0] for row in rows] == NAMES
    assert shelves[0][0].startswith("Ground: A place to stand")
    assert "\x1b" not in answer.out
    data = {script["name"]: script for script in listed(cli)}
    for row in rows:
        script = data[row.split()[0]]
        for part in (script["level"], " ".join(script["lengths"]), script["title"], script["purpose"]):
            assert part in row
    starts = {row.index(f"  {data[row.split()[0]]['title']}  ") for row in rows}
    assert len(starts) == 1, "the columns stand under one another in all series"


def test_as_data_a_script_has_its_place_and_what_can_be_built(cli: Cli) -> None:
    """Series, number, lengths as they are written, and choices with their branches."""
    scripts = listed(cli)
    assert [script["name"] for script in scripts] == NAMES
    assert list(dict.fromkeys(script["series"] for script in scripts)) == SERIES
    for script in scripts:
        file = LIBRARY.script(script["name"])
        assert file is not None
        read = reader.read(file, LIBRARY).script
        assert read is not None
        assert script["track"] == int(read.track.partition("/")[0])
        assert script["series_title"] == read.album
        assert script["title"] == read.title
        assert script["lengths"], script["name"]
        assert set(script["choices"]) == set(read.choices)
    (beside,) = (script for script in scripts if script["name"] == "making-room-beside-it")
    assert beside["choices"]["sentence"]["default"] == "places"
    assert beside["choices"]["sentence"]["branches"][0] == "places"
    assert beside["lengths"] == ["6m", "10m"]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal there")
@pytest.mark.parametrize("plain", [False, True])
def test_on_a_terminal_lines_are_no_longer_than_it(tmp_path: Path, plain: bool) -> None:
    """Purposes are wrapped below their titles; headings are bold unless no colour is wanted."""
    more = {"COLUMNS": "80", "LINES": "24", "TERM": "xterm"} | ({"NO_COLOR": "1"} if plain else {})
    above, below = os.openpty()
    done = subprocess.Popen(
        command("scripts", "--series", "ground"),
        env=environment(tmp_path, **more),
        stdout=below,
        cwd=tmp_path,
    )
    os.close(below)
    told = b""
    while True:
        try:
            piece = os.read(above, 4096)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        told += piece
    os.close(above)
    assert done.wait(60) == 0
    lines = told.decode().splitlines()
    assert lines[0] == ("Ground" if plain else "\x1b[1mGround\x1b[0m")
    assert all(len(line) <= 80 for line in lines[1:])
    assert "  choosing-your-anchor        open  3m 5m 8m  Choosing an anchor" in lines
    assert "      Try out a few plain things to return to, keep one, and practise going back" in lines


# Looking for something


@pytest.mark.parametrize("name", SERIES)
def test_a_series_is_found_by_its_folder_and_by_its_title(cli: Cli, name: str) -> None:
    """And nothing else with it."""
    found = listed(cli, "--series", name)
    assert {script["series"] for script in found} == {name}
    assert listed(cli, "--series", found[0]["series_title"]) == found


@pytest.mark.parametrize("level", [level.value for level in Level])
def test_a_level_is_found(cli: Cli, level: str) -> None:
    """All scripts of it, and no other."""
    wanted = [script["name"] for script in listed(cli) if script["level"] == level]
    assert wanted
    assert names(cli, "--level", level) == wanted


def test_a_length_is_found_however_it_is_written(cli: Cli) -> None:
    """Scripts that are meant to be built in it."""
    wanted = [script["name"] for script in listed(cli) if "5m" in script["lengths"]]
    assert len(wanted) > 5
    assert names(cli, "--length", "5m") == names(cli, "--length", "300s") == wanted


def test_words_are_found_wherever_they_stand(cli: Cli) -> None:
    """In a name, a title, a purpose, a content note or a text; case and order do not matter."""
    for words, name in (
        ("making-room", "making-room-beside-it"),
        ("ESCALATOR", "courage"),
        ("purpose-less-word", None),
        ("night porter", "calmness"),
        ("porter night", "calmness"),
        ("rail holds courage", "courage"),
        ("watch quiet risky", "calmness"),
    ):
        found = names(cli, "--find", words)
        assert found == ([name] if name else []), words


def test_a_word_is_found_where_it_begins(cli: Cli) -> None:
    """And not in the middle of another one; signs are taken as they are."""
    assert "courage" in names(cli, "--find", "escal")
    assert names(cli, "--find", "scalator") == []
    assert names(cli, "--find", "courage.*") == []


def test_shared_passages_are_not_looked_into(cli: Cli) -> None:
    """What stands in every opening would find every script."""
    opening = (LIBRARY.scripts / "parts" / "opening-short.yaml").read_text(encoding="utf-8")
    assert "stop" in opening
    found = names(cli, "--find", "stop")
    assert 0 < len(found) < len(NAMES)


def test_what_is_looked_for_adds_up(cli: Cli) -> None:
    """Everything asked for must be so; a series with nothing of it is not shown at all."""
    both = names(cli, "--length", "10m", "--level", "agreed")
    assert both == [name for name in names(cli, "--length", "10m") if name in names(cli, "--level", "agreed")]
    assert both == ["making-room-beside-it"]
    assert names(cli, "--length", "10m", "--level", "agreed", "--series", "ground") == []
    text = cli("scripts", "--length", "10m", "--level", "agreed").out
    assert text.startswith("New beliefs: ")
    assert "Ground" not in text


def test_nothing_found_is_told_and_no_failure(cli: Cli) -> None:
    """With what to do; data stay data."""
    answer = cli("scripts", "--find", "xylophone")
    assert (answer.code, answer.out) == (0, "")
    assert "Ask for less" in answer.err
    answer = cli("scripts", "--length", "7m", "--json")
    assert (answer.code, answer.json()) == (0, [])
    assert "Their lengths are 1m, 2m, 3m, " in answer.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--series", "grund"), "There is no built-in series grund. Did you mean `ground`?"),
        (("--series", "qqq"), f"The series are {', '.join(SERIES)}."),
        (("--level", "closed"), "follow-up"),
        (("--length", "5"), "5m for minutes"),
        (("body-scan", "--find", "feet"), "NAME shows one script"),
        (("body-scam",), "Did you mean `body-scan`?"),
        (("ground",), "ground is not the name of a built-in script"),
    ],
)
def test_what_makes_no_sense_gives_two(cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    """One sentence with what was probably meant."""
    answer = cli("scripts", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err


def test_one_script_is_shown_as_it_is(cli: Cli) -> None:
    """To read it, or to put it into a file."""
    for name in (NAMES[0], NAMES[-1]):
        file = LIBRARY.script(name)
        assert file is not None
        assert cli("scripts", name).out == file.read_text(encoding="utf-8")


# A copy to change


def test_every_built_in_script_can_be_copied_and_read(cli: Cli) -> None:
    """With the line for editors above it, once; its shared passages are found without being copied."""
    for name in NAMES:
        made = cli("new", f"{name}.yaml", "--from", name)
        assert made.code == 0
        copy, original = Path(f"{name}.yaml"), LIBRARY.script(name)
        assert original is not None
        assert copy.read_text(encoding="utf-8") == MODELINE + original.read_text(encoding="utf-8")
    assert not Path("parts").exists()
    answer = cli("check", ".")
    assert (answer.code, answer.out) == (0, f"{len(NAMES)} scripts, no mistakes.\n")
    first = Path(f"{NAMES[0]}.yaml")
    before = first.read_bytes()
    assert cli("new", first, "--from", NAMES[1]).code == 2
    assert first.read_bytes() == before


def test_a_whole_series_begins_no_script(cli: Cli) -> None:
    """One of its scripts does."""
    answer = cli("new", "--from", "ground")
    assert answer.code == 2
    assert "ground has several scripts in it" in answer.err
