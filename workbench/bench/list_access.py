"""What all that is done to lists shares: in which states, on which entries, and in the log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from workbench.bench.context import Acting, Context, Value
from workbench.bench.deployment_access import on_deployment
from workbench.bench.list_views import EntryView
from workbench.bench.whole_ids import whole_entries
from workbench.errors import IllegalMoveError, UnknownRecordError, UsageError
from workbench.governance.deployments import DeploymentState
from workbench.governance.entries import age_warning
from workbench.governance.permissions import Permission
from workbench.records.audit.entries import MOST_OBJECTS
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import DeploymentRow
from workbench.records.watchlist_entries import EntryRow, EntryState, entries_of
from workbench.records.watchlists import WatchlistRow

__all__ = [
    "ENDED",
    "OnLists",
    "entry_views",
    "log_each",
    "require_enrolled",
    "require_state",
    "used_at",
]

ENDED: Final = "It has ended, and its list with it."
"""What to say of a deployment whose list nobody works on any more."""

_SHOWN: Final = 3


class OnLists:
    """What works on the lists of a bench."""

    def __init__(self, context: Context) -> None:
        """Take what is worked with."""
        self._context = context

    def _on(
        self, permission: Permission, reference: str
    ) -> AbstractContextManager[tuple[Acting, DeploymentRow]]:
        """Give a transaction that serves a deployment, and the deployment."""
        return on_deployment(self._context, permission, reference)

    def _whole(
        self, permission: Permission, reference: str, entry_ids: Collection[str]
    ) -> list[str]:
        """Return the ids of entries of which parts were given, if they are one's to know."""
        return whole_entries(self._context, permission, reference, entry_ids)


def require_state(
    row: DeploymentRow, allowed: frozenset[DeploymentState], what: str, remedy: str
) -> None:
    """Let a deployment pass that is in one of these states.

    Raises:
        IllegalMoveError: says in which state it is, and what to do.
    """
    if row.state not in allowed:
        msg = f"deployment {row.reference} is {row.state}, so {what}. {remedy}"
        raise IllegalMoveError(msg)


def require_enrolled(
    acting: Acting, watchlist: WatchlistRow, entry_ids: Collection[str] | None, reference: str
) -> list[EntryRow]:
    """Return entries that are on a list, all of it where none are named.

    Raises:
        UnknownRecordError: names those that are not.
        UsageError: when an empty collection is named.
    """
    rows = entries_of(acting.connection, watchlist.id, entry_ids)
    enrolled = {one.id: one for one in rows if one.state is EntryState.ENROLLED}
    if entry_ids is None:
        return list(enrolled.values())
    wanted = list(dict.fromkeys(entry_ids))
    if not wanted:
        msg = "no entry was named. Name one or more, as workbench watchlist show gives their ids."
        raise UsageError(msg)
    unknown = [ascii(one)[1:-1][:100] for one in wanted if one not in enrolled]
    refused = [one.id for one in rows if one.state is EntryState.REFUSED]
    if refused:
        msg = (
            f"{', '.join(refused[:_SHOWN])}{' and others' if len(refused) > _SHOWN else ''}: "
            "refused when the list was built, so nobody is searched for by it and nothing is to "
            f"be done with it on the list of deployment {reference}. Leave it out."
        )
        raise UnknownRecordError(msg)
    if unknown:
        msg = (
            f"{', '.join(unknown[:_SHOWN])}{' and others' if len(unknown) > _SHOWN else ''} "
            f"{'is' if len(unknown) == 1 else 'are'} not on the watchlist of deployment "
            f"{reference}. See who is with workbench watchlist show."
        )
        raise UnknownRecordError(msg)
    return [enrolled[one] for one in wanted]


def log_each(
    acting: Acting,
    verb: Verb,
    objects: Sequence[str],
    details: dict[str, Value],
    *,
    why: str | None = None,
) -> None:
    """Log what was done to many objects, in as many entries as it takes."""
    for start in range(0, max(1, len(objects)), MOST_OBJECTS):
        part = objects[start : start + MOST_OBJECTS]
        acting.log(verb, part, justification=why, details=details)


def entry_views(
    rows: Sequence[EntryRow], row: DeploymentRow, now: datetime, *, ageing_years: int
) -> tuple[EntryView, ...]:
    """Return entries for people to see, with what is to be said of the age of their images."""
    day = used_at(row, now).date()
    return tuple(
        EntryView.of(one, age_warning(one.entry.image_date, day, ageing_years)) for one in rows
    )


def used_at(row: DeploymentRow, now: datetime) -> datetime:
    """Return when the images of a list are to be used: at the start, or now if that is past."""
    return now if row.starts is None else max(now, row.starts)
