"""Captions: every word on the screen when it is heard, in every form a player reads."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from command_line import BUILT_IN
from conftest import PLACE, RATE, said, script_of, takes_of
from guided_audio import ffmpeg
from guided_audio.captions import (
    LINE,
    LONG_QUIET_MS,
    Cue,
    LrcHead,
    as_chapters_vtt,
    as_lrc,
    as_srt,
    as_vtt,
    cues,
    synced,
)
from guided_audio.layout import lay_out
from guided_audio.library import Library
from guided_audio.lint.estimate import estimated
from guided_audio.pacing import Spoken, score, sentences
from guided_audio.plan import read_script
from guided_audio.reader import prose
from guided_audio.script import Chapter, Script, exactly
from guided_audio.timeline import ChapterSpan, Timeline
from guided_audio.units import Frames, to_milliseconds

HEAD = LrcHead("Evening", "A therapist", "Evenings", 7_200_000)
AWKWARD = (
    "Breathe out & in.",
    "From here --> to there, <b>slowly</b> &amp; softly.",
    "00:00:01,000 --> 00:00:02,000",
    "[00:01.00]Not a stamp.",
    "{\\an8}Up, or <00:01.00> not.",
    "שלום, כאן טוב לנוח. أهلا وسهلا",
    "🌿 A leaf 🍂 and a family 👩‍👩‍👧.",
    "7",
    "NOTE that you are here.",
    "A sentence that goes on for longer than one line of a caption can hold, and is read all the same.",
    "深く息を吸ってゆっくりと吐きながら肩の力を抜いていきましょう。そのままここにいてもかまいません。急がずにどうぞ。",
)


def cue_lists(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Cue, ...]]:
    """Cues in order, some side by side, some with hours between them."""
    lengths = st.tuples(st.sampled_from([0, 1, 900, 5000, 5001, 3_600_000]), st.integers(1, 9999), texts)

    def placed(drawn: list[tuple[int, int, str]]) -> tuple[Cue, ...]:
        found, at = [], 0
        for quiet, length, text in drawn:
            found.append(Cue(at + quiet, at + quiet + length, text, 0))
            at = found[-1].end_ms
        return tuple(found)

    return st.lists(lengths, max_size=6).map(placed)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1)
CUES = cue_lists(st.sampled_from(AWKWARD) | st.lists(WORDS, min_size=1, max_size=20).map(" ".join))


# What a reader makes of the files, written apart from the writers.


def milliseconds(clock: str) -> int:
    """`01:02:03.004`, with a comma or a point."""
    hours, minutes, seconds, thousandths = (int(part) for part in re.split("[:.,]", clock))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


def blocks_of(written: str) -> list[list[str]]:
    """The blocks between empty lines, and what holds for the file as a whole."""
    assert not written or (written.endswith("\n") and not written.endswith("\n\n"))
    assert "\r" not in written
    assert written.encode().decode() == written
    return [block.rstrip("\n").split("\n") for block in written.split("\n\n") if block]


def read_block(lines: list[str]) -> tuple[int, int, str]:
    """A line of times and one or two of text."""
    times, *text = lines
    assert 1 <= len(text) <= 2
    start, end = times.split(" --> ")
    assert len(start) == len(end) == len("00:00:00.000")
    return milliseconds(start), milliseconds(end), "\n".join(text)


def read_vtt(written: str, kind: str = "captions") -> list[tuple[int, int, str]]:
    """The cues of a WebVTT file, their text unescaped."""
    head, *rest = blocks_of(written)
    assert head[:2] == ["WEBVTT", f"kind: {kind}"]
    found = []
    for start, end, text in map(read_block, (block for block in rest if not block[0].startswith("NOTE "))):
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", text)
        plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        found.append((start, end, plain))
    return found


def read_srt(written: str) -> list[tuple[int, int, str]]:
    """The cues of a SubRip file, numbered from 1."""
    blocks = blocks_of(written)
    assert [block[0] for block in blocks] == [str(number) for number in range(1, len(blocks) + 1)]
    return [read_block(block[1:]) for block in blocks]


def read_lrc(written: str) -> tuple[dict[str, str], list[tuple[int, str]]]:
    """The head, and the stamped lines with their milliseconds."""
    head: dict[str, str] = {}
    lines: list[tuple[int, str]] = []
    for line in written.splitlines():
        found = re.fullmatch(r"\[(?:(\d\d+:\d\d\.\d\d)|([a-z]+):[^\]]*)\](.*)", line)
        assert found, line
        stamp, key, text = found.groups()
        if key:
            assert not lines
            head[key] = line[len(key) + 2 : -1]
        else:
            minutes, seconds, hundredths = (int(part) for part in re.split("[:.]", stamp))
            lines.append(((minutes * 60 + seconds) * 1000 + hundredths * 10, text))
    return head, lines


def one(text: str) -> str:
    """A wrapped text on one line again."""
    return text.replace("\n", " ")


# Cues


@st.composite
def lines_of_words(draw: st.DrawFn, between: tuple[str, ...]) -> str:
    """A line of distinct words with sentence ends anywhere, and any of these marks between the words."""
    ends = st.sampled_from(["", "", "", ",", ".", ".", "!", "…", ".”"])
    kinds = st.sampled_from(["Word", "word", "Dr Word", "W. Word"])
    parts = []
    for number in range(draw(st.integers(1, 7))):
        parts += [f"{draw(kinds)}{number}{draw(ends)}", draw(st.sampled_from(between))]
    return " ".join(filter(None, parts))


MARKS = ("", "", "", "[2s]", "[900ms]", "{name}", "{other}.", "{, name}", "{other}")
FILLED = st.sampled_from(["", "Ana", "ana", "Ana. Bo", "J", "My friend.", "a. b. C", "?"])


@st.composite
def meditations(draw: st.DrawFn) -> tuple[Script, dict[str, str]]:
    """Lines with and without ids, and what their slots are filled with, mostly not their fallbacks."""
    texts = draw(st.lists(lines_of_words(MARKS), min_size=1, max_size=3))
    assume(not any(prose.parse(text)[1] for text in texts))
    names = draw(st.booleans())
    steps = [
        said(text, exactly(3), name=f"line-{number}" if names else "") for number, text in enumerate(texts)
    ]
    script = script_of(*steps, fallbacks={"name": draw(FILLED), "other": draw(FILLED)})
    return script, {"name": draw(FILLED), "other": draw(FILLED)}


def laid(script: Script, values: dict[str, str]) -> tuple[Timeline, list[tuple[int, int, str]]]:
    """The timeline, and for every clip of a line its milliseconds with the words spoken in it."""
    found = score(script, values)
    lengths = {saying.text: 5000 + 997 * number for number, saying in enumerate(found.sayings)}
    timeline = lay_out(script, found, takes_of(found, lengths))
    spoken = [event.saying.text for event in found.events if isinstance(event, Spoken)]
    times = [(to_milliseconds(clip.start), to_milliseconds(clip.end)) for clip in timeline.clips]
    return timeline, [(*time, text) for time, text in zip(times, spoken, strict=True)]


@given(meditations())
def test_no_word_is_on_the_screen_but_while_it_is_heard(drawn: tuple[Script, dict[str, str]]) -> None:
    """Whatever fills the slots: each written word of a cue is in a clip within the cue's time."""
    timeline, heard = laid(*drawn)
    found = cues(timeline)
    assert all(cue.text and cue.start_ms < cue.end_ms for cue in found)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(found))
    for cue in found:
        within = " ".join(text for start, end, text in heard if cue.start_ms <= start and end <= cue.end_ms)
        assert set(re.findall(r"[Ww]ord\d", cue.text)) <= set(re.findall(r"[Ww]ord\d", within))


@given(meditations())
def test_cues_hold_every_word_of_every_line_once(drawn: tuple[Script, dict[str, str]]) -> None:
    """Put together they are the timeline's own texts, beginning and ending where its lines do."""
    timeline, _ = laid(*drawn)
    found = cues(timeline)
    with_words = [line for line in timeline.lines if any(map(str.isalnum, line.text))]
    letters = [re.sub(r"\W", "", text) for text in (line.text for line in with_words)]
    assert re.sub(r"\W", "", "".join(cue.text for cue in found)) == "".join(letters)
    assert {to_milliseconds(line.start) for line in with_words} <= {cue.start_ms for cue in found}
    assert {to_milliseconds(line.end) for line in with_words} <= {cue.end_ms for cue in found}


@given(st.lists(lines_of_words(("",)), min_size=1, max_size=3))
def test_without_slots_and_pauses_every_sentence_is_a_cue(texts: list[str]) -> None:
    """And its words are, to the letter, those of the clip in its place."""
    timeline, heard = laid(script_of(*(said(text, exactly(3)) for text in texts)), {})
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in cues(timeline)] == heard


def times_and_texts(text: str, value: str, fallback: str = "", name: str = "") -> list[tuple[int, int, str]]:
    """The cues of one line, each clip a second long, from the line's beginning."""
    script = script_of(said(text, exactly(3), name=name), fallbacks={"name": fallback, "other": fallback})
    found = score(script, {"name": value, "other": ""})
    all_cues = cues(lay_out(script, found, takes_of(found)))
    return [(cue.start_ms - 1000, cue.end_ms - 1000, cue.text) for cue in all_cues]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One two. Three.", [(0, 1000, "One two."), (1900, 2900, "Three.")]),
        ("One. [2s] Two. Three.", [(0, 1000, "One."), (3000, 4000, "Two."), (4900, 5900, "Three.")]),
        ("One [2s] two. Three.", [(0, 5900, "One two. Three.")]),
        ("One {name} two. Three.", [(0, 1000, "One two."), (1900, 2900, "Three.")]),
        ("One{, name}. [1s] Two.", [(0, 3000, "One. Two.")]),
        ("{name}", []),
        ("{name}!", []),
    ],
)
def test_a_line_is_split_where_it_is_certain(text: str, expected: list[tuple[int, int, str]]) -> None:
    """Sentence by sentence; whole where a pause stands inside a sentence, or in a line with a slot."""
    assert times_and_texts(text, "Ana") == expected


@pytest.mark.parametrize(
    ("text", "value", "fallback", "name"),
    [
        ("One. {name} two [2s] three.", "ana", "Ana", ""),
        ("{name} Look [2s] around.", "Ana", "My friend.", ""),
        ("{name} Look {other} around. See.", "Ana. Bo", "", "greeting"),
        ("One. Two. {name}", "Ana. Bo. Cy.", "", ""),
    ],
)
def test_a_line_that_could_be_matched_wrongly_stays_whole(
    text: str, value: str, fallback: str, name: str
) -> None:
    """As many sentences as clips prove nothing where one more in a slot makes up for one less elsewhere."""
    (cue,) = times_and_texts(text, value, fallback, name)
    assert cue[0] == 0


def test_a_long_sentence_that_is_cut_and_paused_stays_whole() -> None:
    """Two clips and two parts, but the pause is not where the sentence would be cut."""
    text = "word " * 80 + "[2s] " + "word, " * 60 + "end."
    ((start, end, shown),) = times_and_texts(text, "")
    assert (start, end, shown) == (0, 4000, text.replace("[2s] ", ""))
    assert len(sentences(shown)) == 2


def test_what_fills_a_slot_is_in_no_view() -> None:
    """Captions show the fallback, whatever was said."""
    script = script_of(said("Hello {name}. You are {other} here."), fallbacks={"name": "you", "other": ""})
    found = score(script, {"name": "Wilhelmina", "other": "Wilhelmina"})
    timeline = lay_out(script, found, takes_of(found))
    shown = cues(timeline)
    views = as_vtt(shown, "en-GB") + as_srt(shown) + as_lrc(shown, HEAD) + as_chapters_vtt(timeline)
    assert "Wilhelmina" not in views + repr(synced(shown))
    assert [cue.text for cue in shown] == ["Hello you. You are here."]


def test_a_text_is_made_one_line() -> None:
    """Control characters, separators and half of a pair of surrogates do no harm."""
    timeline, _ = laid(script_of(said("One two three.")), {})
    line = replace(timeline.lines[0], text="One\x00\x1b two\u2028\n\r\x85three\ud83c.")
    (cue,) = cues(replace(timeline, lines=(line,)))
    assert cue.text == "One two three\ufffd."


def test_nothing_said_is_no_cue() -> None:
    """A timeline without lines gives files without cues."""
    timeline = lay_out(script_of(), score(script_of(), {}), {})
    assert cues(timeline) == ()
    assert as_vtt((), "en-GB") == "WEBVTT\nkind: captions\nlang: en-GB\n"
    assert as_srt(()) == ""
    assert as_lrc((), HEAD).splitlines()[-1] == "[length:120:00]"
    assert synced(()) == ()


def test_a_cue_knows_its_chapter() -> None:
    """By its place in the timeline's chapters."""
    steps = (said("One. Two."), Chapter(PLACE, "Second"), said("Three."))
    timeline, _ = laid(script_of(*steps), {})
    assert [cue.chapter for cue in cues(timeline)] == [0, 0, 1]
    assert timeline.chapters[1].title == "Second"


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_built_in_script_is_followed_sentence_by_sentence(name: str) -> None:
    """Every clip of a line has its cue, to the millisecond; the file has it as well."""
    timeline = timeline_of(name)
    clips = [clip for clip in timeline.clips if clip.line is not None]
    times = [(to_milliseconds(clip.start), to_milliseconds(clip.end)) for clip in clips]
    found = cues(timeline)
    assert [(cue.start_ms, cue.end_ms) for cue in found] == times
    assert [(start, end) for start, end, _ in read_vtt(as_vtt(found, "en-GB"))] == times
    assert [(start, end) for start, end, _ in read_srt(as_srt(found))] == times
    shown = [line for _, _, text in read_srt(as_srt(found)) for line in text.split("\n")]
    assert sum(len(line) > LINE for line in shown) < len(shown) / 10


def timeline_of(name: str) -> Timeline:
    """A built-in script on the axis, without a voice."""
    library = Library()
    file = library.script(name)
    assert file
    return estimated(read_script(file, library).edition(None))


# Files


@given(CUES)
def test_vtt_and_back(drawn: tuple[Cue, ...]) -> None:
    """Times and words are what they were."""
    read = read_vtt(as_vtt(drawn, "en-GB"))
    assert [(start, end, one(text)) for start, end, text in read] == [
        (cue.start_ms, cue.end_ms, cue.text) for cue in drawn
    ]


@given(CUES)
def test_srt_and_back(drawn: tuple[Cue, ...]) -> None:
    """Times are what they were, and so are words; brackets that players take for markup look alike."""
    read = read_srt(as_srt(drawn))
    expected = [(cue.start_ms, cue.end_ms, cue.text.translate(_ALIKE)) for cue in drawn]
    assert [(start, end, one(text)) for start, end, text in read] == expected
    assert not any(sign in text for _, _, text in read for sign in "<>{}\\")


_ALIKE = {ord("<"): "‹", ord(">"): "›", ord("{"): "(", ord("}"): ")", ord("\\"): "⧵"}


@given(CUES)
def test_lrc_and_back(drawn: tuple[Cue, ...]) -> None:
    """Times are the nearest hundredth, in order; words are what they were but for their brackets."""
    head, lines = read_lrc(as_lrc(drawn, HEAD))
    assert head == {"ti": "Evening", "ar": "A therapist", "al": "Evenings", "length": "120:00"}
    alike = {ord("["): "(", ord("]"): ")", ord("<"): "‹", ord(">"): "›"}
    expected = [(at, text.translate(alike)) for at, text in synced(drawn)]
    assert [text for _, text in lines] == [text for _, text in expected]
    assert all(abs(at - exact) <= 5 for (at, _), (exact, _) in zip(lines, expected, strict=True))
    assert lines == sorted(lines, key=lambda line: line[0])


@given(CUES)
def test_words_leave_the_screen_before_a_long_quiet(drawn: tuple[Cue, ...]) -> None:
    """And only there; after the last of them as well."""
    changes = synced(drawn)
    assert [(at, text) for at, text in changes if text] == [(cue.start_ms, cue.text) for cue in drawn]
    starts = [cue.start_ms for cue in drawn[1:]] + [10**9] * bool(drawn)
    cleared = [
        cue.end_ms for cue, next_ in zip(drawn, starts, strict=True) if next_ - cue.end_ms > LONG_QUIET_MS
    ]
    assert [at for at, text in changes if not text] == cleared


@given(st.lists(WORDS, min_size=1, max_size=30).map(" ".join))
def test_long_lines_are_balanced(text: str) -> None:
    """One line while it fits; else two, of which the longer could not be shorter."""
    ((_, _, shown),) = read_vtt(as_vtt([Cue(0, 1, text, 0)], ""))
    if len(text) <= LINE or " " not in text:
        assert shown == text
    else:
        words = text.split(" ")
        ways = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words))]
        assert max(map(len, shown.split("\n"))) == min(max(len(top), len(low)) for top, low in ways)


def test_a_note_is_on_no_screen() -> None:
    """It is read by whoever opens the file; whatever is in it, it is one line, and opens no cue."""
    drawn = (Cue(0, 900, "Here is a chair.", 0),)
    noted = as_vtt(drawn, "en-GB", "Spoken by\na --> b.")
    assert noted == as_vtt(drawn, "en-GB").replace("en-GB\n", "en-GB\n\nNOTE Spoken by a -> b.\n")
    assert read_vtt(noted) == [(0, 900, "Here is a chair.")]


def test_a_language_is_a_tag_and_nothing_more() -> None:
    """A header line is no place for anything else."""
    assert "lang: en-GB\n" in as_vtt((), "en-GB")
    assert read_vtt(as_vtt((), "en\n\n00:00:00.000 --> 00:00:09.000\nx")) == []
    assert "lang" not in as_vtt((), "")


def test_heads_of_lyrics_are_harmless() -> None:
    """A title cannot end its bracket or its line; a key without a text is left out."""
    written = as_lrc((), LrcHead("An [open] title\n[00:01.00]x 🌙", "", "עֶרֶב", 59_500))
    assert written == "[ti:An (open) title (00:01.00)x 🌙]\n[al:עֶרֶב]\n[length:01:00]\n"


def test_chapters_as_a_track() -> None:
    """Titles escaped and on one line, from 0 to the end; one of no length is left out."""
    titles = ["Arriving & <settling>", "", "Up --> down\n\nNOTE 🌙 " + "long " * 20, "None", "עֶרֶב"]
    ends = [RATE, 2 * RATE, 3 * RATE, 3 * RATE, 3 * RATE + 29]
    spans = [
        ChapterSpan(title, Frames(start), Frames(end))
        for title, start, end in zip(titles, [0, *ends], ends, strict=False)
    ]
    timeline, _ = laid(script_of(said("One.")), {})
    read = read_vtt(as_chapters_vtt(replace(timeline, chapters=tuple(spans))), "chapters")
    assert read == [
        (0, 1000, "Arriving & <settling>"),
        (1000, 2000, "2"),
        (2000, 3000, "Up --> down NOTE 🌙 " + "long " * 19 + "long"),
        (3000, 3001, "עֶרֶב"),
    ]


# What another program reads


def read_by_ffmpeg(path: Path) -> list[tuple[int, int, str]]:
    """The times and texts ffmpeg finds in a file, by way of SubRip; empty texts included."""
    command = [str(ffmpeg.executable()), "-v", "error", "-nostdin", "-i", str(path), "-f", "srt", "-"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    pattern = r"\d+\n(\S+) --> (\S+)\n(.*?)\n\n(?=\d+\n\S+ -->|\Z)"
    found = re.findall(pattern, done.stdout.decode(), re.DOTALL)
    return [(milliseconds(start), milliseconds(end), text.strip("\n")) for start, end, text in found]


@pytest.fixture(scope="module")
def real() -> tuple[Cue, ...]:
    """The cues of a whole meditation, and awkward ones far behind them."""
    found = cues(timeline_of("body-scan"))
    at = 5_990_000
    plain = [text for text in AWKWARD if not re.search(r"[{}<>\\]", text)]
    more = [
        Cue(at + 7_001 * number, at + 7_001 * number + 1_999, text, 0) for number, text in enumerate(plain)
    ]
    return (*found, *more)


@pytest.mark.parametrize("suffix", ["vtt", "srt"])
def test_ffmpeg_reads_the_captions(real: tuple[Cue, ...], tmp_path: Path, suffix: str) -> None:
    """Every time to the millisecond and every word, beyond an hour too."""
    path = tmp_path / f"track.{suffix}"
    vtt = as_vtt(real, "en-GB", "Spoken by nobody.")
    path.write_text(vtt if suffix == "vtt" else as_srt(real), encoding="utf-8")
    shown = [
        (cue.start_ms, cue.end_ms, cue.text.translate(_ALIKE if suffix == "srt" else {})) for cue in real
    ]
    assert [(start, end, one(text)) for start, end, text in read_by_ffmpeg(path)] == shown


def test_ffmpeg_reads_the_lyrics(real: tuple[Cue, ...], tmp_path: Path) -> None:
    """Every text at its hundredth, beyond 99 minutes too, and nothing on the screen in a long quiet."""
    path = tmp_path / "track.lrc"
    path.write_text(as_lrc(real, HEAD), encoding="utf-8")
    read = read_by_ffmpeg(path)
    expected = synced(real)
    assert read[-1][0] > 100 * 60_000
    assert all(abs(at - exact) <= 5 for (at, _, _), (exact, _) in zip(read, expected, strict=True))
    brackets = {ord("["): "(", ord("]"): ")"}
    assert [text for _, _, text in read] == [text.translate(brackets) for _, text in expected]
