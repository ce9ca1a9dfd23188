"""A pair has two people: intervals of verification draw people, not pairs."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from workbench.errors import ProtocolError
from workbench.evaluation import (
    PairPeople,
    clopper_pearson,
    equal_error_rate,
    frr_at_far,
    pair_bootstrap,
    verification_result,
    wilson,
)

SCHEMA = PairPeople.create_empty().schema


def pairs(seed: int = 0, people: int = 60, each: int = 3, digits: int = 2) -> pl.DataFrame:
    """Build pairs of people, of whom some are hard to match in all of their mated pairs."""
    generator = np.random.default_rng(seed)
    hard = generator.normal(0, 0.5, people)
    rows = []
    for person in range(people):
        for _ in range(each):
            mate = float(np.float32(round(generator.normal(1.5 + hard[person], 0.2), digits)))
            failed = generator.random() < 0.03
            rows.append((True, f"p{person}", f"p{person}", None if failed else mate))
            other = (person + int(generator.integers(1, people))) % people
            score = float(np.float32(round(generator.normal(0, 0.5), digits)))
            rows.append((False, f"p{person}", f"p{other}", score))
    table = [
        (at, at % 2, mated, score is not None, score, one, other)
        for at, (mated, one, other, score) in enumerate(rows)
    ]
    return pl.DataFrame(table, schema=SCHEMA, orient="row")


def repeated(frame: pl.DataFrame, times: dict[str, int]) -> pl.DataFrame:
    """Repeat every pair as often as its people were drawn together."""
    weights = [
        times[one] if mated else times[one] * times[other]
        for mated, one, other in frame.select("mated", "identity", "other_identity").iter_rows()
    ]
    rows = np.repeat(np.arange(len(frame)), weights)
    return frame[rows].with_columns(pair=pl.int_range(pl.len(), dtype=pl.Int64))


@pytest.mark.parametrize("seed", range(12))
def test_a_draw_is_that_of_pairs_repeated(seed: int) -> None:
    frame = pairs(people=20, digits=1)
    names = sorted({*frame["identity"], *frame["other_identity"]})
    chosen = np.random.default_rng(seed).integers(0, len(names), len(names))
    times = dict(zip(names, np.bincount(chosen, minlength=len(names)).tolist(), strict=True))
    drawn = repeated(frame, times)
    found = pair_bootstrap(frame, [0.1, 0.02], replicates=1, seed=seed)
    assert found.people == len(names) == 20
    # Of one draw both ends are that draw.
    assert [ends[0] for ends in found.frr] == pytest.approx(
        frr_at_far(drawn, [0.1, 0.02])["frr"].to_list()
    )
    assert found.equal_error_rate == pytest.approx([equal_error_rate(drawn)] * 2)


def test_people_widen_the_interval() -> None:
    row = frr_at_far(pairs(each=8), [0.05], replicates=300).row(0, named=True)
    exact = row["frr_high"] - row["frr_low"]
    assert row["frr_boot_high"] - row["frr_boot_low"] > 1.5 * exact


def test_exact_and_score_intervals() -> None:
    frame = pairs()
    m, n = int(frame["mated"].sum()), int((~frame["mated"]).sum())
    row = frr_at_far(frame, [0.05]).row(0, named=True)
    misses, accepted = row["false_non_matches"], row["false_matches"]
    assert (row["frr_low"], row["frr_high"]) == clopper_pearson(misses, m)
    assert (row["frr_wilson_low"], row["frr_wilson_high"]) == wilson(misses, m)
    assert (row["far"], row["far_low"], row["far_high"]) == (
        accepted / n, *clopper_pearson(accepted, n),
    )  # fmt: skip
    assert row["frr_boot_low"] is None


def test_the_order_of_pairs_changes_nothing() -> None:
    frame = pairs()
    first = pair_bootstrap(frame, [0.1, 0.01], replicates=50)
    assert first == pair_bootstrap(frame.reverse(), [0.1, 0.01], replicates=50)


def test_the_result_has_intervals_where_people_are_named() -> None:
    frame = pairs()
    named = verification_result(frame, replicates=50)
    nameless = verification_result(frame.drop("identity"), replicates=50)
    assert named["n_people"] == 60
    assert nameless["n_people"] is None
    low, high = named["equal_error_rate_interval"]
    assert low <= named["equal_error_rate"] <= high
    assert nameless["equal_error_rate_interval"] is None
    row, other = named["frr_at_far"]["0.1"], nameless["frr_at_far"]["0.1"]
    assert row["frr_boot_low"] < row["frr"] < row["frr_boot_high"]
    assert other["frr_boot_low"] is None
    assert named["errors_interval"]["wilson"] == list(wilson(named["errors"], named["n_pairs"]))
    few = named["frr_at_far"]["0.001"]["few_errors"]
    assert few["far"] == (
        "none of 180 trials: not measurable here, at most 1 in 60 (rule of three)"
    )


@pytest.mark.parametrize("kind", [True, False])
def test_one_kind_or_one_person_alone_has_no_interval(kind: bool) -> None:
    frame = pairs().filter(pl.col("mated") == kind)
    found = pair_bootstrap(frame, [0.1], replicates=20)
    assert found.frr == ((None, None),)
    assert found.equal_error_rate is None
    assert pair_bootstrap(frame.clear(), [0.1], replicates=20).people == 0


def test_people_that_contradict_the_pair_are_refused() -> None:
    frame = pairs()
    wrong = frame.with_columns(
        other_identity=pl.when(pl.col("pair") == 4)
        .then(pl.lit("somebody"))
        .otherwise("other_identity")
    )
    with pytest.raises(ProtocolError, match=r"row 5 \(a_mated_pair_is_of_one_person\)"):
        pair_bootstrap(wrong, [0.1])
