"""Opening a bench: where it lies, its keys, its records, and who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from workbench.bench.places import BenchPlaces, bench_file, is_address, read_bench_file
from workbench.bench.rules import Rules
from workbench.bench.secrets import BenchSecrets, open_secrets
from workbench.errors import CredentialError, StoreError, UnknownRecordError
from workbench.identity.credentials import Credential, verify
from workbench.records.actors import Actor, find_actor
from workbench.records.audit.log import AuditLog
from workbench.records.audit.mail_witness import MailWitness
from workbench.records.audit.witness import Witness, WitnessFile
from workbench.records.engine import connect
from workbench.records.store import Clock, Store, bench_row
from workbench.records.vault.blobs import Blobs
from workbench.records.vault.folder_blobs import FolderBlobs
from workbench.records.vault.table_blobs import TableBlobs
from workbench.records.vault.vault import Vault
from workbench.settings import Settings

__all__ = [
    "TRUST",
    "OpenBench",
    "audit_log",
    "bench_id_of",
    "open_bench",
    "open_store",
    "who_asks",
    "witnesses_of",
]

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
    """

    places: BenchPlaces
    secrets: BenchSecrets
    store: Store
    vault: Vault
    rules: Rules


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
    bench_id = bench_id_of(place)
    places = BenchPlaces.of(place, bench_id, settings)
    secrets = open_secrets(places, bench_id, settings)
    store = open_store(places, audit_log(places, secrets, bench_id), clock)
    rules = Rules.read(store.bench.settings, what="the rules of the bench")
    return OpenBench(places, secrets, store, vault_of(places, secrets, bench_id), rules)


def open_store(places: BenchPlaces, log: AuditLog, clock: Clock) -> Store:
    """Open the records of the bench whose log is given.

    Raises:
        StoreError: when there are none, or they are another bench's.
    """
    store = Store.open(places.store, lambda _: log, clock=clock)
    if store.bench.id != log.bench_id:
        store.close()
        named = bench_file(places.folder) if places.folder else store.where
        msg = (
            f"{named} names bench {log.bench_id}, its records are those of {store.bench.id}. Put "
            "together what belongs together."
        )
        raise StoreError(msg)
    return store


def audit_log(places: BenchPlaces, secrets: BenchSecrets, bench_id: str) -> AuditLog:
    """Return the audit log of a bench, with its witnesses."""
    return AuditLog(bench_id, secrets.signer, witnesses_of(places))


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
