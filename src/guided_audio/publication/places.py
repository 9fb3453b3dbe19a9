"""The places that are known, each limit with its source and the date of looking."""

from __future__ import annotations

from collections.abc import Mapping

from guided_audio.errors import UsageError
from guided_audio.forms import Form
from guided_audio.publication.limits import Ask, Figure, Limit, Publication

_LOOKED = ", read on 23 November 2026"

_APPLE_AUDIO = f"podcasters.apple.com/support/893-audio-requirements{_LOOKED}"
_APPLE_LEVELS = (
    "podcasters.apple.com/support/893-audio-requirements, as quoted at upliftorch.com/tools/mp3-cutter/en/"
    f"blog/podcast-loudness-standard.html{_LOOKED}"
)
_APPLE_COVER = f"podcasters.apple.com/support/896-artwork-requirements{_LOOKED}"
_APPLE_FEED = f"podcasters.apple.com/de-de/support/823-podcast-requirements{_LOOKED}"

PODCAST = Publication(
    name="podcast",
    title="Apple Podcasts, and what follows it",
    preset="podcast",
    forms=(Form.MP3, Form.M4A),
    kbps=128,
    channels=2,
    rate=44_100,
    limits=(
        Limit(Figure.FORM, "", None, None, _APPLE_AUDIO, "a feed carries MP3 or AAC"),
        Limit(Figure.LUFS, "LUFS", -17, -15, _APPLE_LEVELS, "one show is as loud as the next"),
        Limit(Figure.TRUE_PEAK, "dBTP", None, -1, _APPLE_LEVELS, "a player that decodes it does not clip"),
        Limit(Figure.RATE, "Hz", 44_100, 48_000, _APPLE_AUDIO, "what every player has"),
        Limit(Figure.CHANNELS, "", 1, 2, _APPLE_AUDIO, "mono or stereo"),
        Limit(Figure.KBPS, "kb/s", 32, None, _APPLE_AUDIO, "the least for mono", channels=1),
        Limit(Figure.KBPS, "kb/s", 96, 128, _APPLE_AUDIO, "advised for mono", firm=False, channels=1),
        Limit(Figure.KBPS, "kb/s", 64, None, _APPLE_AUDIO, "the least for stereo", channels=2),
        Limit(Figure.KBPS, "kb/s", 128, 256, _APPLE_AUDIO, "advised for stereo", firm=False, channels=2),
        Limit(Figure.TITLE, "", 1, None, _APPLE_FEED, "an episode has a title"),
        Limit(Figure.COVER_SIDE, "px", 1400, 3000, _APPLE_COVER, "it fills a television"),
        Limit(Figure.COVER_OBLONG, "px", 0, 0, _APPLE_COVER, "covers are square"),
    ),
    asks=(
        Ask("The picture is your own, without the names or signs of Apple on it.", _APPLE_COVER),
        Ask("A feed that Apple lists is open to everybody. Do not list one made for a client.", _APPLE_FEED),
    ),
)

_ACX_PAGE = "help.acx.com, ACX audio submission requirements"
_ACX = f"{_ACX_PAGE}, as summed up at audio-dubcheck.com/specs/acx{_LOOKED}"
_ACX_OWN = f"{_ACX_PAGE}{_LOOKED}"

ACX = Publication(
    name="acx",
    title="ACX: Audible, Amazon and iTunes audiobooks",
    preset="acx",
    forms=(Form.MP3,),
    kbps=192,
    channels=2,
    rate=44_100,
    limits=(
        Limit(Figure.FORM, "", None, None, _ACX, "ACX takes MP3 only"),
        Limit(Figure.KBPS, "kb/s", 192, None, _ACX, "it is encoded again for its listeners"),
        Limit(Figure.KBPS_SPREAD, "kb/s", 0, 0, _ACX, "a constant bit rate"),
        Limit(Figure.RATE, "Hz", 44_100, 44_100, _ACX, "the same for all files"),
        Limit(Figure.CHANNELS, "", 1, 2, _ACX, "all files mono, or all stereo"),
        Limit(Figure.RMS, "dB", -23, -18, _ACX, "one chapter is as loud as the next"),
        Limit(Figure.SAMPLE_PEAK, "dB", None, -3, _ACX, "room for their encoders"),
        Limit(Figure.NOISE_FLOOR, "dB", None, -60, _ACX, "nothing is heard where nobody speaks"),
        Limit(Figure.HEAD_QUIET, "s", 0.5, 1, _ACX, "room tone before the first word"),
        Limit(Figure.TAIL_QUIET, "s", 1, 5, _ACX, "room tone after the last word"),
        Limit(Figure.SECONDS, "s", None, 7200, _ACX, "two hours a file"),
    ),
    asks=(
        Ask("The book has opening and closing credits, and a sample of five minutes at most.", _ACX_OWN),
        Ask("All files of a book are mono, or all are stereo, and equally loud.", _ACX),
        Ask(
            "The voice is one that ACX accepts. Whether it takes a computer's voice changes: ask ACX first, "
            "or record your own.",
            f"speakbreez.com/blog/view/ai-narration-audible-acx-requirements{_LOOKED}",
        ),
    ),
)

_INSIGHT = f"insight-timer.freshdesk.com, article 67000664986, best practices for content{_LOOKED}"
_INSIGHT_RULES = f"insight-timer.freshdesk.com, article 67000664823, guidelines for teachers{_LOOKED}"
_INSIGHT_LIST = f"insight-timer.freshdesk.com, article 67000664751, checklist for uploading{_LOOKED}"
_INSIGHT_ALL = f"help.insighttimer.com and insight-timer.freshdesk.com, searched{_LOOKED}"

INSIGHT_TIMER = Publication(
    name="insight-timer",
    title="Insight Timer",
    preset="calm",
    forms=(Form.MP3,),
    kbps=128,
    channels=2,
    rate=48_000,
    limits=(
        Limit(Figure.FORM, "", None, None, _INSIGHT_LIST, "it takes MP3"),
        Limit(Figure.MEGABYTES, "MB", None, 500, _INSIGHT, "the largest upload; an older page says 150"),
        Limit(Figure.KBPS, "kb/s", 128, 128, _INSIGHT, "what it recommends", firm=False),
        Limit(Figure.RATE, "Hz", 48_000, 48_000, _INSIGHT, "what it recommends", firm=False),
        Limit(Figure.SECONDS, "s", 600, 1200, _INSIGHT, "what it recommends for meditations", firm=False),
    ),
    asks=(
        Ask("You own every sound in it, or have the written right to use it.", _INSIGHT_LIST),
        Ask("It names no website, book, course or other place.", _INSIGHT_RULES),
        Ask("It ends with a bell, unless it is for sleep, a talk or music.", _INSIGHT),
        Ask("Its description has at least 500 characters, in sentences, without emoji.", _INSIGHT_LIST),
    ),
    unsaid=(
        Ask("No loudness or peak is published, so none is checked; `calm` is our own choice.", _INSIGHT_ALL),
        Ask(
            "The size of a track's picture was not found; a teacher's portrait has 1600 pixels or more.",
            f"insight-timer.freshdesk.com, article 67000664576, publisher profile{_LOOKED}",
        ),
        Ask("Nothing was found on computer voices. Ask before you upload one.", _INSIGHT_ALL),
    ),
)

PUBLICATIONS: Mapping[str, Publication] = {each.name: each for each in (PODCAST, ACX, INSIGHT_TIMER)}


def named(name: str) -> Publication:
    """The place of this name.

    Raises:
        UsageError: there is none; the message lists those there are.
    """
    try:
        return PUBLICATIONS[name]
    except KeyError:
        raise UsageError(
            f"There is no place of this name to publish at: {', '.join(PUBLICATIONS)}."
        ) from None
