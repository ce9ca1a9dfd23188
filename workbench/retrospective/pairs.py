"""Two pieces of footage of one case: who of one may be who of the other.

Within one case alone: whoever calls hands in the footage that one case holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from workbench.matching.matcher import Matcher
from workbench.retrospective.footage_parts import FootagePart
from workbench.retrospective.timelines import probes_of

__all__ = ["ComparedFootage", "FoundPair", "compared_footage"]

_ROWS: Final = 64
"""Appearances that are compared at once, so that a table of scores stays small."""


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two appearances that scored at or above the threshold.

    Attributes:
        first: id of the appearance in the one piece of footage.
        second: id of that in the other.
        score: in the unit of the matcher.
    """

    first: str
    second: str
    score: float


@dataclass(frozen=True, slots=True)
class ComparedFootage:
    """What comparing two pieces of footage came to.

    Attributes:
        pairs: the best of those at or above the threshold, best first.
        above: how many there are.
        comparisons: how many were made: appearances of the one by looks of the other.
    """

    pairs: tuple[FoundPair, ...]
    above: int
    comparisons: int


def compared_footage(
    first: Sequence[FootagePart], matcher: Matcher, *, threshold: float, most: int
) -> ComparedFootage:
    """Compare every appearance of one piece of footage with every one of another.

    Args:
        first: segments of the one.
        matcher: whose subjects are the appearances of the other: `timeline_matcher`.
        threshold: from which score on two appearances are a pair, in the matcher's unit.
        most: pairs that are returned.

    Raises:
        EncoderMismatchError: when the two were indexed with different encoders.
        UsageError: when there is no segment.
    """
    names, probes = probes_of(first)
    subjects = matcher.subjects
    found: list[FoundPair] = []
    above = 0
    for start in range(0, len(names) if subjects else 0, _ROWS):
        rows = {name: one[start : start + _ROWS] for name, one in probes.items()}
        scores = matcher.scores(rows, subjects)
        for row, column in np.argwhere(scores >= threshold).tolist():
            above += 1
            pair = FoundPair(str(names[start + row]), subjects[column], float(scores[row, column]))
            found.append(pair)
        found = sorted(found, key=lambda one: (-one.score, one.first, one.second))[:most]
    return ComparedFootage(tuple(found), above, len(names) * len(matcher))
