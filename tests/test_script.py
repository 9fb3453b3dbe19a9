"""What a script is once it has been read."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from guided_audio.errors import Place
from guided_audio.script import (
    KINDS,
    Chapter,
    Hush,
    Line,
    Rest,
    Script,
    Slot,
    SlotRule,
    Words,
    exactly,
    shown_values,
    text_of,
)
from guided_audio.units import Seconds

HERE = Place("a.yaml", 3, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_of_pause_can_give_and_knows_its_name(kind: str) -> None:
    """Its ideal lies between its limits, so that a fit to a length has room on both sides."""
    rest = KINDS[kind]
    assert 0 < rest.minimum < rest.ideal < rest.maximum
    assert rest.elastic
    assert rest.kind == kind


def test_a_plain_length_is_exact() -> None:
    """Nothing stretches what was written in seconds."""
    assert exactly(8) == Rest(Seconds(8.0), Seconds(8.0), Seconds(8.0))
    assert not exactly(8).elastic


def test_a_slot_takes_its_comma_along() -> None:
    """With a value both are heard, without one neither."""
    assert Slot("name", ", ", "!").filled("Ada") == ", Ada!"
    assert Slot("name", ", ", "!").filled("") == ""


def test_a_line_as_it_is_read() -> None:
    """Slots filled, inline pauses a space, no space twice and none at the ends."""
    pieces = (Words(" Welcome"), Slot("name", ", "), Hush(Seconds(2.0)), Words("here.\n "))
    assert text_of(pieces, {"name": "Ada"}) == "Welcome, Ada here."
    assert text_of(pieces, {}) == "Welcome here."


def test_a_script_knows_its_lines_and_places() -> None:
    """Lines in order without what stands between; an unknown key is at the beginning of the file."""
    one, two = (Line(HERE, (Words(text),), exactly(1)) for text in ("One.", "Two."))
    script = Script(Path("a.yaml"), "A", (one, Chapter(HERE, "B"), two), places={"voice": HERE})
    assert script.lines == (one, two)
    assert script.place_of("voice") == HERE
    assert script.place_of("title") == Place("a.yaml", 1, 1)


def test_only_fallbacks_are_shown() -> None:
    """A slot without a fallback shows nothing."""
    rules = {
        name: SlotRule(name, fallback, private=True, place=HERE)
        for name, fallback in (("name", None), ("place", "the garden"), ("none", ""))
    }
    assert shown_values(Script(Path("a.yaml"), "A", (), slots=rules)) == {
        "name": "",
        "place": "the garden",
        "none": "",
    }


def test_a_script_cannot_be_changed() -> None:
    """What was read stays as it was read."""
    script = Script(Path("a.yaml"), "A", ())
    with pytest.raises(FrozenInstanceError):
        script.title = "B"  # type: ignore[misc]  # that it fails is the point
