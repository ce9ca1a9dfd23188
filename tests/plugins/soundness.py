"""What must hold of a bench at any time, whatever was killed on it: looked at from its tables."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select
from worked_bench import WorkedBench

from workbench.bench.context import Context
from workbench.bench.list_sealing import opened_list
from workbench.bench.opening import open_bench
from workbench.bench.processes import is_gone
from workbench.errors import KeyDestroyedError
from workbench.governance.certificates import Result
from workbench.live.alert_document import decode_alert
from workbench.records import schema
from workbench.records.adjudications import adjudications_of
from workbench.records.audit.entries import Entry
from workbench.records.audit.reading import entries
from workbench.records.audit.verbs import Verb
from workbench.records.certificates import list_certificates
from workbench.records.erasures import unfinished_erasures
from workbench.records.moments import utc_now
from workbench.records.watchlists import ListState, find_watchlist

__all__ = ["Soundness", "require_purged", "require_sound"]


@dataclass(frozen=True, slots=True)
class Soundness:
    """What was found on the way.

    Attributes:
        entries: of the audit log.
        orphans: sealed objects and keys that no row knew, and that are swept away now.
    """

    entries: int
    orphans: int


def require_sound(bench: WorkedBench, said: Sequence[str] = ()) -> Soundness:
    """Open a bench again, and check all of it.

    Args:
        bench: that nobody works on.
        said: what was acknowledged to somebody: `entry ID`, `alert ID` or `verdict ID PLACE`.
    """
    with bench.open("administrator") as opened:
        context = opened._context
        found = context.store.log.verify(context.store.reading)
        assert found.ok, found.faults
        orphans = _swept(context)
        with context.store.reading() as connection:
            logged = [one.entry for one in entries(connection)]
            assert unfinished_erasures(connection) == []
            _require_vault(context, connection)
            _require_lists(context, connection, logged)
            _require_alerts(context, connection, logged)
            _require_verdicts(connection, logged)
            _require_sessions(connection)
            _require_said(connection, logged, said)
    if "://" not in bench.place:
        _require_whole_file(Path(bench.place) / "records.sqlite")
    return Soundness(len(logged), orphans)


def require_purged(bench: WorkedBench) -> int:
    """Open a bench on which all is due, and check that nothing of it is left.

    Returns:
        How many erasures had been begun and were finished by this opening alone.
    """
    finished = _begun(bench)
    with bench.open("data-protection-officer") as opened:
        context = opened._context
        with context.store.reading() as connection:
            assert unfinished_erasures(connection) == []
            assert _rows(connection, schema.alerts) == []
            assert _rows(connection, schema.vault_objects) == []
            assert _rows(connection, schema.vault_chunks) == []
            lists = _rows(connection, schema.watchlists)
            assert {(one.state, one.object_id) for one in lists} == {("destroyed", None)}
            kept_for = {"alert", "watchlist"}
            keys = [one for one in _rows(connection, schema.data_keys) if one.retention in kept_for]
            assert all(one.destroyed is not None for one in keys)
            assert context.keys.store.ids().isdisjoint(one.id for one in keys)
            certificates = list_certificates(connection)
            assert {one.result for one in certificates} == {Result.COMPLETE}
            assert {one.retention.value for one in certificates} == kept_for
            named = Counter(name for one in certificates for name in one.objects)
            assert set(named.values()) == {1}, "each thing is on one certificate"
            logged = [one.entry for one in entries(connection)]
    ended = [one for one in logged if one.details.get("step") == "ended"]
    begun = [one for one in logged if one.details.get("step") == "begun"]
    assert len(ended) == len(begun) == len(certificates) == 2
    assert {one.details["digest"] for one in ended} == {one.digest() for one in certificates}
    return finished


def _begun(bench: WorkedBench) -> int:
    """Return how many erasures are begun and not finished, without opening the bench."""
    raw = open_bench(bench.place, bench.settings, bench.clock)
    try:
        with raw.store.reading() as connection:
            return len(unfinished_erasures(connection))
    finally:
        raw.store.close()


def _swept(context: Context) -> int:
    """Sweep away what a killed process left, and check that nothing is left then."""
    soon = utc_now() + timedelta(hours=1)
    with context.system() as acting:
        swept = context.vault.sweep(acting.connection, soon)
        acting.log(Verb.ADMINISTER, details={"swept": len(swept.objects) + len(swept.keys)})
    with context.store.reading() as connection:
        left = context.vault.orphans(connection, soon)
        assert (left.objects, left.keys) == ((), ())
        assert context.vault.missing(connection) == ()
    if context.places.vault is not None:
        files = [path for path in context.places.vault.rglob("*") if path.is_file()]
        assert all(path.suffix == ".sealed" for path in files), files
    parts = [path for path in context.places.keys.rglob("*.part*") if path.is_file()]
    assert parts == []
    return len(swept.objects) + len(swept.keys)


def _require_vault(context: Context, connection: Connection) -> None:
    """Each sealed object opens, or its key is marked; each key has a row and is where it says."""
    rows = {one.id: one for one in _rows(connection, schema.data_keys)}
    for one in _rows(connection, schema.vault_objects):
        key = rows[one.key_id]
        try:
            assert context.vault.get(connection, one.id)
            assert key.destroying is None
        except KeyDestroyedError:
            assert key.destroying is not None
    there = context.keys.store.ids()
    for name, key in rows.items():
        assert (key.destroyed is None) == (name in there), name
        assert key.destroying is None or key.destroyed is not None, "what was begun is finished"


def _require_lists(context: Context, connection: Connection, logged: Sequence[Entry]) -> None:
    enrolled = {name for one in logged if one.verb is Verb.ENROL for name in one.objects}
    of_list: dict[str, list[Any]] = defaultdict(list)
    for entry in _rows(connection, schema.watchlist_entries):
        assert entry.id in enrolled, "no entry without a line in the log"
        of_list[entry.watchlist].append(entry)
    for one in _rows(connection, schema.watchlists):
        row = find_watchlist(connection, one.deployment)
        assert row is not None
        if row.state is ListState.DESTROYED:
            continue
        people = opened_list(context, connection, row, one.deployment)
        now = {entry.id for entry in of_list[one.id] if entry.state == "enrolled"}
        assert {reference.entry for reference in people.references} == now
        assert len(people) == row.references


def _require_alerts(context: Context, connection: Connection, logged: Sequence[Entry]) -> None:
    """Each alert has its entry in the log and its pictures; each entry its alert, or its erasure."""
    raised = [name for one in logged if one.verb is Verb.ALERT for name in one.objects]
    erased = {name for one in logged if one.verb is Verb.ERASE for name in one.objects}
    there = {one.id: one for one in _rows(connection, schema.alerts)}
    assert len(set(raised)) == len(raised)
    assert set(raised) == set(there) | (erased & set(raised))
    assert not erased & set(there)
    for name, row in there.items():
        document = decode_alert(context.vault.get(connection, row.object_id), name)
        assert document.entry == row.entry


def _require_verdicts(connection: Connection, logged: Sequence[Entry]) -> None:
    """Each verdict has its entry, and each alert the state that follows from its verdicts."""
    given = Counter(one.objects[0] for one in logged if one.verb is Verb.ADJUDICATE)
    alerts = {one.id: one for one in _rows(connection, schema.alerts)}
    kept = Counter(one.alert for one in _rows(connection, schema.verdicts))
    assert kept == Counter({name: number for name, number in given.items() if name in alerts})
    for name, said in adjudications_of(connection, alerts, two_person=True).items():
        assert alerts[name].state == said.state.value, name
        assert (alerts[name].decided is not None) == said.is_settled, name


def _require_sessions(connection: Connection) -> None:
    for one in _rows(connection, schema.sessions):
        assert one.ended is not None or not is_gone(one.process), "a lost search is closed"


def _require_said(connection: Connection, logged: Sequence[Entry], said: Sequence[str]) -> None:
    """What somebody was told is done is in the records."""
    entry_ids = {one.id for one in _rows(connection, schema.watchlist_entries)}
    alert_ids = {one.id for one in _rows(connection, schema.alerts)}
    verdicts = {(one.alert, one.place) for one in _rows(connection, schema.verdicts)}
    for line in said:
        kind, name, *rest = line.split()
        if kind == "entry":
            assert name in entry_ids
        elif kind == "alert":
            assert name in alert_ids
        elif kind == "verdict":
            assert (name, int(rest[0])) in verdicts


def _require_whole_file(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def _rows(connection: Connection, table: Any) -> list[Any]:
    return list(connection.execute(select(table)))
