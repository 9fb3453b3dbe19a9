"""What may stand behind a key: each kind of value, read from the text that was written.

A value is a pydantic type, so that one declaration gives the reading, the sentence when it is wrong,
and what an editor is told of it. Plain scalars like `2024` or `true` are numbers and switches to an
editor, so its schema allows them wherever a text may stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from guided_audio.document import suggest
from guided_audio.script import KINDS, Rest, exactly
from guided_audio.units import Seconds, format_duration, parse_decibels, parse_duration

LONGEST_PAUSE = Seconds(900.0)
"""A quarter of an hour. What is longer was meant to be minutes, or another file."""

LONGEST_TEXT = 2_000
"""Characters in one line; a spoken line of that length lasts over two minutes."""

LONGEST_LABEL = 24
"""Characters in the name of a choice or of a branch: it stands in titles and names of files."""

LABEL_FORM = f"This name is made of small letters, digits and hyphens, at most {LONGEST_LABEL} of them."

SCALAR = {"type": ["string", "number", "boolean"]}


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


def _paragraphs(text: str) -> str:
    """Each paragraph in one line; an empty line stays between them."""
    return "\n\n".join(_one_line(each) for each in re.split(r"\n\s*\n", text.strip()))


def _duration(text: str) -> Seconds:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise wrong(str(error)) from None


def _pause(text: str) -> Rest:
    if text in KINDS:
        return KINDS[text]
    if re.fullmatch(r"[A-Za-z][a-z-]*", text):
        kinds = f"The kinds are {', '.join(KINDS)}; or write a length like 8s."
        raise wrong("There is no such kind of pause.", suggest(text, KINDS) or kinds)
    seconds = _duration(text)
    return exactly(_within(seconds, 0.0, LONGEST_PAUSE, "A pause"))


def _within(seconds: Seconds, least: float, most: float, what: str) -> Seconds:
    if not least < seconds <= most:
        raise wrong(f"{what} is longer than {format_duration(least)} and at most {format_duration(most)}.")
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


def _edition(text: str) -> Seconds:
    return _within(_duration(text), 10.0, 3 * 3600.0, "An edition")


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


def is_label(text: str) -> bool:
    """Whether a choice or a branch can be named so."""
    return len(text) <= LONGEST_LABEL and bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text))


def _label(text: str) -> str:
    if not is_label(text):
        raise wrong(LABEL_FORM, "Like pushed-away.")
    return text


def _said_plainly(text: str) -> bool:
    if text != "true":
        raise wrong("This is true, or is left out.", "For one branch, name it under `default`.")
    return True


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        raise wrong("A language is written like en-GB or de.")
    return text


def _track(text: str) -> str:
    found = re.fullmatch(r"(\d{1,3})(?:/(\d{1,3}))?", text)
    if not found or int(found[1]) < 1 or (found[2] and int(found[1]) > int(found[2])):
        raise wrong("A track is a number, or a number of how many: 3 or 3/8.")
    return text


def _series_script(text: str) -> str:
    if not text.strip() or re.search(r"[/\\]", text):
        raise wrong("Here belongs the name of a script: its file, without folder and ending.")
    return text


def _counted(what: str, most: int) -> Callable[[str], int]:
    """Reads a whole number from 1."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= most:
            raise wrong(f"{what} is a whole number from 1 to {most}.")
        return int(text)

    return read


_Text = Annotated[str, WithJsonSchema(SCALAR)]
_TEXT_ONLY = WithJsonSchema({"type": "string"})
_NUMBER_OR_TEXT = WithJsonSchema({"type": ["integer", "string"]})

Words = Annotated[_Text, AfterValidator(_one_line)]
"""A text of one line: something said, a title, the name of a sound."""

Paragraphs = Annotated[_Text, AfterValidator(_paragraphs)]
"""A text to be read, which may have several paragraphs."""

Empty = Annotated[
    str,
    WithJsonSchema({"type": [*SCALAR["type"], "null"]}),
    AfterValidator(lambda text: " ".join(text.split())),
]
"""A text that may be empty, or not be written at all."""

Name = Annotated[_Text, AfterValidator(_name)]
Label = Annotated[_Text, AfterValidator(_label)]
"""A name that stands in titles and names of files: of a choice, or of one of its branches."""

Cue = Annotated[Words, AfterValidator(_cue)]
Language = Annotated[_Text, AfterValidator(_language)]
Track = Annotated[_Text, AfterValidator(_track)]
Duration = Annotated[Seconds, _reads(_duration), _TEXT_ONLY]
Edition = Annotated[Seconds, _reads(_edition), _TEXT_ONLY]
Phase = Annotated[Seconds, _reads(_phase), _TEXT_ONLY]
Under = Annotated[float, _reads(_level_under), _TEXT_ONLY]
ScriptName = Annotated[_Text, AfterValidator(_series_script)]
"""A script as a series names it."""

Week = Annotated[int, _reads(_counted("A week", 52)), _NUMBER_OR_TEXT]
Place = Annotated[int, _reads(_counted("The number of a series", 99)), _NUMBER_OR_TEXT]
Rounds = Annotated[int, _reads(_rounds), _NUMBER_OR_TEXT]
Pace = Annotated[float, _reads(_pace), _NUMBER_OR_TEXT]
Truth = Annotated[bool, _reads(_truth), WithJsonSchema({"enum": [True, False, "true", "false"]})]
SaidPlainly = Annotated[bool, _reads(_said_plainly), WithJsonSchema({"enum": [True, "true"]})]
"""A switch that is on, or not there."""

Length = Annotated[
    Rest,
    _reads(_pause),
    WithJsonSchema(
        {
            "anyOf": [{"enum": [*KINDS]}, {"type": "string"}],
            "description": "A kind of pause, or a length like 8s or 1m30s.",
        }
    ),
]
"""A pause in one word."""
