"""The shape of a script as it stands on the page.

These models say which keys there are and what may stand behind them. They are the one place where
the format is declared: the reader checks against them, the JSON Schema for editors is made from
them, and a test holds `docs/format.md` to them. Every scalar arrives as the text that was written.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Discriminator, Field, Tag

from guided_audio.reader.mapping import Page, keys
from guided_audio.reader.page_sounds import BedPage, BedSound, BellSound, Breaths, PauseLength, PauseRange
from guided_audio.reader.values import (
    Edition,
    Empty,
    Label,
    Language,
    Name,
    Pace,
    Paragraphs,
    SaidPlainly,
    Track,
    Truth,
    Words,
)

__all__ = [
    "MODELS",
    "SPOKEN",
    "STEPS",
    "VERBS",
    "BedPage",
    "BedSound",
    "BellSound",
    "BellStep",
    "Branch",
    "BreatheStep",
    "Breaths",
    "ChapterStep",
    "ChooseStep",
    "DirectionStep",
    "Note",
    "OptionalStep",
    "OptionalSteps",
    "Page",
    "PartPage",
    "PauseLength",
    "PauseRange",
    "PauseStep",
    "ScriptPage",
    "SlotPage",
    "SpokenStep",
    "Step",
    "UseStep",
    "keys",
]

SPOKEN = ("say", "tick", "settle", "notice", "ask", "dwell", "orient")
"""The keys of a line: each says its words, and names the pause that follows."""


class SpokenStep(Page):
    """Something said. The key names the pause that follows."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [{"required": [key]} for key in SPOKEN]})

    say: Words | None = Field(
        default=None, description="Said, with the short pause of a plain line after it."
    )
    tick: Words | None = Field(default=None, description="Said; then 2 s.")
    settle: Words | None = Field(
        default=None, description="Said; then 6 s, to find a posture or make a choice."
    )
    notice: Words | None = Field(default=None, description="Said; then 12 s, to notice something.")
    ask: Words | None = Field(default=None, description="A question; then 18 s.")
    dwell: Words | None = Field(default=None, description="Said, announcing the quiet; then 28 s.")
    orient: Words | None = Field(default=None, description="Said; then 5 s, to look around the room.")
    id: Name | None = Field(
        default=None, description="A name for the line; keeps a recording attached to it."
    )
    voice: Name | None = Field(default=None, description="One of the names under `voices`.")
    direction: Words | None = Field(default=None, description="For whoever reads it aloud; never spoken.")
    sounds_like: dict[Words, Words] = Field(default={}, description="Words, and how they are to sound.")


class PauseStep(Page):
    """Quiet."""

    pause: PauseLength = Field(description="A kind of pause, a length, or min, ideal and max.")


class BreatheStep(Page):
    """Paced breathing."""

    breathe: Breaths = Field(description="The length of each part of the breath, and how many.")


def _which_sound(node: object) -> str:
    return "<sound>" if isinstance(node, dict) else "<name>"


class BellStep(Page):
    """A bell is struck."""

    bell: Annotated[
        Annotated[Words, Tag("<name>")] | Annotated[BellSound, Tag("<sound>")], Discriminator(_which_sound)
    ] = Field(description="A bell, or its sound and wait.")


class ChapterStep(Page):
    """The steps from here on are a chapter."""

    chapter: Words = Field(description="Its name, as players show it.")
    bed: BedSound | None = Field(
        default=None, description="The sound under the voice from here on; `none` for none."
    )
    voice: Name | None = Field(
        default=None, description="Who speaks its lines that name no other: one of the names under `voices`."
    )


class UseStep(Page):
    """A shared passage stands here."""

    use: Words = Field(description="The passage: a file in `parts`, without its ending.")


class DirectionStep(Page):
    """A note for whoever reads aloud."""

    direction: Words = Field(description="Never spoken.")


class OptionalSteps(Page):
    """Steps that short editions do without."""

    from_: Edition = Field(description="The shortest edition they belong to, like 15m.")
    script: list[Step] = Field(min_length=1, description="The steps.")


class OptionalStep(Page):
    """Steps that short editions do without."""

    optional: OptionalSteps = Field(description="From which length on, and the steps.")


class ChooseStep(Page):
    """Branches, of which one is heard, or all of them one after another. Every other key is a branch."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"minProperties": 3, "propertyNames": {"pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}},
    )
    __pydantic_extra__: dict[str, Branch] = Field(init=False)

    choose: Label = Field(description="The name of the choice.")
    default: Label | None = Field(
        default=None, description="The branch that is heard when none is chosen; without it, all are."
    )
    either_way: SaidPlainly | None = Field(
        default=None, description="Says plainly that all are heard when none is chosen."
    )

    @property
    def branches(self) -> dict[str, Branch]:
        """The steps of each branch, in the order they are written."""
        return self.__pydantic_extra__


STEPS: dict[str, type[Page]] = {
    "spoken": SpokenStep,
    "pause": PauseStep,
    "breathe": BreatheStep,
    "bell": BellStep,
    "chapter": ChapterStep,
    "use": UseStep,
    "direction": DirectionStep,
    "optional": OptionalStep,
    "choose": ChooseStep,
}
VERBS: dict[str, str] = dict.fromkeys(SPOKEN, "spoken") | {
    key: key for key in ("pause", "breathe", "bell", "chapter", "use", "optional", "choose")
}
"""The keys that say what a step is, and the step they make."""


def _which_step(node: object) -> str | None:
    if isinstance(node, str):
        return "<plain>"
    if not isinstance(node, dict):
        return None
    verbs = [key for key in node if key in VERBS]
    if not verbs and set(node) == {"direction"}:
        return "<direction>"
    return f"<{VERBS[verbs[0]]}>" if len(verbs) == 1 else None


Step = Annotated[
    Annotated[Words, Tag("<plain>")]
    | Annotated[SpokenStep, Tag("<spoken>")]
    | Annotated[PauseStep, Tag("<pause>")]
    | Annotated[BreatheStep, Tag("<breathe>")]
    | Annotated[BellStep, Tag("<bell>")]
    | Annotated[ChapterStep, Tag("<chapter>")]
    | Annotated[UseStep, Tag("<use>")]
    | Annotated[OptionalStep, Tag("<optional>")]
    | Annotated[ChooseStep, Tag("<choose>")]
    | Annotated[DirectionStep, Tag("<direction>")],
    Discriminator(_which_step),
]


Branch = Annotated[list[Step], Field(min_length=1, description="A branch: its steps.")]
"""What is heard in one case of a choice."""


class SlotPage(Page):
    """What is known of a slot."""

    fallback: Empty | None = Field(
        default=None, description="What is said, and shown, when nothing is filled in; may be empty."
    )
    private: Truth = Field(
        default=True, description="Whether its value may be given on the command line: only if false."
    )


class PartPage(Page):
    """A shared passage."""

    title: Words | None = Field(
        default=None, description="For whoever reads the file; not shown to a listener."
    )
    script: list[Step] = Field(min_length=1, description="What is heard, in order.")


def _which_note(node: object) -> str:
    return "<texts>" if isinstance(node, list) else "<text>"


Note = Annotated[
    Annotated[Paragraphs, Tag("<text>")] | Annotated[list[Paragraphs], Tag("<texts>")],
    Discriminator(_which_note),
]
"""A text to be read, or several."""


class ScriptPage(Page):
    """A whole script."""

    title: Words = Field(description="As players show it.")
    purpose: Words | None = Field(default=None, description="One sentence on what it is for.")
    content_note: Words | None = Field(
        default=None, description="What a listener should know before choosing it."
    )
    review: Words | None = Field(
        default=None, description="Whether a clinician has read it; written into the file."
    )
    notes: Note | None = Field(
        default=None, description="What a client may read before or after; a text or several, never spoken."
    )
    therapist_notes: Note | None = Field(
        default=None, description="The same for the therapist alone; never in what a client is given."
    )
    level: Literal["open", "agreed", "follow-up"] = Field(
        default="open", description="Whether a client may do this alone."
    )
    language: Language = Field(default="en-GB", description="Like en-GB or de.")
    artist: Words | None = Field(default=None, description="Whom players name as the artist.")
    album: Words | None = Field(default=None, description="The series it belongs to.")
    track: Track | None = Field(default=None, description="Like 3 or 3/8.")
    genre: Words = Field(default="Meditative", description="As players sort it.")
    pace: Pace = Field(default=112.0, description="Words a minute while speaking.")
    voice: Words | None = Field(default=None, description="The voice of every line that names no other.")
    voices: dict[Name, Words] = Field(default={}, description="Names for further voices.")
    slots: dict[Name, SlotPage] = Field(default={}, description="Words filled in for one client.")
    bed: BedSound | None = Field(default=None, description="The sound under the voice; `none` for none.")
    ending: Literal["return", "sleep"] = Field(
        default="return", description="Whether it leads back to the room, or into sleep."
    )
    profile: Literal["trauma-sensitive", "sleep", "walking", "general"] = Field(
        default="trauma-sensitive", description="For whom or for when it is meant: what `check` goes by."
    )
    experience: Literal["new"] | None = Field(
        default=None, description="For people who are new to this: `new`."
    )
    lengths: list[Edition] = Field(
        default=[], description="The lengths it is meant to be built in, like 10m."
    )
    script: list[Step] = Field(min_length=1, description="What is heard, in order.")


MODELS: dict[str, type[Page]] = {
    f"<{name}>": model
    for name, model in (STEPS | {"range": PauseRange, "sound": BellSound, "bed": BedPage}).items()
}
"""The model behind each tag that pydantic puts into the path of an error; a tag is no key of the page."""
