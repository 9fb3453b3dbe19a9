"""Values for slots: from a file, from the command line where they are not private, or by asking."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from guided_audio import document
from guided_audio.errors import Place, Problem, ProblemsFound, UsageError
from guided_audio.script import Script, Slot


def from_file(name: str | None, scripts: Sequence[Script]) -> dict[str, str]:
    """The values in a file of `slot: value` lines; `-` is standard input.

    Raises:
        ProblemsFound: it is not such a file, or no script here has such a slot. The messages quote
            nothing of the file: a name may have slipped to the wrong side of a colon.
    """
    if name is None:
        return {}
    if name == "-":
        found, problems = document.parse(sys.stdin.buffer.read(), "standard input")
    else:
        found, problems = document.load(Path(name), name)
    if found is None or problems:
        raise ProblemsFound([_unquoted(problem) for problem in problems])
    if not isinstance(found.root, dict):
        raise ProblemsFound([Problem(Place(found.path), "Here belong lines like `name: Ada`.")])
    known = sorted({slot for script in scripts for slot in script.slots})
    wrong = list(_wrong_values(found, found.root, known))
    if wrong:
        raise ProblemsFound(wrong)
    return {slot: value.strip() for slot, value in found.root.items() if isinstance(value, str)}


def _wrong_values(
    found: document.Document, values: Mapping[str, document.Node], known: Sequence[str]
) -> Iterator[Problem]:
    for slot, value in values.items():
        if slot not in known:
            slots = ", ".join(f"`{name}`" for name in known) or "none"
            hint = document.suggest(slot, known) or f"The slots are {slots}."
            yield Problem(found.key_place((slot,)), "No script here has a slot of this name.", hint)
        elif not isinstance(value, str):
            yield Problem(found.place((slot,)), f"The slot `{slot}` takes one text.")


def _unquoted(problem: Problem) -> Problem:
    """The problem without a hint that shows the line."""
    return replace(problem, hint="") if problem.hint.startswith("Write: ") else problem


def from_options(pairs: Sequence[str], scripts: Sequence[Script]) -> dict[str, str]:
    """The values of `--set slot=value`, which everyone on the machine can see while the program runs.

    Raises:
        UsageError: it is not of that form, no script has such a slot, or the slot is private.
    """
    values = {}
    for pair in pairs:
        slot, equals, value = pair.partition("=")
        if not equals:
            raise UsageError("Write --set slot=value.")
        rules = [script.slots[slot] for script in scripts if slot in script.slots]
        if not rules:
            known = sorted({name for script in scripts for name in script.slots})
            raise UsageError(f"No script here has a slot `{slot}`. {document.suggest(slot, known)}".strip())
        if any(rule.private for rule in rules):
            raise UsageError(
                f"The slot `{slot}` is private: a value given here could be seen by others on this machine. "
                f"Write it into a file as `{slot}: …` and name the file with --set-from."
            )
        values[slot] = value
    return values


def ask_for_missing(scripts: Sequence[Script], values: dict[str, str]) -> dict[str, str]:
    """Ask for what nothing else gives, where there is somebody to ask."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return values
    missing = {
        piece.name
        for script in scripts
        for line in script.lines
        for piece in line.pieces
        if isinstance(piece, Slot) and script.slots[piece.name].fallback is None and piece.name not in values
    }
    return values | {name: click.prompt(f"A value for {name}", err=True) for name in sorted(missing)}
