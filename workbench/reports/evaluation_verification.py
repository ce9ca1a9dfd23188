"""From scored pairs to the report that shows a verification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from workbench.evaluation.few_errors import AT_MOST, bound_cell, bound_words, found_words
from workbench.governance.moments import spoken
from workbench.intervals import FEWEST_EXPECTED_ERRORS, THIRTY_ERRORS
from workbench.reports.evaluation_charts import Axis, Series, draw
from workbench.reports.evaluation_page import Column, EvaluationPage, FigureTable, Section
from workbench.reports.evaluation_pairs import acquired_section, frr_section
from workbench.reports.evaluation_scores import distribution
from workbench.reports.evaluation_words import (
    NOT_HERE,
    between,
    one_in_ticks,
    out_of,
    rate,
    score,
)
from workbench.reports.page import Figure

__all__ = ["verification_page"]

LIMITS: Final = (
    (
        "Accuracy on pairs says nothing about searching a list: with thousands on it even a small "
        "rate of false matches is many false alarms. See workbench evaluate identification."
    ),
    (
        "It is measured on these images and people. Other cameras, light, ages or people may give "
        "other rates, and the encoders may have seen some of these people in training."
    ),
    "A score compares two pictures. It does not say who someone is, and a high one may be wrong.",
)
_MOST_POINTS = 400
_SMALL = 30


def verification_page(
    pairs: pl.DataFrame,
    rates: pl.DataFrame,
    result: Mapping[str, Any],
    *,
    has_groups: bool = False,
) -> EvaluationPage:
    """Return the report of a verification.

    Args:
        pairs: with the schema `PairScores`.
        rates: of `error_rates`.
        result: of `verification_result`, with what it was made with.
        has_groups: whether the pairs name groups.
    """
    mated, others = result["n_mated"], result["n_nonmated"]
    return EvaluationPage(
        title=f"Verification: {result['encoder']} {result['runtime']}",
        headline=_headline(result),
        made=f"Measured {spoken(datetime.now(UTC))}.",
        figures=(
            Figure("Pairs of one person", f"{mated:,}"),
            Figure("Pairs of two people", f"{others:,}"),
            Figure("Decided wrongly", f"{result['errors']:,}", f"of {result['n_pairs']:,} pairs"),
            _equal(result),
        ),
        sections=[
            acquired_section(result),
            frr_section(result),
            _det(rates, mated, others),
            distribution(
                pairs.filter("mated")["score"],
                pairs.filter(~pl.col("mated"))["score"],
                result["unit"],
                names=("one person", "two people"),
                threshold=None,
                text="Scores of the pairs that could be compared.",
            ),
            Section(
                "equity",
                "Equity not measured",
                [
                    "The pairs name groups, but are not compared by them here. For that give "
                    "workbench evaluate equity an identification protocol with a column group."
                    if has_groups
                    else "The pairs do not say which group anybody belongs to."
                ],
            ),
        ],
        limits=LIMITS,
        notices=_notices(result),
        provenance=[
            ("List of pairs", str(result["protocol"])),
            ("Digest of the list", str(result["protocol_sha256"])),
            ("Detector", str(result["detector"])),
            ("Matcher", f"{result['encoder']}, scores in {result['unit']}"),
            ("Calibration", result["calibration"] or "none: the cosine of one encoder"),
            ("Numbers the encoders ran in", str(result["runtime"])),
            *(
                (f"Encoder {one['name']}", f"{one['artefact']}, sha256 {one['sha256']}")
                for one in result["encoders"]
            ),
        ],
    )


def _headline(result: Mapping[str, Any]) -> str:
    errors, pairs, folds = result["errors"], result["n_pairs"], len(result["folds"])
    people = "people who are not named"
    if result["n_people"] is not None:
        people = f"images of {result['n_people']:,} people"
    worth = (
        f"accuracy {result['accuracy']:.4f} ± {result['accuracy_standard_error']:.4f} over "
        f"{folds} folds, of wrong ones 95 %, exact, "
        f"{between(*result['errors_interval']['clopper_pearson'])}"
    )
    if errors < FEWEST_EXPECTED_ERRORS:
        worth = f"too few for an accuracy, of wrong ones {bound_words(errors, pairs)}"
    return (
        f"{errors:,} of {pairs:,} pairs of {result['protocol']} are decided wrongly, each fold by "
        f"the threshold that is best for the others: {worth}. Measured on {people}."
    )


def _equal(result: Mapping[str, Any]) -> Figure:
    """Return the equal error rate with its interval, or what few errors are worth in its place."""
    label, found = "Equal error rate", result["equal_error"]
    if found is None:
        return Figure(label, "unknown", "no pair could be compared")
    if found["few_errors"] is not None:
        return Figure(label, NOT_HERE, found["few_errors"].replace(f": {NOT_HERE}", ""))
    ends = result["equal_error_rate_interval"]
    words = "no interval by people" if ends is None else f"95 %, by people, {between(*ends)}"
    return Figure(label, rate(result["equal_error_rate"]), words)


def _notices(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what small numbers leave open, before any figure."""
    found = []
    people, pairs, errors = result["n_people"], result["n_pairs"], result["errors"]
    if errors < FEWEST_EXPECTED_ERRORS:
        found.append(
            f"Fewer than three pairs are decided wrongly, {out_of(errors, pairs)}: the accuracy is "
            f"{NOT_HERE}. It is {found_words(errors, pairs)}."
        )
    elif errors < THIRTY_ERRORS:
        found.append(f"Few pairs are decided wrongly, {result['few_errors']}.")
    if not any(row["measurable"] for row in result["frr_at_far"].values()):
        others = result["n_nonmated"]
        found.append(
            f"With {others:,} pairs of two people no FAR asked for can be measured: even without a "
            f"false match FAR is {bound_words(0, others)}."
        )
    if people is not None and people < _SMALL:
        found.append(
            f"Only {people:,} people are in the pairs: the intervals are wide, and people who "
            "differ from them are not in the figures."
        )
    return tuple(found)


def _det(rates: pl.DataFrame, mated: int, others: int) -> Section:
    title = "FRR against FAR (DET)"
    seen = rates.filter((pl.col("false_matches") > 0) & (pl.col("false_non_matches") > 0))
    if not len(seen):
        return Section(
            "det", title, ["No threshold has errors of both kinds, so there is no curve to draw."]
        )
    thinned = seen[:: max(len(seen) // _MOST_POINTS, 1)]
    low_x, low_y = 0.5 / max(others, 1), 0.5 / max(mated, 1)
    points = sorted(zip(thinned["far"], thinned["frr"], strict=True))
    names = ("Threshold", "False matches", "FAR", "False non-matches", "FRR")
    return Section(
        "det",
        title,
        [("Lower and further left is better. Thresholds without an error of one kind have no place "
         "on logarithmic axes.")],
        draw(
            "det-chart",
            "DET curve",
            "Share of pairs of one person that are rejected against the share of pairs of two "
            "people that are accepted, both axes logarithmic.",
            x=Axis("FAR: pairs of two people taken for one", low_x, 1.0, one_in_ticks(low_x),
                   is_log=True),
            y=Axis("FRR: pairs of one person rejected", low_y, 1.0, one_in_ticks(low_y),
                   is_log=True),
            series=[Series("FRR", points, "line")],
        ),
        FigureTable(
            "Points of the curve",
            tuple(Column(name) for name in names),
            [
                (score(row["threshold"]),
                 out_of(row["false_matches"], others),
                 _counted(row["false_matches"], others),
                 out_of(row["false_non_matches"], mated),
                 _counted(row["false_non_matches"], mated))
                for row in thinned[:: max(len(thinned) // 40, 1)].iter_rows(named=True)
            ],
        ),
        [f"The whole curve is in rates.parquet. {AT_MOST}"],
    )  # fmt: skip


def _counted(errors: int, n: int) -> str:
    """Return a rate, or how high it may be where fewer than three errors were counted."""
    return rate(errors / n) if errors >= FEWEST_EXPECTED_ERRORS else bound_cell(errors, n)
