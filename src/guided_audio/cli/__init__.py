"""The command line: reads what was asked, calls one use case, prints what came of it.

A command's module is imported when the command is called, so that `--help` is quick.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
from contextlib import nullcontext
from io import TextIOWrapper
from types import FrameType
from typing import TextIO, cast

import click

from guided_audio import __version__
from guided_audio.cli.heap import keep_all, loading
from guided_audio.cli.outlet import Outlet
from guided_audio.errors import ExitCode, GuidedAudioError

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Our work is spread over the cores by us. A library that spreads its tiny products over the same cores, and
has them wait for one another at full speed, costs more than they take; it reads this when numpy is loaded."""

_COMMANDS = {
    "build": "Make finished MP3 files from scripts.",
    "check": "Look for mistakes in scripts.",
    "plan": "Show what will be heard when, without making a file.",
    "play": "Listen to a file, a script, or a line of it.",
    "verify": "Measure finished files against their receipts.",
    "takes": "Record lines in your own voice, and see which.",
    "notes": "Write what goes with a recording on paper.",
    "new": "Start a script of your own.",
    "scripts": "Show the built-in scripts.",
    "sounds": "Show the built-in beds and bells.",
    "voices": "Show the voices on this machine.",
    "schema": "Print the JSON Schema of the script format.",
    "doctor": "See whether everything needed is here.",
}


class _Lazy(click.Group):
    """Commands by name, each in a module of its own that is imported when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        if name not in _COMMANDS:
            return None
        module = f"guided_audio.cli.{name}"
        with nullcontext() if module in sys.modules else loading():
            command: click.Command = importlib.import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = click.utils.make_str(args[0])
        if name not in _COMMANDS:
            from guided_audio.document import suggest  # noqa: PLC0415 - only after a slip

            ctx.fail(f"There is no command `{name}`. {suggest(name, _COMMANDS)}".strip())
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="guided-audio %(version)s")
def cli() -> None:
    """Compose YAML meditation scripts into paced, tagged MP3 audio.

    Begin with:  guided-audio build body-scan
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    sys.stdout, sys.stderr = (_outlet(stream) for stream in (sys.stdout, sys.stderr))
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` asks
            signal.signal(number, _terminate)
    asked = sys.argv[1:] if arguments is None else arguments
    if asked[:1] == ["build"]:
        from guided_audio import engines  # noqa: PLC0415 - `--help` needs none

        engines.begin()  # what speaks gets ready on one core while the rest is loaded on another
    code = run(arguments)
    keep_all()  # or leaving would take as long as a quarter of the loading
    sys.exit(code)


def _outlet(stream: TextIO) -> TextIO:
    """A stream that can write any letter, to a reader that may leave."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return cast(TextIO, Outlet(stream)) if stream else stream


def run(arguments: list[str] | None = None) -> int:
    """Run the command line; gives the exit code, whatever happens."""
    try:
        return int(cli.main(arguments, prog_name="guided-audio", standalone_mode=False) or 0)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped. What was finished before is untouched.", err=True)
        return ExitCode.INTERRUPTED
    except Exception as error:
        return _failed(error)


def _failed(error: Exception) -> int:
    """Say what went wrong; one sentence whatever it was."""
    if isinstance(error, click.ClickException):
        error.show()
        return ExitCode.USAGE
    if isinstance(error, GuidedAudioError):
        click.echo(str(error), err=True)
        return error.exit_code
    from guided_audio.cli.crash import report  # noqa: PLC0415 - only when it comes to that

    click.echo(report(error), err=True)
    return ExitCode.BUG


def _terminate(_number: int, _frame: FrameType | None) -> None:
    """Being asked to end is being interrupted: what is half done is cleared away."""
    raise KeyboardInterrupt
