"""The page of a series that was really built: its files play, and its words come when they are spoken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from command_line import call
from guided_audio import receipt
from page_stage import Stage, start, until

pytest_plugins = ["e2e_fixtures", "page_fixtures"]

FOLDER = "output/two-evenings"

SCRIPT = """\
title: {title}
purpose: A few minutes.
bed: soft-rain
script:
- chapter: Arriving
- tick: There is a lamp in the corner, and a chair beside it.
- settle: Somebody has left a cup of tea on the table.
- chapter: Back to the room
- tick: And the evening goes on from here.
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fake_store: Path) -> Path:
    """A series of two short scripts, built once."""
    place = tmp_path_factory.mktemp("page")
    (place / "series.yaml").write_text(
        "series: Two evenings\nregion: uk\ntracks: [one, two]\n", encoding="utf-8"
    )
    for name in ("one", "two"):
        (place / f"{name}.yaml").write_text(SCRIPT.format(title=f"Evening {name}"), encoding="utf-8")
    done = call(["build", "series.yaml", "--voice", "fake:one"], fake_store, place)
    assert done.code == 0, done.err
    return place / FOLDER


def paper(folder: Path) -> receipt.Receipt:
    """The receipt of the first track."""
    return receipt.read((folder / "receipts" / "01-evening-one.json").read_bytes())


def test_every_track_is_as_long_as_it_was_planned(stage: Stage, folder: Path) -> None:
    """The browser's own clock agrees with the receipt to 50 ms, for every file it names."""
    page = stage.look_at(folder / "index.html")
    names = [file.name for file in sorted(folder.glob("0*.mp3"))] + ["quiet-soft-rain.mp3"]
    measured = page.evaluate(
        """names => Promise.all(names.map(name => new Promise((done, failed) => {
          const audio = document.createElement('audio');
          audio.onloadedmetadata = () => done(audio.duration);
          audio.onerror = () => failed(name);
          audio.src = name;
        })))""",
        names,
    )
    lengths = [paper(folder).frames / paper(folder).rate] * 2 + [75.0]
    assert measured == pytest.approx(lengths, abs=0.05)


def test_words_are_marked_when_they_are_spoken(stage: Stage, folder: Path) -> None:
    """In the middle of each line of the receipt its words are the ones that are marked."""
    page = stage.look_at(folder / "index.html")
    start(page)
    lines = paper(folder).lines
    for line, words in zip(lines, ("lamp in the corner", "cup of tea", "evening goes on"), strict=True):
        middle = (line.start + line.end) / 2 / paper(folder).rate
        page.evaluate(f"deck.currentTime = {middle}")
        until(page, f"document.querySelector('#words .current')?.textContent.includes('{words}')")


def test_back_to_the_room_goes_where_its_chapter_begins(stage: Stage, folder: Path) -> None:
    """To the chapter of the timeline, within 50 ms."""
    page = stage.look_at(folder / "index.html")
    page.get_by_role("button", name="Back to the room whenever").click()
    until(page, "!deck.paused && watched.log.some(([player, kind, at]) => kind === 'seeked' && at > 1)")
    found = page.evaluate("watched.log.find(([player, kind, at]) => kind === 'seeked' && at > 1)[2]")
    chapter = paper(folder).chapters[-1]
    assert found == pytest.approx(chapter.start / paper(folder).rate, abs=0.05)


def test_a_missing_track_is_named_and_the_others_play(stage: Stage, folder: Path, tmp_path: Path) -> None:
    """A stick on which one file was forgotten."""
    copy = tmp_path / "stick"
    shutil.copytree(folder, copy)
    (copy / "01-evening-one.mp3").unlink()
    page = stage.look_at(copy / "index.html")
    page.click("#toggle")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "01-evening-one.mp3" in page.inner_text("#trouble")
    page.click("#next")
    page.wait_for_function("document.querySelector('#now-title').textContent === 'Evening two'")
    stage.errors.clear()  # the browser's own word that there is no such file
