"""Meanings order as scores and lists do, and never leave their bounds."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.intervals import clopper_pearson
from workbench.matching.calibration import (
    Calibration,
    EncoderRecord,
    MatcherCalibration,
    Provenance,
)
from workbench.matching.confidence import meaning
from workbench.matching.fit import fmr_table

_SCORES = np.random.default_rng(0).normal(0.1, 0.2, 20_000).astype(np.float32)
CALIBRATION = Calibration(
    id="fixture-not-measured",
    created=datetime(2026, 1, 1, tzinfo=UTC),
    provenance=Provenance(
        data_set="made up",
        split="fixture",
        rule="none",
        people=200,
        images=200,
        mated_comparisons=1,
        nonmated_comparisons=20_000,
        libraries={},
    ),
    encoders={
        "sface": EncoderRecord(
            name="sface", artefact="x", sha256="a" * 64, alignment="x/1", dimension=128
        )
    },
    fusion=None,
    matchers={
        "sface": MatcherCalibration(
            unit="cosine",
            default_threshold=0.5,
            threshold_reason="a test",
            fmr=fmr_table(_SCORES),
        )
    },
)


@given(st.floats(-2, 2), st.floats(-2, 2), st.integers(1, 10**6), st.integers(1, 10**6))
def test_monotone_and_bounded(one: float, other: float, n: int, m: int) -> None:
    low, high = sorted((one, other))
    few, many = sorted((n, m))
    base = meaning(high, few, CALIBRATION, "sface")
    for worse in (
        meaning(low, few, CALIBRATION, "sface"),
        meaning(high, many, CALIBRATION, "sface"),
    ):
        for field in ("fpir", "low", "high"):
            assert 0.0 <= getattr(base, field) <= getattr(worse, field) <= 1.0
    assert base.low is not None
    assert base.fpir is not None
    assert base.high is not None
    assert base.low <= base.fpir <= base.high
    assert base.text
    assert "\n" not in base.text


@given(st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate(seen: tuple[int, int]) -> None:
    count, n = seen
    low, high = clopper_pearson(count, n)
    assert 0.0 <= low <= count / n <= high <= 1.0
    assert low < high
