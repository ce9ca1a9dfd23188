"""Comparisons of groups: tested together, intervals for all at once, and what could be seen."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workbench.evaluation.equity_intervals import (
    Effective,
    difference_interval,
    effective,
    holm,
    ratio_interval,
)
from workbench.evaluation.equity_parts import Part
from workbench.evaluation.equity_people import permuted_p, spread_p
from workbench.evaluation.equity_power import Seen, could_have_seen, spread_could_have_seen
from workbench.evaluation.equity_tables import REFERENCE, SPREAD
from workbench.intervals import FEWEST_EXPECTED_ERRORS

__all__ = ["Pair", "comparison_rows", "pairs_of"]

_PERMUTATIONS: Final = 20_000
_MOST_PERMUTATIONS: Final = 200_000
_DEALS_IN_TAIL: Final = 20
"""Deals that are to lie beyond the corrected level, so that it is not decided by luck."""


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
    """Yield the comparisons of a rate at a step.

    Each group is compared with the reference, and the highest rate with the lowest, but where
    these are the only two groups and were compared already.
    """
    others = [group for group in part.compared if group != reference]
    if reference in part.compared:
        for group in others:
            yield Pair(part, REFERENCE, group, reference)
    if len(others) > 1:
        by_rate = sorted(part.compared, key=lambda group: (part.people.rate(group), group))
        yield Pair(part, SPREAD, by_rate[-1], by_rate[0])


def comparison_rows(
    pairs: Sequence[Pair], confidence: float, generator: np.random.Generator, seed: int
) -> list[dict[str, object]]:
    """Return a row of `EquityComparisons` for each comparison; all are corrected for together.

    P-values by Holm; intervals and power at Bonferroni's level, which is that of Holm's first
    step. So an interval may hold 1 although Holm finds a difference, and not the reverse but by
    the coarseness of counts. The two of a spread were chosen by looking, so that its interval
    allows for every pair of groups.
    """
    if not pairs:
        return []
    level = (1.0 - confidence) / len(pairs)
    all_pairs = sum(math.comb(len(part.compared), 2) for part in {pair.part for pair in pairs})
    of_spreads = (1.0 - confidence) / max(len(pairs), all_pairs)
    permutations = min(_MOST_PERMUTATIONS, max(_PERMUTATIONS, math.ceil(_DEALS_IN_TAIL / level)))
    p_values = [_p(pair, permutations, generator) for pair in pairs]
    rows = []
    for pair, p, adjusted in zip(pairs, p_values, holm(p_values), strict=True):
        known = effective(pair.part.people, pair.part.compared)
        sure = 1.0 - (of_spreads if pair.kind == SPREAD else level)
        seen, raised = _seen(pair, known, level, seed)
        rows.append(
            _sizes(pair, known, sure)
            | {
                "p": p,
                "p_adjusted": adjusted,
                "differs": adjusted <= 1.0 - confidence,
                "base_rate": seen.base,
                "seen_above": seen.above,
                "seen_difference": seen.difference,
                "seen_below": seen.below,
                "raised": raised,
            }
        )
    return rows


def _p(pair: Pair, permutations: int, generator: np.random.Generator) -> float:
    people = pair.part.people
    if pair.kind == SPREAD:
        return spread_p(people, pair.part.compared, permutations, generator)
    return permuted_p(people, pair.group, pair.against, permutations, generator)


def _seen(pair: Pair, known: dict[str, Effective], level: float, seed: int) -> tuple[Seen, str]:
    part = pair.part
    if pair.kind == SPREAD:
        trials = {group: known[group].trials for group in part.compared}
        return spread_could_have_seen(trials, part.overall, level, seed=seed)
    enough = part.people.wrong(pair.against) >= FEWEST_EXPECTED_ERRORS
    base = known[pair.against].rate if enough else part.overall
    trials_of = known[pair.group].trials, known[pair.against].trials
    return could_have_seen(*trials_of, base, level), pair.group


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
