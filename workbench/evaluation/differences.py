"""How much more one matcher finds than another at the same FPIR, on the same probes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import dataframely as dy
import numpy as np
import polars as pl

from workbench.arrays import BoolArray, IntArray
from workbench.errors import ProtocolError
from workbench.evaluation.bootstrap import REPLICATES, percentiles, resample
from workbench.evaluation.frames import check_frame
from workbench.evaluation.identification import first_scores
from workbench.evaluation.searches import Searches
from workbench.evaluation.soundness import require_spread, require_two_kinds
from workbench.evaluation.threshold_draws import TpirOfDraws
from workbench.evaluation.thresholds import threshold_for
from workbench.intervals import measurable

__all__ = ["PairedDifference", "paired_difference"]


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """TPIR of two matchers at one FPIR, and the difference with its interval.

    Attributes:
        target: the FPIR that each keeps on these searches.
        threshold_a: of the first; `None` where every score keeps the FPIR.
        threshold_b: of the second, in its own unit.
        false_alarms_a: non-mated searches at or above the threshold of the first.
        false_alarms_b: likewise of the second.
        tpir_a: TPIR(N, 1, T) of the first.
        tpir_b: of the second.
        difference: `tpir_a - tpir_b`.
        low: lower end of its 95 % interval, by a paired bootstrap by identity.
        high: upper end of it.
        only_a: mated searches that the first alone finds.
        only_b: mated searches that the second alone finds.
        mated: mated searches.
        mated_people: people they show.
        nonmated: non-mated searches.
        nonmated_people: people they show.
        replicates: draws behind the interval.
        measurable: whether three or more false alarms are expected at the FPIR asked for.
    """

    target: float
    threshold_a: float | None
    threshold_b: float | None
    false_alarms_a: int
    false_alarms_b: int
    tpir_a: float
    tpir_b: float
    difference: float
    low: float
    high: float
    only_a: int
    only_b: int
    mated: int
    mated_people: int
    nonmated: int
    nonmated_people: int
    replicates: int
    measurable: bool

    @property
    def told_apart(self) -> bool:
        """Whether the interval leaves 0 out; if not, that does not show that they are equal."""
        return self.measurable and not self.low <= 0.0 <= self.high

    @property
    def words(self) -> str:
        """What was found, in a sentence that claims no more; of two it never says they are alike.

        TPIR is a share of mated searches, and a difference of it is said in searches of 100.
        """
        of = f"FPIR {self.target:g}, {self.nonmated:,} non-mated and {self.mated:,} mated searches"
        if not self.measurable:
            return f"not measurable here: fewer than three false alarms are expected at {of}"
        ends = f"95 % interval {_more(self.low)} to {_more(self.high)}, by people, at {of}"
        if self.told_apart:
            return f"the first finds {_more(self.difference)} of 100 than the second ({ends})"
        return f"these searches do not tell the two apart; they may differ all the same ({ends})"


def paired_difference(
    a: pl.DataFrame,
    b: pl.DataFrame,
    *,
    target: float,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> PairedDifference:
    """Return the difference in TPIR of two matchers, where both keep the same FPIR.

    Each draw takes people, then their images, once for both matchers, and finds the threshold of
    each anew. What makes a photograph hard for both so cancels out, and how unsure the thresholds
    are does not.

    Args:
        a: searches of the first matcher, with the schema `Searches`, in any order.
        b: of the second, for the same probes among the same people.
        target: the FPIR, 0..1.
        replicates: draws, at least 1.
        seed: of the draws.

    Raises:
        ProtocolError: when a frame does not fit, the probes differ (the first that does is
            named), there are not both mated and non-mated ones, or all scores are the same.
    """
    if not 0.0 <= target <= 1.0 or replicates < 1:
        msg = f"a difference needs a rate within 0..1 and a draw, not {target} and {replicates}."
        raise ProtocolError(msg)
    first = check_frame(Searches, a, "the searches of the first matcher")
    second = check_frame(Searches, b, "the searches of the second matcher")
    _require_same(first, second)
    for frame, what in ((first, "first"), (second, "second")):
        require_two_kinds(frame, f"the searches of the {what} matcher")
        require_spread(frame, "top_score", f"the searches of the {what} matcher")
    one, other = _Side(first), _Side(second)
    draws = np.empty(replicates)
    generator = np.random.default_rng(seed)
    for at in range(replicates):
        alarms = resample(one.alarm_sizes, generator)
        hits = resample(one.hit_sizes, generator)
        found = [side.drawn.tpir(alarms, hits, [target])[0] for side in (one, other)]
        draws[at] = found[0] - found[1]
    low, high = percentiles(draws)
    threshold_a, found_a = one.at(target)
    threshold_b, found_b = other.at(target)
    tpir_a, tpir_b = float(found_a.mean()), float(found_b.mean())
    return PairedDifference(
        target=target,
        threshold_a=threshold_a if math.isfinite(threshold_a) else None,
        threshold_b=threshold_b if math.isfinite(threshold_b) else None,
        false_alarms_a=one.false_alarms(threshold_a),
        false_alarms_b=other.false_alarms(threshold_b),
        tpir_a=tpir_a,
        tpir_b=tpir_b,
        difference=tpir_a - tpir_b,
        low=float(low),
        high=float(high),
        only_a=int((found_a & ~found_b).sum()),
        only_b=int((found_b & ~found_a).sum()),
        mated=len(one.hits),
        mated_people=len(one.hit_sizes),
        nonmated=len(one.alarms),
        nonmated_people=len(one.alarm_sizes),
        replicates=replicates,
        measurable=measurable(target, len(one.alarms)),
    )


def _more(share: float) -> str:
    return f"{abs(share) * 100:.1f} {'fewer' if share < 0 else 'more'}"


class _Side:
    """Scores of one matcher, in an order that people and probes alone decide."""

    def __init__(self, searches: dy.DataFrame[Searches]) -> None:
        ordered = searches.sort("identity", "probe")
        mated, others = ordered.filter("mated"), ordered.filter(~pl.col("mated"))
        self.hits = first_scores(mated)
        self.alarms = others["top_score"].fill_null(-math.inf).to_numpy().astype(np.float32)
        self.hit_sizes, self.alarm_sizes = _sizes(mated), _sizes(others)
        self.drawn = TpirOfDraws(self.alarms, self.hits)

    def at(self, target: float) -> tuple[float, BoolArray]:
        """Return the threshold that keeps the FPIR, and whose mates are found at it."""
        finite = self.alarms[np.isfinite(self.alarms)]
        threshold = threshold_for(finite, len(self.alarms), target)
        return threshold, np.isfinite(self.hits) & (self.hits >= threshold)

    def false_alarms(self, threshold: float) -> int:
        return int((np.isfinite(self.alarms) & (self.alarms >= threshold)).sum())


def _sizes(ordered: pl.DataFrame) -> IntArray:
    counts = ordered.group_by("identity", maintain_order=True).len()
    return counts["len"].to_numpy().astype(np.int64)


def _require_same(a: pl.DataFrame, b: pl.DataFrame) -> None:
    """Refuse searches for other probes, or of whom the two say different things."""
    both = (
        a.with_row_index("row")
        .select("row", "probe", "identity", "mated")
        .join(b.with_row_index("row").select("row", "probe", "identity", "mated"), on="probe",
              how="full", coalesce=True, suffix="_b")
        .sort("row", "row_b", nulls_last=True)
    )  # fmt: skip
    for name in ("row_b", "row"):
        lost = both.filter(pl.col(name).is_null())
        if len(lost):
            there, absent = ("first", "second") if name == "row_b" else ("second", "first")
            at = lost["row" if name == "row_b" else "row_b"][0] + 1
            msg = (
                f"the probes differ: {lost['probe'][0]} (row {at} of the {there} matcher) was not "
                f"searched for by the {absent}. Compare matchers on the same probes."
            )
            raise ProtocolError(msg)
    for column in ("identity", "mated"):
        other = both.filter(pl.col(column) != pl.col(f"{column}_b"))
        if len(other):
            row = other.row(0, named=True)
            msg = (
                f"the probes differ: column {column} of {row['probe']} is {row[column]} (row "
                f"{row['row'] + 1} of the first matcher) and {row[f'{column}_b']} (row "
                f"{row['row_b'] + 1} of the second). Compare matchers on one protocol."
            )
            raise ProtocolError(msg)
