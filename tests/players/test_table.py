"""The page about players is whole; that it says what was seen is checked wherever something is seen."""

from __future__ import annotations

import pytest

from guided_audio.forms import Form
from players import table
from players.programs import LISTED, MPV
from players.table import PAGE, Seen


def test_the_page_is_what_the_program_writes(pytestconfig: pytest.Config) -> None:
    """Every cell and every version of it is read back, none is missing, and nothing was changed by hand."""
    if pytestconfig.getoption("--players-table", default=None):
        pytest.skip("it is written anew in this run")
    written = PAGE.read_text(encoding="utf-8")
    cells, versions = table.read(written)
    assert table.page(cells, versions) == written
    assert Seen({}, checked=False, cells=cells).lacking == []
    assert all(versions[program.name] for program in LISTED)


def test_what_differs_from_the_page_fails() -> None:
    """So a program that begins to show chapters, or ceases to, is noticed."""
    seen = Seen({(Form.MP3, MPV.name): {"chapters": "yes"}}, checked=True)
    seen(MPV, Form.MP3, chapters="yes")
    with pytest.raises(pytest.fail.Exception, match=r"docs/players\.md says"):
        seen(MPV, Form.MP3, chapters="no")
    with pytest.raises(pytest.fail.Exception, match="synced text"):
        seen(MPV, Form.MP3, synced_text="no")
