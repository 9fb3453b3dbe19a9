"""The reader: what a script says becomes a `Script`, and nothing a file can hold makes it fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from guided_audio import reader
from guided_audio.errors import Place
from guided_audio.library import Library
from guided_audio.reader.page import (
    MODELS,
    VERBS,
    Breaths,
    Page,
    PartPage,
    ScriptPage,
    SlotPage,
    keys,
)
from guided_audio.script import (
    KINDS,
    Bed,
    Bell,
    Breathe,
    Chapter,
    Hush,
    Level,
    Line,
    Pause,
    Rest,
    Script,
    Slot,
    Step,
    Words,
    exactly,
)
from guided_audio.units import Seconds
from machine import slowness

LIBRARY = Library()
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read(text: str, folder: Path) -> Script:
    """The script in a text that has no problems."""
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    reading = reader.read(file, LIBRARY, "a.yaml")
    assert reading.problems == ()
    assert reading.script is not None
    return reading.script


def steps(text: str, folder: Path) -> tuple[Step, ...]:
    """The steps of a script that has these, and a line before them."""
    return read(f"title: A\nvoices: {{second: fake:two}}\nscript:\n- Good.\n{text}", folder).steps[1:]


# What is read


def test_the_least_script_has_a_title_and_a_line(tmp_path: Path) -> None:
    """All else has a value of its own."""
    script = read("title: A quiet minute\nscript:\n- Good.\n", tmp_path)
    line = Line(Place("a.yaml", 3, 3), (Words("Good."),), KINDS["tick"], yields=True)
    assert script == Script(
        tmp_path / "a.yaml",
        "A quiet minute",
        (line,),
        places={"title": Place("a.yaml", 1, 8), "voice": Place("a.yaml", 1, 1)},
    )
    assert (script.language, script.level, script.pace) == ("en-GB", Level.OPEN, 112.0)


def test_everything_at_the_top_is_read(tmp_path: Path) -> None:
    """Each key arrives where it belongs, numbers as the text they are where a text belongs."""
    script = read(
        "title: 2024\npurpose: To rest.\ncontent-note: Quiet.\nreview: no\nlevel: follow-up\nlanguage: de\n"
        "artist: on\nalbum: 1.10\ntrack: 3/8\ngenre: Calm\npace: 96\nvoice: fake:one\n"
        "voices: {second: fake:two}\nslots:\n  name: {fallback: , private: false}\n  place: {}\n"
        "bed: {sound: wind, under: 24 dB}\nscript:\n- Good.\n",
        tmp_path,
    )
    assert (script.title, script.purpose, script.content_note) == ("2024", "To rest.", "Quiet.")
    assert (script.review, script.artist, script.album) == ("no", "on", "1.10")
    assert (script.track, script.genre, script.pace) == ("3/8", "Calm", 96.0)
    assert (script.language, script.level) == ("de", Level.FOLLOW_UP)
    assert (script.voice, script.voices) == ("fake:one", {"second": "fake:two"})
    assert [(rule.fallback, rule.private) for rule in script.slots.values()] == [("", False), (None, True)]
    assert script.bed == Bed(Place("a.yaml", 17, 14), LIBRARY.sounds / "wind.yaml", 24.0)
    assert script.place_of("voices/second") == Place("a.yaml", 13, 18)


@pytest.mark.parametrize("text", ["bed: none\n", ""])
def test_no_bed_is_no_bed(text: str, tmp_path: Path) -> None:
    """Said, or left out."""
    assert read(f"title: A\n{text}script:\n- Good.\n", tmp_path).bed is None


@pytest.mark.parametrize("verb", [verb for verb, step in VERBS.items() if step == "spoken"])
def test_a_line_is_followed_by_the_pause_its_key_names(verb: str, tmp_path: Path) -> None:
    """`say` is like a plain line: its pause gives way to one that is written after it."""
    (line,) = steps(f"- {verb}: Be here.\n", tmp_path)
    assert isinstance(line, Line)
    assert line.rest == KINDS["tick" if verb == "say" else verb]
    assert line.yields == (verb == "say")


def test_a_line_keeps_what_is_said_about_it(tmp_path: Path) -> None:
    """Its id, voice, direction and pronunciation; a direction alone is not heard at all."""
    text = (
        "- say: The bow{, name}. [2s] Good.\n  id: bow\n  voice: second\n  direction: slower\n"
        "  sounds-like: {bow: bau}\n- direction: a long breath\n"
    )
    script = read(f"title: A\nvoices: {{second: fake:two}}\nslots: {{name: {{}}}}\nscript:\n{text}", tmp_path)
    (line,) = script.lines
    assert line.pieces == (
        Words("The bow"),
        Slot("name", ", "),
        Words(". "),
        Hush(Seconds(2.0)),
        Words(" Good."),
    )
    assert (line.id, line.voice, line.direction) == ("bow", "second", "slower")
    assert line.sounds_like == {"bow": "bau"}
    assert script.steps == (line,)


@pytest.mark.parametrize(
    ("written", "rest"),
    [
        ("notice", KINDS["notice"]),
        ("8s", exactly(8)),
        ("1m30s", exactly(90)),
        ("15m", exactly(900)),
        ("{min: 8s, ideal: 12s, max: 16s}", Rest(Seconds(8.0), Seconds(12.0), Seconds(16.0), "range")),
        ("{min: 8s, ideal: 8s, max: 8s}", Rest(Seconds(8.0), Seconds(8.0), Seconds(8.0), "range")),
    ],
)
def test_a_pause_is_a_kind_a_length_or_limits(written: str, rest: Rest, tmp_path: Path) -> None:
    """And a bell waits in the same three ways."""
    assert steps(f"- pause: {written}\n", tmp_path) == (Pause(Place("a.yaml", 5, 3), rest),)
    (bell,) = steps(f"- bell: {{sound: bowl, wait: {written}}}\n", tmp_path)
    assert isinstance(bell, Bell)
    assert bell.wait == rest


def test_a_bell_alone_waits_four_seconds(tmp_path: Path) -> None:
    """The built-in one is found by its name."""
    place = Place("a.yaml", 5, 3)
    assert steps("- bell: bowl\n", tmp_path) == (Bell(place, LIBRARY.sounds / "bowl.yaml", exactly(4)),)


def test_a_sound_beside_the_script_is_found(tmp_path: Path) -> None:
    """Also in a folder below; a recipe is known by its ending, a sound by how it begins."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "drip.wav").write_bytes(b"RIFF\0\0\0\0WAVEfmt ")
    (tmp_path / "low.yaml").write_text("kind: bell\npartials: []\n")
    found = steps("- bell: own/drip.wav\n- bell: low.yaml\n", tmp_path)
    names = [step.sound.name for step in found if isinstance(step, Bell)]
    assert names == ["drip.wav", "low.yaml"]


@pytest.mark.parametrize(
    ("language", "cues"), [("en-GB", ("Breathing in.", "And breathing out.")), ("de", ("", ""))]
)
def test_breathing_has_cues_where_the_language_is_known(
    language: str, cues: tuple[str, str], tmp_path: Path
) -> None:
    """In another language it is silent, unless the script says what to say."""
    text = (
        "- breathe: {in: 4s, out: 6.5s, rounds: 4}\n"
        "- breathe: {in: 4s, hold: 2s, out: 6s, rounds: '10', in-cue: Ein, out-cue: Aus}\n"
    )
    script = read(f"title: A\nlanguage: {language}\nscript:\n- Gut.\n{text}", tmp_path)
    place = Place("a.yaml", 5, 3)
    assert script.steps[1:] == (
        Breathe(place, Seconds(4.0), Seconds(6.5), 4, Seconds(0.0), *cues),
        Breathe(Place("a.yaml", 6, 3), Seconds(4.0), Seconds(6.0), 10, Seconds(2.0), "Ein", "Aus"),
    )


def test_a_shared_passage_stands_where_it_is_used(tmp_path: Path) -> None:
    """The one beside the script comes before the built-in one; its lines know where they are from."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "opening.yaml").write_text("script:\n- chapter: First\n- use: inner\n")
    (tmp_path / "parts" / "inner.yml").write_text("title: Inner\nscript: [Inside.]\n")
    chapter, inner, own = steps("- use: opening\n- After.\n", tmp_path)
    assert isinstance(chapter, Chapter)
    assert isinstance(inner, Line)
    assert isinstance(own, Line)
    assert (chapter.title, inner.pieces, inner.origin, own.origin) == (
        "First",
        (Words("Inside."),),
        "inner",
        "",
    )
    assert inner.place == Place(str(tmp_path / "parts" / "inner.yml"), 2, 10)


def test_a_passage_may_be_used_twice(tmp_path: Path) -> None:
    """Only a passage within itself is a circle."""
    assert len(steps("- use: anchor-again\n- use: anchor-again\n", tmp_path)) == 4


@pytest.mark.parametrize(
    "line",
    [
        "Pause here.",
        "pause here",
        "notice what is here",
        "breathe slowly",
        "use whatever helps",
        "Bell",
        "say so",
    ],
)
def test_prose_that_begins_with_the_word_of_a_step_is_prose(line: str, tmp_path: Path) -> None:
    """A forgotten colon is only seen where nothing else can be meant."""
    (found,) = steps(f"- {line}\n", tmp_path)
    assert isinstance(found, Line)
    assert found.pieces == (Words(line),)


def test_a_text_over_several_lines_is_one_line(tmp_path: Path) -> None:
    """However it is folded, and with a comment behind it."""
    (line,) = steps("- settle: Find a way\n    to sit   # as you like\n", tmp_path)
    assert isinstance(line, Line)
    assert line.pieces == (Words("Find a way to sit"),)


@pytest.mark.parametrize("file", LIBRARY.script_files(), ids=lambda file: file.stem)
def test_every_built_in_script_is_right(file: Path) -> None:
    """None of them has a problem."""
    assert reader.read(file, LIBRARY).problems == ()


# That it never fails

WORDS = [
    *VERBS,
    *KINDS,
    "direction",
    "none",
    "open",
    "true",
    "no",
    "en-GB",
    "3/8",
    "20 dB",
    "fake:one",
]
REFERENCES = [
    "opening",
    "here",
    "there",
    "bowl",
    "wind",
    "a.wav",
    "../a",
    "/dev/zero",
    "x" * 300,
    "http://x",
    "parts",
]
LENGTHS = [
    "8s",
    "8",
    "-2s",
    "1m1m",
    "20m",
    "0s",
    "112",
    "4",
    "9" * 400 + "h",
    "2" * 306 + "m" + "1" * 308 + "s",
]
MARKS = ["[2s]", "[soft", "Perhaps {name} [x] here", "{, name}", "{a b}", "]", "{}{", "[99m]"]
TAGS = [*MODELS, "<plain>", "<name>", "<length>", "[key]", "", " ", "a b", "<<", "~"]
ALL_MODELS: tuple[type[Page], ...] = (ScriptPage, PartPage, SlotPage, Breaths, *MODELS.values())
KEYS = sorted({key for model in ALL_MODELS for key in keys(model)})
TEXTS = (
    st.sampled_from([*WORDS, *REFERENCES, *LENGTHS, *MARKS, *TAGS])
    | st.text(max_size=12)
    | st.just("word " * 500)
)
NAMES = st.sampled_from([*KEYS, *WORDS, *TAGS, "in", "name", "second", "rounds", "lengths"]) | st.text(
    max_size=6
)
TREES = st.recursive(
    TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)
STEPS = st.dictionaries(st.sampled_from([*VERBS, *KEYS]), TREES, min_size=1, max_size=2) | TREES
PAGES = st.fixed_dictionaries(
    {"title": TEXTS, "script": st.lists(STEPS, min_size=1, max_size=4) | TREES},
    optional={
        **{key: TREES for key in KEYS if key not in {"title", "script"}},
        "slots": st.dictionaries(NAMES, TREES, max_size=3),
        "voices": st.dictionaries(NAMES, TREES, max_size=3),
    },
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two passages that use each other."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "parts").mkdir()
    (folder / "parts" / "here.yaml").write_text("script:\n- use: there\n- <pause>: {a: b}\n")
    (folder / "parts" / "there.yaml").write_text("script:\n- use: here\n- [a]\n")
    return folder


@settings(max_examples=250, deadline=None)
@given(tree=PAGES | TREES, part=st.booleans())
def test_no_tree_makes_it_raise(folder: Path, tree: object, part: bool) -> None:
    """There is a script or there are problems, in order, each in a file and within it."""
    text = yaml.dump(tree, Dumper=DUMPER, allow_unicode=True, sort_keys=False)
    file = folder / ("parts/some.yaml" if part else "a.yaml")
    file.write_text(text, encoding="utf-8")
    (folder / "uses.yaml").write_text("title: A\nscript:\n- Good.\n- use: some\n")
    reading = reader.read(folder / "uses.yaml" if part else file, LIBRARY)
    assert (reading.script is None) == bool(reading.problems)
    assert list(reading.problems) == sorted(set(reading.problems))
    for problem in reading.problems:
        lines = Path(problem.place.path).read_text(encoding="utf-8").count("\n") + 1
        assert 1 <= problem.place.line <= lines
        assert problem.place.column >= 1
        assert problem.message[0].isupper() or problem.message[0] == "`"
        assert problem.message.endswith(".")


CANARY = "Margarethe weeps"
SPOKEN_TREES = st.recursive(
    st.sampled_from([CANARY, f"{CANARY} [softly]", f"[2s {CANARY}", f"{{{CANARY}}}", f"{CANARY}: yes", "8s"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), SPOKEN_TREES, max_size=6))
def test_no_message_has_a_word_of_what_is_said(folder: Path, tree: object) -> None:
    """Wherever the words stand and whatever is wrong with them, only hints may show them."""
    file = folder / "b.yaml"
    file.write_text(yaml.dump(tree, Dumper=DUMPER, sort_keys=False), encoding="utf-8")
    for problem in reader.read(file, LIBRARY).problems:
        assert "Margarethe" not in problem.message


# What it costs


def test_check_imports_no_numpy_and_no_sound(tmp_path: Path) -> None:
    """Looking for mistakes is quick because it loads nothing that makes sound."""
    file = tmp_path / "a.yaml"
    file.write_text("title: A\nbed: wind\nscript:\n- Good.\n- bell: bowl\n")
    code = (
        "import sys; from guided_audio.cli import run; "
        "assert run(['check', sys.argv[1], '--profile', 'general']) == 0; "
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    modules = subprocess.check_output([sys.executable, "-c", code, file], text=True)
    assert not re.findall(r"'(?:numpy|soxr|soundfile|pydub|PIL|mutagen|rich|jsonschema)'", modules)


def test_check_of_a_long_script_is_quick(tmp_path: Path) -> None:
    """900 lines take less than half a second, start-up included; a slow machine gets its own measure."""
    line = "- {verb}: Find a way to sit that suits you today. [2s] Perhaps there is warmth.\n"
    verbs = ("settle", "notice", "ask", "say")
    text = "".join(line.format(verb=verbs[number % 4]) for number in range(900))
    file = tmp_path / "a.yaml"
    file.write_text(f"title: A\nscript:\n{text}")
    check = _seconds(
        "from guided_audio.cli import main; main(['check', sys.argv[1], '--profile', 'general'])", file
    )
    assert check < 0.5 * slowness()


def _seconds(code: str, file: Path) -> float:
    """The best of three runs in a new process, by its own clock from the first moment to the last."""
    usual = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    clock = (
        "import atexit, os, sys, time; atexit.register(lambda: print(sum(os.times()[:2]), file=sys.stderr)); "
    )
    runs = (
        subprocess.run(
            [sys.executable, "-c", clock + code, file], capture_output=True, text=True, check=True, env=usual
        )
        for _ in range(3)
    )
    return min(float(run.stderr.split()[-1]) for run in runs)


def test_more_chapters_than_a_file_can_hold_are_a_problem(tmp_path: Path) -> None:
    """The first one too many is named."""
    file = tmp_path / "a.yaml"
    steps = "".join(f"- chapter: Part {number}\n- A line is said.\n" for number in range(300))
    file.write_text(f"title: A\nscript:\n{steps}", encoding="utf-8")
    (problem,) = reader.read(file, Library()).problems
    assert "fewer than 255 chapters" in problem.message
    assert problem.place.line == 3 + 2 * 254
