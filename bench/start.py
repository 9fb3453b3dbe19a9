"""How long one waits for an answer that needs no sound."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import material
import tree
from desk import Desk, ours
from table import Row, interleaved, ratios, spread

ROUNDS, QUICK_ROUNDS = 15, 5
LINES = 900


def rows(desk: Desk) -> Iterator[Row]:
    """The help, and a check of a long page, beside the import that either of them begins with."""
    page = material.long_page(LINES, desk.folder)
    commands = {
        "help": [str(Path(sys.executable).with_name("guided-audio")), "--help"],
        "check": ours("check", str(page)),
        "click": [sys.executable, "-c", "import click"],
    }
    for command in commands.values():  # once for the files that Python keeps of what it compiled
        tree.timed(command)
    jobs = {
        "help": lambda: tree.timed(commands["help"]),
        "check": lambda: tree.timed(commands["check"]),
        "click": lambda: tree.timed(commands["click"]),
    }
    took = interleaved(jobs, QUICK_ROUNDS if desk.quick else ROUNDS)
    against = "`python -c 'import click'`"
    yield Row("`guided-audio --help`", against, "2.5 x", spread(ratios(took["help"], took["click"])))
    yield Row(f"`check` of {LINES} lines", against, "-", spread(ratios(took["check"], took["click"])))
    yield Row(f"`check` of {LINES} lines", "the clock", "-", spread(took["check"], "s"))
