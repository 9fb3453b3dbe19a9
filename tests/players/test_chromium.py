"""Chromium, on the page of the series: opened from its folder, offline. The page has tests of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from page_stage import WATCH, until
from players.programs import CHROMIUM
from players.table import Seen
from players.walks import Walks, agree

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytest_plugins = ["page_fixtures"]


def test_the_page_plays_every_form_to_its_end(browser: Browser, walks: Walks, seen: Seen) -> None:
    """With its chapters, its words and its cover, and the next recording after it."""
    context = browser.new_context()
    try:
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.add_init_script(WATCH)
        page.goto((walks.folder / "index.html").as_uri())
        page.click("#toggle")
        until(page, "!deck.paused && deck.currentTime > 0.2")
        assert page.evaluate("deck.duration * 1000") == pytest.approx(walks.first.ms, abs=50)
        told = page.evaluate("JSON.parse(document.getElementById('data').textContent)")["tracks"][0]
        assert told["title"] == walks.first.title
        assert page.evaluate("document.getElementById('cover').naturalWidth") > 0
        assert page.text_content("#now-title") == walks.first.title
        titles = page.locator("#chapters button").all_inner_texts()
        for title, mark in zip(titles, walks.first.chapters, strict=True):
            assert mark.text in title
        page.evaluate("deck.currentTime = deck.duration - 0.4")
        until(page, "watched.log.some(([, kind]) => kind === 'ended')")
        found = [(float(start), title) for start, title in told["chapters"]]
        agree(found, walks.first.chapters, 1.0)
        assert len(told["rows"]) >= len(walks.first.words)
    finally:
        context.close()
    own = dict.fromkeys(("chapters", "synced_text", "cover", "playlist"), "its own")
    seen(CHROMIUM, walks.form, plays="to the end", **own)
