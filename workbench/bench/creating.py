"""Making a bench: its folder, its keys apart from it, its records, and its first administrator."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Final, Literal

from workbench.bench.context import ADMINISTRATION, SYSTEM, Acting
from workbench.bench.first_records import make_records
from workbench.bench.opening import audit_log, make_witness_folder
from workbench.bench.places import RECORDS, BenchPlaces, bench_file, write_bench_file
from workbench.bench.policies import add_shipped_policies
from workbench.bench.rules import Rules
from workbench.bench.secrets import create_secrets, destroy_secrets
from workbench.bench.users import read_display
from workbench.errors import RefusedError, StoreError, WorkbenchError
from workbench.governance.retention import RetentionClass
from workbench.governance.roles import Role
from workbench.identity.accounts import read_account
from workbench.records.actors import Actor, add_actor
from workbench.records.audit.verbs import Verb
from workbench.records.identifiers import new_id
from workbench.records.moments import utc_now
from workbench.records.row_digests import ACCOUNT, ROW, row_digest
from workbench.records.store import BenchRow, Clock, Writing
from workbench.records.vault.register import KeyRegister
from workbench.settings import Settings, load_settings

__all__ = ["BenchKind", "create_bench"]

BenchKind = Literal["operational", "demonstration"]

_PRIVATE: Final = 0o700
_PRIVATE_FILE: Final = 0o600


def create_bench(
    place: str | Path,
    administrator: str,
    password: str,
    *,
    display: str = "",
    kind: BenchKind = "operational",
    rules: Rules | None = None,
    settings: Settings | None = None,
    clock: Clock = utc_now,
) -> BenchPlaces:
    """Make a bench and its first account, an administrator.

    Args:
        place: a folder that is not there yet or is empty, or the address of an empty database.
        administrator: name of the account.
        password: of that account, for `workbench login`.
        display: the person's name.
        kind: a demonstration holds its own sample people and nobody else, and can never hold
            anybody else.
        rules: of the force; the product's own defaults when left out.
        settings: where keys and witness go.
        clock: tells the time.

    Returns:
        Where its parts lie.

    Raises:
        RefusedError: when the folder holds anything, or the keys would lie inside it.
        StoreError: when something cannot be written; nothing half-made is left.
        RecordError: when name or password cannot be used.
    """
    settings = settings or load_settings()
    name = read_account(administrator)
    shown = read_display(display, name)
    now = clock()
    bench_id = new_id("bench", now)
    places = BenchPlaces.of(str(place), bench_id, settings)
    with contextlib.ExitStack() as undo:
        if places.folder is not None:
            _make_folder(places.folder, undo)
        undo.callback(_remove_secrets, places, bench_id, settings)
        make_witness_folder(places)
        secrets = create_secrets(places, bench_id, settings)
        secrets.users.add(name, password)

        def first(writing: Writing) -> None:
            acting = Acting(writing, SYSTEM, "system", ADMINISTRATION)
            acting.log(Verb.ADMINISTER, [bench_id], details={"made": kind})
            actor = Actor(name, shown, Role.ADMINISTRATOR)
            add_actor(writing.connection, actor, writing.at)
            acting.log(
                Verb.ADMINISTER,
                details={
                    "account": name,
                    "role": actor.role.value,
                    ROW: row_digest(writing.connection, ACCOUNT, name),
                },
            )
            add_shipped_policies(acting)
            # It seals nothing: opened at each start, it shows a wrong master key at once.
            KeyRegister(secrets.keys).make(
                writing.connection,
                key_id=new_id("key", now),
                retention=RetentionClass.AUDIT_LOG,
                purpose=bench_id,
                now=now,
            )

        make_records(
            places,
            BenchRow(bench_id, kind, (rules or Rules()).plain()),
            audit_log(places, secrets, bench_id),
            clock,
            first=first,
            keep_keys=undo.pop_all,
        )
        if places.folder is not None:
            write_bench_file(places.folder, bench_id, kind)
        undo.pop_all()
    return places


def _remove_secrets(places: BenchPlaces, bench_id: str, settings: Settings) -> None:
    """Destroy what was made of the keys of a bench that could not be finished, wherever it lies."""
    with contextlib.suppress(WorkbenchError):
        destroy_secrets(places, bench_id, settings)
    shutil.rmtree(places.keys, ignore_errors=True)


def _make_folder(folder: Path, undo: contextlib.ExitStack) -> None:
    if bench_file(folder).exists():
        msg = f"{folder} is a bench already. Open it, or name another folder."
        raise RefusedError(msg)
    try:
        made = not folder.exists()
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            msg = f"{folder} holds files, so it was left as it is. Name an empty folder."
            raise RefusedError(msg)
        undo.callback(_empty, folder, remove=made)
        folder.chmod(_PRIVATE)
        (folder / "vault").mkdir(mode=_PRIVATE)
        (folder / RECORDS).touch(mode=_PRIVATE_FILE)  # what SQLite adds to it gets the same mode
    except OSError as error:
        msg = f"{folder} cannot be made ({error.strerror}). Check its parent and its permissions."
        raise StoreError(msg) from None


def _empty(folder: Path, *, remove: bool) -> None:
    """Remove what was made of a bench that could not be finished."""
    for entry in folder.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)
    if remove:
        with contextlib.suppress(OSError):
            folder.rmdir()
