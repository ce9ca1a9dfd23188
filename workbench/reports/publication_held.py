"""What a bench holds of a deployment besides the published columns, as far as it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from workbench.governance.deployment_records import DeploymentRecord
from workbench.governance.moments import duration
from workbench.governance.retention import Profile, RetentionClass

__all__ = ["FEWEST", "HeldFacts", "held_facts", "kept_words", "not_too_few"]

FEWEST: Final = 5
"""Counts of a list by category are given from so many on. Own choice: fewer could point at one of
them, and forces publish no such counts at all."""

_SUPPRESSED: Final = f"suppressed (fewer than {FEWEST})"
_DERIVED: Final = "suppressed (else another could be worked out)"
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
        rank: that authorised it; `None` where none did.
        urgent: whether that was in urgency.
        documents: assessments that it rests on, with version and date.
        categories: images on its list by category.
        feeds: names of the cameras that were searched.
        notices: how often a notice was put up or given.
        list_destroyed: whether its list is destroyed; `None` where it had none.
    """

    reference: str
    rank: str | None
    urgent: bool
    documents: tuple[str, ...]
    categories: Mapping[str, int]
    feeds: tuple[str, ...]
    notices: int
    list_destroyed: bool | None


def held_facts(record: DeploymentRecord) -> HeldFacts:
    """Return what may be published of the record of a deployment."""
    documents = (
        f"{one.title}, version {one.version} of {one.date.isoformat()}"
        for one in (record.dpia, record.eia, record.appropriate_policy)
    )
    watchlist = record.watchlist
    return HeldFacts(
        reference=record.reference,
        rank=None if record.authority_rank is None else record.authority_rank.value,
        urgent=record.urgent,
        documents=tuple(documents),
        categories={} if watchlist is None else dict(watchlist.categories),
        feeds=tuple(sorted({one.feed for one in record.searches})),
        notices=len(record.notices),
        list_destroyed=None if watchlist is None else watchlist.destroyed is not None,
    )


def not_too_few(held: Sequence[HeldFacts]) -> tuple[tuple[str, str], ...]:
    """Return how many images were of each category in all, those of fewer than five suppressed.

    Where one alone would be suppressed the next smallest is, too, since the total would tell it.
    """
    counts = Counter[str]()
    for one in held:
        counts.update(one.categories)
    few = {name for name, count in counts.items() if 0 < count < FEWEST}
    derived: set[str] = set()
    if len(few) == 1 and len(counts) > 1:
        derived = {min(counts.keys() - few, key=lambda name: (counts[name], name))}
    return tuple(
        (name, _SUPPRESSED if name in few else _DERIVED if name in derived else f"{count:,}")
        for name, count in sorted(counts.items())
    )


def kept_words(profile: Profile) -> tuple[tuple[str, str], ...]:
    """Return what is kept for how long by the rules in force, in words."""
    found = []
    for retention, what in _KEPT.items():
        limit = profile.limit(retention)
        if limit.keep is None:
            span = "kept as long as the records that it tells of, and longer"
        elif limit.keep == timedelta(0):
            span = "deleted at once, by itself"
        else:
            span = f"deleted within {_span(limit.keep)} of {limit.starts_from}"
        found.append((what, span))
    return tuple(found)


def _span(keep: timedelta) -> str:
    days = keep.days
    return f"{days} days" if days > 1 and keep == timedelta(days=days) else duration(keep)
