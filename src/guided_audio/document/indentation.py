"""Slips of dashes and spaces: lines that do not stand where they belong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guided_audio.document.prose import paste, take_apart
from guided_audio.document.slips import Finding, Stop

_DASH_WORD = re.compile(r" *-[^\s-]")


def deeper_than_above(index: int, lines: Sequence[str]) -> Finding | None:
    """`word: text` deeper than the line it was to stand under, so that YAML reads on in the text above."""
    above = above_line(lines, index)
    column = len(take_apart(lines[index]).indent)
    message = "This line does not line up with the lines above it."
    if above is None:
        return Finding(index, column, message, "Begin it at the start of the line.")
    parts = take_apart(lines[above])
    if parts.key:
        return _realigned(index, lines, len(parts.lead), above)
    if parts.dashes:
        mended = f"{parts.lead}{lines[index].strip()}"
        message = "A word with a colon cannot follow a step that is only a text."
        hint = f"If it is a step of its own, give it a dash. {paste(mended)}"
        return Finding(index, column, message, hint, {index: mended})
    return Finding(index, column, message, "Begin it where the lines above begin.")


def above_line(lines: Sequence[str], index: int) -> int | None:
    """The nearest line above that says something."""
    for number in range(index - 1, -1, -1):
        if not take_apart(lines[number]).is_blank:
            return number
    return None


def bare_line(stop: Stop, lines: Sequence[str]) -> Finding | None:
    """A line that is neither `word: text` nor a step."""
    if "could not find expected ':'" not in stop.problem:
        return None
    index = stop.context_line
    line = lines[index]
    if _DASH_WORD.match(line):
        return _missing_space(index, lines)
    dash_indent = _list_indent(lines, index)
    column = len(take_apart(line).indent)
    if dash_indent is not None:
        return _missing_dash(index, lines, dash_indent)
    message = "This line is neither `word: text` nor a step that starts with a dash."
    hint = (
        "Begin it with four spaces if it belongs to the line above, with a dash and a space if it is a step."
    )
    return Finding(index, column, message, hint, {index: "    " + line})


def _missing_space(index: int, lines: Sequence[str]) -> Finding:
    line = lines[index]
    column = line.index("-")
    mended = f"{line[: column + 1]} {line[column + 1 :]}"
    return Finding(index, column, "A dash needs a space after it.", paste(mended), {index: mended})


def _missing_dash(index: int, lines: Sequence[str], indent: int) -> Finding:
    mended = f"{' ' * indent}- {lines[index].strip()}"
    column = len(take_apart(lines[index]).indent)
    return Finding(
        index, column, "This line stands in a list but has no dash.", paste(mended), {index: mended}
    )


def _list_indent(lines: Sequence[str], index: int) -> int | None:
    """Where the dashes of the list stand that this line stands in, if it stands in one."""
    own = len(take_apart(lines[index]).indent)
    for number in range(index - 1, -1, -1):
        parts = take_apart(lines[number])
        if not parts.is_blank and len(parts.indent) <= own:
            return len(parts.indent) if parts.dashes else None
    return None


def out_of_line(stop: Stop, lines: Sequence[str]) -> Finding | None:
    """The parser met the beginning of a line it has no place for."""
    if stop.line >= len(lines) or "expected" not in stop.problem:
        return None
    index = stop.line
    parts = take_apart(lines[index])
    if stop.column > len(parts.indent):
        return None
    if "document start" in stop.problem:
        return _after_the_end(index, lines)
    if parts.dashes:
        return _dash_without_a_list(index, lines) or aligned_like_a_dash(index, lines)
    return _aligned_like_a_key(index, lines) if parts.key else _colon_alone(index, lines)


def _colon_alone(index: int, lines: Sequence[str]) -> Finding | None:
    if not lines[index].lstrip().startswith(":"):
        return None
    hint = "Write the word before it, or put the text in quotes."
    column = len(take_apart(lines[index]).indent)
    return Finding(index, column, "There is no word before this colon.", hint)


def _aligned_like_a_key(index: int, lines: Sequence[str]) -> Finding | None:
    for number in range(index - 1, -1, -1):
        above = take_apart(lines[number])
        if above.key and not above.is_blank:
            return _realigned(index, lines, len(above.lead), number)
    return None


def _after_the_end(index: int, lines: Sequence[str]) -> Finding:
    above = above_line(lines, index)
    if above is not None and lines[above].startswith("..."):
        hint = "Delete the line, or put its dots in quotes as a text."
        return Finding(
            above, 0, "A line that starts with three dots ends the file for YAML.", hint, {above: ""}
        )
    first = next((n for n, line in enumerate(lines) if not take_apart(line).is_blank), index)
    indent = len(take_apart(lines[first]).indent)
    message = "The first line begins further in than the lines below it."
    if indent:
        return Finding(first, indent, message, "Take the spaces out.", {first: lines[first][indent:]})
    return Finding(
        index, 0, "This line does not belong to what stands above it.", "Give it a word and a colon."
    )


def _dash_without_a_list(index: int, lines: Sequence[str]) -> Finding | None:
    """A line above, level with this dash, ended the list: it lacks a dash, or the space after it."""
    own = len(take_apart(lines[index]).indent)
    culprit = None
    for number in range(index - 1, -1, -1):
        parts = take_apart(lines[number])
        if parts.is_blank or len(parts.indent) > own:
            continue
        if len(parts.indent) < own:
            return None
        if parts.dashes:
            break
        culprit = number
    else:
        return None
    if culprit is None:
        return None
    if _DASH_WORD.match(lines[culprit]):
        return _missing_space(culprit, lines)
    return _missing_dash(culprit, lines, own)


def aligned_like_a_dash(index: int, lines: Sequence[str]) -> Finding | None:
    """A step that does not stand under the dash above it."""
    for number in range(index - 1, -1, -1):
        parts = take_apart(lines[number])
        if parts.dashes:
            return _realigned(index, lines, len(parts.indent), number)
    return None


def _realigned(index: int, lines: Sequence[str], indent: int, like: int) -> Finding | None:
    """Move a line, and what hangs on it, to where line `like` begins."""
    own = len(take_apart(lines[index]).indent)
    if own == indent:
        return None
    moved = {index: " " * indent + lines[index][own:]}
    for number in range(index + 1, len(lines)):
        parts = take_apart(lines[number])
        if not parts.is_blank and len(parts.indent) < max(own, 1):
            break
        moved[number] = " " * max(0, len(parts.indent) + indent - own) + lines[number].lstrip(" ")
    spaces = {0: "no space", 1: "1 space"}.get(indent, f"{indent} spaces")
    message = "This line does not line up with the lines above it."
    hint = f"Begin it with {spaces}, to stand under its neighbour on line {like + 1}."
    return Finding(index, own, message, hint, moved)
