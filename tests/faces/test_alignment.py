"""The crops of both encoders."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from workbench.arrays import ImageArray
from workbench.errors import ArtefactError
from workbench.faces.alignment import FACENET_BOX, FaceNetAlignment, FaceNetBox, SFaceAlignment
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.protocols import Alignment
from workbench.faces.types import Faces
from workbench.faces.warping import FIVE_POINTS

MainFace = Callable[[ImageArray], Faces]
ALIGNMENTS = [FaceNetAlignment(), SFaceAlignment()]


@pytest.fixture(params=ALIGNMENTS, ids=["facenet", "sface"])
def alignment(request: pytest.FixtureRequest) -> Alignment:
    """Return each alignment in turn."""
    assert isinstance(request.param, Alignment)
    return request.param


def test_no_face_gives_no_crop(alignment: Alignment) -> None:
    crops = alignment.crops(np.zeros((9, 9, 3), np.uint8), Faces.empty())
    assert crops.shape == (0, alignment.size, alignment.size, 3)
    assert crops.dtype == np.uint8


def test_sizes_and_versions() -> None:
    assert [(a.size, a.version) for a in ALIGNMENTS] == [
        (160, "facenet-landmark-box/1"),
        (112, "sface-five-point/1"),
    ]


def test_sface_crop_is_opencv_s(
    store: ArtefactStore, shared_data: object, portrait: ImageArray, main_face: MainFace
) -> None:
    """At the size of the template, where neither crop aliases, the two agree."""
    assert shared_data
    try:
        recognizer = cv2.FaceRecognizerSF.create(str(store.path("sface-2021dec")), "")
    except (cv2.error, ArtefactError) as error:
        pytest.skip(f"OpenCV cannot load SFace here: {error}")
    faces = main_face(portrait)
    box = faces.boxes[0]
    row = np.concatenate([box[:2], box[2:] - box[:2], faces.landmarks.ravel(), [1.0]])
    theirs = recognizer.alignCrop(portrait, row[None].astype(np.float32))
    ours = SFaceAlignment().crops(portrait, faces)[0]
    apart = np.abs(theirs.astype(int) - ours.astype(int))
    assert apart.mean() < 1.0
    assert np.percentile(apart, 99) <= 6


def test_each_row_is_its_own_face(
    alignment: Alignment, portrait: ImageArray, main_face: MainFace
) -> None:
    image = np.concatenate([portrait, portrait[::-1, ::-1]], axis=1)
    one = main_face(portrait)
    turned = Faces(one.boxes, [499, 249] - one.landmarks, one.confidence)
    both = Faces(
        np.concatenate([one.boxes, turned.boxes]),
        np.concatenate([one.landmarks, turned.landmarks]).astype(np.float32),
        np.concatenate([one.confidence, turned.confidence]),
    )
    crops = alignment.crops(image, both)
    assert np.array_equal(crops[0], alignment.crops(image, both[[0]])[0])
    # The second face stands on its head; its crop is upright all the same.
    assert np.abs(crops[0].astype(int) - crops[1].astype(int)).mean() < 12


def test_a_face_at_the_border_still_has_a_crop(alignment: Alignment, portrait: ImageArray) -> None:
    landmarks = (np.array([FIVE_POINTS], np.float32) - 40) * 3
    faces = Faces(np.array([[-90, -90, 60, 60]], np.float32), landmarks, np.ones(1, np.float32))
    crop = alignment.crops(portrait, faces)[0]
    assert crop.any()
    assert (crop[:30, :30] == 0).all() == (alignment.size == 112)


def test_facenet_box_is_where_mtcnn_puts_its_own(
    mtcnn: MtcnnDetector, main_face: MainFace, portrait: ImageArray
) -> None:
    """Without a margin, the crop shows what MTCNN's box holds."""
    box = mtcnn.detect(portrait).boxes[0]
    bare = FaceNetBox(FACENET_BOX.centre, FACENET_BOX.size, 0, follows_roll=False, replicate=True)
    image = np.zeros((250, 250, 3), np.uint8)
    columns, rows = np.meshgrid(np.arange(250), np.arange(250))
    image[..., 0], image[..., 1] = columns, rows
    crop = FaceNetAlignment(bare).crops(image, main_face(portrait))[0].astype(float)
    found = [crop[80, 0, 0], crop[0, 80, 1], crop[80, -1, 0], crop[-1, 80, 1]]
    assert np.abs(np.array(found) - box).max() < 12
    assert np.abs(np.array(found) - box).mean() < 7


def test_margin_and_roll_do_what_they_say(portrait: ImageArray, main_face: MainFace) -> None:
    faces = main_face(portrait)
    columns = np.repeat(np.tile(np.arange(250, dtype=np.uint8), (250, 1))[..., None], 3, axis=2)

    def width(margin: int) -> float:
        box = FaceNetBox(
            FACENET_BOX.centre, FACENET_BOX.size, margin, follows_roll=False, replicate=True
        )
        crop = FaceNetAlignment(box).crops(columns, faces)[0, 80, :, 0].astype(float)
        return float(crop[150] - crop[10])

    assert width(32) / width(0) == pytest.approx(160 / 128, rel=0.03)
    upright = FaceNetBox(
        FACENET_BOX.centre, FACENET_BOX.size, 32, follows_roll=False, replicate=True
    )
    tilted = Faces(faces.boxes, faces.landmarks.copy(), faces.confidence)
    middle, angle = tilted.landmarks[0].mean(axis=0), np.radians(20)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    tilted.landmarks[0] = (tilted.landmarks[0] - middle) @ turn.T + middle
    for box, spread in ((upright, 0.0), (FACENET_BOX, 10.0)):
        column = FaceNetAlignment(box).crops(columns, tilted)[0, 20:140, 80, 0].astype(float)
        assert np.ptp(column) >= spread
        if not spread:
            assert np.ptp(column) <= 1
