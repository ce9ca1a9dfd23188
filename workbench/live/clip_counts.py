"""Alerts of clips beside who appears in them: right, wrong and missed at each threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.intervals import clopper_pearson, rule_of_three
from workbench.live.clip_scores import ClipAlert, ClipSearch

__all__ = ["LabelledClip", "clip_rows", "count_clips", "thresholds_for"]

_STEPS = 25


@dataclass(frozen=True, slots=True, eq=False)
class LabelledClip:
    """A clip, who appears in it, and its scores.

    Attributes:
        path: names the clip.
        identities: the listed people who appear in it, by the labels; empty where nobody does.
        search: of `search_clip`.
    """

    path: str
    identities: frozenset[str]
    search: ClipSearch


def clip_rows(clips: Sequence[LabelledClip], thresholds: Sequence[float]) -> pl.DataFrame:
    """Count the alerts of each clip at each threshold.

    An alert is right where the person that it names appears in the clip, by the labels. It may
    have been raised on somebody else's face: the labels do not say where in the clip who is.

    Args:
        clips: each once.
        thresholds: in the matcher's unit.

    Returns:
        One row a clip and threshold: `path, threshold, identities, right, wrong, missed,
        wrong_names, missed_names`, the names sorted.
    """
    rows = [
        {"path": clip.path, "threshold": float(threshold), **_counts(clip, threshold)}
        for clip in clips
        for threshold in thresholds
    ]
    names = pl.List(pl.String)
    return pl.DataFrame(
        rows,
        schema={
            "path": pl.String,
            "threshold": pl.Float64,
            "identities": pl.Int64,
            "right": pl.Int64,
            "wrong": pl.Int64,
            "missed": pl.Int64,
            "wrong_names": names,
            "missed_names": names,
        },
    )


def count_clips(clips: Sequence[LabelledClip], thresholds: Sequence[float]) -> pl.DataFrame:
    """Count over all clips, with exact 95 % intervals (Clopper and Pearson).

    Clips and people count as trials, alerts do not: several of one clip hang together.

    Returns:
        One row a threshold: `threshold, right, wrong, missed, appearances` (a listed person in a
        clip), `miss_rate` of them with `miss_low` and `miss_high`; `clips, clips_wrong` (with a
        wrong alert), `wrong_rate` of the clips with `wrong_low` and `wrong_high`; and `people,
        people_missed` (in one clip or more). A rate is null where there is nothing to count.
    """
    rows = []
    for threshold in thresholds:
        alerts = {clip.path: clip.search.alerts_at(threshold) for clip in clips}
        rows.append({"threshold": float(threshold), **_totals(clips, alerts)})
    return pl.DataFrame(rows, schema=_TOTALS)


def thresholds_for(
    clips: Sequence[LabelledClip], default: float | None, others: Sequence[float] = ()
) -> list[float]:
    """Return thresholds that show where counts change: from below the default to above all scores.

    A step that reads as one of those that were named, to two decimals, is left out.

    Args:
        clips: their tracks' best scores bound the range.
        default: the threshold that searches use unless told otherwise.
        others: asked for besides; they do not widen the steps.
    """
    best = [score for clip in clips for score in clip.search.best_scores]
    chosen = {*others} if default is None else {default, *others}
    known = [*best, *([] if default is None else [default])]
    if not known:
        return sorted(chosen) or [0.0]
    low, high = min(known), max(known)
    step = max((high - low) / _STEPS, 0.01)
    grid = {round(low + k * step, 2) for k in range(_STEPS + 2)}
    return sorted(chosen | {one for one in grid if one not in {round(own, 2) for own in chosen}})


_TOTALS: dict[str, Any] = {
    "threshold": pl.Float64,
    "right": pl.Int64,
    "wrong": pl.Int64,
    "missed": pl.Int64,
    "appearances": pl.Int64,
    "miss_rate": pl.Float64,
    "miss_low": pl.Float64,
    "miss_high": pl.Float64,
    "clips": pl.Int64,
    "clips_wrong": pl.Int64,
    "wrong_rate": pl.Float64,
    "wrong_low": pl.Float64,
    "wrong_high": pl.Float64,
    "wrong_bound": pl.Float64,
    "people": pl.Int64,
    "people_missed": pl.Int64,
}


def _counts(clip: LabelledClip, threshold: float) -> dict[str, Any]:
    alerts = clip.search.alerts_at(threshold)
    wrong = [alert.subject for alert in alerts if alert.subject not in clip.identities]
    missed = sorted(clip.identities - {alert.subject for alert in alerts})
    return {
        "identities": len(clip.identities),
        "right": len(alerts) - len(wrong),
        "wrong": len(wrong),
        "missed": len(missed),
        "wrong_names": sorted(wrong),
        "missed_names": missed,
    }


def _totals(
    clips: Sequence[LabelledClip], alerts: Mapping[str, tuple[ClipAlert, ...]]
) -> dict[str, Any]:
    right = wrong = clips_wrong = appearances = 0
    missed: list[str] = []
    for clip in clips:
        named = [alert.subject for alert in alerts[clip.path]]
        strangers = sum(name not in clip.identities for name in named)
        right += len(named) - strangers
        wrong += strangers
        clips_wrong += strangers > 0
        appearances += len(clip.identities)
        missed += clip.identities - {*named}
    return {
        "right": right,
        "wrong": wrong,
        **_rate("miss", len(missed), appearances),
        "missed": len(missed),
        "appearances": appearances,
        **_rate("wrong", clips_wrong, len(clips)),
        "clips": len(clips),
        "clips_wrong": clips_wrong,
        "wrong_bound": rule_of_three(len(clips)),
        "people": len(frozenset[str]().union(*(clip.identities for clip in clips))),
        "people_missed": len({*missed}),
    }


def _rate(name: str, count: int, n: int) -> dict[str, float | None]:
    low, high = clopper_pearson(count, n) if n else (None, None)
    return {f"{name}_rate": count / n if n else None, f"{name}_low": low, f"{name}_high": high}
