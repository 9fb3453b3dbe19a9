"""Where a finished file may go, and what is left there when it cannot: what was there before."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import SHORT, Cli, Finished, call, command, environment, powerless

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")

CHANGED = SHORT.replace("the last.", "the last of the last, and longer than it ever was before.")


def script(file: str, title: str, line: str = "Some words to say.") -> None:
    """A script of one line."""
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    Path(file).write_text(f"title: {title}\nbed: none\nscript:\n- tick: {line}\n", encoding="utf-8")


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, hidden files too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


# Titles that meet


def test_two_scripts_of_one_title_are_both_refused(cli: Cli) -> None:
    """Neither can be told from the other afterwards, so neither is built; the others are."""
    script("folder/a.yaml", "Evening rest")
    script("folder/b.yaml", "Evening, rest!")
    alone = cli("build", "folder", *FAKE)
    script("folder/c.yaml", "Morning")
    both = cli("build", "folder", *FAKE)
    assert (alone.code, both.code) == (1, 4)
    assert alone.err == "a.yaml and b.yaml would both become evening-rest.mp3: change a title.\n"
    assert set(contents(Path("output"))) == {"morning.mp3", "morning.receipt.json"}


def test_the_file_of_another_script_is_not_overwritten(cli: Cli) -> None:
    """The second script of a title is refused before it is spoken; the first stays as it was."""
    script("a.yaml", "Evening")
    script("b.yaml", "Evening", "Words that nobody has said before.")
    assert cli("build", "a.yaml", *FAKE).code == 0
    before = contents(Path("output"))
    refused = cli("build", "b.yaml", *FAKE)
    assert refused.code == 1
    assert "made from another script" in refused.err
    assert "speaking" not in refused.err
    assert contents(Path("output")) == before


def test_the_same_script_is_built_again_over_itself(cli: Cli) -> None:
    """Changed words give a changed file of the same name, whatever the script is called from."""
    script("folder/a.yaml", "Evening")
    assert cli("build", "folder/a.yaml", *FAKE).code == 0
    before = contents(Path("output"))
    script("folder/a.yaml", "Evening", "Quite other words.")
    assert cli("build", "folder", *FAKE).code == 0
    after = contents(Path("output"))
    assert set(after) == set(before)
    assert all(after[name] != before[name] for name in before)


def test_one_script_named_twice_is_built_once(cli: Cli) -> None:
    """By its name and by its folder it is the same script."""
    script("folder/a.yaml", "Evening")
    tracks = cli("build", "folder", "folder/a.yaml", "./folder/../folder/a.yaml", *FAKE, "--json").json()[
        "tracks"
    ]
    assert len(tracks) == 1


# Folders that do not take a file


@pytest.fixture
def good(short_build: Finished, tmp_path: Path) -> Finished:
    """A good file in the folder `output`, and its script, since changed, beside that."""
    (tmp_path / "short.yaml").write_text(CHANGED, encoding="utf-8")
    return short_build.copy(tmp_path / "output")


@pytest.mark.parametrize("out", ["file", "file/below", "short.yaml"])
def test_a_file_in_place_of_the_folder_is_refused(cli: Cli, good: Finished, out: str) -> None:
    """One sentence, exit 2, and the file is still what it was."""
    Path("file").write_text("mine", encoding="utf-8")
    answer = cli("build", "short.yaml", *FAKE, "--out", out)
    assert answer.code == 2
    assert f"Nothing was written into {out}: " in answer.err
    assert "--out" in answer.err
    assert Path("file").read_text(encoding="utf-8") == "mine"
    assert good.file.exists()


@pytest.mark.parametrize("name", ["a-short-one.mp3", "a-short-one.receipt.json"])
def test_a_folder_in_place_of_the_file_is_refused(cli: Cli, tmp_path: Path, name: str) -> None:
    """Neither file of the two is written when one of them cannot be."""
    Path("short.yaml").write_text(SHORT, encoding="utf-8")
    taken = tmp_path / "output" / name
    taken.mkdir(parents=True)
    answer = cli("build", "short.yaml", *FAKE)
    assert answer.code == 2
    assert "Nothing was written into output: " in answer.err
    assert list((tmp_path / "output").iterdir()) == [taken]


def test_a_folder_that_may_not_be_written_into_is_refused(good: Finished, tmp_path: Path) -> None:
    """Permissions are respected and said; the last good file is there to the byte."""
    prefix, before = powerless(), contents(good.file.parent)
    good.file.parent.chmod(0o555)
    answer = call(["build", "short.yaml", *FAKE], good.store, tmp_path, before=prefix)
    good.file.parent.chmod(0o755)
    assert answer.code == 2, answer.err
    assert "Nothing was written into output: permission denied." in answer.err
    assert contents(good.file.parent) == before


def test_a_script_that_may_not_be_read_is_a_problem(good: Finished, tmp_path: Path) -> None:
    """A closed file, and a file in a closed folder, each get a sentence."""
    prefix = powerless()
    (tmp_path / "closed").mkdir()
    shutil.copy(tmp_path / "short.yaml", tmp_path / "closed")
    (tmp_path / "closed").chmod(0)
    (tmp_path / "short.yaml").chmod(0)
    for target, code in (("short.yaml", 1), ("closed/short.yaml", 1), ("closed/nothing", 2)):
        answer = call(["build", target, *FAKE], good.store, tmp_path, before=prefix)
        assert answer.code == code, answer.err
        assert target in answer.err
        assert "fault" not in answer.err
    (tmp_path / "closed").chmod(0o755)


# No room


def _limited_to(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.usefixtures("sizes")
def test_a_file_that_grows_too_large_leaves_the_last_good_one(good: Finished, tmp_path: Path) -> None:
    """A limit on the size of files is met in the middle of the sound."""
    before = contents(good.file.parent)
    done = subprocess.run(
        command("build", "short.yaml", *FAKE),
        cwd=tmp_path,
        env=environment(good.store),
        preexec_fn=lambda: _limited_to(300_000),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert b"Nothing was written into output: file too large." in done.stderr
    assert contents(good.file.parent) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; skips where none can be had."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


PAGE = 4096
"""A disk in memory gives room by the page."""


@pytest.fixture(scope="module")
def sizes(short_build: Finished, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, int]:
    """How many pages the sound and the receipt of the changed script take."""
    folder = tmp_path_factory.mktemp("changed")
    (folder / "short.yaml").write_text(CHANGED, encoding="utf-8")
    assert call(["build", "short.yaml", *FAKE], short_build.store, folder).code == 0
    sound, paper = folder / "output" / short_build.file.name, folder / "output" / short_build.paper.name
    return -(-sound.stat().st_size // PAGE), -(-paper.stat().st_size // PAGE)


@pytest.mark.parametrize(
    "place", ["first bytes", "sound", "end of the sound", "receipt", "end of the receipt"]
)
def test_a_full_disk_leaves_the_last_good_file(
    good: Finished, small_disk: Path, tmp_path: Path, sizes: tuple[int, int], place: str
) -> None:
    """Wherever the room ends, in the sound or in the receipt, nothing is torn and nothing half there."""
    sound, paper = sizes
    pages = {"first bytes": 2, "sound": sound // 2, "end of the sound": sound - 1, "receipt": sound}
    good.copy(small_disk)
    _fill(small_disk, pages.get(place, sound + paper - 1) * PAGE)
    before = contents(small_disk)
    answer = call(["build", "short.yaml", *FAKE, "--out", small_disk], good.store, tmp_path)
    assert answer.code == 2, answer.err
    assert f"Nothing was written into {small_disk}: no space left on device." in answer.err
    assert contents(small_disk) == before


def test_a_disk_with_just_enough_room_takes_the_file(
    good: Finished, small_disk: Path, tmp_path: Path, sizes: tuple[int, int]
) -> None:
    """One page more than in the worst case above, and it is built: the cases above are what they say."""
    there = good.copy(small_disk)
    _fill(small_disk, sum(sizes) * PAGE)
    assert call(["build", "short.yaml", *FAKE, "--out", small_disk], good.store, tmp_path).code == 0
    assert there.file.read_bytes() != good.file.read_bytes()


def _fill(disk: Path, free: int) -> None:
    """Leave so much room on a disk, to the page."""
    with (disk / "ballast").open("wb") as stream:
        while shutil.disk_usage(disk).free > max(free, 0) // 4096 * 4096:
            stream.write(bytes(4096))
            stream.flush()


def test_a_store_without_room_is_said_to_be_full(good: Finished, small_disk: Path, tmp_path: Path) -> None:
    """One sentence names the store; no line is half kept, and nothing is written elsewhere."""
    _fill(small_disk, 20_000)
    answer = call(["build", "short.yaml", *FAKE, "--out", "new"], small_disk / "store", tmp_path)
    assert answer.code == 3, answer.err
    assert "store cannot be written: no space left on device." in answer.err.replace(
        str(small_disk / "store"), "store"
    )
    assert "fault" not in answer.err
    assert not (tmp_path / "new").exists()
    assert not list(small_disk.rglob("*.part"))
    assert good.file.exists()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="which file is flushed is seen in /proc")
@pytest.mark.parametrize("failing", ["receipt", "sound", "folder"])
def test_a_disk_that_fails_at_a_flush_leaves_both_files_or_neither(
    cli: Cli, good: Finished, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    """Whatever cannot be brought to the disk, file and receipt are those of one build."""
    before, flush, refused = contents(good.file.parent), os.fsync, []

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        kinds = {".receipt.json": "receipt", ".mp3": "sound"}
        kind = next((kind for part, kind in kinds.items() if f"{part}." in path.name), "")
        if path == good.file.parent:
            kind = "folder"
        if kind == failing and path.is_relative_to(good.file.parent):
            refused.append(kind)
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    answer = cli("build", "short.yaml", *FAKE)
    after = contents(good.file.parent)
    assert refused
    if failing == "folder":  # some network file systems cannot, and the data is safe all the same
        assert answer.code == 0
        assert all(after[name] != before[name] for name in before)
        assert cli("verify", good.file).code == 0
    else:
        assert answer.code == 2
        assert "input/output error" in answer.err
        assert after == before
