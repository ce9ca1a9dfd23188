"""Opening a bench: where it lies, its keys, its records, and who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from workbench.bench.places import BenchPlaces, bench_file, is_address, read_bench_file
from workbench.bench.rules import Rules, stored_rules
from workbench.bench.secrets import BenchSecrets, open_secrets
from workbench.errors import CredentialError, StoreError, UnknownRecordError
from workbench.identity.accounts import same_account
from workbench.identity.credentials import LONGEST_LIFETIME, Credential, verify
from workbench.identity.sessions import find
from workbench.records.actors import Actor, find_actor, find_actor_of_user
from workbench.records.audit.log import AuditLog
from workbench.records.audit.mail_witness import MailWitness
from workbench.records.audit.times import TOLERANCE
from workbench.records.audit.witness import Witness, WitnessFile
from workbench.records.engine import connect
from workbench.records.store import Clock, Store, bench_row
from workbench.records.team.connections import Connected, connected
from workbench.records.vault.blobs import Blobs
from workbench.records.vault.folder_blobs import FolderBlobs
from workbench.records.vault.table_blobs import TableBlobs
from workbench.records.vault.vault import Vault
from workbench.settings import Settings

__all__ = [
    "TRUST",
    "OpenBench",
    "asker",
    "audit_log",
    "bench_id_of",
    "bench_kind_of",
    "connection_to",
    "is_shared",
    "make_witness_folder",
    "open_bench",
    "open_store",
    "who_asks",
    "witnesses_of",
]

_PRIVATE: Final = 0o700
_ENTRIES_A_MAIL: Final = 100
"""A session would else send a mail a second; `workbench audit checkpoint` sends one at once."""

TRUST: Final = (
    "This bench lies in a folder: every process of the operating-system user that owns it is "
    "trusted. It can read the keys, and it can act as any account. Use a team's store "
    "(PostgreSQL) where roles must be kept apart from each other."
)
"""What an embedded store cannot promise; said at the start and in docs/safeguards.md."""


@dataclass(frozen=True, slots=True, eq=False)
class OpenBench:
    """A bench whose records and keys are open, before anyone asked for anything.

    Attributes:
        places: where its parts lie.
        secrets: its keys.
        store: its records.
        vault: its sealed objects.
        rules: of the force.
        connected: whose connection to a team's store it is; `None` for a folder.
    """

    places: BenchPlaces
    secrets: BenchSecrets
    store: Store
    vault: Vault
    rules: Rules
    connected: Connected | None = None


def open_bench(place: str, settings: Settings, clock: Clock) -> OpenBench:
    """Open records and keys.

    Args:
        place: folder of the bench, or address of a team's store.
        settings: where keys and witness lie.
        clock: tells the time.

    Raises:
        StoreError: when there is no bench, its records cannot be read, or are of another version.
        KeyStoreError: when its keys cannot be had, or are not of this bench.
    """
    found = connection_to(place)
    bench_id = bench_id_of(place)
    places = BenchPlaces.of(place, bench_id, settings)
    if found is not None and not found.is_owner:  # each person of a team has one of their own
        make_witness_folder(places)
        places.witness.touch(mode=0o600)
    secrets = open_secrets(places, bench_id, settings)
    log = audit_log(
        places,
        secrets,
        bench_id,
        shared=found is not None and found.is_team,
        tolerance_s=settings.clock_tolerance_s,
    )
    store = open_store(places, log, clock, found)
    rules = stored_rules(store.bench.settings)
    return OpenBench(places, secrets, store, vault_of(places, secrets, bench_id), rules, found)


def connection_to(place: str) -> Connected | None:
    """Return whose connection to a team's store is made here.

    `None` for a folder, and for a database in which there is no bench, or none that the user sees.

    Raises:
        CredentialError: when the database user has no account of the bench that is active.
        StoreError: when the store was not set up for a team, and the user does not own it.
    """
    if not is_address(place):
        return None
    engine = connect(place)
    try:
        found = connected(engine)
    finally:
        engine.dispose()
    if found is None or found.is_owner:
        return found
    if not found.is_team:
        msg = (
            f"the bench was not set up for a team, so the database user {found.user} can do "
            f"nothing here. Have {found.owner} run workbench team setup."
        )
        raise StoreError(msg)
    if found.account is None:
        msg = (
            f"the database user {found.user} has no account here that is active. Ask an "
            "administrator of the bench."
        )
        raise CredentialError(msg)
    return found


def is_shared(place: str) -> bool:
    """Return whether the audit log at a place is one that a team's people write without a key."""
    if not is_address(place):
        return False
    engine = connect(place)
    try:
        found = connected(engine)
        return found is not None and found.is_team
    finally:
        engine.dispose()


def open_store(
    places: BenchPlaces, log: AuditLog, clock: Clock, found: Connected | None = None
) -> Store:
    """Open the records of the bench whose log is given.

    Raises:
        StoreError: when there are none, or they are another bench's.
    """
    through = None if found is None else found.account
    store = Store.open(places.store, lambda _: log, clock=clock, through=through)
    if store.bench.id != log.bench_id:
        store.close()
        named = bench_file(places.folder) if places.folder else store.where
        msg = (
            f"{named} names bench {log.bench_id}, its records are those of {store.bench.id}. Put "
            "together what belongs together."
        )
        raise StoreError(msg)
    return store


def audit_log(
    places: BenchPlaces,
    secrets: BenchSecrets,
    bench_id: str,
    *,
    shared: bool = False,
    tolerance_s: float = TOLERANCE.total_seconds(),
) -> AuditLog:
    """Return the audit log of a bench, with its witnesses; `shared` with those of a team.

    A clock that is behind it by more than `tolerance_s` seconds is refused.
    """
    return AuditLog(
        bench_id,
        secrets.signer,
        witnesses_of(places),
        tolerance=timedelta(seconds=tolerance_s),
        shared=shared,
    )


def make_witness_folder(places: BenchPlaces) -> None:
    """Make the folder of the witness, where it is not there.

    Raises:
        StoreError: when it cannot be made.
    """
    folder = places.witness.parent
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    except OSError as error:
        msg = (
            f"{folder} cannot be made ({error.strerror}). Set WORKBENCH_WITNESS to another folder."
        )
        raise StoreError(msg) from None


def witnesses_of(places: BenchPlaces) -> list[Witness]:
    """Return what keeps the checkpoints of a bench elsewhere."""
    witnesses: list[Witness] = [WitnessFile(places.witness)]
    if places.mail is not None:
        witnesses.append(MailWitness(places.mail, every=_ENTRIES_A_MAIL))
    return witnesses


def vault_of(places: BenchPlaces, secrets: BenchSecrets, bench_id: str) -> Vault:
    """Return the vault of a bench: files in its folder, or rows of a team's store."""
    blobs: Blobs = TableBlobs() if places.vault is None else FolderBlobs(places.vault)
    return Vault(bench_id, secrets.keys, blobs)


def asker(
    opened: OpenBench, credential: str | None, environ: Mapping[str, str]
) -> tuple[Actor, datetime]:
    """Return who asks, with the role that the bench gives them, and until when that holds.

    In a team's store that is whoever the connection is; everywhere else, and for the owner of the
    database, whoever was logged in.

    Args:
        opened: the bench.
        credential: that was handed over; that of the session if left out.
        environ: the environment, for the session.

    Raises:
        CredentialError: when nobody is logged in, or not here and now.
    """
    now, found = opened.store.clock(), opened.connected
    if credential is None and (found is None or found.is_owner):
        credential = find(environ, opened.store.bench.id, now=now)
    if credential is not None:
        if found is not None and found.account is not None:
            _require_same(opened, credential, found.account)
        actor, verified = who_asks(opened, credential)
        return actor, verified.expires
    actor_or_none = None if found is None else _linked(opened, found)
    if actor_or_none is None:
        msg = "nobody is logged in to this bench. Log in with workbench login NAME."
        raise CredentialError(msg)
    return actor_or_none, now + LONGEST_LIFETIME


def _require_same(opened: OpenBench, token: str, account: str) -> None:
    """Refuse a credential of another than the account of the connection."""
    now = opened.store.clock()
    named = verify(opened.secrets.credentials, token, opened.store.bench.id, now).actor
    if not same_account(named, account):
        msg = (
            f"the credential is that of {named}, the connection that of {account}. Connect as the "
            "person who asks."
        )
        raise CredentialError(msg)


def _linked(opened: OpenBench, found: Connected) -> Actor | None:
    with opened.store.reading() as connection:
        actor = find_actor_of_user(connection, found.user)
    return actor if actor is not None and actor.active else None


def who_asks(opened: OpenBench, token: str) -> tuple[Actor, Credential]:
    """Return the account that a credential establishes, with the role that the bench gives it.

    Raises:
        CredentialError: when it is not good here and now, or its account is gone or disabled.
    """
    now = opened.store.clock()
    credential = verify(opened.secrets.credentials, token, opened.store.bench.id, now)
    with opened.store.reading() as connection:
        try:
            actor = find_actor(connection, credential.actor)
        except UnknownRecordError:
            actor = None
    if actor is None or not actor.active:
        state = "has no account here" if actor is None else "is disabled"
        msg = f"{credential.actor} {state}. Ask an administrator of the bench."
        raise CredentialError(msg)
    return actor, credential


def bench_id_of(place: str) -> str:
    """Return the id of the bench at a folder or an address.

    Raises:
        StoreError: when there is no bench.
    """
    if not is_address(place):
        return str(read_bench_file(place)["id"])
    engine = connect(place)
    try:
        return bench_row(engine).id
    finally:
        engine.dispose()


def bench_kind_of(place: str) -> str:
    """Return whether the bench at a folder or an address says that it is a demonstration.

    What a bench may hold, and who comes in without a password, is decided by its records alone.

    Raises:
        StoreError: when there is no bench.
    """
    if not is_address(place):
        return str(read_bench_file(place).get("kind"))
    engine = connect(place)
    try:
        return bench_row(engine).kind
    finally:
        engine.dispose()
