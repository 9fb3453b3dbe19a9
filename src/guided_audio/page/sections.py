"""The parts of a page that are written out: the list of recordings, the plain players, and all the words.

They serve without a script, and on paper; with one, the player moves through them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from guided_audio.page.data import address
from guided_audio.page.lines import Row, rows
from guided_audio.page.model import PageSeries, PageTrack
from guided_audio.page.wording import LANGUAGE, rounded_length, spoken_length


class Sections:
    """Writes the parts. `say` are the page's own sentences."""

    def __init__(self, series: PageSeries, say: Mapping[str, str]) -> None:
        self._series = series
        self._say = say
        ours = series.language.partition("-")[0] == LANGUAGE
        self.language = escape(series.language if ours else LANGUAGE)
        lang = "" if ours else f' lang="{escape(series.language)}"'
        self.own = f'{lang} dir="auto"'
        """The attributes of what is in the language of the series."""

    def purpose(self) -> str:
        """What the series is for, if the page says so."""
        return self._paragraph(self._series.purpose, "purpose")

    def foot(self) -> str:
        """Who speaks, in our language."""
        voice = self._series.voice
        return f'<footer class="foot">\n<p class="voice">{escape(voice)}</p>\n</footer>\n' if voice else ""

    def recordings(self) -> str:
        """The recordings in their weeks; each is a link to its file."""
        return "".join(self._recordings())

    def _recordings(self) -> Iterator[str]:
        week: int | None = None
        is_open = False
        for index, track in enumerate(self._series.tracks):
            if track.week != week or not is_open:
                if is_open:
                    yield "</ol>\n"
                week, is_open = track.week, True
                yield from self._week(week)
                yield '<ol class="recordings">\n'
            yield self._recording(index, track)
        if is_open:
            yield "</ol>\n"

    def _week(self, week: int | None) -> Iterator[str]:
        if week is not None:
            yield f'<h3 class="week">{escape(self._say["week"].format(n=week))}</h3>\n'
            if week <= len(self._series.weeks):
                yield self._paragraph(self._series.weeks[week - 1], "week-for")

    def _recording(self, index: int, track: PageTrack) -> str:
        length = escape(rounded_length(track.length_ms, self._say))
        return (
            f'<li><a class="recording" href="{escape(address(track.file))}" data-track="{index}">'
            f'<span class="recording-number" aria-hidden="true">{track.number}</span> '
            f'<span class="recording-title"{self.own}>{escape(track.title)}</span> '
            f'<span class="recording-length">{length}</span></a></li>\n'
        )

    def plain_players(self) -> str:
        """A player of the browser's own for each recording."""
        return "".join(
            f"<li><p{self.own}>{escape(track.title)}</p>\n"
            f'<audio controls preload="none" aria-label="{escape(track.title)}">'
            f'<source src="{escape(address(track.file))}" type="{escape(track.media_type)}"></audio></li>\n'
            for track in self._series.tracks
        )

    def words(self) -> str:
        """What there is to read of each recording: what it is for, and its words in their chapters."""
        return "".join(self._section(index, track) for index, track in enumerate(self._series.tracks))

    def _section(self, index: int, track: PageTrack) -> str:
        parts = [f'<section class="text" data-text="{index}">\n<h2{self.own}>{escape(track.title)}</h2>\n']
        parts += self._about(track)
        parts += self._lines(track)
        return "".join([*parts, "</section>\n"])

    def _about(self, track: PageTrack) -> Iterator[str]:
        yield self._paragraph(track.purpose, "about")
        if track.content_note:
            before = f"<strong>{escape(self._say['before'])}</strong>"
            yield f'<p class="about">{before} <span{self.own}>{escape(track.content_note)}</span></p>\n'
        if track.notes:
            link = f'<a href="{escape(address(track.notes))}">{escape(self._say["notes"])}</a>'
            yield f'<p class="about more">{link}</p>\n'

    def _lines(self, track: PageTrack) -> Iterator[str]:
        chapter = -1
        for row in rows(track):
            if row.chapter != chapter and row.chapter < len(track.chapters):
                chapter = row.chapter
                yield f'<h3 class="chapter"{self.own}>{escape(track.chapters[chapter].title)}</h3>\n'
            yield self._row(row)

    def _row(self, row: Row) -> str:
        if row.text:
            return self._paragraph(row.text, "row")
        length = spoken_length(row.end_ms - row.start_ms, self._say)
        return f'<p class="row gap">{escape(self._say["gap"].format(length=length))}</p>\n'

    def _paragraph(self, text: str, kind: str) -> str:
        return f'<p class="{kind}"{self.own}>{escape(text)}</p>\n' if text else ""
