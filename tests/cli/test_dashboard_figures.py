"""The figures of `workbench dashboard`: when they are read anew, and what they are stamped with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bench_steps import WORDS
from command_bench import CommandBench, make_command_bench

from workbench.bench.outcomes import Outcomes
from workbench.bench.snapshots import BUSY, take_snapshot
from workbench.cli.dashboard_figures import Figures, FiguresOfBench
from workbench.errors import AuditError, InputError, StoreBusyError, VaultError
from workbench.governance.roles import Role
from workbench.outcomes import met_deployments
from workbench.outcomes.snapshot import Snapshot, read_snapshot
from workbench.records.moments import utc_now


class _Clock:
    """The machine's clock, and what a test has turned it on by."""

    on = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.on


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandBench:
    made = make_command_bench(tmp_path / "made")
    monkeypatch.setenv("WORKBENCH_CREDENTIAL", made.token("manager"))
    return made


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


@pytest.fixture
def figures(bench: CommandBench, clock: _Clock) -> FiguresOfBench:
    return FiguresOfBench(met_deployments(), str(bench.folder), bench.settings, clock=clock)


def _write_entry(bench: CommandBench, name: str) -> None:
    with bench.open("administrator") as administrator:
        administrator.users.add(name, Role.OPERATOR)


def _written(figures: Figures, folder: Path) -> Snapshot:
    figures.write(folder)
    return read_snapshot(folder)[0]


def _before_equity(monkeypatch: pytest.MonkeyPatch, do: Callable[[], Any]) -> None:
    """Have something happen once, after the first parts of a snapshot were read."""
    known, done = Outcomes.equity, []

    def equity(outcomes: Outcomes) -> Any:
        if not done:
            done.append(True)
            do()
        return known(outcomes)

    monkeypatch.setattr(Outcomes, "equity", equity)


def test_what_nobody_wrote_to_is_stamped_anew_and_not_read(
    figures: FiguresOfBench, tmp_path: Path
) -> None:
    first, second = (_written(figures, tmp_path / "snapshot") for _ in range(2))
    assert second.written_at > first.written_at
    assert (second.head, second.read_at) == (first.head, first.read_at)


def test_after_a_write_that_failed_the_old_snapshot_is_never_stamped_as_new(
    bench: CommandBench, figures: FiguresOfBench, tmp_path: Path
) -> None:
    folder = tmp_path / "snapshot"
    first = _written(figures, folder)
    _write_entry(bench, "somebody-new")
    in_the_way = folder / ".snapshot.json.part"
    in_the_way.mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        figures.write(folder)
    assert read_snapshot(folder)[0] == first
    in_the_way.rmdir()
    second = _written(figures, folder)
    assert first.head is not None
    assert second.head is not None
    assert second.head.seq > first.head.seq
    assert second.as_of > first.as_of


def test_what_another_process_writes_while_figures_are_read_is_read_the_next_time(
    bench: CommandBench,
    figures: FiguresOfBench,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _before_equity(monkeypatch, lambda: _write_entry(bench, "in-between"))
    first = _written(figures, tmp_path / "snapshot")
    second = _written(figures, tmp_path / "snapshot")
    assert second.as_of > first.as_of
    third = _written(figures, tmp_path / "snapshot")
    assert third.as_of == second.as_of


def test_a_part_that_was_busy_is_withheld_and_read_the_next_time(
    figures: FiguresOfBench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy() -> None:
        msg = "postgresql://somebody@store: others have been writing for too long."
        raise StoreBusyError(msg)

    _before_equity(monkeypatch, busy)
    first = _written(figures, tmp_path / "snapshot")
    assert (first.equity, first.withheld) == (None, {"equity": BUSY})
    second = _written(figures, tmp_path / "snapshot")
    assert second.equity is not None
    assert second.withheld == {}


@pytest.mark.parametrize("fault", [AuditError, VaultError])
def test_a_log_or_a_vault_that_does_not_hold_together_is_no_part_that_is_withheld(
    bench: CommandBench, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    def broken() -> None:
        msg = "it does not hold together"
        raise fault(msg)

    _before_equity(monkeypatch, broken)
    with bench.open("manager") as manager, pytest.raises(fault, match="hold together"):
        take_snapshot(manager, "a bench", met_deployments())


def test_figures_are_read_again_after_ten_minutes(
    figures: FiguresOfBench, clock: _Clock, tmp_path: Path
) -> None:
    first = _written(figures, tmp_path / "snapshot")
    clock.on = timedelta(minutes=9)
    assert _written(figures, tmp_path / "snapshot").as_of == first.as_of
    clock.on = timedelta(minutes=11)
    assert _written(figures, tmp_path / "snapshot").as_of - first.as_of > timedelta(minutes=10)


def test_figures_are_read_again_when_something_of_them_comes_due(
    bench: CommandBench, figures: FiguresOfBench, clock: _Clock, tmp_path: Path
) -> None:
    """A deployment that was applied for begins a minute from now."""
    reference = bench.apply()
    with bench.open("authorising-officer") as officer:
        officer.policies.approve("default-sface/1")
        officer.deployments.authorise(reference, **WORDS)
    first = _written(figures, tmp_path / "snapshot")
    due = first.next_moment()
    assert due is not None
    assert due - first.as_of < timedelta(minutes=1)
    clock.on = due - utc_now() + timedelta(seconds=1)
    assert _written(figures, tmp_path / "snapshot").as_of > due


def test_pages_are_told_how_often_figures_are_renewed(bench: CommandBench, tmp_path: Path) -> None:
    of_bench = FiguresOfBench(
        met_deployments(), str(bench.folder), bench.settings, renewed_every_s=300
    )
    for figures in (Figures(met_deployments(), renewed_every_s=300), of_bench):
        assert _written(figures, tmp_path / "snapshot").renewed_every_s == 300
