"""How parts of a bench come to a search of a case: by its id, under the case's purpose."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from workbench.bench.case_access import on_case, refuse_unseen
from workbench.bench.context import Acting, Context
from workbench.governance.permissions import Permission
from workbench.governance.reviews import Review, ReviewState
from workbench.records.cases import CaseRow, find_case_by_id
from workbench.records.searches import SearchRow, find_search

__all__ = ["on_search", "review_state"]


@contextmanager
def on_search(
    context: Context, permission: Permission, search: str
) -> Iterator[tuple[Acting, CaseRow, SearchRow]]:
    """Give a transaction that serves the case of a search.

    Raises:
        NotPermittedError: when the role may not; said before whether there is such a search.
        UnknownRecordError: when there is none of that id.
    """
    refuse_unseen(context, permission)
    with context.store.reading() as connection:
        row = find_search(connection, search)
        number = find_case_by_id(connection, row.case).number
    with on_case(context, permission, number) as (acting, case):
        yield acting, case, find_search(acting.connection, search)


def review_state(context: Context, connection: Connection, review: Review) -> ReviewState:
    """Return how far the examination of a search is.

    In a team's store the database tells it: whoever has not concluded sees no other's examination.

    Args:
        context: the bench.
        connection: of whoever asks.
        review: of the search, as far as that connection sees it.
    """
    if context.store.through is None:
        return review.state
    asked = {"search": review.search}
    found = connection.execute(text("SELECT lfr_review_state(:search)"), asked).scalar_one()
    return ReviewState(found)
