"""Trying: of the tries of a line the best that can be used is heard; of a better one it is said why not."""

from __future__ import annotations

from dataclasses import dataclass, replace

from guided_audio.speaking import Speaker
from guided_audio.takes.hearing import Heard, hear
from guided_audio.takes.survey import LineTake, Try
from guided_audio.timeline import Take


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that cannot be used, and a sentence on why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A line with the try that is used, or the best one where none can be; and those that cannot."""

    line: LineTake
    take: Take | None
    figures: Heard | None
    unusable: tuple[Unusable, ...] = ()


def tried(line: LineTake, speaker: Speaker) -> Tried:
    """Hear the tries of a line, from the best to the first that can be used."""
    tries = [Try(line.file, line.content), *line.instead] if line.file else []
    unusable: list[Unusable] = []
    for each in tries:
        try:
            take, figures = hear(each.file, each.content, speaker)
        except ValueError as error:
            unusable.append(Unusable(each.file.name, str(error)))
        else:
            return Tried(_by(line, each), take, figures, tuple(unusable))
    return Tried(line, None, None, tuple(unusable))


def _by(line: LineTake, used: Try) -> LineTake:
    """The line with this one of its tries as its take."""
    if line.file is None or line.file == used.file:
        return line
    older = (line.file.name, *(name for name in line.older if name != used.file.name))
    return replace(line, file=used.file, content=used.content, older=older)
