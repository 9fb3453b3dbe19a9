"""The sheet: only of what can be built, into a folder that takes can go into."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Cli

pytest_plugins = ["e2e_fixtures"]

SCRIPT = "title: A short one\nbed: none\nscript:\n- chapter: One\n" + "".join(
    f"- settle: This is one of the lines, and it has the number {number}.\n" for number in range(1, 6)
)


@pytest.mark.parametrize("length", ["99m", "5s"])
def test_no_sheet_of_an_edition_that_cannot_be_built(cli: Cli, length: str) -> None:
    """It is refused in the words of a build, and nothing is made."""
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    built = cli("build", "short.yaml", "--voice", "fake:one", "--length", length)
    sheet = cli("takes", "sheet", "short.yaml", "--length", length)
    assert sheet.code == built.code == 1
    said = "This script can last from "
    assert said in built.err
    assert said in sheet.err
    assert not Path("takes").exists()
    assert not list(Path().rglob("*.reading.*"))


def test_a_length_that_depends_on_who_reads_has_a_sheet(cli: Cli) -> None:
    """She may read faster or slower than any voice: what is near enough is left to the build."""
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    near = cli("takes", "sheet", "short.yaml", "--length", "1s").err.split(" to ")[0].split()[-1]
    below = f"{round(float(near.removesuffix('s')) * 0.95)}s"
    assert cli("takes", "sheet", "short.yaml", "--length", below).code == 0


def test_no_folder_is_none_for_a_sheet(cli: Cli) -> None:
    """The message says what is the matter: recordings need somewhere to go."""
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    for command in ("sheet", "status"):
        answer = cli("takes", command, "short.yaml", "--takes", "none")
        assert answer.code == 2
        assert "give --takes its name, or leave it out" in answer.err
        assert "Name one script" not in answer.err
    assert not Path("none").exists()


def test_every_form_that_is_read_is_named(cli: Cli) -> None:
    """By whoever gave another one."""
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    assert cli("takes", "sheet", "short.yaml").code == 0
    (Path("takes/short") / "001.m4a").write_bytes(bytes(range(256)) * 4)
    said = cli("takes", "status", "short.yaml").out
    forms = ("M4A", "MP3", "Ogg", "WebM", "WAV", "FLAC", "AAC", "AMR", "3GP")
    assert [form for form in forms if form not in said] == []
