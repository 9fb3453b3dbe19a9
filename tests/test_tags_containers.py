"""Tags and chapters in every container but MP3, read back by us and by the programs that listeners have."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import base64
import json
import struct
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from mutagen.flac import FLAC, Picture
from mutagen.mp4 import MP4
from mutagen.oggopus import OggOpus

from form_files import LENGTH, OTHERS, STARTS, TAGS, TITLES, Hum, Made, a_cover
from guided_audio import tags
from guided_audio.forms import Form
from guided_audio.script import MOST_CHAPTERS
from guided_audio.tags import ChapterTag, TrackTags
from test_tags import output_of

each_form = pytest.mark.parametrize("form", OTHERS)
MP4S, LOSSLESS = (Form.M4A, Form.M4B), (Form.FLAC, Form.WAV)
PEAK = float(np.abs(Hum().read(0, LENGTH)).max())


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[Form, Path]:
    """Twelve seconds in every form."""
    folder = tmp_path_factory.mktemp("tags")
    return {form: Made(form).in_folder(folder) for form in OTHERS}


def read_back(form: Form, given: TrackTags, folder: Path) -> TrackTags:
    """What is read from a file with these tags."""
    found = tags.read(Made(form, tags=given).in_folder(folder))
    assert found is not None
    return found


@each_form
def test_what_is_written_is_read_back(form: Form, files: dict[Form, Path]) -> None:
    """All of it: the language as its code, the peak of the sound, where there is a place for it."""
    found = tags.read(files[form])
    assert found is not None
    assert found.peak == (0.0 if form is Form.OPUS else pytest.approx(PEAK, abs=1e-6))
    assert replace(found, peak=0.0) == replace(TAGS, language="eng")


@each_form
def test_empty_texts_come_back_empty(form: Form, tmp_path: Path) -> None:
    """No artist, no track, no cover, no chapters: nothing is made up."""
    bare = TrackTags("", "", "", "", "", "", "", "", (), TAGS.length_ms, 0.0, 0.0, b"")
    found = read_back(form, bare, tmp_path)
    assert replace(found, peak=0.0) == replace(bare, language="und")


@each_form
def test_awkward_titles_come_back_whole(form: Form, tmp_path: Path) -> None:
    """Emoji, right to left, equals signs, 300 letters, and lines that must be one."""
    titles = ("🌿 = 🌊", "שלום עליכם", "é" * 300, "one\ntwo\0three")
    given = tuple(replace(chapter, title=title) for chapter, title in zip(TAGS.chapters, titles, strict=True))
    found = read_back(form, replace(TAGS, title=titles[0], chapters=given), tmp_path)
    assert found.title == titles[0]
    assert [chapter.title for chapter in found.chapters] == [*titles[:3], "one two three"]


@each_form
def test_a_track_without_a_total_has_none(form: Form, tmp_path: Path) -> None:
    """Track 3 of nobody knows how many."""
    assert read_back(form, replace(TAGS, track="3"), tmp_path).track == "3"


@each_form
@pytest.mark.parametrize("gain", [0.0, -0.5, -2.0])
def test_a_gain_comes_back_to_the_hundredth(form: Form, gain: float, tmp_path: Path) -> None:
    """In decibels from -18 LUFS, however the container counts."""
    assert read_back(form, replace(TAGS, gain_db=gain), tmp_path).gain_db == gain


@each_form
def test_as_many_chapters_as_there_can_be(form: Form, tmp_path: Path) -> None:
    """255 come back in order, one more is refused."""
    step = TAGS.length_ms // MOST_CHAPTERS
    many = [ChapterTag(f"Chapter {n}", n * step, (n + 1) * step) for n in range(MOST_CHAPTERS)]
    many[-1] = replace(many[-1], end_ms=TAGS.length_ms)
    assert read_back(form, replace(TAGS, chapters=tuple(reversed(many))), tmp_path).chapters == tuple(many)
    with pytest.raises(ValueError, match="at most 255"):
        read_back(form, replace(TAGS, chapters=(*many, many[0])), tmp_path)


@each_form
def test_a_gain_that_is_no_number_is_refused(form: Form, tmp_path: Path) -> None:
    """Before it gets into a file."""
    with pytest.raises(ValueError, match="must be numbers"):
        read_back(form, replace(TAGS, gain_db=float("nan")), tmp_path)


@each_form
def test_a_file_that_is_cut_short_has_no_tags_or_some(
    form: Form, files: dict[Form, Path], tmp_path: Path
) -> None:
    """Wherever it ends: an answer, never an error."""
    data = files[form].read_bytes()
    for size in (0, 3, 11, 12, 60, 200, 1000, 3000, len(data) // 2):
        cut = tmp_path / "cut"
        cut.write_bytes(data[:size])
        found = tags.read(cut)
        assert found is None or isinstance(found, TrackTags)
    garbled = bytearray(data)
    garbled[16:2000:7] = bytes(len(garbled[16:2000:7]))
    cut.write_bytes(garbled)
    assert tags.read(cut) is None or isinstance(tags.read(cut), TrackTags)


def ffprobe(file: Path) -> dict[str, Any]:
    """All that ffprobe says of a file."""
    shown = ["-show_chapters", "-show_format", "-show_streams"]
    found: dict[str, Any] = json.loads(output_of("ffprobe", "-v", "error", *shown, "-of", "json", file))
    return found


@each_form
def test_ffprobe_has_every_chapter_in_its_place(form: Form, files: dict[Form, Path]) -> None:
    """To the millisecond, with its title."""
    found = ffprobe(files[form])["chapters"]
    assert [chapter["tags"]["title"] for chapter in found] == [*TITLES]
    starts = [round(float(chapter["start_time"]) * 1000) for chapter in found]
    assert starts == [*STARTS]


@each_form
def test_ffprobe_has_the_words_and_the_cover(form: Form, files: dict[Form, Path]) -> None:
    """Title, artist, album, number, and a picture of the cover's size."""
    found = ffprobe(files[form])
    stream = next(stream for stream in found["streams"] if stream["codec_type"] == "audio")
    named = {**found["format"].get("tags", {}), **stream.get("tags", {})}
    texts = {name.lower(): text for name, text in named.items()}
    assert (texts["title"], texts["artist"], texts["album"]) == (TAGS.title, TAGS.artist, TAGS.album)
    assert texts["track"] in ("3", "3/8")
    assert texts["genre"] == TAGS.genre
    picture = next(stream for stream in found["streams"] if stream["codec_type"] == "video")
    assert (picture["codec_name"], picture["width"]) == ("mjpeg", 64)
    assert picture["disposition"]["attached_pic"] == 1


@each_form
def test_mediainfo_has_the_words(form: Form, files: dict[Form, Path]) -> None:
    """Title, album, number of all, cover. Its `Title` would be INFO's, which it takes for Latin-1."""
    (found,) = json.loads(output_of("mediainfo", "--Output=JSON", files[form]))["media"]["track"][:1]
    assert (found["Track"], found["Album"]) == (TAGS.title, TAGS.album)
    assert (found["Track_Position"], found["Track_Position_Total"]) == ("3", "8")
    assert found["Cover"] == "Yes"


@each_form
def test_exiftool_has_the_words(form: Form, files: dict[Form, Path]) -> None:
    """Title, artist, album, number, lyrics."""
    (found,) = json.loads(output_of("exiftool", "-j", files[form]))
    assert (found["Title"], found["Artist"], found["Album"]) == (TAGS.title, TAGS.artist, TAGS.album)
    assert str(found.get("Track", found.get("TrackNumber"))) in ("3", "3/8", "3 of 8")
    assert found["Lyrics"].startswith("Sit as you like.")


def in_mediainfo(file: Path) -> str:
    """Its report as text."""
    return output_of("mediainfo", file)


@pytest.mark.parametrize("form", [*MP4S, Form.OPUS, Form.FLAC])
def test_mediainfo_lists_the_chapters(form: Form, files: dict[Form, Path]) -> None:
    """As a menu; of an MP4 as two of them, that of QuickTime and that of Nero."""
    report = in_mediainfo(files[form])
    assert report.count("00:00:07.333") == (2 if form in MP4S else 1)


# M4A and M4B


@pytest.mark.parametrize("form", MP4S)
def test_an_mp4_has_what_itunes_has(form: Form, files: dict[Form, Path]) -> None:
    """Number and total, album artist, JPEG, media kind, gain under its usual name."""
    found = MP4(files[form]).tags
    assert found is not None
    assert found["trkn"] == [(3, 8)]
    assert found["aART"] == [TAGS.artist]
    assert found["stik"] == [2 if form is Form.M4B else 1]
    assert bytes(found["covr"][0]) == TAGS.cover
    assert bytes(found["----:com.apple.iTunes:REPLAYGAIN_TRACK_GAIN"][0]) == b"-2.00 dB"


def test_neros_chapters_are_those_of_the_track(files: dict[Form, Path]) -> None:
    """The list that mutagen reads has the same times and titles as the track that ffprobe reads."""
    found = MP4(files[Form.M4B]).chapters
    assert found is not None
    assert [(round(chapter.start * 1000), chapter.title) for chapter in found] == [
        *zip(STARTS, TITLES, strict=True)
    ]


def test_a_title_in_neros_list_is_cut_between_letters(tmp_path: Path) -> None:
    """Of 300 two-byte letters 127 fit into 255 bytes; the track of titles has them all."""
    first, *others = TAGS.chapters
    given = replace(TAGS, chapters=(replace(first, title="é" * 300), *others))
    path = Made(Form.M4B, tags=given).in_folder(tmp_path)
    found = MP4(path).chapters
    assert found is not None
    assert found[0].title == "é" * 127
    assert ffprobe(path)["chapters"][0]["tags"]["title"] in ("é" * 127, "é" * 300)


def test_the_sound_of_an_mp4_says_its_language(files: dict[Form, Path]) -> None:
    """Where players look for it, in the track."""
    streams = ffprobe(files[Form.M4A])["streams"]
    assert next(stream for stream in streams if stream["codec_type"] == "audio")["tags"]["language"] == "eng"


# Opus and FLAC


def test_an_opus_counts_its_gain_as_it_must(files: dict[Form, Path]) -> None:
    """In steps of 1/256 dB from -23 LUFS, no gain in its header, none of the names of ReplayGain."""
    found = OggOpus(files[Form.OPUS])
    assert found["R128_TRACK_GAIN"] == ["-1792"]  # (-2 - 5) * 256
    assert not [name for name in found if name.upper().startswith("REPLAYGAIN")]
    head = files[Form.OPUS].read_bytes()
    lead, rate, gain = struct.unpack_from("<HIh", head, head.index(b"OpusHead") + 10)
    assert (lead, rate, gain) == (312, 44_100, 0)


@pytest.mark.parametrize("form", [Form.OPUS, Form.FLAC])
def test_chapters_are_numbered_from_000(form: Form, files: dict[Form, Path]) -> None:
    """Three digits, hours to milliseconds, then the name."""
    found = OggOpus(files[form]) if form is Form.OPUS else FLAC(files[form])
    assert found["CHAPTER000"] == ["00:00:00.000"]
    assert found["CHAPTER002"] == ["00:00:07.333"]
    assert found["CHAPTER002NAME"] == ["Дыхание"]
    assert found["ALBUMARTIST"] == [TAGS.artist]


def test_the_cover_is_a_picture_of_the_front(files: dict[Form, Path]) -> None:
    """In FLAC as a block, in Opus the same block as text."""
    for picture in (picture_in(files[Form.OPUS]), picture_in(files[Form.FLAC])):
        assert (picture.type, picture.mime, picture.data) == (3, "image/jpeg", TAGS.cover)


@pytest.mark.parametrize("form", [Form.OPUS, Form.FLAC])
def test_the_picture_says_its_size(form: Form, tmp_path: Path) -> None:
    """Width, height, depth, no table of colours; ffprobe finds a picture of just that size."""
    path = Made(form, tags=replace(TAGS, cover=a_cover(96, 64))).in_folder(tmp_path)
    block = picture_in(path)
    assert (block.width, block.height, block.depth, block.colors) == (96, 64, 24, 0)
    shown = next(stream for stream in ffprobe(path)["streams"] if stream["codec_type"] == "video")
    assert (shown["width"], shown["height"]) == (block.width, block.height)


@pytest.mark.parametrize("cover", [b"\xff\xd8\xff and no more", b"GIF89a"])
@pytest.mark.parametrize("form", [Form.OPUS, Form.FLAC])
def test_a_picture_that_does_not_tell_its_size_has_none(form: Form, cover: bytes, tmp_path: Path) -> None:
    """Then the block has zeros, which stand for not known, and the picture as it is."""
    path = Made(form, tags=replace(TAGS, cover=cover)).in_folder(tmp_path)
    block = picture_in(path)
    assert (block.width, block.height, block.depth, block.colors) == (0, 0, 0, 0)
    assert block.data == cover


def picture_in(path: Path) -> Picture:
    """The block of the cover in a FLAC or an Opus, as mutagen reads it."""
    if path.suffix == Form.FLAC.suffix:
        block: Picture = FLAC(path).pictures[0]
        return block
    return Picture(base64.b64decode(OggOpus(path)["METADATA_BLOCK_PICTURE"][0]))


def test_a_large_cover_goes_over_many_pages(tmp_path: Path) -> None:
    """The comments of an Opus need several pages, and still come back."""
    large = TAGS.cover + bytes(range(256)) * 800
    assert read_back(Form.OPUS, replace(TAGS, cover=large), tmp_path).cover == large


# WAV


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a WAV."""
    found, at = [], 12
    while at < len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        found.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    assert at == len(data)
    return found


def test_a_wav_has_cues_with_labels(files: dict[Form, Path]) -> None:
    """As many as chapters, in samples, each with its label."""
    chunks = chunks_of(files[Form.WAV].read_bytes())
    assert [kind for kind, _ in chunks] == [*(b"fmt ", b"data", b"CSET", b"cue ", b"LIST", b"LIST", b"id3 ")]
    cues = dict(chunks)[b"cue "]
    points = [struct.unpack_from("<II4sIII", cues, 4 + 24 * n) for n in range(4)]
    assert [round(point[5] * 1000 / 44_100) for point in points] == [*STARTS]
    labels = next(body for kind, body in chunks if kind == b"LIST" and body.startswith(b"adtl"))
    assert all(title.encode() + b"\0" in labels for title in TITLES)


PLAIN = replace(TAGS, title="Breathing", artist="Dr. Muller", comment="For the evening.")


@pytest.mark.parametrize("given", [PLAIN, TAGS, replace(TAGS, title="🌿 = 🌊")], ids=["plain", "ü", "🌿"])
def test_the_words_are_in_info_whatever_their_letters(given: TrackTags, tmp_path: Path) -> None:
    """In UTF-8, for those that read nothing else, and all others find the same."""
    path = Made(Form.WAV, tags=given).in_folder(tmp_path)
    info = next(body for kind, body in chunks_of(path.read_bytes()) if body.startswith(b"INFO"))
    texts = {b"INAM": given.title, b"IART": given.artist, b"IPRD": given.album, b"ITRK": "3", b"ILNG": "eng"}
    for kind, text in texts.items():
        assert kind + struct.pack("<I", len(text.encode()) + 1) + text.encode() + b"\0" in info
    found = tags.read(path)
    assert found is not None
    assert replace(found, peak=0.0) == replace(given, language="eng")
    assert ffprobe(path)["format"]["tags"]["title"] == given.title
    assert [chapter["tags"]["title"] for chapter in ffprobe(path)["chapters"]] == [*TITLES]
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.artist, file.frames) == (given.title, given.artist, LENGTH)


def test_info_says_that_it_is_in_utf8(files: dict[Form, Path]) -> None:
    """By a CSET chunk in front of all texts; exiftool goes by it, and takes them for Latin-1 without it."""
    chunks = chunks_of(files[Form.WAV].read_bytes())
    assert dict(chunks)[b"CSET"] == struct.pack("<HHHH", 65001, 0, 0, 0)
    (found,) = json.loads(output_of("exiftool", "-j", "-G1", "-a", files[Form.WAV]))
    assert (found["RIFF:Title"], found["RIFF:Artist"]) == (TAGS.title, TAGS.artist)
    assert found["RIFF:Product"] == TAGS.album


def test_the_id3_chunk_is_the_tag_of_an_mp3(files: dict[Form, Path]) -> None:
    """Byte for byte."""
    body = dict(chunks_of(files[Form.WAV].read_bytes()))[b"id3 "]
    found = tags.read(BytesIO(body))
    assert found is not None
    assert body == tags.id3(found)
