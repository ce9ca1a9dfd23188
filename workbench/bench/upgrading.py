"""Bringing the records of a bench to the schema of this version, by an administrator.

Nobody can be logged in to a bench of another schema, so whoever upgrades it shows a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from workbench.bench.context import ADMINISTRATION, Acting
from workbench.bench.opening import audit_log, is_shared
from workbench.bench.places import BenchPlaces, is_address, read_bench_file
from workbench.bench.secrets import open_secrets
from workbench.errors import CredentialError, StoreError
from workbench.governance.permissions import Permission, require
from workbench.records import schema
from workbench.records.actors import find_actor
from workbench.records.audit.verbs import Verb
from workbench.records.engine import connect, shown, translated
from workbench.records.migrations import current, head, migrate
from workbench.records.moments import utc_now
from workbench.records.store import BenchRow, Clock, Store
from workbench.records.team.setting_up import clock_apart, set_up
from workbench.settings import Settings, load_settings

__all__ = ["Upgrade", "upgrade_bench"]


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did.

    Attributes:
        before: version of the schema before.
        after: version now; the same where there was nothing to do.
    """

    before: str
    after: str


def upgrade_bench(
    place: str | Path | None,
    name: str,
    password: str,
    *,
    settings: Settings | None = None,
    clock: Clock = utc_now,
) -> Upgrade:
    """Bring the records of a bench to the schema of this version, whole or not at all.

    Args:
        place: folder or address of the bench; that of the settings if left out.
        name: account of the users file.
        password: of it.
        settings: of this process.
        clock: tells the time.

    Raises:
        CredentialError: when account or password is wrong, or the account is disabled.
        NotPermittedError: when its role may not.
        StoreVersionError: when the records are of a newer version; nothing was changed.
        StoreError: when there is no bench, or it cannot be written.
    """
    settings = settings or load_settings()
    where = settings.bench if place is None else str(place)
    store_address = where
    if not is_address(where):
        store_address = BenchPlaces.of(where, str(read_bench_file(where)["id"]), settings).store
    engine = connect(store_address)
    try:
        bench_id, before = _found(engine)
        places = BenchPlaces.of(where, bench_id, settings)
        secrets = open_secrets(places, bench_id, settings)
        account = secrets.users.check(name, password, clock())
        after = head()
        if before == after:
            return Upgrade(before, after)
        team = is_shared(where)
        log = audit_log(places, secrets, bench_id, shared=team)
        store = Store(engine, BenchRow(bench_id, "", {}), log, clock)
        with store.writing() as writing:
            migrate(writing.connection)
            if team:
                set_up(writing.connection, apart=clock_apart(writing.connection))
            actor = find_actor(writing.connection, account)
            if not actor.active:
                msg = f"{actor.name} is disabled. Ask an administrator of the bench."
                raise CredentialError(msg)
            require(actor.role, Permission.BENCH_UPGRADE, actor.name)
            acting = Acting(writing, actor.name, actor.role.value, ADMINISTRATION)
            acting.log(Verb.ADMINISTER, details={"schema": after, "schema_before": before})
    finally:
        engine.dispose()
    return Upgrade(before, after)


def _found(engine: Engine) -> tuple[str, str]:
    """Return the id of the bench and the version of its schema, whichever that is."""
    where = shown(engine.url)
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).is_file():
        msg = f"{where}: there are no records. Make a bench with workbench init."
        raise StoreError(msg)
    with translated(where), engine.connect() as connection:
        version = current(connection)
        bench_id = (
            None if version is None else connection.execute(select(schema.bench.c.id)).scalar()
        )
    if version is None or bench_id is None:
        msg = f"{where}: the records name no bench. Restore them from a backup."
        raise StoreError(msg)
    return bench_id, version
