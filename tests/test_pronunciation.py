"""How a script will be said: voices of another language are named, and accents are nobody's business."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Cli
from guided_audio.engines.languages import called, foreign
from guided_audio.speech import Voice

pytest_plugins = ["e2e_fixtures"]

SCRIPT = """\
title: Evening
language: en
bed: none
{voice}script:
- tick: The kettle is on, and somebody is at the door.
"""

GERMAN = "The voice fake:three speaks German (de), and this script is in English (en)."


@pytest.fixture
def script(cli: Cli) -> Path:
    """A script in English that names no voice."""
    assert cli
    file = Path("evening.yaml")
    file.write_text(SCRIPT.format(voice=""), encoding="utf-8")
    return file


@pytest.mark.parametrize("command", ["plan", "build"])
def test_a_voice_of_another_language_is_named_where_it_speaks(cli: Cli, script: Path, command: str) -> None:
    """Once, beside the file it is about, and nothing is stopped by it."""
    done = cli(command, str(script), "--voice", "fake:three")
    assert done.code == 0
    assert done.err.count(f"evening.yaml: {GERMAN}") == 1
    assert "speaks" not in cli(command, str(script), "--voice", "fake:two").err


NAMED = {
    "voice: fake:three\n": (4, 8),
    "voice: fake:one\nvoices: {other: 'fake:three'}\n": (5, 17),
}


@pytest.mark.parametrize("voice", NAMED, ids=["its own", "a further one"])
def test_check_names_it_in_its_place(cli: Cli, script: Path, voice: str) -> None:
    """As a note: nothing is wrong with the script."""
    script.write_text(SCRIPT.format(voice=voice), encoding="utf-8")
    done = cli("check", str(script), "--profile", "general")
    line, column = NAMED[voice]
    assert done.code == 0
    assert f"evening.yaml:{line}:{column}: note: {GERMAN}" in done.out
    assert done.out.count("speaks") == 1


@pytest.mark.parametrize("voice", ["fake:two", "fake", "fake:nobody", "piper:nobody", "nobody:one"])
def test_an_accent_and_a_voice_that_is_not_here_are_not_named(cli: Cli, script: Path, voice: str) -> None:
    """American English in a script in English is a choice, and who is not here is told of by a build."""
    script.write_text(SCRIPT.format(voice=f"voice: '{voice}'\n"), encoding="utf-8")
    assert "speaks" not in cli("check", str(script), "--profile", "general").out


def test_a_voice_that_is_not_here_is_missing_wherever_it_is_named(cli: Cli, script: Path) -> None:
    """Exit code 3 in a script as behind `--voice`; in the script it has its place."""
    assert cli("plan", str(script), "--voice", "fake:nobody").code == 3
    script.write_text(SCRIPT.format(voice="voice: fake:nobody\n"), encoding="utf-8")
    for command in ("plan", "build"):
        done = cli(command, str(script))
        assert done.code == 3
        assert "evening.yaml:4:8: The engine fake has no voice 'nobody'." in done.err


def test_a_language_has_its_name() -> None:
    """Where it is known; a region is kept in the tag."""
    assert [called(tag) for tag in ("de", "en_gb", "pt-br", "xyz")] == [
        "German (de)",
        "English (en-GB)",
        "Portuguese (pt-BR)",
        "xyz",
    ]


def test_one_language_under_two_tags_is_one() -> None:
    """Mandarin is Chinese, Bokmål is Norwegian; a voice that says nothing of itself is let be."""
    voices = [Voice("e", "a", "cmn"), Voice("e", "b", ""), Voice("e", "c", "nb"), Voice("e", "d", "yue")]
    assert foreign(voices[:2], "zh-CN") == ()
    assert foreign(voices[2:3], "no") == ()
    assert len(foreign(voices, "en-GB")) == 3
