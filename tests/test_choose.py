"""Choices: branches that are built one by one, or heard one after the other."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from command_line import Cli
from conftest import PLACE, TICK, said, script_of
from guided_audio import document, lint, naming, reader
from guided_audio.build import output_file
from guided_audio.errors import Place, UsageError
from guided_audio.inspection import inspect_scripts
from guided_audio.library import Library
from guided_audio.lint.estimate import estimated
from guided_audio.naming import LONGEST, file_stem, variant_ending
from guided_audio.script import (
    NOTHING_CHOSEN,
    Chapter,
    Choice,
    Line,
    Passage,
    Pause,
    Profile,
    Script,
    Step,
    flat,
    text_of,
    walk,
)
from guided_audio.units import Seconds

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")
LIBRARY = Library()

GATE = """\
title: At the gate
bed: none
lengths: [45s, 60s]
script:
- settle: Here is the gate, and there is no hurry.
- choose: gate
  default: outside
  inside:
  - notice: Behind it there is a garden with a bench.
  - optional:
      from: 50s
      script:
      - notice: And a pear tree.
  outside:
  - tick: The bench on this side is good as well.
- choose: weather
  dry:
  - tick: It may be dry where you are.
  wet:
  - tick: It may be raining, or it may have rained.
- settle: Now or later there is the way home.
"""


def read(folder: Path, text: str) -> Script:
    """The script in a text that has no problems."""
    file = folder / "gate.yaml"
    file.write_text(text, encoding="utf-8")
    reading = reader.read(file, LIBRARY, "gate.yaml")
    assert reading.problems == ()
    assert reading.script
    return reading.script


def texts(script: Script) -> list[str]:
    """What is said, line by line."""
    return [text_of(line.pieces, {}) for line in script.lines]


def names(script: Script) -> dict[str, str]:
    """What each line is known by, by its words."""
    return {line.text: line.identity for line in estimated(script).lines}


# Reading


def test_a_choice_is_read_with_its_branches_in_order(tmp_path: Path) -> None:
    """Each line knows the branch it stands in; what stands outside knows of none."""
    script = read(tmp_path, GATE)
    gate, weather = (step for step in script.steps if isinstance(step, Choice))
    assert (gate.name, [*gate.branches], gate.default) == ("gate", ["inside", "outside"], "outside")
    assert (weather.name, [*weather.branches], weather.default) == ("weather", ["dry", "wet"], "")
    assert gate.place == Place("gate.yaml", 6, 3)
    lines = [step for step in walk(script.steps) if isinstance(step, Line)]
    assert [line.branch for line in lines] == [
        *("", "gate=inside", "gate=inside", "gate=outside"),
        *("weather=dry", "weather=wet", ""),
    ]


def test_a_passage_may_hold_a_choice_and_a_branch_a_passage(tmp_path: Path) -> None:
    """The lines have the passage they are from and the branch they are for."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "way.yaml").write_text(
        "script:\n- choose: way\n  up:\n  - Up it goes.\n"
        "  down:\n  - use: feet\n  - chapter: Below\n  - Down.\n"
    )
    (tmp_path / "parts" / "feet.yaml").write_text("script:\n- Here are the feet.\n")
    text = "title: A\nscript:\n- optional:\n    from: 1m\n    script:\n    - use: way\n- use: feet\n"
    script = read(tmp_path, text)
    assert [(line.origin, line.branch) for line in script.lines] == [
        ("way", "way=up"),
        ("feet", "way=down"),
        ("way", "way=down"),
        ("feet", ""),
    ]
    assert texts(script.edition(Seconds(30.0), {"way": "up"})) == ["Here are the feet."]


def test_either_way_may_be_said_plainly(tmp_path: Path) -> None:
    """It is what happens without a default anyway."""
    plainly = GATE.replace("- choose: weather\n", "- choose: weather\n  either-way: true\n")
    assert texts(read(tmp_path, plainly)) == texts(read(tmp_path, GATE))


def test_every_mistake_in_branches_is_found_in_one_run(tmp_path: Path) -> None:
    """A wrong step in one branch hides nothing in the others."""
    file = tmp_path / "a.yaml"
    file.write_text(
        "title: A\nscript:\n- choose: way\n  default: left\n  up:\n  - notise: Here.\n  - pause: 8\n"
        "  down:\n  - choose: other\n    one:\n    - A.\n    two:\n    - B.\n  - To {place}.\n"
    )
    problems = reader.read(file, LIBRARY, "a.yaml").problems
    assert [problem.place.line for problem in problems] == [4, 6, 7, 9, 14]


def test_a_slot_or_a_chapter_may_be_named_like_a_key_of_the_choice(tmp_path: Path) -> None:
    """Only branches have reserved names."""
    text = "title: A\nslots: {default: {fallback: x}}\nscript:\n- chapter: default\n- choose: script\n"
    script = read(tmp_path, f"{text}  from:\n  - To {{default}}.\n  '2':\n  - Or not.\n")
    assert [*script.choices["script"].branches] == ["from", "2"]


# Editions


@pytest.mark.parametrize(
    ("chosen", "heard"),
    [
        ({}, "Here The And-not It-dry It-wet Now"),
        ({"gate": "outside"}, "Here The It-dry It-wet Now"),
        ({"gate": "inside"}, "Here Behind And It-dry It-wet Now"),
        ({"weather": "wet"}, "Here The It-wet Now"),
        ({"weather": "dry", "gate": "inside", "other": "one"}, "Here Behind And It-dry Now"),
    ],
    ids=str,
)
def test_an_edition_has_the_chosen_branches(chosen: Mapping[str, str], heard: str, tmp_path: Path) -> None:
    """Else the default; without one every branch, in order. A choice it does not have means nothing to it."""
    said_here = {
        "Here": "Here is the gate, and there is no hurry.",
        "The": "The bench on this side is good as well.",
        "Behind": "Behind it there is a garden with a bench.",
        "And": "And a pear tree.",
        "It-dry": "It may be dry where you are.",
        "It-wet": "It may be raining, or it may have rained.",
        "Now": "Now or later there is the way home.",
    }
    edition = read(tmp_path, GATE).edition(None, chosen)
    assert texts(edition) == [said_here[word] for word in heard.split() if word in said_here]
    assert edition.lines == tuple(step for step in edition.steps if isinstance(step, Line))


def test_a_variant_bears_its_length_and_branches_in_its_title(tmp_path: Path) -> None:
    """In the order of the script, whatever order they were given in."""
    script = read(tmp_path, GATE)
    both = {"weather": "wet", "gate": "inside", "other": "one"}
    assert script.edition(None).title == "At the gate"
    assert script.edition(None, both).title == "At the gate (inside, wet)"
    assert script.edition(Seconds(600.0), both).title == "At the gate (10m, inside, wet)"


def test_a_branch_that_is_not_there_is_no_edition(tmp_path: Path) -> None:
    """Also for a program that did not ask the command line."""
    with pytest.raises(UsageError, match=r"`gate` in gate\.yaml has no branch"):
        read(tmp_path, GATE).edition(None, {"gate": "on-top"})


def test_variants_are_one_choice_at_a_time(tmp_path: Path) -> None:
    """The default is not heard twice."""
    variants = read(tmp_path, GATE).variants
    assert [dict(chosen) for chosen in variants] == [
        {},
        {"gate": "inside"},
        {"weather": "dry"},
        {"weather": "wet"},
    ]


def line(number: int, branch: str = "") -> Line:
    """A line like no other."""
    pieces = said(f"Line number {number} is said here.").pieces
    return Line(PLACE, pieces, TICK, branch=branch)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Step, ...]:
    """Steps with passages and choices in them, as a reader would make them."""
    count = iter(range(1000))

    def several(depth: int, branch: str) -> tuple[Step, ...]:
        kinds = [
            "line",
            "line",
            "pause",
            *(["passage"] if depth else []),
            *(["choice"] if not branch else []),
        ]
        return tuple(one(kind, depth, branch) for kind in draw(st.lists(st.sampled_from(kinds), max_size=4)))

    def one(kind: str, depth: int, branch: str) -> Step:
        match kind:
            case "line":
                return line(next(count), branch)
            case "pause":
                return Pause(PLACE, TICK)
            case "passage":
                return Passage(
                    PLACE, Seconds(draw(st.sampled_from([60.0, 600.0]))), several(depth - 1, branch)
                )
        name = draw(st.sampled_from(["way", "side"]))
        branches = {key: several(1, f"{name}={key}") for key in ("a", "b")}
        return Choice(PLACE, name, branches, {"way": "a", "side": ""}[name])

    return (line(next(count)), *several(2, ""), line(next(count)))


LENGTHS = st.sampled_from([None, Seconds(60.0), Seconds(600.0)])
CHOSEN = st.dictionaries(st.sampled_from(["way", "side"]), st.sampled_from(["a", "b"]))


@settings(max_examples=150)
@given(trees(), LENGTHS, CHOSEN)
def test_an_edition_is_flat_and_keeps_what_stands_outside(
    steps: tuple[Step, ...], length: Seconds | None, chosen: dict[str, str]
) -> None:
    """Nothing is left to be resolved, the order stays, and only branches differ between variants."""
    script = script_of(*steps)
    edition = script.edition(length, chosen)
    assert not any(isinstance(step, Passage | Choice) for step in edition.steps)
    everything = [step for step in walk(steps) if isinstance(step, Line)]
    places = [everything.index(step) for step in edition.lines]
    assert places == sorted(set(places))
    for step in edition.lines:
        name, _, branch = step.branch.partition("=")
        assert branch == (chosen.get(name) or {"way": "a", "side": branch, "": ""}[name])
    outside = [step for step in flat(steps, length) if isinstance(step, Line) and not step.branch]
    assert [step for step in edition.lines if not step.branch] == outside


@settings(max_examples=60)
@given(trees(), CHOSEN)
def test_a_line_is_known_by_the_same_name_in_every_variant(
    steps: tuple[Step, ...], chosen: dict[str, str]
) -> None:
    """So a recording of it serves them all; with and without a chapter of its own."""
    for whole in (steps, (Chapter(PLACE, "First"), *steps)):
        plain, variant = (names(script_of(*whole).edition(None, taken)) for taken in ({}, chosen))
        assert {text: plain[text] for text in plain.keys() & variant.keys()} == {
            text: variant[text] for text in plain.keys() & variant.keys()
        }


def test_a_branch_does_not_count_among_the_lines_outside_it(tmp_path: Path) -> None:
    """The same words before, in and after a choice: the ones outside keep their names."""
    twice = "title: A\nscript:\n- chapter: B\n- Rest.\n{}- Rest.\n"
    choose = "- choose: way\n  up:\n  - Rest.\n  down:\n  - Or go on.\n"
    without = [span.identity for span in estimated(read(tmp_path, twice.format("")).edition(None)).lines]
    script = read(tmp_path, twice.format(choose))
    assert without == ["/B/text:Rest.#1", "/B/text:Rest.#2"]
    for chosen in script.variants:
        edition = script.edition(None, chosen)
        spans = estimated(edition).lines
        assert [span.identity for span in spans if not edition.lines[span.number].branch] == without
        assert len({span.identity for span in spans}) == len(spans)


# Names of files


@pytest.mark.parametrize(
    ("title", "chosen", "length", "name"),
    [
        ("At the gate", {}, None, "at-the-gate.mp3"),
        ("At the gate", {"gate": "inside"}, None, "at-the-gate-inside.mp3"),
        ("At the gate", {"gate": "inside"}, 600.0, "at-the-gate-inside-10m.mp3"),
        ("At the gate", {"weather": "wet", "gate": "inside"}, 600.0, "at-the-gate-inside-wet-10m.mp3"),
        ("At the gate", {"other": "one"}, None, "at-the-gate.mp3"),
        ("Sitting at the gate for a while", {"gate": "inside"}, 90.0, "sitting-at-the-inside-1m30s.mp3"),
        ("Sitting at the gate inside the wall", {"gate": "inside"}, None, "sitting-at-the-gate--inside.mp3"),
    ],
    ids=str,
)
def test_a_variant_has_a_file_of_its_own(
    title: str, chosen: Mapping[str, str], length: float | None, name: str, tmp_path: Path
) -> None:
    """The branch stands before the length; the title gives way, and never takes the place of a branch."""
    script = read(tmp_path, GATE.replace("At the gate", title))
    assert output_file(script, Path(), Seconds(length) if length else None, chosen).name == name


def test_branches_that_could_be_mistaken_are_told_apart() -> None:
    """Two choices with a branch of one name, and a branch named like a length, get a hash."""
    choices = {"way": ["open", "10m"], "posture": ["open", "lying"]}
    cases: list[tuple[Mapping[str, str], Seconds | None]] = [
        ({"way": "open"}, None),
        ({"posture": "open"}, None),
        ({"way": "10m"}, None),
        (NOTHING_CHOSEN, Seconds(600.0)),
        ({"way": "10m"}, Seconds(600.0)),
        ({"posture": "lying"}, None),
    ]
    endings = [variant_ending(choices, chosen, length) for chosen, length in cases]
    assert len({*endings}) == len(endings)
    assert endings[-1] == "-lying"
    assert re.fullmatch(r"-open-[0-9a-f]{8}", endings[0])
    assert variant_ending(choices, {"way": "open"}, None) == endings[0]


LABELS = st.from_regex(r"[abo1][abo1m]{0,3}(-[ab1][ab1ms]{0,2}){0,2}", fullmatch=True)
CHOICES = st.dictionaries(LABELS, st.lists(LABELS, min_size=2, max_size=3, unique=True), max_size=3)
TITLES = st.lists(LABELS | st.sampled_from(["evening", "夜", "2024"]), min_size=1, max_size=8).map(" ".join)


@settings(max_examples=200)
@given(TITLES, CHOICES)
@example("evening open evening open evening", {"way": ["open", "open-evening"]})
@example("a", {"way": ["a" * 24, "a" * 23 + "b"], "side": ["b" * 24, "c" * 24]})
def test_no_two_variants_of_a_script_are_one_file(title: str, choices: dict[str, list[str]]) -> None:
    """Whatever they are called, and in whatever length: short names, each with a word of the title."""
    lengths = (None, Seconds(60.0), Seconds(1.0), Seconds(3599.999))
    files: dict[str, object] = {}
    ways = product(*([None, *branches] for branches in choices.values()))
    for length, taken in product(lengths, ways):
        chosen = {name: branch for name, branch in zip(choices, taken, strict=True) if branch}
        stem = file_stem(title, "spare", variant_ending(choices, chosen, length))
        assert re.fullmatch(r"[a-z0-9]+(--?[a-z0-9]+)*-?", stem)
        assert len(f"{stem}.mp3") <= LONGEST
        assert files.setdefault(stem, (length, chosen)) == (length, chosen)
    assert naming.file_stem(title, "spare") in files


# The command line


def write(name: str, text: str = GATE) -> None:
    """A script in the folder we are in."""
    Path(name).write_text(text, encoding="utf-8")


def planned(cli: Cli, *options: str) -> list[str]:
    """The lines of a plan."""
    answer = cli("plan", "gate.yaml", *FAKE, "--json", *options)
    assert answer.code == 0, answer.err
    return [line["text"].split()[0] for line in answer.json()["lines"]]


def test_a_plan_has_what_is_chosen(cli: Cli) -> None:
    """Without a choice the default, and every branch where there is none."""
    write("gate.yaml")
    assert planned(cli) == ["Here", "The", "It", "It", "Now"]
    assert planned(cli, "--choose", "gate=inside", "--choose", "weather=dry") == [
        *("Here", "Behind", "And", "It", "Now")
    ]
    said_first = cli("plan", "gate.yaml", *FAKE, "--choose", "gate=inside").out.splitlines()[0]
    assert said_first.startswith("At the gate (inside) · ")


def test_a_variant_is_fitted_to_a_length(cli: Cli) -> None:
    """To the frame, with the optional steps of its branch only where there is time for them."""
    write("gate.yaml")
    for length, words in (
        ("45s", ["Here", "Behind", "It", "Now"]),
        ("60s", ["Here", "Behind", "And", "It", "Now"]),
    ):
        options = ("--choose", "gate=inside", "--choose", "weather=wet", "--length", length)
        assert planned(cli, *options) == words
        plan = cli("plan", "gate.yaml", *FAKE, "--json", *options).json()
        assert plan["length"] == int(length[:-1]) * plan["rate"]


def test_variants_are_built_beside_each_other(cli: Cli) -> None:
    """Each a file and a receipt of its own, replaced only by itself; nothing is spoken twice."""
    write("gate.yaml")
    built = {}
    for options in (
        (),
        ("--choose", "gate=inside"),
        ("--choose", "weather=wet"),
        ("--choose", "gate=outside"),
    ):
        answer = cli("build", "gate.yaml", *FAKE, "--json", *options)
        assert answer.code == 0, answer.err
        (track,) = answer.json()["tracks"]
        built[track["file"]] = track
    assert [Path(file).name for file in built] == [
        *("at-the-gate.mp3", "at-the-gate-inside.mp3", "at-the-gate-wet.mp3", "at-the-gate-outside.mp3")
    ]
    assert [track["title"] for track in built.values()] == [
        *("At the gate", "At the gate (inside)", "At the gate (wet)", "At the gate (outside)")
    ]
    assert built["output/at-the-gate-wet.mp3"]["spoken_now"] == 0
    assert all(Path(file).exists() for file in built)
    receipts = [json.loads(Path(track["receipt"]).read_bytes()) for track in built.values()]
    first = {entry["id"] for entry in receipts[0]["lines"]}
    assert [len(first & {entry["id"] for entry in receipt["lines"]}) for receipt in receipts] == [5, 4, 4, 5]
    assert cli("build", "gate.yaml", *FAKE, "--choose", "gate=inside").code == 0
    assert cli("verify", *built).code == 0


def test_of_several_scripts_those_with_the_choice_take_the_branch(cli: Cli) -> None:
    """The others are built as they are."""
    write("gate.yaml")
    write("other.yaml", "title: Another\nbed: none\nscript:\n- tick: Something else is said here.\n")
    answer = cli("build", "gate.yaml", "other.yaml", *FAKE, "--choose", "gate=inside", "--json")
    assert [Path(track["file"]).name for track in answer.json()["tracks"]] == [
        "at-the-gate-inside.mp3",
        "another.mp3",
    ]


def test_two_scripts_whose_variants_are_one_file_are_refused(cli: Cli) -> None:
    """They differ without a choice, and not with it."""
    write("one.yaml", GATE.replace("At the gate", "By the wall in early spring"))
    write("two.yaml", GATE.replace("At the gate", "By the wall in early winter"))
    choose = ("--choose", "gate=inside", "--choose", "weather=wet")
    answer = cli("build", "one.yaml", "two.yaml", *FAKE, *choose)
    assert answer.code == 1
    assert "would both become by-the-wall-in-inside-wet.mp3" in answer.err


@pytest.mark.parametrize("command", ["build", "plan"])
@pytest.mark.parametrize(
    ("options", "pieces"),
    [
        (["gaet=inside"], ["`gaet`", "Did you mean `gate`?", "The choices are `gate`, `weather`."]),
        (["gate=insde"], ["`gate` in gate.yaml", "Did you mean `inside`?", "`inside`, `outside`"]),
        (["gate=inside", "gate=outside"], ["Two branches of `gate`"]),
        (["gate"], ["--choose name=branch"]),
        (["gate="], ["no branch ``", "`inside`, `outside`"]),
    ],
    ids=str,
)
def test_a_choice_that_is_not_there_is_named(
    cli: Cli, command: str, options: list[str], pieces: list[str]
) -> None:
    """With what was probably meant, and all there is; nothing is made."""
    write("gate.yaml")
    flags = [word for option in options for word in ("--choose", option)]
    answer = cli(command, "gate.yaml", *FAKE, *flags)
    assert answer.code == 2
    assert all(piece in answer.err for piece in pieces), answer.err
    assert not Path("output").exists()


def test_a_choice_that_no_script_has_is_an_error_where_there_is_none(cli: Cli) -> None:
    """The sentence says so."""
    write("gate.yaml", "title: Another\nscript:\n- tick: Something else is said here.\n")
    assert "There is none at all" in cli("plan", "gate.yaml", *FAKE, "--choose", "gate=inside").err


def test_a_slot_needs_a_value_only_in_its_own_branch(cli: Cli) -> None:
    """What is not heard need not be filled in."""
    slot = GATE.replace("script:\n- settle", "slots: {place: {}}\nscript:\n- settle", 1)
    write("gate.yaml", slot.replace("with a bench", "with {place}"))
    assert planned(cli)
    stopped = cli("plan", "gate.yaml", *FAKE, "--choose", "gate=inside")
    assert (stopped.code, "`place` has no value" in stopped.err) == (1, True)


# What a colleague would say


def test_every_branch_is_looked_at(tmp_path: Path) -> None:
    """What is wrong in a branch that is not the default is found, and said to be there; the rest once."""
    script = read(tmp_path, GATE.replace("And a pear tree.", "You must relax now."))
    plain = {finding.place for finding in lint.inspect(script.edition(None), estimated(script.edition(None)))}
    found = lint.inspect_editions(script)
    more = [finding for finding in found if finding.place.line == 13]
    assert Place("gate.yaml", 13, 17) not in plain
    assert more
    assert all("when `gate` is `inside`" in finding.hint for finding in more)
    elsewhere = [finding for finding in found if finding.place in plain]
    assert elsewhere
    same = [(finding.place, finding.rule, re.sub(r"[\d.]+", "", finding.message)) for finding in found]
    assert len(same) == len(set(same))


def test_a_branch_may_put_a_finding_aside(tmp_path: Path) -> None:
    """A comment above a step of a branch holds for that step."""
    text = GATE.replace("And a pear tree.", "You must relax now.")
    before = inspect_scripts([read(tmp_path, text)], Profile.TRAUMA_SENSITIVE)
    rules = {finding.rule for finding in before.findings if finding.place.line == 13}
    assert rules
    comment = f"      # lint: off {' '.join(sorted(rules))} because it is only a test\n"
    above = text.replace("      - notice: You must", f"{comment}      - notice: You must")
    after = inspect_scripts([read(tmp_path, above)], Profile.TRAUMA_SENSITIVE)
    assert after.problems == ()
    assert not [finding for finding in after.findings if finding.place.line == 14]
    assert {one.finding.rule for one in after.suppressed} == rules


def test_the_files_of_every_branch_are_known(tmp_path: Path) -> None:
    """A passage that is used in one branch only is read for its comments as well."""
    (tmp_path / "parts").mkdir()
    part = tmp_path / "parts" / "pushing.yaml"
    part.write_text("script:\n# lint: off\n- notice: There is a gate.\n")
    text = GATE.replace("- tick: It may be raining, or it may have rained.", "- use: pushing")
    found = inspect_scripts([read(tmp_path, text)])
    assert [problem.place.path for problem in found.problems] == [str(part)]
    assert document.load(part, str(part))[0] is not None
