"""Putting a file in its place: whole, or not at all."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from guided_audio import files
from guided_audio.files import replacing

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs fork, signals or modes of POSIX")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that is there already."""
    path = tmp_path / "evening.mp3"
    path.write_bytes(b"old")
    return path


def alone(file: Path) -> bool:
    """Whether nothing else lies in its folder."""
    return [path.name for path in file.parent.iterdir()] == [file.name]


def test_the_new_takes_the_place_of_the_old(file: Path) -> None:
    """Until it is complete, the old stands there; nothing else is left."""
    with replacing(file) as stream:
        stream.write(b"newer")
        stream.flush()
        assert file.read_bytes() == b"old"
    assert file.read_bytes() == b"newer"
    assert alone(file)


def test_what_is_written_may_be_read_and_written_again(file: Path) -> None:
    """A head can be put right when the rest is known."""
    with replacing(file) as stream:
        stream.write(b"head body")
        stream.seek(0)
        stream.write(b"HEAD")
        assert stream.read() == b" body"
    assert file.read_bytes() == b"HEAD body"


@pytest.mark.parametrize(
    "wrong", [ValueError, OSError, KeyboardInterrupt, SystemExit, MemoryError, GeneratorExit]
)
def test_whatever_is_raised_leaves_the_old(file: Path, wrong: type[BaseException]) -> None:
    """It passes through, and the part that was written is gone."""

    def write() -> None:
        with replacing(file) as stream:
            stream.write(b"half")
            raise wrong

    with pytest.raises(wrong):
        write()
    assert file.read_bytes() == b"old"
    assert alone(file)


def test_a_new_file_that_fails_is_not_there(tmp_path: Path) -> None:
    """Nor is anything else."""

    def write() -> None:
        with replacing(tmp_path / "new.mp3"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()
    assert list(tmp_path.iterdir()) == []


@posix_only
def test_a_folder_in_its_place_is_left_alone(tmp_path: Path) -> None:
    """The error passes through and no part is left."""
    (tmp_path / "evening.mp3" / "inside").mkdir(parents=True)
    with pytest.raises(IsADirectoryError), replacing(tmp_path / "evening.mp3") as stream:
        stream.write(b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["evening.mp3"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The error passes through, nothing is made."""
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "none" / "new.mp3"):
        pytest.fail("there is nothing to write into")
    assert list(tmp_path.iterdir()) == []


def test_two_at_once_do_not_mix(file: Path) -> None:
    """The one that ends last stands."""
    with replacing(file) as one:
        one.write(b"one" * 1000)
        with replacing(file) as two:
            two.write(b"two")
        assert file.read_bytes() == b"two"
    assert file.read_bytes() == b"one" * 1000
    assert alone(file)


@posix_only
def test_who_may_read_it(tmp_path: Path) -> None:
    """A private file is for its owner alone; another is as the user's mask has it."""
    for private, mode in ((True, 0o600), (False, 0o640)):
        before = os.umask(0o027)
        try:
            with replacing(tmp_path / f"{private}", private=private) as stream:
                part = next(path for path in tmp_path.iterdir() if path.suffix == ".part")
                assert stat.S_IMODE(part.stat().st_mode) == mode
                stream.write(b"new")
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / f"{private}").stat().st_mode) == mode


def test_the_longest_of_names(tmp_path: Path) -> None:
    """A name as long as a file system takes has room for its part's name."""
    path = tmp_path / ("ä" * 127)
    with replacing(path) as stream:
        stream.write(b"new")
    assert alone(path)


class Busy(OSError):
    """What Windows raises while a scanner or a player has the file open."""

    winerror = 32


def is_busy(times: int, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Refuse to replace a file so many times; gives what was tried."""
    tries: list[Path] = []
    replace = Path.replace

    def refuses(self: Path, target: Path) -> Path:
        tries.append(target)
        if len(tries) <= times:
            raise Busy
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuses)
    return tries


def test_another_program_lets_go_of_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a system refuses for a moment, it is tried again."""
    tries = is_busy(3, monkeypatch)
    with replacing(file) as stream:
        stream.write(b"new")
    assert len(tries) == 4
    assert file.read_bytes() == b"new"


def test_another_program_keeps_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not tried for ever; the old stands, and the part is gone."""
    is_busy(1000, monkeypatch)
    monkeypatch.setattr(files, "_PATIENCE", 0.1)
    with pytest.raises(Busy), replacing(file) as stream:
        stream.write(b"new")
    assert file.read_bytes() == b"old"
    assert alone(file)


_IS_KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from guided_audio.files import replacing
path = Path(sys.argv[1])
contents = [bytes([65 + number]) * (20_000 + 9_000 * number) for number in range(20)]
dice = random.Random(2)
seen = set()
for kill in range(100):
    child = os.fork()
    if not child:
        number = kill
        while True:
            number += 1
            with replacing(path) as stream:
                for start in range(0, len(contents[number % 20]), 7_000):
                    stream.write(contents[number % 20][start : start + 7_000])
    time.sleep(dice.uniform(0.001, 0.010))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if path.exists():
        content = path.read_bytes()
        assert content in contents, "torn"
        seen.add(content[:1])
print(len(seen))
"""


@posix_only
def test_who_is_killed_leaves_nothing_torn(tmp_path: Path) -> None:
    """A hundred writers are killed in the middle: what stands there is always one whole content."""
    command = [sys.executable, "-c", _IS_KILLED, str(tmp_path / "evening.mp3")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert not done.stderr
    assert int(done.stdout) > 5


_MAY_NOT_LIST = """
import os, sys
from pathlib import Path
from guided_audio.files import replacing
os.chdir(sys.argv[1])
os.chmod(".", 0o333)
if not os.geteuid():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with replacing(Path("letter")) as stream:
    stream.write(b"new")
print(Path("letter").read_text())
"""


@posix_only
def test_a_folder_that_may_be_written_but_not_read(tmp_path: Path) -> None:
    """A letter box: the file is in its place, so nothing is raised."""
    box = tmp_path / "box"
    box.mkdir()
    command = [sys.executable, "-c", _MAY_NOT_LIST, str(box)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    box.chmod(0o755)
    assert done.stderr == ""
    assert done.stdout == "new\n"
