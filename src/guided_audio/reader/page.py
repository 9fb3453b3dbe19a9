"""The shape of a script as it stands on the page.

These models say which keys there are and what may stand behind them. They are the one place where
the format is declared: the reader checks against them, the JSON Schema for editors is made from
them, and a test holds `docs/format.md` to them. Every scalar arrives as the text that was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from guided_audio.script import KINDS, Rest, exactly
from guided_audio.units import Seconds, parse_decibels, parse_duration

LONGEST_PAUSE = Seconds(900.0)
"""A quarter of an hour. What is longer was meant to be minutes, or another file."""

LONGEST_TEXT = 2_000
"""Characters in one line; a spoken line of that length lasts over two minutes."""

_SCALAR = {"type": ["string", "number", "boolean"]}


def wrong(message: str, hint: str = "") -> PydanticCustomError:
    """A mistake in a value, as our own sentence. Braces would be read as places to fill in."""
    return PydanticCustomError("ours", "{message}", {"message": message, "hint": hint})


def _reads(parse: Callable[[str], object]) -> BeforeValidator:
    """Read a value from its text; a list or a mapping in its place is one mistake, said once."""

    def read(node: object) -> object:
        if not isinstance(node, str):
            raise PydanticCustomError("string_type", "A single value belongs here.")
        return parse(node)

    return BeforeValidator(read)


def _one_line(text: str) -> str:
    if not text.strip():
        raise wrong("There is no text here.", "Write the words, or take the line out.")
    if len(text) > LONGEST_TEXT:
        raise wrong(f"This is longer than {LONGEST_TEXT:,} characters.", "Make several lines of it.")
    return " ".join(text.split())


def _duration(text: str) -> Seconds:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise wrong(str(error)) from None


def _pause(text: str) -> Rest:
    if text in KINDS:
        return KINDS[text]
    if re.fullmatch(r"[A-Za-z][a-z-]*", text):
        kinds = ", ".join(KINDS)
        raise wrong("There is no such kind of pause.", f"The kinds are {kinds}; or write a length like 8s.")
    seconds = _duration(text)
    return exactly(_within(seconds, 0.0, LONGEST_PAUSE, "A pause"))


def _within(seconds: Seconds, least: float, most: float, what: str) -> Seconds:
    if not least < seconds <= most:
        raise wrong(f"{what} is between {least:g} and {most:g} seconds long.")
    return seconds


def _phase(text: str) -> Seconds:
    return _within(_duration(text), 0.0, 20.0, "A part of a breath")


def _rounds(text: str) -> int:
    if not re.fullmatch(r"\d{1,3}", text) or not 1 <= int(text) <= 60:
        raise wrong("The number of breaths is a whole number from 1 to 60.")
    return int(text)


def _pace(text: str) -> float:
    if not re.fullmatch(r"\d{2,3}", text) or not 60 <= int(text) <= 220:
        raise wrong("The pace is a whole number of words a minute, from 60 to 220.")
    return float(text)


def _level_under(text: str) -> float:
    try:
        level = parse_decibels(text)
    except ValueError as error:
        raise wrong(str(error)) from None
    if not 0 <= level <= 60:
        raise wrong("The bed lies 0 dB to 60 dB under the voice.", "Most lie 20 dB under.")
    return level


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        raise wrong("This is either true or false.")
    return text == "true"


def _cue(text: str) -> str:
    if len(text.split()) > 6:
        raise wrong("A breathing cue has at most six words.", "Say more before the breathing begins.")
    return text


def _name(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", text):
        raise wrong("A name is made of letters, digits and hyphens.")
    return text


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        raise wrong("A language is written like en-GB or de.")
    return text


def _track(text: str) -> str:
    found = re.fullmatch(r"(\d{1,3})(?:/(\d{1,3}))?", text)
    if not found or int(found[1]) < 1 or (found[2] and int(found[1]) > int(found[2])):
        raise wrong("A track is a number, or a number of how many: 3 or 3/8.")
    return text


_Text = Annotated[str, WithJsonSchema(_SCALAR)]
Words = Annotated[_Text, AfterValidator(_one_line)]
Name = Annotated[_Text, AfterValidator(_name)]
Duration = Annotated[Seconds, _reads(_duration), WithJsonSchema({"type": "string"})]
Phase = Annotated[Seconds, _reads(_phase), WithJsonSchema({"type": "string"})]
Truth = Annotated[bool, _reads(_truth), WithJsonSchema({"enum": [True, False, "true", "false"]})]


class Page(BaseModel):
    """What every mapping on the page has in common: no key it does not know, and names with hyphens."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        alias_generator=lambda name: name.rstrip("_").replace("_", "-"),
    )


class PauseRange(Page):
    """A pause with limits of its own."""

    min: Duration = Field(description="The shortest it may become.")
    ideal: Duration = Field(description="How long it is when nothing has to give.")
    max: Duration = Field(description="The longest it may become.")


def _which_pause(node: object) -> str:
    return "<range>" if isinstance(node, dict) else "<length>"


PauseLength = Annotated[
    Annotated[
        Rest,
        _reads(_pause),
        WithJsonSchema({"type": "string", "description": "A kind of pause, or a length like 8s or 1m30s."}),
        Tag("<length>"),
    ]
    | Annotated[PauseRange, Tag("<range>")],
    Discriminator(_which_pause),
]


class SpokenStep(Page):
    """Something said. The key names the pause that follows."""

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
    sounds_like: dict[str, Words] = Field(default={}, description="Words, and how they are to sound.")


class PauseStep(Page):
    """Quiet."""

    pause: PauseLength = Field(description="A kind of pause, a length, or min, ideal and max.")


class Breaths(Page):
    """Paced breathing."""

    in_: Phase = Field(description="How long the breath comes in.")
    out: Phase = Field(description="How long it goes out.")
    hold: Phase = Field(default=Seconds(0.0), description="How long it is held between.")
    rounds: Annotated[int, _reads(_rounds), WithJsonSchema({"type": ["integer", "string"]})] = Field(
        description="How many breaths."
    )
    in_cue: Annotated[Words, AfterValidator(_cue)] | None = Field(
        default=None, description="Said so that it ends as the breath in begins."
    )
    out_cue: Annotated[Words, AfterValidator(_cue)] | None = Field(
        default=None, description="Said so that it ends as the breath out begins."
    )


class BreatheStep(Page):
    """Paced breathing."""

    breathe: Breaths = Field(description="The length of each part of the breath, and how many.")


class BellSound(Page):
    """A bell, and how long it is given."""

    sound: Words = Field(description="A built-in bell, or a file beside the script.")
    wait: PauseLength = Field(
        default=exactly(4.0), description="From the strike until the voice may come back."
    )


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


class UseStep(Page):
    """A shared passage stands here."""

    use: Words = Field(description="The passage: a file in `parts`, without its ending.")


class DirectionStep(Page):
    """A note for whoever reads aloud."""

    direction: Words = Field(description="Never spoken.")


STEPS: dict[str, type[Page]] = {
    "spoken": SpokenStep,
    "pause": PauseStep,
    "breathe": BreatheStep,
    "bell": BellStep,
    "chapter": ChapterStep,
    "use": UseStep,
    "direction": DirectionStep,
}
SPOKEN = ("say", "tick", "settle", "notice", "ask", "dwell", "orient")
VERBS: dict[str, str] = dict.fromkeys(SPOKEN, "spoken") | {
    key: key for key in ("pause", "breathe", "bell", "chapter", "use")
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
    | Annotated[DirectionStep, Tag("<direction>")],
    Discriminator(_which_step),
]


class SlotPage(Page):
    """What is known of a slot."""

    fallback: Annotated[_Text, AfterValidator(lambda text: " ".join(text.split()))] | None = Field(
        default=None, description="What is said, and shown, when nothing is filled in; may be empty."
    )
    private: Truth = Field(
        default=True, description="Whether its value may be given on the command line: only if false."
    )


class BedPage(Page):
    """The sound under the voice."""

    sound: Words = Field(description="A built-in bed, or a file beside the script.")
    under: Annotated[float, _reads(_level_under), WithJsonSchema({"type": "string"})] = Field(
        default=20.0, description="How far below the voice it lies while somebody speaks, like 20 dB."
    )


class PartPage(Page):
    """A shared passage."""

    title: Words | None = Field(
        default=None, description="For whoever reads the file; not shown to a listener."
    )
    script: list[Step] = Field(min_length=1, description="What is heard, in order.")


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
    level: Literal["open", "agreed", "follow-up"] = Field(
        default="open", description="Whether a client may do this alone."
    )
    language: Annotated[_Text, AfterValidator(_language)] = Field(
        default="en-GB", description="Like en-GB or de."
    )
    artist: Words | None = Field(default=None, description="Whom players name as the artist.")
    album: Words | None = Field(default=None, description="The series it belongs to.")
    track: Annotated[_Text, AfterValidator(_track)] | None = Field(default=None, description="Like 3 or 3/8.")
    genre: Words = Field(default="Meditative", description="As players sort it.")
    pace: Annotated[float, _reads(_pace), WithJsonSchema({"type": ["integer", "string"]})] = Field(
        default=112.0, description="Words a minute while speaking."
    )
    voice: Words | None = Field(default=None, description="The voice of every line that names no other.")
    voices: dict[Name, Words] = Field(default={}, description="Names for further voices.")
    slots: dict[Name, SlotPage] = Field(default={}, description="Words filled in for one client.")
    bed: (
        Annotated[
            Annotated[Words, Tag("<name>")] | Annotated[BedPage, Tag("<bed>")],
            Discriminator(lambda node: "<bed>" if isinstance(node, dict) else "<name>"),
        ]
        | None
    ) = Field(default=None, description="The sound under the voice; `none` for none.")
    script: list[Step] = Field(min_length=1, description="What is heard, in order.")


MODELS: dict[str, type[Page]] = {
    f"<{name}>": model
    for name, model in (STEPS | {"range": PauseRange, "sound": BellSound, "bed": BedPage}).items()
}
"""The model behind each tag that pydantic puts into the path of an error; a tag is no key of the page."""
