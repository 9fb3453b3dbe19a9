"""The examples of the rules, as whole scripts."""

from __future__ import annotations

import re

from guided_audio.lint.rule import Rule
from guided_audio.script import Profile

TITLE = "title: An example\n"
_AT_THE_TOP = re.compile(r"^(?:script|title):", re.MULTILINE)


def as_script(example: str) -> str:
    """An example as the text of a script: the title and `script:` are written out where it has none."""
    keys = {found[0] for found in _AT_THE_TOP.finditer(example)}
    head = ("" if "title:" in keys else TITLE) + ("" if "script:" in keys else "script:\n")
    return f"{head}{example.rstrip()}\n"


def profile_of(rule: Rule) -> Profile:
    """The profile under which a rule's examples are looked at."""
    return next(profile for profile in Profile if profile in rule.profiles)
