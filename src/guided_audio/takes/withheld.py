"""Why a line is left to the voice although somebody may have recorded it: what a refusal has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from guided_audio.script import Script
from guided_audio.takes.folder import NONE, chosen_folder
from guided_audio.takes.recorded import Means, Part, TakesWish, listen, parts_of, whole_script
from guided_audio.takes.survey import State, survey


def why_withheld(edition: Script, wish: TakesWish, values: Mapping[str, str], means: Means) -> dict[int, str]:
    """What holds a line's take back, and what to do, by the number of the line; nothing of one without.

    Raises:
        Refused: the folder cannot be read, or its takes are of another script.
    """
    left_out = wish.folder == NONE
    folder = chosen_folder(edition, "" if left_out else wish.folder, means.library)
    if folder is None:
        return {}
    found = survey(whole_script(edition, means.library), folder, means.speaker.store)
    return dict(_reasons(parts_of(edition, found, values), means, left_out=left_out))


def _reasons(parts: list[Part], means: Means, *, left_out: bool) -> Iterator[tuple[int, str]]:
    for part in parts:
        reason = _FILLED if part.filled else _BY_STATE.get(part.take.state, "")
        if not reason and part.take.file:
            reason = _LEFT_OUT if left_out else _unheard(part, means)
        if reason:
            yield part.number, reason


_FILLED = (
    "It is filled in with words that no take has. Leave its slot as it is in the script, or write the line "
    "in another way."
)

_LEFT_OUT = "It has a take, which `--takes none` leaves out. Build without that."

_BY_STATE = {
    State.OUT_OF_DATE: "Its take has other words than it has now. Record it once more; or, where the take is "
    "right, say so: `guided-audio takes keep`.",
    State.UNSURE: "It has a take that may be another line's. Please listen; where it is right, say so: "
    "`guided-audio takes keep`.",
}


def _unheard(part: Part, means: Means) -> str:
    reason = listen(part.take, means.speaker)[1]
    return f"Its take cannot be used. {reason} Record it once more." if reason else ""
