"""What waits between two calls of `voices install`: whole, what was asked for, and no longer than it must."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import tiny_voices
from guided_audio.errors import MissingTool, Refused, StoreFailure
from guided_audio.installation import Wanted, find_wanted, install
from voice_shelf import BOTH, NAME, PAGE, Shelf, get, placed, waiting

pytest_plugins = ["e2e_fixtures", "voice_fixtures"]


@pytest.fixture
def whole(served: Shelf, folder: Path) -> Shelf:
    """A server whose voice has come whole, and waits: it could not be put in its place."""
    folder.mkdir()
    (folder / "piper").write_text("in the way", encoding="utf-8")
    with pytest.raises(StoreFailure, match="cannot be put into"):
        get(served, folder)
    (folder / "piper").unlink()
    served.asked.clear()
    return served


def another(shelf: Shelf, folder: Path) -> None:
    """Have another voice on the server at the same address."""
    other = tiny_voices.piper_voice(folder.parent / "other", speakers=2)
    shelf.files = {f"/{NAME}": other.read_bytes(), f"/{NAME}.json": Path(f"{other}.json").read_bytes()}


def test_the_checksum_of_what_waits_is_looked_at(whole: Shelf, folder: Path) -> None:
    """What waits is not what was asked for: it is fetched anew, and refused if it still is not."""
    with pytest.raises(Refused, match="its checksum is another"):
        get(whole, folder, "0" * 64)
    assert (f"/{NAME}", None) in whole.asked
    assert placed(folder) == []


def test_what_came_before_its_settings_were_missing_is_looked_at(served: Shelf, folder: Path) -> None:
    """A first call that finds no settings makes no later call easier."""
    settings = served.files.pop(f"/{NAME}.json")
    with pytest.raises(MissingTool):
        get(served, folder)
    served.files[f"/{NAME}.json"] = settings
    with pytest.raises(Refused, match="its checksum is another"):
        get(served, folder, "0" * 64)
    assert placed(folder) == []


def test_a_checksum_of_what_came_meanwhile_is_enough(whole: Shelf, folder: Path) -> None:
    """The server has another file by now, and that is the one whose checksum is given."""
    another(whole, folder)
    get(whole, folder, *(hashlib.sha256(content).hexdigest() for content in whole.files.values()))
    assert (folder / BOTH[0]).read_bytes() == whole.files[f"/{NAME}"]
    assert (folder / BOTH[1]).read_bytes() == whole.files[f"/{NAME}.json"]


def test_what_waits_with_the_right_checksum_is_not_fetched_again(whole: Shelf, folder: Path) -> None:
    """A checksum says all there is to ask."""
    get(whole, folder, *(hashlib.sha256(content).hexdigest() for content in whole.files.values()))
    assert whole.asked == []
    assert placed(folder) == BOTH


def test_the_server_is_asked_whether_what_waits_is_still_its_file(whole: Shelf, folder: Path) -> None:
    """Without a checksum, its mark and its last byte say so; the rest does not come again."""
    get(whole, folder)
    last = {path: f"bytes={len(content) - 1}-" for path, content in whole.files.items()}
    assert dict(whole.asked) == last
    assert (folder / BOTH[0]).read_bytes() == whole.files[f"/{NAME}"]


@pytest.mark.parametrize("tag", ['"second"', ""])
def test_what_waits_is_not_paired_with_files_of_another_time(whole: Shelf, folder: Path, tag: str) -> None:
    """The server has another voice by now, and says so by its mark or gives none: both files come anew."""
    another(whole, folder)
    whole.tag = tag
    get(whole, folder)
    assert (folder / BOTH[0]).read_bytes() == whole.files[f"/{NAME}"]
    assert (folder / BOTH[1]).read_bytes() == whole.files[f"/{NAME}.json"]


def test_what_waits_is_not_mixed_with_what_found_no_room(
    whole: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has a longer voice by now, and there is no room for it: once there is, it comes anew."""
    another(whole, folder)
    whole.tag = '"second"'
    whole.files = {path: content + b" " * 50 for path, content in whole.files.items()}
    whole.files[f"/{NAME}"] = whole.files[f"/{NAME}"].rstrip(b" ") + b"\x32\x00" * 30
    with monkeypatch.context() as tight:
        tight.setattr("shutil.disk_usage", lambda _folder: SimpleNamespace(free=0))
        with pytest.raises(StoreFailure, match="no room"):
            get(whole, folder)
    get(whole, folder)
    assert (folder / BOTH[0]).read_bytes() == whole.files[f"/{NAME}"]
    assert (folder / BOTH[1]).read_bytes() == whole.files[f"/{NAME}.json"]


def test_files_of_another_folder_are_not_taken_for_those_that_wait(
    model: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same name in two folders is two voices."""
    other = tiny_voices.piper_voice(folder.parent / "other", speakers=2)
    folder.mkdir()
    (folder / "piper").write_text("in the way", encoding="utf-8")
    monkeypatch.chdir(model.parent)
    with pytest.raises(StoreFailure):
        install(Wanted(find_wanted(NAME, ())), folder, lambda _done, _total: None)
    (folder / "piper").unlink()
    monkeypatch.chdir(other.parent)
    install(Wanted(find_wanted(NAME, ())), folder, lambda _done, _total: None)
    assert (folder / BOTH[0]).read_bytes() == other.read_bytes()


# What is left


def test_nothing_waits_after_a_voice_has_come(served: Shelf, folder: Path) -> None:
    """Not even an empty folder."""
    get(served, folder)
    assert [path.name for path in folder.iterdir()] == ["piper"]


@pytest.mark.parametrize("fault", ["model is gone", "settings are gone", "none", "wrong", "not a model"])
def test_nothing_waits_after_what_cannot_be_continued(served: Shelf, folder: Path, fault: str) -> None:
    """No lock, no note, no empty folder, and no settings of a model that never came."""
    if fault == "model is gone":
        del served.files[f"/{NAME}"]
    elif fault == "settings are gone":
        del served.files[f"/{NAME}.json"]
    elif fault == "none":
        served.files.clear()
    elif fault == "not a model":
        served.files[f"/{NAME}"] = PAGE
    with pytest.raises((MissingTool, Refused)):
        get(served, folder, *["0" * 64] * (fault == "wrong"))
    assert list(folder.iterdir()) == []


def test_what_can_be_continued_waits_without_a_lock(served: Shelf, folder: Path) -> None:
    """The part of the model is kept, and the settings with it; neither comes again."""
    served.break_after = 1_000
    with pytest.raises(MissingTool, match="broke after"):
        get(served, folder)
    assert waiting(folder)
    assert not list(folder.glob(".incoming/*.lock"))
    served.break_after = None
    get(served, folder)
    assert [wanted for _, wanted in served.asked].count(None) == 2
    assert [path.name for path in folder.iterdir()] == ["piper"]


def test_one_voice_is_installed_once_at_a_time(served: Shelf, folder: Path) -> None:
    """A second call meanwhile is told to wait, and takes nothing from the first."""
    told: list[str] = []

    def meanwhile(_done: int, _total: int) -> None:
        with pytest.raises(MissingTool, match="is being installed already") as second:
            get(served, folder)
        told.append(str(second.value))

    install(Wanted(find_wanted(f"{served.url}/{NAME}", ())), folder, meanwhile)
    assert told
    assert placed(folder) == BOTH


# Room

TIGHT = """
import resource, sys
from guided_audio.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
main(["voices", "install", sys.argv[1], "--yes"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it needs a limit on the size of files")
@pytest.mark.parametrize("room", [1_000, 8_000], ids=["for no settings", "for no model"])
def test_a_disk_that_is_full_is_told(
    served: Shelf, folder: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    """The voice is missing (3), with a way out; what had arrived is given back to the disk."""
    monkeypatch.setenv("GUIDED_AUDIO_VOICES", str(folder))
    served.files[f"/{NAME}"] += b"\0" * 10_000
    command = [sys.executable, "-c", TIGHT, f"{served.url}/{NAME}", str(room)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3, done.stderr
    assert done.stderr.splitlines()[-1].startswith("The disk is full")
    assert "GUIDED_AUDIO_VOICES" in done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="it mounts a small disk")
def test_a_small_disk_is_told_before_anything_comes(served: Shelf, tmp_path: Path) -> None:
    """Where the server says how large a file is, the room is looked at first."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8k", "tmpfs", str(small)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("a small disk cannot be mounted here")  # the limit above tests the rest
    try:
        served.files[f"/{NAME}"] = served.files[f"/{NAME}"] + b"\0" * 20_000
        with pytest.raises(StoreFailure, match=r"no room for this voice|disk is full|cannot be"):
            get(served, small / "voices")
        assert placed(small) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_one_may_not_write_into_is_told(served: Shelf, tmp_path: Path) -> None:
    """A file where the folder should be stops it with a sentence."""
    (tmp_path / "voices").write_text("", encoding="utf-8")
    with pytest.raises(StoreFailure, match="GUIDED_AUDIO_VOICES"):
        get(served, tmp_path / "voices")
