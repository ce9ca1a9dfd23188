"""An id where a part of it was given, looked up only for those who may read ids of its kind.

Whoever may not is answered as if there were no such record. Each look-up is logged by itself,
since the answer to an ambiguous part names records.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from sqlalchemy import ColumnElement

from workbench.bench.context import Acting, Context, Value
from workbench.bench.deployment_access import on_deployment
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Verb
from workbench.records.id_parts import (
    IdKind,
    ids_with,
    is_bare,
    is_whole,
    no_more_than_kind,
    part_of,
    the_one,
)
from workbench.records.purposes import references_of
from workbench.records.schema import alerts
from workbench.records.watchlist_entries import EntryState, entries_of
from workbench.records.watchlists import find_watchlist

__all__ = ["case_number", "whole_entries", "whole_id"]

_READ_BY: Final[Mapping[IdKind, tuple[Permission, ...]]] = {
    IdKind.ALERT: (Permission.ALERT_CONSULT, Permission.RETENTION_PLAN),
    IdKind.CASE: (Permission.CASE_CONSULT,),
    IdKind.CERTIFICATE: (Permission.CERTIFICATE_CONSULT,),
    IdKind.CHANGE: (Permission.RULES_CONSULT,),
    IdKind.FOOTAGE: (Permission.FOOTAGE_CONSULT,),
    IdKind.HOLD: (Permission.HOLD_CONSULT,),
    IdKind.SEARCH: (Permission.RETRO_SEARCH_CONSULT,),
    IdKind.SESSION: (Permission.LIVE_WATCH, Permission.DEPLOYMENT_CONSULT),
}
_WHY: Final = "looking up an id by a part of it, no person"
_MOST: Final = 5


def whole_id(context: Context, permission: Permission, kind: IdKind, text: str) -> str:
    """Return the id that begins or ends with a text, 4 characters or more after its kind.

    A text that is an id, or a part of none, is returned as it is: what there is to say of it is
    said where the record is asked for.

    Args:
        context: of the bench.
        permission: of what is about to be done with the record.
        kind: of the record.
        text: an id, or its beginning or end.

    Raises:
        UnknownRecordError: when several ids do, which are named, or the part is too short or no
            more than the kind.
    """
    reading = next((one for one in _READ_BY.get(kind, ()) if context.may(one)), None)
    if is_whole(kind, text) or reading is None or not context.may(permission):
        return text
    bare = is_bare(kind, text)
    part = "" if bare else part_of(kind, text)
    if part is None:
        return text
    with context.acting(reading) as acting:
        found = ids_with(acting.connection, kind, part, among=_readable(context, kind))
        _log(acting, kind, found)
    if bare and found:
        raise no_more_than_kind(kind, text, found)
    return the_one(kind, text, found)


def whole_entries(
    context: Context, permission: Permission, reference: str, texts: Collection[str]
) -> list[str]:
    """Return the ids of entries of a deployment's list that begin or end with texts, each once.

    Raises:
        UnknownRecordError: when several begin or end with one of them, or it is too short or no
            more than `entry`; when there is no such deployment.
    """
    kind = IdKind.ENTRY
    consult = Permission.WATCHLIST_CONSULT
    if all(is_whole(kind, text) for text in texts) or not (
        context.may(permission) and context.may(consult)
    ):
        return list(dict.fromkeys(texts))
    with on_deployment(context, consult, reference) as (acting, row):
        watchlist = find_watchlist(acting.connection, row.id)
        rows = [] if watchlist is None else entries_of(acting.connection, watchlist.id)
        ids = [one.id for one in rows if one.state is EntryState.ENROLLED]
        bare = next((text for text in texts if is_bare(kind, text)), None)
        asked = [bare] if bare is not None else [text for text in texts if not is_whole(kind, text)]
        found = {text: ids if is_bare(kind, text) else _among(ids, text) for text in asked}
        _log(acting, kind, [one for some in found.values() for one in some])
    if bare is not None and ids:
        raise no_more_than_kind(kind, bare, ids)
    return list(dict.fromkeys(the_one(kind, text, found.get(text, ())) for text in texts))


def case_number(context: Context, permission: Permission, text: str) -> str:
    """Return the number of the case of which a text is the number, the id or a part of the id.

    A part of an id has to begin with `case-`, so that no number is ever taken for one.

    Raises:
        UnknownRecordError: when there are several, which are named, or the part is too short.
    """
    begins = is_bare(IdKind.CASE, text) or text.startswith(f"{IdKind.CASE}-")
    if not begins or not context.may(permission):
        return text
    with context.store.reading() as connection:
        numbers = references_of(connection)
    if text in numbers.values():
        return text
    return numbers.get(whole_id(context, permission, IdKind.CASE, text), text)


def _among(ids: Collection[str], text: str) -> list[str]:
    part = part_of(IdKind.ENTRY, text)
    if text in ids or part is None:
        return [text] if text in ids else []
    begun = f"{IdKind.ENTRY}-{part}"
    return [one for one in ids if one.startswith(begun) or one.endswith(part)]


def _readable(context: Context, kind: IdKind) -> ColumnElement[bool] | None:
    """Return the condition for those that whoever asks may read; `None` where it is all of them."""
    if kind is not IdKind.ALERT or context.may(Permission.RETENTION_PLAN):
        return None
    return None if context.may(Permission.CASE_CONSULT) else alerts.c.moved_to.is_(None)


def _log(acting: Acting, kind: IdKind, found: Collection[str]) -> None:
    details: dict[str, Value] = {"looked_up": f"id of {kind}", "found": len(found)}
    acting.log(Verb.CONSULT, list(found)[:_MOST], justification=_WHY, details=details)
