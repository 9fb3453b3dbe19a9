"""`docs/format.md` says all there is in the format, nothing that is not, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guided_audio import reader
from guided_audio.library import Library
from guided_audio.reader import prose
from guided_audio.reader.page import (
    MODELS,
    VERBS,
    BedPage,
    BellSound,
    Breaths,
    ChapterStep,
    ChooseStep,
    OptionalSteps,
    Page,
    PartPage,
    PauseRange,
    ScriptPage,
    SlotPage,
    SpokenStep,
    keys,
)
from guided_audio.reader.values import LONGEST_PAUSE, LONGEST_TEXT
from guided_audio.script import KINDS, Level
from guided_audio.units import format_duration, parse_duration

PAGE = (Path(__file__).parents[1] / "docs" / "format.md").read_text(encoding="utf-8")
SECTIONS = dict(part.split("\n", 1) for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:])
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)

WHERE: dict[type[Page], str] = {
    ScriptPage: "At the top",
    SpokenStep: "Lines",
    PauseRange: "Pauses",
    SlotPage: "Slots",
    PartPage: "Shared passages",
    BedPage: "The bed",
    ChapterStep: "Chapters",
    BellSound: "Bells",
    Breaths: "Breathing",
    OptionalSteps: "Editions",
    ChooseStep: "Choices",
}
"""The section whose table has the keys of a model. A step of one key is in the table of steps."""


def rows(section: str, head: str) -> list[list[str]]:
    """The rows of the table in a section whose first column is headed so."""
    lines = iter(SECTIONS[section].splitlines())
    found: list[list[str]] = []
    for line in lines:
        if line.startswith(f"| {head} |"):
            next(lines)
            for row in lines:
                if not row.startswith("|"):
                    return found
                found.append([cell.strip() for cell in row.strip("|").split("|")])
    return found


def listed(section: str, head: str) -> list[str]:
    """The words in code in the first column of a table."""
    return [word for row in rows(section, head) for word in re.findall(r"`([^`]+)`", row[0])]


@pytest.mark.parametrize("model", WHERE, ids=lambda model: model.__name__)
def test_every_key_is_described_and_no_other(model: type[Page]) -> None:
    """A key that is added or taken away must be added or taken away here."""
    found = listed(WHERE[model], "key")
    assert sorted(found) == sorted(keys(model))


def test_every_step_is_described_and_no_other() -> None:
    """In the table of steps."""
    assert sorted(listed("Steps", "key")) == sorted([*VERBS, "direction"])


def test_every_model_has_its_table() -> None:
    """A new kind of mapping in the format needs a section, or is a step of one key."""
    alone = [model for model in MODELS.values() if model not in WHERE]
    assert all(len(keys(model)) == 1 for model in alone)
    assert {keys(model)[0] for model in alone} <= {*VERBS, "direction"}


def test_every_key_is_explained() -> None:
    """No row is left without a word on what its key does."""
    for section in [*WHERE.values(), "Steps"]:
        for row in rows(section, "key"):
            assert all(row), (section, row)


def test_every_kind_of_pause_is_described_as_it_is() -> None:
    """With its figures."""
    described = {}
    for kind, usual, limits in rows("Pauses", "kind"):
        least, _, most = limits.partition(" and ")
        described[kind.strip("`")] = tuple(parse_duration(text) for text in (least, usual, most))
    assert described == {name: (rest.minimum, rest.ideal, rest.maximum) for name, rest in KINDS.items()}


def test_every_level_is_described() -> None:
    """And no other."""
    assert listed("Levels", "level") == [level.value for level in Level]


def test_limits_are_those_of_the_program() -> None:
    """The longest line, pause and pause inside a line; what is taken where nothing is written."""
    assert f"at most {LONGEST_TEXT:,} characters" in SECTIONS["Lines"]
    assert f"at most {format_duration(LONGEST_PAUSE)}" in SECTIONS["Pauses"]
    assert format_duration(prose.LONGEST_HUSH) == "1m"
    assert "at most a minute" in SECTIONS["Pauses"]
    defaults = {row[0].strip("`"): row[2].strip("`") for row in rows("At the top", "key")}
    fields = ScriptPage.model_fields
    for key in ("level", "language", "genre"):
        assert defaults[key] == fields[key].default
    assert float(defaults["pace"]) == fields["pace"].default
    assert rows("Slots", "key")[1][2] == "`true`"
    assert SlotPage.model_fields["private"].default is True
    assert rows("The bed", "key")[1][2] == f"`{BedPage.model_fields['under'].default:g} dB`"
    assert rows("Bells", "key")[1][2] == f"`{format_duration(BellSound.model_fields['wait'].default.ideal)}`"


def test_there_are_examples_for_every_section_with_keys() -> None:
    """A key is best understood where it is used."""
    for section in [*WHERE.values(), "Steps"]:
        assert "```yaml" in SECTIONS[section], section
    shown = "\n".join(EXAMPLES)
    for model in (*WHERE, *MODELS.values()):
        for key in set(keys(model)) - {"tick", "dwell", "orient", "ask"}:
            assert re.search(rf"(?:^|[\s{{]){key}:", shown), key


@pytest.mark.parametrize("example", EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
def test_every_example_is_right(example: str, tmp_path: Path) -> None:
    """Read as it stands, with the least put around it that makes it a whole script."""
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "rain-in-the-garden.wav").write_bytes(b"RIFF\0\0\0\0WAVEfmt ")
    script = f"script:\n- Good.\n{example}" if example.startswith("- ") else example
    if "script:" not in script:
        script += "script:\n- Good.\n"
    if not script.startswith("title:"):
        script = f"title: An example\n{script}"
    if "slots:" not in script:
        script = f"slots: {{name: {{fallback: ''}}}}\n{script}"
    file = tmp_path / "a.yaml"
    file.write_text(script, encoding="utf-8")
    assert reader.read(file, Library()).problems == ()
