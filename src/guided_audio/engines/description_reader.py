"""A file that describes an engine into a `Description`, with every mistake in it named and placed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast

from guided_audio import document
from guided_audio.document import NOTHING_IN_IT, Document, suggest
from guided_audio.document import Path as NodePath
from guided_audio.engines.choosing import language_tag
from guided_audio.engines.description import PLACEHOLDERS, Description, Pace, Question
from guided_audio.errors import Problem, ProblemsFound
from guided_audio.speech import Voice

TOP = (
    "about",
    "program",
    "arguments",
    "sound",
    "letters",
    "rate",
    "voices",
    "list-voices",
    "version",
    "patience",
    "remedy",
)
"""The keys of a file."""

_RATE = ("as", "at-one", "slowest", "fastest")
_VOICE = ("name", "language", "description")
_GROUPS = ("name", "language", "description")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_MOST = 100
"""Arguments, and voices a file may name."""


def read_description(file: Path) -> Description:
    """The engine a file describes; it has the name of the file.

    Raises:
        ProblemsFound: with all that is wrong in it.
    """
    found, slips = document.load(file, str(file))
    if found is None or slips:
        raise ProblemsFound([_of_an_engine(slip) for slip in slips])
    page = _Page(found, file.stem)
    description = page.description()
    if page.problems or description is None:
        raise ProblemsFound(page.problems)
    return description


def _of_an_engine(slip: Problem) -> Problem:
    """The problem with a hint for this kind of file, where that of YAML in general is for scripts."""
    if slip.message == NOTHING_IN_IT:
        return Problem(slip.place, slip.message, f"It begins with `program:`; the keys are {_list(TOP)}.")
    return slip


@dataclass(slots=True)
class _Page:
    """Asks a document for values, and notes a problem instead of failing."""

    document: Document
    name: str
    problems: list[Problem] = field(default_factory=list)

    def description(self) -> Description | None:
        if not self._keys((), TOP, ("program", "arguments", "sound")):
            return None
        if not _NAME.fullmatch(self.name):
            self._note((), "An engine has the name of its file.", "Use small letters, digits and hyphens.")
        sound = self._choice(("sound",), ("stdout", "file"))
        arguments = self._arguments(("arguments",))
        pace = self._pace(arguments)
        self._look_at_output(sound, arguments)
        program = self._program(("program",))
        listing, pattern = self._listing(program)
        return Description(
            name=self.name,
            about=self._text(("about",)),
            program=program,
            arguments=arguments,
            sound=cast("Literal['stdout', 'file']", sound),
            letters=cast("Literal['all', 'latin']", self._choice(("letters",), ("all", "latin"))),
            remedy=self._text(("remedy",)),
            pace=pace,
            voices=self._voices(needed=listing is None),
            listing=listing,
            pattern=pattern,
            version=self._question(("version",), program),
            patience=self._number(("patience",), 20.0, (0.1, 3_600.0)),
            file=self.document.path,
        )

    # Arguments

    def _arguments(self, path: NodePath) -> tuple[str, ...]:
        node = self.document.at(path)
        if not isinstance(node, list) or not node or len(node) > _MOST:
            hint = 'Write them as a list: [-r, "{rate}"]. No shell reads them.'
            self._note(path, "Here belongs a list of arguments.", hint)
            return ()
        return tuple(self._argument((*path, index)) for index in range(len(node)))

    def _argument(self, path: NodePath) -> str:
        text = self._text(path, squeeze=False)
        for name in re.findall(r"\{(\w+)\}", text):
            if name in {"text", "words", "line", "sentence"}:
                self._note(
                    path,
                    "The words may not go into an argument, where every user of this machine sees them.",
                    "They come on stdin; a program that reads none gets them in the file `{input}`.",
                )
            elif name not in PLACEHOLDERS:
                hint = suggest(name, PLACEHOLDERS) or f"There are {_list(PLACEHOLDERS, '{%s}')}."
                self._note(path, f"`{{{name}}}` stands for nothing.", hint)
        return text

    def _look_at_output(self, sound: str, arguments: tuple[str, ...]) -> None:
        writes = any("{output}" in argument for argument in arguments)
        if sound == "file" and arguments and not writes:
            self._note(("arguments",), "`{output}`, the file for the sound, is missing in the arguments.")
        if sound == "stdout" and writes:
            self._note(("sound",), "The arguments name a file for the sound.", "Then this is `sound: file`.")

    def _program(self, path: NodePath) -> str:
        text = self._text(path)
        if re.search(r"[/\\]", text) and not Path(text).expanduser().is_absolute():
            self._note(path, "This path begins nowhere.", "Write the name alone, or the whole path.")
        elif " " in text and not re.search(r"[/\\]", text):
            self._note(path, "A program has no blanks in its name.", "Its options belong into `arguments`.")
        return text

    # Rates

    def _pace(self, arguments: tuple[str, ...]) -> Pace | None:
        used = any("{rate}" in argument for argument in arguments)
        if not self.document.at(("rate",)):
            if used:
                self._note(("arguments",), "`{rate}` is used, and `rate` does not say in what unit.")
            return None
        if not self._keys(("rate",), _RATE, ("as",)):
            return None
        if not used:
            self._note(("rate",), "No argument holds `{rate}`.", "Put it where the program takes its speed.")
        kind = self._choice(("rate", "as"), ("words", "stretch", "speed"))
        usual = Pace()
        if kind in {"stretch", "speed"} and not self.document.at(("rate", "at-one")):
            self._note(
                ("rate",), "`at-one` is missing here.", "How many words a minute does the program speak at 1?"
            )
        slowest = self._number(("rate", "slowest"), usual.slowest, (10.0, 1_000.0))
        fastest = self._number(("rate", "fastest"), usual.fastest, (10.0, 1_000.0))
        if slowest >= fastest:
            self._note(("rate", "slowest"), "The slowest is not slower than the fastest.")
        at_one = self._number(("rate", "at-one"), usual.at_one, (10.0, 1_000.0))
        return Pace(cast("Literal['words', 'stretch', 'speed']", kind), at_one, slowest, fastest)

    # Voices

    def _voices(self, *, needed: bool) -> tuple[Voice, ...]:
        node = self.document.at(("voices",))
        if node and not isinstance(node, list):
            self._note(("voices",), "Here belongs a list.", "Begin each voice with `- name: …`.")
            return ()
        if not node and needed:
            self._note((), "`voices` or `list-voices` is missing here.", "Without either nobody speaks.")
        voices = tuple(self._voice(("voices", index)) for index in range(min(len(node), _MOST)))
        seen: set[str] = set()
        for index, voice in enumerate(voices):
            if voice.name and voice.name in seen:
                self._note(("voices", index), "This voice stands here twice.", "Leave one of them.")
            seen.add(voice.name)
        return voices

    def _voice(self, path: NodePath) -> Voice:
        if not self._keys(path, _VOICE, ("name", "language")):
            return Voice(self.name, "")
        language = self._text((*path, "language"))
        if language and not _LANGUAGE.fullmatch(language):
            self._note((*path, "language"), "This is no language.", "Write it like en or en-GB.")
        name = self._text((*path, "name"))
        return Voice(self.name, name, language_tag(language), self._text((*path, "description")))

    def _listing(self, program: str) -> tuple[Question | None, re.Pattern[str] | None]:
        path = ("list-voices",)
        question = self._question(path, program, extra=("pattern",))
        if question is None:
            return None, None
        try:
            pattern = re.compile(self._text((*path, "pattern"), squeeze=False))
        except re.error as error:
            self._note((*path, "pattern"), f"This is no regular expression: {error.msg}.")
            return question, None
        names = set(pattern.groupindex)
        if "name" not in names:
            hint = "Write `(?P<name>…)` around it; `language` and `description` may be told likewise."
            self._note((*path, "pattern"), "The pattern does not say what the name of a voice is.", hint)
        for name in sorted(names - set(_GROUPS)):
            self._note((*path, "pattern"), f"The group `{name}` means nothing.", suggest(name, _GROUPS))
        return question, pattern

    def _question(self, path: NodePath, program: str, extra: tuple[str, ...] = ()) -> Question | None:
        if not self.document.at(path) or not self._keys(
            path, ("program", "arguments", *extra), ("arguments", *extra)
        ):
            return None
        asked = self._program((*path, "program")) if self.document.at((*path, "program")) else program
        node = self.document.at((*path, "arguments"))
        if not isinstance(node, list):
            self._note((*path, "arguments"), "Here belongs a list of arguments.", "Write [--version].")
            return None
        items = ((*path, "arguments", index) for index in range(min(len(node), _MOST)))
        return Question(asked, tuple(self._text(item, squeeze=False) for item in items))

    # Values

    def _keys(self, path: NodePath, known: Collection[str], needed: Collection[str]) -> bool:
        node = self.document.at(path)
        if not isinstance(node, dict):
            self._note(path, "Here belong keys with their values.", f"They are {_list(known)}.")
            return False
        for key in node:
            if key not in known:
                hint = suggest(key, known) or f"The keys here are {_list(known)}."
                place = self.document.key_place((*path, key))
                self.problems.append(Problem(place, "This key is not known here.", hint))
        for key in needed:
            if not node.get(key):
                self._note(path, f"`{key}` is missing here.")
        return True

    def _choice(self, path: NodePath, known: tuple[str, ...]) -> str:
        """One of a few words; the first where nothing is written."""
        text = self._text(path)
        if text and text not in known:
            self._note(path, "This word is not known here.", suggest(text, known) or f"It is {_list(known)}.")
        return text or known[0]

    def _number(self, path: NodePath, usual: float, bounds: tuple[float, float]) -> float:
        text = self._text(path)
        if not text:
            return usual
        if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) and bounds[0] <= float(text) <= bounds[1]:
            return float(text)
        self._note(path, f"Here belongs a number from {bounds[0]:g} to {bounds[1]:g}.")
        return usual

    def _text(self, path: NodePath, *, squeeze: bool = True) -> str:
        node = self.document.at(path)
        if not isinstance(node, str):
            self._note(path, "Here belongs a single text.")
            return ""
        return " ".join(node.split()) if squeeze else node

    def _note(self, path: NodePath, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.document.place(path), message, hint))


def _list(names: Collection[str], form: str = "%s") -> str:
    return ", ".join(f"`{form % name}`" for name in names)
