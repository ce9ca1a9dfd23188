"""Comparisons of groups: tested together, intervals for all at once, and what could be seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.evaluation.equity_exact import exact_p
from workbench.evaluation.equity_intervals import (
    Effective,
    difference_interval,
    effective,
    holm,
    ratio_interval,
)
from workbench.evaluation.equity_parts import Part
from workbench.evaluation.equity_power import Seen, could_have_seen
from workbench.evaluation.equity_tables import REFERENCE, SPREAD
from workbench.intervals import FEWEST_EXPECTED_ERRORS

__all__ = ["Pair", "comparison_rows", "pairs_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """A comparison that is to be made.

    Attributes:
        part: rate and step.
        kind: `reference` or `spread`.
        group: whose rate is told as a multiple.
        against: of whose.
    """

    part: Part
    kind: str
    group: str
    against: str


def pairs_of(part: Part, reference: str) -> Iterator[Pair]:
    """Yield the comparisons of a rate at a step, each pair of groups once.

    Each group is compared with the reference. The highest rate is compared with the lowest too,
    where neither is that of the reference, or the reference is not told; else it was already.
    """
    if reference in part.compared:
        for group in part.compared:
            if group != reference:
                yield Pair(part, REFERENCE, group, reference)
    if len(part.compared) < 2:  # noqa: PLR2004 - two are a pair
        return
    rate = part.people.rate
    highest = max(part.compared, key=lambda group: (rate(group), group == reference, group))
    lowest = min(part.compared, key=lambda group: (rate(group), group != reference, group))
    if reference not in (highest, lowest) and highest != lowest:
        yield Pair(part, SPREAD, highest, lowest)


def comparison_rows(pairs: Sequence[Pair], confidence: float) -> list[dict[str, object]]:
    """Return a row of `EquityComparisons` for each comparison; all are corrected for together.

    P-values by Holm; intervals and power at Bonferroni's level, which is that of Holm's first
    step. So an interval may hold 1 although Holm finds a difference. The two of a spread were
    chosen by looking, so that it is corrected for every pair of groups besides. No pair is there
    twice: where the highest and the lowest rate are a pair with the reference, that is the one.
    """
    if not pairs:
        return []
    level = (1.0 - confidence) / len(pairs)
    known = [effective(pair.part.people, pair.part.compared) for pair in pairs]
    p_values = [
        min(1.0, exact_p(those[pair.group], those[pair.against]) * _chosen_from(pair))
        for pair, those in zip(pairs, known, strict=True)
    ]
    rows = []
    for pair, those, p, adjusted in zip(pairs, known, p_values, holm(p_values), strict=True):
        left = level / _chosen_from(pair)
        seen = _seen(pair, those, left)
        rows.append(
            _sizes(pair, those, 1.0 - left)
            | {
                "p": p,
                "p_adjusted": adjusted,
                "differs": adjusted <= 1.0 - confidence,
                "base_rate": seen.base,
                "seen_above": seen.above,
                "seen_difference": seen.difference,
                "seen_below": seen.below,
            }
        )
    return rows


def _chosen_from(pair: Pair) -> int:
    """Return how many pairs of groups the two were chosen from by looking at them."""
    return math.comb(len(pair.part.compared), 2) if pair.kind == SPREAD else 1


def _seen(pair: Pair, known: dict[str, Effective], level: float) -> Seen:
    enough = pair.part.people.wrong(pair.against) >= FEWEST_EXPECTED_ERRORS
    base = known[pair.against].rate if enough else pair.part.overall
    return could_have_seen(known[pair.group].trials, known[pair.against].trials, base, level)


def _sizes(pair: Pair, known: dict[str, Effective], sure: float) -> dict[str, object]:
    people, one, other = pair.part.people, known[pair.group], known[pair.against]
    told = min(people.wrong(pair.group), people.wrong(pair.against)) >= FEWEST_EXPECTED_ERRORS
    least, most = ratio_interval(one, other, sure)
    low, high = difference_interval(one, other, sure)
    return {
        "step": pair.part.step.step,
        "threshold": pair.part.step.threshold,
        "rate": pair.part.rate,
        "kind": pair.kind,
        "group": pair.group,
        "against": pair.against,
        "ratio": one.rate / other.rate if told else None,
        "ratio_low": least,
        "ratio_high": most if math.isfinite(most) else None,
        "difference": one.rate - other.rate,
        "difference_low": low,
        "difference_high": high,
    }
