"""Summaries: what is unknown is in no sum and counted, intervals are exact, sums are of parts."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcome_rows import records_of

from workbench.errors import UsageError
from workbench.intervals import clopper_pearson
from workbench.outcomes import met_deployments
from workbench.outcomes.at_worst import false_at_worst, unsaid_at_worst, unsaid_of_record
from workbench.outcomes.summaries import GROUPINGS, exact_ends, summarise


def one(**row: object) -> dict[str, object]:
    return summarise(records_of([row])).row(0, named=True)


def test_what_is_unknown_is_in_no_sum_and_counted() -> None:
    rows = records_of([{"arrests": 2, "faces_seen": 50}, {"arrests": None, "faces_seen": 70}])
    row = summarise(rows).row(0, named=True)
    assert (row["arrests"], row["arrests_unknown"]) == (2, 1)
    assert (row["faces_seen"], row["faces_seen_unknown"]) == (120, 0)
    nothing = one()
    assert nothing["arrests"] is None
    assert nothing["cost"] is None
    assert nothing["false_of_faces"] is None
    assert nothing["hours"] is None


def test_a_share_is_of_those_alone_who_say_both() -> None:
    rows = records_of([{"false_alerts": 1, "faces_seen": 500}, {"faces_seen": 9_500}])
    row = summarise(rows).row(0, named=True)
    assert (row["false_of_faces_count"], row["false_of_faces_n"]) == (1, 500)
    assert row["faces_seen"] == 10_000


def test_what_was_broken_off_is_in_nothing() -> None:
    rows = records_of(
        [{"faces_seen": 10, "arrests": 1}, {"state": "aborted", "faces_seen": 99, "arrests": 9}]
    )
    row = summarise(rows).row(0, named=True)
    assert (row["deployments"], row["aborted"], row["faces_seen"], row["arrests"]) == (1, 1, 10, 1)


def test_undecided_alerts_are_counted_both_ways() -> None:
    row = one(false_alerts=1, true_unconfirmed=2, unresolved=3, faces_seen=1_000, total_alerts=10)
    assert row["false_of_faces_count"] == 1
    assert row["false_of_faces_worst_count"] == 6
    assert row["false_of_faces_worst_low"] > row["false_of_faces_low"]  # type: ignore[operator]
    assert (row["false_of_alerts_worst_count"], row["false_of_alerts_worst_n"]) == (6, 10)
    assert row["false_of_alerts_worst"] == 0.6
    assert unsaid_at_worst(row) == ""


def test_what_the_worst_leaves_out_is_said() -> None:
    known = {"false_alerts": 1, "true_unconfirmed": 2, "unresolved": 3}
    rows = records_of([known, {**known, "unresolved": None}, {"false_alerts": 0}])
    row = summarise(rows).row(0, named=True)
    assert unsaid_at_worst(row) == (
        "unresolved alerts are unknown of 2 of 3 deployments and unconfirmed true alerts are "
        "unknown of 1 of 3 deployments: it may be worse than the worst here"
    )
    told = [unsaid_of_record(one) for one in rows.to_dicts()]
    assert told[0] == ""
    assert told[1] == "unresolved alerts are unknown: it may be worse than the worst here"
    assert "unconfirmed true alerts" in told[2]
    assert [false_at_worst(one) for one in rows.to_dicts()] == [6, 3, 0]
    assert false_at_worst({"false_alerts": None}) is None


def test_costs_are_shared_out_only_where_all_are_known() -> None:
    known = {"cost": 900.0, "cost_lines_unknown": 0, "total_alerts": 3, "arrests": 1}
    row = summarise(records_of([known, known])).row(0, named=True)
    assert (row["cost"], row["cost_unknown"]) == (1_800.0, 0)
    costs = [row[f"cost_per_{one}"] for one in ("deployment", "alert", "arrest")]
    assert costs == [900.0, 300.0, 900.0]
    for unknown in ({"cost_lines_unknown": 2}, {"cost": None}):
        row = summarise(records_of([known, {**known, **unknown}])).row(0, named=True)
        assert row["cost_unknown"] == 1
        assert row["cost_per_deployment"] is None
        assert row["cost_per_arrest"] is None
        assert row["cost"] >= 900.0


def test_hours_are_of_those_that_say_them() -> None:
    rows = records_of(
        [{"duration_minutes": 90.0, "total_alerts": 3, "arrests": 1}, {"total_alerts": 50}]
    )
    row = summarise(rows).row(0, named=True)
    assert (row["hours"], row["hours_unknown"]) == (1.5, 1)
    assert row["alerts_per_hour"] == 2.0
    assert row["arrests_per_hour"] == pytest.approx(2 / 3)
    assert (row["timed_alerts"], row["alerts_hours"]) == (3, 1.5)


def test_a_quotient_is_of_those_that_say_both() -> None:
    said = {"duration_minutes": 60.0, "total_alerts": 4, "arrests": 2, "faces_seen": 100}
    silent = {"duration_minutes": 600.0, "cost": 5.0}
    row = summarise(records_of([{**said, "cost": 5.0}, silent])).row(0, named=True)
    assert (row["hours"], row["arrests_hours"], row["arrests_per_hour"]) == (11.0, 1.0, 2.0)
    assert (row["faces_hours"], row["faces_per_hour"]) == (1.0, 100.0)
    assert (row["faces_per_arrest"], row["cost_per_arrest"]) == (None, None)
    assert row["cost_per_deployment"] == 5.0
    assert one(**said)["faces_per_arrest"] == 50.0


def test_ways_of_counting_are_counted() -> None:
    rows = records_of([{"counting_method": "a"}, {"counting_method": "b"}, {}])
    assert summarise(rows)["counting_methods"].to_list() == [2]
    by = summarise(rows, ["counting_method"])
    assert by["counting_method"].to_list() == ["a", "b", None]
    assert by["deployments"].to_list() == [1, 1, 1]


@pytest.mark.parametrize("by", [["colour"], ["year", "year"]])
def test_what_cannot_be_summed_up_by_is_refused(by: list[str]) -> None:
    with pytest.raises(UsageError):
        summarise(records_of([{}]), by)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 5_000)), min_size=1, max_size=30))
def test_intervals_of_many_are_those_of_each(pairs: list[tuple[int, int]]) -> None:
    rows = [(min(k, n), n) for k, n in pairs]
    low, high = exact_ends(pl.Series([k for k, _ in rows]), pl.Series([n for _, n in rows]))
    for at, (k, n) in enumerate(rows):
        if n == 0:
            assert low[at] is None
            assert high[at] is None
        else:
            assert (low[at], high[at]) == pytest.approx(clopper_pearson(k, n), abs=1e-12)


@settings(max_examples=20)
@given(st.randoms(use_true_random=False), st.sampled_from(sorted(GROUPINGS)))
def test_groups_add_up_to_the_whole_in_any_order(shuffle: object, by: str) -> None:
    rows = met_deployments()
    order = list(range(len(rows)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    mixed, whole = summarise(rows[order], [by]), summarise(rows).row(0, named=True)
    assert mixed.equals(summarise(rows, [by]))
    for name in ("deployments", "faces_seen", "total_alerts", "arrests", "arrests_unknown"):
        assert mixed[name].sum() == whole[name]
    assert mixed["hours"].sum() == pytest.approx(whole["hours"])
