"""Polygons: what is one, its area, and distances from it."""

from __future__ import annotations

import math
import time

import pytest

from workbench.governance import polygons
from workbench.governance.polygons import Point

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
LETTER_U = [
    (0.0, 0.0),
    (1.0, 0.0),
    (1.0, 2.0),
    (2.0, 2.0),
    (2.0, 0.0),
    (3.0, 0.0),
    (3.0, 3.0),
    (0.0, 3.0),
]


@pytest.mark.parametrize(
    "corners", [SQUARE, SQUARE[::-1], LETTER_U, [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]]
)
def test_polygons(corners: list[Point]) -> None:
    assert polygons.fault(corners, smallest=0.1) is None


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ([], "needs 3 to 200 corners, but has 0"),
        (SQUARE[:2], "but has 2"),
        ([(float(x), float(x * x)) for x in range(201)], "but has 201"),
        ([(0, 0), (1, 1), (1, 0), (0, 1)], "sides 1 and 3 cross or touch"),
        ([(0, 0), (1, 0), (1, 1), (0.5, 0), (0, 1)], "cross or touch"),
        ([(0, 0), (1, 0), (0.5, 0), (0.5, 1)], "cross or touch"),
        ([(0, 0), (0, 0), (1, 0), (1, 1)], "cross or touch"),
        ([(0, 0), (1, 1), (2, 2)], "no area"),
        ([(0, 0), (0, 0), (0, 0)], "no area"),
        ([(0, 0), (1, 0), (0, 1)], "no area"),
    ],
)
def test_what_is_no_polygon_is_said_in_words(corners: list[Point], words: str) -> None:
    fault = polygons.fault(corners, smallest=0.6)
    assert fault is not None
    assert words in fault


def test_area_and_extent() -> None:
    assert polygons.area(SQUARE) == polygons.area(SQUARE[::-1]) == 16
    assert polygons.area(LETTER_U) == 7
    assert polygons.extent(SQUARE) == math.hypot(4, 4)
    assert polygons.extent([]) == 0


@pytest.mark.parametrize(
    ("point", "away"),
    [
        ((2, 2), 0),
        ((0, 0), 0),
        ((4, 2), 0),
        ((2, 4), 0),
        ((7, 2), 3),
        ((7, 8), 5),
        ((-1, -1), math.sqrt(2)),
    ],
)
def test_distance_from_a_square(point: Point, away: float) -> None:
    assert polygons.distance(SQUARE, point) == pytest.approx(away)


def test_the_notch_of_a_letter_u_is_outside() -> None:
    assert polygons.distance(LETTER_U, (1.5, 1.0)) == pytest.approx(0.5)
    assert polygons.distance(LETTER_U, (1.5, 2.5)) == 0


def test_the_largest_polygon_is_checked_quickly() -> None:
    circle = [
        (math.cos(2 * math.pi * turn / 200), math.sin(2 * math.pi * turn / 200))
        for turn in range(polygons.MOST_CORNERS)
    ]
    started = time.perf_counter()
    assert polygons.fault(circle, smallest=1.0) is None
    assert time.perf_counter() - started < 2
