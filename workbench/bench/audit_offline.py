"""What can be done about the audit log where nobody can log in: check it, and accept the clock.

A log that was tampered with takes no entry, so nobody can log in to have it checked; and a clock
that was set back makes every credential one of a time to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from workbench.bench.context import ADMINISTRATION, Acting
from workbench.bench.opening import (
    bench_id_of,
    is_shared,
    open_bench,
    open_store,
    witnesses_of,
)
from workbench.bench.places import BenchPlaces
from workbench.bench.rules import rules_in_force
from workbench.bench.secrets import load_signer
from workbench.errors import CredentialError, KeyStoreError, RefusedError, UnknownRecordError
from workbench.governance.permissions import Permission, require
from workbench.governance.text import require_reason
from workbench.records.actors import Actor, find_actor
from workbench.records.audit.agreeing import RowsOfEntries
from workbench.records.audit.faults import Verification
from workbench.records.audit.log import AuditLog
from workbench.records.audit.mail_witness import MailWitness
from workbench.records.audit.verbs import Verb
from workbench.records.audit.witness import Witness, WitnessFile
from workbench.records.moments import utc_now
from workbench.records.store import Clock
from workbench.settings import Settings, load_settings

__all__ = ["accept_clock", "log_clock", "verify_offline", "witness_at"]


def verify_offline(
    place: str | Path | None = None,
    *,
    witnesses: Sequence[Path] = (),
    public_key: str | None = None,
    settings: Settings | None = None,
) -> Verification:
    """Check an audit log without logging in, and without an entry of it: it only reads.

    The rows that authorise and decide are held against it, where all of them can be read.

    Whoever can read the store can do so; no entry is shown, but places and faults.

    Args:
        place: folder or address of the bench; that of the settings if left out.
        witnesses: files, or maildirs, to hold it against; those of the settings if none is given.
        public_key: key to check signatures by, 64 hexadecimal digits; that in the key store if
            left out. One that was noted elsewhere is worth more.
        settings: of this process.

    Raises:
        StoreError: when there is no bench, or its records cannot be read.
    """
    settings = settings or load_settings()
    where = settings.bench if place is None else str(place)
    bench_id = bench_id_of(where)
    places = BenchPlaces.of(where, bench_id, settings)
    key = public_key or _known_key(places)
    log = AuditLog(
        bench_id,
        None,
        [witness_at(path) for path in witnesses] or witnesses_of(places),
        trusted_keys=() if key is None else (key,),
        shared=is_shared(where),
    )
    store = open_store(places, log, utc_now)
    try:
        return log.verify(store.reading, said=RowsOfEntries())
    finally:
        store.close()


def accept_clock(
    place: str | Path | None,
    name: str,
    password: str,
    reason: str,
    *,
    settings: Settings | None = None,
    clock: Clock = utc_now,
) -> Actor:
    """Accept that the clock is behind the last entry, as an account of the users file.

    Returns:
        Whose account it was.

    Raises:
        CredentialError: when account or password is wrong, or the account is disabled.
        NotPermittedError: when its role may not.
        RecordError: when the reason cannot be used.
        RefusedError: when the clock is not behind.
    """
    settings = settings or load_settings()
    opened = open_bench(settings.bench if place is None else str(place), settings, clock)
    try:
        account = opened.secrets.users.check(name, password, clock())
        with opened.store.writing() as writing:
            try:
                actor = find_actor(writing.connection, account)
            except UnknownRecordError:
                actor = None
            if actor is None or not actor.active:
                msg = f"{account} has no account here that is active. Ask an administrator."
                raise CredentialError(msg)
            withheld = rules_in_force(writing.connection).withheld
            require(actor.role, Permission.CLOCK_ACCEPT, actor.name, withheld)
            acting = Acting(writing, actor.name, actor.role.value, ADMINISTRATION)
            log_clock(acting, opened.store.log, reason)
    finally:
        opened.secrets.keys.forget()
        opened.store.close()
    return actor


def log_clock(acting: Acting, log: AuditLog, reason: str) -> None:
    """Write the entry after which the log goes on from what the clock says.

    Raises:
        RecordError: when the reason cannot be used.
        RefusedError: when the clock is not behind.
    """
    head = log.head(acting.connection)
    if head is None or acting.now >= head.at:
        msg = "the clock is not behind the last entry of the audit log. Nothing is to be accepted."
        raise RefusedError(msg)
    require_reason(reason, what="the reason to accept the clock", field="justification")
    acting.log(Verb.CLOCK, justification=reason, details={"clock": acting.at})


def witness_at(path: Path) -> Witness:
    """Return the witness at a path: a maildir where it is a folder, a file otherwise."""
    return MailWitness(path) if path.is_dir() else WitnessFile(path)


def _known_key(places: BenchPlaces) -> str | None:
    """Return the key by which the bench signs, where its key store can be read."""
    try:
        return load_signer(places).public_key
    except KeyStoreError:
        return None
