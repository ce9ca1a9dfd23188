"""Rules that look at a record beside others: of its document, of its force, of its day."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from workbench.outcomes.records import OutcomeRecords

__all__ = [
    "date_out_of_order",
    "list_size_jumps",
    "list_sizes_one_digit_apart",
    "other_equals_no_action",
    "purpose_changes_meaning",
    "sites_without_a_name",
    "threshold_out_of_line",
]

_WHERE: Final = ("source", "source_row", "record")
_Records = dy.DataFrame[OutcomeRecords]

_FEWEST_ROWS: Final = 10
"""Below so many rows with something to count two columns may agree by chance."""

_NEIGHBOURS: Final = 5
_FEWEST_NEIGHBOURS: Final = 4
_NEAR_DAYS: Final = 60
_JUMP: Final = 0.1
"""A list size is held against the median of up to five rows on either side of it that are at most
60 days away, where there are at least four, and may differ by this share. Among the published rows
of 2023 to 2025 one differs by 0.19, evidently a slip, and the next by 0.08."""


def other_equals_no_action(records: _Records) -> pl.DataFrame:
    """Find documents in whose every row `other_disposals` and `no_action` are the same."""
    told = records.filter(
        pl.col("other_disposals").is_not_null(), pl.col("no_action").is_not_null()
    )
    same = pl.col("other_disposals") == pl.col("no_action")
    adds_up = pl.col("arrests") + pl.col("other_disposals") == pl.col("total_alerts")
    of_each = told.group_by("source", maintain_order=True).agg(
        rows=pl.len(),
        same=same.sum(),
        counted=(pl.col("other_disposals") > 0).sum(),
        adds_up=adds_up.sum(),
    )
    found = of_each.filter(pl.col("same") == pl.col("rows"), pl.col("counted") >= _FEWEST_ROWS)
    return found.select(
        "source",
        source_row=pl.lit(None, pl.Int64),
        record=pl.lit(None, pl.String),
        message=pl.format(
            "other disposals equal no action in {} of {} rows; arrests and other disposals alone "
            "make the alerts in {}, so that no action seems a copy",
            "same", "rows", "adds_up",
        ),
    )  # fmt: skip


def date_out_of_order(records: _Records) -> pl.DataFrame:
    """Find days before the row above and the row below, which are in order themselves."""
    before, after = (pl.col("date").shift(by).over("source") for by in (1, -1))
    day = pl.col("date")
    return (
        records.sort("source", "source_row")
        .with_columns(_before=before, _after=after)
        .filter(pl.col("_before") <= pl.col("_after"))
        .filter((day < pl.col("_before")) | (day > pl.col("_after")))
        .select(
            *_WHERE, message=pl.format("{} stands between {} and {}", "date", "_before", "_after")
        )
    )


def list_size_jumps(records: _Records) -> pl.DataFrame:
    """Find list sizes that are far from those of the deployments just before and after."""
    size, day = pl.col("watchlist_size"), pl.col("date")
    told = records.filter(size.is_not_null()).sort("source", "source_row")
    steps = [by for by in range(-_NEIGHBOURS, _NEIGHBOURS + 1) if by]
    near = [
        pl.when((day.shift(by).over("source") - day).dt.total_days().abs() <= _NEAR_DAYS)
        .then(size.shift(by).over("source"))
        .cast(pl.Float64)
        for by in steps
    ]
    around = pl.concat_list(near).list.drop_nulls()
    return (
        told.with_columns(_usual=around.list.median(), _many=around.list.len())
        .filter(pl.col("_many") >= _FEWEST_NEIGHBOURS)
        .filter((size - pl.col("_usual")).abs() > _JUMP * pl.col("_usual"))
        .select(
            *_WHERE,
            message=pl.format(
                "{} stands among lists of about {}",
                "watchlist_size",
                pl.col("_usual").round(0).cast(pl.Int64),
            ),
        )
    )


def list_sizes_one_digit_apart(records: _Records) -> pl.DataFrame:
    """Find sizes of one force and one day that differ from an earlier row's in one digit."""
    told = records.filter(pl.col("watchlist_size").is_not_null()).select(
        *_WHERE, "force", "date", "watchlist_size"
    )
    pairs = told.join(told, on=("force", "date"), suffix="_2").filter(
        pl.col("source") == pl.col("source_2"),
        pl.col("source_row") > pl.col("source_row_2"),
        pl.col("watchlist_size") != pl.col("watchlist_size_2"),
    )
    one, other = pairs["watchlist_size"].to_list(), pairs["watchlist_size_2"].to_list()
    apart = [_digits_apart(a, b) == 1 for a, b in zip(one, other, strict=True)]
    return pairs.filter(pl.Series(apart, dtype=pl.Boolean)).unique(
        ["source", "source_row"], keep="first", maintain_order=True
    ).select(
        *_WHERE,
        message=pl.format(
            "{} and, in row {} of the same day, {}: one digit apart",
            "watchlist_size", "source_row_2", "watchlist_size_2",
        ),
    )  # fmt: skip


def threshold_out_of_line(records: _Records) -> pl.DataFrame:
    """Find thresholds that differ from the row above and the row below, which agree."""
    told = records.filter(pl.col("threshold").is_not_null()).sort("source", "date", "source_row")
    before, after = (pl.col("threshold").shift(by).over("source") for by in (1, -1))
    return (
        told.with_columns(_before=before, _after=after)
        .filter(pl.col("_before") == pl.col("_after"), pl.col("threshold") != pl.col("_before"))
        .select(*_WHERE, message=pl.format("{} stands between two of {}", "threshold", "_before"))
    )


def sites_without_a_name(records: _Records) -> pl.DataFrame:
    """Find rows that share force, day, place and list with another one and name no site."""
    together = pl.len().over("force", "date", "place", "watchlist_size")
    return records.with_columns(_rows=together).filter(
        pl.col("_rows") > 1, pl.col("site").is_null()
    ).select(
        *_WHERE,
        message=pl.format(
            "{} rows are of {} on {} with one list; which site each is of is not said",
            "_rows", "place", "date",
        ),
    )  # fmt: skip


def purpose_changes_meaning(records: _Records) -> pl.DataFrame:
    """Find documents in which some purposes are numbers of a list and others are words."""
    told = records.filter(pl.col("purpose").is_not_null()).sort("source", "source_row")
    words = pl.col("purpose").str.contains(r"\p{L}")
    of_each = told.group_by("source", maintain_order=True).agg(
        rows=pl.len(), words=words.sum(), first=pl.col("date").filter(words).first()
    )
    return of_each.filter(pl.col("words") > 0, pl.col("words") < pl.col("rows")).select(
        "source",
        source_row=pl.lit(None, pl.Int64),
        record=pl.lit(None, pl.String),
        message=pl.format(
            "of {} rows {} say the purpose in words, from {} on, the others in numbers of a list",
            "rows", "words", "first",
        ),
    )  # fmt: skip


def _digits_apart(one: int, other: int) -> int:
    a, b = str(one), str(other)
    return len(a) + len(b) if len(a) != len(b) else sum(x != y for x, y in zip(a, b, strict=True))
