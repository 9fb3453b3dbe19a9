"""Whose file it is: a finished recording is never replaced by another one unawares."""

from __future__ import annotations

import json
from pathlib import Path

from guided_audio import receipt as receipts
from guided_audio.errors import Refused
from guided_audio.plan import Options, Plan
from guided_audio.script import Script
from guided_audio.store import Store


def require_own(file: Path, script: Script, options: Options, store: Store) -> None:
    """Stop where a finished file would be replaced by something else: it may be another client's.

    Raises:
        Refused: with what it was made of instead, and the ways out.
    """
    if options.overwrite or not file.is_file():
        return
    try:
        earlier = receipts.read(receipts.beside(file).read_bytes())
    except (OSError, ValueError):
        raise Refused(f"{file} is there already, without a receipt of ours. {WAYS_OUT}") from None
    if earlier.secret != store.key("secret"):
        raise Refused(f"{file} is there already, and another store made it. {WAYS_OUT}")
    if earlier.script != script_id(script, store):
        raise Refused(f"{file} was made from another script, whose file would have this name. {WAYS_OUT}")
    if earlier.filled != filled_id(script, options, store):
        raise Refused(f"{file} was made with other words in its slots: whose is it? {WAYS_OUT}")


WAYS_OUT = "Build into another folder with --out, change the title, or replace it with --overwrite."

LEAST_IN_COMMON, LINES_TO_TELL = 0.5, 5
"""The part of its lines a script keeps while it is changed: with fewer it counts as another one. Of a
script that has hardly a line nothing can be told."""


def require_kinship(file: Path, planned: Plan, options: Options, store: Store) -> None:
    """The same for two scripts of one name in two folders: they have hardly a line in common."""
    if options.overwrite or not file.is_file():
        return
    earlier = {line.id for line in receipts.read(receipts.beside(file).read_bytes()).lines}
    now = {store.key("line", line.identity) for line in planned.timeline.lines}
    fewer = min(len(earlier), len(now))
    if fewer >= LINES_TO_TELL and len(earlier & now) < LEAST_IN_COMMON * fewer:
        raise Refused(f"{file} was made from another script of the same name and title. {WAYS_OUT}")


def script_id(script: Script, store: Store) -> str:
    """A script stays itself when its folder is moved; another file's name makes it another one."""
    return store.key("script", script.path.stem)


def filled_id(script: Script, options: Options, store: Store) -> str:
    """What the slots of a script are filled with, those it has."""
    filled = {name: options.values[name] for name in sorted(script.slots) if options.values.get(name)}
    return store.key("filled", json.dumps(filled))
