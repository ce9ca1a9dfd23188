"""Searches of a staged crowd: nobody of it is dropped, and no track."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import staged_protocol, tpir_at_fpir
from workbench.feeds.truth import GroundTruth, check_truth
from workbench.live import TrackRecorder
from workbench.live.fusion import TrackScores
from workbench.matching.candidates import Candidates

TRUTH = pl.DataFrame(
    {
        "frame": [0, 0, 1, 1, 2],
        "person": ["ann", "bob", "ann", "cy", "dee"],
        "listed": [True, False, True, True, False],
    }
)
TRACKS = {
    "track": pl.Int64, "detections": pl.Int64, "true_person": pl.String, "true_listed": pl.Boolean,
    "subject": pl.String, "score": pl.Float64,
}  # fmt: skip


def tracks(*rows: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TRACKS, orient="row")


def test_each_track_and_each_person_is_a_search() -> None:
    found = staged_protocol(
        TRUTH,
        tracks(
            (1, 9, "ann", True, "ann", 3.5),
            (2, 4, "ann", True, "cy", 1.5),
            (3, 9, "bob", False, "ann", 0.5),
            (4, 1, None, None, "cy", 2.5),
            (5, 1, "bob", False, None, None),
        ),
    )
    assert found.rows() == [
        ("track 1", "ann", True, True, 3.5, "ann", 3.5, 1),
        ("track 2", "ann", True, True, 1.5, "cy", None, None),
        ("track 3", "bob", False, True, 0.5, "ann", None, None),
        ("track 4", "nobody of the crowd: track 4", False, True, 2.5, "cy", None, None),
        ("track 5", "bob", False, False, None, None, None, None),
        ("cy, never tracked", "cy", True, False, None, None, None, None),
        ("dee, never tracked", "dee", False, False, None, None, None, None),
    ]
    (rates,) = tpir_at_fpir(found, [0.25], replicates=0).to_dicts()
    assert (rates["false_alarms"], rates["misses"], rates["threshold"]) == (
        1,
        2,
        pytest.approx(0.5),
    )


def test_a_crowd_that_nothing_tracked() -> None:
    found = staged_protocol(TRUTH, tracks())
    assert found["acquired"].to_list() == [False] * 4
    assert found["mated"].to_list() == [True, False, True, False]


@pytest.mark.parametrize(
    ("truth", "rows", "says"),
    [
        (TRUTH, [(1, 1, "eve", True, "ann", 1.0)], "row 1 has the true_person eve"),
        (TRUTH, [(1, 1, "ann", True, "ann", float("nan"))], "score.*first in row 1"),
        (TRUTH, [(1, 1, "ann", True, "ann", None)], "subject_and_score_come_together.*row 1"),
        (TRUTH, [(1, 1, "bob", False, None, None)] * 2, "primary_key.*first in row 1"),
        (TRUTH.drop("listed"), [], "the ground truth cannot be evaluated .*listed"),
        (
            TRUTH.filter("listed"),
            [],
            "nobody of the ground truth is off the list by its column listed",
        ),
        (TRUTH.filter(~pl.col("listed")), [], "nobody of the ground truth is on the list"),
        (
            TRUTH.with_columns(listed=pl.Series([True, False, False, True, False])),
            [],
            "listed_or_not.*row 1",
        ),
    ],
)
def test_what_is_no_staged_crowd(
    truth: pl.DataFrame, rows: list[tuple[object, ...]], says: str
) -> None:
    with pytest.raises(ProtocolError, match=says):
        staged_protocol(truth, tracks(*rows))
    if not rows:
        return
    with pytest.raises(ProtocolError, match=r"the tracks cannot be evaluated .*score"):
        staged_protocol(truth, tracks(*rows).drop("score"))


def test_what_a_live_search_recorded_is_taken_as_it_is() -> None:
    boxes = {"ann": (10.0, 10.0, 50.0, 50.0), "bob": (100.0, 10.0, 140.0, 50.0)}
    truth = pl.DataFrame(
        [(at, at * 0.04, name, name == "ann", *box, 0.0) for at in (0, 1) for name, box in boxes.items()],
        schema=GroundTruth.create_empty().schema,
        orient="row",
    )  # fmt: skip
    recorder = TrackRecorder(check_truth(truth, "the crowd"))
    for at in (0, 1):
        recorder.on_frame(at, np.array([4, 7]), np.array([*boxes.values()], np.float32))
    for track, score in ((4, 3.5), (7, 0.5)):
        scores = TrackScores()
        for _ in range(2):
            scores.add(Candidates(("ann",), np.array([score], np.float32)), 1.0, np.zeros)
        recorder.on_scores(track, scores)
    assert staged_protocol(truth, recorder.tracks()).rows() == [
        ("track 4", "ann", True, True, 3.5, "ann", 3.5, 1),
        ("track 7", "bob", False, True, 0.5, "ann", None, None),
    ]
