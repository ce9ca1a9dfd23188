"""Matchers measured on one protocol: what each finds, and how sure their differences are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import polars as pl

from widgets.comparison_caveats import (
    fitted_on_these,
    fitted_warnings,
    is_usual,
    photographs_words,
    usual_reference,
)
from widgets.threshold_lab_words import NOT_HERE, about_words, of_hundred, share_words, warnings_of
from workbench.errors import UsageError
from workbench.evaluation.differences import PairedDifference, paired_difference
from workbench.evaluation.identification import det_curve, tpir_at_fpir
from workbench.evaluation.measurement import Measurement
from workbench.intervals import FEWEST_EXPECTED_ERRORS, clopper_pearson
from workbench.number_words import rounded_up

__all__ = [
    "COMPARED_AT",
    "better_of",
    "comparison_words",
    "difference_words",
    "require_comparable",
]

COMPARED_AT: Final = (0.03, 0.01, 0.003)
"""Each FPIR at which matchers are compared, if nobody says otherwise."""
MOST_POINTS: Final = 300
_DIGITS: Final = 6


def require_comparable(measurements: Mapping[str, Measurement]) -> None:
    """Raise unless all were measured on the same searches of the same list.

    Raises:
        UsageError: names the first that differs, and in what.
    """
    if len(measurements) < 2:  # noqa: PLR2004 - two are a comparison
        msg = "a comparison needs two measurements or more of one protocol. Give their folders."
        raise UsageError(msg)
    (first, known), *rest = measurements.items()
    for name, one in rest:
        for fact in ("protocol_sha256", "data_set", "split", "list_size"):
            if getattr(one.facts, fact) != getattr(known.facts, fact):
                msg = (
                    f"{name} and {first} differ in their {fact.replace('_', ' ')}, so that their "
                    "figures are not of the same task. Compare measurements of one protocol."
                )
                raise UsageError(msg)


def comparison_words(
    measurements: Mapping[str, Measurement],
    targets: Sequence[float],
    reference: str | None,
    *,
    replicates: int,
) -> dict[str, Any]:
    """Return what a page of a comparison is told: rates, differences from one of them, curves.

    Args:
        measurements: of one protocol, by name.
        targets: each FPIR asked for.
        reference: name of the one that the others are held against; that of `usual_reference`
            when left out.
        replicates: of the bootstrap by identity.

    Raises:
        ProtocolError: when the probes of two differ.
        UsageError: when they are not of one protocol, or there is none of that name.
    """
    require_comparable(measurements)
    reference = usual_reference(measurements) if reference is None else reference
    if reference not in measurements:
        msg = f"there is no measurement {reference!r}. Choose one of {', '.join(measurements)}."
        raise UsageError(msg)
    known = measurements[reference]
    rows, differences = [], []
    for name, one in measurements.items():
        rows += _rates(name, one, targets, replicates)
        if name == reference:
            continue
        for target in targets:
            found = paired_difference(
                one.searches, known.searches, target=target, replicates=replicates
            )
            differences.append(_difference(name, reference, found))
    return {
        "about": about_words(known)[:1],
        "warnings": _warnings(measurements, known),
        "names": list(measurements),
        "fitted": list(fitted_on_these(measurements)),
        "reference": reference,
        "usual": is_usual(known),
        "rates": rows,
        "differences": differences,
        "curves": [_curve(name, one) for name, one in measurements.items()],
    }


def difference_words(name: str, reference: str, found: PairedDifference) -> str:
    """Return a difference in one sentence, which never takes what is not shown for equality."""
    at = f"At FPIR {share_words(found.target)}"
    if not found.measurable:
        return (
            f"{at}: {NOT_HERE}. {_alarms(found.false_alarms_a)} of {name} and "
            f"{found.false_alarms_b:,} of {reference} {_leave(found)}."
        )
    if found.low > 0.0:
        searches, more = _more_of(found.low, found.high)
        return (
            f"{at} {name} is better on this data: of {searches} searches for listed people it "
            f"finds the person in {more} more than {reference}."
        )
    if found.high < 0.0:
        searches, fewer = _more_of(-found.high, -found.low)
        return (
            f"{at} {reference} is better on this data: of {searches} searches for listed people "
            f"{name} finds the person in {fewer} fewer."
        )
    return (
        f"{at} this data does not tell which of {name} and {reference} is better: anything from "
        f"{_of_hundred(-found.low)} fewer to {_of_hundred(found.high)} more found of 100 searches "
        "agrees with it. That is no sign that they are alike."
    )


def _more_of(low: float, high: float) -> tuple[str, str]:
    """Return of how many searches the ends of a share are said, and both ends."""
    ends, _, searches = of_hundred(low, high).rpartition(" of ")
    return searches, ends


def _leave(found: PairedDifference) -> str:
    """Return which FPIR the false alarms of either leave open, the higher one."""
    count = max(found.false_alarms_a, found.false_alarms_b)
    bound = _bound(count, found.nonmated)
    return (
        f"in {found.nonmated:,} searches, where {FEWEST_EXPECTED_ERRORS} are needed, leave an FPIR "
        f"of up to {bound} open"
    )


def _bound(count: int, searches: int) -> str:
    return share_words(clopper_pearson(count, searches).high, rounded_up)


def _alarms(count: int) -> str:
    return f"{count:,} false alarm{'' if count == 1 else 's'}"


def _warnings(measurements: Mapping[str, Measurement], known: Measurement) -> list[str]:
    """Return what a reader must know first; of locked tests, what each was opened for."""
    first = [photographs_words(known), *fitted_warnings(measurements)]
    if known.facts.split != "test":
        return [*first, *warnings_of(known, of_threshold=False)]
    opened = {one.facts.opened_for or "nothing that is known" for one in measurements.values()}
    said = (
        f"These are locked test people, opened for {', '.join(sorted(opened))}. Whoever chooses an "
        "encoder by them has no locked test for it any more."
    )
    return [said, *first, *warnings_of(known, of_threshold=False)]


def _rates(
    name: str, one: Measurement, targets: Sequence[float], replicates: int
) -> list[dict[str, Any]]:
    """Return a row for each FPIR of one measurement."""
    table = tpir_at_fpir(one.searches, targets, replicates=replicates)
    mated = int(one.searches["mated"].sum())
    return [
        {
            "name": name,
            "target": row["fpir_target"],
            "at": f"{share_words(row['fpir_target'])} (FPIR {row['fpir_target']:g})",
            "threshold": row["threshold"],
            "unit": one.facts.unit,
            "false_alarms": row["false_alarms"],
            "nonmated": len(one.searches) - mated,
            "found": mated - row["misses"],
            "mated": mated,
            "tpir": row["tpir"],
            "low": _least(row["tpir_low"], row["tpir_boot_low"]),
            "high": _most(row["tpir_high"], row["tpir_boot_high"]),
            "measurable": row["measurable"],
            "words": _tpir(row, mated, len(one.searches) - mated),
            "detail": _detail(row, mated, len(one.searches) - mated),
        }
        for row in table.to_dicts()
    ]


def _tpir(row: Mapping[str, Any], mated: int, nonmated: int) -> str:
    if row["tpir"] is None:
        return "unknown: nobody was searched for who is on the list"
    if not row["measurable"]:
        count = row["false_alarms"]
        leaves = "leaves" if count == 1 else "leave"
        return (
            f"{NOT_HERE}: {_alarms(count)} in {nonmated:,} searches, where "
            f"{FEWEST_EXPECTED_ERRORS} are needed, {leaves} an FPIR of up to "
            f"{_bound(count, nonmated)} open"
        )
    low = _least(row["tpir_low"], row["tpir_boot_low"])
    high = _most(row["tpir_high"], row["tpir_boot_high"])
    seen = f"{mated - row['misses']:,} of {mated:,}"
    return f"{seen}: {row['tpir'] * 100:.1f} of 100 ({low * 100:.1f} to {high * 100:.1f})"


def _detail(row: Mapping[str, Any], mated: int, nonmated: int) -> str:
    """Return at which threshold, and what else was counted there."""
    at = "at any score" if row["threshold"] is None else f"T = {row['threshold']:.2f}"
    if row["measurable"] or row["tpir"] is None:
        return f"{at}, {row['false_alarms']:,} of {nonmated:,} false alarms"
    return f"{at}, {mated - row['misses']:,} of {mated:,} found"


def _least(exact: float, drawn: float | None) -> float:
    return exact if drawn is None else min(exact, drawn)


def _most(exact: float, drawn: float | None) -> float:
    return exact if drawn is None else max(exact, drawn)


def _difference(name: str, reference: str, found: PairedDifference) -> dict[str, Any]:
    return {
        "name": name,
        "reference": reference,
        "target": found.target,
        "difference": found.difference,
        "low": found.low,
        "high": found.high,
        "only": found.only_a,
        "only_reference": found.only_b,
        "mated": found.mated,
        "measurable": found.measurable,
        "at": f"{share_words(found.target)} (FPIR {found.target:g})",
        "better": better_of(name, reference, found),
        "alarms": (
            f"{found.false_alarms_a:,} and {found.false_alarms_b:,} false alarms {_leave(found)}"
        ),
        "words": difference_words(name, reference, found),
    }


def better_of(name: str, reference: str, found: PairedDifference) -> str | None:
    """Return which finds more at that FPIR; `None` where this data does not tell."""
    if not found.told_apart:
        return None
    return name if found.low > 0.0 else reference


def _curve(name: str, one: Measurement) -> dict[str, Any]:
    """Return the lowest FNIR of each FPIR, thinned evenly by the log of FPIR.

    It ends where fewer than three errors of either kind stand behind it.
    """
    enough = (pl.col(kind) >= FEWEST_EXPECTED_ERRORS for kind in ("false_alarms", "misses"))
    curve = det_curve(one.searches).filter(*enough)
    curve = curve.unique("false_alarms", keep="first", maintain_order=True)
    if len(curve) > MOST_POINTS:
        place = np.log(curve["false_alarms"].to_numpy())
        wanted = np.linspace(place[-1], place[0], MOST_POINTS)
        chosen = len(place) - 1 - np.searchsorted(place[::-1], wanted)
        curve = curve[np.unique(np.clip(chosen, 0, len(place) - 1)).tolist()]
    return {
        "name": name,
        "threshold": [float(f"{value:.{_DIGITS}g}") for value in curve["threshold"]],
        "fpir": [float(f"{value:.{_DIGITS}g}") for value in curve["fpir"]],
        "fnir": [float(f"{value:.{_DIGITS}g}") for value in curve["fnir"]],
    }


def _of_hundred(share: float) -> str:
    return f"{rounded_up(max(0.0, share) * 1000) / 10:.1f}"
