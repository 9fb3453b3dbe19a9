"""Programs that read tags: what each of them finds in a file, to the letter."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from guided_audio.forms import Form
from players.programs import EXIFTOOL, EYED3, ID3V2, KID3, MEDIAINFO, MP3VAL, Desk, Program, path_of
from players.table import Seen
from players.walks import ARTIST, TITLE, Shelf, Walk, Walks, agree

_READS = {"plays": "–", "playlist": "–"}

_EYED3_CHAPTERS = """\
import json, sys, eyed3
eyed3.log.setLevel("CRITICAL")
tag = eyed3.load(sys.argv[1]).tag
print(json.dumps([[chapter.times.start, chapter.title] for chapter in tag.chapters]))
"""


def clock_ms(text: str) -> float:
    """Hours, minutes and seconds as milliseconds."""
    hours, minutes, seconds = text.split(":")
    return 1000 * (60 * (60 * int(hours) + int(minutes)) + float(seconds))


def test_eyed3(desk: Desk, mp3: Walks, seen: Seen) -> None:
    """Tags, words and cover by the program, chapters by the library it is made of; no times of words."""
    python = Program("python", Path(path_of(EYED3)).read_text().splitlines()[0].removeprefix("#!"), "eyed3")
    for track in mp3.tracks:
        said = desk.run(EYED3, "-v", "--no-color", track.file).out
        for line in (
            f"title: {track.title}",
            f"album: {TITLE}",
            f"artist: {ARTIST}",
            f"track: {track.number}/3",
        ):
            assert re.search(rf"^{line}\b", said, re.M), line
        assert "ID3 v2.3" in said
        assert track.words[0].text in said
        assert "FRONT_COVER Image" in said
        listed = desk.run(python, "-c", _EYED3_CHAPTERS, track.file)
        found = [(start, title) for start, title in json.loads(listed.out)]
        agree(found, track.chapters, 1.0)
    seen(EYED3, Form.MP3, **_READS, chapters="yes", synced_text="no", cover="yes")


def test_id3v2(desk: Desk, mp3: Walks, seen: Seen) -> None:
    """It sees every frame, and cannot read those of chapters and of times."""
    for track in mp3.tracks:
        said = desk.run(ID3V2, "-l", track.file).out
        for line in (f"TIT2 .*: {track.title}", f"TALB .*: {TITLE}", f"TRCK .*: {track.number}/3"):
            assert re.search(rf"^{line}$", said, re.M), line
        assert len(re.findall(r"^CHAP ", said, re.M)) == len(track.chapters)
        assert not re.search(r"^CHAP .*[^ :)(]{6}", said.replace("frame", ""), re.M)
        assert re.search(r"^SYLT .*\(unimplemented\)$", said, re.M)
        assert re.search(r"^APIC .*image/jpeg", said, re.M)
    seen(ID3V2, Form.MP3, **_READS, chapters="how many", synced_text="that there is", cover="yes")


def test_mp3val(desk: Desk, mp3: Walks, seen: Seen) -> None:
    """It finds nothing wrong, and as many frames as the sound and its two delays take, with the header."""
    for track in mp3.tracks:
        said = desk.run(MP3VAL, track.file).out
        assert "WARNING" not in said
        assert "ERROR" not in said
        frames = -(-(track.frames + 576 + 529) // 1152) + 1
        assert f"{frames} MPEG frames (MPEG 1 Layer III), +ID3v2, CBR" in said
    seen(MP3VAL, Form.MP3, **_READS, chapters="–", synced_text="–", cover="–")


def test_kid3(desk: Desk, walks: Walks, seen: Seen) -> None:
    """Tags and a cover in every form; of chapters what each form has them in."""
    for track in walks.tracks:
        said = desk.run(KID3, "-c", '{"method":"get","params":["all"]}', track.file)
        frames = json.loads(said.out)["result"]["taggedFile"]["tag2"]["frames"]
        told = {frame["name"]: frame["value"] for frame in frames}
        assert (told["Title"], told["Album"], told["Album Artist"]) == (track.title, TITLE, ARTIST)
        assert told["Track Number"].split("/")[0] == str(track.number)
        assert "Picture: Cover (front)" in told
        chapters = [frame["value"] for frame in frames if frame["name"] == "Chapter"]
        assert len(chapters) in (0, len(track.chapters))
        seen(KID3, walks.form, chapters="how many" if chapters else _comments(told, track))
        synced = _synced(told.get("SYNCEDLYRICS", ""), track)
        seen(KID3, walks.form, synced_text="that there is" if "Synchronized Lyrics" in told else synced)
    seen(KID3, walks.form, **_READS, cover="yes")


def _comments(told: dict[str, Any], track: Walk) -> str:
    """Chapters as Vorbis comments have them, a line for the time and one for the title."""
    named = {re.sub(r"\W", "", name).upper(): str(text) for name, text in told.items()}
    starts = sorted(name for name in named if re.fullmatch(r"CHAPTER\d{3}", name))
    if not starts:
        return "no"
    agree([(clock_ms(named[name]), named[f"{name}NAME"]) for name in starts], track.chapters, 1.0)
    return "yes"


def _synced(text: str, track: Walk) -> str:
    """Words with a time in front of each, in whatever stands between them."""
    found = re.findall(r"\[(\d\d:\d\d\.\d+)\]([^[\n]*?)[.,/ ]*(?=\[|\n|$)", text)
    if not found:
        return "no"
    said = [(clock_ms(f"0:{clock}"), words.strip()) for clock, words in found if words.strip(" .,/")]
    assert [words.rstrip(".") for _, words in said] == [mark.text.rstrip(".") for mark in track.words]
    assert [start for start, _ in said] == pytest.approx([mark.start for mark in track.words], abs=5.5)
    return "inside"


def test_exiftool(desk: Desk, walks: Walks, seen: Seen) -> None:
    """Tags and cover in every form, words with their times in all, chapters but in MP3."""
    for track in walks.tracks:
        said = desk.run(EXIFTOOL, "-json", "-a", "-b", "-api", "LargeFileSupport=1", track.file)
        (told,) = json.loads(said.out)
        assert (told["Title"], told["Album"], told["Artist"]) == (track.title, TITLE, ARTIST)
        number = told.get("Track", told.get("TrackNumber"))
        assert str(number).split("/")[0].split(" of ")[0] == str(track.number)
        seen(EXIFTOOL, walks.form, **_READS, cover="yes" if _has_picture(told) else "no")
        seen(EXIFTOOL, walks.form, chapters=_exiftool_chapters(told, track))
        words = (
            told.get("SynchronizedLyricsText") or told.get("Syncedlyrics") or told.get("SYNCEDLYRICS") or ""
        )
        seen(
            EXIFTOOL,
            walks.form,
            synced_text=_synced("\n".join(words) if isinstance(words, list) else words, track),
        )


def _has_picture(told: dict[str, Any]) -> bool:
    return any(str(told.get(name, "")).startswith("base64:/9j/") for name in ("Picture", "CoverArt"))


def _exiftool_chapters(told: dict[str, Any], track: Walk) -> str:
    listed = told.get("ChapterList")
    if listed:
        found = [re.fullmatch(r"\[(.+?)\] (.+)", entry) for entry in listed]
        agree([(clock_ms(each[1]), each[2]) for each in found if each], track.chapters, 1.0)
        return "yes"
    if "CuePointLabel" in told or "CuePointLabels" in told:
        return "titles"
    return _comments(told, track)


def test_mediainfo(desk: Desk, walks: Walks, seen: Seen) -> None:
    """Tags and cover in every form, chapters but in MP3 and WAV."""
    for track in walks.tracks:
        said = desk.run(MEDIAINFO, track.file).out
        told = dict(re.findall(r"^(\S.*?) +: (.+)$", said, re.M))
        assert (told["Track name"], told["Album"], told["Performer"]) == (track.title, TITLE, ARTIST)
        assert (told["Track name/Position"], told["Cover"]) == (str(track.number), "Yes")
        found = re.findall(r"^(\d\d:\d\d:\d\d\.\d{3}) +: (.+)$", said.partition("\nMenu")[2], re.M)
        chapters = [(clock_ms(clock), title) for clock, title in found]
        if chapters:
            agree(chapters[: len(track.chapters)], track.chapters, 1.0)
        seen(MEDIAINFO, walks.form, chapters="yes" if chapters else "no")
        seen(MEDIAINFO, walks.form, synced_text=_synced(told.get("SYNCEDLYRICS", ""), track))
    seen(MEDIAINFO, walks.form, **_READS, cover="yes")


@pytest.mark.parametrize("form", [Form.MP3, Form.WAV], ids=str)
def test_no_text_is_misread(desk: Desk, shelf: Shelf, form: Form) -> None:
    """No umlaut is in two pieces, but where mediainfo shows the album of a WAV's INFO once more."""
    assert "Ã" not in desk.run(EXIFTOOL, "-a", shelf[form].first.file).out
    said = desk.run(MEDIAINFO, shelf[form].first.file).out
    misread = re.findall(r"^(\S.*?) +: .*Ã", said, re.M)
    assert misread == (["Original source form/Name"] if form is Form.WAV else [])
