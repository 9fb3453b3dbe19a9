"""A description of an engine is read whole: what it means, and every mistake in it with its place."""

from __future__ import annotations

from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from command_line import Cli
from described_engines import described_file
from guided_audio import doctor, engines
from guided_audio.engines.described import OURS, descriptions
from guided_audio.engines.description import Pace
from guided_audio.engines.description_reader import read_description
from guided_audio.errors import ProblemsFound
from guided_audio.library import Library

pytest_plugins = ["e2e_fixtures"]

GOOD = """\
program: mytts
arguments: [-v, "{voice}", -r, "{rate}"]
sound: stdout
rate: {as: words}
voices:
- {name: amy, language: en-GB}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of descriptions."""
    own = tmp_path / "own-engines"
    own.mkdir()
    monkeypatch.setenv("GUIDED_AUDIO_ENGINES", str(own))
    return own


def problems(folder: Path, text: str, name: str = "mine") -> list[str]:
    """What is wrong with a description: line and column, and the beginning of the message."""
    file = folder / f"{name}.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        read_description(file)
    assert all(problem.place.path == str(file) for problem in found.value.problems)
    assert all(problem.message.endswith((".", "?")) for problem in found.value.problems)
    return [f"{one.place.line}:{one.place.column} {one.message} {one.hint}" for one in found.value.problems]


@pytest.mark.parametrize("file", sorted(OURS.glob("*.yaml")), ids=lambda file: file.stem)
def test_our_own_descriptions_are_right(file: Path) -> None:
    """Each can be read, follows the rate, and says how to get its program."""
    description = read_description(file)
    assert description.name == file.stem
    assert description.pace is not None
    assert description.remedy
    assert all(voice.engine == file.stem and voice.language for voice in description.voices)


def test_a_description_is_what_it_says(folder: Path) -> None:
    """Program, arguments, voices and rate are taken over."""
    (folder / "mine.yaml").write_text(GOOD, encoding="utf-8")
    description = read_description(folder / "mine.yaml")
    assert description.filled({"voice": "a{rate}my", "rate": "9"}) == ["-v", "a{rate}my", "-r", "9"]
    assert [str(voice) for voice in description.voices] == ["mine:amy"]
    assert description.pace == Pace("words")


@pytest.mark.parametrize(
    ("pace", "rate", "option"),
    [
        (Pace("words", slowest=80, fastest=450), 119.6, "120"),
        (Pace("words", slowest=80, fastest=450), 20, "80"),
        (Pace("words", slowest=80, fastest=450), 900, "450"),
        (Pace("stretch", at_one=160), 80, "2.0000"),
        (Pace("speed", at_one=160), 80, "0.5000"),
        (Pace("speed", at_one=160), 1, "0.3750"),
    ],
)
def test_words_a_minute_become_an_option(pace: Pace, rate: float, option: str) -> None:
    """As words, as a stretch or as a speed, and held within the slowest and the fastest."""
    assert pace.option(rate) == option


MISTAKES = {
    "an unknown key": (GOOD + "shell: true\n", ["7:1 This key is not known here."]),
    "a slip in a key": (GOOD.replace("sound:", "sounds:"), ["Did you mean `sound`?", "`sound` is missing"]),
    "no program": (GOOD.replace("program: mytts\n", ""), ["`program` is missing here."]),
    "arguments as one text": (
        GOOD.replace('[-v, "{voice}", -r, "{rate}"]', "-v amy -r 120"),
        ["2:12 Here belongs a list of arguments."],
    ),
    "words in an argument": (
        GOOD.replace('"{rate}"]', '"{rate}", "{text}"]'),
        ["2:42 The words may not go into an argument"],
    ),
    "an unknown placeholder": (GOOD.replace("{voice}", "{voise}"), ["2:17 `{voise}` stands for nothing."]),
    "a rate without its unit": (GOOD.replace("rate: {as: words}\n", ""), ["2:12 `{rate}` is used"]),
    "a rate in a strange unit": (GOOD.replace("words", "knots"), ["4:12 This word is not known here."]),
    "a stretch of nothing": (GOOD.replace("words", "stretch"), ["4:7 `at-one` is missing here."]),
    "a rate nobody takes": (GOOD.replace(', -r, "{rate}"', ""), ["4:7 No argument holds `{rate}`."]),
    "a backward rate": (
        GOOD.replace("{as: words}", "{as: words, slowest: 300, fastest: 100}"),
        ["4:28 The slowest is not slower"],
    ),
    "a number that is none": (GOOD + "patience: soon\n", ["7:11 Here belongs a number"]),
    "a file that is not named": (GOOD.replace("stdout", "file"), ["2:12 `{output}`, the file for the sound"]),
    "a file that nobody reads": (
        GOOD.replace('"{rate}"]', '"{rate}", "{output}"]'),
        ["3:8 The arguments name a file for the sound."],
    ),
    "a strange sound": (GOOD.replace("stdout", "speaker"), ["3:8 This word is not known here."]),
    "options beside the program": (GOOD.replace("mytts", "mytts --fast"), ["1:10 A program has no blanks"]),
    "a path from nowhere": (GOOD.replace("mytts", "bin/mytts"), ["1:10 This path begins nowhere."]),
    "no voice": (GOOD[: GOOD.index("voices")], ["1:1 `voices` or `list-voices` is missing"]),
    "a voice twice": (GOOD + "- {name: amy, language: en}\n", ["7:3 This voice stands here twice."]),
    "a voice without language": (GOOD.replace(", language: en-GB", ""), ["6:3 `language` is missing here."]),
    "a language that is none": (GOOD.replace("en-GB", "Queen's English"), ["This is no language."]),
    "a pattern that is none": (
        GOOD + "list-voices: {arguments: [-l], pattern: '(?P<name>'}\n",
        ["7:41 This is no regular expression"],
    ),
    "a pattern without a name": (
        GOOD + "list-voices: {arguments: [-l], pattern: 'voice'}\n",
        ["7:41 The pattern does not say what the name"],
    ),
    "a question as a text": (GOOD + "version: --version\n", ["7:10 Here belong keys with their values."]),
    "a list": ("- program: mytts\n", ["1:1 Here belong keys with their values."]),
    "no YAML": ("program: [mytts\n", [":"]),
    "nothing": ("", ["1:1 There is nothing in this file. It begins with `program:`"]),
}


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_place(folder: Path, text: str, said: list[str]) -> None:
    """Each mistake is a sentence with its line and column, and says what to do."""
    found = problems(folder, text)
    for sentence in said:
        assert any(sentence in one for one in found), found


@pytest.mark.parametrize("content", [b"", GOOD.encode("utf-16"), b"PK\x03\x04" + bytes(200)])
def test_no_hint_is_of_a_script(folder: Path, content: bytes) -> None:
    """An empty file, another encoding and a word processor's file are told as what they are here."""
    (folder / "mine.yaml").write_bytes(content)
    with pytest.raises(ProblemsFound) as found:
        read_description(folder / "mine.yaml")
    (problem,) = found.value.problems
    assert problem.hint
    assert not any(word in f"{problem.message} {problem.hint}" for word in ("script", "title"))


def test_all_mistakes_are_named_at_once(folder: Path) -> None:
    """One reading finds every one of them."""
    text = GOOD.replace("{voice}", "{words}").replace("stdout", "loud").replace("amy", "") + "wrong: 1\n"
    assert len(problems(folder, text)) == 4


def test_the_name_of_a_file_is_the_name_of_an_engine(folder: Path) -> None:
    """It can be typed behind --voice, so it has no blanks and no colons."""
    assert "1:1 An engine has the name of its file." in problems(folder, GOOD, "My Engine")[0]


def test_an_engine_of_the_user_is_found_by_its_name(folder: Path) -> None:
    """What lies in the folder is an engine like any other, and takes the place of one of our descriptions."""
    described_file(folder, name="mine")
    described_file(folder, name="flite")
    assert {"mine", "flite", "festival"} <= set(engines.names())
    assert engines.parse_voice("mine:one") == ("mine", "one")
    assert engines.parse_voice("flite") == ("flite", None)
    loaded = engines.load("flite")
    assert [voice.name for voice in loaded.voices()] == ["one"]
    loaded.close()
    assert descriptions()["flite"].parent == folder


def test_nobody_takes_the_name_of_a_description(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry point of somebody else comes after a description, and that after an engine of ours."""
    described_file(folder, name="system")
    points = [
        EntryPoint("flite", "builtins:object", engines.GROUP),
        EntryPoint("system", "guided_audio.engines.system:SystemEngine", engines.GROUP),
    ]
    monkeypatch.setattr(engines, "entry_points", lambda group: EntryPoints(points).select(group=group))
    for name in ("flite", "system"):
        loaded = engines.load(name)
        assert loaded.name == name
        assert "one" not in {voice.name for voice in loaded.voices()} or name == "flite"
        loaded.close()
    assert engines.shadowed() == (folder / "system.yaml",)


def test_the_doctor_tells_of_descriptions_that_do_not_work(folder: Path, tmp_path: Path) -> None:
    """One with a mistake has its place, and one that is never read is named; both need something done."""
    (folder / "mine.yaml").write_text(GOOD.replace("{voice}", "{text}"), encoding="utf-8")
    described_file(folder, name="system")
    found = {one.name: one for one in doctor.examine(tmp_path / "store", Library())}
    assert "mine.yaml:2:17" in found["Voice engine mine"].remedy
    assert "Rename" in found["Description system.yaml"].remedy
    assert found["Voice engine system"].well


def test_an_engine_one_does_not_have_is_no_illness(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the engines nobody needs, the doctor says how to get them and is content."""
    monkeypatch.setenv("PATH", str(tmp_path))
    found = {one.name: one for one in doctor.examine(tmp_path / "store", Library())}
    assert found["Voice engine flite"].well
    assert "Install the package flite" in found["Voice engine flite"].detail


def test_a_description_with_a_mistake_stops_a_build_with_its_place(folder: Path, cli: Cli) -> None:
    """Who speaks with it reads where the mistake is, and gets the exit code of a problem."""
    (folder / "mine.yaml").write_text(GOOD.replace("{voice}", "{text}"), encoding="utf-8")
    answer = cli("voices", "--audition", "mine:amy")
    assert answer.code == 1
    assert "mine.yaml:2:17: The words may not go into an argument" in answer.err
    listed = cli("voices")
    assert listed.code == 0
    assert "mine.yaml:2:17" in listed.err
