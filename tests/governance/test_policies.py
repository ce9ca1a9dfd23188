"""Threshold policies: who may approve one, and which searches one fits."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.errors import (
    ClockError,
    IllegalMoveError,
    NotPermittedError,
    PolicyError,
    RecordError,
)
from workbench.governance.policies import (
    EQUITY_NOT_MEASURED,
    ThresholdPolicy,
    require_approved,
    require_fits,
)
from workbench.governance.policy_equity_rules import require_equity
from workbench.governance.setups import Setup

CREATED = datetime(2026, 1, 5, tzinfo=UTC)
SETUP: dict[str, Any] = {
    "matcher": "sface",
    "encoders": [
        {
            "name": "sface",
            "artefact": "sface-weights",
            "sha256": "b" * 64,
            "alignment": "five-point/1",
            "dimension": 128,
        }
    ],
    "runtime": "fp32",
}
TABLE: dict[str, Any] = {
    "list_size": 1,
    "searches": 1_000_000,
    "scores": [0.3, 0.4, 0.5, 0.6],
    "counts": [10_000, 1_000, 20, 1],
    "data_set": "made up",
    "split": "tuning",
    "rule": "none",
    "people": 900,
}
VALUES: dict[str, Any] = {
    "id": "force/3",
    "origin": "issued",
    "setup": SETUP,
    "unit": "cosine",
    "threshold": 0.5,
    "threshold_reason": "20 in a million comparisons",
    "minimum_threshold": 0.45,
    "smallest_list": 50,
    "largest_list": 2000,
    "table": TABLE,
    "measured_on": "made-up scores",
    "created": CREATED,
    "owner": "d.scientist",
    "review_by": CREATED + timedelta(days=365),
}


def policy(**changes: object) -> ThresholdPolicy:
    return ThresholdPolicy.read(VALUES | changes, what="policy")


def setup(**changes: object) -> Setup:
    return Setup.read(SETUP | changes, what="setup")


def test_a_policy_survives_its_file() -> None:
    one = policy().approve(by="a.officer", at=CREATED + timedelta(days=2))
    assert ThresholdPolicy.read(one.plain(), what="policy") == one


@pytest.mark.parametrize(
    ("origin", "expected", "approved"),
    [
        (
            "product-default",
            "product default, approved by nobody",
            "product default, approved by a.officer on 2026-01-07",
        ),
        ("issued", "approved by nobody", "approved by a.officer on 2026-01-07"),
    ],
)
def test_a_policy_says_who_approved_it(origin: str, expected: str, approved: str) -> None:
    one = policy(origin=origin)
    assert one.approval == expected
    assert one.approve(by="a.officer", at=CREATED + timedelta(days=2)).approval == approved


def test_nothing_is_said_of_equity_unless_it_was_measured() -> None:
    assert policy().equity == EQUITY_NOT_MEASURED == "not measured"
    assert policy().equity_words == "equity not measured"
    former = policy(equity="evaluation E-12").equity_words
    assert former == "equity not measured in a form that can be checked"


def test_an_unapproved_policy_is_not_for_operational_use() -> None:
    with pytest.raises(PolicyError) as refused:
        require_approved(policy(origin="product-default"))
    assert str(refused.value) == (
        "policy force/3 cannot be used for an operational deployment: it is product default, "
        "approved by nobody. Have an authorising officer approve it, or name one that is."
    )
    require_approved(policy().approve(by="a.officer", at=CREATED))


def test_where_equity_is_asked_for_a_policy_without_it_is_refused() -> None:
    with pytest.raises(PolicyError) as refused:
        require_equity(policy())
    assert str(refused.value) == (
        "policy force/3 cannot be used here: its error rates by group are not measured, and this "
        "bench asks for them. Compare groups of a labelled set with workbench evaluate equity, and "
        "issue a policy with that folder: --equity."
    )
    with pytest.raises(PolicyError, match="not measured in a form that can be checked, and this"):
        require_equity(policy(equity="evaluation E-12"))


@pytest.mark.parametrize("by", ["d.scientist", "D.Scientist"])
def test_the_owner_does_not_approve_it(by: str) -> None:
    with pytest.raises(NotPermittedError) as refused:
        policy().approve(by=by, at=CREATED)
    assert (
        str(refused.value)
        == f"{by} answers for policy force/3 and may not approve it. Another must."
    )
    with pytest.raises(RecordError, match="whoever answers for a policy does not approve it"):
        policy(approver=by, approved=CREATED)


def test_a_policy_is_approved_once_and_not_before_it_was_made() -> None:
    approved = policy().approve(by="a.officer", at=CREATED)
    with pytest.raises(IllegalMoveError) as refused:
        approved.approve(by="b.officer", at=CREATED)
    assert str(refused.value) == (
        "policy force/3 is approved by a.officer on 2026-01-05 already. Use it, or issue another."
    )
    with pytest.raises(ClockError, match="before it was created"):
        policy().approve(by="a.officer", at=CREATED - timedelta(seconds=1))
    with pytest.raises(RecordError, match="approver"):
        policy().approve(by="", at=CREATED)


def test_a_policy_says_when_it_is_to_be_looked_at_again() -> None:
    assert not policy().is_overdue(CREATED + timedelta(days=364))
    assert policy().is_overdue(CREATED + timedelta(days=365))


@pytest.mark.parametrize(
    ("list_size", "threshold"), [(50, 0.45), (50, 0.5), (2000, 0.5), (1000, 0.99)]
)
def test_a_search_within_the_policy_passes(list_size: int, threshold: float) -> None:
    require_fits(policy(), setup(), list_size=list_size, threshold=threshold)


@pytest.mark.parametrize("list_size", [0, 49, 2001])
def test_a_list_outside_the_range_is_refused(list_size: int) -> None:
    with pytest.raises(PolicyError) as refused:
        require_fits(policy(), setup(), list_size=list_size, threshold=0.5)
    assert str(refused.value) == (
        "policy force/3 does not fit this search: it is meant for lists of 50 to 2,000 "
        f"references, and this one has {list_size:,}: change the list or the policy."
    )


@pytest.mark.parametrize("threshold", [0.449999, -1.0, math.nan, math.inf, -math.inf])
def test_nobody_who_searches_goes_below_the_minimum(threshold: float) -> None:
    with pytest.raises(PolicyError) as refused:
        require_fits(policy(), setup(), list_size=100, threshold=threshold)
    assert str(refused.value) == (
        "policy force/3 does not fit this search: its minimum threshold is 0.45 cosine, and "
        f"{threshold:g} is asked for, which no operator can set: keep to the minimum or above, or "
        "have another policy issued and approved."
    )


def test_all_that_does_not_fit_is_listed() -> None:
    other = setup(runtime="int8", encoders=[SETUP["encoders"][0] | {"sha256": "c" * 64}])
    with pytest.raises(PolicyError) as refused:
        require_fits(policy(), other, list_size=1, threshold=0.1)
    for words in ("encoder sface", "int8", "this one has 1", "minimum threshold is 0.45"):
        assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"unit": "log10 likelihood ratio"}, "the unit of matcher sface is cosine"),
        ({"threshold": 0.44}, "must not lie below minimum_threshold"),
        ({"threshold": math.nan}, "threshold"),
        ({"minimum_threshold": -math.inf}, "minimum_threshold"),
        ({"largest_list": 49}, "largest_list must not be below smallest_list"),
        ({"smallest_list": 0}, "smallest_list"),
        ({"approver": "a.officer"}, "approver and approved come together"),
        ({"approved": CREATED}, "approver and approved come together"),
        (
            {"approver": "a.officer", "approved": CREATED - timedelta(days=1)},
            "cannot have been approved before",
        ),
        ({"review_by": CREATED}, "review_by must lie after created"),
        ({"table": TABLE | {"searches": 10}}, "table"),
        ({"id": "a b"}, "id"),
        ({"score": 1}, "score"),
    ],
)
def test_a_policy_that_cannot_be_is_refused(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(RecordError, match=rf"policy cannot be used: .*{re.escape(named)}"):
        policy(**changes)
