"""Scores of alerts of closed deployments, in a team's store: one view, and no table."""

from __future__ import annotations

import re
from typing import Any

import pytest
from bench_steps import REFERENCE
from outcome_values import erased, searched
from sqlalchemy import event

from workbench.bench import Workbench
from workbench.errors import NotPermittedError, StoreError
from workbench.records.alert_scores import ALERT_SCORES, list_alert_scores

Team = Any

pytestmark = pytest.mark.slow

WRITING = {"actors", "audit_append", "audit_head"}
WHY = "looking again at the threshold of street/1"
FACTS = (
    "score",
    "threshold",
    "label",
    "policy",
    "known_from",
    "faces_seen",
    "list_size",
    "alerts_gone",
)


@pytest.fixture
def alerts(live: Team) -> list[str]:
    """Search the live deployment twice more; returns the ids of its alerts."""
    with live.as_owner() as owner:
        return [live.alert, *searched(owner)]


def closed(team: Team) -> None:
    with team.open("analyst") as analyst:
        analyst.deployments.close(REFERENCE)


def facts(team: Team) -> list[tuple[Any, ...]]:
    with team.open("data-scientist") as scientist:
        return sorted(
            scientist.outcomes.alert_scores(justification=WHY).select(FACTS).rows(), key=str
        )


def relations_read(bench: Workbench) -> set[str]:
    said: list[str] = []
    engine = bench._context.store.engine

    def listen(*told: Any) -> None:
        said.append(told[2])

    event.listen(engine, "before_cursor_execute", listen)
    try:
        bench.outcomes.alert_scores(justification=WHY)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return set(re.findall(r"(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", " ".join(said)))


def test_it_takes_the_view_and_no_table(live: Team, alerts: list[str]) -> None:
    with live.open("data-scientist") as scientist:
        assert relations_read(scientist) == {ALERT_SCORES} | WRITING


def test_it_is_what_the_tables_say(live: Team, alerts: list[str]) -> None:
    assert facts(live) == []
    closed(live)
    found = facts(live)
    assert len(found) == 7, "the alert on seeded staff is none"
    assert {row[5] for row in found} == {1200}
    with live.as_owner() as owner, owner._context.store.reading() as connection:
        rows = list_alert_scores(connection)
    assert sorted(row.score for row in rows) == sorted(row[0] for row in found)
    with live.as_owner() as owner:
        erased(owner, alerts[1:3])
    assert {row[7] for row in facts(live)} == {2}
    assert len(facts(live)) == 5


def test_nobody_else_reads_it_and_nobody_is_in_it(live: Team, alerts: list[str]) -> None:
    closed(live)
    said = str(live.run(f"SELECT * FROM {ALERT_SCORES}", "data-scientist"))  # noqa: S608
    for word in (REFERENCE, "subject-1", "2026-11", "gate", "alert-", "deployment-", *alerts):
        assert word not in said, word
    with (
        live.open("manager") as manager,
        pytest.raises(NotPermittedError, match="may not issue a threshold policy"),
    ):
        manager.outcomes.alert_scores(justification=WHY)
    assert live.run(f"SELECT has_table_privilege('{ALERT_SCORES}', 'SELECT')", "manager") == [
        (False,)
    ]
    assert live.run(f"SELECT count(*) FROM {ALERT_SCORES}") == [(0,)], "the owner is nobody"  # noqa: S608


def test_a_store_with_the_view_of_before_is_set_up_anew(live: Team, alerts: list[str]) -> None:
    closed(live)
    live.run(f"DROP VIEW {ALERT_SCORES}")
    live.run(f"CREATE VIEW {ALERT_SCORES} AS SELECT 'x'::text AS pseudonym, 'y'::text AS day")
    live.run(f"GRANT SELECT ON {ALERT_SCORES} TO lfr_data_scientist")
    with live.open("data-scientist") as scientist, pytest.raises(StoreError):
        scientist.outcomes.alert_scores(justification=WHY)
    with live.as_owner() as owner:
        owner.team.set_up(clock_apart=None)
    assert len(facts(live)) == 7
