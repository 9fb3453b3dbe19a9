"""`guided-audio schema`: the JSON Schema of the script format, for editors."""

from __future__ import annotations

import click

from guided_audio.cli import show
from guided_audio.reader.schema import schema, series_schema


@click.command("schema")
@click.option("--series", is_flag=True, help="The schema of a series.yaml instead.")
def command(*, series: bool) -> None:
    """Print the JSON Schema of the script format.

    An editor that knows it completes keys and explains them as you type. `guided-audio new` puts it
    beside a new script.
    """
    show.document(series_schema() if series else schema())
