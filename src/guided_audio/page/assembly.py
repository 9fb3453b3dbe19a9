"""Puts a page together: one file of HTML with its style, its script and its data, and nothing beside it.

The content policy allows exactly the style and the script that were put in, by their hashes, and sound
and pictures from the page's own folder. Nothing can be asked of a network, whatever a title says.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path

from guided_audio.page.data import as_json
from guided_audio.page.discreet import without_traces
from guided_audio.page.model import PageSeries
from guided_audio.page.sections import Sections
from guided_audio.page.wording import wording

_HERE = Path(__file__).parent

_SCRIPTS = (
    "signal", "wording", "dom", "mixer", "fader", "deck", "loop", "interlude", "transport", "rows", "scroll",
    "chapters", "recordings", "timer", "settings", "keys", "session", "views", "follow", "main",
)  # fmt: skip
"""In the order they stand in the page; the memory of the device, or the lack of one, comes before them."""

_PLACE = re.compile(r"\{\{([a-z:-]+)\}\}")
_MINUTES = (5, 10, 15, 20, 30, 45, 60)


def as_page(series: PageSeries) -> str:
    """The whole page. The same series gives the same page to the byte."""
    say = wording(discreet=series.discreet)
    if series.discreet:
        series = without_traces(series, say["part"])
    sections = Sections(series, say)
    style, script = _style(), _script(discreet=series.discreet)
    parts = {
        "policy": _policy(style, script),
        "language": sections.language,
        "own": sections.own,
        "title": escape(series.title),
        "purpose": sections.purpose(),
        "style": style,
        "script": script,
        "data": as_json(series, say),
        "recordings": sections.recordings(),
        "players": sections.plain_players(),
        "words": sections.words(),
        "foot": sections.foot(),
        "minutes": _minutes(say["timer-minutes"]),
    }
    parts |= {f"say:{name}": escape(sentence) for name, sentence in say.items()}
    return _PLACE.sub(lambda found: parts[found[1]], _template(discreet=series.discreet))


def _minutes(sentence: str) -> str:
    """The choices of the timer."""
    return "".join(f'<option value="{n}">{escape(sentence.format(n=n))}</option>' for n in _MINUTES)


def _policy(style: str, script: str) -> str:
    """`file:` beside `'self'`, for browsers do not agree whether a file is itself."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "media-src 'self' file:; img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()


@cache
def _template(*, discreet: bool) -> str:
    """The page with its places open; what stands between two marks is for a page that is not discreet."""
    text = _read("page.html")
    inside = re.compile(r"<!-- full -->\n(.*?)<!-- /full -->\n", re.DOTALL)
    return inside.sub("" if discreet else r"\1", text)


@cache
def _style() -> str:
    """How it looks, and then how it differs by width, by what the device asks for, and on paper."""
    return "\n" + _without_blanks(_read("page.css") + _read("media.css"))


@cache
def _script(*, discreet: bool) -> str:
    """All scripts as one function, so that they share their names with nothing else."""
    memory = "memory-none" if discreet else "memory"
    bodies = [_read(f"script/{name}.js") for name in (memory, *_SCRIPTS)]
    text = "".join(_without_comments(body) for body in bodies)
    return f"\n(() => {{\n'use strict';\n{text}}})();\n"


def _without_comments(script: str) -> str:
    """The script without comments, each of which stands on lines of its own: they are for us to read."""
    code = re.sub(r"^[ ]*/\*\*.*?\*/\n", "", script, flags=re.DOTALL | re.MULTILINE)
    return _without_blanks(re.sub(r"^[ ]*//.*\n", "", code, flags=re.MULTILINE))


def _without_blanks(text: str) -> str:
    return "".join(f"{line}\n" for line in text.splitlines() if line.strip())


@cache
def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
