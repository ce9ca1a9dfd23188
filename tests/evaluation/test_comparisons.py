"""A matrix read in blocks gives the rates that the whole of it gives."""

from __future__ import annotations

import itertools
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    clopper_pearson,
    comparison_det,
    comparison_eer,
    comparison_rates,
    gather_comparisons,
)
from workbench.evaluation.comparison_draws import comparison_bands
from workbench.evaluation.comparisons import Comparisons, step_floor, step_of

Block = tuple[int, int, np.ndarray]


@dataclass
class Matrix:
    """Scores of probes by references, and who they show."""

    scores: np.ndarray
    probes: list[str]
    references: list[str]

    @property
    def mated(self) -> np.ndarray:
        return np.array(self.probes)[:, None] == np.array(self.references)[None]

    def blocks(self, seed: int | None = None) -> list[Block]:
        """Cut the matrix into blocks; with a seed where it falls, in any order."""
        n, r = self.scores.shape
        if seed is None:
            return [(row, 0, self.scores[row : row + 7]) for row in range(0, n, 7)]
        generator = np.random.default_rng(seed)
        rows = sorted({0, n, *generator.integers(0, n + 1, 2).tolist()})
        columns = sorted({0, r, *generator.integers(0, r + 1, 3).tolist()})
        cut = [
            (a, c, self.scores[a:b, c:d])
            for a, b in itertools.pairwise(rows)
            for c, d in itertools.pairwise(columns)
        ]
        return [cut[at] for at in generator.permutation(len(cut))]

    def gathered(self, seed: int | None = None, **options: int) -> Comparisons:
        return gather_comparisons(self.blocks(seed), self.probes, self.references, **options)


def matrix(seed: int, n: int = 40, r: int = 60, people: int = 25, digits: int = 2) -> Matrix:
    generator = np.random.default_rng(seed)
    probes = [f"p{k}" for k in generator.integers(0, people, n)]
    references = [f"p{k}" for k in generator.integers(0, people + 5, r)]
    made = Matrix(generator.normal(0, 1, (n, r)), probes, references)
    made.scores = (made.scores + 2.0 * made.mated).round(digits).astype(np.float32)
    return made


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("highest", "candidates"), [(1, 1), (100, 7), (10_000, 60)])
def test_counts_are_exact_however_it_is_cut(seed: int, highest: int, candidates: int) -> None:
    made = matrix(seed, n=1 + 3 * seed, r=2 + 5 * seed, digits=1 + seed % 4)
    found = made.gathered(seed, highest=highest, candidates=candidates)
    mated, others = made.scores[made.mated], np.sort(made.scores[~made.mated])
    assert (found.mated, found.nonmated) == (mated.size, others.size)
    at = np.concatenate([found.steps(), found.exact(np.linspace(-4, 4, 99).astype(np.float32))])
    assert found.false_matches(at).tolist() == [int((others >= t).sum()) for t in at]
    assert found.false_non_matches(at).tolist() == [int((mated < t).sum()) for t in at]
    assert len(found.high_scores) <= highest
    assert np.array_equal(found.high_scores[::-1], others[others >= found.floor])
    assert np.isneginf(found.floor) == (others.size <= highest)
    for row, kept in enumerate(found.ranked.scores):
        expected = np.sort(made.scores[row][~made.mated[row]])[::-1][:candidates]
        assert np.array_equal(kept[np.isfinite(kept)], expected)
        own = made.scores[row][made.mated[row]]
        assert found.ranked.mate[row] == (own.max() if own.size else -np.inf)


def test_steps_keep_the_order_of_scores() -> None:
    scores = np.array(
        [-np.finfo(np.float32).max, -2.0, -1.0, -1e-30, -0.0, 0.0, 1e-30, 0.1, 0.5, 1.0, 3e38],
        np.float32,
    )
    steps = step_of(scores).astype(np.int64)
    assert (np.diff(steps) >= 0).all()
    assert steps[4] == steps[5]
    assert (step_floor(steps) <= scores).all()
    assert (step_floor(steps + 1)[1:-1] > scores[1:-1]).all()
    assert (np.abs(step_floor(steps) - scores) <= np.abs(scores) / 2048 + 1e-38).all()


def test_a_threshold_is_moved_up_by_less_than_a_step() -> None:
    made = matrix(3)
    found = made.gathered(highest=20)
    asked = np.linspace(-3, 3, 200).astype(np.float32)
    moved = found.exact(asked)
    assert (moved >= asked).all()
    assert (moved[asked >= found.floor] == asked[asked >= found.floor]).all()
    assert (moved - asked <= np.abs(asked) / 1000 + 1e-30).all()
    assert np.array_equal(found.exact(moved), moved)


def test_rates_and_exact_intervals() -> None:
    made = matrix(5)
    found = comparison_rates(made.gathered(), [0.0, 2.0, 9.0], replicates=0)
    n, m = int((~made.mated).sum()), int(made.mated.sum())
    for row in found.iter_rows(named=True):
        false = int((made.scores[~made.mated] >= row["threshold"]).sum())
        missed = int((made.scores[made.mated] < row["threshold"]).sum())
        assert (row["fmr"], row["fnmr"]) == (false / n, missed / m)
        assert (row["fmr_low"], row["fmr_high"]) == pytest.approx(clopper_pearson(false, n))
        assert (row["fnmr_low"], row["fnmr_high"]) == pytest.approx(clopper_pearson(missed, m))
        assert row["measurable"] == (false >= 3)
    assert found["fmr_bound"][2] == pytest.approx(3 / n)


def test_the_curve_and_the_equal_error_rate_agree_with_scikit_learn() -> None:
    from sklearn.metrics import det_curve

    made = matrix(6, n=80, r=90)
    fpr, fnr, at = det_curve(made.mated.reshape(-1), made.scores.reshape(-1))
    whole = {np.float32(t): (a, b) for t, a, b in zip(at, fpr, fnr, strict=True)}
    for highest in (100, 100_000):
        gathered = made.gathered(highest=highest)
        curve = comparison_det(gathered)
        compared = 0
        for t, fmr, fnmr in curve.select("threshold", "fmr", "fnmr").iter_rows():
            if np.float32(t) in whole and t >= gathered.floor:
                assert (fmr, fnmr) == pytest.approx(whole[np.float32(t)], abs=1e-9)
                compared += 1
        assert compared > (0 if highest == 100 else 50)
    eer = comparison_eer(gathered)
    closest = int(np.argmin(np.abs(fpr - fnr)))
    assert eer.rate == pytest.approx((fpr[closest] + fnr[closest]) / 2, abs=1e-9)
    coarse = comparison_eer(made.gathered(highest=10))
    assert coarse.rate == pytest.approx(eer.rate, abs=0.01)


def loop_bands(made: Matrix, at: float, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw people of both sides in a loop, and weigh every comparison."""
    generator = np.random.default_rng(99)
    probes, references = np.array(made.probes), np.array(made.references)
    both = sorted(set(probes) & set(references))
    kinds = [sorted(set(probes) - set(both)), sorted(set(references) - set(both)), both]
    fmr, fnmr = [], []
    for _ in range(draws):
        times: dict[str, int] = {}
        for kind in kinds:
            if kind:
                drawn = generator.integers(0, len(kind), len(kind))
                times |= dict(zip(kind, np.bincount(drawn, minlength=len(kind)), strict=True))
        w = np.array([times[name] for name in probes], np.float64)
        v = np.array([times[name] for name in references], np.float64)
        weights = np.outer(w, v)
        others, own = np.where(made.mated, 0, weights), np.where(made.mated, w[:, None], 0)
        fmr.append((others * (made.scores >= at)).sum() / others.sum())
        fnmr.append((own * (made.scores < at)).sum() / own.sum())
    quantiles = [0.025, 0.975]
    return np.quantile(fmr, quantiles), np.quantile(fnmr, quantiles)


@pytest.mark.parametrize("people", [15, 400])
def test_bands_are_those_of_people_drawn_in_a_loop(people: int) -> None:
    made = matrix(8, people=people, n=40, r=50)
    gathered = made.gathered()
    at = np.array([1.0, 1.5], np.float32)
    (low, high), (miss_low, miss_high) = comparison_bands(gathered, at, replicates=2000, seed=0)
    for k, threshold in enumerate(at):
        fmr, fnmr = loop_bands(made, float(threshold), 1500)
        assert (low[k], high[k]) == pytest.approx(fmr, rel=0.08)
        assert (miss_low[k], miss_high[k]) == pytest.approx(fnmr, abs=0.03)


def test_a_face_that_is_close_to_all_widens_the_band() -> None:
    made = matrix(9, people=400)
    lone = np.zeros_like(made.scores)
    lone[0] = 9.0  # one probe reaches the threshold with every reference
    spread = np.zeros_like(made.scores)
    spread[np.arange(60) % 40, np.arange(60)] = 9.0  # as many errors, of different people
    widths = []
    for scores in (lone, spread):
        found = Matrix(scores.astype(np.float32), [f"a{k}" for k in range(40)], made.references)
        row = comparison_rates(found.gathered(), [5.0], replicates=400).row(0, named=True)
        assert row["false_matches"] == 60
        widths.append(row["fmr_boot_high"] - row["fmr_boot_low"])
    assert widths[0] > 3 * widths[1]


def test_bands_end_with_what_is_kept_and_where_nothing_errs() -> None:
    made = matrix(10)
    gathered = made.gathered(highest=50)
    asked = [-1.0, gathered.floor, 9.0]
    found = comparison_rates(gathered, asked, replicates=50)
    assert found["fmr_boot_low"].is_null().to_list() == [True, False, True]
    again = comparison_rates(gathered, asked, replicates=50)
    assert found.equals(again)
    assert not found.equals(comparison_rates(gathered, asked, replicates=50, seed=1))


def test_order_of_blocks_changes_nothing() -> None:
    made = matrix(11)
    first, other = (made.gathered(seed, highest=200) for seed in (1, 2))
    at = first.steps()
    assert np.array_equal(at, other.steps())
    assert comparison_rates(first, at[-40:], replicates=30).equals(
        comparison_rates(other, at[-40:], replicates=30)
    )


def test_memory_is_that_of_a_block_and_not_of_the_matrix() -> None:
    n, r, width = 4000, 4000, 100
    generator = np.random.default_rng(0)
    block = generator.normal(0, 0.1, (width, r)).astype(np.float32)

    def blocks() -> Iterator[Block]:
        for row in range(0, n, width):
            yield row, 0, np.roll(block, row, axis=1)

    probes, references = [f"p{k}" for k in range(n)], [f"r{k}" for k in range(r)]
    tracemalloc.start()
    gathered = gather_comparisons(blocks(), probes, references, highest=50_000, candidates=10)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert gathered.nonmated == n * r
    assert peak < n * r * 4 / 2, "the whole matrix would take 64 MB"


GOOD = matrix(1, n=6, r=8)


def with_score(value: float) -> list[Block]:
    scores = GOOD.scores.copy()
    scores[4, 5] = value
    return [(0, 0, scores[:3]), (3, 0, scores[3:])]


@pytest.mark.parametrize(
    ("blocks", "says"),
    [
        ([], "probe 1 was compared with 0 of 8"),
        ([(0, 0, GOOD.scores[:5])], "probe 6 was compared with 0 of 8"),
        ([(0, 0, GOOD.scores), (2, 0, GOOD.scores[2:3])], "probe 3 was compared with 16 of 8"),
        (
            [(0, 0, GOOD.scores[:, :4]), (0, 3, GOOD.scores[:, 3:7])],
            "probe 1 was compared with a reference twice, and with another not",
        ),
        ([(0, 1, GOOD.scores)], "block 1 has shape"),
        ([(-1, 0, GOOD.scores)], "block 1 has shape"),
        ([(0, 0, GOOD.scores[0])], "block 1 has shape"),
        (with_score(np.nan), "probe 5 and reference 6 is nan"),
        (with_score(np.inf), "probe 5 and reference 6 is inf"),
    ],
)
def test_bad_blocks_are_refused_by_place(blocks: list[Block], says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        gather_comparisons(blocks, GOOD.probes, GOOD.references)


def test_bad_sides_and_wishes_are_refused() -> None:
    blocks = GOOD.blocks()
    with pytest.raises(ProtocolError, match="there are no probes"):
        gather_comparisons([], [], GOOD.references)
    with pytest.raises(ProtocolError, match="row 2 of the references is empty"):
        gather_comparisons(blocks, GOOD.probes, ["a", "", *GOOD.references[2:]])
    with pytest.raises(ProtocolError, match="at least one comparison"):
        gather_comparisons(blocks, GOOD.probes, GOOD.references, candidates=0)
    with pytest.raises(ProtocolError, match="threshold 2 of 2 is nan"):
        comparison_rates(GOOD.gathered(), [0.1, np.nan])


def test_one_kind_alone_and_one_score_alone_are_refused() -> None:
    scores = np.zeros((2, 3), np.float32)
    others = Matrix(scores, ["a", "b"], ["c", "d", "e"]).gathered()
    mates = Matrix(scores, ["a", "a"], ["a"] * 3).gathered()
    for found, lacks in ((others, "a mated one"), (mates, "a non-mated one")):
        for figure in (comparison_det, comparison_eer):
            with pytest.raises(ProtocolError, match=lacks):
                figure(found)
    tied = Matrix(scores, ["a", "b"], ["a", "b", "c"]).gathered()
    with pytest.raises(ProtocolError, match="all 6 comparisons have the score 0"):
        comparison_eer(tied)
    rates = comparison_rates(others, [0.5], replicates=20)
    assert rates["fnmr"].to_list() == [None]
    assert rates.schema["fnmr"] == pl.Float64
