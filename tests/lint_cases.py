"""Scripts for the tests of the rules: read as files, laid out by estimate, looked at by all rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from guided_audio import document, lint, reader
from guided_audio.library import Library
from guided_audio.lint.estimate import estimated
from guided_audio.lint.examples import as_script, profile_of
from guided_audio.lint.rule import Finding, Rule
from guided_audio.lint.subject import Sources
from guided_audio.script import Profile, Script

LIBRARY = Library()

_SOUND = re.compile(r"[\w-]+\.(?:wav|flac)")
_RIFF = b"RIFF\0\0\0\0WAVE"


@dataclass(frozen=True, slots=True)
class Case:
    """A script with the files it was read from."""

    script: Script
    sources: Sources

    def findings(self, rule: str = "", profile: Profile = Profile.TRAUMA_SENSITIVE) -> tuple[Finding, ...]:
        """What is found in all its editions, by one rule or by all."""
        found = lint.inspect_editions(self.script, profile, self.sources)
        return tuple(finding for finding in found if rule in {"", finding.rule})


def case(folder: Path, text: str, name: str = "a.yaml") -> Case:
    """A script of this text, the sounds it names beside it."""
    for sound in _SOUND.findall(text):
        (folder / sound).write_bytes(_RIFF)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    reading = reader.read(file, LIBRARY, name)
    assert reading.problems == ()
    assert reading.script
    loaded, _ = document.load(file, name)
    assert loaded
    sources = {name: loaded}
    for step in reading.script.edition(None).steps:
        if step.place.path not in sources:
            part, _ = document.load(Path(step.place.path), step.place.path)
            assert part
            sources[step.place.path] = part
    return Case(reading.script, sources)


def example(folder: Path, rule: Rule, text: str) -> tuple[Finding, ...]:
    """What a rule finds in one of its examples."""
    return case(folder, as_script(text)).findings(rule.id, profile_of(rule))


def lines_found(folder: Path, rule: Rule) -> list[list[int]]:
    """The lines a rule finds in each of its failing examples, counted within the example's own text."""
    found = []
    for text in rule.failing:
        above = as_script(text).count("\n") - len(text.splitlines())
        found.append([finding.place.line - above for finding in example(folder, rule, text)])
    return found


def at_once(folder: Path, text: str, profile: Profile = Profile.TRAUMA_SENSITIVE) -> tuple[Finding, ...]:
    """What is found in a script as it is, its declared lengths aside, without its sources."""
    script = case(folder, text).script.edition(None)
    return lint.inspect(script, estimated(script), profile)
