"""One score a person from the comparisons of a whole track: scores are kept, templates are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from workbench.arrays import FloatArray
from workbench.matching.candidates import Candidates

__all__ = ["TrackScores"]

ScoreLookup = Callable[[Sequence[str]], FloatArray]
"""Scores of the template being compared against named subjects, shape `(len(subjects),)`."""


@dataclass(slots=True, eq=False)
class _Sum:
    """What one subject's mean is made of."""

    weighted: float
    best: float
    reference: int | None


@dataclass(slots=True, eq=False)
class TrackScores:
    """The scores of one track: for each subject a mean weighted by the quality of the crops.

    The mean is over all comparisons of the track, also those whose candidate list the subject was
    not in, or a subject seen once by chance would look as good as one seen always. For a subject
    known from an earlier list the score is looked up while the template still exists. For one
    that is new the earlier templates are gone: there the lowest score of each earlier list stands
    in, which the subject's own cannot have exceeded.

    Attributes:
        comparisons: how many templates were compared.
    """

    comparisons: int = 0
    _weight: float = 0.0
    _bounds: float = 0.0
    _sums: dict[str, _Sum] = field(default_factory=dict)

    def add(self, candidates: Candidates, weight: float, lookup: ScoreLookup) -> None:
        """Take in one comparison.

        Args:
            candidates: the best subjects for one template, best first.
            weight: above 0; how much the crop is worth, relative to the track's others.
            lookup: asked for the scores of known subjects that are not among `candidates`.

        Raises:
            ValueError: when `weight` is not above 0.
        """
        if not weight > 0:
            msg = f"a comparison must have a weight above 0, but has {weight}"
            raise ValueError(msg)
        scores = dict(zip(candidates.subjects, candidates.scores.tolist(), strict=True))
        missing = [subject for subject in self._sums if subject not in scores]
        if missing:
            looked_up = lookup(missing)
            for subject, score in zip(missing, looked_up.tolist(), strict=True):
                self._sums[subject].weighted += weight * score
        references = candidates.reference
        for place, (subject, score) in enumerate(scores.items()):
            reference = None if references is None else int(references[place])
            known = self._sums.get(subject)
            if known is None:
                self._sums[subject] = _Sum(self._bounds + weight * score, score, reference)
                continue
            known.weighted += weight * score
            if score > known.best:
                known.best, known.reference = score, reference
        self.comparisons += 1
        self._weight += weight
        if scores:
            self._bounds += weight * min(scores.values())

    def means(self) -> dict[str, float]:
        """Return the fused score of every subject that was ever a candidate, best first."""
        means = {subject: total.weighted / self._weight for subject, total in self._sums.items()}
        return dict(sorted(means.items(), key=lambda item: (-item[1], item[0])))

    def candidates(self, k: int) -> Candidates:
        """Return the best `k` subjects by fused score."""
        best = list(self.means().items())[:k]
        references = [self._sums[subject].reference for subject, _ in best]
        known = [reference for reference in references if reference is not None]
        return Candidates(
            tuple(subject for subject, _ in best),
            np.array([score for _, score in best], np.float32),
            np.array(known, np.int64) if best and len(known) == len(best) else None,
        )

    def reference_of(self, subject: str) -> int | None:
        """Return the reference that compared best with a subject, where the gallery says."""
        known = self._sums.get(subject)
        return None if known is None else known.reference

    def absorb(self, other: TrackScores) -> None:
        """Take in the scores of a track that proved to be the same person's."""
        for subject in {*self._sums, *other._sums}:
            mine, theirs = self._sums.get(subject), other._sums.get(subject)
            weighted = (mine.weighted if mine else self._bounds) + (
                theirs.weighted if theirs else other._bounds
            )
            best = max((s for s in (mine, theirs) if s is not None), key=lambda s: s.best)
            self._sums[subject] = _Sum(weighted, best.best, best.reference)
        self.comparisons += other.comparisons
        self._weight += other._weight
        self._bounds += other._bounds
