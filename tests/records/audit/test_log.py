"""The log: what gets in, in which order, at which time, and what stops it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from workbench.errors import (
    AuditError,
    ClockError,
    KeyStoreError,
    OutputError,
    RecordError,
    UsageError,
)
from workbench.records.audit.chain import genesis, link
from workbench.records.audit.checkpoints import Signer, verify_checkpoint
from workbench.records.audit.entries import read_entry
from workbench.records.audit.log import AuditLog
from workbench.records.audit.reading import rows
from workbench.records.audit.verbs import Verb
from workbench.records.audit.witness import WitnessFile
from workbench.records.schema import audit

Make = Callable[..., Any]


def test_an_empty_log_has_no_head_and_no_fault(bench: Any) -> None:
    assert bench.rows() == []
    assert bench.checkpoint() is None
    bench.log.after_commit(None)
    assert not bench.witness.path.exists()


def test_entries_are_linked_signed_and_witnessed(bench: Any, make_draft: Make) -> None:
    first = bench.append(make_draft())
    second = bench.append(make_draft(Verb.ALERT, objects=("alert-1",)))
    rows = bench.rows()
    assert [row.seq for row in rows] == [first.seq, second.seq] == [1, 2]
    assert rows[0].hash == first.hash == link(genesis("bench-1"), 1, rows[0].body)
    assert rows[1].hash == second.hash == link(first.hash, 2, rows[1].body)
    head = bench.checkpoint()
    assert (head.seq, head.hash) == second
    assert head.at == read_entry(rows[1].body).utc == bench.now
    assert verify_checkpoint(head, bench.signer.public_key)
    assert [one.checkpoint.seq for one in bench.witness.read()] == [1, 2]
    outcome = bench.verify()
    assert (outcome.ok, outcome.entries, outcome.notes, outcome.last) == (True, 2, (), head)


def test_several_entries_of_one_transaction_are_witnessed_once(
    bench: Any, make_draft: Make
) -> None:
    with bench.writing() as connection:
        for _ in range(3):
            bench.log.append(connection, make_draft(), bench.now)
        head = bench.log.head(connection)
    bench.log.after_commit(head)
    assert [one.checkpoint.seq for one in bench.witness.read()] == [3]
    assert bench.verify().ok


def test_what_is_rolled_back_leaves_nothing(bench: Any, make_draft: Make) -> None:
    bench.fill(2)

    def cut_off() -> None:
        with bench.writing() as connection:
            bench.log.append(connection, make_draft(), bench.now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cut_off()
    bench.fill(2)
    assert [row.seq for row in bench.rows()] == [1, 2, 3, 4]
    assert bench.verify().ok


def test_a_draft_is_checked_again(bench: Any, make_draft: Make) -> None:
    with pytest.raises(RecordError, match="hexadecimal"):
        bench.append(make_draft().model_copy(update={"justification": "0f" * 300}))
    assert bench.rows() == []


# Time


@pytest.mark.parametrize("behind_s", [0, 0.000001, 1, 5])
def test_a_clock_a_little_behind_gives_the_time_of_the_last_entry(
    bench: Any, make_draft: Make, behind_s: float
) -> None:
    bench.append(make_draft())
    last = bench.now
    bench.append(make_draft(), last - timedelta(seconds=behind_s))
    assert bench.checkpoint().at == last
    assert bench.verify().ok


def test_a_clock_set_back_is_refused_until_it_is_accepted(bench: Any, make_draft: Make) -> None:
    bench.append(make_draft())
    back = bench.now - timedelta(days=365)
    with pytest.raises(ClockError) as refused:
        bench.append(make_draft(), back)
    assert str(refused.value) == (
        "the clock says 2025-11-25 09:30:01 UTC, the record's last entry is of "
        "2026-11-25 09:30:01 UTC, 31,536,000 s later. Set the clock; or, if it is right, have an "
        "administrator accept it with workbench audit accept-clock."
    )
    assert len(bench.rows()) == 1
    bench.append(make_draft(Verb.CLOCK), back)
    bench.append(make_draft(), back + timedelta(seconds=1))
    assert bench.checkpoint().at == back + timedelta(seconds=1)
    assert bench.verify().ok


def test_a_clock_entry_may_also_change_nothing(bench: Any, make_draft: Make) -> None:
    bench.append(make_draft(Verb.CLOCK))
    bench.append(make_draft(Verb.CLOCK))
    assert bench.verify().ok


def test_the_tolerance_can_be_set(make_bench: Make, make_draft: Make) -> None:
    bench = make_bench(tolerance=timedelta(0))
    bench.append(make_draft())
    with pytest.raises(ClockError):
        bench.append(make_draft(), bench.now - timedelta(microseconds=1))


def test_a_moment_needs_a_zone(bench: Any, make_draft: Make) -> None:
    naive = datetime(2026, 11, 25, 9, 30)  # noqa: DTZ001 - what is refused
    with pytest.raises(RecordError, match="utc"):
        bench.append(make_draft(), naive)
    bench.append(make_draft())
    with pytest.raises(UsageError, match="time zone"):
        bench.append(make_draft(), naive)


# Keys


def test_a_bench_without_a_key_keeps_a_chain_all_the_same(make_bench: Make) -> None:
    bench = make_bench(signer=None)
    bench.fill(3)
    outcome = bench.verify()
    assert outcome.ok
    assert outcome.notes == ("signatures were not checked: no public key was given",)
    assert bench.checkpoint().signature == ""


@pytest.mark.parametrize("signed_first", [True, False])
def test_a_signed_log_goes_on_signed_and_an_unsigned_one_unsigned(
    make_bench: Make, make_draft: Make, signed_first: bool
) -> None:
    bench = make_bench() if signed_first else make_bench(signer=None)
    bench.fill(1)
    bench.log = AuditLog("bench-1", None if signed_first else Signer.generate())
    with pytest.raises(AuditError, match="not signed with the key of this bench"):
        bench.append(make_draft())
    with pytest.raises(AuditError, match="not signed with the key of this bench"):
        bench.checkpoint()


def test_another_key_goes_on_only_where_the_old_one_is_trusted(
    make_bench: Make, make_draft: Make
) -> None:
    bench = make_bench()
    bench.fill(2)
    new = Signer.generate()
    bench.log = AuditLog("bench-1", new, [bench.witness])
    with pytest.raises(AuditError, match="tampered"):
        bench.append(make_draft())
    old = bench.signer.public_key
    bench.log = AuditLog("bench-1", new, [bench.witness], trusted_keys=[old])
    bench.append(make_draft(Verb.ROTATE, details={"public_key": new.public_key}))
    assert bench.log.public_keys == (new.public_key, old)
    assert bench.checkpoint().public_key == new.public_key
    assert bench.verify().ok


def test_with_public_keys_alone_a_log_is_read_and_not_added_to(
    bench: Any, make_draft: Make
) -> None:
    bench.fill(2)
    bench.log = AuditLog("bench-1", None, [bench.witness], trusted_keys=[bench.signer.public_key])
    assert bench.checkpoint().seq == 2
    assert bench.verify().ok
    with pytest.raises(KeyStoreError, match="signing key of the audit log is not there"):
        bench.append(make_draft())


def test_the_log_of_another_bench_is_not_gone_on_with(bench: Any, make_draft: Make) -> None:
    bench.fill(1)
    bench.log = AuditLog("bench-2", bench.signer)
    with pytest.raises(AuditError):
        bench.append(make_draft())


# Damage


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM audit WHERE seq = 3", "does not end with entry 3"),
        ("DELETE FROM audit", "does not end with entry 3"),
        ("DELETE FROM audit_head", "has entries but no head"),
        ("UPDATE audit SET hash = 'x' WHERE seq = 3", "does not end with entry 3"),
        ("UPDATE audit_head SET seq = 2", "not signed"),
        ("UPDATE audit_head SET at = '2026-11-25T09:30:00.000000+00:00'", "not signed"),
        ("UPDATE audit_head SET at = 'x'", "not signed"),
        ("UPDATE audit_head SET at = '0001-01-01T00:00:00.000000+14:00'", "not signed"),
        ("UPDATE audit_head SET seq = 'x'", "not signed"),
        ("UPDATE audit_head SET hash = x'ff'", "not signed"),
        ("UPDATE audit_head SET signature = NULL", "not signed"),
        (
            "INSERT INTO audit SELECT seq + 1, body, hash FROM audit WHERE seq = 3",
            "does not end with entry 3",
        ),
    ],
)
@pytest.mark.parametrize("reopened", [False, True])
def test_nothing_is_added_to_a_log_that_was_tampered_with(
    bench: Any, make_draft: Make, statement: str, said: str, reopened: bool
) -> None:
    bench.fill(3)
    bench.sql(statement)
    if reopened:
        bench.log = AuditLog("bench-1", bench.signer, [bench.witness])
    before = bench.rows()
    with pytest.raises(AuditError, match=said):
        bench.append(make_draft())
    assert bench.rows() == before
    assert not bench.verify().ok


def test_an_entry_that_takes_a_place_twice_is_refused(bench: Any, make_draft: Make) -> None:
    bench.fill(1)
    with bench.writing() as connection:
        head = bench.log._last(connection)
        bench.log.append(connection, make_draft(), bench.now)
        with pytest.raises(AuditError, match="added by another"):
            bench.log._move_head(connection, head, head)


# Witnesses


def test_a_witness_that_cannot_be_written_costs_a_warning_and_no_entry(
    make_bench: Make, make_draft: Make, tmp_path: Path
) -> None:
    missing = WitnessFile(tmp_path / "share" / "witness")
    good = WitnessFile(tmp_path / "good")
    bench = make_bench(witnesses=[missing, good])
    bench.append(make_draft())
    assert len(bench.rows()) == 1
    assert len(bench.warnings) == 1
    assert bench.warnings[0].startswith("entry 1 is in the audit log, but witness ")
    assert "share/witness cannot be written" in bench.warnings[0]
    assert [one.checkpoint.seq for one in good.read()] == [1]
    (tmp_path / "share").mkdir()
    bench.append(make_draft())
    assert len(bench.warnings) == 1
    assert [one.checkpoint.seq for one in missing.read()] == [2]
    assert bench.verify().ok


def test_a_witness_that_is_required_stops_what_it_could_not_see(
    make_bench: Make, make_draft: Make, tmp_path: Path
) -> None:
    bench = make_bench(
        witnesses=[WitnessFile(tmp_path / "share" / "witness")], require_witness=True
    )
    with pytest.raises(OutputError, match="cannot be written"):
        bench.append(make_draft())
    assert bench.rows() == []
    (tmp_path / "share").mkdir()
    bench.append(make_draft())
    assert bench.verify().ok


def test_a_required_witness_that_fails_after_the_commit_is_an_error(
    make_bench: Make, make_draft: Make, tmp_path: Path
) -> None:
    (tmp_path / "share").mkdir()
    bench = make_bench(
        witnesses=[WitnessFile(tmp_path / "share" / "witness")], require_witness=True
    )
    with bench.writing() as connection:
        bench.log.append(connection, make_draft(), bench.now)
        head = bench.log.head(connection)
    (tmp_path / "share" / "witness").unlink()
    (tmp_path / "share").rmdir()
    with pytest.raises(OutputError, match="entry 1 is in the audit log, but"):
        bench.log.after_commit(head)
    assert len(bench.rows()) == 1


def test_nothing_is_held_against_entries_that_come_while_it_is_verified(bench: Any) -> None:
    bench.fill(3)

    @contextmanager
    def reading() -> Iterator[Connection]:
        with bench.reading() as connection:
            assert len(list(rows(connection))) == 3
            bench.fill(2)  # seen by the witness and not by this connection
            yield connection

    outcome = bench.log.verify(reading)
    assert (outcome.ok, outcome.entries) == (True, 3)


# Many at once


@pytest.mark.slow
def test_appends_from_many_connections_never_fork(make_bench: Make, make_draft: Make) -> None:
    bench = make_bench()
    failed: list[Exception] = []

    def work(number: int) -> None:
        log = AuditLog("bench-1", bench.signer, [bench.witness])
        try:
            for _ in range(12):
                with bench.writing() as connection:
                    log.append(connection, make_draft(actor=f"person-{number}"), bench.now)
                    head = log.head(connection)
                log.after_commit(head)
        except Exception as error:  # noqa: BLE001 - of a thread, told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert [row.seq for row in bench.rows()] == list(range(1, 97))
    assert sorted(one.checkpoint.seq for one in bench.witness.read()) == list(range(1, 97))
    actors = [read_entry(row.body).actor for row in bench.rows()]
    assert {actors.count(f"person-{number}") for number in range(8)} == {12}
    assert bench.verify().ok


def test_the_head_moves_for_one_of_two_that_were_not_kept_apart(
    bench: Any, make_draft: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another committed between the reading of the head and the writing is not lost."""
    bench.fill(1)
    other = AuditLog("bench-1", bench.signer)
    with bench.writing() as connection:
        stale = bench.log._last(connection)
        other.append(connection, make_draft(actor="another"), bench.now)
        monkeypatch.setattr(bench.log, "_last", lambda _: stale)
        with pytest.raises(AuditError, match="entry 2 could not be added"):
            bench.log.append(connection, make_draft(), bench.now)
        actors = [
            read_entry(body).actor
            for (body,) in connection.execute(select(audit.c.body).order_by(audit.c.seq))
        ]
    assert actors == ["a.person", "another"]
