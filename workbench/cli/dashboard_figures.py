"""Where the figures of managers' pages come from, and how they are renewed."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

from workbench.cli.opening import tell_of_faults
from workbench.errors import CredentialError
from workbench.records.moments import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    import dataframely as dy

    from workbench.bench import Workbench
    from workbench.outcomes.records import OutcomeRecords
    from workbench.records.store import Clock
    from workbench.settings import Settings

__all__ = [
    "DEMONSTRATION",
    "Figures",
    "FiguresOfBench",
    "bench_name",
    "named_bench",
    "published_records",
]

DEMONSTRATION: Final = Path("demo-output-bench")
"""The bench that `make demo` leaves."""
_MANAGER: Final = "demo-manager"
_READ_ANEW: Final = timedelta(minutes=10)
"""After which a bench is read again although nothing was written, and nothing came due."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was read last, and how long it stands while nobody writes."""

    seq: int
    digest: str
    read_at: datetime
    due: datetime


class Figures:
    """Published records alone.

    Attributes:
        role: of whoever comes with the token.
        says: what is shown, in a sentence.
    """

    role = "manager"
    says = (
        "No bench is shown: the pages show published records alone. Name a bench with --bench, or "
        "make the demonstration with `make demo`."
    )

    def __init__(
        self, published: dy.DataFrame[OutcomeRecords], *, renewed_every_s: int = 60
    ) -> None:
        """Take the published records, and after how many seconds each snapshot is to be renewed."""
        self._published = published
        self._renewed = {"renewed_every_s": renewed_every_s}

    def write(self, folder: Path) -> None:
        """Write a snapshot.

        Raises:
            InputError: when it cannot be written.
        """
        from workbench.bench.snapshots import published_snapshot  # noqa: PLC0415 - `--help`
        from workbench.outcomes.snapshot import write_snapshot  # noqa: PLC0415 - likewise

        snapshot, records = published_snapshot(self._published)
        write_snapshot(folder, snapshot.model_copy(update=self._renewed), records)


class FiguresOfBench(Figures):
    """Those of a bench, with published records beside them.

    The bench is opened anew each time, by the credential that is valid then, and closed at once: no
    key stays in memory. What nobody wrote to since is not read again, so that the log does not fill
    with readings; its entry is looked up, which is no reading of records.
    """

    def __init__(
        self,
        published: dy.DataFrame[OutcomeRecords],
        place: str,
        settings: Settings,
        *,
        renewed_every_s: int = 60,
        clock: Clock = utc_now,
    ) -> None:
        """Take the place of the bench, and the clock that it is opened with.

        Raises:
            CredentialError: when nobody is logged in to it.
            StoreError: when there is none, or it cannot be opened.
        """
        from workbench.bench.opening import bench_kind_of  # noqa: PLC0415 - keeps `--help` quick

        super().__init__(published, renewed_every_s=renewed_every_s)
        self._place = place
        self._settings = settings
        self._clock = clock
        self._token: str | None = None
        self._last: _Seen | None = None
        self._is_demonstration = bench_kind_of(place) == "demonstration"
        with self._opened() as bench:
            self.role = bench.actor.role.value
            said = "the demonstration bench" if self._is_demonstration else "the bench"
            self.says = f"The pages show {said} {_shown(place)}, and published records beside it."

    def write(self, folder: Path) -> None:
        """Write a snapshot.

        Raises:
            CredentialError: when nobody is logged in any more.
            InputError: when it cannot be written.
            NotPermittedError: when the role may not read outcomes.
            StoreError: when the bench cannot be read.
        """
        from workbench.bench.snapshots import BUSY, take_snapshot  # noqa: PLC0415 - likewise
        from workbench.outcomes.snapshot import read_snapshot, write_snapshot  # noqa: PLC0415

        with self._opened() as bench:
            before, logged = bench.audit.head(), bench.audit.logged
            seen, now = self._last, bench.now()
            if (
                seen is not None
                and (before.seq, before.hash) == (seen.seq, seen.digest)
                and seen.read_at <= now < seen.due
            ):
                kept, records = read_snapshot(folder)
                write_snapshot(folder, kept.model_copy(update={"written_at": now}), records)
                return
            # Whatever is not written to its end below is read anew the next time.
            self._last = None
            snapshot, records = take_snapshot(bench, bench_name(self._place), self._published)
            head = bench.audit.head()
            # Whoever wrote meanwhile may be in some of the figures and not in others.
            alone = head.seq - before.seq == bench.audit.logged - logged
        write_snapshot(folder, snapshot.model_copy(update=self._renewed), records)
        if alone and BUSY not in snapshot.withheld.values():
            latest = snapshot.as_of + _READ_ANEW
            due = min(snapshot.next_moment() or latest, latest)
            self._last = _Seen(head.seq, head.hash, snapshot.as_of, due)

    @contextmanager
    def _opened(self) -> Iterator[Workbench]:
        """Open it as whoever is logged in; a demonstration as its manager."""
        from workbench.bench import Workbench  # noqa: PLC0415 - keeps `--help` quick

        if self._is_demonstration and self._token is None:
            self._token = Workbench.login_demonstration(
                self._place, _MANAGER, settings=self._settings
            )
        try:
            with Workbench.open(
                self._place,
                credential=self._token,
                settings=self._settings,
                clock=self._clock,
                tell=tell_of_faults,
            ) as bench:
                yield bench
        except CredentialError:
            self._token = None  # a demonstration is logged in to again the next time
            raise


def bench_name(place: str) -> str:
    """Return what pages call a bench: the last part of its folder, or the name of its database.

    Nothing else of an address is in it: it may hold a login, and options that are a password.

    Args:
        place: its folder, or the address of a team's store.
    """
    from workbench.bench.places import is_address  # noqa: PLC0415 - keeps `--help` quick

    if is_address(place):
        return unquote(urlsplit(place).path).rpartition("/")[2] or "a team's store"
    return Path(place).expanduser().resolve().name or "the bench"


def _shown(place: str) -> str:
    """Return the place as the console says it: an address without its password and its options."""
    from workbench.bench.places import is_address  # noqa: PLC0415 - keeps `--help` quick
    from workbench.records.engine import shown  # noqa: PLC0415 - likewise

    return shown(place) if is_address(place) else place


def published_records(files: list[Path] | None) -> dy.DataFrame[OutcomeRecords]:
    """Return the records of files, or those of the example that ships.

    Raises:
        InputError: when a file cannot be read.
        RecordError: when it holds what is no record.
    """
    from workbench.outcomes import met_deployments  # noqa: PLC0415 - keeps `--help` quick
    from workbench.outcomes.files import joined_records, read_records  # noqa: PLC0415 - likewise

    if not files:
        return met_deployments()
    return joined_records([(str(path), read_records(path)) for path in files])


def named_bench(settings: Settings, bench: str | None) -> str | None:
    """Return the place of the bench that is meant; `None` where none is named and none is there.

    Args:
        settings: of this command.
        bench: what the command line named.
    """
    from workbench.bench.places import bench_file  # noqa: PLC0415 - keeps `--help` quick

    if bench is not None or "bench" in settings.model_fields_set:
        return settings.bench
    usual = Path(settings.bench).expanduser()
    for folder in (DEMONSTRATION, usual):
        if bench_file(folder).is_file():
            return str(folder)
    return None
