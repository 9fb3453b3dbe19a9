"""What players show beside the sound: the same for every container, written by the conventions of each."""

from guided_audio.tags.language import language_code
from guided_audio.tags.mp3 import id3, read, size
from guided_audio.tags.track import ChapterTag, TrackTags

__all__ = ["ChapterTag", "TrackTags", "id3", "language_code", "read", "size"]
