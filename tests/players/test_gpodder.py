"""gPodder: subscribes to the feed of each form, lists its episodes, and gets every one byte for byte."""

from __future__ import annotations

import functools
import http.server
import re
import shutil
import threading
from collections.abc import Iterator

import pytest

from guided_audio.feed import FILE
from guided_audio.forms import Form
from players.programs import GPODDER, Desk
from players.table import Seen
from players.walks import ADDRESS, STEM, TITLE, Shelf, Walks
from test_feed import Ranges

OPML = """\
<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Walks</title></head><body>
{outlines}
</body></opml>
"""


@pytest.fixture(scope="module")
def served(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The folders of all forms on loopback, whose address takes the place of that in their feeds."""
    root = tmp_path_factory.mktemp("served")
    handler = functools.partial(Ranges, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}/"
        for form in Form:
            feed = shutil.copytree(shelf[form].folder, root / form / STEM) / FILE
            feed.write_text(feed.read_text(encoding="utf-8").replace(ADDRESS, url), encoding="utf-8")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield url
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def listed(desk: Desk, served: str) -> str:
    """Its list of episodes, after it has subscribed to the feeds of all forms; then it gets them."""
    feeds = [f"{served}{form}/{STEM}/{FILE}" for form in Form]
    outlines = [f'<outline type="rss" text="{TITLE}" xmlUrl="{feed}"/>' for feed in feeds]
    file = desk.home / "feeds.opml"
    file.write_text(OPML.format(outlines="\n".join(outlines)), encoding="utf-8")
    said = {order: _gpo(desk, *order.split()) for order in ("import feeds.opml", "episodes", "download")}
    return said["episodes"]


def _gpo(desk: Desk, *order: str) -> str:
    said = desk.run(GPODDER, *order, more={"GPODDER_HOME": str(desk.home / "gpodder")})
    assert said.code == 0, said.all
    return said.out


def test_the_feed_brings_every_recording(desk: Desk, listed: str, walks: Walks, seen: Seen) -> None:
    """Under its title, in its order, and as the file it is."""
    episodes = listed.partition(f"/{walks.form}/{STEM}/{FILE}:")[2].partition("Episodes from")[0]
    assert re.findall(r"\d\. +\* +(\S.*)", episodes) == [track.title for track in walks.tracks]
    downloads = [file for file in (desk.home / "gpodder").rglob("*") if file.suffix == walks.form.suffix]
    there = {file.read_bytes() for file in downloads}
    assert there == {track.file.read_bytes() for track in walks.tracks}
    dashes = dict.fromkeys(("chapters", "synced_text", "cover"), "–")
    seen(GPODDER, walks.form, **dashes, plays="downloads", playlist="the feed")


def test_the_feed_has_its_name(desk: Desk, listed: str) -> None:
    """As the series is called."""
    assert listed
    assert f"# {TITLE}\n" in _gpo(desk, "list")
