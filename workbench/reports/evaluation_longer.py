"""Sections on single comparisons and on longer lists: what is reckoned, beside what was counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from workbench.evaluation.comparison_rates import EqualErrorRate
from workbench.evaluation.few_errors import error_bound
from workbench.evaluation.longer_lists import LISTS_DRAWN
from workbench.evaluation.measurement import MeasurementFacts
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.reports.evaluation_page import Column, FigureTable, Section
from workbench.reports.evaluation_words import between, exact, not_here, out_of, rate, score

__all__ = ["comparison_sections", "longer_sections"]

_LEVEL: Final = (
    "Comparison level, and never FPIR: each image searched for with each reference is one "
    "comparison, and a search of a list makes as many as the list is long. Images without a "
    "template are in none of them."
)


def comparison_sections(
    comparisons: pl.DataFrame, equal: EqualErrorRate | None, threshold: float | None
) -> list[Section]:
    """Return FMR and FNMR of single comparisons at the headline threshold, and the EER.

    Args:
        comparisons: columns of `ComparisonRates`; empty where none are at hand.
        equal: where both rates lie closest; `None` where nothing tells.
        threshold: of the headline; `None` for none.
    """
    if not len(comparisons):
        return []
    rows: list[tuple[str, ...]] = []
    if threshold is not None:
        at = _row_at(comparisons, threshold)
        rows = [
            ("FMR", score(at["threshold"]), out_of(at["false_matches"], at["nonmated"]),
             _counted(at, "fmr", "false_matches", "nonmated"),
             between(at["fmr_boot_low"], at["fmr_boot_high"])),
            ("FNMR", score(at["threshold"]), out_of(at["false_non_matches"], at["mated"]),
             _counted(at, "fnmr", "false_non_matches", "mated"),
             between(at["fnmr_boot_low"], at["fnmr_boot_high"])),
        ]  # fmt: skip
    if equal is not None:
        rows.append(_equal_row(_row_at(comparisons, equal.threshold), equal))
    if not rows:
        return []
    headings = ("Threshold", "Errors", "Rate", "95 %, people of both sides")
    return [
        Section(
            "comparisons",
            "Single comparisons (FMR, FNMR, EER)",
            [_LEVEL],
            table=FigureTable(
                "Rates of comparisons, not of searches",
                (Column("Rate of comparisons", is_number=False), *map(Column, headings)),
                rows,
            ),
        )
    ]


def _row_at(comparisons: pl.DataFrame, threshold: float) -> dict[str, Any]:
    """Return the row at a threshold, or just above it where that is the first that is exact."""
    above = comparisons.filter(pl.col("threshold") >= pl.lit(threshold, pl.Float32))
    return above.sort("threshold").row(0, named=True)


def _counted(row: Mapping[str, Any], name: str, errors: str, trials: str) -> str:
    """Return a rate, or only how high it may be where fewer than three errors were counted."""
    if row[errors] >= FEWEST_EXPECTED_ERRORS:
        return rate(row[name])
    return not_here(row[errors], row[trials])


def _equal_row(row: Mapping[str, Any], equal: EqualErrorRate) -> tuple[str, ...]:
    errors = (row["false_matches"], row["false_non_matches"])
    counts = f"{out_of(errors[0], row['nonmated'])} and {out_of(errors[1], row['mated'])}"
    shown = rate(equal.rate)
    if min(errors) < FEWEST_EXPECTED_ERRORS:
        kinds = ((errors[0], row["nonmated"]), (errors[1], row["mated"]))
        shown = not_here(*max(kinds, key=lambda kind: error_bound(*kind).value))
    return ("EER", score(equal.threshold), counts, shown, "")


def longer_sections(
    longer: pl.DataFrame, checked: pl.DataFrame, facts: MeasurementFacts, threshold: float | None
) -> list[Section]:
    """Return FPIR of longer lists, labelled as extrapolated, and the check before it.

    Args:
        longer: of `IdentificationFrames`; nothing is returned where it is empty.
        checked: columns of `CheckedLists`; empty where no comparisons are at hand.
        facts: of the measurement.
        threshold: at which all of it is.
    """
    if not len(longer):
        return []
    if not len(checked):
        how = (
            f"Reckoned from the searches with a false alarm at T = {score(threshold)} and "
            f"{facts.list_size:,} references, M, as if lists were independent parts of a longer "
            "one, by 1 - (1 - FPIR)^(N/M). The comparisons are not at hand, so that no check "
            "stands beside it. It was not measured at these sizes."
        )
        return [_longer(longer, [how])]
    first = checked.row(0, named=True)
    counts = out_of(first["false_matches"], first["comparisons"])
    how = (
        f"Reckoned from {counts} comparisons of different people at T = "
        f"{score(first['threshold'])} as if each were independent of the others, by "
        "1 - (1 - FMR)^N. It was not measured at these sizes: the check above says how far the "
        "reckoning is from what was counted where lists could be searched. The interval is the "
        "wider of the exact one and that over people of both sides."
    )
    return [_check(checked.filter(pl.col("searches").is_not_null())), _longer(longer, [how])]


def _longer(longer: pl.DataFrame, text: list[str]) -> Section:
    return Section(
        "longer",
        "Longer lists",
        text,
        table=FigureTable(
            "FPIR at the same threshold, extrapolated",
            (Column("On the list"), Column("FPIR, extrapolated"), Column("95 %")),
            [
                (f"{row['list_size']:,}", _reckoned(row, "fpir", "high"),
                 between(row["low"], row["high"]))
                for row in longer.iter_rows(named=True)
            ],
        ),
        is_extrapolated=True,
    )  # fmt: skip


def _check(searched: pl.DataFrame) -> Section:
    names = (
        "FPIR, extrapolated", "Counted on one list", "FPIR, counted", "95 %, exact",
        f"Mean of {LISTS_DRAWN} lists", "95 %, lists and people", "Extrapolated to counted",
    )  # fmt: skip
    rows = [
        (
            f"{row['list_size']:,}", _reckoned(row, "reckoned", "reckoned_high"),
            out_of(row["false_alarms"], row["searches"]),
            rate(row["measured"]) if row["ratio"] is not None else "not measurable here",
            exact(row["false_alarms"], row["searches"], row["measured_low"], row["measured_high"]),
            *_drawn(row), _ratio(row),
        )
        for row in searched.iter_rows(named=True)
    ]  # fmt: skip
    return Section(
        "checked",
        "Longer lists: the reckoning beside what was counted",
        [
            (
                "Lists of a part of the references and of all of them were searched for every "
                "image, listed people without their own references, and the same formula was "
                "carried to them. Where the two agree, that does not show that they would on "
                "longer lists."
            )
        ],
        table=FigureTable(
            "FPIR of lists that were searched, at the same threshold",
            (Column("On the list"), *map(Column, names)),
            rows,
        ),
        is_extrapolated=True,
    )


def _drawn(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return the mean of drawn lists with its interval, where three alarms a list bear it."""
    if row["drawn"] is None:
        return "unknown", "unknown"
    if row["drawn"] * row["searches"] < FEWEST_EXPECTED_ERRORS:
        return "not measurable here", ""
    return rate(row["drawn"]), between(row["drawn_low"], row["drawn_high"])


def _ratio(row: Mapping[str, Any]) -> str:
    if row["ratio"] is None:
        return "too few"
    return f"{row['ratio']:.2f}" + (", intervals apart" if row["apart"] else "")


def _reckoned(row: Mapping[str, Any], name: str, high: str) -> str:
    """Return a reckoned rate, or only how high it may be where fewer than three errors bear it."""
    if row["measurable"]:
        return rate(row[name])
    return f"not measurable here: at most {rate(row[high])} (upper end of the 95 % interval)"
