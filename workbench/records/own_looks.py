"""What the audit log says of somebody's own looks at a search: what they were shown of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, select, text

from workbench.records.audit.verbs import Verb
from workbench.records.row_digests import SEARCH
from workbench.records.schema import audit
from workbench.records.standing_rows import finder, named_in_entries
from workbench.records.team.connections import through

__all__ = ["own_looks"]

_THERE: Final = text("SELECT CAST(details AS text) FROM lfr_own_looks(:search) AS looks (details)")


def own_looks(connection: Connection, actor: str, search: str) -> list[Mapping[str, Any]]:
    """Return the details of each entry that tells of a look at a search, in no order.

    Args:
        connection: of a transaction; on a team's store the database answers, of the account that
            asks alone.
        actor: account of whoever asks.
        search: id of the search.
    """
    if through(connection) is not None:
        found = connection.execute(_THERE, {"search": search}).scalars()
        return [json.loads(one) for one in found]
    place, named = finder(connection), named_in_entries(SEARCH, search)
    query = select(audit.c.body).where(
        place(audit.c.body, named) > 0,
        place(audit.c.body, f'"verb":"{Verb.CONSULT.value}"') > 0,
    )
    entries = [json.loads(body) for (body,) in connection.execute(query)]
    return [one["details"] for one in entries if one["actor"] == actor]
