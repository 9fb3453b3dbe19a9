"""Lines for help: what is built in, a region of one's own, and what may be called checked."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from guided_audio.errors import Place, ProblemsFound, UsageError
from guided_audio.helplines import (
    FOLDER,
    LONGEST_TRUSTED,
    Helpline,
    find_region,
    region_names,
    region_of_language,
)
from guided_audio.helplines.reading import ENTRY, TOP, read_region
from guided_audio.lint.words import words_of

TODAY = date(2026, 5, 31)
BUILT_IN = sorted(FOLDER.glob("*.yaml"))

FINE = """\
region: Harbour
advice: Calls can show on a bill.
lines:
- name: The harbour office
  number: 0123 4567
  for: talking to somebody
  hours: null
  source: its own page
  checked-on: 2026-05-01
"""


def line(checked_on: date | None) -> Helpline:
    """A line that was tried on a day."""
    return Helpline("Office", "0123", "talking", "", "its own page", checked_on)


def read(text: str, folder: Path) -> list[tuple[Place, str]]:
    """What is wrong with a file of this text."""
    file = folder / "a.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        read_region(file, "a.yaml")
    return [(problem.place, str(problem)) for problem in found.value.problems]


# What is built in


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda file: file.stem)
def test_no_built_in_number_is_called_checked(file: Path) -> None:
    """Nobody has rung them; each says where it was found and what it is for."""
    region = read_region(file)
    assert region.name
    assert len(region.lines) >= 2
    for one in region.lines:
        assert all((one.name, one.number, one.purpose, one.source))
        assert one.checked_on is None
        assert not one.is_checked(TODAY)


def test_the_united_kingdom_and_the_united_states_are_there() -> None:
    """With their number for danger first, and the lines on domestic abuse that a script speaks of."""
    uk, us = (read_region(find_region(name, Path("nowhere"))) for name in ("uk", "us"))
    assert (uk.lines[0].number, us.lines[0].number) == ("999", "911")
    assert {"116 123", "0808 2000 247", "0808 801 0327"} <= {one.number for one in uk.lines}
    assert any("988" in one.number for one in us.lines)
    assert uk.advice


@pytest.mark.parametrize("file", BUILT_IN, ids=lambda file: file.stem)
def test_the_check_of_scripts_knows_every_number(file: Path) -> None:
    """A number that is printed is one that is not to be read aloud."""
    known = words_of("en")["safety/helplines"]
    for one in read_region(file).lines:
        parts = ["".join(filter(str.isdigit, part)) for part in one.number.split(",")]
        assert any(number in part for part in parts for number in known), one.name


# A day on which it was tried


@pytest.mark.parametrize(
    ("age", "checked"), [(0, True), (1, True), (180, True), (181, False), (4000, False), (-1, False)]
)
def test_a_number_is_checked_for_half_a_year(age: int, checked: bool) -> None:
    """A day still to come is a slip of the pen, and proves nothing."""
    assert timedelta(days=180) == LONGEST_TRUSTED
    assert line(TODAY - timedelta(days=age)).is_checked(TODAY) == checked
    assert not line(None).is_checked(TODAY)


# A region of one's own


def test_a_file_beside_the_script_takes_the_place_of_a_built_in_one(tmp_path: Path) -> None:
    """By its name; another name adds a region; a path is a path."""
    own = tmp_path / "helplines"
    own.mkdir()
    for name in ("uk.yaml", "harbour.yml"):
        (own / name).write_text(FINE, encoding="utf-8")
    assert find_region("uk", tmp_path) == own / "uk.yaml"
    assert find_region("us", tmp_path) == FOLDER / "us.yaml"
    assert find_region("harbour", tmp_path) == own / "harbour.yml"
    assert find_region("other/place.yaml", tmp_path) == Path("other/place.yaml")
    assert region_names(tmp_path) == ["harbour", "uk", "us"]


@pytest.mark.parametrize(
    ("asked", "says"), [("ku", "uk, us"), ("atlantis", "uk, us"), ("../uk", "uk"), ("", "uk")]
)
def test_a_region_that_is_not_there_is_a_sentence(asked: str, says: str, tmp_path: Path) -> None:
    """With those there are."""
    with pytest.raises(UsageError, match="no helplines for a region of this name") as found:
        find_region(asked, tmp_path)
    assert says in str(found.value)


def test_a_region_is_taken_from_a_language_only_where_it_names_one() -> None:
    """German is spoken in several countries."""
    assert [region_of_language(text) for text in ("en-GB", "cy-GB", "en-US", "en", "de", "de-AT")] == [
        "uk",
        "uk",
        "us",
        "",
        "",
        "",
    ]


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    """Advice is one text or several; hours may be left open, and so may the day."""
    file = tmp_path / "a.yaml"
    file.write_text(FINE, encoding="utf-8")
    region = read_region(file)
    assert (region.name, region.advice) == ("Harbour", ("Calls can show on a bill.",))
    office = Helpline(
        "The harbour office", "0123 4567", "talking to somebody", "", "its own page", date(2026, 5, 1)
    )
    assert region.lines == (office,)
    file.write_text(FINE.replace("advice: Calls", "advice:\n- One.\n- Calls").replace("2026-05-01", "null"))
    assert read_region(file).advice == ("One.", "Calls can show on a bill.")
    assert read_region(file).lines[0].checked_on is None


@pytest.mark.parametrize(
    ("old", "new", "line_and_column", "says"),
    [
        ("2026-05-01", "May 2026", (9, 15), "Write it like 2026-05-31"),
        ("2026-05-01", "2026-13-01", (9, 15), "not a day"),
        ("2026-05-01", "20260501", (9, 15), "not a day"),
        ("checked-on", "checked", (9, 3), "`checked-on`"),
        ("  number: 0123 4567\n", "", (4, 3), "`number` is missing"),
        ("its own page", "", (8, 10), "`source` is missing"),
        ("0123 4567", "[0123, 4567]", (5, 11), "a single text"),
        ("0123 4567", "1" * 201, (5, 11), "longer than 200"),
        ("region: Harbour", "region:", (1, 8), "`region` is missing"),
        ("advice:", "advise:", (2, 1), "`advice`"),
        ("for: talking", "purpose: talking", (4, 3), "`for` is missing"),
    ],
)
def test_a_mistake_has_its_place(
    old: str, new: str, line_and_column: tuple[int, int], says: str, tmp_path: Path
) -> None:
    """And says what to write; no message has what stands in the file."""
    problems = read(FINE.replace(old, new), tmp_path)
    assert (Place("a.yaml", *line_and_column), True) in [(place, says in said) for place, said in problems]
    assert not any("harbour" in said.casefold() for _, said in problems)


@pytest.mark.parametrize(
    "text", ["", "- name: A\n", "region: A\nlines: 3\n", "region: A\nlines: [3]\n", "a: *b\n"]
)
def test_what_is_no_file_of_lines_is_a_problem(text: str, tmp_path: Path) -> None:
    """Whatever it is instead."""
    assert read(text, tmp_path)


def test_the_page_on_helplines_is_right(tmp_path: Path) -> None:
    """Its example is read without a problem, and its table has every key and no other."""
    page = (Path(__file__).parents[1] / "docs" / "notes.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    file = tmp_path / "a.yaml"
    file.write_text(example, encoding="utf-8")
    region = read_region(file)
    assert region.lines[0].is_checked(TODAY)
    section = page.split("## Helplines")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, flags=re.MULTILINE) == [*TOP, *ENTRY]
    assert f"{LONGEST_TRUSTED.days} days" in section


def test_every_mistake_is_named_in_one_run(tmp_path: Path) -> None:
    """As in a script."""
    broken = FINE.replace("2026-05-01", "soon").replace("advice:", "advise:").replace("its own page", "null")
    assert len(read(broken, tmp_path)) == 3
