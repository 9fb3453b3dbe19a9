"""What stands around the rows of a reading: the counts over them, and the lists under them."""

from __future__ import annotations

from collections.abc import Sequence

from guided_audio.picture.sheet import INK, MARGIN, MUTED, RIGHT, WARM, Ink, Sheet
from guided_audio.splitting import Report, runs, spelled
from guided_audio.units import format_clock

TITLE = Ink("list title", 18, INK)
NUMBER = Ink("list number", 15, WARM)
TEXT = Ink("list", 15, MUTED)

_LEADING, _BEFORE = 25, 34  # pixels
_MOST_FLAGGED, _MOST_TIMES = 40, 60
_TIME, _REASON = MARGIN + 70, MARGIN + 150


def facts(report: Report) -> str:
    """The counts, in one line."""
    alignment = report.alignment
    again = len(report.again)
    parts = [
        f"{format_clock(report.seconds)} of reading",
        f"{len(alignment.found)} of {len(report.places)} lines found",
        f"{again} {'reading' if again == 1 else 'readings'} done again" if again else "",
        f"{alignment.coverage:.0%} of what is said belongs to a line",
    ]
    return "  ·  ".join(part for part in parts if part)


def verdict(report: Report) -> str:
    """What there is to do, in a few words."""
    parts = [
        _counted(len(report.flagged), "line to listen to", "lines to listen to"),
        _counted(len(report.alignment.skipped), "line not found", "lines not found"),
    ]
    said = [part for part in parts if part]
    return ", ".join(said) if said else "every line was found, and nothing speaks against any"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}" if count else ""


def lists(sheet: Sheet, report: Report) -> None:
    """What was not found, what somebody should listen to, and what is said beside the lines."""
    if report.alignment.skipped:
        _title(sheet, "Not found")
        begun = {each.id: f" begun at {format_clock(report.clock(each.start))}" for each in report.begun}
        skipped = runs(report, report.alignment.skipped)
        missing = [spelled(run) + begun.get(run[0], "") for run in skipped]
        _flow(sheet, [sheet.face.legible(text) for text in missing], NUMBER)
    if report.flagged:
        _title(sheet, "To listen to")
        _flagged(sheet, report)
    if report.remarks:
        _title(sheet, "Said, and no line of the script")
        times = [
            f"{format_clock(report.clock(each.start))} for {report.clock(each.end - each.start):.1f} s"
            for each in report.remarks
        ]
        _flow(sheet, times, TEXT)


def _title(sheet: Sheet, text: str) -> None:
    sheet.write(text, MARGIN, sheet.height + _BEFORE, TITLE)
    sheet.height += 4


def _flow(sheet: Sheet, texts: Sequence[str], ink: Ink) -> None:
    """Texts one after another, on as many lines as they need."""
    if len(texts) > _MOST_TIMES:
        texts = [*texts[:_MOST_TIMES], f"and {len(texts) - _MOST_TIMES} more"]
    left, top = float(MARGIN), sheet.height
    for text in texts:
        if left > MARGIN and left + sheet.face.width(text, ink.size) > RIGHT:
            left, top = float(MARGIN), top + _LEADING
        left = sheet.write(text, left, top, ink).right + 26


def _flagged(sheet: Sheet, report: Report) -> None:
    top = sheet.height
    for found in report.flagged[:_MOST_FLAGGED]:
        sheet.write(found.id, MARGIN, top, NUMBER)
        sheet.write(format_clock(report.clock(found.start)), _TIME, top, TEXT)
        reason = sheet.face.shortened(sheet.face.legible(found.reason), RIGHT - _REASON, TEXT.size)
        sheet.write(reason, _REASON, top, TEXT)
        top += _LEADING
    if len(report.flagged) > _MOST_FLAGGED:
        sheet.write(f"and {len(report.flagged) - _MOST_FLAGGED} more", MARGIN, top, TEXT)
