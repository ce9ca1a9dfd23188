"""TPIR at a given FPIR on drawn searches, the threshold found anew in each draw."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.arrays import FloatArray, IntArray
from workbench.evaluation.counted import DoubleArray
from workbench.evaluation.thresholds import allowed_errors

__all__ = ["TpirOfDraws"]


class TpirOfDraws:
    """The scores of all searches, sorted once, so that a draw of them is only counted.

    The rule is that of `threshold_for`: with `k` false alarms allowed, those are found that score
    above the (k+1)th highest score of the drawn non-mated searches.
    """

    def __init__(self, alarms: FloatArray, hits: FloatArray) -> None:
        """Sort the scores.

        Args:
            alarms: shape `(n,)`, top score of each non-mated search, minus infinity for none.
            hits: shape `(m,)`, score of each mate that counts where it is high enough, minus
                infinity where none does.
        """
        steps = np.unique(alarms)
        self._steps = len(steps)
        self._silent = int(np.isneginf(steps[:1]).sum())
        self._alarms = np.searchsorted(steps, alarms)
        # How many steps lie below: those that are no finite score beat none.
        self._hits = np.searchsorted(steps, hits, side="left")
        self._hits[np.isneginf(hits)] = -1

    def tpir(self, alarms: IntArray, hits: IntArray, targets: Sequence[float]) -> DoubleArray:
        """Return TPIR at each FPIR asked for.

        Args:
            alarms: indices of the drawn non-mated searches, at least one.
            hits: indices of the drawn mated ones, at least one.
            targets: each FPIR, 0..1.
        """
        counts = np.bincount(self._alarms[alarms], minlength=self._steps)
        # Of the steps from the highest down, how many drawn searches reach each.
        reach = counts[::-1].cumsum()
        drawn = self._hits[hits]
        found = np.empty(len(targets))
        for at, target in enumerate(targets):
            allowed = allowed_errors(target, len(alarms))
            # The highest step that too many reach; below all of them no threshold is needed.
            step = self._steps - 1 - int(np.searchsorted(reach, allowed, side="right"))
            found[at] = np.count_nonzero(drawn > max(step, self._silent - 1)) / len(drawn)
        return found
