"""The table of players: what each program showed of each form, as a page, and as it is read back from one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pytest

from guided_audio.forms import Form
from players.programs import LISTED, Program

PAGE = Path(__file__).parents[2] / "docs" / "players.md"

COLUMNS = ("plays", "chapters", "synced text", "cover", "playlist")

Key = tuple[Form, str]
Cells = dict[str, str]

ONLY_MP3 = {"eyeD3", "id3v2", "mp3val"}
"""What knows nothing but MP3, and says so of all else."""

_NAMES = {
    Form.MP3: "MP3",
    Form.M4A: "M4A",
    Form.M4B: "M4B",
    Form.OPUS: "Opus",
    Form.FLAC: "FLAC",
    Form.WAV: "WAV",
}

_OPENING = """\
# Players

What real programs make of a finished series. This page is written by the tests and checked by them: three
short recordings with chapters, words, a cover and playlists are built in every form by
`guided-audio build`, and opened in each of these programs, without a screen or a loudspeaker. What stands
here is what the program itself printed. Nobody has looked at their windows for it.

- **plays**: `to the sample` is every sample of the recording and none more; `to the end` is up to a tenth
  of a second off at the end, where some players drop or keep a little of what the encoder added, or do
  not tell.
- **chapters**: `yes` is all of them with titles and times, each within 50 ms; `how many` and `titles` are
  less.
- **synced text**: files beside the recording that the program finds by itself, or what it reads `inside`
  of it.
- **cover**: the picture in the recording.
- **playlist**: `.m3u8` and `.m3u` stand here only where all tracks were found, in their order.

A `–` says that this is not the program's business, or that it cannot be seen from outside. Title, artist,
album and track number are right wherever a program shows them, with letters like ü and without. Only
mediainfo shows artist and album of a WAV once more, as director and as original source, and there an ü is
two other letters.
"""

_ENDING = """\
## What has not been tried

Phones, car radios, televisions, smart speakers, anything by Apple, anything on Windows, and podcast
players other than gPodder: none of them could be tried here. For those the recordings keep to what makers
and users have published, which is not the same as having seen it. If one of them does something else,
please tell us.

The versions are those of Debian 12. This page is written again by
`pytest tests/players --players-table docs/players.md`.
"""


@dataclass(slots=True)
class Seen:
    """What was seen in this run. Where it is `checked`, it must be what the page says."""

    there: Mapping[Key, Cells]
    checked: bool
    cells: dict[Key, Cells] = field(default_factory=dict)

    def __call__(self, program: Program, form: Form, **shown: str) -> None:
        """Note what a program showed of a form; an underscore stands for the space in a column's name."""
        named = {column.replace("_", " "): text for column, text in shown.items()}
        assert named.keys() <= set(COLUMNS)
        self.cells.setdefault((form, program.name), {}).update(named)
        on_page = self.there.get((form, program.name), {})
        if self.checked and named != {column: on_page.get(column) for column in named}:
            pytest.fail(
                f"{program.name} showed of {_NAMES[form]} {named}, and docs/players.md says {on_page}."
            )

    @property
    def lacking(self) -> list[str]:
        """Every cell that nothing was seen for."""
        return [
            f"{program.name}, {form}: {column}"
            for form in Form
            for program in _listed(form)
            for column in COLUMNS
            if column not in self.cells.get((form, program.name), {})
        ]


def _listed(form: Form) -> list[Program]:
    return [program for program in LISTED if form is Form.MP3 or program.name not in ONLY_MP3]


def page(cells: Mapping[Key, Cells], versions: Mapping[str, str]) -> str:
    """The whole page. Forms that all programs treat alike share a table."""
    sections = []
    for rows, forms in groupby(Form, key=lambda form: _rows(form, cells, versions)):
        sections.append(f"## {' and '.join(_NAMES[form] for form in forms)}\n\n{_headed(rows)}")
    return "\n".join([_OPENING, *sections, _ENDING])


def _rows(form: Form, cells: Mapping[Key, Cells], versions: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(
        _row([program.name, versions.get(program.name, ""), *(shown.get(column, "") for column in COLUMNS)])
        for program in _listed(form)
        if (shown := cells.get((form, program.name)))
    )


def _headed(rows: tuple[str, ...]) -> str:
    head = ["program", "version", *COLUMNS]
    return "".join([_row(head), _row(["---"] * len(head)), *rows])


def _row(texts: list[str]) -> str:
    return f"| {' | '.join(texts)} |\n"


def read(text: str) -> tuple[dict[Key, Cells], dict[str, str]]:
    """The cells and the versions that stand on a page."""
    cells: dict[Key, Cells] = {}
    versions: dict[str, str] = {}
    forms = {name: form for form, name in _NAMES.items()}
    for head, body in re.findall(r"^## (.+)\n\n((?:\|.*\n)+)", text, flags=re.MULTILINE):
        for line in body.splitlines()[2:]:
            name, version, *shown = (part.strip() for part in line.strip("|").split("|"))
            versions[name] = version
            for form in head.split(" and "):
                cells[forms[form], name] = dict(zip(COLUMNS, shown, strict=True))
    return cells, versions
