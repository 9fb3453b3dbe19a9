"""GA01, GA02, GA06: leave to stop, the way back, and something to come back to."""

from __future__ import annotations

from pathlib import Path

import pytest

from guided_audio.lint import Profile, structure
from lint_cases import case, lines_found

RULES = {rule.id: rule for rule in structure.RULES}

LINES = {"GA01": [[1], [1], [1]], "GA02": [[2], [3], [2]], "GA06": [[7], [6]]}
"""Where each failing example has its finding."""

HEAD = "title: A\nscript:\n"
SLOTS = 'slots: {name: {fallback: ""}}\n'
RAIN = "- Rain falls on the shed, and on the lane behind it.\n"


@pytest.mark.parametrize("name", LINES)
def test_a_finding_stands_in_its_line(name: str, tmp_path: Path) -> None:
    """In every failing example of the rule."""
    assert lines_found(tmp_path, RULES[name]) == LINES[name]


@pytest.mark.parametrize(
    "said",
    [
        "You may stop at any time.",
        "Pause it whenever you like.",
        "If you would rather leave this, that is fine.",
        "It's fine to switch it off.",
        "Feel free to skip ahead.",
    ],
)
def test_leave_to_stop_can_be_said_in_many_ways(said: str, tmp_path: Path) -> None:
    """A word of leaving and one of freedom, side by side."""
    assert case(tmp_path, f'{HEAD}- "{said}"\n{RAIN}').findings("GA01") == ()


@pytest.mark.parametrize("said", ["Rain will stop.", "You may rest.", "Never stop."])
def test_half_of_it_is_not_leave_to_stop(said: str, tmp_path: Path) -> None:
    """Neither word counts without the other."""
    assert len(case(tmp_path, f"{HEAD}- {said}\n{RAIN}").findings("GA01")) == 1


def test_leave_to_stop_comes_within_a_minute_and_a_half(tmp_path: Path) -> None:
    """A second later is too late, wherever the line came from."""
    leave = "- You may stop at any time.\n"
    early, late = (f"{HEAD}{RAIN}- pause: {length}\n{leave}" for length in ("80s", "88s"))
    assert case(tmp_path, early).findings("GA01") == ()
    assert len(case(tmp_path, late).findings("GA01")) == 1
    assert case(tmp_path, f"{SLOTS}{HEAD}- use: opening\n{RAIN}").findings("GA01") == ()


def test_a_finding_on_the_whole_stands_in_the_scripts_own_file(tmp_path: Path) -> None:
    """Not in the passage it uses, which is right for others."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "rain.yaml").write_text(f"script:\n{RAIN}")
    mixed = case(tmp_path, f"{HEAD}- use: rain\n{RAIN}- use: rain\n")
    assert [(one.place.path, one.place.line) for one in mixed.findings("GA01")] == [("a.yaml", 4)]
    assert [(one.place.path, one.place.line) for one in mixed.findings("GA02")] == [("a.yaml", 4)]
    borrowed = case(tmp_path, f"{HEAD}- use: rain\n")
    assert [(one.place.path, one.place.line) for one in borrowed.findings("GA01")] == [("a.yaml", 1)]


def test_the_way_back_says_what_it_has(tmp_path: Path) -> None:
    """And counts kinds, not words."""
    text = f"{HEAD}{RAIN}- The floor, the floor, and your feet.\n- The seat.\n- The chair.\n"
    (finding,) = case(tmp_path, text).findings("GA02")
    assert "It has these: feet or floor." in finding.message


def test_the_way_back_is_at_the_end(tmp_path: Path) -> None:
    """What was said of the room before the middle does not count."""
    back = "- orient: Here is the room.\n- orient: Here are sounds.\n- orient: Fingers can move.\n" * 3
    away = "- notice: Rain falls.\n" * 3
    assert case(tmp_path, f"{HEAD}{away}{back}").findings("GA02") == ()
    assert len(case(tmp_path, f"{HEAD}{back}{away}").findings("GA02")) == 1


def test_the_way_back_is_left_out_for_sleep(tmp_path: Path) -> None:
    """Nobody is to be woken at the end of it."""
    of = case(tmp_path, f"{HEAD}{RAIN}")
    assert of.findings("GA02", Profile.SLEEP) == ()
    assert len(of.findings("GA02", Profile.WALKING)) == 1


def test_each_stretch_inward_is_told_once(tmp_path: Path) -> None:
    """At the line by which it has become too long; an anchor begins a new one."""
    away = "- dwell: There is quiet now, and rain.\n" * 8
    found = case(tmp_path, f"{HEAD}{away}- Your anchor is there.\n{away}").findings("GA06")
    assert [one.place.line for one in found] == [8, 17]
    assert "for 2m" in found[0].message
