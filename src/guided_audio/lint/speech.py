"""GA50 to GA54: what a synthetic voice reads through, stumbles over, or says aloud by mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guided_audio.lint.context import Meant
from guided_audio.lint.phrases import Hit
from guided_audio.lint.reading import Said, found, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject

SHORT = 4
"""Words below which some engines lose the sound of a sentence."""

_UNHEARD = re.compile(r"\.{2,}|…|\s[-–—]+(?=\s)|(?<=\w)[–—](?=[^\W\d])|—|\s(?:\||//)\s")
_BRACKETS = re.compile(r"\(([^()]{1,60})\)|\[([^\[\]]{1,60})\]|(?<!\w)\*{1,2}([^*\s][^*]{0,60})\*{1,2}(?!\w)")
_SIGNS = re.compile(r"\A#{1,6}\s|-{3,}|={3,}|\*{2,}|_{3,}")
_TAGS = re.compile(r"</?[A-Za-z#][^<>]{0,80}>|\[\[\s*(?:slnc|rate|pbas)|\\pau\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\d+\s*(?:s|secs?|seconds?|mins?|minutes?|breaths?)\b", re.IGNORECASE)


def _unheard(subject: Subject) -> Iterator[Finding]:
    for sentence in subject.sentences:
        sign = _UNHEARD.search(sentence.text)
        if sign:
            message = f"“{sign[0].strip()}” looks like a pause, and most voices read through it."
            hint = "Write the pause, like [2s], or end the sentence there."
            yield Finding(sentence.place, "GA50", Severity.WARNING, message, hint)


def _short(subject: Subject) -> Iterator[Finding]:
    """One note for a script, at the first of them: short lines are good style, and most voices say them."""
    short = [said for said in spoken(subject) if 0 < len(said.sentence.text.split()) < SHORT]
    if short:
        message = f"Sentences of under {SHORT} words come out wrong with some voices; there are {len(short)}."
        hint = "Listen to this one with the voice you chose. If it suffers, join it to its neighbour."
        yield Finding(short[0].sentence.place, "GA51", Severity.NOTE, message, hint)


def _two_sounds(subject: Subject) -> Iterator[Finding]:
    """Each word once, where it is first heard, unless the line or a lexicon says how it sounds."""
    lines = subject.lines
    told: set[str] = set()
    for said in spoken(subject):
        for hit in found(subject, said, "speech/heteronyms"):
            word = Meant(said, hit)
            key = word.text.lower()
            written = {respelled.lower() for respelled in lines[said.sentence.line].sounds_like}
            known = any(entry.is_in(word.text) for entry in subject.script.lexicon)
            if key not in told and key not in written and not known:
                told.add(key)
                hint = "Listen to it. If it comes out wrong, write under `sounds-like` how it is said."
                yield word.finding("GA52", Severity.NOTE, "{words} can be said in two ways.", hint)


def _leaked(subject: Subject) -> Iterator[Finding]:
    for said in spoken(subject):
        text = _direction(subject, said)
        if text:
            message = f"“{text}” is for whoever reads, and would be spoken."
            hint = "Put it under `direction`, a pause under `pause`, a heading under `chapter`."
            yield Finding(said.sentence.place, "GA53", Severity.ERROR, message, hint)


def _direction(subject: Subject, said: Said) -> str:
    """What in a sentence is a direction, nothing if there is none."""
    text = said.sentence.text
    sign = _SIGNS.search(text)
    if sign:
        return sign[0].strip()
    hits = list(found(subject, said, "speech/cues"))
    for bracket in _BRACKETS.finditer(text):
        inside = [hit for hit in hits if _within(said, hit.first, bracket)]
        if inside or bracket[2] or _AMOUNT.search(bracket[0]):
            return bracket[0]
    whole = [hit for hit in found(subject, said, "speech/directions") if _all(said, hit)]
    whole += [hit for hit in hits if hit.first == 0 and _label(said, hit.last)]
    return Meant(said, whole[0]).text if whole else ""


def _within(said: Said, place: int, bracket: re.Match[str]) -> bool:
    return bracket.start() <= said.read.words[place].start < bracket.end()


def _all(said: Said, hit: Hit) -> bool:
    return hit == Hit(0, len(said.read.words)) and not said.asks


def _label(said: Said, last: int) -> bool:
    """Whether a colon stands behind the words, as behind the name of a speaker."""
    return said.sentence.text[said.read.words[last - 1].end :].lstrip(" *").startswith(":")


def _engine_marks(subject: Subject) -> Iterator[Finding]:
    for sentence in subject.sentences:
        tag = _TAGS.search(sentence.text)
        if tag:
            message = f"“{tag[0]}” asks the voice for something it may read aloud."
            hint = "Silence is written here: [2s] inside a line, or a step like `- pause: 8s`."
            yield Finding(sentence.place, "GA54", Severity.ERROR, message, hint)


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA50",
        name="Pauses are written, not dotted",
        severity=Severity.WARNING,
        reason="Voices read through dots and dashes, so that the quiet meant by them is not there.",
        source="rhasspy/piper issue 839; OHF-Voice/piper1-gpl issue 291",
        blind="Commas meant as pauses, and blank lines, which are gone before a script is read.",
        find=_unheard,
        failing=(
            "- notice: And now ... your hands.",
            "- notice: The hands — both of them — are warm or cool.",
            "- settle: Wait… and rest.",
        ),
        passing=(
            "- notice: And now [2s] your hands.",
            "- settle: Half-open eyes are fine, for 3–5 breaths.",
        ),
    ),
    Rule(
        id="GA51",
        name="Very short sentences are listened to",
        severity=Severity.NOTE,
        reason="Some voices lose the sound of a sentence of one, two or three words.",
        source="remsky/Kokoro-FastAPI issue 239; hexgrad/kokoro issue 228",
        blind="Which voice will speak: with most of them nothing is wrong, so this is one note for a script.",
        find=_short,
        failing=("- Rest here.", "- notice: There are your hands. And feet."),
        passing=("- There is some time to rest here.", "- notice: Your hands may be warm or cool."),
    ),
    Rule(
        id="GA52",
        name="Words that are said in two ways",
        severity=Severity.NOTE,
        reason="A voice that picks the other sound makes nonsense of a sentence, often the one that matters.",
        source="remsky/Kokoro-FastAPI issue 239",
        blind="Which of the two a voice picks; common turns such as “a minute” are let pass. Names and "
        "foreign words.",
        find=_two_sounds,
        failing=("- settle: The bow of the boat is near.", "- notice: The wind may wind round the house."),
        passing=(
            "- say: The bow of the boat is near.\n  sounds-like: {bow: bau}",
            "- settle: Here is a minute to stay with the present moment.",
        ),
    ),
    Rule(
        id="GA53",
        name="Directions are not spoken",
        severity=Severity.ERROR,
        reason="Whatever stands in a line is said, and a cue read aloud breaks the trust in the voice.",
        source="Our design value, from sixty scripts seen in the wild",
        blind="A direction written as a whole sentence in other words. Square brackets are already a "
        "mistake of the form.",
        find=_leaked,
        failing=(
            "- notice: There are your hands (pause).",
            '- "Soft voice: there are your hands."',
            "- settle: Pause for ten seconds.",
            "- notice: Rest your hands. *softly* They are yours.",
        ),
        passing=(
            "- say: There are your hands.\n  direction: soft voice",
            "- You are free to stop, pause or skip ahead.",
            "- settle: The hands (both of them) can rest.",
        ),
    ),
    Rule(
        id="GA54",
        name="Silence is not asked of the voice",
        severity=Severity.ERROR,
        reason="Voices cut such silence short, get its length wrong, or read the mark aloud.",
        source="Documentation of Amazon Polly, Microsoft Azure and Inworld on breaks",
        blind="Marks of engines that look like words.",
        find=_engine_marks,
        failing=(
            '- Rest here. <break time="3s"/> And now your hands.',
            "- notice: Rest here <silence> and look around.",
        ),
        passing=("- Rest here. [3s] And now your hands.", "- Rest here.\n- pause: 8s"),
    ),
)
