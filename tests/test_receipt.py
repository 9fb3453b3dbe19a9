"""The receipt: what is written is what is read, and nothing else is taken for one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guided_audio.receipt import (
    BedEntry,
    BedPlace,
    ChapterEntry,
    ClipEntry,
    Levels,
    LineEntry,
    PauseEntry,
    Receipt,
    beside,
    read,
    write,
)

FRAMES = st.integers(0, 10**10)
DB = st.floats(-100, 100)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
CLIPS = st.lists(st.builds(ClipEntry, TEXTS, FRAMES, FRAMES, DB), max_size=3).map(tuple)
RECEIPTS = st.builds(
    Receipt,
    file=TEXTS,
    script=TEXTS,
    filled=TEXTS,
    level=st.sampled_from(["open", "agreed", "follow-up"]),
    acknowledged=st.booleans(),
    rate=st.just(44_100),
    frames=FRAMES,
    lines=st.lists(st.builds(LineEntry, TEXTS, TEXTS, TEXTS, FRAMES, FRAMES, CLIPS), max_size=2).map(tuple),
    cues=CLIPS,
    pauses=st.lists(st.builds(PauseEntry, FRAMES, FRAMES, TEXTS), max_size=2).map(tuple),
    chapters=st.lists(st.builds(ChapterEntry, TEXTS, FRAMES, FRAMES), max_size=2).map(tuple),
    bells=st.lists(FRAMES, max_size=3).map(tuple),
    bed=st.none() | st.builds(BedEntry, DB),
    levels=st.builds(Levels, DB, DB),
    pace=st.floats(0, 500),
    tags=st.dictionaries(TEXTS, TEXTS, max_size=3),
    versions=st.dictionaries(TEXTS, TEXTS, max_size=3),
    secret=TEXTS,
    audio_sha256=TEXTS,
    tail=FRAMES,
    beds=st.lists(st.builds(BedPlace, DB, FRAMES, FRAMES), max_size=3).map(tuple),
)


@given(RECEIPTS)
def test_what_is_written_is_read(receipt: Receipt) -> None:
    """To the last digit, from plain ASCII that is the same each time."""
    data = write(receipt)
    assert read(data) == receipt
    assert write(read(data)) == data
    assert data.isascii()
    assert data.endswith(b"}\n")


def small() -> Receipt:
    """A receipt of one clip."""
    clip = ClipEntry("ab" * 24, 10, 20, 1.5)
    return Receipt(
        file="evening.mp3",
        script="s",
        filled="f",
        level="open",
        acknowledged=False,
        rate=44_100,
        frames=100,
        lines=(LineEntry("i", "t", "fake:one", 10, 30, (clip,)),),
        cues=(),
        pauses=(),
        chapters=(ChapterEntry("t", 0, 100),),
        bells=(),
        bed=None,
        levels=Levels(-18.0, -1.0),
        pace=110.0,
        tags={"b": "2", "a": "1"},
        versions={},
        secret="x",  # noqa: S106 - a hash that names a store
        audio_sha256="y",
    )


def test_the_order_of_tags_does_not_matter() -> None:
    """Two receipts that say the same are the same bytes."""
    assert write(small()).index(b'"a"') < write(small()).index(b'"b"')


def test_a_receipt_from_before_beds_could_change_is_read() -> None:
    """It knows of one bed, and not from where to where."""
    data = json.loads(write(replace(small(), bed=BedEntry(20.0))))
    del data["beds"]
    assert read(json.dumps(data).encode()) == replace(small(), bed=BedEntry(20.0))


WRONG = {
    "nothing": b"",
    "not json": b"{",
    "not text": b"\xff\xfe\x00",
    "a list": b"[]",
    "null": b"null",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_receipt_is_refused(name: str) -> None:
    """Whatever else lies in its place."""
    with pytest.raises(ValueError, match="Receipt"):
        read(WRONG[name])


@pytest.mark.parametrize("key", ["lines", "frames", "levels", "audio_sha256", "tags"])
def test_a_receipt_with_a_part_missing_is_refused(key: str) -> None:
    """There is nothing to stand in for it."""
    data = json.loads(write(small()))
    del data[key]
    with pytest.raises(ValueError, match=key):
        read(json.dumps(data).encode())


@pytest.mark.parametrize(
    ("key", "value"), [("frames", "many"), ("frames", 1.5), ("lines", {}), ("bed", 3), ("levels", [])]
)
def test_a_receipt_of_other_things_is_refused(key: str, value: object) -> None:
    """A number where frames belong, and so on."""
    data = json.loads(write(small()))
    with pytest.raises(ValueError, match=key):
        read(json.dumps(data | {key: value}).encode())


def test_another_version_is_told() -> None:
    """By number, so that whoever reads it knows which program to use."""
    data = json.loads(write(small())) | {"version": 2}
    with pytest.raises(ValueError, match=r"version 2, this program reads 1"):
        read(json.dumps(data).encode())


def test_it_lies_beside_its_file() -> None:
    """Under the same name."""
    assert beside(Path("out/evening.mp3")) == Path("out/evening.receipt.json")
    assert beside(Path("v1.2 evening.mp3")) == Path("v1.2 evening.receipt.json")
