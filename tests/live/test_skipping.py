"""Frames left to the tracker, with real faces: who is followed, found and covered all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from workbench.arrays import FloatArray, ImageArray, IntArray
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.types import Faces
from workbench.feeds import CrowdSettings, Portrait, StagedPerson, open_feed, stage_crowd
from workbench.images import load_image
from workbench.live import LiveResult, LiveSearch, RedactedFrame, score_alerts
from workbench.live.detection import build_live_analyser
from workbench.matching.enrolment import enrol_images
from workbench.matching.watchlist import Watchlist
from workbench.settings import LiveSettings, Settings

pytestmark = pytest.mark.slow

LISTED = ("Tony_Blair", "Bill_Clinton", "Angelina_Jolie")
THRESHOLD = 0.363
COVERED = 0.9
"""Share of a face's box that a mosaic has to cover."""


@dataclass
class Watched:
    """What one run did, and where it looked."""

    result: LiveResult
    looked: set[int] = field(default_factory=set)
    covered: dict[int, IntArray] = field(default_factory=dict)
    revealed: dict[int, int] = field(default_factory=dict)


class RememberingAnalyser(FaceAnalyser):
    """Finds the faces of each picture once, however often it is asked."""

    known: dict[bytes, Faces]

    def detect(self, image: ImageArray) -> Faces:
        key = image[::7, ::11].tobytes()
        if key not in self.known:
            self.known[key] = super().detect(image)
        return self.known[key]


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> RememberingAnalyser:
    """Return the analyser of a live search, with the faster encoder alone."""
    built = build_live_analyser(settings, store, "sface")
    remembering = RememberingAnalyser(built.detector, built.encoders, settings.quality)
    remembering.known = {}
    return remembering


@pytest.fixture(scope="module")
def photograph(lfw: Path) -> Callable[[str, int], Path]:
    """Return the n-th photograph of a person of LFW, from 0."""
    return lambda person, number: sorted((lfw / person).glob("*.jpg"))[number]


@pytest.fixture(scope="module")
def watchlist(analyser: FaceAnalyser, photograph: Callable[[str, int], Path]) -> Watchlist:
    """Return a list of three people."""
    entries = [
        (name, f"{name}_{number}", photograph(name, number))
        for name in LISTED
        for number in range(1, 5)
    ]
    return enrol_images(entries, analyser, name="three").watchlist


def watched(
    path: Path, skip: int, analyser: FaceAnalyser, watchlist: Watchlist, threshold: float
) -> Watched:
    """Search a video and note where each frame was covered and which ones were looked at."""
    search = LiveSearch(
        analyser,
        watchlist.matcher("sface"),
        watchlist,
        threshold=threshold,
        settings=LiveSettings(skip_frames=skip),
    )
    looked: set[int] = set()
    covered: dict[int, IntArray] = {}
    revealed: dict[int, int] = {}

    class Looked:
        def on_frame(self, frame: int, tracks: IntArray, boxes: FloatArray) -> None:
            assert len(tracks) == len(boxes)
            looked.add(frame)

        def on_scores(self, track: int, scores: object) -> None:
            """Take nothing."""

        def on_join(self, number: int, into: int) -> None:
            """Take nothing."""

    def take(frame: RedactedFrame) -> None:
        covered[frame.index] = frame.covered
        revealed[frame.index] = len(frame.revealed)

    with open_feed(path) as feed:
        result = search.run(feed, take, observer=Looked())
    return Watched(result, looked, covered, revealed)


def covered_share(regions: IntArray, box: FloatArray) -> float:
    """Share of a box that lies in any of the regions."""
    x0, y0, x1, y1 = np.maximum(np.rint(box), 0).astype(int).tolist()
    inside = np.zeros((max(y1 - y0, 1), max(x1 - x0, 1)), np.bool_)
    for left, top, right, bottom in (regions - np.array([x0, y0, x0, y0])).tolist():
        inside[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = True
    return float(inside.mean())


def bare(run: Watched, path: Path, analyser: FaceAnalyser, confidence: float) -> tuple[int, int]:
    """Count faces in frames not looked at: how many there are, and how many were not covered."""
    count = uncovered = 0
    with open_feed(path) as feed:
        for frame in feed.frames():
            if frame.index in run.looked:
                continue
            faces = analyser.detect(frame.image)
            for box in faces.boxes[faces.confidence >= confidence]:
                count += 1
                uncovered += covered_share(run.covered[frame.index], box) < COVERED
    return count, uncovered


@pytest.mark.parametrize(
    ("clip", "most_looked"), [("street_crowd_1080p.mp4", 0.97), ("three_men_occluding.avi", 0.7)]
)
def test_real_faces_are_followed_and_covered_as_by_looking_in_each_frame(
    *,
    clip: str,
    most_looked: float,
    shared_data: Path,
    analyser: FaceAnalyser,
    watchlist: Watchlist,
) -> None:
    path = shared_data / "videos" / clip
    if not path.is_file():
        pytest.skip(f"needs {path}")
    each, some = (watched(path, skip, analyser, watchlist, 9.0) for skip in (0, 1))
    assert each.result.detected_frames == each.result.frames == some.result.frames
    assert some.result.detected_frames <= most_looked * some.result.frames
    assert some.result.tracks <= 1.15 * each.result.tracks
    assert abs(some.result.faces_seen - each.result.faces_seen) <= max(
        1, 0.1 * each.result.faces_seen
    )
    count, uncovered = bare(some, path, analyser, LiveSettings().min_confidence)
    assert count > 0
    assert uncovered == 0


@pytest.fixture(scope="module")
def crowd(
    analyser: FaceAnalyser,
    photograph: Callable[[str, int], Path],
    lfw: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[Path, pl.DataFrame]:
    """Stage three who are listed and five who are not, at 25 frames a second."""
    strangers = [folder.name for folder in sorted(lfw.iterdir()) if folder.name not in LISTED][:5]
    staged = []
    for name in (*LISTED, *strangers):
        image = load_image(photograph(name, 0))
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        assert main is not None
        portrait = Portrait(image, faces.boxes[main], faces.landmarks[main])
        staged.append(StagedPerson(name, name in LISTED, (portrait,)))
    video = tmp_path_factory.mktemp("staged") / "crowd.mp4"
    stage = CrowdSettings(
        width=640, height=360, seed=5, at_once=4, smallest_face_px=28, largest_face_px=120
    )
    return video, stage_crowd(staged, video, stage)


def test_as_many_are_found_in_a_crowd_as_by_looking_in_each_frame(
    crowd: tuple[Path, pl.DataFrame], analyser: FaceAnalyser, watchlist: Watchlist
) -> None:
    video, truth = crowd
    each, some = (watched(video, skip, analyser, watchlist, THRESHOLD) for skip in (0, 1))
    assert some.result.detected_frames < 0.75 * some.result.frames
    scores = [score_alerts(run.result.alerts, truth) for run in (each, some)]
    assert (scores[1].recall or 0) >= (scores[0].recall or 0) - 0.01
    assert scores[1].false_alerts <= scores[0].false_alerts
    # An alerted face is shown in the frames between as in those looked at.
    shown = [number > 0 for number in some.revealed.values()]
    between = [some.revealed[index] > 0 for index in some.revealed if index not in some.looked]
    assert sum(between) / len(between) >= 0.8 * sum(shown) / len(shown)


def test_a_file_gives_the_same_on_each_run(
    crowd: tuple[Path, pl.DataFrame], analyser: FaceAnalyser, watchlist: Watchlist
) -> None:
    runs = [watched(crowd[0], 1, analyser, watchlist, THRESHOLD).result for _ in range(3)]
    said = [
        (
            [(a.subject, a.track, a.frame, a.score, a.probe_frame) for a in run.alerts],
            run.frames, run.faces_seen, run.tracks, run.comparisons, run.detected_frames,
        )
        for run in runs
    ]  # fmt: skip
    assert said[0] == said[1] == said[2]
    assert said[0][0]
