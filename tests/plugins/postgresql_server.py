"""A real PostgreSQL server for the tests: `postgresql`, one a session, with fresh databases.

It is that of Debian's `postgresql` (or whatever `initdb` and `postgres` are on the path), on a free
port of loopback, with passwords (scram-sha-256) from a file that `PGPASSFILE` names, so that no
address holds one. As root it runs as the user `postgres`, since it refuses to run as root; its
folder is then that user's. It is set up as in operation: `fsync` is on.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

__all__ = ["PostgresqlServer", "postgresql", "start_postgresql"]

ROOT = 0
PROGRAMS = "/usr/lib/postgresql"
SUPERUSER = "postgres"
PATIENCE_S = 60
ROOM = 3 * 2**30

SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = on
synchronous_commit = on
full_page_writes = on
recovery_init_sync_method = 'syncfs'
max_wal_size = '4GB'
checkpoint_timeout = '1h'
shared_buffers = 64MB
max_connections = 120
timezone = 'UTC'
lc_messages = 'C'
log_timezone = 'UTC'
"""


@dataclass
class PostgresqlServer:
    """A server that runs, or can be started again.

    Attributes:
        folder: of everything that is its own.
        programs: folder of `initdb` and `postgres`.
        port: on 127.0.0.1.
    """

    folder: Path
    programs: Path
    port: int
    process: subprocess.Popen[bytes] | None = None
    made: int = 0
    users: set[str] = field(default_factory=set)

    @property
    def pid(self) -> int:
        """Number of the process that all others of the server come from."""
        assert self.process is not None
        return self.process.pid

    def address(self, database: str = "postgres", user: str = SUPERUSER) -> str:
        """Return the address of a database, as a person would name it to the workbench."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def new_database(self, owner: str | None = None) -> str:
        """Make an empty database, and return its name; a user that owns it is made if need be."""
        self.made += 1
        name = f"bench_{self.made}"
        self.run(f"CREATE DATABASE {name}")
        if owner is not None:
            self.new_user(owner, "CREATEROLE")
            self.run(f"ALTER DATABASE {name} OWNER TO {owner}")
        return name

    def copy_database(self, database: str, owner: str) -> str:
        """Make a copy of a database that nobody is connected to, and return its name."""
        self.made += 1
        name = f"bench_{self.made}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {database} OWNER {owner}")
        return name

    def new_user(self, name: str, rights: str = "") -> str:
        """Make a user who can connect, unless there is one; return the name."""
        if name not in self.users:
            self.run(f"CREATE ROLE \"{name}\" LOGIN {rights} PASSWORD '{self.password}'")
            self.users.add(name)
        return name

    def run(self, statement: str, database: str = "postgres", user: str = SUPERUSER) -> list[Any]:
        """Run one statement by itself, and return its rows."""
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, dbname=database, user=user, autocommit=True
        ) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    @property
    def password(self) -> str:
        """The one password of all users of the server."""
        return self.passwords.read_text("utf-8").strip().rpartition(":")[2]

    @property
    def passwords(self) -> Path:
        """The file that `PGPASSFILE` names."""
        return self.folder / "pgpass"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
                **_as_its_user(),
            )
        self._wait_until_it_answers()

    def kill(self) -> None:
        """Kill it as a power cut would; its other processes end as soon as they see that."""
        self._end(signal.SIGKILL)
        deadline = time.monotonic() + PATIENCE_S
        while _still_in(self.folder / "data"):
            assert time.monotonic() < deadline, "processes of the server that was killed go on"
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it without waiting for anybody."""
        self._end(signal.SIGQUIT)

    def _end(self, number: int) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, number)
        self.process.wait(PATIENCE_S)
        self.process = None

    def _wait_until_it_answers(self) -> None:
        import psycopg

        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                ended = self.process is None or self.process.poll() is not None
                if ended or time.monotonic() > deadline:
                    said = (self.folder / "log").read_text("utf-8", "replace")[-2000:]
                    pytest.fail(f"PostgreSQL does not answer: {said}")
                time.sleep(0.05)
            else:
                return


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """Return a server of this session's own; each process of xdist has one."""
    with start_postgresql() as server:
        yield server


@contextlib.contextmanager
def start_postgresql() -> Iterator[PostgresqlServer]:
    """Start a server, and end it by its number afterwards; skips where none is installed."""
    try:
        import psycopg  # noqa: F401
    except ImportError:
        pytest.skip("needs psycopg: pip install 'lfr-workbench[team]'")
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="lfr-postgresql-", dir=_quick_place()))
    try:
        server = PostgresqlServer(folder, programs, _free_port())
        password = secrets.token_urlsafe(24)
        server.passwords.write_text(f"127.0.0.1:{server.port}:*:*:{password}\n", "utf-8")
        server.passwords.chmod(0o600)
        first = folder / "password"
        first.write_text(password + "\n", "utf-8")
        identity = _as_its_user()
        if identity:
            for path in (folder, first):
                os.chown(path, identity["user"], identity["group"])
        subprocess.run(
            [
                programs / "initdb",
                *("--pgdata", folder / "data", "--username", SUPERUSER, "--pwfile", first),
                *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"),
                "--no-sync",  # of the empty cluster alone
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            **identity,
        )
        first.unlink()
        with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PGPASSFILE", str(server.passwords))
            server.start()
            try:
                yield server
            finally:
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """Return the folder of the server's programs, the newest version's first."""
    found = sorted(Path(PROGRAMS).glob("*/bin"), key=lambda path: path.parent.name, reverse=True)
    on_path = shutil.which("postgres")
    if on_path is not None:
        found.append(Path(on_path).resolve().parent)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("needs PostgreSQL's server programs (Debian: postgresql)")


def _quick_place() -> Path | None:
    """Return a file system in memory with room for dozens of databases, if there is one.

    On a disk, removing their thousands of files takes longer than all tests together.
    """
    memory = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM:
        return memory
    return None


def _as_its_user() -> dict[str, Any]:
    """Return who is to run the server: `postgres` where we are root, ourselves otherwise."""
    if os.geteuid() != ROOT:
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("needs the system user postgres, since PostgreSQL refuses to run as root")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _still_in(data: Path) -> bool:
    """Return whether a process still works in the folder of a server."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == data:
                return True
        except OSError:
            continue
    return False
