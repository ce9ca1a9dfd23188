"""What a bench holds of a deployment besides the published columns, as far as it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from workbench.governance.moments import duration
from workbench.governance.retention import Profile, RetentionClass
from workbench.outcomes.deployment_facts import DeploymentFacts

__all__ = ["HeldFacts", "held_facts", "kept_words", "told_categories"]

_SUPPRESSED: Final = "suppressed (fewer than 5)"
_TOGETHER: Final = "several categories together, each of fewer than 5 people"
_DOCUMENTS: Final = (
    "Data protection impact assessment",
    "Equality impact assessment",
    "Appropriate policy document",
)
_KEPT: Final = {
    RetentionClass.NON_MATCH: "What the system makes of a face that is like nobody's on the list",
    RetentionClass.ALERT: "Alerts, with their pictures",
    RetentionClass.WATCHLIST: "The list and its pictures",
    RetentionClass.CCTV: "Footage, if any is kept",
    RetentionClass.AUDIT_LOG: "The audit log, which holds no face",
}


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """What is held of one deployment: circumstances and counts, and nobody.

    Attributes:
        reference: names it.
        rank: that authorised it.
        urgent: whether that was in urgency.
        documents: kinds of assessment that it rests on, with version and date; no title.
        categories: images on its list by category, as far as the list tells it.
        too_few: whether it holds categories of so few that they are not told.
        feeds: names of the cameras that were searched.
        notices: how often a notice was put up or given.
        list_destroyed: whether its list is destroyed; `None` where it had none.
    """

    reference: str
    rank: str
    urgent: bool
    documents: tuple[str, ...]
    categories: Mapping[str, int]
    too_few: bool
    feeds: tuple[str, ...]
    notices: int
    list_destroyed: bool | None


def held_facts(facts: DeploymentFacts) -> HeldFacts:
    """Return what may be published of the facts of a deployment."""
    said, watchlist = facts.circumstances, facts.watchlist
    documents = (
        f"{what} of {one.date}" + (f", version {one.version}" if one.version else "")
        for what, one in zip(
            _DOCUMENTS, (said.dpia, said.eia, said.appropriate_policy), strict=True
        )
    )
    listed = () if watchlist is None else watchlist.categories
    categories = Counter[str]()
    for one in listed:
        if one.images is not None:
            categories[one.name or _TOGETHER] += one.images
    return HeldFacts(
        reference=facts.reference,
        rank=facts.authority.rank,
        urgent=facts.authority.urgent,
        documents=tuple(documents),
        categories=dict(categories),
        too_few=any(one.images is None for one in listed),
        feeds=tuple(sorted({one.feed for one in facts.feeds})),
        notices=facts.notice.given,
        list_destroyed=None if watchlist is None else watchlist.destroyed is not None,
    )


def told_categories(held: Sequence[HeldFacts]) -> tuple[tuple[str, str], ...]:
    """Return how many images were of each category in all lists, as far as lists tell it.

    A list tells a category from five people on; those of fewer it tells together, or not at all.
    """
    counts = Counter[str]()
    for one in held:
        counts.update(one.categories)
    rows = tuple((name, f"{count:,}") for name, count in sorted(counts.items()))
    return (
        (*rows, ("further categories", _SUPPRESSED)) if any(one.too_few for one in held) else rows
    )


def kept_words(profile: Profile) -> tuple[tuple[str, str], ...]:
    """Return what is kept for how long by the rules in force, in words."""
    found = []
    for retention, what in _KEPT.items():
        limit = profile.limit(retention)
        if limit.keep is None:
            span = "kept as long as the bench, never erased by itself"
        elif limit.keep == timedelta(0):
            span = "deleted at once, by itself"
        else:
            span = f"deleted within {_span(limit.keep)} of {limit.starts_from}"
        found.append((what, span))
    return tuple(found)


def _span(keep: timedelta) -> str:
    days = keep.days
    return f"{days} days" if days > 1 and keep == timedelta(days=days) else duration(keep)
