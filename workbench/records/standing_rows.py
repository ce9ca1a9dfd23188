"""Whether one row is what the newest entry that wrote it says: asked before anything rests on it.

Canonical JSON makes an entry say in one exact text which row it tells of and which digest that
has, and no text that somebody filled in can hold it, since its quotation marks would be escaped.
"""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import Connection, func, select, text

from workbench.records.audit.verbs import Result
from workbench.records.row_digests import (
    ACCOUNT,
    COLLECTION_PART,
    ROW,
    SAID,
    Governed,
    digests_by_place,
    row_digest,
)
from workbench.records.schema import audit
from workbench.records.team.connections import through

__all__ = ["finder", "named_in_entries", "parts_stand", "stands"]

_DIGESTS: Final = f'"{ROW}":"'
_ROW_THERE: Final = text("SELECT lfr_row_stands(:named, :digest)")
_PARTS_THERE: Final = text("SELECT lfr_parts_stand(:collection, CAST(:parts AS jsonb))")
_PART: Final = '"part":'
_ACCOUNT_THERE: Final = text("SELECT lfr_account_stands(:name)")


def stands(connection: Connection, governed: Governed, name: str) -> bool:
    """Return whether a row is there and is what the newest entry that bears its digest says.

    One that was last written before entries bore digests stands where any entry names it.

    Args:
        connection: of a transaction; on a team's store the database answers for those who do not
            read the log.
        governed: kind of the row.
        name: its id, or the name of the account.
    """
    is_through = through(connection) is not None
    if is_through and governed is ACCOUNT:  # nobody reads the row of another's account
        return bool(connection.execute(_ACCOUNT_THERE, {"name": name}).scalar())
    digest = row_digest(connection, governed, name)
    if digest is None:
        return False
    named = named_in_entries(governed, name)
    if is_through:
        asked = {"named": named, "digest": digest}
        return bool(connection.execute(_ROW_THERE, asked).scalar())
    place = finder(connection)
    naming = select(audit.c.body).where(place(audit.c.body, named) > 0)
    newest = naming.where(place(audit.c.body, _DIGESTS) > 0).order_by(audit.c.seq.desc()).limit(1)
    body = connection.execute(newest).scalar()
    if body is not None:
        return f'{_DIGESTS}{digest}"' in body
    return connection.execute(naming.limit(1)).first() is not None


def parts_stand(connection: Connection, collection: str) -> bool:
    """Return whether the parts of a collection are those that entries tell of, and all of them.

    One that was kept before entries bore digests stands where an entry names it.

    Args:
        connection: as above.
        collection: its id.
    """
    kept = digests_by_place(connection, COLLECTION_PART, collection)
    if through(connection) is not None:
        asked = {"collection": collection, "parts": json.dumps(kept)}
        return bool(connection.execute(_PARTS_THERE, asked).scalar())
    place, named = finder(connection), named_in_entries(COLLECTION_PART, collection)
    naming = select(audit.c.body).where(
        place(audit.c.body, named) > 0, place(audit.c.body, _PART) > 0
    )
    told: dict[int, str | None] = {}
    for (body,) in connection.execute(naming.order_by(audit.c.seq)):
        entry = json.loads(body)
        details = entry["details"]
        if isinstance(details.get("part"), int) and entry["result"] == Result.DONE:
            told[details["part"]] = details.get(SAID)
    return kept.keys() <= told.keys() and all(
        digest in {None, kept.get(part)} for part, digest in told.items()
    )


def finder(connection: Connection) -> Any:  # noqa: ANN401 - a function of the database
    """Return what finds one text in another."""
    return func.instr if connection.dialect.name == "sqlite" else func.strpos


def named_in_entries(governed: Governed, name: str) -> str:
    """Return how an entry that tells of a row names it, to the byte."""
    shown = json.dumps(name, ensure_ascii=False)
    return f'"account":{shown}' if governed is ACCOUNT else f'"objects":[{shown}'
