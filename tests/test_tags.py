"""A tag is read back by the programs that listeners have, and says the same in each of them."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile
from mutagen.id3 import ID3, CTOCFlags, Encoding
from mutagen.mp3 import MPEGInfo
from PIL import Image

from guided_audio.script import MOST_CHAPTERS
from guided_audio.tags import ChapterTag, TrackTags, id3, language_code, read

PACKAGES = {
    "ffprobe": "ffmpeg",
    "eyeD3": "eyed3",
    "mediainfo": "mediainfo",
    "id3v2": "id3v2",
    "exiftool": "libimage-exiftool-perl",
}
REQUIRED = {"ffprobe", "eyeD3", "mediainfo"}

# The longest title comes first and the shortest last, so that an order by size would show.
CHAPTERS = (
    ChapterTag("Arriving in this room, as slowly as it takes", 0, 1501),
    ChapterTag("Körper", 1501, 7333),
    ChapterTag("Дыхание", 7333, 9007),
    ChapterTag("End", 9007, 12000),
)
LYRICS = "Sit as you like.\nClose your eyes – or leave them open.\n\nBreathe."


def a_cover() -> bytes:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (64, 64), "#234").save(out, "JPEG")
    return out.getvalue()


TAGS = TrackTags(
    title="Дыхание и тишина",
    artist="Dr. Müller",
    album="Evening",
    track="3/8",
    genre="Meditative",
    language="en-GB",
    comment="For the evening.",
    lyrics=LYRICS,
    chapters=CHAPTERS,
    length_ms=12000,
    gain_db=-1.5,
    peak=0.8125,
    cover=a_cover(),
    album_artist="Dr. Müller",
    synced=((500, "Sit as you like."), (2600, "Дыши."), (4000, "")),
)


@pytest.fixture(scope="module")
def track(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve seconds of MP3 with the tag in front."""
    sound = BytesIO()
    tone = np.sin(np.arange(12 * 44100) / 20).astype(np.float32) * 0.1
    soundfile.write(sound, tone, 44100, format="MP3", bitrate_mode="CONSTANT", compression_level=0.9)
    path = tmp_path_factory.mktemp("tags") / "track.mp3"
    path.write_bytes(id3(TAGS) + sound.getvalue())
    return path


def output_of(program: str, *arguments: str | Path) -> str:
    """What a program prints; the test is skipped where it is missing, unless CI promised it."""
    found = shutil.which(program)
    if found is None:
        reason = f"{program} is not installed (apt-get install {PACKAGES[program]})"
        if program in REQUIRED and os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return printed(found, *arguments)


def printed(*command: str | Path) -> str:
    """Standard output, whatever language this machine speaks."""
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, capture_output=True, check=True, env=environment, timeout=60)
    return done.stdout.decode()


def frames_of(tag: bytes) -> list[tuple[str, bytes]]:
    """The frames of an ID3v2.3 tag in the order of its bytes."""
    frames, at = [], 10
    while at < len(tag):
        size = struct.unpack(">I", tag[at + 4 : at + 8])[0]
        frames.append((tag[at : at + 4].decode(), tag[at + 10 : at + 10 + size]))
        at += 10 + size
    assert at == len(tag)
    return frames


def test_the_header_is_plain_v23_without_padding() -> None:
    """Version 2.3, no flags (so no unsynchronisation), and a size that ends with the last frame."""
    tag = id3(TAGS)
    assert tag[:6] == b"ID3\x03\x00\x00"
    size = sum(byte << shift for byte, shift in zip(tag[6:10], (21, 14, 7, 0), strict=True))
    assert size == len(tag) - 10
    assert frames_of(tag)[-1][0] == "APIC"


def test_frames_stand_in_one_order() -> None:
    """Texts first, then contents and chapters, then what is large."""
    kinds = [kind for kind, _ in frames_of(id3(TAGS))]
    assert kinds == (
        ["TIT2", "TPE1", "TPE2", "TALB", "TRCK", "TCON", "TLAN", "TLEN", "TXXX", "TXXX", "COMM", "CTOC"]
        + ["CHAP"] * 4
        + ["USLT", "SYLT", "APIC"]
    )


def test_chapters_stand_in_time_order_whatever_their_size() -> None:
    """Twelve chapters whose titles grow and shrink, handed over in any order, come out in time order."""
    many = [ChapterTag("x" * (n * 7 % 12 + 1), n * 1000, (n + 1) * 1000) for n in range(12)]
    shuffled = tuple(many[n] for n in np.random.default_rng(3).permutation(12))
    bodies = [body for kind, body in frames_of(id3(replace(TAGS, chapters=shuffled))) if kind == "CHAP"]
    names = [body.split(b"\0")[0].decode() for body in bodies]
    times = [struct.unpack(">4I", body.split(b"\0", 1)[1][:16]) for body in bodies]
    assert names == [f"chp{n}" for n in range(12)]
    assert times == [(n * 1000, (n + 1) * 1000, 0xFFFFFFFF, 0xFFFFFFFF) for n in range(12)]


def test_the_contents_list_every_chapter_once() -> None:
    """One table of contents, top-level and ordered, with a title."""
    found = ID3(BytesIO(id3(TAGS)))
    (contents,) = found.getall("CTOC")
    assert contents.flags == CTOCFlags.TOP_LEVEL | CTOCFlags.ORDERED
    assert contents.child_element_ids == ["chp0", "chp1", "chp2", "chp3"]
    assert str(contents.sub_frames["TIT2"]) == TAGS.title


def test_the_words_come_at_their_times() -> None:
    """One frame of lyrics in milliseconds, as players of synced text ask for it."""
    (frame,) = ID3(BytesIO(id3(TAGS))).getall("SYLT")
    assert (frame.format, frame.type, frame.lang) == (2, 1, "eng")
    assert frame.text == [(text, ms) for ms, text in TAGS.synced]


def test_its_length_does_not_depend_on_the_peak() -> None:
    """The tag is written again in place when the peak is known."""
    peaks = [0.0, 1e-9, 0.5, 1.0, 1.25, 9.9999999, 1000.0, -1.0]
    tags = [id3(replace(TAGS, peak=peak)) for peak in peaks]
    assert len({len(tag) for tag in tags}) == 1
    assert tags[2] != tags[3]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), float("-inf")])
def test_a_gain_or_peak_that_is_no_number_is_refused(wrong: float) -> None:
    """A player that reads `nan` may play at any level."""
    with pytest.raises(ValueError, match="must be numbers"):
        id3(replace(TAGS, peak=wrong))
    with pytest.raises(ValueError, match="must be numbers"):
        id3(replace(TAGS, gain_db=wrong))


@pytest.mark.parametrize(("gain", "text"), [(-1.5, "-1.50 dB"), (-0.001, "+0.00 dB"), (12.346, "+12.35 dB")])
def test_gain_is_written_as_players_expect_it(gain: float, text: str) -> None:
    """Two decimals, a sign, the unit."""
    found = ID3(BytesIO(id3(replace(TAGS, gain_db=gain))))
    assert str(found["TXXX:REPLAYGAIN_TRACK_GAIN"]) == text
    assert str(found["TXXX:REPLAYGAIN_TRACK_PEAK"]) == "0.812500"


def test_texts_are_latin1_where_they_fit_and_utf16_where_not() -> None:
    """Version 2.3 knows no UTF-8, and old units read nothing but Latin-1."""
    found = ID3(BytesIO(id3(TAGS)), translate=False)
    assert found["TIT2"].encoding == Encoding.UTF16
    assert found["TPE1"].encoding == Encoding.LATIN1
    assert [chapter.sub_frames["TIT2"].encoding for chapter in found.getall("CHAP")] == [0, 0, 1, 0]
    assert dict(frames_of(id3(TAGS)))["TIT2"].startswith(b"\x01\xff\xfe")


def test_the_same_tags_are_the_same_bytes() -> None:
    """Two writings do not differ, and one read back is written the same again."""
    tag = id3(TAGS)
    assert id3(replace(TAGS)) == tag
    again = read(BytesIO(tag))
    assert again is not None
    assert id3(again) == tag


def test_reading_gives_back_what_was_written(track: Path) -> None:
    """All fields, with the language as its three letters, by path and by open file."""
    assert read(track) == replace(TAGS, language="eng")
    with track.open("rb") as stream:
        stream.seek(500)
        assert read(stream) == replace(TAGS, language="eng")


def test_what_is_empty_is_left_out() -> None:
    """No frame says nothing."""
    bare = replace(TAGS, title="", artist="", album="", track="", genre="", comment="", lyrics="")
    bare = replace(bare, chapters=(), cover=b"", album_artist="", synced=())
    assert [kind for kind, _ in frames_of(id3(bare))] == ["TLAN", "TLEN", "TXXX", "TXXX"]
    assert read(BytesIO(id3(bare))) == replace(bare, language="eng")


def test_a_chapter_without_a_title_keeps_its_place() -> None:
    """The chapter is there, and only its title is not."""
    chapters = (ChapterTag("", 0, 5), ChapterTag("Two", 5, 10))
    tags = read(BytesIO(id3(replace(TAGS, chapters=chapters))))
    assert tags is not None
    assert tags.chapters == chapters


def test_more_chapters_than_a_table_can_count_are_refused() -> None:
    """255 are written; one more is refused, not cut."""
    most = tuple(ChapterTag(f"{n}", n, n + 1) for n in range(MOST_CHAPTERS))
    tags = read(BytesIO(id3(replace(TAGS, chapters=most))))
    assert tags is not None
    assert tags.chapters == most
    with pytest.raises(ValueError, match="at most 255"):
        id3(replace(TAGS, chapters=(*most, ChapterTag("one more", 255, 256))))


def test_odd_characters_do_no_harm() -> None:
    """Halves of surrogate pairs and control characters are replaced, halves that meet are joined."""
    odd = replace(
        TAGS, title="a\ud83d b\x00c\x1bd\te", album="\ud83c\udf19 moon", lyrics="one\r\ntwo\rthree\x07"
    )
    tags = read(BytesIO(id3(odd)))
    assert tags is not None
    assert tags.title == "a\ufffd b c d e"
    assert tags.album == "\U0001f319 moon"
    assert tags.lyrics == "one\ntwo\nthree"


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("en-GB", "eng"),
        ("de", "deu"),
        ("pt-BR", "por"),
        ("RU", "rus"),
        ("haw", "haw"),
        ("", "und"),
        ("qq", "und"),
    ],
)
def test_languages_have_three_letters(language: str, code: str) -> None:
    """ISO 639-2, for frames that have exactly three letters for it; a code is its own code."""
    assert language_code(language) == code
    assert language_code(code) == code


def test_a_file_without_our_tag_has_none(tmp_path: Path) -> None:
    """Neither sound alone, nor another program's tag, nor one that is cut short or scribbled over."""
    tag = id3(TAGS)
    foreign = ID3(BytesIO(tag))
    foreign.delall("TXXX")
    other = BytesIO()
    foreign.save(other)
    for data in (b"", b"ID3", b"\xff\xfb\x90\x00" * 100, other.getvalue(), tag[: len(tag) // 2]):
        assert read(BytesIO(data)) is None
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none.mp3")


def test_a_damaged_tag_never_raises() -> None:
    """Any byte may be wrong; the file is then ours with other words, or not ours."""
    whole = id3(replace(TAGS, cover=b"cover"))
    chance = np.random.default_rng(1)
    answers = set()
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(4):
            data[chance.integers(len(data))] = chance.integers(256)
        answers.add(read(BytesIO(data)) is None)
    assert answers == {True, False}


def test_mutagen_finds_the_sound_behind_it(track: Path) -> None:
    """The tag ends where the sound begins: its length is right, and there is no older tag behind it."""
    with track.open("rb") as stream:
        sound = MPEGInfo(stream)
    assert sound.length == pytest.approx(12, abs=0.06)
    assert sound.frame_offset == len(id3(TAGS))
    assert not sound.sketchy
    assert track.read_bytes()[-128:-125] != b"TAG"


def test_the_bundled_ffmpeg_lists_the_chapters(track: Path) -> None:
    """In order and to the millisecond, with their titles, and the texts unharmed."""
    listed = printed(
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-copyts", "-i", track, "-f", "ffmetadata", "-"
    )
    found = re.findall(r"TIMEBASE=1/1000\nSTART=(\d+)\nEND=(\d+)\ntitle=(.*)", listed)
    assert found == [(str(each.start_ms), str(each.end_ms), each.title) for each in CHAPTERS]
    for line in ("title=Дыхание и тишина", "artist=Dr. Müller", "track=3/8", "language=eng", "TLEN=12000"):
        assert line in listed.splitlines()
    assert "lyrics-eng=" + LYRICS.replace("\n", "\\\n") in listed


def test_ffprobe_lists_the_chapters(track: Path) -> None:
    """The ffprobe of the system agrees, and sees a cover beside the sound."""
    arguments = ("-v", "error", "-show_chapters", "-show_streams", "-show_format", "-of", "json", track)
    found = json.loads(output_of("ffprobe", *arguments))
    chapters = [ChapterTag(each["tags"]["title"], each["start"], each["end"]) for each in found["chapters"]]
    assert tuple(chapters) == CHAPTERS
    assert [stream["codec_name"] for stream in found["streams"]] == ["mp3", "mjpeg"]
    assert found["format"]["tags"]["REPLAYGAIN_TRACK_GAIN"] == "-1.50 dB"


def test_eyed3_reads_it(track: Path) -> None:
    """Titles, lyrics with their lines, every chapter and the cover, and no padding."""
    shown = re.sub(r"\x1b\[[0-9;]*m", "", output_of("eyeD3", "-v", track))
    for line in ("ID3 v2.3:", "title: Дыхание и тишина", "artist: Dr. Müller", "CHAP x 4", "0 bytes unused"):
        assert line in shown
    assert LYRICS in shown
    assert f"FRONT_COVER Image: [Size: {len(TAGS.cover)} bytes] [Type: image/jpeg]" in shown


def test_mediainfo_reads_it(track: Path) -> None:
    """Texts, number, gain and cover."""
    found = json.loads(output_of("mediainfo", "--Output=JSON", track))["media"]["track"][0]
    assert (found["Title"], found["Performer"], found["Album"]) == (TAGS.title, TAGS.artist, TAGS.album)
    assert (found["Track_Position"], found["Track_Position_Total"]) == ("3", "8")
    assert found["Cover_Type"] == "Cover (front)"
    assert "-1.50 dB" in json.dumps(found)


def test_id3v2_reads_it(track: Path) -> None:
    """A program of 2000 sees every frame, in our order."""
    shown = output_of("id3v2", "-l", track)
    kinds = re.findall(r"^([A-Z0-9]{4}) \(", shown, re.MULTILINE)
    assert kinds == [kind for kind, _ in frames_of(id3(TAGS))]
    assert "No ID3v1 tag" in shown


def test_exiftool_reads_it(track: Path) -> None:
    """Texts, lyrics and the cover, without a warning."""
    (found,) = json.loads(output_of("exiftool", "-j", "-b", track))
    assert "Warning" not in found
    assert (found["Title"], found["Lyrics"]) == (TAGS.title, LYRICS)
    assert found["PictureMIMEType"] == "image/jpeg"
