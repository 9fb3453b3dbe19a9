"""GA40, GA41, GA42, GA46: what stands round a script, so that the right person listens, or reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guided_audio.lint.heard import text_has
from guided_audio.lint.reading import Said, has, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject
from guided_audio.lint.subject import top
from guided_audio.script import Profile, Slot, shown_values, text_of

_NUMBER = re.compile(r"(?<![\w.])\d[\d -]*\d(?!\w)")


def _safety(subject: Subject) -> Iterator[Finding]:
    if "safety/driving" not in subject.words:
        return
    spoken_of = any(has(subject, said, "safety/driving") for said in spoken(subject))
    if not spoken_of and not text_has(subject, subject.script.content_note, "safety/driving"):
        message = "Neither the content note nor the recording says that it is not for driving."
        hint = "Say so in the content note, or begin with `- use: opening`."
        place = top(subject, "content-note")
        yield Finding(place, "GA40", Severity.ERROR, message, hint)
    for said in spoken(subject):
        if _has_number(subject, said):
            message = "A number for help is read aloud, where nobody can write it down."
            hint = "Say that the notes have numbers, and put it there: numbers also change."
            yield Finding(said.sentence.place, "GA40", Severity.WARNING, message, hint)
    yield from _undated(subject)


def _undated(subject: Subject) -> Iterator[Finding]:
    """Numbers for help that are written where nobody notes the day on which they were tried."""
    script = subject.script
    texts = {
        "content-note": (script.content_note,),
        "notes": script.notes,
        "therapist-notes": script.therapist_notes,
    }
    for key, paragraphs in texts.items():
        if any(_is_number(subject, text, calling=False) for text in paragraphs):
            message = f"A number for help stands in `{key}`, with no source and no day on which it was tried."
            hint = "Put it into helplines/REGION.yaml beside the script, for `guided-audio notes` to print."
            yield Finding(top(subject, key), "GA40", Severity.WARNING, message, hint)


def _has_number(subject: Subject, said: Said) -> bool:
    """Whether a known line for help is named, or any number after a word of calling."""
    calling = has(subject, said, "safety/calling")
    return _is_number(subject, said.sentence.text, calling=calling)


def _is_number(subject: Subject, text: str, *, calling: bool) -> bool:
    known = subject.words.get("safety/helplines", ())
    for found in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if len(digits) >= 3 and (calling or (len(digits) > 3 and digits in known)):
            return True
    return False


def _for_whom(subject: Subject) -> Iterator[Finding]:
    script, title = subject.script, top(subject, "title")
    if "script" in script.places and "level" not in script.places:
        message = "Nothing says whether a client may listen to this alone."
        hint = "Write `level: open`, `agreed` or `follow-up` at the top."
        yield Finding(title, "GA41", Severity.ERROR, message, hint)
    if not script.content_note:
        message = "There is no content note: a listener cannot know what it may stir."
        yield Finding(title, "GA41", Severity.ERROR, message, "Write one under `content-note` at the top.")
    if not script.review:
        message = "Nothing says whether a clinician has read this."
        hint = "Write `review: Not yet reviewed by a clinician.` until one has."
        yield Finding(title, "GA41", Severity.WARNING, message, hint)
    if not script.purpose:
        hint = "Write one sentence under `purpose` at the top."
        yield Finding(title, "GA41", Severity.NOTE, "Nothing says what this is for.", hint)


def _to_be_read(subject: Subject) -> Iterator[Finding]:
    shown = shown_values(subject.script)
    for line in subject.lines:
        filled = any(isinstance(piece, Slot) for piece in line.pieces)
        if filled and not any(sign.isalnum() for sign in text_of(line.pieces, shown)):
            message = "What is said here can be read nowhere: the line is a slot that is shown empty."
            hint = "Give the slot a `fallback`, or put words of yours around it."
            yield Finding(line.place, "GA42", Severity.ERROR, message, hint)


def _language(subject: Subject) -> Iterator[Finding]:
    if not subject.words:
        message = (
            "The words of this language are not known here: only times, levels and sounds were looked at."
        )
        hint = "A colleague who speaks it should read the script."
        yield Finding(top(subject, "language"), "GA46", Severity.NOTE, message, hint)


_LINE = "- Rain falls on the shed, and on the lane.\n"
_NOTE = "content-note: Nothing in it is loud. Not for driving.\n"
_HEAD = "level: open\nreview: Not yet reviewed by a clinician.\npurpose: A rest.\n"

RULES: tuple[Rule, ...] = (
    Rule(
        id="GA40",
        name="Not while driving, and help in the notes",
        severity=Severity.ERROR,
        reason="Half-closed eyes and traffic do not go together; a number heard in passing helps nobody.",
        source="innerhealthstudio.com on alert situations; shsc.nhs.uk on lines for help",
        blind="Whether the lines for help answer: `guided-audio notes` says which of them nobody has tried.",
        find=_safety,
        failing=(
            _LINE,
            "content-note: It is about rain.\nscript:\n" + _LINE,
            "- This is not for driving. If it is too much, call 116 123.\n" + _LINE,
            f"{_NOTE}notes: Samaritans are at 116 123.\nscript:\n" + _LINE,
        ),
        passing=(
            "- Please keep it for when you can stop, and not for driving.\n" + _LINE,
            f"{_NOTE}script:\n- There are 24 panes in the window.\n" + _LINE,
            f"{_NOTE}notes: The sheet has lines for help.\nscript:\n" + _LINE,
        ),
        profiles=frozenset(Profile) - {Profile.GENERAL},
    ),
    Rule(
        id="GA41",
        name="Level, content note, review",
        severity=Severity.ERROR,
        reason="Who may listen alone, and what it may stir, is decided before the first sentence is heard.",
        source="Insight Timer's content requirements, as copied by mosthigh.com (a note at the start)",
        blind="Whether the level is right. Whom a recording is not for is said on every sheet of notes.",
        find=_for_whom,
        failing=(
            _LINE,
            f"{_HEAD}script:\n" + _LINE,
            f"{_NOTE}review: Read.\npurpose: A rest.\nscript:\n" + _LINE,
            f"{_NOTE}level: open\npurpose: A rest.\nscript:\n" + _LINE,
            f"{_NOTE}level: open\nreview: Read.\nscript:\n" + _LINE,
        ),
        passing=(
            f"{_HEAD}{_NOTE}script:\n" + _LINE,
            f"level: agreed\nreview: Read by a clinician.\npurpose: A rest.\n{_NOTE}script:\n" + _LINE,
        ),
        profiles=frozenset(Profile) - {Profile.GENERAL},
    ),
    Rule(
        id="GA42",
        name="What is heard can be read",
        severity=Severity.ERROR,
        reason="Who cannot hear a line, or would rather not, has only the transcript, captions and lyrics: "
        "there a slot shows its fallback, and a line without one says nothing.",
        source="WCAG 2.1, success criterion 1.2.1, Audio-only and Video-only (Prerecorded)",
        blind="Whether the fallback says as much as what is filled in, and sounds that are no words.",
        find=_to_be_read,
        failing=(
            'slots:\n  place: {fallback: ""}\nscript:\n- settle: "{place}"\n' + _LINE,
            'slots:\n  wish: {private: true}\nscript:\n- "{wish}."\n' + _LINE,
        ),
        passing=(
            'slots:\n  place: {fallback: the harbour wall}\nscript:\n- settle: "{place}"\n' + _LINE,
            'slots:\n  name: {fallback: ""}\nscript:\n- Here is some time{, name}.\n' + _LINE,
        ),
    ),
    Rule(
        id="GA46",
        name="A language whose words are known",
        severity=Severity.NOTE,
        reason="A check that knows no words of a language must not look as if it had found nothing.",
        source="our own",
        blind="Every rule that looks for words.",
        find=_language,
        failing=(
            "language: de\nscript:\n- Regen fällt auf den Schuppen.\n",
            "language: fr-FR\nscript:\n- La pluie tombe sur le toit.\n",
        ),
        passing=("language: en-US\nscript:\n" + _LINE, _LINE),
    ),
)
