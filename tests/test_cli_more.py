"""Small commands do what they say: new, schema, doctor, auditions, and values from a file or a pipe."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import json
import sys
from pathlib import Path

import jsonschema
import pytest
from mutagen.id3 import ID3

from command_line import BUILT_IN, RATE, SHORT, Cli, call, decoded, powerless
from guided_audio import document
from guided_audio.library import Library

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")


# new and schema


@pytest.mark.parametrize("source", BUILT_IN)
def test_a_new_script_checks_and_builds(cli: Cli, source: str) -> None:
    """In an empty folder, from a built-in script, without another step."""
    made = cli("new", "--from", source)
    assert made.code == 0
    assert made.out.splitlines()[:2] == [f"my-{source}.yaml", "guided-audio.schema.json"]
    assert cli("check", f"my-{source}.yaml").code == 0
    assert cli("plan", f"my-{source}.yaml", *FAKE).code == 0


def test_a_new_script_with_nothing_to_begin_with_builds(cli: Cli) -> None:
    """The blank one is a whole script, and its parts can be had to change."""
    assert cli("new", "evening.yaml", "--with-parts").code == 0
    parts = (Library().scripts / "parts").iterdir()
    assert sorted(path.name for path in Path("parts").iterdir()) == sorted(path.name for path in parts)
    opening = Path("parts/opening.yaml")
    opening.write_text("title: Mine\nscript:\n- Entirely other words.\n", encoding="utf-8")
    planned = cli("plan", "evening.yaml", *FAKE, "--json").json()
    assert planned["lines"][0]["text"] == "Entirely other words."


def test_nothing_that_exists_is_overwritten(cli: Cli) -> None:
    """A second `new` refuses, and what was changed in the first stays."""
    cli("new", "--from", "body-scan")
    mine = Path("my-body-scan.yaml")
    mine.write_text("title: My own work\n", encoding="utf-8")
    Path("guided-audio.schema.json").write_text("{}", encoding="utf-8")
    again = cli("new", "--from", "body-scan")
    assert again.code == 2
    assert "not overwritten" in again.err
    assert mine.read_text(encoding="utf-8") == "title: My own work\n"
    assert cli("new", "other.yaml").code == 0
    assert Path("guided-audio.schema.json").read_text(encoding="utf-8") == "{}"


def test_a_new_script_where_nothing_can_be_written_is_refused(cli: Cli) -> None:
    """Below a file there is no folder; one sentence says so."""
    Path("file").write_text("", encoding="utf-8")
    answer = cli("new", "file/mine.yaml")
    assert answer.code == 2
    assert answer.err.startswith("file/mine.yaml cannot be written: ")


def test_a_script_of_ones_own_begins_another(cli: Cli) -> None:
    """The line for editors stands there once."""
    cli("new", "first.yaml")
    assert cli("new", "second.yaml", "--from", "first.yaml").code == 0
    assert Path("second.yaml").read_text(encoding="utf-8").count("yaml-language-server") == 1


def test_a_file_that_is_no_text_begins_nothing(cli: Cli) -> None:
    """An MP3 named by mistake is refused in one sentence."""
    Path("sound.yaml").write_bytes(b"\xff\xfb\x90\x00" * 100)
    answer = cli("new", "mine.yaml", "--from", "sound.yaml")
    assert answer.code == 2
    assert "sound.yaml" in answer.err
    assert not Path("mine.yaml").exists()


def test_the_schema_is_one_and_the_built_in_scripts_keep_it(cli: Cli) -> None:
    """An editor that has it sees no mistake where there is none, and one where there is one."""
    schema = json.loads(cli("schema").out)
    validator = jsonschema.validators.validator_for(schema)(schema)
    validator.check_schema(schema)
    for name in Library().script_names():
        Path("s.yaml").write_text(cli("scripts", name).out, encoding="utf-8")
        found, problems = document.load(Path("s.yaml"), "s.yaml")
        assert not problems
        assert found
        validator.validate(found.root)
    assert not validator.is_valid({"title": "No script"})


@pytest.mark.parametrize("name", ["plain", "x.txt"])
def test_a_new_script_is_named_as_one(cli: Cli, name: str) -> None:
    """A name that no other command would take for a script is refused, with one they would."""
    answer = cli("new", name)
    assert answer.code == 2
    assert f"A script's name ends in .yaml: {Path(name).stem}.yaml" in answer.err
    assert not list(Path().iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="another shell quotes otherwise")
def test_the_command_that_follows_can_be_copied(cli: Cli) -> None:
    """A name with a space stands in quotes."""
    assert cli("new", "my file.yaml").out.endswith("guided-audio build 'my file.yaml'\n")


# check


def test_scripts_that_would_become_the_same_file_are_found(cli: Cli) -> None:
    """Each later one has a problem at its title; alone none has."""
    for name, title in (("a", "A walk"), ("b", "a  walk!"), ("c", "A run")):
        Path(f"{name}.yaml").write_text(
            f"level: open\ntitle: {title}\nscript:\n- Some words to be heard.\n", "utf-8"
        )
    answer = cli("check", "a.yaml", "b.yaml", "c.yaml", "--profile", "general")
    assert answer.code == 1
    assert answer.out.startswith("b.yaml:2:8: ")
    assert "would become the same file as a.yaml. Change" in answer.out
    assert len(answer.out.splitlines()) == 1
    assert cli("check", "b.yaml", "c.yaml", "--profile", "general").code == 0


def test_a_profile_of_the_command_outweighs_that_of_a_script(cli: Cli) -> None:
    """Without one, a script is looked at by what it says it is for."""
    text = "level: open\ntitle: A\nprofile: general\nscript:\n- Some words to be heard.\n"
    Path("a.yaml").write_text(text, "utf-8")
    assert cli("check", "a.yaml").code == 0
    assert cli("check", "a.yaml", "--profile", "sleep").code == 1


# doctor


def test_the_doctor_finds_everything_here(cli: Cli) -> None:
    """On a machine that works everything is well, and says what it is."""
    answer = cli("doctor", "--json")
    found = {finding["name"]: finding for finding in answer.json()}
    assert answer.code == 0
    assert {"Python", "Encoder", "Voice engine system", "Store", "Room", "Library"} <= set(found)
    assert found["Encoder"]["detail"].startswith("ffmpeg ")
    assert found["Library"]["detail"] == f"{len(Library().script_files())} built-in scripts"


def test_the_doctor_has_a_remedy_for_a_store_that_cannot_be_used(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what to set, not only what is wrong."""
    Path("file").write_text("", encoding="utf-8")
    monkeypatch.setenv("GUIDED_AUDIO_STORE", "file/store")
    answer = cli("doctor", "--json")
    (store,) = [finding for finding in answer.json() if finding["name"] == "Store"]
    assert answer.code == 3
    assert not store["well"]
    assert "GUIDED_AUDIO_STORE" in store["remedy"]


def test_the_doctor_survives_a_folder_it_may_not_enter(tmp_path: Path) -> None:
    """A closed folder is no reason to fail; it is something to be told."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    answer = call(["doctor", "--json"], closed / "store", before=powerless())
    assert answer.code == 3, answer.err
    (store,) = [finding for finding in answer.json() if finding["name"] == "Store"]
    assert "permission denied" in store["remedy"]


# auditions and lists


def test_auditions_are_files_that_play(cli: Cli) -> None:
    """A voice, a bell and a bed each make an MP3 with something to hear in it."""
    for arguments, least in (
        (("voices", "--audition", "fake:one"), 10),
        (("sounds", "--audition", "bowl"), 20),
        (("sounds", "--audition", "stream"), 40),
    ):
        answer = cli(*arguments, "--out", "listen")
        sound = decoded(Path(answer.out.strip()))
        assert answer.code == 0
        assert len(sound) >= least * RATE
        assert 0.01 < abs(sound).max() <= 1.0


def test_an_audition_says_its_file_as_json(cli: Cli) -> None:
    """Programs get the file's name like every other result."""
    assert Path(cli("sounds", "--audition", "bowl", "--json").json()["file"]).is_file()
    assert Path(cli("voices", "--audition", "fake:one", "--json").json()["file"]).is_file()


def test_the_lists_name_what_there_is(cli: Cli) -> None:
    """Scripts with their titles, beds and bells with their kinds, voices with their languages."""
    assert [script["name"] for script in cli("scripts", "--json").json()] == [
        file.stem for file in Library().script_files()
    ]
    assert {sound["kind"] for sound in cli("sounds", "--json").json()} == {"bed", "bell"}
    voices = cli("voices", "--language", "de", "--json").json()
    assert voices
    assert all(voice["language"].startswith("de") for voice in voices)
    assert cli("scripts", "body-scan").out.startswith("title: Listening to the body\n")


@pytest.mark.parametrize("asked", ["en-gb", "EN_GB", "En"])
def test_a_language_is_found_however_it_is_written(cli: Cli, asked: str) -> None:
    """Case does not matter, nor which line joins its parts."""
    voices = cli("voices", "--language", asked, "--json").json()
    assert voices
    assert all(voice["language"].startswith("en") for voice in voices)


def test_a_language_no_voice_speaks_is_told(cli: Cli) -> None:
    """An empty list comes with a sentence and what to do; that is no failure."""
    answer = cli("voices", "--language", "german")
    assert (answer.code, answer.out) == (0, "")
    assert "without --language" in answer.err
    assert cli("voices", "--language", "german", "--json").json() == []


# values


def test_values_come_from_a_file_or_a_pipe(fake_store: Path, tmp_path: Path) -> None:
    """Both fill the slot, so that the same line is spoken; the second build finds it spoken."""
    (tmp_path / "short.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "values.yaml").write_text("name: Zzyzxanna\n", encoding="utf-8")
    build = ["build", "short.yaml", *FAKE, "--json", "--out"]
    plain = call([*build, "plain"], fake_store, tmp_path).json()["tracks"][0]
    file = call([*build, "a", "--set-from", "values.yaml"], fake_store, tmp_path).json()["tracks"][0]
    pipe = call([*build, "b", "--set-from", "-"], fake_store, tmp_path, text="name: Zzyzxanna\n").json()[
        "tracks"
    ][0]
    assert file["frames"] == pipe["frames"] > plain["frames"]
    assert (file["spoken_now"], pipe["spoken_now"]) == (1, 0)
    assert (tmp_path / file["file"]).read_bytes() == (tmp_path / pipe["file"]).read_bytes()


def test_a_slot_that_is_not_private_is_set_on_the_command_line(cli: Cli) -> None:
    """Its value is heard; the lyrics keep the fallback unless they are asked to show it."""
    Path("short.yaml").write_text(SHORT, encoding="utf-8")
    for extra, shown in (((), "the chair"), (("--names-in-text",), "the stairs")):
        done = cli("build", "short.yaml", *FAKE, "--set", "place=the stairs", *extra)
        assert done.code == 0, done.err
        assert f"speaks of {shown} by" in str(ID3("output/a-short-one.mp3").getall("USLT")[0])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("- name\n", "lines like `name: Ada`"),
        ("name: [Zzyzxanna]\n", "takes one text"),
        ("name: &a Zzyzxanna\n", "values.yaml:1:"),
        ("name: Zzyzxanna\nname: Zzyzxanna\n", "values.yaml:2:1"),
        ("\x00Zzyzxanna", "values.yaml:1:"),
        ("", "values.yaml:1:1"),
    ],
    ids=["list", "nested", "anchor", "twice", "NUL", "empty"],
)
def test_a_file_of_values_that_is_wrong_is_told_without_its_values(cli: Cli, content: str, says: str) -> None:
    """Place and reason, and not a word of what stands there."""
    Path("short.yaml").write_text(SHORT, encoding="utf-8")
    Path("values.yaml").write_text(content, encoding="utf-8")
    answer = cli("build", "short.yaml", *FAKE, "--set-from", "values.yaml")
    assert answer.code == 1, answer.err
    assert says in answer.err
    assert "Zzyzxanna" not in answer.err + answer.out
