"""What `build` was asked for: its options, as click hands them over."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TypedDict

from guided_audio import presets, publication
from guided_audio.errors import UsageError
from guided_audio.forms import Form
from guided_audio.plan import Options
from guided_audio.publication import Publication
from guided_audio.takes import Missing, TakesWish
from guided_audio.units import PROJECT_RATE, Seconds


class Asked(TypedDict):
    """Every option of `build`, by its name."""

    out: str
    length: Seconds | None
    chosen: tuple[str, ...]
    voice: str
    bed: str
    form: str | None
    jobs: int | None
    pairs: tuple[str, ...]
    set_from: str | None
    polish: str
    preset: str | None
    rate: str | None
    publish: str | None
    overwrite: bool
    names_in_text: bool
    agreed: bool
    follow_up: bool
    discreet: bool
    feed: str
    region: str
    prune: bool
    as_zip: bool
    encrypt: bool
    password_from: str | None
    as_json: bool
    takes: str
    missing: str


def lanes(asked: Asked) -> int:
    """How many cores to use."""
    return asked["jobs"] or os.cpu_count() or 1


def place(asked: Asked) -> Publication | None:
    """Where the files are to be published; none where nobody said so.

    Raises:
        UsageError: something else is asked for than that place takes.
    """
    if not asked["publish"]:
        return None
    place = publication.named(asked["publish"])
    wanted = {"--preset": place.preset, "--format": place.form.value, "--rate": str(place.rate)}
    given = {"--preset": asked["preset"], "--format": asked["form"], "--rate": asked["rate"]}
    for option, value in given.items():
        if value not in (None, wanted[option]):
            raise UsageError(
                f"--publish {place.name} goes with {option} {wanted[option]}. Leave one of them out."
            )
    return place


def rate(asked: Asked) -> int:
    """Samples a second."""
    where = place(asked)
    return int(asked["rate"] or (where.rate if where else PROJECT_RATE))


def options(asked: Asked, values: Mapping[str, str], branches: Mapping[str, str]) -> Options:
    """What is asked for every script alike.

    Raises:
        UsageError: it contradicts itself.
    """
    where = place(asked)
    preset = asked["preset"] or (where.preset if where else presets.CALM.name)
    form = asked["form"] or (where.form if where else Form.MP3)
    return Options(
        values,
        asked["voice"],
        asked["bed"],
        asked["length"],
        asked["agreed"],
        asked["follow_up"],
        names_in_text=asked["names_in_text"],
        overwrite=asked["overwrite"],
        preset=presets.PRESETS[preset],
        chosen=branches,
        form=Form(form),
        takes=TakesWish(asked["takes"], Missing(asked["missing"])),
    )
