"""Backups of a database as whoever keeps it makes them: `pg_dump`, and restored into another."""

from __future__ import annotations

import subprocess
from pathlib import Path

from postgresql_server import PostgresqlServer
from team_bench import OWNER

__all__ = ["dumped", "restored"]


def dumped(server: PostgresqlServer, database: str) -> bytes:
    """Return a backup of a database, as `pg_dump` writes it."""
    made = subprocess.run(
        [
            server.programs / "pg_dump",
            "--no-password",
            "--no-owner",
            f"--dbname={server.address(database)}",
        ],
        capture_output=True,
        check=True,
    )
    return made.stdout


def restored(server: PostgresqlServer, dump: bytes, folder: Path) -> str:
    """Make a database of a backup, and return its name."""
    database = server.new_database(OWNER)
    server.run("GRANT ALL ON SCHEMA public TO PUBLIC", database)
    file = folder / "dump.sql"
    file.write_bytes(dump)
    subprocess.run(
        [
            *(
                server.programs / "psql",
                "--no-password",
                "--quiet",
                "--no-psqlrc",
                "--set=ON_ERROR_STOP=1",
            ),
            *(f"--file={file}", f"--dbname={server.address(database, OWNER)}"),
        ],
        capture_output=True,
        check=True,
    )
    return database
