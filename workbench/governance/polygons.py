"""Polygons of a plane: what is one, how large it is, and how far a point lies from it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TypeAlias

__all__ = ["MOST_CORNERS", "Point", "area", "crossing", "distance", "extent", "fault"]

MOST_CORNERS = 200
"""Nobody draws more by hand; the check of crossing sides takes the square of it."""
_FEWEST_CORNERS = 3

Point: TypeAlias = tuple[float, float]
_Side: TypeAlias = tuple[Point, Point]


def fault(corners: Sequence[Point], *, smallest: float) -> str | None:
    """Say in words why the corners make no polygon, or return `None` when they do.

    Args:
        corners: in order, either way round; the last joins the first.
        smallest: the area below which there is none, in the square of the unit of the corners.
    """
    if not _FEWEST_CORNERS <= len(corners) <= MOST_CORNERS:
        return (
            f"a polygon needs {_FEWEST_CORNERS} to {MOST_CORNERS} corners, but has {len(corners)}"
        )
    # Before the area: a bow tie has areas that cancel, and deserves the truer message.
    meeting = crossing(corners)
    if meeting is not None and len(set(corners)) >= _FEWEST_CORNERS:
        first, second = meeting
        return (
            f"sides {first + 1} and {second + 1} cross or touch; give the corners in order around "
            "the polygon, each once"
        )
    if area(corners) < smallest:
        return "the polygon has no area: its corners lie on one line; move one of them off it"
    return None


def crossing(corners: Sequence[Point]) -> tuple[int, int] | None:
    """Return two sides, by index, that meet where they should not; `None` where none do."""
    sides = _sides(corners)
    last = len(sides) - 1
    for first, second in itertools.combinations(range(len(sides)), 2):
        if second == first + 1 or (first == 0 and second == last):
            # Neighbours share one corner; they overlap only where one turns back on the other.
            if last >= _FEWEST_CORNERS and _turns_back(sides[first], sides[second]):
                return first, second
        elif _meet(*sides[first], *sides[second]):
            return first, second
    return None


def area(corners: Sequence[Point]) -> float:
    """Return the area of a simple polygon, by the shoelace formula."""
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in _sides(corners))) / 2


def extent(corners: Sequence[Point]) -> float:
    """Return the greatest distance between two corners."""
    pairs = itertools.combinations(corners, 2)
    return max((math.dist(one, other) for one, other in pairs), default=0.0)


def distance(corners: Sequence[Point], point: Point) -> float:
    """Return how far a point lies from a simple polygon: 0 inside it and on its sides."""
    x, y = point
    inside = False
    for (ax, ay), (bx, by) in _sides(corners):
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            inside = not inside
    return 0.0 if inside else min(_from_side(point, side) for side in _sides(corners))


def _sides(corners: Sequence[Point]) -> list[_Side]:
    return list(zip(corners, [*corners[1:], *corners[:1]], strict=True))


def _from_side(point: Point, side: _Side) -> float:
    (ax, ay), (bx, by) = side
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else ((point[0] - ax) * dx + (point[1] - ay) * dy) / length
    along = min(1.0, max(0.0, along))
    return math.dist(point, (ax + along * dx, ay + along * dy))


def _turn(a: Point, b: Point, c: Point) -> float:
    """Return twice the area of a triangle, above zero where it turns to the left.

    Rounded alike for any order of its corners, so that a polygon is one either way round.
    """
    p, q, r = sorted((a, b, c))
    doubled = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])
    return -doubled if ((a > b) + (a > c) + (b > c)) % 2 else doubled


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether the closed segments `ab` and `cd` have a point in common."""
    turns = (_turn(a, b, c), _turn(a, b, d), _turn(c, d, a), _turn(c, d, b))
    if turns[0] * turns[1] < 0 and turns[2] * turns[3] < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(
        turn == 0 and _between(start, stop, point)
        for turn, (start, stop, point) in zip(turns, ends, strict=True)
    )


def _between(a: Point, b: Point, point: Point) -> bool:
    return all(
        min(one, other) <= at <= max(one, other) for one, other, at in zip(a, b, point, strict=True)
    )


def _turns_back(first: _Side, second: _Side) -> bool:
    """Whether two sides that share a corner lie on each other, or one of them is a point."""
    if first[1] == second[0]:
        start, corner, end = first[0], first[1], second[1]
    else:
        start, corner, end = first[1], first[0], second[0]
    if corner in (start, end):
        return True
    along = (start[0] - corner[0]) * (end[0] - corner[0])
    across = (start[1] - corner[1]) * (end[1] - corner[1])
    return _turn(start, corner, end) == 0 and along + across > 0
