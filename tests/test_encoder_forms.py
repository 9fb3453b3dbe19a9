"""Sound in every form: as long as it was, where it was, the same bytes each time, and nothing torn."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from mutagen.flac import FLAC, SeekTable
from mutagen.ogg import OggPage

from conftest import RATE, both, tone
from form_files import LENGTH, OTHERS, TAGS, Hum, Made, decoded, rate_of
from guided_audio import ffmpeg
from guided_audio.blocks import Source, Stereo, silence
from guided_audio.build import containers
from guided_audio.encoder import Reading, aac, ahead, flac, mp4, ogg, wav
from guided_audio.encoder.pcm16 import FULL_SCALE, dithered
from guided_audio.errors import EncoderFailure, Refused
from guided_audio.forms import Form
from guided_audio.resampling import resampled_length
from guided_audio.units import Frames

LENGTHS = (16, 1023, 1024, 1025, 4097, 65_537, 100_001)

each_form = pytest.mark.parametrize("form", OTHERS)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A sound that is there, and silence behind it."""

    sound: Stereo

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`."""
        piece = self.sound[start : start + count]
        return np.concatenate((piece, silence(count - len(piece))))


@each_form
@pytest.mark.parametrize("length", LENGTHS)
def test_it_decodes_to_its_length(form: Form, length: int, tmp_path: Path) -> None:
    """From a few frames on, every form gives back as many frames as went in, at 48 kHz for Opus."""
    made = Made(form, length=Frames(length)).without_chapters()
    rate = rate_of(form)
    assert len(decoded(made.in_folder(tmp_path), rate)) == resampled_length(length, RATE, rate)


@each_form
def test_it_decodes_to_its_length_at_48_khz(form: Form, tmp_path: Path) -> None:
    """The other rate of a project."""
    made = Made(form, length=Frames(50_123), rate=48_000).without_chapters()
    assert len(decoded(made.in_folder(tmp_path), 48_000)) == 50_123


@each_form
def test_sound_is_where_it_was_and_as_loud(form: Form, tmp_path: Path) -> None:
    """A tone that comes and goes lies on itself to the sample, within 0.2 dB of its level."""
    sound = silence(2 * RATE)
    sound[RATE // 2 : RATE] = both(tone(1000, 0.5))
    made = Made(form, Fixed(sound), Frames(len(sound))).without_chapters()
    heard = decoded(made.in_folder(tmp_path), rate_of(form))
    wanted = sound
    if form is Form.OPUS:
        wanted = silence(2 * 48_000)
        wanted[24_000:48_000] = both(tone(1000, 0.5, 48_000))
    cross = np.fft.irfft(np.fft.rfft(heard[:, 0]) * np.conj(np.fft.rfft(wanted[:, 0])))
    assert int(np.argmax(cross)) == 0
    assert 20 * np.log10(np.linalg.norm(heard) / np.linalg.norm(wanted)) == pytest.approx(0, abs=0.2)


@each_form
def test_neither_lanes_nor_blocks_change_a_byte(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One lane or three, blocks of 1.5 s or of 77 ms: the same file."""
    made = Made(form)
    one = replace(made, lanes=1).at(tmp_path / "one").read_bytes()
    assert replace(made, lanes=3).at(tmp_path / "three").read_bytes() == one
    monkeypatch.setattr(ahead, "BLOCK", 3397)
    assert made.at(tmp_path / "small").read_bytes() == one


@each_form
def test_progress_ends_at_the_length(form: Form, tmp_path: Path) -> None:
    """It never goes back, and the last thing heard is all of it."""
    heard: list[int] = []
    Made(form, progress=heard.append).in_folder(tmp_path)
    assert heard == sorted(heard)
    assert heard[-1] == LENGTH


@pytest.mark.parametrize("form", [Form.FLAC, Form.WAV])
def test_lossless_is_the_dithered_sound_to_the_bit(form: Form, tmp_path: Path) -> None:
    """Decoded it is what went in, in whole steps of 16 bits."""
    heard = decoded(Made(form).in_folder(tmp_path), RATE)
    assert np.array_equal(np.rint(heard * 32_768).astype(np.int16), dithered(0, Hum().read(0, LENGTH)))


def test_dither_is_a_matter_of_the_place() -> None:
    """A block is the same alone and as a part of a larger one."""
    sound = Hum().read(0, 5000)
    assert np.array_equal(dithered(0, sound)[1234:], dithered(1234, sound[1234:]))


def test_dither_keeps_what_is_smaller_than_a_step() -> None:
    """A tone of 0.4 steps is still there at its level; rounding alone would leave nothing of it."""
    frames = 20 * RATE
    quiet = both(tone(441, 20.0, peak=0.4 / FULL_SCALE))
    steps = dithered(0, quiet)[:, 0].astype(np.float64)
    carrier = np.sin(2 * np.pi * 441 / RATE * np.arange(frames))
    assert 2 * float(steps @ carrier) / frames == pytest.approx(0.4, rel=0.03)
    assert steps.std() == pytest.approx(np.sqrt(0.25 + 0.08), rel=0.02)  # dither and rounding, and the tone
    assert not np.rint(quiet * FULL_SCALE).any()


def test_dither_has_no_lean_and_sides_of_its_own() -> None:
    """Its mean is zero, it is white, and left and right have nothing to do with each other."""
    steps = dithered(0, silence(200_000)).astype(np.float64)
    assert abs(steps.mean()) < 0.003
    assert abs(np.corrcoef(steps[:, 0], steps[:, 1])[0, 1]) < 0.01
    assert abs(np.corrcoef(steps[1:, 0], steps[:-1, 0])[0, 1]) < 0.01


def test_full_scale_does_not_turn_over() -> None:
    """What is louder than 16 bits can say is as loud as they can say."""
    assert dithered(0, np.full((100, 2), 1.5, np.float32)).min() == 32_767
    assert dithered(0, np.full((100, 2), -1.5, np.float32)).max() == -32_768


def test_a_flac_knows_its_checksum_and_its_places(tmp_path: Path) -> None:
    """The MD5 is that of the samples, and each point of the seek table is the frame it says."""
    path = Made(Form.FLAC, length=Frames(25 * RATE)).without_chapters().in_folder(tmp_path)
    found = FLAC(path)
    samples = np.rint(decoded(path, RATE) * 32_768).astype("<i2")
    md5 = hashlib.md5(samples.tobytes(), usedforsecurity=False).hexdigest()
    assert f"{found.info.md5_signature:032x}" == md5
    data = path.read_bytes()
    begins = data.index(b"\xff\xf8", data.index(b"fLaC") + 42)
    table = found.seektable
    assert isinstance(table, SeekTable)
    points = table.seekpoints
    assert [point.first_sample // (10 * RATE) for point in points] == [0, 1, 2]
    for point in points:
        frame = data[begins + point.byte_offset :]
        assert frame[:2] == b"\xff\xf8"
        number = frame[4:7].decode("utf-8", "ignore")[0]  # frames are numbered like letters of UTF-8
        assert ord(number) * found.info.min_blocksize == point.first_sample


def boxes_of(data: bytes) -> dict[str, tuple[int, int]]:
    """The outermost boxes of an MP4 with their places and sizes."""
    found, at = {}, 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        found[data[at + 4 : at + 8].decode("latin-1")] = (at, size)
        at += size
    assert at == len(data)
    return found


@pytest.mark.parametrize("form", [Form.M4A, Form.M4B])
def test_an_mp4_has_its_index_in_front_and_no_fragments(form: Form, tmp_path: Path) -> None:
    """Brand, index, data, and nothing else; the brand is that of the form."""
    data = Made(form).in_folder(tmp_path).read_bytes()
    assert list(boxes_of(data)) == ["ftyp", "moov", "mdat"]
    assert data[8:12] == f"{form.value.upper()} ".encode()
    assert b"moof" not in data[: boxes_of(data)["mdat"][0]]


def test_an_mp4_gives_the_rate_it_says(tmp_path: Path) -> None:
    """About 128 kb/s of sound, and frames in front that an edit takes away again."""
    data = Made(Form.M4A).in_folder(tmp_path).read_bytes()
    assert boxes_of(data)["mdat"][1] * 8 * RATE / LENGTH == pytest.approx(128_000, rel=0.05)
    edit = data.index(b"elst") + 12
    assert int.from_bytes(data[edit : edit + 4], "big") == LENGTH
    assert int.from_bytes(data[edit + 4 : edit + 8], "big") == aac.LEAD


def test_ogg_pages_have_the_checksum_others_compute(tmp_path: Path) -> None:
    """Mutagen writes every page of an Opus as it stands there; numbers count up, one serial, one end."""
    data = Made(Form.OPUS).in_folder(tmp_path).read_bytes()
    stream, pages = BytesIO(data), []
    while stream.tell() < len(data):
        start = stream.tell()
        pages.append(OggPage(stream))
        assert pages[-1].write() == data[start : stream.tell()]
    assert [page.sequence for page in pages] == list(range(len(pages)))
    assert {page.serial for page in pages} == {0x67756964}
    assert [page.last for page in pages] == [False] * (len(pages) - 1) + [True]


def test_what_is_paged_comes_back() -> None:
    """Packets of awkward sizes, on one page or on several, come out as they went in."""
    first = ogg.Page(0, 0, 1, 1, b"", b"")
    for size in (0, 1, 254, 255, 256, 65_024, 65_025, 65_026, 140_000):
        packet = bytes(range(256)) * (size // 256 + 1)
        pages = ogg.paged(packet[:size], first)
        data = b"".join(page.packed() for page in pages)
        read = list(ogg.packets(ogg.pages([data[:100], data[100:]])))
        assert [packet for packet, _ in read] == [packet[:size]]


@pytest.mark.parametrize(
    "data", [b"no page at all, and more than that", ogg.Page(0, 0, 1, 1, b"\x05", b"12345").packed()[:-1]]
)
def test_what_is_no_ogg_is_said(data: bytes) -> None:
    """Rubbish and a page cut short are failures of the encoder."""
    with pytest.raises(EncoderFailure, match="The encoder"):
        list(ogg.pages([data]))


@dataclass(frozen=True, slots=True)
class Breaks:
    """A source that fails after a while."""

    after: int

    def read(self, start: int, count: int) -> Stereo:
        """Frames `start` up to `start + count`."""
        if start >= self.after:
            raise RuntimeError("no more")
        return Hum().read(start, count)


@each_form
@pytest.mark.parametrize("after", [0, 3 * ahead.BLOCK])
def test_a_source_that_fails_says_so_itself(form: Form, after: int, tmp_path: Path) -> None:
    """Its own error comes through, and no thread is left behind."""
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="no more"):
        Made(form, Breaks(after)).in_folder(tmp_path)
    assert threading.active_count() == before


class Full(BytesIO):
    """A disk with little room."""

    def write(self, data: object, /) -> int:
        """Take it, while there is room."""
        if self.tell() > 50_000:
            raise OSError(28, "No space left on device")
        return super().write(data)  # type: ignore[arg-type]


@each_form
def test_a_full_disk_ends_it_at_once(form: Form) -> None:
    """The disk's error comes through, the encoder is gone, and no thread is left behind."""
    before = threading.active_count()
    sound = Reading(Hum(), Frames(40 * RATE), RATE, 2, lambda _: None)
    with ffmpeg.Children() as children, pytest.raises(OSError, match="No space left"):
        containers._WRITERS[form](Full(), sound, lambda _peak: TAGS, children)  # type: ignore[arg-type]
    assert threading.active_count() == before


@pytest.mark.parametrize("form", [form for form in OTHERS if form is not Form.WAV])  # which has no encoder
def test_an_encoder_that_gives_too_little_is_not_believed(
    form: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An encoder that stops after a second of sound ends well by its exit code, but is found out."""
    whole = ffmpeg.Codec
    monkeypatch.setattr(ffmpeg, "Codec", lambda name, takes, gives: whole(name, takes, ("-t", "1", *gives)))
    with pytest.raises(EncoderFailure, match="gave"):
        Made(form).in_folder(tmp_path)


def test_an_encoder_that_dies_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last thing ffmpeg said is in the message."""
    monkeypatch.setattr(flac, "_CODEC", ("-c:a", "no-such-codec", "-f", "ogg"))
    with pytest.raises(EncoderFailure, match=r"The FLAC encoder ended early with code \d+\. It said: .*no"):
        Made(Form.FLAC).in_folder(tmp_path)


@pytest.mark.parametrize(("form", "longest"), [(Form.WAV, wav.LARGEST // 4), (Form.M4B, mp4.LONGEST * RATE)])
def test_what_does_not_fit_is_refused_before_anything_is_made(
    form: Form, longest: int, tmp_path: Path
) -> None:
    """A WAV of seven hours and an M4B of more than a day name another form."""
    with pytest.raises(Refused, match=r"FLAC|flac"):
        Made(form, length=Frames(longest + 1)).in_folder(tmp_path)


def test_a_wav_begins_with_the_plainest_header(tmp_path: Path) -> None:
    """44 bytes, then sound: where the simplest of readers looks for it. Its size is the file's."""
    data = Made(Form.WAV).in_folder(tmp_path).read_bytes()
    assert data[:44] == data[:4] + (len(data) - 8).to_bytes(4, "little") + wav.header(LENGTH, RATE)[8:]
    sound = np.frombuffer(data[44 : 44 + 4 * LENGTH], "<i2").reshape(-1, 2)
    assert np.array_equal(sound, dithered(0, Hum().read(0, LENGTH)))


def test_nothing_to_encode_is_a_mistake() -> None:
    """No length and no lanes are refused."""
    source: Source = Hum()
    for length, lanes in ((0, 1), (1, 0)):
        with pytest.raises(ValueError, match="at least"):
            Reading(source, Frames(length), RATE, lanes, lambda _: None)
