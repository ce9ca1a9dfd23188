"""From scored pairs to the report that shows a verification."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import polars as pl

from workbench.governance.moments import spoken
from workbench.reports.evaluation_charts import Axis, Series, draw
from workbench.reports.evaluation_page import Column, EvaluationPage, FigureTable, Section
from workbench.reports.evaluation_scores import distribution
from workbench.reports.evaluation_words import between, one_in_ticks, out_of, rate, score
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


def verification_page(
    pairs: pl.DataFrame, rates: pl.DataFrame, result: Mapping[str, Any]
) -> EvaluationPage:
    """Return the report of a verification.

    Args:
        pairs: with the schema `PairScores`.
        rates: of `error_rates`.
        result: of `verification_result`, with what it was made with.
    """
    mated, others = result["n_mated"], result["n_nonmated"]
    error = result["accuracy_standard_error"]
    equal, ends = result["equal_error_rate"], result["equal_error_rate_interval"]
    people = "people who are not named"
    if result["n_people"] is not None:
        people = f"images of {result['n_people']:,} people"
    return EvaluationPage(
        title=f"Verification: {result['encoder']} {result['runtime']}",
        headline=(
            f"{result['errors']:,} of {result['n_pairs']:,} pairs of {result['protocol']} are "
            f"decided wrongly, each fold by the threshold that is best for the others: accuracy "
            f"{result['accuracy']:.4f} ± {error:.4f} over {len(result['folds'])} folds. "
            f"Measured on {people}."
        ),
        made=f"Measured {spoken(datetime.now(UTC))}.",
        figures=(
            Figure("Pairs of one person", f"{mated:,}"),
            Figure("Pairs of two people", f"{others:,}"),
            Figure("Decided wrongly", f"{result['errors']:,}", f"of {result['n_pairs']:,} pairs"),
            Figure(
                "Equal error rate",
                "unknown" if equal is None else f"{equal:.4f}",
                "" if ends is None else f"95 %, by people, {between(*ends)}",
            ),
        ),
        sections=[
            _acquired(result),
            _frr(result),
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
                ["A list of pairs does not say which group anybody belongs to."],
            ),
        ],
        limits=LIMITS,
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


def _acquired(result: Mapping[str, Any]) -> Section:
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


def _frr(result: Mapping[str, Any]) -> Section:
    rows: list[tuple[str, ...]] = []
    for target, row in result["frr_at_far"].items():
        counts = (
            rate(float(target)), score(row["threshold"]),
            out_of(row["false_matches"], result["n_nonmated"]),
            out_of(row["false_non_matches"], result["n_mated"]),
        )  # fmt: skip
        if row["frr"] is None or not row["measurable"]:
            rows.append((*counts, "not measurable here", ""))
        else:
            rows.append((*counts, rate(row["frr"]), between(row["frr_low"], row["frr_high"])))
    names = ("Threshold", "False matches", "False non-matches", "FRR", "95 %, exact")
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
    )


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
                (score(row["threshold"]), out_of(row["false_matches"], others), rate(row["far"]),
                 out_of(row["false_non_matches"], mated), rate(row["frr"]))
                for row in thinned[:: max(len(thinned) // 40, 1)].iter_rows(named=True)
            ],
        ),
        ["The whole curve is in rates.parquet."],
    )  # fmt: skip
