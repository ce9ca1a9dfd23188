"""Two matchers on the same probes differ by what both draws of people share."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import Searches, paired_difference, tpir_at_fpir

Make = Callable[..., pl.DataFrame]


def two_matchers(
    gain: float, seed: int = 0, people: int = 200
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Build searches of a matcher, and of another that scores each mate by `gain` lower."""
    generator = np.random.default_rng(seed)
    hard = generator.normal(0.6, 0.15, people)
    schema = Searches.create_empty().schema
    sides = []
    for less in (0.0, gain):
        rows = []
        noise = np.random.default_rng(seed + 1)
        for at in range(people * 3):
            score = float(np.float32(hard[at // 3] - less + noise.normal(0, 0.05)))
            rows.append((f"m{at}", f"p{at // 3}", True, True, score, "x", score, 1))
        for at in range(people * 3):
            score = float(np.float32(noise.normal(0.1, 0.1)))
            rows.append((f"n{at}", f"q{at // 2}", False, True, score, "x", None, None))
        sides.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return sides[0], sides[1]


def test_a_matcher_does_not_differ_from_itself(random_searches: Make) -> None:
    frame = random_searches()
    found = paired_difference(frame, frame.reverse(), target=0.1, replicates=100)
    assert (found.difference, found.low, found.high) == (0.0, 0.0, 0.0)
    assert (found.only_a, found.only_b) == (0, 0)
    assert not found.told_apart


def test_figures_are_those_of_each_matcher(random_searches: Make) -> None:
    a = random_searches(seed=1)
    b = a.with_columns(
        pl.when(pl.col("mate_rank") == 1)
        .then(pl.col("mate_score") * 0.5)
        .otherwise("mate_score")
        .alias("mate_score")
    ).with_columns(
        top_score=pl.when(pl.col("mate_rank") == 1).then("mate_score").otherwise("top_score")
    )
    found = paired_difference(a, b, target=0.1, replicates=50)
    for frame, tpir, threshold, alarms in (
        (a, found.tpir_a, found.threshold_a, found.false_alarms_a),
        (b, found.tpir_b, found.threshold_b, found.false_alarms_b),
    ):
        row = tpir_at_fpir(frame, [0.1], replicates=0).row(0, named=True)
        assert (row["tpir"], row["threshold"], row["false_alarms"]) == (tpir, threshold, alarms)
    assert found.difference == found.tpir_a - found.tpir_b
    assert found.only_a - found.only_b == pytest.approx(found.difference * found.mated)
    assert (found.mated, found.nonmated) == (300, 200)
    assert (found.mated_people, found.nonmated_people) == (90, 200)
    assert found.measurable


def test_pairing_tells_apart_what_two_intervals_do_not() -> None:
    a, b = two_matchers(0.05)
    found = paired_difference(a, b, target=0.05, replicates=300)
    assert found.told_apart
    assert 0 < found.low < found.difference < found.high
    one, other = (
        tpir_at_fpir(frame, [0.05], replicates=300).row(0, named=True) for frame in (a, b)
    )
    assert other["tpir_boot_high"] > one["tpir_boot_low"]


def test_each_threshold_is_found_anew_in_each_draw(searches: Make) -> None:
    # Ten others leave the threshold of the first open; every mate of the second is far above.
    mated = [(k / 1000, 1) for k in range(1000)]
    a = searches(mated, [k / 10 for k in range(10)])
    b = searches([(5.0, 1)] * 1000, [k / 10 for k in range(10)])
    found = paired_difference(a, b, target=0.3, replicates=200)
    assert found.high - found.low > 0.2


def test_order_and_repetition_change_nothing() -> None:
    a, b = two_matchers(0.05, people=40)
    first = paired_difference(a, b, target=0.1, replicates=60, seed=3)
    mixed = paired_difference(
        a.sample(fraction=1.0, shuffle=True, seed=1), b.reverse(), target=0.1, replicates=60, seed=3
    )
    assert first == mixed
    turned = paired_difference(b, a, target=0.1, replicates=60, seed=3)
    assert (turned.difference, turned.low, turned.high) == pytest.approx(
        (-first.difference, -first.high, -first.low)
    )


def test_a_rate_that_the_probes_cannot_measure_tells_nobody_apart() -> None:
    a, b = two_matchers(0.3)
    found = paired_difference(a, b, target=0.001, replicates=50)
    assert not found.measurable
    assert not found.told_apart


def test_other_probes_are_refused_and_the_first_is_named() -> None:
    a, b = two_matchers(0.1, people=4)
    lost = b.filter(~pl.col("probe").is_in(["m2", "m5"]))
    with pytest.raises(ProtocolError, match=r"m2 \(row 3 of the first matcher\)"):
        paired_difference(a, lost, target=0.1)
    with pytest.raises(ProtocolError, match=r"m2 \(row 3 of the second matcher\)"):
        paired_difference(lost, a, target=0.1)
    other = b.with_columns(
        identity=pl.when(pl.col("probe") == "n3").then(pl.lit("somebody")).otherwise("identity")
    )
    with pytest.raises(ProtocolError, match=r"column identity of n3 is q1 \(row 16 of the first"):
        paired_difference(a, other, target=0.1)


@pytest.mark.parametrize(("target", "replicates"), [(-0.1, 10), (1.1, 10), (0.1, 0)])
def test_impossible_wishes_are_refused(target: float, replicates: int) -> None:
    a, b = two_matchers(0.1, people=4)
    with pytest.raises(ProtocolError, match="a rate within"):
        paired_difference(a, b, target=target, replicates=replicates)


def test_words_claim_no_more_than_was_found() -> None:
    a, b = two_matchers(0.05)
    of = "FPIR 0.05, 600 non-mated and 600 mated searches"
    better = paired_difference(a, b, target=0.05, replicates=100)
    assert better.words.startswith(
        f"the first finds {better.difference * 100:.1f} more of 100 than"
    )
    assert better.words.endswith(f"more, by people, at {of})")
    worse = paired_difference(b, a, target=0.05, replicates=100)
    assert worse.words.startswith(f"the first finds {better.difference * 100:.1f} fewer of 100")
    same = paired_difference(a, a, target=0.05, replicates=10)
    assert same.words == (
        "these searches do not tell the two apart; they may differ all the same "
        f"(95 % interval 0.0 more to 0.0 more, by people, at {of})"
    )
    few = paired_difference(a, b, target=0.001, replicates=10)
    assert few.words.startswith("not measurable here: fewer than three false alarms are expected")
