"""How long a build takes and how much memory, beside what the encoder alone would take.

    python bench/build.py             the whole table
    python bench/build.py --quick     a shorter script, for a first look

Ratios within one run are what counts: seconds differ from machine to machine, and from hour to hour.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

import material
import tree
from guided_audio import ffmpeg

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


def _build(script: Path, folder: Path) -> list[str]:
    return [sys.executable, "-m", "guided_audio", "build", str(script), "--out", str(folder)]


def _speed(folder: Path, minutes: float) -> None:
    script = material.script(minutes, folder)
    build = _build(script, folder)
    first = tree.timed(build)
    mp3 = folder / f"bench-{minutes:g}.mp3"
    wav = folder / "finished.wav"
    program = str(ffmpeg.executable())
    tree.timed([program, "-v", "error", "-i", str(mp3), "-c:a", "pcm_s16le", str(wav)])
    alone = [
        program,
        "-v",
        "error",
        "-y",
        "-i",
        str(wav),
        "-c:a",
        "libmp3lame",
        "-b:a",
        "128k",
        str(folder / "a.mp3"),
    ]
    pairs = [(tree.timed(build), tree.timed(alone)) for _ in range(ROUNDS)]
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    spread = sorted(round(ours / theirs, 2) for ours, theirs in pairs)
    alone_seconds = statistics.median(theirs for _, theirs in pairs)
    print(f"{minutes:g} min, speech stored / one ffmpeg encoding the finished WAV: {ratio:.2f} x  {spread}")
    print(f"{minutes:g} min, nothing stored / the same: {first / alone_seconds:.2f} x")


def _memory(folder: Path, short: float, long: float) -> None:
    runs = {}
    for minutes in (short, long):
        command = _build(material.script(minutes, folder), folder)
        tree.timed(command)
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


if __name__ == "__main__":
    main()
