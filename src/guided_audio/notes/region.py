"""Whose lines for help stand on the notes of a script."""

from __future__ import annotations

from guided_audio.errors import UsageError
from guided_audio.folders import series_region
from guided_audio.helplines import Region, find_region, region_of_language
from guided_audio.helplines.reading import read_region
from guided_audio.script import Script


def region_for(script: Script, asked: str) -> Region | None:
    """The region that was asked for, else that of the series beside the script, else of its language.

    Raises:
        UsageError: there is no such region.
        ProblemsFound: its file has mistakes.
    """
    beside = script.path.parent
    by_series = "" if asked else series_region(beside)
    name = asked or by_series or region_of_language(script.language)
    try:
        return read_region(find_region(name, beside)) if name else None
    except UsageError as error:
        named = f" It is named by the series beside {script.path.name}." if by_series else ""
        raise UsageError(f"{error}{named}") from None
