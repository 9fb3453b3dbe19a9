"""Printed matter: what stands on a sheet, what never does, and that paper and page can be read by all."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from command_line import Cli
from guided_audio.build import output_file
from guided_audio.errors import ProblemsFound
from guided_audio.helplines import FOLDER, Region
from guided_audio.helplines.reading import read_region
from guided_audio.library import Library
from guided_audio.notes.data import as_data
from guided_audio.notes.leaf import leaf_of
from guided_audio.notes.page import as_page, style
from guided_audio.notes.readiness import read_card, readiness_card
from guided_audio.notes.sheet import Audience, Sheet, Wish, sheet_of
from guided_audio.notes.text import WIDTH, as_text
from guided_audio.notes.transcript import transcript
from guided_audio.plan import read_script
from guided_audio.script import Script
from guided_audio.units import Seconds

pytest_plugins = ["e2e_fixtures"]

TODAY = date(2026, 5, 31)
LIBRARY = Library()
UK = read_region(FOLDER / "uk.yaml")
SCRIPTS = LIBRARY.script_files()

WHOLE = """\
title: By the harbour <wall>
purpose: A rest & some boats.
content-note: It may stir memories of the sea. Not for driving.
level: agreed
notes:
- Have a blanket nearby.
- |
  The first paragraph.

  The second paragraph.
therapist-notes: Ask about the ferry first.
slots:
  name: {fallback: ""}
  place: {fallback: the chair}
  gift: {}
lengths: [5m, 10m]
script:
- Welcome{, name}. This is {place}.
- chapter: Tide
- The water goes out. [2s] It leaves {gift}.
- It comes back.
- ask: And what is left?
- bell: bowl   # lint: off GA08 because she asked for one
- optional:
    from: 9m
    script:
    - notice: A gull goes over.
- choose: weather
  default: dry
  dry:
  - settle: It is dry.
  wet:
  - settle: It is wet.
- choose: light
  sun:
  - notice: There may be sun.
  fog:
  - notice: There may be fog.
- chapter: Breath
- breathe: {in: 4s, hold: 1s, out: 5s, rounds: 6}
- direction: slowly now
"""


def script_from(text: str, folder: Path) -> Script:
    """The script in a text."""
    file = folder / "harbour.yaml"
    file.write_text(text, encoding="utf-8")
    return read_script(file, LIBRARY, "harbour.yaml")


@pytest.fixture
def whole(tmp_path: Path) -> Script:
    """A script with all that a sheet can show."""
    return script_from(WHOLE, tmp_path)


def sheet(script: Script, audience: Audience = Audience.CLIENT, region: Region | None = UK) -> Sheet:
    """The sheet of a script, as it is printed today."""
    return sheet_of(script, Wish(TODAY, audience, region=region))


def printed(of: Sheet) -> tuple[str, str]:
    """It as text, its lines joined again, and as a page."""
    leaf = leaf_of(of)
    return " ".join(as_text(leaf).split()), as_page(leaf)


# The transcript


def test_a_transcript_has_the_words_with_their_quiet_as_gaps(whole: Script) -> None:
    """Chapters, lines that belong together, pauses inside a line, fallbacks, and sounds beside speech."""
    chapters = transcript(whole.edition(None))
    assert [chapter.title for chapter in chapters] == ["", "Tide", "Breath"]
    assert [passage.lines for passage in chapters[0].passages] == [("Welcome. This is the chair.",)]
    tide = chapters[1].passages
    assert [passage.lines for passage in tide[:3]] == [
        ("The water goes out.", "It leaves ….", "It comes back.", "And what is left?"),
        ("A bell.",),
        ("A gull goes over.",),
    ]
    assert [passage.after for passage in tide[:3]] == [18.0, 4.0, 12.0]
    assert [passage.is_sound for passage in tide[:3]] == [False, True, False]
    assert chapters[2].passages[0].lines == ("6 breaths: in for 4 s, held for 1 s, out for 5 s.",)


def test_choices_and_passages_are_as_they_will_be_heard(whole: Script) -> None:
    """The default, or what was chosen; all branches where there is neither; optional steps by length."""

    def said(edition: Script) -> str:
        return " ".join(
            line for one in transcript(edition) for passage in one.passages for line in passage.lines
        )

    usual, wet = said(whole.edition(None)), said(whole.edition(None, {"weather": "wet"}))
    assert ("It is dry." in usual, "It is wet." in usual) == (True, False)
    assert ("It is dry." in wet, "It is wet." in wet) == (False, True)
    assert "There may be sun. There may be fog." in usual
    assert "A gull goes over." in usual
    assert "A gull" not in said(whole.edition(Seconds(300.0)))
    assert "slowly" not in usual


@pytest.mark.parametrize(
    ("steps", "quiet"),
    [
        ("- One.\n- Two.\n", [2.0]),
        ("- One.\n- pause: 9s\n- Two.\n", [9.0, 2.0]),
        ("- One.\n- pause: 2s\n- pause: 9s\n- Two.\n", [11.0, 2.0]),
        ("- settle: One.\n- pause: 9s\n- Two.\n", [15.0, 2.0]),
        ("- pause: 9s\n- One.\n", [2.0]),
    ],
)
def test_a_pause_widens_the_gap(steps: str, quiet: list[float], tmp_path: Path) -> None:
    """As it is heard: in place of the short pause of a plain line, after any other."""
    (chapter,) = transcript(script_from(f"title: A\nscript:\n{steps}", tmp_path).edition(None))
    assert [passage.after for passage in chapter.passages] == quiet


# What stands on a sheet


def test_a_clients_sheet_has_all_that_is_meant_for_her(whole: Script) -> None:
    """On paper and on the page; the review and the voice are owned up to, whether or not a script does."""
    for text in printed(sheet(whole)):
        plain = text.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'")
        for words in (
            "By the harbour <wall>",
            "A rest & some boats.",
            "It may stir memories of the sea.",
            "practised it together with your therapist",
            "Is this for now?",
            "Have a blanket nearby.",
            "The second paragraph.",
            "You can stop at any moment",
            "116 123",
            "Not checked by us. Found at centre56.org.uk",
            "we do not know at what hours",
            "Not yet reviewed by a clinician.",
            "Spoken by a synthetic voice.",
            "It leaves ….",
            "And what is left?",
        ):
            assert words in plain, words


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_nothing_for_the_therapist_is_on_a_clients_sheet(file: Path) -> None:
    """Not the notes, the way it is built, or what the check says: in no form."""
    script = replace(read_script(file, LIBRARY, file.name), therapist_notes=("Zzyzx is to be asked.",))
    client = sheet(script)
    assert client.therapist is None
    for text in (*printed(client), str(as_data(client))):
        for words in (
            "Zzyzx",
            "therapist-notes",
            "--agreed",
            "--follow-up",
            "GA0",
            "Put aside",
            "For the therapist",
        ):
            assert words not in text
    for text in (
        *printed(sheet(script, Audience.THERAPIST)),
        str(as_data(sheet(script, Audience.THERAPIST))),
    ):
        assert "Zzyzx" in text


def test_a_therapists_sheet_says_more(whole: Script) -> None:
    """Level, editions, choices, and what was put aside with its reason; and all of the client's."""
    for text in printed(sheet(whole, Audience.THERAPIST)):
        for words in (
            "Ask about the ferry first.",
            "--agreed",
            "5m, 10m",
            "Spoken by a synthetic voice.",
            "weather: dry or wet; here dry is heard.",
            "light: sun or fog; here all of them are heard.",
            "GA08",
            "Because she asked for one.",
            "Have a blanket nearby.",
            "And what is left?",
        ):
            assert words in text, words


def test_where_nothing_was_put_aside_it_says_so(tmp_path: Path) -> None:
    """A sheet that is silent about it could be taken for an older one."""
    script = script_from("title: A\nscript:\n- Rain falls.\n", tmp_path)
    assert "Put aside: nothing that the check finds" in printed(sheet(script, Audience.THERAPIST))[0]


@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("open", "by yourself"),
        ("agreed", "practised it together"),
        ("follow-up", "goes on from work"),
    ],
)
def test_the_level_is_said_in_plain_words(level: str, words: str, tmp_path: Path) -> None:
    """A client need not know what a level is."""
    text, _ = printed(sheet(script_from(f"title: A\nlevel: {level}\nscript:\n- Rain.\n", tmp_path)))
    assert words in text
    assert "level" not in text.casefold()


def test_a_review_is_printed_as_it_is_written(tmp_path: Path) -> None:
    """And nothing else is claimed beside it."""
    script = script_from("title: A\nreview: Read by a clinician in May\nscript:\n- Rain.\n", tmp_path)
    text, _ = printed(sheet(script))
    assert "Read by a clinician in May. Spoken by" in text
    assert "Not yet reviewed" not in text


def test_without_a_region_there_are_no_numbers_and_it_says_so(tmp_path: Path) -> None:
    """Those of another country would be worse than none."""
    script = script_from("title: A\nscript:\n- Rain falls.\n", tmp_path)
    text, page = printed(sheet(script, region=None))
    assert "No numbers are printed here" in text
    assert not re.search(r"\d{3}", text)
    assert 'class="number' not in page


def test_a_number_is_called_checked_only_while_it_is(whole: Script) -> None:
    """The day stands on the sheet; one that is too old is there, and not called so."""
    days = (date(2026, 5, 3), date(2025, 5, 3))
    lines = tuple(replace(one, checked_on=day) for one, day in zip(UK.lines, days, strict=False))
    of = sheet(whole, region=replace(UK, lines=lines))
    for text in printed(of):
        assert "Checked on 3 May 2026. Found at" in text
        assert "Not checked by us; the day noted is 3 May 2025. Found at" in text
    assert of.unchecked == lines[1:]


def test_a_sheet_for_sleep_says_that_nothing_calls_back(tmp_path: Path) -> None:
    """And one for the day does not say so."""
    text = "title: A\n{}script:\n- Rain falls.\n"
    asleep = printed(sheet(script_from(text.format("ending: sleep\n"), tmp_path)))[0]
    assert "does not call you back" in asleep
    assert "does not call you back" not in printed(sheet(script_from(text.format(""), tmp_path)))[0]


def test_a_sheet_tells_how_long_it_lasts(whole: Script) -> None:
    """Exactly where a length is asked for, about where not."""
    assert sheet_of(whole, Wish(TODAY, length=Seconds(300.0))).lasts == 300.0
    about = sheet(whole).lasts
    assert about is not None
    assert 60 < about < 300
    assert f"It lasts about {round(about / 60)} minutes." in printed(sheet(whole))[0]


def test_the_card_names_when_it_is_not_for_now() -> None:
    """All that the design asks for, in plain words, and no claim."""
    card = readiness_card()
    reasons = " ".join(card.not_now)
    for words in (
        "others do not",
        "racing",
        "ending your life",
        "lose time",
        "eating disorder",
        "have no therapist",
        "not safe at home",
        "drinking",
        "driving",
    ):
        assert words in reasons
    closing = " ".join(card.closing)
    assert "Talk to your therapist first" in closing
    assert "Nobody promises" in closing


def test_a_card_without_a_part_is_a_problem(tmp_path: Path) -> None:
    """It is data, and can be broken."""
    file = tmp_path / "card.yaml"
    file.write_text("title: A\nopening: B\nclosing: C\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match="needs `not-now`"):
        read_card(file)


# Plain text


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.stem)
def test_a_text_has_short_lines_and_every_word(file: Path) -> None:
    """No line is wider than a page, nothing is cut, and no control character is in it."""
    script = read_script(file, LIBRARY, file.name)
    for audience in Audience:
        text = as_text(leaf_of(sheet(script, audience)))
        assert max(map(len, text.splitlines())) <= WIDTH
        assert text.endswith("\n")
        assert not text.endswith("\n\n")
        assert not re.search(r"[^\S\n]\n|[\x00-\x09\x0b-\x1f]", text)
        joined = " ".join(text.split())
        for chapter in transcript(script.edition(None)):
            for passage in chapter.passages:
                assert all(line in joined for line in passage.lines)


# The page


class _Outline(HTMLParser):
    """What an assistive reader goes by: the tags in order, their attributes, and what was not closed."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.slips: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.slips.append(tag)


def outline(page: str) -> _Outline:
    """The page taken apart."""
    found = _Outline()
    found.feed(page)
    found.close()
    return found


@pytest.mark.parametrize("audience", Audience)
def test_a_page_is_whole_and_asks_nothing_of_a_network(whole: Script, audience: Audience) -> None:
    """Every tag is closed; there is no script, link, picture or address, and the page forbids itself any."""
    page = as_page(leaf_of(sheet(whole, audience)))
    found = outline(page)
    assert (found.open, found.slips) == ([], [])
    names = {tag for tag, _ in found.tags}
    assert names.isdisjoint({"script", "link", "img", "iframe", "object", "a", "form", "base"})
    assert not {"src", "href", "srcset", "style", "onload"} & {
        name for _, given in found.tags for name in given
    }
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?:|//", page)


@pytest.mark.parametrize("audience", Audience)
def test_a_page_can_be_read_by_its_outline(whole: Script, audience: Audience) -> None:
    """One h1, no level left out, every section named by its heading, a language, a size that follows."""
    found = outline(as_page(leaf_of(sheet(whole, audience))))
    levels = [int(tag[1]) for tag, _ in found.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert set(levels) == {1, 2, 3}
    ids = [given["id"] for _, given in found.tags if "id" in given]
    named = [given["aria-labelledby"] for tag, given in found.tags if tag == "section"]
    assert sorted(map(str, ids)) == sorted(map(str, set(named)))
    assert dict(found.tags)["html"] == {"lang": "en-GB"}
    assert [tag for tag, _ in found.tags].count("main") == 1
    viewport = next(given["content"] for _, given in found.tags if given.get("name") == "viewport")
    assert viewport == "width=device-width, initial-scale=1"


def test_another_language_is_marked(tmp_path: Path) -> None:
    """A reader aloud says the script's words in its language, and ours in English."""
    text = "title: Ein Abend\nlanguage: de\nnotes: Eine Decke.\nscript:\n- chapter: Regen\n- Es regnet.\n"
    page = as_page(leaf_of(sheet(script_from(text, tmp_path), region=None)))
    assert '<html lang="en">' in page
    for words in ("<h1{}>Ein Abend", "<p{}>Eine Decke.", "<h3{}>Regen", "<p{}>Es regnet."):
        assert words.format(' lang="de"') in page
    assert '<h2 id="part-1">Is this for now?' in page


def test_what_a_script_says_is_never_markup(whole: Script) -> None:
    """Whatever signs are in it."""
    page = as_page(leaf_of(sheet(whole, Audience.THERAPIST)))
    assert "<wall>" not in page
    assert "&lt;wall&gt;" in page
    assert "some boats" in page
    assert "& some" not in page


def _luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_letters_stand_out_by_day_by_night_and_on_paper() -> None:
    """Seven to one for words, four and a half to one for what is by the way and headings (WCAG)."""
    schemes = re.findall(r":root \{([^}]*--paper[^}]*)\}", style())
    assert len(schemes) == 3
    for scheme in schemes:
        colour = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", scheme))
        for ground in ("paper", "card"):
            assert _contrast(colour["ink"], colour[ground]) >= 7
            assert _contrast(colour["soft"], colour[ground]) >= 4.5
            assert _contrast(colour["accent"], colour[ground]) >= 4.5
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


# The command


def test_a_sheet_is_named_like_the_recording(cli: Cli) -> None:
    """For each edition and variant, and never one sheet for another's: each path is printed."""
    Path("harbour.yaml").write_text(WHOLE, encoding="utf-8")
    script = read_script(Path("harbour.yaml"), LIBRARY)
    calls: list[tuple[tuple[str, ...], Seconds | None, dict[str, str]]] = [
        ((), None, {}),
        (("--length", "5m"), Seconds(300.0), {}),
        (("--choose", "weather=wet"), None, {"weather": "wet"}),
    ]
    for options, length, chosen in calls:
        stem = output_file(script, Path("output"), length, chosen).stem
        client, therapist = cli("notes", "harbour.yaml", *options), None
        therapist = cli("notes", "harbour.yaml", *options, "--for", "therapist")
        assert (client.code, therapist.code) == (0, 0)
        assert client.out.split() == [f"output/{stem}.notes.txt", f"output/{stem}.notes.html"]
        assert all(f"output/{stem}.therapist-notes." in path for path in therapist.out.split())
    assert len(list(Path("output").iterdir())) == 3 * 2 * 2


@pytest.mark.parametrize(
    ("form", "suffixes"), [("text", [".txt"]), ("html", [".html"]), ("both", [".txt", ".html"])]
)
def test_a_sheet_is_written_in_the_forms_asked_for(cli: Cli, form: str, suffixes: list[str]) -> None:
    """And no other."""
    answer = cli("notes", "body-scan", "--format", form, "--out", "here")
    assert [Path(path).suffix for path in answer.out.split()] == suffixes
    assert len(list(Path("here").iterdir())) == len(suffixes)


def test_whoever_prints_is_told_of_numbers_nobody_tried(cli: Cli) -> None:
    """On standard error, with what to do; and of a language that names no country."""
    assert "lines for help are not checked by us" in cli("notes", "body-scan").err
    Path("de.yaml").write_text("title: A\nlanguage: de\nscript:\n- Es regnet.\n", encoding="utf-8")
    answer = cli("notes", "de.yaml")
    assert answer.code == 0
    assert "--region: uk, us" in answer.err


def test_json_has_the_sheet_and_writes_nothing(cli: Cli) -> None:
    """What is not checked is not called checked there either."""
    Path("harbour.yaml").write_text(WHOLE, encoding="utf-8")
    (found,) = cli("notes", "harbour.yaml", "--json").json()["sheets"]
    assert found["title"] == "By the harbour <wall>"
    assert found["notes"] == ["Have a blanket nearby.", "The first paragraph.", "The second paragraph."]
    assert found["helplines"]["region"] == "United Kingdom"
    assert not any(line["checked"] for line in found["helplines"]["lines"])
    assert [chapter["title"] for chapter in found["chapters"]] == ["", "Tide", "Breath"]
    assert "therapist" not in found
    (full,) = cli("notes", "harbour.yaml", "--for", "therapist", "--json").json()["sheets"]
    assert full["therapist"]["put_aside"][0]["reason"] == "she asked for one"
    assert not Path("output").exists()


def test_a_region_of_ones_own_is_printed(cli: Cli) -> None:
    """One beside the script wins over a built-in one; a mistake has its place, and nothing is written."""
    Path("s.yaml").write_text("title: A\nscript:\n- Rain falls.\n", encoding="utf-8")
    Path("helplines").mkdir()
    own = "region: Harbour\nlines:\n- {name: Office, number: 0123, for: talking, source: its page}\n"
    Path("helplines/uk.yaml").write_text(own, encoding="utf-8")
    (found,) = cli("notes", "s.yaml", "--json").json()["sheets"]
    assert [line["name"] for line in found["helplines"]["lines"]] == ["Office"]
    (found,) = cli("notes", "s.yaml", "--region", "us", "--json").json()["sheets"]
    assert found["helplines"]["region"] == "United States"
    Path("other.yaml").write_text(own.replace("source", "sauce"), encoding="utf-8")
    broken = cli("notes", "s.yaml", "--region", "other.yaml")
    assert broken.code == 1
    assert broken.err.startswith("other.yaml:3:")
    assert not Path("output").exists()


def test_a_series_says_whose_lines_its_notes_carry(cli: Cli) -> None:
    """Where the command names no region; a series without one, or a broken one, leaves it to the language."""
    Path("s.yaml").write_text("title: A\nscript:\n- Rain falls.\n", encoding="utf-8")
    for region, command, printed in (
        ("region: us\n", (), "United States"),
        ("region: us\n", ("--region", "uk"), "United Kingdom"),
        ("", (), "United Kingdom"),
        ("region: [us]\n", (), "United Kingdom"),
        ("region: us.yaml\n", (), "United Kingdom"),
    ):
        Path("series.yaml").write_text(f"series: B\n{region}tracks: [s]\n", encoding="utf-8")
        (found,) = cli("notes", "s.yaml", *command, "--json").json()["sheets"]
        assert found["helplines"]["region"] == printed


def test_a_region_of_a_series_that_is_not_there_is_told_with_its_place(cli: Cli) -> None:
    """So that nobody looks for it on the command line."""
    Path("s.yaml").write_text("title: A\nscript:\n- Rain falls.\n", encoding="utf-8")
    Path("series.yaml").write_text("series: B\nregion: atlantis\ntracks: [s]\n", encoding="utf-8")
    answer = cli("notes", "s.yaml")
    assert answer.code == 2
    assert "The regions are uk, us" in answer.err
    assert "the series beside s.yaml" in answer.err
    assert "the series beside" not in cli("notes", "s.yaml", "--region", "nowhere").err


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("body-scan", "--region", "atlantis"), 2, "The regions are uk, us"),
        (("body-scan", "--region", "none.yaml"), 1, "no such file"),
        (("body-scan", "--length", "10"), 2, "10m for minutes"),
        (("body-scan", "--choose", "a=b"), 2, "has a choice `a`"),
        (("broken.yaml",), 1, "broken.yaml:3:3:"),
        (("twins",), 2, "Change a title"),
        (("body-scan", "--out", "broken.yaml"), 2, "Choose another folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    cli: Cli, arguments: tuple[str, ...], code: int, says: str
) -> None:
    """And nothing is written."""
    Path("broken.yaml").write_text("title: T\nscript:\n- nosuch: 1\n", encoding="utf-8")
    Path("twins").mkdir()
    for name in ("a", "b"):
        Path(f"twins/{name}.yaml").write_text("title: T\nscript:\n- Rain falls.\n", encoding="utf-8")
    answer = cli("notes", *arguments)
    assert answer.code == code, answer.err
    assert says in answer.err
    assert answer.out == ""
    assert not Path("output").exists()


def test_a_sheet_that_cannot_be_written_leaves_the_old_one(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole or not at all."""
    Path("s.yaml").write_text("title: A\nscript:\n- Rain falls.\n", encoding="utf-8")
    assert cli("notes", "s.yaml", "--format", "text").code == 0
    before = Path("output/a.notes.txt").read_text(encoding="utf-8")
    monkeypatch.setattr("os.fsync", _full)
    Path("s.yaml").write_text("title: A\nscript:\n- Snow falls.\n", encoding="utf-8")
    assert cli("notes", "s.yaml", "--format", "text").code == 2
    assert Path("output/a.notes.txt").read_text(encoding="utf-8") == before
    assert len(list(Path("output").iterdir())) == 1


def _full(_: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_folder_has_a_sheet_for_each_script(cli: Cli) -> None:
    """In one call."""
    folder = LIBRARY.scripts / "small-steps-outward"
    answer = cli("notes", folder, "--format", "text")
    assert len(answer.out.split()) == len([file for file in SCRIPTS if file.parent == folder])
