"""The frame of the rules: examples, places, suppressions, editions, estimates, forms of the report, pages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import BUILT_IN, Cli
from guided_audio import document, inspection, layout, lint, pacing, reader
from guided_audio.errors import Place, ProblemsFound
from guided_audio.lint import RULES, Profile, Rule, Severity
from guided_audio.lint.__main__ import main as write_pages
from guided_audio.lint.estimate import estimated, spoken_seconds
from guided_audio.lint.examples import as_script, profile_of
from guided_audio.lint.pages import pages
from guided_audio.lint.phrases import Phrases
from guided_audio.lint.rule import Finding
from guided_audio.lint.subject import subject_of
from guided_audio.lint.suppression import find_suppressions
from guided_audio.lint.words import read_words, words_of
from guided_audio.script import shown_values
from guided_audio.timeline import Take
from guided_audio.units import Seconds, to_frames
from lint_cases import LIBRARY, Case, case, example

pytest_plugins = ["e2e_fixtures"]

ROOT = Path(__file__).parents[1]

SPOKEN = {
    "befriending-a-part": 473.37,
    "body-scan": 422.88,
    "calmness": 137.92,
    "check-in": 90.19,
    "heart-opening": 314.28,
    "making-room-beside-it": 285.76,
    "the-whole-journey": 795.29,
    "when-a-part-has-taken-over": 90.56,
}
"""Seconds of speech in some built-in scripts, every sentence once, as the default English voice says them.
Those the figures were fitted to, and those that were furthest off."""

LONG_QUIET = "- pause: 30s"
HEAD = "title: A walk\nbed: none\nscript:\n"
LINE = "- Rain falls on the shed.\n"


# Every rule


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_its_failing_examples_and_leaves_its_passing_ones(rule: Rule, tmp_path: Path) -> None:
    """At least two of each, as real scripts; what is found has a place in the script and a sentence."""
    assert len(rule.failing) >= 2
    assert len(rule.passing) >= 2
    for text in rule.failing:
        found = example(tmp_path, rule, text)
        assert found, as_script(text)
        for finding in found:
            assert finding.place.path == "a.yaml"
            assert finding.place.line <= as_script(text).count("\n")
            assert finding.message.endswith(".")
    for text in rule.passing:
        assert example(tmp_path, rule, text) == (), as_script(text)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_nothing_under_a_profile_it_does_not_hold_for(rule: Rule, tmp_path: Path) -> None:
    """Its own failing examples are let pass there."""
    for profile in set(Profile) - rule.profiles:
        for text in rule.failing:
            assert case(tmp_path, as_script(text)).findings(rule.id, profile) == ()


def test_rules_have_ids_of_their_own_and_stand_in_order() -> None:
    """`GA` and two digits, and everything that a page needs."""
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert all(re.fullmatch(r"GA\d\d", name) for name in ids)
    assert all(rule.name and rule.reason and rule.source and rule.blind for rule in RULES)


@pytest.mark.parametrize("name", BUILT_IN)
def test_nothing_is_found_in_the_built_in_scripts(name: str) -> None:
    """No error and no warning: what we hand out keeps our own rules."""
    file = LIBRARY.script(name)
    assert file
    script = reader.read(file, LIBRARY, name).script
    assert script
    found = inspection.inspect_scripts([script])
    assert [one for one in found.findings if one.severity is not Severity.NOTE] == []
    assert found.problems == ()


# Estimates


@pytest.mark.parametrize("name", SPOKEN)
def test_a_script_is_estimated_within_five_per_cent(name: str) -> None:
    """Against the sentences as they were once spoken."""
    file = LIBRARY.script(name)
    assert file
    script = reader.read(file, LIBRARY, name).script
    assert script
    flat = script.edition(None)
    sayings = pacing.score(flat, shown_values(flat)).sayings
    guessed = sum(spoken_seconds(saying.text, flat.pace) for saying in sayings)
    assert guessed == pytest.approx(SPOKEN[name], rel=0.05)


def test_an_estimate_comes_as_near_to_a_length_as_its_pauses_can(tmp_path: Path) -> None:
    """Exactly where it can, and to its limits where it cannot."""
    script = case(tmp_path, HEAD + "- ask: Rain falls on the shed?\n" * 4).script
    usual = estimated(script).duration
    assert estimated(script, Seconds(usual + 5)).duration == pytest.approx(usual + 5, abs=1e-4)
    assert estimated(script, Seconds(usual + 500)).duration == pytest.approx(usual + 4 * 7, abs=1e-3)
    assert estimated(script, Seconds(10.0)).duration == pytest.approx(usual - 4 * 6, abs=1e-3)


def test_a_faster_pace_makes_shorter_takes() -> None:
    """In proportion, and a longer text a longer take."""
    text = "Rain falls on the shed, and on the lane."
    assert spoken_seconds(text, 56.0) == pytest.approx(2 * spoken_seconds(text, 112.0))
    assert spoken_seconds(text) > spoken_seconds("Rain falls.")


def test_a_cue_that_only_a_voice_can_judge_is_no_finding(tmp_path: Path) -> None:
    """A guess is no reason to say that a breath is too short, unless no voice could be quick enough."""
    breaths = HEAD + LINE + "- breathe: {in: 1s, out: 1s, rounds: 2}\n"
    assert estimated(case(tmp_path, breaths).script).breaths
    hurried = case(tmp_path, HEAD + LINE + "- breathe: {in: 0.2s, out: 0.2s, rounds: 2}\n")
    found = inspection.inspect_scripts([hurried.script])
    assert [(problem.place.line, problem.message[:17]) for problem in found.problems] == [
        (5, "A breathing cue i")
    ]


# Places


def test_every_sentence_has_the_place_of_its_first_word(tmp_path: Path) -> None:
    """Behind quotes, folds, pauses and slots, and when a word comes twice."""
    text = (
        'title: A walk\nslots: {name: {fallback: ""}, place: {fallback: the shed}}\nscript:\n'
        "- Rain falls. [2s] Rain falls again.\n"
        '- say: "Rain: it falls. It falls still."\n'
        "- settle: One line goes on\n    in the next. Then it\n    ends. Here.\n"
        "- >\n  Folded text begins. And goes\n  on. So it is.\n"
        "- It is for you{, name}. It rains on {place}. {name} Still.\n"
    )
    found = sentences(case(tmp_path, text))
    assert found == [
        ("Rain falls.", 4, 3),
        ("Rain falls again.", 4, 20),
        ("Rain: it falls.", 5, 9),
        ("It falls still.", 5, 25),
        ("One line goes on in the next.", 6, 11),
        ("Then it ends.", 7, 18),
        ("Here.", 8, 11),
        ("Folded text begins.", 10, 3),
        ("And goes on.", 10, 23),
        ("So it is.", 11, 7),
        ("It is for you.", 12, 3),
        ("It rains on the shed.", 12, 26),
        ("Still.", 12, 54),
    ]


def sentences(of: Case) -> list[tuple[str, int, int]]:
    """The sentences of a script with their lines and columns."""
    script = of.script.edition(None)
    subject = subject_of(script, estimated(script), Profile.GENERAL, of.sources)
    return [(one.text, one.place.line, one.place.column) for one in subject.sentences]


def test_without_its_file_a_sentence_stands_where_its_line_does(tmp_path: Path) -> None:
    """The line is right, the column that of the text."""
    script = case(tmp_path, HEAD + "- settle: Rain falls. It falls still.\n").script
    subject = subject_of(script, estimated(script), Profile.GENERAL)
    assert [one.place for one in subject.sentences] == [Place("a.yaml", 4, 11)] * 2


def test_a_timeline_made_with_other_words_is_looked_at_line_by_line(tmp_path: Path) -> None:
    """A slot that was filled with a sentence of its own gives more takes than the fallback has."""
    text = (
        'title: A\nslots: {name: {fallback: ""}}\nscript:\n- Rain{, name} falls?\n- pause: 5s\n- And so on.\n'
    )
    script = case(tmp_path, text).script
    score = pacing.score(script, {"name": "Ada. And Bo"})
    takes = {saying: Take("", to_frames(2.0), -20.0, "v") for saying in score.sayings}
    timeline = layout.lay_out(script, score, takes)
    found = lint.inspect(script, timeline)
    assert [one.place.line for one in found if one.rule == "GA04"] == [4]


# Editions


def test_a_finding_of_several_editions_is_told_once_and_as_it_weighs_most(tmp_path: Path) -> None:
    """The longest quiet of an edition may be an error where the usual one is none."""
    step = "- dwell: There will be some quiet now.\n- pause: {min: 1s, ideal: 2s, max: 20s}\n"
    text = f"title: A\nlengths: [50s, 60s]\nscript:\n{step}{LINE}"
    (finding,) = case(tmp_path, text).findings("GA03")
    assert finding.severity is Severity.ERROR
    assert finding.hint.endswith("So it is in the edition of 1m.")


def test_optional_passages_are_looked_at_in_the_editions_that_have_them(tmp_path: Path) -> None:
    """With all of them at first: what is found there needs no edition to be named."""
    text = (
        "title: A\nlengths: [30s]\nscript:\n- notice: Rain falls.\n- optional:\n    from: 1m\n    script:\n"
        f"    {LONG_QUIET}\n    {LINE}"
    )
    (finding,) = case(tmp_path, text).findings("GA03")
    assert (finding.place.line, "edition" in finding.hint) == (8, False)


def test_findings_that_differ_in_more_than_a_figure_are_kept_apart() -> None:
    """The same place and rule, two matters; and the same matter twice."""
    place = Place("a.yaml", 3)
    one = Finding(place, "GA03", Severity.WARNING, "It lasts 1m30s.")
    more = Finding(place, "GA03", Severity.ERROR, "It lasts 45s.")
    other = Finding(place, "GA03", Severity.NOTE, "It is loud.")
    assert lint.merged([one, more, other]) == (more, other)


@pytest.mark.parametrize("profile", Profile)
@pytest.mark.parametrize(
    "text",
    [
        'title: A\nslots: {name: {fallback: ""}}\nscript:\n- "{name}"\n',
        'title: A\nslots: {name: {fallback: ""}}\nscript:\n- "{name}"\n- bell: bowl\n'
        "- breathe: {in: 4s, out: 6s, rounds: 2}\n",
        "title: A\nlengths: [20s]\nscript:\n- pause: 20s\n- optional:\n    from: 1m\n    script:\n"
        "    - Rain falls.\n",
        "title: A\nlengths: [20s]\nbed: ocean\nscript:\n- chapter: One\n- say: Yes?\n- chapter: Two\n"
        "- bell: bowl\n",
    ],
)
def test_a_script_in_which_next_to_nothing_is_said_is_looked_at(
    text: str, profile: Profile, tmp_path: Path
) -> None:
    """No rule takes for granted that there is a line, in any edition."""
    of = case(tmp_path, text)
    assert all(one.message for one in of.findings("", profile))
    assert isinstance(inspection.inspect_scripts([of.script], profile).findings, tuple)


# Suppressions


def aside(folder: Path, text: str, profile: Profile = Profile.GENERAL) -> inspection.Inspection:
    """What came of a script with its comments."""
    return inspection.inspect_scripts([case(folder, text).script], profile)


QUIET = f"{LONG_QUIET}\n{LINE}"


@pytest.mark.parametrize(
    "text",
    [
        f"# lint: off GA03 because she asked for it\n{HEAD}{LINE}{QUIET}{QUIET}",
        f"{HEAD}{LINE}# lint: off GA03 because she asked for it\n{QUIET}",
        f"{HEAD}{LINE}{LONG_QUIET}   # lint: off GA03 because she asked for it\n{LINE}",
        f"{HEAD}{LINE}- pause:   # lint: off ga05, GA03 because she asked for it\n    30s\n{LINE}",
        f"{HEAD}{LINE}# lint: off GA03 because she asked for it\n- optional:\n    from: 20s\n    script:\n"
        f"    {LONG_QUIET}\n    {LINE}",
        f"{HEAD}{LINE}- optional:\n    from: 20s\n    # lint: off GA03 because she asked for it\n"
        f"    script:\n    {LONG_QUIET}\n    {LINE}",
    ],
    ids=["file", "step", "end of a line", "inside a step", "passage", "first step of a passage"],
)
def test_a_comment_puts_a_finding_aside_with_its_reason(text: str, tmp_path: Path) -> None:
    """For the whole file, for the step that follows, or for the step it stands in."""
    found = aside(tmp_path, text)
    assert {one.finding.rule for one in found.suppressed} == {"GA03"}
    assert {one.reason for one in found.suppressed} == {"she asked for it"}
    assert [one for one in found.findings if one.severity is not Severity.NOTE] == []
    assert found.problems == ()


def test_a_comment_holds_for_its_own_step_and_rule_alone(tmp_path: Path) -> None:
    """The next long quiet is found, and so is what another rule says."""
    quiet = f"{LONG_QUIET} # lint: off GA03 because of rain\n"
    text = f"{HEAD}{LINE}{quiet}- How is it?\n{QUIET}- bell: bowl\n{LINE}"
    found = aside(tmp_path, text, Profile.SLEEP)
    assert [one.finding.place.line for one in found.suppressed] == [5]
    assert ("GA03", 7) in {(one.rule, one.place.line) for one in found.findings}
    assert ("GA08", 9) in {(one.rule, one.place.line) for one in found.findings}


@pytest.mark.parametrize(
    ("comment", "says"),
    [
        ("# lint: off GA03", "gives its reason"),
        ("# lint: off GA03 because", "gives its reason"),
        ("# lint: off GA03 because …", "gives its reason"),
        ("# lint: off GA3 because it rains", "Did you mean `GA03`?"),
        ("# lint: off because it rains", "cannot be understood"),
        ("# lint: on GA03", "cannot be understood"),
        ("#lint off GA03", "gives its reason"),
    ],
)
def test_a_comment_that_is_wrong_is_a_problem_in_its_place(comment: str, says: str, tmp_path: Path) -> None:
    """With what to write instead; and it puts nothing aside."""
    found = aside(tmp_path, f"{HEAD}{LINE}{LONG_QUIET}   {comment}\n{LINE}")
    ((place, text),) = [(problem.place, str(problem)) for problem in found.problems]
    assert place == Place("a.yaml", 5, 16)
    assert says in text
    assert found.suppressed == ()


def test_a_comment_that_puts_nothing_aside_is_a_note(tmp_path: Path) -> None:
    """Unless its rule does not hold for the profile, or it stands in a passage that others use."""
    text = (
        f"{HEAD}{LINE} # lint: off GA03 because of the rain\n{LINE}# lint: off GA01 because it is general\n"
    )
    found = aside(tmp_path, text)
    ((rule, severity, line),) = [(one.rule, one.severity, one.place.line) for one in found.findings]
    assert (rule, severity, line) == ("GA03", Severity.NOTE, 5)


def test_what_only_looks_like_a_comment_is_said(tmp_path: Path) -> None:
    """Between quotes and in a block the words belong to the text."""
    text = f'{HEAD}- "Say # lint: off GA03 because so."\n- |\n  # lint: off GA03 because so\n  yes\n'
    file = tmp_path / "a.yaml"
    file.write_text(text)
    loaded, _ = document.load(file, "a.yaml")
    assert loaded
    assert find_suppressions(loaded, ["GA03"]) == ((), ())


def test_a_passage_has_suppressions_of_its_own_and_is_judged_once(tmp_path: Path) -> None:
    """What is found in it is told once, however many scripts use it."""
    (tmp_path / "parts").mkdir()
    part = tmp_path / "parts" / "rain.yaml"
    part.write_text(f"script:\n{LINE}{LONG_QUIET}   # lint: off GA03 because of rain\n{LINE}{QUIET}")
    scripts = [
        case(tmp_path, f"title: {name}\nscript:\n- use: rain\n", f"{name}.yaml").script for name in "ab"
    ]
    found = inspection.inspect_scripts(scripts, Profile.GENERAL)
    assert [(one.place.path, one.place.line) for one in found.findings] == [(str(part), 5)]
    assert [one.finding.place.line for one in found.suppressed] == [3]


# What is printed

WARNED = f"title: A walk\nscript:\n{LINE}{QUIET}"
FAILED = "title: A walk\nbed: {sound: ocean, under: 1 dB}\nscript:\n- Rain falls on the shed.\n"


def written(name: str, text: str) -> str:
    """A file in the folder we are in."""
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_warnings_alone_succeed(cli: Cli) -> None:
    """One line each, then the summary, on standard output."""
    answer = cli("check", written("a.yaml", WARNED), "--profile", "general")
    assert (answer.code, answer.err) == (0, "")
    finding, summary = answer.out.splitlines()
    assert re.fullmatch(r"a\.yaml:4:3: GA03 warning: It is quiet for 30s, .*\. Say .*\.", finding)
    assert summary == "1 script, no mistakes, 1 warning."


def test_errors_are_mistakes(cli: Cli) -> None:
    """They give one, beside those of the reader."""
    written("b.yaml", "title: B\nscript:\n- pause: 3\n")
    answer = cli("check", written("a.yaml", FAILED), "b.yaml", "--profile", "general")
    assert answer.code == 1
    first, second = answer.out.splitlines()
    assert first.startswith("a.yaml:2:14: GA08 error: ")
    assert second.startswith("b.yaml:3:10: A duration needs its unit")
    assert answer.err == "2 scripts, 2 mistakes.\n"


def test_what_was_put_aside_is_shown_with_its_reason(cli: Cli) -> None:
    """In every form."""
    text = WARNED.replace("30s", "30s # lint: off GA03 because of the rain")
    name = written("a.yaml", text)
    said = cli("check", name, "--profile", "general").out.splitlines()
    assert re.fullmatch(r"a\.yaml:4:3: GA03 put aside: .* Because of the rain", said[0])
    assert said[1] == "1 script, no mistakes, 1 put aside."
    (entry,) = cli("check", name, "--profile", "general", "--format", "json").json()
    assert (entry["suppressed"], entry["rule"]) == ("of the rain", "GA03")
    annotated = cli("check", name, "--profile", "general", "--format", "github").out
    assert annotated.startswith("::notice file=a.yaml,line=4,col=3::GA03 put aside: ")


def test_a_program_gets_the_rule_and_its_severity(cli: Cli) -> None:
    """Beside what a problem has; a problem has no more than before."""
    written("b.yaml", "title: B\nscript:\n- pause: 3\n")
    answer = cli("check", written("a.yaml", WARNED), "b.yaml", "--profile", "general", "--format", "json")
    finding, problem = json.loads(answer.out)
    assert list(problem) == ["file", "line", "column", "message", "hint"]
    assert list(finding) == [*problem, "rule", "severity"]
    assert (finding["line"], finding["rule"], finding["severity"]) == (4, "GA03", "warning")


def test_a_code_review_gets_errors_warnings_and_notices(cli: Cli) -> None:
    """Each with its place and its rule."""
    written("b.yaml", f"title: B\nlanguage: de\nscript:\n{LINE}")
    answer = cli(
        "check",
        written("a.yaml", FAILED + QUIET),
        "b.yaml",
        "--profile",
        "general",
        "--format",
        "github",
    )
    kinds = [
        re.match(r"::(\w+) file=(\S+),line=(\d+),col=\d+::(GA\d\d): ", line)
        for line in answer.out.splitlines()
    ]
    assert [found.groups() for found in kinds if found] == [
        ("error", "a.yaml", "2", "GA08"),
        ("warning", "a.yaml", "5", "GA03"),
        ("notice", "b.yaml", "2", "GA46"),
    ]


def test_a_rule_explains_itself(cli: Cli) -> None:
    """The page of the documents, without a script to look at, in any case; a slip gets what was meant."""
    page = (ROOT / "docs" / "rules" / "GA03.md").read_text(encoding="utf-8")
    assert cli("check", "--explain", "ga03").out == page
    wrong = cli("check", "--explain", "GA3")
    assert (wrong.code, wrong.out) == (2, "")
    assert "Did you mean `GA03`?" in wrong.err


def test_without_a_profile_a_listener_who_was_hurt_is_thought_of(cli: Cli) -> None:
    """The strictest one is what is meant when nothing is said."""
    name = written("a.yaml", WARNED)
    usual, named = cli("check", name), cli("check", name, "--profile", "trauma-sensitive")
    assert usual == named
    assert usual.code == 1
    assert "GA01 error" in usual.out


# Words and pages


def test_the_words_of_a_language_are_data() -> None:
    """English has some, whatever its country; a language nobody has written down has none."""
    assert words_of("en-GB") == words_of("en")
    assert "structure/stopping" in words_of("en")
    assert words_of("tlh") == {}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: word\n", 1, "not a list"),
        ("- word\n", 1, "has sections"),
        ("a:\n- word\n- {b: c}\n", 3, "not a phrase"),
        ("a:\n- (one|two\n", 2, "not a phrase"),
        ("a:\n- word\na:\n- word\n", 3, "twice"),
    ],
)
def test_a_file_of_words_that_is_wrong_says_where(text: str, line: int, says: str, tmp_path: Path) -> None:
    """A person edits these files: each mistake has its place."""
    (tmp_path / "some.yaml").write_text(text)
    with pytest.raises(ProblemsFound) as found:
        read_words(tmp_path)
    (problem,) = found.value.problems
    assert problem.place.line == line
    assert says in problem.message


def test_every_phrase_of_ours_can_be_read() -> None:
    """Wherever it stands, and whether a rule asks for it or not."""
    for name, entries in words_of("en").items():
        assert Phrases(entries), name


def test_a_file_of_words_becomes_sections(tmp_path: Path) -> None:
    """By the name of file and section, in the order of the file."""
    (tmp_path / "some.yaml").write_text("a:\n- one word\n- two\nb: []\n")
    assert read_words(tmp_path) == {"some/a": ("one word", "two"), "some/b": ()}


def test_the_pages_of_the_rules_are_up_to_date(tmp_path: Path) -> None:
    """`python -m guided_audio.lint docs/rules` makes exactly what is there."""
    assert write_pages([str(tmp_path)]) == 0
    there = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "rules").iterdir()}
    made = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    assert made == there == dict(pages(RULES))


def test_the_pages_need_a_folder_to_go_to() -> None:
    """Called without one, the command says so."""
    done = subprocess.run(
        [sys.executable, "-m", "guided_audio.lint"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "docs/rules" in done.stderr


def test_a_page_has_all_that_is_known_of_a_rule() -> None:
    """Reason, source, what it cannot see, every example, and for whom it holds."""
    for rule in RULES:
        page = pages(RULES)[f"{rule.id}.md"]
        for text in (rule.id, rule.name, rule.reason, rule.blind, f"lint: off {rule.id} because"):
            assert text in page
        assert page.count("```yaml") == len(rule.failing) + len(rule.passing)
        for profile in set(Profile) - rule.profiles:
            assert f"`{profile}`" in page
        assert profile_of(rule) in rule.profiles
