"""The browser the pages are opened in, and a stage for each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

from page_stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def missing(reason: str) -> NoReturn:
    """Skip, unless CI promised that everything is there."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a fresh machine may lack it
    except ImportError:
        missing("playwright is not installed (pip install 'guided-audio[test-all]')")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        missing("chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def stage(tmp_path: Path, browser: Browser) -> Iterator[Stage]:
    """An empty stage. At the end the page has asked for nothing but files, and has made no mistake."""
    made = Stage(tmp_path, browser)
    yield made
    for context in made.contexts:
        context.close()
    assert [url for url in made.asked if not url.startswith(("file:", "data:"))] == []
    assert made.errors == []
