"""Where published figures are from: the bench, files of records, or the example that ships."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.cli.opening import opened
from workbench.errors import RecordError, UsageError

if TYPE_CHECKING:
    import dataframely as dy

    from workbench.bench import Workbench
    from workbench.outcomes import OutcomeRecords
    from workbench.reports.publication_head import PublicationHead
    from workbench.reports.publication_held import HeldFacts

__all__ = ["PublishedSource", "chosen_records", "published_source"]

_MOST_NAMED = 3
"""Forces that a refusal names."""


@dataclass(frozen=True, eq=False)
class PublishedSource:
    """What is published, and what it is of.

    Attributes:
        records: every version of those of the period.
        whole: all of the documents that they are of.
        sources: what these are called.
        made: now.
        bench: that they are of; `None` for files and the example.
        category: `demonstration` for such a bench.
        log: place and hash of the newest entry of its audit log.
        held: what the bench holds besides.
        kept: what is kept how long by its rules.
        notes: what is to be known before all else.
    """

    records: dy.DataFrame[OutcomeRecords]
    whole: dy.DataFrame[OutcomeRecords]
    sources: tuple[str, ...]
    made: datetime
    bench: Workbench | None = None
    category: str | None = None
    log: tuple[int, str] | None = None
    held: tuple[HeldFacts, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def head(self, title: str, about: str) -> PublicationHead:
        """Return the head of a publication of it."""
        from workbench.reports.publication_head import PublicationHead  # noqa: PLC0415

        return PublicationHead(
            title, about, self.sources, self.made, self.category, self.log, self.notes
        )

    def require_one_force(self) -> None:
        """Refuse files of several forces, whose figures are never added up.

        Raises:
            UsageError: when the records of the period are of more than one.
        """
        named = self.records["force"].unique().sort().to_list()
        if self.bench is None and len(named) > 1:
            msg = (
                f"the records are of {len(named):,} forces ({', '.join(named[:_MOST_NAMED])}), "
                "whose figures are never added up. Publish each by itself: give --records the "
                "files of one force."
            )
            raise UsageError(msg)

    @property
    def forces(self) -> str:
        """Whose deployments they are."""
        return ", ".join(self.records["force"].unique(maintain_order=True))


@contextmanager
def published_source(
    files: list[Path] | None,
    *,
    example: bool,
    bench: str | None,
    first: date | None = None,
    last: date | None = None,
) -> Iterator[PublishedSource]:
    """Give what is to be published of a period, by the day of each record's newest version.

    Args:
        files: of records.
        example: the published example.
        bench: place of a bench, where neither files nor example is asked for.
        first: the first day.
        last: the last day, which is included.

    Raises:
        UsageError: when two of the three are asked for, or the last day lies before the first.
        RecordError: when no record is of the period.
    """
    if (files is not None) + example + (bench is not None) > 1:
        msg = "--records, --example and --bench are three sources. Name one of them."
        raise UsageError(msg)
    if files is None and not example:
        with opened(bench) as workbench:
            yield _of_bench(workbench, first, last)
        return
    yield _of_files(files, first, last)


def chosen_records(
    records: dy.DataFrame[OutcomeRecords], name: str
) -> dy.DataFrame[OutcomeRecords]:
    """Return every version of one record.

    Raises:
        RecordError: when there is none of that name.
    """
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    from workbench.outcomes import OutcomeRecords  # noqa: PLC0415 - likewise

    found = records.filter(pl.col("record") == name)
    if found.is_empty():
        some = ", ".join(records["record"].unique(maintain_order=True)[:3])
        msg = f"there is no record {name!a} to publish. Name one such as {some}."
        raise RecordError(msg)
    return OutcomeRecords.cast(found)


def _of_bench(workbench: Workbench, first: date | None, last: date | None) -> PublishedSource:
    from workbench.reports.publication_held import kept_words  # noqa: PLC0415 - quick `--help`

    found = workbench.publications.outcomes(
        first, last, source=f"Deployments of bench {workbench.id}"
    )
    head = found.report.head
    some = "1 deployment was" if found.not_ended == 1 else f"{found.not_ended:,} deployments were"
    notes = (
        (
            f"{some} authorised in the period and is in no figure: it still runs, or nothing was "
            "searched in it."
        ),
    )
    return PublishedSource(
        records=found.records,
        whole=found.records,
        sources=(f"Records of the bench {workbench.id}, as closed deployments left them",),
        made=workbench.now(),
        bench=workbench,
        category=found.report.category,
        log=(head.seq, head.hash),
        held=found.held,
        kept=kept_words(found.profile),
        notes=notes if found.not_ended else (),
    )


def _of_files(files: list[Path] | None, first: date | None, last: date | None) -> PublishedSource:
    import polars as pl  # noqa: PLC0415 - keeps `--help` quick

    from workbench.governance.deployment_outcomes import Period  # noqa: PLC0415 - likewise
    from workbench.outcomes import (  # noqa: PLC0415 - likewise
        EXAMPLE_SOURCES,
        OutcomeRecords,
        met_deployments,
        newest,
    )
    from workbench.outcomes.files import joined_records, read_records  # noqa: PLC0415 - likewise
    from workbench.records.moments import utc_now  # noqa: PLC0415 - likewise

    Period(first, last)
    if files is None:
        whole = met_deployments()
        published = {one.title: one.published for one in EXAMPLE_SOURCES}
    else:
        whole = joined_records([(str(path), read_records(path)) for path in files])
        published = {}
    now = newest(whole)
    of_period = (pl.col("date") >= (first or date.min)) & (pl.col("date") <= (last or date.max))
    ours = now.filter(of_period)["record"]
    if ours.is_empty():
        days: list[date] = now["date"].sort().to_list()
        msg = (
            f"no record is of the period; the records are of {days[0].isoformat()} to "
            f"{days[-1].isoformat()}. Give another period."
        )
        raise RecordError(msg)
    records = OutcomeRecords.cast(whole.filter(pl.col("record").is_in(ours.implode())))
    titles = records["source"].unique(maintain_order=True).to_list()
    return PublishedSource(
        records=records,
        whole=whole,
        sources=tuple(
            f"{one}, file of {published[one]}" if one in published else one for one in titles
        ),
        made=utc_now(),
    )
