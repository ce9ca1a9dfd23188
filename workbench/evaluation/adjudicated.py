"""Adjudicated alerts of closed deployments: scores and labels, under names that lead to nobody.

A deployment keeps the score of an alert and of nothing else: whoever scored below the threshold
left no trace, listed or not. So such a table is censored at its thresholds. It can say how often
somebody who is not listed scored at or above a threshold that was kept (false alerts of faces
seen); it can say nothing of anything below, and nothing of misses.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dataframely as dy
import polars as pl

from workbench.evaluation.frames import check_frame
from workbench.evaluation.tables import Columns, TableRow, read_table

__all__ = ["CENSORED", "LABELS", "AlertScores", "alert_scores", "check_alert_scores"]

CENSORED: Final = (
    "Scores below the threshold of a search were never kept. These alerts say how many false "
    "alerts there were at or above it, of all faces seen; they say nothing of lower thresholds and "
    "nothing of listed people who were missed."
)
"""To be shown beside every figure that is made of such a table."""

LABELS: Final = ("true", "false", "unresolved")
"""What people decided; `unresolved` where they differed, or nobody had decided."""

_OF_DEPLOYMENT: Final = (
    "policy",
    "known_from",
    "faces_seen",
    "counting_method",
    "list_size",
    "alerts_gone",
)
_TABLE: Final = Columns(
    required=("deployment", "alert", "score", "threshold", "label", "faces_seen"),
    optional=("policy", "known_from", "counting_method", "list_size", "alerts_gone"),
    may_be_empty=frozenset(
        {"alert", "score", "label", "faces_seen", "counting_method", "policy", "list_size"}
    ),
    numbers=frozenset(
        {"score", "threshold", "faces_seen", "known_from", "list_size", "alerts_gone"}
    ),
)


class AlertScores(dy.Schema):
    """One row for each alert; a deployment that raised none has one row, without an alert.

    - `deployment`: its pseudonym.
    - `alert`: the pseudonym of the alert.
    - `score`: in the unit of the policy's matcher, at or above `threshold`.
    - `threshold`: what the score had to reach.
    - `label`: `true`, `false` or `unresolved`.

    and of the deployment, the same in each of its rows:

    - `policy`: id of the threshold policy of its searches; null where they had several.
    - `known_from`: the highest threshold of its searches. At or above it every alert is here.
    - `faces_seen`: in all its searches; null where that was not counted to the end, or in two ways.
    - `counting_method`: what counted as a face; null where that is not known. Faces of two ways of
      counting are never added up.
    - `list_size`: references on its list, N; null where that is not known.
    - `alerts_gone`: how many of its alerts were destroyed in their time, with their scores. Where
      there are any, the rows are too few to make a rate of.
    """

    deployment = dy.String(nullable=False, min_length=1)
    alert = dy.String(nullable=True, min_length=1)
    score = dy.Float64(nullable=True, allow_inf=False, allow_nan=False)
    threshold = dy.Float64(nullable=False, allow_inf=False, allow_nan=False)
    label = dy.String(nullable=True, regex=f"^({'|'.join(LABELS)})$")
    policy = dy.String(nullable=True, min_length=1)
    known_from = dy.Float64(nullable=False, allow_inf=False, allow_nan=False)
    faces_seen = dy.Int64(nullable=True, min=0)
    counting_method = dy.String(nullable=True, min_length=1)
    list_size = dy.Int64(nullable=True, min=1)
    alerts_gone = dy.Int64(nullable=False, min=0)

    @dy.rule()
    def an_alert_has_score_and_label(cls) -> pl.Expr:  # noqa: N805 - dataframely's way
        """All three are there, or none."""
        no_alert = pl.col("alert").is_null()
        return (no_alert == pl.col("score").is_null()) & (no_alert == pl.col("label").is_null())

    @dy.rule()
    def an_alert_reached_its_threshold(cls) -> pl.Expr:  # noqa: N805
        """Nothing below the threshold raises an alert."""
        return (pl.col("score") >= pl.col("threshold")).fill_null(value=True)

    @dy.rule()
    def known_from_the_highest_threshold(cls) -> pl.Expr:  # noqa: N805
        """No search of the deployment had a higher one."""
        return pl.col("threshold") <= pl.col("known_from")

    @dy.rule()
    def an_alert_is_there_once(cls) -> pl.Expr:  # noqa: N805
        """The pseudonym of an alert names one."""
        return pl.col("alert").is_null() | pl.col("alert").is_unique()

    @dy.rule()
    def without_an_alert_there_is_one_row(cls) -> pl.Expr:  # noqa: N805
        """A deployment that raised none has one row."""
        return pl.col("alert").is_not_null() | (pl.len().over("deployment") == 1)

    @dy.rule()
    def facts_of_a_deployment_are_one(cls) -> pl.Expr:  # noqa: N805
        """What is said of a deployment is the same in each of its rows."""
        return pl.all_horizontal(
            pl.col(name).n_unique().over("deployment") == 1 for name in _OF_DEPLOYMENT
        )


def check_alert_scores(frame: pl.DataFrame, what: str = "the alerts") -> dy.DataFrame[AlertScores]:
    """Return a frame as `AlertScores`.

    Raises:
        ProtocolError: when it does not fit; names the column or the rule, and the row.
    """
    return check_frame(AlertScores, frame, what)


def alert_scores(source: Path) -> dy.DataFrame[AlertScores]:
    """Read adjudicated alerts (CSV in UTF-8 or Parquet), refusing them whole when a row is wrong.

    The columns are `deployment`, `alert`, `score`, `threshold`, `label` and `faces_seen`, and may
    be `policy`, `known_from` (the highest `threshold` of the deployment's rows if left out),
    `counting_method`, `list_size` and `alerts_gone` (0 if left out). A deployment without an alert
    has one row in which `alert`, `score` and `label` are empty; leave none out, since its faces
    count.

    Args:
        source: the file; Parquet by the ending `.parquet` or `.pq`.

    Raises:
        ProtocolError: one line that names the file, the row (by its line in CSV), the column and
            what to do.
    """
    _, rows = read_table(source, _TABLE)
    read = [_read(row) for row in rows]
    highest: dict[str, float] = {}
    for row in read:
        name, threshold = str(row["deployment"]), float(row["threshold"] or 0.0)
        highest[name] = max(threshold, highest.get(name, threshold))
    for row in read:
        if row["known_from"] is None:
            row["known_from"] = highest[str(row["deployment"])]
    _require_whole(rows, read)
    return check_alert_scores(
        pl.DataFrame(read, schema=pl.Schema(AlertScores.create_empty().schema)), str(source)
    )


def _read(row: TableRow) -> dict[str, str | float | int | None]:
    values = row.values
    has_alert = bool(values["alert"])
    for column in ("score", "label"):
        if bool(values[column]) != has_alert:
            state = "empty" if has_alert else "filled in"
            row.refuse(
                f"{column} is {state}, and alert is {'not' if has_alert else 'empty'}. Fill in "
                "all of alert, score and label, or none for a deployment without an alert."
            )
    threshold = row.number("threshold")
    score = row.number("score") if has_alert else None
    if score is not None and score < threshold:
        row.refuse(
            f"score {score:g} is below the threshold {threshold:g}, and nothing below it raises an "
            "alert. Correct one of them."
        )
    return {
        "deployment": values["deployment"],
        "alert": values["alert"] or None,
        "score": score,
        "threshold": threshold,
        "label": row.one_of("label", LABELS) if has_alert else None,
        "policy": values.get("policy") or None,
        "known_from": row.number("known_from") if "known_from" in values else None,
        "faces_seen": row.whole("faces_seen") if values["faces_seen"] else None,
        "counting_method": values.get("counting_method") or None,
        "list_size": row.whole("list_size", 1) if values.get("list_size") else None,
        "alerts_gone": row.whole("alerts_gone") if "alerts_gone" in values else 0,
    }


def _require_whole(
    rows: Sequence[TableRow], read: Sequence[dict[str, str | float | int | None]]
) -> None:
    """Refuse an alert that is there twice, and deployments of which two rows say different."""
    alerts: dict[object, TableRow] = {}
    deployments: dict[object, tuple[TableRow, dict[str, str | float | int | None]]] = {}
    for row, values in zip(rows, read, strict=True):
        alert = values["alert"]
        if alert is not None and alerts.setdefault(alert, row) is not row:
            row.refuse(f"alert {alert} is in {alerts[alert].place} already. Remove one.")
        earlier, first = deployments.setdefault(values["deployment"], (row, values))
        if earlier is not row and None in {alert, first["alert"]}:
            row.refuse(
                f"alert is empty here or in {earlier.place}, and deployment "
                f"{values['deployment']} has several rows. Only one without any alert has one."
            )
        for column in _OF_DEPLOYMENT:
            if values[column] != first[column]:
                row.refuse(
                    f"{column} of deployment {values['deployment']} is {values[column]}, but "
                    f"{first[column]} in {earlier.place}. Correct one."
                )
        if float(values["threshold"] or 0.0) > float(values["known_from"] or 0.0):
            row.refuse("threshold is above known_from, the highest of the deployment. Correct one.")
