"""What `verify` measures in the built-in scripts, built and decoded: the range of each of its figures."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict, cast

from desk import Desk, ours
from guided_audio.library import Library
from table import Row


class Check(TypedDict):
    """One check of one file, as `verify --json` prints it."""

    name: str
    measured: str
    well: bool
    value: float | None


def rows(desk: Desk) -> Iterator[Row]:
    """Every built-in script, in every preset there is."""
    scripts = [file.stem for file in Library().script_files()][: 1 if desk.quick else None]
    listed = presets()
    if listed is None:
        yield Row("presets", "-", "-", "NOT MEASURED: `build --help` does not list them")
    for preset in listed or [""]:
        folder = desk.folder / (f"preset-{preset}" if preset else "scripts")
        yield from _of_files(preset, len(scripts), _verified(_built(scripts, preset, folder)))


def presets() -> list[str] | None:
    """The presets a build can be asked for: one without a name if there are none, nothing if none is told."""
    text = subprocess.run(ours("build", "--help"), capture_output=True, text=True, check=True).stdout
    if "--preset" not in text:
        return [""]
    listed = re.search(r"--preset\s+\[([^\]]+)\]", text)
    return re.split(r"\s*\|\s*", listed[1].strip()) if listed else None


def _built(scripts: Sequence[str], preset: str, folder: Path) -> list[Path]:
    more = ["--preset", preset] if preset else []
    acknowledged = ["--agreed", "--follow-up"]
    command = ours("build", *scripts, *acknowledged, *more, "--out", str(folder))
    done = subprocess.run([*command, "--json"], stdout=subprocess.PIPE, check=False)  # some may be refused
    return [Path(str(track["file"])) for track in json.loads(done.stdout)["tracks"]]


def _verified(files: Sequence[Path]) -> Mapping[str, list[Check]]:
    command = ours("verify", *map(str, files), "--json")
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)  # it fails where anything is off
    return cast("dict[str, list[Check]]", json.loads(done.stdout))


def _of_files(preset: str, scripts: int, files: Mapping[str, list[Check]]) -> Iterator[Row]:
    kind = f"{preset}, " if preset else ""
    yield Row(f"{kind}built-in scripts built", "-", f"{scripts}", f"{len(files)}")
    names = dict.fromkeys(check["name"] for checks in files.values() for check in checks)
    for name in names:
        made = [check for checks in files.values() for check in checks if check["name"] == name]
        well = sum(check["well"] for check in made)
        values = [check["value"] for check in made if check["value"] is not None]
        between = f"{_plain(min(values))} .. {_plain(max(values))}, " if values else ""
        yield Row(f"{kind}{name}", "verify", f"{len(files)} well", f"{between}{well} of {len(files)} well")
        for check in made:
            if not check["well"]:
                yield Row(f"{kind}{name}, not well", "verify", "-", check["measured"])


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:.4g}"
