"""The interval to show is that by identity from three errors on, else the exact one."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from workbench.evaluation import (
    Shown,
    cmc_curve,
    few_errors_notes,
    rates_at,
    shown_interval,
    shown_of_rank,
    shown_of_rate,
    tpir_at_fpir,
)

Make = Callable[..., pl.DataFrame]
EXACT, BY_PEOPLE = (0.1, 0.4), (0.05, 0.5)


def clustered(searches: Make) -> pl.DataFrame:
    """Return twenty people with ten searches each, of whom ten err in all of them."""
    frame = searches([(0.1, 1), (0.9, 1)] * 100, [0.1, 0.9] * 100)
    person = pl.when(pl.col("at") % 2 == 0).then(pl.lit("low")).otherwise(pl.lit("high"))
    named = pl.format("{} {} {}", person, pl.col("mated"), pl.col("at") // 20)
    return frame.with_row_index("at").with_columns(identity=named).drop("at")


@pytest.mark.parametrize(
    ("errors", "value", "exact", "by_people", "shown"),
    [
        (2, 0.2, EXACT, BY_PEOPLE, Shown(*EXACT, by_identity=False)),
        (3, 0.2, EXACT, BY_PEOPLE, Shown(*BY_PEOPLE, by_identity=True)),
        (3, 0.2, EXACT, (None, None), Shown(*EXACT, by_identity=False)),
        (9, 1.0, (0.7, 1.0), (1.0, 1.0), Shown(0.7, 1.0, by_identity=False)),
        (9, 0.0, (0.0, 0.3), (0.0, 0.0), Shown(0.0, 0.3, by_identity=False)),
        (0, None, (None, None), (None, None), Shown(0.0, 1.0, by_identity=False)),
    ],
)
def test_three_errors_decide(
    errors: int,
    value: float | None,
    exact: tuple[float | None, float | None],
    by_people: tuple[float | None, float | None],
    shown: Shown,
) -> None:
    assert shown_interval(errors, value, exact, by_people) == shown


def test_the_fpir_of_a_target_has_the_interval_of_its_threshold(searches: Make) -> None:
    frame = clustered(searches)
    for row in tpir_at_fpir(frame, (0.5, 0.1), replicates=200).to_dicts():
        (at,) = rates_at(frame, [row["threshold"]], replicates=200).to_dicts()
        assert (row["fpir_boot_low"], row["fpir_boot_high"]) == (
            at["fpir_boot_low"], at["fpir_boot_high"],
        )  # fmt: skip
        assert shown_of_rate(row, "fpir") == shown_of_rate(at, "fpir")
    first = tpir_at_fpir(frame, (0.5,), replicates=200).row(0, named=True)
    shown = shown_of_rate(first, "fpir")
    assert shown.by_identity
    assert shown.high - shown.low > 2 * (first["fpir_high"] - first["fpir_low"])


def test_where_every_threshold_keeps_it_and_nobody_is_returned_none_is_by_people(
    searches: Make,
) -> None:
    (row,) = tpir_at_fpir(searches([(0.9, 1)], [None] * 40), (0.1,), replicates=20).to_dicts()
    assert (row["threshold"], row["false_alarms"]) == (None, 0)
    assert (row["fpir_boot_low"], row["fpir_boot_high"]) == (None, None)
    assert shown_of_rate(row, "fpir") == Shown(0.0, row["fpir_high"], by_identity=False)


def test_the_errors_of_a_rank_are_who_is_not_found(searches: Make) -> None:
    frame = searches([(0.9, 1)] * 38 + [(0.5, 2), (0.4, 3), (0.3, 3)], [0.1])
    first, second = cmc_curve(frame, 2, replicates=50).to_dicts()
    assert shown_of_rank(first) == Shown(first["boot_low"], first["boot_high"], by_identity=True)
    assert shown_of_rank(second) == Shown(second["low"], second["high"], by_identity=False)


def test_what_few_errors_are_worth_is_said_of_both_kinds() -> None:
    row = {"false_alarms": 4, "misses": 29}
    assert few_errors_notes(row, 400, 30) == (
        "Few false alarms, 4 of 400 trials: the 95 % interval runs from 0.27 to 2.55 times the rate.",
        "Few misses, 29 of 30 trials: the 95 % interval runs from 0.85 to 1.04 times the rate.",
    )
    assert few_errors_notes({"false_alarms": 30, "misses": 30}, 400, 400) == ()
