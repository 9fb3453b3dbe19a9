"""Installing a voice, against a server on this machine: whole and looked at, or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import tiny_voices
from command_line import Cli
from guided_audio.engines.kokoro import KokoroEngine
from guided_audio.engines.piper import PiperEngine
from guided_audio.errors import (
    GuidedAudioError,
    MissingTool,
    OutputFailure,
    ProblemsFound,
    Refused,
    UsageError,
)
from guided_audio.installation import Offer, Part, Wanted, find_wanted, install, read_offers, transfer
from guided_audio.speech import Utterance, Voice

pytest_plugins = ["e2e_fixtures"]

NAME = "en_GB-tiny-low.onnx"


@dataclass
class Shelf:
    """What a server has, and how it behaves: by path, with what it was asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    break_after: int | None = None
    endless: bool = False
    ranges: bool = True
    tag: str = '"first"'
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


class Handler(BaseHTTPRequestHandler):
    """Serves a shelf."""

    shelf: Shelf

    def do_GET(self) -> None:
        """One file, or a part of it."""
        wanted, shelf = self.headers.get("Range"), self.shelf
        shelf.asked.append((self.path, wanted))
        if self.path in shelf.moved:
            self.send_response(302)
            self.send_header("Location", shelf.moved[self.path])
            self.end_headers()
        elif shelf.endless:
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"\x08" * 65_536)
            except OSError:
                return
        elif self.path not in shelf.files:
            self.send_error(404)
        else:
            self._give(shelf.files[self.path], wanted)

    def _give(self, content: bytes, wanted: str | None) -> None:
        shelf, start = self.shelf, 0
        fits = self.headers.get("If-Range") in {None, shelf.tag}
        if wanted and shelf.ranges and fits:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if start >= len(content) > 0:
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - start))
        if shelf.tag:
            self.send_header("ETag", shelf.tag)
        self.end_headers()
        end = len(content) if shelf.break_after is None else start + shelf.break_after
        self.wfile.write(content[start:end])

    def log_message(self, *_args: object) -> None:
        """Nothing is printed."""


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    """A server on this machine."""
    shelf = Shelf()
    handler = type("Serving", (Handler,), {"shelf": shelf})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    shelf.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield shelf
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny voice of Piper on the disk."""
    for package in ("onnx", "piper", "kokoro_onnx"):
        tiny_voices.require(package)
    return tiny_voices.piper_voice(tmp_path_factory.mktemp("given"))


@pytest.fixture
def served(shelf: Shelf, model: Path) -> Shelf:
    """A server that has that voice."""
    shelf.files = {f"/{NAME}": model.read_bytes(), f"/{NAME}.json": Path(f"{model}.json").read_bytes()}
    return shelf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where voices go."""
    return tmp_path / "voices"


def get(shelf: Shelf, folder: Path, *digests: str, language: str = "") -> tuple[Voice, ...]:
    """Install the voice of a server by its address."""
    offer = find_wanted(f"{shelf.url}/{NAME}", (), digests)
    return install(Wanted(offer, language), folder, lambda _done, _total: None)


def placed(folder: Path) -> list[str]:
    """The files of voices that are in their place."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(str(file.relative_to(folder)) for file in files if ".incoming" not in file.parts)


def waiting(folder: Path) -> list[Path]:
    """What has arrived of files that are not whole."""
    return list(folder.glob(".incoming/*/*.part"))


BOTH = [f"piper/{NAME}", f"piper/{NAME}.json"]


def test_a_voice_comes_from_an_address_and_speaks(served: Shelf, folder: Path, model: Path) -> None:
    """Both files are there, as they were; the voice speaks, and nothing is left waiting."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    (voice,) = get(served, folder, digest.upper())
    assert str(voice) == "piper:en_GB-tiny-low"
    assert placed(folder) == BOTH
    assert (folder / "piper" / NAME).read_bytes() == model.read_bytes()
    assert not [path for path in folder.glob(".incoming/*") if path.is_dir()]
    engine = PiperEngine(folder)
    assert len(engine.speak(Utterance("Rest here.", 120), voice).samples)
    engine.close()


def test_a_broken_transfer_goes_on_where_it_broke(served: Shelf, folder: Path) -> None:
    """The second call asks for the rest alone, and puts the two together rightly."""
    served.break_after = 1_000
    with pytest.raises(MissingTool, match=r"broke after .* it goes on from there"):
        get(served, folder)
    assert placed(folder) == []
    (part,) = waiting(folder)
    assert part.stat().st_size == 1_000
    served.break_after = None
    get(served, folder)
    assert placed(folder) == BOTH
    assert (folder / BOTH[0]).read_bytes() == served.files[f"/{NAME}"]
    assert (f"/{NAME}", "bytes=1000-") in served.asked


def test_a_transfer_that_breaks_again_and_again_comes_to_its_end(served: Shelf, folder: Path) -> None:
    """Each call gets a little further, and none begins anew."""
    served.break_after = 1_500
    for _ in range(40):
        try:
            get(served, folder)
        except MissingTool:
            continue
        break
    assert placed(folder) == BOTH
    assert (folder / BOTH[0]).read_bytes() == served.files[f"/{NAME}"]
    assert [wanted for path, wanted in served.asked if path == f"/{NAME}"].count(None) == 1


@pytest.mark.parametrize("change", ["another file", "no ranges", "no mark"])
def test_what_cannot_be_continued_begins_anew(served: Shelf, folder: Path, change: str) -> None:
    """A file that changed meanwhile, or a server that cannot go on, costs time and mixes nothing."""
    served.tag = "" if change == "no mark" else '"first"'
    served.break_after = 1_000
    with pytest.raises(MissingTool):
        get(served, folder)
    served.break_after = None
    if change == "another file":
        served.tag = '"second"'
        other = tiny_voices.piper_voice(folder.parent / "other", speakers=2)
        served.files[f"/{NAME}"] = other.read_bytes()
        served.files[f"/{NAME}.json"] = Path(f"{other}.json").read_bytes()
    served.ranges = change != "no ranges"
    get(served, folder)
    assert (folder / BOTH[0]).read_bytes() == served.files[f"/{NAME}"]


def test_a_file_that_became_shorter_is_asked_for_anew(served: Shelf, folder: Path) -> None:
    """A server that has no such rest any more says so; the call after that gets the file."""
    served.break_after = 1_000
    with pytest.raises(MissingTool):
        get(served, folder)
    (part,) = waiting(folder)
    part.write_bytes(part.read_bytes() * 100)
    served.break_after = None
    for _ in range(2):
        try:
            get(served, folder)
        except GuidedAudioError as error:
            assert "again" in str(error)  # noqa: PT017 - the second call must do
    assert (folder / BOTH[0]).read_bytes() == served.files[f"/{NAME}"]


def test_a_wrong_checksum_is_refused(served: Shelf, folder: Path) -> None:
    """Neither file is placed, and the wrong one is not kept to be continued."""
    with pytest.raises(Refused, match="its checksum is another"):
        get(served, folder, "0" * 64)
    assert placed(folder) == []
    assert not waiting(folder)


def test_a_wrong_checksum_of_the_settings_places_neither(served: Shelf, folder: Path, model: Path) -> None:
    """Both files or none."""
    digest = hashlib.sha256(model.read_bytes()).hexdigest()
    with pytest.raises(Refused, match=rf"{NAME}.json is not the file it should be"):
        get(served, folder, digest, "1" * 64)
    assert placed(folder) == []


def test_a_redirect_is_followed(served: Shelf, folder: Path) -> None:
    """As servers of large files do; relative ones too, up to five."""
    for number in range(5):
        served.moved[f"/{number}/{NAME}"] = f"/{number + 1}/{NAME}" if number < 4 else f"{served.url}/{NAME}"
    served.files[f"/0/{NAME}.json"] = served.files[f"/{NAME}.json"]
    offer = find_wanted(f"{served.url}/0/{NAME}", ())
    install(Wanted(offer), folder, lambda _done, _total: None)
    assert placed(folder) == BOTH


@pytest.mark.parametrize(
    "target",
    [
        "http://example.org/x.onnx",
        "ftp://127.0.0.1/x.onnx",
        "file:///etc/hostname",
        "https://user:secret@example.org/x.onnx",
        "//example.org/x.onnx",
        "gopher://x",
    ],
)
def test_a_redirect_to_what_is_not_https_is_refused(shelf: Shelf, folder: Path, target: str) -> None:
    """It is not followed, the message does not hold it, and nothing is placed."""
    shelf.moved[f"/{NAME}"] = target
    with pytest.raises(Refused, match="not https") as refused:
        get(shelf, folder)
    assert "secret" not in str(refused.value)
    assert placed(folder) == []


def test_a_circle_of_redirects_ends(shelf: Shelf, folder: Path) -> None:
    """After five, whatever comes."""
    shelf.moved[f"/{NAME}"] = f"/{NAME}"
    with pytest.raises(Refused, match="more than 5 times"):
        get(shelf, folder)
    assert len(shelf.asked) == 6


@pytest.mark.parametrize(
    "url",
    [
        f"http://example.org/{NAME}",
        f"ftp://example.org/{NAME}",
        f"file:///tmp/{NAME}",
        f"https://me:secret@example.org/{NAME}",
        f"https:///{NAME}",
    ],
)
def test_an_address_that_is_not_safe_is_refused_before_anything(url: str) -> None:
    """Plain http is for this machine alone."""
    with pytest.raises(Refused) as refused:
        find_wanted(url, ())
    assert "secret" not in str(refused.value)


def test_a_body_without_end_is_cut_off(shelf: Shelf, folder: Path) -> None:
    """What is larger than it may be is refused at that size, and not kept."""
    shelf.endless = True
    offer = find_wanted(f"{shelf.url}/{NAME}", ())
    with pytest.raises(Refused, match="larger than"):
        install(Wanted(offer, largest=3_000_000), folder, lambda _done, _total: None)
    assert placed(folder) == []
    assert not waiting(folder)


def test_a_size_beyond_the_limit_is_refused_before_it_comes(served: Shelf, folder: Path) -> None:
    """The header is enough."""
    offer = find_wanted(f"{served.url}/{NAME}", ())
    with pytest.raises(Refused, match="larger than"):
        install(Wanted(offer, largest=100), folder, lambda _done, _total: None)


def test_a_file_that_is_not_there_is_told(served: Shelf, folder: Path) -> None:
    """The model without its settings is none."""
    del served.files[f"/{NAME}.json"]
    with pytest.raises(MissingTool, match="no such file on the server"):
        get(served, folder)
    assert placed(folder) == []


def test_a_server_that_is_away_is_told(folder: Path) -> None:
    """Nobody listens there."""
    offer = find_wanted(f"http://127.0.0.1:1/{NAME}", ())
    with pytest.raises(MissingTool, match="cannot be reached"):
        install(Wanted(offer), folder, lambda _done, _total: None)


PAGE = b"<!doctype html><title>Sign in</title>"


@pytest.mark.parametrize(
    "content", [PAGE, b"", b"version https://git-lfs.github.com/spec/v1\n", b"\x08\x08rest"]
)
def test_a_model_that_is_none_is_refused(served: Shelf, folder: Path, content: bytes) -> None:
    """A page to sign in, a note in place of the file, and noise never get among the voices."""
    served.files[f"/{NAME}"] = content
    with pytest.raises(Refused, match="not a model"):
        get(served, folder)
    assert placed(folder) == []
    assert not waiting(folder)


def test_settings_that_are_none_are_refused(served: Shelf, folder: Path) -> None:
    """Both must be what they should be."""
    served.files[f"/{NAME}.json"] = PAGE
    with pytest.raises(Refused, match="not a voice"):
        get(served, folder)
    assert placed(folder) == []


def test_a_voice_for_another_language_is_refused_by_name(served: Shelf, folder: Path) -> None:
    """Who asks for a language gets it or nothing, and reads which one it is."""
    with pytest.raises(Refused, match="speaks en-GB, not de"):
        get(served, folder, language="de")
    assert placed(folder) == []
    assert get(served, folder, language="en")


def test_a_voice_that_is_replaced_stays_until_the_new_one_is_good(served: Shelf, folder: Path) -> None:
    """A refused file leaves what was there; a good one takes its place."""
    get(served, folder)
    before = (folder / BOTH[0]).read_bytes()
    served.files[f"/{NAME}"] = PAGE
    with pytest.raises(Refused):
        get(served, folder)
    assert (folder / BOTH[0]).read_bytes() == before
    served.files[f"/{NAME}"] = before + b"\0"
    with pytest.raises(GuidedAudioError):
        get(served, folder, "0" * 64)
    assert (folder / BOTH[0]).read_bytes() == before


# Room

TIGHT = """
import resource, sys
from pathlib import Path
from guided_audio.installation import Wanted, find_wanted, install
if sys.argv[3] == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))
try:
    install(Wanted(find_wanted(sys.argv[1], ())), Path(sys.argv[2]), lambda done, total: None)
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="it needs a limit on the size of files")
def test_a_disk_that_is_full_is_told(served: Shelf, folder: Path) -> None:
    """A sentence with a way out; nothing is placed, and what had arrived is given back to the disk."""
    command = [sys.executable, "-c", TIGHT, f"{served.url}/{NAME}", str(folder), "limit"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("OutputFailure The disk is full")
    assert "GUIDED_AUDIO_VOICES" in done.stdout
    assert placed(folder) == []
    assert not waiting(folder)


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
        with pytest.raises(OutputFailure, match=r"no room for this voice|disk is full|cannot be"):
            get(served, small / "voices")
        assert placed(small) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)


def test_a_folder_one_may_not_write_into_is_told(served: Shelf, tmp_path: Path) -> None:
    """A file where the folder should be stops it with a sentence."""
    (tmp_path / "voices").write_text("", encoding="utf-8")
    with pytest.raises(OutputFailure, match="GUIDED_AUDIO_VOICES"):
        get(served, tmp_path / "voices")


# Files, names, and the command


def test_a_voice_comes_from_a_file(model: Path, folder: Path) -> None:
    """The model and what is beside it are copied; the given files stay as they were."""
    before = model.read_bytes()
    (voice,) = install(Wanted(find_wanted(str(model), ())), folder, lambda _done, _total: None)
    assert voice.language == "en-GB"
    assert placed(folder) == BOTH
    assert model.read_bytes() == before


@pytest.mark.usefixtures("model")
def test_kokoro_comes_from_its_two_files(tmp_path: Path, folder: Path) -> None:
    """The model, and the styles beside it."""
    given = tiny_voices.kokoro_voices(tmp_path / "given")
    voices = install(Wanted(find_wanted(str(given), ())), folder, lambda _done, _total: None)
    assert placed(folder) == ["kokoro/kokoro-tiny.onnx", "kokoro/voices-tiny.bin"]
    assert len(voices) == 3
    engine = KokoroEngine(folder)
    assert engine.health() is None
    engine.close()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("alone.onnx", "Half of this voice is missing"),
        ("voice.wav", "ends with .onnx"),
        ("absent", "no voice to install by the name"),
        ("en_GB-alba-mediun", "Did you mean `en_GB-alba-medium`?"),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, name: str, says: str) -> None:
    """Half a voice, no voice, and a slip of the finger."""
    asked = name
    if "." in name:
        (tmp_path / name).write_bytes(b"\x08")
        asked = str(tmp_path / name)
    with pytest.raises(UsageError, match=says.replace("?", r"\?")):
        find_wanted(asked, read_offers())


@pytest.mark.parametrize("digests", [("abc",), ("0" * 64, "0" * 64, "0" * 64), ("g" * 64,)])
def test_a_checksum_that_is_none_is_told(model: Path, digests: tuple[str, ...]) -> None:
    """It is looked at before anything is done."""
    with pytest.raises(UsageError, match="SHA-256"):
        find_wanted(str(model), (), digests)


def test_what_is_offered_can_be_trusted() -> None:
    """Every file has an https address, a digest and a size, and every voice a licence and a page."""
    offers = read_offers()
    assert {"piper", "kokoro"} == {offer.engine for offer in offers}
    assert len({offer.name for offer in offers}) == len(offers)
    for offer in offers:
        assert offer.licence
        assert offer.page.startswith("https://")
        assert offer.parts[0].name.endswith(".onnx")
        assert all(part.size and len(part.sha256) == 64 for part in offer.parts)
        for part in offer.parts:
            transfer.allowed(part.source)


def test_a_broken_list_of_offers_is_told(tmp_path: Path) -> None:
    """A file without a digest is no offer."""
    file = tmp_path / "offers.yaml"
    file.write_text("- name: x\n  engine: piper\n  files: [{url: 'https://x/y.onnx'}]\n", encoding="utf-8")
    with pytest.raises(ProblemsFound, match=r"offers.yaml:3:11"):
        read_offers(file)


def test_a_voice_comes_by_its_name(served: Shelf, folder: Path) -> None:
    """An offer's digests and sizes are held to, for both files."""
    parts = tuple(
        Part(f"{served.url}{path}", hashlib.sha256(content).hexdigest(), len(content))
        for path, content in served.files.items()
    )
    offer = Offer("tiny", "piper", "en-GB", "Tiny", "CC0", "https://example.org", parts)
    found = find_wanted("tiny", [offer])
    assert found == offer
    install(Wanted(found), folder, lambda _done, _total: None)
    assert placed(folder) == BOTH


@pytest.fixture
def voices_cli(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """The command line with a folder of voices of its own."""
    monkeypatch.setenv("GUIDED_AUDIO_VOICES", str(folder))
    return cli


def test_the_command_shows_the_licence_and_wants_a_yes(voices_cli: Cli, served: Shelf, folder: Path) -> None:
    """Without --yes and without anybody to ask, nothing is fetched."""
    answer = voices_cli("voices", "install", f"{served.url}/{NAME}")
    assert answer.code == 2
    assert "Licence:" in answer.err
    assert "--yes" in answer.err
    assert served.asked == []
    answer = voices_cli("voices", "install", f"{served.url}/{NAME}", "--yes")
    assert answer.code == 0, answer.err
    assert "Installed piper:en_GB-tiny-low, for en-GB." in answer.out
    assert placed(folder) == BOTH
    listed = voices_cli("voices", "--language", "en-GB", "--json").json()
    assert "piper:en_GB-tiny-low" in {voice["voice"] for voice in listed}


def test_the_command_lists_what_it_knows_without_a_network(voices_cli: Cli) -> None:
    """Without a name it shows names, languages, sizes and licences."""
    answer = voices_cli("voices", "install")
    assert answer.code == 0
    assert "en_GB-alba-medium" in answer.out
    assert "CC BY 4.0" in answer.out
    assert {"name", "licence", "size"} <= set(voices_cli("voices", "install", "--json").json()[0])


def test_the_command_gives_the_exit_codes_of_the_others(voices_cli: Cli, served: Shelf) -> None:
    """A wrong checksum is refused (1), a wrong name misused (2), a broken transfer missing (3)."""
    url = f"{served.url}/{NAME}"
    assert voices_cli("voices", "install", url, "--yes", "--sha256", "0" * 64).code == 1
    assert voices_cli("voices", "install", "nobody", "--yes").code == 2
    served.break_after = 100
    answer = voices_cli("voices", "install", url, "--yes")
    assert answer.code == 3
    assert "Traceback" not in answer.err
    assert os.linesep not in answer.err.strip().splitlines()[-1]
