"""Footage is indexed: who is in view when is found out once, and sealed segment by segment.

So indexing goes on where it was cut off, and stops where the case does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from workbench.bench.context import Context
from workbench.bench.footage_access import (
    footage_view,
    found_footage,
    on_footage_work,
    standing_footage,
    summed_counts,
    unchanged_file,
)
from workbench.bench.footage_sealing import seal_segment
from workbench.bench.footage_views import FootageView
from workbench.bench.part_sealing import PartSealing
from workbench.errors import WorkbenchError
from workbench.governance.cases import require_case_covers
from workbench.governance.footage import FootageState
from workbench.governance.permissions import Permission
from workbench.records.audit.verbs import Result, Verb
from workbench.records.cases import case_key, find_case
from workbench.records.footage import (
    FootageRow,
    SegmentRow,
    add_segment,
    find_footage,
    mark_indexed,
    segments_of,
)
from workbench.records.row_digests import FOOTAGE, changed_row, row_digest

if TYPE_CHECKING:
    from workbench.retrospective.index_peers import Hiring
    from workbench.retrospective.indexing import IndexProgress

__all__ = ["index_file"]

_ASKED_S: Final = 5.0
"""How often the authority of a case is looked at while its footage is indexed."""


def index_file(
    context: Context,
    footage: str,
    *,
    workers: int | None,
    hiring: Hiring | None,
    progress: Callable[[IndexProgress], None],
) -> FootageView | None:
    """Index footage: `FootageIndex.index`; `None` where that was done before."""
    from workbench.retrospective.indexing import index_footage  # noqa: PLC0415

    row, case = found_footage(context, Permission.FOOTAGE_ADD, footage)
    with on_footage_work(context, case) as (acting, _):
        row = standing_footage(acting, row.id)
        done = [one.place for one in segments_of(acting.connection, row.id)]
        acting.log(Verb.COLLECT, [row.id], details={"step": "indexing", "segments_kept": len(done)})
    if row.state is FootageState.INDEXED:
        return None
    cut = unchanged_file(row)
    authority = _Authority(context, case)
    try:
        index_footage(
            cut,
            context.settings,
            keep=lambda number, document, counts: _keep(
                context, case, row, SegmentRow(number, "", _numbers(asdict(counts))), document
            ),
            done=done,
            go_on=authority.require,
            progress=progress,
            workers=workers,
            hiring=hiring,
        )
    except WorkbenchError as error:
        with context.acting(Permission.FOOTAGE_ADD, purpose=row.case) as acting:
            acting.log(
                Verb.COLLECT,
                [row.id],
                result=Result.FAILED,
                details={"step": "indexing", "kind": type(error).__name__},
            )
        raise
    return _indexed(context, case, row)


class _Authority:
    """Whether footage may still be indexed, asked of the records every few seconds."""

    def __init__(self, context: Context, case: str) -> None:
        self._context, self._case = context, case
        self._asked = 0.0

    def require(self) -> None:
        """Raise `NotAuthorisedError` once the case does not cover any more."""
        now = time.monotonic()
        if now - self._asked < _ASKED_S:
            return
        self._asked = now
        moment = self._context.now()
        with self._context.store.reading() as connection:
            self._context.require_current(connection, moment)
            row = find_case(connection, self._case)
        require_case_covers(row.state, row.application, moment)


def _keep(
    context: Context, case: str, row: FootageRow, segment: SegmentRow, document: bytes
) -> None:
    """Keep a segment for good."""
    with context.store.reading() as connection:
        key = case_key(connection, find_case(connection, case).id)
    with PartSealing(context, key_id=key, purpose=row.case) as sealing:
        source = f"segment {segment.place} of {row.id}"
        object_id = seal_segment(sealing, document, source=source)
        with on_footage_work(context, case) as (acting, _):
            kept = SegmentRow(segment.place, object_id, segment.counts)
            add_segment(acting.connection, row.id, kept, acting.now)
            acting.log(
                Verb.COLLECT,
                [row.id],
                details={"step": "segment", "segment": segment.place, **segment.counts},
            )
            sealing.keep(acting)


def _indexed(context: Context, case: str, row: FootageRow) -> FootageView:
    """Say that all segments are kept."""
    with on_footage_work(context, case) as (acting, of):
        before = row_digest(acting.connection, FOOTAGE, row.id)
        segments = segments_of(acting.connection, row.id)
        counts = summed_counts(segments)
        mark_indexed(acting.connection, row.id, counts, acting.now)
        acting.log(
            Verb.COLLECT,
            [row.id],
            details={
                "step": "indexed",
                **counts,
                **changed_row(acting.connection, FOOTAGE, row.id, before),
            },
        )
        return footage_view(acting, of, find_footage(acting.connection, row.id))


def _numbers(values: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of a segment, and whether some of it could not be decoded."""
    counts = {name: int(values[name]) for name in ("frames", "searched", "appearances", "looks")}
    return {**counts, "damaged": int(values["damage"] is not None)}
