"""People on a list by category, in sums of five or more and never in fewer."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select

from workbench.records.schema import deployments, watchlist_entries, watchlists

__all__ = ["FEWEST", "categories_query"]

FEWEST: Final = 5
"""People that a sum is shown of."""


def categories_query(which: ColumnElement[bool]) -> Select[Any]:
    """Return one row for each category of a list with five people or more, and one for the others.

    The others have no category, and are counted together; if together they are fewer than five,
    the smallest of those that could be shown is among them, so that nobody gets their number by
    taking the rest from the size of the list. Where that is not enough the sum is null.

    Args:
        which: deployments.
    """
    entry = watchlist_entries.c
    counted = (
        select(
            entry.watchlist,
            entry.category,
            func.count().label("images"),
            func.count(entry.subject.distinct()).label("people"),
        )
        .where(entry.state == "enrolled")
        .group_by(entry.watchlist, entry.category)
        .subquery("counted")
    )
    few = counted.c.people < FEWEST
    ranked = select(
        counted,
        few.label("few"),
        func.sum(case((few, counted.c.people), else_=0))
        .over(partition_by=counted.c.watchlist)
        .label("in_few"),
        func.row_number()
        .over(
            partition_by=(counted.c.watchlist, few),
            order_by=(counted.c.people, counted.c.category),
        )
        .label("place"),
    ).subquery("ranked")
    joins_them = and_(ranked.c.in_few > 0, ranked.c.in_few < FEWEST, ranked.c.place == 1)
    shown = case((or_(ranked.c.few, joins_them), null()), else_=ranked.c.category)
    label = shown.label("category")
    people = func.sum(ranked.c.people)
    enough = people >= FEWEST
    return (
        select(
            deployments.c.reference,
            label,
            func.count().label("categories"),
            case((enough, func.sum(ranked.c.images)), else_=null()).label("images"),
            case((enough, people), else_=null()).label("people"),
        )
        .select_from(ranked)
        .join(watchlists, watchlists.c.id == ranked.c.watchlist)
        .join(deployments, deployments.c.id == watchlists.c.deployment)
        .where(which)
        .group_by(deployments.c.reference, shown)
    )
