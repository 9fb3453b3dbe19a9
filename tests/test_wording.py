"""Texts for one line: nothing in them ends it, and nothing else of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guided_audio.wording import one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Evening\n\n at  home\t", "Evening at home"),
        ("a\r\nb\x00c\x1b\x85d\u2028e\u2029", "a b c d e"),
        ("half \ud83c of a pair", "half \ufffd of a pair"),
        ("\ud83c\udf3f", "🌿"),
        ("\u200fעֶרֶב\u00a0טוב", "\u200fעֶרֶב\u00a0טוב"),
        ("👩‍👩‍👧 & -->", "👩‍👩‍👧 & -->"),
        ("\n", ""),
    ],
)
def test_by_hand(text: str, expected: str) -> None:
    """Breaks become spaces; emoji, marks of direction and spaces that bind stay."""
    assert one_line(text) == expected


@given(st.text(st.characters()))
def test_any_text_is_one_line_that_can_be_written(text: str) -> None:
    """And putting it on one line a second time changes nothing."""
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert line.encode().decode() == line
    assert one_line(line) == line
