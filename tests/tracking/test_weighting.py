"""What a look at a face is worth against another look at it."""

from __future__ import annotations

import numpy as np

from workbench.faces.types import Faces
from workbench.tracking.weighting import crop_weights, most_weights


def test_a_look_is_worth_no_more_than_could_be_said_without_its_picture() -> None:
    random = np.random.default_rng(3)
    image = random.integers(0, 256, (240, 320, 3)).astype(np.uint8)
    corner = random.uniform(0, 180, (40, 2)).astype(np.float32)
    side = random.uniform(6, 90, (40, 1)).astype(np.float32)
    at = random.uniform(0, 1, (40, 5, 2)).astype(np.float32)
    faces = Faces(
        np.concatenate([corner, corner + side], axis=1),
        corner[:, None] + at * side[:, None],
        np.ones(40, np.float32),
    )
    most, weights = most_weights(faces), crop_weights(image, faces)
    assert (weights <= most).all()
    assert (weights >= 0.5 * most - 1e-6).all()
    assert most_weights(Faces.empty()).shape == crop_weights(image, Faces.empty()).shape == (0,)
