"""FPIR of lists of a smaller size, drawn again and again from the references that there are.

A list is drawn without replacement. Drawn with, as a bootstrap would, it holds each person twice
or not at all, about 63 % of them in all, and a search of it is a search of a shorter list: FPIR,
which grows with the list, would come out too low. So people of probes are drawn with replacement,
and lists without; a list as long as the references leaves the lists nothing to vary, and its
interval is that of the probes alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import dataframely as dy
import numpy as np
import polars as pl
from numpy.typing import NDArray

from workbench.arrays import FloatArray, IntArray
from workbench.errors import ProtocolError
from workbench.evaluation.bootstrap import REPLICATES, percentiles
from workbench.evaluation.comparisons import Comparisons
from workbench.evaluation.extrapolation import MeasuredLists

__all__ = ["ListRates", "rates_of_lists", "searched_lists"]


class ListRates(dy.Schema):
    """One row for each threshold, ascending.

    - `list_size`: people on each list, `N`; `people`: from whom they were drawn.
    - `searches`: probes searched for, each without its own person; `probe_people` whom they show.
    - `false_alarms`: with a score at or above the threshold, mean over the lists.
    - `fpir`: their share, mean over the lists; `lists_low` to `lists_high` hold 95 % of the lists;
      `low` to `high` is the 95 % interval over lists and people of probes together.
    """

    threshold = dy.Float32(primary_key=True, allow_inf=False, allow_nan=False)
    list_size = dy.Int64(nullable=False, min=1)
    people = dy.Int64(nullable=False, min=1)
    searches = dy.Int64(nullable=False, min=1)
    probe_people = dy.Int64(nullable=False, min=1)
    false_alarms = dy.Float64(nullable=False, min=0.0)
    fpir = dy.Float64(nullable=False, min=0.0, max=1.0)
    lists_low = dy.Float64(nullable=False, min=0.0, max=1.0)
    lists_high = dy.Float64(nullable=False, min=0.0, max=1.0)
    low = dy.Float64(nullable=False, min=0.0, max=1.0)
    high = dy.Float64(nullable=False, min=0.0, max=1.0)


def rates_of_lists(
    comparisons: Comparisons,
    list_size: int,
    thresholds: Sequence[float] | NDArray[np.floating],
    *,
    draws: int = REPLICATES,
    seed: int = 0,
) -> dy.DataFrame[ListRates]:
    """Return FPIR of lists of so many people, over drawn lists and drawn people of probes.

    Every probe is searched for as somebody who is not on the list: its own person is left out.
    The first of its candidates who is on the list is the top score; where none of those kept is,
    the top score lies no higher than the last of them, which settles the matter or is refused.

    Args:
        comparisons: of `gather_comparisons`.
        list_size: people on each list, `N`.
        thresholds: in single precision; the same one given twice has one row.
        draws: lists, and draws of the people of probes with each, at least 1.
        seed: of both.

    Raises:
        ProtocolError: when there are not so many people, a threshold is no number, or too few
            candidates were kept to tell.
    """
    listed = np.unique(comparisons.reference_people)
    at = _drawn_at(len(listed), list_size, thresholds, draws)
    generator = np.random.default_rng(seed)
    searcher = _Lists(comparisons, at)
    fixed = np.empty((draws, len(at)))
    both = np.empty((draws, len(at)))
    for draw in range(draws):
        chosen = generator.choice(listed, list_size, replace=False)
        levels = searcher.levels(chosen)
        fixed[draw] = searcher.reached(levels, None)
        times = np.bincount(
            generator.integers(0, searcher.people, searcher.people), minlength=searcher.people
        )
        both[draw] = searcher.reached(levels, times[searcher.probe_people])
    lists, ends = percentiles(fixed), percentiles(both)
    n = len(comparisons.probe_people)
    table = pl.DataFrame(
        {
            "threshold": at,
            "list_size": np.full(len(at), list_size),
            "people": np.full(len(at), len(listed)),
            "searches": np.full(len(at), n),
            "probe_people": np.full(len(at), searcher.people),
            "false_alarms": fixed.mean(axis=0) * n,
            "fpir": fixed.mean(axis=0),
            "lists_low": lists[0],
            "lists_high": lists[1],
            "low": ends[0],
            "high": ends[1],
        }
    )
    return ListRates.validate(table)


def searched_lists(
    comparisons: Comparisons, sizes: Sequence[int], threshold: float, *, seed: int = 0
) -> dy.DataFrame[MeasuredLists]:
    """Return the false alarms of one drawn list of each size, for `check_extrapolation`.

    Every probe is searched for without its own person; a longer list holds the shorter ones.
    People are drawn, each with all of their references: `list_size` of the frame says how many
    references that makes, since a search makes as many comparisons.

    Args:
        comparisons: of `gather_comparisons`.
        sizes: people on each list, each once.
        threshold: in single precision.
        seed: of who is drawn.

    Raises:
        ProtocolError: as `rates_of_lists`, or when a size is given twice.
    """
    if len(set(sizes)) != len(sizes):
        msg = f"the sizes {list(sizes)} name one twice. Give each once."
        raise ProtocolError(msg)
    listed, references = np.unique(comparisons.reference_people, return_counts=True)
    shuffled = np.random.default_rng(seed).permutation(len(listed))
    order, length = listed[shuffled], references[shuffled].cumsum()
    rows = []
    for size in sorted(sizes):
        at = _drawn_at(len(order), size, [threshold], 1)
        alarms = _Lists(comparisons, at).levels(order[:size])
        rows.append((int(length[size - 1]), int(np.count_nonzero(alarms)), len(alarms)))
    schema = MeasuredLists.create_empty().schema
    return MeasuredLists.validate(pl.DataFrame(rows, schema=schema, orient="row"))


def _drawn_at(
    people: int, size: int, thresholds: Sequence[float] | NDArray[np.floating], draws: int
) -> FloatArray:
    """Return the thresholds, ascending and once each, where such lists can be drawn."""
    if not 1 <= size <= people or draws < 1:
        msg = (
            f"{draws} lists of {size:,} cannot be drawn from {people:,} people. Give a "
            "size from 1 to that number, and a list or more."
        )
        raise ProtocolError(msg)
    at = np.unique(np.asarray(thresholds, np.float32).reshape(-1))
    if not len(at) or not np.isfinite(at).all():
        msg = "thresholds must be finite numbers, one at least. Mend them."
        raise ProtocolError(msg)
    return at


class _Lists:
    """Candidates of all probes, as how many thresholds each passes."""

    def __init__(self, comparisons: Comparisons, thresholds: FloatArray) -> None:
        ranked = comparisons.ranked
        self._levels = np.searchsorted(thresholds, ranked.scores, side="right")
        self._candidates = ranked.people
        self._complete = ranked.complete
        self._points, self._count = len(thresholds), len(comparisons.names)
        self._lowest = float(thresholds[0])
        people, self.probe_people = np.unique(comparisons.probe_people, return_inverse=True)
        self.people = len(people)

    def levels(self, chosen: IntArray) -> IntArray:
        """Return how many thresholds each probe's top score passes, on a list of these people.

        Raises:
            ProtocolError: when none of the kept candidates is on it and another may count.
        """
        # One place more, for candidates that are not there (-1).
        on_list = np.zeros(self._count + 1, np.bool_)
        on_list[chosen] = True
        here = on_list[self._candidates]
        first = here.argmax(axis=1)
        rows = np.arange(len(here))
        found = here[rows, first]
        open_ = ~found & (self._levels[:, -1] > 0)
        if not self._complete and bool(open_.any()):
            at = int(np.flatnonzero(open_)[0])
            msg = (
                f"none of the {self._candidates.shape[1]} candidates kept of probe {at + 1} is on "
                f"a list of {len(chosen):,}, and others may score {self._lowest:.6g} or more. "
                "Keep more candidates, or give higher thresholds."
            )
            raise ProtocolError(msg)
        return np.asarray(np.where(found, self._levels[rows, first], 0), np.int64)

    def reached(self, levels: IntArray, times: IntArray | None) -> NDArray[np.float64]:
        """Return the share of searches that reach each threshold, each counted so many times."""
        counts = np.bincount(levels, times, minlength=self._points + 1)
        return np.asarray(counts[:0:-1].cumsum()[::-1] / counts.sum(), np.float64)
