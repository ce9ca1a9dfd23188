"""Redaction: what leaves the redactor shows no face, but for that of an open alert."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.arrays import FloatArray, ImageArray
from workbench.faces.mosaic import Mosaic, MosaicKind, pixel_regions
from workbench.feeds.frames import Frame
from workbench.live.redaction import (
    MOST_HELD_GROWTH,
    MOST_HELD_SIZE,
    RedactedFrame,
    Redactor,
    Sightings,
)

WIDTH, HEIGHT = 160, 120


def noise(seed: int = 0, size: tuple[int, int] = (WIDTH, HEIGHT)) -> ImageArray:
    """An image in which no two places look alike, so that a pixel left as it was is noticed."""
    return np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3)).astype(np.uint8)


def sightings(
    boxes: list[list[float]],
    tracks: list[int] | None = None,
    held: list[list[float]] | None = None,
    held_s: float = 0.1,
) -> Sightings:
    """Sightings from lists; tracks are numbered from 1 where none are given."""
    held = held or []
    return Sightings(
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(tracks if tracks is not None else range(1, len(boxes) + 1), np.int64),
        np.array(held, np.float32).reshape(-1, 4),
        np.arange(100, 100 + len(held)),
        np.full(len(held), held_s, np.float32),
    )


def unchanged(raw: ImageArray, shown: ImageArray, box: tuple[int, int, int, int]) -> float:
    """Share of the pixels of a box that are as they were."""
    x0, y0, x1, y1 = (max(0, side) for side in box)
    same = (raw[y0:y1, x0:x1] == shown[y0:y1, x0:x1]).all(axis=-1)
    return float(same.mean()) if same.size else 0.0


def run(
    steps: list[tuple[Sightings, dict[int, str]]], lookback: int = 0
) -> tuple[list[ImageArray], list[RedactedFrame]]:
    """Push frames of noise, one for each step; returns the raw images and what came out."""
    redactor = Redactor(lookback_frames=lookback)
    raw = [noise(index) for index in range(len(steps))]
    shown: list[RedactedFrame] = []
    for index, (seen, revealed) in enumerate(steps):
        shown += redactor.push(Frame(index, index * 0.04, raw[index]), seen, revealed)
        assert len(shown) == max(0, index + 1 - lookback)
    shown += redactor.flush()
    assert [frame.index for frame in shown] == list(range(len(steps)))
    return raw, shown


def test_without_faces_a_frame_stays_as_it_is() -> None:
    raw, shown = run([(sightings([]), {})])
    np.testing.assert_array_equal(raw[0], shown[0].image)
    assert shown[0].covered.shape == (0, 4)
    assert shown[0].image is not raw[0]


@pytest.mark.parametrize(
    "box",
    [
        [40, 30, 80, 80],
        [-20, -20, 15, 15],
        [150, 100, 200, 170],
        [0, 0, WIDTH, HEIGHT],
        [70.4, 50.6, 71.2, 51.1],
    ],
)
def test_every_pixel_of_a_face_is_covered(box: list[float]) -> None:
    raw, shown = run([(sightings([box]), {})])
    x0, y0, x1, y1 = pixel_regions(np.array([box], np.float32), 1.0, (WIDTH, HEIGHT))[0]
    assert unchanged(raw[0], shown[0].image, (x0, y0, x1, y1)) < 0.01
    assert len(shown[0].covered) == 1


def test_a_face_outside_the_picture_is_no_trouble() -> None:
    raw, shown = run([(sightings([[-90, -90, -50, -50]]), {})])
    np.testing.assert_array_equal(raw[0], shown[0].image)


def test_what_lies_far_from_faces_stays() -> None:
    raw, shown = run([(sightings([[10, 10, 40, 40]]), {})])
    np.testing.assert_array_equal(raw[0][60:], shown[0].image[60:])


def test_the_raw_frame_is_not_written_to() -> None:
    redactor = Redactor(lookback_frames=0)
    image = noise()
    image.flags.writeable = False
    shown = redactor.push(Frame(0, 0.0, image), sightings([[10, 10, 60, 60]]), {})
    assert not np.shares_memory(shown[0].image, image)


def test_an_open_alert_shows_its_face_tight_and_nothing_else() -> None:
    box = [40.0, 30.0, 80.0, 80.0]
    raw, shown = run([(sightings([box], [7]), {7: "alert-1"})])
    x0, y0, x1, y1 = shown[0].revealed["alert-1"]
    assert (x0, y0, x1, y1) == (40, 30, 80, 80)
    assert unchanged(raw[0], shown[0].image, (40, 30, 80, 80)) == 1.0
    # The ring around it stays covered.
    assert unchanged(raw[0], shown[0].image, (33, 30, 40, 80)) < 0.02


def test_a_bystander_in_front_of_an_alerted_face_is_not_shown() -> None:
    alerted, bystander = [40.0, 30.0, 80.0, 80.0], [60.0, 40.0, 90.0, 75.0]
    raw, shown = run([(sightings([alerted, bystander], [7, 8]), {7: "alert-1"})])
    assert unchanged(raw[0], shown[0].image, (60, 40, 90, 75)) < 0.01
    assert unchanged(raw[0], shown[0].image, (40, 30, 50, 80)) == 1.0


def test_a_predicted_face_beside_an_alerted_one_is_covered() -> None:
    alerted, held = [40.0, 30.0, 80.0, 80.0], [70.0, 40.0, 100.0, 75.0]
    raw, shown = run([(sightings([alerted], [7], [held]), {7: "alert-1"})])
    assert unchanged(raw[0], shown[0].image, (70, 40, 100, 75)) < 0.01


def test_the_face_of_an_alert_is_covered_where_it_is_only_predicted() -> None:
    held = Sightings(
        np.zeros((0, 4), np.float32),
        np.zeros(0, np.int64),
        np.array([[40, 30, 80, 80]], np.float32),
        np.array([7]),
        np.array([0.1], np.float32),
    )
    raw, shown = run([(held, {7: "alert-1"})])
    assert unchanged(raw[0], shown[0].image, (40, 30, 80, 80)) < 0.01
    assert shown[0].revealed == {}


def test_frames_before_the_first_detection_are_covered_back_along_the_way() -> None:
    def at(frame: int) -> list[float]:
        return [20.0 + 4 * frame, 40, 50.0 + 4 * frame, 80]

    steps = [(sightings([at(k)] if k >= 4 else [], [1] if k >= 4 else []), {}) for k in range(10)]
    raw, shown = run(steps, lookback=4)
    for frame in range(10):
        x0, y0, x1, y1 = (int(v) for v in at(frame))
        assert unchanged(raw[frame], shown[frame].image, (x0, y0, x1, y1)) < 0.02, frame


def test_without_lookback_the_frame_before_is_shown_as_it_is() -> None:
    steps = [(sightings([]), {}), (sightings([[40, 30, 80, 80]]), {})]
    raw, shown = run(steps, lookback=0)
    np.testing.assert_array_equal(raw[0], shown[0].image)


def test_a_gap_between_two_detections_is_covered_between_them() -> None:
    def at(frame: int) -> list[float]:
        return [20.0 + 6 * frame, 40, 50.0 + 6 * frame, 80]

    missed = {3, 4}
    steps = [
        (sightings([] if k in missed else [at(k)], [] if k in missed else [1]), {})
        for k in range(8)
    ]
    raw, shown = run(steps, lookback=3)
    for frame in missed:
        x0, y0, x1, y1 = (int(v) for v in at(frame))
        assert unchanged(raw[frame], shown[frame].image, (x0, y0, x1, y1)) < 0.02


@pytest.mark.parametrize("held_s", [0.04, 0.3, 1.0])
def test_a_predicted_box_is_covered_whole_and_swallows_no_more(held_s: float) -> None:
    """However wide a prediction has become, its mosaic is bound by the face that was found."""
    found, wide = [70.0, 50.0, 86.0, 66.0], [46.0, 26.0, 110.0, 90.0]
    predicted = Sightings(
        np.zeros((0, 4), np.float32),
        np.zeros(0, np.int64),
        np.array([wide], np.float32),
        np.array([1]),
        np.array([held_s], np.float32),
    )
    raw, shown = run([(sightings([found], [1]), {}), (predicted, {})])
    (x0, y0, x1, y1), *rest = shown[1].covered.tolist()
    assert rest == []
    most = 16 * MOST_HELD_SIZE * Mosaic().expand
    assert 16 * MOST_HELD_SIZE <= x1 - x0 <= most + 2
    assert 16 * MOST_HELD_SIZE <= y1 - y0 <= most + 2
    assert unchanged(raw[1], shown[1].image, (70, 50, 86, 66)) < 0.02


def test_a_prediction_grows_with_time_up_to_its_bound() -> None:
    sides = []
    for held_s in (0.0, 0.2, 0.6, 1.0):
        _, shown = run([(sightings([], held=[[60, 40, 80, 60]], held_s=held_s), {})])
        x0, _, x1, _ = shown[0].covered[0].tolist()
        sides.append(x1 - x0)
    assert sides == sorted(sides)
    assert sides[0] < sides[1] < sides[2]
    assert sides[3] <= 20 * MOST_HELD_GROWTH * Mosaic().expand + 2


def test_raw_frames_wait_no_longer_than_told_and_can_be_dropped() -> None:
    redactor = Redactor(lookback_frames=3)
    for index in range(3):
        assert redactor.push(Frame(index, index * 0.04, noise(index)), sightings([]), {}) == []
    assert [f.index for f in redactor.push(Frame(3, 0.12, noise(3)), sightings([]), {})] == [0]
    redactor.discard()
    assert redactor.flush() == []


@pytest.mark.parametrize("kind", list(MosaicKind))
@pytest.mark.parametrize("size", [(1, 1), (2, 9), (37, 5)])
def test_a_mosaic_fits_any_region(kind: MosaicKind, size: tuple[int, int]) -> None:
    image = noise(size=size)
    before = image.copy()
    Mosaic(kind).cover(image, np.array([[-5, -5, 60, 60]], np.float32))
    assert image.shape == before.shape


def test_the_default_mosaic_depends_on_the_mean_colour_alone() -> None:
    """Two different faces of one mean colour leave the very same mosaic: nothing to match."""
    box = np.array([[20, 20, 80, 80]], np.float32)
    first = np.full((120, 160, 3), 120, np.uint8)
    second = first.copy()
    second[::2, :, :] += 40
    second[1::2, :, :] -= 40
    Mosaic().cover(first, box)
    Mosaic().cover(second, box)
    region = pixel_regions(box, Mosaic().expand, (160, 120))[0]
    x0, y0, x1, y1 = region
    np.testing.assert_allclose(
        first[y0:y1, x0:x1].astype(int), second[y0:y1, x0:x1].astype(int), atol=1
    )


def test_the_plain_mosaic_does_not() -> None:
    box = np.array([[20, 20, 80, 80]], np.float32)
    first = np.full((120, 160, 3), 120, np.uint8)
    second = first.copy()
    second[:60], second[60:] = 80, 160
    plain = Mosaic(MosaicKind.MEANS)
    plain.cover(first, box)
    plain.cover(second, box)
    assert np.abs(first.astype(int) - second.astype(int))[30:70, 30:70].max() > 20


def test_regions_cover_the_boxes_whole() -> None:
    boxes: FloatArray = np.array([[10.2, 10.8, 20.1, 20.9]], np.float32)
    assert pixel_regions(boxes, 1.0, (100, 100)).tolist() == [[10, 10, 21, 21]]
    assert pixel_regions(np.zeros((0, 4), np.float32), 1.4, (100, 100)).shape == (0, 4)
