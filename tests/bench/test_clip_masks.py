"""Masks of a clip lie in the pictures that they were made for, and somebody just missed has one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from workbench.arrays import FloatArray, ImageArray
from workbench.bench.footage_clips import FootageClip
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.boxes import iou
from workbench.faces.detection import build_detector
from workbench.faces.protocols import Detector
from workbench.feeds.frames import Frame
from workbench.feeds.video import VideoFile
from workbench.live.redaction import RedactedFrame
from workbench.retrospective.clip_tracks import KnownPlace, stretch_of, watch
from workbench.retrospective.index_segment import index_settings
from workbench.retrospective.segments import FootagePlan, plan_footage
from workbench.settings import Settings

PICTURES = 130
KNOWN_S, FROM_S, TO_S = 1.6, 3.2, 4.0
RATE = 25


@pytest.fixture(scope="module")
def finder(settings: Settings, store: ArtefactStore) -> Detector:
    """Return what finds the faces of footage, also such as may be none."""
    return build_detector(index_settings(settings), store)


@pytest.fixture(scope="module")
def men(shared_data: Path) -> list[ImageArray]:
    """Return pictures of three men, all of them in view."""
    frames = VideoFile(shared_data / "videos" / "three_men_occluding.avi").frames()
    return [next(frames).image for _ in range(PICTURES)]


def written(path: Path, images: Sequence[ImageArray]) -> Path:
    """Write footage that can be entered each 0.4 s."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = 10
        stream.codec_context.thread_count = 1
        stream.options = {"crf": "16", "preset": "ultrafast", "sc_threshold": "0", "bf": "0"}
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def damaged(path: Path, from_s: float, to_s: float) -> Path:
    """Overwrite the packets behind each key frame of a stretch; return the same file."""
    data, keys = bytearray(path.read_bytes()), VideoFile(path).survey().key_frames
    for key, following in pairwise(keys):
        if from_s <= key.time_s < to_s:
            assert key.position is not None
            assert following.position is not None
            start, end = key.position + key.length, following.position
            data[start:end] = np.random.default_rng(0).bytes(end - start)
    path.write_bytes(bytes(data))
    return path


def clip_of(
    plan: FootagePlan, box: FloatArray, finder: Detector, settings: Settings
) -> FootageClip:
    """Return the clip around the face that the index found in a box before the clip."""
    known = tuple(KnownPlace(time_s, box) for time_s in (KNOWN_S - 1, KNOWN_S, TO_S + 2))
    return FootageClip("somebody", FROM_S, TO_S, plan, known, finder, settings, lambda: None)


def in_middle(faces: FloatArray) -> FloatArray:
    """Return the box that lies between the others."""
    return np.asarray(faces[np.argsort(faces[:, 0])[len(faces) // 2]], np.float32)


def changed(frame: RedactedFrame, raw: ImageArray, box: FloatArray) -> float:
    """Return which share of a box is not as it was."""
    x0, y0, x1, y1 = np.maximum(box, 0).astype(int).tolist()
    part = np.s_[y0:y1, x0:x1]
    return float(np.any(frame.image[part] != raw[part], axis=2).mean())


def at(frames: Sequence[Frame], time_s: float) -> ImageArray:
    return next(one.image for one in frames if one.time_s == pytest.approx(time_s))


@pytest.mark.slow
def test_damage_before_a_clip_uncovers_nobody_in_it(
    men: list[ImageArray], finder: Detector, settings: Settings, tmp_path: Path
) -> None:
    file = damaged(written(tmp_path / "shop.mp4", men), 2.0, 2.8)
    plan = plan_footage(file, length_s=1.0)
    with VideoFile(file) as video:
        raw = list(video.frames())
        assert video.damage is not None
    later = next(one for one in plan.segments if one.start_s >= 3.0)
    with VideoFile(file) as video:
        entered = next(video.part(later.start))
    counted = next(one.index for one in raw if one.time_s == pytest.approx(entered.time_s))
    assert entered.index - counted > 10, "the same picture is counted otherwise from there"
    box = in_middle(finder.detect(at(raw, KNOWN_S)).boxes)
    seen = list(clip_of(plan, box, finder, settings).redacted())
    times = [one.time_s for one in seen]
    assert times == pytest.approx([FROM_S + n / RATE for n in range(round(0.8 * RATE) + 1)])
    shown = others = 0
    for frame in seen:
        image = at(raw, frame.time_s)
        boxes = finder.detect(image).boxes
        own = np.zeros(len(boxes), np.bool_)
        for region in frame.revealed.values():
            x0, y0, x1, y1 = region
            assert np.array_equal(frame.image[y0:y1, x0:x1], image[y0:y1, x0:x1])
            alike = iou(np.array([region], np.float32), boxes)[0]
            assert alike.max() > 0.9, "it is where the face is in this picture"
            own[np.argmax(alike)] = True
            shown += 1
        for hidden in boxes[~own]:
            assert changed(frame, image, hidden) > 0.95
            others += 1
    assert shown > 10
    assert others > 2 * shown - 5


@pytest.mark.slow
def test_somebody_found_just_before_a_clip_is_hidden_in_its_first_pictures(
    men: list[ImageArray], finder: Detector, settings: Settings, tmp_path: Path
) -> None:
    first = round(FROM_S * RATE)
    boxes = finder.detect(men[first - 1]).boxes
    box = boxes[np.argmin(boxes[:, 0])]
    x0, y0, x1, y1 = np.maximum(box, 0).astype(int).tolist()
    images = [one.copy() for one in men]
    width, height = x1 - x0, y1 - y0
    bag = np.s_[
        y0 + height // 10 : y1 + height * 3 // 10, x0 - width * 3 // 10 : x1 + width * 3 // 10
    ]
    for image in images[first : first + 12]:
        # Somebody's bag comes before the face: hair and shape can be seen, the detector has none.
        image[bag] = image[y0:y1, x0:x1].mean(axis=(0, 1))
    file = written(tmp_path / "shop.mp4", images)
    with VideoFile(file) as video:
        raw = list(video.frames())
    missed = raw[first : first + 10]
    for frame in missed:
        assert iou(box[None], finder.detect(frame.image).boxes).max() < 0.1, "nobody is found there"
    plan = plan_footage(file, length_s=1.0)
    known = in_middle(finder.detect(at(raw, KNOWN_S)).boxes)
    seen = list(clip_of(plan, known, finder, settings).redacted())
    for frame, before in zip(seen, missed, strict=False):
        assert frame.time_s == pytest.approx(before.time_s)
        assert changed(frame, before.image, box) > 0.8


@pytest.mark.slow
def test_a_picture_that_was_not_watched_shows_nobody(
    men: list[ImageArray], finder: Detector, settings: Settings, tmp_path: Path
) -> None:
    plan = plan_footage(written(tmp_path / "shop.mp4", men[:12]), length_s=1.0)
    first, *rest = frames = list(stretch_of(plan, 0.0, 0.2))
    box = in_middle(finder.detect(first.image).boxes)
    watched = watch(
        iter(frames[:3]), [KnownPlace(0.0, box), KnownPlace(0.4, box)], finder, settings,
        step_s=1 / RATE,
    )  # fmt: skip
    assert watched.faces(first) is not None
    assert watched.shown(first) is not None
    moved = Frame(first.index, first.time_s + 1 / RATE, first.image)
    for one in (rest[-1], moved):
        assert watched.faces(one) is None
        assert watched.shown(one) is None
