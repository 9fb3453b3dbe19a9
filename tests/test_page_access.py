"""The page is for everyone: on a small screen, in the dark, with keys, with a screen reader, on paper."""

from __future__ import annotations

import re
from importlib import resources
from itertools import product
from typing import TYPE_CHECKING

import pytest

from page_stage import Stage, series, start, track, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["page_fixtures"]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = (320, 768, 1280)
DISCREET = series(
    track(1, title="Recording 1"), track(2, title="Recording 2"), title="Recordings", discreet=True
)
SHOWN = {
    "full": series(track(1, week=1), track(2, week=2), weeks=("To settle.", "To stay.")),
    "discreet": DISCREET,
}


def violations(page: Page) -> list[str]:
    """What axe finds, each with the first element it is about."""
    program = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(program)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules})"
        ".then(({violations}) => violations.map(({id, nodes}) => `${id}: ${nodes[0].html}`))",
        RULES,
    )
    return list(found)


@pytest.mark.parametrize("kind", SHOWN)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(stage: Stage, kind: str, scheme: str) -> None:
    """No violation of WCAG 2.2 AA or of good practice at any width, before and while it plays."""
    pytest.importorskip("axe_playwright_python")
    page = stage.open(SHOWN[kind], color_scheme=scheme, reduced_motion="reduce")
    page.locator("summary").click()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == []
    start(page)
    page.click("#interlude")
    assert violations(page) == []


def test_axe_finds_nothing_where_a_file_is_missing(stage: Stage) -> None:
    """The calm message is as readable as the rest."""
    pytest.importorskip("axe_playwright_python")
    page = stage.open(series())
    (stage.folder / "01-evening.mp3").unlink()
    page.reload()
    page.locator("#trouble").wait_for(state="visible")
    assert violations(page) == []
    stage.errors.clear()


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_can_be_read(stage: Stage, scheme: str) -> None:
    """Text has 4.5 to 1 on every ground, at both ends of the sky; edges of controls have 3 to 1."""
    page = stage.open(series(), color_scheme=scheme)
    names = ["paper", "card", "glow", "ink", "dim", "accent", "edge", "on-accent"]
    style = "getComputedStyle(document.documentElement)"
    values = page.evaluate(f"names => names.map(name => {style}.getPropertyValue('--' + name).trim())", names)
    colour = dict(zip(names, values, strict=True))
    for ground, text in product(("paper", "card", "glow"), ("ink", "dim", "accent")):
        assert contrast(colour[ground], colour[text]) >= 4.5, (ground, text)
    for ground in ("paper", "card", "glow"):
        assert contrast(colour[ground], colour["edge"]) >= 3, ground
    assert contrast(colour["accent"], colour["on-accent"]) >= 4.5


TARGETS = """
() => [...document.querySelectorAll('button, a, select, summary, input')]
  .map(made => made.closest('label') ?? made)
  .filter(made => made.checkVisibility())
  .map(made => [made.id || made.textContent.trim(), made.getBoundingClientRect()])
  .filter(([, {width, height}]) => width < 44 || height < 44)
  .map(([name, {width, height}]) => `${name}: ${width} by ${height}`)
"""


@pytest.mark.parametrize("width", WIDTHS)
def test_every_target_is_large_enough_for_a_thumb(stage: Stage, width: int) -> None:
    """Nothing that can be pressed is smaller than 44 by 44."""
    page = stage.open(
        series(track(1, notes="notes/one.html"), track(2)), viewport={"width": width, "height": 800}
    )
    page.locator("summary").click()
    assert page.evaluate(TARGETS) == []


SPACING = """
() => document.querySelectorAll('body *').forEach(({style}) => {
  style.setProperty('line-height', '1.5', 'important');
  style.setProperty('letter-spacing', '0.12em', 'important');
  style.setProperty('word-spacing', '0.16em', 'important');
})
"""

CUT_OFF = """
() => [...document.querySelectorAll('body *')]
  .filter(made => made.checkVisibility() && !made.closest('svg, select, .unseen') && made.clientWidth)
  .filter(made => made.scrollWidth > made.clientWidth + 1
    || made.getBoundingClientRect().right > innerWidth + 1)
  .map(made => made.outerHTML.slice(0, 80))
"""


@pytest.mark.parametrize("kind", SHOWN)
def test_it_reflows(stage: Stage, kind: str) -> None:
    """At 320 px, with the widest spacing a reader may set and with one very long word, nothing is cut off."""
    long = track(1, title="Donaudampfschifffahrtsgesellschaftskapitän" * 3)
    shown = series(long, track(2), discreet=kind == "discreet")
    page = stage.open(shown, viewport={"width": 320, "height": 640})
    assert page.evaluate(CUT_OFF) == []
    page.evaluate(SPACING)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(CUT_OFF) == []


def focused(page: Page) -> str:
    """What has the focus, by its id or its text."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_everything_can_be_done_with_keys(stage: Stage) -> None:
    """From the top of the page: play, skip, walk through the words, go to a line, hide them."""
    page = stage.open(series())
    until(page, "deck.readyState > 0")
    page.keyboard.press("Tab")
    assert focused(page) == "There is nothing to do."
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert focused(page) == "And there are your hands."
    page.keyboard.press("Enter")
    until(page, "deck.currentTime === 8")
    page.keyboard.press("Tab")
    assert focused(page) == "seek"
    page.keyboard.press("ArrowRight")
    until(page, "deck.currentTime === 13")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert focused(page) == "toggle"
    page.keyboard.press("Space")
    until(page, "!deck.paused")
    page.keyboard.press("ArrowLeft")
    until(page, "deck.currentTime < 2")
    page.keyboard.press("c")
    assert not page.get_by_role("switch", name="Show the words").is_checked()
    page.keyboard.press("m")
    until(page, "deck.muted")
    page.keyboard.press("b")
    until(page, "deck.currentTime >= 26")
    page.keyboard.press("q")
    page.locator("#interlude.current").wait_for()
    page.keyboard.press("n")
    until(page, "deck.src.endsWith('02-evening.mp3')")


def test_keys_of_one_letter_are_for_the_player_alone(stage: Stage) -> None:
    """Outside of it they do nothing, with a modifier neither, and they can be switched off."""
    page = stage.open(series())
    words = page.get_by_role("switch", name="Show the words")
    page.keyboard.press("c")
    assert words.is_checked()
    page.focus("#timer")
    page.keyboard.press("c")
    assert words.is_checked()
    page.focus("#toggle")
    page.keyboard.press("Control+c")
    assert words.is_checked()
    page.get_by_role("switch", name="Keys of one letter").uncheck()
    page.focus("#toggle")
    page.keyboard.press("c")
    assert words.is_checked()
    page.keyboard.press("ArrowRight")
    until(page, "deck.currentTime === 15")


def test_the_focus_is_seen_wherever_it_is(stage: Stage) -> None:
    """With the Tab key alone every stop is in sight, on top, and has a ring; and it ends somewhere."""
    page = stage.open(series(), viewport={"width": 320, "height": 568})
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops.append(focused(page))
        seen = page.evaluate(
            "() => { const made = document.activeElement; const box = made.getBoundingClientRect();"
            "const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);"
            "return [made.contains(top), getComputedStyle(made).outlineStyle]; }"
        )
        assert seen == [True, "solid"], stops[-1]
    assert len(stops) > 15
    assert len(stops) < 60


def test_a_screen_reader_hears_of_chapters_and_not_of_lines(stage: Stage) -> None:
    """One polite sentence for each chapter that begins, none for the lines in between."""
    page = stage.open(series())
    assert page.text_content("#status") == ""
    page.evaluate(
        "window.said = []; const status = document.getElementById('status');"
        "new MutationObserver(() => said.push(status.textContent)).observe(status, {childList: true})"
    )
    start(page)
    for text in ("There may be sounds outside.", "And there are your hands.", "Here is some time."):
        page.get_by_role("button", name=text).click()
        until(page, f"document.querySelector('.row.current')?.textContent === '{text}'")
    assert page.evaluate("said") == ["Chapter: The middle"]
    assert page.locator("[aria-live], [role=status], [role=alert]").count() == 1


def test_less_motion_for_those_who_ask_for_it(stage: Stage) -> None:
    """Then nothing glides: the words are at their place at once, and nothing is animated."""
    page = stage.open(series(), reduced_motion="reduce", viewport={"width": 320, "height": 500})
    at_once = page.evaluate(
        "() => { const line = document.getElementById('seek'); line.value = 27;"
        "line.dispatchEvent(new Event('change')); return document.getElementById('words').scrollTop; }"
    )
    assert at_once > 0
    assert page.evaluate("document.getAnimations().length") == 0


def test_light_and_dark_by_the_device_and_by_hand(stage: Stage) -> None:
    """The switch wins over the device, both ways."""
    page = stage.open(series(), color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_label("Light", exact=True).check()
    light = page.evaluate(ground)
    page.emulate_media(color_scheme="light")
    page.get_by_label("Dark", exact=True).check()
    assert page.evaluate(ground) == dark != light
    page.get_by_label("Automatic").check()
    assert page.evaluate(ground) == light


def test_on_paper_are_the_words(stage: Stage) -> None:
    """All recordings with their chapters and lines, hidden or not; no control."""
    page = stage.open(series(), color_scheme="dark")
    page.get_by_role("switch", name="Show the words").uncheck()
    page.emulate_media(media="print")
    assert page.locator(".text h2:visible").all_text_contents() == ["Evening 1", "Evening 2"]
    assert page.locator(".text .chapter:visible").count() == 6
    assert page.locator(".text .row:visible").count() == 2 * 8
    assert page.locator("#toggle:visible, input:visible, select:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.row-button')).color") == "rgb(0, 0, 0)"


def test_without_a_script_there_are_plain_players_and_all_words(stage: Stage) -> None:
    """A link and a player of the browser's own for each recording, and nothing that would do nothing."""
    page = stage.open(series(), java_script_enabled=False)
    assert page.locator("audio:visible").count() == 2
    assert page.locator("a.recording:visible").count() == 2
    assert page.locator(".text .row:visible").count() == 2 * 8
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    link = page.locator("a.recording").first
    assert link.get_attribute("href") == "01-evening.mp3"
    assert re.search(r"Evening 1\s+1 min|Evening 1\s+40 s", str(link.text_content()))
