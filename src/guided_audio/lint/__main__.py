"""Write the pages of the rules into a folder: `python -m guided_audio.lint docs/rules`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from guided_audio.lint import RULES
from guided_audio.lint.pages import pages


def main(arguments: Sequence[str]) -> int:
    """Write every page; gives the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("Name the folder for the pages: python -m guided_audio.lint docs/rules\n")
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages(RULES).items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
