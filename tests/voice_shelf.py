"""What a server of voices has and how it behaves, for tests that install; `voice_fixtures` starts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from guided_audio.installation import Wanted, find_wanted, install
from guided_audio.speech import Voice

NAME = "en_GB-tiny-low.onnx"

BOTH = [f"piper/{NAME}", f"piper/{NAME}.json"]

PAGE = b"<!doctype html><title>Sign in</title>"


@dataclass
class Shelf:
    """What a server has, and how it behaves: by path, with what it was asked for. Models alone break."""

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
        breaks = shelf.break_after is not None and not self.path.endswith(".json")
        end = start + (shelf.break_after or 0) if breaks else len(content)
        self.wfile.write(content[start:end])

    def log_message(self, *_args: object) -> None:
        """Nothing is printed."""


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
