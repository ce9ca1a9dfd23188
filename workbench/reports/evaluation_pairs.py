"""Tables of a verification that its report and the terminal share: FRR at FAR, and failures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.evaluation.few_errors import BOUNDS, bound_cell
from workbench.evaluation.shown import shown_interval
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.reports.evaluation_page import Column, FigureTable, Section
from workbench.reports.evaluation_words import NOT_HERE, asked, between, out_of, rate, score

__all__ = ["acquired_section", "far_words", "frr_section", "frr_words"]


def acquired_section(result: Mapping[str, Any]) -> Section:
    """Return how many pairs could not be compared, by kind."""
    failed = result["failures_to_acquire"]
    rows = [
        ("Pairs of one person", failed["mated_pair"], result["n_mated"]),
        ("Pairs of two people", failed["nonmated_pair"], result["n_nonmated"]),
    ]
    return Section(
        "acquire",
        "Failures to acquire",
        [
            (
                "In one image or both no face was found. None is dropped: such a pair of one "
                "person is a false non-match, and in the accuracy both kinds are wrong."
            )
        ],
        table=FigureTable(
            "Pairs that could not be compared",
            (Column("Pairs", is_number=False), Column("Failed"), Column("Share")),
            [(name, out_of(n, total), rate(n / total if total else None))
             for name, n, total in rows],
        ),
    )  # fmt: skip


def frr_section(result: Mapping[str, Any]) -> Section:
    """Return how many pairs of one person are rejected at each FAR asked for."""
    rows: list[tuple[str, ...]] = []
    for target, row in result["frr_at_far"].items():
        counts = (
            asked(target), score(row["threshold"]),
            out_of(row["false_matches"], result["n_nonmated"]),
            far_words(row, result["n_nonmated"]),
            out_of(row["false_non_matches"], result["n_mated"]),
        )  # fmt: skip
        rows.append((*counts, *frr_words(row, result["n_mated"])))
    names = (
        "Threshold", "False matches", "FAR, 95 %, exact", "False non-matches", "FRR",
        "95 %, of FRR",
    )  # fmt: skip
    return Section(
        "frr",
        "Rejected at each rate of false acceptance",
        [
            (
                "For each rate of pairs of two people taken for one (FAR), the lowest threshold "
                "that keeps it on this data, and how many pairs of one person it rejects (FRR)."
            )
        ],
        table=FigureTable(
            "FRR at FAR",
            (Column("FAR asked for", is_number=False), *(Column(name) for name in names)),
            rows,
        ),
        notes=[
            (
                "Intervals of FRR are by people from three errors on where people are named, else "
                "exact. Where fewer than three false matches are expected, the row says nothing "
                f"about that FAR. {BOUNDS}"
            )
        ],
    )


def far_words(row: Mapping[str, Any], others: int) -> str:
    """Return the exact interval of FAR of a row of `FrrAtFar`, or its bound of few false matches.

    Args:
        row: by column.
        others: pairs of two people.
    """
    count = row["false_matches"]
    if count < FEWEST_EXPECTED_ERRORS:
        return bound_cell(count, others)
    return between(row["far_low"], row["far_high"])


def frr_words(row: Mapping[str, Any], mated: int) -> tuple[str, str]:
    """Return FRR of a row of `FrrAtFar` with its interval, or its bound of few false non-matches.

    Args:
        row: by column.
        mated: pairs of one person.
    """
    count = row["false_non_matches"]
    if row["frr"] is None or not row["measurable"]:
        return NOT_HERE, ""
    if count < FEWEST_EXPECTED_ERRORS:
        return NOT_HERE, bound_cell(count, mated)
    exactly = row["frr_low"], row["frr_high"]
    shown = shown_interval(count, row["frr"], exactly, (row["frr_boot_low"], row["frr_boot_high"]))
    return rate(row["frr"]), between(shown.low, shown.high)
