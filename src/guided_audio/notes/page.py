"""A sheet as one page of HTML, complete in itself: it asks nothing of a network, and prints as it looks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

from guided_audio.notes.leaf import Block, Facts, Heading, Items, Leaf, Number, Section, Text, ToSay
from guided_audio.notes.transcript import LONG_GAP, Passage

OUR_LANGUAGE = "en"
"""Of the sentences that are the same on every sheet."""

_HEAD = """\
<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
"""

_FOOT = """\
</main>
</body>
</html>
"""


@cache
def style() -> str:
    """The style sheet that stands in every page."""
    return Path(__file__).with_name("sheet.css").read_text(encoding="utf-8")


def as_page(leaf: Leaf) -> str:
    """The leaf as a page. What is in another language than the page is marked with it."""
    ours = leaf.language.partition("-")[0] == OUR_LANGUAGE
    printer = _Printer("" if ours else f' lang="{escape(leaf.language)}"')
    language = leaf.language if ours else OUR_LANGUAGE
    parts = [_HEAD.format(language=escape(language), title=escape(leaf.title), style=style())]
    parts += printer.page(leaf)
    return "".join([*parts, _FOOT])


class _Printer:
    """Prints blocks. `own` is the attribute of what is in the script's language."""

    def __init__(self, own: str) -> None:
        self._own = own

    def page(self, leaf: Leaf) -> Iterator[str]:
        yield f"<header>\n<h1{self._own}>{escape(leaf.title)}</h1>\n"
        yield from self._blocks(leaf.opening)
        yield "</header>\n"
        for number, section in enumerate(leaf.sections, start=1):
            yield from self._section(section, f"part-{number}")

    def _section(self, section: Section, name: str) -> Iterator[str]:
        yield f'<section class="{section.kind}" aria-labelledby="{name}">\n'
        yield f'<h2 id="{name}">{escape(section.title)}</h2>\n'
        yield from self._blocks(section.blocks)
        yield "</section>\n"

    def _blocks(self, blocks: tuple[Block, ...]) -> Iterator[str]:
        """The blocks; numbers that follow one another are one list."""
        before: Block | None = None
        for block in blocks:
            if isinstance(block, Number) and not isinstance(before, Number):
                yield '<ul class="numbers">\n'
            yield self._block(block)
            before = block
        if isinstance(before, Number):
            yield "</ul>\n"

    def _block(self, block: Block) -> str:
        match block:
            case Text():
                own = self._own if block.own else ""
                kind = ' class="small"' if block.small else ""
                return f"<p{kind}{own}>{escape(block.text)}</p>\n"
            case Items(items=items):
                return _list(f"<li>{escape(item)}</li>\n" for item in items)
            case Facts(pairs=pairs):
                rows = (f"<dt>{escape(name)}</dt>\n<dd>{_with_options(said)}</dd>\n" for name, said in pairs)
                return f"<dl>\n{''.join(rows)}</dl>\n"
            case Number():
                return _number(block)
            case Heading(text=text):
                return f"<h3{self._own}>{escape(text)}</h3>\n"
            case Passage() | ToSay():
                return self._passage(block) if isinstance(block, Passage) else self._to_say(block)

    def _to_say(self, block: ToSay) -> str:
        parts = [f'<div class="say">\n<p class="called">{escape(block.name)}</p>\n']
        if block.direction:
            parts.append(f'<p class="direction"{self._own}>{escape(block.direction)}</p>\n')
        parts.append(f"<p{self._own}>{escape(block.text)}</p>\n")
        if block.after:
            parts.append(f'<p class="after">{escape(block.after)}</p>\n')
        return "".join([*parts, "</div>\n"])

    def _passage(self, passage: Passage) -> str:
        said = "<br>\n".join(map(escape, passage.lines))
        if passage.is_sound:
            return f'<p class="sound">{said}</p>\n'
        kind = ' class="long"' if passage.after >= LONG_GAP else ""
        return f"<p{kind}{self._own}>{said}</p>\n"


def _with_options(text: str) -> str:
    """The text with options of the command line kept in one piece."""
    return re.sub(r"(?<!\S)--[a-z-]+", r"<code>\g<0></code>", escape(text))


def _list(items: Iterator[str]) -> str:
    return f"<ul>\n{''.join(items)}</ul>\n"


def _number(line: Number) -> str:
    """A number is no link: a thumb that slips should ring nobody up."""
    return (
        f'<li>\n<p class="number">{escape(line.number)}</p>\n<p class="name">{escape(line.name)}</p>\n'
        f'<p>{escape(line.purpose)}</p>\n<p class="small">{escape(line.standing)}</p>\n</li>\n'
    )
