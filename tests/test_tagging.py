"""What players are told: who speaks, in every form a file can have."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import Cli, ffmpeg
from guided_audio.forms import Form
from guided_audio.tagging import MIXED, PERSON, SYNTHETIC, who_speaks
from guided_audio.tags import reading

pytest_plugins = ["e2e_fixtures"]

SCRIPT = """\
title: The chair
purpose: {purpose}
bed: none
script:
- tick: Here is a chair.
"""


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("purpose", ["A minute.", "A minute that is described at length. " * 40], ids=len)
def test_every_form_says_who_speaks(form: Form, purpose: str, cli: Cli) -> None:
    """At the end of the comment, however long that is: to our reader and to another program."""
    Path("chair.yaml").write_text(SCRIPT.format(purpose=purpose), encoding="utf-8")
    done = cli("build", "chair.yaml", "--voice", "fake:one", "--format", str(form), "--json")
    assert done.code == 0, done.err
    file = Path(done.json()["tracks"][0]["file"])
    found = reading.read(file)
    assert found
    assert found.comment.endswith(f" {SYNTHETIC}")
    where = "0:s:0" if form is Form.OPUS else "0"  # in an Ogg file the tags are the stream's
    said = ffmpeg("-v", "error", "-i", file, "-map_metadata", where, "-f", "ffmetadata", "-").stdout
    assert SYNTHETIC in said.decode()


@pytest.mark.parametrize(
    ("voices", "cues", "said"),
    [
        ([], False, SYNTHETIC),
        (["fake:one", "fake:two"], False, SYNTHETIC),
        (["takes:1f", "takes:2e"], False, PERSON),
        (["takes:1f", "takes:2e"], True, MIXED),
        (["takes:1f", "fake:one"], False, MIXED),
        (["takesomething:one"], False, SYNTHETIC),
    ],
)
def test_who_speaks(voices: list[str], cues: bool, said: str) -> None:
    """A person alone only where every word is a person's, breathing cues among them."""
    assert who_speaks(voices, cues=cues) == said
