"""A sheet as JSON data, for other programs."""

from __future__ import annotations

from datetime import date

from guided_audio.helplines import Helpline, Region
from guided_audio.notes.sheet import Sheet, TherapistPart
from guided_audio.notes.transcript import ChapterText, Passage


def as_data(sheet: Sheet) -> dict[str, object]:
    """All of a sheet but the sentences that are the same on every one."""
    card = sheet.card
    data: dict[str, object] = {
        "title": sheet.title,
        "language": sheet.language,
        "level": sheet.level.value,
        "ending": sheet.ending.value,
        "purpose": sheet.purpose,
        "content_note": sheet.content_note,
        "review": sheet.review,
        "voice": sheet.voice,
        "seconds": None if sheet.lasts is None else round(sheet.lasts, 1),
        "readiness": {"opening": card.opening, "not_now": [*card.not_now], "closing": [*card.closing]},
        "notes": [*sheet.notes],
        "helplines": _region(sheet.region, sheet.today),
        "chapters": [_chapter(chapter) for chapter in sheet.chapters],
    }
    return data | ({"therapist": _therapist(sheet.therapist)} if sheet.therapist else {})


def _region(region: Region | None, today: date) -> dict[str, object] | None:
    if region is None:
        return None
    return {
        "region": region.name,
        "advice": [*region.advice],
        "lines": [_line(line, today) for line in region.lines],
    }


def _line(line: Helpline, today: date) -> dict[str, object]:
    return {
        "name": line.name,
        "number": line.number,
        "for": line.purpose,
        "hours": line.hours or None,
        "source": line.source,
        "checked_on": line.checked_on.isoformat() if line.checked_on else None,
        "checked": line.is_checked(today),
    }


def _chapter(chapter: ChapterText) -> dict[str, object]:
    return {"title": chapter.title, "passages": [_passage(passage) for passage in chapter.passages]}


def _passage(passage: Passage) -> dict[str, object]:
    return {"lines": [*passage.lines], "quiet_after": passage.after, "is_sound": passage.is_sound}


def _therapist(part: TherapistPart) -> dict[str, object]:
    return {
        "notes": [*part.notes],
        "lengths": [*part.lengths],
        "choices": [
            {"name": choice.name, "branches": [*choice.branches], "heard": [*choice.heard]}
            for choice in part.choices
        ],
        "put_aside": [
            {"rule": one.rule, "line": one.line, "message": one.message, "reason": one.reason}
            for one in part.put_aside
        ],
    }
