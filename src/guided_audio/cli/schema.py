"""`guided-audio schema`: the JSON Schema of the script format, for editors."""

from __future__ import annotations

import click

from guided_audio.cli import show
from guided_audio.reader.schema import schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the script format.

    An editor that knows it completes keys and explains them as you type. `guided-audio new` puts it
    beside a new script.
    """
    show.document(schema())
