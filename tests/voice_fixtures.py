"""A server on this machine with a tiny voice on it, and a folder for voices.

A test module asks for these with `pytest_plugins = ["e2e_fixtures", "voice_fixtures"]`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

import tiny_voices
from command_line import Cli
from voice_shelf import NAME, Handler, Shelf


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


@pytest.fixture(scope="session")
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


@pytest.fixture
def voices_cli(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """The command line with a folder of voices of its own."""
    monkeypatch.setenv("GUIDED_AUDIO_VOICES", str(folder))
    return cli
