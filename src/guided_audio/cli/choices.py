"""Which branch of a choice is built: `--choose NAME=BRANCH`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from guided_audio.document import suggest
from guided_audio.errors import UsageError
from guided_audio.script import Script

option = click.option(
    "--choose",
    "chosen",
    multiple=True,
    metavar="NAME=BRANCH",
    help="Take one branch of a choice; for several choices more than once.",
)


def from_options(pairs: Sequence[str], scripts: Sequence[Script]) -> dict[str, str]:
    """The branches that are chosen, by the names of their choices. Scripts without a choice are left alone.

    Raises:
        UsageError: it is not of that form, no script has such a choice, or one has no such branch.
    """
    chosen: dict[str, str] = {}
    for pair in pairs:
        name, equals, branch = pair.partition("=")
        if not equals:
            raise UsageError("Write --choose name=branch.")
        if chosen.setdefault(name, branch) != branch:
            raise UsageError(f"Two branches of `{name}` are chosen. Take one, or build one after the other.")
        _require_choice(name, branch, scripts)
    return chosen


def _require_choice(name: str, branch: str, scripts: Sequence[Script]) -> None:
    """Stop unless a script has the choice, and every script that has it has the branch."""
    with_choice = [script for script in scripts if name in script.choices]
    if not with_choice:
        known = list(dict.fromkeys(choice for script in scripts for choice in script.choices))
        there = f"The choices are {_list(known)}." if known else "There is none at all."
        raise UsageError(f"No script here has a choice `{name}`. {_meant(name, known)}{there}")
    for script in with_choice:
        branches = script.choices[name].branches
        if branch not in branches:
            message = f"The choice `{name}` in {script.path.name} has no branch `{branch}`."
            raise UsageError(f"{message} {_meant(branch, branches)}The branches are {_list(branches)}.")


def _meant(word: str, known: Iterable[str]) -> str:
    hint = suggest(word, known)
    return f"{hint} " if hint else ""


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
