"""The whole library: each edition and variant has its length, pace and share of speech, in plain words.

Planned with the voice of this machine: what is measured is what would be heard.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from guided_audio import inspection, plan, reader
from guided_audio.library import Library
from guided_audio.lint import Severity
from guided_audio.plan import Options, Plan
from guided_audio.script import Line, Script, flat, shown_values, text_of
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.units import Seconds, format_duration, to_frames

LIBRARY = Library()
ROOT = Path(__file__).parent.parent
RUN = 7
"""Words in a row that no script shares with the text the library grew from."""


def _script(file: Path) -> Script:
    reading = reader.read(file, LIBRARY)
    assert reading.script, reading.problems
    return reading.script


SCRIPTS = {file.stem: _script(file) for file in LIBRARY.script_files()}


@dataclass(frozen=True, slots=True)
class Edition:
    """One way to build a script: a length it declares, and what was chosen."""

    name: str
    length: Seconds
    chosen: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return "-".join([self.name, format_duration(self.length), *(branch for _, branch in self.chosen)])


def _editions() -> Iterator[Edition]:
    for name, script in SCRIPTS.items():
        for length in script.lengths:
            for chosen in script.variants:
                yield Edition(name, length, tuple(sorted(chosen.items())))


EDITIONS = tuple(_editions())


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Speaker]:
    """The voice of this machine, and one store for all of it."""
    with Speaker(Store(tmp_path_factory.mktemp("library")), lanes=2) as voice:
        yield voice


def planned(edition: Edition, speaker: Speaker) -> Plan:
    """What would be heard."""
    chosen = dict(edition.chosen)
    script = SCRIPTS[edition.name].edition(edition.length, chosen)
    return plan.plan(script, Options(length=edition.length, chosen=chosen), LIBRARY, speaker)


@pytest.mark.skipif(sys.platform != "linux", reason="the lengths are those of the voice of Linux")
@pytest.mark.parametrize("edition", EDITIONS, ids=str)
def test_an_edition_has_its_length_and_breathes(edition: Edition, speaker: Speaker) -> None:
    """Exact to the frame, 105 to 120 words a minute, and speech for 40 to 60 per cent of the time."""
    timeline = planned(edition, speaker).timeline
    assert timeline.length == to_frames(edition.length)
    assert 105 <= timeline.pace <= 120
    assert 0.40 <= timeline.speech_share <= 0.60


def test_the_linter_has_nothing_to_say() -> None:
    """No error and no warning over all editions of all scripts, each by its own profile."""
    for script in SCRIPTS.values():
        found = inspection.inspect_scripts([script])
        assert [one for one in found.findings if one.severity is not Severity.NOTE] == []
        assert found.problems == ()
        assert found.suppressed == ()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_what_it_is(name: str) -> None:
    """Purpose, content note, that no clinician has reviewed it, its series, and the lengths it comes in."""
    script = SCRIPTS[name]
    assert script.purpose.endswith(".")
    assert script.content_note.endswith(".")
    assert script.review == "Not yet reviewed by a clinician."
    assert script.album
    assert re.fullmatch(r"\d+/\d+", script.track)
    assert script.lengths
    assert len(script.title) <= 40


def spoken(script: Script) -> list[str]:
    """Every line of it, slots at their fallback."""
    shown = shown_values(script)
    return [text_of(step.pieces, shown) for step in flat(script.steps) if isinstance(step, Line)]


@pytest.mark.parametrize("name", SCRIPTS)
def test_its_words_are_easy(name: str) -> None:
    """Flesch-Kincaid grade 6 at the most, and no sentence of more than 25 words."""
    sentences = [
        one for line in spoken(SCRIPTS[name]) for one in re.split(r"(?<=[.?!])\s+", line) if one.strip()
    ]
    words = [re.findall(r"[A-Za-z']+", sentence) for sentence in sentences]
    count = sum(map(len, words))
    syllables = sum(_syllables(word) for sentence in words for word in sentence)
    assert 0.39 * count / len(sentences) + 11.8 * syllables / count - 15.59 <= 6
    assert max(map(len, words)) <= 25


def _syllables(word: str) -> int:
    """Groups of vowels, a silent e left out."""
    return max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$|es$|ed$", "", word.lower()))))


def test_no_sentence_is_taken_from_the_text_it_grew_from() -> None:
    """No seven words in a row, but for the sentences of belief that are quoted from it on purpose."""
    runs = set((Path(__file__).parent / "library" / "runs.txt").read_text(encoding="utf-8").split())
    for name, script in SCRIPTS.items():
        words = re.findall(r"[a-z0-9']+", " ".join(spoken(script)).lower().replace("’", "'"))
        shared = [
            " ".join(words[at : at + RUN])
            for at in range(len(words) - RUN + 1)
            if _hash(words[at : at + RUN]) in runs
        ]
        assert [one for one in shared if one not in BELIEFS] == [], name


BELIEFS = {"i can find belonging in different places"}


def _hash(words: list[str]) -> str:
    return hashlib.blake2b(" ".join(words).encode(), digest_size=5).hexdigest()


def test_a_copied_sentence_would_be_found() -> None:
    """The measure above knows a run of the text when it sees one."""
    runs = set((Path(__file__).parent / "library" / "runs.txt").read_text(encoding="utf-8").split())
    assert _hash(["i", "can", "find", "belonging", "in", "different", "places"]) in runs
    assert len(runs) > 2000


def test_the_map_of_the_library_is_complete() -> None:
    """Each script is in the table of docs/library.md, and each name in it is a script."""
    page = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    table = page.partition("## From the text it grew from")[2].partition("## What is quoted")[0]
    rows = re.findall(r"^\| .+ \| (.+) \|$", table, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`([a-z-]+)`", row)}
    assert named == set(SCRIPTS)
