"""Live search with real models: a staged crowd of real photographs, and real clips."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import av
import numpy as np
import polars as pl
import pytest

from workbench.arrays import FloatArray, IntArray
from workbench.faces.analysis import FaceAnalyser, primary_face
from workbench.faces.artefacts import ArtefactStore
from workbench.faces.mtcnn import MtcnnDetector
from workbench.faces.templates import Templates
from workbench.feeds import (
    CrowdSettings,
    Feed,
    Frame,
    Portrait,
    StagedPerson,
    open_feed,
    stage_crowd,
)
from workbench.images import load_image
from workbench.live import (
    LiveResult,
    LiveSearch,
    RedactedFrame,
    RedactedVideoWriter,
    TrackRecorder,
    score_alerts,
    threshold_curve,
)
from workbench.live.detection import build_live_analyser, detecting_for_redaction
from workbench.live.overlap import attributed
from workbench.matching.enrolment import enrol_images
from workbench.matching.watchlist import Watchlist
from workbench.settings import Settings

pytestmark = pytest.mark.slow

LISTED = ("Tony_Blair", "Bill_Clinton", "Angelina_Jolie")
THRESHOLD = 0.363
"""Cosine of SFace from which its authors take two photographs to show one person."""


@dataclass(frozen=True)
class Searched:
    """A staged crowd and what a search made of it."""

    truth: pl.DataFrame
    result: LiveResult
    recorder: TrackRecorder
    frames: dict[int, tuple[IntArray, dict[str, tuple[int, int, int, int]]]]
    folder: Path
    before: list[Templates]
    """Templates that were there before the search: the list's own, and what other tests keep."""


@pytest.fixture(scope="module")
def analyser(settings: Settings, store: ArtefactStore) -> FaceAnalyser:
    """Return the analyser of a live search, with the faster encoder alone."""
    return build_live_analyser(settings, store, "sface")


@pytest.fixture(scope="module")
def photograph(lfw: Path) -> Callable[[str, int], Path]:
    """Return the n-th photograph of a person of LFW, from 0."""

    def nth(person: str, number: int) -> Path:
        files = sorted((lfw / person).glob("*.jpg"))
        if len(files) <= number:
            pytest.skip(f"needs photograph {number + 1} of {person} in LFW")
        return files[number]

    return nth


@pytest.fixture(scope="module")
def watchlist(analyser: FaceAnalyser, photograph: Callable[[str, int], Path]) -> Watchlist:
    """Return a list of three people, each enrolled from what is usable of four photographs."""
    entries = [
        (name, f"{name}_{number}", photograph(name, number))
        for name in LISTED
        for number in range(1, 5)
    ]
    return enrol_images(entries, analyser, name="three").watchlist


@pytest.fixture(scope="module")
def searched(
    *,
    analyser: FaceAnalyser,
    watchlist: Watchlist,
    settings: Settings,
    photograph: Callable[[str, int], Path],
    lfw: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Searched:
    """Stage three who are listed and three who are not, from photographs not enrolled."""
    crowd = []
    strangers = [folder.name for folder in sorted(lfw.iterdir()) if folder.name not in LISTED][:3]
    for name in (*LISTED, *strangers):
        image = load_image(photograph(name, 0))
        faces = analyser.detect(image)
        main = primary_face(faces, image.shape)
        assert main is not None
        portrait = Portrait(image, faces.boxes[main], faces.landmarks[main])
        crowd.append(StagedPerson(name, name in LISTED, (portrait,)))
    folder = tmp_path_factory.mktemp("staged")
    video = folder / "crowd.mp4"
    stage = CrowdSettings(
        width=640, height=360, seed=3, at_once=3, largest_face_px=110, smallest_face_px=28, fps=12.5
    )
    truth = stage_crowd(crowd, video, stage)
    output = tmp_path_factory.mktemp("result")
    recorder = TrackRecorder(truth)
    frames = {}
    before = [one for one in gc.get_objects() if type(one) is Templates]
    with open_feed(video) as feed, RedactedVideoWriter(output / "redacted.mp4") as writer:

        def take(frame: RedactedFrame) -> None:
            writer.write(frame)
            frames[frame.index] = (frame.covered, dict(frame.revealed))

        search = LiveSearch(
            analyser,
            watchlist.matcher("sface"),
            watchlist,
            threshold=THRESHOLD,
            settings=settings.live,
        )
        result = search.run(feed, take, observer=recorder)
    return Searched(truth, result, recorder, frames, output, before)


def test_everyone_listed_is_found_and_nobody_else(searched: Searched) -> None:
    scores = score_alerts(searched.result.alerts, searched.truth)
    assert scores.missed_people == ()
    assert scores.false_alerts == 0
    assert len(searched.result.alerts) == len(LISTED)


def test_faces_are_counted_once(searched: Searched) -> None:
    people = searched.truth["person"].n_unique()
    assert people <= searched.result.faces_seen <= people + 2
    assert searched.result.duration_s == pytest.approx(searched.truth["time_s"].max(), abs=0.5)


def test_the_recorded_tracks_give_the_threshold_curve(searched: Searched) -> None:
    tracks = searched.recorder.tracks()
    curve = threshold_curve(tracks, searched.truth, [THRESHOLD, 2.0])
    assert curve["recall"].to_list() == [1.0, 0.0]
    assert curve["false_alerts"].to_list() == [0, 0]


def test_alerts_carry_the_probe_and_its_reference(searched: Searched, watchlist: Watchlist) -> None:
    for alert in searched.result.alerts:
        width, height = alert.box[2:] - alert.box[:2]
        assert abs(alert.probe.shape[1] - width) <= 2
        assert abs(alert.probe.shape[0] - height) <= 2
        assert alert.reference is not None
        assert watchlist.references[alert.reference].subject == alert.subject
        assert alert.candidates.subjects[0] == alert.subject
        assert alert.score >= alert.threshold
        assert alert.latency_s < 30


def test_every_staged_face_is_covered_or_an_open_alerts(searched: Searched) -> None:
    bare = []
    for row in searched.truth.filter(pl.col("occluded") < 0.5).iter_rows(named=True):
        covered, revealed = searched.frames[row["frame"]]
        x, y = (row["x0"] + row["x1"]) / 2, (row["y0"] + row["y1"]) / 2
        regions: FloatArray = np.array([*covered.tolist(), *revealed.values()], np.float32)
        inside = (
            (regions.reshape(-1, 4)[:, 0] <= x)
            & (x <= regions.reshape(-1, 4)[:, 2])
            & (regions.reshape(-1, 4)[:, 1] <= y)
            & (y <= regions.reshape(-1, 4)[:, 3])
        )
        if not inside.any():
            bare.append((row["frame"], row["person"]))
    assert bare == []


def test_only_alerted_people_are_shown(searched: Searched) -> None:
    shown = [
        (index, alert, *box)
        for index, (_, revealed) in searched.frames.items()
        for alert, box in revealed.items()
    ]
    assert shown
    names = ["frame", "alert", "x0", "y0", "x1", "y1"]
    table = pl.DataFrame(shown, schema=names, orient="row")
    true = attributed(table, searched.truth).drop_nulls("true_person")
    assert set(true["true_person"]) <= set(LISTED)
    subjects = {alert.id: alert.subject for alert in searched.result.alerts}
    assert all(subjects[row["alert"]] == row["true_person"] for row in true.iter_rows(named=True))


def test_a_second_detector_finds_nobody_else_in_the_redacted_video(
    searched: Searched, settings: Settings
) -> None:
    second = MtcnnDetector(smallest_face_px=24.0, threads=settings.threads)
    found = 0
    with av.open(str(searched.folder / "redacted.mp4")) as container:
        for index, picture in enumerate(container.decode(video=0)):
            revealed = searched.frames[index][1]
            if index % 10 or revealed:
                continue
            faces = second.detect(picture.to_ndarray(format="rgb24"))
            boxes = pl.DataFrame(
                [(index, *box) for box in faces.boxes.tolist()],
                schema={"frame": pl.Int64} | dict.fromkeys(("x0", "y0", "x1", "y1"), pl.Float64),
                orient="row",
            )
            found += len(attributed(boxes, searched.truth).drop_nulls("true_person"))
    assert found == 0


def test_only_what_was_asked_for_is_written(searched: Searched) -> None:
    assert [path.name for path in searched.folder.iterdir()] == ["redacted.mp4"]


def test_no_template_is_left_but_the_lists(
    searched: Searched, watchlist: Watchlist, analyser: FaceAnalyser
) -> None:
    gc.collect()
    identity = analyser.identities["sface"]
    others = {id(one) for one in searched.before}
    alive = [
        one
        for one in gc.get_objects()
        if type(one) is Templates and one.encoder == identity and id(one) not in others
    ]
    # Those enrolled are in clear sight: the list's own, and nothing that came off the feed.
    enrolled = watchlist.templates["sface"].vectors
    for templates in alive:
        best = (templates.vectors @ enrolled.T).max(axis=1)
        assert (best > 1 - 1e-5).all()
    assert searched.result.overdue_templates == 0
    assert searched.result.max_template_age_s <= 1.0


class FirstFrames:
    """The beginning of a feed."""

    def __init__(self, feed: Feed, count: int) -> None:
        self._feed, self._count = feed, count

    def __getattr__(self, name: str) -> object:
        return getattr(self._feed, name)

    def frames(self) -> Iterator[Frame]:
        return islice(self._feed.frames(), self._count)


def run_clip(
    path: Path, count: int, analyser: FaceAnalyser, watchlist: Watchlist, settings: Settings
) -> LiveResult:
    """Search the beginning of a real clip for three people who are not in it."""
    if not path.is_file():
        pytest.skip(f"needs {path}")
    search = LiveSearch(
        analyser,
        watchlist.matcher("sface"),
        watchlist,
        threshold=THRESHOLD,
        settings=settings.live,
    )
    with open_feed(path) as feed:
        result = search.run(FirstFrames(feed, count))  # type: ignore[arg-type]
    assert result.frames == count
    assert result.alerts == ()
    return result


@pytest.mark.parametrize(
    ("frames", "most"),
    # One of the three is hidden while he changes places, and counts again by the definition.
    [(240, 3), pytest.param(702, 4, marks=pytest.mark.slow)],
)
def test_three_men_who_hide_each_other_do_not_multiply(
    *,
    shared_data: Path,
    analyser: FaceAnalyser,
    watchlist: Watchlist,
    settings: Settings,
    frames: int,
    most: int,
) -> None:
    clip = shared_data / "videos" / "three_men_occluding.avi"
    result = run_clip(clip, frames, analyser, watchlist, settings)
    assert 3 <= result.faces_seen <= most


@pytest.mark.parametrize(
    ("frames", "most"), [(25, 12), pytest.param(105, 25, marks=pytest.mark.slow)]
)
def test_a_street_is_followed_without_breaking_everyone_up(
    *,
    shared_data: Path,
    analyser: FaceAnalyser,
    watchlist: Watchlist,
    settings: Settings,
    frames: int,
    most: int,
) -> None:
    clip = shared_data / "videos" / "street_crowd_1080p.mp4"
    result = run_clip(clip, frames, analyser, watchlist, settings)
    assert 6 <= result.faces_seen <= most


def test_one_detection_serves_redaction_and_tracking(settings: Settings) -> None:
    lowered = detecting_for_redaction(settings)
    assert lowered.detection.min_confidence == settings.live.redaction_confidence
    assert lowered.live == settings.live
    assert detecting_for_redaction(lowered) == lowered
