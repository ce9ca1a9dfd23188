"""From a measured identification to the report that shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from workbench.evaluation.few_errors import bound_words, error_bound, found_words
from workbench.evaluation.measurement import Measurement, MeasurementFacts
from workbench.evaluation.shown import shown_of_rank, shown_of_rate
from workbench.governance.moments import spoken
from workbench.intervals import FEWEST_EXPECTED_ERRORS
from workbench.reports.evaluation_curves import cmc_section, det_section, rates_section
from workbench.reports.evaluation_frames import (
    IdentificationFrames,
    headline_target,
    headline_threshold,
)
from workbench.reports.evaluation_longer import comparison_sections, longer_sections
from workbench.reports.evaluation_page import EvaluationPage, Section
from workbench.reports.evaluation_scores import distribution
from workbench.reports.evaluation_tables import (
    acquired_section,
    draws_sections,
    no_equity_section,
    tpir_section,
)
from workbench.reports.evaluation_words import found, of, of_hundred, rate, score
from workbench.reports.page import Figure
from workbench.reports.wording import unit_lines

__all__ = ["LIMITS", "headline_threshold", "identification_page", "provenance"]

LIMITS: Final = (
    (
        "It is measured on these images and people. Other cameras, light, ages or people may give "
        "other rates, and the encoders may have seen some of these people in training."
    ),
    (
        "FPIR hangs on how many are on the list: about ten times as many people give about ten "
        "times as many false alarms at the same threshold."
    ),
    "Single photographs were compared. A live search fuses several looks at a face along a track.",
    "A score compares two pictures. It does not say who someone is, and a high one may be wrong.",
    (
        "A rate of which fewer than three errors were counted or expected is not measurable here; "
        "its bound, how high it may be, is the rule of three, 3 / n, where none was counted, else "
        "the upper end of the exact 95 % interval. Exact intervals take searches for independent "
        "of each other; those by people know that images of one person are not, and are shown "
        "from three errors on."
    ),
)


def identification_page(
    measurement: Measurement,
    result: Mapping[str, Any],
    frames: IdentificationFrames,
    *,
    equity: Sequence[Section] = (),
) -> EvaluationPage:
    """Return the report of an identification.

    Args:
        measurement: what was measured.
        result: of `identification_result`, with `failures`.
        frames: what is drawn.
        equity: sections on groups; without any the report says that equity was not measured.
    """
    facts, searches = measurement.facts, measurement.searches
    target, threshold = headline_target(result), headline_threshold(result)
    scores = distribution(
        searches.filter("mated")["mate_score"],
        searches.filter(~pl.col("mated"))["top_score"],
        facts.unit,
        names=("listed people", "people not listed"),
        threshold=threshold,
        text=(
            "For searches of listed people the score of their own best reference; for searches of "
            "people not listed the highest score of anybody on the list. " + unit_lines(facts.unit)
        ).strip(),
    )
    sections = [
        acquired_section(result),
        tpir_section(result),
        det_section(frames.det, frames.chosen),
        rates_section(frames.rates, facts.unit, threshold),
        scores,
        cmc_section(frames.cmc, result["n_identities"]),
        *draws_sections(frames.draws, facts),
        *comparison_sections(frames.comparisons, frames.equal_error_rate, threshold),
        *longer_sections(frames.longer, frames.checked, facts, threshold),
        *(equity or [no_equity_section(has_groups=measurement.has_groups)]),
    ]
    return EvaluationPage(
        title=f"Identification: {facts.name}",
        headline=_headline(facts, result, target),
        made=f"Measured {spoken(facts.created)} on {_data(facts)}.",
        figures=_figures(facts, result),
        sections=sections,
        limits=LIMITS,
        provenance=provenance(facts, result),
        notices=_notices(facts, result, target),
    )


def provenance(facts: MeasurementFacts, result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return label and value of everything that has to be the same to repeat it."""
    rows = [
        ("Data set", facts.data_set),
        ("Split", facts.split),
        ("How they were chosen", facts.rule),
        *([("Protocol", str(result["protocol"]))] if "protocol" in result else []),
        ("Digest of the protocol", facts.protocol_sha256),
        ("References on the list (N)", _listed(facts)),
        *([("Detector", str(result["detector"]))] if "detector" in result else []),
        ("Matcher", f"{facts.matcher}, scores in {facts.unit}"),
        ("Calibration", facts.calibration or "none: the cosine of one encoder"),
        ("Numbers the encoders ran in", facts.runtime),
        ("Made", spoken(facts.created)),
    ]
    for name, encoder in facts.encoders.items():
        words = ", ".join(f"{key} {value}" for key, value in encoder.items() if key != "name")
        rows.append((f"Encoder {name}", words))
    if facts.opened is not None:
        opened = f"{spoken(facts.opened)} by {facts.opened_by} for policy {facts.opened_for}"
        rows.append(("Locked test set opened", opened))
    return rows


def _headline(facts: MeasurementFacts, result: Mapping[str, Any], target: str | None) -> str:
    on = f"Measured on {_data(facts)}."
    if target is None:
        bound = min((row["fpir_bound"] for row in result["tpir_at_fpir"].values()), default=1.0)
        return (
            f"No FPIR asked for can be measured here: with {result['n_nonmated']:,} searches of "
            f"people not listed, even without a false alarm FPIR may be {rate(bound)} "
            f"(rule of three). {on}"
        )
    row = result["tpir_at_fpir"][target]
    alarms = of(row["false_alarms"], result["n_nonmated"], "searches")
    alarms = f"{alarms} of {result['n_nonmated_identities']:,} people"
    if row["false_alarms"] < FEWEST_EXPECTED_ERRORS:
        rule = error_bound(row["false_alarms"], result["n_nonmated"]).rule
        alarms = f"{alarms}, too few for a rate: {rule}"
    return (
        f"At T = {score(row['threshold'])} and {_listed(facts)} on the list, "
        f"{_alarming(row, result)} searches of people not listed raise a "
        f"false alarm ({alarms}), and {_missed(row, result)}. {on}"
    )


def _alarming(row: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return which share of searches raises a false alarm; of fewer than three only the bound."""
    if row["false_alarms"] < FEWEST_EXPECTED_ERRORS:
        return f"at most {rate(error_bound(row['false_alarms'], result['n_nonmated']).value)}"
    shown = shown_of_rate(row, "fpir")
    return of_hundred(shown.low, shown.high)


def _missed(row: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """Return how many listed people are missed; of fewer than three misses only the bound."""
    seen = of(row["misses"], result["n_mated"], "searches")
    if row["misses"] < FEWEST_EXPECTED_ERRORS:
        bound = bound_words(row["misses"], result["n_mated"])
        return f"{seen} of listed people miss them, too few for a rate: {bound}"
    people = f"{result['n_mated_identities']:,} people"
    shown = shown_of_rate(row, "tpir")
    share = of_hundred(1 - shown.high, 1 - shown.low)
    return f"{share} searches of listed people miss them ({seen} of {people})"


def _data(facts: MeasurementFacts) -> str:
    part = {"whole": "all people", "tuning": "its tuning people", "test": "its locked test people"}
    return f"{facts.data_set}, {part[facts.split]}"


def _listed(facts: MeasurementFacts) -> str:
    made_up = facts.synthetic_references
    rest = f", {made_up:,} of them of nobody who exists" if made_up else ""
    return f"{facts.list_size:,} references{rest}"


def _figures(facts: MeasurementFacts, result: Mapping[str, Any]) -> tuple[Figure, ...]:
    people = f"of {result['n_identities']:,} people"
    rank1 = result["rank1"]
    return (
        Figure("On the list (N)", f"{facts.list_size:,}", f"references {people}"),
        Figure(
            "Searches of listed people",
            f"{result['n_mated']:,}",
            f"of {result['n_mated_identities']:,} people",
        ),
        Figure(
            "Searches of others",
            f"{result['n_nonmated']:,}",
            f"of {result['n_nonmated_identities']:,} people",
        ),
        Figure(
            "First at any score",
            *(("unknown", "") if rank1 is None else _first(result["cmc"][0])),
        ),
    )


def _first(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return how many are first and the interval of their share, or its bound."""
    missed = row["mated"] - row["found"]
    shown = shown_of_rank(row)
    share, ends = found(missed, row["mated"], row["rate"], shown.low, shown.high)
    if missed < FEWEST_EXPECTED_ERRORS:
        seen = f"{row['found']:,} of {row['mated']:,}"
        return seen, f"{share}: {found_words(missed, row['mated'])}"
    return share, f"95 % {ends}"


def _notices(
    facts: MeasurementFacts, result: Mapping[str, Any], target: str | None
) -> tuple[str, ...]:
    found = []
    if facts.split != "test":
        found.append(
            "This is no locked test: a threshold chosen on these people looks better on them than "
            "it is. A threshold policy rests on people who were kept for the test."
        )
    if target is None:
        found.append("Too few searches of people not listed for any FPIR asked for.")
    if result["n_mated_identities"] < 30:  # noqa: PLR2004 - fewer than groups are shown for
        found.append(
            f"Only {result['n_mated_identities']:,} listed people are searched for: the intervals "
            "are wide, and people who differ from them are not in the figures."
        )
    return tuple(found)
