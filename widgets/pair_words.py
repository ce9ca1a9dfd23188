"""Pairs of two pieces of footage as a page tells them: who is seen when, the score, its meaning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from widgets.footage_lanes import FootageLane, span_words
from workbench.governance.moments import clock_to_tenths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from workbench.bench.search_views import PairsFinding
    from workbench.retrospective.pairs_document import PairEntry, PairSide

__all__ = ["AS_GOOD", "NEXT", "pair_id", "pair_pictures", "pairs_words"]

AS_GOOD: Final = "That is as good a result as any, and is kept as one."
NEXT: Final = (
    "A pair is a suggestion to look, and nobody concludes on it. Search with one of the two, and "
    "examiners conclude on that search."
)
_AT_ONCE: Final = (
    "in view of both at the same time for {}, which one person can be only where the two show the "
    "same place, or a clock is wrong"
)


def pair_id(rank: int) -> str:
    """Return what names the pair of a rank within a search."""
    return f"pair-{rank}"


def pair_pictures(found: PairsFinding) -> dict[str, bytes]:
    """Return the picture of each side of each pair, JPEG, by name."""
    return {
        f"{pair_id(one.rank)}/{which}": side.picture
        for one in found.document.pairs
        for which, side in (("first", one.first), ("second", one.second))
    }


def pairs_words(found: PairsFinding, lanes: Mapping[str, FootageLane]) -> dict[str, Any]:
    """Return what is said of a comparison of two pieces of footage, without pictures.

    Args:
        found: the comparison.
        lanes: the footage of the case by id; what is not among them is named by its id.
    """
    view, record, facts = found.view, found.view.record, found.view.record.pairs
    entries = found.document.pairs
    return {
        "head": {
            "search": view.id,
            "by": view.actor,
            "at": f"{view.at:%Y-%m-%d %H:%M:%S} UTC",
            "reason": record.reason,
            "lanes": [_lane(one, lanes.get(one)) for one in record.target],
            "appearances": record.subjects,
            "comparisons": 0 if facts is None else facts.comparisons,
            "above": 0 if facts is None else facts.above,
            "scored_by": f"{record.matcher}, {record.unit}",
            "stated": record.stated,
            "as_good": AS_GOOD,
            "next": NEXT,
        },
        "rows": [
            {
                "id": pair_id(one.rank),
                "rank": one.rank,
                "sides": [_side(one.first), _side(one.second)],
                "apart": _apart(one),
                "score": one.score,
                "unit": record.unit,
                "meaning": one.meaning,
            }
            for one in entries
        ],
    }


def _lane(footage: str, lane: FootageLane | None) -> dict[str, Any]:
    if lane is None:
        return {"name": footage, "clock": "", "checked": False, "stated": []}
    checked = lane.starts is not None and lane.offset_s is not None
    return {
        "name": lane.name,
        "clock": lane.clock,
        "checked": checked,
        "stated": list(lane.stated),
    }


def _side(side: PairSide) -> dict[str, Any]:
    seen = _seen(side)
    return {
        "file": f"{_minutes(side.first_s)} to {_minutes(side.last_s)} of the file",
        "day": "" if seen is None else f"{seen[0]:%Y-%m-%d}",
        "clock": ""
        if seen is None
        else f"{clock_to_tenths(seen[0])} to {clock_to_tenths(seen[1])} UTC",
        "quality": side.verdict,
        "reasons": list(side.reasons),
    }


def _seen(side: PairSide) -> tuple[datetime, datetime] | None:
    """Return from when to when by true time somebody is in view, if that is known."""
    if side.at is None:
        return None
    begin = side.at + timedelta(seconds=side.first_s - side.looked_s)
    return begin, begin + timedelta(seconds=side.last_s - side.first_s)


def _apart(pair: PairEntry) -> str:
    first, second = _seen(pair.first), _seen(pair.second)
    if first is None or second is None:
        return "how long apart is unknown: the time of day of one is not known"
    both = min(first[1], second[1]) - max(first[0], second[0])
    if both >= timedelta(0):
        return _AT_ONCE.format(span_words(both.total_seconds()))
    later = "the second after the first" if second[0] > first[1] else "the first after the second"
    return f"{span_words(-both.total_seconds())} apart, {later}"


def _minutes(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"
