"""What a test bench keeps for a time, with markers to look for afterwards, and copies of a bench."""

from __future__ import annotations

import shutil
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from alert_values import plant_alert
from sqlalchemy import insert, text

from workbench.bench import Workbench
from workbench.bench.deployment_access import moved
from workbench.governance.retention import RetentionClass
from workbench.records import schema
from workbench.records.alerts import AlertRow
from workbench.records.audit.verbs import Verb
from workbench.records.deployments import find_deployment
from workbench.records.identifiers import new_id
from workbench.records.moments import as_json
from workbench.records.vault.register import KeyRegister
from workbench.records.watchlists import ListState, WatchlistRow, save_watchlist

__all__ = [
    "FACES",
    "SAID",
    "copied",
    "go_live",
    "kept_files",
    "lasting_keys",
    "plant_list",
    "plant_said",
    "rows_of",
]

FACES = b"MARKER of the faces on a list " * 40
"""What is sealed as a list."""
SAID = "MARKER of what a person said about an alert"
"""In the row of a verdict."""


def go_live(bench: Workbench, reference: str) -> None:
    """Move an authorised deployment to live, as the start of a search does."""
    with bench._context.system() as acting:
        moved(acting, find_deployment(acting.connection, reference), "start", Verb.START)


def plant_list(bench: Workbench, reference: str, *, references: int = 3) -> WatchlistRow:
    """Seal a list of `FACES` for a deployment."""
    context = bench._context
    with context.system() as acting:
        deployment = find_deployment(acting.connection, reference).id
        key, name = new_id("key", acting.now), new_id("object", acting.now)
        KeyRegister(context.keys).make(
            acting.connection,
            key_id=key,
            retention=RetentionClass.WATCHLIST.value,
            purpose=deployment,
            now=acting.now,
        )
        context.vault.put(
            acting.connection,
            object_id=name,
            key_id=key,
            kind="watchlist",
            purpose=deployment,
            plaintext=FACES,
            now=acting.now,
        )
        row = WatchlistRow(
            id=new_id("watchlist", acting.now),
            deployment=deployment,
            state=ListState.READY,
            builder="analyst",
            built=acting.now,
            references=references,
            subjects=references,
            object_id=name,
            key_id=key,
            digest="0" * 64,
        )
        save_watchlist(acting.connection, row)
        acting.serving(deployment).log(Verb.ENROL, [row.id])
    return row


def plant_said(
    bench: Workbench, reference: str, *, raised: datetime | None = None, **changes: Any
) -> AlertRow:
    """Seal and record an alert about which somebody said `SAID`."""
    row = plant_alert(bench, reference, raised=raised, **changes)
    with bench._context.system(purpose=row.deployment) as acting:
        acting.connection.execute(
            insert(schema.verdicts).values(
                id=new_id("verdict", acting.now),
                alert=row.id,
                place=1,
                kind="verdict",
                actor="operator",
                verdict="true-confirmed",
                content=as_json({"reason": SAID}),
                at=acting.at,
            )
        )
        acting.log(Verb.ADJUDICATE, [row.id], details={"place": 1})
    return row


def rows_of(bench: Workbench, table: str) -> int:
    """Count the rows of a table."""
    with bench._context.store.reading() as connection:
        query = text(f"SELECT count(*) FROM {table}")  # noqa: S608 - a name that a test wrote
        return int(connection.execute(query).scalar_one())


def lasting_keys(folder: Path) -> frozenset[str]:
    """Return the ids of the data keys that a bench keeps for good, and that seal nothing."""
    connection = sqlite3.connect(folder / "records.sqlite")
    try:
        found = connection.execute("SELECT id FROM data_keys WHERE retention = 'audit-log'")
        return frozenset(row[0] for row in found)
    finally:
        connection.close()


def kept_files(maker: Any) -> tuple[list[Path], list[Path]]:
    """Return the sealed files of a bench, and the files of the data keys that sealed them."""
    sealed = sorted((maker.folder / "vault").rglob("*.sealed"))
    lasting = lasting_keys(maker.folder)
    keys = sorted(maker.settings.keys.folder.rglob("data/*.key"))
    return sealed, [path for path in keys if path.stem not in lasting]


def copied(maker: Any, to: Path) -> Any:
    """Copy a bench with its keys and its witness to another place."""
    keys = to / "keys"
    shutil.copytree(maker.folder, to / "b")
    shutil.copytree(maker.settings.keys.folder, keys)
    shutil.copytree(maker.settings.witness, to / "witness")
    settings = maker.settings.model_copy(
        update={
            "keys": maker.settings.keys.model_copy(update={"folder": keys}),
            "witness": to / "witness",
        }
    )
    clock = replace(maker.clock)
    return replace(maker, folder=to / "b", settings=settings, clock=clock, opened=[])
