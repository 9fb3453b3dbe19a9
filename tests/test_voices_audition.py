"""One passage in several voices: a chapter for each, all equally loud."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mutagen.id3 import ID3

from command_line import Cli
from described_engines import described_file, skip_or_fail
from guided_audio import engines
from guided_audio import receipt as receipts
from guided_audio.engines.fake import FakeEngine
from guided_audio.errors import EngineFailure
from guided_audio.speech import Speech, Utterance, Voice

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


def test_an_engine_stands_for_its_voices_of_the_language(cli: Cli) -> None:
    """And another audition takes the place of the one before, whatever voices are in it."""
    done = cli("voices", "audition", "fake", "--language", "en", "--json")
    assert done.json()["voices"] == ["fake:one", "fake:two"]
    again = cli("voices", "audition", "fake:three", "fake:three", "--json")
    assert (again.code, again.json()["voices"]) == (0, ["fake:three"])
    Path("text").write_text("A chair is here.\n" * 6, encoding="utf-8")
    assert cli("voices", "audition", "fake:one", "fake:two", "--text-from", "text").code == 0


def test_what_is_no_audition_is_not_replaced(cli: Cli) -> None:
    """A file of that name may be somebody's recording."""
    Path("output").mkdir()
    Path("output/voices.mp3").write_bytes(b"ID3")
    refused = cli("voices", "audition", "fake:one")
    assert (refused.code, "is there already" in refused.err) == (1, True)
    assert Path("output/voices.mp3").read_bytes() == b"ID3"


def test_a_voice_that_cannot_say_a_line_is_left_out(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it says others; what it failed at is told without its words."""
    speak = FakeEngine.speak

    def refuse(self: FakeEngine, utterance: Utterance, voice: Voice) -> Speech:
        if voice.name == "two" and "chair" in utterance.text:
            raise EngineFailure("This voice has no word for that.")
        return speak(self, utterance, voice)

    monkeypatch.setattr(FakeEngine, "speak", refuse)
    Path("text").write_text("The kettle is on.\nThere is a chair.\n", encoding="utf-8")
    done = cli("voices", "audition", "fake:one", "fake:two", "--text-from", "text", "--json")
    assert done.code == 0, done.err
    assert done.json()["left_out"] == {"fake:two": "This voice has no word for that."}


SAID = """\
- tick: There is a chair by the window. The light comes in from the left, one board at a time.
- tick: The kettle is on, and somebody is at the door. Nothing here seems to be in a hurry.
"""

TWO_ENGINES = f"""\
title: Two engines
bed: none
voice: system
voices: {{second: flite}}
script:
- chapter: The first
{SAID}- say: Outside, some people are strolling homewards through the rain.
  voice: second
- chapter: The second
  voice: second
{SAID}"""


def test_lines_of_two_engines_are_level_and_of_one_pace(cli: Cli) -> None:
    """Measured with the system's voice and flite: within 1 LU, and the same words take the same time."""
    for name in ("system", "flite"):
        engine = engines.load(name)
        try:
            skip_or_fail(engine.health())
        finally:
            engine.close()
    Path("two.yaml").write_text(TWO_ENGINES, encoding="utf-8")
    done = cli("build", "two.yaml")
    assert done.code == 0, done.err
    file = Path("output/two-engines.mp3")
    checks = {check["name"]: check for check in cli("verify", str(file), "--json").json()[str(file)]}
    assert checks["line levels"]["value"] < 1.0
    lines = cli("plan", "two.yaml", "--json").json()["lines"]
    assert [line["voice"].partition(":")[0] for line in lines] == ["system", "system", *["flite"] * 3]
    first, second = (sum(line["end"] - line["start"] for line in part) for part in (lines[:2], lines[3:]))
    assert second / first == pytest.approx(1.0, abs=0.1)


AMERICAN = """\
program: {python}
arguments: ["{program}", "{{rate}}"]
sound: stdout
rate: {{as: words}}
voices: [{{name: amy, language: {language}}}]
"""


def american(folder: Path, name: str, language: str = "en-US") -> None:
    """An engine described for this test, of one voice."""
    file = described_file(folder, name=name)
    program = folder / f"{name}.py"
    file.write_text(AMERICAN.format(python=sys.executable, program=program, language=language), "utf-8")


def test_an_engine_with_a_sister_of_the_language_is_heard(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """American English where British is meant and there is none; an engine of another language is named."""
    american(tmp_path / "own", "mine")
    american(tmp_path / "own", "deutsch", "de")
    monkeypatch.setenv("GUIDED_AUDIO_ENGINES", str(tmp_path / "own"))
    Path("text").write_text("The kettle is on.\n", encoding="utf-8")
    done = cli("voices", "audition", "mine", "deutsch", "fake:one", "--text-from", "text", "--json")
    assert done.code == 0, done.err
    assert done.json()["voices"] == ["mine:amy", "fake:one"]
    assert list(done.json()["left_out"]) == ["deutsch"]
    assert "deutsch is left out: none of its voices speaks 'en-GB'." in done.err
    alone = cli("voices", "audition", "deutsch", "--text-from", "text")
    assert (alone.code, "deutsch: none of its voices" in alone.err) == (3, True)


def test_an_engine_that_is_not_here_is_named(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the reason, and the others are heard."""
    american(tmp_path / "own", "mine")
    file = tmp_path / "own" / "mine.yaml"
    file.write_text(file.read_text("utf-8").replace(sys.executable, "nosuchprogram"), "utf-8")
    monkeypatch.setenv("GUIDED_AUDIO_ENGINES", str(tmp_path / "own"))
    done = cli("voices", "audition", "mine", "fake:one", "--json")
    assert (done.code, list(done.json()["left_out"])) == (0, ["mine"])
    assert "mine is left out: The program 'nosuchprogram'" in done.err


def test_a_line_for_a_person_is_refused_with_what_applies_here(cli: Cli) -> None:
    """There is no script and there are no takes: it names the line of the text, and says to leave it out."""
    Path("text").write_text("Here is a chair.\n\nI am here with you.\n", encoding="utf-8")
    refused = cli("voices", "audition", "fake:one", "fake:two", "--text-from", "text")
    assert refused.code == 1
    assert "text:3:1: Only a person may say this line" in refused.err
    assert refused.err.count("GA27") == 1
    assert "another line" in refused.err
    assert "takes" not in refused.err
    assert "audition:" not in refused.err
