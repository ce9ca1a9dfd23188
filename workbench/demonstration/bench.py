"""A demonstration bench: made with its cast, opened as any of them, and ended as a whole."""

from __future__ import annotations

import secrets
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from workbench.bench import Workbench
from workbench.bench.places import BenchPlaces, bench_file
from workbench.demonstration.ending import end_bench, require_demonstration
from workbench.demonstration.held_folders import held_folder
from workbench.demonstration.making import add_cast, make_bench
from workbench.records.moments import utc_now
from workbench.records.store import Clock
from workbench.settings import Settings, load_settings

__all__ = ["DemonstrationBench", "new_reference"]


def new_reference(now: datetime) -> str:
    """Return a reference for one run of the demonstration."""
    return f"DEMO/{now:%Y-%m-%d/%H%M%S}-{secrets.token_hex(2)}"


class DemonstrationBench:
    """A bench that holds the sample people and can hold nobody else."""

    def __init__(self, folder: Path, settings: Settings, clock: Clock = utc_now) -> None:
        """Name the folder; nothing is opened yet."""
        self.folder = folder.expanduser().absolute()
        self.settings = settings
        self._clock = clock

    @classmethod
    def temporary(cls, settings: Settings | None = None, clock: Clock = utc_now) -> Self:
        """Return a bench in a folder that goes with this process, its keys and witness likewise.

        A process that is killed leaves the folder, which only its owner can read, until the next
        demonstration of that account on the machine (`held_folder`).
        """
        settings = settings or load_settings()
        held = ExitStack()
        root = held.enter_context(held_folder("workbench-demonstration-"))
        keys = settings.keys.model_copy(
            update={"folder": root / "keys", "master": "file", "kms": None}
        )
        elsewhere = {"keys": keys, "witness": root / "witness", "witness_mail": None}
        bench = cls(root / "bench", settings.model_copy(update=elsewhere), clock)
        weakref.finalize(bench, held.close)
        return bench

    @property
    def exists(self) -> bool:
        """Whether there is a bench in the folder."""
        return bench_file(self.folder).is_file()

    def now(self) -> datetime:
        """Return the moment."""
        return self._clock()

    def make(self) -> None:
        """Make the bench and its accounts, unless it is there; what is missing of them is added.

        Nobody is told a password: a demonstration is opened without one
        (`Workbench.login_demonstration`).

        Raises:
            RefusedError: when the folder holds anything else.
            StoreError: when it cannot be written.
        """
        if not self.exists:
            make_bench(self.folder, self.settings, self._clock)
        require_demonstration(self.folder)
        add_cast(self.folder, self.settings, self._clock)

    @contextmanager
    def opened(self, account: str) -> Iterator[Workbench]:
        """Open the bench as one of its cast.

        Raises:
            CredentialError: when it is no demonstration, or has no such account.
            StoreError: when there is none, or it cannot be opened.
        """
        token = Workbench.login_demonstration(
            self.folder, account, settings=self.settings, clock=self._clock
        )
        with Workbench.open(
            self.folder, credential=token, settings=self.settings, clock=self._clock
        ) as workbench:
            yield workbench

    def end(self) -> BenchPlaces:
        """Destroy the whole bench: its keys first, then everything else.

        An end that was cut off is taken up again by the next call.

        Returns:
            Where its parts were.

        Raises:
            RefusedError: when it is no demonstration; it is left as it is.
            StoreError: when there is none, or something is left.
        """
        return end_bench(self.folder, self.settings)
