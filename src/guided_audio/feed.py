"""A private podcast feed: one RSS file beside the tracks of a series, for any podcast player.

It is made once and served as it is; there is nothing to run. The address is a bearer secret: whoever
has it hears everything, so it should end in a folder with a long random name, and is no more to be
logged, quoted or shown than a password. The feed asks directories to leave it out and other hosts not
to import it, but those who copy the address need not care.

What a feed says comes from its fields alone. There is none for a client's words.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from urllib.parse import SplitResult, urlsplit
from xml.etree import ElementTree as ET

from guided_audio.wording import one_line

FILE = "feed.xml"
"""The feed's own name, in the folder at `Feed.base_url`."""

CHAPTERS_TYPE, TRANSCRIPT_TYPE = "application/json+chapters", "text/vtt"

NAMESPACE = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")
"""In which `podcast:guid` is a UUIDv5: the podcast namespace 1.0, its tag `guid`."""

_ATOM = "http://www.w3.org/2005/Atom"
_ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_PODCAST = "https://podcastindex.org/namespace/1.0"
_PREFIXES = {"atom": _ATOM, "itunes": _ITUNES, "podcast": _PODCAST}

_FORBIDDEN = re.compile("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0; a carriage return would come back as a line feed."""

_PLAIN_FILE = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_-]*/)*[A-Za-z0-9][A-Za-z0-9._-]*")
_NOT_IN_URL = re.compile(r"""[^!-~]|["<>\\^`{|}]""")
_NAMELESS = "Untitled"
_HERE = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class Episode:
    """One track. Files are paths from the folder of the feed; `size` is in bytes.

    `guid_key` tells it from the other episodes, and stays when its title or its file changes: players
    take another guid for another episode. Without a transcript or chapters these are empty.
    """

    number: int
    title: str
    description: str
    file: str
    media_type: str
    size: int
    length_ms: int
    guid_key: str
    transcript: str = ""
    chapters: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A series. `base_url` is what `parse_base` gave; `image` is a file beside the feed, or empty.

    `date` is when the last episode came out, with its time zone. It is given (from `SOURCE_DATE_EPOCH`,
    say) or there is none: with the time of the build in it, no two builds would be the same.
    """

    base_url: str
    title: str
    description: str
    language: str
    author: str
    image: str
    episodes: tuple[Episode, ...]
    date: datetime | None = None

    @property
    def url(self) -> str:
        """The address of the feed itself: a bearer secret."""
        return self.base_url + FILE

    @property
    def guid(self) -> uuid.UUID:
        """Its `podcast:guid`: the same for `http` and `https`, with and without a slash at the end."""
        return uuid.uuid5(NAMESPACE, self.url.partition("://")[2].rstrip("/"))


def parse_base(url: str) -> str:
    """The folder a feed is going to be served from, ending in one slash.

    Such an address is a bearer secret, so the sentences do not quote it.

    Raises:
        ValueError: one sentence on what is wrong with it and what to write.
    """
    if _NOT_IN_URL.search(url) or not url:
        raise ValueError("The address of a feed is plain: no spaces, no quotes, no letters beyond ASCII.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("This is no web address. Write one like https://example.org/feeds/.") from None
    reason = _what_is_wrong(parts)
    if reason:
        raise ValueError(reason)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    where = f"{host}:{port}" if port is not None else host
    return f"{parts.scheme}://{where}{parts.path.rstrip('/')}/"


def _what_is_wrong(parts: SplitResult) -> str:
    host = parts.hostname
    if not host or (parts.scheme != "https" and not (parts.scheme == "http" and host in _HERE)):
        return "The address of a feed begins with https:// and a host, so that nobody on the way can read it."
    if parts.username is not None or parts.password is not None:
        return "The address of a feed has no user and no password: many players would drop or show them."
    if parts.query or parts.fragment:
        return "The address of a feed is that of a folder: leave out what follows ? or #."
    if parts.path.endswith((".xml", ".rss")):
        return f"Write the address of the folder, without the file; the feed in it is named {FILE}."
    dotted = any(part in (".", "..") for part in parts.path.split("/"))
    return "Write the address of the folder as it is, without . or .. in it." if dotted else ""


def as_rss(feed: Feed) -> str:
    """The feed as RSS 2.0 with the tags of iTunes and Podcasting 2.0, to be written as UTF-8.

    Characters that XML forbids are left out of all texts. The same feed gives the same text.

    Raises:
        ValueError: where a file name is not plain, a date has no time zone, or two episodes share a key.
    """
    if feed.date is not None and feed.date.tzinfo is None:
        raise ValueError("The date of a feed needs its time zone.")
    if len({episode.guid_key for episode in feed.episodes}) < len(feed.episodes):
        raise ValueError("Two episodes of a feed have the same key: players would show one of them.")
    for prefix, uri in _PREFIXES.items():
        ET.register_namespace(prefix, uri)
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _describe(channel, feed)
    for left, episode in zip(range(len(feed.episodes))[::-1], feed.episodes, strict=True):
        _describe_episode(channel, feed, episode, left)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _describe(channel: ET.Element, feed: Feed) -> None:
    _text(channel, "title", one_line(feed.title) or _NAMELESS)
    _text(channel, "link", feed.base_url)
    _text(channel, "description", feed.description or one_line(feed.title) or _NAMELESS)
    _text(channel, "language", feed.language)
    link = {"href": feed.url, "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, f"{{{_ATOM}}}link", link)
    _text(channel, f"{{{_ITUNES}}}author", one_line(feed.author))
    _text(channel, f"{{{_ITUNES}}}explicit", "false")
    _text(channel, f"{{{_ITUNES}}}type", "serial")
    _text(channel, f"{{{_ITUNES}}}block", "Yes")
    if feed.image:
        ET.SubElement(channel, f"{{{_ITUNES}}}image", {"href": _address(feed, feed.image)})
    _text(channel, f"{{{_PODCAST}}}guid", str(feed.guid))
    _text(channel, f"{{{_PODCAST}}}locked", "yes")


def _describe_episode(channel: ET.Element, feed: Feed, episode: Episode, left: int) -> None:
    """One item; `left` counts the episodes after it."""
    item = ET.SubElement(channel, "item")
    _text(item, "title", one_line(episode.title) or str(episode.number))
    _text(item, "description", episode.description)
    enclosure = {"url": _address(feed, episode.file), "length": str(episode.size), "type": episode.media_type}
    ET.SubElement(item, "enclosure", enclosure)
    guid = str(uuid.uuid5(feed.guid, episode.guid_key.encode("utf-8", "replace").decode()))
    ET.SubElement(item, "guid", isPermaLink="false").text = guid
    if feed.date is not None:  # a minute apart: players that know no numbers sort by date
        _text(item, "pubDate", format_datetime(feed.date - timedelta(minutes=left)))
    _text(item, f"{{{_ITUNES}}}duration", str(round(episode.length_ms / 1000)))
    _text(item, f"{{{_ITUNES}}}explicit", "false")
    _text(item, f"{{{_ITUNES}}}episode", str(episode.number))
    _text(item, f"{{{_ITUNES}}}episodeType", "full")
    for name, file, kind in (
        ("transcript", episode.transcript, TRANSCRIPT_TYPE),
        ("chapters", episode.chapters, CHAPTERS_TYPE),
    ):
        if file:
            ET.SubElement(item, f"{{{_PODCAST}}}{name}", {"url": _address(feed, file), "type": kind})


def _text(parent: ET.Element, name: str, text: str) -> None:
    """An element with a text; none where the text is empty."""
    plain = _FORBIDDEN.sub("", text.replace("\r\n", "\n")).strip()
    if plain:
        ET.SubElement(parent, name).text = plain


def _address(feed: Feed, file: str) -> str:
    if not _PLAIN_FILE.fullmatch(file):
        raise ValueError("A feed names files by letters, digits, hyphens and dots, from its own folder on.")
    return feed.base_url + file


def as_chapters_json(chapters: Iterable[tuple[str, int]], length_ms: int) -> str:
    """Chapters in the JSON of Podcasting 2.0, version 1.2.0, to be written as UTF-8.

    Each is a title and where it starts, in milliseconds; it ends where the next one starts.

    Raises:
        ValueError: where they are not in order, or reach beyond the end.
    """
    each = [(one_line(title), start) for title, start in chapters]
    _require_order([start for _, start in each], length_ms)
    ends = [start for _, start in each[1:]] + [length_ms]
    entries = [
        {"startTime": start / 1000, "title": title, "endTime": end / 1000}
        for (title, start), end in zip(each, ends, strict=False)
    ]
    return json.dumps({"version": "1.2.0", "chapters": entries}, ensure_ascii=False, indent=1) + "\n"


def _require_order(starts: Sequence[int], length_ms: int) -> None:
    if any(before >= after for before, after in pairwise([*starts, length_ms])) or min(starts, default=0) < 0:
        raise ValueError("Chapters start one after another, and inside their file.")
