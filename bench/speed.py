"""How long a build takes beside what others take, or could take, for the same file."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import material
import tree
from desk import Desk, make, speak
from guided_audio import receipt, tags
from peers import Peers
from planned import planned
from table import Row, interleaved, ratios, spread

MINUTES, QUICK_MINUTES = 20.0, 4.0
ROUNDS = 5
CHAPTERS = (5, 12)
"""Lines to a chapter, of the scripts in which a word is changed."""

LONGER = 1.1
"""Times the length a script has by itself: the length that is asked of its edition."""

WORDS = ("barely", "clearly", "even", "hardly", "merely", "nearly", "openly", "partly", "plainly", "simply")
ALONE = "one ffmpeg, same LAME settings, from the finished 16-bit WAV"


def rows(desk: Desk) -> Iterator[Row]:
    """Whole builds first, then builds after a change."""
    minutes = QUICK_MINUTES if desk.quick else MINUTES
    yield from _whole(desk, minutes)
    yield from _changed(desk, minutes)


# Whole builds


def _whole(desk: Desk, minutes: float) -> Iterator[Row]:
    script = material.script(minutes, desk.folder)
    build = desk.build(script)
    file, seconds = make(build)
    with planned(script, desk.store) as made:
        peers = Peers(made, desk.folder / "peers")
    jobs = {
        "speech stored": lambda: _mixed(desk, build),
        "unchanged": lambda: tree.timed(build),
        "alone": lambda: tree.timed(peers.ffmpeg_alone),
        "floor": lambda: tree.timed(peers.floor),
        "nothing stored": lambda: _from_nothing(desk, script),
        "pydub by chapters": lambda: tree.timed(peers.pydub("by-chapters")),
        "pydub one by one": lambda: tree.timed(peers.pydub("one-by-one")),
    }
    took = interleaved(jobs, desk.rounds(ROUNDS))
    name = f"{seconds / 60:.0f} min, speech stored, no chunk stored"
    same = "" if _same_sound(file, peers.floor_mp3) else ", whose bytes are OTHERS"

    def row(name: str, ours: str, against: str, theirs: str, asked: str) -> Row:
        return Row(name, against, asked, spread(ratios(took[ours], took[theirs])))

    floor = f"the floor: its chunks on two lanes, nothing mixed{same}"
    yield row(name, "speech stored", ALONE, "alone", "0.70 x")
    yield row(name, "speech stored", floor, "floor", "1.25 x")
    yield row("the floor", "floor", ALONE, "alone", "-")
    yield row("nothing stored, default voice", "nothing stored", ALONE, "alone", "0.95 x")
    # one by one is what its documentation shows; by chapters a careful user comes to, who saw it grow slow
    for way, asked in (("pydub one by one", "0.40 x"), ("pydub by chapters", "-")):
        yield row(name, "speech stored", f"{way}: append, overlay, export", way, asked)
    yield row("nothing changed", "unchanged", ALONE, "alone", "-")
    yield Row("that ffmpeg", "the clock", "-", spread(took["alone"], "s"))


def _mixed(desk: Desk, build: list[str]) -> float:
    """Seconds of a build that has every line spoken, and not a second of sound."""
    desk.forget_sound()
    return tree.timed(build)


def _from_nothing(desk: Desk, script: Path) -> float:
    """Seconds of a build on a machine that never made anything before."""
    store, out = desk.folder / "new-store", "new"
    for folder in (store, desk.folder / out):
        shutil.rmtree(folder, ignore_errors=True)
    return tree.timed(desk.build(script, out), os.environ | {"GUIDED_AUDIO_STORE": str(store)})


def _same_sound(ours: Path, floors: Path) -> bool:
    """Whether the floor made our file to the byte, so that it is the same chunks that it encodes."""
    with ours.open("rb") as stream:
        stream.seek(tags.size(stream))
        sound = hashlib.file_digest(stream, "sha256").hexdigest()
    stated = receipt.read(receipt.beside(ours).read_bytes()).audio_sha256
    return stated == sound == hashlib.sha256(floors.read_bytes()).hexdigest()


# Builds after a change


def _changed(desk: Desk, minutes: float) -> Iterator[Row]:
    scripts = {chapter: material.script(minutes, desk.folder, chapter) for chapter in CHAPTERS}
    editions = {chapter: _edition(desk, script) for chapter, script in scripts.items()}
    rounds = desk.rounds(ROUNDS)
    took: dict[int, list[float]] = {chapter: [] for chapter in CHAPTERS}
    for number in range(rounds):
        # a word from all over the script: what a change costs depends on where its chapter lies
        line = int((number + 0.5) / rounds * material.line_count(minutes))
        for chapter, script in scripts.items():
            took[chapter].append(_one_word(desk, script, editions[chapter], (line, WORDS[number])))
    for chapter in CHAPTERS:
        name = f"one word changed, length fixed, chapters of {chapter} lines"
        against = "first build of that edition, speech stored, no chunk stored"
        yield Row(name, against, "0.25 x", spread(took[chapter]))


def _edition(desk: Desk, script: Path) -> list[str]:
    """The command that builds a script at a length that is not its own."""
    speak(script)
    _, seconds = make(desk.build(script, "own-length"))
    return desk.build(script, "edition", ["--length", f"{round(seconds * LONGER)}s"])


def _one_word(desk: Desk, script: Path, edition: list[str], change: tuple[int, str]) -> float:
    """What the build takes after one word was changed, in parts of what all of it took."""
    text = script.read_text(encoding="utf-8")
    try:
        whole = _mixed(desk, edition)
        script.write_text(material.with_another_word(text, *change), encoding="utf-8")
        return tree.timed(edition) / whole
    finally:
        script.write_text(text, encoding="utf-8")
