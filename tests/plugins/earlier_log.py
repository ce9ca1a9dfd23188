"""A log as it was before entries bore digests of rows: chained and signed as by that version."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tampering import unguarded

from workbench.bench.places import BenchPlaces
from workbench.bench.secrets import load_signer
from workbench.records.audit.chain import genesis, link
from workbench.records.audit.checkpoints import Checkpoint, Signer
from workbench.records.moments import as_json, from_text
from workbench.settings import Settings

__all__ = ["without_digests"]

_DIGESTS = ("row", "row_before", "said")


def without_digests(folder: Path, settings: Settings) -> None:
    """Write the log of a bench as if no entry had ever borne one; its witness begins anew."""
    bench = json.loads((folder / "bench.json").read_text("utf-8"))["id"]
    places = BenchPlaces.of(str(folder), bench, settings)
    with closing(sqlite3.connect(folder / "records.sqlite")) as database:
        with unguarded(database):
            head = _rewrite(database, bench, load_signer(places))
        database.commit()
    for witness in settings.witness.iterdir():
        witness.write_text(head.line + "\n", "utf-8")


def _rewrite(database: sqlite3.Connection, bench: str, signer: Signer) -> Checkpoint:
    digest, seq, at = genesis(bench), 0, ""
    for seq, body in database.execute("SELECT seq, body FROM audit ORDER BY seq").fetchall():
        entry = json.loads(body)
        for name in _DIGESTS:
            entry["details"].pop(name, None)
        text, at = as_json(entry), entry["utc"]
        digest = link(digest, seq, text)
        database.execute("UPDATE audit SET body = ?, hash = ? WHERE seq = ?", [text, digest, seq])
    head = signer.sign(bench, seq, digest, from_text(at))
    database.execute("UPDATE audit_head SET hash = ?, signature = ?", [digest, head.signature])
    return head
