"""How long a whole series takes: the first time, when one word changed, and when nothing did."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import tree
from desk import LANES, Desk, ours
from guided_audio.library import Library
from table import Row, interleaved, ratios, spread

ROUNDS = 5
TRACKS = 8
MOST_PAGE = 150_000
"""Bytes that a page may have beside the audio."""


def rows(desk: Desk) -> Iterator[Row]:
    """Eight tracks of the library, each build beside the first one of the same round."""
    series = _eight_tracks(desk.folder / "eight")
    out = desk.folder / "built"
    build = ours("build", str(series), "--jobs", str(LANES), "--out", str(out), "--json")
    file = max(path for path in series.glob("*.yaml") if path.stem != "series")
    script = file.read_text(encoding="utf-8")
    folder = Path(
        json.loads(subprocess.run(build, stdout=subprocess.PIPE, check=True).stdout)["series"][0]["folder"]
    )

    def first() -> float:
        shutil.rmtree(folder)
        desk.forget_sound()
        return tree.timed(build)

    rounds = count(1)

    def changed() -> float:
        text = script.replace("script:\n", f"script:\n- tick: This is round {next(rounds)}.\n", 1)
        file.write_text(text, encoding="utf-8")
        return tree.timed(build)

    took = interleaved(
        {"first": first, "changed": changed, "again": lambda: tree.timed(build)}, desk.rounds(ROUNDS)
    )
    yield Row("eight tracks, nothing changed", "the clock", "2 s", spread(took["again"], "s"))
    yield Row(
        "the same", "its first build, all of it spoken", "-", spread(ratios(took["again"], took["first"]))
    )
    yield Row(
        "one line added to one of them", "the same", "-", spread(ratios(took["changed"], took["first"]))
    )
    page = (folder / "index.html").stat().st_size
    yield Row("its page", "bytes", f"{MOST_PAGE}", f"{page}")


def _eight_tracks(folder: Path) -> Path:
    """Some scripts of the library, in a folder where they can be changed."""
    folder.mkdir()
    files = Library().script_files()[:TRACKS]
    for file in files:  # here they have other numbers
        text = re.sub(r"(?m)^track:.*\n", "", file.read_text(encoding="utf-8"))
        (folder / file.name).write_text(text, encoding="utf-8")
    tracks = "".join(f"- {{script: {file.stem}, agreed: true, follow-up: true}}\n" for file in files)
    (folder / "series.yaml").write_text(f"series: Eight\nregion: uk\ntracks:\n{tracks}", encoding="utf-8")
    return folder
