"""The snapshot for managers' pages, taken of a bench by somebody who may read its outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import dataframely as dy

    from workbench.bench.workbench import Workbench
    from workbench.outcomes.records import OutcomeRecords
    from workbench.outcomes.snapshot import Snapshot

__all__ = ["published_snapshot", "take_snapshot"]


def take_snapshot(
    bench: Workbench, name: str, published: dy.DataFrame[OutcomeRecords]
) -> tuple[Snapshot, dy.DataFrame[OutcomeRecords]]:
    """Return what managers' pages may show of a bench now, with published records beside it.

    Args:
        bench: opened by somebody who may read outcomes.
        name: what to call it on the pages.
        published: records that are shown beside those of the bench.

    Raises:
        NotPermittedError: when the role may not read outcomes.
        RecordError: when what is on record of a deployment cannot be.
    """
    from workbench.outcomes.snapshot import Head, Snapshot  # noqa: PLC0415 - keeps `--help` quick
    from workbench.records.moments import utc_now  # noqa: PLC0415 - likewise

    report = bench.outcomes.read()
    snapshot = Snapshot(
        written_at=utc_now(),
        bench=name,
        category=report.category,
        head=Head(seq=report.head.seq, hash=report.head.hash),
        applications_not_shown=report.applications,
        equity=bench.outcomes.equity(),
    )
    return snapshot, published


def published_snapshot(
    published: dy.DataFrame[OutcomeRecords],
) -> tuple[Snapshot, dy.DataFrame[OutcomeRecords]]:
    """Return a snapshot of published records alone, where there is no bench."""
    from workbench.outcomes.snapshot import Snapshot  # noqa: PLC0415 - keeps `--help` quick
    from workbench.records.moments import utc_now  # noqa: PLC0415 - likewise

    return Snapshot(written_at=utc_now()), published
