"""What is asked of a build, measured: how fast, how much memory, how soon, and how it sounds.

    python bench/build.py               the whole table
    python bench/build.py --quick       shorter material and two rounds, for a first look
    python bench/build.py --only speed  one group of rows

Ratios within one run are what counts: seconds differ from machine to machine, and from hour to hour.
Everything runs on two cores. A row is: what | against what | what is asked | what was measured, which is
the median of the rounds, with the lowest and the highest behind it.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import beds
import finished
import images
import listen
import memory
import series
import slow_engine
import speed
import start
from desk import Desk
from guided_audio.errors import GuidedAudioError
from table import Row

GROUPS: dict[str, Callable[[Desk], Iterator[Row]]] = {
    "speed": speed.rows,
    "memory": memory.rows,
    "start": start.rows,
    "slow engine": slow_engine.rows,
    "listen": listen.rows,
    "series": series.rows,
    "sound": finished.rows,
    "resampling": images.rows,
    "beds": beds.rows,
}


def main() -> None:
    """Measure what was asked for, and print a row as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="shorter material, two rounds")
    parser.add_argument("--only", choices=GROUPS, help="one group of rows")
    asked = parser.parse_args()
    print(Row("what", "against", "asked", "measured (spread)"))
    names = [asked.only] if asked.only else list(GROUPS)
    failed = [name for name in names if not _measured(name, quick=asked.quick)]
    if failed:
        raise SystemExit(f"These could not be measured to their end: {', '.join(failed)}.")


def _measured(name: str, *, quick: bool) -> bool:
    """Print one group, in a folder of its own; whether all of it came. A failure leaves the others alone."""
    print(f"\n{name}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        desk = Desk(Path(folder), quick=quick)
        desk.take()
        try:
            for row in GROUPS[name](desk):
                print(row, flush=True)
        except (RuntimeError, ValueError, OSError, subprocess.CalledProcessError, GuidedAudioError) as error:
            print(f"{name} ended early: {error}", flush=True)
            return False
    return True


if __name__ == "__main__":
    main()
