"""False alerts of closed deployments at each threshold that was kept, of faces and of alerts.

The same false alerts are a small share of the faces seen and a larger one of the alerts; both are
given, each with its counts. What nobody could decide is counted both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import polars as pl

from workbench.errors import ProtocolError
from workbench.evaluation.adjudicated import check_alert_scores
from workbench.evaluation.field import FieldRate, field_interval, require_none_gone

__all__ = ["AlertRates", "FalseAlerts", "RatesAtKept", "alert_rates"]

_NAMED: Final = ("policy", "counting_method", "faces_seen")


@dataclass(frozen=True, slots=True)
class FalseAlerts:
    """False alerts of something, by what unresolved ones are taken for.

    Attributes:
        best: only alerts that were decided as false are counted.
        worst: unresolved ones are counted as false, too.
    """

    best: FieldRate
    worst: FieldRate


@dataclass(frozen=True, slots=True)
class RatesAtKept:
    """What was counted at or above one threshold, of the deployments that kept all alerts there.

    Attributes:
        threshold: that a deployment kept its alerts from.
        deployments: whose `known_from` is not above it.
        without: deployments that are left out here, since they kept alerts from a higher one on.
        alerts: at or above it.
        true: of these, decided as true.
        false: decided as false.
        unresolved: undecided.
        of_faces: of the faces seen.
        of_alerts: of the alerts, in `FieldRate.faces`; `None` where there is none.
    """

    threshold: float
    deployments: int
    without: int
    alerts: int
    true: int
    false: int
    unresolved: int
    of_faces: FalseAlerts
    of_alerts: FalseAlerts | None


@dataclass(frozen=True, slots=True)
class AlertRates:
    """Rates of one policy and one way of counting faces.

    Attributes:
        policy: id of the policy.
        counting_method: what counted as a face seen.
        deployments: of both.
        list_sizes: fewest and most references on a list; `None` where none is known.
        rates: at each kept threshold, from the lowest.
        because: why there is no rate; `None` where there is.
    """

    policy: str
    counting_method: str
    deployments: int
    list_sizes: tuple[int, int] | None
    rates: tuple[RatesAtKept, ...]
    because: str | None = None


def alert_rates(scores: pl.DataFrame) -> tuple[list[AlertRates], int]:
    """Return false alerts at each kept threshold, by policy and way of counting faces.

    At a threshold those deployments are counted whose `known_from` is not above it: they kept
    every alert that reached it. Nothing is known of lower scores.

    Args:
        scores: with the schema `AlertScores`.

    Returns:
        The rates, by policy and way of counting; and how many deployments are in none, since they
        do not know their policy, their faces or how these were counted.

    Raises:
        ProtocolError: when the frame does not fit.
    """
    checked = check_alert_scores(scores)
    known = checked.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in _NAMED))
    found = [
        _rates(str(policy), str(method), part)
        for (policy, method), part in sorted(known.group_by("policy", "counting_method"))
    ]
    left = checked["deployment"].n_unique() - known["deployment"].n_unique()
    return found, left


def _rates(policy: str, method: str, part: pl.DataFrame) -> AlertRates:
    deployments = part["deployment"].n_unique()
    low, high = part["list_size"].min(), part["list_size"].max()
    sizes = (low, high) if isinstance(low, int) and isinstance(high, int) else None
    try:
        require_none_gone(part)
        rates = tuple(_each(part))
    except ProtocolError as error:
        return AlertRates(policy, method, deployments, sizes, (), str(error))
    because = None if rates else "no face was seen in these deployments."
    return AlertRates(policy, method, deployments, sizes, rates, because)


def _each(part: pl.DataFrame) -> Iterator[RatesAtKept]:
    every = part["deployment"].n_unique()
    for threshold in part["known_from"].unique().sort():
        kept = part.filter(pl.col("known_from") <= threshold)
        reached = (pl.col("score") >= pl.lit(threshold, pl.Float64)).fill_null(value=False)
        by_label = {
            label: (reached & (pl.col("label") == label)).fill_null(value=False).sum()
            for label in ("true", "false", "unresolved")
        }
        counts = kept.group_by("deployment").agg(
            pl.col("faces_seen").first().alias("seen"),
            *(count.cast(pl.Int64).alias(label) for label, count in by_label.items()),
        )
        true, false, unresolved = (int(counts[label].sum()) for label in by_label)
        if not counts["seen"].sum():
            continue
        yield RatesAtKept(
            threshold=float(threshold),
            deployments=len(counts),
            without=every - len(counts),
            alerts=true + false + unresolved,
            true=true,
            false=false,
            unresolved=unresolved,
            of_faces=_both(counts, pl.col("seen")),
            of_alerts=_both(counts, pl.sum_horizontal(*by_label))
            if true + false + unresolved
            else None,
        )


def _both(counts: pl.DataFrame, trials: pl.Expr) -> FalseAlerts:
    """Return the rates among trials, whatever they are."""
    worst = pl.col("false") + pl.col("unresolved")
    return FalseAlerts(
        *(
            field_interval(counts.select("deployment", faces=trials, false_alerts=errors))
            for errors in (pl.col("false"), worst)
        )
    )
