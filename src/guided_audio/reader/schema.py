"""The JSON Schema of the format, for editors: completion and hover as a script is typed.

Editors of YAML understand draft-07, pydantic writes 2020-12: we keep to what both share. The schema
accepts all that the reader accepts. What only the reader can see (whether a sound is there, the
order of min and max, a name used twice) is listed in `docs/format.md`.
"""

from __future__ import annotations

import json
from typing import Any

from guided_audio.reader.page import PartPage, ScriptPage
from guided_audio.reader.series_page import SeriesPage

DRAFT = "http://json-schema.org/draft-07/schema#"
"""A name, not an address: nothing is fetched."""


def schema() -> dict[str, Any]:
    """One schema for scripts and shared passages: a file with a title is held to be a script."""
    script = ScriptPage.model_json_schema(by_alias=True)
    part = PartPage.model_json_schema(by_alias=True)
    definitions = script.pop("$defs", {}) | part.pop("$defs", {})
    definitions |= {"Script": script, "Part": part}
    whole = {
        "$schema": DRAFT,
        "anyOf": [{"$ref": "#/$defs/Script"}, {"$ref": "#/$defs/Part"}],
        "$defs": definitions,
    }
    return {"title": "A guided-audio script, or a passage shared by several", **_draft7(whole)}


def series_schema() -> dict[str, Any]:
    """The schema of a `series.yaml`."""
    whole = {"$schema": DRAFT, **SeriesPage.model_json_schema(by_alias=True)}
    return {**_draft7(whole), "title": "A series of guided-audio scripts"}


def _draft7(whole: dict[str, Any]) -> dict[str, Any]:
    draft7: dict[str, Any] = json.loads(json.dumps(whole).replace("$defs", "definitions"))
    plain: dict[str, Any] = _plain(draft7)
    return plain


def _plain(node: Any) -> Any:
    """The same in draft-07, for an editor's help: no word of pydantic's, and nothing optional is null."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    plain = {
        key: _plain_properties(value) if key == "properties" else _plain(value)
        for key, value in node.items()
        if not _is_noise(key, value)
    }
    if "$ref" in plain and len(plain) > 1:  # draft-07 looks at nothing beside a reference
        reference = plain.pop("$ref")
        return {**plain, "allOf": [{"$ref": reference}]}
    choices = [choice for choice in plain.pop("anyOf", ()) if choice != {"type": "null"}]
    return _merged(plain, choices)


def _plain_properties(node: dict[str, Any]) -> dict[str, Any]:
    """The keys of a mapping on the page, one of which is called `default`."""
    return {key: _plain(value) for key, value in node.items()}


def _is_noise(key: str, value: object) -> bool:
    """Names made from Python's, what only OpenAPI knows, and defaults that are no JSON of the page."""
    if key == "title":
        return isinstance(value, str)
    return key in {"default", "discriminator"} and not isinstance(value, str | bool)


def _merged(plain: dict[str, Any], choices: list[Any]) -> dict[str, Any]:
    """A schema with its choices; a single one is no choice, and becomes part of it."""
    if len(choices) == 1 and "$ref" not in choices[0]:
        return {**choices[0], **plain}
    return {**plain, "anyOf": choices} if choices else plain
