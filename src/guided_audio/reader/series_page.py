"""The shape of a series as it stands on the page.

Like `page`, this is the one place where its keys are declared: the reader checks against them, the JSON
Schema for editors is made from them, and a test holds `docs/series.md` to them.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, Tag

from guided_audio.reader.mapping import Page
from guided_audio.reader.values import Edition, Label, Name, Place, ScriptName, Truth, Week, Words, wrong


class TrackPage(Page):
    """One script of a series, with its settings."""

    script: ScriptName = Field(description="The script: its file's name, without the ending.")
    length: Edition | None = Field(default=None, description="How long it is to last, like 10m.")
    choose: dict[Label, Label] = Field(
        default={}, description="The branches to take, each behind the name of its choice."
    )
    title: Words | None = Field(default=None, description="As players show it, instead of the script's own.")
    week: Week | None = Field(default=None, description="The week it is meant for, from 1 on.")
    agreed: Truth = Field(
        default=False, description="Whether this client practised it with their therapist first."
    )
    follow_up: Truth = Field(
        default=False, description="Whether it goes on from this client's work in a session."
    )


def _which_track(node: object) -> str:
    return "<track>" if isinstance(node, dict) else "<name>"


def _some(tracks: list[object]) -> list[object]:
    if not tracks:
        raise wrong("There is no track here.", "Write the name of a script on a line that begins with `- `.")
    return tracks


TrackEntry = Annotated[
    Annotated[ScriptName, Tag("<name>")] | Annotated[TrackPage, Tag("<track>")], Discriminator(_which_track)
]
"""A script by its name alone, or with settings."""

Tracks = Annotated[list[TrackEntry], AfterValidator(_some), Field(json_schema_extra={"minItems": 1})]


class SeriesPage(Page):
    """A series."""

    series: Words = Field(description="Its title.")
    purpose: Words | None = Field(default=None, description="One sentence on what it is for.")
    album: Words | None = Field(
        default=None, description="What players name as the album; without it, the title."
    )
    artist: Words | None = Field(default=None, description="Whom players name as the artist.")
    artwork: Words | None = Field(default=None, description="A picture beside this file, JPEG or PNG.")
    region: Name | None = Field(default=None, description="Whose helplines the notes carry, like uk.")
    number: Place | None = Field(
        default=None, description="Its place among the series in the folders beside it; without it, by name."
    )
    tracks: Tracks = Field(description="The scripts, in the order they are to be heard.")
    weeks: list[Words] = Field(default=[], description="What each week is for, from the first one on.")
