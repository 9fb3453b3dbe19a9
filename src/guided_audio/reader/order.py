"""What can be wrong with the tracks of a series taken together: weeks, repetitions, numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from guided_audio.errors import Problem
from guided_audio.series import Track


def beyond_the_weeks(tracks: Sequence[Track], weeks: Sequence[str]) -> Iterator[Problem]:
    """Tracks for a week that is not among those described, where any are."""
    for track in tracks:
        if weeks and track.week is not None and track.week > len(weeks):
            message = f"This is for week {track.week}, and `weeks` ends with week {len(weeks)}."
            yield Problem(track.place, message, "Say there what that week is for.")


def repeats(tracks: Sequence[Track]) -> Iterator[Problem]:
    """Tracks that would be the same recording as an earlier one."""
    first: dict[object, Track] = {}
    for track in tracks:
        settings = (track.name, track.length, frozenset(track.chosen.items()), track.title)
        earlier = first.setdefault(settings, track)
        if earlier is not track:
            message = f"This is track {earlier.number} once more: `{track.name}` with the same settings."
            yield Problem(track.place, message, "Take it out, or give it another length, branch or title.")


def other_numbers(tracks: Sequence[Track], own: Collection[str], count: int) -> Iterator[Problem]:
    """Scripts whose own `track` says otherwise than the series, which has `count` tracks.

    Only a script of its `own`, by name, is asked: one that is borrowed has its number from elsewhere. A
    script with several tracks may have the number of any of them.
    """
    told: set[str] = set()
    for track in tracks:
        name, said = track.name, track.script.track
        if name in own and name not in told and said:
            told.add(name)
            places = {each.number for each in tracks if each.name == name}
            if not _fits(said, places, count, exact=len(own) == count):
                yield _other_number(track, tracks, count)


def _fits(said: str, places: Collection[int], count: int, *, exact: bool) -> bool:
    number, _, total = said.partition("/")
    return int(number) in places and (not exact or int(total or count) == count)


def _other_number(track: Track, tracks: Sequence[Track], count: int) -> Problem:
    said = track.script.track
    rivals = (
        each.name for each in tracks if each.name != track.name and _number(each) == said.partition("/")[0]
    )
    rival = next(rivals, "")
    also = f", like that of `{rival}`" if rival else ""
    place = f"{track.number}/{count}"
    message = f"This is track {place}; the file of `{track.name}` says {said}{also}."
    return Problem(track.place, message, f"Write `track: {place}` there, or leave the number to the series.")


def _number(track: Track) -> str:
    return track.script.track.partition("/")[0]
