"""What was made for one client is never replaced by what is made for another, unless that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Cli

pytest_plugins = ["e2e_fixtures"]

FAKE = ("--voice", "fake:one")

SLOT = 'title: Evening\nbed: none\nslots:\n  name: {fallback: ""}\nscript:\n- tick: Good evening{, name}.\n'


def script(file: str, *words: str) -> None:
    """A script of one title, and a line for each word."""
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"- tick: There is time for the {word} today.\n" for word in words)
    Path(file).write_text(f"title: Evening\nbed: none\nscript:\n{lines}", encoding="utf-8")


def test_a_recording_for_one_client_is_not_replaced_by_one_for_another(cli: Cli) -> None:
    """Other words in its slots, or none, need another folder or a word of hers; the same ones do not."""
    Path("a.yaml").write_text(SLOT, encoding="utf-8")
    Path("ada.yaml").write_text("name: Ada\n", encoding="utf-8")
    Path("bea.yaml").write_text("name: Bea\n", encoding="utf-8")
    assert cli("build", "a.yaml", *FAKE, "--set-from", "ada.yaml").code == 0
    first = Path("output/evening.mp3").read_bytes()
    for other in (("--set-from", "bea.yaml"), ()):
        refused = cli("build", "a.yaml", *FAKE, *other)
        assert (refused.code, Path("output/evening.mp3").read_bytes()) == (1, first)
        assert "other words in its slots" in refused.err
        assert "--overwrite" in refused.err
        assert "Bea" not in refused.err
    assert cli("build", "a.yaml", *FAKE, "--set-from", "ada.yaml").code == 0
    assert cli("build", "a.yaml", *FAKE, "--set-from", "bea.yaml", "--overwrite").code == 0
    assert Path("output/evening.mp3").read_bytes() != first


def test_two_scripts_of_one_name_in_two_folders_do_not_replace_each_other(cli: Cli) -> None:
    """They have hardly a line in common; one that is changed here and there is still the same."""
    script("ada/evening.yaml", "one", "two", "three", "four", "five", "six")
    script("bea/evening.yaml", "bread", "milk", "tea", "cake", "jam", "salt")
    assert cli("build", "ada/evening.yaml", *FAKE).code == 0
    refused = cli("build", "bea/evening.yaml", *FAKE)
    assert (refused.code, "another script" in refused.err) == (1, True)
    script("ada/evening.yaml", "one", "two", "three", "four", "jam", "salt")
    assert cli("build", "ada/evening.yaml", *FAKE).code == 0
    assert cli("build", "bea/evening.yaml", *FAKE, "--overwrite").code == 0


def test_a_file_that_another_store_made_is_not_replaced(cli: Cli) -> None:
    """Nobody can tell what it is; the sentence says how to replace it."""
    script("evening.yaml", "bread")
    assert cli("build", "evening.yaml", *FAKE).code == 0
    receipt = Path("output/evening.receipt.json")
    text = receipt.read_text(encoding="utf-8")
    secret = text.split('"secret": "')[1].split('"')[0]
    receipt.write_text(text.replace(secret, "0" * len(secret)), encoding="utf-8")
    refused = cli("build", "evening.yaml", *FAKE)
    assert (refused.code, "another store" in refused.err) == (1, True)
    assert cli("build", "evening.yaml", *FAKE, "--overwrite").code == 0


@pytest.mark.parametrize(
    ("values", "place"),
    [("nmae: Ada\n", "v.yaml:1:1"), ("Ada: name\n", "v.yaml:1:1"), ("Ada Lee: [x]\n", "v.yaml:1:1")],
)
def test_a_slot_that_is_not_there_stops_the_build_and_is_not_repeated(
    cli: Cli, values: str, place: str
) -> None:
    """A recording without the name would be handed out; and what stands there may be the name itself."""
    Path("a.yaml").write_text(SLOT, encoding="utf-8")
    Path("v.yaml").write_text(values, encoding="utf-8")
    stopped = cli("build", "a.yaml", *FAKE, "--set-from", "v.yaml")
    assert stopped.code == 1
    assert place in stopped.err
    assert "`name`" in stopped.err
    assert "Ada" not in stopped.err + stopped.out
    assert not Path("output").exists()


def test_a_file_of_values_beside_the_scripts_is_no_script(cli: Cli) -> None:
    """A folder is built without it."""
    Path("folder").mkdir()
    Path("folder/a.yaml").write_text(SLOT, encoding="utf-8")
    Path("folder/client.yaml").write_text("# for Tuesday\nname: Ada\n", encoding="utf-8")
    checked = cli("check", "folder", "--profile", "general")
    assert checked.out.splitlines()[-1].startswith("1 script, no mistakes")
    assert cli("build", "folder", *FAKE, "--set-from", "folder/client.yaml").code == 0
