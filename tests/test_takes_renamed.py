"""Takes that stayed behind: a script was renamed, and where its takes are is said."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from command_line import Cli
from conftest import RATE, murmur

pytest_plugins = ["e2e_fixtures"]

LINES = tuple(f"This is one of the lines, and it has the number {number}." for number in range(1, 6))
FAKED = ("--voice", "fake:one", "--out", "out", "--overwrite")


def write(name: str, *lines: str) -> None:
    """A script of these lines."""
    head = f"title: {name}\nbed: none\nscript:\n- chapter: One\n"
    Path(f"{name}.yaml").write_text(head + "".join(f"- tick: {line}\n" for line in lines), encoding="utf-8")


@pytest.fixture
def renamed(cli: Cli) -> Cli:
    """A script with two takes, which has another name now."""
    write("evening", *LINES)
    assert cli("takes", "sheet", "evening.yaml").code == 0
    for number in (1, 2):
        sound = murmur(3.0, RATE, seed=number)
        soundfile.write(Path("takes/evening") / f"00{number}.wav", sound, RATE)
    assert cli("takes", "status", "evening.yaml").code == 0
    Path("evening.yaml").rename("night.yaml")
    return cli


def test_the_folder_under_the_former_name_is_named(renamed: Cli) -> None:
    """In build, with what to do; status says it too, and where lines are to be recorded nothing is built."""
    said = "takes/evening has takes of these lines"
    assert said in renamed("build", "night.yaml", *FAKED).err
    assert said in renamed("build", "night.yaml", *FAKED, "--missing", "stop").err
    assert said in renamed("takes", "status", "night.yaml").err
    sheet = renamed("takes", "sheet", "night.yaml")
    assert sheet.code == 0
    assert said in sheet.err
    assert said in renamed("takes", "status", "night.yaml").out
    assert said in renamed("build", "night.yaml", *FAKED).err
    Path("takes/night/takes.json").unlink()
    Path("takes/night").rmdir()
    Path("takes/evening").rename("takes/night")
    built = renamed("build", "night.yaml", *FAKED, "--missing", "voice")
    assert "has takes of these lines" not in built.err
    assert "003 (night.yaml:7), 004" in built.err


def test_a_folder_of_another_script_is_not_meant(renamed: Cli) -> None:
    """One whose script is there, one with other lines, one that was named or is not wanted, a damaged one."""
    write("evening", *LINES)
    assert "takes of these lines" not in renamed("build", "night.yaml", *FAKED).err
    Path("evening.yaml").unlink()
    write("other", *LINES[:2], *(f"It says something else, {number} times." for number in range(9)))
    assert "takes of these lines" not in renamed("build", "other.yaml", *FAKED).err
    assert "takes of these lines" not in renamed("build", "night.yaml", *FAKED, "--takes", "none").err
    (Path("takes/evening") / "takes.json").write_bytes(b"{")
    assert "takes of these lines" not in renamed("build", "night.yaml", *FAKED).err
    assert (Path("takes/evening") / "takes.json").read_bytes() == b"{"
