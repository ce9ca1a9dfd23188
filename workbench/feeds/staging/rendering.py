"""From walks to frames: everyone painted far to near, and what of each face is left to see."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from workbench.arrays import ImageArray
from workbench.errors import FeedError
from workbench.feeds.frames import Feed
from workbench.feeds.staging.bodies import STRIDES, draw_bodies
from workbench.feeds.staging.camera import Camera
from workbench.feeds.staging.heads import cut_head, skin_colour
from workbench.feeds.staging.obstacles import place_obstacles
from workbench.feeds.staging.people import StagedPerson, check_people
from workbench.feeds.staging.scenery import draw_street, fitted
from workbench.feeds.staging.settings import CrowdSettings
from workbench.feeds.staging.sprites import Cover, Look, Sprite, lay, placed
from workbench.feeds.staging.visibility import FaceInView
from workbench.feeds.staging.walks import Pose, Walk, plan_walks

__all__ = ["Stage", "StagedFace", "StagedFrame", "count_frames", "render_crowd"]

_NOISE_ROOM = 64
_NOISE_SHEETS = 4


@dataclass(frozen=True, slots=True)
class StagedFace:
    """One face of a staged frame.

    Attributes:
        person, listed: who it is.
        box: `x0, y0, x1, y1` px, cut at the edges of the frame.
        occluded: share of the face that is hidden, 0..1.
    """

    person: str
    listed: bool
    box: tuple[float, float, float, float]
    occluded: float


@dataclass(frozen=True, slots=True, eq=False)
class StagedFrame:
    """One frame before compression.

    Attributes:
        index: position, from 0.
        image: shape `(height, width, 3)` uint8 RGB.
        faces: who is in view, far to near.
    """

    index: int
    image: ImageArray
    faces: tuple[StagedFace, ...]


def count_frames(people: Sequence[StagedPerson], settings: CrowdSettings) -> int:
    """Return how many frames `render_crowd` gives.

    Raises:
        UsageError: when the people cannot be staged or do not fit `settings.seconds`.
    """
    check_people(people)
    return _frame_count(plan_walks(people, settings, Camera.of(settings)), settings)


def render_crowd(
    people: Sequence[StagedPerson],
    settings: CrowdSettings,
    background: ImageArray | Feed | None = None,
) -> Iterator[StagedFrame]:
    """Give the frames of a staged crowd, uncompressed.

    The same people, settings and background give the same frames on the same machine.

    Args:
        people: who walks by; each once.
        settings: how.
        background: what they walk in front of: a picture, a feed (repeated when it is short), or
            a drawn street.

    Raises:
        UsageError: when the people cannot be staged or do not fit `settings.seconds`.
        FeedError: when the background cannot be read.
    """
    check_people(people)
    camera = Camera.of(settings)
    walks = plan_walks(people, settings, camera)
    stage = Stage(people, settings, camera)
    scenes = _scenes(background, settings, camera)
    for index in range(_frame_count(walks, settings)):
        time_s = index / settings.fps
        present = [walk for walk in walks if walk.under_way(time_s)]
        stage.dismiss(present)
        image = next(scenes)
        faces = stage.paint(image, present, time_s)
        yield StagedFrame(index, stage.exposed(image), faces)


def _frame_count(walks: Sequence[Walk], settings: CrowdSettings) -> int:
    """Return the number of frames until everyone is gone, or of the seconds asked for."""
    end = max(walk.start_s + walk.duration_s for walk in walks)
    return max(1, math.ceil((settings.seconds or end) * settings.fps - 1e-6))


def _scenes(
    background: ImageArray | Feed | None, settings: CrowdSettings, camera: Camera
) -> Iterator[ImageArray]:
    """Give a fresh picture without people for every frame, without end."""
    if isinstance(background, Feed):
        given = True
        while given:
            given = False
            for frame in background.frames():
                given = True
                yield fitted(frame.image, settings.width, settings.height).copy()
        msg = f"{background.name}: gives no frames to walk in front of."
        raise FeedError(msg)
    empty = (
        draw_street(camera, np.random.default_rng([settings.seed, 3]))
        if background is None
        else fitted(background, settings.width, settings.height)
    )
    while True:
        yield empty.copy()


@dataclass(frozen=True, slots=True, eq=False)
class _Cast:
    """The sprites of one person who is under way."""

    heads: tuple[Sprite, ...]
    aspects: tuple[float, ...]
    bodies: tuple[Sprite, ...]


class Stage:
    """Paints people; keeps the sprites of those under way and of nobody else."""

    def __init__(
        self, people: Sequence[StagedPerson], settings: CrowdSettings, camera: Camera
    ) -> None:
        """Set up the obstacles and the noise; nobody is cut out before they walk."""
        self._people = people
        self._settings = settings
        self._camera = camera
        self._size = (settings.width, settings.height)
        self._cast: dict[int, _Cast] = {}
        self._obstacles = place_obstacles(settings)
        self._noise_rng = np.random.default_rng([settings.seed, 4])
        self._sheets = self._noise_sheets()

    def dismiss(self, present: Sequence[Walk]) -> None:
        """Forget the sprites of those who have left."""
        for person in self._cast.keys() - {walk.person for walk in present}:
            del self._cast[person]

    def paint(
        self, image: ImageArray, present: Sequence[Walk], time_s: float
    ) -> tuple[StagedFace, ...]:
        """Paint everyone on `image`, far to near, and return the faces in view."""
        in_order = sorted(((walk, walk.pose(time_s)) for walk in present), key=_far_first)
        for walk, pose in in_order:
            self._shadow(image, walk, pose)
        views: list[tuple[StagedPerson, FaceInView]] = []
        for walk, pose in in_order:
            covers = self._person(image, walk, pose, time_s)
            for _, view in views:
                for cover in covers:
                    view.hide(cover)
            aspect = self._aspect(walk, time_s)
            views.append((self._people[walk.person], FaceInView.at(pose, aspect, self._size)))
        for obstacle in self._obstacles:
            at = obstacle.at(time_s, self._settings.width)
            look = Look(motion=(obstacle.speed_px * self._settings.shutter_s, 0.0))
            result = placed(obstacle.sprite, float(self._size[1]), at, self._size, look)
            if result is not None:
                lay(image, *result)
                for _, view in views:
                    view.hide(result[0])
        return tuple(
            StagedFace(who.person, who.listed, view.box, view.occluded())
            for who, view in views
            if view.present
        )

    def exposed(self, image: ImageArray) -> ImageArray:
        """Return the picture with sensor noise."""
        if not self._sheets:
            return image
        more, less = self._sheets[int(self._noise_rng.integers(len(self._sheets)))]
        top, left = (int(value) for value in self._noise_rng.integers(_NOISE_ROOM, size=2))
        rows, columns = slice(top, top + self._size[1]), slice(left, left + self._size[0])
        noisy = cv2.subtract(cv2.add(image, more[rows, columns]), less[rows, columns])
        return cast("ImageArray", noisy)

    def _noise_sheets(self) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
        """Return noise larger than a frame, what it adds and what it takes, to be cut anywhere."""
        if self._settings.noise == 0:
            return []
        shape = (self._size[1] + _NOISE_ROOM, self._size[0] + _NOISE_ROOM)
        sheets = []
        for _ in range(_NOISE_SHEETS):
            # Most of a sensor's noise is brightness; a little is colour.
            grey = self._noise_rng.standard_normal(shape, np.float32)[..., None]
            tint = self._noise_rng.standard_normal((*shape, 3), np.float32)
            noise = np.rint(self._settings.noise * (0.92 * grey + 0.4 * tint)).astype(np.int16)
            more = np.clip(noise, 0, 255).astype(np.uint8)
            less = np.clip(-noise, 0, 255).astype(np.uint8)
            sheets.append((more, less))
        return sheets

    def _members(self, walk: Walk) -> _Cast:
        """Return a person's sprites, made when the person first appears."""
        if walk.person not in self._cast:
            who = self._people[walk.person]
            rng = np.random.default_rng([self._settings.seed, 5, walk.person])
            order = rng.permutation(len(who.portraits))
            portraits = [who.portraits[int(number)] for number in order]
            largest = 1.4 * self._settings.largest_face_px
            self._cast[walk.person] = _Cast(
                tuple(cut_head(portrait, largest) for portrait in portraits),
                tuple(float((p.box[2] - p.box[0]) / (p.box[3] - p.box[1])) for p in portraits),
                draw_bodies(rng, walk.head_m, skin_colour(portraits[0])),
            )
        return self._cast[walk.person]

    def _person(self, image: ImageArray, walk: Walk, pose: Pose, time_s: float) -> list[Cover]:
        """Paint one person and return what the person covers."""
        members = self._members(walk)
        later = walk.pose(time_s + self._settings.shutter_s)
        look = Look(
            pose.roll_deg,
            (later.x_px - pose.x_px, later.y_px - pose.y_px),
            self._settings.lens_blur_px,
        )
        at = (pose.x_px, pose.y_px)
        covers: list[Cover] = []
        body = members.bodies[int(pose.stride * STRIDES) % STRIDES]
        result = placed(body, pose.face_px, at, self._size, Look(motion=look.motion))
        if result is not None:
            lay(image, *result, pose.gain)
            covers.append(result[0])
        turns = self._turns(walk, time_s)
        blended = self._head(members, pose, turns, look)
        if blended is not None:
            lay(image, *blended, pose.gain)
            covers.append(blended[0])
        return covers

    def _head(
        self, members: _Cast, pose: Pose, turns: tuple[int, int, float], look: Look
    ) -> tuple[Cover, NDArray[np.uint8]] | None:
        """Return the head as it covers the frame, two portraits mixed while one follows another."""
        first, second, share = turns
        at = (pose.x_px, pose.y_px)
        results = [
            placed(members.heads[number], pose.face_px, at, self._size, look)
            for number in ((first,) if share == 0.0 else (first, second))
        ]
        if len(results) == 1 or results[0] is None or results[1] is None:
            return results[0]
        return _mixed(results[0], results[1], share)

    def _turns(self, walk: Walk, time_s: float) -> tuple[int, int, float]:
        """Return which portrait is shown, which follows, and the share of the latter."""
        count = len(self._people[walk.person].portraits)
        passed = (time_s - walk.start_s) / self._settings.portrait_s + walk.phase[1]
        turn, part = int(passed), passed - int(passed)
        fade = min(self._settings.fade_s / self._settings.portrait_s, 1.0)
        share = max(0.0, (part - (1 - fade)) / fade) if fade > 0 and count > 1 else 0.0
        return turn % count, (turn + 1) % count, share

    def _aspect(self, walk: Walk, time_s: float) -> float:
        """Return the face's width divided by its height, as it is shown."""
        first, second, share = self._turns(walk, time_s)
        aspects = self._members(walk).aspects
        return (1 - share) * aspects[first] + share * aspects[second]

    def _shadow(self, image: ImageArray, walk: Walk, pose: Pose) -> None:
        """Darken the ground under the feet, as an overcast sky does."""
        x = (pose.x_px - self._camera.width / 2) * pose.z / self._camera.focal_px
        column, row = self._camera.project(x, 0.0, pose.z)
        reach = (0.42 * self._camera.focal_px / pose.z, 0.07 * self._camera.focal_px / pose.z)
        x0, x1 = max(0, math.floor(column - reach[0])), math.ceil(column + reach[0])
        y0, y1 = max(0, math.floor(row - reach[1])), math.ceil(row + reach[1])
        part = image[y0:y1, x0:x1]
        if part.size == 0 or walk.head_m <= 0:
            return
        dx = (np.arange(x0, x0 + part.shape[1], dtype=np.float32) + 0.5 - column) / reach[0]
        dy = (np.arange(y0, y0 + part.shape[0], dtype=np.float32) + 0.5 - row) / reach[1]
        dark = 1 - 0.5 * np.clip(1 - (dx[None, :] ** 2 + dy[:, None] ** 2), 0, 1)
        part[:] = (part * dark[..., None]).astype(np.uint8)


def _far_first(placed_walk: tuple[Walk, Pose]) -> tuple[float, int]:
    """Return the order in which people are painted."""
    walk, pose = placed_walk
    return -pose.z, walk.person


def _mixed(
    first: tuple[Cover, NDArray[np.uint8]], second: tuple[Cover, NDArray[np.uint8]], share: float
) -> tuple[Cover, NDArray[np.uint8]]:
    """Return two placed sprites mixed, over the smallest rectangle that holds both."""
    x0, y0 = (min(a, b) for a, b in ((first[0].x, second[0].x), (first[0].y, second[0].y)))
    x1 = max(cover.x + patch.shape[1] for cover, patch in (first, second))
    y1 = max(cover.y + patch.shape[0] for cover, patch in (first, second))
    canvases = []
    for cover, patch in (first, second):
        canvas = np.zeros((y1 - y0, x1 - x0, 4), np.uint8)
        top, left = cover.y - y0, cover.x - x0
        canvas[top : top + patch.shape[0], left : left + patch.shape[1]] = patch
        canvases.append(canvas)
    mixed = cv2.addWeighted(canvases[0], 1 - share, canvases[1], share, 0.0)
    mixed = cast("NDArray[np.uint8]", mixed)
    return Cover(x0, y0, np.ascontiguousarray(mixed[..., 3])), mixed
