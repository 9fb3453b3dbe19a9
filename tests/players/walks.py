"""The series that every program gets: three short walks, spoken by this machine, once in each form.

What is to be found in them is taken from what `guided-audio plan` says of the scripts, and from the words
as they stand here.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from command_line import call
from guided_audio.forms import Form
from players.programs import missing

TITLE = "Über den Hügel"
ARTIST = "A practice by the sea"
STEM = "uber-den-hugel"

_SERIES = f"""\
series: {TITLE}
purpose: Three short walks.
artist: {ARTIST}
tracks:
- over-the-bridge
- along-the-wall
- down-to-the-sea
"""

_SCRIPTS = {
    "over-the-bridge": """\
title: Über die Brücke
bed: soft-rain
slots:
  name: {fallback: "", private: true}
script:
- chapter: Ankommen für dich
- tick: Welcome{, name}. There is a bridge here.
- chapter: On the bridge
- tick: The water is under it.
- pause: 6s
- chapter: Back to the room
- bell: small-bowl
- tick: The room is here again.
""",
    "along-the-wall": """\
title: Along the wall
bed: soft-rain
script:
- chapter: Setting out
- tick: There is an old wall.
- chapter: At the gate
- tick: And there is a gate in it.
- chapter: The garden
- tick: Behind it is a garden. It is quiet there.
- chapter: Back to the room
- tick: The room is here again.
""",
    "down-to-the-sea": """\
title: Down to the sea
bed: none
script:
- chapter: The path
- tick: The path goes down.
- chapter: Back to the room
- tick: And now the room is here again.
""",
}

_TITLES = ("Über die Brücke", "Along the wall", "Down to the sea")

_WORDS = (
    ("Welcome.", "There is a bridge here.", "The water is under it.", "The room is here again."),
    (
        "There is an old wall.",
        "And there is a gate in it.",
        "Behind it is a garden.",
        "It is quiet there.",
        "The room is here again.",
    ),
    ("The path goes down.", "And now the room is here again."),
)
"""Sentence by sentence, with the slot at its fallback."""

ADDRESS = "http://localhost/"
"""Where the feeds say that they are."""

NO_VOICE = 3
"""The exit code where a voice is missing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that has a time: a chapter with its title, or words. In milliseconds."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Walk:
    """One track, and all that is to be found in it. `frames` are at 44.1 kHz."""

    file: Path
    number: int
    title: str
    frames: int
    chapters: tuple[Mark, ...]
    words: tuple[Mark, ...]

    @property
    def ms(self) -> float:
        """How long it plays."""
        return self.frames / 44.1

    def beside(self, suffix: str) -> Path:
        """What lies beside it under the same name."""
        return self.file.with_suffix(suffix)


@dataclass(frozen=True, slots=True)
class Walks:
    """The series in one form."""

    form: Form
    folder: Path
    tracks: tuple[Walk, ...]

    @property
    def first(self) -> Walk:
        """The one with umlauts, a bell and three chapters."""
        return self.tracks[0]

    @property
    def names(self) -> list[str]:
        """The names of the files in their order."""
        return [track.file.name for track in self.tracks]

    @property
    def playlists(self) -> tuple[Path, Path]:
        """Both of them."""
        return self.folder / f"{STEM}.m3u8", self.folder / f"{STEM}.m3u"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The series in every form, each made when it is first asked for, by whichever process asks first."""

    root: Path

    def __getitem__(self, form: Form) -> Walks:
        """The series in a form."""
        folder = self.root / form / STEM
        with FileLock(self.root / f"{form}.lock"):
            if not (folder / "manifest.json").exists():
                self._build(form)
        plans = [self._plan(name) for name in _SCRIPTS]
        files = sorted(folder.glob(f"[0-9][0-9]-*{form.suffix}"))
        assert len(files) == len(_TITLES)
        return Walks(form, folder, tuple(map(_walk, files, range(1, 4), plans)))

    def _build(self, form: Form) -> None:
        out = ("--out", self.root / form, "--format", str(form), "--feed", f"{ADDRESS}{form}/{STEM}/")
        _done(["build", self._scripts(), *out], self.root / "store")

    def _plan(self, name: str) -> dict[str, Any]:
        """What the program says it will be, kept in a file."""
        file = self.root / f"{name}.json"
        with FileLock(file.with_suffix(".lock")):
            if not file.exists():
                said = _done(["plan", self._scripts() / f"{name}.yaml", "--json"], self.root / "store")
                file.write_text(said, encoding="utf-8")
        plan: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return plan

    def _scripts(self) -> Path:
        """The folder they are in."""
        folder = self.root / "scripts"
        with FileLock(self.root / "scripts.lock"):
            folder.mkdir(exist_ok=True)
            for name, text in {"series": _SERIES, **_SCRIPTS}.items():
                (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        return folder


def shelf_of(basetemp: Path) -> Shelf:
    """The one shelf of a run of tests, also where several processes share them."""
    root = (basetemp.parent if "PYTEST_XDIST_WORKER" in os.environ else basetemp) / "players"
    root.mkdir(exist_ok=True)
    return Shelf(root)


@contextmanager
def open_to_all() -> Iterator[Path]:
    """A new folder that any user of this machine can read."""
    with tempfile.TemporaryDirectory(prefix="guided-audio-players-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def _done(arguments: Sequence[str | Path], store: Path) -> str:
    answer = call(arguments, store)
    if answer.code == NO_VOICE:
        missing(answer.err)
    assert answer.code == 0, answer.err
    return answer.out


def _walk(file: Path, number: int, plan: dict[str, Any]) -> Walk:
    clips = [clip for clip in plan["clips"] if clip["line"] is not None]
    words = zip(clips, _WORDS[number - 1], strict=True)
    per_ms = plan["rate"] / 1000
    return Walk(
        file=file,
        number=number,
        title=_TITLES[number - 1],
        frames=plan["length"],
        chapters=tuple(
            Mark(each["start"] / per_ms, each["end"] / per_ms, each["title"]) for each in plan["chapters"]
        ),
        words=tuple(
            Mark(clip["start"] / per_ms, (clip["start"] + clip["length"]) / per_ms, text)
            for clip, text in words
        ),
    )


def agree(found: Sequence[tuple[float, str]], marks: Sequence[Mark], within: float = 50.0) -> None:
    """Whether what a program shows, starts in milliseconds with texts, is what there is."""
    assert [text for _, text in found] == [mark.text for mark in marks]
    assert [start for start, _ in found] == pytest.approx([mark.start for mark in marks], abs=within)


def playing(frames: float, track: Walk, rate: int = 44_100) -> str:
    """What the table says of a player that gave so many frames of a track.

    Nothing may be missing but what some players drop or leave of the last packets of AAC and Opus.
    """
    expected = track.frames * rate / 44_100
    if abs(frames - expected) < 1.0:
        return "to the sample"
    assert frames == pytest.approx(expected, abs=0.1 * rate)
    return "to the end"
