"""Pictures of one face are joined by what each is worth, as it was captured."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from workbench.arrays import FloatArray, ImageArray
from workbench.errors import UsageError
from workbench.faces.analysis import FaceAnalyser
from workbench.governance.enhancements import Operation, Upscale
from workbench.images import load_image
from workbench.retrospective.probes import ProbePicture, prepare_probe

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
