"""False alerts at each kept threshold: whose faces, which alerts, and unresolved ones both ways."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation.adjudicated import AlertScores
from workbench.evaluation.alert_rates import alert_rates
from workbench.intervals import clopper_pearson, rule_of_three

SCHEMA = pl.Schema(AlertScores.create_empty().schema)


def deployment(
    name: str, known_from: float, alerts: list[tuple[float, str]], **facts: Any
) -> list[dict[str, Any]]:
    """Return the rows of a deployment whose threshold is `known_from`."""
    facts = {
        "policy": "street/1",
        "faces_seen": 1000,
        "counting_method": "tracks/1",
        "list_size": 100,
        "alerts_gone": 0,
    } | facts
    rows = [
        {"alert": f"{name}{at}", "score": score, "label": label}
        for at, (score, label) in enumerate(alerts)
    ] or [{"alert": None, "score": None, "label": None}]
    head = {"deployment": name, "threshold": known_from, "known_from": known_from}
    return [head | facts | row for row in rows]


def frame(*deployments: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame([row for one in deployments for row in one], schema=SCHEMA)


def test_at_each_threshold_those_count_that_kept_their_alerts() -> None:
    scores = frame(
        deployment("low", 2.0, [(2.1, "false"), (2.2, "unresolved"), (3.5, "false"), (4, "true")]),
        deployment("high", 3.0, [(3.0, "false"), (3.2, "false"), (3.3, "unresolved")], faces_seen=500),
        deployment("none", 3.0, [], faces_seen=700, list_size=300),
    )  # fmt: skip
    (found,), left = alert_rates(scores)
    assert (found.policy, found.counting_method, found.deployments) == ("street/1", "tracks/1", 3)
    assert (found.list_sizes, found.because, left) == ((100, 300), None, 0)
    low, high = found.rates
    assert (low.threshold, low.deployments, low.without) == (2.0, 1, 2)
    assert (low.alerts, low.true, low.false, low.unresolved) == (4, 1, 2, 1)
    assert (low.of_faces.best.false_alerts, low.of_faces.best.faces) == (2, 1000)
    assert (low.of_faces.worst.false_alerts, low.of_faces.worst.faces) == (3, 1000)
    assert (high.threshold, high.deployments, high.without) == (3.0, 3, 0)
    assert (high.alerts, high.true, high.false, high.unresolved) == (5, 1, 3, 1)
    best, worst = high.of_faces.best, high.of_faces.worst
    assert (best.false_alerts, best.faces, best.rate) == (3, 2200, 3 / 2200)
    assert best.exact == clopper_pearson(3, 2200)
    assert (worst.false_alerts, worst.faces) == (4, 2200)
    assert high.of_alerts is not None
    assert (high.of_alerts.best.false_alerts, high.of_alerts.best.faces) == (3, 5)
    assert (high.of_alerts.worst.false_alerts, high.of_alerts.worst.faces) == (4, 5)


def test_without_an_alert_there_is_a_bound_of_faces_and_no_share_of_alerts() -> None:
    (found,), _ = alert_rates(frame(deployment("quiet", 2.5, [])))
    (row,) = found.rates
    assert row.of_alerts is None
    assert not row.of_faces.best.measurable
    assert row.of_faces.best.bound == rule_of_three(1000)


def test_policies_and_ways_of_counting_are_apart_and_the_unknown_left_out() -> None:
    found, left = alert_rates(
        frame(
            deployment("a", 2.0, [(2.5, "false")], policy="street/1"),
            deployment("b", 2.0, [(2.5, "false")], policy="street/2"),
            deployment("c", 2.0, [(2.5, "false")], counting_method="tracks/2"),
            deployment("d", 2.0, [(2.5, "false")], faces_seen=None),
            deployment("e", 2.0, [(2.5, "false")], policy=None),
        )
    )
    assert [(one.policy, one.counting_method) for one in found] == [
        ("street/1", "tracks/1"), ("street/1", "tracks/2"), ("street/2", "tracks/1"),
    ]  # fmt: skip
    assert left == 2
    assert all(one.rates[0].of_faces.best.false_alerts == 1 for one in found)


def test_where_alerts_are_gone_there_is_no_rate_and_why() -> None:
    found, _ = alert_rates(
        frame(
            deployment("a", 2.0, [(2.5, "false")], alerts_gone=2),
            deployment("b", 2.0, [(2.5, "false")]),
            deployment("c", 2.0, [(2.5, "false")], policy="street/2"),
        )
    )
    gone, whole = found
    assert gone.rates == ()
    assert "2 alerts of 1 deployments were destroyed in their time" in (gone.because or "")
    assert (whole.because, len(whole.rates)) == (None, 1)


def test_no_face_seen_is_no_rate_and_no_table_is_none() -> None:
    (found,), _ = alert_rates(frame(deployment("a", 2.0, [], faces_seen=0)))
    assert (found.rates, found.because) == ((), "no face was seen in these deployments.")
    assert alert_rates(frame()) == ([], 0)


def test_another_frame_is_refused() -> None:
    with pytest.raises(ProtocolError, match="the alerts"):
        alert_rates(pl.DataFrame({"deployment": ["a"]}))
