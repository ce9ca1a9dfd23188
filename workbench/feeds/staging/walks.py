"""Who walks when and along which line: the plan of a staged crowd, without a picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from workbench.errors import UsageError
from workbench.feeds.staging.camera import HEAD_CENTRE_M, Camera
from workbench.feeds.staging.people import StagedPerson
from workbench.feeds.staging.settings import CrowdSettings

__all__ = ["Pose", "Walk", "plan_walks"]

_PAVEMENT_M = 2.7
"""Half the width of the stream of people where they enter."""
_BOB_M = 0.022
_SWAY_M = 0.018
_STEPS_PER_M = 1.45
"""Steps for each metre walked, at a step of about 0.7 m."""
_GAP_S = 0.35
"""Shortest time between two entries."""
_SHORTLY_S = 1.5
_ABREAST_M = 0.75
"""Two who enter together keep this far apart, where there is room."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where someone is at a moment, and in which light.

    Attributes:
        z: distance, m.
        x_px, y_px: middle of the face, px.
        face_px: height of the face, px.
        roll_deg: tilt of the head beyond the portrait's, degrees clockwise.
        gain: brightness factor of red, green and blue.
        stride: phase of the gait in 0..1, two steps.
    """

    z: float
    x_px: float
    y_px: float
    face_px: float
    roll_deg: float
    gain: tuple[float, float, float]
    stride: float


@dataclass(frozen=True, slots=True)
class Walk:
    """One person's way toward the camera.

    Attributes:
        person: position in the list of people.
        start_s, duration_s: when it begins and how long it lasts, s.
        camera: what it is seen by.
        far_m, gone_m: first and last distance, m.
        far_x, near_x: metres right of the middle at `far_m` and at the camera's `near_m`.
        head_m: height of the middle of the face, m.
        phase: where in the gait and in the changes of light it begins, `(4,)` in 0..1.
        light, colour: largest change of brightness and of white balance, share.
        roll: largest tilt, degrees.
    """

    person: int
    start_s: float
    duration_s: float
    camera: Camera
    far_m: float
    gone_m: float
    far_x: float
    near_x: float
    head_m: float
    phase: tuple[float, float, float, float]
    light: float
    colour: float
    roll: float

    def under_way(self, time_s: float) -> bool:
        """Return whether the person is walking at `time_s`."""
        return self.start_s <= time_s < self.start_s + self.duration_s

    def pose(self, time_s: float) -> Pose:
        """Return where the person is at `time_s` seconds of the feed."""
        done = (time_s - self.start_s) / self.duration_s
        walked = done * (self.far_m - self.gone_m)
        z = self.far_m - walked
        stride = (walked * _STEPS_PER_M / 2 + self.phase[0]) % 1.0
        step = 2 * math.pi * stride
        near = self.camera.near_m
        share = (self.far_m - z) / (self.far_m - near)
        x = self.far_x + (self.near_x - self.far_x) * share + _SWAY_M * math.sin(step)
        y = self.head_m + _BOB_M * math.cos(2 * step)
        column, row = self.camera.project(x, y, z)
        slow = 2 * math.pi * (0.9 * done + self.phase[1])
        hue = self.colour * math.sin(2 * math.pi * (0.7 * done + self.phase[2]))
        bright = 1 + self.light * math.sin(slow)
        nod = 2 * math.pi * (1.3 * done + self.phase[3])
        roll = self.roll * (0.65 * math.sin(nod) + 0.35 * math.sin(step))
        return Pose(
            z,
            column,
            row,
            self.camera.face_px(z),
            roll,
            (bright * (1 + hue), bright, bright * (1 - hue)),
            stride,
        )


def plan_walks(
    people: Sequence[StagedPerson], settings: CrowdSettings, camera: Camera
) -> tuple[Walk, ...]:
    """Return one walk for each person, in order of entry.

    People enter in an order of their own, not by whether they are listed. They enter one after
    the other as soon as fewer than `at_once` are under way, at uneven gaps.

    Raises:
        UsageError: when `settings.seconds` is too short for everybody to walk by.
    """
    rng = np.random.default_rng([settings.seed, 1])
    mean_s = (camera.far_m - camera.near_m) / settings.walking_speed_m_s
    gap_s = max(_GAP_S, 0.9 * mean_s / settings.at_once)
    walks: list[Walk] = []
    clock = 0.0
    for person in rng.permutation(len(people)):
        ends = sorted(walk.start_s + walk.duration_s for walk in walks)
        if len(ends) >= settings.at_once:
            clock = max(clock, ends[-settings.at_once])
        walks.append(_walk(int(person), clock, rng, settings, walks))
        clock += max(_GAP_S, gap_s * float(rng.gamma(4.0, 0.25)))
    return _spread(walks, settings)


def _walk(
    person: int,
    start_s: float,
    rng: np.random.Generator,
    settings: CrowdSettings,
    others: Sequence[Walk],
) -> Walk:
    """Return a walk that begins at `start_s`, on a lane away from those who just entered."""
    camera = Camera.of(settings)
    head_m = HEAD_CENTRE_M + 0.06 * float(np.clip(rng.standard_normal(), -1.8, 1.8))
    speed = settings.walking_speed_m_s * (1 + 0.12 * float(np.clip(rng.standard_normal(), -2, 2)))
    far_room = 0.92 * camera.half_width_m(camera.far_m)
    near_room = camera.half_width_m(camera.near_m) - 0.1 - 0.02
    lane = _free_lane(rng, others, start_s)
    far_x = lane * min(_PAVEMENT_M, max(far_room - 0.15, 0.0))
    drift = float(np.clip(0.75 * lane + 0.25 * rng.uniform(-1, 1), -1, 1))
    near_x = drift * max(0.8 * near_room, 0.0)
    gone_m = camera.gone_m(head_m + _BOB_M)
    phase = tuple(float(value) for value in rng.uniform(0, 1, 4))
    return Walk(
        person=person,
        start_s=start_s,
        duration_s=(camera.far_m - gone_m) / speed,
        camera=camera,
        far_m=camera.far_m,
        gone_m=gone_m,
        far_x=far_x,
        near_x=near_x,
        head_m=head_m,
        phase=(phase[0], phase[1], phase[2], phase[3]),
        light=settings.light_variation * float(rng.uniform(0.4, 1.0)),
        colour=settings.colour_variation * float(rng.uniform(-1.0, 1.0)),
        roll=settings.head_roll_deg * float(rng.uniform(0.4, 1.0)),
    )


def _free_lane(rng: np.random.Generator, others: Sequence[Walk], start_s: float) -> float:
    """Return a lane in -1..1 that leaves room to those who entered shortly before."""
    near = [walk.far_x / _PAVEMENT_M for walk in others[-3:] if start_s - walk.start_s < _SHORTLY_S]
    best, room = 0.0, -1.0
    for lane in rng.uniform(-1, 1, 6):
        distance = min((abs(float(lane) - other) for other in near), default=2.0)
        if distance > room:
            best, room = float(lane), distance
        if distance * _PAVEMENT_M >= _ABREAST_M:
            break
    return best


def _spread(walks: list[Walk], settings: CrowdSettings) -> tuple[Walk, ...]:
    """Return the walks with entries spread over `settings.seconds`, if that is set."""
    needed = max(walk.start_s + walk.duration_s for walk in walks)
    if settings.seconds is None:
        return tuple(walks)
    # Half a frame of slack: the length that a run without `seconds` had fits exactly.
    if needed > settings.seconds + 0.5 / settings.fps:
        msg = (
            f"{len(walks)} people need {needed:.1f} s to walk by with {settings.at_once} at once, "
            f"and there are {settings.seconds:g} s. Give more seconds, more at once, or fewer "
            "people."
        )
        raise UsageError(msg)
    last = max(walk.start_s for walk in walks)
    if last == 0.0:
        return tuple(walks)
    stretch = min(
        (settings.seconds - walk.duration_s) / walk.start_s for walk in walks if walk.start_s > 0
    )
    return tuple(replace(walk, start_s=walk.start_s * max(stretch, 1.0)) for walk in walks)
