"""Erasing: all of it or, after a cut at any point, all of it at the next opening; never what is held."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cutting import ERASING, cut_off, is_cut_off
from kept_values import (
    FACES,
    SAID,
    copied,
    go_live,
    kept_files,
    plant_list,
    plant_said,
    rows_of,
)
from own_process import run_apart
from sqlalchemy import select, update

from workbench.bench import Workbench
from workbench.bench.erasing import begin_alerts, begin_watchlist, complete, finish_erasures
from workbench.errors import (
    HeldError,
    IllegalMoveError,
    KeyDestroyedError,
    KeyStoreError,
    UnknownRecordError,
)
from workbench.governance.certificates import DeletionCertificate, Result
from workbench.governance.deployments import DeploymentState
from workbench.governance.holds import HoldGround
from workbench.records.audit.verbs import Verb
from workbench.records.certificates import list_certificates
from workbench.records.deployments import find_deployment
from workbench.records.erasures import unfinished_erasures
from workbench.records.schema import deployments
from workbench.records.watchlists import ListState, find_watchlist

pytestmark = pytest.mark.slow

REFERENCE = "2026-11/HIGH-ST-1"
Maker = Any


@pytest.fixture
def deployed(bench: Maker, authorised: Callable[..., str]) -> Workbench:
    """Return a bench with a deployment that is live, open as an operator."""
    authorised()
    workbench: Workbench = bench.open("operator")
    go_live(workbench, REFERENCE)
    return workbench


def deployment_id(workbench: Workbench) -> str:
    with workbench._context.store.reading() as connection:
        return find_deployment(connection, REFERENCE).id


def erase_list(workbench: Workbench) -> DeletionCertificate:
    with workbench._context.system() as acting:
        erasure = begin_watchlist(acting, deployment_id(workbench))
    return complete(workbench._context, erasure)


def erase_alerts(workbench: Workbench, ids: list[str] | None = None) -> DeletionCertificate:
    with workbench._context.system() as acting:
        erasure = begin_alerts(acting, deployment_id(workbench), ids)
    return complete(workbench._context, erasure)


def entries(workbench: Workbench, verb: Verb) -> list[Any]:
    from workbench.records.audit.entries import read_entry
    from workbench.records.audit.reading import rows

    with workbench._context.store.reading() as connection:
        found = [read_entry(row.body) for row in rows(connection)]
    return [entry for entry in found if entry.verb is verb]


def test_nothing_to_erase_is_said(deployed: Workbench) -> None:
    with pytest.raises(UnknownRecordError, match=f"{REFERENCE} has no watchlist"):
        erase_list(deployed)
    with pytest.raises(UnknownRecordError, match=f"{REFERENCE} has no alert"):
        erase_alerts(deployed)
    assert finish_erasures(deployed._context) == ((), ())


def test_a_list_goes_and_its_references_stay(bench: Maker, deployed: Workbench) -> None:
    row = plant_list(deployed, REFERENCE)
    plant_said(deployed, REFERENCE)
    before = rows_of(deployed, "watchlist_entries")
    certificate = erase_list(deployed)
    assert certificate.result is Result.COMPLETE
    assert certificate.objects == (row.id,)
    assert certificate.keys == (row.key_id,)
    assert certificate.counts == {
        "watchlists": 1,
        "references": 3,
        "subjects": 3,
        "keys": 1,
        "sealed-objects": 1,
    }
    with deployed._context.store.reading() as connection:
        after = find_watchlist(connection, row.deployment)
        with pytest.raises(UnknownRecordError):
            deployed._context.vault.get(connection, str(row.object_id))
    assert after is not None
    assert (after.state, after.object_id) == (ListState.DESTROYED, None)
    assert rows_of(deployed, "watchlist_entries") == before > 0
    sealed, keys = kept_files(bench)
    assert len(sealed) == len(keys) == 1, "those of the alert"


def test_alerts_go_and_what_was_counted_of_them_stays(bench: Maker, deployed: Workbench) -> None:
    rows = [plant_said(deployed, REFERENCE) for _ in range(3)]
    certificate = erase_alerts(deployed, [row.id for row in rows[:2]])
    assert set(certificate.objects) == {row.id for row in rows[:2]}
    assert certificate.counts == {
        "alerts": 2,
        "verdicts": 2,
        "engagements": 0,
        "keys": 2,
        "sealed-objects": 2,
    }
    assert (rows_of(deployed, "alerts"), rows_of(deployed, "verdicts")) == (1, 1)
    assert [len(files) for files in kept_files(bench)] == [1, 1]
    assert deployed.deployments.record(REFERENCE).counts.alerts == 3
    erase_alerts(deployed)
    assert rows_of(deployed, "alerts") == rows_of(deployed, "verdicts") == 0
    assert deployed.deployments.record(REFERENCE).counts.alerts == 3


def test_the_digest_is_in_the_audit_log_and_keys_go_first(deployed: Workbench) -> None:
    plant_list(deployed, REFERENCE)
    certificate = erase_list(deployed)
    begun, ended = entries(deployed, Verb.ERASE)
    assert begun.details["step"] == "begun"
    assert ended.details["digest"] == certificate.digest()
    assert ended.details["outcome"] == "complete"
    assert ended.objects == begun.objects == certificate.objects
    assert not deployed._context.store.log.verify(deployed._context.store.reading).faults
    assert certificate.method.startswith("First each data key")
    with deployed._context.store.reading() as connection:
        assert list_certificates(connection) == [certificate]


def test_exports_of_the_deployment_are_on_the_certificate(deployed: Workbench) -> None:
    plant_list(deployed, REFERENCE)
    export = deployed.exports.disclose(
        REFERENCE, what="page of alerts", recipient="CPS London", justification="disclosure"
    )
    (disclosed,) = erase_list(deployed).disclosed
    assert (disclosed.id, disclosed.recipient) == (export.id, "CPS London")


@pytest.mark.parametrize(("hours", "late_s"), [(0, 0), (30, 0), (31, 0), (32, 3600)])
def test_how_late_it_was(deployed: Workbench, bench: Maker, hours: int, late_s: int) -> None:
    plant_list(deployed, REFERENCE)
    bench.clock.turn(hours=hours)
    certificate = erase_list(deployed)
    assert certificate.due is not None
    assert certificate.due.isoformat() == "2026-11-26T16:00:00+00:00"
    assert certificate.late_by_s == late_s


def test_what_is_held_is_refused_and_left_alone(bench: Maker, deployed: Workbench) -> None:
    plant_list(deployed, REFERENCE)
    kept, gone = plant_said(deployed, REFERENCE), plant_said(deployed, REFERENCE)
    with bench.open("data-protection-officer") as officer:
        hold = officer.holds.place(
            alerts=[kept.id],
            ground=HoldGround.COMPLAINT,
            reason="Complaint 12/26.",
            review_by=bench.clock() + timedelta(days=30),
        )
    with pytest.raises(HeldError, match=rf"{kept.id} of .* is kept by legal hold {hold.id}"):
        erase_alerts(deployed)
    assert rows_of(deployed, "alerts") == 2
    assert rows_of(deployed, "erasures") == 0
    erase_alerts(deployed, [gone.id])
    with deployed._context.store.reading() as connection:
        assert deployed._context.vault.get(connection, kept.object_id)


def test_a_hold_on_the_deployment_keeps_its_list_too(bench: Maker, deployed: Workbench) -> None:
    plant_list(deployed, REFERENCE)
    with bench.open("authorising-officer") as officer:
        officer.holds.place(
            REFERENCE,
            ground=HoldGround.JUDICIAL,
            reason="Order of the court.",
            review_by=bench.clock() + timedelta(days=30),
        )
    with pytest.raises(HeldError, match="kept by legal hold"):
        erase_list(deployed)


def test_a_second_erasure_of_the_same_is_refused(deployed: Workbench) -> None:
    plant_list(deployed, REFERENCE)
    context = deployed._context
    with context.system() as acting:
        first = begin_watchlist(acting, deployment_id(deployed))
    with (
        pytest.raises(IllegalMoveError, match="is being destroyed already"),
        context.system() as acting,
    ):
        begin_watchlist(acting, deployment_id(deployed))
    certificate = complete(context, first)
    assert complete(context, first) == certificate, "a second time changes nothing"
    with pytest.raises(UnknownRecordError, match="destroyed already"):
        erase_list(deployed)


def test_nothing_opens_from_the_first_step_on(deployed: Workbench) -> None:
    row = plant_list(deployed, REFERENCE)
    context = deployed._context
    with context.system() as acting:
        begin_watchlist(acting, row.deployment)
    with context.store.reading() as connection, pytest.raises(KeyDestroyedError):
        context.vault.get(connection, str(row.object_id))


def test_a_deployment_is_purged_with_its_last(deployed: Workbench) -> None:
    plant_list(deployed, REFERENCE)
    plant_said(deployed, REFERENCE)
    deployed.deployments.close(REFERENCE)
    erase_list(deployed)
    assert deployed.deployments.get(REFERENCE).state is DeploymentState.CLOSED
    erase_alerts(deployed)
    assert deployed.deployments.get(REFERENCE).state is DeploymentState.PURGED
    assert deployed.deployments.record(REFERENCE).counts.alerts == 1


def test_a_file_that_resists_makes_the_certificate_partial_until_it_is_gone(
    bench: Maker, deployed: Workbench
) -> None:
    row = plant_list(deployed, REFERENCE)
    ((path,), _) = kept_files(bench)
    path.unlink()
    path.mkdir()  # not even the owner of everything unlinks a folder
    partial = erase_list(deployed)
    assert partial.result is Result.PARTIAL
    assert partial.remaining == (row.object_id,)
    with deployed._context.store.reading() as connection:
        assert len(unfinished_erasures(connection)) == 1
    entries_before = rows_of(deployed, "audit")
    assert finish_erasures(deployed._context).certificates == (partial,), "no second one"
    assert rows_of(deployed, "audit") == entries_before
    path.rmdir()
    with bench.open("operator") as reopened, reopened._context.store.reading() as connection:
        first, second = list_certificates(connection)
        assert unfinished_erasures(connection) == []
    assert first == partial
    assert (second.result, second.remaining) == (Result.COMPLETE, ())
    assert second.id == f"{partial.id}-2"


def test_a_key_that_resists_stops_it_and_is_tried_again(bench: Maker, deployed: Workbench) -> None:
    row = plant_list(deployed, REFERENCE)
    (_, (path,)) = kept_files(bench)
    wrapped = path.read_bytes()
    path.unlink()
    path.mkdir()
    with pytest.raises(KeyStoreError):
        erase_list(deployed)
    assert rows_of(deployed, "certificates") == 0
    assert len(kept_files(bench)[0]) == 1, "keys first: nothing else went"
    failed = entries(deployed, Verb.ERASE)[-1]
    assert (failed.result, failed.details["step"]) == ("failed", "keys")
    path.rmdir()
    path.write_bytes(wrapped)
    (certificate,) = finish_erasures(deployed._context).certificates
    assert certificate.keys == (row.key_id,)
    assert kept_files(bench) == ([], [])


def test_a_key_whose_destruction_was_cut_off_half_way_does_not_keep_the_bench_closed(
    bench: Maker, deployed: Workbench
) -> None:
    row = plant_list(deployed, REFERENCE)
    with deployed._context.system() as acting:
        begin_watchlist(acting, row.deployment)
    deployed.close()
    (_, (path,)) = kept_files(bench)
    path.write_bytes(os.urandom(path.stat().st_size))  # overwritten, and not yet removed
    with bench.open("operator") as reopened:
        (certificate,) = reopened.at_opening.certificates
    assert certificate.keys == (row.key_id,)
    assert kept_files(bench) == ([], [])


def test_one_that_fails_does_not_stop_the_others(bench: Maker, deployed: Workbench) -> None:
    row = plant_list(deployed, REFERENCE)
    plant_said(deployed, REFERENCE)
    context = deployed._context
    with context.system() as acting:
        begin_watchlist(acting, row.deployment)
        begin_alerts(acting, row.deployment)
    path = next(path for path in kept_files(bench)[1] if path.stem == row.key_id)
    path.unlink()
    path.mkdir()
    done = finish_erasures(context)
    assert [one.retention.value for one in done.certificates] == ["alert"]
    assert len(done.failures) == 1


def test_a_record_that_cannot_be_counted_does_not_keep_the_bench_closed(
    bench: Maker, deployed: Workbench
) -> None:
    """The keys are gone at once; the rows wait until somebody has mended what is counted."""
    plant_said(deployed, REFERENCE)
    deployed.deployments.close(REFERENCE)
    with deployed._context.system() as acting:
        content = acting.connection.execute(select(deployments.c.content)).scalar_one()
        acting.connection.execute(update(deployments).values(content="{}"))
        acting.log(Verb.ADMINISTER)
    deployed.close()
    bench.clock.turn(days=31)
    with bench.open("data-protection-officer") as officer:
        (failure,) = officer.at_opening.failures
        assert failure.startswith(f"{REFERENCE}: deployment {REFERENCE} cannot be used")
        assert kept_files(bench) == ([], [])
        assert rows_of(officer, "alerts") == 1
        with officer._context.system() as acting:
            acting.connection.execute(update(deployments).values(content=content))
            acting.log(Verb.ADMINISTER)
        assert len(officer.retention.run().certificates) == 1
        assert rows_of(officer, "alerts") == 0


# What follows cuts a whole pass of retention, as each opening runs one, at every line of it.


@pytest.fixture
def overdue(bench: Maker, deployed: Workbench) -> Maker:
    """Return a bench whose list and two of whose three alerts are past their limits."""
    plant_list(deployed, REFERENCE)
    for _ in range(2):
        plant_said(deployed, REFERENCE)
    deployed.deployments.close(REFERENCE)
    bench.close()
    bench.clock.turn(days=31)
    return bench


def require_all_gone(maker: Maker) -> None:
    with maker.open("data-protection-officer") as workbench:
        context = workbench._context
        with context.store.reading() as connection:
            assert unfinished_erasures(connection) == []
            certificates = list_certificates(connection)
            assert find_deployment(connection, REFERENCE).state is DeploymentState.PURGED
        assert rows_of(workbench, "alerts") == rows_of(workbench, "verdicts") == 0
        assert rows_of(workbench, "vault_objects") == 0
        named = [name for one in certificates for name in one.objects]
        assert len(named) == len(set(named)) == 3, "each thing is on one certificate"
        assert all(one.result is Result.COMPLETE for one in certificates)
        assert workbench.deployments.record(REFERENCE).counts.alerts == 2
        assert not context.store.log.verify(context.store.reading).faults
    assert kept_files(maker) == ([], [])
    database = b"".join(path.read_bytes() for path in maker.folder.glob("records.sqlite*"))
    assert SAID.encode() not in database
    assert FACES[:30] not in database


def test_an_erasure_that_is_cut_off_anywhere_is_finished(overdue: Maker, tmp_path: Path) -> None:
    whole = copied(overdue, tmp_path / "whole")
    with cut_off(0) as count:
        whole.open("operator")
    whole.close()
    require_all_gone(whole)
    lines = count[0]
    assert lines > 100
    rest = random.Random(7)
    for at in sorted(rest.sample(range(1, lines), 12)):
        require_finished_after_cut(overdue, tmp_path / f"cut-{at}", at)


def require_finished_after_cut(
    overdue: Maker, place: Path, at: int, files: tuple[str, ...] = ERASING
) -> None:
    maker = copied(overdue, place)
    assert is_cut_off(lambda: maker.open("operator"), at, files)
    require_all_gone(maker)


def test_an_erasure_that_is_cut_off_at_any_line_is_finished(overdue: Maker, tmp_path: Path) -> None:
    deeper = (
        "bench/erasing.py",
        "bench/erasure_rows.py",
        "vault/vault.py",
        "vault/keys.py",
        "vault/key_files.py",
        "vault/folder_blobs.py",
        "vault/files.py",
        "vault/register.py",
        "records/store.py",
    )
    with cut_off(0, deeper) as count:
        copied(overdue, tmp_path / "whole").open("operator")
    for at in sorted(random.Random(11).sample(range(1, count[0]), 25)):
        require_finished_after_cut(overdue, tmp_path / f"cut-{at}", at, deeper)


KILLED = """
    import os, signal, sys
    from datetime import datetime
    sys.path[:0] = {plugins!r}
    from cutting import ERASING, cut_off
    from workbench.bench import Workbench
    from workbench.settings import Settings

    settings = Settings(threads=1, keys={{"folder": {keys!r}}}, witness={witness!r})
    now = datetime.fromisoformat({now!r})
    with cut_off({at}, (*ERASING, "vault/key_files.py", "vault/folder_blobs.py", "records/store.py"),
                 lambda: os.kill(os.getpid(), signal.SIGKILL)) as count:
        Workbench.open({folder!r}, credential={token!r}, settings=settings, clock=lambda: now)
    print(count[0])
"""


@pytest.mark.parametrize("part", [0.2, 0.5, 0.8])
def test_a_process_that_is_killed_meanwhile_leaves_nothing_that_is_not_finished(
    overdue: Maker, tmp_path: Path, part: float
) -> None:
    lines = 700  # about as many as an erasure of this bench comes to
    maker = copied(overdue, tmp_path / "killed")
    done = run_apart(KILLED, maker, "operator", at=int(lines * part))
    assert done.returncode == -signal.SIGKILL, done.stderr
    require_all_gone(maker)
