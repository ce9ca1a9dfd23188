"""Eyes that are placed by hand: what a record of them holds, and what is made of them."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workbench.errors import RecordError, UsageError
from workbench.faces.quality import Judgement, Verdict
from workbench.faces.warping import FIVE_POINTS, similarity
from workbench.governance.enhancements import Crop, Operation, Rotate, Tone, Upscale
from workbench.governance.eyes_by_hand import LEAST_APART_PX, EyesByHand
from workbench.governance.searches import ProbeFacts
from workbench.retrospective.enhancing import enhance
from workbench.retrospective.hand_eyes import eyes_judged, face_of_eyes
from workbench.retrospective.mapping_back import in_original

PIXELS = hashlib.sha256(b"pixels").hexdigest()
SHAPE = (300, 400, 3)
POINTS = st.tuples(st.floats(0, 400), st.floats(0, 300))
PLACES = st.one_of(st.none(), st.tuples(POINTS, POINTS))


@given(POINTS, POINTS, PLACES)
def test_a_record_holds_what_was_placed_or_is_none(
    right: tuple[float, float],
    left: tuple[float, float],
    found: tuple[tuple[float, float], tuple[float, float]] | None,
) -> None:
    values = {"pixels": PIXELS, "right_eye": right, "left_eye": left, "found": found}
    if math.dist(right, left) < LEAST_APART_PX:
        with pytest.raises(RecordError, match="place them on both eyes"):
            EyesByHand.read(values, what="eyes")
        return
    made = EyesByHand.read(values, what="eyes")
    assert EyesByHand.read(made.plain(), what="eyes") == made
    assert (made.right_eye, made.left_eye, made.found) == (right, left, found)
    told = made.describe()
    assert told.startswith("The eyes were placed by hand, at right (")
    assert ("The detector found no face there." in told) is (found is None)


@given(POINTS, POINTS)
def test_the_face_has_its_eyes_where_they_were_placed_and_the_shape_of_a_mean_face(
    right: tuple[float, float], left: tuple[float, float]
) -> None:
    assume(math.dist(right, left) >= LEAST_APART_PX)
    face = face_of_eyes((right, left), SHAPE, None)
    assert np.allclose(face.landmarks[0, :2], [right, left], atol=0.01)
    matrix = similarity(face.landmarks[0])
    laid = face.landmarks[0] @ matrix[:, :2].T + matrix[:, 2]
    assert np.allclose(laid, FIVE_POINTS, atol=0.2), "it is a similarity, and turns nothing over"
    assert face.confidence.tolist() == [0.0]
    x0, y0, x1, y1 = face.boxes[0]
    for x, y in face.landmarks[0]:
        assert x0 < x < x1
        assert y0 < y < y1


@pytest.mark.parametrize(
    ("eyes", "words"),
    [
        (((-1, 10), (50, 10)), "lies outside the picture of 400x300 px"),
        (((10, 10), (50, 301)), "lies outside the picture"),
        (((10, 10), (math.nan, 20)), "lies outside the picture"),
        (((10, 10), (12, 10)), "the eyes are 2.0 px apart, less than 4"),
    ],
)
def test_eyes_that_say_nothing_are_refused(
    eyes: tuple[tuple[float, float], tuple[float, float]], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        face_of_eyes(eyes, SHAPE, 0.9)


OPERATIONS = st.lists(
    st.one_of(
        st.builds(Crop, left=st.just(3), top=st.just(5), width=st.just(30), height=st.just(22)),
        st.builds(
            Rotate, degrees=st.one_of(st.sampled_from([90.0, -90, 180]), st.floats(-180, 180))
        ),
        st.builds(Upscale, factor=st.integers(2, 3)),
        st.builds(Tone, gamma=st.just(0.9)),
    ),
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(OPERATIONS, st.integers(8, 26), st.integers(8, 20))
def test_a_point_of_the_copy_is_found_again_in_the_original(
    operations: list[Operation], x: int, y: int
) -> None:
    image = np.zeros((30, 40, 3), np.uint8)
    image[y - 1 : y + 2, x - 1 : x + 2] = 255
    try:
        copy, _ = enhance(image, operations, file=PIXELS)
    except UsageError:
        assume(False)
    weights = copy[..., 0].astype(np.float64) ** 2
    rows, columns = np.mgrid[: copy.shape[0], : copy.shape[1]]
    # Grey corners of a turned picture are no part of the spot.
    weights[weights < 160**2] = 0
    assume(weights.sum() > 0)
    assume(not np.concatenate([weights[0], weights[-1], weights[:, 0], weights[:, -1]]).any())
    spot = np.array([[(columns * weights).sum(), (rows * weights).sum()]]) / weights.sum()
    assert np.abs(in_original(spot, operations, image.shape) - [x, y]).max() < 0.4


def test_the_verdict_is_never_better_than_a_warning() -> None:
    angles = ("Yaw is 3.", "Pitch is -9.")
    good = Judgement(Verdict.ACCEPT, angles)
    (said,) = eyes_judged(good, found=True).reasons
    assert said.startswith("The eyes were placed by hand")
    assert eyes_judged(good, found=True).verdict is Verdict.WARN
    bad = Judgement(Verdict.REJECT, ("Sharpness is 2, below the least required, 9.", *angles))
    assert eyes_judged(bad, found=True).verdict is Verdict.REJECT
    unsure = Judgement(Verdict.REJECT, ("Detector confidence is 0.00, below the least.",))
    none = eyes_judged(unsure, found=False)
    assert none.verdict is Verdict.REJECT
    assert none.reasons[0].startswith("No face was found there")
    assert not any("confidence" in one for one in none.reasons)


def test_eyes_of_another_picture_are_no_probe() -> None:
    quality = {"verdict": "warn", "reasons": ["It is turned."], "eye_distance_px": 40.0}
    hand = {"pixels": PIXELS, "right_eye": [10, 10], "left_eye": [50, 10]}
    facts = {
        "origin": "camera of the shop",
        "log": {"file": "0" * 64, "original": PIXELS},
        "quality": quality,
        "by_hand": hand,
    }
    assert ProbeFacts.read(facts, what="a probe").by_hand is not None
    with pytest.raises(RecordError, match="in another picture than the one that is searched"):
        ProbeFacts.read(facts | {"by_hand": hand | {"pixels": "1" * 64}}, what="a probe")
    with pytest.raises(RecordError, match="at best searched with a warning"):
        ProbeFacts.read(facts | {"quality": quality | {"verdict": "accept"}}, what="a probe")
