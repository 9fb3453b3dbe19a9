"""From pydantic's errors to problems a therapist can act on: one for each mistake, each in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from pydantic import ValidationError

from guided_audio.document import Document, Node, Path, quoted, suggest
from guided_audio.errors import Place, Problem
from guided_audio.reader.page import (
    MODELS,
    SPOKEN,
    VERBS,
    Breaths,
    ChooseStep,
    OptionalSteps,
    Page,
    SlotPage,
    SpokenStep,
    keys,
)
from guided_audio.reader.series_page import TrackPage

Details = Mapping[str, Any]
"""One entry of `ValidationError.errors()`: untyped data of pydantic's own."""

Loc: TypeAlias = "tuple[str | int, ...]"
"""Where pydantic says an error is."""

_TAGS = frozenset((*MODELS, "<track>", "<plain>", "<name>", "<length>", "<text>", "<texts>", "[key]"))
"""What pydantic puts into the path of an error beside the keys of the page."""

_OPTIONS = frozenset(_key for _key in keys(SpokenStep) if _key not in SPOKEN)


def problems(error: ValidationError, document: Document, model: type[Page]) -> tuple[Problem, ...]:
    """Every mistake pydantic found, in our words and places."""
    details = error.errors(include_url=False, include_input=False)
    meant = set(_meant_keys(details, document, model))
    return tuple(
        _problem(entry, document, model)
        for entry in details
        if not (entry["type"] == "missing" and path_on_page(entry["loc"], document.root) in meant)
    )


def _meant_keys(details: Sequence[Any], document: Document, model: type[Page]) -> Iterator[Path]:
    """Keys that are missing only because they were misspelt: the misspelling is reported, once."""
    missing = [path_on_page(entry["loc"], document.root) for entry in details if entry["type"] == "missing"]
    for entry in details:
        if entry["type"] == "extra_forbidden":
            path = path_on_page(entry["loc"], document.root)
            hint = suggest(str(path[-1]), _known(entry["loc"], model))
            yield from (key for key in missing if key[:-1] == path[:-1] and f"`{key[-1]}`" in hint)


def path_on_page(loc: Loc, root: Node) -> Path:
    """The path of an error on the page: pydantic's without its tags, unless the page has such a key."""
    node, path = root, []
    for part in loc:
        if isinstance(node, dict) and part in node:
            node = node[str(part)]
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            node = node[part]
        elif part in _TAGS:
            continue
        else:
            node = ""
        path.append(part)
    return tuple(path)


_INNER: Mapping[str, type[Page]] = {"breathe": Breaths, "optional": OptionalSteps}
"""What stands behind a key that takes one mapping and nothing else."""


def _known(loc: Loc, model: type[Page]) -> list[str]:
    """The keys that may stand beside the key that `loc` points at."""
    if loc[0] == "slots" and len(loc) > 2:
        return keys(SlotPage)
    for part in reversed(loc[:-1]):
        if part in _INNER:
            return keys(_INNER[str(part)])
        if part == "<spoken>":
            return sorted(_OPTIONS)
        if part == "<track>":
            return keys(TrackPage)
        if part in MODELS:
            return keys(MODELS[str(part)])
    return keys(model)


def _problem(entry: Details, document: Document, model: type[Page]) -> Problem:
    loc, path = entry["loc"], path_on_page(entry["loc"], document.root)
    match entry["type"]:
        case "extra_forbidden":
            return _unknown_key(document.key_place(path), str(path[-1]), _known(loc, model))
        case "missing":
            return Problem(document.place(path[:-1]), f"The key `{path[-1]}` is missing here.")
        case "union_tag_not_found":
            return _no_step(document, path)
        case "literal_error":
            expected = entry["ctx"]["expected"].replace("'", "")
            several = " or " in expected
            message = f"This is one of {expected}." if several else f"This is {expected}, or is left out."
            return Problem(document.place(path), message)
        case "ours":
            place = document.key_place(path) if loc[-1] == "[key]" else document.place(path)
            return Problem(place, entry["ctx"]["message"], entry["ctx"]["hint"])
        case kind:
            hint = _keys_hint(loc, model) if kind == "model_type" else _other_hint(loc, kind)
            return Problem(document.place(path), _wrong_kind(kind), hint)


_BED_ELSEWHERE = "A bed stands at the top of a script, or beside a `chapter`: from there on it is heard."


_COLON_IN_TEXT = "A text with a colon in it needs quotes round the whole of it."


def _unknown_key(place: Place, key: str, known: list[str]) -> Problem:
    if " " in key:  # prose: its words stay out of the message
        return Problem(place, "Unknown key.", _COLON_IN_TEXT)
    hint = _BED_ELSEWHERE if key == "bed" else suggest(key, known)
    return Problem(place, f"Unknown key `{key}`.", hint or f"The keys here are {_list(known)}.")


def _keys_hint(loc: Loc, model: type[Page]) -> str:
    """Which keys belong where there are none."""
    if not loc:
        needed = [field.alias or name for name, field in model.model_fields.items() if field.is_required()]
        return (
            f"At least {' and '.join(f'`{key}`' for key in needed)} {'are' if needed[1:] else 'is'} needed."
        )
    inner = SlotPage if loc[0] == "slots" else _INNER.get(str(loc[-1]))
    return f"The keys here are {_list(keys(inner))}." if inner else ""


def _other_hint(loc: Loc, kind: str) -> str:
    """What was meant by a note that is no text, or by a branch that is no list: a misspelt key, it may be."""
    if kind == "string_type" and "<texts>" in loc:
        return _COLON_IN_TEXT
    if kind != "list_type" or loc[-2:-1] != ("<choose>",):
        return ""
    return suggest(str(loc[-1]), keys(ChooseStep)) or "These are the steps of a branch."


def _wrong_kind(kind: str) -> str:
    if kind == "too_short":
        return "There is nothing in this list: write at least one step."
    if kind in {"dict_type", "model_type"}:
        return "Here belong keys with their values."
    expected = {
        "string_type": "a single text",
        "list_type": "a list, each item on a line that begins with `- `",
    }
    return f"Here belongs {expected.get(kind, 'something else')}."


def _no_step(document: Document, path: Path) -> Problem:
    node = document.at(path)
    if not isinstance(node, dict) or not node:
        return Problem(
            document.place(path), "Here belongs a line or a step.", "Write `- ` and then the words."
        )
    verbs = [key for key in node if key in VERBS]
    if len(verbs) > 1:
        second = document.key_place((*path, verbs[1]))
        if verbs[0] == "choose" and isinstance(node[verbs[1]], list):
            return reserved(second, verbs[1])
        return Problem(
            second,
            f"This is two steps in one: `{verbs[0]}` and `{verbs[1]}`.",
            f"Begin a new line with `- {verbs[1]}`.",
        )
    return _unknown_step(document, path, node)


def _unknown_step(document: Document, path: Path, node: Mapping[str, Node]) -> Problem:
    first = next((key for key in node if key not in _OPTIONS), "")
    if not first:
        place = document.key_place((*path, next(iter(node))))
        return Problem(place, "This step says nothing.", "Add its words, behind `say:`.")
    place = document.key_place((*path, first))
    hint = _BED_ELSEWHERE if first == "bed" else suggest(first, [*VERBS, "direction"])
    value = node[first]
    if " " in first or (not hint and first[:1].isupper() and isinstance(value, str)):
        return Problem(
            place,
            "A colon followed by a space needs quotes round the whole line.",
            f"Write: - {quoted(f'{first}: {value}')}" if isinstance(value, str) else "",
        )
    return Problem(
        place, f"Unknown step `{first}`.", hint or f"The steps are {_list([*VERBS, 'direction'])}."
    )


def reserved(place: Place, name: str) -> Problem:
    """A branch that has a name of the format's own."""
    return Problem(place, f"A branch cannot be named `{name}`: that is a key.", "Choose another name.")


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
