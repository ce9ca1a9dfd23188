"""The shipped policies are those of the shipped calibration, and say what they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.bench import default_policies
from workbench.bench.default_policies import (
    DEFAULT_MATCHER,
    load_default_policies,
    load_int8_policy,
)
from workbench.errors import InputError, PolicyError
from workbench.governance.fpir import fpir
from workbench.governance.policies import (
    EQUITY_NOT_MEASURED,
    Origin,
    ThresholdPolicy,
    require_approved,
    require_fits,
)
from workbench.governance.setups import Matcher, RuntimeClass
from workbench.matching.calibration import load_calibration
from workbench.matching.confidence import meaning

POLICIES = load_default_policies()
IN_INT8 = load_int8_policy()
CALIBRATION = load_calibration()
EACH = pytest.mark.parametrize("policy", list(POLICIES.values()), ids=list(POLICIES))
ALL = pytest.mark.parametrize("policy", [*POLICIES.values(), IN_INT8], ids=lambda one: one.id)


def test_each_matcher_has_one_and_the_fused_one_is_the_default() -> None:
    assert set(POLICIES) == set(Matcher)
    assert next(iter(POLICIES)) is DEFAULT_MATCHER is Matcher.FUSED
    assert len({policy.id for policy in POLICIES.values()}) == len(Matcher)


@ALL
def test_nobody_approved_it_and_it_says_so(policy: ThresholdPolicy) -> None:
    assert policy.origin is Origin.PRODUCT_DEFAULT
    assert policy.approval == "product default, approved by nobody"
    assert policy.equity == EQUITY_NOT_MEASURED
    with pytest.raises(PolicyError, match="approved by nobody"):
        require_approved(policy)


@ALL
def test_it_says_what_its_figures_rest_on(policy: ThresholdPolicy) -> None:
    for words in (
        "tuning people",
        "1,847",
        "extrapolated and unchecked",
        "carry to a street",
        "No threshold can be shown",
    ):
        assert words in policy.measured_on
    assert policy.table.list_size == 1
    assert policy.checked_up_to == 1847
    assert (policy.smallest_list, policy.largest_list) == (1, 20_000)
    for check in policy.checks:
        assert check.split == "test"
        assert check.counts[-1] == 1


@EACH
def test_it_is_that_of_the_calibration(policy: ThresholdPolicy) -> None:
    learnt = CALIBRATION.matchers[policy.matcher.value]
    assert policy.threshold == policy.minimum_threshold == learnt.default_threshold
    assert policy.unit == learnt.unit
    assert policy.created == CALIBRATION.created
    assert policy.setup.runtime is RuntimeClass.FP32
    assert policy.table.scores == learnt.fmr.scores
    assert policy.table.counts == learnt.fmr.counts
    assert policy.table.searches == learnt.fmr.comparisons == 1_755_277
    for encoder in policy.setup.encoders:
        assert encoder.model_dump() == CALIBRATION.encoders[encoder.name].model_dump()
    if policy.matcher is Matcher.FUSED:
        assert policy.setup.fusion is not None
        assert CALIBRATION.fusion is not None
        assert policy.setup.fusion.calibration == CALIBRATION.id
        assert policy.setup.fusion.intercept == CALIBRATION.fusion.intercept
        assert policy.setup.fusion.weights == CALIBRATION.fusion.weights


@EACH
@pytest.mark.parametrize("size", [1, 100, 1847, 20_000])
def test_it_gives_the_rates_that_the_screens_give(policy: ThresholdPolicy, size: int) -> None:
    shown = meaning(policy.threshold, size, CALIBRATION, policy.matcher.value)
    rate = fpir(policy, policy.threshold, size)
    assert (rate.rate, rate.low, rate.high) == (shown.fpir, shown.low, shown.high)
    assert rate.extrapolated == shown.extrapolated
    assert rate.is_measurable


@ALL
def test_it_fits_what_it_was_measured_with(policy: ThresholdPolicy) -> None:
    require_fits(policy, policy.setup, list_size=16_000, threshold=policy.threshold)


def test_the_one_in_int8_is_of_the_same_encoders_and_says_how_it_was_measured() -> None:
    fused = POLICIES[Matcher.FUSED]
    assert IN_INT8.setup.runtime is RuntimeClass.INT8
    assert IN_INT8.setup == fused.setup.model_copy(update={"runtime": RuntimeClass.INT8})
    assert IN_INT8.table.searches == fused.table.searches == 1_755_277
    assert IN_INT8.table.counts != fused.table.counts, "it was measured, not copied"
    assert IN_INT8.threshold == IN_INT8.minimum_threshold
    assert abs(IN_INT8.threshold - fused.threshold) < 0.05
    assert "Probes were encoded in int8 and references in fp32" in IN_INT8.measured_on
    for policy, other in ((IN_INT8, fused), (fused, IN_INT8)):
        with pytest.raises(PolicyError, match=f"it was measured in {policy.setup.runtime}, and"):
            require_fits(policy, other.setup, list_size=100, threshold=policy.threshold)


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"[]", b"{}", b"null", b"[" * 100_000])
def test_a_copy_without_its_policies_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "policy-fused.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"policy-fused\.json"):
        default_policies._read(path)
