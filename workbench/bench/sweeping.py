"""Removing what no record knows: keys and sealed objects that a write which was cut off left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final

from workbench.bench.context import Acting, Context
from workbench.bench.retention_views import SweepReport
from workbench.governance.certificates import Leftover
from workbench.records.audit.verbs import Verb

__all__ = ["anything_cut_off", "sweep"]

_MOST_NAMED: Final = 1000
_UNFINISHED: Final = timedelta(hours=1)
"""How long a write may be under way before what it put in place counts as left behind."""


def anything_cut_off(context: Context) -> bool:
    """Return whether there is a key or a sealed object that no record knows.

    No, as far as this tells, in a bench that was put back to an earlier day: everything since would
    look so there, and it is for people to say whether that goes (`workbench retention sweep`).
    """
    if context.store.log.glance(context.store.reading):
        return False
    with context.store.reading() as connection:
        found = context.vault.orphans(connection, context.now() - _UNFINISHED)
    return bool(found.objects or found.keys)


def sweep(
    context: Context,
    acting: Callable[[], AbstractContextManager[Acting]],
    leftovers: Sequence[Leftover] = (),
) -> SweepReport:
    """Remove what no record knows and is older than an hour, and log it.

    Args:
        context: of the bench.
        acting: begins the transaction of whoever does it, which may refuse.
        leftovers: what a search of other places found, for the entry and the report.

    Raises:
        StoreError: when something could not be removed; call it again.
    """
    vault = context.vault
    with acting() as doing:
        swept = vault.sweep(doing.connection, doing.now - _UNFINISHED)
        missing = vault.missing(doing.connection)
        doing.log(
            Verb.ERASE,
            [*swept.objects, *swept.keys][:_MOST_NAMED],
            details={
                "step": "sweep",
                "objects": len(swept.objects),
                "keys": len(swept.keys),
                "partial": swept.partial,
                "missing": len(missing),
                "leftovers": len(leftovers),
            },
        )
    context.store.checkpoint()
    return SweepReport(swept.objects, swept.keys, swept.partial, missing, tuple(leftovers))
