"""A series becomes one folder: whole, resumable, the same every time, and never half of it."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from mutagen.id3 import ID3

from command_line import Cli
from guided_audio import receipt
from guided_audio.delivery import manifest as manifests
from guided_audio.delivery import staging
from guided_audio.encoder import lanes
from guided_audio.naming import LONGEST

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")
FOLDER = Path("output/after-work")

SERIES = """\
series: After work
purpose: Ten quiet minutes between work and the evening.
region: uk
tracks:
- harbour
- {script: gate, title: Before the gate, week: 1}
- room
weeks: [Every other day.]
"""

SCRIPTS = {
    "harbour": ("The harbour", "boats", "ropes", "gulls"),
    "gate": ("The gate", "gravel", "hinges", "leaves"),
    "room": ("The room", "chairs", "curtains", "lamps"),
}


def script(title: str, *things: str, name: str = "") -> str:
    """A script with two chapters and a line for each thing; with a slot where it has a name."""
    slots = f'slots:\n  {name}: {{fallback: ""}}\n' if name else ""
    greeting = f"{{, {name}}}" if name else ""
    lines = "".join(f"- tick: You may listen to the {thing} for a while{greeting}.\n" for thing in things)
    ending = "- chapter: Back to the room\n- tick: And the day goes on from here.\n"
    head = f"title: {title}\npurpose: A few minutes.\nbed: soft-rain\n{slots}"
    return f"{head}script:\n- chapter: Arriving\n{lines}{ending}"


def write(folder: Path = Path("after-work"), series: str = SERIES, name: str = "") -> None:
    """The series and its scripts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "series.yaml").write_text(series, encoding="utf-8")
    for stem, words in SCRIPTS.items():
        (folder / f"{stem}.yaml").write_text(script(*words, name=name), encoding="utf-8")


def contents(folder: Path) -> dict[str, str]:
    """A hash of every file in a folder, by its path there."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)
    }


def written(folder: Path) -> dict[str, int]:
    """When every file in a folder was written, in nanoseconds."""
    return {
        str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def built(cli: Cli) -> Cli:
    """The command line, after the series was built once."""
    write()
    done = cli("build", "after-work", *FAKE)
    assert done.code == 0, done.err
    return cli


@pytest.mark.usefixtures("built")
def test_one_command_makes_one_folder() -> None:
    """Everything a listener and a therapist need is in it, and nothing else."""
    stems = ("01-the-harbour", "02-before-the-gate", "03-the-room")
    tracks = {f"{stem}.{kind}" for stem in stems for kind in ("mp3", "vtt", "srt", "lrc")}
    below = {
        f"{folder}/{stem}.{kind}"
        for stem in stems
        for folder, kind in (("notes", "html"), ("notes", "txt"), ("words", "txt"), ("receipts", "json"))
    }
    whole = {"after-work.m3u", "after-work.m3u8", "cover.jpg", "index.html", "manifest.json"}
    assert set(contents(FOLDER)) == tracks | below | whole | {"quiet-soft-rain.mp3"}


@pytest.mark.usefixtures("built")
def test_names_are_short_and_plain() -> None:
    """No more than 32 characters, all of them ASCII: car units read no others."""
    names = [path.name for path in FOLDER.rglob("*")]
    assert all(len(name) <= LONGEST and name.isascii() for name in names)


@pytest.mark.usefixtures("built")
def test_the_album_sorts_right_everywhere() -> None:
    """By name, and by the number and the album that every track bears."""
    files = sorted(FOLDER.glob("0*.mp3"))
    found = [ID3(file) for file in files]
    assert [str(each["TRCK"]) for each in found] == ["1/3", "2/3", "3/3"]
    assert [str(each["TIT2"]) for each in found] == ["The harbour", "Before the gate", "The room"]
    assert {str(each["TALB"]) for each in found} == {"After work"}
    assert len({str(each["TPE2"]) for each in found}) == 1


@pytest.mark.usefixtures("built")
def test_playlists_name_every_track_in_order() -> None:
    """Both are the same, and each of their names is a file."""
    text = (FOLDER / "after-work.m3u8").read_text(encoding="utf-8")
    named = [line for line in text.splitlines() if not line.startswith("#")]
    assert named == [file.name for file in sorted(FOLDER.glob("0*.mp3"))]
    assert (FOLDER / "after-work.m3u").read_text(encoding="utf-8") == text


@pytest.mark.usefixtures("built")
def test_the_manifest_has_every_file_with_its_checksum() -> None:
    """All but the manifest itself."""
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    files = {**manifest["files"], **{n: f for track in manifest["tracks"] for n, f in track["files"].items()}}
    found = contents(FOLDER)
    del found["manifest.json"]
    assert {name: entry["sha256"] for name, entry in files.items()} == found
    assert all((FOLDER / name).stat().st_size == entry["size"] for name, entry in files.items())


@pytest.mark.usefixtures("built")
def test_words_come_when_the_receipt_says() -> None:
    """The first word of a caption to the millisecond of its line, in captions and in the tag."""
    paper = receipt.read((FOLDER / "receipts/01-the-harbour.json").read_bytes())
    starts = [round(line.start * 1000 / paper.rate) for line in paper.lines]
    (synced,) = ID3(FOLDER / "01-the-harbour.mp3").getall("SYLT")
    assert [at for text, at in synced.text if text] == starts
    stamps = [f"{ms // 60000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}" for ms in starts]
    vtt = (FOLDER / "01-the-harbour.vtt").read_text(encoding="utf-8")
    begins = [line.split(" --> ")[0] for line in vtt.splitlines() if "-->" in line]
    assert [begin[-9:] for begin in begins] == stamps


@pytest.mark.usefixtures("built")
def test_who_speaks_is_said_wherever_there_is_something_to_read() -> None:
    """On the page, at the end of the words, in the captions, and in the notes: as the tags have it."""
    said = "Spoken by a synthetic voice."
    assert said in (FOLDER / "index.html").read_text(encoding="utf-8")
    for sound in FOLDER.glob("0*.mp3"):
        (comment,) = ID3(sound).getall("COMM")
        assert comment.text[0].endswith(said)
        assert (FOLDER / "words" / f"{sound.stem}.txt").read_text(encoding="utf-8").endswith(f"\n\n{said}\n")
        assert f"\n\nNOTE {said}\n\n" in sound.with_suffix(".vtt").read_text(encoding="utf-8")
        assert said in (FOLDER / "notes" / f"{sound.stem}.txt").read_text(encoding="utf-8")
        assert said in (FOLDER / "notes" / f"{sound.stem}.html").read_text(encoding="utf-8")


def test_every_track_is_what_its_receipt_says(built: Cli) -> None:
    """`verify` of the folder looks at all of its files, and measures each track against its receipt."""
    done = built("verify", FOLDER)
    assert done.code == 0, done.out
    assert "files: all " in done.out
    assert all(str(file) in done.out for file in FOLDER.glob("0*.mp3"))
    (FOLDER / "index.html").write_text("", encoding="utf-8")
    changed = built("verify", FOLDER)
    assert (changed.code, "not as they were written: index.html" in changed.out) == (1, True)


# Building again


def test_an_unchanged_series_is_not_built_again(built: Cli) -> None:
    """No file is touched, and the summary says so."""
    before = written(FOLDER)
    again = built("build", "after-work", *FAKE)
    assert (again.code, written(FOLDER)) == (0, before)
    assert "3 tracks, nothing to make anew" in again.out


def test_a_changed_script_rebuilds_its_track_alone(built: Cli) -> None:
    """The sound, the captions and the notes of the others are the files they were."""
    before = written(FOLDER)
    Path("after-work/gate.yaml").write_text(script("The gate", "gravel", "moss", "leaves"), encoding="utf-8")
    again = built("build", "after-work", *FAKE)
    assert again.code == 0
    after = written(FOLDER)
    changed = {name for name in after if after[name] != before.get(name)}
    tracks = {name for name in changed if name.split("/")[-1][:2].isdigit()}
    assert tracks == {name for name in after if "02-before-the-gate" in name}
    assert "1 made now" in again.out


def test_a_comment_or_a_moved_line_makes_nothing_anew(built: Cli) -> None:
    """What stands where in the file is not heard."""
    before = written(FOLDER)
    file = Path("after-work/gate.yaml")
    file.write_text("# for the autumn\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert built("build", "after-work", *FAKE).code == 0
    assert written(FOLDER) == before


def test_a_file_that_was_changed_or_lost_is_made_again(built: Cli) -> None:
    """A cut caption, a lost track, a page somebody edited."""
    before = contents(FOLDER)
    (FOLDER / "01-the-harbour.vtt").write_text("WEBVTT\n", encoding="utf-8")
    (FOLDER / "03-the-room.mp3").unlink()
    (FOLDER / "index.html").write_text("", encoding="utf-8")
    assert built("build", "after-work", *FAKE).code == 0
    assert contents(FOLDER) == before


def test_two_builds_in_two_folders_are_the_same_bytes(built: Cli) -> None:
    """Whatever the folder, the number of cores and the hour."""
    assert built("build", "after-work", *FAKE, "--out", "elsewhere", "--jobs", "1").code == 0
    assert contents(Path("elsewhere/after-work")) == contents(FOLDER)


def test_what_no_longer_belongs_is_named_and_not_deleted(built: Cli) -> None:
    """Until it is asked for; and what somebody changed is never deleted."""
    Path("after-work/series.yaml").write_text("series: After work\nregion: uk\ntracks: [harbour, room]\n")
    again = built("build", "after-work", *FAKE)
    assert again.code == 0
    for name in ("02-before-the-gate.mp3", "03-the-room.mp3", "receipts/02-before-the-gate.json"):
        assert name in again.out
        assert (FOLDER / name).exists()
    (FOLDER / "03-the-room.vtt").write_text("mine now", encoding="utf-8")
    pruned = built("build", "after-work", *FAKE, "--prune")
    assert pruned.code == 0
    assert not (FOLDER / "02-before-the-gate.mp3").exists()
    assert (FOLDER / "03-the-room.vtt").read_text(encoding="utf-8") == "mine now"
    assert "no longer part of it: 03-the-room.vtt" in pruned.out


# Being stopped


def _killed_when(sign: Path, store: Path, folder: Path) -> None:
    """A build of the series that is killed outright as soon as a file is there."""
    command = [sys.executable, "-m", "guided_audio", "build", "after-work", *FAKE]
    environment = os.environ | {"GUIDED_AUDIO_STORE": str(store)}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 60
        while not sign.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        assert process.poll() is None, "the build was over before it could be killed"
        process.send_signal(signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_build_goes_on_where_it_was(cli: Cli, fake_store: Path, tmp_path: Path) -> None:
    """What was finished is not made again, and the end is what it would have been."""
    write()
    _killed_when(FOLDER.resolve() / ".next" / "journal.json", fake_store, tmp_path)
    aside = FOLDER / ".next"
    finished = [file.name for file in aside.glob("*.mp3")]
    assert finished
    before = (aside / finished[0]).stat().st_mtime_ns
    again = cli("build", "after-work", *FAKE)
    assert again.code == 0
    assert (FOLDER / finished[0]).stat().st_mtime_ns == before
    assert not aside.exists()
    assert cli("build", "after-work", *FAKE, "--out", "clean").code == 0
    assert contents(FOLDER) == contents(Path("clean/after-work"))


def test_a_build_stopped_while_files_take_their_place_finishes_that_first(
    built: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new series half in its place is made whole by the next build, not mixed with the old one."""
    for stem in SCRIPTS:
        Path(f"after-work/{stem}.yaml").write_text(script(stem, "tides", "bells"), encoding="utf-8")
    taken: list[Path] = []
    take_place = staging._take_place

    def stopping(staged: Path, path: Path) -> None:
        if len(taken) == 5:
            raise KeyboardInterrupt
        taken.append(path)
        take_place(staged, path)

    with monkeypatch.context() as patch:
        patch.setattr(staging, "_take_place", stopping)
        assert built("build", "after-work", *FAKE).code == 130
    assert (FOLDER / ".next").exists()
    again = built("build", "after-work", *FAKE)
    assert (again.code, "nothing to make anew" in again.out) == (0, True)
    manifest = manifests.read(FOLDER / "manifest.json")
    assert manifest
    assert manifests.is_as_written(FOLDER.joinpath, manifest.belonging)


@pytest.mark.parametrize("moment", ["make_track", "series_files", "plan"])
def test_a_stop_at_any_step_leaves_the_last_good_series(
    built: Cli, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Until all of the new one is there, not a byte of the old one moves."""
    before = contents(FOLDER)
    Path("after-work/gate.yaml").write_text(script("The gate", "moss"), encoding="utf-8")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"guided_audio.delivery.whole_series.{moment}", stop)
    assert built("build", "after-work", *FAKE).code == 130
    after = {name: digest for name, digest in contents(FOLDER).items() if not name.startswith(".")}
    assert after == before


def test_two_builds_of_one_folder_do_not_meet(built: Cli) -> None:
    """The second one says so and leaves."""
    lock = FileLock(FOLDER / ".lock")
    with lock:
        refused = built("build", "after-work", *FAKE)
    assert (refused.code, "Another build" in refused.err) == (1, True)


# What cannot be made


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A file system of its own; the test is skipped where that takes rights one does not have."""
    place.mkdir(parents=True)
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk takes the rights of an administrator")
    try:
        yield
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_leaves_the_last_good_series(cli: Cli, tmp_path: Path) -> None:
    """At whatever moment it fills: one message, exit 2, and every file as it was."""
    write()
    assert cli("build", "after-work", *FAKE, "--out", "probe").code == 0
    whole = sum(file.stat().st_size for file in Path("probe").rglob("*") if file.is_file())
    with small_disk(tmp_path / "output", f"{whole * 2 // 1024}k"):
        assert cli("build", "after-work", *FAKE).code == 0
        good = contents(FOLDER)
        room = shutil.disk_usage(FOLDER).free
        for stem in SCRIPTS:
            Path(f"after-work/{stem}.yaml").write_text(script(stem, "tides"), encoding="utf-8")
        for share in (0.0, 0.02, 0.2, 0.45, 0.7, 0.85):
            filler = tmp_path / "output" / "filler"
            filler.write_bytes(bytes(int(room * (1 - share))))
            full = cli("build", "after-work", *FAKE)
            assert (full.code, "Traceback" in full.err) == (2, False), (share, full.err)
            assert "Nothing was written into" in full.err
            there = contents(FOLDER)
            assert {name: there.get(name) for name in good} == good
            filler.unlink()
            shutil.rmtree(FOLDER / ".next", ignore_errors=True)
        again = cli("build", "after-work", *FAKE)
        assert again.code == 0, again.err


def test_a_track_that_cannot_be_made_costs_no_other(cli: Cli) -> None:
    """Nothing stood there: the others are put in place, and it is named."""
    write()
    broken = script("The gate", "hinges").replace("bed: soft-rain", "bed: bad.wav")
    Path("after-work/bad.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + bytes(40))
    Path("after-work/gate.yaml").write_text(broken, encoding="utf-8")
    done = cli("build", "after-work", *FAKE)
    assert done.code == 4
    assert "gate.yaml:3:" in done.err
    assert [file.name for file in sorted(FOLDER.glob("0*.mp3"))] == ["01-the-harbour.mp3", "03-the-room.mp3"]
    assert "02-" not in (FOLDER / "after-work.m3u8").read_text(encoding="utf-8")


def test_a_track_that_cannot_be_made_leaves_a_good_series_alone(built: Cli) -> None:
    """A series that was whole is not replaced by one that is not."""
    before = contents(FOLDER)
    broken = script("The gate", "hinges").replace("bed: soft-rain", "bed: bad.wav")
    Path("after-work/bad.wav").write_bytes(b"RIFF\x24\0\0\0WAVEfmt " + bytes(40))
    Path("after-work/gate.yaml").write_text(broken, encoding="utf-8")
    Path("after-work/room.yaml").write_text(script("The room", "lamps"), encoding="utf-8")
    done = built("build", "after-work", *FAKE)
    assert done.code == 4
    assert "left as it was" in done.out
    after = {name: digest for name, digest in contents(FOLDER).items() if not name.startswith(".")}
    assert after == before
    Path("after-work/gate.yaml").write_text(script("The gate", "hinges"), encoding="utf-8")
    assert built("build", "after-work", *FAKE).code == 0
    assert not (FOLDER / ".next").exists()


def test_levels_must_be_acknowledged(cli: Cli) -> None:
    """In the series, or by an option; and each receipt says so."""
    write(series="series: After work\nregion: uk\ntracks: [harbour, {script: gate, agreed: true}, room]\n")
    for stem in ("gate", "room"):
        file = Path(f"after-work/{stem}.yaml")
        file.write_text("level: agreed\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    refused = cli("build", "after-work", *FAKE)
    assert (refused.code, "after-work/series.yaml:3:" in refused.err) == (1, True)
    assert "`room`" in refused.err
    assert "`gate`" not in refused.err
    assert not FOLDER.exists()
    assert cli("build", "after-work", *FAKE, "--agreed").code == 0
    papers = [receipt.read(path.read_bytes()) for path in sorted((FOLDER / "receipts").iterdir())]
    assert [(paper.level, paper.acknowledged) for paper in papers] == [
        ("open", False),
        ("agreed", True),
        ("agreed", True),
    ]


# For whom it is


def test_what_no_client_changes_is_encoded_for_the_first_alone(
    built: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tracks without a name in them, and the quiet to stay in: another folder costs no encoding at all."""
    before = contents(FOLDER)

    def none_is_encoded(*_: object) -> bytes:
        raise AssertionError("a piece of sound was encoded once more")

    monkeypatch.setattr(lanes, "encode_chunk", none_is_encoded)
    assert built("build", "after-work", *FAKE, "--out", "another").code == 0
    assert contents(Path("another/after-work")) == before


def test_another_clients_series_is_not_replaced(cli: Cli) -> None:
    """Other words in its slots, and another series of the same name, need another folder."""
    write(name="name")
    for name in ("Ada", "Bea"):
        Path(f"{name}.yaml").write_text(f"name: {name}\n", encoding="utf-8")
    assert cli("build", "after-work", *FAKE, "--set-from", "Ada.yaml").code == 0
    before = contents(FOLDER)
    refused = cli("build", "after-work", *FAKE, "--set-from", "Bea.yaml")
    assert (refused.code, contents(FOLDER)) == (1, before)
    assert "whose is it" in refused.err
    write(Path("other/after-work"), name="name")
    refused = cli("build", "other/after-work", *FAKE, "--set-from", "Ada.yaml")
    assert (refused.code, contents(FOLDER)) == (1, before)
    assert cli("build", "after-work", *FAKE, "--set-from", "Bea.yaml", "--overwrite").code == 0
    assert contents(FOLDER)["01-the-harbour.mp3"] != before["01-the-harbour.mp3"]


def test_files_of_somebody_else_are_not_replaced(cli: Cli) -> None:
    """A folder of that name with tracks that we did not make."""
    write()
    FOLDER.mkdir(parents=True)
    (FOLDER / "01-the-harbour.mp3").write_bytes(b"mine")
    refused = cli("build", "after-work", *FAKE)
    assert (refused.code, "no series of ours" in refused.err) == (1, True)
    assert (FOLDER / "01-the-harbour.mp3").read_bytes() == b"mine"


def test_a_clients_name_is_heard_and_written_nowhere(cli: Cli) -> None:
    """Not in a name, a tag, a caption, the page, the feed, the manifest or a receipt."""
    write(name="name")
    Path("client.yaml").write_text("name: Zebulona\n", encoding="utf-8")
    done = cli("build", "after-work", *FAKE, "--set-from", "client.yaml", "--feed", "https://example.org/x")
    assert done.code == 0
    assert "Zebulona" not in done.out + done.err
    needles = ["Zebulona".encode(coding) for coding in ("utf-8", "utf-16-le", "utf-16-be")]
    for path in Path("output").rglob("*"):
        assert "zebulona" not in path.name.lower()
        if path.is_file():
            assert not any(needle in path.read_bytes() for needle in needles), path


def test_a_discreet_series_tells_nothing(cli: Cli) -> None:
    """No word of what it is in names, tags, page, playlists or feed; the papers lie in another folder."""
    write()
    done = cli("build", "after-work", *FAKE, "--discreet", "--feed", "https://example.org/x")
    assert done.code == 0, done.err
    folder = Path("output/audio")
    telling = [
        *("harbour", "gate", "after work", "arriving", "quiet minutes", "back to the room", "listen to"),
        *("guided", "meditat", "therap", "boats", "rain"),
    ]
    for path in folder.rglob("*"):
        found = path.name.lower().encode()
        if path.is_file():
            found += path.read_bytes().lower().replace(b"\0", b"")
        assert [word for word in telling if word.encode() in found] == [], path
    assert {path.suffix for path in folder.iterdir() if path.is_file()} == {
        *(".mp3", ".m3u", ".m3u8"),
        *(".jpg", ".html", ".xml"),
    }
    assert cli("verify", str(folder / "02-audio.mp3")).code == 0
    assert cli("build", "after-work", *FAKE, "--discreet", "--feed", "https://example.org/x").code == 0


# What else can be asked for


def test_a_bundle_is_the_folder_in_one_file(built: Cli) -> None:
    """The same bytes every time, with the size said."""
    first = built("build", "after-work", *FAKE, "--zip")
    bundle = Path("output/after-work.zip")
    digest = hashlib.sha256(bundle.read_bytes()).hexdigest()
    assert "after-work.zip" in first.out
    shutil.unpack_archive(bundle, "unpacked")
    papers = {name for name in contents(FOLDER) if name == "manifest.json" or name.startswith("receipts/")}
    given = {name: digest for name, digest in contents(FOLDER).items() if name not in papers}
    assert contents(Path("unpacked/after-work")) == given
    bundle.unlink()
    assert built("build", "after-work", *FAKE, "--zip").code == 0
    assert hashlib.sha256(bundle.read_bytes()).hexdigest() == digest


def test_a_locked_bundle_opens_with_its_password_alone(built: Cli) -> None:
    """AES-256, as 7-Zip and its kind read it; the password never stands on the command line."""
    pyzipper = pytest.importorskip("pyzipper")
    Path("password").write_text("a sentence with Ümlaut\n", encoding="utf-8")
    done = built("build", "after-work", *FAKE, "--zip", "--password-from", "password")
    assert "locked" in done.out
    with pyzipper.AESZipFile("output/after-work.zip") as packed:
        name = "after-work/01-the-harbour.mp3"
        with pytest.raises(RuntimeError, match="password"):
            packed.read(name)
        packed.setpassword("a sentence with Ümlaut".encode())
        assert packed.read(name) == (FOLDER / "01-the-harbour.mp3").read_bytes()


def test_nobody_to_ask_for_a_password_is_said(built: Cli) -> None:
    """In a pipe there is nobody; an empty file has none."""
    Path("empty").write_text("\n", encoding="utf-8")
    assert built("build", "after-work", *FAKE, "--encrypt").code == 2
    assert built("build", "after-work", *FAKE, "--password-from", "empty").code == 2
    assert built("build", "after-work", *FAKE, "--password-from", "nowhere").code == 2
    assert not Path("output/after-work.zip").exists()


def test_what_only_a_series_can_have_is_refused_for_a_script(cli: Cli) -> None:
    """One sentence, before anything is made."""
    write()
    done = cli("build", "after-work/gate.yaml", *FAKE, "--discreet")
    assert (done.code, "--discreet is for series" in done.err) == (2, True)
    assert not Path("output").exists()


def test_what_a_track_leaves_open_is_taken_from_the_command_line(cli: Cli) -> None:
    """A length of its own stands; the others take the one that is asked for."""
    series = "series: After work\nregion: uk\ntracks: [harbour, {script: gate, length: 1m}]\n"
    write(series=series)
    text = script("The gate", "gravel").replace("- tick: You", "- settle: You")
    for stem in ("harbour", "gate"):
        Path(f"after-work/{stem}.yaml").write_text(text.replace("- tick", "- dwell"), encoding="utf-8")
    done = cli("build", "after-work", *FAKE, "--length", "55s", "--json")
    assert done.code == 0, done.err
    papers = [receipt.read(path.read_bytes()) for path in sorted((FOLDER / "receipts").iterdir())]
    assert [paper.frames / paper.rate for paper in papers] == [55, 60]
    (told,) = json.loads(done.out)["series"]
    assert told["folder"] == str(FOLDER)
    assert len(told["made"]) == 2


TITLES = {
    "emoji": "🌙🌊 Night",
    "right-to-left": "ערב טוב",
    "slashes": "in/../../out\\\\of it",
    "device": "CON",
    "long": "long " * 60,
    "folds": "Évening",
    "too": "evening",
}


def test_no_title_is_too_strange(cli: Cli) -> None:
    """Each becomes a plain short name of its own in the folder, and stands in the tags as it is."""
    folder = Path("after-work")
    folder.mkdir()
    for stem, title in TITLES.items():
        text = script("Placeholder", "hills")
        (folder / f"{stem}.yaml").write_text(
            text.replace("Placeholder", f'"{title.strip()}"'), encoding="utf-8"
        )
    tracks = "".join(f"- {stem}\n" for stem in TITLES)
    (folder / "series.yaml").write_text(f'series: "CON"\nregion: uk\ntracks:\n{tracks}', encoding="utf-8")
    done = cli("build", "after-work", *FAKE, "--out", "out")
    assert done.code == 0, done.err
    (made,) = Path("out").iterdir()
    assert made.name == "con-"
    files = sorted(made.glob("0*.mp3"))
    assert len(files) == len(TITLES)
    assert all(len(path.name) <= LONGEST and path.name.isascii() for path in Path("out").rglob("*"))
    titles = [str(ID3(file)["TIT2"]) for file in files]
    assert titles == [title.strip().replace("\\\\", "\\") for title in TITLES.values()]


@pytest.mark.parametrize("form", ["opus", "m4b"])
def test_another_form_makes_every_track_anew(built: Cli, form: str) -> None:
    """All of it is named by it: playlists and page, and the files of the other form are left over."""
    done = built("build", "after-work", *FAKE, "--format", form)
    assert done.code == 0, done.err
    assert len(list(FOLDER.glob(f"0*.{form}"))) == 3
    assert "01-the-harbour.mp3" in done.out
    named = (FOLDER / "after-work.m3u8").read_text(encoding="utf-8")
    assert f"01-the-harbour.{form}" in named
    assert ".mp3" not in named
    assert built("verify", FOLDER).code == 0
    assert "nothing to make anew" in built("build", "after-work", *FAKE, "--format", form).out


def test_files_are_made_for_a_place_and_held_against_it(cli: Cli) -> None:
    """The levels, the rate and the form of the place; every limit is said, met or not."""
    write()
    done = cli("build", "after-work/gate.yaml", *FAKE, "--publish", "acx", "--json")
    assert done.code == 0, done.err
    (said,) = json.loads(done.out)["published"].values()
    found = {each["name"]: each for each in said}
    assert found["acx: form"]["standing"] == "met"
    assert found["acx: quiet at the tail"]["standing"] == "met"
    refused = cli("build", "after-work/gate.yaml", *FAKE, "--publish", "acx", "--rate", "48000")
    assert (refused.code, "--rate 44100" in refused.err) == (2, True)
