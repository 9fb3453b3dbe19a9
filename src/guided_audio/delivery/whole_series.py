"""Building a series: every track, and all that makes them one, into one folder.

What is finished and unchanged is not made again. All is made aside, and takes its place when it is
whole: until then, and when anything goes wrong, the last good series stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from guided_audio.build import Workshop
from guided_audio.build.ownership import WAYS_OUT
from guided_audio.delivery import manifest as manifests
from guided_audio.delivery.bundle import Bundle, Sizes, sizes_of
from guided_audio.delivery.made_of import series_key, series_owner, track_key
from guided_audio.delivery.manifest import FileEntry, Manifest, TrackEntry
from guided_audio.delivery.running_order import Item, RunningOrder
from guided_audio.delivery.series_files import COVER, PAGE, embedded_cover, series_files
from guided_audio.delivery.staging import Place, Staging, alone_in, remove, settle
from guided_audio.delivery.track_files import Bench, Prepared, make_track, prepared
from guided_audio.errors import GuidedAudioError, OutputFailure, Problem, ProblemsFound, Refused
from guided_audio.errors import Place as FilePlace
from guided_audio.plan import Progress, plan, silent
from guided_audio.receipt import PAPERS


@dataclass(frozen=True, slots=True)
class Delivered:
    """A series that was built.

    `made` are the files of the tracks that were made now and `kept` those that were as they would be made
    again, both by their names in the folder. `left_over` are files of earlier builds that belong to it no
    longer, `removed` those of them that were deleted. Where `in_place` is false the folder is as it was
    before, and what was finished waits for the next build. `notes` are on voices, and on takes that were
    used or not.
    """

    folder: Path
    made: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failures: tuple[GuidedAudioError, ...] = ()
    left_over: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    in_place: bool = True
    manifest: Manifest | None = None
    bundle: Bundle | None = None
    notes: tuple[str, ...] = ()

    @property
    def sizes(self) -> Sizes:
        """How large it is."""
        return sizes_of(self.manifest) if self.manifest else Sizes()


def deliver(
    order: RunningOrder, out: Path, workshop: Workshop, progress: Progress = silent, *, prune: bool = False
) -> Delivered:
    """Build a series into its folder in `out`. `prune` deletes what earlier builds left there.

    A track that cannot be made is among the failures, and costs no other track.

    Raises:
        Refused: the folder is another series', or another build is at work there.
        OutputFailure: there is no room; what stood there is untouched.
        ProblemsFound, MissingTool: nothing of it can be made.
    """
    place = place_of(order, out)
    with alone_in(place):
        settle(place)
        _require_own(place, order, workshop)
        return _Delivery(order, place, workshop, progress).delivered(prune=prune)


def place_of(order: RunningOrder, out: Path) -> Place:
    """Where a series goes: of a discreet one the papers lie beside the folder, not in it."""
    folder = out / order.folder
    return Place(folder, out / f"{order.folder}{PAPERS}" if order.wishes.discreet else folder)


def _require_own(place: Place, order: RunningOrder, workshop: Workshop) -> None:
    """Stop where the folder holds something else: it may be another client's.

    Raises:
        Refused: with what it holds, and the ways out.
    """
    if order.wishes.options.overwrite:
        return
    earlier = place.manifest
    if earlier is None:
        names = (f"{item.stem}{item.options.form.suffix}" for item in order.items)
        there = [name for name in (*names, PAGE, COVER) if place.at(name).exists()]
        if there:
            raise Refused(f"{place.at(there[0])} is there already, and no series of ours. {WAYS_OUT}")
        return
    series, filled, secret = series_owner(order, workshop)
    if earlier.secret != secret:
        raise Refused(f"{place.folder} is there already, and another store made it. {WAYS_OUT}")
    if earlier.series != series:
        raise Refused(f"{place.folder} was made from another series of this name. {WAYS_OUT}")
    if earlier.filled != filled:
        raise Refused(f"{place.folder} was made with other words in its slots: whose is it? {WAYS_OUT}")


@dataclass(slots=True)
class _Delivery:
    """One build of a series."""

    order: RunningOrder
    place: Place
    workshop: Workshop
    progress: Progress
    failures: list[GuidedAudioError] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def delivered(self, *, prune: bool) -> Delivered:
        earlier = self.place.manifest or self._blank()
        keys = {item.number: key for item in self.order.items if (key := self._key(item))}
        whole = series_key(self.order, keys, self.workshop)
        if not self._is_as_wanted(earlier, whole):
            staging = Staging(self.place, self._blank())
            tracks = self._prepared(keys)
            entries = self._tracks(tracks, earlier, staging)
            if self.failures and (earlier.tracks or not entries):
                return self._given_up(entries)
            finished = [track for track in tracks if track.item.number in entries]
            earlier = self._committed(finished, entries, whole, earlier, staging)
        return self._settled(earlier, prune=prune)

    # What there is to do

    def _blank(self) -> Manifest:
        return Manifest(*series_owner(self.order, self.workshop))

    def _key(self, item: Item) -> str:
        try:
            return track_key(item, self.order, self.workshop)
        except GuidedAudioError as error:
            self.failures.append(error)
            return ""

    def _is_as_wanted(self, earlier: Manifest, whole: str) -> bool:
        """Whether the folder is as this build would leave it."""
        return (
            not self.failures
            and earlier.made_of == whole
            and manifests.is_as_written(self.place.at, earlier.belonging)
        )

    def _prepared(self, keys: dict[int, str]) -> list[Prepared]:
        """Every track that can be made, laid out: all of the speaking is done here."""
        tracks, many = [], len(keys)
        for done, item in enumerate(item for item in self.order.items if item.number in keys):
            hears = _part_of(self.progress, done, many)
            try:
                planned = plan(item.script, item.options, self.workshop.library, self.workshop.speaker, hears)
            except (OutputFailure, KeyboardInterrupt):
                raise
            except GuidedAudioError as error:
                self.failures.append(error)
            else:
                tracks.append(prepared(item, planned, self.order, keys[item.number]))
                self.notes += (*planned.cast.notes, *planned.recorded.notes)
        return tracks

    # Making it

    def _tracks(self, tracks: list[Prepared], earlier: Manifest, staging: Staging) -> dict[int, TrackEntry]:
        """The files of every track: those that are there already, those finished before, and the others."""
        entries, anew = {}, []
        for track in tracks:
            there = earlier.track(track.made_of)
            if there and not manifests.is_as_written(self.place.at, there.files):
                there = None
            entry = there or staging.finished(track.made_of)
            if entry:
                entries[track.item.number] = entry
            else:
                anew.append(track)
        bench = Bench(self.order, staging, self.workshop, self._cover() if anew else b"")
        for track, hears in zip(anew, _shares(self.progress, anew), strict=True):
            try:
                entry = make_track(track, bench, hears)
            except OutputFailure:
                raise
            except GuidedAudioError as error:
                self.failures.append(error)
            else:
                entries[track.item.number] = entry
                self.made.append(track.audio)
        return entries

    def _cover(self) -> bytes:
        try:
            return embedded_cover(self.order)
        except ValueError as error:
            place = FilePlace(str(self.order.series.path))
            raise ProblemsFound([Problem(place, str(error))]) from None

    def _committed(
        self,
        tracks: list[Prepared],
        entries: dict[int, TrackEntry],
        whole: str,
        earlier: Manifest,
        staging: Staging,
    ) -> Manifest:
        sizes = {name: file for entry in entries.values() for name, file in entry.files.items()}
        names = []
        for name, content in series_files(tracks, sizes, self.order, self.workshop):
            staging.write(name, content)
            names.append(name)
        manifest = replace(
            self._blank(),
            tracks=tuple(entry for _, entry in sorted(entries.items())),
            made_of="" if self.failures else whole,
            files=staging.entries(names),
        )
        manifest = replace(manifest, left_over=dict(self._left_over(manifest, earlier)))
        staging.commit(manifest)
        return manifest

    def _left_over(self, manifest: Manifest, earlier: Manifest) -> Iterator[tuple[str, FileEntry]]:
        """Files of earlier builds that are still there, and no longer belong."""
        belonging = manifest.belonging
        for name, entry in (earlier.belonging | dict(earlier.left_over)).items():
            if name not in belonging and self.place.at(name).exists():
                yield name, entry

    # The end

    def _given_up(self, entries: dict[int, TrackEntry]) -> Delivered:
        return Delivered(
            self.place.folder,
            made=tuple(self.made),
            kept=tuple(entry.audio for entry in entries.values() if entry.audio not in self.made),
            failures=tuple(self.failures),
            notes=tuple(self.notes),
            in_place=False,
        )

    def _settled(self, manifest: Manifest, *, prune: bool) -> Delivered:
        left_over = dict(self._left_over(manifest, manifest))
        removed = remove(self.place, left_over) if prune else ()
        return Delivered(
            self.place.folder,
            made=tuple(self.made),
            kept=tuple(entry.audio for entry in manifest.tracks if entry.audio not in self.made),
            failures=tuple(self.failures),
            notes=tuple(self.notes),
            left_over=tuple(name for name in left_over if name not in removed),
            removed=removed,
            manifest=manifest,
        )


_FINE = 1000
"""Steps of progress in one track."""


def _part_of(progress: Progress, done: int, many: int) -> Progress:
    """Progress of the track after so many others, as progress of all of them."""

    def hears(stage: str, part: int, total: int) -> None:
        progress(stage, _FINE * done + _FINE * part // max(total, 1), _FINE * many)

    return hears


def _shares(progress: Progress, tracks: Sequence[Prepared]) -> Iterator[Progress]:
    """Progress for each track, as progress of all of them by their lengths."""
    lengths = [track.plan.timeline.length for track in tracks]
    for number in range(len(tracks)):
        yield _after(progress, sum(lengths[:number]), sum(lengths))


def _after(progress: Progress, before: int, total: int) -> Progress:
    return lambda stage, done, _own: progress(stage, before + done, total)
