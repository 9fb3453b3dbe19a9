"""How well lines are found in one long reading: the table of `docs/adr/0013-splitting-a-reading.md`.

Run it with the name of a set, `development` or `report`, or without for both. Thresholds were set on the
first alone. All readers are programs; nobody's voice is tried.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from guided_audio.alignment import Wanted, WrongScript, align
from guided_audio.engines.system import SystemEngine
from reading_marks import Marks, mark, wanted
from reading_reference import SystemReference
from reading_voices import RATE, Booth, Reader, missing
from readings import Habits, Made, built_in_lines, read_aloud, short_lines

LINES = 200
USUAL = Habits()
PHONE = Habits(noise_under=20, room=0.6, highest=3800)
GAPPY = Habits(skipped=0.25, remarks=0.15)
HALTING = Habits(hesitating=0.4, slowness=(1.0, 1.4))
CARELESS = Habits(skipped=0.25, remarks=0.15, misread=0.3)


@dataclass(frozen=True, slots=True)
class Case:
    """One reading: who reads, from which seed, how, and which lines."""

    reader: Reader
    seed: int
    habits: Habits = USUAL
    name: str = ""
    short: bool = False


DEVELOPMENT = (
    Case(Reader("flite:slt"), 1),
    Case(Reader("flite:kal16"), 2),
    Case(Reader("flite:slt", 1.12), 6),
    Case(Reader("flite:kal16", 0.92), 7),
    Case(Reader("flite:kal16", 1.2), 12),
    Case(Reader("flite:slt"), 11, PHONE, "20 dB, room, dull"),
    Case(Reader("flite:kal16"), 13, GAPPY, "a quarter skipped"),
    Case(Reader("flite:slt"), 14, CARELESS, "30 % misread"),
    Case(Reader("flite:slt", 0.9), 15, HALTING, "slow, halting"),
)
REPORT = (
    Case(Reader("flite:rms"), 201),
    Case(Reader("flite:awb"), 202),
    Case(Reader("festival:ked_diphone"), 203),
    Case(Reader("flite:rms", 1.1), 204),
    Case(Reader("flite:awb", 0.9), 205),
    Case(Reader("festival:ked_diphone", 1.15), 206),
    Case(Reader("flite:rms"), 207, short=True, name="short lines"),
    Case(Reader("flite:awb"), 208, PHONE, "20 dB, room, dull"),
    Case(Reader("flite:rms"), 209, GAPPY, "a quarter skipped"),
    Case(Reader("flite:awb", 1.1), 210, CARELESS, "30 % misread"),
    Case(Reader("flite:rms", 0.95), 211, HALTING, "slow, halting"),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("set", nargs="?", choices=("development", "report"))
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "guided-audio-takes")
    asked = parser.parse_args()
    engine = SystemEngine()
    reference = SystemReference(engine, asked.folder)
    try:
        for name, cases in (("development", DEVELOPMENT), ("report", REPORT)):
            if asked.set in {None, name}:
                print(
                    f"\n{name}: voice | min | found | both edges | wrong, older, swapped | unflagged ", end=""
                )
                print(
                    "| skips named | right but flagged | other speech listed | × real time | another script"
                )
                for row in rows(cases, Booth(asked.folder), reference):
                    print(row, flush=True)
    finally:
        engine.close()
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def rows(cases: Sequence[Case], booth: Booth, reference: SystemReference) -> Iterator[str]:
    """A row for each reading, then one for all in usual conditions and one for all of them."""
    usual = everything = Marks()
    for case in cases:
        if reason := missing([case.reader]):
            yield f"{case.reader}: left out. {reason}"
            continue
        made = reading(case, booth)
        marks, pace = measured(made, reference)
        everything += marks
        if not case.name:
            usual += marks
        title = f"{case.reader}, seed {case.seed}" + (f", {case.name}" if case.name else "")
        other = another_script(made, frozenset(built_in_lines(LINES, case.seed)), reference)
        yield f"{title} | {made.seconds / 60:.0f} | {figures(marks)} | {pace:.3f} | {other}"
    yield f"usual | | {figures(usual)}"
    yield f"all | | {figures(everything)}"


def reading(case: Case, booth: Booth) -> Made:
    """Make it."""
    lines = built_in_lines(LINES, case.seed)
    return read_aloud(short_lines(lines) if case.short else lines, case.reader, case.habits, case.seed, booth)


def measured(made: Made, reference: SystemReference) -> tuple[Marks, float]:
    """The marks, and the seconds of processor time for each second of the recording, the reference's too."""
    before = _seconds()
    outcome = align(made.samples, RATE, wanted(made), reference)
    return mark(made, outcome), (_seconds() - before) / made.seconds


def _seconds() -> float:
    used = time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used + children.ru_utime + children.ru_stime


def figures(marks: Marks) -> str:
    """Counts as a row of the table."""
    cells = (
        f"{marks.found}/{marks.read}",
        f"{100 * marks.edges / max(1, marks.found):.1f} %",
        f"{marks.wrong}, {marks.older}, {marks.swapped}",
        str(marks.unflagged),
        f"{marks.named}/{marks.skipped}",
        str(marks.flagged),
        f"{marks.listed}/{marks.beside}",
    )
    return " | ".join(cells)


def another_script(made: Made, own: frozenset[str], reference: SystemReference) -> str:
    """What becomes of the same reading with a script of other lines than its own."""
    others = [line for line in built_in_lines(LINES * 4, 999) if line not in own][:LINES]
    script = [Wanted(str(number), text) for number, text in enumerate(others)]
    try:
        found = align(made.samples, RATE, script, reference).found
    except WrongScript:
        return "refused"
    return f"{len(found)} attached"


if __name__ == "__main__":
    main()
