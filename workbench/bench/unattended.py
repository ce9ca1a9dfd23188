"""Retention by a timer, with nobody logged in: what an opening does by itself, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from workbench.bench.context import SYSTEM, Context
from workbench.bench.notices import Teller, notices_of, tell_once
from workbench.bench.opening import open_bench
from workbench.bench.retention_pass import RetentionRun, enforce
from workbench.bench.session_records import close_lost_sessions
from workbench.bench.sweeping import anything_cut_off, sweep
from workbench.errors import UsageError
from workbench.governance.roles import Role
from workbench.records.actors import Actor
from workbench.records.moments import utc_now
from workbench.records.store import Clock
from workbench.settings import Settings, load_settings

__all__ = ["run_unattended"]

_NOBODY: Final = Actor(SYSTEM, "the workbench itself", Role.DATA_PROTECTION_OFFICER, active=False)
"""Who opens it: no account of any bench, so nothing that a person is asked for can be done."""


def run_unattended(
    place: str | Path | None = None,
    *,
    settings: Settings | None = None,
    clock: Clock = utc_now,
    tell: Teller = tell_once,
) -> RetentionRun:
    """Destroy what is due in a bench, as the workbench itself.

    It needs what an opening needs but a person: the records, the vault, and the key store with its
    master key. On a bench in a folder every process of its operating-system user may do so; in a
    team's store, whoever owns the database.

    Args:
        place: folder or address of the bench; that of the settings if left out.
        settings: of this process.
        clock: tells the time.
        tell: is given the id of the bench and what is to be said of it, as by `Workbench.open`.

    Raises:
        StoreError: when there is no bench, or it cannot be opened or written.
        UsageError: when the connection is that of a person of a team.
    """
    settings = settings or load_settings()
    opened = open_bench(settings.bench if place is None else str(place), settings, clock)
    try:
        if opened.store.through is not None:
            msg = (
                f"the connection is that of {opened.store.through}, who needs no login in a "
                "team's store. Leave --unattended out, or connect as the owner of the database."
            )
            raise UsageError(msg)
        context = Context(
            store=opened.store,
            vault=opened.vault,
            keys=opened.secrets.keys,
            actor=_NOBODY,
            expires=clock(),
            rules=opened.rules,
            places=opened.places,
            settings=settings,
        )
        tell(opened.store.bench.id, notices_of(opened))
        close_lost_sessions(context)
        done = enforce(context)
        if anything_cut_off(context):
            sweep(context, context.system)
        return done
    finally:
        opened.secrets.keys.forget()
        opened.store.close()
