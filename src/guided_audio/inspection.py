"""Looking scripts over: the rules on every edition, and the suppressions that stand in the files.

Nothing is spoken and nothing is written. Reading a script is done before; here its files are read once
more, for what a script does not keep: where each word stands, and the comments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guided_audio import document, lint
from guided_audio.document import Document
from guided_audio.errors import Problem, ProblemsFound
from guided_audio.lint.rule import Finding, Severity
from guided_audio.lint.suppression import Suppressed, Suppression, find_suppressions, judge
from guided_audio.script import Profile, Script, walk


@dataclass(frozen=True, slots=True)
class Inspection:
    """What came of looking at some scripts. `problems` are about suppressions, or breathing cues."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    problems: tuple[Problem, ...]


def inspect_scripts(scripts: Sequence[Script], profile: Profile | None = None) -> Inspection:
    """What the rules find in scripts: each finding once, also when it is in a passage they share.

    A `profile` holds for all of them; without one each script has its own.
    """
    desk = _Desk(profile)
    for script in scripts:
        desk.look_at(script)
    return desk.inspection()


@dataclass(slots=True)
class _Desk:
    """What has been read and found so far."""

    profile: Profile | None
    files: dict[str, Document] = field(default_factory=dict)
    suppressions: dict[str, tuple[Suppression, ...]] = field(default_factory=dict)
    own: dict[str, Profile] = field(default_factory=dict)
    findings: set[Finding] = field(default_factory=set)
    problems: set[Problem] = field(default_factory=set)

    def look_at(self, script: Script) -> None:
        shown = script.place_of("title").path
        self.own[shown] = self.profile or script.profile
        for path in dict.fromkeys((shown, *(step.place.path for step in walk(script.steps)))):
            self._read(path, script.path if path == shown else Path(path))
        try:
            self.findings |= set(lint.inspect_editions(script, self.own[shown], self.files))
        except ProblemsFound as found:
            self.problems |= set(found.problems)

    def _read(self, path: str, file: Path) -> None:
        if path in self.files:
            return
        found, _ = document.load(file, path)
        if found is not None:  # it was read a moment ago
            self.files[path] = found
            self.suppressions[path], problems = find_suppressions(found, _IDS)
            self.problems |= set(problems)

    def inspection(self) -> Inspection:
        every = [one for group in self.suppressions.values() for one in group]
        judged = judge(lint.merged(sorted(self.findings)), every)
        unneeded = self._unneeded(judged.unused)
        return Inspection(
            tuple(sorted((*judged.findings, *unneeded))),
            tuple(sorted(judged.suppressed)),
            tuple(sorted(self.problems)),
        )

    def _unneeded(self, unused: Sequence[tuple[Suppression, str]]) -> Iterator[Finding]:
        """Notes on suppressions without effect; a shared passage may need its own for other scripts."""
        for one, rule in unused:
            if self.own.get(one.place.path) in _RULES[rule].profiles:
                message = "There is nothing here for this comment to put aside."
                yield Finding(one.place, rule, Severity.NOTE, message, "Take it out.")


_RULES: Mapping[str, lint.Rule] = {rule.id: rule for rule in lint.RULES}
_IDS = tuple(_RULES)
