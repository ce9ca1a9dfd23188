"""The staged camera: where a head at a distance appears, and how large its face is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from workbench.feeds.staging.settings import CrowdSettings

__all__ = ["FACE_M", "HEAD_CENTRE_M", "Camera"]

FACE_M = 0.2
"""Height of a face box, forehead to chin, in metres (adult menton to trichion is 0.18 to 0.2)."""
HEAD_CENTRE_M = 1.58
"""Height of the middle of an average adult's face above the ground, in metres."""
_VIEW_DEG = 40.0
_ENTRANCE_HEIGHT = 0.22
"""Where heads enter: this share of the frame's height from its top."""
_MARGIN = 0.56
"""Space below the middle of a face at its largest, in face heights: the box just fits."""
_HAIR = 0.95
"""From the middle of the face to the top of the hair, in face heights."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera on a mast that looks down a street, its picture plane upright.

    A point `x` metres to the right, `y` metres above the ground and `z` metres away is shown at
    `(cx + f x / z, horizon + f (mast - y) / z)` pixels.

    Attributes:
        width, height: the frame, px.
        focal_px: focal length, px.
        horizon_px: row of the horizon.
        mast_m: height of the lens above the ground, m.
        far_m, near_m: distance at which a face has its smallest and its largest height, m.
    """

    width: int
    height: int
    focal_px: float
    horizon_px: float
    mast_m: float
    far_m: float
    near_m: float

    @classmethod
    def of(cls, settings: CrowdSettings) -> Self:
        """Return the camera for which faces have the sizes that the settings ask for."""
        focal = settings.width / 2 / math.tan(math.radians(_VIEW_DEG / 2))
        small, large = settings.smallest_face_px, settings.largest_face_px
        enters = max(_ENTRANCE_HEIGHT * settings.height, _HAIR * small)
        leaves = settings.height - _MARGIN * large
        fall = (leaves - enters) / (large - small)
        return cls(
            settings.width,
            settings.height,
            focal,
            enters - fall * small,
            HEAD_CENTRE_M + fall * FACE_M,
            focal * FACE_M / small,
            focal * FACE_M / large,
        )

    def face_px(self, z: float) -> float:
        """Return the height in px of a face `z` metres away."""
        return self.focal_px * FACE_M / z

    def project(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Return column and row in px of a point, metres right, above ground and away."""
        return (
            self.width / 2 + self.focal_px * x / z,
            self.horizon_px + self.focal_px * (self.mast_m - y) / z,
        )

    def gone_m(self, head_m: float) -> float:
        """Return the distance at which a head, its middle `head_m` high, is below the frame."""
        drop = self.mast_m - head_m - _HAIR * FACE_M
        return max(self.focal_px * drop / (self.height - self.horizon_px), 0.2 * self.near_m)

    def half_width_m(self, z: float) -> float:
        """Return how many metres right of the middle the frame ends, `z` metres away."""
        return self.width / 2 * z / self.focal_px
