"""GA03, GA04, GA05, GA07: quiet, questions, words and lengths."""

from __future__ import annotations

from pathlib import Path

import pytest

from guided_audio.lint import Profile, Severity, pace
from lint_cases import at_once, case, lines_found

RULES = {rule.id: rule for rule in pace.RULES}

LINES = {
    "GA03": [[2], [2], [1]],
    "GA04": [[1], [1]],
    "GA05": [[1], [1], [2]],
    "GA07": [[1], [1], [1]],
}
"""Where each failing example has its finding."""

HEAD = "title: A\nscript:\n"
RAIN = "- Rain falls on the shed.\n"


@pytest.mark.parametrize("name", LINES)
def test_a_finding_stands_in_its_line(name: str, tmp_path: Path) -> None:
    """In every failing example of the rule."""
    assert lines_found(tmp_path, RULES[name]) == LINES[name]


# Quiet


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("- pause: 25s\n", []),
        ("- pause: 26s\n", [(4, "warning")]),
        ("- pause: 41s\n", [(4, "error")]),
        ("- Now I'll be silent for a while.\n- pause: 40s\n", []),
        ("- Now I'll be silent for a while.\n- pause: 41s\n", [(5, "error")]),
        ("- pause: 20s\n- bell: bowl\n- pause: 20s\n", []),
        ("- pause: 20s\n- pause: 20s\n", [(5, "warning")]),
        ("- breathe: {in: 4s, out: 6s, rounds: 9}\n", []),
        ("- pause: 20s\n- breathe: {in: 4s, out: 6s, rounds: 2}\n- pause: 20s\n", []),
        ("- Rain. [30s] Rain.\n", [(4, "warning")]),
    ],
)
def test_quiet_is_measured_from_sound_to_sound(
    steps: str, found: list[tuple[int, str]], tmp_path: Path
) -> None:
    """Bells and paced breathing end it; an announced one may be longer, but never very long."""
    findings = case(tmp_path, f"{HEAD}{RAIN}{steps}{RAIN}").findings("GA03")
    assert [(one.place.line, one.severity.value) for one in findings] == found


def test_quiet_before_the_first_word_and_after_the_last_counts(tmp_path: Path) -> None:
    """Not the fades of the bed, and not the end of what is listened to in bed."""
    of = case(tmp_path, f"title: A\nbed: ocean\nscript:\n- pause: 30s\n{RAIN}- pause: 30s\n")
    assert [one.place.line for one in of.findings("GA03")] == [4, 6]
    assert [one.place.line for one in of.findings("GA03", Profile.SLEEP)] == [4]


def test_a_script_that_was_practised_together_may_be_quiet_for_longer(tmp_path: Path) -> None:
    """Announced it has no limit; unannounced it is a warning."""
    head = "title: A\nlevel: agreed\nscript:\n"
    announced = case(tmp_path, f"{head}- There is quiet now.\n- pause: 90s\n{RAIN}")
    assert announced.findings("GA03") == ()
    silent = case(tmp_path, f"{head}{RAIN}- pause: 90s\n{RAIN}").findings("GA03")
    assert [one.severity for one in silent] == [Severity.WARNING]


# Questions


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ("- What is it like?\n", [3]),
        ("- What is it like?\n- pause: 10s\n", []),
        ("- notice: What is it like?\n", []),
        ("- settle: Rain falls. What is it like? Rain falls.\n", [3]),
        ("- What is it like? [12s] Rain falls.\n", []),
        ("- ask: What is it like? Is it warm?\n", []),
        ("- settle: “What is it like?”\n", [3]),
        ("- orient: Which day is it?\n", []),
        ("- What is it like.\n", []),
    ],
)
def test_a_question_has_time(steps: str, found: list[int], tmp_path: Path) -> None:
    """The longest quiet up to the next line is the time for it."""
    findings = case(tmp_path, f"{HEAD}{steps}{RAIN}").findings("GA04")
    assert [one.place.line for one in findings] == found


def test_a_question_is_found_in_the_middle_of_its_line(tmp_path: Path) -> None:
    """The column is that of the sentence."""
    (finding,) = case(tmp_path, f"{HEAD}- Rain falls. What is it like?\n{RAIN}").findings("GA04")
    assert (finding.place.line, finding.place.column) == (3, 15)
    assert "There are 2 s" in finding.message


# Words


@pytest.mark.parametrize(("words", "found"), [(112, []), (128, []), (140, ["warning"]), (190, ["error"])])
def test_a_pace_is_judged_where_it_is_written(words: int, found: list[str], tmp_path: Path) -> None:
    """The script's own figure is what a voice is measured to."""
    lines = "- The rain falls on the roof of the shed by the lane.\n" * 8
    findings = case(tmp_path, f"title: A\npace: {words}\nscript:\n{lines}").findings("GA05")
    assert [one.severity.value for one in findings] == found
    assert all((one.place.line, one.place.column) == (2, 7) for one in findings)


def test_without_the_file_a_pace_is_judged_at_the_title(tmp_path: Path) -> None:
    """Where `pace` stands is not known then."""
    lines = "- The rain falls on the roof of the shed by the lane.\n" * 8
    found = at_once(tmp_path, f"title: A\npace: 200\nscript:\n{lines}")
    assert [one.place.line for one in found if one.rule == "GA05"] == [1]


TEN = "One two three four five six seven eight nine ten."


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        (f"- {TEN} {TEN} {TEN} {TEN}\n", []),
        (f"- {TEN} {TEN} {TEN} {TEN} {TEN}\n", [3]),
        (f"- {TEN} {TEN} [2s] {TEN} {TEN} {TEN}\n", []),
        (f"- {TEN} {TEN} [1s] {TEN} {TEN} {TEN}\n", [3]),
        (f"- {TEN} {TEN}\n- {TEN} {TEN} {TEN}\n", []),
        (f"- {TEN} {TEN}\n- pause: 1s\n- {TEN} {TEN} {TEN}\n", [3]),
        (f"- {TEN} [3s] {TEN} {TEN} {TEN} {TEN} {TEN}\n", [3]),
    ],
)
def test_words_have_pauses_between_them(steps: str, found: list[int], tmp_path: Path) -> None:
    """Forty-five at the most, a pause between two lines counting even when it is pressed together."""
    findings = case(tmp_path, HEAD + steps).findings("GA05")
    assert [one.place.line for one in findings] == found
    assert all("50 words" in one.message for one in findings)


def test_a_run_of_words_begins_at_its_first_sentence(tmp_path: Path) -> None:
    """Not at the beginning of the line, when a pause comes between."""
    text = f"{HEAD}- {TEN} [3s] {TEN} {TEN} {TEN} {TEN} {TEN}\n"
    (finding,) = case(tmp_path, text).findings("GA05")
    assert (finding.place.line, finding.place.column) == (3, 3)


# Length

FOUR = "- notice: Rain falls on the shed.\n" * 4
"""About 63 s, and 47 s to 79 s."""


@pytest.mark.parametrize(
    ("lengths", "found"),
    [
        ("[60s, 70s]", []),
        ("[82s]", ["note"]),
        ("[2m]", ["warning"]),
        ("[45s]", ["note"]),
        ("[30s]", ["warning"]),
        ("[30s, 60s, 5m]", ["warning", "warning"]),
    ],
)
def test_a_length_that_cannot_be_had_is_found(lengths: str, found: list[str], tmp_path: Path) -> None:
    """Within a tenth it is the voice that decides."""
    findings = case(tmp_path, f"title: A\nlengths: {lengths}\nscript:\n{FOUR}").findings("GA07")
    assert [one.severity.value for one in findings] == found
    assert all(one.place.line == 2 for one in findings)


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("experience: new\nlengths: [15m]\n", 0),
        ("experience: new\nlengths: [5m, 16m]\n", 1),
        ("experience: new\n", 1),
        ("lengths: [5m, 16m]\n", 0),
        ("", 0),
    ],
)
def test_what_is_for_newcomers_is_not_long(head: str, found: int, tmp_path: Path) -> None:
    """The longest edition counts, or all of it where no lengths are named; it is no more than a note."""
    text = f"title: A\n{head}script:\n{RAIN}- pause: 10m\n{RAIN}- pause: 6m\n"
    findings = [one for one in case(tmp_path, text).findings("GA07") if "new to it" in one.message]
    assert [(one.place.line, one.severity) for one in findings] == [(2, Severity.NOTE)] * found
