"""`guided-audio notes`: what goes with a recording on paper, for a client or for the therapist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from guided_audio.build import output_file
from guided_audio.cli import choices, show, targets
from guided_audio.cli.build import length_of
from guided_audio.errors import Problem, ProblemsFound, UsageError
from guided_audio.files import explained, replacing
from guided_audio.forms import Form
from guided_audio.helplines import BESIDE, region_names
from guided_audio.library import Library
from guided_audio.notes.data import as_data
from guided_audio.notes.leaf import leaf_of
from guided_audio.notes.page import as_page
from guided_audio.notes.region import region_for
from guided_audio.notes.sheet import Audience, Sheet, Wish, sheet_of
from guided_audio.notes.text import as_text
from guided_audio.notes.voice import expected_voice, voice_in_receipts
from guided_audio.plan import read_script
from guided_audio.script import Script
from guided_audio.speaking import Speaker
from guided_audio.store import Store
from guided_audio.tagging import SYNTHETIC
from guided_audio.takes.folder import chosen_folder
from guided_audio.units import Seconds

_ENDINGS = {Audience.CLIENT: "notes", Audience.THERAPIST: "therapist-notes"}
"""What the name of a sheet's file ends in: the two never take each other's place."""


@click.command("notes")
@click.argument("target")
@click.option("--out", default="output", show_default=True, metavar="DIR", help="Where the files go.")
@click.option("--length", callback=length_of, help="The edition it goes with, like 10m.")
@choices.option
@click.option(
    "--region",
    metavar="NAME|FILE",
    help="Whose lines for help, like uk or us, or a file. Default: by the series beside it, or its language.",
)
@click.option(
    "--for",
    "audience",
    type=click.Choice([audience.value for audience in Audience]),
    default=Audience.CLIENT.value,
    show_default=True,
    help="A sheet for a client, or one for you with more on it.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "both"]),
    default="both",
    show_default=True,
    help="As plain text, as a page to print, or as both.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what stands on it as JSON, and write nothing.")
def command(  # noqa: PLR0913 - one parameter for each option
    *,
    target: str,
    out: str,
    length: Seconds | None,
    chosen: tuple[str, ...],
    region: str | None,
    audience: str,
    form: str,
    as_json: bool,
) -> None:
    """Write the notes that go with a recording: a sheet for a client, or one for the therapist.

    TARGET is a script, a folder of scripts, or the name of a built-in script. Nothing is spoken, and
    slots show their fallback. Who speaks is said as the receipt of the recording in DIR has it.
    """
    library = Library()
    scripts = _scripts(target, library)
    branches = choices.from_options(chosen, scripts)
    desk = _Desk(Audience(audience), length, branches, region, date.today())
    files = [desk.file(script, Path(out)) for script in scripts]
    _require_own_names(files)
    sheets = [desk.sheet(script, Path(out)) for script in scripts]
    if as_json:
        show.document({"sheets": [as_data(sheet) for sheet in sheets]})
        return
    for file, sheet in zip(files, sheets, strict=True):
        for path in _write(sheet, file, form):
            click.echo(str(path))
    _warn(sheets)


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is asked for all scripts alike."""

    audience: Audience
    length: Seconds | None
    chosen: Mapping[str, str]
    region: str | None
    today: date

    def file(self, script: Script, folder: Path) -> Path:
        """The name of a sheet without its suffix: that of the recording, and whose sheet it is."""
        track = output_file(script, folder, self.length, self.chosen)
        return folder / f"{track.stem}.{_ENDINGS[self.audience]}"

    def who_speaks(self, script: Script, folder: Path) -> str:
        """What the receipts of the recording say, whatever its form; else what a build would come to."""
        files = (output_file(script, folder, self.length, self.chosen, form) for form in Form)
        return voice_in_receipts(files) or _expected(script.edition(self.length, self.chosen))

    def sheet(self, script: Script, folder: Path) -> Sheet:
        wish = Wish(
            self.today,
            self.audience,
            self.length,
            self.chosen,
            region_for(script, self.region or ""),
            self.who_speaks(script, folder),
        )
        return sheet_of(script, wish)


def _expected(edition: Script) -> str:
    """Who would say the lines, by the recordings there are; without any, no store is asked."""
    library = Library()
    if chosen_folder(edition, "", library) is None:
        return SYNTHETIC
    with Speaker(Store(targets.store_folder())) as speaker:
        return expected_voice(edition, speaker, library)


def _scripts(target: str, library: Library) -> list[Script]:
    """The scripts that are meant.

    Raises:
        ProblemsFound: with those of all of them.
    """
    scripts: list[Script] = []
    problems: list[Problem] = []
    for found in targets.resolve([target], library):
        try:
            scripts.append(read_script(found.file, library, found.shown))
        except ProblemsFound as wrong:
            problems += wrong.problems
    if problems:
        raise ProblemsFound(problems)
    return scripts


def _require_own_names(files: Sequence[Path]) -> None:
    for path, many in Counter(files).items():
        if many > 1:
            raise UsageError(f"Two of these scripts would have the sheet {path.name}. Change a title.")


def _write(sheet: Sheet, file: Path, form: str) -> Sequence[Path]:
    """Put the sheet in its place.

    Raises:
        OutputFailure: it cannot be written; what stood there is untouched.
    """
    leaf = leaf_of(sheet)
    texts = {".txt": as_text} if form == "text" else {".html": as_page}
    texts = {".txt": as_text, ".html": as_page} if form == "both" else texts
    made = []
    with explained(file.parent):
        file.parent.mkdir(parents=True, exist_ok=True)
        for suffix, printed in texts.items():
            path = file.with_name(f"{file.name}{suffix}")
            with replacing(path) as stream:
                stream.write(printed(leaf).encode())
            made.append(path)
    return made


def _warn(sheets: Sequence[Sheet]) -> None:
    """Say what a sheet says of itself as well, to whoever is about to give it away."""
    if any(sheet.region is None for sheet in sheets):
        known = ", ".join(region_names(Path()))
        click.echo(f"There are no lines for help on it. Name a region with --region: {known}.", err=True)
    unchecked = len({line for sheet in sheets for line in sheet.unchecked})
    if unchecked:
        lines = "1 line for help is" if unchecked == 1 else f"{unchecked} lines for help are"
        click.echo(
            f"{lines} not checked by us. Please ring them before you give this out, and note the day in a "
            f"file of your own, {BESIDE}/REGION.yaml beside the script.",
            err=True,
        )
