"""What somebody who can write to a bench's database can do to its audit log."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from types import MappingProxyType

from workbench.records.audit.chain import genesis, link

__all__ = ["TAMPERINGS", "Tampering", "delete_newest", "edit_rows", "roll_back", "unguarded"]

Tampering = Callable[[Path, Path], None]
"""Takes the folder of a bench and its witness; the kind of fault it leaves is in `TAMPERINGS`."""


@contextmanager
def _database(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "records.sqlite")) as connection:
        guards = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in guards.fetchall():  # whoever owns the file can take its guards away
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        connection.commit()


@contextmanager
def unguarded(database: sqlite3.Connection) -> Iterator[None]:
    """Take the guards of a database away, and put them back."""
    guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    known = guards.fetchall()
    for name, _ in known:
        database.execute(f"DROP TRIGGER {name}")
    yield
    for _, statement in known:
        database.execute(statement)


def _other_actor(body: str) -> str:
    entry = json.loads(body)
    entry["actor"] = "somebody-else"
    return json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _edit(folder: Path, _witness: Path) -> None:
    with _database(folder) as database:
        (body,) = database.execute("SELECT body FROM audit WHERE seq = 5").fetchone()
        database.execute("UPDATE audit SET body = ? WHERE seq = 5", [_other_actor(body)])


def _delete(folder: Path, _witness: Path) -> None:
    with _database(folder) as database:
        database.execute("DELETE FROM audit WHERE seq = 5")


def _insert(folder: Path, _witness: Path) -> None:
    """Add an entry behind the last, rightly bound to it; only the head does not know it."""
    with _database(folder) as database:
        seq, body, digest = database.execute(
            "SELECT seq, body, hash FROM audit ORDER BY seq DESC LIMIT 1"
        ).fetchone()
        values = [seq + 1, body, link(digest, seq + 1, body)]
        database.execute("INSERT INTO audit VALUES (?, ?, ?)", values)


def _reorder(folder: Path, _witness: Path) -> None:
    with _database(folder) as database:
        rows = dict(database.execute("SELECT seq, body FROM audit WHERE seq IN (5, 6)"))
        for seq, other in ((5, 6), (6, 5)):
            database.execute("UPDATE audit SET body = ? WHERE seq = ?", [rows[other], seq])


def delete_newest(folder: Path, _witness: Path | None = None) -> None:
    """Cut off the last three entries, but leave the head."""
    with _database(folder) as database:
        database.execute("DELETE FROM audit WHERE seq > (SELECT max(seq) - 3 FROM audit)")


def _truncate_to_an_old_head(folder: Path, witness: Path) -> None:
    """Cut off the end and put back the head of then, whose signature the witness holds."""
    old = json.loads(witness.read_text("utf-8").splitlines()[-4])
    with _database(folder) as database:
        database.execute("DELETE FROM audit WHERE seq > ?", [old["seq"]])
        database.execute(
            "UPDATE audit_head SET seq = ?, hash = ?, at = ?, signature = ?",
            [old["seq"], old["hash"], old["at"], old["signature"]],
        )


def _rewrite(folder: Path, _witness: Path) -> None:
    """Change an entry and make all hashes after it anew; only the signature is beyond reach."""
    bench = json.loads((folder / "bench.json").read_text("utf-8"))["id"]
    with _database(folder) as database:
        rows = database.execute("SELECT seq, body FROM audit ORDER BY seq").fetchall()
        digest = genesis(bench)
        for seq, body in rows:
            text = _other_actor(body) if seq == 5 else body
            digest = link(digest, seq, text)
            database.execute(
                "UPDATE audit SET body = ?, hash = ? WHERE seq = ?", [text, digest, seq]
            )
        database.execute("UPDATE audit_head SET hash = ?", [digest])


TAMPERINGS: Mapping[str, tuple[Tampering, str]] = MappingProxyType(
    {
        "edit": (_edit, "edited"),
        "deletion": (_delete, "missing"),
        "insertion": (_insert, "head"),
        "reorder": (_reorder, "edited"),
        "truncation": (delete_newest, "truncated"),
        "truncation to an old head": (_truncate_to_an_old_head, "rollback"),
        "chain made anew": (_rewrite, "signature"),
    }
)
"""By name: what is done, and the kind of fault that must be among those found."""


def edit_rows(folder: Path, statement: str) -> None:
    """Run a statement of SQL that edits rows other than those of the log."""
    with closing(sqlite3.connect(folder / "records.sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        assert connection.execute(statement).rowcount
        connection.commit()


def roll_back(folder: Path, copy: Path) -> None:
    """Put the whole folder of a bench back to a copy of it."""
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
