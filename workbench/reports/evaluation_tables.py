"""Tables of an identification's report that have no chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from workbench.evaluation.few_errors import BOUNDS, bound_cell
from workbench.evaluation.measurement import MeasurementFacts
from workbench.evaluation.shown import SHOWN_INTERVALS, few_errors_by_target, shown_of_rate
from workbench.intervals import FEWEST_EXPECTED_ERRORS, rule_of_three
from workbench.reports.evaluation_page import Column, FigureTable, Section
from workbench.reports.evaluation_words import (
    NOT_HERE,
    asked,
    between,
    exact,
    found,
    out_of,
    rate,
    score,
)

__all__ = [
    "acquired_section",
    "draws_sections",
    "no_equity_section",
    "tpir_section",
]

_TPIR: Final = (
    Column("FPIR asked for", is_number=False),
    *(
        Column(name)
        for name in (
            "Threshold", "False alarms", "FPIR seen", "95 %, of FPIR", "Misses", "TPIR",
            "95 %, of TPIR",
        )
    ),
)  # fmt: skip

_FEW: Final = (
    "Fewer than thirty errors, by their number alone (exact intervals; people who have several "
    "searches make them wider):"
)


def acquired_section(result: Mapping[str, Any]) -> Section:
    """Return how many images gave no template, by what they were for."""
    named = {
        "reference": "To enrol: references",
        "listed person": "To enrol: listed people, any of their references",
        "mated probe": "To acquire: searches of listed people",
        "nonmated probe": "To acquire: searches of others",
    }
    rows = [
        (name, out_of(row["failed"], row["trials"]), rate(row["rate"]),
         exact(row["failed"], row["trials"], row["low"], row["high"]))
        for kind, name in named.items()
        for row in [result["failure_rates"][kind]]
    ]  # fmt: skip
    return Section(
        "acquire",
        "Failures to enrol and to acquire",
        [
            ("No face was found in these images, or they could not be read. None is dropped: such "
            "a search of a listed person is a miss, one of another person counts and raises no "
            "false alarm, and whoever has no other reference is missed.")
        ],
        table=FigureTable(
            "Images without a template",
            (
                Column("Failures", is_number=False),
                Column("Images or people"),
                Column("Share"),
                Column("95 %, exact"),
            ),
            rows,
        ),
    )  # fmt: skip


def tpir_section(result: Mapping[str, Any]) -> Section:
    """Return how many listed people are found at each FPIR asked for."""
    rows: list[tuple[str, ...]] = []
    others, mated = result["n_nonmated"], result["n_mated"]
    few = [
        f"FPIR {', '.join(targets)} asked for. {note}"
        for note, targets in few_errors_by_target(result["tpir_at_fpir"], others, mated).items()
    ]
    for target, row in result["tpir_at_fpir"].items():
        counts = (
            asked(target), score(row["threshold"]), out_of(row["false_alarms"], others),
            *_alarming(row, others), out_of(row["misses"], mated),
        )  # fmt: skip
        if row["tpir"] is None or not row["measurable"]:
            rows.append((*counts, NOT_HERE, ""))
            continue
        shown = shown_of_rate(row, "tpir")
        rows.append((*counts, *found(row["misses"], mated, row["tpir"], shown.low, shown.high)))
    return Section(
        "tpir",
        "Listed people found at each FPIR",
        [
            (
                "For each FPIR asked for, the lowest threshold that keeps it on this data, and how "
                "many searches of listed people return the person first at that threshold (TPIR)."
            )
        ],
        table=FigureTable("TPIR at FPIR", _TPIR, rows),
        notes=[
            (
                f"{SHOWN_INTERVALS} In those of TPIR by people the threshold is found anew in each "
                "draw of people. Where fewer than three false alarms are expected, the row says "
                f"nothing about that FPIR. {BOUNDS}"
            ),
            (
                f"With {result['n_nonmated']:,} searches of people not listed, FPIR may be as high "
                f"as {rate(rule_of_three(result['n_nonmated']))} where no false alarm is seen at "
                "all (rule of three)."
            ),
            *([_FEW] if few else []),
            *few,
        ],
    )


def _alarming(row: Mapping[str, Any], others: int) -> tuple[str, str]:
    """Return FPIR as it was seen and its interval, or its bound where few alarms were counted."""
    if row["fpir"] is None:
        return "unknown", "unknown"
    if row["false_alarms"] < FEWEST_EXPECTED_ERRORS:
        return NOT_HERE, bound_cell(row["false_alarms"], others)
    shown = shown_of_rate(row, "fpir")
    return rate(row["fpir"]), between(shown.low, shown.high)


def draws_sections(draws: pl.DataFrame, facts: MeasurementFacts) -> list[Section]:
    """Return the figures of each draw of the gallery; nothing where it was not drawn."""
    if not len(draws):
        return []
    rows = [
        (
            str(row["draw"]), asked(f"{row['fpir_target']:g}"), score(row["threshold"]),
            f"{row['false_alarms']:,}", f"{row['misses']:,}",
            f"{row['tpir']:.3f}" if row["measurable"] else NOT_HERE,
        )
        for row in draws.iter_rows(named=True)
    ]  # fmt: skip
    names = ("FPIR asked for", "Threshold", "False alarms", "Misses", "TPIR")
    return [
        Section(
            "draws",
            "Galleries drawn anew",
            [
                (
                    f"The list of {facts.list_size:,} was drawn {draws['draw'].n_unique():,} times "
                    "from the same people. The other figures of this report are those of draw 0. "
                    "The draws share people, so that their spread is not an interval."
                )
            ],
            table=FigureTable(
                "Each draw", (Column("Draw"), *(Column(name) for name in names)), rows
            ),
        )
    ]


def no_equity_section(*, has_groups: bool) -> Section:
    """Return that equity was not measured, and why."""
    why = (
        "The labelled set names groups, but no threshold is measurable at which they could be "
        "compared."
        if has_groups
        else "The labelled set does not say which group anybody belongs to. Nothing here says "
        "whether people of some groups are missed, or taken for somebody listed, more often than "
        "others."
    )
    return Section("equity", "Equity not measured", [why])
