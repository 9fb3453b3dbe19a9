"""What is slow to make for the end-to-end tests is made once for all of them.

A test module asks for these with `pytest_plugins = ["e2e_fixtures"]`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from command_line import BUILT_IN, SHORT, Checks, Cli, Finished, RealBuild, call


@pytest.fixture(scope="session")
def fake_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all that the fake voice says."""
    return tmp_path_factory.mktemp("fake-store")


@pytest.fixture
def cli(
    capsys: pytest.CaptureFixture[str], fake_store: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Cli:
    """The command line in an empty folder, with the store of the fake voice."""
    monkeypatch.setenv("GUIDED_AUDIO_STORE", str(fake_store))
    monkeypatch.chdir(tmp_path)
    return Cli(capsys)


@pytest.fixture
def checks(cli: Cli) -> Checks:
    """What `verify` says of a file: every check by its name."""

    def measured(finished: Finished) -> dict[str, dict[str, Any]]:
        found = cli("verify", finished.file, "--json").json()[str(finished.file)]
        return {check["name"]: check for check in found}

    return measured


@pytest.fixture(scope="session")
def short_build(tmp_path_factory: pytest.TempPathFactory, fake_store: Path) -> Finished:
    """The short script, built by the fake voice. Copy it before you change it."""
    folder = tmp_path_factory.mktemp("short")
    (folder / "short.yaml").write_text(SHORT, encoding="utf-8")
    done = call(["build", "short.yaml", "--voice", "fake:one", "--out", "out"], fake_store, folder)
    assert done.code == 0, done.err
    return Finished(folder / "out" / "a-short-one.mp3", fake_store)


@pytest.fixture(scope="session")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that knows how fast the voice of this machine speaks."""
    folder = tmp_path_factory.mktemp("measured")
    (folder / "short.yaml").write_text(SHORT, encoding="utf-8")
    answer = call(["plan", "short.yaml"], folder / "store", folder)
    assert answer.code == 0, answer.err
    return folder / "store"


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> RealBuild:
    """All built-in scripts, spoken by the voice of this machine and built once."""
    folder, store = tmp_path_factory.mktemp("real"), tmp_path_factory.mktemp("real-store")
    answer = call(["build", *BUILT_IN, "--agreed", "--json", "--out", folder / "out"], store, folder)
    assert answer.code == 0, answer.err
    return RealBuild(store, answer)
