"""What is asked for, and what it comes to: an excerpt, and where it begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from guided_audio.blocks import Stereo
from guided_audio.errors import UsageError
from guided_audio.units import Frames, Seconds, format_clock, to_frames, to_seconds


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: from a time or a chapter on, or one line of the script's file; so much at the most.

    A chapter is a number from 1, or the beginning of a title.
    """

    start: Seconds | None = None
    chapter: str = ""
    line: int | None = None
    most: Seconds | None = None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sound from frame `start` of a whole; `end` is where it stops, `whole` where the whole does, if known.

    `cut` is true where it stops in the middle of the whole. `chapters` have their first frame and title.
    """

    blocks: Iterator[Stereo]
    rate: int
    start: Frames
    end: Frames | None
    whole: Frames | None
    cut: bool
    chapters: tuple[tuple[int, str], ...] = ()

    def clock(self, frame: int) -> str:
        """A frame of the whole as a player shows it."""
        return format_clock(to_seconds(frame, self.rate))

    def chapter_at(self, frame: int) -> str:
        """The title of the chapter a frame of the whole is in."""
        return next((title for start, title in reversed(self.chapters) if start <= frame), "")


def start_of(wish: Wish, chapters: Sequence[tuple[int, str]], rate: int) -> int:
    """The frame at which to begin.

    Raises:
        UsageError: there is no such chapter.
    """
    return _chapter(wish.chapter, chapters) if wish.chapter else int(to_frames(wish.start or 0.0, rate))


def _chapter(asked: str, chapters: Sequence[tuple[int, str]]) -> int:
    """The first frame of a chapter, by its number or the beginning of its title."""
    there = "there is 1" if len(chapters) == 1 else f"there are {len(chapters) or 'none'}"
    if asked.isdecimal():
        if 1 <= int(asked) <= len(chapters):
            return chapters[int(asked) - 1][0]
        raise UsageError(f"There is no chapter {int(asked)}: {there}.")
    folded = asked.casefold().strip()
    named = [start for start, title in chapters if title.casefold() == folded]
    named = named or [start for start, title in chapters if title.casefold().startswith(folded)]
    if len(named) == 1:
        return named[0]
    which = "Several chapters begin" if named else "No chapter begins"
    raise UsageError(f"{which} like that: {there}. Give a number, like --chapter 2.")


def require_before(start: int, length: int, rate: int, name: str) -> None:
    """Stop unless a start is before the end of what is called `name`.

    Raises:
        UsageError: it is not.
    """
    if start >= length:
        raise UsageError(f"{name} lasts {format_clock(to_seconds(length, rate))}: begin before that.")
