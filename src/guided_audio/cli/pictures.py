"""The option `--picture` of the commands that can draw what they found."""

from __future__ import annotations

from pathlib import Path

import click

from guided_audio.errors import OutputFailure, UsageError
from guided_audio.files import replacing


def _png(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a name before any work is done for it."""
    if path is None:
        return None
    if path.suffix.lower() != ".png":
        raise UsageError("A picture is a PNG: give --picture a name that ends in .png.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give --picture the name of a file.")
    return path


option = click.option(
    "--picture",
    type=click.Path(path_type=Path),
    callback=_png,
    metavar="FILE.png",
    help="Draw it as a picture, too.",
)


def write(path: Path, picture: bytes, *, quiet: bool) -> None:
    """Put a picture in its place, and say where it is: beside standard output when that is JSON's.

    Raises:
        OutputFailure: it cannot be written; what stood there is untouched.
    """
    try:
        with replacing(path) as stream:
            stream.write(picture)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise OutputFailure(
            f"The picture was not written to {path}: {reason}. Give --picture another name or folder."
        ) from error
    click.echo(f"The picture is {path}.", err=quiet)
