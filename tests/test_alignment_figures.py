"""The figures of finding lines in long readings, by voices and seeds that no threshold was set on.

This is the first row of the report of `bench/takes.py`, which tries all of a long reading with a script of
two hundred other lines, too; here a part of it is tried with fewer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

import reading_reference
import reading_voices
from guided_audio.alignment import Alignment, Wanted, WrongScript, align
from guided_audio.engines.system import SystemEngine
from reading_marks import Marks, mark, wanted
from reading_reference import SystemReference
from reading_voices import RATE, Booth, Reader
from readings import Habits, Kind, Made, built_in_lines, read_aloud

pytestmark = pytest.mark.slow

CASES = ((Reader("flite:rms"), 201),)
BESIDE = 70
"""Lines of scripts that are tried on a part of a reading: more than the sixty that voices are tried on."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """A reading, what was found in it, and the processor's seconds for it."""

    made: Made
    outcome: Alignment
    seconds: float

    @property
    def marks(self) -> Marks:
        """What is right of it."""
        return mark(self.made, self.outcome)


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Booth:
    """Where the readers speak."""
    reading_voices.require(*(reader for reader, _ in CASES))
    return Booth(tmp_path_factory.mktemp("booth"))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SystemReference]:
    """The aligner's own voice."""
    engine = SystemEngine()
    reading_reference.require(engine)
    yield SystemReference(engine, tmp_path_factory.mktemp("reference"))
    engine.close()


@pytest.fixture(scope="module")
def aligned(booth: Booth, reference: SystemReference) -> list[Aligned]:
    """Long readings with everything that goes wrong in one."""
    found = []
    for reader, seed in CASES:
        made = read_aloud(built_in_lines(200, seed), reader, Habits(), seed, booth)
        before = time.process_time()
        outcome = align(made.samples, RATE, wanted(made), reference)
        found.append(Aligned(made, outcome, time.process_time() - before))
    return found


@pytest.fixture(scope="module")
def marks(aligned: list[Aligned]) -> Marks:
    """Of all of them together."""
    return sum((each.marks for each in aligned), Marks())


def test_the_readings_are_long_enough(aligned: list[Aligned], marks: Marks) -> None:
    """Two hundred lines each, and something of everything."""
    assert all(each.marks.lines >= 200 for each in aligned)
    assert marks.skipped >= 10
    assert marks.beside >= 50


def test_lines_are_found_with_their_edges(marks: Marks) -> None:
    """98.5 % of them; both edges within 150 ms for 95 %."""
    assert marks.found >= 0.985 * marks.read
    assert marks.edges >= 0.95 * marks.found


def test_wrong_lines_are_flagged_and_few_right_ones(marks: Marks) -> None:
    """At most one in 200 is wrong without a flag; at most one right one in 30 is flagged."""
    assert marks.unflagged <= marks.lines / 200
    assert marks.flagged <= marks.found / 30


def test_skipped_lines_are_named_and_other_speech_is_listed(marks: Marks) -> None:
    """95 % of the first, all of the second."""
    assert marks.named >= 0.95 * marks.skipped
    assert marks.listed == marks.beside


def test_it_takes_less_than_a_tenth_of_the_time_of_the_reading(aligned: list[Aligned]) -> None:
    """Counted in seconds of the processor, which others on the machine hardly change."""
    assert all(each.seconds < 0.1 * each.made.seconds for each in aligned)


def test_a_long_reading_of_another_script_is_refused(
    aligned: list[Aligned], reference: SystemReference
) -> None:
    """Although scripts have some of their words, and nearly all of their subject, in common."""
    made = aligned[0].made
    others = [line for line in built_in_lines(400, 999) if line not in made.lines][:BESIDE]
    assert len(others) == BESIDE
    end = next(said.end for said in made.said if said.line == BESIDE and said.kind is Kind.LINE)
    with pytest.raises(WrongScript):
        align(made.samples[:end], RATE, [Wanted(str(n), line) for n, line in enumerate(others)], reference)


def test_a_part_of_a_long_script_is_found_in_its_middle(booth: Booth, reference: SystemReference) -> None:
    """Of 120 lines only these are read, none of the sixty that voices are tried on first."""
    lines = built_in_lines(120, 41)[:120]
    read = range(80, 98)
    made = read_aloud(lines[read.start : read.stop], CASES[0][0], Habits(skipped=0), 41, booth)
    outcome = align(made.samples, RATE, [Wanted(str(n), line) for n, line in enumerate(lines)], reference)
    last = {said.line for said in made.said if said.kind is Kind.LINE}
    found = {lines[int(each.id)] for each in outcome.found}
    assert len(found & {made.lines[line] for line in last if line is not None}) >= len(last) - 1
    assert len(outcome.skipped) >= len(lines) - len(read) - 1
