"""Enrolment: its rules on painted faces, and the whole of it on real ones."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import ndimage

from workbench.arrays import ImageArray
from workbench.errors import RefusedError, WatchlistError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.runtimes.network import Runtime
from workbench.faces.templates import EncoderIdentity, Templates
from workbench.faces.thumbnails import thumbnail
from workbench.faces.types import Faces
from workbench.images import ImageLimits, encode_jpeg, encode_png, load_image
from workbench.matching.enrolment import (
    Enrolment,
    enrol_folder,
    enrol_images,
    enrol_photographs,
)
from workbench.matching.judging import faces_of_similar_size, judge_image, photograph_pixels
from workbench.matching.person_folders import Photograph
from workbench.settings import QualityLimits, QualitySettings, Settings

NO_LIMITS = QualitySettings(**{name: QualityLimits() for name in QualitySettings.model_fields})
# The eye distance of a painted face is half of its side.
LIMITS = NO_LIMITS.model_copy(
    update={"eye_distance_px": QualityLimits(warn_low=40.0, reject_low=20.0)}
)


class PaintedDetector:
    """Finds the faces that `paint` paints: patches whose red is 255."""

    name = "painted"

    def detect(self, image: ImageArray) -> Faces:
        """Find patches, the largest first."""
        patches = ndimage.find_objects(ndimage.label(image[:, :, 0] == 255)[0])
        boxes = np.array(
            [[x.start, y.start, x.stop, y.stop] for y, x in patches], np.float32
        ).reshape(-1, 4)
        places = np.array([[0.25, 0.4], [0.75, 0.4], [0.5, 0.6], [0.3, 0.8], [0.7, 0.8]])
        corner, size = boxes[:, None, :2], (boxes[:, 2:] - boxes[:, :2])[:, None]
        landmarks = (corner + size * places).astype(np.float32)
        return Faces(boxes, landmarks, np.ones(len(boxes), np.float32))

    def detect_batch(self, images: Sequence[ImageArray]) -> list[Faces]:
        """Find the patches of several images."""
        return [self.detect(image) for image in images]


class ColourAlignment:
    """Cuts a pixel from the middle of each patch."""

    version = "painted/1"
    size = 1

    def crops(self, image: ImageArray, faces: Faces) -> ImageArray:
        """Return crops of shape `(n, 1, 1, 3)`."""
        middles = (faces.boxes[:, :2] + faces.boxes[:, 2:]).astype(int) // 2
        return image[middles[:, 1], middles[:, 0]].reshape(-1, 1, 1, 3)


class ColourEncoder:
    """Makes a template of the colour of a patch."""

    identity = EncoderIdentity("painted", "none", "0" * 64, "painted/1", 3)
    alignment = ColourAlignment()
    runtime = Runtime.TORCH

    def encode(self, crops: ImageArray) -> Templates:
        """Return unit vectors."""
        vectors = crops.reshape(-1, 3).astype(np.float32)
        return Templates(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), self.identity)


@pytest.fixture
def analyser() -> FaceAnalyser:
    return FaceAnalyser(PaintedDetector(), {"painted": ColourEncoder()}, LIMITS)


def paint(*sides: int, colour: int = 10, height: int = 240) -> ImageArray:
    """Paint faces of given sides in a row, the first in the middle of the picture."""
    image = np.zeros((height, 1200, 3), np.uint8)
    left = 600 - (sides[0] // 2 if sides else 0)
    for at, side in enumerate(sides):
        top = height // 2 - side // 2
        image[top : top + side, left : left + side] = (255, colour + at, 3 * colour)
        left += side + 10
    return image


def _save(folder: Path, **images: ImageArray) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, image in images.items():
        (folder / f"{name}.png").write_bytes(encode_png(image))


def _reasons(enrolment: Enrolment) -> dict[str, str]:
    return {one.path.name: one.reason for one in enrolment.refused}


def test_no_folder_at_all(tmp_path: Path, analyser: FaceAnalyser) -> None:
    with pytest.raises(WatchlistError, match="nowhere: the folder to enrol from cannot be read"):
        enrol_folder(tmp_path / "nowhere", analyser)


def test_no_image_at_all(tmp_path: Path, analyser: FaceAnalyser) -> None:
    with pytest.raises(WatchlistError, match="there is no folder of a person"):
        enrol_folder(tmp_path, analyser)
    with pytest.raises(WatchlistError, match="nobody could be enrolled from images: there was no"):
        enrol_images([], analyser)


def test_only_people_without_images(tmp_path: Path, analyser: FaceAnalyser) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(
        WatchlistError, match=r"nobody could be enrolled.*the folder holds no image"
    ):
        enrol_folder(tmp_path, analyser)


def test_what_is_enrolled(tmp_path: Path, analyser: FaceAnalyser) -> None:
    place = tmp_path / "my list"
    _save(place / "b", two=paint(100, colour=40), one=paint(60, colour=50))
    _save(place / unicodedata.normalize("NFD", "Zoë"), x=paint(100, 30, colour=60))
    enrolment = enrol_folder(place, analyser)
    assert enrolment.refused == ()
    watchlist = enrolment.watchlist
    assert (watchlist.name, watchlist.detector) == ("my list", "painted")
    assert timedelta(0) <= datetime.now(UTC) - watchlist.created < timedelta(minutes=1)
    assert [(one.subject, one.source) for one in watchlist.references] == [
        ("Zoë", "x.png"),
        ("b", "one.png"),
        ("b", "two.png"),
    ]
    one = next(one for one in watchlist.references if one.source == "one.png")
    assert one.sha256 == hashlib.sha256((place / "b" / "one.png").read_bytes()).hexdigest()
    assert one.verdict == "warn"
    assert len(one.reasons) == 1
    assert "30" in one.reasons[0]
    assert one.quality["eye_distance_px"] == pytest.approx(30.0)
    two = next(one for one in watchlist.references if one.source == "two.png")
    assert (two.verdict, two.reasons) == ("accept", ())
    colours = {"one.png": 50, "two.png": 40, "x.png": 60}
    for row, reference in enumerate(watchlist.references):
        vector = watchlist.templates["painted"].vectors[row]
        assert vector[1] / vector[0] == pytest.approx(colours[reference.source] / 255, rel=1e-3)
        shown = int(watchlist.thumbnails[row][80, 80, 1])
        assert shown == pytest.approx(colours[reference.source], abs=3)
        assert (reference.entry, reference.category) == ("", "")
    assert watchlist.encoders == analyser.identities


def test_refusals_and_their_reasons(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path / "good", a=paint(100))
    _save(
        tmp_path / "bad",
        none=paint(),
        several=paint(100, 90, 70, 50),
        small=paint(30, colour=77),
    )
    (tmp_path / "bad" / "text.jpg").write_text("no image")
    (tmp_path / "bad" / "empty.jpg").write_bytes(b"")
    (tmp_path / "bad" / "empty too.jpg").write_bytes(b"")
    (tmp_path / "bad" / "folder.jpg").mkdir()
    (tmp_path / "bad" / "notes.txt").write_text("notes")
    (tmp_path / "loose.png").write_bytes(encode_png(paint(100)))
    (tmp_path / "empty").mkdir()
    enrolment = enrol_folder(tmp_path, analyser)
    assert enrolment.watchlist.subjects == ("good",)
    reasons = _reasons(enrolment)
    assert reasons["none.png"].startswith("no face found")
    assert reasons["several.png"] == "shows 3 faces of similar size; crop it to the person"
    assert reasons["small.png"].startswith("quality too low: ")
    assert "15" in reasons["small.png"]
    assert "20" in reasons["small.png"]
    assert reasons["empty.jpg"].startswith("the file is empty")
    assert reasons["empty too.jpg"].startswith("the file is empty")
    assert reasons["folder.jpg"].startswith("is a folder inside")
    assert reasons["notes.txt"].startswith("is not an image file")
    assert reasons["loose.png"].startswith("lies in no person's folder")
    assert reasons["empty"] == "the folder holds no image"
    assert reasons["bad"] == "bad is not on the list: none of 6 images could be used"
    assert set(reasons) - {"text.jpg"} == {
        *("none.png", "several.png", "small.png", "empty.jpg", "empty too.jpg", "folder.jpg"),
        *("notes.txt", "loose.png", "empty", "bad"),
    }
    paths = [str(one.path) for one in enrolment.refused]
    assert paths == sorted(paths)
    assert not any("\n" in str(one) or str(one).endswith(".") for one in enrolment.refused)


def test_one_image_under_two_people(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path / "a", same=paint(100), other=paint(100, colour=20))
    _save(tmp_path / "b", copy=paint(100))
    enrolment = enrol_folder(tmp_path, analyser)
    assert enrolment.watchlist.subjects == ("a",)
    reasons = _reasons(enrolment)
    assert reasons["same.png"] == (
        "is the same image as copy.png of b; keep it under the person it shows"
    )
    assert reasons["copy.png"] == (
        "is the same image as same.png of a; keep it under the person it shows"
    )
    assert reasons["b"] == "b is not on the list: none of 1 image could be used"


def test_one_image_twice_under_one_person(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path / "a", first=paint(100), second=paint(100))
    enrolment = enrol_folder(tmp_path, analyser)
    assert [one.source for one in enrolment.watchlist.references] == ["first.png"]
    assert _reasons(enrolment) == {
        "second.png": "is the same image as first.png of a; one is enough"
    }


def test_strict_refuses_the_whole_and_lists_all(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path / "a", fine=paint(100), none=paint())
    _save(tmp_path / "b", small=paint(30))
    with pytest.raises(RefusedError) as caught:
        enrol_folder(tmp_path, analyser, strict=True)
    for part in ("3 were refused", "none.png: no face found", "small.png: quality", "b: b is not"):
        assert part in str(caught.value)
    (tmp_path / "a" / "none.png").unlink()
    (tmp_path / "b" / "small.png").unlink()
    (tmp_path / "b").rmdir()
    assert len(enrol_folder(tmp_path, analyser, strict=True).watchlist) == 1


def test_nobody_enrolled_says_why(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path / "a", **{f"i{i}": paint(21 + i) for i in range(8)})
    with pytest.raises(WatchlistError, match=r"quality too low.*and 4 more"):
        enrol_folder(tmp_path, analyser)


def test_progress(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path / "a", x=paint(100), y=paint())
    told: list[tuple[int, int, str]] = []
    enrol_folder(
        tmp_path, analyser, progress=lambda done, n, path: told.append((done, n, path.name))
    )
    assert told == [(1, 2, "x.png"), (2, 2, "y.png")]


def test_limits_are_kept(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path / "a", large=paint(100), small=paint(100, height=120))
    limits = ImageLimits(max_pixels=200_000)
    enrolment = enrol_folder(tmp_path, analyser, limits=limits)
    assert [one.source for one in enrolment.watchlist.references] == ["small.png"]
    assert set(_reasons(enrolment)) == {"large.png"}


def test_unreadable_image(
    tmp_path: Path, analyser: FaceAnalyser, as_nobody: AbstractContextManager[None]
) -> None:
    _save(tmp_path / "a", x=paint(100), y=paint(100, colour=30))
    (tmp_path / "a" / "x.png").chmod(0)
    with as_nobody:
        enrolment = enrol_folder(tmp_path, analyser)
    assert set(_reasons(enrolment)) == {"x.png"}
    assert "may not be read" in _reasons(enrolment)["x.png"]


def test_images_at_hand(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path, file=paint(100, colour=30))
    enrolment = enrol_images(
        [
            ("a", "in memory 1/2", paint(100)),
            (unicodedata.normalize("NFD", "é"), "ignored", tmp_path / "file.png"),
            ("b", "same", paint(100)),
            ("c", "tall", paint(100, height=250)),
            ("", "nameless", paint(100)),
            ("d", "gone", tmp_path / "gone.png"),
        ],
        analyser,
        name="given",
    )
    assert enrolment.watchlist.name == "given"
    assert [(one.subject, one.source) for one in enrolment.watchlist.references] == [
        ("é", "file.png"),
        ("c", "tall"),
    ]
    reasons = {(one.subject, one.path.name): one.reason for one in enrolment.refused}
    assert reasons[None, "nameless"] == "the person has no name; give one"
    assert "same image as same of b" in reasons["a", "in memory 1-2"]
    assert ("b", "same") in reasons
    assert reasons["a", "a"] == "a is not on the list: none of 1 image could be used"
    assert ("d", "gone.png") in reasons


def test_no_photograph(analyser: FaceAnalyser) -> None:
    with pytest.raises(WatchlistError, match="nobody could be enrolled from list 1: there was no"):
        enrol_photographs([], analyser, name="list 1")


def test_photographs_carry_their_entry_and_category(tmp_path: Path, analyser: FaceAnalyser) -> None:
    _save(tmp_path, file=paint(100, colour=30), none=paint())
    decomposed = unicodedata.normalize("NFD", "é")
    enrolment = enrol_photographs(
        [
            Photograph("a", Path("1.jpg"), paint(100), "entry-1", "wanted"),
            Photograph(decomposed, tmp_path / "file.png", entry="entry-2", category="missing"),
            Photograph("a", Path("3.jpg"), paint(100, colour=40)),
            Photograph("b", tmp_path / "none.png", entry="entry-4", category="wanted"),
            Photograph("\n", Path("5.jpg"), paint(100, colour=50), "entry-5", "wanted"),
        ],
        analyser,
    )
    references = enrolment.watchlist.references
    assert [(one.subject, one.source, one.entry, one.category) for one in references] == [
        ("a", "1.jpg", "entry-1", "wanted"),
        ("é", "file.png", "entry-2", "missing"),
        ("a", "3.jpg", "", ""),
    ]
    assert {(one.subject, one.path.name, one.entry) for one in enrolment.refused} == {
        (None, "5.jpg", "entry-5"),
        ("b", "none.png", "entry-4"),
        ("b", "b", ""),
    }


def test_bytes_are_the_same_image_as_the_file_that_they_are_of(
    tmp_path: Path, analyser: FaceAnalyser
) -> None:
    _save(tmp_path, file=paint(100, colour=30))
    path = tmp_path / "file.png"
    given = [Photograph("a", Path("handed.png"), path.read_bytes()), Photograph("b", path)]
    with pytest.raises(WatchlistError, match=r"handed\.png: is the same image as file\.png of b"):
        enrol_photographs(given, analyser)
    alone = enrol_photographs(given[:1], analyser).watchlist.references[0]
    assert alone.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    broken = Photograph("a", Path("cut.png"), path.read_bytes()[:60])
    with pytest.raises(WatchlistError, match=r"cut\.png: the image is damaged or cut short"):
        enrol_photographs([broken], analyser)


def test_an_image_is_judged_beforehand_as_its_enrolment_does(analyser: FaceAnalyser) -> None:
    images = {
        "good": paint(100),
        "small": paint(60),
        "tiny": paint(30),
        "none": paint(),
        "two": paint(100, 90),
    }
    given = [Photograph(name, Path(f"{name}.png"), image) for name, image in images.items()]
    done = enrol_photographs(given, analyser)
    said = {one.subject: one.reason for one in done.refused if one.path.suffix}
    for name, image in images.items():
        judged = judge_image(image, analyser)
        assert judged.refused == said.get(name)
        if judged.refused is None:
            kept = next(one for one in done.watchlist.references if one.subject == name)
            assert (str(judged.verdict), judged.reasons) == (kept.verdict, kept.reasons)
            assert judged.quality == kept.quality
    missing = photograph_pixels(Photograph("a", Path("/nowhere/a.png")), ImageLimits())
    assert missing == "there is no such file. Check the path"


def test_no_face_is_in_what_a_log_would_show() -> None:
    assert "array" not in repr(Photograph("a", Path("1.jpg"), paint(100)))


@pytest.mark.parametrize(
    ("sides", "expected"), [([100], 1), ([100, 59], 1), ([100, 61], 2), ([100, 300, 20], 2)]
)
def test_faces_of_similar_size(sides: list[int], expected: int) -> None:
    boxes = np.array([[0, 0, side, side] for side in sides], np.float32)
    assert faces_of_similar_size(boxes, 0) == expected


@pytest.fixture(scope="module")
def real(settings: Any, store: Any) -> FaceAnalyser:
    from workbench.faces.analysis import build_analyser

    return build_analyser(settings, store)


@pytest.mark.slow
def test_real_people_are_found_again(
    tmp_path: Path, lfw: Path, real: FaceAnalyser, link: Callable[[Path, Path], None]
) -> None:
    people = ["Aaron_Peirsol", "Adrien_Brody", "Ai_Sugiyama", "Alejandro_Toledo", "Ali_Naimi"]
    people = [name for name in people if len(list((lfw / name).glob("*.jpg"))) > 1]
    assert len(people) >= 3
    for name in people:
        link(lfw / name / f"{name}_0001.jpg", tmp_path / "list" / name / "1.jpg")
    enrolment = enrol_folder(tmp_path / "list", real)
    assert enrolment.refused == ()
    watchlist = enrolment.watchlist
    assert watchlist.subjects == tuple(sorted(people))
    assert set(watchlist.templates) == {"facenet", "sface"}
    matcher = watchlist.matcher("sface")
    for name in people:
        analysed = enrol_images([(name, "2", lfw / name / f"{name}_0002.jpg")], real).watchlist
        assert matcher.search(analysed.templates, 1)[0].subjects == (name,)


def test_a_real_group_is_refused(shared_data: Path, real: FaceAnalyser) -> None:
    group = next((shared_data / "groups").glob("compreface_016_8*"))
    with pytest.raises(WatchlistError, match=r"shows \d faces of similar size"):
        enrol_images([("somebody", group.name, group)], real)


@pytest.fixture
def link() -> Callable[[Path, Path], None]:
    def make(source: Path, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source.resolve())

    return make


def test_a_bystander_beside_somebody_is_in_no_picture_of_a_watchlist(
    settings: Settings, store: ArtefactStore, lfw: Path
) -> None:
    """A man whom the detector hardly finds, another whom it finds, and a face that is alone."""
    fixed = settings.model_copy(update={"encoder": "sface", "runtime": "onnxruntime"})
    analyser = build_analyser(fixed, store)
    people = {"Karen_Sharpe_Kramer": True, "Robert_Fico": True, "Abner_Martinez": False}
    paths = [lfw / name / f"{name}_0001.jpg" for name in people]
    made = enrol_images([(path.stem, path.name, path) for path in paths], analyser)
    assert not made.refused
    found = zip(paths, people.values(), made.watchlist.thumbnails, strict=True)
    for path, has_bystander, shown in found:
        image = load_image(path)
        sure, faint = analyser.detect_with_faint(image)
        assert (len(sure) + len(faint) > 1) is has_bystander
        raw = load_image(encode_jpeg(thumbnail(image, sure.boxes[:1])[0])).astype(int)
        apart = np.abs(shown.astype(int) - raw).mean(axis=2)
        assert bool(apart[50:100, 152:].mean() > 15) is has_bystander
        assert apart[:, 20:110].mean() < 1, "of the face itself nothing is taken away"
