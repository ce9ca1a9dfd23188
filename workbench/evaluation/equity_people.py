"""People by group, counted by how many searches and errors each has, and drawn anew.

People are what is independent of each other, not their images. So whoever resamples does it with
whole people. Two people with as many searches and errors are alike for that, which makes it quick:
instead of people, their numbers are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import IntArray

__all__ = ["Cohort", "cohort", "resampled_rates"]

_Real = NDArray[np.float64]


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
