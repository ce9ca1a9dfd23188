"""Everyone on the list, but for the one who is searched for: what the people of LFW allow.

In benchmarks/lfw_protocol.py a person with one image is a filler or is searched for, never both.
Here each person has one reference, the first image by name. For a non-mated search that person is
taken off the list and their second image, or their only one, is searched for among all others. So
each person is searched for once, in as long a list as there can be.

Two people of one image who look alike then raise two alarms, each the other's: the comparison is
one. Intervals therefore draw groups of people who raised alarms by each other, not people; and
three errors are expected of so many comparisons only where six alarms are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from workbench.arrays import FloatArray
from workbench.matching.matcher import Matcher
from workbench.matching.measure import MeasuredImages, searches

__all__ = ["Everyone", "Found", "everyone", "found", "linked", "searched"]

LEFT_OUT = "#not-listed"
"""Marks the search for a person who was taken off the list."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """Who is searched for among whom.

    Attributes:
        references: frame `path, identity`, one row a person.
        mated: frame `path, identity`, the other images.
        others: frame `path, identity`, one row a person: the image that is searched for while
            the person is not listed.
    """

    references: pl.DataFrame
    mated: pl.DataFrame
    others: pl.DataFrame


def everyone(
    images: Mapping[str, Sequence[str]],
    people: Collection[str],
    left_out: Collection[str] = (),
    most: int | None = None,
) -> Everyone:
    """Give each image its part.

    Args:
        images: paths of each person's images, sorted.
        people: who takes part.
        left_out: paths without a part; a person without another image takes none.
        most: mated probes a person, if not all.
    """
    kept = {p: [i for i in images[p] if i not in left_out] for p in images if p in people}
    kept = {person: paths for person, paths in kept.items() if paths}

    def frame(rows: list[tuple[str, str]]) -> pl.DataFrame:
        return pl.DataFrame(rows, schema={"path": pl.String, "identity": pl.String}, orient="row")

    end = None if most is None else most + 1
    return Everyone(
        references=frame([(paths[0], person) for person, paths in kept.items()]),
        mated=frame([(path, person) for person, paths in kept.items() for path in paths[1:end]]),
        others=frame([(paths[:2][-1], person) for person, paths in kept.items()]),
    )


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, as frames and as the matrix that they were read from.

    Attributes:
        searches: of all probes, with the schema `Searches`.
        scores: shape `(p, p)`, the image of `others` in rows, references in columns; each
            person's own is -inf.
    """

    searches: pl.DataFrame
    scores: FloatArray


def found(
    who: Everyone, references: pl.DataFrame, of_probes: MeasuredImages, matcher: Matcher
) -> Found:
    """Search for everyone.

    Args:
        who: of `everyone`.
        references: and
        matcher: of `reference_matcher`, with the references of `who`, all of them usable.
        of_probes: templates of the probes.
    """
    mated = searches(who.mated, references, of_probes, matcher)
    people = tuple(who.references["identity"])
    scores = matcher.scores(of_probes.take(who.others["path"].to_list()), people)
    np.fill_diagonal(scores, -np.inf)
    others = searched(who.others, people, scores)
    return Found(pl.concat([mated.select(others.columns), others]), scores)


def searched(others: pl.DataFrame, people: Sequence[str], scores: FloatArray) -> pl.DataFrame:
    """Return the non-mated searches, read off the scores of everyone."""
    top = scores.argmax(axis=1)
    return others.select(
        probe=pl.col("path") + LEFT_OUT,
        identity="identity",
        mated=pl.lit(value=False),
        acquired=pl.lit(value=True),
        top_score=pl.Series(scores[np.arange(len(scores)), top].astype(np.float32)),
        top_identity=pl.Series([people[at] for at in top]),
        mate_score=pl.lit(None, pl.Float32),
        mate_rank=pl.lit(None, pl.Int64),
    )


def linked(searches: pl.DataFrame, floor: float) -> pl.DataFrame:
    """Name non-mated searches by group in place of person, so that a bootstrap draws groups.

    Two people are in one group where one raised an alarm by the other at `floor` or above.

    Args:
        searches: with the schema `Searches`.
        floor: a threshold lower than any whose rate is asked for.
    """
    above = searches.filter(~pl.col("mated") & (pl.col("top_score") >= floor))
    group: dict[str, str] = {}

    def root(person: str) -> str:
        while group.setdefault(person, person) != person:
            person = group[person]
        return person

    for one, other in above.select("identity", "top_identity").iter_rows():
        group[root(one)] = root(other)
    named = [
        person if mated else root(person)
        for person, mated in searches.select("identity", "mated").iter_rows()
    ]
    return searches.with_columns(identity=pl.Series(named, dtype=pl.String))
