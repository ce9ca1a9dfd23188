"""A search is kept: sealed with the key of its case, if the case and what was searched allow it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from workbench.bench.case_access import on_covered_case
from workbench.bench.context import Acting, Context
from workbench.bench.part_sealing import PartSealing
from workbench.bench.search_access import review_state
from workbench.bench.search_views import SearchView
from workbench.governance.permissions import Permission
from workbench.governance.review_words import are_apart
from workbench.governance.searches import SearchRecord
from workbench.records.audit.verbs import Verb
from workbench.records.cases import CaseRow, case_key, find_case
from workbench.records.identifiers import new_id
from workbench.records.row_digests import ROW, SEARCH, row_digest
from workbench.records.searches import SearchRow, add_search, review_of

__all__ = ["KIND", "keep_search", "on_search_work", "search_view"]

KIND: Final = "search"
"""What a sealed search is called in the vault."""


def on_search_work(context: Context, case: str) -> AbstractContextManager[tuple[Acting, CaseRow]]:
    """Give a transaction that serves a case which allows a search now."""
    return on_covered_case(context, Permission.RETRO_SEARCH_RUN, case)


def keep_search(
    context: Context,
    case: str,
    record: SearchRecord,
    data: bytes,
    still_allowed: Callable[[Acting, CaseRow], None],
) -> SearchView:
    """Keep a search, if the case and what was searched still allow it.

    Args:
        context: the bench.
        case: number of the case.
        record: how the search was made.
        data: what is sealed of it.
        still_allowed: raises where what was searched went meanwhile.
    """
    with context.store.reading() as connection:
        row = find_case(connection, case)
        key = case_key(connection, row.id)
    with PartSealing(context, key_id=key, purpose=row.id) as sealing:
        object_id = sealing.add(KIND, data)
        with on_search_work(context, case) as (acting, now):
            still_allowed(acting, now)
            search = SearchRow(
                id=new_id("search", acting.now),
                case=now.id,
                actor=acting.name,
                at=acting.now,
                record=record,
                object_id=object_id,
            )
            add_search(acting.connection, search)
            acting.log(
                Verb.COMBINE,
                [search.id, *record.target],
                justification=record.reason,
                details={
                    "kind": record.kind.value,
                    "references": record.references,
                    "candidates": record.candidates,
                    "length": record.length,
                    "gallery": record.gallery,
                    "full_scan": record.full_scan,
                    "enhanced": record.probe is not None and record.probe.log.is_enhanced,
                    "eyes_by_hand": record.probe is not None and record.probe.by_hand is not None,
                    **({} if record.together is None else {"together": record.together}),
                    **({"left_out": len(record.left_out)} if record.left_out else {}),
                    ROW: row_digest(acting.connection, SEARCH, search.id),
                },
            )
            sealing.keep(acting)
            return search_view(context, acting, now, search)


def search_view(context: Context, acting: Acting, case: CaseRow, row: SearchRow) -> SearchView:
    """Return a search as people see it, without anybody whom it found."""
    review = review_of(acting.connection, row.id)
    return SearchView(
        id=row.id,
        case=case.number,
        actor=row.actor,
        at=row.at,
        record=row.record,
        state=review_state(context, acting.connection, review),
        differ=are_apart(review.outcome, review.examinations, review.surrender),
    )
