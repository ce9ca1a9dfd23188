"""What the tables of the audit log hold, as it is: rows, their head, and the entries in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Connection, LargeBinary, cast, select
from sqlalchemy.sql.elements import ColumnElement

from workbench.errors import AuditError
from workbench.records.audit.checkpoints import Checkpoint
from workbench.records.audit.entries import Entry, read_entry
from workbench.records.audit.faults import LOOK
from workbench.records.audit.verbs import Verb
from workbench.records.moments import as_text, from_text
from workbench.records.schema import audit, audit_head

__all__ = ["Head", "Logged", "Row", "as_checkpoint", "entries", "read_head", "rows"]

_AT_ONCE: Final = 1_000


class Row(NamedTuple):
    """A row of the log. Someone may have written anything at all into it."""

    seq: object
    body: object
    hash: object


class Head(NamedTuple):
    """The row that says which entry is the newest. Anything at all may stand in it, too."""

    seq: object
    hash: object
    at: object
    signature: object


class Logged(NamedTuple):
    """An entry with its place and its hash."""

    seq: int
    hash: str
    entry: Entry


def rows(connection: Connection, *, after: int | None = None) -> Iterator[Row]:
    """Return the rows by their places, a thousand at a time.

    Args:
        connection: one that sees a single state of the records.
        after: place behind which to begin; without one, with whatever comes first.
    """
    columns = (audit.c.seq, _raw(connection, audit.c.body), _raw(connection, audit.c.hash))
    statement = select(*columns).order_by(audit.c.seq)
    if after is not None:
        statement = statement.where(audit.c.seq > after)
    found = connection.execute(statement, execution_options={"yield_per": _AT_ONCE})
    return (Row(seq, _text(body), _text(digest)) for seq, body, digest in found)


def read_head(connection: Connection, *, locked: bool = False) -> Head | None:
    """Return the head, or nothing where there is none.

    Args:
        connection: one that sees a single state of the records.
        locked: keep others from moving it before this transaction ends.
    """
    columns = (_raw(connection, audit_head.c[name]) for name in ("hash", "at", "signature"))
    statement = select(audit_head.c.seq, *columns).where(audit_head.c.one == 1)
    found = connection.execute(statement.with_for_update() if locked else statement).first()
    return None if found is None else Head(found[0], *(_text(value) for value in found[1:]))


def as_checkpoint(head: Head, bench_id: str, public_key: str) -> Checkpoint | None:
    """Return the head as the checkpoint it claims to be, unless it cannot be one."""
    if not isinstance(head.seq, int) or not isinstance(head.at, str):
        return None
    try:
        at = from_text(head.at)
        checkpoint = Checkpoint.model_validate(
            {
                "bench": bench_id,
                "seq": head.seq,
                "hash": head.hash,
                "at": at,
                "public_key": public_key,
                "signature": "" if head.signature is None else head.signature,
            }
        )
    except (ValueError, ValidationError):
        return None
    return checkpoint if as_text(checkpoint.at) == head.at else None


def entries(
    connection: Connection,
    *,
    after: int | None = None,
    since: datetime | None = None,
    actor: str | None = None,
    verb: Verb | None = None,
    purpose: str | None = None,
    object_id: str | None = None,
) -> Iterator[Logged]:
    """Return the entries that fit everything given, oldest first.

    Args:
        connection: one that sees a single state of the records.
        after: place behind which to begin.
        since: the earliest time.
        actor: the account, exactly.
        verb: what was done.
        purpose: deployment or case, exactly.
        object_id: id of a record that the entry must name.

    Raises:
        AuditError: when an entry cannot be read.
    """
    wanted = {"actor": actor, "verb": verb, "purpose": purpose}
    asked = {key: value for key, value in wanted.items() if value is not None}
    parts = [f"{_quoted(key)}:{_quoted(value)}" for key, value in asked.items()]
    if object_id is not None:
        parts.append(_quoted(object_id))
    earliest = None if since is None else as_text(since)
    for seq, body, digest in rows(connection, after=after):
        if isinstance(body, str) and all(part in body for part in parts):
            logged = _logged(seq, body, digest)
            if (
                all(getattr(logged.entry, key) == value for key, value in asked.items())
                and (object_id is None or object_id in logged.entry.objects)
                and (earliest is None or as_text(logged.entry.utc) >= earliest)
            ):
                yield logged
        elif not isinstance(body, str):
            raise _unreadable(seq)


def _logged(seq: object, body: str, digest: object) -> Logged:
    if not isinstance(seq, int) or not isinstance(digest, str):
        raise _unreadable(seq)
    try:
        return Logged(seq, digest, read_entry(body))
    except AuditError:
        raise _unreadable(seq) from None


def _unreadable(seq: object) -> AuditError:
    msg = f"entry {seq} of the audit log cannot be read. {LOOK}."
    return AuditError(msg)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _raw(connection: Connection, column: ColumnElement[str]) -> ColumnElement[Any]:
    """Return a column of text so that SQLite gives it also where it is no text at all."""
    return cast(column, LargeBinary()) if connection.dialect.name == "sqlite" else column


def _text(value: object) -> object:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value
