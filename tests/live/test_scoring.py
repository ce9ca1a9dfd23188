"""Alerts beside ground truth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from workbench.errors import UsageError
from workbench.live.alerts import Alert
from workbench.live.fusion import TrackScores
from workbench.live.overlap import attributed
from workbench.live.scoring import TrackRecorder, score_alerts, threshold_curve
from workbench.matching.candidates import Candidates

BOX = {"anna": (10.0, 10.0, 50.0, 50.0), "ben": (100.0, 10.0, 140.0, 50.0)}


def truth(frames: int = 5, *, listed: tuple[str, ...] = ("anna",)) -> pl.DataFrame:
    """Anna and Ben side by side in every frame."""
    rows = [
        (f, f * 0.04, person, person in listed, *box, 0.0)
        for f in range(frames)
        for person, box in BOX.items()
    ]
    names = ["frame", "time_s", "person", "listed", "x0", "y0", "x1", "y1", "occluded"]
    return pl.DataFrame(rows, schema=names, orient="row")


def alert(subject: str, box: tuple[float, ...], frame: int = 2, name: str = "alert-1") -> Alert:
    """An alert of the given frame."""
    return Alert(
        name, 1, subject, 0.1, frame, 3.0, 2.0, Candidates.empty(), 2,
        np.zeros((1, 1, 3), np.uint8), frame, frame * 0.04, np.array(box, np.float32), None, 0.0, 0.0,
    )  # fmt: skip


def scores(**subjects: float) -> TrackScores:
    """A track's scores after two comparisons."""
    best = sorted(subjects.items(), key=lambda item: -item[1])
    made = TrackScores()
    for _ in range(2):
        made.add(
            Candidates(tuple(n for n, _ in best), np.array([s for _, s in best], np.float32)),
            1.0,
            lambda missing: np.zeros(len(missing), np.float32),
        )
    return made


def test_no_alert_misses_everyone_listed() -> None:
    outcome = score_alerts([], truth())
    assert (outcome.true_alerts, outcome.false_alerts, outcome.alerts_on_unlisted) == (0, 0, 0)
    assert outcome.missed_people == ("anna",)
    assert outcome.recall == 0.0


def test_nobody_listed_has_no_recall() -> None:
    assert score_alerts([], truth(listed=())).recall is None


@pytest.mark.parametrize(
    ("subject", "box", "counts"),
    [
        ("anna", (12, 12, 52, 52), (1, 0, 0)),
        ("anna", BOX["ben"], (0, 1, 1)),
        ("anna", (300, 300, 340, 340), (0, 1, 0)),
        ("ben", BOX["anna"], (0, 1, 0)),
        ("carl", BOX["ben"], (0, 1, 1)),
    ],
)
def test_an_alert_is_right_by_whose_face_it_is(
    subject: str, box: tuple[float, ...], counts: tuple[int, int, int]
) -> None:
    outcome = score_alerts([alert(subject, box)], truth())
    found = (outcome.true_alerts, outcome.false_alerts, outcome.alerts_on_unlisted)
    assert found == counts
    assert outcome.recall == float(counts[0])


def test_two_right_alerts_find_one_person() -> None:
    both = [alert("anna", BOX["anna"], name="alert-1"), alert("anna", BOX["anna"], 3, "alert-2")]
    outcome = score_alerts(both, truth(listed=("anna", "ben")))
    assert outcome.true_alerts == 2
    assert outcome.recall == 0.5
    assert outcome.missed_people == ("ben",)


def test_a_box_goes_to_the_larger_overlap() -> None:
    boxes = pl.DataFrame({"frame": [0, 9], "x0": [12.0, 12.0], "y0": [10.0, 10.0],
                          "x1": [52.0, 52.0], "y1": [50.0, 50.0]})  # fmt: skip
    assert attributed(boxes, truth())["true_person"].to_list() == ["anna", None]


def test_tracks_are_recorded_for_staged_feeds_only() -> None:
    with pytest.raises(UsageError, match="empty"):
        TrackRecorder(truth(0))


def test_one_run_gives_every_threshold() -> None:
    recorder = TrackRecorder(truth())
    boxes = np.array([BOX["anna"], BOX["ben"]], np.float32)
    for frame in range(3):
        recorder.on_frame(frame, np.array([1, 2]), boxes)
    recorder.on_frame(3, np.array([3, 2]), boxes)
    recorder.on_join(3, 1)
    recorder.on_scores(1, scores(anna=3.0))
    recorder.on_scores(3, scores(anna=5.0))
    recorder.on_scores(2, scores(anna=2.0))
    tracks = recorder.tracks()
    assert tracks.select("track", "detections", "true_person", "subject", "score").rows() == [
        (1, 4, "anna", "anna", 5.0),
        (2, 4, "ben", "anna", 2.0),
    ]
    curve = threshold_curve(tracks, truth(), [1.0, 3.0, 6.0])
    assert curve.rows() == [
        (1.0, 1, 1, 1.0, 1, 1),
        (3.0, 1, 1, 1.0, 0, 0),
        (6.0, 1, 0, 0.0, 0, 0),
    ]
    assert threshold_curve(tracks, truth(listed=()), [1.0])["recall"].to_list() == [None]
