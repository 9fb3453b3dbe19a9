"""What a YAML syntax error means to the person who wrote the line, and the line as it was meant.

A parser says where it stopped, which is often not where the slip is: an unclosed quote stops at
the end of the file, a missing dash one line below. Each rule here knows one slip, points at it, and
where it can says how the line should read. The mended line lets the reader go on to the next slip.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from guided_audio.document.indentation import (
    above_line,
    aligned_like_a_dash,
    bare_line,
    deeper_than_above,
    out_of_line,
)
from guided_audio.document.prose import Line, paste, quoted, take_apart, with_quotes
from guided_audio.document.slips import Finding, Rule, Stop, in_quotes

_SIGNS = frozenset("*&!%|>@`[]{},#")
_WORD = re.compile(r"[^\W\d_][\w-]*")
_ESCAPED_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def explain(stop: Stop, lines: Sequence[str]) -> Finding:
    """The slip behind a syntax error."""
    for rule in _RULES:
        finding = rule(stop, lines)
        if finding is not None:
            return finding
    index, column = _where(stop, lines)
    hint = "Compare its punctuation and its spaces with the lines above; a text is always safe in quotes."
    return Finding(index, column, "This line cannot be understood.", hint)


def _where(stop: Stop, lines: Sequence[str]) -> tuple[int, int]:
    """The stop itself, or the last line with anything on it when that is past the end."""
    index = min(stop.line, len(lines) - 1)
    while index > 0 and take_apart(lines[index]).is_blank:
        index -= 1
    if index == stop.line:
        return index, stop.column
    return index, len(take_apart(lines[index]).indent)


# Quotes


def _unclosed_quote(stop: Stop, lines: Sequence[str]) -> Finding | None:
    if "quoted scalar" in stop.context and ("end of stream" in stop.problem or "document" in stop.problem):
        index, column = stop.context_line, stop.context_column
        message = "This quotation mark is never closed."
    elif stop.open_quote is not None:
        index, column = stop.open_quote
        message = f"This quotation mark is not closed before line {stop.line + 1}."
    else:
        return None
    before, mark, rest = lines[index][:column], lines[index][column], lines[index][column + 1 :].rstrip()
    text = mark + rest if mark == "'" and rest[:1].isalnum() and "'" not in rest else rest
    line = before + (quoted(text) if text != rest or mark in rest else mark + rest + mark)
    return Finding(index, column, message, paste(line), {index: line})


def _text_after_quote(stop: Stop, lines: Sequence[str]) -> Finding | None:
    parts = take_apart(lines[stop.line]) if stop.line < len(lines) else None
    if parts is None or parts.text[:1] not in {'"', "'"} or stop.column <= parts.text_column:
        return None
    if "did not find expected" not in stop.problem and "expected" not in stop.problem:
        return None
    message = "The text goes on after its closing quotation mark; the quotes must hold all of it."
    return in_quotes(lines, stop.line, parts.text_column, message)


def _escape(stop: Stop, lines: Sequence[str]) -> Finding | None:
    if "escape" not in stop.problem and "hexadecimal" not in stop.problem:
        return None
    line = lines[stop.line]
    column = line.rfind("\\", 0, stop.column + 1)
    if column < 0:
        return None
    pair = _ESCAPED_PAIR.match(line, column)
    if pair:
        bytes_ = bytes.fromhex(pair[1] + pair[2])
        mended = line[:column] + bytes_.decode("utf-16-be") + line[pair.end() :]
        message = "A character is written as a pair of \\u codes, which YAML does not join."
        return Finding(stop.line, column, message, "Type the character itself.", {stop.line: mended})
    mended = line[:column] + "\\" + line[column:]
    message = "A backslash between double quotes has a meaning of its own."
    return Finding(stop.line, column, message, f"Write it twice. {paste(mended)}", {stop.line: mended})


# Texts that start with a sign


def _first_sign(stop: Stop, lines: Sequence[str]) -> Finding | None:
    for index, column in ((stop.context_line, stop.context_column), (stop.line, stop.column)):
        if not 0 <= index < len(lines):
            continue
        line, parts = lines[index], take_apart(lines[index])
        sign = parts.text[:1]
        if sign not in _SIGNS or not sign or not parts.text_column <= column:
            continue
        if sign in "[{" and ("flow" in stop.context or not _closes(parts.text)):
            continue
        if index != stop.line and column != parts.text_column:
            continue
        if line[parts.text_column :].strip() in {"|", ">"}:
            continue
        message = f"A text that starts with {sign} needs quotes round it."
        return in_quotes(lines, index, parts.text_column, message)
    return None


def _closes(text: str) -> bool:
    return ("]" if text.startswith("[") else "}") in text


def _open_bracket(stop: Stop, lines: Sequence[str]) -> Finding | None:
    if "flow" not in stop.context or not 0 <= stop.context_line < len(lines):
        return None
    index, column = stop.context_line, stop.context_column
    line = lines[index]
    bracket = line[column : column + 1]
    if bracket not in {"[", "{"}:
        return None
    closing = "]" if bracket == "[" else "}"
    if _closes(line[column:]):
        message = f"What stands between {bracket} and {closing} cannot be understood."
        hint = "Put commas between the entries, or put the text in quotes: "
        whole = with_quotes(line)
        return Finding(index, column, message, hint + whole.strip()[:200], {index: whole})
    parts = take_apart(line)
    whole = f"{parts.lead}{parts.key}{parts.text}{closing}{parts.comment}"
    return Finding(index, column, f"This {bracket} is never closed.", paste(whole), {index: whole})


# Colons


def _colon(stop: Stop, lines: Sequence[str]) -> Finding | None:
    if "mapping values are not allowed" not in stop.problem:
        return None
    line = lines[stop.line]
    parts = take_apart(line)
    message = "A colon followed by a space needs quotes round the text."
    if parts.key and stop.column > len(parts.lead) + len(parts.key):
        return in_quotes(lines, stop.line, stop.column, message)
    if _WORD.fullmatch(line[: stop.column].strip(" -")):
        return deeper_than_above(stop.line, lines)
    if parts.lead == parts.indent and above_line(lines, stop.line) is not None:
        hint = "Put the whole text in quotes, from where it begins on a line above."
        mended = f"{line[: stop.column]},{line[stop.column + 1 :]}"
        return Finding(stop.line, stop.column, message, hint, {stop.line: mended})
    return in_quotes(lines, stop.line, stop.column, message)


def _dash_in_value(stop: Stop, lines: Sequence[str]) -> Finding | None:
    if "sequence entries are not allowed" not in stop.problem:
        return None
    parts = take_apart(lines[stop.line])
    message = (
        "A text that starts with a dash and a space needs quotes round it; a list starts on its own line."
    )
    if parts.key:
        return in_quotes(lines, stop.line, stop.column, message)
    return aligned_like_a_dash(stop.line, lines)


def _text_mid_line(stop: Stop, lines: Sequence[str]) -> Finding | None:
    """Anything else the parser met in the middle of a text."""
    if stop.line >= len(lines):
        return None
    parts: Line = take_apart(lines[stop.line])
    if not parts.text or stop.column < parts.text_column:
        return None
    message = "The punctuation of this text means something else to YAML; it needs quotes round it."
    return in_quotes(lines, stop.line, parts.text_column, message)


_RULES: tuple[Rule, ...] = (
    _unclosed_quote,
    _escape,
    _text_after_quote,
    _first_sign,
    _open_bracket,
    _colon,
    _dash_in_value,
    bare_line,
    out_of_line,
    _text_mid_line,
)
