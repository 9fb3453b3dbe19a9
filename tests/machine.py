"""How fast this machine is just now, so that a limit in seconds is a limit on work."""

from __future__ import annotations

import re
import time

import yaml

_USUAL = 0.010
"""Seconds that `_work` is taken to need where the limits were set. It was not timed there: idle, a machine
that takes twice as long to encode an MP3 needs 0.018."""

_PAGE = "script:\n" + "- settle: Find a way to sit, for a while, that suits you today.\n" * 1200


def slowness() -> float:
    """How many times as long Python takes at this moment as it is taken to need there; 1 at the least.

    A machine may be slower, and one with other work on the same cores is. What is measured right beside
    this is slowed as much.
    """
    return max(1.0, min(_spent() for _ in range(5)) / _USUAL)


def _spent() -> float:
    start = time.process_time()
    _work()
    return time.process_time() - start


def _work() -> None:
    """Some of all that reading and checking a script consists of."""
    words: dict[str, list[str]] = {}
    for event in yaml.parse(_PAGE, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        for word in re.findall(r"\b\w+\b", str(getattr(event, "value", ""))):
            words.setdefault(word.casefold(), []).append(f"{word}, {len(words)}")
