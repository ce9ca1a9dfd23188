"""References of a collection are those of a watchlist, and so are the reasons to refuse them."""

from __future__ import annotations

import io
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.thumbnails import thumbnail
from workbench.images import ImageLimits, encode_jpeg, encode_png, load_image
from workbench.matching.enrolment import enrol_photographs
from workbench.matching.person_folders import Photograph
from workbench.retrospective.image_folder import ImageFolder
from workbench.retrospective.import_messages import Batch, Kind, ReadBatch, Row, receive
from workbench.retrospective.import_reader import Reader
from workbench.settings import Settings

LIMITS = ImageLimits(max_pixels=300_000, max_bytes=400_000)
pytestmark = pytest.mark.slow
PEOPLE = ("Adam_Sandler", "Aaron_Peirsol", "Abel_Pacheco")


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    fixed = settings.model_copy(update={"encoder": "sface", "runtime": "onnxruntime"})
    return build_analyser(fixed, store)


@pytest.fixture
def folder(tmp_path: Path, lfw: Path) -> Path:
    """A collection in which nearly everything is wrong that may be."""
    place = tmp_path / "collection"
    place.mkdir()
    faces = [lfw / name / f"{name}_0001.jpg" for name in PEOPLE]
    for number, face in enumerate(faces):
        (place / f"{number}.jpg").write_bytes(face.read_bytes())
    image = load_image(faces[0])
    small = cv2.resize(image, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    (place / "small.png").write_bytes(encode_png(np.asarray(small, np.uint8)))
    (place / "two.jpg").write_bytes(encode_jpeg(np.concatenate([image, image], axis=1)))
    (place / "none.jpg").write_bytes(encode_jpeg(np.full((200, 200, 3), 90, np.uint8)))
    (place / "wide.jpg").write_bytes(encode_jpeg(np.zeros((100, 4_000, 3), np.uint8)))
    (place / "long.bmp").write_bytes(bytes(LIMITS.max_bytes + 1))
    (place / "empty.jpg").write_bytes(b"")
    (place / "text.jpg").write_text("no image at all")
    (place / "cut.jpg").write_bytes(faces[1].read_bytes()[:4_000])
    (place / "folder.jpg").mkdir()
    (place / "near.jpg").symlink_to("1.jpg")
    (tmp_path / "outside.jpg").write_bytes(faces[2].read_bytes())
    (place / "far.jpg").symlink_to(tmp_path / "outside.jpg")
    os.mkfifo(place / "pipe.jpg")
    return place


def read(analyser: FaceAnalyser, folder: Path, *rows: Row) -> tuple[ReadBatch, list[int]]:
    """Return what came of a batch, and which rows it told of."""
    pipe = io.BytesIO()
    reader = Reader(analyser, ImageFolder(folder), LIMITS)
    found = reader.read(Batch(number=0, rows=rows), pipe)
    pipe.seek(0)
    told = []
    while (message := receive(pipe)) is not None:
        assert message[0] is Kind.ROW
        told.append(int.from_bytes(message[1]))
    return found, told


FAULTS = {
    "small.png": "quality too low: Distance between the eyes",
    "two.jpg": "shows 2 faces of similar size; crop it to the person",
    "none.jpg": "no face found; give a photograph that shows the face larger",
    "wide.jpg": "the picture is 4000 x 100 px, more than the 300,000 pixels allowed",
    "long.bmp": "the file has 400,001 bytes, more than the 400,000 allowed",
    "empty.jpg": "the file is empty (0 bytes)",
    "text.jpg": "this is not an image, whatever its name says",
    "cut.jpg": "the image is damaged or cut short",
    "folder.jpg": "this is a folder, not an image file",
    "far.jpg": "a symbolic link leads it out of the folder of the collection",
    "pipe.jpg": "a pipe or a device, not an image file",
    "missing.jpg": "there is no such file",
}


def test_each_fault_is_named_and_the_others_are_taken(analyser: FaceAnalyser, folder: Path) -> None:
    names = ["0.jpg", *FAULTS, "near.jpg", "2.jpg"]
    found, told = read(analyser, folder, *(Row(path=name) for name in names))
    assert told == list(range(len(names) + 1))
    refused = {name: row.refused for name, row in zip(names, found.rows, strict=True)}
    for name, why in FAULTS.items():
        assert why in refused.pop(name)
    assert refused == {"0.jpg": "", "near.jpg": "", "2.jpg": ""}
    assert found.templates["sface"].shape == (3, 128)
    assert len(found.thumbnails) == len(found.wider) == len(found.eyes) == 3
    said = " ".join(row.refused for row in found.rows)
    assert str(folder) not in said
    assert not any(row.refused.endswith(".") for row in found.rows)


def test_a_reference_is_the_one_that_a_watchlist_would_have(
    analyser: FaceAnalyser, folder: Path
) -> None:
    names = [f"{number}.jpg" for number in range(len(PEOPLE))] + ["small.png", "none.jpg"]
    found, _ = read(analyser, folder, *(Row(path=name) for name in names))
    photographs = [Photograph(f"NOM-{name}", folder / name) for name in names]
    enrolled = enrol_photographs(photographs, analyser)
    of_list = enrolled.watchlist
    taken = [row for row in found.rows if not row.refused]
    assert len(taken) == len(of_list) == 3
    for row, reference in zip(taken, of_list.references, strict=True):
        assert row.sha256 == reference.sha256
        assert (row.verdict, row.reasons) == (reference.verdict, reference.reasons)
    vectors = of_list.templates["sface"].vectors
    assert np.abs(found.templates["sface"] - vectors).max() < 5e-4  # half precision
    pictures = of_list.thumbnails.pictures.tobytes()
    assert b"".join(found.thumbnails) == pictures
    refused = {one.path.name: one.reason for one in enrolled.refused}
    for name, row in zip(names, found.rows, strict=True):
        assert row.refused == refused.get(name, "")


def test_what_is_kept_around_a_face_shows_nobody_else(
    analyser: FaceAnalyser, tmp_path: Path, lfw: Path
) -> None:
    main, other = (load_image(lfw / name / f"{name}_0001.jpg") for name in PEOPLE[:2])
    beside = np.asarray(cv2.resize(other, (110, 110), interpolation=cv2.INTER_AREA), np.uint8)
    image = np.full((250, 330, 3), 120, np.uint8)
    image[:, :250] = main
    image[20:130, 215:325] = beside
    (tmp_path / "two.png").write_bytes(encode_png(image))
    faces = analyser.detect(image)
    assert len(faces) == 2, "somebody stands beside"
    found, _ = read(analyser, tmp_path, Row(path="two.png"))
    kept = load_image(found.wider[0])
    assert kept.shape[1] > 290, "the other face is within what is kept"
    seen = analyser.detect(kept)
    assert len(seen) == 1
    assert np.abs(seen.landmarks[0, :2] - found.eyes[0]).max() < 4
    boxes = faces.boxes[np.argsort(faces.boxes[:, 0])]
    x0, y0, x1, y1 = boxes[1].astype(int)
    left = round(float(faces.landmarks[np.argmin(faces.boxes[:, 0]), 0, 0] - found.eyes[0, 0, 0]))
    top = round(float(faces.landmarks[np.argmin(faces.boxes[:, 0]), 0, 1] - found.eyes[0, 0, 1]))
    there = kept[y0 - top : y1 - top, x0 - left : min(x1 - left, kept.shape[1])].astype(int)
    was = image[y0:y1, x0 : x0 + there.shape[1]].astype(int)
    assert there.size > 1_000
    assert np.abs(there - was).mean() > 20, "and cannot be recognised"


def test_a_bystander_whom_the_detector_hardly_finds_is_in_neither_picture(
    analyser: FaceAnalyser, lfw: Path
) -> None:
    name = "Karen_Sharpe_Kramer"
    image = load_image(lfw / name / f"{name}_0001.jpg")
    face, faint = analyser.detect_with_faint(image)
    assert len(face) == 1, "no other face is one to the judging"
    assert faint.confidence == pytest.approx([0.55], abs=0.05)
    found, _ = read(analyser, lfw / name, Row(path=f"{name}_0001.jpg"))
    assert found.rows[0].refused == ""
    left, top = np.rint(face.landmarks[0, 0] - found.eyes[0, 0]).astype(int).tolist()
    wider = load_image(found.wider[0]).astype(int)
    was = image[top:, left:][: wider.shape[0], : wider.shape[1]].astype(int)
    apart = np.abs(wider - was).mean(axis=2)
    # He stands at the right edge, and reaches 4 px into the box of her face, which is kept.
    x0, y0, x1, y1 = faint.boxes[0].astype(int).tolist()
    assert apart[y0 - top : y1 - top, x0 + 6 - left : min(x1, 250) - left].mean() > 20
    own = face.boxes[0].astype(int).tolist()
    assert apart[own[1] - top : own[3] - top, own[0] - left : own[2] - left].mean() < 4
    tight = load_image(found.thumbnails[0]).astype(int)
    raw = thumbnail(image, face.boxes)[0].astype(int)
    apart = np.abs(tight - raw).mean(axis=2)
    assert apart[:100, 150:].mean() > 20, "he begins at its right edge"
    assert apart[:, :140].mean() < 4


def test_a_copy_is_refused_as_such_unless_it_is_broken(
    analyser: FaceAnalyser, folder: Path
) -> None:
    why = "is the same image as row 1; one is enough"
    found, told = read(
        analyser,
        folder,
        Row(path="none.jpg", refused=why),
        Row(path="text.jpg", refused=why),
        Row(path="0.jpg", refused="ended the process that reads it", unread=True),
    )
    said = [row.refused for row in found.rows]
    assert said[0] == why
    assert said[1].startswith("this is not an image, whatever its name says. Use JPEG")
    assert said[2] == "ended the process that reads it"
    assert told == [0, 1, 3]
    assert found.templates["sface"].shape == (0, 128)
