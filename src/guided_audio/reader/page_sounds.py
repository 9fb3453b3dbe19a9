"""The shape of pauses, breaths, bells and beds on the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from guided_audio.reader.mapping import Page
from guided_audio.reader.values import Cue, Duration, Length, Phase, Rounds, Under, Words
from guided_audio.script import exactly
from guided_audio.units import Seconds


class PauseRange(Page):
    """A pause with limits of its own."""

    min: Duration = Field(description="The shortest it may become.")
    ideal: Duration = Field(description="How long it is when nothing has to give.")
    max: Duration = Field(description="The longest it may become.")


def _which_pause(node: object) -> str:
    return "<range>" if isinstance(node, dict) else "<length>"


PauseLength = Annotated[
    Annotated[Length, Tag("<length>")] | Annotated[PauseRange, Tag("<range>")],
    Discriminator(_which_pause),
]


class Breaths(Page):
    """Paced breathing."""

    in_: Phase = Field(description="How long the breath comes in.")
    out: Phase = Field(description="How long it goes out.")
    hold: Phase = Field(default=Seconds(0.0), description="How long it is held between.")
    rounds: Rounds = Field(description="How many breaths.")
    in_cue: Cue | None = Field(default=None, description="Said so that it ends as the breath in begins.")
    out_cue: Cue | None = Field(default=None, description="Said so that it ends as the breath out begins.")


_LICENCE = "For a file of your own: what you may do with it, like own, CC0 or CC BY 4.0."
_CREDIT = "Whom the licence asks to be named."


class BellSound(Page):
    """A bell, and how long it is given."""

    sound: Words = Field(description="A built-in bell, or a file beside the script.")
    wait: PauseLength = Field(
        default=exactly(4.0), description="From the strike until the voice may come back."
    )
    licence: Words | None = Field(default=None, description=_LICENCE)
    credit: Words | None = Field(default=None, description=_CREDIT)


class BedPage(Page):
    """The sound under the voice."""

    sound: Words = Field(description="A built-in bed, or a file beside the script.")
    under: Under = Field(
        default=20.0, description="How far below the voice it lies while somebody speaks, like 20 dB."
    )
    licence: Words | None = Field(default=None, description=_LICENCE)
    credit: Words | None = Field(default=None, description=_CREDIT)


def _which_bed(node: object) -> str:
    return "<bed>" if isinstance(node, dict) else "<name>"


BedSound = Annotated[
    Annotated[Words, Tag("<name>")] | Annotated[BedPage, Tag("<bed>")], Discriminator(_which_bed)
]
"""A bed by its name alone, or with its distance; `none` for none."""
