"""Any change to an audit log is found, and an untouched one is left in peace.

Logs are made by the log itself in SQLite; they are tampered with as rows, which is all that a
verification sees.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import StaticPool

from workbench.errors import ClockError, RecordError
from workbench.records.audit.chain import genesis, link
from workbench.records.audit.checkpoints import Checkpoint, Signer
from workbench.records.audit.entries import Draft, canonical, read_entry
from workbench.records.audit.exporting import export
from workbench.records.audit.faults import FaultKind, Verification
from workbench.records.audit.log import AuditLog
from workbench.records.audit.reading import Head, Row, as_checkpoint, read_head, rows
from workbench.records.audit.verbs import Result, Verb
from workbench.records.audit.verifying import verify
from workbench.records.audit.witness import Witnessed
from workbench.records.moments import as_text
from workbench.records.schema import audit, audit_head, metadata

pytestmark = pytest.mark.slow

BENCH = "bench-1"
BEGIN = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
SIGNER = Signer.generate()
LENGTH = 7

quick = settings(max_examples=50, deadline=None)


class Made(NamedTuple):
    """A log with every head that it ever had."""

    rows: tuple[Row, ...]
    heads: tuple[Head, ...]

    @property
    def checkpoints(self) -> list[Checkpoint]:
        made = [as_checkpoint(head, BENCH, SIGNER.public_key) for head in self.heads]
        return [one for one in made if one is not None]


class Memory:
    """A witness in memory."""

    name = "the witness"

    def __init__(self, checkpoints: list[Checkpoint]) -> None:
        self._checkpoints = checkpoints

    def read(self) -> Iterator[Witnessed]:
        return (Witnessed(f"line {n}", one) for n, one in enumerate(self._checkpoints, 1))


def engine() -> Engine:
    made = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(made, tables=[audit, audit_head])
    return made


def make(drafts: list[tuple[Draft, datetime]], signer: Signer | None = SIGNER) -> Made:
    log, heads = AuditLog(BENCH, signer), []
    store = engine()
    try:
        with store.begin() as connection:
            for draft, now in drafts:
                log.append(connection, draft, now)
                head = read_head(connection)
                assert head is not None
                heads.append(head)
            return Made(tuple(rows(connection)), tuple(heads))
    finally:
        store.dispose()


@cache
def log() -> Made:
    verbs = (Verb.LOGIN, Verb.ALERT, Verb.ERASE, Verb.CLOCK, Verb.HOLD, Verb.ALERT, Verb.STOP)
    return make(
        [
            (
                Draft.of(verb, actor="a", role="analyst", purpose="d-1", objects=(f"alert-{n}",)),
                BEGIN + timedelta(seconds=n),
            )
            for n, verb in enumerate(verbs)
        ]
    )


def judge(
    found: list[Row], head: Head | None, witnessed: list[Checkpoint] | None = None
) -> Verification:
    witnesses = [] if witnessed is None else [Memory(witnessed)]
    return verify(
        found, bench_id=BENCH, head=head, witnesses=witnesses, public_key=SIGNER.public_key
    )


def anew(found: list[Row]) -> list[Row]:
    """Give the rows the places and the hashes that a whole log has."""
    previous, made = genesis(BENCH), []
    for seq, row in enumerate(found, 1):
        previous = link(previous, seq, str(row.body))
        made.append(Row(seq, row.body, previous))
    return made


places = st.integers(0, LENGTH - 1)
anything = st.one_of(
    st.none(),
    st.integers(),
    st.floats(),
    st.binary(max_size=70),
    st.text(max_size=70),
    st.sampled_from([value for row in log().rows for value in row]),
    st.sampled_from([value for head in log().heads for value in head]),
)


@st.composite
def edited_text(draw: st.DrawFn, text: str) -> str:
    """A text with one letter put in, taken out or exchanged."""
    place = draw(st.integers(0, len(text)))
    taken = draw(st.integers(0, 1))
    put = draw(st.text(max_size=1))
    return text[:place] + put + text[place + taken :]


def another(data: st.DataObject, value: object) -> object:
    """Draw a value other than the one that is there."""
    values = anything | edited_text(value) if isinstance(value, str) else anything
    drawn = data.draw(values)
    assume(type(drawn) is not type(value) or drawn != value)
    return drawn


# What nobody touched


def shown(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=("C", "Z")), min_size=least, max_size=most)


names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,30}", fullmatch=True)
details = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_-]{0,9}", fullmatch=True),
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | shown(0, 40),
    max_size=5,
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Any draft that may be logged."""
    try:
        return Draft.of(
            draw(st.sampled_from(Verb)),
            actor=draw(shown(1, 30)),
            role=draw(names),
            purpose=draw(names),
            justification=draw(shown(1, 200)),
            objects=tuple(draw(st.lists(names, max_size=5))),
            recipient=draw(shown(1, 30)),
            result=draw(st.sampled_from(Result)),
            details=draw(details),
        )
    except RecordError:
        assume(False)
        raise


@given(st.lists(st.tuples(drafts(), st.floats(-9, 60)), max_size=8), st.booleans())
@quick
def test_nothing_is_reported_of_an_untouched_log(
    steps: list[tuple[Draft, float]], signed: bool
) -> None:
    """Whatever is logged, also by a clock that runs badly: refused, or without fault."""
    log, now, heads = AuditLog(BENCH, SIGNER if signed else None), BEGIN, []
    store = engine()
    with store.begin() as connection:
        for draft, seconds in steps:
            now += timedelta(seconds=seconds)
            try:
                log.append(connection, draft, now)
            except ClockError:
                continue
            heads.append(log.head(connection))
        found, head = list(rows(connection)), read_head(connection)
        exported = list(export(found, bench_id=BENCH, head=log.head(connection)))
    store.dispose()
    outcome = verify(
        found,
        bench_id=BENCH,
        head=head,
        witnesses=[Memory([one for one in heads if one is not None])],
        public_key=log.public_keys,
    )
    assert outcome.faults == ()
    assert outcome.entries == len(found) == len(heads)
    assert outcome.last == (heads[-1] if heads else None)
    assert len(exported) == len(found) + 1 + bool(found)
    for row in found:
        assert canonical(read_entry(str(row.body))) == row.body


# What somebody did to the rows


@given(st.data())
@quick
def test_any_single_edit_of_a_row_is_found(data: st.DataObject) -> None:
    place, column = data.draw(places), data.draw(st.sampled_from(Row._fields))
    found = list(log().rows)
    value = another(data, getattr(found[place], column))
    found[place] = found[place]._replace(**{column: value})
    assert not judge(found, log().heads[-1]).ok


@given(st.data())
@quick
def test_any_single_edit_of_the_head_is_found(data: st.DataObject) -> None:
    head = log().heads[-1]
    column = data.draw(st.sampled_from(Head._fields))
    head = head._replace(**{column: another(data, getattr(head, column))})
    assert not judge(list(log().rows), head).ok


@given(st.sets(places, min_size=1), st.booleans())
@quick
def test_deletion_is_found(gone: set[int], made_anew: bool) -> None:
    found = [row for place, row in enumerate(log().rows) if place not in gone]
    assert not judge(anew(found) if made_anew else found, log().heads[-1]).ok


@given(places, places, st.sampled_from(["as it is", "moved on", "anew"]))
@quick
def test_insertion_is_found(place: int, copied: int, how: str) -> None:
    found = list(log().rows)
    found.insert(place, found[copied])
    if how == "moved on":
        found = [Row(seq, row.body, row.hash) for seq, row in enumerate(found, 1)]
    elif how == "anew":
        found = anew(found)
    assert not judge(found, log().heads[-1]).ok


@given(st.permutations(range(LENGTH)), st.sampled_from(["as it is", "places kept", "anew"]))
@quick
def test_reordering_is_found(order: list[int], how: str) -> None:
    assume(order != sorted(order))
    found = [log().rows[place] for place in order]
    if how == "places kept":
        found = [Row(seq, row.body, row.hash) for seq, row in enumerate(found, 1)]
    elif how == "anew":
        found = anew(found)
    assert not judge(found, log().heads[-1]).ok


@given(st.integers(0, LENGTH - 1), st.sampled_from(["now", "none", "forged"]))
@quick
def test_truncation_is_found(kept: int, head: str) -> None:
    """With any head but the one that the bench itself signed there: that is a rollback."""
    found, heads = list(log().rows[:kept]), log().heads
    if head == "none":
        assume(kept)
        assert not judge(found, None).ok
    elif head == "forged":
        assume(kept)
        assert not judge(found, heads[kept - 1]._replace(signature=heads[-1].signature)).ok
    else:
        assert FaultKind.TRUNCATED in {fault.kind for fault in judge(found, heads[-1]).faults}


@given(st.integers(0, LENGTH - 1), st.lists(places, unique=True), st.randoms())
@quick
def test_a_rollback_is_found_by_any_witness_that_saw_more(
    kept: int, seen: list[int], order: Any
) -> None:
    order.shuffle(seen)
    witnessed = [log().checkpoints[place] for place in seen]
    old = log().heads[kept - 1] if kept else None
    outcome = judge(list(log().rows[:kept]), old, witnessed)
    saw_more = any(place >= kept for place in seen)
    assert outcome.ok == (not saw_more)
    assert {fault.kind for fault in outcome.faults} == ({FaultKind.ROLLBACK} if saw_more else set())


@given(st.data())
@quick
def test_a_log_written_anew_with_the_key_is_found_by_the_witness(data: st.DataObject) -> None:
    place = data.draw(places)
    found = list(log().rows)
    old = str(found[place].body)
    found[place] = found[place]._replace(body=old.replace("alert-", data.draw(names) + "-"))
    assume(found[place].body != old)
    found = anew(found)
    head = log().heads[-1]
    forged = SIGNER.sign(BENCH, LENGTH, str(found[-1].hash), datetime.fromisoformat(str(head.at)))
    head = Head(forged.seq, forged.hash, as_text(forged.at), forged.signature)
    assert judge(found, head).ok  # whoever has the key can do that
    seen = data.draw(st.lists(places, min_size=1, unique=True))
    outcome = judge(found, head, [log().checkpoints[one] for one in seen])
    assert outcome.ok == all(one < place for one in seen)


# Many at once


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=25))
@settings(max_examples=40, deadline=None)
def test_appends_by_many_in_any_order_never_fork(steps: list[tuple[int, bool]]) -> None:
    """Four processes, of whose transactions some are rolled back."""
    store = engine()
    logs = [AuditLog(BENCH, SIGNER) for _ in range(4)]
    heads: list[Checkpoint] = []
    for number, kept in steps:
        draft = Draft.of(Verb.ALERT, actor=f"person-{number}", role="operator", purpose="d-1")
        with store.connect() as connection, connection.begin() as transaction:
            logs[number].append(connection, draft, BEGIN)
            head = logs[number].head(connection)
            if kept:
                assert head is not None
                heads.append(head)
            else:
                transaction.rollback()
    with store.connect() as connection:
        found, last = list(rows(connection)), read_head(connection)
    store.dispose()
    assert [read_entry(str(row.body)).actor for row in found] == [
        f"person-{number}" for number, kept in steps if kept
    ]
    assert [one.seq for one in heads] == list(range(1, len(found) + 1))
    assert judge(found, last, heads).ok


@pytest.mark.parametrize("count", [0, 1])
def test_the_shortest_logs(count: int) -> None:
    made = make([(Draft.of(Verb.LOGIN, actor="a", role="b", purpose="c"), BEGIN)] * count)
    assert judge(list(made.rows), made.heads[-1] if count else None, made.checkpoints).ok
