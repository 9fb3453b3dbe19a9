"""`guided-audio doctor`: is everything here, and if not, what to do."""

from __future__ import annotations

import dataclasses

import click

from guided_audio.cli import show, targets
from guided_audio.doctor import examine
from guided_audio.errors import ExitCode
from guided_audio.library import Library


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(*, as_json: bool) -> int:
    """See whether everything needed is here, and what to do about what is not."""
    findings = list(examine(targets.store_folder(), Library()))
    if as_json:
        show.document([dataclasses.asdict(finding) | {"well": finding.well} for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{show.mark(good=finding.well)} {finding.name}: {finding.detail}")
            if finding.remedy:
                click.echo(f"    {finding.remedy}")
    return ExitCode.DONE if all(finding.well for finding in findings) else ExitCode.MISSING
