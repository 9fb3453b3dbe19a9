"""A sheet as plain text: for any machine, any printer, a braille display, or a message."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from guided_audio.notes.leaf import Block, Facts, Heading, Items, Leaf, Number, Section, Text, ToSay
from guided_audio.notes.transcript import GAP, LONG_GAP, Passage

WIDTH = 72
"""Characters of a line."""

_SAY = 6
"""Characters before words that are to be read aloud: the number of a line fits in."""


def as_text(leaf: Leaf) -> str:
    """The leaf with its lines wrapped, and one line feed at its end."""
    parts = [_headed(leaf.title, "="), *_blocks(leaf.opening)]
    for section in leaf.sections:
        parts += ["", *_section(section)]
    return "\n".join(parts).rstrip("\n") + "\n"


def _section(section: Section) -> Iterator[str]:
    yield _headed(section.title, "-")
    yield from _blocks(section.blocks)


def _blocks(blocks: tuple[Block, ...]) -> Iterator[str]:
    """Each block, an empty line after it."""
    for block in blocks:
        yield from _block(block)
        yield ""


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield _wrapped(text)
        case Items(items=items):
            yield from (_wrapped(item, "- ") for item in items)
        case Facts(pairs=pairs):
            yield from (_wrapped(f"{name}: {said}", "- ") for name, said in pairs)
        case Number():
            yield _wrapped(f"{block.number}  ({block.name})")
            yield from (_wrapped(said, "    ") for said in (block.purpose, block.standing))
        case Heading(text=text):
            yield _headed(text, "~").rstrip("\n")
        case ToSay(name=name, text=text, direction=direction, after=after):
            if direction:
                yield _wrapped(f"({direction})", " " * _SAY)
            yield _wrapped(text, f"{name} ".ljust(_SAY))
            if after:
                yield _wrapped(after, " " * _SAY)
        case Passage(lines=lines, after=after, is_sound=is_sound):
            for line in lines:
                yield _wrapped(f"[{line}]" if is_sound else line)
            if after >= LONG_GAP > GAP:
                yield ""


def _headed(title: str, mark: str) -> str:
    wrapped = _wrapped(title)
    return f"{wrapped}\n{mark * max(map(len, wrapped.splitlines()))}\n"


def _wrapped(text: str, first: str = "") -> str:
    """A text in lines; those after the first are as far in as its own begins."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
