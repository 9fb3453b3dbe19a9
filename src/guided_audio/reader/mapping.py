"""What every mapping on a page has in common, of scripts and of series."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Page(BaseModel):
    """What every mapping on the page has in common: no key it does not know, and names with hyphens."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
    )


def keys(model: type[Page]) -> list[str]:
    """The keys of a mapping, as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]
