"""Staged crowds: the same seed gives the same frames, and the truth is where the faces are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from workbench.errors import FeedError, OutputError, UsageError
from workbench.feeds import (
    CrowdSettings,
    Portrait,
    StagedPerson,
    VideoFile,
    read_truth,
    render_crowd,
    stage_crowd,
    truth_path,
)
from workbench.feeds.staging.camera import FACE_M, Camera
from workbench.feeds.staging.rendering import Stage
from workbench.feeds.staging.walks import plan_walks
from workbench.images import load_image

pytestmark = pytest.mark.slow

People = Callable[..., list[StagedPerson]]

_SMALL: dict[str, Any] = {
    "width": 320, "height": 240, "smallest_face_px": 14, "largest_face_px": 60,
    "walking_speed_m_s": 3.0, "at_once": 3,
}  # fmt: skip


def test_the_same_seed_gives_the_same_frames(people: People) -> None:
    def frames(seed: int) -> list[Any]:
        return list(render_crowd(people(3, portraits=2), CrowdSettings(seed=seed, **_SMALL)))

    first, again, other = frames(4), frames(4), frames(5)
    assert len(first) == len(again)
    for one, two in zip(first, again, strict=True):
        assert one.faces == two.faces
        np.testing.assert_array_equal(one.image, two.image)
    assert any(a.faces != b.faces for a, b in zip(first, other, strict=False))
    assert not np.array_equal(first[0].image, other[0].image)


def test_the_file_decodes_to_the_times_of_its_truth(people: People, tmp_path: Path) -> None:
    output = tmp_path / "crowd.mp4"
    chosen = CrowdSettings(fps=29.97, **_SMALL)
    told: list[tuple[int, int]] = []
    truth = stage_crowd(people(4), output, chosen, progress=lambda *done: told.append(done))
    feed = VideoFile(output)
    times = [frame.time_s for frame in feed.frames()]
    assert feed.size == (320, 240)
    assert feed.damage is None
    assert told == [(number + 1, len(times)) for number in range(len(times))]
    expected = [times[frame] for frame in truth["frame"]]
    assert truth["time_s"].to_list() == expected
    assert read_truth(truth_path(output)).equals(truth)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "crowd.mp4",
        "crowd.mp4.truth.parquet",
    ]


def test_everyone_is_in_the_truth_and_boxes_stay_in_the_frame(people: People) -> None:
    chosen = CrowdSettings(**_SMALL)
    crowd = people(5)
    rows = [
        (frame.index, face.person, face.listed, *face.box, face.occluded)
        for frame in render_crowd(crowd, chosen)
        for face in frame.faces
    ]
    columns = ["frame", "person", "listed", "x0", "y0", "x1", "y1", "occluded"]
    truth = pl.DataFrame(rows, schema=columns, orient="row")
    height = (pl.col("y1") - pl.col("y0")).max()
    seen = truth.group_by("person").agg(pl.col("listed").first(), height)
    assert {one.person: one.listed for one in crowd} == dict(seen.select("person", "listed").rows())
    assert seen["y1"].min() >= 0.9 * chosen.largest_face_px  # type: ignore[operator]
    assert truth.filter(
        (pl.col("x0") < 0) | (pl.col("y0") < 0) | (pl.col("x1") > 320) | (pl.col("y1") > 240)
        | (pl.col("x0") >= pl.col("x1")) | (pl.col("y0") >= pl.col("y1"))
    ).is_empty()  # fmt: skip
    assert truth["occluded"].is_between(0, 1).all()


def test_a_face_is_painted_where_the_truth_says(people: People) -> None:
    """The middle of an unoccluded box differs from the empty street by the colour of skin."""
    chosen = CrowdSettings(noise=0.0, obstacles=0, light_variation=0.0, colour_variation=0.0,
                           shutter_s=0.0, **_SMALL)  # fmt: skip
    crowd = people(2)
    skins = {
        one.person: np.median(one.portraits[0].image[70:110, 65:95].reshape(-1, 3), axis=0)
        for one in crowd
    }
    checked = 0
    for frame in render_crowd(crowd, chosen):
        for face in frame.faces:
            if face.occluded > 0:
                continue
            x, y = (face.box[0] + face.box[2]) / 2, (face.box[1] + face.box[3]) / 2
            patch = frame.image[int(y) : int(y) + 2, int(x) : int(x) + 2].reshape(-1, 3)
            np.testing.assert_allclose(patch.mean(axis=0), skins[face.person], atol=12)
            checked += 1
    assert checked > 50


@pytest.mark.parametrize(("shift", "share"), [(0.0, 1.0), (0.62, 0.5), (2.0, 0.0), (-0.62, 0.5)])
def test_the_nearer_of_two_hides_the_other(people: People, shift: float, share: float) -> None:
    """A head twice as near, in the same row, `shift` of its face heights to the side.

    The cut around a head reaches 0.78 face widths, here 0.62 face heights, to each side: so far
    aside its edge crosses the middle of the face behind.
    """
    chosen = CrowdSettings(obstacles=0, noise=0.0, shutter_s=0.0)
    camera = Camera.of(chosen)
    behind = replace(plan_walks(people(2), chosen, camera)[0], person=0, phase=(0.0,) * 4)
    behind = replace(behind, start_s=0.0, far_m=8.0, far_x=0.0, head_m=1.5)
    low = camera.mast_m - (camera.mast_m - 1.5 - 0.022) / 2 - 0.022
    nearer = replace(behind, person=1, far_m=4.0, far_x=shift * FACE_M, head_m=low)
    assert behind.pose(0.0).y_px == pytest.approx(nearer.pose(0.0).y_px)
    image = np.full((720, 1280, 3), 90, np.uint8)
    faces = Stage(people(2), chosen, camera).paint(image, [nearer, behind], 0.0)
    assert [face.person for face in faces] == ["person 0", "person 1"]
    assert faces[0].occluded == pytest.approx(share, abs=0.08)
    assert faces[1].occluded == 0


def test_portraits_take_turns(people: People) -> None:
    one = people(1, portraits=3)
    still = CrowdSettings(portrait_s=100, noise=0.0, **_SMALL)
    turns = CrowdSettings(portrait_s=0.3, noise=0.0, **_SMALL)
    pairs = zip(render_crowd(one, still), render_crowd(one, turns), strict=True)
    differ = [not np.array_equal(a.image, b.image) for a, b in pairs]
    assert any(differ)


def test_a_picture_or_a_feed_can_be_the_background(people: People, make_video: Any) -> None:
    chosen = CrowdSettings(noise=0.0, obstacles=0, **_SMALL)
    flat = np.full((100, 100, 3), 77, np.uint8)
    first = next(render_crowd(people(1), chosen, flat))
    assert (first.image[-20:, :20] == 77).all()
    feed = VideoFile(make_video(frames=4))
    looped = [frame.image[-5, -5, 1] for frame in render_crowd(people(1), chosen, feed)][:8]
    assert looped[:4] == looped[4:]
    assert len(set(looped)) > 1


def test_nothing_is_left_after_a_failure(people: People, tmp_path: Path) -> None:
    output = tmp_path / "crowd.mp4"
    output.write_bytes(b"what was there before")

    def stop(done: int, _: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage_crowd(people(2), output, CrowdSettings(**_SMALL), progress=stop)
    assert output.read_bytes() == b"what was there before"
    assert [file.name for file in tmp_path.iterdir()] == ["crowd.mp4"]


def test_a_place_that_cannot_be_written_is_named(people: People, tmp_path: Path) -> None:
    chosen = CrowdSettings(**_SMALL)
    with pytest.raises(OutputError, match="could not be written"):
        stage_crowd(people(1), tmp_path / "absent" / "crowd.mp4", chosen)
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(OutputError, match="could not be written"):
        stage_crowd(people(1), tmp_path / "folder.mp4", chosen)
    assert [file.name for file in tmp_path.iterdir()] == ["folder.mp4"]


def test_people_who_cannot_be_staged_are_refused_before_anything_is_written(
    people: People, tmp_path: Path
) -> None:
    for crowd in ([], [*people(1), *people(1)]):
        with pytest.raises(UsageError):
            stage_crowd(crowd, tmp_path / "crowd.mp4", CrowdSettings(**_SMALL))
    assert not list(tmp_path.iterdir())


def test_a_background_that_cannot_be_read_is_named(
    people: People, make_video: Any, tmp_path: Path
) -> None:
    feed = VideoFile(make_video(frames=4))
    feed.close()
    output = tmp_path / "staged" / "crowd.mp4"
    output.parent.mkdir()
    with pytest.raises(FeedError, match="closed"):
        stage_crowd(people(1), output, CrowdSettings(**_SMALL), feed)
    assert not list(output.parent.iterdir())


def test_a_detector_finds_the_faces_where_the_truth_says(
    shared_data: Path, settings: Any, store: Any, tmp_path: Path
) -> None:
    """At least 97 % of free faces of 40 px and more, in the decoded file, at IoU 0.5."""
    detection = pytest.importorskip("workbench.faces.detection")
    boxes = pytest.importorskip("workbench.faces.boxes")
    detector = detection.build_detector(settings, store)
    crowd: list[StagedPerson] = []
    for folder in sorted((shared_data / "lfw").iterdir())[:400:66]:
        image = load_image(min(folder.iterdir()))
        faces = detector.detect(image)
        if len(faces):
            middle = np.abs((faces.boxes[:, :2] + faces.boxes[:, 2:]) / 2 - 125).sum(axis=1)
            best = int(middle.argmin())
            portrait = Portrait(image, faces.boxes[best], faces.landmarks[best])
            crowd.append(StagedPerson(folder.name, listed=True, portraits=(portrait,)))
    output = tmp_path / "crowd.mp4"
    truth = stage_crowd(crowd, output, CrowdSettings(seed=11, fps=12.5))
    free = truth.filter((pl.col("occluded") < 0.02) & (pl.col("y1") - pl.col("y0") >= 40))
    by_frame = free.partition_by("frame", as_dict=True)
    found: list[bool] = []
    for frame in VideoFile(output).frames():
        rows = by_frame.get((frame.index,))
        if rows is None or frame.index % 5:
            continue
        expected = rows.select("x0", "y0", "x1", "y1").to_numpy().astype(np.float32)
        faces = detector.detect(frame.image)
        overlap = boxes.iou(expected, faces.boxes)
        found.extend((overlap.max(axis=1, initial=0.0) >= 0.5).tolist())
    assert len(found) > 40
    assert np.mean(found) >= 0.97
