"""Takes a matrix of scores block by block, and keeps what its rates need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np

from workbench.arrays import FloatArray, IntArray
from workbench.errors import ProtocolError
from workbench.evaluation.comparisons import Comparisons, Ranked, step_floor, step_of

__all__ = ["CANDIDATES", "HIGHEST", "ComparisonGatherer", "ScoreBlock", "gather_comparisons"]

ScoreBlock: TypeAlias = tuple[int, int, FloatArray]
"""Place of the first probe, place of the first reference, and scores `(probes, references)`."""

HIGHEST: Final = 1_000_000
"""Non-mated comparisons that are kept with their people, the highest: 12 MB."""

CANDIDATES: Final = 50
"""Candidates that are kept of each probe, as many as NIST's investigation mode returns."""

_STEPS: Final = 1 << 20
_GROUP: Final = 32


def gather_comparisons(
    blocks: Iterable[ScoreBlock],
    probe_identities: Sequence[str],
    reference_identities: Sequence[str],
    *,
    highest: int = HIGHEST,
    candidates: int = CANDIDATES,
) -> Comparisons:
    """Keep of every comparison what rates, intervals and lists of another size need.

    Memory is that of one block a few times over and of what is kept, whatever the matrix holds.

    Args:
        blocks: which together hold each probe with each reference once, in any order; a block is
            read once and may be overwritten after that.
        probe_identities: whom each probe shows.
        reference_identities: whom each reference shows.
        highest: non-mated comparisons to keep with their people, about.
        candidates: of each probe to keep, at least 1.

    Raises:
        ProtocolError: when a side is empty or a name is, a block does not fit, a score is not
            finite (its probe and reference are named), or a comparison is missing or made twice.
    """
    gatherer = ComparisonGatherer(
        probe_identities, reference_identities, highest=highest, candidates=candidates
    )
    for row, column, scores in blocks:
        gatherer.add(row, column, scores)
    return gatherer.finish()


class ComparisonGatherer:
    """What has been kept so far, for who searches anyway and hands over each block on the way."""

    def __init__(
        self,
        probes: Sequence[str],
        references: Sequence[str],
        *,
        highest: int = HIGHEST,
        candidates: int = CANDIDATES,
    ) -> None:
        """Begin with nothing; arguments and refusals are those of `gather_comparisons`."""
        self._blocks = 0
        for side, people in (("probes", probes), ("references", references)):
            if not len(people):
                msg = f"there are no {side}, so there is nothing to compare. Give some."
                raise ProtocolError(msg)
            for at, name in enumerate(people, 1):
                if not name:
                    msg = f"the identity in row {at} of the {side} is empty. Name each person."
                    raise ProtocolError(msg)
        if highest < 1 or candidates < 1:
            msg = f"at least one comparison and candidate is kept, not {highest} and {candidates}."
            raise ProtocolError(msg)
        both = np.array([*probes, *references], np.str_)
        self._names, codes = np.unique(both, return_inverse=True)
        self._probes = codes[: len(probes)].astype(np.int64)
        self._references = codes[len(probes) :].astype(np.int64)
        self._highest = highest
        self._width = min(candidates, len(references))
        self._seen = np.zeros(len(probes), np.int64)
        # Each reference has a number of its own, so that a sum of them tells which were seen.
        numbers = np.random.default_rng(0).integers(0, 1 << 40, len(references))
        self._numbers = np.append(0, numbers.cumsum())
        self._sums = np.zeros(len(probes), np.int64)
        self._floor = np.float32(-np.inf)
        self._mates = _mated_places(self._probes, self._references)
        others = len(probes) * len(references) - len(self._mates[0])
        self._counts = np.zeros(_STEPS if others > highest else 0, np.int64)
        self._mated = np.full(len(self._mates[0]), np.nan, np.float32)
        self._high: list[tuple[FloatArray, IntArray, IntArray]] = []
        self._kept = 0
        self._top = np.full((len(probes), self._width), -np.inf, np.float32)
        self._top_people = np.full((len(probes), self._width), -1, np.int32)

    def add(self, row: int, column: int, scores: FloatArray) -> None:
        """Keep what is needed of a block.

        Args:
            row: place of its first probe.
            column: place of its first reference.
            scores: shape `(probes, references)`; not kept.

        Raises:
            ProtocolError: when it does not fit, or a score is not finite.
        """
        self._blocks += 1
        block = np.ascontiguousarray(scores, np.float32)
        self._check(self._blocks, row, column, block)
        rows, columns = slice(row, row + len(block)), slice(column, column + block.shape[1])
        self._seen[rows] += block.shape[1]
        self._sums[rows] += self._numbers[columns.stop] - self._numbers[columns.start]
        here = _within(self._mates, rows, columns)
        mated = block[self._mates[0][here] - row, self._mates[1][here] - column]
        self._mated[here] = mated
        if len(self._counts):
            self._counts += np.bincount(step_of(block).reshape(-1), minlength=_STEPS)
            self._counts -= np.bincount(step_of(mated), minlength=_STEPS)
        self._keep_highest(block, rows, columns)
        self._keep_candidates(block, rows, columns)

    def finish(self) -> Comparisons:
        """Return all that was kept.

        Raises:
            ProtocolError: when a comparison is missing or was made twice.
        """
        references = len(self._references)
        short = np.flatnonzero(self._seen != references)
        if len(short):
            msg = (
                f"probe {short[0] + 1} was compared with {self._seen[short[0]]:,} of "
                f"{references:,} references. Give each block once, and all of them."
            )
            raise ProtocolError(msg)
        twice = np.flatnonzero(self._sums != self._numbers[-1])
        if len(twice):
            msg = (
                f"probe {twice[0] + 1} was compared with a reference twice, and with another not "
                "at all. Give each comparison once."
            )
            raise ProtocolError(msg)
        self._trim(self._highest)
        scores, probes, people = self._high[0]
        order = np.argsort(-scores)
        by_score = np.lexsort((self._probes[self._mates[0]], self._mated))
        mate = np.full(len(self._probes), -np.inf, np.float32)
        np.maximum.at(mate, self._mates[0], self._mated)
        others = references - np.bincount(self._mates[0], minlength=len(self._probes))
        return Comparisons(
            names=self._names,
            probe_people=self._probes,
            reference_people=self._references,
            mated_scores=self._mated[by_score],
            mated_people=self._probes[self._mates[0]][by_score],
            counts=self._counts,
            high_scores=scores[order],
            high_probes=probes[order],
            high_references=people[order],
            floor=float(self._floor),
            ranked=Ranked(self._top, self._top_people, mate, bool((others <= self._width).all())),
        )

    def _check(self, number: int, row: int, column: int, block: FloatArray) -> None:
        shape = (len(self._probes), len(self._references))
        fits = block.ndim == 2 and row >= 0 and column >= 0  # noqa: PLR2004 - a matrix
        if not (fits and row + block.shape[0] <= shape[0] and column + block.shape[1] <= shape[1]):
            msg = (
                f"block {number} has shape {block.shape} at row {row} and column {column}, beyond "
                f"{shape[0]:,} probes and {shape[1]:,} references. Give its place from 0."
            )
            raise ProtocolError(msg)
        if block.size and not (np.isfinite(block.min()) and np.isfinite(block.max())):
            at = np.argwhere(~np.isfinite(block))[0]
            msg = (
                f"the score of probe {row + at[0] + 1} and reference {column + at[1] + 1} is "
                f"{block[tuple(at)]}. Leave out what could not be compared, and count it apart."
            )
            raise ProtocolError(msg)

    def _keep_highest(self, block: FloatArray, rows: slice, columns: slice) -> None:
        # Below a step that enough comparisons reach, none can be among the highest.
        reach = self._counts[::-1].cumsum()
        if len(reach) and reach[-1] > self._highest:
            step = _STEPS - 1 - int(np.searchsorted(reach, self._highest))
            self._floor = max(self._floor, step_floor(np.array([step]))[0])
        at = np.flatnonzero(block >= self._floor)
        probe, reference = np.divmod(at, block.shape[1])
        probes, people = self._probes[rows][probe], self._references[columns][reference]
        others = probes != people
        kept = block.reshape(-1)[at][others]
        self._high.append((kept, probes[others], people[others]))
        self._kept += len(kept)
        if self._kept > 2 * self._highest:
            self._trim(self._highest)

    def _trim(self, most: int) -> None:
        """Keep the highest; of equal scores all or none, so that the order of blocks is nothing."""
        scores, probes, people = (np.concatenate(part) for part in zip(*self._high, strict=True))
        if len(scores) > most:
            edge = np.partition(scores, len(scores) - most - 1)[len(scores) - most - 1]
            self._floor = np.maximum(self._floor, np.nextafter(edge, np.float32(np.inf)))
        kept = scores >= self._floor
        self._high = [(scores[kept], probes[kept], people[kept])]
        self._kept = int(kept.sum())

    def _keep_candidates(self, block: FloatArray, rows: slice, columns: slice) -> None:
        if not block.size:
            return
        people = self._references[columns]
        place = _within(self._mates, rows, columns)
        # A mate is no candidate of others: with as many more as there are mates none is missed.
        extra = int(np.bincount(self._mates[0][place] - rows.start, minlength=1).max())
        wanted = min(self._width + extra, block.shape[1])
        edge = np.maximum(_reached_by(block, wanted), self._top[rows, -1])
        probe, reference = np.nonzero(block >= edge[:, None])
        whose = people[reference]
        others = whose != self._probes[rows][probe]
        probe, reference, whose = probe[others], reference[others], whose[others]
        old = np.broadcast_to(np.arange(len(block))[:, None], self._top[rows].shape)
        row = np.concatenate([old.reshape(-1), probe])
        score = np.concatenate([self._top[rows].reshape(-1), block[probe, reference]])
        person = np.concatenate([self._top_people[rows].reshape(-1), whose])
        order = np.lexsort((person, -score, row))
        first = np.searchsorted(row[order], np.arange(len(block)))
        taken = order[first[:, None] + np.arange(self._width)]
        self._top[rows], self._top_people[rows] = score[taken], person[taken]


def _reached_by(block: FloatArray, wanted: int) -> FloatArray:
    """Return a score of each row that `wanted` of its columns reach at least, and not many more.

    Of columns dealt to groups the highest of each is found, and of these the last one wanted:
    far quicker than to part whole rows.
    """
    rows, columns = block.shape
    groups = max(wanted, columns // _GROUP)
    whole = columns // groups * groups
    heads = block[:, :whole].reshape(rows, -1, groups).max(axis=1)
    return np.partition(heads, groups - wanted, axis=1)[:, groups - wanted]


def _mated_places(probes: IntArray, references: IntArray) -> tuple[IntArray, IntArray]:
    """Return the place of the probe and of the reference of every mated comparison."""
    order = np.argsort(references, kind="stable")
    listed = references[order]
    start, stop = np.searchsorted(listed, probes), np.searchsorted(listed, probes, side="right")
    many = stop - start
    probe = np.repeat(np.arange(len(probes)), many)
    within = np.arange(len(probe)) - np.repeat(np.cumsum(many) - many, many)
    return probe, order[np.repeat(start, many) + within]


def _within(mates: tuple[IntArray, IntArray], rows: slice, columns: slice) -> IntArray:
    """Return which mated comparisons lie in a block."""
    first, last = np.searchsorted(mates[0], [rows.start, rows.stop])
    column = mates[1][first:last]
    inside = (column >= columns.start) & (column < columns.stop)
    return np.asarray(first + np.flatnonzero(inside), np.int64)
