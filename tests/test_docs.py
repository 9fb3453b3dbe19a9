"""The documents say what is so: commands exist, examples read, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guided_audio import reader
from guided_audio.cli import _COMMANDS, cli
from guided_audio.library import Library

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file or folder that is there."""
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_the_readme_opens_with_two_blocks_that_need_only_python() -> None:
    """The first builds a built-in script, the second runs the tests; neither names another program."""
    build, tests = blocks(ROOT / "README.md", "sh")[:2]
    assert "guided-audio build body-scan" in build
    assert "pytest" in tests
    for line in (build + tests).splitlines():
        assert line.startswith(("python3 -m venv .venv", ".venv/bin/")), line


def test_every_command_is_in_the_readme() -> None:
    """A command that is not documented does not exist for a reader."""
    table = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in _COMMANDS if f"`{name}`" not in table]
    assert not missing


def test_every_command_explains_itself() -> None:
    """Each command and each of its options has a sentence of help."""
    context = cli.make_context("guided-audio", ["doctor"])
    for name in _COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert command.help
        silent = [
            p.name for p in command.params if p.param_type_name == "option" and not getattr(p, "help", "")
        ]
        assert not silent, (name, silent)


def test_commands_in_the_documents_exist() -> None:
    """Every `guided-audio something` in a page names a command."""
    for page in PAGES:
        for name in re.findall(r"[`/\\]guided-audio ([a-z]+)\b", page.read_text(encoding="utf-8")):
            assert name in _COMMANDS, (page.name, name)


def test_the_readme_script_reads(tmp_path: Path) -> None:
    """The script the README shows is a script."""
    (example,) = blocks(ROOT / "README.md", "yaml")
    file = tmp_path / "readme.yaml"
    file.write_text(example, encoding="utf-8")
    assert reader.read(file, Library()).problems == ()


def test_the_first_steps_change_lines_that_are_there() -> None:
    """The lines a newcomer is told to look for stand in the script she starts from."""
    page = ROOT / "docs" / "first-steps.md"
    script = (ROOT / "scripts" / "a-gentle-process" / "body-scan.yaml").read_text(encoding="utf-8")
    steps = [line for block in blocks(page, "yaml") for line in block.splitlines() if line.startswith("- ")]
    assert len(steps) >= 2
    assert all(step in script for step in steps)


def test_decisions_are_one_page_each() -> None:
    """A decision that needs more than a page has not been made yet."""
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert len(decisions) >= 5
    for page in decisions:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 100, page.name
