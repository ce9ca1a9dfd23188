"""Which zones lie inside which: never a point more than was authorised."""

from __future__ import annotations

import pytest

from workbench.live.zone import Zone
from workbench.live.zone_within import lies_within

SQUARE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
# A square with a notch cut into its upper side, down to the middle.
NOTCHED = ((0.2, 0.2), (0.4, 0.2), (0.5, 0.5), (0.6, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))


@pytest.mark.parametrize(
    ("inner", "outer", "inside"),
    [
        (SQUARE, SQUARE, True),
        (SQUARE, ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)), True),
        (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)), SQUARE, False),
        (((0.3, 0.3), (0.5, 0.3), (0.4, 0.6)), SQUARE, True),
        (((0.2, 0.2), (0.8, 0.2), (0.5, 0.8)), SQUARE, True),
        (((0.3, 0.3), (0.5, 0.3), (0.4, 0.81)), SQUARE, False),
        (((0.0, 0.3), (0.1, 0.3), (0.1, 0.6)), SQUARE, False),
        (NOTCHED, SQUARE, True),
        (SQUARE, NOTCHED, False),
        # All three corners are inside, but the long side crosses the notch.
        (((0.25, 0.25), (0.75, 0.25), (0.5, 0.7)), NOTCHED, False),
        # The side runs from one tip of the notch to the other, through the open air.
        (((0.4, 0.2), (0.6, 0.2), (0.5, 0.7)), NOTCHED, False),
        (((0.25, 0.6), (0.75, 0.6), (0.5, 0.75)), NOTCHED, True),
        (((0.25, 0.5), (0.75, 0.5), (0.5, 0.75)), NOTCHED, True),
    ],
)
def test_inside_or_not(
    inner: tuple[tuple[float, float], ...], outer: tuple[tuple[float, float], ...], inside: bool
) -> None:
    assert lies_within(Zone(inner), Zone(outer)) is inside
