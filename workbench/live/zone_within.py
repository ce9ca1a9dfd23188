"""Whether one zone lies inside another: who searches may see less than was authorised, never more.

Both are simple polygons. What lies inside a polygon without holes is bounded by what does, so it
is enough that no part of a side of the inner one leaves the outer one. Each side is cut where it
meets the outer one; between two cuts it is inside or outside as a whole.
"""

from __future__ import annotations

import itertools
import math
from typing import Final

from workbench.governance.polygons import Point
from workbench.live.zone import Zone

__all__ = ["lies_within"]

_CLOSE: Final = 1e-9
"""Shares of the frame that count as nothing: corners written with fewer digits than they had."""


def lies_within(inner: Zone, outer: Zone) -> bool:
    """Return whether no point of `inner` lies outside `outer`; sides in common are inside."""
    if outer.is_whole:
        return True
    bounds = _sides(outer)
    return all(_is_inside(start, stop, bounds) for start, stop in _sides(inner))


def _is_inside(start: Point, stop: Point, bounds: list[tuple[Point, Point]]) -> bool:
    cuts = sorted({0.0, 1.0, *(cut for side in bounds for cut in _cuts(start, stop, *side))})
    ends = [_along(start, stop, cut) for cut in cuts]
    middles = [_along(start, stop, (one + other) / 2) for one, other in itertools.pairwise(cuts)]
    return all(_holds(bounds, point) for point in (*ends, *middles))


def _cuts(start: Point, stop: Point, a: Point, b: Point) -> list[float]:
    """Return where on a side, from 0 to 1, it meets the side `ab`, and the nearest to its ends."""
    dx, dy = stop[0] - start[0], stop[1] - start[1]
    ex, ey = b[0] - a[0], b[1] - a[1]
    across = dx * ey - dy * ex
    length = dx * dx + dy * dy
    found = [((p[0] - start[0]) * dx + (p[1] - start[1]) * dy) / length for p in (a, b)]
    if across:
        found.append(((a[0] - start[0]) * ey - (a[1] - start[1]) * ex) / across)
    return [cut for cut in found if 0.0 < cut < 1.0]


def _holds(bounds: list[tuple[Point, Point]], point: Point) -> bool:
    """Whether a point lies inside a polygon or on its sides, by the even-odd rule."""
    x, y = point
    odd = False
    for (ax, ay), (bx, by) in bounds:
        if _distance(point, (ax, ay), (bx, by)) <= _CLOSE:
            return True
        if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
            odd = not odd
    return odd


def _distance(point: Point, a: Point, b: Point) -> float:
    dx, dy = b[0] - a[0], b[1] - a[1]
    along = ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / (dx * dx + dy * dy)
    return math.dist(point, _along(a, b, min(1.0, max(0.0, along))))


def _along(start: Point, stop: Point, share: float) -> Point:
    return (start[0] + share * (stop[0] - start[0]), start[1] + share * (stop[1] - start[1]))


def _sides(zone: Zone) -> list[tuple[Point, Point]]:
    points = zone.points
    sides = zip(points, points[1:] + points[:1], strict=True)
    return [(one, other) for one, other in sides if one != other]
