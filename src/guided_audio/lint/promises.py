"""GA14, GA15, GA27, GA28, GA45: what a recording cannot know or bring about, is not, and must not claim."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from guided_audio.lint.aloud import CUE, said_otherwise
from guided_audio.lint.context import USUAL, Excuse, Meant, excused, meant, near, once
from guided_audio.lint.phrases import Hit
from guided_audio.lint.reading import found, found_in_all, has, spoken
from guided_audio.lint.rule import Finding, Rule, Severity, Subject

_OPEN = USUAL | Excuse.SUPPOSED | Excuse.ASKED

_OTHERS = Excuse.QUOTED | Excuse.SAID_BY_LISTENER | Excuse.REPORTED | Excuse.ASKED


def _safety(subject: Subject) -> Iterator[Finding]:
    for promise in meant(subject, "promises/safety", _OPEN):
        yield promise.finding(
            "GA14",
            Severity.ERROR,
            "{words} promises what a recording cannot know.",
            "Name what is there instead: the floor, the door, today's date. Or ask: is it safe enough "
            "for now?",
        )


def _outcome(subject: Subject) -> Iterator[Finding]:
    everything = spoken(subject)
    for claim in meant(subject, "promises/outcome", _OPEN):
        if has(subject, claim.said, "promises/hedges"):
            continue
        if not near(subject, everything, claim.said.index, "promises/either-way"):
            yield claim.finding(
                "GA15",
                Severity.WARNING,
                "{words} tells the listener what is felt, or will be.",
                "Leave it open: there may be some ease, or not.",
            )


def _company(subject: Subject) -> Iterator[Finding]:
    written = _claims(subject)
    for claim in written:
        yield claim.finding(
            "GA27",
            Severity.ERROR,
            "{words} is a line for a person, and a synthetic voice is none.",
            "Leave it out, or speak of what is really there, such as the notes or the next session.",
        )
    told = {claim.said.sentence.line for claim in written}
    for claim in _claims(said_otherwise(subject)):
        sentence = claim.said.sentence
        if sentence.line not in told:  # what is said in place of a word may be a client's: it is not quoted
            said = _IN_A_CUE if sentence.line == CUE else _REPLACED
            yield Finding(sentence.place, "GA27", Severity.ERROR, *said)


_IN_A_CUE = (
    "A breathing cue says what only a person may say, and a synthetic voice says every cue.",
    "Cues cannot be recorded. Word it in another way, or put it into a line that you record.",
)

_REPLACED = (
    "What is said in place of words here is for a person to say, and a synthetic voice is none.",
    "Look at `sounds-like` and at the lexicon: they are for how a word sounds.",
)


def _claims(subject: Subject) -> list[Meant]:
    """Every sentence that promises company, once."""
    return once(meant(subject, "promises/company", _OTHERS), _parted(subject))


def _parted(subject: Subject) -> Iterator[Meant]:
    """Company with a mark in it: “here I am, with you”."""
    everything = spoken(subject)
    between = subject.words.get("promises/presence-between", ())
    for index, here in found_in_all(subject, "promises/presence").items():
        said = everything[index]
        for start, end in product(here, found(subject, said, "promises/beside")):
            words = said.read.words[start.last : end.first]
            hit = Hit(start.first, end.last)
            close = start.last <= end.first and all(word.text in between for word in words)
            if close and not excused(subject, said, hit, _OTHERS):
                yield Meant(said, hit)
                break


def _person(subject: Subject) -> Iterator[Finding]:
    for claim in meant(subject, "promises/person", USUAL | _OTHERS | Excuse.SUPPOSED):
        yield claim.finding(
            "GA45",
            Severity.WARNING,
            "{words} says that a person speaks, and the voice is synthetic.",
            "Say “this voice” or “this recording”, or leave it out.",
        )


def _cure(subject: Subject) -> Iterator[Finding]:
    for claim in meant(subject, "promises/cure"):
        yield claim.finding(
            "GA28",
            Severity.ERROR,
            "{words} claims to heal, or to stand in for care.",
            "Say what this is for in plain words, and that it goes alongside therapy.",
        )


RULES: tuple[Rule, ...] = (
    Rule(
        id="GA14",
        name="No promise of safety",
        severity=Severity.ERROR,
        reason="The listener may be in danger where she listens, and home may be the place it comes from.",
        source="Roberts on imagery of a safe place; dis-sos on the same",
        blind="Safety promised in pictures, such as walls and guards. What is quoted, denied, asked or "
        "only supposed "
        "is left out.",
        find=_safety,
        failing=(
            "- settle: You are completely safe here.",
            "- Nothing can harm you now.",
            "- settle: Relax in the safety of your own home.",
        ),
        passing=(
            "- A part may not believe the words “you are safe”.",
            "- ask: Is there a place that feels safe enough for now?",
            "- Stop where you are safe to stop.",
        ),
    ),
    Rule(
        id="GA15",
        name="No outcome is foretold",
        severity=Severity.WARNING,
        reason="Whoever does not feel what is announced has failed, and kindness can bring up pain "
        "before it brings ease.",
        source="Cai 2024 on backdraft, doi 10.1007/s12671-024-02324-7; our design value",
        blind="Outcomes told in pictures, and feelings that are not in the list.",
        find=_outcome,
        failing=(
            "- notice: You feel calm now.",
            "- notice: Notice your heart opening.",
            "- settle: All tension melts away.",
        ),
        passing=(
            "- notice: There may be some calm, or not.",
            "- notice: Notice whether your heart is opening.",
            "- ask: Is your heart opening?",
            "- notice: Your heart opens a little.\n- settle: Or not, and that is fine too.",
        ),
    ),
    Rule(
        id="GA27",
        name="Only a person says what only a person can say",
        severity=Severity.ERROR,
        reason="Company and love that nobody gives are one more promise that is not kept.",
        source="Our design value: every voice of this program is synthetic",
        blind="Company, love or trust in other words, in pictures (“these arms are round you”), told of "
        "somebody else (“somebody is with you”), or parted into two sentences or lines. What stands "
        "in quotation marks counts as said by somebody else. It looks at "
        "breathing cues, and at what `sounds-like` and a lexicon put in the place of words, but not at "
        "sounds (`ipa`), and knows English alone. Who recorded a line: `check` does not look for takes. "
        "`build` does, and refuses such a line only where no take of a person is used.",
        find=_company,
        failing=(
            "- settle: I am here with you.",
            "- I will stay with you for ever.",
            "- Here I am, with you.",
            "- My love goes with you.",
            "- There is some time to rest.\n- breathe: {in: 4s, out: 5s, rounds: 2, in-cue: I am with you.}",
            "- say: By the lake it is quiet.\n  sounds-like: {lake: I am here with you}",
        ),
        passing=(
            "- settle: You could tell the part, “I'm here with you”.",
            "- I'll be quiet for a while now.",
        ),
    ),
    Rule(
        id="GA28",
        name="No cure, and nothing instead of care",
        severity=Severity.ERROR,
        reason="There is no evidence for such a claim, and somebody may stop what helps because of it.",
        source="Our design value; the trial of group therapy with parts, NCT05095428, found no "
        "difference between arms",
        blind="Claims in the title, the notes or the cover, which nobody speaks.",
        find=_cure,
        failing=(
            "- This will heal your trauma.",
            "- You can listen to this instead of medication.",
        ),
        passing=(
            "- This goes alongside therapy, and is not to be used instead of therapy.",
            "- This is no cure. It is ten quiet minutes.",
        ),
    ),
    Rule(
        id="GA45",
        name="Nobody is said to speak who does not",
        severity=Severity.WARNING,
        reason="Whoever listens alone is owed the knowledge that no person speaks, and may trust less once "
        "it turns out.",
        source="Regulation (EU) 2024/1689, Article 50(2), on marking sound that is generated: it binds "
        "whoever provides such systems, and what it asks of a therapist is not settled. That listeners "
        "should know is our design value",
        blind="Claims between the lines, and who recorded a line, should a therapist's own voice take its "
        "place. That the voice is synthetic stands in every file's comment, on every sheet of notes, and at "
        "the foot of a series' page.",
        find=_person,
        failing=(
            "- settle: This is my voice, and I recorded this for you.",
            "- settle: You are hearing me now.",
            "- settle: Follow the sound of my voice.",
        ),
        passing=(
            "- settle: No person is speaking here. This voice is made by a program.",
            "- settle: You could tell the part, “You can hear me”.",
            "- ask: Who recorded this for you?",
        ),
    ),
)
