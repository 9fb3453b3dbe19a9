"""The store: what it gives is what it was given, whatever happened to its files in between."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guided_audio.errors import StoreFailure
from guided_audio.store import MAGIC, Store

TAKE = bytes(range(256)) * 8

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs fork, signals or modes of POSIX")


def entry(store: Store, key: str) -> Path:
    """The file of an entry."""
    return store.folder / key[:2] / key


def damaged(store: Store) -> list[str]:
    """What was put aside."""
    folder = store.folder / "damaged"
    return sorted(path.name.partition(".")[0] for path in folder.iterdir()) if folder.exists() else []


def run(program: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that uses a store."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said_by(child: subprocess.Popen[str]) -> str:
    """What it wrote; it must have ended well."""
    out, complaints = child.communicate(timeout=60)
    assert child.returncode == 0, complaints
    return out.strip()


# Keys


def test_a_key_says_nothing_without_its_secret(tmp_path: Path) -> None:
    """Two stores name the same thing differently; one store always names it the same."""
    one, two = Store(tmp_path / "one"), Store(tmp_path / "two")
    assert one.key("speech", "Rest.") != two.key("speech", "Rest.")
    assert one.key("speech", "Rest.") == Store(tmp_path / "one").key("speech", "Rest.")


def test_all_parts_count_and_where_they_end(store: Store) -> None:
    """No two lists of parts have one key, even where their texts joined would be the same."""
    lists: list[tuple[str | float, ...]] = [
        (), ("",), ("", ""), ("ab", "c"), ("a", "bc"), ("abc",), ('a","bc',), ("1",), (1,), (1.5,), ("1.5",)
    ]  # fmt: skip
    keys = {store.key(kind, *parts) for kind in ("speech", "clip") for parts in lists}
    assert len(keys) == 2 * len(lists)


def test_any_text_has_a_key(store: Store) -> None:
    """Half a character too."""
    assert store.key("text", "\ud83d", "𝄞", "\0", "ä") != store.key("text", "", "𝄞", "\0", "ä")


# In and out


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=2000), st.text(max_size=5))
def test_what_goes_in_comes_out(store: Store, payload: bytes, name: str) -> None:
    """To the byte, nothing included; and it is listed."""
    key = store.key("thing", name)
    store.put(key, payload)
    assert store.get(key) == payload
    assert key in set(store)


def test_what_was_never_there_is_absent(store: Store) -> None:
    """And forgetting it is no error."""
    key = store.key("thing")
    assert store.get(key) is None
    store.forget([key])
    assert list(store) == []


def test_forgetting(store: Store) -> None:
    """Only what is named goes."""
    keys = [store.key("thing", number) for number in range(3)]
    for key in keys:
        store.put(key, TAKE)
    store.forget(keys[:2])
    assert list(store) == keys[2:]


def test_putting_twice_keeps_the_second(store: Store) -> None:
    """Whole, when it is shorter than the first."""
    key = store.key("thing")
    store.put(key, TAKE)
    store.put(key, b"short")
    assert store.get(key) == b"short"


@pytest.mark.parametrize(
    "name", ["{outside}", "../secret", "..", "", "zz" * 24, "ab" * 23, "AB" * 24, "ab" * 24 + "\n", "é" * 48]
)
def test_a_name_that_is_no_key_is_absent(store: Store, name: str) -> None:
    """A key may come from a receipt somebody else wrote: it leads to no other file."""
    outside = store.folder.parent / "secret"
    outside.write_bytes(b"not yours")
    name = name.format(outside=outside)
    assert store.get(name) is None
    store.forget([name])
    assert outside.read_bytes() == b"not yours"
    assert damaged(store) == []


# Damage


@pytest.mark.parametrize("byte", [*range(len(MAGIC) + 32 + 24 + 8), 700, 1500, -1])
def test_no_flipped_bit_is_served(store: Store, byte: int) -> None:
    """Wherever it is, in the head or in the payload, the entry counts as absent and is put aside."""
    key = store.key("thing")
    store.put(key, TAKE)
    path = entry(store, key)
    content = bytearray(path.read_bytes())
    content[byte] ^= 1 << (byte % 8)
    path.write_bytes(content)
    assert store.get(key) is None
    assert not path.exists()
    assert damaged(store) == [key]


@pytest.mark.parametrize("length", [0, 1, 20, 21, 53, 76, 77, 78, 2000, -1])
def test_no_cut_or_longer_file_is_served(store: Store, length: int) -> None:
    """An empty file, one that ends early, and one that goes on."""
    key = store.key("thing")
    store.put(key, TAKE)
    path = entry(store, key)
    content = path.read_bytes()
    path.write_bytes(content[:length] if length >= 0 else content + b"\0")
    assert store.get(key) is None
    assert damaged(store) == [key]


def test_no_entry_is_served_for_another(store: Store) -> None:
    """Two sound entries that changed places are both absent: each knows its own name."""
    keys = [store.key("thing", number) for number in range(2)]
    for key in keys:
        store.put(key, key.encode())
    first, second = (entry(store, key) for key in keys)
    content = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(content)
    assert [store.get(key) for key in keys] == [None, None]
    assert damaged(store) == sorted(keys)


def test_a_folder_in_the_place_of_an_entry(store: Store) -> None:
    """It is put aside like any other damage, and the thing can be made."""
    key = store.key("thing")
    (entry(store, key) / "inside").mkdir(parents=True)
    assert store.get(key) is None
    assert damaged(store) == [key]
    assert store.make(key, lambda: TAKE) == (TAKE, True)
    assert store.get(key) == TAKE


def test_what_is_damaged_is_made_anew(store: Store) -> None:
    """Once, and then it is there again."""
    key = store.key("thing")
    store.make(key, lambda: TAKE)
    entry(store, key).write_bytes(b"damaged")
    assert store.make(key, lambda: TAKE) == (TAKE, True)
    assert store.make(key, lambda: b"never asked") == (TAKE, False)


def test_a_damaged_secret_is_told(store: Store) -> None:
    """No other is made in its place: everything kept would be unreachable, and nobody would know why."""
    (store.folder / "secret").write_bytes(b"too short")
    with pytest.raises(StoreFailure, match=r"Delete the folder"):
        Store(store.folder)


# Together


def test_eight_threads_make_a_thing_once(store: Store) -> None:
    """Of those that ask at once one makes it, and all get it."""
    made: Counter[str] = Counter()
    keys = [store.key("thing", number) for number in range(4)]
    gate = threading.Barrier(8)
    got: list[tuple[str, bytes, bool]] = []

    def produce(key: str) -> bytes:
        made[key] += 1
        threading.Event().wait(0.01)
        return key.encode()

    def ask() -> None:
        gate.wait()
        got.extend((key, *store.make(key, lambda key=key: produce(key))) for key in keys)  # type: ignore[misc]

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == Counter(keys)
    assert Counter(key for key, _, fresh in got if fresh) == Counter(keys)
    assert all(payload == key.encode() for key, payload, _ in got)


_MAKES = """
import sys, time
from pathlib import Path
from guided_audio.store import Store
folder, number = Path(sys.argv[1]), sys.argv[2]
while not (folder.parent / "go").exists():
    time.sleep(0.001)
store = Store(folder)

def produce(name):
    with (folder.parent / "made").open("a") as stream:
        stream.write(name + "\\n")
    time.sleep(0.005)
    return name.encode() * 1000

for name in "abcdefgh":
    payload, _ = store.make(store.key("thing", name), lambda: produce(name))
    assert payload == name.encode() * 1000
print(store.key("who"))
"""


def test_several_programs_make_a_thing_once(tmp_path: Path) -> None:
    """They open a new store at once, agree on its secret, and share the work."""
    children = [run(_MAKES, tmp_path / "store", number) for number in range(4)]
    (tmp_path / "go").touch()
    names = {said_by(child) for child in children}
    assert len(names) == 1
    assert sorted((tmp_path / "made").read_text().split()) == list("abcdefgh")
    assert not list((tmp_path / "store").glob(".secret.*"))


_OPENS = """
import os, sys
from pathlib import Path
from guided_audio.store import Store
import guided_audio.store
parent = Path(sys.argv[1])
for turn in range(15):
    pipes, children = [os.pipe() for _ in range(4)], []
    for read, write in pipes:
        child = os.fork()
        if not child:
            store = Store(parent / str(turn))
            os.write(write, store.key("who").encode())
            os._exit(0)
        children.append(child)
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    names = {os.read(read, 99) for read, _ in pipes}
    assert len(names) == 1, names
    assert names == {Store(parent / str(turn)).key("who").encode()}
    for ends in pipes:
        os.close(ends[0]), os.close(ends[1])
"""


@posix_only
def test_whoever_opens_first_all_have_one_secret(tmp_path: Path) -> None:
    """Fifteen new stores, each opened by four processes at the same moment."""
    said_by(run(_OPENS, tmp_path))


_IS_KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from guided_audio.store import Store
store = Store(Path(sys.argv[1]))
keys = [store.key("thing", number) for number in range(6)]
dice = random.Random(1)
served = absent = 0
for kill in range(100):
    child = os.fork()
    if not child:
        number = kill
        while True:
            number += 1
            store.put(keys[number % 6], keys[number % 6].encode() * (500 + number % 7 * 900))
    time.sleep(dice.uniform(0.001, 0.012))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    for key in keys:
        payload = store.get(key)
        served, absent = served + (payload is not None), absent + (payload is None)
        assert payload is None or payload == key.encode() * (len(payload) // 48)
        assert payload is None or (len(payload) // 48 - 500) % 900 == 0
assert not (store.folder / "damaged").exists()
for key in keys:
    assert store.make(key, lambda: b"")[0] is not None
print(served)
"""


@posix_only
def test_who_is_killed_leaves_nothing_torn(tmp_path: Path) -> None:
    """A hundred writers are killed in the middle: every entry is whole, old or new, and none is damaged."""
    assert int(said_by(run(_IS_KILLED, tmp_path / "store"))) > 300


_HOLDS = """
import os, sys, time
from pathlib import Path
from guided_audio.store import Store
store = Store(Path(sys.argv[1]))
def forever():
    print("holding", flush=True)
    time.sleep(60)
store.make(store.key("thing"), forever)
"""


@posix_only
def test_a_maker_that_dies_holds_nobody_up(store: Store) -> None:
    """Its lock goes with it."""
    child = run(_HOLDS, store.folder)
    assert child.stdout is not None
    assert child.stdout.readline() == "holding\n"
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert store.make(store.key("thing"), lambda: TAKE) == (TAKE, True)


def test_what_cannot_be_made_is_not_kept(store: Store) -> None:
    """The reason passes through, nothing is written, and the next one may try."""
    key = store.key("thing")

    def fails() -> bytes:
        raise KeyError

    with pytest.raises(KeyError):
        store.make(key, fails)
    assert list(store) == []
    assert store.make(key, lambda: TAKE) == (TAKE, True)


# Who may read, and where there is no room


@posix_only
def test_nobody_else_may_look(store: Store) -> None:
    """Folders are for their owner alone, and so is everything that holds or names speech."""
    key = store.key("thing")
    store.make(key, lambda: TAKE)
    other = store.key("other")
    store.put(other, TAKE)
    entry(store, other).write_bytes(b"damaged")
    store.get(other)
    for path in [store.folder, *store.folder.iterdir()]:
        if path.is_dir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
    private = [entry(store, key), store.folder / "secret", *(store.folder / "damaged").iterdir()]
    assert [stat.S_IMODE(path.stat().st_mode) for path in private[:2]] == [0o600, 0o600]


_FILLS = """
import sys
from pathlib import Path
from guided_audio.errors import StoreFailure
from guided_audio.store import Store
if sys.argv[2] != "0":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
store = Store(Path(sys.argv[1]))
keys = [store.key("thing", number) for number in range(40)]
kept = {}
for number, key in enumerate(keys):
    payload = bytes([number]) * 5000 * (1 + number)
    try:
        store.put(key, payload)
        kept[key] = payload
    except StoreFailure as failure:
        message = str(failure)
try:
    store.make(store.key("large"), lambda: bytes(5_000_000))
    raise SystemExit("there was room")
except StoreFailure as failure:
    message = str(failure)
assert kept
assert {key: store.get(key) for key in keys} == {key: kept.get(key) for key in keys}
assert set(store) == set(kept)
assert not list(store.folder.glob("*/.*")), "a part was left behind"
assert not (store.folder / "damaged").exists()
print(message)
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB, where one may be had."""
    folder, mount = tmp_path / "disk", shutil.which("mount")
    folder.mkdir()
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if not mount or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small disk takes the right to mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@posix_only
def test_a_full_disk_is_told(small_disk: Path) -> None:
    """One sentence says so, what was kept stays, and nothing is half there."""
    message = said_by(run(_FILLS, small_disk / "store", 0))
    assert message == f"The store at {small_disk / 'store'} cannot be written: no space left on device."


@posix_only
def test_a_file_that_may_not_grow_is_told(tmp_path: Path) -> None:
    """The same where a limit stands against it."""
    message = said_by(run(_FILLS, tmp_path / "store", 60_000))
    assert message == f"The store at {tmp_path / 'store'} cannot be written: file too large."


_AS_A_STRANGER = """
import os, sys
from pathlib import Path
from guided_audio.errors import StoreFailure
from guided_audio.store import Store
import encodings.idna, filelock
os.chdir(sys.argv[1])
old = Store(Path("old"))
key = old.key("kept")
old.put(key, b"kept")
for folder in ("old", "old/locks", "old/" + key[:2], "."):
    os.chmod(folder, 0o555)
os.chmod("old/secret", 0o444)
os.chmod("old/" + key[:2] + "/" + key, 0o444)
if not os.geteuid():
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
def attempt(what):
    try:
        what()
    except StoreFailure as failure:
        print(failure)
    else:
        print("no failure")
store = Store(Path("old"))
assert store.get(key) == b"kept"
attempt(lambda: store.put(store.key("new"), b""))
attempt(lambda: store.make(store.key("new"), lambda: b""))
attempt(lambda: Store(Path("new")))
"""


@posix_only
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    """What is in it can be read; what cannot be done is said in a sentence each time."""
    folder = tmp_path / "here"
    folder.mkdir()
    try:
        lines = said_by(run(_AS_A_STRANGER, folder)).splitlines()
    finally:
        folder.chmod(0o755)
        (folder / "old").chmod(0o755)
        for path in (folder / "old").iterdir():
            path.chmod(0o755)
    assert lines == [
        "The store at old cannot be written: permission denied.",
        "The store at old cannot be written: permission denied.",
        "The store at new cannot be used: permission denied.",
    ]


def test_a_file_where_the_folder_belongs_is_told(tmp_path: Path) -> None:
    """The sentence names it."""
    place = tmp_path / "store"
    place.write_text("something else")
    with pytest.raises(StoreFailure, match=r"The store at .*store cannot be used: file exists\."):
        Store(place)
    assert place.read_text() == "something else"


def test_the_folder_says_what_it_is(store: Store) -> None:
    """Whoever finds it may delete it, and is told not to share its secret."""
    note = (store.folder / "README.txt").read_text(encoding="utf-8")
    assert "deleted at any time" in note
    assert "do not share" in note
    assert os.listdir(store.folder / "locks") in ([], ["se"])  # noqa: PTH208 - names only


def test_trimming_removes_what_was_longest_not_asked_for(tmp_path: Path) -> None:
    """The store is then no larger than it may be, and what was just read is still there."""
    store = Store(tmp_path / "store")
    keys = [store.key("sound", number) for number in range(8)]
    for age, key in enumerate(reversed(keys)):
        store.put(key, bytes(1000))
        os.utime(store.folder / key[:2] / key, (1_000_000 - age, 1_000_000 - age))
    assert store.get(keys[0]) is not None  # the oldest of all, until now
    store.trim(4 * 1100)
    kept = [key for key in keys if store.get(key) is not None]
    assert kept == [keys[0], *keys[-3:]]
    assert sum(file.stat().st_size for file in store.folder.glob("??/*")) <= 4 * 1100
    store.trim(0)
    assert not list(store)
