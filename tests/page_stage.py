"""Real pages with real sound in a folder, and the browser they are opened in.

The recordings are 40 s of tone. `Stage.open` watches the page from outside: every audio element it
makes, what it asks for, and what it tells the system.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from guided_audio.page import PageChapter, PageCue, PageSeries, PageTrack, as_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

LENGTH_MS = 40_000
RATE = 22_050
ENDING_MS = 26_000

CHAPTERS = (
    PageChapter("Arriving", 0),
    PageChapter("The middle", 12_000),
    PageChapter("Back to the room", ENDING_MS),
)

CUES = (
    PageCue(1_000, 3_000, "There is nothing to do.", 0),
    PageCue(4_000, 7_000, "There may be sounds outside.", 0),
    PageCue(8_000, 10_000, "And there are your hands.", 0),
    PageCue(13_000, 15_000, "Here is some time.", 1),
    PageCue(25_000, 25_500, "That was it.", 1),
    PageCue(27_000, 30_000, "The room is here again.", 2),
)

WATCH = """
window.watched = {players: [], log: [], handlers: {}, positions: [], stored: 0};
const Plain = window.Audio;
window.Audio = function () {
  const audio = new Plain();
  const number = watched.players.push(audio) - 1;
  for (const kind of ['play', 'pause', 'seeked', 'ended']) {
    audio.addEventListener(kind, () => watched.log.push([number, kind, audio.currentTime]));
  }
  return audio;
};
Object.defineProperty(window, 'deck', {get: () => watched.players[1]});
const session = navigator.mediaSession;
const plain = session.setActionHandler.bind(session);
session.setActionHandler = (name, handler) => { watched.handlers[name] = handler; plain(name, handler); };
session.setPositionState = (state) => watched.positions.push(state);
for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
  const inner = Object.getOwnPropertyDescriptor(window, name);
  Object.defineProperty(window, name, {get() { watched.stored++; return inner.get.call(window); }});
}
"""
"""The first player only tells whether volume can be set; the second is the recording, then the bed."""


def track(number: int = 1, **changes: object) -> PageTrack:
    """A recording with three chapters and six lines; the third chapter is its way back."""
    plain = PageTrack(
        number=number,
        title=f"Evening {number}",
        file=f"{number:02}-evening.mp3",
        media_type="audio/mpeg",
        length_ms=LENGTH_MS,
        purpose="A rest before the night.",
        content_note="It may stir memories of the sea.",
        chapters=CHAPTERS,
        cues=CUES,
        way_back_ms=ENDING_MS,
        sleep=False,
        week=None,
        cover="",
        quiet="quiet/bed.mp3",
        notes="",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # names and types are the test's care


def series(*tracks: PageTrack, **changes: object) -> PageSeries:
    """A series of these recordings, or of two."""
    plain = PageSeries(
        "By the harbour",
        "Quiet evenings.",
        "en-GB",
        tracks or (track(1), track(2)),
        (),
        discreet=False,
        voice="Spoken by a synthetic voice.",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@cache
def tone(seconds: float, hertz: float = 220.0) -> bytes:
    """An MP3 of a soft tone."""
    sound = BytesIO()
    wave = 0.1 * np.sin(np.arange(int(seconds * RATE)) * 2 * np.pi * hertz / RATE)
    soundfile.write(
        sound, wave.astype(np.float32), RATE, format="MP3", bitrate_mode="CONSTANT", compression_level=0.95
    )
    return sound.getvalue()


@dataclass
class Stage:
    """A folder with a page and its sound, and a browser to open it in."""

    folder: Path
    browser: Browser
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def write(self, shown: PageSeries) -> Path:
        """The page with a recording for each track, and a bed of 60 s."""
        for each in shown.tracks:
            (self.folder / each.file).write_bytes(tone(LENGTH_MS / 1000))
        (self.folder / "quiet").mkdir(exist_ok=True)
        (self.folder / "quiet" / "bed.mp3").write_bytes(tone(60.0, 330.0))
        page = self.folder / "index.html"
        page.write_text(as_page(shown), encoding="utf-8")
        return page

    def open(self, shown: PageSeries, *, clock: bool = False, before: str = "", **settings: object) -> Page:
        """The page, offline and watched. `before` runs first; with a clock time can be moved."""
        return self.look_at(self.write(shown), clock=clock, before=before, **settings)

    def look_at(self, file: Path, *, clock: bool = False, before: str = "", **settings: object) -> Page:
        """The same of a page that is there already."""
        context = self.browser.new_context(**{"viewport": {"width": 390, "height": 844}, **settings})  # type: ignore[arg-type]
        self.contexts.append(context)
        context.set_offline(True)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        if clock:
            page.clock.install()
        if settings.get("java_script_enabled", True):
            page.add_init_script(WATCH + before)
        page.goto(file.as_uri())
        return page


def until(page: Page, condition: str) -> None:
    """Wait until a condition of the page is true."""
    page.wait_for_function(f"() => {condition}", polling=40)


def start(page: Page) -> None:
    """Press play, and wait until it plays."""
    page.click("#toggle")
    until(page, "!deck.paused")


def play(page: Page) -> None:
    """Press play, and wait until it is heard in full."""
    start(page)
    until(page, "deck.volume > 0.95")
