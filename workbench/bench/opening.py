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
from workbench.records.audit.witness import WitnessFile
from workbench.records.engine import connect
from workbench.records.store import Clock, Store, bench_row
from workbench.records.vault.blobs import Blobs
from workbench.records.vault.folder_blobs import FolderBlobs
from workbench.records.vault.table_blobs import TableBlobs
from workbench.records.vault.vault import Vault
from workbench.settings import Settings

__all__ = ["TRUST", "OpenBench", "open_bench", "who_asks"]

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
    bench_id = _bench_id(place)
    places = BenchPlaces.of(place, bench_id, settings)
    secrets = open_secrets(places, bench_id, settings)
    store = Store.open(places.store, lambda _: audit_log(places, secrets, bench_id), clock=clock)
    if store.bench.id != bench_id:
        msg = (
            f"{bench_file(places.folder) if places.folder else place} names bench {bench_id}, its "
            f"records are those of {store.bench.id}. Put together what belongs together."
        )
        raise StoreError(msg)
    rules = Rules.read(store.bench.settings, what="the rules of the bench")
    return OpenBench(places, secrets, store, vault_of(places, secrets, bench_id), rules)


def audit_log(places: BenchPlaces, secrets: BenchSecrets, bench_id: str) -> AuditLog:
    """Return the audit log of a bench, with its witness."""
    return AuditLog(bench_id, secrets.signer, [WitnessFile(places.witness)])


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


def _bench_id(place: str) -> str:
    if not is_address(place):
        return str(read_bench_file(place)["id"])
    engine = connect(place)
    try:
        return bench_row(engine).id
    finally:
        engine.dispose()
