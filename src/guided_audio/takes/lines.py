"""The lines of a whole script, each with what it is known by: what takes are attached to.

Numbers are for all editions alike: a line of a passage that a short edition leaves out keeps its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guided_audio.script import (
    Chapter,
    Hush,
    Line,
    Script,
    Slot,
    shown_values,
    text_of,
    walk,
)

_WORD = re.compile(r"\w+(?:'\w+)*")


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A line in its place. `text` is what she reads, slots at their fallback; `words` how it sounds.

    `identity` names it by chapter and id, or by its words: it is in memory only.
    """

    line: Line
    identity: str
    text: str
    words: tuple[str, ...]
    chapter: str

    @property
    def readable(self) -> bool:
        """Whether there is anything to read: a line may be one slot that is empty as it stands."""
        return bool(self.words)


def lines_of(script: Script) -> tuple[ScriptLine, ...]:
    """Every line there is, in order, whether or not an edition has it."""
    shown, chapter = shown_values(script), script.common_title or script.title
    seen: Counter[str] = Counter()
    found = []
    for step in walk(script.steps):
        if isinstance(step, Chapter):
            chapter = step.title
        elif isinstance(step, Line):
            name = f"{step.origin}/{chapter}/{step.branch}/{step.id or 'text:' + _unfilled(step)}"
            seen[name] += 1
            text = text_of(step.pieces, shown)
            found.append(ScriptLine(step, f"{name}#{seen[name]}", text, words_of(text), chapter))
    return tuple(found)


def _unfilled(line: Line) -> str:
    names = {piece.name: f"{{{piece.name}}}" for piece in line.pieces if isinstance(piece, Slot)}
    return text_of(line.pieces, names)


def words_of(text: str) -> tuple[str, ...]:
    """The words as they are said: a comma, a capital or another apostrophe changes nothing."""
    return tuple(_WORD.findall(text.replace("’", "'").casefold()))


def places_in(edition: Script, lines: Sequence[ScriptLine]) -> dict[int, int]:
    """For each line of an edition, by its number there, its place in `lines`: in order, none twice."""
    places: dict[int, int] = {}
    place = 0
    for number, line in enumerate(edition.lines):
        at = next((at for at in range(place, len(lines)) if lines[at].line == line), None)
        if at is not None:
            places[number], place = at, at + 1
    return places


def is_filled(line: Line, values: Mapping[str, str], shown: Mapping[str, str]) -> bool:
    """Whether words are heard in this line that are not on the sheet: a client's, most likely."""
    return text_of(line.pieces, values) != text_of(line.pieces, shown)


def hushes(line: Line) -> float:
    """Seconds of quiet that are written inside a line."""
    return sum(piece.seconds for piece in line.pieces if isinstance(piece, Hush))
