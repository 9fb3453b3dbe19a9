"""How long a whole series takes: the first time, when one word changed, and when nothing did."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
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
    folder = Path(
        json.loads(subprocess.run(build, stdout=subprocess.PIPE, check=True).stdout)["series"][0]["folder"]
    )

    def first() -> float:
        shutil.rmtree(folder)
        desk.forget_sound()
        return tree.timed(build)

    def changed() -> float:
        script = series / "check-in.yaml"
        script.write_text(script.read_text(encoding="utf-8").replace("there", "here", 1), encoding="utf-8")
        return tree.timed(build)

    took = interleaved(
        {"first": first, "changed": changed, "again": lambda: tree.timed(build)}, desk.rounds(ROUNDS)
    )
    yield Row("eight tracks, nothing changed", "the clock", "2 s", spread(took["again"], "s"))
    yield Row(
        "the same", "its first build, all of it spoken", "-", spread(ratios(took["again"], took["first"]))
    )
    yield Row("one word changed", "the same", "-", spread(ratios(took["changed"], took["first"])))
    page = (folder / "index.html").stat().st_size
    yield Row("its page", "bytes", f"{MOST_PAGE}", f"{page}")


def _eight_tracks(folder: Path) -> Path:
    """The first scripts of the library, in a folder where they can be changed."""
    folder.mkdir()
    names = Library().script_names()[:TRACKS]
    for file in Library().script_files()[:TRACKS]:
        shutil.copy(file, folder)
    if not (folder / "check-in.yaml").exists():
        raise RuntimeError("check-in.yaml is no longer among the first scripts of the library.")
    tracks = "".join(f"- {{script: {name}, agreed: true, follow-up: true}}\n" for name in names)
    (folder / "series.yaml").write_text(f"series: Eight\nregion: uk\ntracks:\n{tracks}", encoding="utf-8")
    return folder
