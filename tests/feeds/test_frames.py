"""What a frame cannot be."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.feeds.frames import Frame


@pytest.mark.parametrize("time_s", [float("nan"), float("inf"), -float("inf")])
def test_a_frame_of_no_moment_is_refused(time_s: float) -> None:
    with pytest.raises(ValueError, match="a frame has a time in seconds"):
        Frame(0, time_s, np.zeros((4, 6, 3), np.uint8))


def test_a_frame_without_colours_is_refused() -> None:
    with pytest.raises(ValueError, match="image"):
        Frame(0, 0.0, np.zeros((4, 6), np.uint8))
