"""The errors of a measurement one by one: who was taken for somebody else, and who was missed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

__all__ = ["MOST_ERRORS", "LabErrors", "errors_of"]

MOST_ERRORS: Final = 5_000
"""Errors of a kind that a page is told of: those with the highest scores."""


@dataclass(frozen=True, slots=True, eq=False)
class LabErrors:
    """Searches that are an error at some threshold, and the images that belong to each.

    Attributes:
        alarms: scores of searches for people who are not listed, highest first: a false alarm up
            to that threshold.
        misses: for each mated search its own score, highest first, missed above that threshold;
            `None` where it is missed at any.
        reasons: why, for each of `misses`.
        ranks: how many others score as high, plus 1; `None` where the person was not returned.
        images: names of images by what a page calls them, such as `f12/probe`; it is not sent.
        left_out: errors beyond `MOST_ERRORS` of a kind.
    """

    alarms: tuple[float, ...]
    misses: tuple[float | None, ...]
    reasons: tuple[str, ...]
    ranks: tuple[int | None, ...]
    images: dict[str, str]
    left_out: int

    def plain(self) -> dict[str, Any]:
        """Return what a page is told: scores, and no name of anybody."""
        return {
            "alarms": list(self.alarms),
            "misses": list(self.misses),
            "reasons": list(self.reasons),
            "ranks": list(self.ranks),
            "left_out": self.left_out,
            "pictures": sorted(self.images),
        }


def errors_of(searches: pl.DataFrame, most: int = MOST_ERRORS) -> LabErrors:
    """Return all that can be an error, highest scores first.

    Args:
        searches: with the schema `MeasuredSearches`.
        most: of a kind.
    """
    alarms = (
        searches.filter(~pl.col("mated") & pl.col("top_score").is_not_null())
        .sort("top_score", "probe", descending=[True, False])
    )  # fmt: skip
    first = pl.col("mate_rank") == 1
    misses = (
        searches.filter("mated")
        .with_columns(
            own=pl.when(first).then("mate_score"),
            reason=pl.when(~pl.col("acquired"))
            .then(pl.lit("no template of the probe could be made"))
            .when(pl.col("mate_score").is_null())
            .then(pl.lit("no reference of the person was returned"))
            .when(~first)
            .then(pl.lit("somebody else scores as high or higher"))
            .otherwise(pl.lit("below the threshold")),
        )
        .sort("own", "mate_score", "probe", descending=[True, True, False], nulls_last=True)
    )
    never = misses.filter(pl.col("own").is_null())
    reached = misses.filter(pl.col("own").is_not_null())
    # What no threshold mends is told of first: it is what a data scientist looks into.
    kept_never = never.head(most)
    kept = pl.concat([reached.tail(max(0, most - len(kept_never))), kept_never])
    shown = alarms.head(most)
    return LabErrors(
        alarms=tuple(shown["top_score"].to_list()),
        misses=tuple(kept["own"].to_list()),
        reasons=tuple(kept["reason"].to_list()),
        ranks=tuple(kept["mate_rank"].to_list()),
        images=_images("f", shown, {"reference": "top_reference"})
        | _images("m", kept, {"reference": "mate_reference"})
        | _images("m", kept, {"other": "top_reference"}, only=pl.col("mate_rank") > 1),
        left_out=len(alarms) - len(shown) + len(misses) - len(kept),
    )


def _images(
    kind: str, rows: pl.DataFrame, sides: dict[str, str], *, only: pl.Expr | None = None
) -> dict[str, str]:
    """Name the images of each row: its probe, and what it was compared with."""
    numbered = rows.with_row_index("place")
    chosen = numbered if only is None else numbered.filter(only)
    found: dict[str, str] = {}
    for side, column in {"probe": "probe", **sides}.items():
        for place, name in chosen.select("place", column).iter_rows():
            if name is not None:
                found[f"{kind}{place}/{side}"] = name
    return found
