"""Trust: takes that were attached by nothing but their numbers are said to be, until somebody listened."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import soundfile

from command_line import Cli
from conftest import RATE, murmur, said, script_of
from guided_audio.script import Script
from guided_audio.store import Store
from guided_audio.takes.index import FILE, Trust, read_index
from guided_audio.takes.survey import Survey, attached_by_number, kept, printed, remember, survey

pytest_plugins = ["e2e_fixtures"]

WORDS = tuple(f"This is one of the lines, and it has the number {number}." for number in range(1, 6))
SCRIPT = "title: Five\nbed: none\nscript:\n- chapter: One\n" + "".join(f"- tick: {line}\n" for line in WORDS)


def script(*texts: str) -> Script:
    """A script of these lines."""
    return script_of(*(said(text) for text in texts))


def put(folder: Path, *names: str) -> None:
    """Files with a different sound in each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        soundfile.write(folder / name, murmur(3.0, RATE, seed=sum(name.encode())), RATE, format="WAV")


def looked_at(folder: Path, store: Store, *texts: str) -> Survey:
    """The folder as it stands, and what there is to remember is remembered."""
    found = survey(script(*texts), folder, store)
    remember(found)
    return found


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"lines": [', None])
def test_takes_without_a_trustworthy_index_are_said_to_go_by_their_numbers(
    tmp_path: Path, store: Store, damage: bytes | None
) -> None:
    """Every time, with the name of the damaged file; until a person says that they are right."""
    remember(printed(survey(script(*WORDS), tmp_path, store), range(5)))
    put(tmp_path, "001.wav", "002.wav", "003.wav")
    looked_at(tmp_path, store, *WORDS)
    texts = ("A line that came in.", *WORDS)
    assert looked_at(tmp_path, store, *texts).notes == ()
    (tmp_path / FILE).unlink()
    if damage is not None:
        (tmp_path / FILE).write_bytes(damage)
    for _ in range(2):
        found = looked_at(tmp_path, store, *texts)
        (note,) = found.notes
        assert "3 takes were attached by their numbers" in note
        assert "listen" in note
        assert [path.name in note for path in tmp_path.glob("takes.damaged.*")] == [True] * (
            damage is not None
        )
    assert attached_by_number(found) == ("001", "002", "003")
    remember(kept(found, ["1", "2"]))
    assert "1 take was attached by its number" in looked_at(tmp_path, store, *texts).notes[0]
    remember(printed(kept(found, attached_by_number(found)), range(6)))
    assert looked_at(tmp_path, store, *texts).notes == ()


def test_what_is_recorded_from_a_sheet_goes_by_that(tmp_path: Path, store: Store) -> None:
    """A sheet that was printed after the damage says which number is which; one from before does not."""
    (tmp_path / FILE).write_bytes(b"{")
    found = looked_at(tmp_path, store, *WORDS)
    assert "print a new sheet" in found.notes[0]
    put(tmp_path, "001.wav")
    assert "attached by its number" in looked_at(tmp_path, store, *WORDS).notes[0]
    (tmp_path / "001.wav").unlink()
    remember(printed(survey(script(*WORDS), tmp_path, store), range(5)))
    put(tmp_path, "001.wav")
    assert looked_at(tmp_path, store, *WORDS).notes == ()


def test_a_name_needs_no_index(tmp_path: Path, store: Store) -> None:
    """A take that is called by the id of its line is right without any."""
    put(tmp_path, "lamp.wav")
    written = script_of(said(WORDS[0]), said(WORDS[1], name="lamp"))
    assert survey(written, tmp_path, store).notes == ()


def test_another_store_is_said_every_time(tmp_path: Path, store: Store) -> None:
    """Not only at first, whether the lines are as many or not."""
    takes, elsewhere = tmp_path / "takes", Store(tmp_path / "elsewhere")
    put(takes, "001.wav", "002.wav")
    looked_at(takes, store, *WORDS)
    index = (takes / FILE).read_bytes()
    for texts in (WORDS, (*WORDS, "One more.")):
        (takes / FILE).write_bytes(index)
        for _ in range(2):
            assert "made with another store" in looked_at(takes, elsewhere, *texts).notes[0]
        found = survey(script(*texts), takes, elsewhere)
        remember(kept(found, ["1", "2"]))
        assert looked_at(takes, elsewhere, *texts).notes == ()


def test_an_index_from_before_trusts_its_files(tmp_path: Path, store: Store) -> None:
    """What it does not say is that there is no doubt."""
    put(tmp_path, "001.wav")
    remember(printed(survey(script(*WORDS), tmp_path, store), range(5)))
    data = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    for entry in data["files"].values():
        del entry["trust"]
    (tmp_path / FILE).write_text(json.dumps(data), encoding="utf-8")
    index = read_index(tmp_path)
    assert index
    assert {entry.trust for entry in index.files.values()} == {Trust.INDEX}


def test_status_and_build_say_it_until_takes_are_kept(cli: Cli) -> None:
    """The words of the command line, from the damage to the end of it."""
    Path("five.yaml").write_text(SCRIPT, encoding="utf-8")
    assert cli("takes", "sheet", "five.yaml").code == 0
    put(Path("takes/five"), "001.wav", "002.wav")
    assert "attached by" not in cli("takes", "status", "five.yaml").out
    (Path("takes/five") / FILE).write_bytes(b"{")
    for _ in range(2):
        built = cli("build", "five.yaml", "--voice", "fake:one", "--out", "out", "--overwrite")
        assert "2 takes were attached by their numbers" in built.err, built.err
        status = cli("takes", "status", "five.yaml")
        assert "2 takes were attached by their numbers" in status.out
        assert "takes.damaged." in status.out
    assert cli("takes", "keep", "five.yaml").code == 2
    assert "2 takes kept" in cli("takes", "keep", "five.yaml", "--all").out
    assert "attached by" not in cli("takes", "status", "five.yaml").out
