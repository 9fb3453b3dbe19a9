"""The built-in scripts are what they promise: what they say of themselves, their quiet, and their level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from command_line import BUILT_IN, Cli

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")


@pytest.fixture(params=BUILT_IN)
def name(request: pytest.FixtureRequest) -> str:
    """Each of them."""
    return str(request.param)


def about(cli: Cli, name: str) -> Mapping[str, str]:
    """What `scripts` says of it."""
    (found,) = [script for script in cli("scripts", "--json").json() if script["name"] == name]
    return dict(found)


def test_it_has_no_mistakes(cli: Cli, name: str) -> None:
    """`check` finds nothing, in it or in the passages it shares."""
    answer = cli("check", name)
    assert (answer.code, answer.out) == (0, "1 script, no mistakes.\n")


def test_it_says_what_it_is_and_who_looked_at_it(cli: Cli, name: str) -> None:
    """A therapist sees its purpose, what it may stir, its level, and who has reviewed it."""
    script = about(cli, name)
    assert script["purpose"].endswith(".")
    assert script["content_note"]
    assert script["review"]
    assert script["language"] == "en-GB"
    assert script["level"] == ("agreed" if name == "befriending-a-part" else "open")


def test_longer_quiet_is_announced(cli: Cli, name: str) -> None:
    """Where it is quiet for longer than a breath or four, the line before says so."""
    timeline = cli("plan", name, *FAKE, "--json").json()
    for pause, line in _long_pauses(timeline):
        assert "quiet" in line, f"{pause:.0f} s after: {line[:30]}"


def _long_pauses(timeline: Mapping[str, Any], least: float = 20.0) -> list[tuple[float, str]]:
    found = []
    for pause in timeline["pauses"]:
        seconds = (pause["end"] - pause["start"]) / timeline["rate"]
        if seconds > least:
            found.append(
                (seconds, [line for line in timeline["lines"] if line["end"] <= pause["start"]][-1]["text"])
            )
    return found


def test_it_can_be_fitted_to_other_lengths(cli: Cli, name: str) -> None:
    """Half a minute more or less than by itself can be had of each, to the frame."""
    usual = round(cli("plan", name, *FAKE, "--json").json()["length"] / 44_100)
    for seconds in (usual - 30, usual + 30):
        planned = cli("plan", name, *FAKE, "--length", f"{seconds}s", "--json").json()
        assert planned["length"] == seconds * 44_100


def test_it_ends_in_the_room(cli: Cli, name: str) -> None:
    """The last chapter is the way back, and nothing is said after it."""
    timeline = cli("plan", name, *FAKE, "--json").json()
    assert timeline["chapters"][-1]["title"] == "Back to the room"
    assert timeline["lines"][-1]["chapter"] == len(timeline["chapters"]) - 1
    assert timeline["lines"][0]["text"].startswith("Here is some time for you, ")


def test_it_can_be_left_at_any_time_and_says_so(cli: Cli, name: str) -> None:
    """Stopping, help, and not driving are spoken of before the first minute and a half is over."""
    timeline = cli("plan", name, *FAKE, "--json").json()
    early = " ".join(line["text"] for line in timeline["lines"] if line["end"] / timeline["rate"] < 90)
    for word in ("stop", "driving", "help", "therapy"):
        assert word in early
