"""Angles of the head: the model's own geometry, and photographs whose pose is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.pose import EYES_TO_MOUTH, NOSE_PROTRUSION, NOSE_REST, head_pose
from workbench.faces.types import Faces
from workbench.images import load_image


def seen(yaw: float, pitch: float, roll: float, scale: float = 40.0) -> FloatArray:
    """Draw the model's head from far away; angles in degrees, signs as in ISO/IEC 19794-5."""
    drop = EYES_TO_MOUTH
    head = np.array(
        [
            (-0.5, 0, 0),
            (0.5, 0, 0),
            (0, NOSE_REST * drop, NOSE_PROTRUSION),
            (-0.4, drop, 0),
            (0.4, drop, 0),
        ]
    )
    y, p, r = np.radians([yaw, pitch, -roll])
    # x to the right of the picture, y down, z to the camera.
    nod = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    turn = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    tilt = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    points = head @ (tilt @ turn @ nod).T
    return (points[None, :, :2] * scale + 100).astype(np.float32)


def test_no_face_has_no_angle() -> None:
    for angle in head_pose(np.zeros((0, 5, 2), np.float32)):
        assert angle.shape == (0,)
        assert angle.dtype == np.float32


@given(st.floats(-60, 60), st.floats(-70, 70))
def test_yaw_and_roll_are_exact_in_the_model(yaw: float, roll: float) -> None:
    found = head_pose(seen(yaw, 0, roll))
    assert np.allclose([found[0][0], found[2][0]], [yaw, roll], atol=0.2)
    assert abs(found[1][0]) < 0.2


@given(st.floats(-40, 40))
def test_pitch_is_exact_in_the_model(pitch: float) -> None:
    found = head_pose(seen(0, pitch, 0))
    assert np.allclose([angle[0] for angle in found], [0, pitch, 0], atol=0.2)


@given(st.floats(1, 500), st.floats(-30, 30), st.floats(-20, 20))
def test_angles_do_not_depend_on_scale(scale: float, yaw: float, pitch: float) -> None:
    one, other = head_pose(seen(yaw, pitch, 5)), head_pose(seen(yaw, pitch, 5, scale))
    assert np.allclose(one, other, atol=0.5)


def test_a_mirrored_face_looks_the_other_way() -> None:
    points = seen(25, 10, 8)
    mirrored = (points * [-1, 1])[:, [1, 0, 2, 4, 3]].astype(np.float32)
    yaw, pitch, roll = (angle[0] for angle in head_pose(points))
    assert np.allclose([angle[0] for angle in head_pose(mirrored)], [-yaw, pitch, -roll], atol=1e-3)


def test_landmarks_on_one_point_have_finite_angles() -> None:
    assert np.isfinite(head_pose(np.full((1, 5, 2), 3, np.float32))).all()


def test_custody_photographs_taken_from_either_side(
    shared_data: Path, main_face: Callable[[ImageArray], Faces]
) -> None:
    """The subject looks to their right in `_23`, ahead in `_33`, to their left in `_43`."""
    yaws = []
    for folder in sorted((shared_data / "frmdb").iterdir()):
        images = [load_image(folder / f"mugshot_{number}.jpg") for number in (23, 33, 43)]
        yaws.append([head_pose(main_face(image).landmarks)[0][0] for image in images])
    right, ahead, left = np.array(yaws).T
    assert len(right) == 13
    assert (right < ahead - 15).all()
    assert (ahead + 15 < left).all()
    assert (right < -25).all()
    assert (left > 15).all()
    assert abs(np.median(ahead)) < 15
    # The two are 45 degrees from the one between.
    assert np.median(left - ahead) == pytest.approx(45, abs=10)
    assert np.median(ahead - right) == pytest.approx(45, abs=10)
