"""GA08, GA40 to GA44, GA46: sounds, safety, level, reading, privacy, licences, language; profiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from guided_audio.inspection import Inspection, inspect_scripts
from guided_audio.lint import Profile, metadata, privacy, sound
from lint_cases import at_once, case, lines_found

RULES = {rule.id: rule for rule in (*metadata.RULES, *privacy.RULES, *sound.RULES)}

LINES = {
    "GA08": [[1], [1], [3], [2]],
    "GA40": [[-1], [1], [1], [2]],
    "GA41": [[-1] * 4, [0], [0], [0], [0]],
    "GA42": [[4], [4]],
    "GA43": [[1]] * 7,
    "GA44": [[1], [3], [2], [1], [1]],
    "GA46": [[1], [1]],
}
"""Where each failing example has its findings; a title above it has line 0, or -1 above `script:`."""

HEAD = "title: A\nscript:\n"
RAIN = "- Rain falls on the shed.\n"


@pytest.mark.parametrize("name", LINES)
def test_a_finding_stands_in_its_line(name: str, tmp_path: Path) -> None:
    """In every failing example of the rule."""
    assert lines_found(tmp_path, RULES[name]) == LINES[name]


# Sounds


@pytest.mark.parametrize(("under", "found"), [(18, []), (17, ["warning"]), (6, ["warning"]), (5, ["error"])])
def test_a_bed_stays_under_the_voice(under: int, found: list[str], tmp_path: Path) -> None:
    """Rather near is a warning, as loud as the voice an error."""
    findings = case(
        tmp_path, f"title: A\nbed: {{sound: ocean, under: {under} dB}}\nscript:\n{RAIN}"
    ).findings("GA08")
    assert [one.severity.value for one in findings] == found


def test_a_bell_is_for_those_who_want_one(tmp_path: Path) -> None:
    """Once for all bells of a script, and not where nobody is startled easily."""
    of = case(tmp_path, f"{HEAD}{RAIN}- bell: bowl\n{RAIN}- bell: chime\n")
    assert [one.place.line for one in of.findings("GA08")] == [4]
    assert len(of.findings("GA08", Profile.SLEEP)) == 1
    assert of.findings("GA08", Profile.GENERAL) == of.findings("GA08", Profile.WALKING) == ()


def test_every_own_sound_is_asked_for_its_licence(tmp_path: Path) -> None:
    """Beds and bells, each in its place; a recipe is no recording."""
    (tmp_path / "hum.yaml").write_text((Path(__file__).parents[1] / "sounds" / "warm-pad.yaml").read_text())
    own = f"title: A\nbed: sea.wav\nscript:\n- bell: gong.wav\n{RAIN}- bell: gong.wav\n"
    assert [one.place.line for one in case(tmp_path, own).findings("GA44")] == [2, 4, 6]
    assert case(tmp_path, f"title: A\nbed: hum.yaml\nscript:\n{RAIN}").findings("GA44") == ()


@pytest.mark.parametrize(
    ("terms", "found"),
    [
        ("licence: own", ""),
        ("licence: owned by the practice", ""),
        ("licence: generated", ""),
        ("licence: CC0 1.0", ""),
        ("licence: Public Domain", ""),
        ('licence: "free, no attribution needed"', ""),
        ("licence: CC BY-SA 4.0, credit: A. Diver", ""),
        ("licence: cc-by 3.0", "warning"),
        ("licence: Creative Commons Attribution", "warning"),
        ("licence: CC-BY-NC", "error"),
        ("licence: Attribution-NonCommercial, credit: A. Diver", "error"),
        ("licence: for personal use only", "error"),
        ("credit: A. Diver", "warning"),
    ],
)
def test_a_licence_says_what_may_be_done(terms: str, found: str, tmp_path: Path) -> None:
    """With a bed at the top, that of a chapter, and a bell."""
    for text in (
        f"title: A\nbed: {{sound: sea.wav, {terms}}}\nscript:\n{RAIN}",
        f"{HEAD}- chapter: One\n  bed: {{sound: sea.wav, {terms}}}\n{RAIN}",
        f"{HEAD}{RAIN}- bell: {{sound: sea.wav, {terms}}}\n{RAIN}",
    ):
        severities = [one.severity.value for one in case(tmp_path, text).findings("GA44")]
        assert severities == ([found] if found else [])


def test_a_licence_counts_for_every_use_of_its_file(tmp_path: Path) -> None:
    """Written once, it is written for all; another file has none by that."""
    text = f"title: A\nbed: sea.wav\nscript:\n{RAIN}- bell: {{sound: sea.wav, licence: own}}\n{RAIN}"
    assert case(tmp_path, text).findings("GA44") == ()
    other = case(tmp_path, f"{text}- bell: gong.wav\n").findings("GA44")
    assert [one.place.line for one in other] == [7]


# Safety


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Samaritans are at 116 123.", 1),
        ("You can call 0808 2000 247.", 1),
        ("Dial 999.", 1),
        ("Text the word to 85258.", 1),
        ("There are 999 leaves.", 0),
        ("Call them 12 leaves.", 0),
        ("The notes have numbers for help.", 0),
    ],
)
def test_numbers_for_help_are_not_read_aloud(said: str, found: int, tmp_path: Path) -> None:
    """A known line, or a number after a word of calling."""
    findings = case(tmp_path, f"{HEAD}- Not while driving.\n- {said}\n").findings("GA40")
    assert [one.place.line for one in findings] == [4] * found


@pytest.mark.parametrize("key", ["content-note", "notes", "therapist-notes"])
def test_numbers_for_help_stand_where_their_day_is_noted(key: str, tmp_path: Path) -> None:
    """Written into a script they grow old unseen; a number that is none for help may stand there."""
    said = "script:\n- Not while driving.\n"
    found = case(tmp_path, f"title: A\n{key}: Ring 116 123.\n{said}").findings("GA40")
    assert [(one.place.line, one.severity.value) for one in found] == [(2, "warning")]
    assert f"`{key}`" in found[0].message
    other = f"title: A\n{key}: Ring the practice on 01234 567890, room 12.\n{said}"
    assert case(tmp_path, other).findings("GA40") == ()


def test_driving_is_spoken_of_in_the_note_or_in_the_recording(tmp_path: Path) -> None:
    """Either is enough; the finding stands at the note there is."""
    noted = f"title: A\ncontent-note: Not for the time behind the wheel.\nscript:\n{RAIN}"
    assert case(tmp_path, noted).findings("GA40") == ()
    other = f"title: A\ncontent-note: It rains.\nscript:\n{RAIN}"
    assert [one.place.line for one in case(tmp_path, other).findings("GA40")] == [2]


def test_without_the_file_nothing_is_said_of_a_level(tmp_path: Path) -> None:
    """Whether it was written cannot be known then."""
    found = [one.message for one in at_once(tmp_path, HEAD + RAIN) if one.rule == "GA41"]
    assert len(found) == 3
    assert not any("alone" in message for message in found)


# Privacy


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        ("Sleep well, Zofia.", ["name"]),
        ("Hello Zofia, here is some time.", ["name"]),
        ("Here is Anna's hour.", ["name"]),
        ("Your partner Jo may call.", ["name"]),
        ("Write to a.b@example.org or 01234 567890.", ["email", "phone"]),
        ("On 03/04/1984 it rained.", ["date"]),
        ("It was in May 1999.", ["date"]),
        ("Welcome. Rain falls.", []),
        ("Welcome, Self.", []),
        ("Thank you, I say, and so does your friend. May it rain.", []),
        ("Call 0808 2000 247.", []),
        ("Count from 10 to 1, or 3.5 times.", []),
        ("Will and grace, a rose in June, 1 or 2.", []),
    ],
)
def test_nobody_is_given_away(said: str, kinds: list[str], tmp_path: Path) -> None:
    """Names after a greeting or a kinship, common names anywhere, addresses, numbers, dates."""
    findings = case(tmp_path, f'{HEAD}- "{said}"\n').findings("GA43")
    assert all((one.place.line, one.place.column) == (3, 4) for one in findings)
    assert len(findings) == len(kinds)
    assert all(any(kind in one.message for one in findings) for kind in kinds)


@pytest.mark.parametrize("key", ["title", "purpose", "content-note", "album"])
def test_what_players_show_gives_nobody_away(key: str, tmp_path: Path) -> None:
    """A name in a tag goes wherever the file goes; a capital alone is no name there."""
    head = "" if key == "title" else "title: A\n"
    named = case(tmp_path, f"{head}{key}: Evenings for Thomas\nscript:\n{RAIN}").findings("GA43")
    assert [one.place.line for one in named] == [1 if key == "title" else 2]
    assert case(tmp_path, f"{head}{key}: Welcome Home\nscript:\n{RAIN}").findings("GA43") == ()


@pytest.mark.parametrize("key", ["notes", "therapist-notes"])
def test_notes_name_nobody_and_may_say_how_to_reach_a_practice(key: str, tmp_path: Path) -> None:
    """A client's name or a date gives her away on paper too; the number of the practice does not."""
    named = f"title: A\n{key}:\n- Rain.\n- For Thomas, born in May 1999.\nscript:\n{RAIN}"
    found = case(tmp_path, named).findings("GA43")
    assert [(one.place.line, one.place.column) for one in found] == [(3, 1), (3, 1)]
    reached = f"title: A\n{key}: Ring 01234 567890, or write to a@example.org.\nscript:\n{RAIN}"
    assert case(tmp_path, reached).findings("GA43") == ()


def test_the_artist_may_have_a_name(tmp_path: Path) -> None:
    """It is the therapist's own."""
    assert case(tmp_path, f"title: A\nartist: Anna Smith\nscript:\n{RAIN}").findings("GA43") == ()


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("for-anna.yaml", 1),
        ("Anna_2.yaml", 1),
        ("client-a-march.yaml", 1),
        ("session-2024-03-01.yaml", 1),
        ("session_2024_03_01.yaml", 1),
        ("body-scan-10.yaml", 0),
        ("annals.yaml", 0),
    ],
)
def test_the_name_of_a_file_gives_nobody_away(name: str, found: int, tmp_path: Path) -> None:
    """It goes into the name of what is made from it."""
    findings = case(tmp_path, HEAD + RAIN, name).findings("GA43")
    assert [(one.place.line, one.place.path) for one in findings] == [(1, name)] * found


def test_no_message_has_the_words_of_a_script(tmp_path: Path) -> None:
    """What was found is told by its kind, for a message may end up in a log."""
    of = case(tmp_path, f"{HEAD}- Welcome, Zofia. Call 0123 456 7890.\n", "for-anna.yaml")
    for one in of.findings("GA43"):
        assert "Zofia" not in one.message + one.hint
        assert "0123" not in one.message + one.hint


# Language


def test_in_another_language_only_what_needs_no_words_is_looked_at(tmp_path: Path) -> None:
    """No rule takes the want of words for the want of a sentence."""
    head = "title: A\nlanguage: de\ncontent-note: Regen.\nlevel: open\nscript:\n"
    text = f"{head}- Es regnet.\n- pause: 41s\n- Es regnet.\n"
    found = case(tmp_path, text).findings()
    rules = {one.rule for one in found}
    assert rules >= {"GA03", "GA41", "GA46"}
    assert rules.isdisjoint({"GA01", "GA02", "GA06", "GA40"})


# Profile


def test_a_script_says_what_it_is_for(tmp_path: Path) -> None:
    """Each is looked at by its own profile, and by the one asked for where one is."""
    bell = f"{RAIN}- bell: bowl\n{RAIN}"
    plain = case(tmp_path, HEAD + bell, "plain.yaml").script
    walk = case(tmp_path, f"title: A\nprofile: walking\nscript:\n{bell}", "walk.yaml").script
    assert walk.profile is Profile.WALKING
    assert _with_bells(inspect_scripts([plain, walk])) == {"plain.yaml"}
    assert _with_bells(inspect_scripts([plain, walk], Profile.SLEEP)) == {"plain.yaml", "walk.yaml"}
    assert _with_bells(inspect_scripts([plain, walk], Profile.GENERAL)) == set()


def _with_bells(found: Inspection) -> set[str]:
    return {one.place.path for one in found.findings if one.rule == "GA08"}


def test_a_rule_that_does_not_hold_for_a_script_needs_no_putting_aside(tmp_path: Path) -> None:
    """A comment without effect is told of where the rule holds by the script's own profile."""
    head = "# lint: off GA02 because it ends elsewhere\ntitle: A\nending: sleep\n"
    for profile, found in (("trauma-sensitive", 1), ("general", 0)):
        script = case(tmp_path, f"{head}profile: {profile}\nscript:\n{RAIN}").script
        findings = inspect_scripts([script]).findings
        assert [one.rule for one in findings].count("GA02") == found


# To be read


@pytest.mark.parametrize(
    ("slot", "said", "found"),
    [
        ('{fallback: ""}', "{word}", 1),
        ('{fallback: ""}', "{, word}. [2s] {word}", 1),
        ('{fallback: "…"}', "{word}", 1),
        ("{private: true}", "{word}", 1),
        ("{fallback: rain}", "{word}", 0),
        ('{fallback: ""}', "Rain{, word}.", 0),
    ],
)
def test_a_line_that_is_heard_can_be_read(slot: str, said: str, found: int, tmp_path: Path) -> None:
    """With its slots as they are shown, it has a word; in every language."""
    for language in ("en-GB", "de"):
        head = f"title: A\nlanguage: {language}\nslots:\n  word: {slot}\nscript:\n"
        findings = case(tmp_path, f'{head}{RAIN}- "{said}"\n').findings("GA42")
        assert [(one.place.line, one.severity.value) for one in findings] == [(7, "error")] * found
