"""The looks at a face that are kept: the best by weight to compare, the clearest to show."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.live.crops import CropBuffer, HeldCrop, to_show


def look(weight: float, hidden: float = 0.0) -> HeldCrop:
    """A look worth `weight`, of which a bystander hides a share."""
    return HeldCrop(
        {}, np.zeros((4, 4, 3), np.uint8), np.zeros(4, np.float32), weight, 0, 0.0, 0.0, hidden
    )


def test_an_empty_buffer_gives_nothing() -> None:
    assert CropBuffer(3).take(1) == []
    assert CropBuffer(3).waiting() == {}


def test_the_best_by_weight_are_kept_and_given_once() -> None:
    buffer = CropBuffer(2)
    for weight in (0.2, 0.9, 0.5):
        assert buffer.wants(1, weight)
        buffer.add(1, look(weight), 0.0)
    assert not buffer.wants(1, 0.4)
    assert [crop.weight for crop in buffer.take(1)] == [0.9, 0.5]
    assert len(buffer) == 0


@pytest.mark.parametrize(
    ("looks", "shown"),
    [
        ([(0.9, 0.0)], 0),
        ([(0.9, 0.0), (0.8, 0.0)], 0),
        ([(0.9, 0.5), (0.8, 0.0)], 1),
        ([(0.9, 0.5), (0.8, 0.2), (0.7, 0.0)], 2),
        ([(0.9, 0.5), (0.8, 0.2), (0.7, 0.3)], 1),
        ([(0.9, 0.4), (0.8, 0.4)], 0),
    ],
)
def test_a_person_is_shown_the_best_look_that_nobody_hides(
    looks: list[tuple[float, float]], shown: int
) -> None:
    crops = [look(weight, hidden) for weight, hidden in looks]
    assert to_show(crops) is crops[shown]
