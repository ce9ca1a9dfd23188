"""People by group, counted by how many searches and errors each has: what is dealt and drawn anew.

People are what is independent of each other, not their images. So whoever tests or resamples
does it with whole people. Two people with as many searches and errors are alike for that, which
makes it quick: instead of people, their numbers are dealt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import IntArray

__all__ = ["Cohort", "cohort", "permuted_p", "resampled_rates", "spread_p"]

_Real = NDArray[np.float64]
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """How many people of each group have so many searches and errors.

    Attributes:
        groups: names, `g` of them.
        searches: shape `(t,)`, of each kind of person.
        errors: shape `(t,)`, of each kind.
        people: shape `(g, t)`, how many of each kind a group has.
    """

    groups: tuple[str, ...]
    searches: IntArray
    errors: IntArray
    people: IntArray

    def row(self, group: str) -> IntArray:
        """Return how many people of each kind a group has, shape `(t,)`."""
        return np.asarray(self.people[self.groups.index(group)], np.int64)

    def size(self, group: str) -> int:
        """Return how many people a group has."""
        return int(self.row(group).sum())

    def trials(self, group: str) -> int:
        """Return how many searches a group has."""
        return int(self.row(group) @ self.searches)

    def wrong(self, group: str) -> int:
        """Return how many errors a group has."""
        return int(self.row(group) @ self.errors)

    def rate(self, group: str) -> float:
        """Return errors over searches of a group with searches."""
        return self.wrong(group) / self.trials(group)


def cohort(frame: pl.DataFrame) -> Cohort:
    """Count people by group and kind.

    Args:
        frame: one row for each search: `group` and `identity` (text), `wrong` (whether it erred).
    """
    by_person = frame.group_by("group", "identity").agg(
        searches=pl.len().cast(pl.Int64), errors=pl.col("wrong").sum().cast(pl.Int64)
    )
    kinds = by_person.select("searches", "errors").unique().sort("searches", "errors")
    groups = tuple(by_person["group"].unique().sort().to_list())
    people = np.zeros((len(groups), len(kinds)), np.int64)
    place = {kind: at for at, kind in enumerate(kinds.iter_rows())}
    counted = by_person.group_by("group", "searches", "errors").len()
    for group, searches, errors, count in counted.iter_rows():
        people[groups.index(group), place[searches, errors]] = count
    return Cohort(groups, kinds["searches"].to_numpy(), kinds["errors"].to_numpy(), people)


def resampled_rates(
    made_of: Cohort, group: str, replicates: int, generator: np.random.Generator
) -> _Real:
    """Return the rate of a group over people drawn anew, and images of each drawn anew.

    It is what `workbench.evaluation.bootstrap.resample` does, by numbers.

    Returns:
        Shape `(replicates,)`.
    """
    row = made_of.row(group)
    drawn = generator.multinomial(row.sum(), row / row.sum(), size=replicates)
    searches = drawn * made_of.searches
    errors = generator.binomial(searches, made_of.errors / made_of.searches)
    return np.asarray(errors.sum(axis=1) / searches.sum(axis=1), np.float64)


def permuted_p(
    made_of: Cohort, one: str, other: str, permutations: int, generator: np.random.Generator
) -> float:
    """Return the two-sided p-value of a difference of two rates by permutation of people.

    Whole people are dealt to the two groups anew: if who is in which group has nothing to do with
    errors, each deal is as likely as what was seen, however the searches of one person hang
    together. With one search a person this is Fisher's exact test. The smaller tail counts
    twice, and what was seen counts as one of the deals, so that no p-value is 0 (Phipson and
    Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010), article 39).

    Args:
        made_of: all people.
        one: a group.
        other: another group.
        permutations: how many deals.
        generator: of the random numbers.
    """
    both = made_of.row(one) + made_of.row(other)
    seen = made_of.rate(one) - made_of.rate(other)
    dealt = _deal(np.broadcast_to(both, (permutations, len(both))), made_of.size(one), generator)
    errors, searches = dealt @ made_of.errors, dealt @ made_of.searches
    found = errors / searches - (both @ made_of.errors - errors) / (
        both @ made_of.searches - searches
    )
    above = int((found >= seen - _ROUNDING).sum()) + 1
    below = int((found <= seen + _ROUNDING).sum()) + 1
    return min(1.0, 2.0 * min(above, below) / (permutations + 1))


def spread_p(
    made_of: Cohort, groups: tuple[str, ...], permutations: int, generator: np.random.Generator
) -> float:
    """Return the p-value of the highest rate less the lowest, by permutation of people.

    Which group is highest and which lowest is found anew in each deal, so that the choice of the
    two is allowed for.

    Args:
        made_of: all people.
        groups: that are compared, two or more.
        permutations: how many deals.
        generator: of the random numbers.
    """
    rates = [made_of.rate(group) for group in groups]
    seen = max(rates) - min(rates)
    left = np.broadcast_to(
        sum((made_of.row(group) for group in groups), np.zeros_like(made_of.searches)),
        (permutations, len(made_of.searches)),
    )
    found = []
    for group in groups[:-1]:
        dealt = _deal(left, made_of.size(group), generator)
        found.append((dealt @ made_of.errors) / (dealt @ made_of.searches))
        left = left - dealt
    found.append((left @ made_of.errors) / (left @ made_of.searches))
    spreads = np.max(found, axis=0) - np.min(found, axis=0)
    return (int((spreads >= seen - _ROUNDING).sum()) + 1) / (permutations + 1)


def _deal(counts: IntArray, size: int, generator: np.random.Generator) -> IntArray:
    """Draw `size` people without replacement, by kind.

    Args:
        counts: shape `(b, t)`, people of each kind that there are, for each deal.
        size: people to draw, in each.
        generator: of the random numbers.

    Returns:
        Shape `(b, t)`, how many of each kind were drawn.
    """
    dealt = np.zeros(counts.shape, np.int64)
    rest = counts.sum(axis=1)
    wanted = np.full(len(counts), size, np.int64)
    for kind in range(counts.shape[1]):
        here = counts[:, kind]
        rest = rest - here
        dealt[:, kind] = generator.hypergeometric(here, rest, wanted)
        wanted = wanted - dealt[:, kind]
    return dealt
