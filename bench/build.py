"""How long a build takes and how much memory, beside what the encoder alone would take.

    python bench/build.py             the whole table
    python bench/build.py --quick     a shorter script, for a first look

Ratios within one run are what counts: seconds differ from machine to machine, and from hour to hour.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import material
import tree
from guided_audio import ffmpeg
from guided_audio.library import Library

ROUNDS = 5


def main() -> None:
    """Measure, and print one row for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["GUIDED_AUDIO_STORE"] = str(folder / "store")
        _speed(folder, minutes=2 if quick else 10)
        _memory(folder, *((2, 6) if quick else (10, 60)))
        _check(folder)
        _sound(folder)


def _build(script: Path, folder: Path) -> list[str]:
    return [sys.executable, "-m", "guided_audio", "build", str(script), "--out", str(folder)]


def _speed(folder: Path, minutes: float) -> None:
    script = material.script(minutes, folder)
    build = _build(script, folder)
    first = tree.timed(build)
    alone = _encoder_alone(folder, folder / f"bench-{minutes:g}.mp3")
    pairs = [(_without_finished_pieces(build, folder), tree.timed(alone)) for _ in range(ROUNDS)]
    seconds = statistics.median(theirs for _, theirs in pairs)
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    spread = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    name = f"{minutes:g} min / one ffmpeg encoding its finished WAV"
    print(f"{name}: speech stored, no sound stored: {statistics.median(ratios):.2f} x  ({spread})")
    print(f"{name}: nothing stored: {first / seconds:.2f} x")
    print(f"{name}: nothing changed: {tree.timed(build) / seconds:.2f} x")
    length = ["--length", f"{minutes * 1.1:g}m"]
    whole = _without_finished_pieces([*build, *length], folder)
    script.write_text(
        script.read_text(encoding="utf-8").replace("line 9 is only", "line 9 is just"), encoding="utf-8"
    )
    print(f"one word changed, length fixed / first build: {tree.timed([*build, *length]) / whole:.2f} x")


def _encoder_alone(folder: Path, mp3: Path) -> list[str]:
    """The command that encodes the finished WAV as we do: one process, the same settings."""
    wav, program = folder / "finished.wav", str(ffmpeg.executable())
    tree.timed([program, "-v", "error", "-y", "-i", str(mp3), "-c:a", "pcm_s16le", str(wav)])
    settings = ["-c:a", "libmp3lame", "-b:a", "128k", "-reservoir", "0"]
    return [program, "-v", "error", "-y", "-i", str(wav), *settings, str(folder / "alone.mp3")]


def _without_finished_pieces(build: list[str], folder: Path) -> float:
    """Seconds of a build that has every line spoken, and not a second of sound."""
    shutil.rmtree(folder / "store" / "encoded", ignore_errors=True)
    return tree.timed(build)


def _memory(folder: Path, short: float, long: float) -> None:
    runs = {}
    for minutes in (short, long):
        command = _build(material.script(minutes, folder), folder)
        tree.timed(command)
        shutil.rmtree(folder / "store" / "encoded")
        runs[minutes] = tree.watched(command)
    print(f"peak memory of the process tree, {short:g} min: {runs[short].megabytes:.0f} MB")
    print(f"peak memory of the process tree, {long:g} min: {runs[long].megabytes:.0f} MB")
    print(f"the one / the other: {runs[long].megabytes / runs[short].megabytes:.2f} x")


def _check(folder: Path) -> None:
    page = material.long_page(900, folder)
    check = [sys.executable, "-m", "guided_audio", "check", str(page)]
    click = [sys.executable, "-c", "import click"]
    tree.timed(check)
    pairs = [(tree.timed(check), tree.timed(click)) for _ in range(ROUNDS)]
    print(f"check of 900 lines: {statistics.median(ours for ours, _ in pairs):.2f} s, start-up included")
    print(f"the same / `import click`: {statistics.median(a / b for a, b in pairs):.1f} x")


def _sound(folder: Path) -> None:
    """What `verify` measures in the built-in scripts, decoded."""
    names = [file.stem for file in Library().script_files()]
    program = [sys.executable, "-m", "guided_audio"]
    tree.timed([*program, "build", *names, "--agreed", "--out", str(folder / "scripts")])
    files = sorted(map(str, (folder / "scripts").glob("*.mp3")))
    done = subprocess.run([*program, "verify", *files, "--json"], capture_output=True, text=True, check=True)
    for file, checks in json.loads(done.stdout).items():
        measured = "; ".join(f"{check['name']} {check['measured']}" for check in checks[:5])
        print(f"{Path(file).stem}: {measured}")


if __name__ == "__main__":
    main()
