"""The frames of an MP3 by themselves: chapters and words to the millisecond, in the order they are heard."""

# mypy: allow-untyped-calls
# mutagen says that it is typed, but few of its functions are.

from __future__ import annotations

import pytest
from mutagen.id3 import ID3
from mutagen.mp4 import MP4

from guided_audio.forms import Form
from players.walks import Shelf, Walks, agree


def test_chapters_and_their_table_of_contents(mp3: Walks) -> None:
    """Each begins where the last one ended, and one ordered table lists them all."""
    for track in mp3.tracks:
        tag = ID3(track.file)
        chapters = sorted(tag.getall("CHAP"), key=lambda frame: frame.start_time)
        starts = [(frame.start_time, str(frame.sub_frames["TIT2"])) for frame in chapters]
        agree(starts, track.chapters, 1.0)
        ends = [frame.end_time for frame in chapters]
        assert ends == pytest.approx([mark.end for mark in track.chapters], abs=1.0)
        (contents,) = tag.getall("CTOC")
        assert contents.child_element_ids == [frame.element_id for frame in chapters]


def test_words_have_the_times_they_are_heard_at(mp3: Walks) -> None:
    """The frame of synced words has every sentence, and empty texts where a long quiet follows."""
    for track in mp3.tracks:
        (frame,) = ID3(track.file).getall("SYLT")
        agree([(at, text) for text, at in frame.text if text], track.words, 1.0)
        assert frame.text[-1] == ("", pytest.approx(track.words[-1].end, abs=1.0))


@pytest.mark.parametrize("form", [Form.M4A, Form.M4B])
def test_the_list_of_chapters_in_an_mp4(shelf: Shelf, form: Form) -> None:
    """The list that Nero began, beside the track that Apple's programs read."""
    for track in shelf[form].tracks:
        chapters = MP4(track.file).chapters
        assert chapters is not None
        found = [(chapter.start * 1000, chapter.title) for chapter in chapters]
        agree(found, track.chapters, 1.0)
