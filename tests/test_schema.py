"""The schema editors use: draft-07 and no more, right about every script the reader accepts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from guided_audio import cli, reader
from guided_audio.library import Library
from guided_audio.reader.page import SPOKEN, VERBS
from guided_audio.reader.schema import schema
from guided_audio.script import KINDS

SCHEMA = schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
LIBRARY = Library()
CORPUS = Path(__file__).parent / "mistakes"
BUILT_IN = [*LIBRARY.script_files(), *sorted((LIBRARY.scripts / "parts").glob("*.yaml"))]

# How an editor reads YAML: version 1.2, its core rules for numbers and the like

_CORE: tuple[tuple[str, Callable[[str], object]], ...] = (
    (r"|~|null|Null|NULL", lambda _: None),
    (r"true|True|TRUE|false|False|FALSE", lambda text: text.casefold() == "true"),
    (r"[-+]?[0-9]+", int),
    (r"0o[0-7]+", lambda text: int(text[2:], 8)),
    (r"0x[0-9a-fA-F]+", lambda text: int(text[2:], 16)),
    (r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", float),
    (r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", lambda _: float("inf")),
)


def as_an_editor_does(text: str) -> object:
    """The data in a YAML text; keys are texts, as in JSON."""
    return _data(yaml.compose(text, Loader=yaml.SafeLoader))


def _data(node: yaml.Node | None) -> object:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _data(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_data(item) for item in node.value]
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:
        return node.value if node else None
    return next((read(node.value) for form, read in _CORE if re.fullmatch(form, node.value)), node.value)


def accepts(text: str) -> bool:
    """Whether an editor would find nothing to underline."""
    return bool(VALIDATOR.is_valid(as_an_editor_does(text)))


def test_an_editor_reads_by_the_core_rules() -> None:
    """The reading these tests stand on: 1.2, not 1.1."""
    text = "[no, on, 12:30, 2024-01-01, 010, 1.10, 0x1F, true, ~, '12', 1e3, 8s, '']"
    assert as_an_editor_does(text) == [
        "no", "on", "12:30", "2024-01-01", 10, 1.1, 31, True, None, "12", 1000.0, "8s", ""
    ]  # fmt: skip
    assert as_an_editor_does("{1: a, true: b}") == {"1": "a", "true": "b"}


# What it is made of


def test_it_is_a_schema_of_draft_07() -> None:
    """By the draft's own schema; and it says so."""
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


def _schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema within a schema, itself first."""
    if not isinstance(node, dict):
        return
    yield node
    for key, value in node.items():
        if key in {"properties", "definitions"}:
            for inner in value.values():
                yield from _schemas(inner)
        elif key not in {"enum", "const", "default"}:
            for inner in value if isinstance(value, list) else [value]:
                yield from _schemas(inner)


def test_it_uses_only_words_of_draft_07() -> None:
    """An editor passes over in silence what it does not know, and beside a reference everything."""
    words = set(jsonschema.Draft7Validator.META_SCHEMA["properties"])
    for part in _schemas(SCHEMA):
        assert set(part) <= words
        assert "$ref" not in part or set(part) == {"$ref"}


def test_every_reference_leads_somewhere() -> None:
    """And within the file: nothing is fetched."""
    for part in _schemas(SCHEMA):
        if "$ref" in part:
            start, _, name = part["$ref"].rpartition("/")
            assert start == "#/definitions"
            assert name in SCHEMA["definitions"]


def test_every_key_explains_itself() -> None:
    """What an editor shows beside a key is a sentence of ours, and nobody's Python."""
    for part in _schemas(SCHEMA):
        for key, value in part.get("properties", {}).items():
            assert value.get("description", "").endswith("."), key
    assert re.search(r"Page|Annotated|guided_audio\.", json.dumps(_without_names(SCHEMA))) is None


def _without_names(node: Any) -> Any:
    if isinstance(node, list):
        return [_without_names(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {}
    return {
        str(number) if key in SCHEMA["definitions"] else key: _without_names(value)
        for number, (key, value) in enumerate(node.items())
    }


def test_kinds_of_pause_are_offered() -> None:
    """So that an editor can complete them."""
    offered = [part["enum"] for part in _schemas(SCHEMA) if part.get("enum", [""])[0] in KINDS]
    assert offered
    assert all(kinds == [*KINDS] for kinds in offered)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, the same as in the package."""
    assert cli.run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == SCHEMA


# What it accepts


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda file: file.stem)
def test_it_accepts_what_is_built_in(file: Path) -> None:
    """Scripts and shared passages alike."""
    assert accepts(file.read_text(encoding="utf-8"))


class Quoted(str):
    """A text that is to be in quotes."""

    __slots__ = ()


class _Dumper(
    yaml.emitter.Emitter,
    yaml.serializer.Serializer,
    yaml.representer.SafeRepresenter,
    yaml.resolver.BaseResolver,
):
    """Writes a text without quotes wherever it can stand so: `12` and `true` too."""

    def __init__(self, stream: Any, **options: Any) -> None:
        known = {key: options[key] for key in ("width", "allow_unicode", "indent", "line_break")}
        yaml.emitter.Emitter.__init__(self, stream, canonical=False, **known)
        yaml.serializer.Serializer.__init__(self)
        yaml.representer.SafeRepresenter.__init__(self, default_flow_style=False, sort_keys=False)
        yaml.resolver.BaseResolver.__init__(self)

    def ignore_aliases(self, data: object) -> bool:
        """Equal parts are written out."""
        del data
        return True


_Dumper.add_representer(
    Quoted, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')
)


def written(tree: object) -> str:
    """The YAML of a tree of texts."""
    text: str = yaml.dump(tree, Dumper=_Dumper, allow_unicode=True)
    return text


NULLS = frozenset(("", "~", "null", "Null", "NULL"))
ODD = [
    "2024",
    "1.10",
    "true",
    "FALSE",
    "no",
    "on",
    "12:30",
    "0x1F",
    "1e3",
    ".inf",
    "2024-01-01",
    "010",
    "null!",
]
PLAIN = st.sampled_from(
    [*ODD, "A quiet minute", "Welcome{, name}.", "Perhaps [2s] warmth", "[2s] Rest", "#1", "a: b", "- x"]
) | st.text("abc äé🙂,.:'\"-!?&*#%@0123456789", min_size=1, max_size=12).filter(
    lambda text: text.strip() not in NULLS and text not in VERBS
)  # fmt: skip
TEXT = (
    PLAIN | PLAIN.map(Quoted) | st.sampled_from([Quoted("~"), Quoted("null"), Quoted("true"), Quoted("12")])
)
SAID = TEXT.filter(lambda text: any(sign.isalpha() for sign in text))
NAME = st.sampled_from(["name", "place-2", "2", "true", "breathe", "N_1"])
WORD = st.sampled_from(["bow", "Bow", "2024", Quoted("boats")])
LIKE = st.sampled_from(["bau", "2024", "true", "/baʊ/", "two words", "a: b", Quoted("12")])
LENGTH = st.sampled_from(["8s", "1m30s", "2.5s", "500ms", "1m 30s", Quoted("8s"), "15m"])
PHASE = st.sampled_from(["4s", "6.5s", "20s"])
PAUSE = st.sampled_from([*KINDS]) | LENGTH | st.just({"min": "8s", "ideal": "12s", "max": "16s"})
BELL = st.sampled_from(["bowl", "chime", Quoted("small-bowl")])
BREATHS = st.fixed_dictionaries(
    {"in": PHASE, "out": PHASE, "rounds": st.sampled_from(["4", "007", Quoted("60"), "1"])},
    optional={
        "hold": PHASE,
        "in-cue": st.sampled_from(["In.", "12", "true"]),
        "out-cue": st.just("Out, slowly."),
    },
)


def steps(voices: list[str]) -> st.SearchStrategy[object]:
    """Any step of a script that names these voices."""
    options: dict[str, st.SearchStrategy[object]] = {
        "id": st.uuids().map(str),
        "direction": TEXT,
    }
    if voices:
        options["voice"] = st.sampled_from(voices)
    spoken = [st.fixed_dictionaries({verb: SAID}, optional=options) for verb in SPOKEN]
    bells = BELL | st.fixed_dictionaries({"sound": BELL}, optional={"wait": PAUSE})
    kinds: dict[str, st.SearchStrategy[object]] = {
        "pause": PAUSE,
        "breathe": BREATHS,
        "bell": bells,
        "optional": st.fixed_dictionaries(
            {
                "from": st.sampled_from(["1m", "10m", "90s"]),
                "script": st.lists(st.fixed_dictionaries({"notice": SAID}), min_size=1, max_size=2),
            }
        ),
        "use": st.sampled_from(["anchor-again", "12", "true"]),
        "direction": TEXT,
    }
    branch = st.lists(st.fixed_dictionaries({"notice": SAID}) | SAID, min_size=1, max_size=2)
    choice = st.fixed_dictionaries(
        {"choose": st.uuids().map(str).map(lambda text: text[:24].strip("-")), "open": branch, "2": branch},
        optional={"true": branch},
    )
    kinds["optional"] |= st.just({"from": "1m", "script": [{"chapter": "2024"}, "12"]})
    others = [st.fixed_dictionaries({key: value}) for key, value in kinds.items()]
    said_so = st.sampled_from([{}, {"default": "open"}, {"default": "2"}, {"either-way": "true"}])
    choices = st.builds(lambda choice, more: {**choice, **more}, choice, said_so)
    respelt = st.fixed_dictionaries(
        {"say": st.just("A bow, and 2024 boats."), "sounds-like": st.dictionaries(WORD, LIKE, max_size=3)}
    )
    return st.one_of(TEXT, *spoken, *others, choices, respelt)


@st.composite
def scripts(draw: st.DrawFn) -> dict[str, object]:
    """A script with nothing wrong in it."""
    voices = draw(st.lists(NAME, unique=True, max_size=2))
    slot = st.fixed_dictionaries(
        {},
        optional={
            "fallback": TEXT | st.just(""),
            "private": st.sampled_from(["true", "false", Quoted("true")]),
        },
    )
    bed = st.sampled_from(["wind", "none"]) | st.fixed_dictionaries(
        {"sound": st.just("ocean")}, optional={"under": st.sampled_from(["20 dB", "0dB", "12.5 dB"])}
    )
    top = st.fixed_dictionaries(
        {"title": TEXT},
        optional={
            **dict.fromkeys(("purpose", "content-note", "review", "artist", "album", "genre", "voice"), TEXT),
            "level": st.sampled_from(["open", "agreed", "follow-up", Quoted("open")]),
            "language": st.sampled_from(["en-GB", "de", "no", "zh-Hant-TW"]),
            "track": st.sampled_from(["3", "3/8", "010", Quoted("3")]),
            "pace": st.sampled_from(["60", "112", "080", Quoted("220")]),
            "bed": bed,
            "lengths": st.lists(st.sampled_from(["5m", "10m", "1h30m"]), max_size=2),
        },
    )
    return {
        **draw(top),
        "voices": {voice: draw(TEXT) for voice in voices},
        "slots": {"name": {}, **draw(st.dictionaries(NAME, slot, max_size=2))},
        "script": ["Good.", *draw(st.lists(steps(voices), max_size=4)), "Good."],
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with passages whose names look like other things."""
    folder = tmp_path_factory.mktemp("schema")
    (folder / "parts").mkdir()
    for name in ("12", "true"):
        (folder / "parts" / f"{name}.yaml").write_text("title: 3\nscript: [Good., 12]\n")
    return folder


def _read(folder: Path, text: str) -> reader.Reading:
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    return reader.read(file, LIBRARY, "a.yaml")


@settings(max_examples=200, deadline=None)
@given(scripts())
def test_it_accepts_what_the_reader_accepts(folder: Path, script: dict[str, object]) -> None:
    """Every step and option, and whatever looks like a number or a switch where a text may stand."""
    text = written(script)
    assert _read(folder, text).problems == ()
    assert list(VALIDATOR.iter_errors(as_an_editor_does(text))) == []
    assert accepts(written({"script": script["script"]}))


def _places(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    for key, value in (
        node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    ):
        yield from _places(value, (*path, key))


def _replaced(node: object, path: tuple[str | int, ...], value: object) -> object:
    if not path:
        return value
    if isinstance(node, dict):
        return {
            key: _replaced(inner, path[1:], value) if key == path[0] else inner for key, inner in node.items()
        }
    assert isinstance(node, list)
    return [_replaced(inner, path[1:], value) if at == path[0] else inner for at, inner in enumerate(node)]


@settings(max_examples=250, deadline=None)
@given(script=scripts(), data=st.data())
def test_it_accepts_whatever_odd_thing_the_reader_accepts(
    folder: Path, script: dict[str, object], data: st.DataObject
) -> None:
    """One value is replaced by another: if the reader does not mind, the schema does not."""
    place = data.draw(st.sampled_from(list(_places(script))[1:]))
    odd = st.sampled_from(
        [*ODD, *NULLS, *KINDS, "8s", "8", "4.0", "+4", "True", "open", "20 dB", "bowl", "none"]
    )
    text = written(_replaced(script, place, data.draw(odd | odd.map(Quoted) | st.sampled_from([[], {}]))))
    if not _read(folder, text).problems:
        assert list(VALIDATOR.iter_errors(as_an_editor_does(text))) == []


# What it refuses

_PLAINLY_WRONG = re.compile(
    r"(?!.*(?:shared-passage|playlist|file|folder|address|path|is-a-bed|is-a-bell|recipe|inline))"
    r"(?:unknown-(?:key|step)|.*-is-a-|two-steps|step-(?:is-an|without-w)|private|.*without-unit)"
)
SEEN = sorted(file for file in CORPUS.glob("*.yaml") if _PLAINLY_WRONG.match(file.stem))


@pytest.mark.parametrize("file", SEEN, ids=lambda file: file.stem)
def test_it_refuses_what_is_plainly_wrong(file: Path) -> None:
    """Unknown keys, wrong kinds, two steps in one: an editor underlines them as they are typed."""
    assert not accepts(file.read_text(encoding="utf-8"))


def test_much_of_the_corpus_is_plainly_wrong() -> None:
    """The test above has something to look at."""
    assert len(SEEN) >= 35


@pytest.mark.parametrize(
    "text",
    [
        "title: A\n",
        "title: A\nscript: []\n",
        "title: A\nscript: [Good.]\nlevel: advanced\n",
        "title: ~\nscript: [Good.]\n",
        "bed: wind\nscript: [Good.]\n",
        "title: A\nscript: [{}]\n",
        "title: A\nscript: [~]\n",
        "title: A\nscript: [{id: a}]\n",
        "title: A\nscript: [{say: A, pause: 8s}]\n",
        "title: A\nscript: [{say: A, ask: B}]\n",
        "title: A\nscript: [{pause: {min: 8s}}]\n",
        "title: A\nscript: [{choose: way, open: [Good.]}]\n",
        "title: A\nscript: [{choose: way, open: [Good.], Shut: [Good.]}]\n",
        "title: A\nscript: [{choose: way, open: [Good.], shut: []}]\n",
        "title: A\nscript: [{choose: way, default: [open], open: [Good.], shut: [Good.]}]\n",
        "- Good.\n",
        "Good.\n",
    ],
)
def test_it_refuses_what_no_script_can_be(text: str) -> None:
    """Nothing said, a key left empty, two steps in one, half a range."""
    assert not accepts(text)
