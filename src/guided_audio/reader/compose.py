"""From the page to the script: shared passages put in place, sounds found, slots and names checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from guided_audio.document import Document, suggest
from guided_audio.document import Path as NodePath
from guided_audio.errors import Place, Problem
from guided_audio.lexicon import entries_for
from guided_audio.reader import choices, page, prose
from guided_audio.reader.lexicon_page import read_lexicons
from guided_audio.reader.shelf import Shelf, SoundKind
from guided_audio.reader.spelling import line_slips
from guided_audio.reader.trail import Trail, each_step, find_slip
from guided_audio.reader.values import LONGEST_PAUSE
from guided_audio.script import (
    KINDS,
    Bed,
    Bell,
    Breathe,
    Chapter,
    Choice,
    Ending,
    Level,
    Line,
    NoBed,
    Passage,
    Pause,
    Piece,
    Profile,
    Rest,
    Script,
    Slot,
    SlotRule,
    Step,
    Words,
)

DEEPEST = 8
"""Shared passages within shared passages; more is a circle or a maze."""

CUES = {"en": ("Breathing in.", "And breathing out.")}
"""What is said in paced breathing where the script says nothing, by language."""

PartPages = Callable[[Path], tuple[tuple[Document, page.PartPage] | None, tuple[Problem, ...]]]


class Composer:
    """Makes one script. Its problems pile up in `problems`; nothing is raised."""

    def __init__(self, file: Path, shelf: Shelf, part_page: PartPages) -> None:
        self.file, self.shelf, self.part_page = file, shelf, part_page
        self.folder = file.parent
        self.problems: list[Problem] = []
        self._slots: Mapping[str, SlotRule] = {}
        self._voices: Mapping[str, str] = {}
        self._language = ""
        self._unreadable: frozenset[str] = frozenset()
        self._choices: dict[str, Choice] = {}

    def script(self, document: Document, found: page.ScriptPage) -> Script:
        """The script of a page, as far as it could be understood."""
        self._slots = dict(self._slot_rules(document, found))
        self._voices, self._language = found.voices, found.language
        self._unreadable = frozenset(key for key in ("slots", "voices") if not _is_mapping(document, key))
        reading = Trail(document, "", (self.file,))
        steps = tuple(self._page_steps(reading, found.script))
        lexicons = [(file, self._shown(document, file)) for file in self.shelf.lexicons(self.folder)]
        words, mistakes = read_lexicons(lexicons)
        self.problems += mistakes
        bed = self._bed(reading, ("bed",), found.bed)
        return Script(
            path=self.file,
            title=found.title,
            steps=steps,
            language=found.language,
            level=Level(found.level),
            purpose=found.purpose or "",
            content_note=found.content_note or "",
            review=found.review or "",
            artist=found.artist or "",
            album=found.album or "",
            track=found.track or "",
            genre=found.genre,
            pace=found.pace,
            voice=found.voice or "",
            voices=found.voices,
            slots=self._slots,
            bed=bed if isinstance(bed, Bed) else None,
            lengths=tuple(found.lengths),
            places=dict(_places(document, found)),
            notes=tuple(_paragraphs(found.notes)),
            therapist_notes=tuple(_paragraphs(found.therapist_notes)),
            ending=Ending(found.ending),
            profile=Profile(found.profile),
            for_newcomers=found.experience == "new",
            lexicon=entries_for(found.language, words),
        )

    def _shown(self, document: Document, file: Path) -> str:
        """A file by the path the user knows: beside the script, as that one is called."""
        beside = file.parent == self.folder
        return str(Path(document.path).parent / file.name) if beside else str(file)

    def _complain(self, place: Place, message: str, hint: str = "") -> None:
        self.problems.append(Problem(place, message, hint))

    # What stands at the top

    def _slot_rules(self, document: Document, found: page.ScriptPage) -> Iterator[tuple[str, SlotRule]]:
        for name, slot in found.slots.items():
            yield name, SlotRule(name, slot.fallback, slot.private, document.key_place(("slots", name)))

    def _bed(self, reading: Trail, path: NodePath, bed: str | page.BedPage | None) -> Bed | NoBed | None:
        """The bed at `path`; nothing where none is named, or one that cannot be found."""
        if bed is None:
            return None
        if bed == "none":
            return NoBed(reading.document.place(path))
        if isinstance(bed, str):
            bed = page.BedPage(sound=bed)
        else:
            path = (*path, "sound")
        place = reading.document.place(path)
        sound = self._sound(bed.sound, "bed", place, reading.folder)
        return Bed(place, sound, bed.under, bed.licence or "", bed.credit or "") if sound else None

    def _sound(self, name: str, kind: SoundKind, place: Place, folder: Path) -> Path | None:
        try:
            return self.shelf.sound(name, kind, folder)
        except ValueError as error:
            self._complain(place, str(error))
            return None

    def _check_ids(self, document: Document, steps: Sequence[object]) -> None:
        seen: set[str] = set()
        for path, step in each_step(steps):
            name = step.id if isinstance(step, page.SpokenStep) else None
            if name and name in seen:
                place = document.place((*path, "id"))
                self._complain(place, f"The id `{name}` is used by another line already.", "Choose another.")
            seen.add(name or "")

    # Steps

    def _page_steps(self, reading: Trail, steps: Sequence[object]) -> Iterator[Step]:
        self._check_ids(reading.document, steps)
        yield from self._steps(reading, ("script",), steps)

    def _steps(self, reading: Trail, path: NodePath, steps: Sequence[object]) -> Iterator[Step]:
        for index, step in enumerate(steps):
            yield from self._step(reading, (*path, index), step)

    def _step(self, reading: Trail, path: NodePath, step: object) -> Iterator[Step]:
        place = reading.document.place(path)
        match step:
            case str():
                self._check_colon(place, step)
                yield self._line(reading, path, step, KINDS["tick"])
            case page.SpokenStep():
                yield self._spoken(reading, path, step)
            case page.PauseStep(pause=pause):
                yield Pause(place, self._rest(reading, (*path, "pause"), pause))
            case page.BreatheStep(breathe=breaths):
                yield self._breathe(place, breaths, reading.origin)
            case page.BellStep(bell=bell):
                yield from self._bell(reading, path, bell)
            case page.ChapterStep(chapter=title, bed=bed, voice=voice):
                self._check_voice(reading, path, voice)
                yield Chapter(place, title, self._bed(reading, (*path, "bed"), bed), voice or "")
            case page.OptionalStep(optional=passage):
                inner = self._steps(reading, (*path, "optional", "script"), passage.script)
                yield Passage(place, passage.from_, tuple(inner))
            case page.ChooseStep():
                yield from self._choose(reading, path, step)
            case page.UseStep(use=name):
                yield from self._use(reading, (*path, "use"), name)

    def _check_voice(self, reading: Trail, path: NodePath, voice: str | None) -> None:
        if voice and voice not in self._voices and "voices" not in self._unreadable:
            hint = suggest(voice, list(self._voices)) or "Name it under `voices` at the top of the script."
            place = reading.document.place((*path, "voice"))
            self._complain(place, f"There is no voice named `{voice}`.", hint)

    def _spoken(self, reading: Trail, path: NodePath, step: page.SpokenStep) -> Line:
        verb = next(verb for verb in page.SPOKEN if getattr(step, verb) is not None)
        self._check_voice(reading, path, step.voice)
        line = self._line(
            reading, (*path, verb), getattr(step, verb), KINDS["tick" if verb == "say" else verb]
        )
        self.problems += line_slips(reading.document, (*path, "sounds-like"), step.sounds_like, line.pieces)
        return Line(
            place=line.place,
            pieces=line.pieces,
            rest=line.rest,
            yields=verb == "say",
            id=step.id or "",
            voice=step.voice or "",
            direction=step.direction or "",
            sounds_like=step.sounds_like,
            origin=reading.origin,
            branch=reading.branch,
        )

    def _line(self, reading: Trail, path: NodePath, text: str, rest: Rest) -> Line:
        pieces, slips = prose.parse(text)
        for slip in slips:
            self._complain(find_slip(reading.document, path, slip), slip.message, slip.hint)
        for piece in pieces:
            self._check_slot(reading, path, piece)
        place = reading.document.place(path)
        return Line(place, pieces, rest, yields=True, origin=reading.origin, branch=reading.branch)

    def _check_colon(self, place: Place, text: str) -> None:
        """A line that reads like a step without its colon would be spoken, key and all."""
        verb, _, rest = text.partition(" ")
        is_length = verb == "pause" and (rest in KINDS or rest[:1].isdigit())
        if verb in page.VERBS and (not rest or rest[:1].isupper() or is_length):
            hint = f"Write `- {verb}: …`; if the word is to be heard, `- say: {verb} …`."
            self._complain(place, f"There is no colon after `{verb}`.", hint)

    def _check_slot(self, reading: Trail, path: NodePath, piece: Piece) -> None:
        if isinstance(piece, Slot) and piece.name not in self._slots and "slots" not in self._unreadable:
            snippet = f"{{{piece.before}{piece.name}"
            hint = suggest(piece.name, list(self._slots)) or "Name it under `slots` at the top of the script."
            place = reading.document.find(path, snippet)
            self._complain(place, f"There is no slot named `{piece.name}`.", hint)

    def _rest(self, reading: Trail, path: NodePath, pause: Rest | page.PauseRange) -> Rest:
        if isinstance(pause, Rest):
            return pause
        if not 0 < pause.min <= pause.ideal <= pause.max <= LONGEST_PAUSE:
            self._complain(
                reading.document.place((*path, "min")),
                "The three lengths of a pause are in order: min, ideal, max; none over 15 minutes.",
            )
        return Rest(pause.min, pause.ideal, pause.max, "range")

    def _breathe(self, place: Place, breaths: page.Breaths, origin: str) -> Breathe:
        inhale, exhale = CUES.get(self._language.partition("-")[0], ("", ""))
        return Breathe(
            place=place,
            inhale=breaths.in_,
            exhale=breaths.out,
            rounds=breaths.rounds,
            hold=breaths.hold,
            inhale_cue=breaths.in_cue or inhale,
            exhale_cue=breaths.out_cue or exhale,
            origin=origin,
        )

    def _bell(self, reading: Trail, path: NodePath, bell: str | page.BellSound) -> Iterator[Bell]:
        where: NodePath = (*path, "bell")
        if isinstance(bell, str):
            bell = page.BellSound(sound=bell)
        else:
            where = (*where, "sound")
        sound = self._sound(bell.sound, "bell", reading.document.place(where), reading.folder)
        if sound:
            wait = self._rest(reading, (*path, "bell", "wait"), bell.wait)
            place = reading.document.place(path)
            yield Bell(place, sound, wait, bell.licence or "", bell.credit or "")

    def _use(self, reading: Trail, path: NodePath, name: str) -> Iterator[Step]:
        place = reading.document.place(path)
        file = self.shelf.part(name, self.folder)
        if file is None:
            hint = suggest(name, list(self.shelf.part_names(self.folder)))
            hint = hint or "A passage is a file in the folder `parts` beside the script."
            named = f" named `{name}`" if re.fullmatch(r"[\w-]+", name) else " of this name"
            self._complain(place, f"There is no shared passage{named}.", hint)
        elif file in reading.stack or len(reading.stack) > DEEPEST:
            self._complain(place, "This passage uses itself.", "Take the `use` out of one of them.")
        else:
            found, problems = self.part_page(file)
            self.problems += problems
            if found:
                document, part = found
                yield from self._page_steps(reading.of_part(document, name, file, place), part.script)

    def _choose(self, reading: Trail, path: NodePath, step: page.ChooseStep) -> Iterator[Step]:
        if reading.branch:
            place = reading.used or reading.document.key_place((*path, "choose"))
            message = "A branch cannot hold a choice of its own."
            self._complain(place, message, "Let it follow after the other choice, or take it out.")
            return
        self.problems += choices.mistakes(reading.document, path, step)
        branches = {
            name: tuple(self._steps(reading.of_branch(f"{step.choose}={name}"), (*path, name), steps))
            for name, steps in step.branches.items()
        }
        choice = Choice(reading.document.place(path), step.choose, branches, step.default or "")
        first = self._choices.setdefault(step.choose, choice)
        self.problems += choices.differences(reading.document, path, choice, first)
        yield choice


def _paragraphs(note: str | list[str] | None) -> Iterator[str]:
    """The paragraphs of a note that is a text, or several."""
    for text in [note] if isinstance(note, str) else note or ():
        yield from text.split("\n\n")


def is_said(line: Line) -> bool:
    """Whether there are words in a line, or may be once its slots are filled."""
    return any(
        isinstance(piece, Slot) or (isinstance(piece, Words) and any(sign.isalnum() for sign in piece.text))
        for piece in line.pieces
    )


def _is_mapping(document: Document, key: str) -> bool:
    """Whether a key has what it should have, or is not there at all."""
    return not isinstance(document.root, dict) or isinstance(document.root.get(key, {}), dict)


def _places(document: Document, found: page.ScriptPage) -> Iterator[tuple[str, Place]]:
    """Where those keys stand whose values are only checked later, against what is on the machine."""
    yield "title", document.place(("title",))
    yield "voice", document.place(("voice",))
    for name in found.voices:
        yield f"voices/{name}", document.place(("voices", name))
