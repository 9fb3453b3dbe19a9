"""Words said otherwise than they are written: by the line, by the folder, by the practice."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Cli
from guided_audio.engines.fake import FakeEngine
from guided_audio.errors import Place
from guided_audio.lexicon import Entry, entries_for, pronounced
from guided_audio.library import Library
from guided_audio.pacing import Saying, score
from guided_audio.reader import Reading, read
from guided_audio.reader.series import read_series
from guided_audio.speaking import Cast, Speaker
from guided_audio.speech import Sound, Speech, Utterance, Voice
from guided_audio.store import Store

pytest_plugins = ["e2e_fixtures"]

PLACE = Place("lexicon.yaml")

SCRIPT = """\
title: By the sea
bed: none
slots:
  name: {fallback: ""}
script:
- tick: Rhos is where the boats are{, name}. The Rhos's harbour is small.
- say: The bow of the boat points out.
  sounds-like: {bow: bau}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a script, and a practice without a lexicon."""
    monkeypatch.setenv("GUIDED_AUDIO_LEXICON", str(tmp_path / "practice.yaml"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "practice.yaml").write_text("en: {}\n", encoding="utf-8")
    (tmp_path / "sea.yaml").write_text(SCRIPT, encoding="utf-8")
    return tmp_path


def reading(folder: Path) -> Reading:
    """The script in the folder."""
    return read(folder / "sea.yaml", Library(), "sea.yaml")


def said(folder: Path, **values: str) -> list[str]:
    """What an engine is asked to say."""
    found = reading(folder)
    assert found.script, found.problems
    return [saying.text for saying in score(found.script, values).sayings]


def entry(word: str, says: str = "", ipa: str = "") -> Entry:
    """A word of a lexicon."""
    return Entry(word, PLACE, says, ipa)


def test_the_folder_says_how_its_words_are_said(folder: Path) -> None:
    """Whole words, with a possessive behind them; the line's own respelling is as it was."""
    (folder / "lexicon.yaml").write_text("en-GB:\n  Rhos: Rohss\n", encoding="utf-8")
    texts = said(folder)
    assert texts[0].startswith("Rohss is where")
    assert texts[1] == "The Rohss's harbour is small."
    assert texts[2] == "The bau of the boat points out."


def test_the_folder_counts_before_the_practice_and_the_line_before_both(folder: Path) -> None:
    """What only the practice has holds as well."""
    practice = "en:\n  Rhos: nowhere\n  harbour: haven\n  bow: never\n"
    (folder / "practice.yaml").write_text(practice, encoding="utf-8")
    (folder / "lexicon.yaml").write_text("en-GB:\n  Rhos: Rohss\n", encoding="utf-8")
    texts = said(folder)
    assert texts[1] == "The Rohss's haven is small."
    assert texts[2] == "The bau of the boat points out."


def test_a_clients_name_is_said_right_and_shown_nowhere(folder: Path) -> None:
    """What fills a slot is looked up; no `repr` of the script has the entry."""
    (folder / "lexicon.yaml").write_text("en:\n  Siobhan: Shivawn\n", encoding="utf-8")
    assert "Shivawn" in said(folder, name="Siobhan")[0]
    script = reading(folder).script
    assert script
    assert "hivawn" not in repr(script)
    assert "Siobhan" not in repr(script)


def test_another_language_has_its_own_words(folder: Path) -> None:
    """`en` holds for `en-GB`; `en-US` and `de` do not."""
    words = {"de": [entry("sea", "x")], "en-US": [entry("sea", "y")], "en": [entry("sea", "z")]}
    assert [one.says for one in entries_for("en-GB", [words])] == ["z"]
    assert entries_for("fr", [words]) == ()
    (folder / "lexicon.yaml").write_text("de:\n  Rhos: Rohss\n", encoding="utf-8")
    assert said(folder)[0].startswith("Rhos")


def test_capitals_count_where_they_are_written() -> None:
    """`Self` is not `self`; `bow` is `Bow` at the beginning of a sentence."""
    words = [entry("Self", "sell f"), entry("bow", "bau")]
    assert pronounced("Self and self. Bow to it.", {}, words).text == "sell f and self. bau to it."


def test_sounds_are_for_engines_that_take_them() -> None:
    """Where they stand is counted in the text that the others say; a possessive is part of it."""
    found = pronounced("For Siobhan's cat.", {}, [entry("Siobhan", "shivawn", "ʃɪˈvɔːn")], "en-GB")
    assert found.text == "For shivawn's cat."
    (sound,) = found.sounds
    assert found.text[sound.start : sound.end] == "shivawn's"
    assert sound.ipa == "ʃɪˈvɔːnz"


def test_a_lexicon_is_no_script(folder: Path, cli: Cli) -> None:
    """A folder of scripts with a lexicon in it has as many scripts as before."""
    (folder / "lexicon.yaml").write_text("en:\n  Rhos: Rohss\n", encoding="utf-8")
    done = cli("check", str(folder), "--profile", "general")
    assert "lexicon.yaml" not in done.out


def test_a_series_says_the_words_of_scripts_it_borrows(folder: Path) -> None:
    """A built-in script in a series of one's own is said as those beside it; a mistake is told once."""
    (folder / "lexicon.yaml").write_text("en:\n  Rhos: Rohss\n", encoding="utf-8")
    names = Library().script_names()[:2]
    (folder / "series.yaml").write_text(f"series: Borrowed\ntracks: [{', '.join(names)}]\n", encoding="utf-8")
    found = read_series(folder / "series.yaml", Library(), "series.yaml").series
    assert found
    assert [[one.says for one in track.script.lexicon] for track in found.tracks] == [["Rohss"], ["Rohss"]]
    (folder / "lexicon.yaml").write_text("en:\n  Rhos: []\n", encoding="utf-8")
    problems = read_series(folder / "series.yaml", Library(), "series.yaml").problems
    assert [str(problem.place) for problem in problems] == ["lexicon.yaml:2:9"]


MISTAKES = {
    "- Rhos\n": (1, 1, "a language, and its words"),
    "english words:\n  Rhos: Rohss\n": (1, 1, "no language"),
    "en: Rohss\n": (1, 5, "Under a language stand its words"),
    "en:\n  Rhos on Sea: x\n": (2, 3, "one word"),
    "en:\n  Rhos: ''\n": (2, 9, "missing how"),
    "en:\n  Rhos: [x]\n": (2, 9, "missing how"),
    "en:\n  Rhos: {}\n": (2, 9, "missing how"),
    "en:\n  Rhos: {say: x}\n": (2, 10, "no key `say`"),
    "en:\n  Rhos: {ipa: ''}\n": (2, 15, "what `ipa` is"),
    "en:\n  Rhos: '[[x]]'\n": (2, 9, "letters only"),
    "en:\n  Rhos: {ipa: '<x>'}\n": (2, 15, "letters only"),
    "en:\n  Rhos: x\n  Rhos: y\n": (3, 3, ""),
    "en:\n  Rhós: x\n  Rho\u0301s: y\n": (3, 3, "an entry already"),
    "en:\n  rhos: x\nEN:\n  rhos: y\n": (4, 3, "an entry already"),
    "en:\n  Rhos: {ipa: '/rəʊs/'}\n": (2, 15, "Phonetic Alphabet"),
    'en:\n  Rhos: {ipa: "ROHS"}\n': (2, 15, "Phonetic Alphabet"),
    "en-UK:\n  Rhos: x\n": (1, 1, "no language of this tag"),
    "xx:\n  Rhos: x\n": (1, 1, "no language of this tag"),
    f"en:\n  Rhos: {'o' * 200}\n": (2, 9, "longer than"),
    'en:\n  Rhos: "x\\q"\n': (2, 11, "backslash"),
    "en:\n  Rhos: Rhos: x\n": (2, 13, "colon"),
    "# nothing\n": (1, 1, "nothing in this file"),
    "en:\n  '': x\n": (2, 3, "one word"),
    "en:\n  Rhos: {says: Rhos, ipa: \n": (2, 3, "cannot be understood"),
}


@pytest.mark.parametrize("text", MISTAKES, ids=range(len(MISTAKES)))
def test_every_mistake_has_its_place_and_shows_no_word(folder: Path, text: str) -> None:
    """One message each, in the lexicon, and it quotes nothing of it."""
    (folder / "lexicon.yaml").write_text(text, encoding="utf-8")
    found = reading(folder)
    line, column, words = MISTAKES[text]
    assert found.script is None
    (problem,) = found.problems
    assert problem.place == Place("lexicon.yaml", line, column)
    assert words in problem.message
    assert "Rhos" not in str(problem)


def test_a_chapter_has_a_voice_of_its_own(cli: Cli) -> None:
    """A line that names another one has that; the next chapter has the script's again."""
    text = (
        "title: Two voices\nbed: none\nvoice: fake:one\nvoices: {second: 'fake:two', third: 'fake:three'}\n"
        "script:\n- tick: The first says this.\n"
        "- chapter: Another\n  voice: second\n- tick: The second says that.\n"
        "- say: The third has a line.\n  voice: third\n- chapter: Back\n- tick: The first is here again.\n"
    )
    Path("two.yaml").write_text(text, encoding="utf-8")
    timeline = cli("plan", "two.yaml", "--json").json()
    assert [line["voice"] for line in timeline["lines"]] == ["fake:one", "fake:two", "fake:three", "fake:one"]
    Path("wrong.yaml").write_text(text.replace("voice: second", "voice: secnod"), encoding="utf-8")
    refused = cli("plan", "wrong.yaml")
    assert (refused.code, "wrong.yaml:8:10: There is no voice named `secnod`." in refused.err) == (1, True)
    assert "second" in refused.err


def test_a_line_for_a_person_is_not_said_by_a_synthetic_voice(cli: Cli) -> None:
    """Also where the script puts the finding aside; another line in its place is built."""
    text = "title: T\nbed: none\nscript:\n- tick: Here is a chair.\n- tick: I am here with you.\n"
    text += "# lint: off GA27 because I am\n"
    Path("t.yaml").write_text(text, encoding="utf-8")
    refused = cli("build", "t.yaml", "--voice", "fake:one")
    assert (refused.code, "t.yaml:5:9: Only a person may say this line" in refused.err) == (1, True)
    assert not list(Path("output").glob("*.mp3"))
    Path("t.yaml").write_text(
        text.replace("I am here with you.", "There is a lamp as well."), encoding="utf-8"
    )
    assert cli("build", "t.yaml", "--voice", "fake:one").code == 0


@pytest.mark.parametrize(
    ("steps", "line"),
    [
        ("- breathe: {in: 4s, out: 5s, rounds: 2, in-cue: I am with you., out-cue: I love you.}\n", 5),
        ("- say: There is a lake.\n  sounds-like: {lake: I am here with you}\n", 5),
        ("- tick: There is a pond.\n", 5),
        ("- breathe: {in: 4s, out: 5s, rounds: 2, in-cue: Pond.}\n", 5),
    ],
)
def test_what_is_said_counts_as_well_as_what_is_written(steps: str, line: int, cli: Cli) -> None:
    """Breathing cues, and words that are put in the place of others: `check` and `build` refuse them."""
    Path("lexicon.yaml").write_text("en:\n  pond: I am here with you\n", encoding="utf-8")
    Path("t.yaml").write_text(
        f"title: T\nbed: none\nscript:\n- tick: Here is a chair.\n{steps}", encoding="utf-8"
    )
    checked = cli("check", "t.yaml", "--format", "json")
    found = [each for each in checked.json() if each.get("rule") == "GA27"]
    assert (checked.code, [each["line"] for each in found]) == (1, [line])
    assert "here with you" not in checked.out
    refused = cli("build", "t.yaml", "--voice", "fake:one")
    assert (refused.code, f"t.yaml:{line}:" in refused.err, "GA27" in refused.err) == (1, True, True)
    assert ("cannot be recorded" in refused.err) == ("breathe" in steps)
    assert ("takes sheet" in refused.err) == ("breathe" not in steps)
    assert ("lexicon" in refused.err) == ("breathe" not in steps)
    assert not list(Path("output").glob("*.mp3"))


def test_what_is_filled_in_is_not_a_persons_either(cli: Cli) -> None:
    """A value can make a line one that only a person may say; it is refused without being shown."""
    text = 'title: T\nbed: none\nslots:\n  wish: {fallback: ""}\nscript:\n'
    text += '- tick: Here is a chair.\n- tick: "{wish}."\n'
    Path("t.yaml").write_text(text, encoding="utf-8")
    Path("values.yaml").write_text("wish: I am here with you\n", encoding="utf-8")
    refused = cli("build", "t.yaml", "--voice", "fake:one", "--set-from", "values.yaml")
    assert (refused.code, "t.yaml:7:9: Only a person may say this line" in refused.err) == (1, True)
    assert "with you" not in refused.err
    assert cli("build", "t.yaml", "--voice", "fake:one").code == 0


NOTED = """\
title: By the sea
level: open
review: Not yet reviewed by a clinician.
purpose: A rest.
content-note: Nothing in it is loud. Not for driving.
bed: none
{top}script:
- tick: Rhos is where the boats are. This is not for driving.
"""


def notes(cli: Cli, words: str, top: str = "") -> list[str]:
    """What `check` notes of a lexicon beside a script."""
    Path("sea").mkdir(exist_ok=True)
    Path("sea/sea.yaml").write_text(NOTED.format(top=top), encoding="utf-8")
    Path("sea/lexicon.yaml").write_text(words, encoding="utf-8")
    done = cli("check", "sea", "--format", "github")
    return [line for line in done.out.splitlines() if "lexicon.yaml" in line]


def test_a_word_that_nobody_says_is_noted(cli: Cli) -> None:
    """Where all scripts beside it were looked at; a name with a capital may come with a slot."""
    words = "en:\n  Rhos: Rohss\n  boats: boats\n  porth: port\n  Siobhan: shivawn\nde:\n  Rhos: Ross\n"
    found = notes(cli, words)
    assert [line.partition("line=")[2][:1] for line in found] == ["4", "5", "7"]
    assert all(line.startswith("::notice") for line in found)
    assert not any(word in line for word in ("porth", "Siobhan", "Rhos") for line in found)
    found = notes(cli, words, "slots:\n  name: {fallback: friend}\n")
    assert [line.partition("line=")[2][:1] for line in found] == ["4", "7"]


def test_sounds_that_a_voice_cannot_be_told_are_noted(cli: Cli) -> None:
    """Where nothing else says how the word is said; an engine that takes them says them."""
    words = "en:\n  Rhos: {ipa: rəʊs}\n  boats: {ipa: bəʊts, says: boats}\n"
    (found,) = notes(cli, words, "voice: fake:one\n")
    assert "line=2" in found
    assert "`fake` takes no IPA" in found
    assert notes(cli, words, "voice: piper:en_GB-tiny-low\n") == []


def test_a_lexicon_is_not_taken_for_a_script(cli: Cli) -> None:
    """Named by itself it is told apart; no new script is given its name."""
    Path("lexicon.yaml").write_text("en:\n  Siobhan: shivawn\n", encoding="utf-8")
    refused = cli("check", "lexicon.yaml")
    assert (refused.code, "read with the scripts beside it" in refused.err) == (2, True)
    Path("lexicon.yaml").unlink()
    assert cli("new", "lexicon.yaml").code == 2


def test_a_word_the_lexicon_has_is_not_asked_about(cli: Cli) -> None:
    """GA52 asks how a word is said that can be said in two ways, until the lexicon tells."""
    Path("sea").mkdir()
    Path("sea/sea.yaml").write_text(NOTED.replace("Rhos", "The bow").format(top=""), encoding="utf-8")
    assert "GA52" in cli("check", "sea").out
    Path("sea/lexicon.yaml").write_text("en:\n  bow: bau\n", encoding="utf-8")
    assert "GA52" not in cli("check", "sea").out


class Sounding(FakeEngine):
    """An engine that takes sounds, and keeps what it was asked."""

    takes_ipa = True

    def __init__(self) -> None:
        self.asked: list[Utterance] = []

    def speak(self, utterance: Utterance, voice: Voice) -> Speech:
        """The tones of the sounds of the first word, or else of the text."""
        self.asked.append(utterance)
        told = utterance.sounds[0].ipa if utterance.sounds else utterance.text
        return super().speak(Utterance(told, utterance.rate), voice)


def test_other_sounds_are_another_take(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that takes sounds gets them, and its take has a key of its own; the others get the text."""
    voice = Voice("fake", "one", "en-GB")
    sayings = [
        Saying("The bow is here.", sounds=(Sound(4, 7, ipa),) if ipa else ()) for ipa in ("", "baʊ", "bəʊ")
    ]
    with Speaker(store) as speaker:
        plain = speaker.speak(sayings, Cast(voice, {}), 112).takes
    engine = Sounding()
    monkeypatch.setattr("guided_audio.engines.load", lambda _name: engine)
    with Speaker(store) as speaker:
        told = speaker.speak(sayings, Cast(voice, {}), 112).takes
    assert len({take.key for take in plain.values()}) == 1
    assert len({take.key for take in told.values()}) == 3
    assert {utterance.sounds[0].ipa for utterance in engine.asked if utterance.sounds} == {"baʊ", "bəʊ"}


def test_a_line_says_the_sounds_of_a_word(folder: Path, cli: Cli) -> None:
    """Between slashes; engines that take none say the word as it is written, and `check` notes that."""
    assert cli
    text = SCRIPT.replace("bow: bau", "bow: /baʊ/")
    (folder / "sea.yaml").write_text(text, encoding="utf-8")
    found = reading(folder)
    assert found.script, found.problems
    (saying,) = [saying for saying in score(found.script, {}).sayings if "boat points" in saying.text]
    assert saying.text == "The bow of the boat points out."
    assert [(saying.text[sound.start : sound.end], sound.ipa) for sound in saying.sounds] == [("bow", "baʊ")]
    noted = cli("check", "sea.yaml", "--profile", "general").out
    assert "note: The engine `system` takes no IPA: it says the word as it is written." in noted


@pytest.mark.parametrize("word", ["Bow", "bow"])
def test_a_word_of_a_line_is_found_in_any_case_and_may_come_with_a_slot(folder: Path, word: str) -> None:
    """So the `sounds-like` of a line with a slot is not held against its words."""
    for line in ("Bow, the bow.", "The{, name} boat."):
        text = SCRIPT.replace("The bow of the boat points out.", line).replace("bow: bau", f"{word}: bau")
        (folder / "sea.yaml").write_text(text, encoding="utf-8")
        assert reading(folder).problems == ()


@pytest.mark.parametrize("kind", ["nowhere", "a folder"])
def test_a_lexicon_that_is_not_there_is_told_as_that(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """By what names it; how to write one is no help there."""
    (folder / "a folder").mkdir()
    monkeypatch.setenv("GUIDED_AUDIO_LEXICON", str(folder / kind))
    (problem,) = reading(folder).problems
    assert problem.message in {"There is no such file.", "This is a folder, not a file."}
    assert "GUIDED_AUDIO_LEXICON" in problem.hint
    assert "as it sounds" not in problem.hint


def test_a_lexicon_in_another_encoding_is_told_how_to_save_it(folder: Path) -> None:
    """And not how a word is written."""
    (folder / "lexicon.yaml").write_bytes("en:\n  Rhos: Rohss\n".encode("utf-16"))
    (problem,) = reading(folder).problems
    assert problem.hint.startswith("Save it as plain text")
