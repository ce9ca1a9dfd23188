"""How far two blind verdicts on the same alerts agree, beyond what chance would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from workbench.governance.adjudication import Adjudication
from workbench.governance.alerts import AlertState

__all__ = ["Agreement", "cohens_kappa", "verdict_pairs"]


class Agreement(NamedTuple):
    """Agreement of two verdicts an alert.

    Attributes:
        n: how many alerts have both verdicts.
        agreed: on how many of them both say the same.
        kappa: Cohen's kappa, -1..1; `None` where it is not defined: there are no pairs, or both
            gave one and the same verdict every time, so that chance alone would agree always.
    """

    n: int
    agreed: int
    kappa: float | None


def cohens_kappa(pairs: Iterable[tuple[AlertState, AlertState]]) -> Agreement:
    """Return the agreement of pairs of verdicts, first and second.

    kappa = (p_o - p_e) / (1 - p_e), with p_o the share that agrees and p_e the share that would
    if both kept their frequencies and drew by chance (Cohen, Educational and Psychological
    Measurement 20, 1960). Where many people share the work, it is that of the first look with
    the second, not of two people; with few pairs it says little, so show `n` beside it.
    """
    drawn = list(pairs)
    n = len(drawn)
    agreed = sum(one is other for one, other in drawn)
    firsts = Counter(one for one, _ in drawn)
    seconds = Counter(other for _, other in drawn)
    # In whole numbers: n * n times p_e and p_o.
    by_chance = sum(count * seconds[state] for state, count in firsts.items())
    if by_chance == n * n:
        return Agreement(n, agreed, None)
    return Agreement(n, agreed, (n * agreed - by_chance) / (n * n - by_chance))


def verdict_pairs(
    adjudications: Iterable[Adjudication],
) -> tuple[tuple[AlertState, AlertState], ...]:
    """Return first and second verdict of each alert under the two-person rule that has both.

    Only those are blind; a third person knows that two differed.
    """
    return tuple(
        (one.verdicts[0].verdict, one.verdicts[1].verdict)
        for one in adjudications
        if one.two_person and len(one.verdicts) > 1
    )
