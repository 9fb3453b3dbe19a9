"""The page in a real browser, opened as a file and offline: it plays, follows, and startles nobody."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from page_stage import CHAPTERS, CUES, ENDING_MS, LENGTH_MS, Stage, play, series, start, track, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytest_plugins = ["page_fixtures"]


def current_row(page: Page) -> str:
    """The line that is marked, nothing if none is."""
    return str(page.evaluate("document.querySelector('.row.current')?.textContent ?? ''"))


def seconds(page: Page) -> float:
    """Where the recording is."""
    return float(page.evaluate("deck.currentTime"))


def go(page: Page, ms: int) -> None:
    """Move the line of time, as a hand does."""
    page.evaluate(
        "ms => { const line = document.getElementById('seek'); line.value = ms / 1000;"
        "line.dispatchEvent(new Event('input')); line.dispatchEvent(new Event('change')); }",
        ms,
    )
    until(page, f"Math.abs(deck.currentTime - {ms / 1000}) < 0.9")


def test_nothing_plays_until_it_is_asked_to(stage: Stage) -> None:
    """The page opens in silence, and the button that plays is there."""
    page = stage.open(series())
    until(page, "deck.readyState > 0")
    assert page.evaluate("watched.players.every(player => player.paused)")
    assert page.get_by_role("button", name="Play", exact=True).is_visible()


def test_play_and_pause_are_soft_and_lose_no_word(stage: Stage) -> None:
    """The volume rises and falls in small steps, and a pause stays where it was asked for."""
    page = stage.open(series())
    until(page, "deck.readyState > 0")
    page.evaluate(
        "window.levels = []; setInterval(() => levels.push(deck.paused ? 0 : deck.volume), 15);"
        "document.getElementById('toggle').click()"
    )
    until(page, "deck.volume > 0.95 && !deck.paused")
    asked = page.evaluate("(() => { document.getElementById('toggle').click(); return deck.currentTime; })()")
    until(page, "deck.paused")
    levels = page.evaluate("levels")
    assert seconds(page) == pytest.approx(asked, abs=0.02)
    assert max(abs(after - before) for before, after in pairwise(levels)) < 0.35
    assert page.get_by_role("button", name="Play", exact=True).is_visible()


def test_seeking_goes_there(stage: Stage) -> None:
    """The line of time and both skips move it, and the times are shown."""
    page = stage.open(series())
    go(page, 20_000)
    assert seconds(page) == pytest.approx(20.0, abs=0.01)
    assert page.text_content("#at") == "0:20"
    assert page.text_content("#length") == "0:40"
    page.click("#forward")
    until(page, "deck.currentTime === 35")
    page.click("#back")
    page.click("#back")
    until(page, "deck.currentTime === 5")
    assert page.get_attribute("#seek", "aria-valuetext") == "0:05 of 0:40"


def test_the_words_follow_within_a_tenth_of_a_second(stage: Stage) -> None:
    """Each line is marked as it begins, and so is a long quiet with its length."""
    page = stage.open(series())
    go(page, 3_000)
    page.evaluate(
        "window.marks = []; new MutationObserver(() => {"
        "const row = document.querySelector('.row.current')?.textContent;"
        "if (row !== marks.at(-1)?.[0]) marks.push([row, deck.currentTime]); })"
        ".observe(document.getElementById('words'), {subtree: true, attributeFilter: ['class']})"
    )
    play(page)
    until(page, "marks.length >= 1")
    text, at = page.evaluate("marks[0]")
    assert text == "There may be sounds outside."
    assert at == pytest.approx(4.0, abs=0.1)
    go(page, 16_000)
    assert current_row(page) == "10 s of quiet"
    assert page.evaluate("document.querySelector('.row.current').classList.contains('gap')")


def test_the_line_that_is_heard_is_in_sight(stage: Stage) -> None:
    """It is scrolled to inside its box, while the page around it stays where it is."""
    page = stage.open(series(), viewport={"width": 320, "height": 500})
    go(page, 27_500)
    box, row = page.locator("#words"), page.locator(".row.current")
    until(page, "document.getElementById('words').scrollTop > 0")
    page.wait_for_timeout(1300)
    inside, line = box.bounding_box(), row.bounding_box()
    assert inside
    assert line
    assert inside["y"] <= line["y"]
    assert line["y"] + line["height"] <= inside["y"] + inside["height"]
    assert page.evaluate("scrollY") == 0


def test_a_line_and_a_chapter_are_ways_to_go_there(stage: Stage) -> None:
    """Both are pressed and the recording is at their beginning; the chapter is marked and named."""
    page = stage.open(series())
    page.get_by_role("button", name="And there are your hands.").click()
    until(page, "deck.currentTime === 8")
    page.locator("#chapters").get_by_role("button", name="The middle").click()
    until(page, "deck.currentTime === 12")
    assert page.text_content("#now-chapter") == "The middle"
    assert page.locator("#chapters [aria-current=true]").count() == 1


def test_the_words_can_be_hidden(stage: Stage) -> None:
    """Then none is in sight; what it is for still is."""
    page = stage.open(series())
    page.get_by_role("switch", name="Show the words").uncheck()
    assert not page.get_by_role("button", name="There is nothing to do.").is_visible()
    assert page.get_by_text("A rest before the night.").first.is_visible()


def test_more_quiet_returns_exactly(stage: Stage) -> None:
    """The bed comes in for 30 s, for 60 s after a second press, and it goes on where it was."""
    page = stage.open(series(), clock=True)
    go(page, 5_000)
    start(page)
    page.clock.run_for(1_000)
    at = page.evaluate("(() => { document.getElementById('interlude').click(); return deck.currentTime; })()")
    until(page, "watched.players.slice(2).some(bed => !bed.paused)")
    page.clock.run_for(2_100)
    until(page, "deck.paused && watched.players.slice(2).some(bed => !bed.paused && bed.volume > 0.9)")
    page.click("#interlude")
    page.clock.fast_forward(50_000)
    assert page.evaluate("deck.paused")
    assert page.get_by_role("button", name="Pause", exact=True).is_visible()
    page.evaluate("watched.log.length = 0")
    page.clock.fast_forward(12_000)
    until(page, "!deck.paused")
    resumed = page.evaluate("watched.log.find(([player, kind]) => player === 1 && kind === 'play')[2]")
    assert resumed == pytest.approx(at, abs=0.02)
    page.clock.run_for(2_100)
    until(page, "watched.players.slice(2).every(bed => bed.paused)")


def test_more_quiet_begins_somewhere_else_each_time(stage: Stage) -> None:
    """Two of them are not the same stretch of the bed, and pause ends one without going on."""
    page = stage.open(series())
    play(page)
    begun = []
    for _ in range(2):
        page.evaluate("watched.log.length = 0")
        page.click("#interlude")
        until(page, "watched.log.some(([player, kind]) => player > 1 && kind === 'play')")
        begun.append(page.evaluate("watched.log.find(([player, kind]) => player > 1 && kind === 'play')[2]"))
        page.click("#toggle")
        until(page, "deck.paused && document.getElementById('toggle').ariaLabel === 'Play'")
        page.click("#toggle")
        until(page, "!deck.paused")
    assert abs(begun[0] - begun[1]) > 1


def test_more_quiet_without_a_bed_is_silence(stage: Stage) -> None:
    """A bed that is missing, or was never there, is no trouble: the quiet is there all the same."""
    page = stage.open(series(track(1, quiet="")), clock=True)
    start(page)
    page.click("#interlude")
    page.clock.run_for(2_100)
    until(page, "deck.paused")
    page.clock.fast_forward(31_000)
    until(page, "!deck.paused")


def test_more_quiet_ends_with_any_other_wish(stage: Stage) -> None:
    """A skip in the middle of it goes there, plays, and the bed leaves."""
    page = stage.open(series())
    start(page)
    page.click("#interlude")
    until(page, "deck.paused")
    page.click("#forward")
    until(page, "!deck.paused && deck.currentTime >= 15")
    until(page, "watched.players.slice(2).every(bed => bed.paused)")


def test_back_to_the_room_plays_the_way_back(stage: Stage) -> None:
    """At any time, out of a pause and out of more quiet."""
    page = stage.open(series())
    page.get_by_role("button", name="Back to the room whenever").click()
    until(page, f"!deck.paused && deck.currentTime >= {ENDING_MS / 1000}")
    go(page, 2_000)
    page.click("#interlude")
    page.click("#ending")
    until(page, f"!deck.paused && deck.currentTime >= {ENDING_MS / 1000} && deck.volume > 0.9")
    assert page.evaluate("document.getElementById('interlude').classList.contains('current')") is False


def test_a_recording_that_ends_in_sleep_has_no_way_back(stage: Stage) -> None:
    """The button is not there at all."""
    page = stage.open(series(track(1, way_back_ms=None, sleep=True)))
    assert not page.locator("#ending").is_visible()


def test_the_sleep_timer_fades_out_and_leaves_nothing_behind(stage: Stage) -> None:
    """Half way through its last 20 s it is half as loud; then it stops, and the next play is whole."""
    page = stage.open(series(), clock=True)
    play(page)
    page.get_by_label("Sleep timer").select_option("5")
    page.clock.fast_forward(290_000)
    until(page, "deck.volume > 0.2 && deck.volume < 0.6")
    assert "Fades out in" in str(page.text_content("#timer-hint"))
    page.clock.fast_forward(11_000)
    until(page, "deck.paused")
    assert page.input_value("#timer") == "0"
    play(page)


def test_nothing_follows_the_end(stage: Stage) -> None:
    """The next recording waits, unless the listener switched it on; never after sleep."""
    page = stage.open(series(), clock=True)
    go(page, LENGTH_MS - 600)
    play_to_end(page)
    page.clock.fast_forward(10_000)
    page.wait_for_timeout(200)
    assert page.text_content("#now-title") == "Evening 1"
    page.get_by_role("switch", name="Go on to the next recording").check()
    go(page, LENGTH_MS - 600)
    play_to_end(page)
    page.clock.fast_forward(3_000)
    until(page, "!deck.paused && deck.src.endsWith('02-evening.mp3')")
    assert page.text_content("#now-title") == "Evening 2"


def play_to_end(page: Page) -> None:
    """Play what is left."""
    page.click("#toggle")
    until(page, "deck.ended")


def test_nothing_ever_follows_sleep(stage: Stage) -> None:
    """Somebody is asleep, whatever is switched on."""
    page = stage.open(series(track(1, way_back_ms=None, sleep=True), track(2)), clock=True)
    page.get_by_role("switch", name="Go on to the next recording").check()
    go(page, LENGTH_MS - 600)
    play_to_end(page)
    page.clock.fast_forward(10_000)
    page.wait_for_timeout(200)
    assert page.evaluate("deck.paused")
    assert page.text_content("#now-title") == "Evening 1"


def test_a_whole_series_forwards_and_back(stage: Stage) -> None:
    """Eight recordings, one after the other, each loaded; the first and the last have nothing beyond."""
    page = stage.open(series(*(track(number) for number in range(1, 9))))
    assert page.locator("#previous").is_disabled()
    for number in range(2, 9):
        page.click("#next")
        until(page, f"deck.src.endsWith('{number:02}-evening.mp3') && deck.readyState > 0")
        assert page.text_content("#now-count") == f"{number} of 8"
    assert page.locator("#next").is_disabled()
    page.click("#previous")
    until(page, "deck.src.endsWith('07-evening.mp3')")
    page.locator("#recordings-panel").get_by_role("button", name="Evening 3").click()
    until(page, "deck.src.endsWith('03-evening.mp3')")
    assert page.evaluate("document.activeElement.id") == "toggle"


def test_a_missing_recording_is_said_calmly(stage: Stage) -> None:
    """The file is named, the rest works, and it plays once the file is back."""
    shown = series()
    file = stage.write(shown).with_name("01-evening.mp3")
    sound = file.read_bytes()
    page = stage.open(shown)
    file.unlink()
    page.reload()
    page.locator("#trouble").wait_for(state="visible")
    assert "“01-evening.mp3”" in str(page.text_content("#trouble"))
    page.click("#next")
    play(page)
    assert not page.locator("#trouble").is_visible()
    page.click("#previous")
    page.locator("#trouble").wait_for(state="visible")
    file.write_bytes(sound)
    page.click("#toggle")
    until(page, "!deck.paused && deck.src.endsWith('01-evening.mp3')")
    stage.errors[:] = [error for error in stage.errors if "ERR_FILE_NOT_FOUND" not in error]


def test_what_is_asked_last_wins(stage: Stage) -> None:
    """Many wishes at once, in the middle of fades: it ends up where the last one leads, and plays."""
    page = stage.open(series())
    play(page)
    for name in (
        "forward",
        "toggle",
        "toggle",
        "interlude",
        "next",
        "toggle",
        "ending",
        "back",
        "toggle",
        "toggle",
    ):
        page.click(f"#{name}")
    until(page, "!deck.paused && deck.volume > 0.95 && deck.src.endsWith('02-evening.mp3')")
    assert 10 < seconds(page) < 16
    until(page, "watched.players.filter(player => !player.paused).length === 1")


def test_the_place_and_the_choices_are_kept_here(stage: Stage) -> None:
    """A reload finds them again, in silence; forgetting removes all, and nothing more is written."""
    page = stage.open(series())
    page.click("#next")
    go(page, 9_000)
    page.get_by_role("switch", name="Show the words").uncheck()
    page.get_by_label("Dark", exact=True).check()
    page.reload()
    until(page, "deck.readyState > 0 && deck.currentTime > 8.9")
    assert page.text_content("#now-title") == "Evening 2"
    assert not page.get_by_role("switch", name="Show the words").is_checked()
    assert page.get_attribute("html", "data-look") == "dark"
    assert page.evaluate("deck.paused")
    page.click("#forget")
    page.click("#previous")
    assert page.evaluate("localStorage.length") == 0
    assert "Forgotten" in str(page.text_content("#status"))
    page.reload()
    assert page.text_content("#now-title") == "Evening 1"


BLOCKED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('blocked'); }});"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
KEEP = "localStorage.setItem('player:' + location.pathname, {});"
BROKEN = KEEP.format("JSON.stringify({mark: '40000-40000', number: 9, ms: -1})")
GARBAGE = KEEP.format("'not json'")


@pytest.mark.parametrize(
    "before", [BLOCKED, FULL, BROKEN, GARBAGE], ids=["blocked", "full", "broken", "garbage"]
)
def test_a_memory_that_cannot_be_used_does_not_matter(stage: Stage, before: str) -> None:
    """Whatever the browser keeps or refuses, it plays."""
    page = stage.open(series(), before=before)
    start(page)
    go(page, 9_000)
    assert page.text_content("#now-title") == "Evening 1"


def test_the_keys_of_a_headset(stage: Stage) -> None:
    """The system is told what plays and where it is, and each of its keys does what it says."""
    page = stage.open(series())
    told = page.evaluate(
        "(({title, artist, album}) => [title, artist, album])(navigator.mediaSession.metadata)"
    )
    assert told == ["Evening 1", "By the harbour", "By the harbour"]
    page.click("#toggle")
    until(page, "!deck.paused && navigator.mediaSession.playbackState === 'playing'")
    page.evaluate("watched.handlers.seekto({seekTime: 20})")
    until(page, "deck.currentTime >= 20")
    page.evaluate("watched.handlers.seekbackward({})")
    until(page, "deck.currentTime < 7")
    page.evaluate("watched.handlers.seekforward({seekOffset: 30})")
    until(page, "deck.currentTime > 34")
    page.evaluate("watched.handlers.pause()")
    until(page, "deck.paused && navigator.mediaSession.playbackState === 'paused'")
    page.evaluate("watched.handlers.nexttrack()")
    until(page, "navigator.mediaSession.metadata.title === 'Evening 2'")
    page.evaluate("watched.handlers.previoustrack()")
    page.evaluate("watched.handlers.play()")
    until(page, "!deck.paused && deck.src.endsWith('01-evening.mp3')")
    page.evaluate("watched.handlers.stop()")
    until(page, "deck.paused")
    states = page.evaluate("watched.positions")
    assert all(state["duration"] == 40 and 0 <= state["position"] <= 40 for state in states)


def test_the_sound_can_be_set_and_switched_off(stage: Stage) -> None:
    """The volume is lower at half way, and the switch takes all of it away softly."""
    page = stage.open(series())
    play(page)
    page.evaluate(
        "() => { const line = document.getElementById('volume'); line.value = 50;"
        "line.dispatchEvent(new Event('input')); }"
    )
    until(page, "Math.abs(deck.volume - 0.25) < 0.01")
    page.get_by_role("switch", name="Mute").check()
    until(page, "deck.volume === 0 && deck.muted")
    page.get_by_role("switch", name="Mute").uncheck()
    until(page, "Math.abs(deck.volume - 0.25) < 0.01 && !deck.muted")


def test_a_discreet_page_keeps_and_tells_nothing(stage: Stage) -> None:
    """It plays, asks no storage at all, and what the system shows is its neutral title."""
    page = stage.open(series(track(1, title="Recording 1"), title="Recordings", discreet=True))
    play(page)
    page.get_by_role("button", name="Last part").click()
    until(page, f"deck.currentTime >= {ENDING_MS / 1000}")
    page.click("#interlude")
    page.reload()
    assert page.evaluate("watched.stored") == 0
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("document.cookie") == ""
    assert page.title() == "Recordings"
    assert page.evaluate("navigator.mediaSession.metadata.title") == "Recording 1"


HOSTILE = "</script><script>hit = 1</script> \u200fשלום\u200f 🌊 <img src=x onerror=hit=1> {{title}} & \" '"


def test_titles_and_words_are_only_ever_text(stage: Stage) -> None:
    """Whatever they say, it is shown as it stands and never carried out."""
    cues = tuple(replace(cue, text=HOSTILE) for cue in CUES)
    chapters = tuple(replace(chapter, title=HOSTILE) for chapter in CHAPTERS)
    bad = track(1, title=HOSTILE, purpose=HOSTILE, content_note=HOSTILE, cues=cues, chapters=chapters)
    page = stage.open(series(bad, title=HOSTILE, purpose=HOSTILE, language="he"))
    start(page)
    assert page.text_content("#now-title") == HOSTILE
    assert page.locator("#chapters .chapter-title").first.text_content() == HOSTILE
    assert page.evaluate("window.hit") is None
    assert page.get_attribute("#now-title", "lang") == "he"
    assert page.evaluate("document.documentElement.lang") == "en"


def test_a_phone_that_lets_no_page_set_the_volume(stage: Stage) -> None:
    """There is nothing to fade with then, nor a volume to set; all else is as it was."""
    fixed = "Object.defineProperty(HTMLMediaElement.prototype, 'volume', {get: () => 1, set() {}});"
    page = stage.open(series(), before=fixed)
    assert not page.locator("#volume").is_visible()
    start(page)
    page.click("#forward")
    until(page, "deck.currentTime >= 15")
    page.get_by_role("switch", name="Mute").check()
    until(page, "deck.muted")
    page.click("#toggle")
    until(page, "deck.paused")


def test_a_call_comes_in(stage: Stage) -> None:
    """Where the system pauses the sound, the page shows it, and goes on when asked to."""
    page = stage.open(series())
    start(page)
    page.evaluate("deck.pause()")
    page.get_by_role("button", name="Play", exact=True).wait_for()
    play(page)


def test_a_long_quiet_has_no_seam(stage: Stage) -> None:
    """Before the file of the bed ends, the same bed comes in from elsewhere, and both sound for a while."""
    page = stage.open(series())
    start(page)
    page.click("#interlude")
    beds = "watched.players.slice(2)"
    until(page, f"{beds}.some(bed => !bed.paused && bed.volume > 0.3)")
    page.evaluate(f"{beds}.find(bed => !bed.paused).currentTime = 57")
    until(page, f"{beds}.every(bed => !bed.paused && bed.volume > 0.05)")


def test_the_first_paint_comes_at_once(stage: Stage) -> None:
    """Under a second, with eight recordings of sixty lines."""
    words = "There may be sounds outside, and there may be none, and neither is in the way of anything."
    cues = tuple(replace(CUES[0], start_ms=600 * n, end_ms=600 * n + 500, text=words) for n in range(60))
    page = stage.open(series(*(track(number, cues=cues) for number in range(1, 9))))
    until(page, "performance.getEntriesByName('first-contentful-paint').length")
    assert page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") < 1000
