"""Forms of finished files: what they are called, and that a build in each is what its receipt says."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from command_line import Cli, call
from conftest import script_of
from guided_audio import receipt as receipts
from guided_audio import tags
from guided_audio.build import output_file
from guided_audio.forms import Form, form_of
from guided_audio.naming import LONGEST
from guided_audio.presets import ACX, CALM, PODCAST, SLEEP, Preset
from guided_audio.receipt import Receipt
from guided_audio.tagging import gain_of
from guided_audio.units import Seconds, to_milliseconds

pytest_plugins = ["e2e_fixtures"]

each_form = pytest.mark.parametrize("form", Form)
others = pytest.mark.parametrize("form", [form for form in Form if form is not Form.MP3])

SCRIPT = """\
title: A short one
bed: soft-rain
track: 2/5
album: All of them
artist: Dr. Müller
script:
- chapter: Quince
- tick: Here is a first line, and it has some words.
- chapter: Second
- tick: The second line speaks of the chair by the window. It has two sentences.
- settle: And this one is the last.
"""


def test_every_form_has_a_type_of_its_own_and_a_suffix() -> None:
    """A name tells its form again, in capitals too; a name of something else tells none."""
    for form in Form:
        assert form_of(f"evening{form.suffix}") is form
        assert form_of(f"EVENING{form.suffix.upper()}") is form
        assert form.media_type.startswith("audio/")
    assert form_of("evening.txt") is None


def test_only_what_is_lossy_has_a_bit_rate() -> None:
    """An MP3's is its preset's."""
    assert [form for form in Form if form.lossless] == [Form.FLAC, Form.WAV]
    assert [form for form in Form if form.kbps] == [Form.M4A, Form.M4B, Form.OPUS]


@each_form
@pytest.mark.parametrize("length", [None, Seconds(754.5)])
def test_no_name_is_longer_than_players_show(form: Form, length: Seconds | None) -> None:
    """32 characters with the suffix, for the longest title."""
    script = replace(script_of(), title="A title of more words than any player of the last century can show")
    name = output_file(script, Path(), length, form=form).name
    assert len(name) <= LONGEST
    assert name.endswith(form.suffix)


def test_the_name_of_an_mp3_is_what_it_was() -> None:
    """A folder of earlier recordings is found again; a longer suffix leaves room for one letter less."""
    script = replace(script_of(), title="Sevenandtwentylettersandone8")
    assert output_file(script, Path()).name == "sevenandtwentylettersandone8.mp3"
    assert output_file(script, Path(), form=Form.FLAC).name == "sevenandtwentylettersandone.flac"


@pytest.mark.parametrize(("preset", "gain"), [(CALM, 0.0), (PODCAST, -2.0), (ACX, -0.5), (SLEEP, 0.0)])
def test_a_louder_preset_is_turned_down_and_a_quieter_one_stays(preset: Preset, gain: float) -> None:
    """ReplayGain brings podcasts to the level of the others, and leaves the night alone."""
    assert gain_of(preset) == gain


def test_a_receipt_lies_beside_its_file() -> None:
    """That of an MP3 has the name it always had; others name their form."""
    assert receipts.beside(Path("a/b.mp3")) == Path("a/b.receipt.json")
    assert receipts.beside(Path("a/b.m4b")) == Path("a/b.m4b.receipt.json")


ASKED = ("--voice", "fake:one", "--preset", "podcast")


def built(form: Form, folder: Path) -> Built:
    """The file of the short script in a form, and what stands in its receipt."""
    file = folder / f"a-short-one{form.suffix}"
    return Built(file, receipts.read(receipts.beside(file).read_bytes()))


@dataclass(frozen=True, slots=True)
class Built:
    """A finished file."""

    file: Path
    receipt: Receipt


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fake_store: Path) -> Path:
    """The script in every form, side by side in one folder."""
    place = tmp_path_factory.mktemp("forms")
    (place / "short.yaml").write_text(SCRIPT, encoding="utf-8")
    for form in Form:
        done = call(["build", "short.yaml", *ASKED, "--format", form, "--out", "out"], fake_store, place)
        assert done.code == 0, done.err
    return place / "out"


def verified(cli: Cli, file: Path) -> dict[str, dict[str, Any]]:
    """What `verify` says of a file, by the names of its checks."""
    return {check["name"]: check for check in cli("verify", file, "--json").json()[str(file)]}


@each_form
def test_a_build_is_what_its_receipt_says(form: Form, cli: Cli, folder: Path) -> None:
    """Every check of `verify` is well, though other forms were made beside it since."""
    file, receipt = built(form, folder).file, built(form, folder).receipt
    assert receipt.form is form
    checks = verified(cli, file)
    assert [check for check in checks.values() if not check["well"]] == []
    unmeasured = {name for name, check in checks.items() if check["measured"].startswith("not measured")}
    assert unmeasured <= {"bed in pauses", "no loop", "joins"}
    assert checks["length"]["value"] == receipt.frames
    assert abs(checks["speech"]["value"] + 16.0) < 0.2
    assert checks["pauses"]["value"] < 0.001
    assert checks["bytes"]["measured"] == checks["tags"]["measured"] == "as they were written"


@others
def test_its_hash_is_that_of_the_file(form: Form, cli: Cli, folder: Path, tmp_path: Path) -> None:
    """So anybody can check it without us; a changed byte is found."""
    there = built(form, folder)
    assert there.receipt.audio_sha256 == hashlib.sha256(there.file.read_bytes()).hexdigest()
    shutil.copy(receipts.beside(there.file), tmp_path)
    data = bytearray(there.file.read_bytes())
    data[-1] ^= 1
    (tmp_path / there.file.name).write_bytes(data)
    assert not verified(cli, tmp_path / there.file.name)["bytes"]["well"]


@others
def test_another_build_is_the_same_bytes_and_no_title_is_on_a_command_line(
    form: Form, cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On one core instead of all, in another folder: identical. Titles reach a file through us alone."""
    started: list[str] = []
    popen = subprocess.Popen.__init__

    def watched(self: subprocess.Popen[bytes], command: object, *rest: object, **named: object) -> None:
        started.append(json.dumps(command, default=str))
        popen(self, command, *rest, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", watched)
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    done = cli("build", "short.yaml", *ASKED, "--format", form, "--jobs", "1", "--out", "again")
    assert done.code == 0, done.err
    assert (Path("again") / f"a-short-one{form.suffix}").read_bytes() == built(form, folder).file.read_bytes()
    assert started or form is Form.WAV
    assert not [line for line in started if "Quince" in line or "hort" in line or "ller" in line]


@each_form
def test_tags_say_what_the_script_says(form: Form, folder: Path) -> None:
    """Title, number, album, artist of track and album, chapters by the receipt, words with their times."""
    there = built(form, folder)
    found = tags.read(there.file)
    assert found is not None
    assert (found.title, found.track, found.album) == ("A short one", "2/5", "All of them")
    assert found.artist == found.album_artist == "Dr. Müller"
    assert found.gain_db == -2.0
    assert [(chapter.start_ms, chapter.end_ms) for chapter in found.chapters] == [
        (to_milliseconds(chapter.start), to_milliseconds(chapter.end)) for chapter in there.receipt.chapters
    ]
    assert found.chapters[0].title == "Quince"
    assert found.synced
    assert found.cover.startswith(b"\xff\xd8")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with less room than any form takes; skips where none can be had."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(place)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


@others
def test_a_full_disk_leaves_what_was_there(form: Form, cli: Cli, small_disk: Path, folder: Path) -> None:
    """The message names the folder; the last good file is whole, and nothing half-written lies about."""
    there = built(form, folder)
    good = small_disk / there.file.name
    good.write_bytes(b"the last good file")
    shutil.copy(receipts.beside(there.file), small_disk)
    before = {path.name: path.read_bytes() for path in small_disk.iterdir()}
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    done = cli("build", "short.yaml", *ASKED, "--format", form, "--out", small_disk)
    assert done.code == 2, done.err
    assert f"Nothing was written into {small_disk}: no space left on device." in done.err
    assert {path.name: path.read_bytes() for path in small_disk.iterdir()} == before


def test_an_opus_at_its_own_rate_is_as_well(cli: Cli) -> None:
    """At 48 kHz it is not resampled at all."""
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    asked = ("--rate", "48000", "--format", "opus", "--voice", "fake:one")
    assert cli("build", "short.yaml", *asked).code == 0
    there = built(Form.OPUS, Path("output"))
    assert there.receipt.rate == 48_000
    assert all(check["well"] for check in verified(cli, there.file).values())


def test_a_file_of_another_script_is_not_replaced_in_any_form(cli: Cli, folder: Path) -> None:
    """What is refused for an MP3 is refused for an M4B: it may be another client's."""
    Path("other.yaml").write_text(SCRIPT, encoding="utf-8")
    before = built(Form.M4B, folder).file.read_bytes()
    done = cli("build", "other.yaml", *ASKED, "--format", "m4b", "--out", folder)
    assert done.code == 1
    assert "was made from another script" in done.err
    assert built(Form.M4B, folder).file.read_bytes() == before


def test_a_form_that_is_none_is_a_slip(cli: Cli) -> None:
    """The message names those there are."""
    Path("short.yaml").write_text(SCRIPT, encoding="utf-8")
    done = cli("build", "short.yaml", "--format", "mp2")
    assert done.code == 2
    assert "m4b" in done.err
