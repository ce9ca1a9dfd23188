"""Digests of the rows that authorise and decide: each entry that writes such a row bears its own.

A digest is the SHA-256 of the canonical JSON of the columns that others believe: ids, states,
accounts, moments, what an officer authorised. What names a person, a free text of a case, the
reason of a verdict or the digest of a picture is left out, so that no digest lets anybody try a
guess of it after it is gone. Where random digits lie beside it (`SALT`), which go with the row, no
guess can be tried, and nothing is left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import Boolean, Connection, LargeBinary, String, Table, cast, select, type_coerce
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import NullType

from workbench.records.schema import (
    actors,
    alerts,
    cases,
    collection_parts,
    collections,
    deployments,
    examinations,
    footage,
    searches,
    verdicts,
)

__all__ = [
    "ACCOUNT",
    "ALERT",
    "BEFORE",
    "CASE",
    "COLLECTION",
    "COLLECTION_PART",
    "DEPLOYMENT",
    "EXAMINATION",
    "FOOTAGE",
    "GOVERNED",
    "ROW",
    "SAID",
    "SALT",
    "SEARCH",
    "VERDICT",
    "Governed",
    "changed_row",
    "digests_by_place",
    "each_row",
    "row_digest",
    "values_digest",
]

ROW: Final = "row"
"""Detail of an entry: the digest of the row that it tells of, as it is from then on."""
BEFORE: Final = "row_before"
"""Detail: that of the same row as it was found."""
SAID: Final = "said"
"""Detail: that of a verdict or an examination, at the place that the detail `place` names.

Also that of a part of a collection, which the detail `part` names.
"""

SALT: Final = "salt"
"""Field of a column of JSON: random digits, without which nobody can make the digest again."""

_AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class Governed:
    """A kind of row that is held against the log.

    Attributes:
        kind: what it is, the first word of its ids.
        table: where it is.
        name: column by which entries name it.
        columns: that count, in any order.
        left_out: by column of JSON, the fields in it that do not count where it bears no `SALT`.
        place: column that tells rows of one name apart.
    """

    kind: str
    table: Table
    name: str
    columns: tuple[str, ...]
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    place: str | None = None


_REASON: Final = frozenset({"reason"})

DEPLOYMENT: Final = Governed(
    "deployment",
    deployments,
    "id",
    (
        *("id", "reference", "state", "applicant", "content", "authority", "withdrawal"),
        *("starts", "ends", "ended"),
    ),
)
ACCOUNT: Final = Governed(
    "account", actors, "name", ("folded", "name", "role", "rank", "active", "database_user")
)
CASE: Final = Governed(
    "case",
    cases,
    "id",
    (
        *("id", "number", "state", "requester", "content", "opened", "authorise_by"),
        *("authority", "expires", "ended"),
    ),
    {
        "content": frozenset({"offence", "authority", "purpose", "necessity"}),
        "authority": _REASON,
    },
)
ALERT: Final = Governed(
    "alert",
    alerts,
    "id",
    (
        *("id", "deployment", "session", "feed", "entry", "raised", "score", "threshold"),
        *("category", "blue_list", "state", "decided", "object_id", "key_id", "moved_to"),
    ),
)
VERDICT: Final = Governed(
    "verdict",
    verdicts,
    "alert",
    ("alert", "place", "kind", "actor", "verdict", "content", "at"),
    {"content": _REASON},
    place="place",
)
FOOTAGE: Final = Governed(
    "footage",
    footage,
    "id",
    ("id", "of_case", "state", "added_by", "added", "content", "counts", "indexed"),
    {"content": frozenset({"origin", "basis", "name", "place", "sha256"})},
)
SEARCH: Final = Governed(
    "search",
    searches,
    "id",
    ("id", "of_case", "actor", "at", "content", "object_id"),
    {"content": frozenset({"probe", "reason"})},
)
EXAMINATION: Final = Governed(
    "examination",
    examinations,
    "search",
    ("search", "place", "kind", "actor", "content", "at"),
    {"content": frozenset({"reason", "checklist"})},
    place="place",
)

COLLECTION: Final = Governed(
    "collection",
    collections,
    "id",
    (
        *("id", "name", "state", "owner", "content", "counts", "made", "ends", "finished"),
        *("key_id", "destroyed"),
    ),
)
COLLECTION_PART: Final = Governed(
    "collection-part",
    collection_parts,
    "collection",
    ("collection", "place", "shard", "refusals", "counts", "kept"),
    place="place",
)

GOVERNED: Final[Mapping[str, Governed]] = MappingProxyType(
    {
        one.kind: one
        for one in (
            *(DEPLOYMENT, ACCOUNT, CASE, ALERT, VERDICT, FOOTAGE, SEARCH, EXAMINATION),
            *(COLLECTION, COLLECTION_PART),
        )
    }
)
"""By kind."""


def values_digest(governed: Governed, values: Mapping[str, Any]) -> str:
    """Return the digest of a row, 64 hexadecimal digits.

    Args:
        governed: its kind.
        values: by column, as the table holds them; columns that do not count may be among them.
    """
    picked = {name: _counting(governed, name, values[name]) for name in governed.columns}
    text = json.dumps(
        {"kind": governed.kind, "row": picked},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        default=repr,
    )
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def row_digest(connection: Connection, governed: Governed, name: str) -> str | None:
    """Return the digest of the row of a name; `None` where there is none."""
    column = governed.table.c[governed.name]
    query = select(*_columns(connection, governed)).where(column == name)
    found = connection.execute(query).first()
    return None if found is None else values_digest(governed, _values(governed, found))


def digests_by_place(connection: Connection, governed: Governed, name: str) -> dict[int, str]:
    """Return the digests of the rows of a name that have places, by place."""
    column = governed.table.c[governed.name]
    found = connection.execute(select(*_columns(connection, governed)).where(column == name))
    rows = [_values(governed, one) for one in found]
    return {row[str(governed.place)]: values_digest(governed, row) for row in rows}


def changed_row(
    connection: Connection, governed: Governed, name: str, before: str | None
) -> dict[str, str | None]:
    """Return the details of an entry that tells of a change: the row as it is, and as it was.

    Args:
        connection: of the transaction in which it was changed.
        governed: its kind.
        name: of the row.
        before: what `row_digest` gave in the same transaction before it was changed.
    """
    return {ROW: row_digest(connection, governed, name), BEFORE: before}


def each_row(connection: Connection, governed: Governed) -> Iterator[dict[str, Any]]:
    """Return all rows of a kind, the columns that count, a thousand at a time."""
    query = select(*_columns(connection, governed))
    for found in connection.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield _values(governed, found)


def _columns(connection: Connection, governed: Governed) -> list[ColumnElement[Any]]:
    """Return the columns so that SQLite gives what stands there, whatever that is."""
    plain = connection.dialect.name != "sqlite"
    return [_raw(governed.table.c[name], plain=plain).label(name) for name in governed.columns]


def _raw(column: ColumnElement[Any], *, plain: bool) -> ColumnElement[Any]:
    if plain or not isinstance(column.type, String):
        return type_coerce(column, NullType())
    return cast(column, LargeBinary())


def _values(governed: Governed, found: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    return {
        name: _value(governed.table.c[name], value)
        for name, value in zip(governed.columns, found, strict=True)
    }


def _value(column: ColumnElement[Any], value: object) -> object:
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    if isinstance(column.type, Boolean) and value in {0, 1}:
        return bool(value)
    return value


def _counting(governed: Governed, name: str, value: object) -> object:
    """Return what counts of the value of a column."""
    left_out = governed.left_out.get(name)
    if left_out is None or not isinstance(value, str):
        return value
    try:
        read = json.loads(value)
    except (ValueError, RecursionError):
        return value
    if not isinstance(read, dict) or SALT in read:
        return value
    return {key: one for key, one in read.items() if key not in left_out}
