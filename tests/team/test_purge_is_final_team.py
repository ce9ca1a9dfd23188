"""After a purge a backup of the database taken before it yields nothing, in PostgreSQL too.

The backup is what `pg_dump` wrote, restored into another database; with it go the master key and
the key store as they are after the purge: a key service, or a folder. A positive control opens
everything of the same backup with the key store as it was before.
"""

from __future__ import annotations

import base64
import copy
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from backups import dumped, restored
from bench_steps import REFERENCE, WORDS
from bench_values import SFACE, application_values
from kept_values import FACES, SAID, go_live, plant_list, plant_said
from kms_stand_in import Secret
from policed_keys import PolicedKeyService
from postgresql_server import PostgresqlServer
from sqlalchemy import select
from team_bench import OWNER, TeamBench, copy_of
from worked_bench import make_worked_bench

from workbench.bench import Workbench
from workbench.bench.opening import OpenBench, open_bench
from workbench.errors import KeyDestroyedError, StoreError
from workbench.records import schema
from workbench.records.audit.verbs import Verb
from workbench.records.cases import add_item, find_case
from workbench.records.identifiers import new_id
from workbench.records.vault.keys import DataKeys
from workbench.records.vault.sealing import Bound, unseal
from workbench.settings import Settings

pytestmark = pytest.mark.slow

ITEM = b"MARKER of a face that is kept for a case"
ALERTS = 3
SEALED = 1 + ALERTS + 1
"""The list, the alerts, and what is kept for a case."""
Opened = Callable[[str], AbstractContextManager[Workbench]]


@dataclass(frozen=True)
class Purged:
    """A bench after its purge, and a backup from before it.

    Attributes:
        server: that holds both.
        database: of the bench.
        dump: what `pg_dump` wrote before.
        restored: the database that was made of it.
        settings: that open the bench over the connection of its owner.
        clock: tells the time of the bench, after the purge.
        as_before: puts the key store back to what it was before; returns what puts it right again.
        around: all bytes that lie where the keys are, now.
    """

    server: PostgresqlServer
    database: str
    dump: bytes
    restored: str
    settings: Settings
    clock: Callable[[], datetime]
    as_before: Callable[[], Callable[[], None]]
    around: Callable[[], bytes]

    def opened(self, database: str) -> OpenBench:
        """Open a database as its owner, past every rule but those of the keys."""
        return open_bench(self.server.address(database, OWNER), self.settings, self.clock)


@pytest.fixture(scope="module", params=["service", "folder"])
def purged(
    request: pytest.FixtureRequest,
    postgresql: PostgresqlServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Purged]:
    folder = tmp_path_factory.mktemp("final")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "no-sessions"))
        if request.param == "folder":
            yield with_folder(postgresql, folder)
            return
        kms: PolicedKeyService = request.getfixturevalue("kms")
        made = request.getfixturevalue("made_team")
        kms.secrets = copy.deepcopy(request.getfixturevalue("first_keys"))
        yield with_service(copy_of(made, folder), kms, folder)


def with_service(team: TeamBench, kms: PolicedKeyService, folder: Path) -> Purged:
    """Purge a team's bench, whose data keys are in a key service."""
    with team.open("analyst") as analyst:
        analyst.deployments.draft(application_values(policy=SFACE))
        analyst.deployments.apply(REFERENCE)
    with team.open("authorising-officer") as officer:
        officer.policies.approve(SFACE)
        officer.deployments.authorise(REFERENCE, **WORDS)
    case = opened_case(team.open, team.clock())
    with team.as_owner() as owner:
        seal(owner, REFERENCE, case)
    team.close()
    dump, before = dumped(team.server, team.database), copy.deepcopy(kms.secrets)
    team.clock.turn(days=32)
    with team.open("data-protection-officer") as officer:
        assert len(officer.at_opening.certificates) == 3
    now = copy.deepcopy(kms.secrets)

    def put(secrets: dict[str, Secret]) -> None:
        kms.secrets = copy.deepcopy(secrets)

    def as_before() -> Callable[[], None]:
        put(before)
        return lambda: put(now)

    return Purged(
        server=team.server,
        database=team.database,
        dump=dump,
        restored=restored(team.server, dump, folder),
        settings=team.settings("owner"),
        clock=team.clock,
        as_before=as_before,
        around=lambda: b"".join([*kms.keys["lfr"], repr(kms.secrets).encode()]),
    )


def with_folder(server: PostgresqlServer, folder: Path) -> Purged:
    """Purge a bench in a database, whose data keys are in a folder."""
    database = server.new_database(OWNER)
    bench = make_worked_bench(folder, server.address(database, OWNER))
    reference = bench.draft()
    bench.authorise(reference)
    case = opened_case(bench.open, bench.clock())
    with bench.open("administrator") as owner:
        seal(owner, reference, case)
    keys, before = folder / "keys", folder / "keys-before"
    shutil.copytree(keys, before)
    dump = dumped(server, database)
    later = bench.later(days=32)
    with later.open("data-protection-officer") as officer:
        assert len(officer.at_opening.certificates) == 3

    def swap() -> None:
        keys.rename(folder / "other")
        before.rename(keys)
        (folder / "other").rename(before)

    def as_before() -> Callable[[], None]:
        swap()
        return swap

    return Purged(
        server=server,
        database=database,
        dump=dump,
        restored=restored(server, dump, folder),
        settings=later.settings,
        clock=later.clock,
        as_before=as_before,
        around=lambda: b"".join(one.read_bytes() for one in keys.rglob("*") if one.is_file()),
    )


def opened_case(open_as: Opened, now: datetime) -> str:
    with open_as("analyst") as analyst:
        values = {
            "number": "CASE/1",
            "offence": "Robbery",
            "authority": "Common law.",
            "purpose": "Who was it?",
            "necessity": "No other lead.",
            "expiry": (now + timedelta(days=10)).isoformat(),
        }
        return str(analyst.cases.open(values).number)


def seal(owner: Workbench, reference: str, number: str) -> None:
    """Seal a list, alerts about which somebody said something, and something for a case."""
    go_live(owner, reference)
    plant_list(owner, reference)
    for _ in range(ALERTS):
        plant_said(owner, reference)
    with owner._context.system() as acting:
        case = find_case(acting.connection, number).id
        name = new_id("object", acting.now)
        add_item(
            owner._context.vault,
            acting.connection,
            case,
            object_id=name,
            kind="probe",
            plaintext=ITEM,
            now=acting.now,
        )
        acting.serving(case).log(Verb.COLLECT, [name])


def held(keys: DataKeys) -> dict[str, bytes]:
    """Return every data key that a key store holds, by whatever its master key opens."""
    found = {}
    for name in keys.store.ids():
        with keys.get(name).opened() as secret:
            found[name] = bytes(secret)
    return found


def opened_with(purged: Purged, secrets: set[bytes]) -> list[bytes]:
    """Open every sealed object of the backup with every key, by its row and by brute force."""
    opened = purged.opened(purged.restored)
    try:
        with opened.store.reading() as connection:
            rows = list(connection.execute(select(schema.vault_objects)))
            query = select(schema.vault_chunks).order_by(schema.vault_chunks.c.place)
            chunks = list(connection.execute(query))
    finally:
        opened.store.close()
    assert len(rows) == SEALED
    found = []
    for row in rows:
        sealed = b"".join(one.bytes for one in chunks if one.object_id == row.id)
        bound = Bound(opened.store.bench.id, row.id, row.kind, row.purpose, row.key_id)
        for secret in secrets:
            try:
                found.append(unseal(bytearray(secret), sealed, bound, row.id))
            except StoreError:
                continue
    return found


def keys_now(purged: Purged) -> dict[str, bytes]:
    opened = purged.opened(purged.database)
    opened.store.close()
    return held(opened.secrets.keys)


def test_before_it_the_backup_opens(purged: Purged) -> None:
    """The control: this very search finds everything when the keys are there."""
    put_right = purged.as_before()
    try:
        keys = keys_now(purged)
        found = opened_with(purged, set(keys.values()))
    finally:
        put_right()
    assert len(keys) == SEALED + 1, "one of them seals nothing"
    assert len(found) == SEALED
    assert {FACES, ITEM} <= set(found)


def test_after_it_the_backup_does_not_open_with_what_is_there_now(purged: Purged) -> None:
    keys = keys_now(purged)
    assert len(keys) == 1, "the one that seals nothing"
    assert opened_with(purged, set(keys.values())) == []


def test_nor_with_anything_that_lies_where_the_keys_are(purged: Purged) -> None:
    """Whatever of 32 bytes is there, also encoded, is tried as a data key, and none opens any."""
    around = purged.around()
    texts = [around]
    for word in re.findall(rb"[0-9A-Za-z+/=_-]{40,}", around):
        for decode in (bytes.fromhex, base64.b64decode):
            try:
                texts.append(decode(word.decode("ascii")))
            except ValueError:
                continue
    found = {text[start : start + 32] for text in texts for start in range(len(text) - 31)}
    assert len(found) > 100
    assert opened_with(purged, found) == []


def test_no_key_is_in_the_backup_or_left_where_it_was_wrapped_or_not(purged: Purged) -> None:
    put_right = purged.as_before()
    try:
        secrets, wrapped, before = keys_now(purged), wrapped_now(purged), purged.around()
    finally:
        put_right()
    assert all(any(form in before for form in forms(one)) for one in wrapped.values())
    (lasting,) = wrapped_now(purged)
    gone = [text for name, text in wrapped.items() if name != lasting]
    gone += [secret for name, secret in secrets.items() if name != lasting]
    assert len(gone) == 2 * SEALED
    now = purged.around()
    for text in gone:
        assert not any(form in purged.dump or form in now for form in forms(text))
    assert SAID.encode() in purged.dump, "the control: rows are in it"


def forms(text: bytes) -> tuple[bytes, ...]:
    """Return bytes as they are, and as texts hold them."""
    return (text, text.hex().encode(), base64.b64encode(text))


def wrapped_now(purged: Purged) -> dict[str, bytes]:
    """Return every data key that a key store holds, as it is wrapped."""
    opened = purged.opened(purged.database)
    opened.store.close()
    store = opened.secrets.keys.store
    return {name: store.get(name) for name in store.ids()}


def test_put_in_place_of_the_database_it_opens_no_sealed_object(purged: Purged) -> None:
    """Whoever restores it beside the keys of now gets a bench of which nothing opens."""
    opened = purged.opened(purged.restored)
    try:
        with opened.store.reading() as connection:
            names = list(connection.execute(select(schema.vault_objects.c.id)).scalars())
            assert len(names) == SEALED
            for name in names:
                with pytest.raises(KeyDestroyedError):
                    opened.vault.get(connection, name)
    finally:
        opened.store.close()


def test_nothing_of_it_is_left_in_the_database(purged: Purged) -> None:
    assert purged.server.run("SELECT count(*) FROM vault_objects", purged.database) == [(0,)]
    assert purged.server.run("SELECT count(*) FROM vault_chunks", purged.database) == [(0,)]
    assert SAID.encode() not in dumped(purged.server, purged.database)
