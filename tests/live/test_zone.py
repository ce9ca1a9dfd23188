"""The zone: what is a polygon of the frame, and which faces lie in it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.errors import ZoneError
from workbench.live.zone import Zone

SIZE = (200, 100)
TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))


def box_at(x: float, y: float, half: float = 5.0) -> list[float]:
    """A box about a centre in pixels."""
    return [x - half, y - half, x + half, y + half]


def test_no_box_is_inside() -> None:
    assert Zone.whole().inside(np.zeros((0, 4), np.float32), SIZE).shape == (0,)


@pytest.mark.parametrize(
    ("points", "centre", "expected"),
    [
        (TRIANGLE, (10, 10), True),
        (TRIANGLE, (190, 90), False),
        (TRIANGLE, (99, 49), True),
        (TRIANGLE, (103, 50), False),
        (((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)), (150, 75), True),
        (((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)), (50, 75), False),
        # A face that leaves the picture is inside a zone that reaches that edge.
        (((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)), (204, 75), True),
        # The notch of a U is outside.
        (
            ((0, 0), (0.4, 0), (0.4, 0.8), (0.6, 0.8), (0.6, 0), (1, 0), (1, 1), (0, 1)),
            (100, 40),
            False,
        ),
        (
            ((0, 0), (0.4, 0), (0.4, 0.8), (0.6, 0.8), (0.6, 0), (1, 0), (1, 1), (0, 1)),
            (100, 90),
            True,
        ),
    ],
)
def test_a_face_is_inside_by_its_centre(
    points: tuple[tuple[float, float], ...], centre: tuple[float, float], *, expected: bool
) -> None:
    boxes = np.array([box_at(*centre)], np.float32)
    assert Zone(points).inside(boxes, SIZE).tolist() == [expected]


def test_the_whole_frame_holds_every_corner() -> None:
    corners = [box_at(x, y) for x in (0, 200) for y in (0, 100)]
    assert Zone.whole().inside(np.array(corners, np.float32), SIZE).all()


def test_the_direction_of_drawing_does_not_matter() -> None:
    boxes = np.array(
        [box_at(x, y) for x in range(0, 200, 13) for y in range(0, 100, 7)], np.float32
    )
    forward, backward = Zone(TRIANGLE), Zone(TRIANGLE[::-1])
    assert forward.inside(boxes, SIZE).tolist() == backward.inside(boxes, SIZE).tolist()


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ((), "has 0"),
        (((0, 0), (1, 1)), "has 2"),
        (((0, 0), (1, 0), (1.2, 1)), "outside the frame"),
        (((0, 0), (100, 0), (100, 50)), "not pixels"),
        (((0, 0), (float("nan"), 0), (1, 1)), "outside the frame"),
        (((0, 0), (0.5, 0.5), (1, 1)), "no area"),
        (((0.3, 0.3), (0.3, 0.3), (0.3, 0.3)), "no area"),
        (((0, 0), (1, 1), (1, 0), (0, 1)), "sides 1 and 3 cross"),
        (((0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)), "cross or touch"),
        (((0, 0), (1, 0), (0.5, 0), (0.5, 1)), "cross or touch"),
    ],
)
def test_what_is_not_a_polygon_is_refused_in_one_line(
    points: tuple[tuple[float, float], ...], words: str
) -> None:
    with pytest.raises(ZoneError) as refused:
        Zone(points)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_zone_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "zone.json"
    path.write_text(Zone(TRIANGLE).to_json(), "utf-8")
    assert Zone.read(path) == Zone(TRIANGLE)
    assert not Zone.read(path).is_whole
    assert Zone.whole().is_whole


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "[[0, 0], [1, 0], [1, 1]]",
        '{"polygon": null}',
        '{"polygon": [[0, 0], [1, 0]]}',
        '{"polygon": [[0, 0], [1, 0], [1]]}',
        '{"polygon": [[0, 0], [1, 0], ["1", "1"]]}',
        '{"polygon": [[0, 0], [1, 0], [true, true]]}',
        '{"polygon": [[0, 0], [1, 0], [NaN, 1]]}',
        "[" * 100_000,
    ],
)
def test_a_bad_zone_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "zone.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ZoneError, match=r"zone\.json"):
        Zone.read(path)


def test_a_missing_or_binary_zone_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZoneError, match="cannot be read"):
        Zone.read(tmp_path / "absent.json")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ZoneError, match="not JSON"):
        Zone.read(tmp_path / "binary.json")


def test_the_document_is_the_documented_one() -> None:
    assert json.loads(Zone(TRIANGLE).to_json()) == {"polygon": [[0, 0], [1, 0], [0, 1]]}
