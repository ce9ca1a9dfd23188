"""Scores of alerts of closed deployments, on a bench in a folder: who gets what, and nobody's name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from alert_values import plant_alert, plant_session
from bench_steps import REFERENCE, AsRole, Authorised, log_of, went_live
from bench_values import ENDS
from outcome_values import erased, searched

from workbench.bench import Workbench
from workbench.errors import NotPermittedError, RecordError
from workbench.evaluation import alert_scores
from workbench.governance.alerts import AlertState
from workbench.governance.permissions import Permission, holders
from workbench.governance.roles import Role
from workbench.governance.session_counts import SessionCounts
from workbench.records.audit.verbs import Verb

WHY = "looking again at the threshold of street/1"


@pytest.fixture
def live(as_role: AsRole, authorised: Authorised, clock: Any) -> None:
    authorised()
    clock.turn(hours=2)
    went_live(as_role("operator"))


@pytest.fixture
def alerts(as_role: AsRole, live: None) -> list[str]:
    """Ids of seven alerts of two searches, the last on seeded staff."""
    return searched(as_role("analyst"))


def read(as_role: AsRole) -> pl.DataFrame:
    return as_role("data-scientist").outcomes.alert_scores(justification=WHY)


def close(as_role: AsRole) -> Workbench:
    analyst = as_role("analyst")
    analyst.deployments.close(REFERENCE)
    return analyst


def test_while_a_deployment_runs_there_is_nothing(as_role: AsRole, alerts: list[str]) -> None:
    assert read(as_role).rows() == []
    close(as_role)
    assert len(read(as_role)) == 6


def test_scores_labels_and_what_they_rest_on(as_role: AsRole, alerts: list[str]) -> None:
    plant_alert(as_role("analyst"), REFERENCE, score=9.25, state=AlertState.FALSE_CONFIRMED)
    close(as_role)
    found = read(as_role)
    assert sorted(found.select("score", "label").rows()) == [
        (3.5, "false"), (3.5, "false"), (3.5, "true"), (3.5, "true"),
        (3.5, "unresolved"), (3.5, "unresolved"), (9.25, "false"),
    ]  # fmt: skip
    facts = found.select(
        "threshold", "policy", "known_from", "faces_seen", "list_size", "alerts_gone"
    )
    assert set(facts.rows()) == {(2.5, "default-fused/1", 2.5, 800, 1200, 0)}
    assert found["deployment"].n_unique() == 1
    assert found["alert"].n_unique() == 7


def test_a_deployment_without_an_alert_is_there(as_role: AsRole, live: None) -> None:
    plant_session(as_role("analyst"), REFERENCE, threshold=3.75)
    plant_session(as_role("analyst"), REFERENCE, threshold=3.25)
    close(as_role)
    (row,) = read(as_role).to_dicts()
    assert {name: value for name, value in row.items() if name != "deployment"} == {
        "alert": None, "score": None, "threshold": 3.75, "label": None, "policy": "default-fused/1",
        "known_from": 3.75, "faces_seen": 800, "counting_method": "drawn/1", "list_size": 1200,
        "alerts_gone": 0,
    }  # fmt: skip


def test_one_that_was_never_searched_is_not(as_role: AsRole, live: None) -> None:
    close(as_role)
    assert read(as_role).rows() == []


def test_a_search_at_a_higher_threshold_says_from_where_all_is_known(
    as_role: AsRole, alerts: list[str]
) -> None:
    plant_session(as_role("analyst"), REFERENCE, threshold=3.0)
    close(as_role)
    found = read(as_role)
    assert set(found.select("threshold", "known_from", "faces_seen").rows()) == {(2.5, 3.0, 1200)}


def test_faces_that_were_not_counted_to_the_end_are_unknown(
    as_role: AsRole, alerts: list[str]
) -> None:
    plant_session(as_role("analyst"), REFERENCE, counts=None)
    close(as_role)
    assert read(as_role)["faces_seen"].is_null().all()


def test_faces_that_were_counted_in_two_ways_are_not_added_up(
    as_role: AsRole, alerts: list[str]
) -> None:
    counts = SessionCounts(frames=10, faces_seen=500, counting_method="drawn/2", alerts=0)
    plant_session(as_role("analyst"), REFERENCE, counts=counts)
    close(as_role)
    found = read(as_role)
    assert set(found.select("faces_seen", "counting_method").rows()) == {(None, None)}
    assert len(found) == 6


def test_what_was_destroyed_is_counted(as_role: AsRole, alerts: list[str]) -> None:
    analyst = close(as_role)
    erased(analyst, alerts[2:])
    found = read(as_role)
    assert found.select("label", "alerts_gone", "faces_seen").rows() == [("true", 4, 800)] * 2
    erased(analyst, alerts[:2])
    (row,) = read(as_role).to_dicts()
    assert (row["alert"], row["alerts_gone"], row["faces_seen"]) == (None, 6, 800)


def test_one_that_time_ends_is_closed_by_the_reading(
    as_role: AsRole, alerts: list[str], clock: Any
) -> None:
    clock.turn(seconds=(ENDS - clock()).total_seconds() + 60)
    assert len(read(as_role)) == 6


def test_nobody_is_in_it_and_no_name_leads_back(
    as_role: AsRole, alerts: list[str], tmp_path: Path
) -> None:
    close(as_role)
    first, second = read(as_role), read(as_role)
    for name in ("deployment", "alert"):
        assert set(first[name]).isdisjoint(second[name]), name
    assert first["alert"].is_sorted(), "the order is that of the names"
    said = str(first.to_dicts())
    for word in ("subject", "staff", "2026-", "gate", "Croydon", "session-", "entry-", *alerts):
        assert word not in said, word
    first.write_parquet(tmp_path / "alerts.parquet")
    assert alert_scores(tmp_path / "alerts.parquet").equals(first)


def test_it_is_for_who_issues_policies_and_is_logged(as_role: AsRole, alerts: list[str]) -> None:
    analyst = close(as_role)
    assert holders(Permission.POLICY_ISSUE) == (Role.DATA_SCIENTIST,)
    for role in Role:
        if role is not Role.DATA_SCIENTIST:
            with pytest.raises(NotPermittedError, match="may not issue a threshold policy"):
                as_role(role.value).outcomes.alert_scores(justification=WHY)
    with pytest.raises(RecordError, match="justification"):
        as_role("data-scientist").outcomes.alert_scores(justification=" ")
    read(as_role)
    entry = log_of(analyst)[-1]
    assert (entry.verb, entry.actor, entry.justification) == (Verb.CONSULT, "data-scientist", WHY)
    assert entry.details == {
        "shown": "scores of alerts, under passing names", "deployments": 1, "alerts": 6,
    }  # fmt: skip
