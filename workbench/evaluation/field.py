"""The rate of false alerts in the field, with an interval that takes deployments for the trials.

Faces of one deployment share a place, a day, a list and a camera: what varies is the deployment,
not the face. The interval is the one that `workbench policy monitor` tells. Faces seen are an
estimate of captures, not a count of people, and the way they are counted changes between eras;
deployments of two ways of counting are two rates.
"""

from __future__ import annotations

from dataclasses import dataclass

import dataframely as dy
import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.adjudicated import check_alert_scores
from workbench.evaluation.frames import check_frame
from workbench.intervals import (
    FEWEST_EXPECTED_ERRORS,
    Interval,
    clopper_pearson,
    clustered_interval,
    rule_of_three,
)

__all__ = ["FieldDeployments", "FieldRate", "field_interval", "field_rate", "require_none_gone"]


class FieldDeployments(dy.Schema):
    """One row for each deployment, or for each part of one."""

    deployment = dy.String(nullable=False, min_length=1)
    faces = dy.Int64(nullable=False, min=0)
    false_alerts = dy.Int64(nullable=False, min=0)

    @dy.rule()
    def no_more_alerts_than_faces(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """A false alert is of a face that was seen."""
        return pl.col("false_alerts") <= pl.col("faces")


@dataclass(frozen=True, slots=True)
class FieldRate:
    """False alerts for each face seen, over deployments.

    Attributes:
        deployments: in which a face was seen.
        faces: seen in them.
        false_alerts: in them.
        rate: false alerts for each face.
        exact: interval of Clopper and Pearson, as if every face were a trial of its own: the
            narrowest that could be said.
        by_deployment: interval of `workbench.intervals.clustered_interval`, never narrower than
            `exact`; `None` for fewer than three deployments, and where no face raised a false
            alert: then `exact` is all there is, and it takes faces for independent.
        bound: how high the rate may be where fewer than three false alerts were counted, by the
            faces; `None` where it is measurable.
    """

    deployments: int
    faces: int
    false_alerts: int
    rate: float
    exact: Interval
    by_deployment: Interval | None
    bound: float | None

    @property
    def measurable(self) -> bool:
        """Whether three false alerts or more were counted."""
        return self.false_alerts >= FEWEST_EXPECTED_ERRORS


def field_interval(counts: pl.DataFrame) -> FieldRate:
    """Return the rate of false alerts for each face, with an interval by deployment.

    Args:
        counts: with columns `deployment`, `faces`, `false_alerts`, in any order. Rows of one
            deployment are summed.

    Raises:
        ProtocolError: when the frame does not fit (row and column are named) or no face was seen.
    """
    checked = check_frame(FieldDeployments, counts, "the deployments")
    table = checked.group_by("deployment").agg(pl.col("faces", "false_alerts").sum())
    table = table.filter(pl.col("faces") > 0).sort("faces", "false_alerts", "deployment")
    faces, alerts = table["faces"].to_list(), table["false_alerts"].to_list()
    n, k = sum(faces), sum(alerts)
    if n == 0:
        msg = (
            f"column faces holds no face in {len(checked):,} rows, so there is no rate. Give "
            "deployments in which faces were seen."
        )
        raise ProtocolError(msg)
    exact = clopper_pearson(k, n)
    bound = None if k >= FEWEST_EXPECTED_ERRORS else (exact.high if k else rule_of_three(n))
    return FieldRate(len(table), n, k, k / n, exact, clustered_interval(alerts, faces), bound)


def field_rate(scores: pl.DataFrame) -> FieldRate:
    """Return the rate of false alerts of adjudicated alerts, for each face seen.

    Counted are alerts labelled `false` that scored at or above the highest `known_from`: from
    there on every deployment kept all of its alerts. Nothing is known of lower scores, which were
    never kept. Unresolved alerts count as none, and deployments that do not know their faces are
    left out with their alerts.

    Args:
        scores: with the schema `AlertScores`, of one policy and one way of counting faces.

    Raises:
        ProtocolError: when the frame does not fit, alerts of it are gone, it has several policies
            or ways of counting or does not name them, or no face was seen.
    """
    known = check_alert_scores(scores).filter(pl.col("faces_seen").is_not_null())
    require_none_gone(known)
    _require_one(known, "policy", "Scores of two policies may be of two matchers.")
    _require_one(known, "counting_method", "Faces of two ways of counting are not added up.")
    threshold = known["known_from"].max()
    false = (pl.col("label") == "false") & (pl.col("score") >= pl.lit(threshold, pl.Float64))
    counts = known.group_by("deployment").agg(
        faces=pl.col("faces_seen").first(),
        false_alerts=false.fill_null(value=False).sum().cast(pl.Int64),
    )
    return field_interval(counts)


def require_none_gone(known: pl.DataFrame) -> None:
    """Raise `ProtocolError` where alerts of a table were destroyed in their time.

    Args:
        known: with the schema `AlertScores`.
    """
    gone = known.filter(pl.col("alerts_gone") > 0)
    if len(gone):
        lost = gone.unique("deployment")["alerts_gone"].sum()
        msg = (
            f"column alerts_gone: {lost:,} alerts of {gone['deployment'].n_unique():,} deployments "
            "were destroyed in their time, with their scores. Neither with those deployments nor "
            "without them is there a rate: those that raised alerts are the ones that lost them. "
            "Take deployments that are whole, of a time before anything of it was destroyed."
        )
        raise ProtocolError(msg)


def _require_one(known: pl.DataFrame, column: str, why: str) -> None:
    values = known[column].unique().sort(nulls_last=True).to_list()
    if None in values:
        msg = f"column {column} is empty in a deployment that knows its faces. {why} Fill it in."
        raise ProtocolError(msg)
    if len(values) > 1:
        named = ", ".join(map(str, values))
        msg = f"column {column} holds {named}. {why} Take one of them with a filter."
        raise ProtocolError(msg)
