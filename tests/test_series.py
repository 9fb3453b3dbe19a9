"""Series files: what they mean, every mistake in its place, and the series that come with the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest
from PIL import Image

from command_line import Cli
from guided_audio import document, folders
from guided_audio.cli import targets
from guided_audio.errors import Place, UsageError
from guided_audio.library import Library
from guided_audio.reader.page import Page, keys
from guided_audio.reader.schema import series_schema
from guided_audio.reader.series import SeriesReading, read_series
from guided_audio.reader.series_page import SeriesPage, TrackPage
from guided_audio.script import Level
from guided_audio.series import Series, missing_acknowledgements
from guided_audio.units import Seconds

pytest_plugins = ["e2e_fixtures"]

LIBRARY = Library()
BUILT_IN = LIBRARY.series()

PAGE = (Path(__file__).parents[1] / "docs" / "series.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)

HARBOUR = "title: By the harbour\nlengths: [5m, 10m]\nscript:\n- Boats lie in the mud.\n"
GATE = """\
title: At the gate
script:
- choose: gate
  default: outside
  inside:
  - There is the bench.
  outside:
  - There is the wall.
- choose: weather
  dry:
  - It is dry.
  wet:
  - It is wet.
"""
ROOM = "title: The room\nlevel: agreed\nscript:\n- Here is the room.\n"
LATER = "title: Later\nlevel: follow-up\nscript:\n- Here is the room again.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three scripts, `after-work`, in the folder one is in."""
    monkeypatch.chdir(tmp_path)
    made = Path("after-work")
    made.mkdir()
    for name, text in (("harbour", HARBOUR), ("gate", GATE), ("room", ROOM)):
        (made / f"{name}.yaml").write_text(text, encoding="utf-8")
    return made


def read(folder: Path, text: str) -> SeriesReading:
    """A series of these words in a folder."""
    file = folder / "series.yaml"
    file.write_text(text, encoding="utf-8")
    reading = read_series(file, LIBRARY, str(file))
    assert (reading.series is None) == bool(reading.problems)
    return reading


def series_of(folder: Path, text: str) -> Series:
    """The series of words that are right."""
    reading = read(folder, text)
    assert reading.problems == ()
    assert reading.series is not None
    return reading.series


# What is right


def test_a_series_has_its_tracks_in_order_with_their_settings(folder: Path) -> None:
    """Everything a person can write comes through, each script read."""
    Image.new("RGB", (8, 8)).save(folder / "cover.png")
    series = series_of(
        folder,
        """\
series: After work
purpose: Ten quiet minutes.
album: Evenings
artist: A practice by the sea
artwork: cover.png
region: uk
number: 2
tracks:
- gate
- script: harbour
  length: 10m
  title: The boats
  week: 2
- {script: gate, choose: {gate: inside, weather: wet}}
- {script: room, length: 7m, agreed: true, follow-up: true}
weeks:
- First.
- Second.
""",
    )
    assert (series.title, series.purpose, series.album) == ("After work", "Ten quiet minutes.", "Evenings")
    assert (series.artist, series.region, series.number) == ("A practice by the sea", "uk", 2)
    assert series.artwork == (folder / "cover.png").resolve()
    assert series.weeks == ("First.", "Second.")
    assert series.name == "after-work"
    assert [track.name for track in series.tracks] == ["gate", "harbour", "gate", "room"]
    assert [track.number for track in series.tracks] == [1, 2, 3, 4]
    harbour, inside, room = series.tracks[1:]
    assert (harbour.length, harbour.title, harbour.week) == (Seconds(600.0), "The boats", 2)
    assert harbour.script.title == "By the harbour"
    assert harbour.place == Place("after-work/series.yaml", 10, 3)
    assert inside.chosen == {"gate": "inside", "weather": "wet"}
    assert (room.agreed, room.follow_up, room.length) == (True, True, Seconds(420.0))


def test_a_series_of_names_alone_has_what_is_usual(folder: Path) -> None:
    """The album is its title, and a track has no settings."""
    series = series_of(folder, "series: After work\ntracks: [room]\n")
    assert series.album == "After work"
    assert series.artwork is None
    (room,) = series.tracks
    assert (room.length, room.chosen, room.title, room.week) == (None, {}, "", None)


def test_a_track_may_be_built_in_and_one_beside_comes_first(folder: Path) -> None:
    """A client's series borrows from the library; a borrowed script keeps the number it has there."""
    (folder / "check-in.yaml").write_text("title: Mine\nscript:\n- Hello.\n", encoding="utf-8")
    series = series_of(folder, "series: S\ntracks:\n- body-scan\n- heart-opening\n- check-in\n")
    assert [track.script.title for track in series.tracks][2] == "Mine"
    assert series.tracks[1].script.track
    assert series.tracks[1].script.path == LIBRARY.script("heart-opening")


def test_scripts_in_the_folder_that_no_track_names_are_noted(folder: Path) -> None:
    """At `tracks`; passages, client files and the series itself are not meant."""
    (folder / "parts").mkdir()
    (folder / "parts" / "feet.yaml").write_text("script:\n- Feet.\n", encoding="utf-8")
    (folder / "client.yaml").write_text("name: Ada\n", encoding="utf-8")
    reading = read(folder, "series: S\ntracks: [harbour, room]\n")
    assert reading.problems == ()
    (note,) = reading.notes
    assert note.place == Place("after-work/series.yaml", 2, 1)
    assert "`gate` lies in this folder" in note.message


def test_numbers_of_scripts_that_are_their_places_are_right(folder: Path) -> None:
    """With or without how many there are; a script that is heard twice may have either of its places."""
    for name, text, track in (("harbour", HARBOUR, "1/2"), ("gate", GATE, "2")):
        (folder / f"{name}.yaml").write_text(f"track: {track}\n{text}", encoding="utf-8")
    series_of(folder, "series: S\ntracks: [harbour, gate]\n")
    series_of(folder, "series: S\ntracks:\n- harbour\n- gate\n- {script: gate, title: Again}\n")
    series_of(folder, "series: S\ntracks:\n- {script: gate, title: Once}\n- gate\n- {script: room}\n")


# What is wrong

CASES = {
    "unknown key": ("series: S\nweek: 3\ntracks: [room]\n", 2, 1, "Did you mean `weeks`?"),
    "far from any key": ("series: S\nxyzzy: 3\ntracks: [room]\n", 2, 1, "The keys here are `series`, "),
    "no tracks": ("series: S\n", 1, 1, "The key `tracks` is missing here."),
    "no title": ("tracks: [room]\n", 1, 1, "The key `series` is missing here."),
    "misspelt title": ("seris: S\ntracks: [room]\n", 1, 1, "Did you mean `series`?"),
    "empty tracks": ("series: S\ntracks: []\n", 2, 9, "There is no track here."),
    "tracks is a text": ("series: S\ntracks: room\n", 2, 9, "Here belongs a list"),
    "a list": ("- room\n", 1, 1, "At least `series` and `tracks` are needed."),
    "track is a list": ("series: S\ntracks:\n- [room]\n", 3, 3, "Here belongs a single text."),
    "unknown key of a track": ("series: S\ntracks:\n- script: room\n  lenght: 5m\n", 4, 3, "`length`?"),
    "track without script": ("series: S\ntracks:\n- length: 5m\n", 3, 3, "The key `script` is missing"),
    "script with a folder": ("series: S\ntracks:\n- script: parts/x\n", 3, 11, "without folder and ending"),
    "missing script": ("series: S\ntracks:\n- harbor\n", 3, 3, "Did you mean `harbour`?"),
    "script with its ending": ("series: S\ntracks:\n- room.yaml\n", 3, 3, "Did you mean `room`?"),
    "missing built-in": ("series: S\ntracks:\n- script: body-scna\n", 3, 11, "Did you mean `body-scan`?"),
    "nothing like it": ("series: S\ntracks:\n- qqqqqq\n", 3, 3, "`guided-audio scripts` lists"),
    "unknown choice": (
        "series: S\ntracks:\n- script: gate\n  choose: {gaet: inside}\n",
        4,
        12,
        "`gate` has no choice of this name. Did you mean `gate`?",
    ),
    "choice of a script without any": (
        "series: S\ntracks:\n- script: room\n  choose:\n    gate: inside\n",
        5,
        5,
        "There is none at all.",
    ),
    "unknown branch": (
        "series: S\ntracks:\n- script: gate\n  choose: {gate: insdie}\n",
        4,
        18,
        "The choice `gate` has no branch of this name. Did you mean `inside`?",
    ),
    "branch like none": (
        "series: S\ntracks:\n- script: gate\n  choose: {weather: sun}\n",
        4,
        21,
        "The branches are `dry`, `wet`.",
    ),
    "choose is a text": ("series: S\ntracks:\n- {script: gate, choose: inside}\n", 3, 26, "Here belong keys"),
    "a length it is not meant for": (
        "series: S\ntracks:\n- script: harbour\n  length: 7m\n",
        4,
        11,
        "`harbour` is not meant for this length. Its lengths are 5m, 10m.",
    ),
    "length without unit": ("series: S\ntracks:\n- {script: room, length: 7}\n", 3, 26, "7m for minutes"),
    "week in words": ("series: S\ntracks:\n- {script: room, week: one}\n", 3, 24, "from 1 to 52"),
    "week that is not there": (
        "series: S\ntracks:\n- harbour\n- {script: room, week: 2}\nweeks: [One.]\n",
        4,
        3,
        "`weeks` ends with week 1",
    ),
    "agreed is a word": ("series: S\ntracks:\n- {script: room, agreed: yes}\n", 3, 26, "true or false"),
    "twice": (
        "series: S\ntracks:\n- room\n- {script: harbour, length: 5m}\n- {script: harbour, length: 300s}\n",
        5,
        3,
        "This is track 2 once more: `harbour`",
    ),
    "twice in other weeks": (
        "series: S\ntracks:\n- {script: room, week: 1}\n- {script: room, week: 2}\n",
        4,
        3,
        "track 1 once more",
    ),
    "number is a word": ("series: S\nnumber: two\ntracks: [room]\n", 2, 9, "whole number from 1 to 99"),
    "picture that is not there": (
        "series: S\nartwork: cover.jpg\ntracks: [room]\n",
        2,
        10,
        "no such file beside the series. Put the picture there",
    ),
    "picture that is none": ("series: S\nartwork: room.yaml\ntracks: [room]\n", 2, 10, "JPEG or PNG"),
    "picture elsewhere": ("series: S\nartwork: ../x.png\ntracks: [room]\n", 2, 10, "lies beside its series"),
    "a colon in a week": (
        "series: S\ntracks: [room]\nweeks:\n- Slowly: day by day.\n",
        4,
        3,
        "a single text",
    ),
    "an anchor": ("series: S\ntracks: [&a room]\n", 2, 10, ""),
    "a tab": ("series: S\ntracks:\n\t- room\n", 3, 1, "tab"),
    "nothing": ("", 1, 1, "nothing in this file"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_mistake_is_one_problem_in_its_place(case: tuple[str, int, int, str], folder: Path) -> None:
    """File, line and column, what is wrong and what was probably meant."""
    text, line, column, says = case
    (folder.parent / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (problem,) = read(folder, text).problems
    assert problem.place == Place("after-work/series.yaml", line, column), problem
    assert says in str(problem)


def test_all_mistakes_are_found_in_one_run(folder: Path) -> None:
    """A wrong key or track does not hide what is wrong with the others; numbers stay those of the page."""
    text = """\
series: S
artwrk: x.jpg
tracks:
- script: harbour
  lenght: 5m
  length: 7m
- length: 5m
- gate
- {script: gate, week: 70}
- qqqqqq
"""
    problems = read(folder, text).problems
    assert [(problem.place.line, problem.place.column) for problem in problems] == [
        (2, 1),
        (5, 3),
        (6, 11),
        (7, 3),
        (9, 3),
        (9, 24),
        (10, 3),
    ]
    assert "This is track 3 once more" in problems[4].message


@pytest.mark.parametrize(
    ("tracks", "says"),
    [
        ({"harbour": "1/2", "gate": "3/2"}, None),
        (
            {"harbour": "1/2", "gate": "1/2"},
            "track 2/2; the file of `gate` says 1/2, like that of `harbour`.",
        ),
        ({"harbour": "1", "gate": "3/3"}, "This is track 2/2; the file of `gate` says 3/3."),
        ({"harbour": "1", "gate": "2/3"}, "This is track 2/2; the file of `gate` says 2/3."),
    ],
)
def test_a_number_that_is_not_its_place_is_a_problem(
    tracks: dict[str, str], says: str | None, folder: Path
) -> None:
    """It names both numbers, and the script that has the same one; one that makes no sense stays its own."""
    for name, text in (("harbour", HARBOUR), ("gate", GATE)):
        (folder / f"{name}.yaml").write_text(f"track: {tracks[name]}\n{text}", encoding="utf-8")
    (problem,) = read(folder, "series: S\ntracks:\n- harbour\n- gate\n").problems
    if says is None:
        assert problem.place == Place("after-work/gate.yaml", 1, 8)
    else:
        assert problem.place == Place("after-work/series.yaml", 4, 3)
        assert says in problem.message
        assert "Write `track: 2/2` there" in problem.hint


def test_a_number_is_asked_for_once(folder: Path) -> None:
    """A script that is heard twice, and has neither number, is one problem."""
    (folder / "gate.yaml").write_text(f"track: 7\n{GATE}", encoding="utf-8")
    text = "series: S\ntracks:\n- harbour\n- gate\n- {script: gate, title: Again}\n"
    assert [problem.place.line for problem in read(folder, text).problems] == [4]


def test_problems_of_scripts_are_problems_of_their_series(folder: Path) -> None:
    """In the places of the scripts, by the path the series was called by."""
    (folder / "room.yaml").write_text("title: The room\nscript:\n- pause: 8\n", encoding="utf-8")
    problems = read(folder, "series: S\ntracks: [harbour, room]\n").problems
    assert [problem.place for problem in problems] == [Place("after-work/room.yaml", 3, 10)]


def test_no_series_there_is_a_problem(tmp_path: Path) -> None:
    """Like any file that is not there."""
    reading = read_series(tmp_path / "series.yaml", LIBRARY)
    assert reading.series is None
    assert "no such file" in reading.problems[0].message


# Levels


def test_a_series_for_a_client_needs_its_acknowledgements(folder: Path) -> None:
    """Reading does not ask for them; `agreed` does not stand in for `follow-up`."""
    (folder / "later.yaml").write_text(LATER, encoding="utf-8")
    template = series_of(folder, "series: S\ntracks: [harbour, room, later]\n")
    problems = missing_acknowledgements(template)
    assert [problem.place.column for problem in problems] == [19, 25]
    assert "`room` is of level `agreed`" in problems[0].message
    assert "`agreed: true`" in problems[0].hint
    assert "`follow-up: true`" in problems[1].hint
    half = "series: S\ntracks:\n- {script: room, agreed: true}\n- {script: later, agreed: true}\n"
    assert [problem.place.line for problem in missing_acknowledgements(series_of(folder, half))] == [4]
    whole = half.replace("later, agreed", "later, follow-up")
    assert missing_acknowledgements(series_of(folder, whole)) == ()


@pytest.mark.parametrize(
    ("level", "agreed", "follow_up", "may"),
    [
        (Level.OPEN, False, False, True),
        (Level.AGREED, False, False, False),
        (Level.AGREED, True, False, True),
        (Level.AGREED, False, True, True),
        (Level.FOLLOW_UP, True, False, False),
        (Level.FOLLOW_UP, False, True, True),
    ],
)
def test_a_level_is_acknowledged_by_its_own_word_or_a_stronger_one(
    level: Level, agreed: bool, follow_up: bool, may: bool
) -> None:
    """The same for a command and for a series."""
    assert level.is_acknowledged(agreed=agreed, follow_up=follow_up) == may


# Targets and check


def test_check_reads_the_series_of_a_folder_with_its_scripts(folder: Path, cli: Cli) -> None:
    """Its problems stand among theirs, a script's own is said once, and a note is none of them."""
    text = "series: S\ntracks:\n- harbor\n- room\n"
    (folder / "series.yaml").write_text(text, encoding="utf-8")
    for named, scripts in ((folder, 3), (folder / "series.yaml", 1)):
        answer = cli("check", named, "--profile", "general")
        assert answer.code == 1
        assert "series.yaml:3:3: There is no script of this name" in answer.out
        assert "series.yaml:2:1: note: `gate` lies in this folder" in answer.out
        assert answer.err.startswith(f"1 series, {scripts} script")
        assert f", {answer.out.count(' note: ')} notes.\n" in answer.err
    (folder / "room.yaml").write_text("title: The room\nscript:\n- pause: 8\n", encoding="utf-8")
    twice = (folder, "./after-work/room.yaml")  # one and the same script by two paths
    found = cli("check", *twice, "--profile", "general", "--format", "json").json()
    assert sum(each["file"].endswith("room.yaml") for each in found) == 1
    assert [each.get("severity") for each in found if "lies in this folder" in each["message"]] == [
        "note",
        "note",
    ]
    github = cli("check", folder, "--profile", "general", "--format", "github").out
    assert "::error file=after-work/series.yaml,line=3,col=3::" in github
    assert "::notice file=after-work/series.yaml,line=2,col=1::" in github


def test_check_is_content_with_a_series_that_is_right(cli: Cli) -> None:
    """A series of borrowed scripts alone is right as well."""
    alone = Path("alone")
    alone.mkdir()
    (alone / "series.yaml").write_text("series: S\ntracks: [body-scan]\n", encoding="utf-8")
    assert cli("check", alone) == cli("check", alone / "series.yaml")
    assert cli("check", alone).out == "1 series, no scripts, no mistakes.\n"
    assert "only a series" in cli("plan", alone).err


def test_a_series_is_not_planned_by_its_file(folder: Path, cli: Cli) -> None:
    """Its settings would be lost; one sentence says what to do."""
    (folder / "series.yaml").write_text("series: S\ntracks: [harbour]\n", encoding="utf-8")
    answer = cli("plan", folder / "series.yaml")
    assert answer.code == 2
    assert "which `build` and `check` can read" in answer.err


def test_a_folder_stands_for_its_scripts_in_the_order_of_its_series(folder: Path) -> None:
    """Those that it does not name come after; a broken series only loses its order."""
    for text, names in (
        ("series: S\ntracks: [room, {script: harbour}, room]\n", ["room", "harbour", "gate"]),
        ("series: S\ntracks: {room: x}\n", ["gate", "harbour", "room"]),
        ("\0", ["gate", "harbour", "room"]),
    ):
        (folder / "series.yaml").write_text(text, encoding="utf-8")
        found = targets.resolve([str(folder)], LIBRARY)
        assert [target.file.stem for target in found] == names


def test_series_side_by_side_stand_in_the_order_of_their_numbers(folder: Path) -> None:
    """Those without a number come after, by name."""
    for name, number in (("a", ""), ("b", "number: 12\n"), ("c", "number: 3\n"), ("d", "number: x\n")):
        each = folder.parent / "all" / name
        each.mkdir(parents=True)
        (each / f"{name}.yaml").write_text(HARBOUR, encoding="utf-8")
        (each / "series.yaml").write_text(f"series: S\n{number}tracks: [{name}]\n", encoding="utf-8")
    found = targets.look_up(["all"], LIBRARY)
    assert [target.file.stem for target in found.scripts] == ["c", "b", "a", "d"]
    assert found.series[0].shown == str(Path("all/c/series.yaml"))


def test_a_series_is_no_script_and_none_is_named_like_one(cli: Cli) -> None:
    """`new` does not make what would be read as a series."""
    answer = cli("new", "series.yaml")
    assert answer.code == 2
    assert "series.yaml is the name of a file that puts scripts in order" in answer.err
    assert not Path("series.yaml").exists()
    assert not any(folders.is_series(file) for file in LIBRARY.script_files())


# Those that come with the program


def built_in(file: Path) -> Series:
    """A series of the library."""
    reading = read_series(file, LIBRARY, f"{file.parent.name}/{file.name}")
    assert reading.problems == ()
    assert reading.notes == ()
    assert reading.series is not None
    return reading.series


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda file: file.parent.name)
def test_a_built_in_series_is_right_and_leaves_no_script_out(file: Path) -> None:
    """It says what it is for, and has every script of its folder once, by the album these name."""
    series = built_in(file)
    assert series.purpose.endswith(".")
    assert [track.script.path for track in series.tracks] == folders.scripts_in(file.parent)
    assert {track.script.album for track in series.tracks} == {series.album}
    assert {track.script.artist for track in series.tracks} == {series.artist}


def test_built_in_series_are_templates() -> None:
    """They acknowledge nothing for anybody, and leave lengths and branches open."""
    for file in BUILT_IN:
        for track in built_in(file).tracks:
            assert (track.agreed, track.follow_up) == (False, False), track.name
            assert (track.chosen, track.length) == ({}, None), track.name


def test_every_built_in_script_is_in_a_series() -> None:
    """Folder by folder, ground first; the library lists scripts in that order."""
    series = [built_in(file) for file in BUILT_IN]
    assert [each.number for each in series] == list(range(1, len(series) + 1))
    assert series[0].name == "ground"
    listed = [track.script.path for each in series for track in each.tracks]
    assert listed == list(LIBRARY.script_files())
    assert len({file.stem for file in listed}) == len(listed)


@pytest.mark.parametrize("name", ["a-gentle-process", "the-eight-cs"])
def test_a_weekly_plan_has_something_for_every_week(name: str) -> None:
    """Weeks follow one another as the tracks do."""
    (file,) = (each for each in BUILT_IN if each.parent.name == name)
    series = built_in(file)
    weeks = [track.week for track in series.tracks if track.week is not None]
    assert weeks == sorted(weeks)
    assert set(weeks) == set(range(1, len(series.weeks) + 1))
    assert all(week.endswith(".") for week in series.weeks)


def test_the_name_of_a_built_in_series_stands_for_its_scripts(cli: Cli) -> None:
    """In its order; a name that is nearly one is put right."""
    for file in BUILT_IN:
        name = file.parent.name
        found = targets.resolve([name], LIBRARY)
        assert [target.file for target in found] == folders.scripts_in(file.parent)
        assert [target.shown for target in found] == [target.file.stem for target in found]
        scripts = f"{len(found)} scripts"
        assert cli("check", name).out == f"1 series, {scripts}, no mistakes.\n"
    with pytest.raises(UsageError, match="Did you mean `the-eight-cs`"):
        targets.resolve(["the-eigth-cs"], LIBRARY)


# The schema and the page

VALIDATOR = jsonschema.Draft7Validator(series_schema())


def test_the_schema_is_of_draft_07_and_explains_every_key(cli: Cli) -> None:
    """And the command prints it."""
    schema = series_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    for part in (schema, *schema["definitions"].values()):
        for key, value in part["properties"].items():
            assert value["description"].endswith("."), key
    assert cli("schema", "--series").json() == schema


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    """The built-in series and the page's examples; and not what has a mistake of kind."""
    for text in (*(file.read_text(encoding="utf-8") for file in BUILT_IN), *EXAMPLES):
        VALIDATOR.validate(_data(text))
    for name in ("unknown key", "no tracks", "no title", "empty tracks", "tracks is a text", "a list"):
        assert not VALIDATOR.is_valid(_data(CASES[name][0])), name
    for name in ("unknown key of a track", "track without script", "track is a list", "choose is a text"):
        assert not VALIDATOR.is_valid(_data(CASES[name][0])), name


def _data(text: str) -> object:
    found, problems = document.parse(text.encode(), "series.yaml")
    assert found is not None
    assert not problems
    return found.root


def listed(section: str) -> Iterator[tuple[str, str]]:
    """The keys in the table of a section, each with what it is said to do."""
    for row in re.findall(r"^\| `([^`]+)` \| (.+?) \| .+ \|$", section, flags=re.MULTILINE):
        yield row[0], row[1]


@pytest.mark.parametrize(("model", "head"), [(SeriesPage, "At the top"), (TrackPage, "Tracks")])
def test_every_key_is_described_and_no_other(model: type[Page], head: str) -> None:
    """A key that is added or taken away must be added or taken away on the page, and be in an example."""
    sections = dict(part.split("\n", 1) for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:])
    described = dict(listed(sections[head]))
    assert sorted(described) == sorted(keys(model))
    shown = "\n".join(EXAMPLES)
    for key in keys(model):
        assert re.search(rf"(?:^|[\s{{]){key}:", shown), key


@pytest.mark.parametrize("example", EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
def test_every_example_is_right(example: str, tmp_path: Path) -> None:
    """Beside scripts of the names it has that are not built in, and with its picture."""
    for name in ("by-the-harbour", "at-the-garden-gate"):
        (tmp_path / f"{name}.yaml").write_text(HARBOUR, encoding="utf-8")
    Image.new("RGB", (8, 8)).save(tmp_path / "harbour.jpg")
    series_of(tmp_path, example)


def test_the_page_says_the_limits_of_the_program(folder: Path) -> None:
    """The last week and the highest number are right, and one more is wrong."""
    for key, most in (("week", 52), ("number", 99)):
        (row,) = (does for name, does in listed(PAGE) if name == key)
        assert f"1 to {most}" in row
    pairs = (
        ("series: S\nnumber: {}\ntracks: [room]\n", 99),
        ("series: S\ntracks:\n- script: room\n  week: {}\n", 52),
    )
    for text, most in pairs:
        for one, other in pairwise((most, most + 1)):
            assert read(folder, text.format(one)).problems == ()
            assert len(read(folder, text.format(other)).problems) == 1
