"""A demonstration bench: made with its cast, opened as any of them, and ended as a whole."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from workbench.bench import Workbench
from workbench.bench.places import BenchPlaces, bench_file, read_bench_file
from workbench.demonstration.cast import ADMINISTRATOR, CAST
from workbench.errors import RefusedError, StoreError
from workbench.records.moments import utc_now
from workbench.records.store import Clock
from workbench.settings import Settings

__all__ = ["DemonstrationBench", "new_reference"]

_KIND: Final = "demonstration"


def new_reference(now: datetime) -> str:
    """Return a reference for one run of the demonstration."""
    return f"DEMO/{now:%Y-%m-%d/%H%M%S}-{secrets.token_hex(2)}"


class DemonstrationBench:
    """A bench that holds the sample people and can hold nobody else."""

    def __init__(self, folder: Path, settings: Settings, clock: Clock = utc_now) -> None:
        """Name the folder; nothing is opened yet."""
        self.folder = folder.expanduser().absolute()
        self._settings = settings
        self._clock = clock

    @property
    def exists(self) -> bool:
        """Whether there is a bench in the folder."""
        return bench_file(self.folder).is_file()

    def now(self) -> datetime:
        """Return the moment."""
        return self._clock()

    def make(self) -> None:
        """Make the bench and its accounts, unless it is there.

        Nobody is told a password: a demonstration is opened without one
        (`Workbench.login_demonstration`).

        Raises:
            RefusedError: when the folder holds anything else.
            StoreError: when it cannot be written.
        """
        if self.exists:
            self._require_demonstration()
            return
        Workbench.create(
            self.folder,
            ADMINISTRATOR,
            secrets.token_urlsafe(32),
            display="Demonstration: administrator",
            kind="demonstration",
            settings=self._settings,
            clock=self._clock,
        )
        with self.opened(ADMINISTRATOR) as workbench:
            for part in CAST:
                shown = f"Demonstration: {part.role.value.replace('-', ' ')}"
                workbench.users.add(part.account, part.role, display=shown, rank=part.rank)

    @contextmanager
    def opened(self, account: str) -> Iterator[Workbench]:
        """Open the bench as one of its cast."""
        token = Workbench.login_demonstration(
            self.folder, account, settings=self._settings, clock=self._clock
        )
        with Workbench.open(
            self.folder, credential=token, settings=self._settings, clock=self._clock
        ) as workbench:
            yield workbench

    def end(self) -> BenchPlaces:
        """Destroy the whole bench: its keys first, then everything else.

        Returns:
            Where its parts were.

        Raises:
            RefusedError: when it is no demonstration.
            StoreError: when something is left; call it again.
        """
        self._require_demonstration()
        bench_id = str(read_bench_file(str(self.folder))["id"])
        places = BenchPlaces.of(str(self.folder), bench_id, self._settings)
        try:
            shutil.rmtree(places.keys, ignore_errors=False)
        except FileNotFoundError:
            pass
        except OSError as error:
            msg = f"{places.keys} cannot be removed ({error.strerror}). Remove it, and try again."
            raise StoreError(msg) from None
        try:
            places.witness.unlink(missing_ok=True)
            # The file that names it goes last, so that an end which was cut off is taken up again.
            for part in sorted(
                self.folder.iterdir(), key=lambda one: one == bench_file(self.folder)
            ):
                if part.is_dir() and not part.is_symlink():
                    shutil.rmtree(part)
                else:
                    part.unlink()
            self.folder.rmdir()
        except OSError as error:
            msg = f"{self.folder} cannot be removed ({error.strerror}). Remove it by hand."
            raise StoreError(msg) from None
        return places

    def _require_demonstration(self) -> None:
        kind = read_bench_file(str(self.folder)).get("kind")
        if kind != _KIND:
            msg = f"{self.folder} is an {kind} bench, not a demonstration, so it was left alone."
            raise RefusedError(msg)
