"""Names of finished files: plain, short, and never what a system keeps for itself."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guided_audio.naming import LONGEST, file_stem

NAMES = [
    ("Evening", "evening"),
    ("Sitting by it for a while, and thanking it", "sitting-by-it-for-a-while"),
    ("A Body’s Rest: 10 minutes", "a-bodys-rest-10-minutes"),
    ("It's “here”!", "its-here"),
    ("Für die Füße", "fur-die-fusse"),
    ("Søvn og hvile", "sovn-og-hvile"),
    ("Œuvre de Łukasz", "oeuvre-de-lukasz"),
    ("  ..--Rest--..  ", "rest"),
    ("../../etc/passwd", "etc-passwd"),
    ("Rest\u202e\u0000\n", "rest"),
    ("½ past ②", "1-2-past-2"),
    # Whole words, as many as there is room for.
    ("aaaa bbbb cccc dddd eeee ffff gggg", "aaaa-bbbb-cccc-dddd-eeee"),
    ("aaaa bbbb cccc dddd eeee fff", "aaaa-bbbb-cccc-dddd-eeee-fff"),
    ("aaaa bbbb cccc dddd eeee fff ggg", "aaaa-bbbb-cccc-dddd-eeee-fff"),
    ("a" * 40, "a" * 28),
    # What Windows keeps for devices.
    ("CON", "con-"),
    ("Com1", "com1-"),
    ("LPT²", "lpt2-"),
    ("Console", "console"),
    # Another script than Latin has the script's own name.
    ("Вечер", "spare"),
    ("Вечер 2", "spare"),
    ("夜の瞑想", "spare"),
    ("🌿", "spare"),
    ("", "spare"),
    ("10", "10"),
]


@pytest.mark.parametrize(("title", "expected"), NAMES)
def test_names(title: str, expected: str) -> None:
    """A title as a player and every system can show it."""
    assert file_stem(title, "spare") == expected


def test_where_nothing_is_plain() -> None:
    """Neither the title nor the script's own name."""
    assert file_stem("夜", "夜") == "meditation"
    assert file_stem("夜", "NUL") == "nul-"


@given(st.text(max_size=60), st.text(max_size=30))
@example("con.", "")
@example("\ud800", "\udfff")
def test_any_title_has_a_name(title: str, otherwise: str) -> None:
    """Letters, digits and hyphens, short enough with its suffix, and the same for the same title."""
    stem = file_stem(title, otherwise)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*-?", stem)
    assert len(stem + ".mp3") <= LONGEST
    assert stem == file_stem(title, otherwise)
    assert stem not in {"con", "prn", "aux", "nul", "com1", "lpt9"}


@given(st.text(max_size=60))
def test_a_name_names_itself(title: str) -> None:
    """What became of a title is not changed again."""
    stem = file_stem(title, "spare")
    assert file_stem(stem, "spare") == stem
