"""The JSON Schema of the format, for editors: completion and hover as a script is typed.

Editors of YAML understand draft-07, pydantic writes 2020-12: we keep to what both share. The schema
accepts all that the reader accepts. What only the reader can see (whether a sound is there, the
order of min and max, a name used twice) is listed in `docs/format.md`.
"""

from __future__ import annotations

import json
from typing import Any

from guided_audio.reader.page import PartPage, ScriptPage

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
        "title": "A guided-audio script, or a passage shared by several",
        "anyOf": [{"$ref": "#/$defs/Script"}, {"$ref": "#/$defs/Part"}],
        "$defs": definitions,
    }
    draft7: dict[str, Any] = json.loads(json.dumps(whole).replace("$defs", "definitions"))
    simplified: dict[str, Any] = _plain(draft7)
    return simplified


def _plain(node: Any) -> Any:
    """Leave out what belongs to later drafts or to pydantic, and the defaults that are no JSON."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _plain(value)
        for key, value in node.items()
        if not (key in {"default", "discriminator"} and not isinstance(value, str | bool))
    }
