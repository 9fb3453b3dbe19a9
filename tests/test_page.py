"""The page as text: one file that asks for nothing, is small, says what it was given, and no more."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from guided_audio import page as package
from guided_audio.library import Library
from guided_audio.lint.estimate import estimated
from guided_audio.page import PageChapter, PageCue, PageSeries, PageTrack, as_page
from guided_audio.page.lines import rows
from guided_audio.page.wording import rounded_length, spoken_length, wording
from guided_audio.plan import read_script
from guided_audio.units import Seconds, to_milliseconds
from page_stage import LENGTH_MS, series, track

FOLDER = Path(package.__file__).parent
SCRIPTS = sorted((FOLDER / "script").glob("*.js"))
SAY = wording(discreet=False)


def data_of(page: str) -> dict[str, Any]:
    """What stands in the page for its script."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    data: dict[str, Any] = json.loads(text)
    return data


class Reader(HTMLParser):
    """Keeps every tag, every comment and all text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.comments: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag with its attributes."""
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        """Keep a comment."""
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text.append(data)


def test_the_same_series_gives_the_same_page() -> None:
    """To the byte."""
    assert as_page(series()) == as_page(series())


def test_the_policy_allows_what_is_in_the_page_and_nothing_else() -> None:
    """The hashes are those of the one style and the one script; there is no source but the own folder."""
    page = as_page(series())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    for kind, pattern in (("script", r"<script>(.*?)</script>"), ("style", r"<style>(.*?)</style>")):
        (text,) = re.findall(pattern, page, re.DOTALL)
        assert f"{kind}-src 'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_nothing_in_the_page_leads_away() -> None:
    """No address but those of the series' own files; nothing of it is for a search engine."""
    page = as_page(series(track(1, notes="notes/one.html")))
    reader = Reader(page)
    addresses = {
        value
        for _, attributes in reader.tags
        for name, value in attributes.items()
        if name in {"src", "href"}
    }
    assert {value for value in addresses if value and not value.startswith("data:image/svg")} == {
        "01-evening.mp3",
        "notes/one.html",
    }
    assert ("meta", {"name": "robots", "content": "noindex"}) in reader.tags
    assert re.findall(r"https?://[^'\"\s]+", page.replace("http://www.w3.org/2000/svg", "")) == []
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|sendBeacon|eval|import)\b", page)


def test_no_style_or_handler_stands_in_an_element() -> None:
    """The policy would stop it."""
    for _, attributes in Reader(as_page(series())).tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]


HOSTILE = "</script><script>alert(1)</script><!-- \u2028 & \u200fשלום\u200f 🌊 {{title}} \"'"


def test_whatever_a_title_says_is_text() -> None:
    """Hostile, foreign and starry words come through whole, and open nothing."""
    bad = track(
        1,
        title=HOSTILE,
        purpose=HOSTILE,
        chapters=(PageChapter(HOSTILE, 0),),
        cues=(PageCue(0, 1, HOSTILE, 0),),
    )
    page = as_page(series(bad, title=HOSTILE))
    reader = Reader(page)
    assert [tag for tag, _ in reader.tags].count("script") == 2
    assert reader.comments == []
    assert data_of(page)["title"] == HOSTILE
    assert "".join(reader.text).count(HOSTILE) >= 6


@pytest.mark.parametrize("name", ["/etc/passwd", "../up.mp3", "a/../../up.mp3", "\\\\host\\x.mp3"])
def test_no_file_outside_the_folder_can_be_named(name: str) -> None:
    """A page is carried on a stick: what it names is beside it."""
    for field in ("file", "cover", "quiet", "notes"):
        with pytest.raises(ValueError, match="own folder"):
            track(1, **{field: name})


def test_a_name_is_never_another_kind_of_address() -> None:
    """Signs that mean something in an address are written so that they mean themselves."""
    page = as_page(series(track(1, file="javascript:a#b?c d%.mp3")))
    assert 'href="javascript%3Aa%23b%3Fc%20d%25.mp3"' in page


def test_rows_are_lines_and_the_long_quiet_between_them() -> None:
    """Ten seconds between two lines are a row of their own, so is the end, short ones are not."""
    found = [(row.start_ms, row.text) for row in rows(track())]
    assert found == [
        (1_000, "There is nothing to do."),
        (4_000, "There may be sounds outside."),
        (8_000, "And there are your hands."),
        (13_000, "Here is some time."),
        (15_000, ""),
        (25_000, "That was it."),
        (27_000, "The room is here again."),
        (30_000, ""),
    ]
    assert rows(track())[-1].end_ms == LENGTH_MS
    assert rows(track(1, cues=())) == ()


def test_the_times_are_those_of_the_rows() -> None:
    """There are as many times as rows in the page, in the same order, to the millisecond."""
    page = as_page(series(track()))
    (section,) = re.findall(r'<section class="text".*?</section>', page, re.DOTALL)
    (found,) = data_of(page)["tracks"]
    assert len(re.findall(r'<p class="row[ "]', section)) == len(found["rows"])
    assert found["rows"] == [row.start_ms for row in rows(track())]
    assert [start for start, _ in found["chapters"]] == [0, 12_000, 26_000]


def test_lengths_as_one_says_them() -> None:
    """Seconds under a minute; in a list to the minute."""
    assert spoken_length(8_000, SAY) == "8 s"
    assert spoken_length(60_000, SAY) == "1 min"
    assert spoken_length(80_400, SAY) == "1 min 20 s"
    assert rounded_length(40_000, SAY) == "40 s"
    assert rounded_length(19 * 60_000 + 40_000, SAY) == "20 min"


def test_weeks_stand_over_their_recordings() -> None:
    """Each with its number and its sentence, once, and a week without a sentence with its number alone."""
    weeks = (track(1, week=1), track(2, week=1), track(3, week=2), track(4, week=3))
    page = as_page(series(*weeks, weeks=("To settle.", "To stay.")))
    assert re.findall(r'class="week"[^>]*>([^<]*)<', page) == ["Week 1", "Week 2", "Week 3"]
    assert re.findall(r'class="week-for"[^>]*>([^<]*)<', page) == ["To settle.", "To stay."]
    assert page.count('<ol class="recordings">') == 3


def test_who_speaks_stands_at_the_foot() -> None:
    """In our language, after all that is heard; a discreet page says nothing of voices."""
    said = "Spoken by a synthetic voice."
    page = as_page(series(voice=said, language="cy"))
    assert re.findall(rf'</main>\n<footer class="foot">\n<p class="voice">{said}</p>\n</footer>', page)
    assert "<footer" not in as_page(series(voice=""))
    assert said not in as_page(series(voice=said, discreet=True))


def test_an_empty_series_is_a_page() -> None:
    """It says nothing, and does not fail."""
    assert "<h1" in as_page(PageSeries("Nothing yet", "", "en", (), (), False))


TELLING = (
    "meditat|mindful|calm|quiet|\\broom|breath|voice|therap|client|heal|relax|sleep|gentl|soft|anxi|stress|"
    "listen to|discreet|guided|guidance|practice|feeling|mood"
)


def test_a_discreet_page_gives_nothing_away() -> None:
    """Not in what it shows, nor in its labels, names, comments or script; of the series only titles."""
    told = track(
        1, title="Recording 1", file="01.mp3", quiet="02.mp3", cover="moon.jpg", notes="notes.html", week=1
    )
    page = as_page(series(told, title="Recordings", weeks=("To settle.",), discreet=True))
    assert "Recording 1" in page
    code = re.sub(r"clientHeight", "", page)
    assert re.findall(rf"(?i).{{0,20}}(?:{TELLING}).{{0,20}}", code) == []
    for secret in (
        "rest before",
        "stir memories",
        "sounds outside",
        "Arriving",
        "moon",
        "notes.html",
        "To settle",
    ):
        assert secret not in page
    assert not re.search(r"localStorage|sessionStorage|indexedDB|cookie", page)
    assert Reader(page).comments == []


def test_no_comment_of_ours_is_in_a_page() -> None:
    """They are for us; a client's page is small."""
    page = as_page(series())
    assert Reader(page).comments == []
    assert "/*" not in page
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert not re.search(r"^\s*(//|\*)", script, re.MULTILINE)


@pytest.mark.parametrize("discreet", [False, True])
def test_every_sentence_is_there_and_is_used(discreet: bool) -> None:
    """What the scripts and the page ask for has its sentence, and no sentence is left over."""
    page = (FOLDER / "page.html").read_text(encoding="utf-8")
    code = "".join(file.read_text(encoding="utf-8") for file in (*SCRIPTS, *FOLDER.glob("*.py")))
    asked = set(re.findall(r"\{\{say:([a-z-]+)\}\}", page))
    asked |= set(re.findall(r"""\b_?say(?:\(|\[)["']([a-z-]+)["']""", code))
    asked |= {"play", "pause", "timer-minutes"}
    known = wording(discreet=discreet)
    assert asked - set(known) == ({"part"} if not discreet else set())
    assert set(known) - asked == set()


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_each_script_is_small_and_says_what_it_is_for(file: Path) -> None:
    """One concern, read in a minute; every comment has lines of its own, so that it can be left out."""
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 160
    assert "/**" in text
    code = re.sub(r"^[ ]*/\*\*.*?\*/\n", "", text, flags=re.DOTALL | re.MULTILINE)
    code = re.sub(r"^[ ]*//.*\n", "", code, flags=re.MULTILINE)
    assert not re.search(r"/\*|\*/|(?<![:'])//", code)
    assert "innerHTML" not in code


def test_every_script_is_in_the_page() -> None:
    """None is forgotten, and the two memories are in one kind of page each."""
    pages = {discreet: as_page(series(discreet=discreet)) for discreet in (False, True)}
    for file in SCRIPTS:
        first = re.findall(
            r"^(?:async )?(?:function|const) \w+", file.read_text(encoding="utf-8"), re.MULTILINE
        )[0]
        assert first in pages[file.stem == "memory-none"], file.stem


def built_in(minutes: int) -> PageSeries:
    """Eight built-in scripts with all their words, each as near to a length as it can come."""
    library = Library()
    files = [file for file in library.script_files() if file.parent.name != "parts"]
    tracks = [
        long_track(number, read_track(file, library, minutes)) for number, file in enumerate(files[:8], 1)
    ]
    return series(*tracks)


def read_track(file: Path, library: Library, minutes: int) -> PageTrack:
    """A script as a recording, with times as they are before a voice has spoken."""
    script = read_script(file, library)
    timeline = estimated(script.edition(Seconds(minutes * 60)), Seconds(minutes * 60))
    return track(
        title=script.title,
        length_ms=to_milliseconds(timeline.length),
        purpose=script.purpose,
        content_note=script.content_note,
        chapters=tuple(PageChapter(each.title, to_milliseconds(each.start)) for each in timeline.chapters),
        cues=tuple(
            PageCue(to_milliseconds(line.start), to_milliseconds(line.end), line.text, line.chapter)
            for line in timeline.lines
        ),
    )


def long_track(number: int, read: PageTrack, least: int = 20 * 60_000) -> PageTrack:
    """The recording under its number, with its words again and again until it lasts 20 minutes."""
    cues = read.cues
    while cues[-1].end_ms < least:
        shift = cues[-1].end_ms + 15_000
        again = (replace(cue, start_ms=cue.start_ms + shift, end_ms=cue.end_ms + shift) for cue in read.cues)
        cues += tuple(cue for cue in again if cue.start_ms < least)
        if cues[-1].end_ms < shift:
            break
    return replace(
        read, number=number, file=f"{number:02}.mp3", cues=cues, length_ms=max(least, read.length_ms)
    )


def test_eight_recordings_of_twenty_minutes_stay_small() -> None:
    """With all their words the page is under 150 kB."""
    shown = built_in(20)
    assert len(shown.tracks) == 8
    assert all(each.cues[-1].end_ms > 18 * 60_000 for each in shown.tracks)
    size = len(as_page(shown).encode())
    assert size < 150_000, size
