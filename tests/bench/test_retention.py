"""Retention on a real bench: nothing past its limit is there after an opening, nothing held goes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kept_values import (
    copied,
    go_live,
    kept_files,
    plant_list,
    plant_said,
    rows_of,
)
from sqlalchemy import update

from workbench.bench import Rules, Workbench
from workbench.errors import NotPermittedError, StoreError, UnknownRecordError
from workbench.governance.certificates import Result
from workbench.governance.deployments import DeploymentState
from workbench.governance.holds import HoldGround
from workbench.governance.retention_profiles import SWP
from workbench.records.certificates import list_certificates
from workbench.records.erasures import unfinished_erasures
from workbench.records.identifiers import new_id
from workbench.records.schema import alerts
from workbench.records.vault.register import KeyRegister

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/HIGH-ST-1"
Maker = Any
DAY = timedelta(days=1)


@pytest.fixture
def live(bench: Maker, authorised: Callable[..., str]) -> Maker:
    """Return a bench with a live deployment that has a list."""
    authorised()
    with bench.open("operator") as workbench:
        go_live(workbench, REFERENCE)
        plant_list(workbench, REFERENCE)
    return bench


def state(workbench: Workbench) -> DeploymentState:
    return workbench.deployments.get(REFERENCE).state


def hold_alert(maker: Maker, alert: str) -> str:
    with maker.open("data-protection-officer") as officer:
        hold = officer.holds.place(
            alerts=[alert],
            ground=HoldGround.COMPLAINT,
            reason="Complaint 12/26.",
            review_by=maker.clock() + 30 * DAY,
        )
    return str(hold.id)


def test_an_empty_bench_has_an_empty_plan_and_nothing_to_do(bench: Maker) -> None:
    with bench.open("data-protection-officer") as workbench:
        plan = workbench.retention.plan()
        assert (plan.rows, plan.to_review) == ((), ())
        run = workbench.retention.run()
        assert (run.certificates, run.ended, run.purged, run.failures) == ((), 0, 0, ())
        assert workbench.at_opening == run
        assert workbench.retention.certificates() == []


def test_the_plan_says_what_goes_when(live: Maker) -> None:
    with live.open("operator") as workbench:
        plant_said(workbench, REFERENCE)
    with live.open("data-protection-officer") as workbench:
        rows = {row.retention: row for row in workbench.retention.plan().rows}
    assert {row.state for row in rows.values()} == {"upcoming"}
    assert {row.reference for row in rows.values()} == {REFERENCE}
    assert str(rows["watchlist"].due) == "2026-11-26 16:00:00+00:00", "24 h after the authority"
    assert rows["alert"].due == live.clock() + 31 * DAY


@pytest.mark.parametrize("role", ["operator", "analyst", "reviewer", "manager"])
def test_only_some_roles_plan_run_and_sweep(bench: Maker, role: str) -> None:
    with bench.open(role) as workbench:
        for act in (
            workbench.retention.plan,
            workbench.retention.run,
            workbench.retention.sweep,
        ):
            with pytest.raises(NotPermittedError, match=r"may not .*\(retention\.(plan|run)\)"):
                act()


def test_a_list_that_nobody_closed_goes_24_hours_after_the_authority(live: Maker) -> None:
    live.clock.turn(hours=30, minutes=59)
    with live.open("operator") as workbench:
        assert state(workbench) is DeploymentState.CLOSED, "its authority had ended"
        assert rows_of(workbench, "certificates") == 0
    live.clock.turn(minutes=1)
    with live.open("operator") as workbench:
        (certificate,) = workbench.retention.certificates(REFERENCE)
        assert state(workbench) is DeploymentState.PURGED
    assert certificate.late_by_s == 0
    assert kept_files(live) == ([], [])


def test_a_list_of_a_deployment_that_ended_early_goes_earlier(live: Maker) -> None:
    with live.open("operator") as workbench:
        workbench.deployments.close(REFERENCE)
    live.clock.turn(days=1)
    with live.open("operator") as workbench:
        assert len(workbench.at_opening.certificates) == 1


def test_alerts_go_one_by_one_at_their_limits(live: Maker) -> None:
    with live.open("operator") as workbench:
        first = plant_said(workbench, REFERENCE)
        live.clock.turn(hours=2)
        second = plant_said(workbench, REFERENCE)
    live.clock.turn(days=31, hours=-2)
    with live.open("operator") as workbench:
        certificates = {one.retention.value: one for one in workbench.at_opening.certificates}
        assert certificates["alert"].objects == (first.id,)
        assert certificates["alert"].late_by_s == 0
        assert certificates["watchlist"].late_by_s > 0, "it was opened weeks after"
        assert state(workbench) is DeploymentState.CLOSED
        assert workbench.deployments.record(REFERENCE).counts.alerts == 2
    live.clock.turn(hours=2)
    with live.open("operator") as workbench:
        assert [one.objects for one in workbench.at_opening.certificates] == [(second.id,)]
        assert state(workbench) is DeploymentState.PURGED
        assert workbench.deployments.record(REFERENCE).counts.alerts == 2


def test_many_alerts_share_a_certificate(live: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.bench.retention_due.MOST_ALERTS", 3)
    with live.open("operator") as workbench:
        names = {plant_said(workbench, REFERENCE).id for _ in range(7)}
    live.clock.turn(days=40)
    with live.open("operator") as workbench:
        found = [one for one in workbench.at_opening.certificates if one.retention == "alert"]
    assert sorted(len(one.objects) for one in found) == [1, 3, 3]
    assert {name for one in found for name in one.objects} == names


def test_what_is_held_stays_and_goes_once_it_is_released(live: Maker) -> None:
    with live.open("operator") as workbench:
        kept, gone = (plant_said(workbench, REFERENCE) for _ in range(2))
    hold = hold_alert(live, kept.id)
    live.clock.turn(days=31)
    with live.open("data-protection-officer") as workbench:
        certificates = workbench.at_opening.certificates
        (alerts_gone,) = [one for one in certificates if one.retention.value == "alert"]
        assert alerts_gone.objects == (gone.id,)
        assert alerts_gone.held == (kept.id,)
        assert rows_of(workbench, "alerts") == 1
        (row,) = workbench.retention.plan().of("held")
        assert (row.id, row.holds) == (kept.id, (hold,))
        with workbench._context.store.reading() as connection:
            assert workbench._context.vault.get(connection, kept.object_id)
        before = rows_of(workbench, "audit")
    live.clock.turn(days=10)
    with live.open("data-protection-officer") as workbench:
        assert rows_of(workbench, "audit") == before, "what is held costs no entry an opening"
        assert [one.id for one in workbench.retention.plan().to_review] == [hold]
    with live.open("authorising-officer") as officer:
        officer.holds.release(hold, reason="The complaint was settled.")
    with live.open("operator") as workbench:
        (certificate,) = workbench.at_opening.certificates
        assert certificate.objects == (kept.id,)
        assert certificate.late_by_s == 10 * 24 * 3600
        assert state(workbench) is DeploymentState.PURGED


def test_a_deployment_without_anything_is_purged_when_its_list_would_have_gone(
    bench: Maker, authorised: Callable[..., str]
) -> None:
    authorised()
    bench.clock.turn(hours=30)
    with bench.open("analyst") as workbench:
        assert state(workbench) is DeploymentState.EXPIRED
    bench.clock.turn(hours=1)
    with bench.open("analyst") as workbench:
        assert state(workbench) is DeploymentState.PURGED
        assert workbench.at_opening.purged == 1
        assert workbench.at_opening.certificates == ()


def test_the_rules_of_the_moment_count_also_in_a_process_that_is_open(live: Maker) -> None:
    with live.open("operator") as workbench:
        plant_said(workbench, REFERENCE, raised=live.clock() - 20 * DAY)
    with live.open("data-protection-officer") as officer:
        assert officer.retention.run().certificates == ()
        with live.open("administrator") as administrator:
            change = administrator.rule_changes.propose({"retention": SWP.plain()}, "policy 7")
        with live.open("data-protection-officer-2") as other:
            other.rule_changes.confirm(change.id)
        (certificate,) = officer.retention.run().certificates
        assert certificate.retention.value == "alert"
        assert certificate.late_by_s == 19 * 24 * 3600


def test_a_case_goes_at_its_end_with_the_alerts_that_were_moved_to_it(live: Maker) -> None:
    with live.open("operator") as workbench:
        held, other = (plant_said(workbench, REFERENCE) for _ in range(2))
    hold = hold_alert(live, held.id)
    case = open_case(live, "CASE/1")
    move_alerts(live, case, held.id, other.id)
    live.clock.turn(days=32)
    with live.open("operator") as workbench:
        assert rows_of(workbench, "alerts") == 2, "they are the case's now"
    live.clock.turn(days=30)
    with live.open("analyst") as workbench:
        found = next(one for one in workbench.at_opening.certificates if one.purpose == case)
        assert found.objects == (other.id,)
        assert found.held == (held.id,)
        assert rows_of(workbench, "alerts") == 1
        entries = rows_of(workbench, "audit")
    with live.open("analyst") as workbench:
        assert workbench.at_opening.certificates == ()
        assert rows_of(workbench, "audit") == entries
    with live.open("authorising-officer") as officer:
        officer.holds.release(hold, reason="The complaint was settled.")
    with live.open("analyst") as workbench:
        (certificate,) = workbench.at_opening.certificates
        assert set(certificate.objects) == {held.id, case}
        assert rows_of(workbench, "alerts") == 0
        assert [one.state.value for one in workbench.cases.list()] == ["purged"]
        assert workbench.deployments.record(REFERENCE).counts.alerts == 2
    assert kept_files(live) == ([], [])


def test_a_case_that_nobody_authorised_goes_after_48_hours(bench: Maker) -> None:
    case = open_case(bench, "CASE/1", authorise=False)
    bench.clock.turn(hours=48)
    with bench.open("analyst") as workbench:
        assert rows_of(workbench, "certificates") == 0
    bench.clock.turn(seconds=1)
    with bench.open("analyst") as workbench:
        (certificate,) = workbench.at_opening.certificates
        assert (certificate.purpose, certificate.late_by_s) == (case, 1)
        assert [one.state.value for one in workbench.cases.list()] == ["purged"]
    assert kept_files(bench)[1] == []


def open_case(maker: Maker, number: str, *, authorise: bool = True) -> str:
    with maker.open("analyst") as analyst:
        view = analyst.cases.open(
            {
                "number": number,
                "offence": "Robbery",
                "authority": "Common law.",
                "purpose": "Who was it?",
                "necessity": "No other lead.",
                "expiry": (maker.clock() + 60 * DAY).isoformat(),
            }
        )
    if authorise:
        with maker.open("authorising-officer") as officer:
            officer.cases.authorise(number, "Strictly necessary.")
    return str(view.id)


def move_alerts(maker: Maker, case: str, *names: str) -> None:
    from workbench.records.audit.verbs import Verb

    with maker.open("analyst") as workbench, workbench._context.system() as acting:
        acting.connection.execute(
            update(alerts).where(alerts.c.id.in_(names)).values(moved_to=case)
        )
        acting.log(Verb.ALTER)


def test_certificates_are_read_and_kept_as_they_were(live: Maker, tmp_path: Path) -> None:
    live.clock.turn(days=2)
    with live.open("analyst") as workbench:
        (certificate,) = workbench.at_opening.certificates
        issued = workbench.retention.certificate(certificate.id)
        assert issued.certificate == certificate
        assert issued.reference == REFERENCE
        assert issued.head is not None
        assert issued.witness.endswith(f"{workbench.id}.jsonl")
        target = tmp_path / "certificate.html"
        export = workbench.retention.write_page(issued, target)
        assert certificate.digest() in target.read_text("utf-8")
        assert (export.recipient, export.objects) == ("analyst", (certificate.id,))
        with pytest.raises(UnknownRecordError, match="there is no certificate certificate-0"):
            workbench.retention.certificate("certificate-0")
        with pytest.raises(UnknownRecordError, match="no deployment and no case nowhere"):
            workbench.retention.certificates("nowhere")
    with (
        live.open("manager") as workbench,
        pytest.raises(NotPermittedError, match="may not read deletion certificates"),
    ):
        workbench.retention.certificate(certificate.id)


def test_a_sweep_removes_what_no_record_knows(live: Maker, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "face.jpg").write_bytes(b"\xff\xd8\xff\xe0 a picture")
    ((sealed,), (key,)) = kept_files(live)
    digest = hashlib.sha256(b"object-nobody-knows").hexdigest()
    orphan = live.folder / "vault" / digest[:2] / digest[2:4] / "object-nobody-knows.sealed"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(sealed.read_bytes())
    unknown = key.with_name("key-nobody-knows.key")
    unknown.write_bytes(key.read_bytes())
    hour_ago = live.clock().timestamp() - 3600
    with live.open("data-protection-officer") as workbench:
        for path in (orphan, unknown):
            os.utime(path, (hour_ago + 1, hour_ago + 1))
        young = workbench.retention.sweep()
        assert (young.objects, young.keys) == ((), ()), "a write may be under way"
        for path in (orphan, unknown):
            os.utime(path, (hour_ago - 1, hour_ago - 1))
        found = workbench.retention.sweep(project)
    assert found.objects == ("object-nobody-knows",)
    assert found.keys == ("key-nobody-knows",)
    assert found.missing == ()
    assert [one.where for one in found.leftovers] == [str(project / "face.jpg")]
    assert kept_files(live) == ([sealed], [key])


def test_a_sweep_names_what_is_missing(live: Maker) -> None:
    for path in kept_files(live)[0]:
        path.unlink()
    with live.open("administrator") as workbench:
        (name,) = workbench.retention.sweep().missing
    assert name.startswith("object-")


def test_leftovers_make_certificates_partial(live: Maker, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "page.html").write_text('<img src="data:image/png;base64,AAAA">', "utf-8")
    with live.open("data-protection-officer") as workbench:
        plant_said(workbench, REFERENCE, raised=live.clock() - 40 * DAY)
        (certificate,) = workbench.retention.run(project).certificates
    assert certificate.result is Result.PARTIAL
    assert certificate.remaining == ()
    assert [one.where for one in certificate.leftovers] == [str(project / "page.html")]


def test_a_clock_that_was_set_back_does_not_keep_people_out(
    live: Maker, caplog: pytest.LogCaptureFixture
) -> None:
    live.clock.turn(days=1)
    with live.open("operator") as workbench:
        plant_said(workbench, REFERENCE, raised=live.clock() - 60 * DAY)
    live.clock.turn(hours=-1)
    with live.open("administrator") as workbench:
        assert workbench.at_opening.certificates == ()
    assert "retention waits for the clock" in caplog.text
    live.clock.turn(hours=1)
    with live.open("administrator") as workbench:
        assert len(workbench.at_opening.certificates) == 1


def test_what_cannot_be_begun_keeps_the_bench_closed(
    live: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    live.clock.turn(days=60)
    token = live.token("operator")

    def full(*_: object, **__: object) -> None:
        msg = "records: the disk is full; nothing was written. Free space and try again."
        raise StoreError(msg)

    monkeypatch.setattr("workbench.bench.retention_pass.begin", full)
    with pytest.raises(StoreError, match="the disk is full"):
        Workbench.open(live.folder, credential=token, settings=live.settings, clock=live.clock)
    monkeypatch.undo()
    with live.open("operator") as workbench:
        assert rows_of(workbench, "certificates") == 1


@pytest.mark.parametrize("processes", [3])
def test_several_processes_at_once_do_it_once(live: Maker, tmp_path: Path, processes: int) -> None:
    with live.open("operator") as workbench:
        for _ in range(4):
            plant_said(workbench, REFERENCE)
    live.clock.turn(days=40)
    maker = copied(live, tmp_path / "several")
    code = textwrap.dedent(
        f"""
        import sys
        from datetime import datetime
        from workbench.bench import Workbench
        from workbench.settings import Settings
        settings = Settings(threads=1, keys={{"folder": {str(maker.settings.keys.folder)!r}}},
                            witness={str(maker.settings.witness)!r})
        now = datetime.fromisoformat({maker.clock().isoformat()!r})
        sys.stdin.readline()
        Workbench.open({str(maker.folder)!r}, credential={maker.token("operator")!r},
                       settings=settings, clock=lambda: now).close()
        """
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    assert [one.wait(120) for one in started] == [0] * processes
    for one in started:
        assert one.stdin is not None
        one.stdin.close()
    with maker.open("operator") as workbench:
        with workbench._context.store.reading() as connection:
            certificates = list_certificates(connection)
            assert unfinished_erasures(connection) == []
        named = [name for one in certificates for name in one.objects]
        assert len(named) == len(set(named)) == 5
        assert not workbench._context.store.log.verify(workbench._context.store.reading).faults
    assert kept_files(maker) == ([], [])


def test_an_opening_without_anything_due_costs_little(live: Maker) -> None:
    from workbench.bench.retention_pass import enforce

    with live.open("operator") as workbench:
        for _ in range(5):
            plant_said(workbench, REFERENCE)
        entries = rows_of(workbench, "audit")
        times = []
        for _ in range(20):
            start = time.perf_counter()
            enforce(workbench._context)
            times.append(time.perf_counter() - start)
        assert rows_of(workbench, "audit") == entries
    assert min(times) < 0.02


def test_a_bench_of_another_profile_keeps_to_it(
    make_bench: Callable[..., Maker], authorised: Any
) -> None:
    maker = make_bench(rules=Rules(retention=SWP), name="swp")
    authorised(maker)
    with maker.open("operator") as workbench:
        go_live(workbench, REFERENCE)
        plant_said(workbench, REFERENCE)
    maker.clock.turn(hours=24)
    with maker.open("operator") as workbench:
        assert [one.retention.value for one in workbench.at_opening.certificates] == ["alert"]


def test_a_run_removes_what_a_build_that_was_cut_off_left(
    bench: Maker, as_role: Callable[[str], Workbench]
) -> None:
    analyst = as_role("analyst")
    context = analyst._context
    key = new_id("key", bench.clock.now)
    with pytest.raises(RuntimeError, match="the process ends here"):
        _put_and_fail(context, key)
    bench.clock.turn(hours=2)
    later = datetime.now(UTC) + timedelta(hours=2)  # files bear the time of the machine
    with context.store.reading() as connection:
        assert key in context.vault.orphans(connection, later).keys
    bench.clock.now = max(bench.clock.now, later)
    as_role("data-protection-officer").retention.run()
    with context.store.reading() as connection:
        assert context.vault.orphans(connection, later + timedelta(days=1)).keys == ()


def _put_and_fail(context: Any, key: str) -> None:
    """Seal a list in a transaction that fails."""
    with context.system() as acting:
        about = {"purpose": "none", "now": acting.now}
        register = KeyRegister(context.keys)
        register.make(acting.connection, key_id=key, retention="watchlist", **about)
        context.vault.put(
            acting.connection,
            object_id=new_id("object", acting.now),
            key_id=key,
            kind="watchlist",
            plaintext=b"a list",
            **about,
        )
        msg = "the process ends here"
        raise RuntimeError(msg)
