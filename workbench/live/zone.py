"""The zone of a feed: a polygon of the frame; only faces whose centre lies inside are encoded."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from workbench.arrays import BoolArray, FloatArray, check_shape
from workbench.errors import ZoneError
from workbench.governance import polygons
from workbench.governance.polygons import Point

__all__ = ["Zone"]

SMALLEST_AREA = 1e-6
"""Share of the frame below which a polygon counts as having no area."""
_CORNERS = 3
_MOST_CORNERS = 1000


@dataclass(frozen=True, slots=True)
class Zone:
    """A simple polygon in relative coordinates: `(0, 0)` is top left, `(1, 1)` bottom right.

    Attributes:
        points: the corners in order, either way round; the last joins the first.

    Raises:
        ZoneError: when that is not a polygon inside the frame.
    """

    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        """Check that the points make a simple polygon inside the frame."""
        _require_polygon(self.points)

    @classmethod
    def whole(cls) -> Zone:
        """Return the zone that is the whole frame."""
        return cls(((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))

    @classmethod
    def read(cls, path: Path | str) -> Zone:
        """Read a zone from a JSON file: `{"polygon": [[x, y], ...]}`.

        Raises:
            ZoneError: when the file cannot be read or does not hold a polygon; names the file.
        """
        remedy = 'Give a JSON file such as {"polygon": [[0, 0.2], [1, 0.2], [1, 1], [0, 1]]}.'
        try:
            document = json.loads(Path(path).read_text("utf-8"))
        except OSError as error:
            msg = f"{path}: the zone cannot be read ({error.strerror or error}). {remedy}"
            raise ZoneError(msg) from error
        except (ValueError, RecursionError) as error:
            msg = f"{path}: the zone is not JSON. {remedy}"
            raise ZoneError(msg) from error
        corners = document.get("polygon") if isinstance(document, dict) else None
        if not isinstance(corners, list) or not all(_is_pair(corner) for corner in corners):
            msg = f"{path}: the zone holds no list of points [x, y]. {remedy}"
            raise ZoneError(msg)
        try:
            return cls(tuple((float(x), float(y)) for x, y in corners))
        except ZoneError as error:
            msg = f"{path}: {error}"
            raise ZoneError(msg) from error

    def to_json(self) -> str:
        """Return the document that `read` takes."""
        return json.dumps({"polygon": [list(point) for point in self.points]})

    @property
    def is_whole(self) -> bool:
        """Whether the zone leaves nothing of the frame out."""
        return set(self.points) == set(Zone.whole().points)

    def inside(self, boxes: FloatArray, size: tuple[int, int]) -> BoolArray:
        """Say which boxes have their centre inside, by the even-odd rule.

        Args:
            boxes: shape `(n, 4)`, pixels, `x0, y0, x1, y1`.
            size: width and height of the frame in pixels.

        Returns:
            Mask of shape `(n,)`. A centre beyond the frame counts where it left the frame: the
            face at the edge of a picture is inside a zone that reaches that edge.
        """
        check_shape("boxes", boxes, (None, 4))
        centres = (boxes[:, :2] + boxes[:, 2:]).astype(np.float64) / 2.0
        # Just short of the far edges, because the even-odd rule leaves two of four sides out.
        relative = np.clip(centres / np.array(size, np.float64), 1e-9, 1.0 - 1e-9)
        x, y = relative[:, 0], relative[:, 1]
        odd = np.zeros(len(boxes), np.bool_)
        for (ax, ay), (bx, by) in _edges(self.points):
            if ay == by:
                continue
            crosses = (ay > y) != (by > y)
            odd ^= crosses & (x < ax + (y - ay) * (bx - ax) / (by - ay))
        return odd


def _is_pair(corner: object) -> bool:
    return (
        isinstance(corner, list)
        and len(corner) == 2  # noqa: PLR2004 - x and y
        and all(isinstance(value, int | float) and not isinstance(value, bool) for value in corner)
    )


def _edges(points: tuple[Point, ...]) -> list[tuple[Point, Point]]:
    return list(zip(points, points[1:] + points[:1], strict=True))


def _require_polygon(points: tuple[Point, ...]) -> None:
    """Raise `ZoneError` with one line that names what is wrong."""
    if not _CORNERS <= len(points) <= _MOST_CORNERS:
        msg = (
            f"a zone needs {_CORNERS} to {_MOST_CORNERS} points, but has {len(points)}. "
            "Draw a polygon, or leave the zone out for the whole frame."
        )
        raise ZoneError(msg)
    for x, y in points:
        if not (math.isfinite(x) and math.isfinite(y) and 0 <= x <= 1 and 0 <= y <= 1):
            msg = (
                f"zone point ({x}, {y}) lies outside the frame. Points are relative: 0 to 1 from "
                "left to right and from top to bottom, not pixels."
            )
            raise ZoneError(msg)
    # Before the area: a bow tie has areas that cancel, and deserves the truer message.
    crossing = polygons.crossing(points)
    if crossing is not None and len(set(points)) >= _CORNERS:
        first, second = crossing
        msg = (
            f"the zone's sides {first + 1} and {second + 1} cross or touch. "
            "Give the points in order around the zone, each once."
        )
        raise ZoneError(msg)
    if polygons.area(points) < SMALLEST_AREA:
        msg = "the zone has no area: its points lie on one line. Move one of them off it."
        raise ZoneError(msg)
