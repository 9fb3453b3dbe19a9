"""One passage in several voices: a chapter for each, all equally loud."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

from pathlib import Path

import pytest
from mutagen.id3 import ID3

from command_line import Cli
from guided_audio import receipt as receipts

pytest_plugins = ["e2e_fixtures"]

VOICES = ("fake:one", "fake:two", "fake:three")


def test_each_voice_has_a_chapter_where_it_begins(cli: Cli) -> None:
    """Its name is the title; the first word comes within two seconds of the mark."""
    Path("text").write_text("The kettle is on.\n\nThere is a chair by the window.\n", encoding="utf-8")
    done = cli("voices", "audition", *VOICES, "--text-from", "text")
    assert done.code == 0, done.err
    file = Path("output/voices.mp3")
    chapters = sorted(ID3(file).getall("CHAP"), key=lambda chapter: chapter.start_time)
    assert [str(chapter.sub_frames["TIT2"]) for chapter in chapters] == list(VOICES)
    paper = receipts.read(receipts.beside(file).read_bytes())
    assert [line.voice for line in paper.lines] == [voice for voice in VOICES for _ in range(2)]
    first = [line.start * 1000 / paper.rate for line in paper.lines[::2]]
    assert all(
        0 <= begins - chapter.start_time < 2000 for begins, chapter in zip(first, chapters, strict=True)
    )


def test_the_voices_are_equally_loud(cli: Cli) -> None:
    """Measured in the decoded file: no two lines are more than 1 LU apart, whoever says them."""
    assert cli("voices", "audition", *VOICES).code == 0
    checks = {
        check["name"]: check
        for check in cli("verify", "output/voices.mp3", "--json").json()["output/voices.mp3"]
    }
    assert all(check["well"] for check in checks.values()), checks
    assert checks["line levels"]["value"] < 1.0


def test_a_voice_that_cannot_speak_is_named_and_left_out(cli: Cli) -> None:
    """The others are heard; where none is left, that is said."""
    done = cli("voices", "audition", "fake:one", "fake:nobody", "--json")
    assert done.code == 0
    assert done.json()["voices"] == ["fake:one"]
    assert "fake:nobody is left out" in done.err
    assert cli("voices", "audition", "fake:nobody").code == 3


@pytest.mark.parametrize(
    "arguments", [("--text-from", "nowhere"), ("--text-from", "empty"), ("--language", "tlh")]
)
def test_what_cannot_be_heard_is_said_in_a_sentence(cli: Cli, arguments: tuple[str, str]) -> None:
    """No such text, no line in it, no such language."""
    Path("empty").write_text("\n", encoding="utf-8")
    voices = () if arguments[0] == "--language" else VOICES
    refused = cli("voices", "audition", *voices, *arguments)
    assert refused.code == 2
    assert "Traceback" not in refused.err
