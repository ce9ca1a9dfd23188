"""Verification: what is found, what it is called, and what no longer can be."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from workbench.records.audit.chain import genesis, link
from workbench.records.audit.checkpoints import Checkpoint, Signer
from workbench.records.audit.entries import Draft, Entry, canonical
from workbench.records.audit.faults import MOST_FAULTS, FaultKind, Verification
from workbench.records.audit.reading import Head, Row
from workbench.records.audit.verbs import Verb
from workbench.records.audit.verifying import verify
from workbench.records.audit.witness import Witnessed
from workbench.records.moments import as_text
from workbench.records.schema import audit, audit_head

Make = Callable[..., Any]
EDITED, MISSING, HEAD = FaultKind.EDITED, FaultKind.MISSING, FaultKind.HEAD
SIGNATURE, UNREADABLE = FaultKind.SIGNATURE, FaultKind.UNREADABLE


def found(outcome: Verification) -> list[tuple[int, FaultKind]]:
    assert outcome.ok == (not outcome.faults)
    return [(fault.seq, fault.kind) for fault in outcome.faults]


@pytest.mark.parametrize("count", [0, 1, 7])
def test_an_untouched_log_has_no_fault(bench: Any, count: int) -> None:
    bench.fill(count)
    if not count:
        bench.witness.path.touch()
    outcome = bench.verify()
    assert found(outcome) == []
    assert outcome.entries == count
    assert outcome.last == bench.checkpoint()
    assert outcome.notes == (() if count else ("the log is empty, as only that of a new bench is",))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "UPDATE audit SET body = replace(body, 'alert-2', 'alert-9') WHERE seq = 3",
            [(3, EDITED)],
        ),
        ("UPDATE audit SET body = body || ' ' WHERE seq = 3", [(3, EDITED), (3, UNREADABLE)]),
        ("UPDATE audit SET body = '' WHERE seq = 5", [(5, EDITED), (5, UNREADABLE)]),
        ("UPDATE audit SET body = 7 WHERE seq = 1", [(1, EDITED), (1, UNREADABLE)]),
        ("UPDATE audit SET body = x'ff00' WHERE seq = 3", [(3, UNREADABLE)]),
        ("UPDATE audit SET body = CAST(x'ff00' AS TEXT) WHERE seq = 3", [(3, UNREADABLE)]),
        ("UPDATE audit SET hash = upper(hash) WHERE seq = 3", [(3, EDITED), (4, EDITED)]),
        ("UPDATE audit SET hash = '' WHERE seq = 5", [(5, EDITED), (5, HEAD)]),
        ("UPDATE audit SET hash = x'ff' WHERE seq = 3", [(3, UNREADABLE)]),
        ("UPDATE audit SET seq = 6 WHERE seq = 5", [(5, MISSING), (6, HEAD)]),
        (
            "UPDATE audit SET seq = 9 WHERE seq = 3",
            [(3, MISSING), (6, MISSING), (9, FaultKind.TIME), (6, HEAD)],
        ),
        ("UPDATE audit SET seq = -1 WHERE seq = 1", [(1, FaultKind.ORDER), (1, MISSING)]),
        ("DELETE FROM audit WHERE seq = 1", [(1, MISSING)]),
        ("DELETE FROM audit WHERE seq IN (2, 3)", [(2, MISSING)]),
        ("DELETE FROM audit WHERE seq > 3", [(4, FaultKind.TRUNCATED)]),
        ("DELETE FROM audit", [(1, FaultKind.TRUNCATED)]),
        (
            "INSERT INTO audit SELECT 6, body, hash FROM audit WHERE seq = 5",
            [(6, EDITED), (6, HEAD)],
        ),
        ("INSERT INTO audit SELECT 0, body, hash FROM audit LIMIT 1", [(1, FaultKind.ORDER)]),
        ("INSERT INTO audit SELECT -7, body, hash FROM audit LIMIT 1", [(1, FaultKind.ORDER)]),
        ("DELETE FROM audit_head", [(5, HEAD)]),
        ("UPDATE audit_head SET seq = 4", [(4, SIGNATURE), (5, HEAD)]),
        ("UPDATE audit_head SET seq = 6", [(6, SIGNATURE), (6, FaultKind.TRUNCATED)]),
        ("UPDATE audit_head SET seq = 0", [(5, HEAD)]),
        ("UPDATE audit_head SET hash = (SELECT hash FROM audit)", [(5, SIGNATURE), (5, HEAD)]),
        ("UPDATE audit_head SET hash = 'x'", [(5, HEAD)]),
        (
            "UPDATE audit_head SET at = '2026-11-25T09:30:00.000000+00:00'",
            [(5, SIGNATURE), (5, HEAD)],
        ),
        ("UPDATE audit_head SET at = '2026-11-25'", [(5, HEAD)]),
        ("UPDATE audit_head SET signature = NULL", [(5, SIGNATURE)]),
        ("UPDATE audit_head SET signature = substr(signature, 2) || 'e'", [(5, SIGNATURE)]),
        ("UPDATE audit_head SET signature = 7", [(5, HEAD)]),
    ],
)
def test_what_is_changed_in_the_tables_is_found(
    bench: Any, statement: str, expected: list[tuple[int, FaultKind]]
) -> None:
    bench.fill(5)
    bench.sql(statement)
    outcome = bench.verify()
    own = [one for one in found(outcome) if one[1] not in {FaultKind.ROLLBACK, FaultKind.REWRITTEN}]
    assert own == expected
    bench.witness.path.unlink()  # the chain and the head find it without a witness
    assert found(bench.verify())[: len(own)] == own


def forged(bench: Any, bodies: list[str]) -> list[tuple[int, str, str]]:
    """Rows with hashes made anew, as anyone can who knows how."""
    previous, made = genesis("bench-1"), []
    for seq, body in enumerate(bodies, 1):
        previous = link(previous, seq, body)
        made.append((seq, body, previous))
    return made


def put(bench: Any, rows: list[tuple[int, str, str]], head: Checkpoint | None = None) -> None:
    with bench.writing() as connection:
        connection.execute(audit.delete())
        for seq, body, digest in rows:
            connection.execute(audit.insert().values(seq=seq, body=body, hash=digest))
        if head is not None:
            values = {
                "seq": head.seq,
                "hash": head.hash,
                "at": as_text(head.at),
                "signature": head.signature,
            }
            connection.execute(update(audit_head).values(**values))


@pytest.mark.parametrize("what", ["edit", "delete", "insert", "swap", "reorder"])
def test_hashes_made_anew_need_the_key(bench: Any, what: str) -> None:
    bench.fill(5)
    bodies = [row.body for row in bench.rows()]
    if what == "edit":
        bodies[2] = bodies[2].replace("alert-2", "alert-7")
    elif what == "delete":
        del bodies[2]
    elif what == "insert":
        bodies.insert(2, bodies[2])
    elif what == "swap":
        bodies[1], bodies[2] = bodies[2], bodies[1]
    else:
        bodies.reverse()
    rows = forged(bench, bodies)
    head = bench.checkpoint().model_copy(update={"seq": len(rows), "hash": rows[-1][2]})
    put(bench, rows, head)
    bench.witness.path.unlink()
    kinds = {kind for _, kind in found(bench.verify())}
    assert SIGNATURE in kinds
    assert EDITED not in kinds


def test_hashes_made_anew_with_the_key_need_the_witness_too(bench: Any) -> None:
    bench.fill(5)
    bodies = [row.body for row in bench.rows()]
    bodies[2] = bodies[2].replace("alert-2", "alert-7")
    rows = forged(bench, bodies)
    put(bench, rows, bench.signer.sign("bench-1", 5, rows[-1][2], bench.now))
    outcome = bench.verify()
    assert found(outcome) == [(3, FaultKind.REWRITTEN)]
    assert "entries 3 to 5 are not what it saw" in outcome.faults[0].text
    assert outcome.last.seq == 5


def test_a_rollback_of_everything_together_shows_by_the_witness_alone(
    bench: Any, make_draft: Make, tmp_path: Path
) -> None:
    bench.fill(3)
    bench.engine.dispose()
    database = tmp_path / "bench-1.sqlite"
    shutil.copy(database, tmp_path / "backup")
    bench.fill(2)
    bench.engine.dispose()
    shutil.copy(tmp_path / "backup", database)
    outcome = bench.verify()
    assert found(outcome) == [(4, FaultKind.ROLLBACK)]
    assert outcome.faults[0].text == (
        f"witness {tmp_path / 'bench-1.witness'}: it saw entry 5, but the log ends with entry 3: "
        "the records were put back to an earlier state"
    )
    bench.append(make_draft(Verb.ADMINISTER))
    assert found(bench.verify()) == [(4, FaultKind.REWRITTEN), (5, FaultKind.ROLLBACK)]
    bench.fill(3)
    assert found(bench.verify()) == [(4, FaultKind.REWRITTEN)]
    bench.log.witnesses = ()
    assert bench.verify().ok


def test_time_goes_back_only_by_a_clock_entry() -> None:
    now = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

    def outcome(*steps: tuple[Verb, int]) -> list[tuple[int, FaultKind]]:
        previous, rows = genesis("b"), []
        for seq, (verb, second) in enumerate(steps, 1):
            draft = Draft.of(verb, actor="a", role="b", purpose="c")
            body = canonical(Entry.at(draft, now + timedelta(seconds=second)))
            previous = link(previous, seq, body)
            rows.append(Row(seq, body, previous))
            at = as_text(now + timedelta(seconds=second))
        return found(verify(rows, bench_id="b", head=Head(len(rows), previous, at, None)))

    login, clock = Verb.LOGIN, Verb.CLOCK
    assert outcome((login, 0), (login, 0), (login, 5)) == []
    assert outcome((login, 9), (clock, 0), (login, 1)) == []
    assert outcome((login, 9), (login, 8), (login, 9)) == [(2, FaultKind.TIME)]
    assert outcome((login, 9), (clock, 5), (login, 4)) == [(3, FaultKind.TIME)]


def test_rows_in_another_order_are_found(bench: Any) -> None:
    bench.fill(5)
    rows = bench.rows()
    swapped = [rows[0], rows[2], rows[1], *rows[3:]]
    outcome = verify(swapped, bench_id="bench-1", head=bench.head())
    assert found(outcome) == [(2, MISSING), (2, FaultKind.ORDER)]
    assert found(verify([*rows, rows[4]], bench_id="bench-1", head=bench.head())) == [
        (5, FaultKind.ORDER)
    ]


def test_another_bench_is_another_chain(bench: Any) -> None:
    bench.fill(3)
    key = bench.signer.public_key
    outcome = verify(bench.rows(), bench_id="bench-2", head=bench.head(), public_key=key)
    assert found(outcome) == [(1, EDITED), (3, SIGNATURE)]


def test_another_key_is_told(bench: Any) -> None:
    bench.fill(3)
    other = Signer.generate().public_key
    outcome = bench.log.verify(bench.reading, public_key=other)
    assert found(outcome) == [(3, SIGNATURE), (1, FaultKind.KEY)]
    assert "3 of its checkpoints, the first at line 1, are signed with a key" in (
        outcome.faults[1].text
    )
    assert outcome.last is None
    both = bench.log.verify(bench.reading, public_key=[other, bench.signer.public_key])
    assert both.ok


def test_a_strangers_line_in_a_witness_is_told_and_puts_no_entry_in_doubt(bench: Any) -> None:
    bench.fill(3)
    bench.witness.append(Signer.generate().sign("bench-1", 9, "0" * 64, bench.now))
    assert found(bench.verify()) == [(9, FaultKind.KEY)]
    unsigned = bench.checkpoint().model_copy(update={"seq": 8})
    bench.witness.append(unsigned)
    assert found(bench.verify()) == [(9, FaultKind.KEY), (8, SIGNATURE)]


def test_a_forged_newest_checkpoint_proves_nothing(bench: Any) -> None:
    bench.fill(3)
    forged_one = bench.checkpoint().model_copy(update={"signature": "00" * 64})
    bench.witness.path.unlink()
    bench.witness.append(forged_one)
    assert found(bench.verify()) == [(3, SIGNATURE)]


def test_one_witness_may_serve_several_benches(make_bench: Make) -> None:
    first = make_bench("bench-1")
    second = make_bench("bench-2", witnesses=[first.witness])
    first.fill(2)
    second.fill(5)
    first.fill(1)
    assert first.verify().ok
    assert second.verify().ok


def test_a_witness_without_anything_of_the_bench_is_noted(bench: Any) -> None:
    bench.fill(2)
    bench.witness.path.write_text("", "utf-8")
    outcome = bench.verify()
    assert outcome.ok
    assert "holds no checkpoint of this bench" in outcome.notes[0]


def test_a_witness_that_cannot_be_read_is_a_fault(bench: Any) -> None:
    bench.fill(2)
    bench.witness.path.unlink()
    outcome = bench.verify()
    assert found(outcome) == [(0, FaultKind.WITNESS)]
    assert "cannot be read: there is no such file. Put it back" in outcome.faults[0].text


def test_a_line_cut_short_is_noted_and_a_spoilt_one_is_a_fault(bench: Any) -> None:
    bench.fill(2)
    with bench.witness.path.open("ab") as file:
        file.write(b'{"at":"2026')
    outcome = bench.verify()
    assert outcome.ok
    assert "1 of its checkpoints were cut short" in outcome.notes[0]
    with bench.witness.path.open("ab") as file:
        file.write(b"\nnothing\n")
    assert found(bench.verify()) == [(0, FaultKind.WITNESS)]


def test_of_very_many_faults_the_number_is_told(bench: Any) -> None:
    bench.fill(1)
    row = bench.rows()[0]
    rows = (Row(seq, row.body, row.hash) for seq in range(1, MOST_FAULTS + 100))
    outcome = verify(rows, bench_id="bench-1", head=None)
    assert len(outcome.faults) == MOST_FAULTS
    assert outcome.unlisted == 99
    assert not outcome.ok


def test_without_signer_and_witness_a_lone_rewriting_is_not_found(make_bench: Make) -> None:
    """What the chain alone cannot do is known, and said in the notes."""
    bench = make_bench(signer=None, witnesses=())
    bench.fill(3)
    bodies = [row.body.replace("alert-", "other-") for row in bench.rows()]
    rows = forged(bench, bodies)
    put(bench, rows, bench.checkpoint().model_copy(update={"hash": rows[-1][2]}))
    outcome = bench.verify()
    assert outcome.ok
    assert outcome.notes


@pytest.mark.slow
def test_memory_does_not_grow_with_the_log() -> None:
    now = datetime(2026, 11, 25, tzinfo=UTC)
    count = 200_000
    entry = Entry.at(
        Draft.of(Verb.ALERT, actor="a.person", role="operator", purpose="d", objects=("alert-1",)),
        now,
    )
    body = canonical(entry)
    head: list[Head] = []

    def rows() -> Iterator[Row]:
        previous = genesis("b")
        for seq in range(1, count + 1):
            previous = link(previous, seq, body)
            yield Row(seq, body, previous)
        head.append(Head(count, previous, as_text(now), None))

    class Everything:
        name = "witness of everything"

        @staticmethod
        def read() -> Iterator[Witnessed]:
            return (
                Witnessed("line", Checkpoint(bench="b", seq=row.seq, hash=row.hash, at=now))
                for row in rows()
            )

    list(rows())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    outcome = verify(rows(), bench_id="b", head=head[0], witnesses=[Everything()])
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (outcome.ok, outcome.entries) == (True, count)
    assert grown_kib < 48 * 1024
