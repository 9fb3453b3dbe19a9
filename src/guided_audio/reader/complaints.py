"""From pydantic's errors to problems a therapist can act on: one for each mistake, each in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from guided_audio.document import Document, Node, Path, suggest
from guided_audio.errors import Problem
from guided_audio.reader.page import MODELS, VERBS, Breaths, Page, SlotPage

Details = Mapping[str, Any]
"""One entry of `ValidationError.errors()`: untyped data of pydantic's own."""

_NESTED: Mapping[str, type[Page]] = {"slots": SlotPage, "breathe": Breaths}
"""The models that stand behind a key without a tag."""


def problems(error: ValidationError, document: Document, model: type[Page]) -> tuple[Problem, ...]:
    """Every mistake pydantic found, in our words and places."""
    details = error.errors(include_url=False, include_input=False)
    meant = set(_meant_keys(details, model))
    return tuple(
        _problem(entry, document, model)
        for entry in details
        if not (entry["type"] == "missing" and (_path(entry["loc"]), entry["loc"][-1]) in meant)
    )


def _meant_keys(details: list[Any], model: type[Page]) -> Iterator[tuple[Path, str]]:
    """Keys that are missing only because they were misspelt: the misspelling is reported, once."""
    for entry in details:
        if entry["type"] == "extra_forbidden":
            path = _path(entry["loc"])
            word = suggest(str(path[-1]), _known(entry["loc"], model))
            missing = {other["loc"][-1] for other in details if other["type"] == "missing"}
            yield from ((path[:-1], key) for key in missing if f"`{key}`" in word)


def _path(loc: tuple[str | int, ...]) -> Path:
    """The path on the page: pydantic's, without its tags, and without a key that is not there."""
    return tuple(part for part in loc if not (isinstance(part, str) and part[:1] in "<["))


def _known(loc: tuple[str | int, ...], model: type[Page]) -> list[str]:
    """The keys that may stand where `loc` points."""
    for part in reversed(loc[:-1]):
        if isinstance(part, str) and part in MODELS:
            model = MODELS[part]
            break
        if part in _NESTED:
            model = _NESTED[str(part)]
            break
    return [field.alias or name for name, field in model.model_fields.items()]


def _problem(entry: Details, document: Document, model: type[Page]) -> Problem:
    loc, path = entry["loc"], _path(entry["loc"])
    match entry["type"]:
        case "extra_forbidden":
            hint = (
                suggest(str(path[-1]), _known(loc, model))
                or f"The keys here are {_list(_known(loc, model))}."
            )
            return Problem(document.key_place(path), f"Unknown key `{path[-1]}`.", hint)
        case "missing":
            return Problem(document.place(path[:-1]), f"The key `{path[-1]}` is missing here.")
        case "union_tag_not_found":
            return _no_step(document, path)
        case "literal_error":
            expected = entry["ctx"]["expected"].replace("'", "")
            return Problem(document.place(path), f"This is one of {expected}.")
        case "ours":
            place = document.key_place(path) if loc[-1] == "[key]" else document.place(path)
            return Problem(place, entry["ctx"]["message"], entry["ctx"]["hint"])
        case kind:
            return Problem(document.place(path), _wrong_kind(kind))


def _wrong_kind(kind: str) -> str:
    if kind == "too_short":
        return "There is nothing in this list: write at least one step."
    expected = {
        "string_type": "a single text",
        "list_type": "a list, each item on a line that begins with `- `",
        "dict_type": "keys with their values",
        "model_type": "keys with their values",
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
        return Problem(
            second,
            f"This is two steps in one: `{verbs[0]}` and `{verbs[1]}`.",
            f"Begin a new line with `- {verbs[1]}`.",
        )
    return _unknown_step(document, path, node)


def _unknown_step(document: Document, path: Path, node: Mapping[str, Node]) -> Problem:
    first = next(iter(node))
    place = document.key_place((*path, first))
    if " " in first:
        return Problem(
            place,
            "A colon followed by a space needs quotes round the whole line.",
            f'Write: - "{first}: {node[first] if isinstance(node[first], str) else "…"}"',
        )
    hint = suggest(first, [*VERBS, "direction"]) or f"The steps are {_list([*VERBS, 'direction'])}."
    return Problem(place, f"Unknown step `{first}`.", hint)


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
