"""The words of a timeline with their times, as every kind of player reads them.

All of it is a view of the timeline, made of nothing else: WebVTT for pages, feeds and most players,
SubRip for VLC, LRC for music players, and pairs of time and text for the synced lyrics of a tag.
"""

from guided_audio.captions.cue import Cue, cues
from guided_audio.captions.lyrics import LONG_QUIET_MS, LrcHead, as_lrc, synced
from guided_audio.captions.subtitles import LINE, as_chapters_vtt, as_srt, as_vtt

__all__ = [
    "LINE",
    "LONG_QUIET_MS",
    "Cue",
    "LrcHead",
    "as_chapters_vtt",
    "as_lrc",
    "as_srt",
    "as_vtt",
    "cues",
    "synced",
]
