"""A live search on a bench of its own, under watch, and every byte that it left anywhere."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from command_bench import CommandBench, make_command_bench
from list_values import entry_values
from sqlalchemy import select
from trace_log import Written
from traces import Traced

from workbench.arrays import ImageArray
from workbench.bench import Workbench
from workbench.bench.opening import open_bench
from workbench.errors import KeyDestroyedError
from workbench.identity.credentials import CredentialSource, issue
from workbench.images import encode_png
from workbench.records.moments import utc_now
from workbench.records.schema import vault_objects

__all__ = ["Searched", "Watched"]

CHILD = Path(__file__).with_name("search_child.py")
PURGE = """
import sys
from datetime import timedelta
from workbench.bench import Workbench
from workbench.records.moments import utc_now
shift = timedelta(seconds=float(sys.argv[1]))
with Workbench.open(credential=sys.argv[2], clock=lambda: utc_now() + shift) as bench:
    print(len(bench.retention.run().certificates))
    print("done", flush=True)
    sys.stdin.readline()
"""
NAMES = ("analyst", "reviewer", "operator", "authorising-officer", "data-protection-officer")

Stream = tuple[str, bytes]


@dataclass(frozen=True)
class Searched:
    """What a search said, and what it wrote.

    Attributes:
        said: counts and alerts.
        written: what strace saw.
        decrypted: every object of the vault, opened with the keys that were there at its end.
    """

    said: dict[str, Any]
    written: Written
    decrypted: list[Stream]


@dataclass
class Watched:
    """A bench in a folder, with one deployment whose search is to be watched.

    Attributes:
        folder: of everything.
        encoder: that the settings name.
        policy: of the deployment.
        by_default: whether the search runs with the settings that nobody changed; otherwise it
            compares as often as may be.
        shift: how far its clock is ahead; only ever turned forward.
    """

    folder: Path
    encoder: str
    policy: str
    by_default: bool = False
    shift: timedelta = timedelta(0)
    reference: str = ""
    bench: CommandBench = field(init=False)

    def __post_init__(self) -> None:
        """Make the bench, and have a deployment applied for and authorised."""
        self.bench = make_command_bench(self.folder)
        self.reference = self.bench.apply(policy=self.policy)
        with self.open("authorising-officer") as officer:
            officer.policies.approve(self.policy)
            officer.deployments.authorise(
                self.reference,
                necessity="I have read the intelligence case and see no other way.",
                proportionality="Short, small, announced.",
            )
        self.shift = timedelta(minutes=2)  # it has begun by then

    def token(self, name: str) -> str:
        """Return a credential that is good at the turned clock."""
        settings = self.bench.settings
        opened = open_bench(str(self.bench.folder), settings, utc_now)
        try:
            return issue(
                opened.secrets.credentials,
                bench=opened.store.bench.id,
                actor=name,
                source=CredentialSource.USERS_FILE,
                now=utc_now() + self.shift,
            )
        finally:
            opened.store.close()

    def open(self, name: str) -> Workbench:
        """Open the bench as an account, at the turned clock."""
        return Workbench.open(
            self.bench.folder,
            credential=self.token(name),
            settings=self.bench.settings,
            clock=lambda: utc_now() + self.shift,
        )

    def search(
        self,
        video: Path,
        frames: int,
        listed: Sequence[tuple[str, ImageArray | Path]],
        leaks: Sequence[str] = (),
    ) -> Searched:
        """Build the list and search the first frames of a video, in a process under watch."""
        out = self.folder / "out"
        out.mkdir()
        images = self.folder / "images"
        images.mkdir()
        entries = []
        for number, (subject, image) in enumerate(listed):
            path = image if isinstance(image, Path) else images / f"{number}.png"
            if not isinstance(image, Path):
                path.write_bytes(encode_png(image))
            entries.append((entry_values(subject=subject, image=path.name), str(path)))
        task = {
            "shift_s": self.shift.total_seconds(),
            "tokens": {name: self.token(name) for name in NAMES},
            "reference": self.reference,
            "entries": entries,
            "video": str(video),
            "frames": frames,
            "folder": str(out),
            "leaks": list(leaks),
        }
        path = self.folder / "task.json"
        path.write_text(json.dumps(task), "utf-8")
        command = [sys.executable, "-B", str(CHILD), str(path)]
        with Traced(command, env=self._environment(), log=self._log) as process:
            written = process.finish()
        said = json.loads(process.said[-1])
        return Searched(said, written, list(self.decrypted()))

    def purge(self) -> Written:
        """Let everything become due, and have it destroyed in a process under watch."""
        self.shift += timedelta(days=60)
        words = [str(self.shift.total_seconds()), self.token("data-protection-officer")]
        command = [sys.executable, "-B", "-c", PURGE, *words]
        with Traced(command, env=self._environment(), log=self._log) as process:
            return process.finish()

    def decrypted(self) -> Iterator[Stream]:
        """Give every object of the vault that opens with the keys that are there."""
        opened = open_bench(str(self.bench.folder), self.bench.settings, utc_now)
        try:
            with opened.store.reading() as connection:
                rows = connection.execute(select(vault_objects.c.id, vault_objects.c.kind)).all()
                for row in rows:
                    with suppress(KeyDestroyedError):
                        yield f"{row.kind} {row.id}", opened.vault.get(connection, row.id)
        finally:
            opened.store.close()

    def files(self) -> Iterator[Stream]:
        """Give every file that lies about: of bench, keys and witness, and what was exported."""
        for place in ("bench", "keys", "witness", "out"):
            for path in sorted((self.folder / place).rglob("*")):
                if path.is_file():
                    yield str(path.relative_to(self.folder)), path.read_bytes()
        yield "stderr", self._log.read_bytes()

    def cells(self) -> Iterator[Stream]:
        """Give the contents of each table of the database, row by row and column by column."""
        with closing(sqlite3.connect(self.bench.folder / "records.sqlite")) as database:
            tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                cells = [
                    cell if isinstance(cell, bytes) else str(cell).encode()
                    for row in database.execute(f'SELECT * FROM "{table}"')  # noqa: S608
                    for cell in row
                    if cell is not None
                ]
                yield f"table {table}", b"\n".join(cells)

    @property
    def _log(self) -> Path:
        return self.folder / "stderr.log"

    def _environment(self) -> dict[str, str]:
        around = {k: v for k, v in os.environ.items() if not k.startswith("WORKBENCH_LIVE__")}
        if self.by_default:
            for name in ("WORKBENCH_ENCODER", "WORKBENCH_THREADS"):
                around.pop(name, None)
            places = ("WORKBENCH_BENCH", "WORKBENCH_KEYS__FOLDER", "WORKBENCH_WITNESS")
            return {**around, **{name: self.bench.variables[name] for name in places}}
        # As many comparisons as there may be: what is to be forgotten has to be made first.
        often = {"CROPS_PER_COMPARISON": "3", "ENOUGH_COMPARISONS": "9", "SKIP_FRAMES": "0"}
        return {
            **around,
            **self.bench.variables,
            "WORKBENCH_ENCODER": self.encoder,
            **{f"WORKBENCH_LIVE__{name}": value for name, value in often.items()},
        }
