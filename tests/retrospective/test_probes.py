"""Pictures of one face are joined by what each is worth, as it was captured."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import UsageError
from workbench.faces.analysis import FaceAnalyser, build_analyser
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.boxes import same_face
from workbench.governance.enhancements import Crop, Operation, Rotate, Upscale
from workbench.images import load_image
from workbench.retrospective.enhancing import turning
from workbench.retrospective.probes import ProbePicture, prepare_probe
from workbench.settings import Settings

PERSON = "Colin_Powell"
FAR_PX = 100
"""Width of a photograph that was taken from afar; the eyes are 17 px apart."""


def as_file(image: ImageArray) -> bytes:
    """Write a picture without loss."""
    written, data = cv2.imencode(".png", cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    assert written
    return data.tobytes()


def picture(image: ImageArray, *operations: Operation) -> ProbePicture:
    """Make it a picture of a probe."""
    return ProbePicture(as_file(image), operations=operations)


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return models that report a face from the usual confidence on, as for a search."""
    fixed = settings.model_copy(update={"encoder": "sface", "runtime": "onnxruntime"})
    return build_analyser(fixed, store)


@pytest.fixture(scope="module")
def near(lfw: Path) -> ImageArray:
    """Return a photograph."""
    return load_image(lfw / PERSON / f"{PERSON}_0001.jpg")


@pytest.fixture(scope="module")
def far(lfw: Path) -> ImageArray:
    """Return another of the same person, from afar and out of focus."""
    image = load_image(lfw / PERSON / f"{PERSON}_0002.jpg")
    small = cv2.resize(image, (FAR_PX, FAR_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.5), np.uint8)


def share_of_first(both: FloatArray, first: FloatArray, second: FloatArray) -> float:
    """Return which share the first of two templates has in what they were joined to."""
    parts, *_ = np.linalg.lstsq(np.stack([first, second], axis=1), both, rcond=None)
    return float(parts[0] / parts.sum())


@pytest.mark.parametrize("factor", [None, 3])
def test_a_small_blurred_picture_weighs_less_however_much_it_was_enlarged(
    near: ImageArray, far: ImageArray, index_analyser: FaceAnalyser, factor: int | None
) -> None:
    steps = [] if factor is None else [Upscale(factor=factor)]
    pictures = [picture(far, *steps), picture(near)]
    alone = [prepare_probe([one], index_analyser).templates for one in pictures]
    both = prepare_probe(pictures, index_analyser)
    assert both.frames == 2
    for name, joined in both.templates.items():
        share = share_of_first(
            joined.vectors[0], alone[0][name].vectors[0], alone[1][name].vectors[0]
        )
        assert 0.0 < share < 0.25, f"{name}: {share}"


def test_two_pictures_that_are_worth_the_same_weigh_the_same(
    near: ImageArray, index_analyser: FaceAnalyser
) -> None:
    mirrored = np.ascontiguousarray(near[:, ::-1])
    pictures = [picture(near), picture(mirrored)]
    alone = [prepare_probe([one], index_analyser).templates for one in pictures]
    both = prepare_probe(pictures, index_analyser)
    for name, joined in both.templates.items():
        share = share_of_first(
            joined.vectors[0], alone[0][name].vectors[0], alone[1][name].vectors[0]
        )
        assert share == pytest.approx(0.5, abs=0.1), name


def test_somebody_else_is_below_the_floor_and_another_photograph_is_not(
    near: ImageArray, lfw: Path, index_analyser: FaceAnalyser
) -> None:
    files = (f"{PERSON}/{PERSON}_0003.jpg", "Tony_Blair/Tony_Blair_0001.jpg")
    others = [ProbePicture((lfw / one).read_bytes()) for one in files]
    made = prepare_probe([picture(near), *others], index_analyser)
    same, somebody = (one.joined for one in made.others)
    assert not same.is_unlike
    assert somebody.is_unlike
    assert somebody.floor == same.floor
    assert {same.verdict, somebody.verdict} <= {"accept", "warn"}
    eyes = made.others[1].landmarks[:2]
    assert np.linalg.norm(eyes[0] - eyes[1]) == pytest.approx(somebody.eye_distance_px, rel=0.2)


def test_more_than_twenty_pictures_are_refused_before_any_is_read(
    index_analyser: FaceAnalyser,
) -> None:
    with pytest.raises(UsageError, match="20 pictures at the most, not 21"):
        prepare_probe([ProbePicture(b"no picture")] * 21, index_analyser)


def test_a_bystander_who_is_hardly_found_is_hidden_in_each_picture_of_a_probe(
    analyser: FaceAnalyser, lfw: Path
) -> None:
    name = "Karen_Sharpe_Kramer"
    image = load_image(lfw / name / f"{name}_0001.jpg")
    _, faint = analyser.detect_with_faint(image)
    assert faint.confidence == pytest.approx([0.55], abs=0.05)
    made = prepare_probe([picture(image), picture(image[:, 5:])], analyser)
    assert made.copy.bystanders == pytest.approx(faint.boxes, abs=0.01)
    assert made.original.bystanders == pytest.approx(faint.boxes, abs=0.01)
    (other,) = made.others
    assert other.place.bystanders == pytest.approx(faint.boxes - [5, 0, 5, 0], abs=8)
    for shown, landmarks, before in (
        (made.shown, made.landmarks, image),
        (other.shown, other.landmarks, image[:, 5:]),
    ):
        whole, _ = analyser.detect_with_faint(before)
        left, top = np.rint(whole.landmarks[0, 0] - landmarks[0]).astype(int).tolist()
        was = before[top:, left:][: shown.shape[0], : shown.shape[1]]
        apart = np.abs(shown.astype(int) - was).mean(axis=2)
        assert apart[20 - max(top, 0) : 160 - top, 185 - left : 235 - left].mean() > 20


def test_a_face_that_is_found_twice_hides_nothing_of_itself(
    analyser: FaceAnalyser, shared_data: Path
) -> None:
    """Of this still the detector gives the head once more, and three times as large."""
    image = load_image(shared_data / "frmdb" / "011" / "surveillance_cam01.jpg")
    face, faint = analyser.detect_with_faint(image)
    assert len(face) == len(faint) == 1
    assert same_face(face.boxes[0], faint.boxes).all()
    made = prepare_probe([picture(image)], analyser)
    left, top = np.rint(face.landmarks[0, 0] - made.landmarks[0]).astype(int).tolist()
    height, width = made.shown.shape[:2]
    assert np.array_equal(made.shown, image[top : top + height, left : left + width])
    assert not len(made.copy.bystanders)


def test_nobody_else_is_taken_for_a_face_that_the_picture_as_it_came_hardly_shows(
    analyser: FaceAnalyser, lfw: Path
) -> None:
    """The face of a copy that was cut out is the faint one of the picture, which shows another."""
    name = "Karen_Sharpe_Kramer"
    image = load_image(lfw / name / f"{name}_0001.jpg")
    sure = analyser.detect(image)
    cut = Crop(left=150, top=0, width=100, height=180)
    assert len(analyser.detect(image[:180, 150:250])) == 1, "cut out, he is found"
    made = prepare_probe([picture(image, cut)], analyser)
    assert made.original.eyes is None
    assert made.original.bystanders == pytest.approx(sure.boxes, abs=0.01)


@pytest.mark.parametrize("degrees", [45.0, 90.0])
def test_who_stands_beside_somebody_who_lies_is_nobody_else_and_hidden_however_it_is_turned(
    near: ImageArray, analyser: FaceAnalyser, lfw: Path, degrees: float
) -> None:
    """As it came, who stands is found alone; turned, who lay is found for sure, alone."""
    name = "Abdoulaye_Wade"
    standing = load_image(lfw / name / f"{name}_0001.jpg")
    image = np.concatenate([np.rot90(near, -1), standing], axis=1)
    sure, faint = analyser.detect_with_faint(image)
    assert (len(sure), len(faint)) == (1, 0)
    (box,) = sure.boxes
    assert box[0] > len(image)
    made = prepare_probe([picture(image, Rotate(degrees=degrees))], analyser)
    assert made.original.eyes is None, "nobody else's eyes are taken for those of who lies"
    assert made.original.bystanders[0] == pytest.approx(box, abs=0.01)
    turned, _ = turning((image.shape[1], image.shape[0]), degrees)
    x, y = turned @ [*((box[:2] + box[2:]) / 2), 1]
    covering = [one for one in made.copy.bystanders if _holds(one, x, y)]
    assert max((one[2:] - one[:2]).min() for one in covering) > 0.9 * (box[2] - box[0])
    assert made.copy.eyes is not None
    middle = made.copy.eyes.mean(axis=0)
    assert not any(_holds(one, *middle) for one in made.copy.bystanders)


def _holds(box: FloatArray, x: float, y: float) -> bool:
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])
