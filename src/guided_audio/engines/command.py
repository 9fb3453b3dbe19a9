"""Any program of the machine that can speak, as a few lines of YAML describe it.

One engine for each description, by the name of its file. A program is started for each line, without
a shell; the words go to it on stdin, or in a private file where it reads nothing else, and never as
an argument. What it gives is checked like the speech of every engine.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from guided_audio.engines.attempts import Failed, Patience, speak_surely
from guided_audio.engines.choosing import language_tag, unknown_voice
from guided_audio.engines.decoding import decode
from guided_audio.engines.description import Description, Pace, Question
from guided_audio.engines.digests import file_digest
from guided_audio.engines.running import MOST, Runner, private_folder
from guided_audio.errors import EngineFailure, MissingTool
from guided_audio.speech import Speech, Utterance, Voice

HANDLING = 2
"""Raised when the way of asking changes what is heard, so that stored speech is made anew."""

TRIES = 2
"""How often one line is tried: a program that fails a line twice fails it always."""

ASK_LIMIT = 20.0
"""Seconds to list voices, or to tell a version."""


class CommandEngine:
    """The engine that a description describes."""

    def __init__(self, description: Description) -> None:
        self.name = description.name
        self._described = description
        self._runner = Runner()
        self._lock = threading.Lock()
        self._known: tuple[Voice, ...] | None = None
        self._told: str | None = None
        self._has_spoken = False
        self.stretches = _stretches(description.pace)

    def health(self) -> str | None:
        """Nothing, or which program is missing and how to get it."""
        try:
            self._program(self._described.program)
            self.voices()
        except (MissingTool, EngineFailure) as error:
            return str(error)
        return None

    def voices(self) -> tuple[Voice, ...]:
        """Those described, in that order, and then those the program lists beside them."""
        with self._lock:
            if self._known is None:
                self._program(self._described.program)
                self._known = self._found()
            return self._known

    def fingerprint(self, voice: Voice) -> str:
        """The program, what it says of its version, how it is asked, and the voice.

        Raises:
            MissingTool: there is no such voice.
        """
        self._require(voice)
        return f"command-{HANDLING} {self.name} {self._made_by()} voice={voice.name}"

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """Say it, in a program of its own. Until it has spoken once, its time is not given to it twice.

        Raises:
            EngineFailure: it cannot be said, after two attempts.
            MissingTool: there is no such voice, or no such program any more.
        """
        from guided_audio.engines import sanity  # noqa: PLC0415 - it loads numpy, which a list of voices needs not

        sanity.refuse_unspeakable(utterance)
        self._require(voice)
        said = replace(utterance, text=self._words(utterance.text))
        patience = Patience(TRIES, waits_again=self._has_spoken, remedy=self._remedy())
        speech = speak_surely(self._attempt, said, voice, patience)
        self._has_spoken = True
        return speech

    def close(self) -> None:
        """End every program that still runs."""
        self._runner.close()

    def _remedy(self) -> str:
        """What to do where it speaks not at all."""
        where = f"({self._described.file}) " if self._described.file else ""
        return (
            f"Try the program by itself, look at what its description {where}asks of it, "
            "or choose another voice."
        )

    def _words(self, text: str) -> str:
        """The text as words alone: to some programs two brackets begin phonemes, or a command."""
        text = re.sub(r"(?<=\[)(?=\[)", " ", text)
        if self._described.letters == "all":
            return text
        from guided_audio.engines.plain_letters import plain  # noqa: PLC0415 - only some engines need it

        words = plain(text)
        if words is None:
            raise EngineFailure(
                f"The engine {self.name} knows plain Latin letters only, and this line has others, or none. "
                "Write it with those, or choose another engine."
            )
        return words

    def _attempt(self, utterance: Utterance, voice: Voice) -> Speech:
        described, words = self._described, f"{utterance.text}\n".encode()
        with private_folder() as folder:
            spoken, sound = folder / "line.txt", folder / "sound.wav"
            values = {"voice": voice.name, "input": str(spoken), "output": str(sound)}
            if described.pace is not None:
                values["rate"] = described.pace.option(utterance.rate)
            if described.reads_a_file:
                spoken.touch(0o600)
                spoken.write_bytes(words)
                words = b""
            command = [self._program(described.program), *described.filled(values)]
            code, printed = self._runner.run(command, words, folder, self._limit(utterance))
            if code:
                raise Failed(f"the program gave up with exit code {code}")
            return decode(printed if described.sound == "stdout" else _content(sound))

    def _limit(self, utterance: Utterance) -> float:
        return self._described.patience + 0.02 * len(utterance.text)

    def _program(self, name: str) -> str:
        found = shutil.which(Path(name).expanduser())
        if found is None:
            remedy = self._described.remedy or "Install it, or correct the name in its description."
            raise MissingTool(f"The program {name!r} of the engine {self.name} is not here. {remedy}")
        return str(Path(found).absolute())

    def _require(self, voice: Voice) -> None:
        known = {each.name for each in self.voices()}
        if voice.engine != self.name or voice.name not in known:
            raise unknown_voice(voice, known)

    def _found(self) -> tuple[Voice, ...]:
        described = self._described
        if described.listing is None:
            return described.voices
        listed = {voice.name: voice for voice in self._listed(self._ask(described.listing))}
        ours = [voice for voice in described.voices if voice.name in listed]
        voices = {voice.name: voice for voice in ours} | {
            name: voice for name, voice in listed.items() if name not in {one.name for one in ours}
        }
        if not voices:
            raise MissingTool(f"The engine {self.name} lists no voice. {described.remedy}".strip())
        return tuple(voices.values())

    def _listed(self, printed: str) -> Iterator[Voice]:
        assert self._described.pattern is not None  # noqa: S101 - it is read together with the listing
        for line in printed.splitlines():
            for found in self._described.pattern.finditer(line[:1_000]):
                said = {key: (value or "").strip() for key, value in found.groupdict().items()}
                if said.get("name"):
                    language = language_tag(said.get("language", ""))
                    description = said.get("description", "").replace("_", " ")
                    yield Voice(self.name, said["name"], language, description)

    def _ask(self, question: Question) -> str:
        program = self._program(question.program)
        try:
            with private_folder() as folder:
                _, said = self._runner.run([program, *question.arguments], b"", folder, ASK_LIMIT)
        except Failed as failed:
            raise MissingTool(
                f"The engine {self.name} does not answer: {failed}. {self._described.remedy}".strip()
            ) from failed
        return said.decode("utf-8", "replace")

    def _made_by(self) -> str:
        """The digests of the programs, and of what is told of their version."""
        with self._lock:
            if self._told is None:
                self._told = self._versions()
        programs = [self._described.program, *_programs(self._described.version)]
        digests = [file_digest(Path(self._program(program)))[:12] for program in dict.fromkeys(programs)]
        return f"program={'+'.join(digests)} {self._told}asked={self._described.digest()}"

    def _versions(self) -> str:
        if self._described.version is None:
            return ""
        told = self._ask(self._described.version)
        return f"version={hashlib.sha256(told.encode()).hexdigest()[:12]} "


def _stretches(pace: Pace | None) -> tuple[float, float] | None:
    """Between which rates it stretches evenly: one that takes no rate does so nowhere, and is as it is."""
    if pace is None:
        return Pace().at_one, Pace().at_one
    return None if pace.kind == "words" else (pace.slowest, pace.fastest)


def _programs(question: Question | None) -> Sequence[str]:
    return () if question is None else (question.program,)


def _content(sound: Path) -> bytes:
    try:
        if sound.stat().st_size > MOST:
            raise Failed("the program wrote more than a line can be")
        content = sound.read_bytes()
    except OSError as error:
        raise Failed("the program wrote no sound file") from error
    if not content:
        raise Failed("the program wrote an empty sound file")
    return content
