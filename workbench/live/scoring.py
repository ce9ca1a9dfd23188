"""A live search beside its ground truth: who was found, who was missed, who was alerted wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.arrays import FloatArray, IntArray
from workbench.errors import UsageError
from workbench.live.alerts import Alert
from workbench.live.fusion import TrackScores
from workbench.live.overlap import MIN_OVERLAP, attributed

__all__ = ["AlertScores", "TrackRecorder", "score_alerts", "threshold_curve"]

_BOX = {"x0": pl.Float64, "y0": pl.Float64, "x1": pl.Float64, "y1": pl.Float64}


@dataclass(frozen=True, slots=True, eq=False)
class AlertScores:
    """How the alerts of a run stand beside the ground truth.

    Attributes:
        alerts: one row an alert, in order: `alert, time_s, subject, score, true_person,
            true_listed, overlap, right`; `true_person` is null where no staged face was.
        people: one row a person who is on the list and was staged: `person, first_s, found,
            found_s` (time in the feed of the first right alert, null if missed).
    """

    alerts: pl.DataFrame
    people: pl.DataFrame

    @property
    def true_alerts(self) -> int:
        """Alerts that name the person whose face it is."""
        return int(self.alerts["right"].sum())

    @property
    def false_alerts(self) -> int:
        """Alerts that do not."""
        return len(self.alerts) - self.true_alerts

    @property
    def alerts_on_unlisted(self) -> int:
        """False alerts on a person who is not on the list."""
        unlisted = self.alerts["true_listed"].eq(other=False)
        return int(unlisted.fill_null(value=False).sum())

    @property
    def missed_people(self) -> tuple[str, ...]:
        """People on the list who passed without a right alert."""
        return tuple(self.people.filter(~pl.col("found"))["person"].to_list())

    @property
    def recall(self) -> float | None:
        """Share of the people on the list who were found; `None` when none passed."""
        return float(self.people["found"].cast(pl.Float64).mean()) if len(self.people) else None  # type: ignore[arg-type]


def score_alerts(
    alerts: Sequence[Alert], truth: pl.DataFrame, *, min_overlap: float = MIN_OVERLAP
) -> AlertScores:
    """Compare alerts with the ground truth of the feed.

    An alert is right when its face, in the frame that its probe was cut from, overlaps that of the
    person it names more than anyone else's, and by `min_overlap` (IoU) at least.

    Args:
        alerts: of one run over the feed.
        truth: of the same feed, with the columns of `workbench.feeds.truth.GroundTruth`.
        min_overlap: see above.
    """
    corners = [[float(value) for value in alert.box] for alert in alerts]
    table = pl.DataFrame(
        {
            "alert": [alert.id for alert in alerts],
            "frame": [alert.probe_frame for alert in alerts],
            "time_s": [alert.time_s for alert in alerts],
            "subject": [alert.subject for alert in alerts],
            "score": [alert.score for alert in alerts],
            **{name: [box[k] for box in corners] for k, name in enumerate(_BOX)},
        },
        schema={
            "alert": pl.String,
            "frame": pl.Int64,
            "time_s": pl.Float64,
            "subject": pl.String,
            "score": pl.Float64,
            **_BOX,
        },
    )
    scored = (
        attributed(table, truth, min_overlap=min_overlap)
        .with_columns(right=(pl.col("subject") == pl.col("true_person")).fill_null(value=False))
        .select(
            "alert", "time_s", "subject", "score", "true_person", "true_listed", "overlap", "right"
        )
    )
    found = scored.filter("right").group_by("subject").agg(found_s=pl.col("time_s").min())
    people = (
        listed_people(truth)
        .join(found, left_on="person", right_on="subject", how="left", maintain_order="left")
        .with_columns(found=pl.col("found_s").is_not_null())
        .select("person", "first_s", "found", "found_s")
    )
    return AlertScores(scored, people)


def listed_people(truth: pl.DataFrame) -> pl.DataFrame:
    """Return the people of the ground truth who are on the list: `person, first_s`, by name."""
    return (
        truth.filter("listed").group_by("person").agg(first_s=pl.col("time_s").min()).sort("person")
    )


class TrackRecorder:
    """Records boxes and scores of tracks, which a live search otherwise forgets.

    It exists to measure staged feeds, whose people are known: it cannot be made without their
    ground truth. It holds no crop and no template.
    """

    def __init__(self, truth: pl.DataFrame, *, min_comparisons: int = 2) -> None:
        """Take the ground truth of the feed that will be searched.

        Args:
            truth: with the columns of `workbench.feeds.truth.GroundTruth`.
            min_comparisons: scores of a track count from this many comparisons, as for alerts.

        Raises:
            UsageError: when the ground truth is empty: then this is not a staged feed.
        """
        if not len(truth):
            msg = "the ground truth is empty; tracks are recorded for staged feeds only."
            raise UsageError(msg)
        self._truth = truth
        self._min_comparisons = min_comparisons
        self._boxes: list[tuple[int, int, float, float, float, float]] = []
        self._peaks: dict[tuple[int, str], float] = {}
        self._joined: dict[int, int] = {}

    def on_frame(self, frame: int, tracks: IntArray, boxes: FloatArray) -> None:
        """Record where the tracks of a frame are."""
        for track, box in zip(tracks.tolist(), boxes.tolist(), strict=True):
            self._boxes.append((frame, track, *box))

    def on_scores(self, track: int, scores: TrackScores) -> None:
        """Record the best fused score of a track for each subject."""
        if scores.comparisons < self._min_comparisons:
            return
        for subject, score in scores.means().items():
            key = (track, subject)
            self._peaks[key] = max(score, self._peaks.get(key, -np.inf))

    def on_join(self, number: int, into: int) -> None:
        """Record that a track goes on as another."""
        self._joined[number] = into

    def tracks(self) -> pl.DataFrame:
        """Return one row a track: `track, detections, true_person, true_listed, subject, score`.

        `true_person` is whose face the track showed most often; `subject` and `score` are the
        best of its best fused scores. Each is null where there is none.
        """
        boxes = pl.DataFrame(
            self._boxes, schema={"frame": pl.Int64, "track": pl.Int64, **_BOX}, orient="row"
        ).with_columns(pl.col("track").replace(self._resolved()))
        people = (
            attributed(boxes, self._truth)
            .drop_nulls("true_person")
            .group_by("track", "true_person", "true_listed")
            .len()
            .sort(["track", "len", "true_person"], descending=[False, True, False])
            .unique("track", keep="first", maintain_order=True)
        )
        peaks = pl.DataFrame(
            [(track, subject, score) for (track, subject), score in self._peaks.items()],
            schema={"track": pl.Int64, "subject": pl.String, "score": pl.Float64},
            orient="row",
        ).with_columns(pl.col("track").replace(self._resolved()))
        best = peaks.sort(["track", "score", "subject"], descending=[False, True, False]).unique(
            "track", keep="first", maintain_order=True
        )
        return (
            boxes.group_by("track")
            .agg(detections=pl.len())
            .join(people.drop("len"), on="track", how="left")
            .join(best, on="track", how="left")
            .sort("track")
            .select("track", "detections", "true_person", "true_listed", "subject", "score")
        )

    def _resolved(self) -> dict[int, int]:
        """Return for each joined track the one that it is in the end."""
        resolved = {}
        for number in self._joined:
            last = number
            while last in self._joined:
                last = self._joined[last]
            resolved[number] = last
        return resolved


def threshold_curve(
    tracks: pl.DataFrame, truth: pl.DataFrame, thresholds: Sequence[float]
) -> pl.DataFrame:
    """Return recall and false alerts for each threshold, from the tracks of one run.

    A track counts as one alert, for its best subject, where that score reaches the threshold. The
    rules of a run (cool-down, one face a person, a second alert of a track) are left out, so this
    approximates what a run at that threshold raises.

    Args:
        tracks: of `TrackRecorder.tracks`; the run's own threshold does not matter.
        truth: of the feed.
        thresholds: in the matcher's unit.

    Returns:
        `threshold, listed_people, found_people, recall, false_alerts, alerts_on_unlisted`, one row
        a threshold; `recall` is null when nobody on the list passed.
    """
    listed = len(listed_people(truth))
    rows = []
    for threshold in thresholds:
        alerts = tracks.filter(pl.col("score") >= threshold)
        right = alerts.filter(pl.col("subject") == pl.col("true_person"))
        unlisted = alerts.filter(~pl.col("true_listed"))
        found = right["true_person"].n_unique()
        rows.append(
            {
                "threshold": float(threshold),
                "listed_people": listed,
                "found_people": found,
                "recall": found / listed if listed else None,
                "false_alerts": len(alerts) - len(right),
                "alerts_on_unlisted": len(unlisted),
            }
        )
    schema = {
        "threshold": pl.Float64,
        "listed_people": pl.Int64,
        "found_people": pl.Int64,
        "recall": pl.Float64,
        "false_alerts": pl.Int64,
        "alerts_on_unlisted": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema)
