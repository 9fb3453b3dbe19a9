"""The picture of a verification: what is off is warm and named in its place, and what is well is not."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from command_line import RATE, Cli, Finished
from guided_audio.blocks import Stereo
from guided_audio.listening import Ear, Found, LevelCurve
from guided_audio.picture import measured, sheet
from guided_audio.picture.findings import findings
from guided_audio.picture.folding import fold
from guided_audio.picture.measured import Names
from guided_audio.receipt import BedEntry, ChapterEntry, ClipEntry, Levels, LineEntry, Receipt
from guided_audio.verify import Check, Notes

pytest_plugins = ["e2e_fixtures"]

SECONDS = 60
CLIPS = ((5, 5), (20, 5), (40, 5))
NAMES = Names("Evening", ("Arriving", "Back to the room"))
CHECKS = (Check("length", "1:00, 2,646,000 frames", well=True), Check("bytes", "not those", well=False))


def receipt() -> Receipt:
    """A minute with three lines of five seconds, and a bell."""
    clips = [
        ClipEntry(f"{number:016}", start * RATE, long * RATE, 0.0)
        for number, (start, long) in enumerate(CLIPS)
    ]
    return Receipt(
        file="evening.mp3",
        script="",
        filled="",
        level="open",
        acknowledged=False,
        rate=RATE,
        frames=SECONDS * RATE,
        lines=tuple(LineEntry("", "", "", clip.start, clip.start + clip.length, (clip,)) for clip in clips),
        cues=(),
        pauses=(),
        chapters=(ChapterEntry("", 0, 30 * RATE), ChapterEntry("", 30 * RATE, SECONDS * RATE)),
        bells=(2 * RATE,),
        bed=BedEntry(20.0),
        levels=Levels(-18.0, -1.0),
        pace=100.0,
        tags={},
        versions={},
        secret="",
        audio_sha256="",
    )


def sound() -> Stereo:
    """What belongs there: quiet noise, and loud noise where somebody speaks."""
    level = np.full(SECONDS * RATE, 0.005, dtype=np.float32)
    for start, long in CLIPS:
        level[start * RATE : (start + long) * RATE] = 0.1
    noise = np.random.default_rng(5).uniform(-1, 1, (SECONDS * RATE, 2)).astype(np.float32)
    made: Stereo = noise * level[:, None]
    return made


def notes_of(
    heard: Stereo, likeness: tuple[float, ...] = (1, 1, 1), late: tuple[int, ...] = (0, 0, 0)
) -> Notes:
    """What `verify` would note of a sound; how alike and how late each clip was found is given."""
    notes = Notes(LevelCurve(), receipt())
    notes.clips = [line.clips[0] for line in receipt().lines]
    blocks = (heard[at : at + 65_536] for at in range(0, len(heard), 65_536))
    assert notes.curve is not None
    for _ in notes.curve.listen(notes.ear.listen(blocks)):
        pass
    for number in range(len(notes.clips)):
        notes.levels[number] = -25.0
        notes.found[number] = Found(late[number], likeness[number])
    return notes


def silenced(heard: Stereo) -> Stereo:
    """Two seconds of digital zero."""
    heard[30 * RATE : 32 * RATE] = 0
    return heard


def too_loud(heard: Stereo) -> Stereo:
    """A tenth of a second over full scale."""
    heard[30 * RATE : 30 * RATE + RATE // 10] *= 240
    return heard


def test_nothing_is_found_in_a_good_file() -> None:
    """No finding, no warm colour but that of a check that has no place in the sound."""
    notes = notes_of(sound())
    assert findings(notes) == []
    page = measured.lay_out(notes, CHECKS[:1], NAMES)
    assert not [shape for shape in page.shapes if shape.role == "finding"]
    assert sheet.WARM not in {shape.colour for shape in page.shapes}


@pytest.mark.parametrize(
    ("notes", "label", "span"),
    [
        (notes_of(sound(), likeness=(1, 0.2, 1)), "not heard", (20, 25)),
        (notes_of(sound(), likeness=(1, 0.2, 0.1)), "2 pieces not heard", (20, 45)),
        (notes_of(sound(), late=(0, 0, 882)), "pause 20 ms too long", (25, 40)),
        (notes_of(sound(), late=(0, -4410, -4410)), "pause 100 ms too short", (10, 20)),
        (notes_of(sound()[: 50 * RATE]), "the sound ends early", (50, 60)),
        (notes_of(sound()[: 38 * RATE], likeness=(1, 1, 0)), "the sound ends early", (38, 60)),
        (notes_of(np.concatenate((sound(), sound()[:RATE]))), "more than was planned", (60, 61)),
        (notes_of(silenced(sound())), "no sound at all", (30, 32)),
        (notes_of(too_loud(sound())), "too loud", (30, 30.1)),
    ],
    ids=["missing", "two missing", "long", "short", "cut", "cut before a line", "longer", "hole", "peak"],
)
def test_what_is_off_is_found_in_its_place(notes: Notes, label: str, span: tuple[float, float]) -> None:
    """It is named once on the picture, and its ground is warm from its beginning to its end."""
    [finding] = findings(notes)
    assert finding.label == label
    assert (finding.start / RATE, finding.end / RATE) == pytest.approx(span, abs=0.03)
    page = measured.lay_out(notes, CHECKS, NAMES)
    assert [each.text for each in page.labels if each.ink.role == "finding"] == [label]
    rows = fold(max(SECONDS * RATE, notes.ear.frames), RATE)
    row = next(row for row in rows if row.holds(finding.start, finding.end))
    ground = [
        shape.box for shape in page.shapes if shape.colour == sheet.WARM_TINT and shape.role == "finding"
    ]
    assert (ground[0].left, ground[0].right) == pytest.approx(
        (row.x(finding.start), row.x(finding.end)), abs=4
    )


def test_the_sound_has_the_colour_of_what_it_is() -> None:
    """The voice in its places, what is off in warm, and everything else in between."""
    notes = notes_of(sound(), likeness=(1, 0.2, 1))
    [row] = fold(SECONDS * RATE, RATE)
    picture = pixels(measured.draw_verification(notes, CHECKS, NAMES))
    lane = next(
        shape.box for shape in measured.lay_out(notes, CHECKS, NAMES).shapes if shape.role == "planned"
    )
    colours = {
        second: at(picture, row.x((second + 0.5) * RATE), (lane.top + lane.bottom) / 2)
        for second in range(60)
    }
    assert {colours[second] for second in (5, 9, 40, 44)} == {sheet.VOICES[0]}
    assert {colours[second] for second in (20, 24)} == {sheet.WARM}
    assert {colours[second] for second in (0, 4, 10, 19, 25, 39, 45, 59)} == {sheet.QUIET}


def test_louder_is_taller() -> None:
    """The height follows the level in decibels: 26 dB between noise at 0.005 and at 0.1, of 54 in all."""
    page = measured.lay_out(notes_of(sound()), CHECKS, NAMES)
    lane = next(shape.box for shape in page.shapes if shape.role == "planned")
    tall = {}
    for colour in (sheet.VOICES[0], sheet.QUIET):
        areas = [shape for shape in page.shapes if isinstance(shape, sheet.Area) and shape.role == "sound"]
        heights = [abs(y - middle(lane)) for area in areas if area.colour == colour for _, y in area.corners]
        tall[colour] = float(np.median(heights)) * 2 / (lane.bottom - lane.top)
    wanted = 20 * np.log10(0.1 / 0.005) / (measured.FULL - measured.FLOOR)
    assert tall[sheet.VOICES[0]] - tall[sheet.QUIET] == pytest.approx(wanted, abs=0.02)


def middle(box: sheet.Box) -> float:
    """Half-way down."""
    return (box.top + box.bottom) / 2


def pixels(picture: bytes) -> NDArray[np.uint8]:
    """The picture, height by width by three."""
    return np.asarray(Image.open(BytesIO(picture)).convert("RGB"))


def at(picture: NDArray[np.uint8], x: float, y: float) -> str:
    """The colour of a pixel."""
    return "#" + "".join(f"{part:02x}" for part in picture[round(y), round(x)])


def test_every_check_is_listed() -> None:
    """Its name, what was measured, and ok or OFF; the heading counts what is off."""
    texts = [label.text for label in measured.lay_out(notes_of(sound()), CHECKS, NAMES).labels]
    assert {"length", "1:00, 2,646,000 frames", "bytes", "not those", "ok", "OFF"} <= set(texts)
    assert "1 of 2 checks are off" in texts


def test_chapters_go_by_their_titles_or_by_numbers() -> None:
    """Where the tag has other chapters than the receipt, they have no names."""
    for names, shown in ((NAMES, "Back to the room"), (Names("Evening", ("One",)), "Chapter 2")):
        page = measured.lay_out(notes_of(sound()), CHECKS, names)
        assert shown in [label.text for label in page.labels if label.ink.role == "chapter"]


def test_no_text_lies_on_another_however_much_is_off() -> None:
    """Holes everywhere, all clips gone, and the end missing."""
    heard = sound()[: 55 * RATE]
    for second in range(0, 55, 2):
        heard[second * RATE : second * RATE + RATE // 2] = 0
    page = measured.lay_out(notes_of(heard, likeness=(0, 1, 0)), CHECKS, NAMES)
    boxes = [label.box for label in page.labels]
    assert len(findings(notes_of(heard, likeness=(0, 1, 0)))) > 20
    assert not [1 for number, box in enumerate(boxes) for other in boxes[number + 1 :] if box.meets(other)]
    assert all(box.left >= 0 and box.right <= sheet.WIDTH for box in boxes)


def test_a_label_leaves_room_for_a_bell() -> None:
    """What is off where a bell rings is marked, and the label does not lie on the diamond."""
    heard = sound()
    heard[RATE : 2 * RATE] = 0
    page = measured.lay_out(notes_of(heard), CHECKS, NAMES)
    bells = [shape.box for shape in page.shapes if shape.role == "bell"]
    assert any(shape.role == "finding" for shape in page.shapes)
    assert not any(label.box.meets(bell) for label in page.labels for bell in bells)


def test_a_file_in_which_nothing_was_heard_is_drawn() -> None:
    """No sound, no clips, no tag: a picture all the same; without a receipt there is none."""
    empty = Notes(LevelCurve(), receipt(), ear=Ear())
    assert measured.draw_verification(empty, (), Names("", ())).startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="Nothing was measured"):
        measured.draw_verification(Notes(), (), NAMES)


@pytest.mark.parametrize("size", [100, 882, 5000, 44_100])
def test_a_level_curve_does_not_depend_on_the_blocks(size: int) -> None:
    """However sound goes by: 20 ms each, their mean square and largest sample, and the rest as one more."""
    heard = sound()[: 3 * RATE + 100]
    curve = LevelCurve()
    assert sum(
        len(block) for block in curve.listen(heard[at : at + size] for at in range(0, len(heard), size))
    ) == len(heard)
    assert len(curve.powers) == len(curve.peaks) == 151
    assert curve.powers[7] == pytest.approx(float(np.square(heard[7 * 882 : 8 * 882]).mean()), rel=1e-5)
    assert curve.peaks[150] == np.abs(heard[150 * 882 :]).max()


# The commands


@pytest.fixture
def good(short_build: Finished, tmp_path: Path) -> Finished:
    """A finished file of one's own."""
    return short_build.copy(tmp_path / "files")


def test_verify_draws_what_it_measured(good: Finished, cli: Cli, tmp_path: Path) -> None:
    """The same answer as without, and a picture; its place is said."""
    plain, drawn = cli("verify", good.file), cli("verify", good.file, "--picture", tmp_path / "v.png")
    assert drawn.code == 0
    assert drawn.out == f"{plain.out}The picture is {tmp_path / 'v.png'}.\n"
    picture = pixels((tmp_path / "v.png").read_bytes())
    assert (picture == [int(sheet.VOICES[0][i : i + 2], 16) for i in (1, 3, 5)]).all(axis=2).sum() > 1000


def test_plan_draws_what_it_planned(cli: Cli, tmp_path: Path) -> None:
    """With JSON on standard output the picture's place is said beside it; the same bytes each time."""
    script = tmp_path / "e.yaml"
    script.write_text("title: Evening\nbed: none\nscript:\n- Some words.\n", encoding="utf-8")
    arguments = ("plan", script, "--voice", "fake:one")
    first = cli(*arguments, "--picture", "one.png")
    second = cli(*arguments, "--picture", "two.PNG", "--json")
    assert (first.code, second.code) == (0, 0)
    assert first.out.endswith("The picture is one.png.\n")
    assert second.json()["version"] == 2
    assert "The picture is two.PNG." in second.err
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.PNG").read_bytes()


Refusal = Callable[[Finished], tuple[str | Path, ...]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (lambda good: ("verify", good.file, "--picture", "v.jpg"), "ends in .png"),
        (lambda _good: ("plan", "body-scan", "--picture", "plan"), "ends in .png"),
        (lambda good: ("verify", good.file, "--picture", "nowhere/v.png"), "another name or folder"),
        (lambda good: ("verify", good.file, good.file, "--picture", "v.png"), "one at a time"),
    ],
    ids=["other kind", "no kind", "no folder", "two files"],
)
def test_a_picture_that_cannot_be_is_refused(
    good: Finished, cli: Cli, tmp_path: Path, arguments: Refusal, sentence: str
) -> None:
    """Exit 2 with a sentence, and no file."""
    answer = cli(*arguments(good))
    assert answer.code == 2
    assert sentence in answer.err
    assert not list(tmp_path.glob("**/*.png"))


def test_without_a_receipt_there_is_no_picture(good: Finished, cli: Cli, tmp_path: Path) -> None:
    """Nothing was measured; the reason is said as ever."""
    good.paper.unlink()
    assert cli("verify", good.file, "--picture", "v.png").code == 1
    assert not list(tmp_path.glob("**/*.png"))
