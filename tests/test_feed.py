"""A feed is read by the parser players are built on and by gPodder, and says no more than it was given."""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
import uuid
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guided_audio.feed import FILE, Episode, Feed, as_chapters_json, as_rss, parse_base

BASE = "https://example.org/s/4q7w/"
PREFIX = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
DATE = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


def episode(number: int = 1, title: str = "By the harbour", **other: Any) -> Episode:
    """An episode with a file of its own."""
    file = f"{number:02}-track.mp3"
    made = Episode(number, title, "Ten quiet minutes.", file, "audio/mpeg", 4321, 600_400, f"key-{number}")
    return replace(made, **other)


def feed(*episodes: Episode, **other: Any) -> Feed:
    """A feed of these episodes."""
    made = Feed(BASE, "After work", "Quiet.", "en-GB", "A practice", "cover.jpg", episodes or (episode(),))
    return replace(made, **other)


def parsed(text: str) -> Any:
    """What feedparser makes of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # feedparser's own, of modules Python drops
        import feedparser  # noqa: PLC0415

        found = feedparser.parse(text.encode(), sanitize_html=False, resolve_relative_uris=False)
    assert found.bozo is False, found.get("bozo_exception")
    assert found.version == "rss20"
    return found


def channel_of(text: str) -> ET.Element:
    """The channel of a well-formed feed."""
    channel = ET.fromstring(text.encode()).find("channel")  # noqa: S314 - our own words
    assert channel is not None
    return channel


def test_a_feed_has_what_players_ask_for() -> None:
    """Title, picture, type, and for each episode its sound with address, size and length."""
    found = parsed(as_rss(feed(episode(1), episode(2, "Evening"))))
    assert (found.feed.title, found.feed.language, found.feed.author) == ("After work", "en-GB", "A practice")
    assert found.feed.image.href == BASE + "cover.jpg"
    assert found.feed.itunes_type == "serial"
    assert [entry.title for entry in found.entries] == ["By the harbour", "Evening"]
    (sound,) = found.entries[1].enclosures
    assert (sound.href, sound.length, sound.type) == (BASE + "02-track.mp3", "4321", "audio/mpeg")
    assert (found.entries[1].itunes_duration, found.entries[1].itunes_episode) == ("600", "2")
    assert not found.entries[0].guidislink


def test_the_tags_of_itunes_and_podcasting_are_there() -> None:
    """Not explicit, kept out of directories, locked, with itself, its captions and its chapters."""
    item = episode(transcript="01-track.vtt", chapters="01-track.json")
    channel = channel_of(as_rss(feed(item)))
    for tag, said in {
        "itunes:explicit": "false",
        "itunes:block": "Yes",
        "podcast:locked": "yes",
        "item/itunes:explicit": "false",
        "item/itunes:episodeType": "full",
    }.items():
        assert channel.findtext(tag, namespaces=PREFIX) == said
    for tag, attributes in {
        "atom:link": {"href": BASE + FILE, "rel": "self", "type": "application/rss+xml"},
        "item/podcast:transcript": {"url": BASE + "01-track.vtt", "type": "text/vtt"},
        "item/podcast:chapters": {"url": BASE + "01-track.json", "type": "application/json+chapters"},
    }.items():
        found = channel.find(tag, PREFIX)
        assert found is not None
        assert found.attrib == attributes


def test_what_is_not_there_is_not_spoken_of() -> None:
    """No picture, no author, no captions and no chapters, and no date unless one is given."""
    text = as_rss(feed(image="", author=""))
    for tag in ("itunes:image", "itunes:author", "podcast:transcript", "podcast:chapters", "pubDate"):
        assert tag not in text


def test_the_guid_of_a_feed_is_that_of_the_standard() -> None:
    """Two addresses whose guid the podcast namespace itself publishes; scheme and slashes do not count."""
    for base, name, guid in (
        ("https://mp3s.nashownotes.com/", "pc20rss.xml", "917393e3-1b1e-5cef-ace4-edaa54e1f810"),
        ("http://podnews.net/", "rss", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
    ):
        assert _Named(base, "", "", "", "", "", (), None, name).guid == uuid.UUID(guid)


@dataclass(frozen=True, slots=True)
class _Named(Feed):
    """A feed under another file name, as those of the examples are."""

    name: str = ""

    @property
    def url(self) -> str:
        return self.base_url + self.name


def test_an_episode_keeps_its_guid_when_title_and_file_change() -> None:
    """Only its key and the feed it is in tell it from others."""
    (first,) = parsed(as_rss(feed(episode()))).entries
    (later,) = parsed(as_rss(feed(episode(title="Renamed", file="new.m4a")))).entries
    (other,) = parsed(as_rss(feed(episode(guid_key="another")))).entries
    (elsewhere,) = parsed(as_rss(feed(base_url="https://example.org/t/"))).entries
    assert first.id == later.id
    assert len({first.id, other.id, elsewhere.id}) == 3
    assert uuid.UUID(first.id).version == 5
    with pytest.raises(ValueError, match="same key"):
        as_rss(feed(episode(1), episode(2, guid_key="key-1")))


def test_dates_are_given_and_in_order() -> None:
    """The last episode has the date of the feed, those before it a minute less each."""
    found = parsed(as_rss(feed(episode(1), episode(2), episode(3), date=DATE)))
    dates = [parsedate_to_datetime(entry.published) for entry in found.entries]
    assert dates == [DATE - timedelta(minutes=2), DATE - timedelta(minutes=1), DATE]
    with pytest.raises(ValueError, match="time zone"):
        as_rss(feed(date=datetime(2026, 3, 1)))


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Sea 🌊 & <sky> \"quoted\" 'so' ]]>", "Sea 🌊 & <sky> \"quoted\" 'so' ]]>"),
        ("מדיטציה \u200fערב", "מדיטציה \u200fערב"),
        ("a\x00b\x0bc\x1bd", "a b c d"),
        ("two\r\nlines\u2028three", "two lines three"),
        ("half \ud83c and \ufffe\uffff none", "half \ufffd and  none"),
        ("\x00", "1"),
        ("x" * 300, "x" * 300),
    ],
    ids=["signs", "right to left", "controls", "lines", "halves", "nothing", "long"],
)
def test_any_title_is_well_formed(title: str, shown: str) -> None:
    """What XML forbids is gone, and everything else is still there."""
    text = as_rss(feed(episode(title=title), title=title, author=title, description=title))
    channel = channel_of(text)
    assert channel.findtext("item/title") == shown
    assert parsed(text).entries


@given(st.text(st.characters(), max_size=60))
def test_no_text_breaks_a_feed(text: str) -> None:
    """Whatever stands in any field is well-formed XML, and never becomes an element of its own."""
    known = {child.tag for child in channel_of(as_rss(feed())).iter()}
    made = as_rss(feed(episode(title=text, description=text, guid_key=text), title=text, description=text))
    assert {child.tag for child in channel_of(made).iter()} <= known
    made.encode()


def test_the_same_feed_is_the_same_bytes() -> None:
    """In another process and under another hash seed too."""
    text = as_rss(feed(episode(1), episode(2), date=DATE))
    assert as_rss(feed(episode(1), episode(2), date=DATE)) == text
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<rss ')
    assert text.endswith("</rss>\n")


@pytest.mark.parametrize(
    "file", ["../a.mp3", "/a.mp3", "a b.mp3", "https://x/a.mp3", "é.mp3", "", "a/../b.mp3"]
)
def test_files_of_other_names_are_refused(file: str) -> None:
    """A feed can point at nothing but what lies beside it."""
    with pytest.raises(ValueError, match="names files"):
        as_rss(feed(episode(file=file)))


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://Example.ORG/Feeds/x", "https://example.org/Feeds/x/"),
        ("https://example.org:8443/a//", "https://example.org:8443/a/"),
        ("http://localhost:8000/", "http://localhost:8000/"),
        ("http://127.0.0.1/f", "http://127.0.0.1/f/"),
        ("http://[::1]:80/f", "http://[::1]:80/f/"),
    ],
)
def test_an_address_is_a_folder_that_ends_in_a_slash(url: str, base: str) -> None:
    """However it was written."""
    assert parse_base(url) == base


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://example.org/secret", "https://"),
        ("ftp://example.org/secret", "https://"),
        ("example.org/secret", "https://"),
        ("https:///secret", "https://"),
        ("", "plain"),
        ("https://exa mple.org/secret", "plain"),
        ("https://example.org/secret\n", "plain"),
        ('https://example.org/"secret', "plain"),
        ("https://exämple.org/secret", "plain"),
        ("https://ada:secret@example.org/", "no user"),
        ("https://secret@example.org/", "no user"),
        ("https://example.org/?secret=1", "leave out"),
        ("https://example.org/#secret", "leave out"),
        ("https://example.org/secret/feed.xml", "without the file"),
        ("https://example.org/../secret", "without . or .."),
        ("https://example.org:secret/", "no web address"),
        ("https://[secret/", "no web address"),
        ("http://localhost.example.org/secret", "https://"),
    ],
)
def test_an_address_that_will_not_do_is_refused_without_being_quoted(url: str, says: str) -> None:
    """It is a secret, so the sentence says what to write and not what was written."""
    with pytest.raises(ValueError, match=says) as refused:
        parse_base(url)
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_chapters_are_in_seconds_to_the_millisecond() -> None:
    """Each ends where the next one starts, the last with the file."""
    text = as_chapters_json((("Arriving", 0), ("Harbour\n🌊", 61_007)), 600_400)
    assert json.loads(text) == {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 0.0, "title": "Arriving", "endTime": 61.007},
            {"startTime": 61.007, "title": "Harbour 🌊", "endTime": 600.4},
        ],
    }


@pytest.mark.parametrize("starts", [(5, 5), (9, 2), (-1, 3), (0, 1000)])
def test_chapters_out_of_order_are_refused(starts: tuple[int, ...]) -> None:
    """A player would jump to the wrong place."""
    with pytest.raises(ValueError, match="one after another"):
        as_chapters_json(tuple((f"{start}", start) for start in starts), 1000)


def test_there_is_nowhere_to_put_a_clients_words() -> None:
    """The fields are those of a series and its files; whoever adds one thinks of slots."""
    assert {field.name for field in fields(Feed)} | {field.name for field in fields(Episode)} == {
        *("base_url", "title", "description", "language", "author", "image", "episodes", "date"),
        *("number", "file", "media_type", "size", "length_ms", "guid_key", "transcript", "chapters"),
    }


# gPodder


class Ranges(http.server.SimpleHTTPRequestHandler):
    """A folder over HTTP, parts of files included, as podcast players ask for it."""

    def do_GET(self) -> None:
        """A whole file, or the bytes that were asked for."""
        path = Path(self.translate_path(self.path))
        asked = self.headers.get("Range", "")
        if not asked.startswith("bytes=") or not path.is_file():
            super().do_GET()
            return
        whole = path.read_bytes()
        first, _, last = asked.removeprefix("bytes=").partition("-")
        start, stop = int(first), int(last) + 1 if last else len(whole)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{stop - 1}/{len(whole)}")
        self.send_header("Content-Length", str(stop - start))
        self.end_headers()
        self.wfile.write(whole[start:stop])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder on loopback, and its address."""
    folder = tmp_path / "served"
    folder.mkdir()
    handler = functools.partial(Ranges, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def gpodder(home: Path, *arguments: str) -> str:
    """What gPodder says, with a home of its own."""
    program = shutil.which("gpo")
    if program is None:
        reason = "gpo is not installed (apt-get install gpodder)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    alone = {"HOME": str(home), "GPODDER_HOME": str(home / "gpodder"), "LC_ALL": "C.UTF-8", "no_proxy": "*"}
    environment = {"PATH": os.environ["PATH"], **alone}
    done = subprocess.run(
        [program, *arguments], capture_output=True, env=environment, timeout=120, check=True, cwd=home
    )
    return done.stdout.decode()


def test_gpodder_subscribes_lists_and_downloads(served: tuple[Path, str], tmp_path: Path) -> None:
    """A player of today takes the feed, shows both titles, and gets both files byte for byte."""
    folder, url = served
    titles = ("By the harbour 🌊", "Rain & <wind>")
    sounds = {f"{number:02}-track.mp3": bytes(50_000) + bytes([number]) for number in (1, 2)}
    for name, sound in sounds.items():
        (folder / name).write_bytes(sound)
    episodes = [episode(number, title, size=50_001) for number, title in enumerate(titles, 1)]
    made = feed(*episodes, base_url=parse_base(url), date=DATE)
    (folder / FILE).write_text(as_rss(made), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    gpodder(home, "subscribe", made.url)
    assert "After work" in gpodder(home, "list")
    listed = gpodder(home, "episodes", made.url)
    assert all(title in listed for title in titles)
    gpodder(home, "download", made.url)
    downloaded = [file.read_bytes() for file in (home / "gpodder" / "Downloads").rglob("*.mp3")]
    assert sorted(downloaded) == sorted(sounds.values())
