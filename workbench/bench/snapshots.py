"""The snapshot for managers' pages, taken of a bench by somebody who may read its outcomes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from workbench.errors import StoreBusyError, StoreVersionError

if TYPE_CHECKING:
    import dataframely as dy

    from workbench.bench.workbench import Workbench
    from workbench.outcomes.records import OutcomeRecords
    from workbench.outcomes.snapshot import Snapshot

__all__ = ["BUSY", "published_snapshot", "take_snapshot"]

_Part = TypeVar("_Part")

BUSY: Final = (
    "others were writing to the records for too long when it was to be read. It is read again with "
    "the next renewal."
)
"""Why a part is withheld that passes by itself."""
_OLDER: Final = (
    "the records could not be read for it: the store was set up by an earlier version. Its owner "
    "renews the views: workbench team setup."
)


def take_snapshot(
    bench: Workbench, name: str, published: dy.DataFrame[OutcomeRecords]
) -> tuple[Snapshot, dy.DataFrame[OutcomeRecords]]:
    """Return what managers' pages may show of a bench now, with published records beside it.

    Args:
        bench: opened by somebody who may read outcomes.
        name: what to call it on the pages.
        published: records that are shown beside those of the bench.

    Raises:
        AuditError: when the audit log does not hold together.
        NotPermittedError: when the role may not read outcomes.
        RecordError: when what is on record of a deployment cannot be.
        StoreError: when what is on record was changed or damaged.
    """
    from workbench.bench.outcome_records import outcome_rows  # noqa: PLC0415 - likewise
    from workbench.outcomes.files import joined_records  # noqa: PLC0415 - likewise
    from workbench.outcomes.snapshot import Head, Snapshot  # noqa: PLC0415 - keeps `--help` quick
    from workbench.records.moments import utc_now  # noqa: PLC0415 - likewise

    read_at = bench.now()
    report = bench.outcomes.read()
    withheld: dict[str, str] = {}
    facts = _read("deployments", lambda: bench.outcomes.facts(report), withheld)
    records = published
    if facts is not None:
        known = {one.reference: one for one in facts}
        own = outcome_rows(report.deployments, known, name)
        records = joined_records([(name, own), ("the published records", published)])
    snapshot = Snapshot(
        written_at=utc_now(),
        read_at=read_at,
        bench=name,
        category=report.category,
        head=Head(seq=report.head.seq, hash=report.head.hash),
        applications_not_shown=report.applications,
        safeguards=_read(
            "safeguards", partial(bench.outcomes.safeguards, check_log=True), withheld
        ),
        equity=_read("equity", bench.outcomes.equity, withheld),
        deployments=facts or (),
        withheld=withheld,
    )
    return snapshot, records


def _read(part: str, read: Callable[[], _Part], withheld: dict[str, str]) -> _Part | None:
    """Return a part; where the store is older or busy, note why it is not there.

    The error itself names the database and its user, so it is not repeated. Records that are
    damaged, and a log that does not hold together, are no part that is withheld: they are raised.
    """
    try:
        return read()
    except StoreBusyError:
        withheld[part] = BUSY
    except StoreVersionError:
        withheld[part] = _OLDER
    return None


def published_snapshot(
    published: dy.DataFrame[OutcomeRecords],
) -> tuple[Snapshot, dy.DataFrame[OutcomeRecords]]:
    """Return a snapshot of published records alone, where there is no bench."""
    from workbench.outcomes.snapshot import Snapshot  # noqa: PLC0415 - keeps `--help` quick
    from workbench.records.moments import utc_now  # noqa: PLC0415 - likewise

    return Snapshot(written_at=utc_now()), published
