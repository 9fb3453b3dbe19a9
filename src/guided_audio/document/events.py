"""libyaml's events into the tree, without recursion, and the constructs we refuse on the way.

`yaml.load` is never called: it expands merge keys without end and recurses in C. The event parser
does neither. Where a refused construct has an obvious reading as prose (`*softly*`), the tree gets
the prose, so that the reader behind does not report the same line again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

import yaml
from yaml import events as ev

from guided_audio.document.prose import paste, with_quotes
from guided_audio.document.raw import FORBIDDEN
from guided_audio.document.tree import Mark, Node, Path
from guided_audio.errors import Place, Problem

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 32
MOST_NODES = 50_000
LONGEST_TEXT = 20_000
MOST_PROBLEMS = 100
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being filled. Without a path it is read, and thrown away."""

    node: list[Node] | dict[str, Node]
    path: Path | None
    opened: ev.Event
    is_flow: bool
    key: str | None = None
    key_end: int = -1
    dropping: bool = False
    as_key: bool = False


@dataclass(slots=True)
class Building:
    """What one pass over the events has gathered."""

    path: str
    lines: Sequence[str]
    text: str
    shifts: dict[int, int]
    root: Node | None = None
    marks: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    plain: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    last_quoted: tuple[int, int, int] | None = None
    said: set[tuple[int, str]] = field(default_factory=set)
    events: int = 0
    nodes: int = 0
    stack: list[_Open] = field(default_factory=list)

    def place(self, event: ev.Event) -> Place:
        """Where an event begins in the file as it was written, before lines were mended."""
        return Place(self.path, *self.mark(event))

    def mark(self, event: ev.Event) -> Mark:
        """The same as two numbers, which are quicker to make: most are never asked for."""
        line, column, _ = begin(event)
        if self.shifts:
            column = max(0, column - self.shifts.get(line, 0))
        return line + 1, column + 1

    def refuse(self, event: ev.Event, message: str, hint: str = "") -> None:
        """Note a problem where an event begins."""
        place = self.place(event)
        if (place.line, message) in self.said:
            return
        self.said.add((place.line, message))
        self.problems.append(Problem(place, message, hint))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Enough

    def line(self, event: ev.Event) -> str:
        """The line an event begins on."""
        number = begin(event)[0]
        return self.lines[number] if number < len(self.lines) else ""


def begin(event: ev.Event) -> tuple[int, int, int]:
    """Line, column and index, from 0, of where an event begins."""
    mark = event.start_mark
    return (mark.line, mark.column, mark.index) if mark else (0, 0, 0)


def end(event: ev.Event) -> tuple[int, int, int]:
    """Line, column and index, from 0, of where an event ends."""
    mark = event.end_mark
    return (mark.line, mark.column, mark.index) if mark else begin(event)


class _Enough(Exception):
    """The rest of the file is not looked at."""


def build(building: Building) -> yaml.MarkedYAMLError | None:
    """Fill the tree. What stopped the parser, if it is a syntax error, is returned."""
    error = _take_all(building, _LOADER)
    if error and "nesting depth" in (error.problem or ""):
        # libyaml looks ahead, and where it stops, a thousand deep, it has not told of what is less deep
        return _take_all(building, yaml.SafeLoader)
    return error


def _take_all(to: Building, loader: type) -> yaml.MarkedYAMLError | None:
    """Take every event that was not taken before."""
    try:
        for event in islice(yaml.parse(to.text, Loader=loader), to.events, None):
            to.events += 1
            _take(to, event)
    except _Enough:
        return None
    except yaml.MarkedYAMLError as error:
        return error
    return None


def _take(to: Building, event: ev.Event) -> None:
    if isinstance(event, ev.ScalarEvent):
        _scalar(to, event)
    elif isinstance(event, ev.MappingStartEvent | ev.SequenceStartEvent):
        _opening(to, event)
    elif isinstance(event, ev.MappingEndEvent | ev.SequenceEndEvent):
        closed = to.stack.pop()
        if closed.as_key:
            to.stack[-1].dropping = True
            to.stack[-1].key = ""
    elif isinstance(event, ev.AliasEvent):
        _alias(to, event)
    elif isinstance(event, ev.DocumentStartEvent):
        _document(to, event)


def _document(to: Building, event: ev.DocumentStartEvent) -> None:
    if event.version or event.tags:
        to.refuse(event, "A line that starts with % is an instruction to YAML.", "Delete this line.")
    if to.root is not None:
        message = "A line of three dashes starts a second document; a file holds one."
        to.refuse(event, message, "Delete this line.")
        raise _Enough


def _alias(to: Building, event: ev.AliasEvent) -> None:
    message = "A text that starts with * needs quotes round it."
    to.refuse(event, message, paste(with_quotes(to.line(event))))
    _place_node(to, f"*{event.anchor}", event)


def _count(to: Building, event: ev.Event) -> None:
    to.nodes += 1
    if to.nodes > MOST_NODES:
        message = f"This file has more than {MOST_NODES:,} entries."
        to.refuse(event, message, "Split it into several files.")
        raise _Enough


def _decorations(to: Building, event: ev.ScalarEvent | ev.CollectionStartEvent) -> None:
    """Anchors and tags: what YAML makes of a text that starts with `&` or `!`."""
    sign = "&" if event.anchor else "!" if event.tag else ""
    if sign:
        message = f"A text that starts with {sign} needs quotes round it."
        to.refuse(event, message, paste(with_quotes(to.line(event))))


def _opening(to: Building, event: ev.MappingStartEvent | ev.SequenceStartEvent) -> None:
    _count(to, event)
    _decorations(to, event)
    if len(to.stack) >= DEEPEST:
        to.refuse(event, f"This is nested more than {DEEPEST} deep.", "Take the inner part out.")
        raise _Enough
    node: dict[str, Node] | list[Node] = {} if isinstance(event, ev.MappingStartEvent) else []
    parent = to.stack[-1] if to.stack else None
    if parent and isinstance(parent.node, dict) and parent.key is None:
        message = "A list or a group of settings cannot stand before a colon."
        to.refuse(event, message, paste(with_quotes(to.line(event))))
        to.stack.append(_Open(node, None, event, bool(event.flow_style), as_key=True))
        return
    path = _place_node(to, node, event)
    to.stack.append(_Open(node, path, event, bool(event.flow_style)))


def _scalar(to: Building, event: ev.ScalarEvent) -> None:
    _count(to, event)
    _decorations(to, event)
    is_plain = bool(event.implicit[0])
    value = event.value
    if len(value) > LONGEST_TEXT:
        message = f"This text is longer than {LONGEST_TEXT:,} characters."
        to.refuse(event, message, "Split it into several lines.")
    if not is_plain:
        _escapes(to, event)
    if event.style in {"'", '"'} and end(event)[0] > begin(event)[0]:
        to.last_quoted = (*begin(event)[:2], end(event)[0])
    parent = to.stack[-1] if to.stack else None
    if parent and isinstance(parent.node, dict) and parent.key is None:
        _key(to, parent, event)
        return
    if is_plain and value in _NULLS:
        value = ""
        _check_braces(to, parent, event)
    path = _place_node(to, value, event)
    if is_plain and path is not None:
        to.plain.add(path)


def _escapes(to: Building, event: ev.ScalarEvent) -> None:
    bad = FORBIDDEN.search(event.value)
    if not bad:
        return
    if "\ud800" <= bad[0] <= "\udfff":
        message = "A character is written as a pair of \\u codes, which YAML does not join."
        to.refuse(event, message, "Type the character itself, the emoji for example.")
        return
    message = "An escape in this text stands for an invisible control character."
    to.refuse(event, message, "Take out the escape that starts with a backslash.")


def _check_braces(to: Building, parent: _Open | None, event: ev.ScalarEvent) -> None:
    """`- {name}` is a slot to the writer and a setting without a value to YAML."""
    if parent is None or not parent.is_flow or not isinstance(parent.node, dict) or parent.dropping:
        return
    if ":" not in to.text[parent.key_end : begin(event)[2]] and event.value == "":
        message = "A text that starts with { needs quotes round it."
        to.refuse(parent.opened, message, paste(with_quotes(to.line(parent.opened))))


def _key(to: Building, parent: _Open, event: ev.ScalarEvent) -> None:
    key = event.value
    assert isinstance(parent.node, dict)  # noqa: S101 - the caller has looked
    parent.key, parent.key_end, parent.dropping = key, end(event)[2], True
    before = to.line(event)[: begin(event)[1]].rstrip()
    if bool(event.implicit[0]) and key == "<<":
        to.refuse(event, "Merging with << is not part of this format.", "Write the settings out.")
    elif before.endswith("?") and not parent.is_flow:
        message = "A text that starts with a question mark and a space needs quotes round it."
        to.refuse(event, message, paste(with_quotes(to.line(event))))
    elif not key and event.implicit[0]:
        to.refuse(event, "There is no word before this colon.", "Write the word, or put the text in quotes.")
    elif key in parent.node:
        first = to.keys.get((*parent.path, key)) if parent.path is not None else None
        where = f" It stands on line {first[0]} already." if first else ""
        to.refuse(event, f"This word is used twice in the same place.{where}", "Keep one of the two.")
    else:
        parent.dropping = False
        if parent.path is not None:
            to.keys[(*parent.path, key)] = to.mark(event)


def _place_node(to: Building, node: Node, event: ev.Event) -> Path | None:
    """Hang a node where it belongs; its path, or nothing when it is thrown away."""
    if not to.stack:
        to.root = node
        to.marks[()] = to.mark(event)
        return ()
    parent = to.stack[-1]
    path: Path | None = None
    if isinstance(parent.node, list):
        path = None if parent.path is None else (*parent.path, len(parent.node))
        parent.node.append(node)
    else:
        if parent.key is None:  # an alias as a key: already refused
            parent.key, parent.dropping = "", True
            return None
        if not parent.dropping:
            path = None if parent.path is None else (*parent.path, parent.key)
            parent.node[parent.key] = node
        parent.key, parent.dropping = None, False
    if path is not None:
        to.marks[path] = to.mark(event)
    return path
