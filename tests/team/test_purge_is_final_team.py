"""In a team's store too: after a purge, a copy of the database from before it yields nothing.

The sealed objects lie in the database, the data keys in a key service. The copy is put beside the
service as it is after the purge, whose master key still unwraps whatever it holds. The control
opens everything of the same copy with what the service held before.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from kept_values import FACES, SAID
from sqlalchemy import select
from team_bench import OWNER
from test_erasing_team import deployed

from workbench.errors import KeyDestroyedError, StoreError
from workbench.records.schema import vault_objects
from workbench.records.vault.sealing import Bound, unseal
from workbench.records.vault.table_blobs import TableBlobs

pytestmark = pytest.mark.slow

Team = Any


@dataclass
class Purged:
    """A team's bench after its purge, and what there was before it."""

    team: Team
    before: Team
    secrets: Any


@pytest.fixture
def purged(team: Team, kms: Any) -> Iterator[Purged]:
    deployed(team)
    team.close()
    before = replace(team, database=team.server.copy_database(team.database, OWNER), opened=[])
    secrets = copy.deepcopy(kms.secrets)
    team.clock.turn(days=32)
    with team.as_owner() as owner:
        assert len(owner.at_opening.certificates) == 2, "a list and an alert"
    team.clock.turn(days=-32)  # the copy is looked at as of its own day: nothing in it is due
    yield Purged(team, before, secrets)
    before.close()


def opened(team: Team) -> tuple[list[bytes], int]:
    """Open all sealed objects with every data key of the service; also return how many keys."""
    with team.as_owner() as owner:
        context = owner._context
        keys = {}
        for name in context.keys.store.ids():
            with context.keys.get(name).opened() as secret:
                keys[name] = bytes(secret)
        with context.store.reading() as connection:
            rows = connection.execute(select(vault_objects)).all()
            sealed = {row.id: TableBlobs().get(row.id, connection) for row in rows}
    found = []
    for row in rows:
        for secret in keys.values():
            bound = Bound(context.store.bench.id, row.id, row.kind, row.purpose, row.key_id)
            try:
                found.append(unseal(bytearray(secret), sealed[row.id], bound, row.id))
            except StoreError:
                continue
    return found, len(keys)


def test_with_the_keys_of_before_the_copy_opens(purged: Purged, kms: Any) -> None:
    """The control: this very search finds both when the keys are there."""
    kms.secrets = copy.deepcopy(purged.secrets)
    found, keys = opened(purged.before)
    assert keys == 3, "one of them seals nothing"
    assert len(found) == 2
    assert FACES in found


def test_with_the_keys_of_now_it_does_not(purged: Purged) -> None:
    assert purged.before.run("SELECT count(*) FROM vault_objects") == [(2,)]
    assert opened(purged.before) == ([], 1)


def test_whoever_puts_it_back_gets_a_bench_whose_list_does_not_open(purged: Purged) -> None:
    with purged.before.as_owner() as owner:
        context = owner._context
        with context.store.reading() as connection:
            for name in connection.execute(select(vault_objects.c.id)).scalars():
                with pytest.raises(KeyDestroyedError, match="is not in the key service"):
                    context.vault.get(connection, name)


def test_no_version_of_a_destroyed_key_is_left_in_the_service(purged: Purged, kms: Any) -> None:
    held = [one for one in kms.secrets.values() if any(one.versions)]
    before = [one for one in purged.secrets.values() if any(one.versions)]
    assert (len(before), len(held)) == (3, 1)


def test_no_row_of_it_is_left(purged: Purged) -> None:
    for table in ("vault_objects", "vault_chunks", "alerts", "verdicts", "watchlists"):
        rows = purged.team.run(f"SELECT * FROM {table}")  # noqa: S608 - a name that stands here
        assert SAID not in str(rows)
        if table != "watchlists":
            assert rows == []
    assert SAID in str(purged.before.run("SELECT * FROM verdicts")), "the control: it was there"
