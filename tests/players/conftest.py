"""What the tests of players share: the series in every form, a desk to start programs at, and the table."""

from __future__ import annotations

from pathlib import Path

import pytest

from guided_audio.forms import Form
from players import table
from players.programs import LISTED, Desk, version_of
from players.table import PAGE, Seen
from players.walks import Shelf, Walks, shelf_of

_SEEN = pytest.StashKey[Seen]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to write the table."""
    parser.addoption("--players-table", metavar="FILE", help="write docs/players.md from this run")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with nothing seen; what will be is to be what the page says, unless the page is to be written."""
    anew = config.getoption("--players-table", default=None)
    there = table.read(PAGE.read_text(encoding="utf-8"))[0] if not anew and PAGE.exists() else {}
    config.stash[_SEEN] = Seen(there, checked=not anew)


@pytest.fixture(scope="session")
def seen(pytestconfig: pytest.Config) -> Seen:
    """Where a test notes what a program showed."""
    return pytestconfig.stash[_SEEN]


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The series in every form."""
    return shelf_of(tmp_path_factory.getbasetemp())


@pytest.fixture(params=list(Form), ids=str)
def walks(request: pytest.FixtureRequest, shelf: Shelf) -> Walks:
    """The series in each of the forms."""
    return shelf[request.param]


@pytest.fixture
def mp3(shelf: Shelf) -> Walks:
    """The series as MP3."""
    return shelf[Form.MP3]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Where programs are started."""
    return Desk(tmp_path_factory.mktemp("home"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the table where that is asked for; say where a program is of another version than on the page."""
    seen = config.stash[_SEEN]
    target = config.getoption("--players-table", default=None)
    if target:
        terminalreporter.write_line(_written(Path(target), seen))
    elif seen.cells and PAGE.exists():
        _, versions = table.read(PAGE.read_text(encoding="utf-8"))
        tried = {name for _, name in seen.cells}
        for program in LISTED:
            here, there = version_of(program), versions.get(program.name, "")
            if program.name in tried and here != there:
                terminalreporter.write_line(
                    f"docs/players.md speaks of {program.name} {there}; here is {here}."
                )


def _written(target: Path, seen: Seen) -> str:
    lacking = seen.lacking
    if lacking:
        return (
            f"{target} was not written (did all run, and in one process?). Not seen: {'; '.join(lacking[:9])}"
        )
    versions = {program.name: version_of(program) for program in LISTED}
    target.write_text(table.page(seen.cells, versions), encoding="utf-8")
    return f"{target} was written."
