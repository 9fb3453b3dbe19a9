"""Installing a voice, against a server on this machine: whole and looked at, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

import tiny_voices
from command_line import Cli
from guided_audio.engines.kokoro import KokoroEngine
from guided_audio.engines.piper import PiperEngine
from guided_audio.errors import (
    GuidedAudioError,
    ProblemsFound,
    Refused,
    UsageError,
)
from guided_audio.installation import Offer, Part, Wanted, find_wanted, install, read_offers, transfer
from guided_audio.speech import Utterance
from voice_shelf import BOTH, NAME, PAGE, Shelf, get, placed, waiting

pytest_plugins = ["e2e_fixtures", "voice_fixtures"]


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


NOTE = b"version https://git-lfs.github.com/spec/v1\n"


@pytest.mark.parametrize("content", [PAGE, b"", NOTE, b"\x08\x08rest"])
def test_a_model_that_is_none_is_refused(served: Shelf, folder: Path, content: bytes) -> None:
    """A page to sign in, a note in place of the file, and noise: named by their address, and not placed."""
    served.files[f"/{NAME}"] = content
    with pytest.raises(Refused, match="is no voice") as refused:
        get(served, folder)
    assert str(refused.value).startswith(f"{served.url}/{NAME} ")
    assert "characters" not in str(refused.value)
    assert ".incoming" not in str(refused.value)
    assert placed(folder) == []
    assert not waiting(folder)


@pytest.mark.parametrize("content", [PAGE, b"", b"{}", b"[" * 200_000, b"\xff"])
def test_settings_that_are_none_are_refused_before_the_model_comes(
    served: Shelf, folder: Path, content: bytes
) -> None:
    """They are named by their address, and it is said what to look at."""
    served.files[f"/{NAME}.json"] = content
    with pytest.raises(Refused, match="does not hold the settings of a Piper voice") as refused:
        get(served, folder)
    assert str(refused.value).startswith(f"{served.url}/{NAME}.json ")
    assert ".incoming" not in str(refused.value)
    assert "anew" not in str(refused.value)
    assert [path for path, _ in served.asked] == [f"/{NAME}.json"]
    assert placed(folder) == []


def test_settings_that_need_what_is_not_here_are_refused(served: Shelf, folder: Path) -> None:
    """A voice whose language needs a part of its own is known by its settings alone."""
    settings = json.loads(served.files[f"/{NAME}.json"]) | {"phoneme_type": "pinyin"}
    served.files[f"/{NAME}.json"] = json.dumps(settings).encode()
    with pytest.raises(Refused, match="needs a part that is not here"):
        get(served, folder)
    assert [path for path, _ in served.asked] == [f"/{NAME}.json"]


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("names", [(), ("jf_four",)], ids=["no styles", "styles nobody reads"])
def test_styles_of_kokoro_that_are_none_are_refused(
    tmp_path: Path, folder: Path, names: tuple[str, ...]
) -> None:
    """They are named as they were given, not by where they waited."""
    given = tiny_voices.kokoro_voices(tmp_path / "given", names)
    styles = given.with_name("voices-tiny.bin")
    if not names:
        styles.write_bytes(PAGE)
    with pytest.raises(Refused) as refused:
        install(Wanted(find_wanted(str(given), ())), folder, lambda _done, _total: None)
    assert str(styles) in str(refused.value)
    assert ".incoming" not in str(refused.value)
    assert placed(folder) == []


def test_a_voice_for_another_language_is_refused_by_name(served: Shelf, folder: Path) -> None:
    """Who asks for a language gets it or nothing, and reads which one it is."""
    with pytest.raises(Refused, match="speaks en-GB, not de"):
        get(served, folder, language="de")
    assert [path for path, _ in served.asked] == [f"/{NAME}.json"]
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
