"""The command line keeps its word: names of commands and options, exit codes, and one JSON document."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click
import pytest

from command_line import SHORT, Answer, Cli, Finished, call
from guided_audio import cli as front
from guided_audio.cli import cli as group
from guided_audio.errors import MissingTool

pytest_plugins = ["e2e_fixtures"]

COMMANDS = {
    "build": "--out --length --voice --bed --format --jobs --json --set --set-from --agreed --follow-up"
    " --names-in-text --choose --preset --rate --polish --overwrite --discreet --feed --region --prune --zip"
    " --encrypt --password-from --publish --takes --missing",
    "check": "--format --profile --explain",
    "verify": "--json --publish --picture",
    "plan": "--length --json --choose",
    "takes": "",
    "notes": "--out --length --choose --region --for --format --json",
    "play": "--from --for --line --chapter --length --choose --voice --bed --set-from",
    "voices": "--audition",
    "sounds": "--audition",
    "scripts": "--json",
    "new": "--from",
    "schema": "",
    "doctor": "--json",
}
"""What other programs may rely on: names can be added, never changed."""

FAKE = ("--voice", "fake:one")


def write(file: str, *lines: str, title: str = "A script", head: str = "") -> Path:
    """A script of a few lines in the folder we are in."""
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    said = "\n".join(f"- tick: {line}" for line in lines or ("Some words to say.",))
    path.write_text(f"title: {title}\nbed: none\n{head}script:\n{said}\n", encoding="utf-8")
    return path


def one_sentence(answer: Answer) -> str:
    """What standard error says, if it is calm: short, and nothing of the inside of a program."""
    said = [
        line
        for line in answer.err.strip().splitlines()
        if not re.match(r"[\w-]+: (speaking|encoding)$", line)
    ]
    assert 1 <= len(said) <= 4, answer.err
    assert "Traceback" not in answer.err
    assert "Error(" not in answer.err
    return " ".join(said)


# Names


def test_every_command_of_the_contract_is_there() -> None:
    """None is missing, and none is there that nobody has written down here."""
    context = click.Context(group)
    assert set(group.list_commands(context)) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_the_contract_is_there(name: str) -> None:
    """Each by its name, and each with a sentence of help."""
    found = group.get_command(click.Context(group), name)
    assert found
    options = {text: option for option in found.params for text in option.opts if text.startswith("--")}
    assert set(COMMANDS[name].split()) <= set(options)
    assert all(getattr(option, "help", None) for option in options.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps(cli: Cli, name: str) -> None:
    """`--help` succeeds, on standard output, and begins with what the list of commands says."""
    answer = cli(name, "--help")
    short = next(line for line in cli("--help").out.splitlines() if line.split()[:1] == [name])
    assert answer.code == 0
    assert answer.err == ""
    assert answer.out.startswith(f"Usage: guided-audio {name}")
    assert re.fullmatch(rf"  {name} +[A-Z][^.]+\.", short)


def test_help_and_version_are_quick_and_plain(cli: Cli) -> None:
    """Both succeed, and a call with nothing at all shows the help too."""
    assert "Usage" in cli("--help").out
    assert re.fullmatch(r"guided-audio \d+\.\d+\.\d+\n", cli("--version").out)
    nothing = cli()
    assert nothing.code == 2
    assert "Usage" in nothing.out + nothing.err


# Exit 0 and JSON


@pytest.mark.parametrize(
    "arguments",
    [
        ("build", "short.yaml", *FAKE, "--json"),
        ("build", "short.yaml", "broken.yaml", *FAKE, "--json"),
        ("build", "broken.yaml", *FAKE, "--json"),
        ("build", "short.yaml", "--voice", "fake:nobody", "--json"),
        ("check", "short.yaml", "--format", "json"),
        ("check", "short.yaml", "broken.yaml", "--format", "json"),
        ("plan", "short.yaml", *FAKE, "--json"),
        ("verify", "nothing.mp3", "--json"),
        ("notes", "short.yaml", "--json"),
        ("notes", "short.yaml", "--for", "therapist", "--json"),
        ("voices", "--json"),
        ("voices", "--audition", "fake:one", "--json"),
        ("sounds", "--json"),
        ("sounds", "--audition", "bowl", "--json"),
        ("scripts", "--json"),
        ("doctor", "--json"),
        ("schema",),
    ],
    ids=" ".join,
)
def test_json_is_one_document_and_nothing_else(cli: Cli, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Standard output is one JSON document to its last character, whatever comes of the call."""
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "broken.yaml").write_text("title: T\nscript:\n- nosuch: 1\n", encoding="utf-8")
    answer = cli(*arguments)
    assert answer.json() is not None
    assert answer.out.endswith("\n")


def test_json_says_what_was_made_and_what_was_not(cli: Cli) -> None:
    """Each failure has its kind, its sentence and its exit code; problems have their places."""
    write("good.yaml")
    write("bad.yaml", head="bad: 1\n")
    found = cli("build", "good.yaml", "bad.yaml", *FAKE, "--json").json()
    (track,), (failure,) = found["tracks"], found["failures"]
    assert Path(track["file"]).is_file()
    assert Path(track["receipt"]).is_file()
    assert failure["kind"] == "ProblemsFound"
    assert failure["exit_code"] == 1
    assert (failure["problems"][0]["file"], failure["problems"][0]["line"]) == ("bad.yaml", 3)


# Exit 1


def test_problems_have_places_and_give_one(cli: Cli) -> None:
    """`check` and `build` name file, line and column, on the stream where each belongs."""
    write("bad.yaml", head="bad: 1\n")
    checked, built = cli("check", "bad.yaml"), cli("build", "bad.yaml", *FAKE)
    assert (checked.code, built.code) == (1, 1)
    assert checked.out.startswith("bad.yaml:3:1: ")
    assert built.err.startswith("bad.yaml:3:1: ")
    assert "::error file=bad.yaml,line=3,col=1::" in cli("check", "bad.yaml", "--format", "github").out


def test_a_value_that_is_missing_is_a_problem_with_a_place(cli: Cli) -> None:
    """A slot without a fallback stops the build before anything is written."""
    write("s.yaml", "Hello {name}, some words.", head="slots:\n  name: {private: true}\n")
    answer = cli("build", "s.yaml", *FAKE)
    assert answer.code == 1
    assert re.match(r"s\.yaml:4:\d+: The slot `name` has no value\. .*--set-from", one_sentence(answer))
    assert not Path("output").exists()


def test_broken_scripts_are_told_before_the_options(cli: Cli) -> None:
    """A script that cannot be read has no slots, and it is not the option that is at fault."""
    write("bad.yaml", head="bad: 1\nslots:\n  place: {fallback: here, private: false}\n")
    answer = cli("build", "bad.yaml", "--set", "place=there", *FAKE)
    assert answer.code == 1
    assert answer.err.startswith("bad.yaml:3:1: ")
    assert "No script here" not in answer.err


# Exit 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("biuld", "x"), "Did you mean `build`?"),
        (("frobnicate",), "There is no command `frobnicate`"),
        (("build",), "TARGET"),
        (("build", "body-scan", "--lenght", "10m"), "--length"),
        (("build", "body-scan", "--length", "10"), "10m for minutes"),
        (("build", "body-scan", "--length", "soon"), "Write 8s"),
        (("build", "body-scan", "--length", "-5m"), "cannot be negative"),
        (("build", "body-scan", "--jobs", "0"), "--jobs"),
        (("build", "body-scan", "--format", "ogg"), "mp3"),
        (("build", "body-scam"), "Did you mean `body-scan`?"),
        (("build", "nothing-like-it"), "`guided-audio scripts` lists what is built in"),
        (("build", "a" * 300), "There is no file"),
        (("check", "a" * 5000), "There is no file"),
        (("build", "empty"), "There is no script in the folder empty"),
        (("plan", "folder"), "one script at a time"),
        (("scripts", "folder"), "built-in"),
        (("new", "--from", "missing.yaml"), "missing.yaml"),
        (("new", "--from", "folder"), "folder"),
        (("build", "folder/a.yaml", "--set", "name"), "--set slot=value"),
        (("build", "folder/a.yaml", "--set", "plaice=x"), "Did you mean `place`?"),
        (("build", "folder/a.yaml", "--set", "name=Zzyzxanna"), "private"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else "",
)
def test_what_makes_no_sense_gives_two(cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    """One sentence with what was probably meant; no value of a private slot is repeated."""
    slots = "slots:\n  name: {fallback: '', private: true}\n  place: {fallback: here, private: false}\n"
    write("folder/a.yaml", "Hello {name} in {place}.", head=slots)
    write("folder/b.yaml", title="B")
    Path("empty").mkdir()
    answer = cli(*arguments)
    assert answer.code == 2, answer.err
    assert answer.out == ""
    assert says in one_sentence(answer)
    assert "Zzyzxanna" not in answer.err
    assert not Path("output").exists()


# Exit 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("build", "s.yaml", "--voice", "fake:on"), "Did you mean one?"),
        (("build", "s.yaml", "--voice", "nobody:x"), "There is no engine 'nobody'"),
        (("build", "s.yaml", *FAKE, "--bed", "soft-rian"), "Did you mean `soft-rain`?"),
        (("build", "s.yaml", *FAKE, "--bed", "bowl"), "is a bell"),
        (("voices", "--audition", "fake:nobody"), "no voice 'nobody'"),
        (("sounds", "--audition", "thunder"), "no built-in sound named `thunder`"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_not_here_gives_three(cli: Cli, arguments: tuple[str, ...], says: str) -> None:
    """A voice or a sound that is missing is named, with those there are."""
    write("s.yaml")
    answer = cli(*arguments)
    assert answer.code == 3, answer.err
    assert says in one_sentence(answer)
    assert not Path("output").exists() or not list(Path("output").iterdir())


@pytest.mark.parametrize("tool", [{"IMAGEIO_FFMPEG_EXE": "/nowhere/ffmpeg"}], ids=["ffmpeg"])
@pytest.mark.parametrize("command", ["build", "verify", "doctor", "sounds"])
def test_without_ffmpeg_it_says_so(
    short_build: Finished, fake_store: Path, tmp_path: Path, command: str, tool: dict[str, str]
) -> None:
    """Whatever needs the encoder gives three and a remedy, and leaves nothing behind."""
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    arguments = {
        "build": ["short.yaml", *FAKE],
        "verify": [str(short_build.file)],
        "sounds": ["--audition", "bowl"],
        "doctor": [],
    }
    answer = call([command, *arguments[command]], fake_store, tmp_path, tool)
    assert answer.code == 3, answer.err
    assert "pip install" in answer.out + answer.err
    assert "Traceback" not in answer.err
    assert not list(tmp_path.glob("output/*"))


# Exit 4


def test_some_of_a_folder_gives_four(cli: Cli) -> None:
    """The good one is built, the broken one listed."""
    write("folder/good.yaml", title="Good")
    write("folder/bad.yaml", head="bad: 1\n")
    answer = cli("build", "folder", *FAKE)
    assert answer.code == 4
    assert "good.mp3" in answer.out
    assert Path("output/good.mp3").is_file()
    assert "folder/bad.yaml:3:1: " in answer.err
    assert len(list(Path("output").iterdir())) == 2


def test_one_that_cannot_be_spoken_does_not_stop_the_others(cli: Cli) -> None:
    """A voice that one script names and nobody has costs that script alone."""
    write("folder/a.yaml", title="A", head="voice: fake:nobody\n")
    write("folder/b.yaml", title="B", head="voice: fake:one\n")
    answer = cli("build", "folder")
    assert answer.code == 4
    assert [path.name for path in sorted(Path("output").iterdir())] == ["b.mp3", "b.receipt.json"]
    assert answer.err.count("folder/a.yaml:3:") == 1


# Exit 70


def test_a_fault_of_ours_gives_seventy_and_no_words(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report says where and in which versions; the message of the fault is in none of it."""

    def fault(*_arguments: object) -> None:
        raise RuntimeError("Zzyzxanna")

    monkeypatch.setattr("guided_audio.cli.batch.build", fault)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    write("s.yaml", "Some words about Zzyzxanna.")
    answer = cli("build", "s.yaml", *FAKE)
    (report,) = tmp_path.glob("guided-audio-crash-*.txt")
    text = report.read_text(encoding="utf-8")
    assert answer.code == 70
    assert str(report) in one_sentence(answer)
    assert text.endswith("RuntimeError\n")
    assert re.search(r"^guided-audio \d", text, re.MULTILINE)
    assert re.search(r"test_cli_contract\.py:\d+ fault", text)
    assert "Zzyzxanna" not in text + answer.out + answer.err


def test_a_fault_is_told_even_where_no_report_can_be_written(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a place for the report it is in the message."""

    def fault(*_arguments: object) -> None:
        raise RuntimeError("Zzyzxanna")

    monkeypatch.setattr("guided_audio.cli.batch.build", fault)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    write("s.yaml")
    answer = cli("build", "s.yaml", *FAKE)
    assert answer.code == 70
    assert "RuntimeError" in answer.err
    assert "Zzyzxanna" not in answer.err


def test_a_missing_tool_deep_inside_is_no_fault_of_ours(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """What our own errors say is said, whichever use case raised them."""

    def missing(*_arguments: object) -> None:
        raise MissingTool("Nothing here.")

    monkeypatch.setattr("guided_audio.cli.check.reader.read", missing)
    write("s.yaml")
    answer = cli("check", "s.yaml")
    assert (answer.code, answer.err) == (3, "Nothing here.\n")


def test_running_gives_an_exit_code_and_never_ends_the_process(cli: Cli) -> None:
    """A program that calls `run` goes on afterwards, whatever was asked."""
    codes = [front.run(arguments) for arguments in (["--help"], ["--version"], ["nothing"], [], ["schema"])]
    assert codes == [0, 0, 2, 2, 0]
    assert all(isinstance(code, int) for code in codes)
    assert cli("schema").code == 0


def test_the_module_is_the_program(tmp_path: Path) -> None:
    """`python -m guided_audio` gives its exit code to whoever called it."""
    assert call(["--version"], tmp_path).code == 0
    assert call(["bild"], tmp_path).code == 2
    assert call(["build", "nothing"], tmp_path).code == 2
    assert sys.executable
