"""False alerts in the field: deployments are the trials, not faces."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import AlertScores, clopper_pearson, field_interval, field_rate
from workbench.governance.field_intervals import by_deployment


def counts(*rows: tuple[str | None, int | None, int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        rows,
        schema={"deployment": pl.String, "faces": pl.Int64, "false_alerts": pl.Int64},
        orient="row",
    )


def test_figures_and_the_sum_of_parts() -> None:
    found = field_interval(counts(("a", 1000, 2), ("b", 3000, 1), ("a", 500, 0), ("c", 0, 0)))
    assert (found.deployments, found.faces, found.false_alerts) == (2, 4500, 3)
    assert found.rate == 3 / 4500
    assert found.exact == clopper_pearson(3, 4500)
    assert found.measurable
    assert found.bound is None
    assert found.by_deployment is None  # two deployments that saw a face are too few
    third = field_interval(counts(("a", 1500, 2), ("b", 3000, 1), ("c", 4500, 3)))
    # 1, -1 and 0 more than the rate has it: a relative standard error of sqrt(3 / 2 * 2) / 6.
    times = math.exp(4.30265273 * math.sqrt(3) / 6)
    assert third.by_deployment == pytest.approx((1 / 1500 / times, times / 1500))


def test_the_interval_is_the_one_that_the_monitor_of_policies_tells() -> None:
    generator = np.random.default_rng(0)
    faces, alerts = generator.integers(100, 9000, 30), generator.integers(0, 4, 30)
    rows = [(f"d{k:02}", int(faces[k]), int(alerts[k])) for k in range(30)]
    found = field_interval(counts(*rows))
    assert found.by_deployment == by_deployment(alerts.tolist(), faces.tolist())


def test_a_bad_day_widens_the_interval() -> None:
    even = field_interval(counts(*((f"d{k}", 10_000, 3) for k in range(40))))
    bad = field_interval(counts(*((f"d{k}", 10_000, 120 if k == 7 else 0) for k in range(40))))
    assert even.rate == bad.rate
    assert even.exact == bad.exact
    # That they came out alike makes the rate no surer than as many independent faces.
    assert even.by_deployment == even.exact
    assert bad.by_deployment is not None
    assert bad.by_deployment.low < bad.exact.low < bad.exact.high < bad.by_deployment.high


def test_order_changes_nothing() -> None:
    table = counts(("a", 100, 2), ("b", 300, 1), ("c", 50, 0))
    assert field_interval(table) == field_interval(table.reverse())


def test_what_was_never_seen_has_a_bound_and_no_draws() -> None:
    none = field_interval(counts(("a", 600, 0), ("b", 400, 0)))
    assert (none.by_deployment, none.bound, none.measurable) == (None, 0.003, False)
    two = field_interval(counts(("a", 600, 2), ("b", 0, 0), ("c", 0, 0)))
    assert two.by_deployment is None
    assert two.bound == two.exact.high


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (counts(), "holds no face in 0 rows"),
        (counts(("a", 0, 0)), "column faces holds no face in 1 rows"),
        (counts(("a", 5, 1), ("b", 5, 6)), "row 2.*no_more_alerts_than_faces"),
        (counts(("a", 5, 1), ("b", -1, 0)), "row 2"),
        (counts(("a", 5, 1), (None, 3, 0)), "row 2, column deployment"),
        (counts(("a", None, 1)), "row 1, column faces"),
        (counts(("a", 5, 1)).rename({"faces": "people"}), "'faces'"),
        (counts(("a", 5, 1)).cast({"faces": pl.Float64}), "'faces', got: Float64"),
    ],
)
def test_bad_counts_are_refused_by_row_and_column(table: pl.DataFrame, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        field_interval(table)


def alerts(*rows: tuple[object, ...]) -> pl.DataFrame:
    """Alerts by deployment, score, label, `known_from`, faces, way of counting and policy."""
    return pl.DataFrame(
        [
            {
                "deployment": name,
                "alert": None if score is None else f"alert {at}",
                "score": score,
                "threshold": 2.5 if score is not None else known_from,
                "label": label,
                "policy": policy,
                "known_from": known_from,
                "faces_seen": faces,
                "counting_method": way,
                "list_size": 1200,
                "alerts_gone": 0,
            }
            for at, (name, score, label, known_from, faces, way, policy) in enumerate(rows)
        ],
        schema=pl.Schema(AlertScores.create_empty().schema),
    )


STREET = ("tracks/1", "street/1")
FIELD = (
    ("a", 3.5, "false", 2.5, 1000, *STREET),
    ("a", 3.0, "false", 2.5, 1000, *STREET),
    ("a", 2.75, "false", 2.5, 1000, *STREET),
    ("a", 4.0, "true", 2.5, 1000, *STREET),
    ("b", 3.25, "false", 3.0, 500, *STREET),
    ("b", 3.25, "unresolved", 3.0, 500, *STREET),
    ("c", None, None, 2.5, 2500, *STREET),
)


def test_false_alerts_of_a_table_count_from_where_all_are_known() -> None:
    found = field_rate(alerts(*FIELD))
    # Deployment b kept nothing below 3.0, so the alert at 2.75 counts in none.
    assert found == field_interval(counts(("a", 1000, 2), ("b", 500, 1), ("c", 2500, 0)))
    assert (found.false_alerts, found.faces, found.exact) == (3, 4000, clopper_pearson(3, 4000))
    assert found.by_deployment is not None


def test_who_does_not_know_the_faces_is_left_out_with_the_alerts() -> None:
    unknown = ("d", 9.0, "false", 8.0, None, None, None)
    assert field_rate(alerts(*FIELD, unknown)) == field_rate(alerts(*FIELD))


def test_what_has_no_rate_is_refused() -> None:
    table = alerts(*FIELD)
    gone = table.with_columns(
        alerts_gone=pl.when(pl.col("deployment") == "b").then(4).otherwise(0).cast(pl.Int64)
    )
    for bad, says in (
        (gone, "column alerts_gone: 4 alerts of 1 deployments were destroyed"),
        (alerts(*FIELD, ("d", None, None, 2.5, 10, "tracks/2", "street/1")),
         "column counting_method holds tracks/1, tracks/2. Faces of two ways"),
        (alerts(*FIELD, ("d", None, None, 2.5, 10, None, "street/1")),
         "column counting_method is empty"),
        (alerts(*FIELD, ("d", None, None, 2.5, 10, "tracks/1", "street/2")),
         "column policy holds street/1, street/2. Scores of two policies"),
        (alerts(*FIELD, ("d", None, None, 2.5, 10, "tracks/1", None)), "column policy is empty"),
        (alerts(("d", None, None, 2.5, None, None, None)), "holds no face"),
        (table.drop("alerts_gone"), "alerts_gone"),
    ):  # fmt: skip
        with pytest.raises(ProtocolError, match=says):
            field_rate(bad)
