"""A bench that stays open: what passes its limit in the meantime is not read and goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from alert_values import plant_alert
from kept_values import go_live, kept_files, plant_list, rows_of

from workbench.bench.upkeep import EVERY, Upkeep
from workbench.errors import NotAuthorisedError, StoreError, UnknownRecordError
from workbench.governance.holds import HoldGround
from workbench.records.alerts import AlertRow

REFERENCE = "2026-11/HIGH-ST-1"
WHY = "A complaint of 25 November."
MONTH = timedelta(days=31)
Maker = Any


@pytest.fixture
def live(bench: Maker, authorised: Callable[..., str]) -> Maker:
    """Return a bench with a live deployment that has a list."""
    authorised()
    with bench.open("operator") as workbench:
        go_live(workbench, REFERENCE)
        plant_list(workbench, REFERENCE)
    return bench


def raised_to_pass(maker: Maker, seconds: int) -> AlertRow:
    """Plant an alert whose limit is so many seconds away."""
    raised = maker.clock() - MONTH + timedelta(seconds=seconds)
    with maker.open("operator") as workbench:
        return plant_alert(workbench, REFERENCE, raised=raised)


def test_an_open_bench_destroys_what_comes_due_before_anything_else_is_done(live: Maker) -> None:
    row = raised_to_pass(live, 60)
    with live.open("operator") as workbench:
        assert [one.id for one in workbench.alerts.list(REFERENCE, justification=WHY)] == [row.id]
        live.clock.turn(seconds=60)
        with pytest.raises(UnknownRecordError, match="alerts are destroyed in their time"):
            workbench.alerts.get(row, justification=WHY)
        assert rows_of(workbench, "alerts") == 0
        assert rows_of(workbench, "certificates") == 1
    sealed, keys = kept_files(live)
    assert (len(sealed), len(keys)) == (1, 1), "the list, whose time is to come"


def test_between_two_looks_an_alert_is_refused_at_its_limit(live: Maker) -> None:
    row = raised_to_pass(live, 2)
    with live.open("operator") as workbench:
        live.clock.turn(seconds=1)
        assert workbench.alerts.get(row, justification=WHY).id == row.id
        live.clock.turn(seconds=1)
        with pytest.raises(NotAuthorisedError, match="has passed its retention limit"):
            workbench.alerts.get(row, justification=WHY)
        with pytest.raises(NotAuthorisedError, match="not to be read"):
            workbench.alerts.adjudicate(row, "true-confirmed", "The scar is the same.")
        assert workbench.alerts.list(REFERENCE, justification=WHY) == []


def test_what_a_hold_keeps_is_read_past_its_limit(live: Maker) -> None:
    row = raised_to_pass(live, 60)
    with live.open("data-protection-officer") as officer:
        officer.holds.place(
            alerts=[row.id],
            ground=HoldGround.COMPLAINT,
            reason="Complaint 12/26.",
            review_by=live.clock() + timedelta(days=30),
        )
    with live.open("operator") as workbench:
        for seconds in (60, 1, 10):
            live.clock.turn(seconds=seconds)
            assert workbench.alerts.get(row, justification=WHY).id == row.id


def test_looking_again_writes_nothing_where_nothing_is_due(live: Maker) -> None:
    raised_to_pass(live, 3600)
    with live.open("operator") as workbench:
        before = rows_of(workbench, "audit")
        for _ in range(5):
            live.clock.turn(seconds=11)
            workbench.alerts.list(REFERENCE, justification=WHY)
        assert rows_of(workbench, "audit") == before + 5


def test_what_cannot_be_begun_is_not_read(live: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    row = raised_to_pass(live, 60)
    with live.open("operator") as workbench:
        live.clock.turn(seconds=60)

        def full(*_: object, **__: object) -> str:
            msg = "the disk is full"
            raise StoreError(msg)

        monkeypatch.setattr("workbench.bench.retention_pass.begin", full)
        with pytest.raises(StoreError, match="the disk is full"):
            workbench.alerts.get(row, justification=WHY)


def test_several_threads_look_once(bench: Maker) -> None:
    now, done = bench.clock(), []
    upkeep = Upkeep()
    upkeep.look(now + EVERY)
    assert done == [], "it was not begun"

    def act() -> None:
        done.append(1)
        upkeep.look(now + 9 * EVERY)  # as another thread would, at the same time

    upkeep.begin(now, act)
    upkeep.look(now + EVERY - timedelta(microseconds=1))
    assert done == []
    upkeep.look(now + EVERY)
    assert done == [1]
    upkeep.look(now)
    assert done == [1, 1], "a clock that was set back"


def test_an_error_does_not_end_the_looks(bench: Maker) -> None:
    now, upkeep = bench.clock(), Upkeep()

    def fail() -> None:
        msg = "busy"
        raise StoreError(msg)

    upkeep.begin(now, fail)
    for place in (1, 2):
        with pytest.raises(StoreError, match="busy"):
            upkeep.look(now + place * EVERY)
