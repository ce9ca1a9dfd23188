"""What is published of a team's store: read from views, recorded by whoever publishes."""

from __future__ import annotations

from typing import Any

import pytest
from bench_steps import REFERENCE
from outcome_values import searched

from workbench.errors import OutputError

Team = Any
SAID = {
    "what": "the record",
    "recipient": "the public",
    "justification": "published after each deployment",
    "sha256": "ab" * 32,
}


@pytest.fixture
def closed(live: Team) -> Team:
    """Search the live deployment and close it."""
    with live.as_owner() as owner:
        searched(owner)
    with live.open("analyst") as analyst:
        analyst.deployments.close(REFERENCE)
    return live


def test_a_manager_publishes_and_reads_nothing_for_it(closed: Team) -> None:
    with closed.open("manager") as manager:
        found = manager.publications.outcomes(source="b")
        with manager.publications.leaving(**SAID) as export:
            pass
    (one,) = found.records.to_dicts()
    assert (one["total_alerts"], one["faces_seen"]) == (7, 1200)
    assert [held.rank for held in found.held] == ["superintendent"]
    with closed.open("data-protection-officer") as officer:
        (kept,) = officer.exports.list()
    assert (kept.id, kept.actor, kept.sha256) == (export.id, "manager", "ab" * 32)


def test_a_reviewer_reads_the_same_and_takes_back_what_could_not_be_written(closed: Team) -> None:
    with closed.open("reviewer") as reviewer:
        (held,) = reviewer.publications.outcomes(source="b").held
        assert held.rank == "superintendent"
        full = "no space is left"
        with pytest.raises(OutputError, match=full), reviewer.publications.leaving(**SAID):
            raise OutputError(full)
        assert reviewer.exports.list() == []


def test_where_nobody_can_take_it_back_it_stays_on_record(closed: Team) -> None:
    full = "no space is left"
    with (
        closed.open("manager") as manager,
        pytest.raises(OutputError, match=full),
        manager.publications.leaving(**SAID),
    ):
        raise OutputError(full)
    with closed.open("data-protection-officer") as officer:
        assert [one.actor for one in officer.exports.list()] == ["manager"]
