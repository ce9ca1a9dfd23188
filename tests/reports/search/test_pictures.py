"""Pictures of a report: at equal scale where they are compared, and nobody else to be seen."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import numpy as np
import pytest

from workbench.errors import UsageError
from workbench.images import load_image
from workbench.reports.search_parts import FacePicture
from workbench.reports.search_pictures import side_by_side, whole, withheld
from workbench.reports.search_rendering import render_search
from workbench.reports.search_report import SearchReport

BuildPicture = Callable[..., FacePicture]
ALTS = ("probe", "candidate")


def spots(apart: float, *, tilt: float = 0.0, side: int = 200) -> FacePicture:
    """Draw a grey picture with a red and a blue eye."""
    image = np.full((side, side, 3), 90, np.uint8)
    half = apart / 2 * np.array([np.cos(tilt), np.sin(tilt)])
    points = np.array([side / 2 - half, side / 2 + half])
    rows, columns = np.mgrid[:side, :side]
    for point, colour in zip(points, [(255, 0, 0), (0, 0, 255)], strict=True):
        near = np.hypot(columns - point[0], rows - point[1]) <= max(1.5, apart / 12)
        image[near] = colour
    return FacePicture(image, points.astype(np.float32))


def seen(jpeg: bytes) -> np.ndarray:
    """Find where the red and the blue eye are on a printed picture."""
    image = load_image(jpeg).astype(int)
    red, blue = image[..., 0] - image[..., 2], image[..., 2] - image[..., 0]
    return np.array([np.argwhere(one > 100).mean(axis=0)[::-1] for one in (red, blue)])


@pytest.mark.parametrize(("first", "second"), [(24, 96), (90, 30), (50, 51)])
def test_eyes_are_as_far_apart_and_at_one_height(first: float, second: float) -> None:
    one, other, equal = side_by_side(spots(first), spots(second), ALTS)
    assert equal
    left, right = seen(one.picture.jpeg), seen(other.picture.jpeg)
    assert np.abs(left - right).max() < 3
    assert one.scale / other.scale == pytest.approx(second / first)
    assert load_image(one.picture.jpeg).shape == load_image(other.picture.jpeg).shape


def test_nothing_is_turned() -> None:
    tilt = 0.4
    one, other, _ = side_by_side(spots(40, tilt=tilt), spots(40), ALTS)
    level, tilted = (np.diff(seen(side.picture.jpeg), axis=0)[0] for side in (other, one))
    assert np.arctan2(tilted[1], tilted[0]) == pytest.approx(tilt, abs=0.05)
    assert np.hypot(*tilted) == pytest.approx(np.hypot(*level), abs=3)


def test_what_was_done_to_size_is_said() -> None:
    one, other, _ = side_by_side(spots(26), spots(104), ALTS)
    assert one.said == "26 px between the eyes; enlarged 4.0 times."
    assert other.said == "104 px between the eyes; at its own size."
    large, _, _ = side_by_side(spots(208, side=500), spots(50), ALTS)
    assert large.said == "208 px between the eyes; reduced to 0.50 of its size."


def test_without_eyes_both_are_shown_whole(build_picture: BuildPicture) -> None:
    one, other, equal = side_by_side(build_picture(1, 30), spots(40), ALTS)
    assert not equal
    assert one.said.startswith("Eyes not found")
    assert one.scale == pytest.approx(480 / 30)
    assert other.scale == pytest.approx(480 / 200)
    assert other.said == "40 px between the eyes; enlarged 2.4 times."


@pytest.mark.parametrize(("height", "width"), [(3, 400), (400, 3), (1, 1), (50, 80)])
def test_faces_at_every_border_and_of_every_shape(height: int, width: int) -> None:
    image = np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8)
    for place in ((-500.0, -500.0), (0.0, 0.0), (width, height), (9000.0, 9000.0)):
        eyes = np.array([place, (place[0] + 7, place[1] + 2)], np.float32)
        one, other, _ = side_by_side(FacePicture(image, eyes), spots(40), ALTS)
        assert load_image(one.picture.jpeg).shape == load_image(other.picture.jpeg).shape
    fitted, _, _ = side_by_side(FacePicture(image), spots(40), ALTS)
    assert load_image(fitted.picture.jpeg).shape == (480, 480, 3)


def test_eyes_in_one_point_are_refused() -> None:
    wrong = FacePicture(np.zeros((9, 9, 3), np.uint8), np.full((2, 2), 4, np.float32))
    with pytest.raises(UsageError, match=r"probe lie 0\.00 px apart"):
        side_by_side(wrong, spots(40), ALTS)


@pytest.mark.parametrize("shape", [(112, 112), (7, 90), (1, 1)])
def test_of_a_withheld_picture_its_mean_alone_is_left(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(3)
    image = rng.integers(0, 255, (*shape, 3), dtype=np.uint8)
    shuffled = rng.permutation(image.reshape(-1, 3)).reshape(image.shape)
    assert withheld(image).jpeg == withheld(shuffled).jpeg
    assert withheld(image).jpeg != withheld(255 - image // 8).jpeg


def test_bystanders_are_gone_wherever_the_probe_is_shown() -> None:
    box = np.array([[5, 5, 45, 45]], np.float32)
    one = spots(30)
    other = FacePicture(one.image.copy(), one.eyes)
    rng = np.random.default_rng(4)
    other.image[5:45, 5:45] = rng.permutation(np.full((1600, 3), 90, np.uint8)).reshape(40, 40, 3)
    one.image[5:45, 5:45:2], one.image[5:45, 6:45:2] = 60, 120  # somebody; their mean is 90
    pictures = [FacePicture(each.image, each.eyes, box) for each in (one, other)]
    printed = [whole(each, "", "").jpeg for each in pictures]
    compared = [side_by_side(each, spots(30), ALTS)[0].picture.jpeg for each in pictures]
    assert printed[0] == printed[1], "who stood there makes no difference"
    assert compared[0] == compared[1]
    assert whole(FacePicture(one.image, one.eyes), "", "").jpeg != printed[0]
    assert one.image[5, 5, 0] == 60, "the picture itself is left as it is"


def test_a_large_picture_is_reduced(build_picture: BuildPicture) -> None:
    assert load_image(whole(build_picture(1, 1200), "", "").jpeg).shape == (1000, 1000, 3)
    assert load_image(whole(build_picture(1, 300), "", "").jpeg).shape == (300, 300, 3)


def test_of_who_is_not_involved_no_picture_is_in_the_page(
    build_report: Callable[..., SearchReport],
) -> None:
    report = build_report(6)
    html = render_search(report)
    found = re.findall(r"data:image/jpeg;base64,([A-Za-z0-9+/=]+)", html)
    pictures = [load_image(base64.b64decode(one)).astype(float) for one in found]
    assert len(pictures) == 2 + 2 + 6, "probe twice, one comparison, six candidates"
    for considered in report.considered:
        assert considered.picture is not None
        own = considered.picture.image.astype(float)
        alike = [one for one in pictures if one.shape == own.shape]
        near = [np.corrcoef(one.ravel(), own.ravel())[0, 1] > 0.5 for one in alike]
        assert any(near) == (considered.id == "candidate-1")
    assert sum(one.shape == (84, 84, 3) for one in pictures) == 5, "the other five are withheld"
