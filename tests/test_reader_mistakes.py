"""Every mistake a person is likely to make has one message, in its place, with what was meant.

`tests/mistakes` holds a small file for each; its first line says where the problem is and gives a
piece of its text: `# expect: 4:3 Did you mean`. A mistake in a shared passage names that file first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from guided_audio import cli, reader
from guided_audio.errors import Place, Problem, ProblemsFound
from guided_audio.library import Library
from guided_audio.plan import Options, plan, read_script
from guided_audio.speaking import Speaker
from guided_audio.store import Store

FOLDER = Path(__file__).parent / "mistakes"
FILES = sorted(FOLDER.glob("*.yaml"))
TWELVE = FOLDER / "together" / "twelve.yaml"

LINE = "- settle: Find a way to sit that suits you today.\n"
FINE = f"title: A quiet minute\nscript:\n{LINE}"

BYTES = {
    "empty": (b"", 1, 1, "nothing in this file"),
    "one line break": (b"\n", 1, 1, "nothing in this file"),
    "UTF-16 with its mark": (FINE.encode("utf-16"), 1, 1, "UTF-16"),
    "UTF-16 without": (FINE.encode("utf-16-le"), 1, 1, "UTF-16"),
    "UTF-16, big end first": (FINE.encode("utf-16-be"), 1, 1, "UTF-16"),
    "not UTF-8": (FINE.replace("way", "Gru\xdf").encode("latin-1"), 3, 21, "not saved as UTF-8"),
    "a word processor's": (b"PK\x03\x04" + bytes(200), 1, 1, "word processor"),
    "binary": (bytes(range(256)) * 8, 1, 1, "not a text file"),
    "a bell": (FINE.replace("way", "w\x07ay").encode(), 3, 19, "control character"),
    "an escape sequence": (FINE.replace("quiet", "\x1b[31mquiet").encode(), 1, 10, "control character"),
    "a turn of direction": (FINE.replace("way", "w\u202eay").encode(), 3, 19, "direction of the text"),
    "an isolate": (FINE.replace("quiet", "\u2066quiet").encode(), 1, 10, "direction of the text"),
    "a line separator": (FINE.replace("way", "w\u2028ay").encode(), 3, 19, "line separator"),
    "brackets in brackets": (b"title: x\nscript: " + b"[" * 5000, 2, 40, "nested more than 32"),
    "braces in braces": (b"title: x\nscript: " + b"{a: " * 5000, 2, 133, "nested more than 32"),
    "larger than 1 MiB": (FINE.encode() + b"#" * (1 << 20), 1, 1, "larger than 1 MiB"),
    "too many steps": ((FINE + "- x\n" * 49_996).encode(), 49_996, 3, "more than 50,000 entries"),
}
"""What cannot stand in a file of the corpus, or should not."""


def read(file: Path, shown: str = "") -> tuple[Problem, ...]:
    """The problems of a file; with them there is no script, without them there is one."""
    reading = reader.read(file, Library(), shown)
    assert (reading.script is None) == bool(reading.problems)
    return reading.problems


def expected(file: Path) -> list[tuple[Place, str]]:
    """What the first lines of a file say is to be found in it."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        said = re.fullmatch(r"# expect: (?:(\S+\.yaml):)?(\d+):(\d+) (.+)", line)
        if said is None:
            break
        found.append((Place(said[1] or file.name, int(said[2]), int(said[3])), said[4]))
    return found


def test_the_corpus_is_large_enough() -> None:
    """At least seventy mistakes, and each file says what is wrong with it."""
    assert len(FILES) + len(BYTES) >= 70
    assert all(len(expected(file)) == 1 for file in FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_one_mistake_has_one_message_in_its_place(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exactly one problem, at the line and column, with what was meant."""
    monkeypatch.chdir(FOLDER)
    ((place, piece),) = expected(file)
    problems = read(Path(file.name))
    assert [problem.place for problem in problems] == [place]
    assert piece in str(problems[0])


@pytest.mark.parametrize("name", BYTES)
def test_a_file_that_is_no_script_at_all_has_one_message(name: str, tmp_path: Path) -> None:
    """The same for wrong encodings, invisible characters and files made to do harm."""
    data, line, column, piece = BYTES[name]
    file = tmp_path / "a.yaml"
    file.write_bytes(data)
    problems = read(file, "a.yaml")
    assert [problem.place for problem in problems] == [Place("a.yaml", line, column)]
    assert piece in problems[0].message


def test_what_is_no_file_has_one_message(tmp_path: Path) -> None:
    """A folder, and nothing at all."""
    assert "folder" in read(tmp_path, "a")[0].message
    assert "no such file" in read(tmp_path / "b.yaml", "b.yaml")[0].message


def test_twelve_mistakes_are_twelve_messages_in_one_run() -> None:
    """All of them, none twice, and in the order of the file."""
    problems = read(TWELVE, TWELVE.name)
    wanted = expected(TWELVE)
    assert len(wanted) == 12
    assert [problem.place for problem in problems] == [place for place, _ in wanted]
    for problem, (_, piece) in zip(problems, wanted, strict=True):
        assert piece in str(problem)


def test_mistakes_in_a_shared_passage_are_found_with_those_of_the_script(tmp_path: Path) -> None:
    """A wrong script does not hide what is wrong with a passage, and a passage used twice is judged once."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "feet.yaml").write_text("script:\n- notise: Your feet.\n- pause: 8\n")
    file = tmp_path / "a.yaml"
    file.write_text("title: A\nscript:\n- use: feet\n- pause: 9\n- use: feet\n")
    assert [(Path(p.place.path).name, p.place.line) for p in read(file)] == [
        ("a.yaml", 4),
        ("feet.yaml", 2),
        ("feet.yaml", 3),
    ]


def test_a_link_out_of_the_folder_is_no_sound(tmp_path: Path) -> None:
    """What a link points at is what counts; a circle of links points nowhere."""
    outside, inside = tmp_path / "outside.wav", tmp_path / "scripts"
    inside.mkdir()
    outside.write_bytes(b"RIFF\0\0\0\0WAVE")
    (inside / "near.wav").symlink_to(outside)
    (inside / "circle.wav").symlink_to(inside / "circle.wav")
    file = inside / "a.yaml"
    file.write_text(FINE + "- bell: near.wav\n- bell: circle.wav\n")
    assert [(p.place.line, p.message[:20]) for p in read(file)] == [
        (4, "A sound lies beside "),
        (5, "There is no such fil"),
    ]


def test_a_sound_that_may_not_be_read_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the system's own reason, in a sentence."""
    (tmp_path / "own.wav").write_bytes(b"RIFF\0\0\0\0WAVE")
    file = tmp_path / "a.yaml"
    file.write_text(FINE + "- bell: own.wav\n")
    monkeypatch.setattr(Path, "open", _denied)
    (problem,) = read(file)
    assert problem.place.line == 4
    assert problem.message == "This file cannot be opened: Permission denied."


def _denied(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize("step", ["bell: {}", "use: {}", "bell: {}.wav"])
def test_a_name_longer_than_a_file_can_have_is_not_found(step: str, tmp_path: Path) -> None:
    """The system's own error for it does not come through."""
    file = tmp_path / "a.yaml"
    file.write_text(FINE + f"- {step.format('b' * 300)}\n")
    assert [problem.place.line for problem in read(file)] == [4]


# Never the words

CANARY = "Margarethe"
_PROSE = re.compile(r"\b(?:Perhaps|Find|Let|warmth|minute|breath|Welcome|feet|evening(?! *\n))\b")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_message_has_a_word_of_the_script(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message may end up in a log. Only the hint, on the person's own screen, may show the line."""
    for folder in ("parts", "sounds"):
        (tmp_path / folder).symlink_to(FOLDER / folder)
    monkeypatch.chdir(tmp_path)
    expectation, _, body = file.read_text(encoding="utf-8").partition("\n")
    Path(file.name).write_text(f"{expectation}\n{_PROSE.sub(CANARY, body)}", encoding="utf-8")
    problems = read(Path(file.name))
    assert problems
    assert all(CANARY not in problem.message for problem in problems)


def test_most_of_the_corpus_has_words_to_leak() -> None:
    """The test above looks at files with such words in them."""
    assert sum(bool(_PROSE.search(file.read_text(encoding="utf-8"))) for file in FILES) > 0.8 * len(FILES)


# The command


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_check_names_the_mistake_and_ends_with_1(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person sees file, line, column and a sentence; never a traceback."""
    monkeypatch.chdir(FOLDER)
    ((place, piece),) = expected(file)
    assert cli.run(["check", file.name]) == 1
    said = capsys.readouterr()
    assert said.out.startswith(f"{place}: ")
    assert piece in said.out
    assert said.out.count("\n") == 1
    assert said.err == "1 script, 1 mistake.\n"


def test_check_reads_a_whole_folder_for_a_program(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON on standard output, nothing beside it: one entry for each mistake, in order."""
    monkeypatch.chdir(FOLDER)
    assert cli.run(["check", ".", "--format", "json"]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    found = json.loads(said.out)
    assert {tuple(entry) for entry in found} == {("file", "line", "column", "message", "hint")}
    places = [Place(entry["file"], entry["line"], entry["column"]) for entry in found]
    assert places == sorted(places)
    assert sorted(set(places)) == _sorted(place for file in FILES for place, _ in expected(file))


def _sorted(places: Iterable[Place]) -> list[Place]:
    return sorted(set(places))


def test_check_annotates_a_code_review(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One command for each mistake; a per cent sign and a line break would end it, so they are escaped."""
    monkeypatch.chdir(FOLDER)
    names = ["pause-without-unit.yaml", "text-begins-with-percent.yaml"]
    assert cli.run(["check", *names, "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    for name, line in zip(names, lines, strict=True):
        ((place, _),) = expected(FOLDER / name)
        assert line.startswith(f"::error file={name},line={place.line},col={place.column}::")
    assert "starts with %25 needs" in lines[1]
    assert "%" not in lines[1].replace("%25", "")


@pytest.mark.parametrize(
    ("form", "out"), [("text", "1 script, no mistakes.\n"), ("json", "[]\n"), ("github", "")]
)
def test_check_is_content_with_a_script_that_is_right(
    form: str, out: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 0, and what each reader of it expects."""
    file = tmp_path / "a.yaml"
    file.write_text(FINE)
    assert cli.run(["check", str(file), "--format", form, "--profile", "general"]) == 0
    assert capsys.readouterr() == (out, "")


# What only shows when it is to be spoken


def planned(text: str, tmp_path: Path, voice: str = "") -> tuple[Problem, ...]:
    """The problems that stop a plan."""
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with Speaker(Store(tmp_path / "store")) as speaker, pytest.raises(ProblemsFound) as found:
        plan(read_script(file, Library(), "a.yaml"), Options(voice=voice), Library(), speaker)
    return found.value.problems


def test_a_slot_without_a_value_is_a_problem_when_it_is_planned(tmp_path: Path) -> None:
    """It is named where it is declared, and no value of another slot is in the message."""
    text = "title: A\nslots:\n  place: {}\n  name: {fallback: Ada}\nscript:\n- To {place}, {name}.\n"
    (problem,) = planned(text, tmp_path, voice="fake:one")
    assert problem.place == Place("a.yaml", 3, 3)
    assert "`place` has no value" in problem.message
    assert "--set-from" in problem.hint
    assert "Ada" not in str(problem)


def test_voices_that_are_not_there_are_problems_when_it_is_planned(tmp_path: Path) -> None:
    """Both the script's own and a further one, each where it is named."""
    text = "title: A\nvoice: fake:nobody\nvoices: {second: fake:none}\nscript:\n- Good.\n"
    problems = planned(text, tmp_path)
    assert [problem.place for problem in problems] == [Place("a.yaml", 2, 8), Place("a.yaml", 3, 18)]
