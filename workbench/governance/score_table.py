"""Counted scores: how many searches for people who are not on a list score as high."""

from __future__ import annotations

import bisect
from itertools import pairwise
from typing import Annotated, Self, TypeAlias

from pydantic import Field, PositiveInt, model_validator

from workbench.governance.record import Record
from workbench.governance.text import Line, Prose

__all__ = ["ScoreTable"]

_Count: TypeAlias = Annotated[int, Field(ge=0)]


class ScoreTable(Record):
    """How many of the searches of a measurement have their best score at or above a grid of scores.

    The searches are non-mated: each is for somebody who is not on the list. A search of a list
    of one reference is a single comparison, so that a table of comparisons (false match rates,
    ISO/IEC 19795-1) and one of searches (false positive identification rates) have one form.

    Attributes:
        list_size: references on the list of each search, `N`; 1 for comparisons.
        searches: how many searches there were.
        scores: the grid, ascending; the last is the highest score seen.
        counts: searches at or above each grid score, never rising.
        data_set: name of the images.
        split: which of its people, for example `tuning`.
        rule: how they were chosen, so that it can be done again.
        people: how many people were searched for.
    """

    list_size: PositiveInt
    searches: PositiveInt
    scores: Annotated[tuple[float, ...], Field(min_length=1)]
    counts: Annotated[tuple[_Count, ...], Field(min_length=1)]
    data_set: Line
    split: Line
    rule: Prose
    people: PositiveInt

    @model_validator(mode="after")
    def _is_monotone(self) -> Self:
        pairs = list(zip(self.scores, self.counts, strict=False))
        rising = all(a[0] < b[0] and a[1] >= b[1] for a, b in pairwise(pairs))
        if len(self.scores) != len(self.counts) or not rising:
            msg = "scores must ascend, and counts, one for each, must not"
            raise ValueError(msg)
        if self.counts[0] > self.searches:
            msg = f"{self.counts[0]} of {self.searches} searches cannot be"
            raise ValueError(msg)
        return self

    def at_or_above(self, score: float) -> int:
        """Return how many searches score at or above `score`, never too few.

        Between two grid scores the count is that of the lower one, below the grid it is all of
        them, beyond the highest score seen it is 0.
        """
        if score > self.scores[-1]:
            return 0
        at = bisect.bisect_right(self.scores, score) - 1
        return self.searches if at < 0 else self.counts[at]
