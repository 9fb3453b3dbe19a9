"""How a voice comes over a network: resumed, bounded, and no further than it was sent."""

from __future__ import annotations

from pathlib import Path

import pytest

import tiny_voices
from guided_audio.errors import (
    GuidedAudioError,
    MissingTool,
    Refused,
    UsageError,
)
from guided_audio.installation import Wanted, find_wanted, install
from voice_shelf import BOTH, NAME, Shelf, get, placed, waiting

pytest_plugins = ["e2e_fixtures", "voice_fixtures"]


def test_a_broken_transfer_goes_on_where_it_broke(served: Shelf, folder: Path) -> None:
    """The second call asks for the last byte and the rest alone, and puts the two together rightly."""
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
    assert (f"/{NAME}", "bytes=999-") in served.asked


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
        "https://[x",
    ],
)
def test_a_redirect_to_what_is_not_https_is_refused(served: Shelf, folder: Path, target: str) -> None:
    """It is not followed, the message does not hold it, and nothing is placed."""
    served.moved[f"/{NAME}"] = target
    with pytest.raises(Refused, match="not https") as refused:
        get(served, folder)
    assert "secret" not in str(refused.value)
    assert placed(folder) == []


def test_a_circle_of_redirects_ends(served: Shelf, folder: Path) -> None:
    """After five, whatever comes."""
    served.moved[f"/{NAME}"] = f"/{NAME}"
    with pytest.raises(Refused, match="more than 5 times"):
        get(served, folder)
    assert [path for path, _ in served.asked].count(f"/{NAME}") == 6


@pytest.mark.parametrize(
    "url",
    [
        f"http://example.org/{NAME}",
        f"ftp://example.org/{NAME}",
        f"file:///tmp/{NAME}",
        f"https://me:secret@example.org/{NAME}",
        f"https:///{NAME}",
        f"https://[{NAME}",
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


@pytest.mark.parametrize("gone", [NAME, f"{NAME}.json"])
def test_a_file_that_is_not_there_is_told(served: Shelf, folder: Path, gone: str) -> None:
    """It is named, without what an address may keep to itself; where settings are missing, no model comes."""
    served.files.pop(f"/{gone}")
    served.files = {f"{path}?key=secret": content for path, content in served.files.items()}
    offer = find_wanted(f"{served.url}/{NAME}?key=secret", ())
    with pytest.raises(MissingTool, match="no such file") as missing:
        install(Wanted(offer), folder, lambda _done, _total: None)
    assert str(missing.value).startswith(f"{served.url}/{gone} is not there")
    assert "secret" not in str(missing.value)
    assert len(served.asked) == (2 if gone == NAME else 1)
    assert placed(folder) == []


@pytest.mark.parametrize("behind", ["?download=true", "?download=true#files", "#files"])
def test_what_is_behind_an_address_is_kept_for_both_files(served: Shelf, folder: Path, behind: str) -> None:
    """As buttons to download give it: the name is in the path, and the settings beside it."""
    query = behind.partition("#")[0]
    served.files = {f"{path}{query}": content for path, content in served.files.items()}
    offer = find_wanted(f"{served.url}/{NAME}{behind}", ())
    assert offer.name == "en_GB-tiny-low"
    install(Wanted(offer), folder, lambda _done, _total: None)
    assert placed(folder) == BOTH


def test_an_address_without_a_model_in_its_path_is_told() -> None:
    """A name behind the question mark is none."""
    with pytest.raises(UsageError, match=r"before any question mark"):
        find_wanted(f"https://example.org/get?file={NAME}", ())


def test_a_server_that_is_away_is_told(folder: Path) -> None:
    """Nobody listens there."""
    offer = find_wanted(f"http://127.0.0.1:1/{NAME}", ())
    with pytest.raises(MissingTool, match="cannot be reached"):
        install(Wanted(offer), folder, lambda _done, _total: None)
